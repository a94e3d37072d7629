//! Markers: flags on the ruler with their names.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    CursorIcon, Id, Rangef, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::Stage;
use super::ruler::{asked_frame, paint_focus};
use super::ticks::exact_time;
use crate::data::FrameIndex;
use crate::session::{Edit, Marker};
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Renamed, Renaming, menu_row};

/// Flags nearer to each other than this are one flag.
const CROWDED: f32 = size::GAP;
/// A name needs this much room.
const NARROWEST_NAME: f32 = size::HIT;
/// A flag without its name.
const BARE: f32 = size::GAP;

#[derive(Default)]
pub struct MarkersState {
    pub renaming: Option<Renaming<FrameIndex>>,
    drag: Option<Drag>,
    /// Where flags stood in the last frame, from left to right.
    flags_x: Vec<Rangef>,
}

impl MarkersState {
    /// Whether a flag stands over any of `x`.
    pub fn is_covered(&self, x: Rangef) -> bool {
        let after = self.flags_x.partition_point(|flag| flag.max < x.min);
        self.flags_x.get(after).is_some_and(|flag| flag.min <= x.max)
    }
}

/// A marker on its way; it lands when the pointer lets go, so that it passes others unharmed.
#[derive(Clone, Copy)]
struct Drag {
    from: FrameIndex,
    to: FrameIndex,
}

/// A marker where it is drawn, with those that stand too near for a flag of their own.
struct Flag<'a> {
    x: f32,
    marker: &'a Marker,
    others: &'a [Marker],
}

pub fn markers_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, state: &mut MarkersState) {
    let active = stage.active;
    let scale = stage.layout.scale;
    let shown = scale.shown();
    // A name may reach into view from the left.
    let reach = (f64::from(size::MARKER_NAME) / scale.points_per_frame()).ceil() as usize;
    let first = active.markers.partition_point(|marker| marker.frame.0 + reach < shown.start);
    let last = active.markers.partition_point(|marker| marker.frame.0 < shown.end);
    let markers = &active.markers[first..last.max(first)];
    let flags = flags(markers, |marker| scale.x_of_frame(marker.frame.0 as f64), state.drag.map(|drag| drag.from));
    state.flags_x.clear();
    for (place, flag) in flags.iter().enumerate() {
        let next_x = flags.get(place + 1).map_or(f32::INFINITY, |next| next.x);
        flag_ui(ui, stage, state, flag, next_x - 2.0);
    }
    rename_ui(ui, stage, state);
}

/// Markers from left to right; the dragged one always has a flag of its own.
fn flags<'a>(markers: &'a [Marker], x_of: impl Fn(&Marker) -> f32, dragged: Option<FrameIndex>) -> Vec<Flag<'a>> {
    let mut flags: Vec<Flag<'a>> = Vec::new();
    for (place, marker) in markers.iter().enumerate() {
        let x = x_of(marker);
        let is_dragged = |marker: &Marker| dragged == Some(marker.frame);
        match flags.last_mut() {
            Some(flag) if x - flag.x < CROWDED && !is_dragged(marker) && !is_dragged(flag.marker) => {
                flag.others = &markers[place - flag.others.len()..=place];
            }
            _ => flags.push(Flag { x, marker, others: &[] }),
        }
    }
    flags
}

