//! What happened so far, for reading and for copying into a report.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Sense, Ui, Vec2};

use crate::support::Level;
use crate::ui::icon::Icon;
use crate::ui::log_book::LogBook;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::toast::{level_colour, level_icon};
use crate::ui::widgets::{icon_button, muted, segmented};

pub struct LogState {
    level: Level,
}

impl Default for LogState {
    fn default() -> Self {
        Self { level: Level::Info }
    }
}

pub fn log_ui(ui: &mut Ui, log: &LogBook, state: &mut LogState) {
    let bar = Vec2::new(ui.available_width(), size::CONTROL_HEIGHT + size::STEP);
    ui.allocate_ui_with_layout(bar, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        if icon_button(ui, Icon::Cross, text::log::CLEAR_LABEL).on_hover_text(text::log::CLEAR).clicked() {
            log.clear();
        }
        if icon_button(ui, Icon::Copy, text::log::COPY_LABEL).on_hover_text(text::log::COPY).clicked() {
            ui.ctx().copy_text(log.to_text(state.level));
        }
        ui.add_space(size::STEP);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let levels = [
                (Level::Info, text::log::ALL, ""),
                (Level::Warning, text::log::WARNINGS, ""),
                (Level::Error, text::log::ERRORS, ""),
            ];
            state.level = segmented(ui, text::log::LEVEL, state.level, &levels).unwrap_or(state.level);
        });
    });
    ui.add_space(size::STEP);
    let entries = log.entries(state.level);
    if entries.is_empty() {
        ui.label(muted(text::log::EMPTY));
        return;
    }
    let theme = Theme::of(ui);
    let scroll = ScrollArea::vertical().auto_shrink(false).stick_to_bottom(true);
    scroll.show_rows(ui, size::COMPACT_HEIGHT, entries.len(), |ui, range| {
        for entry in &entries[range] {
            ui.horizontal(|ui| {
                ui.set_height(size::COMPACT_HEIGHT);
                ui.spacing_mut().item_spacing.x = size::STEP;
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
                level_icon(entry.level).paint(ui.painter(), rect, level_colour(entry.level, theme));
                ui.label(muted(format!("{:8.2}", entry.at_secs)));
                ui.add(Label::new(RichText::new(&entry.text).small()).truncate()).on_hover_text(&entry.text);
            });
        }
    });
}
