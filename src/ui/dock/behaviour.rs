//! How panels, their tabs and the lines between them look and what they do.

use std::collections::{HashMap, HashSet};

use eframe::egui::{
    Align2, Color32, CursorIcon, Id, Rect, Response, Role, Sense, Stroke, Style, TextStyle, Ui, Vec2, Visuals,
    WidgetInfo, WidgetText, pos2, style::ScrollAnimation,
};
use egui_tiles::{Behavior, EditAction, ResizeState, TabState, TileId, Tiles, UiResponse};

use super::{Pane, PaneInfo};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::{PanelStates, View};
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, menu_row};

/// Room for the mark that closes a tab.
const CLOSE: f32 = 12.0;
/// The grip shows while the pointer is this near to the upper edge.
const GRIP_NEAR: f32 = 40.0;
const GRIP: Vec2 = Vec2::new(48.0, 8.0);

/// Passes that a tab is scrolled to: the first ones move the arrows beside the strip in and out, and with them its ends.
const REVEAL_PASSES: u8 = 4;

/// How wide the strips of the active tabs were when these were scrolled into sight, and the passes left to do so.
pub type Revealed = HashMap<TileId, (f32, u8)>;

/// Shows the panels for one frame.
pub struct Shelf<'a, 'b> {
    pub view: &'a View<'a>,
    pub panels: &'a mut PanelStates,
    pub ask: &'a mut Ask<'b>,
    pub tabbed: &'a HashSet<TileId>,
    pub revealed: &'a mut Revealed,
    pub is_changed: bool,
}

impl Shelf<'_, '_> {
    fn close(&mut self, pane: Pane) {
        self.ask.push(UiCommand::Do(pane.info().action));
    }

    fn menu(&mut self, response: &Response, pane: Pane) {
        response.context_menu(|ui| {
            ui.set_min_width(size::LEFT_PANEL / 2.0);
            if menu_row(ui, text::panes::CLOSE_PANEL, "", None, true).clicked() {
                self.close(pane);
                ui.close();
            }
            self.ask.menu_row(ui, Action::ResetLayout);
        });
    }

    /// Three pairs of dots at the upper edge to drag a panel by that has no tab.
    fn grip_ui(&mut self, ui: &mut Ui, area: Rect, pane: Pane) -> bool {
        let rect = Rect::from_center_size(pos2(area.center().x, area.top() + GRIP.y / 2.0 + 1.0), GRIP);
        let response = ui.interact(rect, ui.scope_id().with("grip"), Sense::click_and_drag());
        let title = pane.info().title;
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, text::panes::move_label(title)));
        let near = area.with_max_y(area.top() + GRIP_NEAR);
        let is_near = ui.input(|input| input.pointer.hover_pos().is_some_and(|at| near.contains(at)));
        if is_near || response.has_focus() || response.context_menu_opened() {
            let theme = Theme::of(ui);
            let colour = if response.hovered() || response.has_focus() { theme.text } else { theme.muted };
            for dot in -2..=2 {
                let at = rect.center() + Vec2::new(dot as f32 * size::STEP * 1.5, 0.0);
                ui.painter().circle_filled(at, 1.5, colour);
            }
        }
        self.menu(&response, pane);
        let response = response.on_hover_cursor(CursorIcon::Grab);
        let is_started = response.drag_started();
        response.on_hover_text(text::panes::grip_hint(title));
        is_started
    }
}

