//! Labels on a lane: coloured, named segments, the marked stretch, and what was found.
//!
//! Costs at most a rectangle per point of the lane's width, however many segments there are.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Painter, Rangef, Rect, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, pos2};

use super::Stage;
use super::lane::STRIP;
use super::ruler::{frame_time, paint_focus};
use super::scale::TimeScale;
use crate::data::{FrameRange, Segment};
use crate::session::actions::PersonLabels;
use crate::session::{Person, Stretch};
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::theme::{Theme, size};

/// A name needs this much room.
const NARROWEST_NAME: f32 = size::HIT;
/// Narrower segments are not to be hit with the pointer one by one.
const NARROWEST_HIT: f32 = size::GAP;

/// Calls `draw` with what is in sight, from left to right; of segments that share a point of the screen, the first.
fn for_each_in_sight(labels: &PersonLabels, scale: &TimeScale, mut draw: impl FnMut(&Segment, Rangef)) {
    let shown = scale.shown();
    let segments = &labels.segments;
    let mut place = segments.partition_point(|segment| segment.range.end <= shown.start);
    while let Some(segment) = segments.get(place).filter(|segment| segment.range.start < shown.end) {
        let x = scale.x_of_range(segment.range);
        draw(segment, Rangef::new(x.min, x.max.max(x.min + 1.0)));
        let free_from = scale.frames_at(x.min + 1.0).max(0.0) as usize;
        place = (place + 1).max(segments.partition_point(|segment| segment.range.end < free_from));
    }
}

/// The grounds of segments in `bar`; `painter` is clipped to the time axis.
pub fn paint_grounds(painter: &Painter, bar: Rect, labels: &PersonLabels, scale: &TimeScale, theme: &Theme) {
    for_each_in_sight(labels, scale, |segment, x| {
        // A hair of the lane between neighbours.
        let x = if x.span() > 3.0 { Rangef::new(x.min + 0.5, x.max - 0.5) } else { x };
        painter.rect_filled(Rect::from_x_y_ranges(x, bar.y_range()), size::STEP * 0.5, theme.class(segment.class));
    });
}

/// Names over the segments of a person, and what can be done with them.
pub fn segments_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, person: &Person, bar: Rect) {
    let session = stage.session;
    let source = stage.active.source.id;
    let Some(labels) = session.labels(source) else { return };
    let Some(own) = labels.person(person.id) else { return };
    let (theme, scale) = (stage.theme, stage.layout.scale);
    let clip = stage.layout.axis().intersect(ui.clip_rect());
    let painter = ui.painter().with_clip_rect(clip);
    let font = TextStyle::Small.resolve(ui.style());
    let mut asked = Vec::new();
    for_each_in_sight(own, &scale, |segment, x| {
        if x.span() < NARROWEST_HIT {
            return;
        }
        let rect = Rect::from_x_y_ranges(x, bar.y_range());
        let id = ui.scope_id().with(("segment", person.id, segment.range.start));
        let response = ui.interact(rect.intersect(clip), id, Sense::click());
        let name = labels.name(segment.class);
        response.widget_info(|| {
            let [from, to] = [segment.range.start, segment.range.end].map(|frame| time(stage, frame));
            let label = text::moves::segment(name, &from, &to, segment.score * 100.0, &person.name);
            WidgetInfo::labeled(Role::Button, true, label)
        });
        if response.hovered() {
            painter.rect_stroke(rect, size::STEP * 0.5, Stroke::new(size::HAIRLINE, theme.text), StrokeKind::Inside);
        }
        paint_focus(ui, &response, theme);
        let stretch = Stretch { source, person: person.id, range: segment.range };
        if response.double_clicked() {
            asked.push(UiCommand::PlayStretch(stretch));
        } else if response.clicked() {
            asked.push(UiCommand::Mark(Some(stretch)));
        }
        // The name stays in sight while its segment is.
        let inside = Rangef::new(x.min.max(clip.left()), x.max.min(clip.right())).shrink(size::STEP);
        if inside.span() >= NARROWEST_NAME {
            let mut job = LayoutJob::simple_singleline(name.to_owned(), font.clone(), theme.text);
            job.wrap = TextWrapping::truncate_at_width(inside.span());
            let galley = painter.layout_job(job);
            let middle = (bar.top() + bar.bottom() - STRIP) * 0.5;
            painter.galley(pos2(inside.min, middle - galley.size().y * 0.5), galley, theme.text);
        }
    });
    asked.into_iter().for_each(|command| stage.ask.push(command));
}