fn flag_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, state: &mut MarkersState, flag: &Flag<'_>, right: f32) {
    let Stage { active, theme, .. } = *stage;
    let scale = stage.layout.scale;
    let (ruler, axis) = (stage.layout.ruler, stage.layout.axis());
    let marker = flag.marker;
    let source = active.source.id;
    let dragged_to = state.drag.filter(|drag| drag.from == marker.frame).map(|drag| drag.to);
    let painter = ui.painter().with_clip_rect(axis);
    let x = painter.round_to_pixel_center(dragged_to.map_or(flag.x, |to| scale.x_of_frame(to.0 as f64)));

    let room = right.min(axis.right()) - x - 2.0 * size::STEP;
    let mut job = LayoutJob::simple_singleline(marker.name.clone(), TextStyle::Small.resolve(ui.style()), theme.text);
    job.wrap = TextWrapping::truncate_at_width(room.clamp(NARROWEST_NAME, size::MARKER_NAME));
    let name = (room >= NARROWEST_NAME || dragged_to.is_some()).then(|| painter.layout_job(job));
    let width = name.as_ref().map_or(BARE, |galley| galley.size().x + 2.0 * size::STEP);
    let rect = Rect::from_min_size(pos2(x, ruler.top() + 1.0), vec2(width, size::SEGMENT - 2.0));

    let time = exact_time(marker.frame.0 as f64 / active.fps);
    let response = ui.interact(rect.intersect(axis), flag_id(ui, marker.frame), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, text::timeline::at(&marker.name, &time)));
    let is_hot = response.hovered() || response.dragged();
    let fill = if is_hot { theme.accent_fill } else { theme.line };
    let ink = if is_hot { theme.accent_text } else { theme.text };
    let ink_of_pole = if is_hot { theme.accent } else { theme.muted };
    painter.rect_filled(rect, 2.0, fill);
    let on_ruler = Rangef::new(ruler.top() + 1.0, ruler.bottom());
    painter.vline(x, on_ruler, Stroke::new(size::HAIRLINE, ink_of_pole));
    let on_lanes = Stroke::new(size::HAIRLINE, ink_of_pole.gamma_multiply(0.5));
    painter.vline(x, stage.layout.lanes.y_range(), on_lanes);
    state.flags_x.push(rect.x_range());
    if let Some(galley) = name {
        let at = pos2(x + size::STEP, rect.center().y - galley.size().y * 0.5);
        painter.galley_with_override_text_color(at, galley, ink);
    }
    paint_focus(ui, &response, theme);

    if let Some(to) = asked_frame(ui, &response, marker.frame, active.frames()) {
        stage.ask.push(UiCommand::Edit(Edit::MoveMarker { source, from: marker.frame, to }));
        // The keyboard goes with the marker.
        let moved = flag_id(ui, to);
        ui.memory_mut(|memory| memory.request_focus(moved));
    }
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged()) {
        stage.pointer.drag_x = Some(at.x);
        state.drag = Some(Drag { from: marker.frame, to: scale.frame_at(at.x) });
    }
    if response.drag_stopped()
        && let Some(Drag { from, to }) = state.drag.take().filter(|drag| drag.from != drag.to)
    {
        stage.ask.push(UiCommand::Edit(Edit::MoveMarker { source, from, to }));
    }
    if response.clicked() {
        stage.ask.push(UiCommand::Seek(marker.frame));
    }
    if response.double_clicked() {
        state.renaming = Some(Renaming::new(marker.frame, &marker.name));
    }
    menu(&response, stage, state, marker);
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_ui(|ui| {
        for marker in std::iter::once(marker).chain(flag.others) {
            ui.label(format!("{}  {}", exact_time(marker.frame.0 as f64 / active.fps), marker.name));
        }
    });
}

fn flag_id(ui: &Ui, frame: FrameIndex) -> Id {
    ui.scope_id().with(("marker", frame))
}

fn menu(response: &Response, stage: &mut Stage<'_, '_>, state: &mut MarkersState, marker: &Marker) {
    response.context_menu(|ui| {
        ui.set_width(size::LEFT_PANEL * 0.75);
        ui.spacing_mut().item_spacing.y = 0.0;
        if menu_row(ui, text::timeline::GO_TO_MARKER, "", None, true).clicked() {
            stage.ask.push(UiCommand::Seek(marker.frame));
            ui.close();
        }
        if menu_row(ui, text::actions::RENAME_MARKER, "", None, true).clicked() {
            state.renaming = Some(Renaming::new(marker.frame, &marker.name));
            ui.close();
        }
        if menu_row(ui, text::actions::REMOVE_MARKER, "", None, true).clicked() {
            let source = stage.active.source.id;
            stage.ask.push(UiCommand::Edit(Edit::RemoveMarker { source, frame: marker.frame }));
            ui.close();
        }
    });
}

/// The field over the flag whose name is being typed.
fn rename_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, state: &mut MarkersState) {
    let Some(renaming) = &mut state.renaming else { return };
    let Some(marker) = stage.active.marker_at(renaming.what) else {
        state.renaming = None;
        return;
    };
    let axis = stage.layout.axis();
    let width = size::MARKER_NAME + 2.0 * size::GAP;
    let x = stage.layout.scale.x_of_frame(marker.frame.0 as f64);
    let left = x.min(axis.right() - width).max(axis.left());
    let rect = Rect::from_min_size(pos2(left, stage.layout.ruler.top()), vec2(width, size::CONTROL_HEIGHT));
    let mut field = ui.new_child(UiBuilder::new().max_rect(rect));
    let Some(renamed) = renaming.ui(&mut field, &marker.name) else { return };
    if let Renamed::To(name) = renamed {
        let edit = Edit::RenameMarker { source: stage.active.source.id, frame: marker.frame, name };
        stage.ask.push(UiCommand::Edit(edit));
    }
    state.renaming = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(frames: &[usize], dragged: Option<usize>) -> Vec<(usize, Vec<usize>)> {
        let markers: Vec<Marker> =
            frames.iter().map(|frame| Marker { frame: FrameIndex(*frame), name: String::new() }).collect();
        flags(&markers, |marker| marker.frame.0 as f32, dragged.map(FrameIndex))
            .iter()
            .map(|flag| (flag.marker.frame.0, flag.others.iter().map(|marker| marker.frame.0).collect()))
            .collect()
    }

    #[test]
    fn markers_that_stand_close_share_a_flag() {
        assert_eq!(found(&[0, 3, 7, 8, 30], None), [(0, vec![3, 7]), (8, vec![]), (30, vec![])]);
        assert_eq!(found(&[0, 3, 5], Some(3)), [(0, vec![]), (3, vec![]), (5, vec![])]);
    }
}
