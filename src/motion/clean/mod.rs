//! Repairs of 2D keypoints before they are lifted. All are off at first: the model then sees what the file says.
//!
//! Lengths in the picture are measured in shares of the person's size there, the median of the longer side of the box
//! around the joints.

mod gap_fill;
mod outliers;
mod swaps;

use serde::{Deserialize, Serialize};

use super::placement::percentile;
use crate::data::{Keypoint, KeypointTrack};

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

/// A track after cleaning, and what was done to it.
#[derive(Clone, Debug)]
pub struct Cleaned {
    pub track: KeypointTrack,
    pub repairs: Repairs,
}

/// How many joints were changed, each frame counted on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repairs {
    /// Seen, but not certain enough.
    pub uncertain_joints: usize,
    /// Exchanged with their counterpart on the other side.
    pub swapped_joints: usize,
    /// Taken away because they jumped.
    pub outlier_joints: usize,
    /// Put where nothing had been seen, or where it had been taken away.
    pub filled_joints: usize,
}

impl Repairs {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl std::ops::AddAssign for Repairs {
    fn add_assign(&mut self, other: Self) {
        self.uncertain_joints += other.uncertain_joints;
        self.swapped_joints += other.swapped_joints;
        self.outlier_joints += other.outlier_joints;
        self.filled_joints += other.filled_joints;
    }
}

impl std::fmt::Display for Repairs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [
            ("uncertain joints", self.uncertain_joints),
            ("joints exchanged between left and right", self.swapped_joints),
            ("outliers", self.outlier_joints),
            ("joints filled in", self.filled_joints),
        ];
        let said: Vec<String> =
            parts.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what}: {count}")).collect();
        if said.is_empty() { f.write_str("nothing to repair") } else { f.write_str(&said.join(", ")) }
    }
}

impl Cleaning {
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// The track with its repairs; the very same one when all are off.
    ///
    /// A frame counts as seen where at least one joint is left or was filled in.
    #[must_use]
    pub fn apply(&self, track: &KeypointTrack) -> Cleaned {
        let mut repairs = Repairs::default();
        if self.is_off() || track.skeleton.is_empty() {
            return Cleaned { track: track.clone(), repairs };
        }
        let joints = track.skeleton.len();
        let mut keypoints = track.keypoints.to_vec();
        if let Some(least) = self.min_confidence {
            for keypoint in keypoints.iter_mut().filter(|keypoint| is_known(keypoint) && keypoint.confidence < least) {
                *keypoint = Keypoint::MISSING;
                repairs.uncertain_joints += 1;
            }
        }
        let size = person_size(&keypoints, joints);
        if self.repair_swaps {
            repairs.swapped_joints = swaps::repair(&mut keypoints, track.skeleton, size);
        }
        if let Some(hampel) = &self.outliers {
            repairs.outlier_joints = outliers::remove(&mut keypoints, joints, hampel, size);
        }
        if let Some(longest) = self.max_gap_frames {
            repairs.filled_joints = gap_fill::fill(&mut keypoints, joints, longest);
        }
        let seen = keypoints.chunks_exact(joints).map(|frame| frame.iter().any(is_known)).collect();
        Cleaned { track: KeypointTrack { keypoints: keypoints.into(), seen, ..track.clone() }, repairs }
    }
}

/// Was seen and is a number.
fn is_known(keypoint: &Keypoint) -> bool {
    !keypoint.is_missing() && keypoint.x.is_finite() && keypoint.y.is_finite()
}

/// The usual longer side of the box around the known joints of a frame; 0 if nothing was seen. // [frames, joints]
fn person_size(keypoints: &[Keypoint], joints: usize) -> f32 {
    let sizes = keypoints.chunks_exact(joints).filter(|frame| frame.iter().any(is_known)).map(|frame| {
        let known = || frame.iter().filter(|keypoint| is_known(keypoint));
        let extent = |value: fn(&Keypoint) -> f32| {
            known().map(value).fold(f32::NEG_INFINITY, f32::max) - known().map(value).fold(f32::INFINITY, f32::min)
        };
        extent(|keypoint| keypoint.x).max(extent(|keypoint| keypoint.y))
    });
    percentile(sizes.collect(), 0.5).unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
