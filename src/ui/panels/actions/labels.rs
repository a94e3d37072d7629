//! What people do in the active clip: how sure labels have to be, and the time that each takes.

use eframe::egui::{Align, Label, Layout, Slider, Ui};

use super::ActionFile;
use super::moves::class_swatch;
use crate::motion::segments::SegmentOptions;
use crate::session::actions::{LabelOptions, Labels, LabelsOf};
use crate::session::{Session, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::labels_file::labels_table;
use crate::ui::layout::View;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, icon_button, muted, reset_button, section, segmented, slider};

const SOURCES: [(LabelsOf, &str, &str); 2] = [
    (LabelsOf::Moves, text::moves::FROM_MOVES, text::moves::FROM_MOVES_HINT),
    (LabelsOf::Model, text::moves::FROM_MODEL, text::moves::FROM_MODEL_HINT),
];

pub fn labels_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let session = view.session;
    let of = session.labels_of();
    let mut options = session.document().actions.clone();
    let labels = session.active().and_then(|clip| Some((clip, session.labels(clip.source.id)?)));
    section(ui, text::moves::LABELS_TITLE, |ui| {
        if let Some((clip, labels)) = labels
            && icon_button(ui, Icon::Copy, text::moves::COPY_TABLE).on_hover_text(text::moves::COPY_TABLE).clicked()
        {
            ask.push(UiCommand::Copy { text: labels_table(clip, labels), told: text::moves::TABLE_COPIED });
        }
        if labels.is_some()
            && icon_button(ui, Icon::Table, text::moves::LABELS_FILE).on_hover_text(text::moves::LABELS_FILE).clicked()
        {
            ask.push(UiCommand::AskActionFile(ActionFile::Labels));
        }
        let usual = *LabelOptions::default().cut(of);
        if reset_button(ui, text::moves::CUT_GROUP, *options.cut(of) != usual) {
            *options.cut_mut(of) = usual;
        }
    });
    if options.model.is_some()
        && !session.document().moves.classes.is_empty()
        && let Some(shown) = segmented(ui, text::moves::LABELS_FROM, options.shown, &SOURCES)
    {
        options.shown = shown;
    }
    match labels {
        None if options.model.is_none() && session.document().moves.classes.is_empty() => {
            ui.add(Label::new(muted(text::moves::LABELS_NONE)).wrap());
        }
        _ => {
            cut_ui(ui, options.cut_mut(of));
            if let Some((clip, labels)) = labels {
                totals_ui(ui, session, clip, labels);
            }
        }
    }
    if options != session.document().actions {
        ask.push(UiCommand::SetActions(options));
    }
}

fn cut_ui(ui: &mut Ui, cut: &mut SegmentOptions) {
    let mut percent = (f64::from(cut.threshold) * 100.0).round();
    let bar = Slider::new(&mut percent, 1.0..=100.0).fixed_decimals(0).suffix(text::moves::PERCENT);
    if slider(ui, text::moves::THRESHOLD, bar).on_hover_text(text::moves::THRESHOLD_HINT).changed() {
        cut.threshold = percent as f32 / 100.0;
    }
    for (value, label, hint, most) in [
        (&mut cut.min_secs, text::moves::MIN_LENGTH, text::moves::MIN_LENGTH_HINT, 5.0),
        (&mut cut.smoothing_secs, text::moves::SMOOTHING, text::moves::SMOOTHING_HINT, 5.0),
    ] {
        let mut secs = (*value * 10.0).round() / 10.0;
        let bar = Slider::new(&mut secs, 0.0..=most).fixed_decimals(1).suffix(text::moves::SECS);
        if slider(ui, label, bar).on_hover_text(hint).changed() {
            *value = secs;
        }
    }
}

/// Time by label, person by person.
fn totals_ui(ui: &mut Ui, session: &Session, clip: &SourceState, labels: &Labels) {
    let totals = labels.totals();
    if totals.is_empty() {
        ui.label(muted(text::moves::LABELS_EMPTY));
    }
    let mut last = None;
    for (person, class, frames, count) in totals {
        let name = session.person(person).map_or("", |person| person.name.as_str());
        if last != Some(person) && labels.people.len() > 1 {
            ui.label(muted(name));
        }
        last = Some(person);
        let secs = frames as f64 / clip.fps;
        let row = ui.horizontal(|ui| {
            ui.set_height(size::COMPACT_HEIGHT);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(muted(text::moves::times(count)));
                ui.label(text::moves::secs(secs));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    class_swatch(ui, class);
                    ui.add(Label::new(labels.name(class)).truncate());
                });
            });
        });
        let label = text::moves::total(name, labels.name(class), secs, count);
        let id = row.response.id.with("total");
        let all = ui.interact(row.response.rect, id, eframe::egui::Sense::hover());
        all.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Label, true, &label));
    }
}
