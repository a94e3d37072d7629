//! One quantity over time, ready to be drawn at any scale.

use crate::data::{FrameIndex, FrameRange};

/// Values of consecutive frames, with gaps, and their extremes over ever longer stretches.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub range: FrameRange,
    /// `[frames]`; not a number in a gap.
    values: Vec<f32>,
    /// Lowest and highest value of 2, 4, 8 … frames, counted from the start of the range; not numbers where all of
    /// them are gaps.
    levels: Vec<Vec<[f32; 2]>>,
}

const GAP: [f32; 2] = [f32::NAN; 2];

impl Series {
    /// `values` are those of the frames of `range`, none in a gap.
    pub fn new(range: FrameRange, values: impl Iterator<Item = Option<f32>>) -> Self {
        let values: Vec<f32> = values.map(|value| value.unwrap_or(f32::NAN)).collect();
        let mut levels = Vec::new();
        if values.len() > 1 {
            // What is not a number loses against every number in `min` and `max`.
            let mut level: Vec<[f32; 2]> = values.chunks(2).map(|pair| join(pair.iter().map(|v| [*v; 2]))).collect();
            while level.len() > 1 {
                let next = level.chunks(2).map(|pair| join(pair.iter().copied())).collect();
                levels.push(std::mem::replace(&mut level, next));
            }
            levels.push(level);
        }
        Self { range, values, levels }
    }

    pub fn value(&self, frame: FrameIndex) -> Option<f32> {
        self.values.get(self.range.offset_of(frame)?).copied().filter(|value| value.is_finite())
    }

    /// Lowest and highest value; none if all is gaps.
    pub fn extremes(&self) -> Option<[f32; 2]> {
        let all = self.levels.last().and_then(|level| level.first()).copied();
        all.or_else(|| self.values.first().map(|value| [*value; 2])).filter(|[low, _]| low.is_finite())
    }

    /// The lines that show the frames of `shown`: (frame, value) from point to point, a new line after each gap. Where
    /// more than one frame falls on a point of the screen, the extremes of its frames stand for them, so that no peak
    /// is lost. One frame beyond either end is there too.
    pub fn polylines(&self, shown: FrameRange, frames_per_point: f64) -> Vec<Vec<[f64; 2]>> {
        let shown = FrameRange::new(shown.start.saturating_sub(1), shown.end + 1).intersect(self.range);
        let mut lines = Lines::default();
        let first = shown.start - self.range.start.min(shown.start);
        let level = (frames_per_point.log2().ceil().max(0.0) as usize).min(self.levels.len());
        if let Some(stretches) = level.checked_sub(1).and_then(|place| self.levels.get(place)) {
            let len = 1 << level;
            let last = (first + shown.len()).div_ceil(len);
            for (place, stretch) in stretches.iter().enumerate().take(last).skip(first / len) {
                let middle = place * len + (len.min(self.values.len() - place * len) - 1) / 2;
                lines.put((self.range.start + middle) as f64, *stretch);
            }
        } else {
            for (offset, value) in self.values.iter().enumerate().skip(first).take(shown.len()) {
                lines.put((self.range.start + offset) as f64, [*value; 2]);
            }
        }
        lines.done.into_iter().chain([lines.current]).filter(|line| !line.is_empty()).collect()
    }
}

fn join(parts: impl Iterator<Item = [f32; 2]>) -> [f32; 2] {
    parts.fold(GAP, |[low, high], [a, b]| [low.min(a), high.max(b)])
}

#[derive(Default)]
struct Lines {
    done: Vec<Vec<[f64; 2]>>,
    current: Vec<[f64; 2]>,
}

impl Lines {
    /// Goes on with a stretch of frames around `frame`; one that is no number ends the line.
    fn put(&mut self, frame: f64, [low, high]: [f32; 2]) {
        let (low, high) = (f64::from(low), f64::from(high));
        if !low.is_finite() {
            if !self.current.is_empty() {
                self.done.push(std::mem::take(&mut self.current));
            }
            return;
        }
        // The nearer end first, for the shorter way.
        let from = self.current.last().map_or(low, |[_, value]| *value);
        let (near, far) = if (from - low).abs() <= (from - high).abs() { (low, high) } else { (high, low) };
        self.current.push([frame, near]);
        if far != near {
            self.current.push([frame, far]);
        }
    }
}
