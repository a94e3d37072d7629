//! The ruler: times or frame numbers, and the playhead by pointer, keyboard and assistive technology.

use eframe::egui::accesskit::{self, ActionData};
use eframe::egui::{
    self, CursorIcon, EventFilter, Key, Rangef, Rect, Response, Sense, Stroke, TextStyle, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};

use super::ticks::{RulerUnit, exact_time, ticks, time_label};
use super::{GUTTER, Stage, TimelineState};
use crate::data::{FrameIndex, FrameRange};
use crate::session::Edit;
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{hairline, menu_row};

/// The corner over the names: what the ruler counts, and whether lanes show parts of the body.
pub fn corner_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, state: &mut TimelineState) {
    let ruler = stage.layout.ruler;
    let corner = ruler.with_max_x(ruler.left() + GUTTER).shrink2(vec2(size::STEP, 0.0));
    let (label, next) = match state.unit {
        RulerUnit::Time => (text::timeline::RULER_TIME, RulerUnit::Frames),
        RulerUnit::Frames => (text::timeline::RULER_FRAMES, RulerUnit::Time),
    };
    let text = egui::RichText::new(label).small().color(stage.theme.muted);
    let button = ui.put(
        Rect::from_min_size(corner.min - vec2(0.0, 1.0), vec2(corner.width() * 0.5, ruler.height())),
        egui::Button::new(text).frame_when_inactive(false),
    );
    if button.on_hover_text(text::timeline::RULER_HINT).clicked() {
        state.unit = next;
    }
    let right = corner.with_min_x(corner.right() - size::HIT);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(right));
    ui.spacing_mut().interact_size.y = size::COMPACT_HEIGHT;
    stage.ask.action_button(&mut ui, Action::ToggleHeat);
}

/// Ticks with labels; a press moves the playhead.
pub fn ruler_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, state: &mut TimelineState) {
    let rect = stage.layout.time_ruler();
    let response = ui.interact(rect, ui.scope_id().with("ruler"), Sense::click_and_drag());
    let frame = stage.session.frame();
    response.widget_info(|| WidgetInfo::slider(true, frame.0 as f64, text::timeline::PLAYHEAD));
    let frames = stage.active.frames();
    stage.pointer.asked = asked_frame(ui, &response, frame, frames);

    let painter = ui.painter().with_clip_rect(rect);
    let font = TextStyle::Small.resolve(ui.style());
    let theme = stage.theme;
    let (fps, first_number) = (stage.active.fps, stage.active.source.first_frame_number);
    for tick in ticks(&stage.layout.scale, state.unit, fps, first_number) {
        let x = painter.round_to_pixel_center(stage.layout.scale.x_of_frame(tick.frames));
        let height = if tick.label.is_some() { 0.4 } else { 0.2 } * rect.height();
        let y = Rangef::new(rect.bottom() - height, rect.bottom());
        painter.vline(x, y, Stroke::new(size::HAIRLINE, theme.disabled));
        if let Some(label) = tick.label {
            let galley = painter.layout_no_wrap(label, font.clone(), theme.muted);
            let at = pos2(x + size::STEP, rect.center().y - 1.0 - galley.size().y * 0.5);
            // One that does not fit is left out, not cut, and so is one under a flag.
            let reach = Rangef::new(at.x, at.x + galley.size().x);
            if reach.max <= rect.right() && !state.markers.is_covered(reach) {
                painter.galley(at, galley, theme.muted);
            }
        }
    }
    paint_focus(ui, &response, theme);
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    stage.pointer.watch(&response);
    context_menu(&response, stage, state);
}

/// Outline of what has the keyboard.
pub fn paint_focus(ui: &Ui, response: &Response, theme: &Theme) {
    if response.has_focus() {
        let rect = response.rect.shrink(1.0);
        ui.painter().rect_stroke(rect, size::STEP, theme.focus_line(), egui::StrokeKind::Inside);
    }
}

/// The frame inside `frames` that arrows on the focused widget or assistive technology ask for; `frame` is where the
/// widget stands, which it says too.
pub fn asked_frame(ui: &Ui, response: &Response, frame: FrameIndex, frames: FrameRange) -> Option<FrameIndex> {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(text::timeline::frame_of(frame.0 + 1, frames.end));
        node.set_min_numeric_value(frames.start as f64);
        node.set_max_numeric_value(frames.end.saturating_sub(1) as f64);
        node.set_numeric_value_step(1.0);
        for action in [accesskit::Action::SetValue, accesskit::Action::Increment, accesskit::Action::Decrement] {
            node.add_action(action);
        }
    });
    let mut target = frame.0 as i64;
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        ui.input(|input| {
            target += input.num_presses(Key::ArrowRight) as i64 - input.num_presses(Key::ArrowLeft) as i64;
        });
    }
    ui.input(|input| {
        let requests = |action| input.accesskit_action_requests(response.id, action);
        target += requests(accesskit::Action::Increment).count() as i64;
        target -= requests(accesskit::Action::Decrement).count() as i64;
        for request in requests(accesskit::Action::SetValue) {
            if let Some(ActionData::NumericValue(value)) = &request.data {
                target = value.round() as i64;
            }
        }
    });
    let last = frames.end.saturating_sub(1).max(frames.start);
    let target = target.clamp(frames.start as i64, last as i64) as usize;
    (target != frame.0).then_some(FrameIndex(target))
}

/// What can be done at the frame under the pointer.
pub fn context_menu(response: &Response, stage: &mut Stage<'_, '_>, state: &mut TimelineState) {
    if response.secondary_clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        state.menu_frame = stage.layout.scale.frame_at(at.x);
    }
    let frame = state.menu_frame;
    response.context_menu(|ui| {
        ui.set_width(size::LEFT_PANEL);
        ui.spacing_mut().item_spacing.y = 0.0;
        let active = stage.active;
        let source = active.source.id;
        let edits = [
            (text::timeline::SET_IN_HERE, Edit::SetTrim { source, trim: Some(active.played_from(frame)) }),
            (text::timeline::SET_OUT_HERE, Edit::SetTrim { source, trim: Some(active.played_to(frame)) }),
            (text::timeline::ADD_MARKER_HERE, Edit::AddMarker { source, marker: active.new_marker(frame) }),
        ];
        for (label, edit) in edits {
            let is_possible = !matches!(edit, Edit::AddMarker { .. }) || active.marker_at(frame).is_none();
            if menu_row(ui, label, "", None, is_possible).clicked() {
                stage.ask.push(UiCommand::Edit(edit));
                ui.close();
            }
        }
        let time = exact_time(frame.0 as f64 / active.fps);
        if menu_row(ui, &text::timeline::copy(&time), "", None, true).clicked() {
            ui.ctx().copy_text(time);
            ui.close();
        }
        hairline(ui);
        for action in [Action::ClearInOut, Action::ZoomToInOut, Action::FitTimeline, Action::ToggleLoop] {
            stage.ask.menu_row(ui, action);
        }
    });
}

/// Time as the ruler would label it, to a frame.
pub fn frame_time(frame: FrameIndex, fps: f64) -> String {
    time_label(frame.0 as f64 / fps, 1.0 / fps.max(11.0))
}