/// Outlines of what was found and of the marked stretch.
pub fn paint_marks(painter: &Painter, stage: &Stage<'_, '_>, person: &Person, bar: Rect) {
    let (session, theme, scale) = (stage.session, stage.theme, &stage.layout.scale);
    let is_here = |stretch: &Stretch| stretch.source == stage.active.source.id && stretch.person == person.id;
    let outline = |range: FrameRange| {
        let x = scale.x_of_range(range);
        Rect::from_x_y_ranges(Rangef::new(x.min, x.max.max(x.min + 2.0)), bar.expand(1.0).y_range())
    };
    let shown = scale.shown();
    let is_in_sight = |stretch: &Stretch| !stretch.range.intersect(shown).is_empty();
    if let Some(found) = session.found() {
        for (place, hit) in found.hits.iter().enumerate() {
            if is_here(&hit.at) && is_in_sight(&hit.at) {
                let is_current = session.actions.current == Some(place);
                let (width, colour) =
                    if is_current { (size::BONE_STROKE, theme.accent) } else { (size::HAIRLINE, theme.muted) };
                painter.rect_stroke(
                    outline(hit.at.range),
                    size::STEP * 0.5,
                    Stroke::new(width, colour),
                    StrokeKind::Middle,
                );
            }
        }
    }
    if let Some(mark) = session.actions.mark.filter(is_here) {
        let rect = outline(mark.range);
        painter.rect_filled(rect, size::STEP * 0.5, theme.accent.gamma_multiply(0.25));
        painter.rect_stroke(rect, size::STEP * 0.5, Stroke::new(size::BONE_STROKE, theme.accent), StrokeKind::Middle);
    }
}

fn time(stage: &Stage<'_, '_>, frame: usize) -> String {
    frame_time(crate::data::FrameIndex(frame), stage.active.fps)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::scale::Span;
    use super::*;
    use crate::data::{ActionScores, PersonId, ScoreKind};
    use crate::motion::segments::ClassCurves;

    fn labels(segments: Vec<Segment>) -> PersonLabels {
        let none = ActionScores {
            people: vec![PersonId(1)],
            kind: ScoreKind::Similarity,
            windows: Arc::new([]),
            classes: 0,
            values: Arc::new([]),
        };
        let curves = Arc::new(ClassCurves::new(&none, FrameRange::default()));
        PersonLabels { person: PersonId(1), curves, segments: segments.into() }
    }

    fn every(step: usize, len: usize, count: usize) -> PersonLabels {
        let segment = |i| Segment { range: FrameRange::of_len(i * step, len), class: i % 3, score: 0.5 };
        labels((0..count).map(segment).collect())
    }

    fn drawn(labels: &PersonLabels, span: Span, width: f32) -> Vec<usize> {
        let mut starts = Vec::new();
        for_each_in_sight(labels, &TimeScale::new(span, Rangef::new(0.0, width)), |segment, x| {
            assert!(x.span() >= 1.0);
            starts.push(segment.range.start);
        });
        starts
    }

    #[test]
    fn a_hundred_thousand_segments_cost_no_more_than_the_width() {
        let many = every(10, 8, 100_000);
        let drawn = drawn(&many, Span::all(1_000_000), 800.0);
        assert!((700..=801).contains(&drawn.len()), "{}", drawn.len());
    }

    #[test]
    fn only_what_is_in_sight_is_drawn_and_all_of_that() {
        let some = every(100, 50, 100);
        let mut span = Span::all(10_000);
        span.show(FrameRange::new(1_020, 1_310));
        assert_eq!(drawn(&some, span, 500.0), [1_000, 1_100, 1_200, 1_300]);
        span.show(FrameRange::new(1_060, 1_090));
        assert_eq!(drawn(&some, span, 500.0), [0; 0]);
        assert_eq!(drawn(&some, Span::all(10_000), 1_000.0).len(), 100);
    }
}
