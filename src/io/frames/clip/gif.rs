//! Animated GIF, without other programs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, ImageError, RgbaImage};
use parking_lot::Mutex;
use tempfile::NamedTempFile;

use crate::data::FrameRate;
use crate::support::CancelToken;
use crate::support::files::temporary_beside;

use super::super::FrameError;
use super::ClipSink;

/// Of 1 (best colours) to 30 (fastest).
const SPEED: i32 = 10;

/// Players take shorter delays for a mistake and show the frame for longer.
const SHORTEST_TICKS: u64 = 2;

/// The encoder keeps its writer to itself, and errors of the last bytes too; sharing it makes them known.
#[derive(Clone)]
struct Shared(Arc<Mutex<BufWriter<File>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().flush()
    }
}

/// Writes a GIF that repeats for ever, in at most 256 colours per frame and 50 frames per second.
pub struct GifWriter {
    path: PathBuf,
    temporary: NamedTempFile,
    writer: Shared,
    encoder: GifEncoder<Shared>,
    rate: FrameRate,
    /// Pictures taken so far.
    taken: usize,
    /// A picture that waits for its end to be known, and its start in hundredths of a second.
    waiting: Option<(RgbaImage, u64)>,
}

impl GifWriter {
    /// # Errors
    /// The folder cannot be written to.
    pub fn create(path: &Path, rate: FrameRate) -> Result<Self, FrameError> {
        let failed = FrameError::write(path);
        let temporary = temporary_beside(path).map_err(&failed)?;
        let file = temporary.reopen().map_err(&failed)?;
        let writer = Shared(Arc::new(Mutex::new(BufWriter::with_capacity(1 << 16, file))));
        let mut encoder = GifEncoder::new_with_speed(writer.clone(), SPEED);
        encoder.set_repeat(Repeat::Infinite).map_err(|error| encode_error(path, error))?;
        Ok(Self { path: path.to_owned(), temporary, writer, encoder, rate, taken: 0, waiting: None })
    }

    /// Writes the waiting picture, which is shown until `end`.
    fn write_waiting(&mut self, end: u64) -> Result<(), FrameError> {
        let Some((picture, start)) = self.waiting.take() else { return Ok(()) };
        let ticks = (end - start).max(SHORTEST_TICKS);
        let delay = Delay::from_numer_denom_ms(u32::try_from(ticks * 10).unwrap_or(u32::MAX), 1);
        let frame = Frame::from_parts(picture, 0, 0, delay);
        self.encoder.encode_frame(frame).map_err(|error| encode_error(&self.path, error))
    }

    /// When the next picture starts, in the format's hundredths of a second. Rounding each start, not each delay,
    /// keeps the whole clip in time.
    fn now_ticks(&self) -> u64 {
        (self.rate.time_of(self.taken) * 100.0).round() as u64
    }
}

impl ClipSink for GifWriter {
    fn write(&mut self, picture: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let now = self.now_ticks();
        self.taken += 1;
        if self.waiting.as_ref().is_none_or(|(_, start)| now - start >= SHORTEST_TICKS) {
            self.write_waiting(now)?;
            self.waiting = Some((picture, now));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let end = self.now_ticks();
        self.write_waiting(end)?;
        // Writes the end mark.
        drop(self.encoder);
        let failed = FrameError::write(&self.path);
        self.writer.flush().map_err(&failed)?;
        self.temporary.as_file().sync_all().map_err(&failed)?;
        self.temporary.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

fn encode_error(path: &Path, error: ImageError) -> FrameError {
    match error {
        ImageError::IoError(source) => FrameError::Write { path: path.to_owned(), source },
        error => FrameError::encode(path, error.to_string()),
    }
}