impl Behavior<Pane> for Shelf<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, tile: TileId, pane: &mut Pane) -> UiResponse {
        let area = ui.max_rect();
        pane.ui(ui, self.view, self.panels, self.ask);
        if !self.tabbed.contains(&tile) && self.grip_ui(ui, area, *pane) {
            return UiResponse::DragStarted;
        }
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        pane.info().title.into()
    }

    fn tab_ui(&mut self, tiles: &mut Tiles<Pane>, ui: &mut Ui, id: Id, tile: TileId, state: &TabState) -> Response {
        let theme = Theme::of(ui);
        let title = self.tab_title_for_tile(tiles, tile);
        let font = TextStyle::Heading.resolve(ui.style());
        let colour = if state.active { theme.text } else { theme.muted };
        let galley = ui.painter().layout_no_wrap(title.text().to_owned(), font, colour);
        let width = galley.size().x + 2.0 * size::GAP + if state.active { CLOSE } else { 0.0 };
        let (_, rect) = ui.allocate_space(Vec2::new(width, ui.available_height()));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        self.reveal(tiles, ui, tile, rect, state.active);
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, state.active, title.text()));
        if state.is_being_dragged {
            return response;
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect, size::STEP, theme.focus_line(), eframe::egui::StrokeKind::Inside);
        } else if response.hovered() && !state.active {
            ui.painter().rect_filled(rect, size::STEP, theme.raised);
        }
        let at = pos2(rect.left() + size::GAP, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, colour);
        if state.active {
            let line = Rect::from_min_max(pos2(rect.left(), rect.bottom() - size::BONE_STROKE), rect.right_bottom());
            ui.painter().rect_filled(line, 0.0, theme.accent);
        }
        let Some(pane) = tiles.get_pane(&tile).copied() else { return response };
        let PaneInfo { title, tip, .. } = pane.info();
        if state.active {
            self.tab_close_ui(ui, rect, response.hovered(), pane);
        }
        if response.clicked_by(eframe::egui::PointerButton::Middle) {
            self.close(pane);
        }
        self.menu(&response, pane);
        response.on_hover_text(text::panes::tab_hint(title, tip))
    }

    fn tab_bar_height(&self, _: &Style) -> f32 {
        size::TAB_BAR
    }

    fn tab_bar_color(&self, _: &Visuals) -> Color32 {
        Color32::TRANSPARENT
    }

    fn tab_bar_hline_stroke(&self, visuals: &Visuals) -> Stroke {
        Theme::for_visuals(visuals).hairline()
    }

    fn resize_stroke(&self, style: &Style, state: ResizeState) -> Stroke {
        let theme = Theme::for_visuals(&style.visuals);
        match state {
            ResizeState::Idle => theme.hairline(),
            ResizeState::Hovering | ResizeState::Dragging => theme.focus_line(),
        }
    }

    fn gap_width(&self, _: &Style) -> f32 {
        size::HAIRLINE
    }

    fn min_size(&self) -> f32 {
        size::MIN_PANE
    }

    fn drag_preview_stroke(&self, visuals: &Visuals) -> Stroke {
        Theme::for_visuals(visuals).focus_line()
    }

    fn drag_preview_color(&self, visuals: &Visuals) -> Color32 {
        Theme::for_visuals(visuals).accent.gamma_multiply(0.2)
    }

    /// These keys are for clips.
    fn cycle_tabs_with_keyboard(&self) -> bool {
        false
    }

    fn on_edit(&mut self, _: EditAction) {
        self.is_changed = true;
    }
}

impl Shelf<'_, '_> {
    /// Scrolls the strip to a tab that was just brought to the front, or whose strip changed its width. After that a
    /// person may scroll elsewhere.
    fn reveal(&mut self, tiles: &Tiles<Pane>, ui: &Ui, tile: TileId, tab: Rect, is_active: bool) {
        if !is_active {
            self.revealed.remove(&tile);
            return;
        }
        let width = tiles.parent_of(tile).and_then(|strip| tiles.rect(strip)).map_or(0.0, |strip| strip.width());
        let (known, left) = self.revealed.entry(tile).or_insert((width, REVEAL_PASSES));
        if (*known - width).abs() > 0.5 {
            (*known, *left) = (width, REVEAL_PASSES);
        }
        if *left > 0 {
            *left -= 1;
            ui.scroll_to_rect_animation(tab, None, ScrollAnimation::none());
            ui.ctx().request_repaint();
        }
    }

    /// The mark that closes a tab, in sight while the pointer is on the tab.
    fn tab_close_ui(&mut self, ui: &mut Ui, tab: Rect, is_near: bool, pane: Pane) {
        let side = size::COMPACT_HEIGHT;
        let rect = Align2::RIGHT_CENTER.align_size_within_rect(Vec2::splat(side), tab);
        let close = ui.interact(rect, ui.scope_id().with(("close", pane)), Sense::click());
        close.widget_info(|| WidgetInfo::labeled(Role::Button, true, text::panes::close_label(pane.info().title)));
        if is_near || close.hovered() || close.has_focus() {
            let theme = Theme::of(ui);
            let colour = if close.hovered() || close.has_focus() { theme.text } else { theme.muted };
            Icon::Cross.paint_sized(ui.painter(), rect.center(), CLOSE, colour);
        }
        if close.on_hover_text(text::common::CLOSE).clicked() {
            self.close(pane);
        }
    }
}
