//! MP4 by `ffmpeg`, which takes raw pictures from a pipe.

use std::path::{Path, PathBuf};
use std::process::Command;

use image::RgbaImage;
use tempfile::TempPath;

use crate::data::FrameRate;
use crate::support::CancelToken;
use crate::support::files::temporary_beside;

use super::super::FrameError;
use super::super::child::{Writing, ask};
use super::super::ffmpeg::{Ffmpeg, file_argument, reason};
use super::ClipSink;

/// ffmpeg's list of encoders is far shorter.
const MAX_LIST_BYTES: usize = 1 << 20;

/// Encoders by liking, each with its settings for a picture that looks like the original.
const ENCODERS: &[(&str, &[&str])] = &[
    ("libx264", &["-preset", "veryfast", "-crf", "18"]),
    // It knows no quality, only a rate: enough for 4K.
    ("libopenh264", &["-b:v", "20M"]),
];

/// Writes H.264 in an MP4 file that every player and browser shows.
pub struct VideoWriter {
    path: PathBuf,
    temporary: TempPath,
    tools: Ffmpeg,
    writing: Writing,
    size: [u32; 2],
}

impl VideoWriter {
    /// Pictures of `size` (width, height in pixels) at `rate`. Odd sides get a row or column of black: the format has
    /// only even ones.
    ///
    /// # Errors
    /// ffmpeg is missing or has no encoder; the folder cannot be written to; cancelled.
    pub fn create(
        path: &Path,
        size: [u32; 2],
        rate: FrameRate,
        tools: &Ffmpeg,
        cancel: &CancelToken,
    ) -> Result<Self, FrameError> {
        let (encoder, settings) = encoder(tools, cancel)?;
        let temporary = temporary_beside(path).map_err(FrameError::write(path))?.into_temp_path();
        let mut command = tools.ffmpeg("error");
        let [width, height] = size;
        command.args(["-y", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", &format!("{width}x{height}")]);
        command.args(["-framerate", &rate.to_string(), "-i", "pipe:0"]);
        // The colours are named, or players guess them from the size of the picture.
        command.args(["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]);
        command.args([
            "-colorspace",
            "bt709",
            "-color_primaries",
            "bt709",
            "-color_trc",
            "bt709",
            "-color_range",
            "tv",
        ]);
        command.args(["-c:v", encoder]).args(settings).args(["-movflags", "+faststart", "-f", "mp4"]);
        command.arg(file_argument(&temporary));
        let writing = Writing::start(command, |_| true).map_err(|error| tools.failed("ffmpeg")(error.into()))?;
        Ok(Self { path: path.to_owned(), temporary, tools: tools.clone(), writing, size })
    }

    fn failed(&self, otherwise: &str) -> FrameError {
        FrameError::encode(&self.path, reason(&self.writing.words(), &self.temporary, otherwise))
    }
}

impl ClipSink for VideoWriter {
    fn write(&mut self, picture: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError> {
        super::check_size(&self.path, &picture, self.size)?;
        if self.writing.write(picture.into_raw(), cancel)?.is_err() {
            self.writing.finish(cancel).map_err(self.tools.failed("ffmpeg"))?;
            return Err(self.failed("ffmpeg stopped and does not say why"));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, cancel: &CancelToken) -> Result<(), FrameError> {
        let status = self.writing.finish(cancel).map_err(self.tools.failed("ffmpeg"))?;
        if !status.success() {
            return Err(self.failed(&format!("ffmpeg does not say why ({status})")));
        }
        let failed = FrameError::write(&self.path);
        let file = std::fs::File::options().write(true).open(&self.temporary).map_err(&failed)?;
        file.sync_all().map_err(&failed)?;
        self.temporary.persist(&self.path).map_err(|error| failed(error.error))
    }
}

/// The best encoder that this ffmpeg has.
fn encoder(tools: &Ffmpeg, cancel: &CancelToken) -> Result<(&'static str, &'static [&'static str]), FrameError> {
    let mut command = Command::new(&tools.ffmpeg);
    command.args(["-hide_banner", "-loglevel", "error", "-encoders"]);
    let list = ask(command, MAX_LIST_BYTES, cancel).map_err(tools.failed("ffmpeg"))?.output;
    let list = String::from_utf8_lossy(&list);
    let has = |name: &str| list.lines().any(|line| line.split_whitespace().nth(1) == Some(name));
    ENCODERS.iter().find(|(name, _)| has(name)).copied().ok_or(FrameError::NoEncoder)
}
