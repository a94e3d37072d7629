//! Bodies: what people are drawn as, which body they wear, its shape and its feet.
//!
//! What a person wears is an edit with undo; how it is drawn is a setting of the view.

use eframe::egui::{Label, ScrollArea, Slider, Ui};

use crate::data::{Betas, PersonId};
use crate::session::document::BETA_RANGE;
use crate::session::scene_settings::{Appearance, BodyHeat};
use crate::session::{BodyChoice, Edit, Feet, Person, SceneSettings, Session, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::opening::short_name;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{
    Ask, checkbox, choice_box, fact, hairline, list_row, muted, reset_button, section, segmented, slider,
};

const APPEARANCES: [(Appearance, &str, &str); 3] = [
    (Appearance::Skeleton, text::body::SKELETON, text::body::SKELETON_HINT),
    (Appearance::Body, text::body::BODY, text::body::BODY_HINT),
    (Appearance::Both, text::body::BOTH, text::body::BOTH_HINT),
];

const HEATS: [(BodyHeat, &str, &str); 4] = [
    (BodyHeat::Off, text::body::COLOUR_PERSON, text::body::COLOUR_PERSON_HINT),
    (BodyHeat::Confidence, text::body::COLOUR_CONFIDENCE, text::body::COLOUR_CONFIDENCE_HINT),
    (BodyHeat::Speed, text::body::COLOUR_SPEED, text::body::COLOUR_SPEED_HINT),
    (BodyHeat::Fit, text::body::COLOUR_FIT, text::body::COLOUR_FIT_HINT),
];

pub fn body_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    ScrollArea::vertical().id_salt("body").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = size::GAP;
        looks_ui(ui, view.session, ask);
        hairline(ui);
        model_ui(ui, view.session, ask);
        if let Some(active) = view.session.active() {
            hairline(ui);
            shape_ui(ui, view.session, active, ask);
            hairline(ui);
            feet_ui(ui, active, ask);
        }
    });
}

fn looks_ui(ui: &mut Ui, session: &Session, ask: &mut Ask<'_>) {
    let mut scene: SceneSettings = session.settings.scene.clone();
    section(ui, text::body::APPEARANCE, |_| {});
    if let Some(appearance) = segmented(ui, text::body::APPEARANCE, scene.appearance, &APPEARANCES) {
        scene.appearance = appearance;
    }
    ui.add_enabled_ui(scene.appearance.has_body(), |ui| {
        let mut percent = scene.body_opacity * 100.0;
        let bar = Slider::new(&mut percent, 10.0..=100.0).fixed_decimals(0).suffix(" %");
        if slider(ui, text::body::OPACITY, bar).changed() {
            scene.body_opacity = percent / 100.0;
        }
        checkbox(ui, &mut scene.wireframe, text::body::WIREFRAME).on_hover_text(text::body::WIREFRAME_HINT);
        ui.label(muted(text::body::COLOURS));
        if let Some(heat) = segmented(ui, text::body::COLOURS, scene.body_heat, &HEATS) {
            scene.body_heat = heat;
        }
    });
    if scene != session.settings.scene {
        ask.push(UiCommand::SetScene(scene));
    }
}

fn model_ui(ui: &mut Ui, session: &Session, ask: &mut Ask<'_>) {
    section(ui, text::body::MODEL, |_| {});
    let chosen = &session.document().body;
    let mut choices = vec![BodyChoice::Mannequin];
    let files = session.settings.known_bodies.iter().map(|path| BodyChoice::File(path.clone()));
    choices.extend(files);
    if !choices.contains(chosen) {
        choices.push(chosen.clone());
    }
    for choice in choices {
        let (label, place) = match &choice {
            BodyChoice::Mannequin => (text::body::MANNEQUIN.to_owned(), text::body::MANNEQUIN_HINT.to_owned()),
            BodyChoice::File(path) => (short_name(path), path.display().to_string()),
        };
        let (row, ()) = list_row(ui, ("body", &choice), &label, choice == *chosen, |ui| {
            ui.add_space(size::STEP);
            ui.add(Label::new(&label).truncate());
        });
        if row.on_hover_text(place).clicked() && choice != *chosen {
            ask.push(UiCommand::Edit(Edit::SetBody(choice)));
        }
    }
    if ui.button(text::body::CHOOSE_FILE).clicked() {
        ask.push(UiCommand::ChooseBodyFile);
    }
    if let Some(body) = session.body() {
        let (vertices, is_estimated) = (body.model.vertex_count(), body.mesh.is_some());
        ui.label(muted(text::body::facts(vertices, is_estimated)));
    }
    ui.add(Label::new(muted(text::body::LICENCE)).wrap());
}

