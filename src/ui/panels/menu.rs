//! The menu bar: every action, recent files, and the name of what is open.

use eframe::egui::{self, Align, Layout, MenuBar, Ui};

use crate::io::keypoints::ReadOptions;
use crate::runtime::OpenTarget;
use crate::ui::action::{Action, MENUS};
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::opening::short_name;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, hairline, menu_row, muted};

pub fn menu_bar_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    MenuBar::new().ui(ui, |ui| {
        ui.set_height(size::MENU_BAR);
        for menu in &MENUS {
            ui.menu_button(menu.title, |ui| {
                ui.set_width(size::LEFT_PANEL);
                ui.spacing_mut().item_spacing.y = 0.0;
                for (place, group) in menu.groups.iter().enumerate() {
                    if place > 0 {
                        hairline(ui);
                    }
                    for action in group.iter().map(|info| info.action) {
                        ask.menu_row(ui, action);
                        if action == Action::OpenDemo {
                            recent_ui(ui, ask);
                        }
                    }
                }
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for action in [Action::ToggleRightPanel, Action::ToggleLeftPanel, Action::ToggleTheme] {
                ask.action_button(ui, action);
            }
            ui.add_space(size::GAP);
            if let Some(active) = view.session.active() {
                ui.add(egui::Label::new(muted(&active.source.name)).truncate());
            }
        });
    });
}

/// Files that were open before, as a menu of their own.
fn recent_ui(ui: &mut Ui, ask: &mut Ask<'_>) {
    let recent = &ask.session.settings.recent_files;
    if recent.is_empty() {
        return;
    }
    hairline(ui);
    let mut picked = None;
    for path in recent.iter().take(8) {
        let row = menu_row(ui, &short_name(path), "", None, true);
        if row.on_hover_text(path.display().to_string()).clicked() {
            picked = Some(path.clone());
            ui.close();
        }
    }
    if let Some(path) = picked {
        ask.push(UiCommand::Open { target: OpenTarget::File(path), options: ReadOptions::default() });
    }
}
