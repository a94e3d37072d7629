//! Why there is no detector, or why it found nothing.

use std::io;
use std::path::{Path, PathBuf};

use crate::support::Cancelled;

/// The networks that are known, for those whose file is another.
pub(super) const KNOWN_POSE: &str = "RTMPose with 17, 26 or 133 joints, RTMO, and YOLO-pose (v8, 11, 26)";
pub(super) const KNOWN_PERSON: &str = "YOLOX and RTMDet";

/// Why a detector could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("the detector cannot be read: {source} ({path})", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("this is no detector: {why}. Choose an .onnx file, or a .zip from OpenMMLab with one in it ({path})", path = path.display())]
    NotAModel { path: PathBuf, why: String },
    #[error("the network cannot be opened: {why}. The file may be cut off: get it again ({path})", path = path.display())]
    Broken { path: PathBuf, why: String },
    #[error("the network does not run: {why}. It has {seen}. Export it again with a fixed picture size ({path})", path = path.display())]
    DoesNotRun { path: PathBuf, seen: String, why: String },
    #[error("this network finds no people: it has {seen}. Known are {KNOWN_POSE}; for people only, {KNOWN_PERSON} ({path})", path = path.display())]
    Unknown { path: PathBuf, seen: String },
    #[error("this network ({name}) finds people but not their joints: use it as the person detector, next to a pose network ({path})", path = path.display())]
    NotAPose { path: PathBuf, name: String },
    #[error("this network ({name}) is not a person detector. Known are {KNOWN_PERSON} ({path})", path = path.display())]
    NotAPerson { path: PathBuf, name: String },
    #[error("the detector program does not start: {source} ({command})", command = command.display())]
    Start { command: PathBuf, source: io::Error },
    #[error("the detector program does not speak as expected: {why} ({command})", command = command.display())]
    External { command: PathBuf, why: String },
}

impl LoadError {
    pub(super) fn read(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Read { path: path.to_owned(), source }
    }
}

/// Why nothing was detected in a picture.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("the detector failed: {0}")]
    Failed(String),
}
