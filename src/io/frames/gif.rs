//! Animated GIFs. Each frame builds on those before, so seeking back starts anew.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::codecs::gif::GifDecoder;
use image::{AnimationDecoder, DynamicImage, Frames, ImageDecoder};

use crate::data::{FrameIndex, FrameTimes, VideoFrame};
use crate::support::{CancelToken, Notice, Notices};

use super::pictures::{frame, opaque, resized};
use super::size::{MAX_PIXELS, fitted};
use super::{FrameError, FrameOptions, FrameSource, MAX_FRAMES, SourceInfo, file_name};

/// Delays are kept in hundredths of a second.
const TICK_SECS: f64 = 0.01;

/// Shorter delays mean "as fast as you can" in old files; all browsers take [`USUAL_SECS`] for them.
const SHORTEST_SECS: f64 = 0.02;
const USUAL_SECS: f64 = 0.1;

pub struct AnimatedGif {
    path: PathBuf,
    info: SourceInfo,
    times: FrameTimes,
    /// The running decoder and the frame that it gives next.
    decoder: Option<(Frames<'static>, usize)>,
    next: usize,
}

impl AnimatedGif {
    /// Goes through the whole file once for its delays.
    ///
    /// # Errors
    /// The file cannot be read, has no frame that can be decoded, or is too big; cancelled.
    pub fn open(
        path: &Path,
        options: &FrameOptions,
        notices: &Notices,
        cancel: &CancelToken,
    ) -> Result<Self, FrameError> {
        let decoder = decoder(path)?;
        let (width, height) = decoder.dimensions();
        let size = [width, height];
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(FrameError::unreadable(path, format!("{width} x {height} pixels are too many for a GIF")));
        }
        let mut starts = Vec::new();
        let mut end_secs = 0.0;
        for picture in decoder.into_frames() {
            cancel.check()?;
            let delay_secs = match picture {
                Ok(picture) => Duration::from(picture.delay()).as_secs_f64(),
                Err(error) if starts.is_empty() => return Err(FrameError::unreadable(path, error.to_string())),
                Err(error) => {
                    notices.add(
                        Notice::warning(format!(
                            "The GIF is damaged: only the first {} frames can be read",
                            starts.len()
                        ))
                        .why(error.to_string()),
                    );
                    break;
                }
            };
            starts.push(end_secs);
            end_secs += if delay_secs < SHORTEST_SECS { USUAL_SECS } else { delay_secs };
            if starts.len() > MAX_FRAMES {
                return Err(FrameError::TooLong { path: path.to_owned() });
            }
        }
        let Some(last) = starts.last().copied() else {
            return Err(FrameError::unreadable(path, "the GIF has no picture"));
        };
        let times = FrameTimes::new(starts, end_secs - last);
        let info = SourceInfo {
            name: file_name(path),
            format: "gif".to_owned(),
            size,
            frame_size: fitted(size, options.fit_within),
            pace: times.pace(None, TICK_SECS),
            times: Some(times.clone()),
        };
        Ok(Self { path: path.to_owned(), info, times, decoder: None, next: 0 })
    }
}

impl FrameSource for AnimatedGif {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        let index = FrameIndex(self.next);
        let Some(time_secs) = self.times.time_of(index) else { return Ok(None) };
        let (mut pictures, mut at) = match self.decoder.take().filter(|(_, at)| *at <= self.next) {
            Some(decoder) => decoder,
            None => (decoder(&self.path)?.into_frames(), 0),
        };
        loop {
            cancel.check()?;
            let Some(picture) = pictures.next() else { return Ok(None) };
            let picture = picture.map_err(|error| FrameError::unreadable(&self.path, error.to_string()))?;
            at += 1;
            if at > self.next {
                self.decoder = Some((pictures, at));
                self.next = at;
                let picture = opaque(DynamicImage::ImageRgba8(picture.into_buffer()));
                return Ok(Some(frame(resized(picture, self.info.frame_size), time_secs, index)));
            }
        }
    }

    fn seek(&mut self, frame: FrameIndex) {
        self.next = frame.0;
    }
}

fn decoder(path: &Path) -> Result<GifDecoder<BufReader<File>>, FrameError> {
    let file = File::open(path).map_err(FrameError::read(path))?;
    GifDecoder::new(BufReader::new(file)).map_err(|error| FrameError::unreadable(path, error.to_string()))
}