fn shape_ui(ui: &mut Ui, session: &Session, active: &SourceState, ask: &mut Ask<'_>) {
    let source = active.source.id;
    let bodies = session.bodies(source);
    let has_body = |person: &&Person| bodies.is_some_and(|bodies| bodies.person(person.id).is_some());
    let wearers: Vec<&Person> = active.people.iter().filter(has_body).collect();
    let id = ui.scope_id().with("whose-shape");
    let remembered = ui.data(|data| data.get_temp::<PersonId>(id));
    let wanted = session.selection.person().or(remembered);
    let person = wearers.iter().find(|person| Some(person.id) == wanted).or(wearers.first()).copied();
    let (Some(person), Some(body)) = (person, session.body()) else {
        section(ui, text::body::SHAPE, |_| {});
        ui.label(muted(text::body::NO_PERSON));
        return;
    };
    section(ui, text::body::SHAPE, |ui| {
        if reset_button(ui, text::body::SHAPE_GROUP, person.betas.is_some()) {
            ask.push(UiCommand::Edit(Edit::SetBetas { source, person: person.id, betas: None }));
        }
    });
    if wearers.len() > 1 {
        fact(ui, text::body::SHAPE_OF, |ui| {
            choice_box(ui, text::body::SHAPE_OF, &person.name, |ui| {
                for other in &wearers {
                    if ui.selectable_label(other.id == person.id, &other.name).clicked() {
                        ui.data_mut(|data| data.insert_temp(id, other.id));
                        ask.push(UiCommand::Select(None));
                    }
                }
            });
        });
    }
    let fitted = bodies.and_then(|bodies| bodies.person(person.id)?.track.betas.first().copied());
    let mut betas: Betas = person.betas.or(fitted).unwrap_or_default();
    let mut is_moved = false;
    for (number, beta) in betas.iter_mut().enumerate().take(body.model.shape_directions.len()) {
        let name = text::body::shape(&body.model.shape_names, number);
        let (low, high) = BETA_RANGE;
        // A slider rounds what it is given and calls that a change, so it is given what it will show (never -0).
        let mut shown = (*beta * 10.0).round() / 10.0 + 0.0;
        if slider(ui, &name, Slider::new(&mut shown, low..=high).fixed_decimals(1)).changed() {
            *beta = shown;
            is_moved = true;
        }
    }
    if person.betas.is_none() {
        ui.add(Label::new(muted(text::body::FITTED)).wrap());
    }
    if is_moved {
        ask.push(UiCommand::Edit(Edit::SetBetas { source, person: person.id, betas: Some(betas) }));
    }
}

fn feet_ui(ui: &mut Ui, active: &SourceState, ask: &mut Ask<'_>) {
    let mut feet = active.feet;
    section(ui, text::body::FEET, |ui| {
        if reset_button(ui, text::body::FEET_GROUP, feet != Feet::default()) {
            feet = Feet::default();
        }
    });
    checkbox(ui, &mut feet.on_floor, text::body::ON_FLOOR).on_hover_text(text::body::ON_FLOOR_HINT);
    let mut percent = feet.lock * 100.0;
    let bar = Slider::new(&mut percent, 0.0..=100.0).fixed_decimals(0).suffix(" %");
    let lock = ui.add_enabled_ui(feet.on_floor, |ui| slider(ui, text::body::LOCK, bar)).inner;
    if lock.on_hover_text(text::body::LOCK_HINT).changed() {
        feet.lock = percent / 100.0;
    }
    if feet != active.feet {
        ask.push(UiCommand::Edit(Edit::SetFeet { source: active.source.id, feet }));
    }
}
