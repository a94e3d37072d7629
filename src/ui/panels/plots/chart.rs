//! One chart: axes by egui_plot, curves painted from what is left of them at this scale.

use std::ops::RangeInclusive;

use eframe::egui::{Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, TextStyle, Ui, Vec2, WidgetInfo, pos2};
use egui_plot::{Axis, AxisHints, GridMark, Plot, PlotTransform};

use super::band::band;
use super::figure::{Chart, Curve, Figure};
use crate::data::{FrameIndex, FrameRange};
use crate::session::reading::decimals;
use crate::session::{Pick, Selection};
use crate::ui::panels::picking::distance_to_segment;
use crate::ui::panels::timeline::{RulerUnit, Span, tick_steps, time_label};
use crate::ui::text;
use crate::ui::theme::{Theme, size};

/// Fewest points between two lines of the value axis.
const VALUE_GAP: f64 = 28.0;
/// Room that the value axis takes, so that charts stand under each other.
const VALUE_AXIS: f32 = 44.0;
const TIME_AXIS: f32 = 18.0;
/// Free share of the values over and under the curves.
const MARGIN: f64 = 0.06;
const DASH: f32 = 6.0;
const DASH_GAP: f32 = 4.0;
/// Points of a line per point across that still count for dashes.
const STEEPEST: f32 = 5.0;
/// How near to a curve the pointer has to be, points.
const REACH: f32 = 8.0;

/// What all charts of a figure share.
pub struct Canvas<'a> {
    pub figure: &'a Figure,
    pub span: Span,
    pub selection: Selection,
    /// None in a picture for print.
    pub playhead: Option<FrameIndex>,
    /// Under the pointer, in whatever chart.
    pub hovered: Option<FrameIndex>,
}

pub struct ChartShown {
    pub response: Response,
    transform: PlotTransform,
    /// Lowest and highest value that the chart shows unless it is zoomed.
    pub all_values: [f64; 2],
    /// Place of the curve under the pointer.
    pub nearest: Option<usize>,
}

impl ChartShown {
    /// The frame, as a real number, under a point.
    pub fn frames_at(&self, x: f32) -> f64 {
        self.transform.value_from_position(pos2(x, 0.0)).x
    }

    pub fn value_at(&self, y: f32) -> f64 {
        self.transform.value_from_position(pos2(0.0, y)).y
    }

    /// Lowest and highest that it shows.
    pub fn values(&self) -> [f64; 2] {
        [self.area().bottom(), self.area().top()].map(|y| self.value_at(y))
    }

    pub fn values_per_point(&self) -> f64 {
        self.transform.dvalue_dpos()[1].abs()
    }

    pub fn points_per_frame(&self) -> f64 {
        self.transform.dpos_dvalue_x()
    }

    pub fn area(&self) -> Rect {
        *self.transform.frame()
    }
}

/// Height of a chart whose curves get `curves` points.
pub fn chart_height(curves: f32, has_time_axis: bool) -> f32 {
    curves + if has_time_axis { TIME_AXIS } else { 0.0 }
}

