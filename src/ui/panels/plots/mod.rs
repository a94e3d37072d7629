//! Plots over time of any chosen quantities of the shown people, on the timeline's own span of time.
//!
//! Curves are worked out once per motion, away from the window's thread; what is drawn of them depends on the width on
//! screen, not on the length of the clip.

mod band;
mod chart;
pub mod export;
mod figure;
mod legend;
mod picker;
mod picture;
mod raster;
mod save;
mod zoom;

use std::collections::HashSet;

use eframe::egui::scroll_area::ScrollSource;
use eframe::egui::{
    self, Align, Button, Frame, Label, Layout, Margin, PointerButton, PopupAnchor, ScrollArea, Ui, UiBuilder, Vec2,
};

use self::chart::{Canvas, ChartShown, chart_height, chart_ui};
pub use self::figure::Figure;
use self::figure::{FigureChoice, SeriesCache, figure};
use self::legend::legend_ui;
use self::picker::{picker_ui, presets};
pub use self::picture::picture;
pub use self::save::{PlotFile, SaveField};
use self::zoom::ValueZoom;
use super::timeline::{Span, TimelineState, time_label};
use crate::data::{FrameIndex, PersonId};
use crate::session::reading::{CurveKey, CurveRequest, WorkedOut};
use crate::session::{Session, SourceId};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::inspect::number;
use crate::ui::layout::View;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, muted};

/// A narrower panel has its legends over the charts, not beside them.
const WIDE: f32 = 560.0;
const LEGEND: f32 = 220.0;
const LEAST_CHART: f32 = 72.0;

#[derive(Default)]
pub struct PlotsState {
    cache: SeriesCache,
    hidden: HashSet<CurveKey>,
    left_out: HashSet<(SourceId, PersonId)>,
    search: String,
    was_choosing: bool,
    zoom: ValueZoom,
    /// The frame under the pointer, as of the frame before.
    hovered: Option<FrameIndex>,
    /// The frame that was shown last.
    shown: FrameIndex,
    /// Curves that the frame before would have drawn, had they been there.
    missing: Option<CurveRequest>,
    pub save: SaveField,
}

impl PlotsState {
    /// Everything that is plotted, and the curves that are still to be worked out for it.
    pub fn figure(&mut self, session: &Session) -> (Figure, Option<CurveRequest>) {
        let quantities = &session.settings.plotted;
        let choice = FigureChoice { quantities, left_out: &self.left_out, hidden: &self.hidden };
        figure(session, &choice, &mut self.cache)
    }

    /// Curves that are on screen but missing or out of date.
    pub fn take_missing(&mut self) -> Option<CurveRequest> {
        self.missing.take()
    }

    /// Curves that were worked out.
    pub fn take_curves(&mut self, request: &CurveRequest, curves: &[WorkedOut]) {
        self.cache.take(request, curves);
    }
}

/// Fills what is left of `ui`. The time that is shown is the timeline's.
pub fn plots_ui(ui: &mut Ui, view: &View<'_>, state: &mut PlotsState, timeline: &mut TimelineState, ask: &mut Ask<'_>) {
    let session = view.session;
    Frame::NONE.inner_margin(Margin::symmetric(size::GAP as i8, size::STEP as i8)).show(ui, |ui| {
        let Some(active) = session.active() else {
            ui.label(muted(text::plots::NOTHING_IS_OPEN));
            return;
        };
        state.zoom.keep_for(active.source.id);
        header_ui(ui, state, ask);
        let (figure, missing) = state.figure(session);
        state.missing = missing;
        if session.settings.plotted.is_empty() {
            empty_ui(ui, ask);
            return;
        }
        if figure.charts.is_empty() {
            ui.label(muted(text::plots::NOBODY_SHOWN));
            return;
        }
        let span = timeline.shown_span(active);
        charts_ui(ui, session, &figure, state, span, ask);
        if state.shown != session.frame() {
            state.shown = session.frame();
            span.follow(session.frame());
        }
    });
}

fn header_ui(ui: &mut Ui, state: &mut PlotsState, ask: &mut Ask<'_>) {
    ui.horizontal(|ui| {
        ui.set_height(size::CONTROL_HEIGHT);
        let button = ui.button(text::plots::CHOOSE);
        picker_ui(&button, state, ask);
        button.on_hover_text(text::plots::CHOOSE_HINT);
        let count = ask.session.settings.plotted.len();
        if count > 0 {
            ui.label(muted(text::plots::quantities(count))).on_hover_text(text::plots::GESTURES);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for action in [Action::SavePlotPicture, Action::SavePlotTable, Action::CopyPlots] {
                ask.action_button(ui, action);
            }
            if state.zoom.is_on() {
                ui.add_space(size::GAP);
                let reset = ui.add(Button::new(muted(text::plots::ALL_VALUES)).frame_when_inactive(false));
                if reset.on_hover_text(text::plots::ALL_VALUES_HINT).clicked() {
                    state.zoom.reset();
                }
            }
        });
    });
}

fn empty_ui(ui: &mut Ui, ask: &mut Ask<'_>) {
    ui.add_space(size::GAP);
    ui.label(text::plots::INVITATION);
    ui.label(muted(text::plots::INVITATION_HINT));
    ui.add_space(size::STEP);
    ui.horizontal_wrapped(|ui| {
        for (name, quantities) in presets() {
            if ui.button(name).on_hover_text(text::plots::chart(name)).clicked() {
                ask.push(UiCommand::SetPlotted(quantities));
            }
        }
    });
}

