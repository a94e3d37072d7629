//! Which frames the timeline shows, and where they are across it.

use eframe::egui::Rangef;

use crate::data::{FrameIndex, FrameRange};

/// Fewest frames that can be zoomed to.
const NARROWEST_FRAMES: f64 = 12.0;

/// The shown part of a clip, in frames as real numbers: frame `f` covers `f..f + 1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    start: f64,
    len: f64,
    /// Frames of the whole clip.
    count: usize,
}

/// A span laid out between two points of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeScale {
    span: Span,
    x: Rangef,
}

impl Span {
    /// All of a clip of `count` frames.
    pub fn all(count: usize) -> Self {
        Self { start: 0.0, len: count.max(1) as f64, count }
    }

    /// Shows `range` and nothing else, as far as that is not too narrow.
    pub fn show(&mut self, range: FrameRange) {
        let whole = self.whole_len();
        self.len = (range.len() as f64).clamp(NARROWEST_FRAMES.min(whole), whole);
        self.start = 0.5 * (range.start + range.end) as f64 - 0.5 * self.len;
        self.keep_inside();
    }

    /// Whether all frames are shown.
    pub fn is_whole(&self) -> bool {
        self.len >= self.whole_len()
    }

    pub fn count(&self) -> usize {
        self.count
    }

    pub fn start(&self) -> f64 {
        self.start
    }

    pub fn end(&self) -> f64 {
        self.start + self.len
    }

    /// Shows fewer frames for `factor` above 1; what is at `anchor` stays where it is.
    pub fn zoom(&mut self, factor: f64, anchor: f64) {
        if !(factor.is_finite() && factor > 0.0) {
            return;
        }
        let whole = self.whole_len();
        let len = (self.len / factor).clamp(NARROWEST_FRAMES.min(whole), whole);
        let share = (anchor - self.start) / self.len;
        self.start = anchor - share * len;
        self.len = len;
        self.keep_inside();
    }

    /// Shows later frames for positive `frames`.
    pub fn pan(&mut self, frames: f64) {
        if frames.is_finite() {
            self.start += frames;
            self.keep_inside();
        }
    }

    /// Turns the page when `frame` has left the view: it is then at the left, a tenth in.
    pub fn follow(&mut self, frame: FrameIndex) {
        let at = frame.0 as f64;
        if at < self.start || at + 1.0 > self.end() {
            self.start = at - self.len * 0.1;
            self.keep_inside();
        }
    }

    fn whole_len(&self) -> f64 {
        self.count.max(1) as f64
    }

    fn keep_inside(&mut self) {
        self.start = self.start.clamp(0.0, (self.whole_len() - self.len).max(0.0));
    }
}

impl TimeScale {
    pub fn new(span: Span, x: Rangef) -> Self {
        Self { span, x: Rangef::new(x.min, x.max.max(x.min + 1.0)) }
    }

    pub fn span(&self) -> &Span {
        &self.span
    }

    pub fn points_per_frame(&self) -> f64 {
        f64::from(self.x.span()) / self.span.len
    }

    /// Where `frames` (a real number) is; whole numbers are the left edges of frames.
    pub fn x_of(&self, frames: f64) -> f32 {
        (f64::from(self.x.min) + (frames - self.span.start) * self.points_per_frame()) as f32
    }

    /// The middle of a frame, where playhead and ticks stand.
    pub fn x_of_frame(&self, frame: f64) -> f32 {
        self.x_of(frame + 0.5)
    }

    pub fn x_of_range(&self, range: FrameRange) -> Rangef {
        Rangef::new(self.x_of(range.start as f64), self.x_of(range.end as f64))
    }

    /// The real frame number at a point.
    pub fn frames_at(&self, x: f32) -> f64 {
        self.span.start + f64::from(x - self.x.min) / self.points_per_frame()
    }

    /// The frame under a point, kept inside the clip.
    pub fn frame_at(&self, x: f32) -> FrameIndex {
        let last = self.span.count.saturating_sub(1);
        FrameIndex((self.frames_at(x).floor().max(0.0) as usize).min(last))
    }

