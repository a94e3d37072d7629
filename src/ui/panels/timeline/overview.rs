//! Where a zoomed timeline is in the whole clip.

use eframe::egui::{Rangef, Rect, Role, Sense, Stroke, Ui, WidgetInfo};

use super::Stage;
use super::scale::{Span, TimeScale};
use crate::ui::text;
use crate::ui::theme::size;

/// Narrowest thumb, so that it can be taken.
const NARROWEST: f32 = size::HIT;

/// A thin bar over the lower edge of the lanes while the timeline is zoomed in; drag it to pan.
pub fn overview_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, span: &mut Span) {
    if span.is_whole() {
        return;
    }
    let axis = stage.layout.axis().shrink2([size::GAP, 0.0].into());
    let area = axis.with_min_y(axis.bottom() - 2.0 * size::GAP);
    let response = ui.interact(area, ui.scope_id().with("overview"), Sense::click_and_drag());
    let percent = |frames: f64| 100.0 * frames / span.count().max(1) as f64;
    response.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, true, text::timeline::OVERVIEW));
    let says = text::timeline::shown_percent(percent(span.start()), percent(span.end()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(says));

    let whole = TimeScale::new(Span::all(span.count()), area.x_range());
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.clicked() || response.drag_started()) {
        let at = whole.frames_at(at.x);
        if at < span.start() || at > span.end() {
            span.pan(at - 0.5 * (span.start() + span.end()));
        }
    }
    span.pan(f64::from(response.drag_delta().x) / whole.points_per_frame());
    if response.double_clicked() {
        *span = Span::all(span.count());
    }

    let is_hot = response.hovered() || response.dragged();
    let height = if is_hot { 2.0 } else { 1.0 } * size::OVERVIEW;
    let y = Rangef::new(area.bottom() - height - 1.0, area.bottom() - 1.0);
    let theme = stage.theme;
    let shown = Rangef::new(whole.x_of(span.start()), whole.x_of(span.end()));
    let thumb = if shown.span() < NARROWEST {
        let left = (shown.center() - NARROWEST * 0.5).clamp(area.left(), area.right() - NARROWEST);
        Rangef::new(left, left + NARROWEST)
    } else {
        shown
    };
    let painter = ui.painter();
    painter.rect_filled(Rect::from_x_y_ranges(area.x_range(), y), height * 0.5, theme.line);
    let colour = if is_hot { theme.muted } else { theme.disabled };
    painter.rect_filled(Rect::from_x_y_ranges(thumb, y), height * 0.5, colour);
    let playhead = whole.x_of_frame(stage.session.frame().0 as f64);
    painter.vline(playhead, y, Stroke::new(size::BONE_STROKE, theme.accent));
    response.on_hover_text(text::timeline::OVERVIEW_HINT);
}
