//! The person's own moves with their examples.

use eframe::egui::{Align, Button, Label, Layout, RichText, Sense, Ui, Vec2};

use super::{ActionFile, ActionsState};
use crate::session::Session;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::panels::timeline::time_label;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, Renamed, Renaming, icon_button, list_row, menu_row, muted, section};

pub fn moves_ui(ui: &mut Ui, view: &View<'_>, state: &mut ActionsState, ask: &mut Ask<'_>) {
    let session = view.session;
    section(ui, text::moves::MOVES_TITLE, |_| {});
    let moves = &session.document().moves.classes;
    if moves.is_empty() {
        ui.add(Label::new(muted(text::moves::MOVES_EMPTY)).wrap());
    }
    for place in 0..moves.len() {
        move_ui(ui, session, place, state, ask);
    }
    ui.horizontal(|ui| {
        if ui.button(text::moves::IMPORT).clicked() {
            ask.push(UiCommand::ChooseMoves);
        }
        if ui.add_enabled(!moves.is_empty(), Button::new(text::moves::EXPORT)).clicked() {
            ask.push(UiCommand::AskActionFile(ActionFile::Moves));
        }
    });
}

fn move_ui(ui: &mut Ui, session: &Session, place: usize, state: &mut ActionsState, ask: &mut Ask<'_>) {
    let Some(known) = session.document().moves.classes.get(place) else { return };
    if let Some(renaming) = state.renaming.as_mut().filter(|renaming| renaming.what == place) {
        if let Some(renamed) = renaming.ui(ui, &known.name) {
            if let Renamed::To(name) = renamed {
                ask.push(UiCommand::Edit(session.renamed_move(place, &name)));
            }
            state.renaming = None;
        }
        return;
    }
    let theme = Theme::of(ui);
    let is_open = state.open_move == Some(place);
    let label = text::moves::show_examples(&known.name);
    let (row, ()) = list_row(ui, ("move", place), &label, is_open, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, Icon::Cross, &text::moves::remove(&known.name)).clicked() {
                ask.push(UiCommand::Edit(session.removed_move(place)));
            }
            ui.label(muted(text::moves::examples(known.examples.len())));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                class_swatch(ui, place);
                ui.add(Label::new(RichText::new(&known.name).color(theme.text)).truncate());
            });
        });
    });
    if row.double_clicked() {
        state.renaming = Some(Renaming::new(place, &known.name));
    } else if row.clicked() {
        state.open_move = (!is_open).then_some(place);
    }
    row.context_menu(|ui| {
        ui.set_min_width(size::LEFT_PANEL / 2.0);
        if menu_row(ui, text::moves::RENAME, "", None, true).clicked() {
            state.renaming = Some(Renaming::new(place, &known.name));
            ui.close();
        }
        if menu_row(ui, text::moves::REMOVE, "", None, true).clicked() {
            ask.push(UiCommand::Edit(session.removed_move(place)));
            ui.close();
        }
    });
    if !is_open {
        return;
    }
    for (number, example) in known.examples.iter().enumerate() {
        let origin = &example.origin;
        let from = time_label(origin.range.start as f64 / example.fps, 0.1);
        let secs = origin.range.len() as f64 / example.fps;
        let what = text::moves::example(&origin.clip, origin.person.0, &from, secs);
        ui.horizontal(|ui| {
            ui.add_space(size::PANEL_PADDING);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, Icon::Cross, &text::moves::remove_example(&what)).clicked() {
                    ask.push(UiCommand::Edit(session.removed_example(place, number)));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(muted(&what)).truncate()).on_hover_text(&what);
                });
            });
        });
    }
}

/// The colour of a class's label.
pub fn class_swatch(ui: &mut Ui, class: usize) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::SWATCH), Sense::hover());
    ui.painter().rect_filled(rect, 2.0, Theme::of(ui).class(class));
}
