//! 2D detection: from a picture to the people in it and their joints.
//!
//! Imports data, support and io. The only place that knows rten. A detector belongs to one thread at a time, the one
//! that detects; it may use all processors while it works.

mod markers;

use crate::data::{Detection, Skeleton, VideoFrame};
use crate::support::{CancelToken, Cancelled};

pub use markers::MarkerDetector;

/// Finds people and their joints in pictures that come one after the other.
pub trait Detector: Send {
    fn info(&self) -> &DetectorInfo;

    /// Everybody in the picture, in no order and without ids, in pixels of the picture. The frame of each detection is
    /// the picture's.
    ///
    /// # Errors
    /// Cancelled, or the detector failed on this picture; the next one may work again.
    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError>;

    /// The next picture does not follow the last: boxes of earlier pictures say nothing about it.
    fn reset(&mut self);
}

/// What is known of a detector.
#[derive(Clone, Debug, PartialEq)]
pub struct DetectorInfo {
    /// For people: "RTMPose, 26 joints".
    pub name: String,
    pub skeleton: &'static Skeleton,
}

/// Why nothing was detected in a picture.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("the detector failed: {0}")]
    Failed(String),
}
