//! The centre of the window: the open clip in 3D, or an invitation to open one.

use eframe::egui::{CentralPanel, Frame, Ui, Vec2};

use super::viewport::{ClipView, viewport_ui};
use super::{empty, overlay};
use crate::ui::layout::{PanelStates, View};
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::Ask;

pub fn scene_ui(ui: &mut Ui, view: &View<'_>, panels: &mut PanelStates, ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    panels.viewports.tidy(view.session);
    let Some(clip) = ClipView::active(view.session) else {
        CentralPanel::default().frame(Frame::NONE.fill(theme.window)).show(ui, |ui| empty::empty_ui(ui, view, ask));
        return;
    };
    let rect = ui.available_rect_before_wrap();
    viewport_ui(ui, clip, theme, panels.viewports.of(clip.clip.source.id), ask.commands);
    if view.session.settings.show_performance {
        overlay::performance_ui(ui, rect.shrink2(Vec2::splat(size::FLOAT_INSET)), view.performance);
    }
}