fn charts_ui(
    ui: &mut Ui,
    session: &Session,
    figure: &Figure,
    state: &mut PlotsState,
    span: &mut Span,
    ask: &mut Ask<'_>,
) {
    let canvas = Canvas {
        figure,
        span: *span,
        selection: session.selection,
        playhead: Some(session.frame()),
        hovered: state.hovered,
    };
    let hovered_before = state.hovered.take();
    let is_wide = ui.available_width() >= WIDE;
    let count = figure.charts.len();
    let each = (ui.available_height() - chart_height(0.0, true)) / count as f32 - size::STEP;
    // The wheel zooms; the bar and the legends scroll.
    ScrollArea::vertical().id_salt("charts").auto_shrink(false).scroll_source(ScrollSource::SCROLL_BAR).show(
        ui,
        |ui| {
            ui.spacing_mut().item_spacing.y = size::STEP;
            for (place, chart) in figure.charts.iter().enumerate() {
                let has_time_axis = place + 1 == count;
                let at = hovered_before.unwrap_or(session.frame());
                let values = state.zoom.values(chart.unit);
                let shown = if is_wide {
                    let height = chart_height(each.max(LEAST_CHART), has_time_axis);
                    let (_, area) = ui.allocate_space(Vec2::new(ui.available_width(), height));
                    let (left, right) = area.split_left_right_at_x(area.left() + LEGEND);
                    let mut plot = ui.new_child(UiBuilder::new().id_salt(("plot", place)).max_rect(right));
                    let shown = chart_ui(&mut plot, &canvas, chart, values, right.size(), has_time_axis);
                    let mut names = ui.new_child(UiBuilder::new().id_salt(("names", place)).max_rect(left));
                    ScrollArea::vertical().id_salt("legend").auto_shrink(false).show(&mut names, |ui| {
                        legend_ui(ui, figure, chart, at, shown.nearest, state, ask);
                    });
                    shown
                } else {
                    let above =
                        ui.scope(|ui| legend_ui(ui, figure, chart, at, None, state, ask)).response.rect.height();
                    let height = (each - above).max(LEAST_CHART).min(ui.available_width());
                    let extent = Vec2::new(ui.available_width(), chart_height(height, has_time_axis));
                    chart_ui(ui, &canvas, chart, values, extent, has_time_axis)
                };
                point_ui(ui, session, figure, place, &shown, state, span, ask);
            }
        },
    );
    if state.hovered != hovered_before {
        ui.request_repaint();
    }
}

/// What the pointer does in a chart: left scrubs and selects, with Ctrl it draws a box to zoom into; right and middle
/// pan, the wheel zooms time, with Alt values; a double click shows everything.
fn point_ui(
    ui: &Ui,
    session: &Session,
    figure: &Figure,
    place: usize,
    shown: &ChartShown,
    state: &mut PlotsState,
    span: &mut Span,
    ask: &mut Ask<'_>,
) {
    let response = &shown.response;
    let last = figure.frame_count.saturating_sub(1);
    let frame_at = |x: f32| FrameIndex((shown.frames_at(x).floor().max(0.0) as usize).min(last));
    let points_per_frame = shown.points_per_frame();
    let unit = figure.charts[place].unit;
    if state.zoom.box_ui(ui, unit, shown, span) {
        return;
    }
    let nearest = shown.nearest.and_then(|nearest| figure.charts.get(place)?.curves.get(nearest));
    let is_held = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    if let Some(at) = response.interact_pointer_pos().filter(|_| is_held) {
        let frame = frame_at(at.x);
        if frame != session.frame() {
            ask.push(UiCommand::Seek(frame));
        }
        let beyond = at.x - at.x.clamp(shown.area().left(), shown.area().right());
        if beyond != 0.0 {
            // Dragging beyond an end goes on in that direction.
            span.pan(f64::from(beyond) * 0.15 / points_per_frame);
            ui.request_repaint();
        }
    }
    if response.dragged_by(PointerButton::Secondary) || response.dragged_by(PointerButton::Middle) {
        span.pan(-f64::from(response.drag_delta().x) / points_per_frame);
        state.zoom.pan(unit, shown, response.drag_delta().y);
    }
    if response.double_clicked() {
        state.zoom.reset();
        *span = Span::all(span.count());
    } else if let Some(curve) = nearest.filter(|_| response.clicked()) {
        ask.push(UiCommand::Select(Some(curve.pick())));
    }
    let Some(pointer) = response.hover_pos() else { return };
    let (scroll, pinch, is_for_values) =
        ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta(), input.modifiers.alt));
    let factor = f64::from(pinch) * (f64::from(scroll.y) * 0.006).exp();
    if is_for_values {
        state.zoom.zoom(unit, shown, factor, shown.value_at(pointer.y));
    } else {
        span.zoom(factor, shown.frames_at(pointer.x));
    }
    span.pan(-f64::from(scroll.x) / points_per_frame);
    let frame = frame_at(pointer.x);
    state.hovered = Some(frame);
    let Some(curve) = nearest else { return };
    ask.push(UiCommand::Hover(curve.pick()));
    let id = ui.scope_id().with("readout");
    let tip = egui::Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, PopupAnchor::Pointer);
    tip.gap(size::PANEL_PADDING).show(|ui| {
        let theme = Theme::of(ui);
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.colored_label(curve.colour(theme), curve.full_name());
        let value = number(curve.series.as_ref().and_then(|series| series.value(frame)), unit);
        ui.horizontal(|ui| {
            ui.add(Label::new(format!("{value} {unit}")));
            let time = time_label(frame.0 as f64 / figure.fps, 1.0 / figure.fps.max(11.0));
            ui.label(muted(text::plots::moment(&time, figure.first_frame_number + frame.0 as i64)));
        });
    });
}
