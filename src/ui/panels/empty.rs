//! Nothing is open: a place to drop files, three buttons, and what was open before.

use eframe::egui::{self, Align, Label, Layout, Rect, RichText, Sense, Shape, Stroke, Ui, Vec2};

use crate::io::keypoints::ReadOptions;
use crate::runtime::OpenTarget;
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::opening::short_name;
use crate::ui::text;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::{Ask, icon_button, list_row, muted, primary_button};

const DASH: f32 = 6.0;
const RECENT_SHOWN: usize = 5;

pub fn empty_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    let whole = ui.available_rect_before_wrap();
    if view.jobs.iter().next().is_some() {
        ui.put(whole, Label::new(muted(text::empty::OPENING)));
        return;
    }
    let zone = whole.shrink(2.0 * size::PANEL_PADDING);
    let corners = [zone.left_top(), zone.right_top(), zone.right_bottom(), zone.left_bottom(), zone.left_top()];
    ui.painter().extend(Shape::dashed_line(&corners, Stroke::new(size::HAIRLINE, theme.disabled), DASH, DASH));

    let width = size::TOAST_WIDTH.min(zone.width() - 2.0 * size::PANEL_PADDING);
    let recent = &view.session.settings.recent_files;
    let shown = recent.len().min(RECENT_SHOWN) as f32;
    let height =
        5.0 * size::CONTROL_HEIGHT + size::LARGE_ICON + if shown > 0.0 { (shown + 1.5) * size::LANE } else { 0.0 };
    let block = Rect::from_center_size(zone.center(), Vec2::new(width, height.min(zone.height())));
    let mut column = ui.new_child(egui::UiBuilder::new().max_rect(block).layout(Layout::top_down(Align::Center)));
    let ui = &mut column;
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::LARGE_ICON), Sense::hover());
    Icon::Drop.paint_sized(ui.painter(), rect.center(), size::LARGE_ICON, theme.muted);
    ui.add_space(size::GAP);
    ui.label(RichText::new(text::empty::INVITATION).text_style(dialog_text()));
    ui.label(muted(text::empty::FORMATS));
    ui.add_space(size::PANEL_PADDING);
    buttons_ui(ui, width, ask);
    if shown > 0.0 {
        ui.add_space(size::PANEL_PADDING);
        recent_ui(ui, ask);
    }
}

fn buttons_ui(ui: &mut Ui, width: f32, ask: &mut Ask<'_>) {
    let actions = [
        (Action::OpenFile, text::actions::OPEN_FILE),
        (Action::OpenFolder, text::actions::OPEN_FOLDER),
        (Action::OpenDemo, text::actions::OPEN_DEMO),
    ];
    let each = (width - 2.0 * size::GAP) / actions.len() as f32;
    ui.allocate_ui(Vec2::new(width, size::CONTROL_HEIGHT), |ui| {
        ui.horizontal(|ui| {
            for (action, label) in actions {
                let size = Vec2::new(each, size::CONTROL_HEIGHT);
                let is_first = action == Action::OpenFile;
                let response = ui
                    .allocate_ui_with_layout(size, Layout::centered_and_justified(egui::Direction::LeftToRight), |ui| {
                        if is_first { primary_button(ui, label) } else { ui.button(label) }
                    })
                    .inner;
                if response.on_hover_text(action.tooltip(ask.session, ui.ctx())).clicked() {
                    ask.push(UiCommand::Do(action));
                }
            }
        });
    });
}

fn recent_ui(ui: &mut Ui, ask: &mut Ask<'_>) {
    ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
        ui.label(muted(text::empty::RECENT));
        for path in ask.session.settings.recent_files.iter().take(RECENT_SHOWN) {
            let name = short_name(path);
            let (row, forget) = list_row(ui, path, &name, false, |ui| {
                let (icon, _) = ui.allocate_exact_size(Vec2::splat(size::CONTROL_HEIGHT), Sense::hover());
                Icon::File.paint(ui.painter(), icon, Theme::of(ui).muted);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let forget = icon_button(ui, Icon::Cross, &text::empty::forget(&name));
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(Label::new(&name).truncate());
                        let folder = path.parent().map(|parent| parent.display().to_string()).unwrap_or_default();
                        ui.add(Label::new(muted(folder)).truncate());
                    });
                    forget
                })
                .inner
            });
            if forget.on_hover_text(text::empty::FORGET_HINT).clicked() {
                ask.commands.push(UiCommand::ForgetRecent(path.clone()));
            } else if row.on_hover_text(path.display().to_string()).clicked() {
                let target = OpenTarget::File(path.clone());
                ask.commands.push(UiCommand::Open { target, options: ReadOptions::default() });
            }
        }
    });
}
