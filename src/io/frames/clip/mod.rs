//! Clips out: pictures in their order become an MP4, a GIF or a folder of PNG files, whole or not at all.
//!
//! Until [`ClipSink::finish`] everything has a temporary name beside the goal; dropping a sink removes it.

mod gif;
mod mp4;
mod pngs;

use image::RgbaImage;

use crate::support::CancelToken;

use super::FrameError;

pub use gif::GifWriter;
pub use mp4::VideoWriter;
pub use pngs::PngSequence;

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
