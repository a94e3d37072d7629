//! Pictures in and out: videos, folders of pictures, animated GIFs and single pictures behind one trait; clips out.
//!
//! - `video`: files that `ffmpeg` decodes in a child process (`child`, `ffmpeg`, `probe`). Pictures and GIFs need none.
//! - `pictures`, `gif`: decoded here.
//! - `painted`: moving people with known joints, as from a camera.
//! - `camera`: webcams.
//! - `beside`: which files hold pictures, and the video that keypoints were made from.
//! - `cache`: decoded frames around the playhead.
//! - `clip`: MP4, GIF and PNG sequence, whole or not at all.
//!
//! Imports data and support. Runs on the thread that reads or writes; `child` says which threads carry the bytes, and
//! `camera` which one holds a camera.

mod beside;
mod cache;
pub mod camera;
mod child;
pub mod clip;
mod error;
mod ffmpeg;
mod gif;
mod natural;
pub mod painted;
mod pictures;
mod probe;
mod size;
mod talk;
mod video;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::data::{FrameIndex, FrameRate, FrameTimes, Pace, VideoFrame};
use crate::support::{CancelToken, Notices};

pub use beside::{PICTURE_EXTENSIONS, VIDEO_EXTENSIONS, looks_like_pictures, video_beside};
pub use cache::{FrameCache, Heading};
pub use error::FrameError;
pub use ffmpeg::Ffmpeg;
pub use gif::AnimatedGif;
pub use pictures::ImageFolder;
pub(crate) use talk::{Conversation, TalkError};
pub use video::VideoFile;

/// The longest video that is opened, in frames: as for keypoint files.
pub const MAX_FRAMES: usize = crate::io::keypoints::MAX_FRAMES;

/// How to read frames; everything may be left as it is.
#[derive(Clone, Debug)]
pub struct FrameOptions {
    /// Frames are scaled down to fit into this width and height in pixels, for a preview.
    pub fit_within: Option<[u32; 2]>,
    /// The rate of a folder of pictures, which has none of its own.
    pub picture_rate: FrameRate,
    pub tools: Ffmpeg,
}

impl FrameOptions {
    /// Full size; folders of pictures at `picture_rate`.
    pub fn new(picture_rate: FrameRate) -> Self {
        Self { fit_within: None, picture_rate, tools: Ffmpeg::default() }
    }
}

/// What is known of a source before its frames are read.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceInfo {
    /// File or folder name.
    pub name: String,
    /// Codec or picture format.
    pub format: String,
    /// Width and height of the pictures in pixels, upright: the space that keypoints are in.
    pub size: [u32; 2],
    /// Width and height of the frames as they are given out, which is smaller if scaled down.
    pub frame_size: [u32; 2],
    /// When each frame is shown; None for a source without an end, such as a camera.
    pub times: Option<FrameTimes>,
    pub pace: Pace,
}

impl SourceInfo {
    pub fn frame_count(&self) -> Option<usize> {
        self.times.as_ref().map(FrameTimes::len)
    }

    pub fn duration_secs(&self) -> Option<f64> {
        self.times.as_ref().map(FrameTimes::duration_secs)
    }
}

/// Gives frames in their order, upright and as RGB. Opened and read on one thread.
pub trait FrameSource {
    fn info(&self) -> &SourceInfo;

    /// The next frame, or None after the last. Frames that cannot be decoded are left out and told of in the notices,
    /// so that indices may jump.
    ///
    /// # Errors
    /// Cancelled, within 200 ms; or nothing more can be read.
    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError>;

    /// Makes `frame` the next one; see [`FrameTimes::frame_at`] for a time. Sources without an end ignore it.
    fn seek(&mut self, frame: FrameIndex);

    /// Gives only frames that can be decoded without others, from the first on, which takes a fraction of the time; or
    /// every frame again. False, and every frame, where that would not be faster.
    fn skim(&mut self, _is_wanted: bool) -> bool {
        false
    }
}

/// Opens a video, animated GIF, picture or folder of pictures, told apart by content.
///
/// # Errors
/// It cannot be read, is none of them, or needs ffmpeg, which is missing; cancelled.
pub fn open(
    path: &Path,
    options: &FrameOptions,
    notices: &Notices,
    cancel: &CancelToken,
) -> Result<Box<dyn FrameSource>, FrameError> {
    if path.is_dir() {
        return Ok(Box::new(ImageFolder::open(path, options, notices)?));
    }
    let mut start = Vec::new();
    open_file(path)?.take(16).read_to_end(&mut start).map_err(FrameError::read(path))?;
    if start.is_empty() {
        return Err(FrameError::unreadable(path, "the file is empty"));
    }
    Ok(match image::guess_format(&start) {
        Ok(image::ImageFormat::Gif) => Box::new(AnimatedGif::open(path, options, notices, cancel)?),
        Ok(image::ImageFormat::Png | image::ImageFormat::Jpeg) => {
            Box::new(ImageFolder::of_one(path, options, notices)?)
        }
        _ => Box::new(VideoFile::open(path, options, notices, cancel)?),
    })
}

/// Opens a file and nothing else: a named pipe or a device might never answer.
fn open_file(path: &Path) -> Result<File, FrameError> {
    if !std::fs::metadata(path).map_err(FrameError::read(path))?.is_file() {
        return Err(FrameError::unreadable(path, "it is not a file"));
    }
    File::open(path).map_err(FrameError::read(path))
}

/// The last part of a path, as text.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
