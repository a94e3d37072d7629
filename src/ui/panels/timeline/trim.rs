//! In and out point: brackets on the ruler that can be dragged; what is outside is dimmed.

use eframe::egui::{CursorIcon, Painter, Rangef, Rect, Sense, Stroke, Ui, WidgetInfo, pos2};

use super::Stage;
use super::ruler::{asked_frame, paint_focus};
use super::ticks::exact_time;
use crate::data::{FrameIndex, FrameRange};
use crate::session::Edit;
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::theme::{Theme, size};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    Out,
}

pub fn trim_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>) {
    let ids = [Side::In, Side::Out].map(|side| (side, ui.scope_id().with(("bracket", side == Side::In))));
    // A bracket that is dragged to the end of the clip ends the trim, but can still be dragged back.
    let is_dragged = ids.iter().any(|(_, id)| ui.ctx().is_being_dragged(*id));
    if stage.active.trim.is_none() && !is_dragged {
        return;
    }
    let played = stage.active.played();
    let axis = stage.layout.axis();
    let x = stage.layout.scale.x_of_range(played);
    let painter = ui.painter().with_clip_rect(axis);
    for x in [Rangef::new(axis.left(), x.min), Rangef::new(x.max, axis.right())] {
        if x.span() > 0.0 {
            painter.rect_filled(Rect::from_x_y_ranges(x, axis.y_range()), 0.0, stage.theme.unplayed);
        }
    }
    for (side, id) in ids {
        let (x, outward, name, frame) = match side {
            Side::In => (x.min, -1.0, text::timeline::IN_POINT, FrameIndex(played.start)),
            Side::Out => (x.max, 1.0, text::timeline::OUT_POINT, FrameIndex(played.end - 1)),
        };
        // The inner side is left to the playhead.
        let reach = Rangef::from(x.min(x + outward * size::HIT)..=x.max(x + outward * size::HIT));
        let rect = Rect::from_x_y_ranges(reach, stage.layout.ruler.y_range()).intersect(axis);
        if !rect.is_positive() {
            continue;
        }
        let response = ui.interact(rect, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::slider(true, frame.0 as f64, name));
        let is_hot = response.hovered() || response.dragged();
        paint_bracket(&painter, x, stage.layout.ruler.y_range(), outward, is_hot, stage.theme);
        paint_focus(ui, &response, stage.theme);
        let mut moved = asked_frame(ui, &response, frame, limits(stage, side, played));
        if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            stage.pointer.drag_x = Some(at.x);
            moved = Some(nearest(stage, side, played, at.x));
        }
        if let Some(moved) = moved.filter(|moved| *moved != frame) {
            let trim = match side {
                Side::In => FrameRange::new(moved.0, played.end),
                Side::Out => FrameRange::new(played.start, moved.0 + 1),
            };
            stage.ask.push(UiCommand::Edit(Edit::SetTrim { source: stage.active.source.id, trim: Some(trim) }));
            ui.request_repaint();
        }
        response.context_menu(|ui| {
            ui.set_width(size::LEFT_PANEL);
            ui.spacing_mut().item_spacing.y = 0.0;
            let clear = if side == Side::In { Action::ClearIn } else { Action::ClearOut };
            for action in [clear, Action::ClearInOut, Action::ZoomToInOut] {
                stage.ask.menu_row(ui, action);
            }
        });
        let time = exact_time(frame.0 as f64 / stage.active.fps);
        response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal).on_hover_text(text::timeline::at(name, &time));
    }
}

/// Where a bracket may stand: at least one frame stays between them.
fn limits(stage: &Stage<'_, '_>, side: Side, played: FrameRange) -> FrameRange {
    match side {
        Side::In => FrameRange::new(0, played.end),
        Side::Out => FrameRange::new(played.start, stage.active.source.frame_count),
    }
}

/// The frame whose outer edge is nearest to `x`.
fn nearest(stage: &Stage<'_, '_>, side: Side, played: FrameRange, x: f32) -> FrameIndex {
    let edge = stage.layout.scale.frames_at(x).round().max(0.0) as usize;
    let limits = limits(stage, side, played);
    let frame = if side == Side::In { edge } else { edge.saturating_sub(1) };
    FrameIndex(frame.clamp(limits.start, limits.end - 1))
}

fn paint_bracket(painter: &Painter, x: f32, y: Rangef, outward: f32, is_hot: bool, theme: &Theme) {
    let colour = if is_hot { theme.accent } else { theme.text };
    let stroke = Stroke::new(size::BONE_STROKE, colour);
    let x = painter.round_to_pixel_center(x);
    let tip = x - outward * size::BRACKET;
    let (top, bottom) = (y.min + 1.0, y.max - 1.0);
    painter.line(vec![pos2(tip, top), pos2(x, top), pos2(x, bottom), pos2(tip, bottom)], stroke);
}
