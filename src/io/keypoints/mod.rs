//! Keypoint files of every detector, recognised by content, read into a [`Recording`].

use std::path::PathBuf;

use crate::data::{PoseRecording, Recording, SkeletonId};
use crate::support::{CancelToken, Notices};

/// What the person said about a file; everything may be left to recognition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadOptions {
    /// Joint set, instead of guessing by count and anatomy.
    pub skeleton: Option<SkeletonId>,
    /// Width and height of the image in pixels, for files with coordinates in 0..1.
    pub image_size: Option<[u32; 2]>,
    pub fps: Option<f64>,
}

/// A file that was opened.
#[derive(Clone, Debug)]
pub enum Loaded {
    Keypoints(Recording),
    /// 3D already: a saved prediction.
    Poses(PoseRecording),
}

/// Where warnings go and how to stop; shared by all readers.
#[derive(Clone, Debug, Default)]
pub struct ReadContext {
    pub options: ReadOptions,
    pub notices: Notices,
    pub cancel: CancelToken,
}

#[derive(Debug, thiserror::Error)]
pub enum KeypointError {
    #[error("cannot read {path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    /// Not a keypoint file that we know.
    #[error("{0}")]
    Unrecognised(String),
    /// The format is known, this file breaks it.
    #[error("{format}: {why}")]
    Broken { format: &'static str, why: String },
    #[error("cancelled")]
    Cancelled(#[from] crate::support::Cancelled),
}