/// `values` are the lowest and the highest to show; none shows all.
pub fn chart_ui(
    ui: &mut Ui,
    canvas: &Canvas<'_>,
    chart: &Chart,
    values: Option<[f64; 2]>,
    extent: Vec2,
    has_time_axis: bool,
) -> ChartShown {
    let theme = Theme::of(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let span = canvas.span;
    let all_values = all_values(chart);
    let [low, high] = values.unwrap_or(all_values);
    let fps = canvas.figure.fps;
    let hints = |axis: Axis| AxisHints::new(axis).tick_label_color(theme.muted).tick_label_font(font.clone());
    let mut time_axes = Vec::new();
    if has_time_axis {
        let label = move |mark: GridMark, _: &RangeInclusive<f64>| time_label(mark.value / fps, mark.step_size / fps);
        time_axes.push(hints(Axis::X).min_thickness(TIME_AXIS).formatter(label));
    }
    let value_label = |mark: GridMark, _: &RangeInclusive<f64>| {
        let decimals = (-mark.step_size.log10() - 1e-6).ceil().clamp(0.0, 4.0) as usize;
        format!("{:.decimals$}", if mark.value == 0.0 { 0.0 } else { mark.value })
    };
    let value_axis = hints(Axis::Y).min_thickness(VALUE_AXIS).formatter(value_label);
    let shown = Plot::new(("chart", chart.unit))
        .width(extent.x)
        .height(extent.y)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .sense(Sense::click_and_drag())
        .grid_color(theme.line)
        .grid_fade(0.0)
        .custom_x_axes(time_axes)
        .custom_y_axes(vec![value_axis])
        .x_grid_spacer(move |input| {
            // The base step is worth eight points.
            let points_per_sec = 8.0 * fps / input.base_step_size;
            let (step, _) = tick_steps(RulerUnit::Time, points_per_sec, 1.0 / fps);
            marks(input.bounds, step * fps)
        })
        .y_grid_spacer(|input| marks(input.bounds, round_step(input.base_step_size * VALUE_GAP / 8.0)))
        .show(ui, |plot| {
            plot.set_plot_bounds_x(span.start()..=span.end());
            plot.set_plot_bounds_y(low..=high);
        });
    let (response, transform) = (shown.response, shown.transform);
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, text::plots::chart(&chart.caption())));
    let says = text::plots::shown_values(low, high, chart.unit, decimals(chart.unit));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(says));
    let painter = ui.painter().with_clip_rect(transform.frame().intersect(ui.clip_rect()));
    let pointer = response.hover_pos();
    let nearest = pointer.and_then(|at| nearest_curve(&transform, chart, at));
    paint_moments(&painter, canvas, &transform, theme);
    paint_curves(&painter, canvas, chart, &transform, nearest, theme);
    paint_now(&painter, canvas, chart, &transform, theme);
    ChartShown { response, transform, all_values, nearest }
}

/// Lines at whole multiples of `step`.
fn marks((low, high): (f64, f64), step: f64) -> Vec<GridMark> {
    if !(step.is_finite() && step > 0.0) {
        return Vec::new();
    }
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last.min(first + 200)).map(|at| GridMark { value: at as f64 * step, step_size: step }).collect()
}

/// 1, 2 or 5 times a power of ten, not less than `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|step| *step >= least).unwrap_or(least)
}

/// Around all shown curves over the whole clip, so that nothing jumps while one looks around.
fn all_values(chart: &Chart) -> [f64; 2] {
    let extremes = chart.shown().filter_map(|curve| curve.series.as_ref()?.extremes());
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut low, mut high) =
        extremes.fold(none, |(low, high), [a, b]| (low.min(f64::from(a)), high.max(f64::from(b))));
    if low > high || chart.unit.is_empty() {
        (low, high) = (low.min(0.0), high.max(1.0));
    }
    // Steps that are too small to be shown are not worth a look.
    let least = 4.0 * 10f64.powi(-(decimals(chart.unit) as i32));
    let margin = ((high - low) * MARGIN).max((least - (high - low)) / 2.0);
    [low - margin, high + margin]
}

fn x_of(transform: &PlotTransform, frame: f64) -> f32 {
    // The middle of the frame, as in the timeline.
    transform.position_from_point_x(frame + 0.5)
}

