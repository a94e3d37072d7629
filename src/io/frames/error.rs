//! What can go wrong with pictures, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::support::Cancelled;

#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("cannot be read: {source} ({path})", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot be written: {source} ({path})", path = path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("videos need the program '{tool}', which was not found on this computer. {}", super::ffmpeg::HOW_TO_GET)]
    NoFfmpeg { tool: &'static str },
    #[error("this ffmpeg has no encoder for H.264. Install one with libx264")]
    NoEncoder,
    #[error("'{tool}' does not start: {source}", tool = tool.display())]
    Start { tool: PathBuf, source: io::Error },
    #[error("cannot be opened as a video or picture: {why} ({path})", path = path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("has no video in it, only other things such as sound. Choose a file with pictures ({path})", path = path.display())]
    NoVideo { path: PathBuf },
    #[error("has no PNG or JPEG pictures in it. Choose the folder that holds them ({path})", path = path.display())]
    NoPictures { path: PathBuf },
    #[error("has more than {} frames, which is more than can be opened. Cut it into parts ({path})", super::MAX_FRAMES, path = path.display())]
    TooLong { path: PathBuf },
    #[error("cannot be decoded: {why}. Try to play it in a video player, or convert it to MP4 ({path})", path = path.display())]
    Decode { path: PathBuf, why: String },
    #[error("the clip cannot be written: {why} ({path})", path = path.display())]
    Encode { path: PathBuf, why: String },
    #[error(transparent)]
    Camera(#[from] super::camera::CameraError),
    #[error("cancelled")]
    Cancelled(#[from] Cancelled),
}

impl FrameError {
    pub(super) fn read(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Read { path: path.to_owned(), source }
    }

    pub(super) fn write(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Write { path: path.to_owned(), source }
    }

    pub(super) fn unreadable(path: &Path, why: impl Into<String>) -> Self {
        Self::Unreadable { path: path.to_owned(), why: why.into() }
    }

    pub(super) fn encode(path: &Path, why: impl Into<String>) -> Self {
        Self::Encode { path: path.to_owned(), why: why.into() }
    }
}
