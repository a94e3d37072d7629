//! A small dialog for typing or pasting a path.

use eframe::egui::{self, Align, Id, Key, Layout, Modal, RichText};

use crate::ui::command::UiCommand;
use crate::ui::opening::{typed_path, use_or_open};
use crate::ui::text;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::{muted, primary_button, text_field};

/// The text while the dialog is shown.
#[derive(Default)]
pub struct PathField {
    text: String,
    is_open: bool,
    wants_focus: bool,
}

impl PathField {
    pub fn open(&mut self) {
        self.is_open = true;
        self.wants_focus = true;
    }

    pub fn ui(&mut self, ctx: &egui::Context, commands: &mut Vec<UiCommand>) {
        if !self.is_open {
            return;
        }
        let mut is_confirmed = false;
        let modal = Modal::new(Id::unique("open-path")).frame(Theme::of_context(ctx).dialog_frame()).show(ctx, |ui| {
            ui.set_width(size::DIALOG_WIDTH.min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING));
            ui.label(RichText::new(text::path_field::TITLE).text_style(dialog_text()));
            ui.label(muted(text::path_field::HINT));
            ui.add_space(size::GAP);
            let field = text_field(ui, text::path_field::PATH, &mut self.text, text::path_field::EXAMPLE);
            if std::mem::take(&mut self.wants_focus) {
                field.request_focus();
            }
            is_confirmed = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            ui.add_space(size::PANEL_PADDING);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_enabled_ui(typed_path(&self.text).is_some(), |ui| {
                    is_confirmed |= primary_button(ui, text::path_field::OPEN).clicked();
                });
                if ui.button(text::common::CANCEL).clicked() {
                    ui.close();
                }
            });
        });
        let path = typed_path(&self.text).filter(|_| is_confirmed);
        if modal.should_close() || path.is_some() {
            self.is_open = false;
        }
        if let Some(path) = path {
            self.text.clear();
            commands.push(use_or_open(path));
        }
    }
}
