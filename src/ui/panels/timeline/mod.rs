//! The timeline: ruler, one lane per person with confidence, gaps and the inferred range, and the playhead.
//!
//! Nothing here costs more for a longer recording: confidence is summed up once per track, and a lane's strip is
//! rebuilt only when the shown range, its place or the theme changes.

mod lane;
mod profile;
mod scale;
mod ticks;

use std::collections::HashMap;

use eframe::egui::accesskit::{self, ActionData};
use eframe::egui::scroll_area::ScrollSource;
use eframe::egui::{
    self, CursorIcon, EventFilter, Key, PointerButton, PopupAnchor, Rangef, Rect, Response, Role, ScrollArea, Sense,
    Stroke, TextStyle, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use self::lane::{LaneCache, LaneLook, paint_lane};
use self::profile::full_confidence;
use self::scale::{Span, TimeScale};
use self::ticks::{RulerUnit, ticks, time_label};
use crate::data::{FrameIndex, FrameRange, PersonId};
use crate::session::{Person, Pick, Session, SourceId, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::theme::{Theme, size};

/// Names stand left of the time axis in this width.
const GUTTER: f32 = size::LABEL_COLUMN + 7.0 * size::STEP;
const HANDLE: f32 = size::SWATCH;
/// Points that the view moves on per frame for each point that the playhead is dragged beyond it.
const DRAG_ON: f64 = 0.15;

/// What the timeline remembers between frames.
pub struct TimelineState {
    source: Option<SourceId>,
    span: Span,
    unit: RulerUnit,
    lanes: HashMap<PersonId, LaneCache>,
    /// What counts as certain in this source.
    full_confidence: f32,
    /// The selected person whose lane was last brought into view.
    revealed: Option<PersonId>,
    /// The frame that was shown last.
    shown: FrameIndex,
}

impl Default for TimelineState {
    fn default() -> Self {
        Self {
            source: None,
            span: Span::all(0),
            unit: RulerUnit::default(),
            lanes: HashMap::new(),
            full_confidence: 1.0,
            revealed: None,
            shown: FrameIndex(0),
        }
    }
}

impl TimelineState {
    /// Starts anew when another source is shown.
    fn follow_source(&mut self, active: &SourceState) {
        let source = &active.source;
        if self.source != Some(source.id) || self.span.count() != source.frame_count {
            *self = Self {
                source: Some(source.id),
                span: Span::all(source.frame_count),
                unit: self.unit,
                full_confidence: full_confidence(&source.tracks),
                ..Self::default()
            };
        }
    }
}

/// Where things are in this frame.
struct Layout {
    /// Everything.
    area: Rect,
    ruler: Rect,
    /// Rows of people, gutter included.
    lanes: Rect,
    scale: TimeScale,
}

impl Layout {
    fn new(area: Rect, span: Span) -> Self {
        let (ruler, lanes) = area.split_top_bottom_at_y(area.top() + size::RULER);
        // Half a handle is free at both ends, so that it can be taken at the first and at the last frame.
        let time = Rangef::new(area.left() + GUTTER + size::GAP, area.right() - size::GAP);
        Self { area, ruler, lanes, scale: TimeScale::new(span, time) }
    }

    /// The time axis with its margins, over ruler and lanes.
    fn axis(&self) -> Rect {
        self.area.with_min_x(self.area.left() + GUTTER)
    }
}

/// Fills what is left of `ui`.
pub fn timeline_ui(ui: &mut Ui, session: &Session, theme: &Theme, state: &mut TimelineState, out: &mut Vec<UiCommand>) {
    let (_, area) = ui.allocate_space(ui.available_size());
    let Some(active) = session.active() else { return };
    state.follow_source(active);
    let layout = Layout::new(area, state.span);
    let mut scrub = Scrub::default();

    ui.painter().hline(area.x_range(), layout.ruler.bottom(), theme.hairline());
    unit_button(ui, &layout, theme, state);
    let ruler = ruler_ui(ui, session, active, theme, &layout, state.unit, &mut scrub);
    scrub.watch(&ruler);
    lanes_ui(ui, session, active, theme, &layout, state, &mut scrub, out);

    let frame = match scrub.pointer_x {
        Some(x) => layout.scale.frame_at(x),
        None => scrub.asked.unwrap_or(session.frame()),
    };
    if frame != session.frame() && session.clock.range().contains(frame) {
        out.push(UiCommand::Seek(frame));
        ui.request_repaint();
    }
    playhead(ui, &layout, frame, theme);
    if let Some(x) = scrub.hover_x.filter(|_| scrub.pointer_x.is_none()) {
        ui.painter().with_clip_rect(layout.axis()).vline(
            x,
            layout.area.y_range(),
            Stroke::new(size::HAIRLINE, theme.muted.gamma_multiply(0.5)),
        );
    }
    if let Some(x) = scrub.hover_x.or(scrub.pointer_x) {
        tooltip(ui, active, session, theme, layout.scale.frame_at(x), scrub.person, state);
    }

    navigate(ui, &layout, &scrub, &mut state.span);
    // The playhead stays in view whatever moves it; only while it is dragged the view stays under the pointer.
    let has_moved = state.shown != session.frame();
    state.shown = session.frame();
    if has_moved && scrub.pointer_x.is_none() {
        state.span.follow(session.frame());
    }
}

/// What the pointer does to ruler and lanes in this frame.
#[derive(Default)]
struct Scrub {
    /// Where the primary button is held down.
    pointer_x: Option<f32>,
    hover_x: Option<f32>,
    /// The lane under the pointer.
    person: Option<PersonId>,
    fits: bool,
    /// Points that the middle button moved.
    pan: f32,
    /// A frame asked for by keyboard or by assistive technology.
    asked: Option<FrameIndex>,
}

impl Scrub {
    fn watch(&mut self, response: &Response) {
        let is_primary_down = response.ctx.input(|input| input.pointer.primary_down());
        if response.is_pointer_button_down_on() && is_primary_down {
            self.pointer_x = response.interact_pointer_pos().map(|at| at.x);
        }
        if let Some(at) = response.hover_pos() {
            self.hover_x = Some(at.x);
        }
        self.fits |= response.double_clicked();
        if response.dragged_by(PointerButton::Middle) {
            self.pan += response.drag_delta().x;
        }
    }
}

/// The corner over the names: what the ruler counts.
fn unit_button(ui: &mut Ui, layout: &Layout, theme: &Theme, state: &mut TimelineState) {
    let corner = layout.ruler.with_max_x(layout.ruler.left() + GUTTER).shrink2(vec2(size::STEP, 0.0));
    let (label, next) = match state.unit {
        RulerUnit::Time => ("Time", RulerUnit::Frames),
        RulerUnit::Frames => ("Frames", RulerUnit::Time),
    };
    let text = egui::RichText::new(label).small().color(theme.muted);
    let button = ui.put(
        Rect::from_min_size(corner.min - vec2(0.0, 1.0), vec2(corner.width() * 0.5, layout.ruler.height())),
        egui::Button::new(text).frame_when_inactive(false),
    );
    if button.on_hover_text("Ruler in time or in frame numbers").clicked() {
        state.unit = next;
    }
}

fn ruler_ui(
    ui: &mut Ui,
    session: &Session,
    active: &SourceState,
    theme: &Theme,
    layout: &Layout,
    unit: RulerUnit,
    scrub: &mut Scrub,
) -> Response {
    let rect = layout.ruler.with_min_x(layout.axis().left());
    let response = ui.interact(rect, ui.scope_id().with("ruler"), Sense::click_and_drag());
    let (frame, count) = (session.frame().0, active.source.frame_count);
    response.widget_info(|| WidgetInfo::slider(true, frame as f64, "Timeline"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(format!("Frame {} of {count}", frame + 1));
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(count.saturating_sub(1) as f64);
        node.set_numeric_value_step(1.0);
        for action in [accesskit::Action::SetValue, accesskit::Action::Increment, accesskit::Action::Decrement] {
            node.add_action(action);
        }
    });
    scrub.asked = asked_frame(ui, &response, frame, count);

    let painter = ui.painter().with_clip_rect(rect);
    let font = TextStyle::Small.resolve(ui.style());
    for tick in ticks(&layout.scale, unit, active.fps, active.source.first_frame_number) {
        let x = painter.round_to_pixel_center(layout.scale.x_of_frame(tick.frames));
        let height = if tick.label.is_some() { 0.4 } else { 0.2 } * rect.height();
        painter.vline(
            x,
            Rangef::new(rect.bottom() - height, rect.bottom()),
            Stroke::new(size::HAIRLINE, theme.disabled),
        );
        if let Some(label) = tick.label {
            let galley = painter.layout_no_wrap(label, font.clone(), theme.muted);
            let at = pos2(x + size::STEP, rect.center().y - 1.0 - galley.size().y * 0.5);
            // One that does not fit is left out, not cut.
            if at.x + galley.size().x <= rect.right() {
                painter.galley(at, galley, theme.muted);
            }
        }
    }
    if response.has_focus() {
        painter.rect_stroke(rect.shrink(1.0), size::STEP, theme.focus_line(), egui::StrokeKind::Inside);
    }
    response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal)
}

/// The frame that arrows on the focused ruler or assistive technology ask for.
fn asked_frame(ui: &Ui, ruler: &Response, frame: usize, count: usize) -> Option<FrameIndex> {
    let mut target = frame as i64;
    if ruler.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(ruler.id, filter));
        ui.input(|input| {
            target += input.num_presses(Key::ArrowRight) as i64 - input.num_presses(Key::ArrowLeft) as i64;
        });
    }
    ui.input(|input| {
        let requests = |action| input.accesskit_action_requests(ruler.id, action);
        target += requests(accesskit::Action::Increment).count() as i64;
        target -= requests(accesskit::Action::Decrement).count() as i64;
        for request in requests(accesskit::Action::SetValue) {
            if let Some(ActionData::NumericValue(value)) = &request.data {
                target = value.round() as i64;
            }
        }
    });
    let target = target.clamp(0, count.saturating_sub(1) as i64) as usize;
    (target != frame).then_some(FrameIndex(target))
}