/// In and out point, and markers.
fn paint_moments(painter: &Painter, canvas: &Canvas<'_>, transform: &PlotTransform, theme: &Theme) {
    let area = *transform.frame();
    let edge = |frame: usize| transform.position_from_point_x(frame as f64);
    if let Some(trim) = canvas.figure.trim {
        let inside = Rect::from_x_y_ranges(edge(trim.start)..=edge(trim.end), area.y_range()).intersect(area);
        if inside.is_positive() {
            painter.rect_filled(inside, 0.0, theme.accent.gamma_multiply(0.08));
        }
        for x in [edge(trim.start), edge(trim.end)] {
            painter.vline(x, area.y_range(), Stroke::new(size::HAIRLINE, theme.accent.gamma_multiply(0.5)));
        }
    }
    for marker in canvas.figure.markers.iter() {
        let stroke = Stroke::new(size::HAIRLINE, theme.warn.gamma_multiply(0.7));
        painter.vline(x_of(transform, marker.frame.0 as f64), area.y_range(), stroke);
    }
}

fn paint_curves(
    painter: &Painter,
    canvas: &Canvas<'_>,
    chart: &Chart,
    transform: &PlotTransform,
    nearest: Option<usize>,
    theme: &Theme,
) {
    let picks: Vec<Pick> = [canvas.selection.hovered, canvas.selection.selected].into_iter().flatten().collect();
    let is_meant = |place: usize, curve: &Curve| {
        nearest.map_or_else(|| picks.iter().any(|pick| curve.is_meant(*pick)), |nearest| nearest == place)
    };
    let any = chart.curves.iter().enumerate().any(|(place, curve)| !curve.is_hidden && is_meant(place, curve));
    let shown = FrameRange::new(canvas.span.start().floor().max(0.0) as usize, canvas.span.end().ceil() as usize);
    let frames_per_point = transform.dvalue_dpos()[0].abs();
    // Those in question go on top.
    for pass in [false, true] {
        for (place, curve) in chart.curves.iter().enumerate() {
            let is_strong = any && is_meant(place, curve);
            let Some(series) = curve.series.as_ref().filter(|_| !curve.is_hidden && is_strong == pass) else {
                continue;
            };
            let colour = curve.colour(theme);
            let width = if is_strong { size::BONE_STROKE * 1.25 } else { size::ICON_STROKE };
            let stroke = Stroke::new(width, if any && !is_strong { colour.gamma_multiply(0.45) } else { colour });
            for line in series.polylines(shown, frames_per_point) {
                let at =
                    |[frame, value]: [f64; 2]| pos2(x_of(transform, frame), transform.position_from_point_y(value));
                let points: Vec<Pos2> = line.into_iter().map(at).collect();
                match points.as_slice() {
                    _ if frames_per_point > 1.0 && points.len() > 1 => {
                        painter.add(band(&points, width, stroke.color, curve.is_dashed().then_some([DASH, DASH_GAP])));
                    }
                    [alone] => {
                        painter.circle_filled(*alone, width, stroke.color);
                    }
                    _ if curve.is_dashed() => {
                        painter.extend(dashes(&points).into_iter().map(|dash| Shape::line(dash, stroke)));
                    }
                    _ => {
                        painter.add(Shape::line(points, stroke));
                    }
                }
            }
        }
    }
}

/// Cuts a line into dashes. Steep parts count for less than their length: where a line goes up and down within a few
/// points, dashes as long as elsewhere would leave nothing of it, and would be very many.
fn dashes(points: &[Pos2]) -> Vec<Vec<Pos2>> {
    let mut done = Vec::new();
    let mut dash: Vec<Pos2> = points.first().copied().into_iter().collect();
    let (mut is_on, mut left) = (true, DASH);
    for pair in points.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        let along = to - from;
        let length = along.length().min(along.x.abs() * STEEPEST);
        let mut passed = 0.0;
        while passed + left < length {
            passed += left;
            dash.push(from + along * (passed / length));
            if is_on {
                done.push(std::mem::take(&mut dash));
            }
            is_on = !is_on;
            left = if is_on { DASH } else { DASH_GAP };
        }
        left -= length - passed;
        if is_on {
            dash.push(to);
        }
    }
    done.push(dash);
    done.retain(|dash| dash.len() > 1);
    done
}

