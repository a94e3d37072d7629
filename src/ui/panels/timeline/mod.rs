//! The timeline: ruler, one lane per person with labels, confidence, gaps, the inferred range and what is repeated, in
//! and out point, markers and the playhead.
//!
//! Nothing here costs more for a longer recording: confidence is summed up once per track, and a lane's strip is
//! rebuilt only when the shown range, its place or the theme changes.

mod cycles;
mod heat;
mod lane;
mod lanes;
mod markers;
mod overview;
mod ruler;
mod scale;
mod segments;
mod ticks;
mod tooltip;
mod trim;

use std::collections::HashMap;

use eframe::egui::{Painter, PointerButton, Rangef, Rect, Response, Stroke, Ui, pos2};

use self::lane::LaneCache;
use self::lanes::lanes_ui;
use self::markers::{MarkersState, markers_ui};
use self::overview::overview_ui;
use self::ruler::{corner_ui, ruler_ui};
pub use self::scale::Span;
use self::scale::TimeScale;
pub use self::ticks::{RulerUnit, tick_steps, time_label};
use self::tooltip::tooltip_ui;
use self::trim::trim_ui;
use crate::data::{FrameIndex, FrameRange, PersonId};
use crate::motion::confidence::{JointGroup, full_confidence};
use crate::session::{Session, SourceId, SourceState};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, Renaming};

/// Names stand left of the time axis in this width.
const GUTTER: f32 = size::LABEL_COLUMN + 7.0 * size::STEP;
const HANDLE: f32 = size::SWATCH;
/// Points that the view moves on per frame for each point that something is dragged beyond it.
const DRAG_ON: f64 = 0.15;
/// How much one press of a key zooms.
const ZOOM_STEP: f64 = 1.5;

/// What the timeline remembers between frames.
pub struct TimelineState {
    source: Option<SourceId>,
    span: Span,
    unit: RulerUnit,
    lanes: HashMap<PersonId, LaneCache>,
    /// What counts as certain in this source.
    full_confidence: f32,
    /// The selected person whose lane was last brought into view, and whether with rows of heat.
    revealed: Option<(PersonId, bool)>,
    /// The frame that was shown last.
    shown: FrameIndex,
    markers: MarkersState,
    /// Where the context menu was asked for.
    menu_frame: FrameIndex,
    /// Whose stretch is being marked, and from where on.
    marking: Option<(PersonId, FrameIndex)>,
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
            markers: MarkersState::default(),
            menu_frame: FrameIndex(0),
            marking: None,
        }
    }
}

impl TimelineState {
    /// The part of the clip that is shown, here and wherever else time runs along the same way.
    pub fn shown_span(&mut self, active: &SourceState) -> &mut Span {
        self.follow_source(active);
        &mut self.span
    }

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

    /// Zooms as `action` says; in and out around the playhead.
    pub fn zoom(&mut self, action: Action, active: &SourceState, playhead: FrameIndex) {
        self.follow_source(active);
        let anchor = playhead.0 as f64 + 0.5;
        match action {
            Action::ZoomTimelineIn => self.span.zoom(ZOOM_STEP, anchor),
            Action::ZoomTimelineOut => self.span.zoom(1.0 / ZOOM_STEP, anchor),
            Action::ZoomToInOut => self.span.show(active.played()),
            _ => self.span.show(active.frames()),
        }
    }

    /// Shows `range` and a little around it.
    pub fn zoom_to(&mut self, active: &SourceState, range: FrameRange) {
        self.follow_source(active);
        let around = range.len() / 8;
        self.span.show(FrameRange::new(range.start.saturating_sub(around), range.end + around));
    }

