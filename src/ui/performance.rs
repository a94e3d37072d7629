//! How fast the window runs, smoothed for reading.

use std::time::{Duration, Instant};

use crate::data::FrameIndex;

/// Weight of a new measurement against those before.
const SHARE_OF_NEW: f64 = 0.1;

#[derive(Default)]
pub struct Performance {
    started: Option<Instant>,
    /// Time that drawing the panels and carrying out commands takes, milliseconds.
    pub ui_ms: Option<f64>,
    /// As `ui_ms`, with tessellation and the GPU's queue.
    pub total_ms: Option<f64>,
    /// Time between two windows of results, milliseconds.
    pub infer_ms: Option<f64>,
    /// Events that waited when the frame began.
    pub queued: usize,
    /// Frames that playback passed over because the screen was too slow.
    pub skipped: usize,
}

impl Performance {
    pub fn start_frame(&mut self) {
        self.started = Some(Instant::now());
    }

    /// Time since the frame began.
    pub fn elapsed(&self) -> Duration {
        self.started.map_or(Duration::ZERO, |started| started.elapsed())
    }

    /// `total_secs` is what the windowing says of the frame before.
    pub fn end_frame(&mut self, total_secs: Option<f32>) {
        if let Some(started) = self.started.take() {
            smooth(&mut self.ui_ms, started.elapsed().as_secs_f64() * 1e3);
        }
        if let Some(secs) = total_secs {
            smooth(&mut self.total_ms, f64::from(secs) * 1e3);
        }
    }

    /// Playback went from one frame to the other; going back means that it looped.
    pub fn count_skipped(&mut self, before: FrameIndex, after: FrameIndex) {
        self.skipped += after.0.saturating_sub(before.0 + 1);
    }
}

fn smooth(value: &mut Option<f64>, new: f64) {
    *value = Some(value.map_or(new, |old| old + (new - old) * SHARE_OF_NEW));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_frames_are_counted_and_loops_are_not() {
        let mut performance = Performance::default();
        for (before, after) in [(0, 0), (0, 1), (1, 4), (9, 0)] {
            performance.count_skipped(FrameIndex(before), FrameIndex(after));
        }
        assert_eq!(performance.skipped, 2);
    }
}