fn lanes_ui(
    ui: &mut Ui,
    session: &Session,
    active: &SourceState,
    theme: &Theme,
    layout: &Layout,
    state: &mut TimelineState,
    scrub: &mut Scrub,
    out: &mut Vec<UiCommand>,
) {
    // Over the names the wheel scrolls through people; over the axis it zooms.
    let gutter = layout.lanes.with_max_x(layout.axis().left());
    let is_over_names = ui.rect_contains_pointer(gutter);
    let source = ScrollSource { mouse_wheel: is_over_names, ..ScrollSource::SCROLL_BAR };
    let selected = session.selection.person();
    let reveals = selected.filter(|_| selected != state.revealed);
    state.revealed = selected;

    let mut lanes = ui.new_child(UiBuilder::new().max_rect(layout.lanes));
    lanes.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("lanes").auto_shrink(false).scroll_source(source).show_viewport(
        &mut lanes,
        |ui, viewport| {
            ui.set_height(size::LANE * active.people.len() as f32);
            let top = ui.max_rect().top();
            for (index, person) in active.people.iter().enumerate() {
                let y = index as f32 * size::LANE;
                let row = Rect::from_x_y_ranges(layout.lanes.x_range(), Rangef::new(top + y, top + y + size::LANE));
                if reveals == Some(person.id) {
                    ui.scroll_to_rect(row, None);
                }
                if y + size::LANE > viewport.top() && y < viewport.bottom() {
                    lane_ui(ui, session, active, person, theme, layout, row, state, scrub, out);
                }
            }
        },
    );
}

