//! Labelled stretches of time from scores of classes in windows.
//!
//! Windows are averaged where they overlap ([`ClassCurves`], once per set of scores); the curves are smoothed and cut
//! by a Viterbi search over segments with a minimum length ([`ClassCurves::segments`], at every move of a slider).
//! What scores below the threshold is nothing.

mod curves;
mod search;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::curves::ClassCurves;
use crate::data::{ActionScores, FrameRange, Segment};

/// How scores become segments.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SegmentOptions {
    /// Probability (or similarity) from which on a class is something, 0 to 1.
    pub threshold: f32,
    /// Shorter stretches are no segments.
    pub min_secs: f64,
    /// Curves are averaged over this long.
    pub smoothing_secs: f64,
}

impl Default for SegmentOptions {
    fn default() -> Self {
        Self { threshold: 0.3, min_secs: 0.5, smoothing_secs: 0.5 }
    }
}

/// The segments of `range`, in order, none of which meets another. Those who want to cut the same scores again keep
/// the [`ClassCurves`].
pub fn segment(scores: &ActionScores, range: FrameRange, fps: f64, options: &SegmentOptions) -> Vec<Segment> {
    ClassCurves::new(scores, range).segments(fps, options)
}
