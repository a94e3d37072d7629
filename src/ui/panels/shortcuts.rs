//! All keys at a glance.

use eframe::egui::{self, Align2, Id, Modal, RichText, ScrollArea, Sense, TextStyle, Ui, Vec2};

use crate::ui::action::{Action, MENUS, Menu};
use crate::ui::icon::Icon;
use crate::ui::text;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::{cell, icon_button};

pub fn shortcuts_ui(ctx: &egui::Context, is_open: &mut bool) {
    if !*is_open {
        return;
    }
    let width = (size::DIALOG_WIDTH + size::LEFT_PANEL).min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING);
    let modal = Modal::new(Id::unique("shortcuts")).frame(Theme::of_context(ctx).dialog_frame()).show(ctx, |ui| {
        ui.set_width(width);
        ui.horizontal(|ui| {
            ui.label(RichText::new(text::shortcuts::TITLE).text_style(dialog_text()));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if icon_button(ui, Icon::Cross, text::shortcuts::CLOSE_LABEL).clicked() {
                    ui.close();
                }
            });
        });
        ui.add_space(size::GAP);
        ui.spacing_mut().item_spacing = Vec2::new(2.0 * size::DIALOG_PADDING, 2.0);
        let room = ctx.content_rect().height() - 4.0 * size::LARGE_ICON;
        ScrollArea::vertical().auto_shrink([false, true]).max_height(room).min_scrolled_height(room).show(ui, |ui| {
            // Room for the bar beside it.
            ui.set_max_width(ui.available_width() - size::PANEL_PADDING);
            ui.columns(COLUMNS, |columns_ui| {
                for (ui, menus) in columns_ui.iter_mut().zip(balanced()) {
                    for menu in menus {
                        group_ui(ui, menu);
                    }
                }
            });
        });
    });
    if modal.should_close() {
        *is_open = false;
    }
}

const COLUMNS: usize = 3;

fn with_keys(menu: &Menu) -> impl Iterator<Item = Action> {
    menu.actions().filter(|action| !action.shortcuts().is_empty())
}

/// The menus in columns of about the same height.
fn balanced() -> [Vec<&'static Menu>; COLUMNS] {
    /// Lines that a title and the space below a group take.
    const TITLE: usize = 2;
    let lines = |menu: &Menu| with_keys(menu).count() + TITLE;
    let share = MENUS.iter().map(lines).sum::<usize>().div_ceil(COLUMNS);
    let mut columns = [const { Vec::new() }; COLUMNS];
    let mut before = 0;
    for menu in &MENUS {
        // Where most of it belongs.
        let middle = before + lines(menu) / 2;
        columns[(middle / share.max(1)).min(COLUMNS - 1)].push(menu);
        before += lines(menu);
    }
    columns
}

fn group_ui(ui: &mut Ui, menu: &Menu) {
    let theme = Theme::of(ui);
    ui.heading(menu.title);
    let font = TextStyle::Body.resolve(ui.style());
    for action in with_keys(menu) {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::COMPACT_HEIGHT), Sense::hover());
        let label = action.name();
        cell(ui, rect.left_center(), Align2::LEFT_CENTER, label, font.clone(), theme.muted);
        let keys = action.shortcut_text(ui.ctx());
        cell(ui, rect.right_center(), Align2::RIGHT_CENTER, &keys, font.clone(), theme.text);
    }
    ui.add_space(size::PANEL_PADDING);
}