fn lane_ui(
    ui: &mut Ui,
    session: &Session,
    active: &SourceState,
    person: &Person,
    theme: &Theme,
    layout: &Layout,
    row: Rect,
    state: &mut TimelineState,
    scrub: &mut Scrub,
    out: &mut Vec<UiCommand>,
) {
    let source = &active.source;
    let is_selected = session.selection.person() == Some(person.id);
    let axis = row.with_min_x(layout.axis().left());
    if is_selected {
        ui.painter().rect_filled(row, 0.0, theme.raised);
    }
    ui.painter().hline(row.x_range(), row.bottom(), Stroke::new(size::HAIRLINE, theme.line.gamma_multiply(0.6)));
    name_ui(ui, row.with_max_x(axis.left()), person, is_selected, theme, out);

    let response = ui.interact(axis, ui.scope_id().with(("lane", person.id)), Sense::CLICK | Sense::DRAG);
    let track = source.track(person.id);
    let cache = state.lanes.entry(person.id).or_default();
    let confidence = track.map(|track| cache.profile(track, state.full_confidence)).and_then(|p| p.stretch(p.range()));
    response.widget_info(|| {
        let mean = confidence.map_or_else(String::new, |c| {
            format!(", mean confidence {:.2}, seen in {:.0} % of its frames", c.confidence, c.seen * 100.0)
        });
        WidgetInfo::labeled(Role::Image, true, format!("Lane of {}{mean}", person.name))
    });
    scrub.watch(&response);
    if response.contains_pointer() {
        scrub.person = Some(person.id);
    }

    let result = session.results.person(source.id, person.id);
    let look = LaneLook {
        colour: Theme::person(person.colour),
        is_hidden: !person.is_visible,
        range: track.map(|track| track.range).or_else(|| result?.complete().map(|pose| pose.range)).unwrap_or_default(),
        ready: result.map(crate::session::PersonResult::ready).unwrap_or_default(),
        is_running: result.is_some_and(crate::session::PersonResult::is_running),
    };
    let clip = layout.axis().intersect(ui.clip_rect());
    paint_lane(&ui.painter().with_clip_rect(clip), axis, &layout.scale, &look, cache, theme);
}

