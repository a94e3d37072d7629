//! Clips out: pictures in their order become an MP4, a GIF, a folder of PNG files or a single one, whole or not at all.
//!
//! Until [`ClipSink::finish`] everything has a temporary name beside the goal; dropping a sink removes it.

mod gif;
mod h264;
mod mp4;
mod pngs;

use std::path::{Path, PathBuf};

use image::RgbaImage;

use crate::data::FrameRate;
use crate::support::{CancelToken, Notice, Notices};

use super::{Ffmpeg, FrameError};

pub use gif::GifWriter;
pub use h264::BuiltInVideoWriter;
pub use mp4::VideoWriter;
pub use pngs::{Numbered, PngFile, PngSequence};

/// Takes the pictures of a clip, one after the other, at a steady rate.
pub trait ClipSink {
    /// # Errors
    /// Cancelled, within 200 ms; the disk is full or the encoder failed; the picture has another size than agreed.
    fn write(&mut self, picture: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError>;

    /// Completes the clip and gives it its name.
    ///
    /// # Errors
    /// As [`ClipSink::write`]. The old file, if any, is untouched then.
    fn finish(self: Box<Self>, cancel: &CancelToken) -> Result<(), FrameError>;
}

/// What a clip is written as, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipTarget {
    Video(PathBuf),
    Gif(PathBuf),
    /// Numbered pictures in a folder of their own.
    Pictures {
        folder: PathBuf,
        names: Numbered,
    },
    Picture(PathBuf),
}

impl ClipTarget {
    /// By the extension: `dance.mp4`, `dance.gif`, `frames/%05d.png`, `pose.png`; none for others.
    pub fn from_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        let file = path.to_owned();
        match extension.as_str() {
            "mp4" => Some(Self::Video(file)),
            "gif" => Some(Self::Gif(file)),
            "png" => {
                let names = path.file_name().and_then(|name| Numbered::parse(name.to_str()?));
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                Some(match names {
                    Some(names) => Self::Pictures { folder: folder?.to_owned(), names },
                    None => Self::Picture(file),
                })
            }
            _ => None,
        }
    }

    /// The file, or the folder of pictures.
    pub fn path(&self) -> &Path {
        match self {
            Self::Video(path) | Self::Gif(path) | Self::Picture(path) | Self::Pictures { folder: path, .. } => path,
        }
    }

    /// Starts writing pictures of `size` at `rate`.
    ///
    /// # Errors
    /// The folder cannot be written to, or (pictures) has something in it; no encoder takes the size; cancelled.
    pub fn create(
        &self,
        size: [u32; 2],
        rate: FrameRate,
        tools: &Ffmpeg,
        notices: &Notices,
        cancel: &CancelToken,
    ) -> Result<Box<dyn ClipSink>, FrameError> {
        Ok(match self {
            Self::Video(path) => return video(path, size, rate, tools, notices, cancel),
            Self::Gif(path) => Box::new(GifWriter::create(path, rate)?),
            Self::Pictures { folder, names } => Box::new(PngSequence::create(folder, names.clone())?),
            Self::Picture(path) => Box::new(PngFile::create(path)?),
        })
    }
}

/// By ffmpeg, which makes smaller files; by the built-in encoder where ffmpeg cannot.
fn video(
    path: &Path,
    size: [u32; 2],
    rate: FrameRate,
    tools: &Ffmpeg,
    notices: &Notices,
    cancel: &CancelToken,
) -> Result<Box<dyn ClipSink>, FrameError> {
    let why = match VideoWriter::create(path, size, rate, tools, cancel) {
        Ok(writer) => return Ok(Box::new(writer)),
        Err(FrameError::NoFfmpeg { .. }) => "The program ffmpeg was not found on this computer".to_owned(),
        Err(error @ (FrameError::NoEncoder | FrameError::Start { .. })) => error.to_string(),
        Err(error) => return Err(error),
    };
    let writer = BuiltInVideoWriter::create(path, size, rate)?;
    notices.add(
        Notice::info("The video is written by the built-in encoder")
            .why(why)
            .hint("It plays everywhere. With ffmpeg it is written faster."),
    );
    Ok(Box::new(writer))
}

fn check_size(path: &Path, picture: &RgbaImage, [width, height]: [u32; 2]) -> Result<(), FrameError> {
    let found = picture.dimensions();
    if found == (width, height) {
        return Ok(());
    }
    let why = format!("a picture has {} x {} pixels, not {width} x {height}", found.0, found.1);
    Err(FrameError::encode(path, why))
}
