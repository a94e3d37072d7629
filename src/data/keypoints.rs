//! 2D keypoints: what a file holds ([`Recording`]) and what one person does over time ([`KeypointTrack`]).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{FrameIndex, FrameRange, PersonId, Skeleton, SkeletonId};

/// One joint seen in one frame. A missing joint is (0, 0) with confidence 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Keypoint {
    /// Image pixels, x right.
    pub x: f32,
    /// Image pixels, y down.
    pub y: f32,
    /// 0 (missing) to about 1; detectors differ in scale.
    pub confidence: f32,
}

impl Keypoint {
    pub const MISSING: Self = Self { x: 0.0, y: 0.0, confidence: 0.0 };

    pub fn new(x: f32, y: f32, confidence: f32) -> Self {
        Self { x, y, confidence }
    }

    pub fn is_missing(&self) -> bool {
        self.confidence <= 0.0
    }
}

/// One person in one frame as the file says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    pub frame: FrameIndex,
    /// Tracking id of the file, if it has one.
    pub id: Option<u32>,
    /// Detector's score of the person, or 1.
    pub score: f32,
    /// x, y, width, height in pixels, if the file says it.
    pub bbox: Option<[f32; 4]>,
    /// One per joint of the recording's skeleton, image pixels.
    pub keypoints: Box<[Keypoint]>,
}

/// How the joint set of a recording was found out, and what else it could be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkeletonChoice {
    /// Plain words for the person: "25 joints; limbs fit BODY_25B better than BODY_25 (0.07 against 0.41)".
    pub reason: String,
    /// Other joint sets with the same number of joints; more than none means that the choice was a guess.
    pub alternatives: Vec<SkeletonId>,
}

/// A keypoint file as read: all people of all frames, in time order, nothing invented and nothing dropped.
#[derive(Clone, Debug)]
pub struct Recording {
    /// File or folder name without its path.
    pub name: String,
    /// Format as recognised, e.g. "AlphaPose JSON".
    pub format: &'static str,
    pub skeleton: &'static Skeleton,
    pub skeleton_choice: SkeletonChoice,
    /// Frames per second, if the file says it.
    pub fps: Option<f64>,
    /// Width and height of the image in pixels, if the file says it.
    pub image_size: Option<[u32; 2]>,
    /// The file's own number of timeline frame 0.
    pub first_frame_number: i64,
    /// Length of the timeline, including frames in which nobody was seen.
    pub frame_count: usize,
    /// Sorted by frame.
    pub detections: Vec<Detection>,
    /// The coordinates are model input in [-1, 1] already, not pixels.
    pub is_normalised: bool,
}

/// One person over time, in image pixels. Frames in which the person was not seen are gaps, not guesses.
#[derive(Clone, Debug)]
pub struct KeypointTrack {
    pub person: PersonId,
    pub skeleton: &'static Skeleton,
    pub range: FrameRange,
    /// [frames, joints], row-major; all missing where not seen.
    pub keypoints: Arc<[Keypoint]>,
    /// `[frames]`; false is a gap.
    pub seen: Arc<[bool]>,
    /// Short-lived, probably a false detection: hidden at first, never deleted.
    pub is_spurious: bool,
}

impl KeypointTrack {
    /// The joints of one timeline frame; none outside the range or in a gap.
    pub fn frame(&self, frame: FrameIndex) -> Option<&[Keypoint]> {
        let offset = self.range.offset_of(frame)?;
        self.seen[offset].then(|| self.row(offset))
    }

    /// The joints of the frame at `offset` from the start of the range, gap or not.
    ///
    /// # Panics
    /// If `offset` is not below `range.len()`.
    pub fn row(&self, offset: usize) -> &[Keypoint] {
        let joints = self.skeleton.len();
        &self.keypoints[offset * joints..(offset + 1) * joints]
    }

    /// Mean confidence of the joints of one frame, 0 in a gap.
    pub fn mean_confidence(&self, frame: FrameIndex) -> f32 {
        self.frame(frame)
            .map_or(0.0, |joints| joints.iter().map(|k| k.confidence).sum::<f32>() / joints.len().max(1) as f32)
    }

    pub fn seen_count(&self) -> usize {
        self.seen.iter().filter(|seen| **seen).count()
    }
}
