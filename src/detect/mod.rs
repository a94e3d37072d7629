//! 2D detection: from a picture to the people in it and their joints.
//!
//! - `spec`: which detector, in words that can be saved, and its key for a cache.
//! - `onnx`: reads networks, tells them apart and decodes what they give.
//! - `onnx_writer`: makes small networks.
//! - `top_down`: a person detector now and then, and a pose network on every person.
//! - `one_stage`: one network that finds people and joints at once.
//! - `external`: a program of the user's that detects.
//! - `markers`: finds painted people, for the test pattern.
//! - `sampling`, `boxes`: pictures into networks, and boxes around people.
//!
//! Pixel centres are at whole numbers: the first pixel's is (0, 0).
//!
//! Imports data, support and io. The only place that knows rten. A detector belongs to one thread at a time, the one
//! that detects; it may use all processors while it works.

mod boxes;
mod error;
mod external;
mod markers;
mod one_stage;
mod onnx;
pub mod onnx_writer;
mod sampling;
mod spec;
mod top_down;

use crate::data::{Detection, Skeleton, VideoFrame};
use crate::support::CancelToken;

pub use error::{DetectError, LoadError};
pub use markers::MarkerDetector;
pub use spec::{DetectorSpec, ExternalSpec, OnnxSpec};

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

/// Makes the detector of a description. Takes from some hundredths of a second to seconds: networks are read and tried.
///
/// # Errors
/// A file cannot be read or is no network that is known, or the program does not start; cancelled.
pub fn load(spec: &DetectorSpec, cancel: &CancelToken) -> Result<Box<dyn Detector>, LoadError> {
    match spec {
        DetectorSpec::Onnx(spec) => onnx::load(spec, cancel),
        DetectorSpec::External(spec) => Ok(Box::new(external::External::start(spec, cancel)?)),
    }
}
