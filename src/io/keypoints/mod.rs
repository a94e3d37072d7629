//! Keypoint files of every detector, recognised by content, read into a [`Recording`].
//!
//! - `source`: the file's bytes and the clues that recognition looks at; `outline`: the first bit of a JSON file.
//! - `formats`: the table of formats; a reader is one row and one module.
//! - `draft`: what readers fill in. It settles time (`frames`), joint set (`anatomy`) and units the same for all.
//!
//! Imports data and support. Runs on the job thread that asked for a file.

mod alphapose;
mod anatomy;
mod arrays;
mod deeplabcut;
mod draft;
mod folder;
mod formats;
mod frames;
mod json;
mod mediapipe;
mod mediapipe_csv;
mod mmpose;
mod names;
mod openpose;
mod outline;
mod posetrack;
mod sleap;
mod source;
mod table;
mod ultralytics;
mod videopose;

use std::path::{Path, PathBuf};

use crate::data::{PoseRecording, Recording, SkeletonId};
use crate::support::{CancelToken, Notices};

use source::{Clues, RawFile};

/// Files above this size are refused: keypoints of a day of video are smaller.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

/// The longest timeline that is opened, in frames: nine hours at 30 frames per second.
pub const MAX_FRAMES: usize = 1_000_000;

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
    #[error("cannot be read: {source} ({path})", path = path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// Not a keypoint file that we know; says what it seems to be.
    #[error("{0}")]
    Unrecognised(String),
    /// As [`Self::Unrecognised`], for a file that could be anything: says what can be opened.
    #[error("{seen}. {openable}")]
    Unknown { seen: String, openable: String },
    /// The format is known, this file breaks it.
    #[error("{format}: {why}")]
    Broken { format: &'static str, why: String },
    #[error("cancelled")]
    Cancelled(#[from] crate::support::Cancelled),
}

/// Reads a keypoint file, or a folder with one file per frame.
///
/// What is wrong but survivable (frames without number, broken joints, a truncated list) is told in
/// `context.notices` and the rest is kept.
///
/// # Errors
/// [`KeypointError`] when nothing can be kept, the file is not a known one, or the token was cancelled.
pub fn read(path: &Path, context: &ReadContext) -> Result<Loaded, KeypointError> {
    context.cancel.check()?;
    if path.is_dir() {
        return folder::read(path, context);
    }
    read_file(&RawFile::open(path)?, context)
}

/// Reads a file that is in memory already; `name` stands for its file name.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(name: &str, bytes: &[u8], context: &ReadContext) -> Result<Loaded, KeypointError> {
    read_file(&RawFile { name: name.to_owned(), path: PathBuf::from(name), bytes: bytes.to_vec() }, context)
}

/// The format of a file or folder as recognition names it; none for unknown ones.
///
/// # Errors
/// [`KeypointError::Io`] when it cannot be read.
pub fn guess(path: &Path) -> Result<Option<&'static str>, KeypointError> {
    if path.is_dir() {
        return folder::guess(path);
    }
    match RawFile::open(path) {
        Ok(file) => Ok(formats::recognise(&Clues::of(&file)).map(|format| format.name)),
        Err(KeypointError::Unrecognised(_) | KeypointError::Unknown { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file of a known format that breaks it.
fn broken(format: &'static str, why: &dyn std::fmt::Display) -> KeypointError {
    KeypointError::Broken { format, why: why.to_string() }
}

fn read_file(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    context.cancel.check()?;
    let clues = Clues::of(file);
    match formats::recognise(&clues) {
        Some(format) => (format.read)(file, context),
        None => Err(KeypointError::Unknown { seen: formats::seen(&clues), openable: formats::openable() }),
    }
}
