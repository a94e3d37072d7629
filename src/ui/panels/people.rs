//! The people of the active source: show, hide, colour, rename, select.

use std::collections::HashMap;
use std::sync::Arc;

use eframe::egui::{self, Align, Label, Layout, Popup, PopupCloseBehavior, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::data::PersonId;
use crate::session::{Edit, Person, Pick, SourceId, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, Renamed, Renaming, icon_button, icon_toggle, list_row, menu_row, muted, section};

#[derive(Default)]
pub struct PeopleState {
    renaming: Option<Renaming<PersonId>>,
    shows_strays: bool,
    /// Frames in which each person was seen, counted once for every track.
    seen: HashMap<(SourceId, PersonId), Counted>,
}

/// How many of these are true.
struct Counted {
    of: Arc<[bool]>,
    count: usize,
}

pub fn people_ui(ui: &mut Ui, active: &SourceState, state: &mut PeopleState, ask: &mut Ask<'_>) {
    let source = active.source.id;
    let is_stray = |person: &Person| active.source.track(person.id).is_some_and(|track| track.is_spurious);
    let (strays, people): (Vec<&Person>, Vec<&Person>) = active.people.iter().partition(|person| is_stray(person));
    section(ui, text::people::PEOPLE, |ui| {
        let all_shown = people.iter().all(|person| person.is_visible);
        if icon_toggle(ui, Icon::Eye, text::people::SHOW_ALL, None, !all_shown)
            .on_hover_text(text::people::SHOW_ALL)
            .clicked()
        {
            ask.push(UiCommand::Edit(Edit::ShowAll { source }));
        }
        ui.label(muted(people.len().to_string()));
    });
    if active.people.is_empty() {
        let is_bare = active.source.is_bare_video();
        ui.label(muted(if is_bare { text::people::BARE_VIDEO } else { text::people::NOBODY_SEEN }));
    }
    for person in people {
        person_ui(ui, active, person, state, ask);
    }
    if strays.is_empty() {
        return;
    }
    let hidden = strays.iter().filter(|person| !person.is_visible).count();
    let label = text::people::strays(strays.len(), hidden);
    let (row, ()) = list_row(ui, "strays", &label, false, |ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::CONTROL_HEIGHT), Sense::hover());
        let icon = if state.shows_strays { Icon::ChevronDown } else { Icon::ChevronRight };
        icon.paint(ui.painter(), rect, Theme::of(ui).muted);
        ui.add(Label::new(muted(&label)).truncate());
    });
    if row.on_hover_text(text::people::STRAYS_HINT).clicked() {
        state.shows_strays = !state.shows_strays;
    }
    if state.shows_strays {
        for person in strays {
            person_ui(ui, active, person, state, ask);
        }
    }
}

fn person_ui(ui: &mut Ui, active: &SourceState, person: &Person, state: &mut PeopleState, ask: &mut Ask<'_>) {
    if state.renaming.as_ref().is_some_and(|renaming| renaming.what == person.id) {
        rename_ui(ui, active.source.id, person, state, ask);
        return;
    }
    let source = active.source.id;
    let theme = Theme::of(ui);
    let is_selected = ask.session.selection.person() == Some(person.id);
    let seen = seen_text(active, person.id, state);
    let (row, ()) = list_row(ui, ("person", person.id), &person.name, is_selected, |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        eye_ui(ui, source, person, ask);
        swatch_ui(ui, source, person, ask);
        ui.add_space(size::STEP);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(muted(&seen));
            ui.add_space(size::STEP);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let colour = if person.is_visible { theme.text } else { theme.disabled };
                ui.add(Label::new(egui::RichText::new(&person.name).color(colour)).truncate());
            });
        });
    });
    if row.clicked() {
        ask.push(UiCommand::Select(Some(Pick::body(person.id))));
    }
    if row.double_clicked() {
        state.renaming = Some(Renaming::new(person.id, &person.name));
    }
    if row.hovered() {
        ask.push(UiCommand::Hover(Pick::body(person.id)));
    }
    row.context_menu(|ui| {
        ui.set_min_width(size::LEFT_PANEL / 2.0);
        if menu_row(ui, text::people::SHOW_ONLY, "", None, true).clicked() {
            ask.push(UiCommand::Edit(Edit::ShowOnly { source, person: person.id }));
            ui.close();
        }
        if menu_row(ui, text::people::SHOW_EVERYONE, "", None, true).clicked() {
            ask.push(UiCommand::Edit(Edit::ShowAll { source }));
            ui.close();
        }
        if menu_row(ui, text::people::RENAME, "", None, true).clicked() {
            state.renaming = Some(Renaming::new(person.id, &person.name));
            ui.close();
        }
    });
}

/// Share of the person's own track in which the person was seen.
fn seen_text(active: &SourceState, person: PersonId, state: &mut PeopleState) -> String {
    let Some(track) = active.source.track(person) else { return text::people::FROM_3D.to_owned() };
    let counted = || Counted { of: track.seen.clone(), count: track.seen_count() };
    let known = state.seen.entry((active.source.id, person)).or_insert_with(counted);
    // Of a clip that is still being made there is a longer track.
    if !Arc::ptr_eq(&known.of, &track.seen) {
        *known = counted();
    }
    let seen = known.count;
    format!("{:.0} %", 100.0 * seen as f64 / track.range.len().max(1) as f64)
}

fn eye_ui(ui: &mut Ui, source: SourceId, person: &Person, ask: &mut Ask<'_>) {
    let icon = if person.is_visible { Icon::Eye } else { Icon::EyeOff };
    let label = text::people::eye(&person.name, person.is_visible);
    if icon_button(ui, icon, &label).on_hover_text(&label).clicked() {
        let edit = Edit::SetVisible { source, person: person.id, is_visible: !person.is_visible };
        ask.push(UiCommand::Edit(edit));
    }
}

fn swatch_ui(ui: &mut Ui, source: SourceId, person: &Person, ask: &mut Ask<'_>) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size::CONTROL_HEIGHT), Sense::click());
    let label = text::people::colour_of(&person.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    ui.painter().circle_filled(rect.center(), size::SWATCH / 2.0, Theme::person(person.colour));
    if response.hovered() || response.has_focus() {
        ui.painter().circle_stroke(rect.center(), size::SWATCH / 2.0 + 2.0, Theme::of(ui).focus_line());
    }
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClick).show(|ui| {
        for (place, name) in text::people::COLOURS.iter().enumerate() {
            let is_on = person.colour % text::people::COLOURS.len() == place;
            let row = menu_row(ui, name, "", Some(is_on), true);
            let dot = row.rect.right_center() - Vec2::new(size::PANEL_PADDING, 0.0);
            ui.painter().circle_filled(dot, size::SWATCH / 2.0, Theme::person(place));
            if row.clicked() {
                ask.push(UiCommand::Edit(Edit::SetColour { source, person: person.id, colour: place }));
            }
        }
    });
    response.on_hover_text(label);
}

fn rename_ui(ui: &mut Ui, source: SourceId, person: &Person, state: &mut PeopleState, ask: &mut Ask<'_>) {
    let Some(renamed) = state.renaming.as_mut().and_then(|renaming| renaming.ui(ui, &person.name)) else { return };
    if let Renamed::To(name) = renamed {
        ask.push(UiCommand::Edit(Edit::Rename { source, person: person.id, name }));
    }
    state.renaming = None;
}