    /// The frames that are at least partly shown.
    pub fn shown(&self) -> FrameRange {
        let start = self.span.start.floor().max(0.0) as usize;
        FrameRange::new(start, (self.span.end().ceil() as usize).min(self.span.count))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scale(count: usize, zoom: f64, anchor: f64, width: f32) -> TimeScale {
        let mut span = Span::all(count);
        span.zoom(zoom, anchor);
        TimeScale::new(span, Rangef::new(100.0, 100.0 + width))
    }

    #[test]
    fn a_whole_clip_fills_the_width() {
        let scale = scale(360, 1.0, 0.0, 720.0);
        assert_eq!(scale.x_of(0.0), 100.0);
        assert_eq!(scale.x_of(360.0), 820.0);
        assert_eq!(scale.frame_at(-50.0), FrameIndex(0));
        assert_eq!(scale.frame_at(5000.0), FrameIndex(359));
        assert_eq!(scale.shown(), FrameRange::new(0, 360));
    }

    #[test]
    fn the_page_turns_only_when_the_frame_is_out_of_view() {
        let mut span = Span::all(10_000);
        span.zoom(10.0, 0.0);
        span.follow(FrameIndex(999));
        assert_eq!(span.start(), 0.0);
        span.follow(FrameIndex(1000));
        assert_eq!(span.start(), 900.0);
        span.follow(FrameIndex(9_999));
        assert_eq!(span.end(), 10_000.0);
    }

    #[test]
    fn a_range_fills_the_view_unless_it_is_too_narrow() {
        let mut span = Span::all(1000);
        span.show(FrameRange::new(200, 300));
        assert_eq!((span.start(), span.end(), span.is_whole()), (200.0, 300.0, false));
        span.show(FrameRange::new(0, 2));
        assert_eq!((span.start(), span.end()), (0.0, NARROWEST_FRAMES));
        span.show(FrameRange::new(0, 1000));
        assert!(span.is_whole());
    }

    #[test]
    fn an_empty_clip_is_harmless() {
        let mut span = Span::all(0);
        span.zoom(3.0, 0.0);
        span.pan(5.0);
        span.follow(FrameIndex(7));
        let scale = TimeScale::new(span, Rangef::new(0.0, 0.0));
        assert_eq!(scale.frame_at(10.0), FrameIndex(0));
        assert!(scale.shown().is_empty());
    }

    proptest! {
        #[test]
        fn a_frame_is_found_again_where_it_is_drawn(
            count in 1usize..100_000, zoom in 1.0f64..5_000.0, at in 0.0f64..1.0, width in 50.0f32..4_000.0, pick in 0.0f64..1.0,
        ) {
            let scale = scale(count, zoom, at * count as f64, width);
            let shown = scale.shown();
            let frame = shown.start + ((shown.len() - 1) as f64 * pick) as usize;
            let found = scale.frame_at(scale.x_of_frame(frame as f64));
            // Points are f32: with 100,000 frames in a few pixels, neighbours share a point.
            let blur = (0.001 / scale.points_per_frame()).ceil() as usize;
            let allowed = if scale.points_per_frame() < 0.01 { blur } else { 0 };
            prop_assert!(found.0.abs_diff(frame) <= allowed);
        }

        #[test]
        fn a_point_is_within_half_a_frame_of_its_frame(
            count in 1usize..100_000, zoom in 1.0f64..5_000.0, at in 0.0f64..1.0, share in 0.0f32..1.0,
        ) {
            let scale = scale(count, zoom, at * count as f64, 1000.0);
            let x = 100.0 + 1000.0 * share;
            let back = scale.x_of_frame(scale.frame_at(x).0 as f64);
            prop_assert!(f64::from((back - x).abs()) <= scale.points_per_frame() * 0.5 + 1e-2);
        }

        #[test]
        fn zoom_keeps_the_anchor_and_stays_inside(
            count in 20usize..100_000,
            moves in proptest::collection::vec((0.2f64..5.0, 0.0f64..1.0, -500.0f64..500.0), 1..30),
        ) {
            let mut span = Span::all(count);
            for (factor, anchor, pan) in moves {
                let anchor = span.start() + anchor * (span.end() - span.start());
                let before = (anchor - span.start()) / (span.end() - span.start());
                span.zoom(factor, anchor);
                let after = (anchor - span.start()) / (span.end() - span.start());
                let touches_an_end = span.start() <= 1e-6 || span.end() >= count as f64 - 1e-6;
                prop_assert!(touches_an_end || (before - after).abs() < 1e-6);
                span.pan(pan);
                prop_assert!(span.start() >= 0.0 && span.end() <= count as f64 + 1e-6);
            }
        }
    }
}
