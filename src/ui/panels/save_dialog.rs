//! What dialogs that write files have alike: the place to write to, and the foot with its buttons.

use eframe::egui::{Align, Key, Label, Layout, RichText, ScrollArea, Ui};

use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{muted, primary_button, text_field};

/// What was asked for at the foot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Write,
    /// The system's dialog.
    ChoosePlace,
}

/// Title, hint and foot of a dialog with the margin around it take so much of the window's height.
const REST: f32 = 5.0 * size::LARGE_ICON;

/// What can be chosen, to scroll through where the window is low.
pub fn choices_ui(ui: &mut Ui, choices: impl FnOnce(&mut Ui)) {
    let room = ui.ctx().content_rect().height() - REST;
    ScrollArea::vertical().max_height(room).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = size::GAP;
        choices(ui);
    });
}

/// Folder and name to type. True when Enter was pressed.
pub fn place_ui(ui: &mut Ui, place: &mut String, example: &str, wants_focus: &mut bool) -> bool {
    ui.label(muted(text::export::SAVE_AS));
    let field = text_field(ui, text::export::SAVE_AS, place, example);
    if std::mem::take(wants_focus) {
        field.request_focus();
    }
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

/// What will be written, or what is missing, over the buttons; `write` is the label of the one that does it.
pub fn foot_ui(ui: &mut Ui, told: String, is_harmless: bool, write: &str, is_possible: bool) -> Option<Asked> {
    let mut asked = None;
    ui.add_space(size::GAP);
    let told = RichText::new(told).small();
    ui.add(Label::new(if is_harmless { told.weak() } else { told.color(Theme::of(ui).warn) }).truncate());
    ui.add_space(size::GAP);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.add_enabled_ui(is_possible, |ui| {
            if primary_button(ui, write).clicked() {
                asked = Some(Asked::Write);
            }
        });
        if ui.button(text::common::CANCEL).clicked() {
            ui.close();
        }
        if ui.button(text::export::CHOOSE_PLACE).on_hover_text(text::export::CHOOSE_PLACE_HINT).clicked() {
            asked = Some(Asked::ChoosePlace);
        }
    });
    asked
}