    /// Lets the name of the marker at `frame` be typed.
    pub fn rename_marker(&mut self, active: &SourceState, frame: FrameIndex) {
        self.follow_source(active);
        self.markers.renaming = active.marker_at(frame).map(|marker| Renaming::new(frame, &marker.name));
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

    /// The part of the ruler above the time axis.
    fn time_ruler(&self) -> Rect {
        self.ruler.with_min_x(self.axis().left())
    }
}

/// What all parts of the timeline share while one frame is drawn.
struct Stage<'a, 'b> {
    session: &'a Session,
    active: &'a SourceState,
    theme: &'a Theme,
    layout: Layout,
    pointer: Pointer,
    ask: &'a mut Ask<'b>,
}

/// What the pointer does to the timeline in this frame.
#[derive(Default)]
struct Pointer {
    /// Where the playhead is dragged to.
    scrub_x: Option<f32>,
    /// Where anything is dragged to.
    drag_x: Option<f32>,
    hover_x: Option<f32>,
    /// The lane under the pointer.
    person: Option<PersonId>,
    /// The row of heat under the pointer.
    group: Option<JointGroup>,
    fits: bool,
    /// Points that the middle button moved.
    pan: f32,
    /// A frame asked for by keyboard or by assistive technology.
    asked: Option<FrameIndex>,
}

impl Pointer {
    fn watch(&mut self, response: &Response) {
        let is_primary_down = response.ctx.input(|input| input.pointer.primary_down());
        if response.is_pointer_button_down_on() && is_primary_down {
            self.scrub_x = response.interact_pointer_pos().map(|at| at.x);
            self.drag_x = self.scrub_x;
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

/// Fills what is left of `ui`.
pub fn timeline_ui(ui: &mut Ui, theme: &Theme, state: &mut TimelineState, ask: &mut Ask<'_>) {
    let (_, area) = ui.allocate_space(ui.available_size());
    let session = ask.session;
    let Some(active) = session.active() else { return };
    state.follow_source(active);
    let layout = Layout::new(area, state.span);
    let mut stage = Stage { session, active, theme, layout, pointer: Pointer::default(), ask };

    ui.painter().hline(area.x_range(), stage.layout.ruler.bottom(), theme.hairline());
    corner_ui(ui, &mut stage, state);
    ruler_ui(ui, &mut stage, state);
    lanes_ui(ui, &mut stage, state);
    trim_ui(ui, &mut stage);
    markers_ui(ui, &mut stage, &mut state.markers);

    let frame = match stage.pointer.scrub_x {
        Some(x) => stage.layout.scale.frame_at(x),
        None => stage.pointer.asked.unwrap_or(session.frame()),
    };
    if frame != session.frame() && session.clock.range().contains(frame) {
        stage.ask.push(UiCommand::Seek(frame));
        ui.request_repaint();
    }
    paint_playhead(&ui.painter().with_clip_rect(stage.layout.axis()), &stage, frame);
    overview_ui(ui, &mut stage, &mut state.span);
    tooltip_ui(ui, &stage, state);

    navigate(ui, &stage, &mut state.span);
    // The playhead stays in view whatever moves it; only while something is dragged the view stays under the pointer.
    let has_moved = state.shown != session.frame();
    state.shown = session.frame();
    if has_moved && stage.pointer.drag_x.is_none() {
        state.span.follow(session.frame());
    }
}

/// `painter` is clipped to the time axis.
fn paint_playhead(painter: &Painter, stage: &Stage<'_, '_>, frame: FrameIndex) {
    let Stage { layout, theme, pointer, .. } = stage;
    if let Some(x) = pointer.hover_x.filter(|_| pointer.drag_x.is_none()) {
        let stroke = Stroke::new(size::HAIRLINE, theme.muted.gamma_multiply(0.5));
        painter.vline(x, layout.area.y_range(), stroke);
    }
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
    painter.add(eframe::egui::Shape::convex_polygon(handle.to_vec(), theme.accent, Stroke::NONE));
}

/// Wheel and middle button: zoom at the pointer, pan, fit.
fn navigate(ui: &Ui, stage: &Stage<'_, '_>, span: &mut Span) {
    let Stage { layout, pointer, .. } = stage;
    let points_per_frame = layout.scale.points_per_frame();
    span.pan(-f64::from(pointer.pan) / points_per_frame);
    if pointer.fits {
        *span = Span::all(span.count());
    }
    // Dragging something beyond an end goes on in that direction, the faster the farther.
    if let Some(x) = pointer.drag_x {
        let beyond = x - x.clamp(layout.axis().left(), layout.axis().right());
        if beyond != 0.0 {
            span.pan(f64::from(beyond) * DRAG_ON / points_per_frame);
            ui.request_repaint();
        }
    }
    let Some(x) = pointer.hover_x else { return };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    let factor = f64::from(pinch) * (f64::from(scroll.y) * 0.006).exp();
    span.zoom(factor, layout.scale.frames_at(x));
    span.pan(-f64::from(scroll.x) / points_per_frame);
}