/// The name left of a lane; a click selects the person.
fn name_ui(ui: &mut Ui, rect: Rect, person: &Person, is_selected: bool, theme: &Theme, out: &mut Vec<UiCommand>) {
    let response = ui.interact(rect, ui.scope_id().with(("name", person.id)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, &person.name));
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if is_selected {
        let mark = rect.with_max_x(rect.left() + size::STEP * 0.5);
        painter.rect_filled(mark, 0.0, theme.accent);
    }
    let dot = pos2(rect.left() + size::PANEL_PADDING + size::SWATCH * 0.5, rect.center().y);
    let fade = if person.is_visible { 1.0 } else { 0.35 };
    painter.circle_filled(dot, size::SWATCH * 0.4, Theme::person(person.colour).gamma_multiply(fade));
    let colour = match (person.is_visible, is_selected || response.hovered()) {
        (false, _) => theme.disabled,
        (true, true) => theme.text,
        (true, false) => theme.muted,
    };
    let left = dot.x + size::SWATCH * 0.5 + size::STEP * 1.5;
    let mut job =
        egui::text::LayoutJob::simple_singleline(person.name.clone(), TextStyle::Small.resolve(ui.style()), colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.right() - left - size::STEP);
    let galley = painter.layout_job(job);
    let is_elided = galley.elided;
    painter.galley(pos2(left, rect.center().y - galley.size().y * 0.5), galley, colour);
    if response.has_focus() {
        painter.rect_stroke(rect.shrink(1.0), size::STEP, theme.focus_line(), egui::StrokeKind::Inside);
    }
    if response.clicked() {
        out.push(UiCommand::Select(Some(Pick::body(person.id))));
    }
    if is_elided || !person.is_visible {
        let hidden = if person.is_visible { "" } else { " (hidden)" };
        response.on_hover_text(format!("{}{hidden}", person.name));
    }
}

fn playhead(ui: &Ui, layout: &Layout, frame: FrameIndex, theme: &Theme) {
    let painter = ui.painter().with_clip_rect(layout.axis());
    let x = painter.round_to_pixel_center(layout.scale.x_of_frame(frame.0 as f64));
    painter.vline(x, layout.area.y_range(), Stroke::new(size::PLAYHEAD, theme.accent));
    let (half, top) = (HANDLE * 0.5, layout.ruler.top() + 2.0);
    let shoulder = top + HANDLE * 0.7;
    let handle = [
        pos2(x - half, top),
        pos2(x + half, top),
        pos2(x + half, shoulder),
        pos2(x, shoulder + half),
        pos2(x - half, shoulder),
    ];
    painter.add(egui::Shape::convex_polygon(handle.to_vec(), theme.accent, Stroke::NONE));
}

/// Time, frame and, over a lane, what is known there.
fn tooltip(
    ui: &Ui,
    active: &SourceState,
    session: &Session,
    theme: &Theme,
    frame: FrameIndex,
    person: Option<PersonId>,
    state: &TimelineState,
) {
    let id = ui.scope_id().with("tooltip");
    let place = egui::Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, PopupAnchor::Pointer);
    place.gap(size::PANEL_PADDING).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let time = time_label(frame.0 as f64 / active.fps, 1.0 / active.fps.max(11.0));
        ui.horizontal(|ui| {
            ui.label(time);
            ui.colored_label(theme.muted, format!("frame {}", active.source.first_frame_number + frame.0 as i64));
        });
        let Some(person) = person.and_then(|id| session.person(id)) else { return };
        let profile = state.lanes.get(&person.id).and_then(LaneCache::known_profile);
        let one = FrameRange::of_len(frame.0, 1);
        let words = match profile.and_then(|profile| profile.stretch(one)) {
            Some(stretch) if stretch.seen > 0.0 => format!("confidence {:.2}", stretch.confidence),
            Some(_) => "not seen".to_owned(),
            None if profile.is_some() => "not in the picture".to_owned(),
            None => "3D from the file".to_owned(),
        };
        let is_ready = session.results.is_ready(active.source.id, person.id, frame);
        let rest = if is_ready || profile.is_none() { "" } else { ", not inferred yet" };
        ui.label(format!("{}: {words}{rest}", person.name));
    });
}

/// Wheel and middle button: zoom at the pointer, pan, fit.
fn navigate(ui: &Ui, layout: &Layout, scrub: &Scrub, span: &mut Span) {
    let points_per_frame = layout.scale.points_per_frame();
    span.pan(-f64::from(scrub.pan) / points_per_frame);
    if scrub.fits {
        *span = Span::all(span.count());
    }
    // Dragging the playhead beyond an end goes on in that direction, the faster the farther.
    if let Some(x) = scrub.pointer_x {
        let beyond = x - x.clamp(layout.axis().left(), layout.axis().right());
        if beyond != 0.0 {
            span.pan(f64::from(beyond) * DRAG_ON / points_per_frame);
            ui.request_repaint();
        }
    }
    let Some(x) = scrub.hover_x else { return };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    let factor = f64::from(pinch) * (f64::from(scroll.y) * 0.006).exp();
    span.zoom(factor, layout.scale.frames_at(x));
    span.pan(-f64::from(scroll.x) / points_per_frame);
}