/// Playhead and pointer, and where the curves are there.
fn paint_now(painter: &Painter, canvas: &Canvas<'_>, chart: &Chart, transform: &PlotTransform, theme: &Theme) {
    let y = transform.frame().y_range();
    if let Some(frame) = canvas.hovered.filter(|frame| canvas.playhead != Some(*frame)) {
        let stroke = Stroke::new(size::HAIRLINE, theme.muted.gamma_multiply(0.5));
        painter.vline(x_of(transform, frame.0 as f64), y, stroke);
    }
    let Some(frame) = canvas.playhead else { return };
    let x = x_of(transform, frame.0 as f64);
    painter.vline(x, y, Stroke::new(size::PLAYHEAD, theme.accent));
    for curve in chart.shown() {
        if let Some(value) = curve.series.as_ref().and_then(|series| series.value(frame)) {
            let at = pos2(x, transform.position_from_point_y(f64::from(value)));
            painter.circle_filled(at, size::JOINT_RADIUS, curve.colour(theme));
        }
    }
}

/// The curve under the pointer.
fn nearest_curve(transform: &PlotTransform, chart: &Chart, pointer: Pos2) -> Option<usize> {
    let reach = f64::from(REACH) / transform.dpos_dvalue_x();
    let middle = transform.value_from_position(pointer).x;
    let shown = FrameRange::new((middle - reach).max(0.0) as usize, (middle + reach).max(0.0) as usize + 1);
    let frames_per_point = transform.dvalue_dpos()[0].abs();
    let place = |[frame, value]: [f64; 2]| pos2(x_of(transform, frame), transform.position_from_point_y(value));
    let distance = |curve: &Curve| -> Option<f32> {
        let lines = curve.series.as_ref()?.polylines(shown, frames_per_point);
        let points = lines.into_iter().flat_map(|line| {
            let ends: Vec<Pos2> = line.into_iter().map(place).collect();
            let first = ends.first().copied().zip(ends.first().copied());
            let pairs: Vec<_> = ends.windows(2).map(|pair| (pair[0], pair[1])).chain(first).collect();
            pairs
        });
        points.map(|(a, b)| distance_to_segment(pointer, a, b)).min_by(f32::total_cmp)
    };
    let shown = chart.curves.iter().enumerate().filter(|(_, curve)| !curve.is_hidden);
    let near = shown.filter_map(|(place, curve)| Some((distance(curve)?, place)));
    near.filter(|(distance, _)| *distance <= REACH).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_a_line_and_stay_on_it() {
        let points: Vec<Pos2> = (0..=100).map(|step| pos2(step as f32, 3.0)).collect();
        let dashes = dashes(&points);
        assert_eq!(dashes.len(), 10);
        for (place, dash) in dashes.iter().enumerate() {
            let (first, last) = (dash[0], dash[dash.len() - 1]);
            let start = place as f32 * (DASH + DASH_GAP);
            assert!((first.x - start).abs() < 1e-3 && (last.x - start - DASH).abs() < 1e-3, "{first:?} {last:?}");
            assert!(dash.iter().all(|at| at.y == 3.0));
        }
    }

    #[test]
    fn a_wild_line_has_no_more_dashes_than_its_width_allows() {
        let points: Vec<Pos2> = (0..2000).map(|step| pos2(step as f32 * 0.5, (step % 2) as f32 * 80.0)).collect();
        assert!(dashes(&points).len() <= (1000.0 * STEEPEST / (DASH + DASH_GAP)) as usize + 1);
    }

    #[test]
    fn value_steps_are_round() {
        for (least, step) in [(0.07, 0.1), (1.0, 1.0), (13.0, 20.0), (21.0, 50.0), (0.0021, 0.005)] {
            assert!((round_step(least) / step - 1.0).abs() < 1e-9, "{least}: {}", round_step(least));
        }
        assert_eq!(marks((-1.0, 2.1), 0.5).len(), 7);
        assert!(marks((0.0, 1.0), 0.0).is_empty());
    }
}
