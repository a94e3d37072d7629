//! Video files, decoded by `ffmpeg` into a pipe of raw pictures.
//!
//! Every picture that comes out of the pipe has its time stamp told on the error output (by ffmpeg's `showinfo`), and
//! the time stamp says which frame of the file it is. So seeking is exact, and a damaged place costs its own frames
//! without shifting those that follow.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use crate::data::{FrameIndex, FrameTimes, VideoFrame};
use crate::support::{CancelToken, Notice, Notices};

use super::child::Reading;
use super::ffmpeg::{Ffmpeg, file_argument, problem, reason};
use super::probe::{Probe, probe};
use super::size::{bounded_size, fitted};
use super::{FrameError, FrameOptions, FrameSource, SourceInfo, file_name, open_file};

/// Time stamps that may run ahead of their pictures; ffmpeg itself holds far fewer frames.
const STAMPS_AHEAD: usize = 4096;
/// How long to wait for the time stamp of a picture that is there already.
const STAMP_LIMIT: Duration = Duration::from_secs(2);
/// What starting the decoder anew costs, in frames decoded.
const RESTART_COST: usize = 16;
/// How much earlier to start when seeking came out behind the frame, in seconds; after that, at the first frame.
const EARLIER_SECS: f64 = 10.0;

/// How ffmpeg is told to give every frame once, whatever its time: since version 5.1, and before.
const EVERY_FRAME_ONCE: [[&str; 2]; 2] = [["-fps_mode", "passthrough"], ["-vsync", "passthrough"]];

/// A video file, read through a child process that ends with this value.
pub struct VideoFile {
    path: PathBuf,
    tools: Ffmpeg,
    notices: Notices,
    info: SourceInfo,
    times: FrameTimes,
    probe: Probe,
    every_frame_once: [&'static str; 2],
    decoder: Option<Decoder>,
    /// The frame that is read next.
    next: usize,
    /// Only key frames are read.
    skims: bool,
    has_told_of_damage: bool,
}

/// The pixels of a frame and which one it is.
type Picture = (usize, Arc<[u8]>);

/// One run of ffmpeg.
struct Decoder {
    child: Reading,
    /// Time stamp and seconds per unit, one per picture; None for a picture without one.
    stamps: Receiver<Option<(i64, f64)>>,
    /// The frame that comes next unless its time stamp says otherwise; after the first, none before it comes.
    expected: usize,
    has_begun: bool,
    start: Start,
}

/// Where a run of the decoder started; each is tried after the one before came out behind the frame.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    AtFrame,
    Earlier,
    AtFirst,
}

impl VideoFile {
    /// # Errors
    /// ffmpeg is missing; the file is none that it can read, or has no video; cancelled.
    pub fn open(
        path: &Path,
        options: &FrameOptions,
        notices: &Notices,
        cancel: &CancelToken,
    ) -> Result<Self, FrameError> {
        // Said by us, because ffprobe's words for it are technical.
        open_file(path)?;
        let probe = probe(path, &options.tools, cancel)?;
        let frame_size = bounded_size(fitted(probe.size, options.fit_within), notices);
        let seconds = probe.stamps.iter().map(|stamp| *stamp as f64 * probe.tick_secs);
        let last_secs =
            if probe.last_secs > 0.0 { probe.last_secs } else { probe.rate.map_or(0.0, |rate| rate.time_of(1)) };
        let times = FrameTimes::new(seconds, last_secs);
        if let Some((found, claimed)) = probe.cut_off {
            notices.add(
                Notice::warning(format!("The video ends early: {found} of {claimed} frames are there"))
                    .why("The file is cut off or damaged")
                    .hint("What is there is shown. Copy or download the file again to get the rest."),
            );
        }
        let info = SourceInfo {
            name: file_name(path),
            format: probe.codec.clone(),
            size: probe.size,
            frame_size,
            pace: times.pace(probe.rate, probe.tick_secs),
            times: Some(times.clone()),
        };
        Ok(Self {
            path: path.to_owned(),
            tools: options.tools.clone(),
            notices: notices.clone(),
            info,
            times,
            probe,
            every_frame_once: EVERY_FRAME_ONCE[0],
            decoder: None,
            next: 0,
            skims: false,
            has_told_of_damage: false,
        })
    }

    /// Starts the decoder so that it begins with frame `self.next` if the file can be sought.
    fn start(&self, start: Start) -> Result<Decoder, FrameError> {
        let start = if self.next == 0 || !self.probe.can_seek { Start::AtFirst } else { start };
        let mut command = self.tools.ffmpeg("info");
        command.args(["-copyts", "-protocol_whitelist", "file"]);
        let seconds = |index: usize| self.probe.stamps[index] as f64 * self.probe.tick_secs - self.probe.start_secs;
        // Half way from the frame before, so that rounding does not matter.
        let wanted_secs = seconds(self.next.saturating_sub(1)).midpoint(seconds(self.next));
        let seek_secs = match start {
            Start::AtFrame => wanted_secs,
            Start::Earlier => wanted_secs - EARLIER_SECS,
            Start::AtFirst => 0.0,
        };
        if seek_secs > 0.0 {
            command.args(["-ss", &format!("{seek_secs:.6}")]);
            if !self.probe.seeks_to_key_frames {
                // Then we must see where it came out.
                command.arg("-noaccurate_seek");
            }
        }
        if self.skims {
            command.args(["-skip_frame", "nokey"]);
        }
        let [width, height] = self.info.frame_size;
        let scaler = if self.info.frame_size == self.info.size { "bicubic" } else { "area" };
        command.arg("-i").arg(file_argument(&self.path)).args(["-map", "0:V:0"]).args(self.every_frame_once);
        // The fixed size holds even where the video changes its own in the middle.
        command.args(["-vf", &format!("showinfo=checksum=0,scale={width}:{height}:flags={scaler},format=rgb24")]);
        command.args(["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]);

        let (to_caller, stamps) = bounded(STAMPS_AHEAD);
        let mut reader = StampReader { tick_secs: self.probe.tick_secs };
        let frame_bytes = width as usize * height as usize * 3;
        let child = Reading::start(command, frame_bytes, move |line| {
            if let Some(stamp) = reader.read(line) {
                // Nobody waits for stamps that do not fit, or once the pictures are no longer wanted.
                to_caller.try_send(stamp).ok();
            }
            problem(line).is_some()
        })
        .map_err(|error| self.tools.failed("ffmpeg")(error.into()))?;
        let expected = if start == Start::AtFrame { self.next } else { 0 };
        Ok(Decoder { child, stamps, expected, has_begun: false, start })
    }

    /// The next picture of the decoder and its frame.
    fn decode(&self, decoder: &mut Decoder, cancel: &CancelToken) -> Result<Option<Picture>, FrameError> {
        let [width, height] = self.info.frame_size;
        let chunk = decoder.child.next_chunk(cancel).map_err(self.tools.failed("ffmpeg"))?;
        let Some(pixels) = chunk.filter(|pixels| pixels.len() == width as usize * height as usize * 3) else {
            return Ok(None);
        };
        let stamp = decoder.stamps.recv_timeout(STAMP_LIMIT).ok().flatten();
        let frame = match stamp {
            Some((stamp, tick_secs)) if self.probe.has_clock => {
                let since_first = stamp as f64 * tick_secs - self.probe.stamps[0] as f64 * self.probe.tick_secs;
                let frame = self.times.nearest(since_first).0;
                if decoder.has_begun { frame.max(decoder.expected) } else { frame }
            }
            _ => decoder.expected,
        };
        decoder.expected = frame + 1;
        Ok((frame < self.times.len()).then_some((frame, pixels)))
    }

    /// The first frame that is sound when the decoder was sent somewhere and came out at `frame`.
    fn sound_from(&self, frame: usize) -> usize {
        if self.probe.seeks_to_key_frames {
            return frame;
        }
        let keys = &self.probe.key_frames;
        keys.get(keys.partition_point(|key| *key < frame)).copied().unwrap_or(self.times.len())
    }

    /// The decoder has no more pictures although more were expected; `is_first` if there was not even one.
    fn ended_early(&mut self, decoder: &mut Decoder, is_first: bool, cancel: &CancelToken) -> Result<(), FrameError> {
        let status = decoder.child.wait(cancel).map_err(self.tools.failed("ffmpeg"))?;
        let why = reason(&decoder.child.words(), &self.path, "ffmpeg does not say why");
        if is_first {
            let why = if status.success() { why } else { format!("{why} ({status})") };
            return Err(FrameError::Decode { path: self.path.clone(), why });
        }
        let (last, count) = (self.next, self.times.len());
        self.tell_of_damage(format!("The video is damaged: it cannot be read beyond frame {last} of {count}"), &why);
        Ok(())
    }

    fn tell_of_damage(&mut self, headline: String, why: &str) {
        if !std::mem::replace(&mut self.has_told_of_damage, true) {
            self.notices.add(
                Notice::warning(headline)
                    .why(why)
                    .hint("What could be read is kept. Copy or download the file again to get the rest."),
            );
        }
    }

    /// The last frame was read: tells of places that ffmpeg had to patch.
    fn ended(&mut self, mut decoder: Decoder, cancel: &CancelToken) -> Result<(), FrameError> {
        if decoder.child.next_chunk(cancel).map_err(self.tools.failed("ffmpeg"))?.is_some() {
            return Ok(());
        }
        decoder.child.wait(cancel).map_err(self.tools.failed("ffmpeg"))?;
        let words = decoder.child.words();
        if !words.is_empty() {
            let why = reason(&words, &self.path, "");
            self.tell_of_damage("The video is damaged: some frames may look wrong".to_owned(), &why);
        }
        Ok(())
    }

    /// Whether ffmpeg ended because it is older than the newer option, which is then replaced by the older one.
    fn falls_back(&mut self, decoder: &mut Decoder, cancel: &CancelToken) -> Result<bool, FrameError> {
        decoder.child.wait(cancel).map_err(self.tools.failed("ffmpeg"))?;
        let [newer, older] = EVERY_FRAME_ONCE;
        let is_unknown = |line: &String| line.contains(newer[0].trim_start_matches('-'));
        let falls_back = self.every_frame_once == newer && decoder.child.words().iter().any(is_unknown);
        if falls_back {
            self.every_frame_once = older;
        }
        Ok(falls_back)
    }
}

impl FrameSource for VideoFile {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        let mut start = Start::AtFrame;
        loop {
            cancel.check()?;
            let decoder = self.decoder.take();
            if self.next >= self.times.len() {
                if let Some(decoder) = decoder.filter(|decoder| decoder.expected >= self.times.len()) {
                    self.ended(decoder, cancel)?;
                }
                return Ok(None);
            }
            let mut decoder = match decoder {
                Some(decoder) => decoder,
                None => self.start(start)?,
            };
            let picture = self.decode(&mut decoder, cancel)?;
            let is_first = !std::mem::replace(&mut decoder.has_begun, true);
            if is_first && picture.is_none() && self.falls_back(&mut decoder, cancel)? {
                continue;
            }
            // Files with a poor index send the decoder too far; a frame that is damaged looks the same.
            let is_behind = picture.as_ref().is_none_or(|(frame, _)| self.sound_from(*frame) > self.next);
            if is_first && is_behind && decoder.start != Start::AtFirst {
                start = if decoder.start == Start::AtFrame { Start::Earlier } else { Start::AtFirst };
                continue;
            }
            let Some((frame, pixels)) = picture else {
                if self.skims {
                    self.next = self.times.len();
                    return Ok(None);
                }
                self.ended_early(&mut decoder, is_first, cancel)?;
                self.next = self.times.len();
                return Ok(None);
            };
            self.decoder = Some(decoder);
            if frame >= self.next {
                self.next = frame + 1;
                let index = FrameIndex(frame);
                let time_secs = self.times.time_of(index).unwrap_or_default();
                return Ok(Some(VideoFrame { pixels, size: self.info.frame_size, time_secs, index }));
            }
        }
    }

    fn seek(&mut self, frame: FrameIndex) {
        let from_key_frame = {
            let keys = &self.probe.key_frames;
            let passed = keys.partition_point(|key| *key <= frame.0);
            frame.0 - keys.get(passed.saturating_sub(1)).copied().unwrap_or(0).min(frame.0)
        };
        // Reading on costs decoding and carrying each frame, starting anew decoding only.
        let reads_on = frame.0 >= self.next && 2 * (frame.0 - self.next) <= from_key_frame + RESTART_COST;
        if !reads_on {
            self.decoder = None;
        }
        self.next = frame.0;
    }

    fn skim(&mut self, is_wanted: bool) -> bool {
        // Which frame a picture is, only its time says where others are left out.
        let is_faster = self.probe.has_clock && 2 * self.probe.key_frames.len() <= self.times.len();
        self.skims = is_wanted && is_faster;
        (self.decoder, self.next) = (None, 0);
        self.skims
    }
}

/// Reads time stamps from the lines of ffmpeg's `showinfo`.
struct StampReader {
    /// Seconds per unit of a time stamp; the filter tells if its own differ from the file's.
    tick_secs: f64,
}

impl StampReader {
    /// The time stamp if the line is about a picture; the inner None for a picture without one.
    fn read(&mut self, line: &str) -> Option<Option<(i64, f64)>> {
        if let Some((_, rest)) = line.split_once("config in time_base: ") {
            let (above, below) = rest.split(',').next()?.split_once('/')?;
            let tick_secs = above.parse::<f64>().ok()? / below.parse::<f64>().ok()?;
            if tick_secs > 0.0 && tick_secs.is_finite() {
                self.tick_secs = tick_secs;
            }
            return None;
        }
        let (before, _) = line.split_once(" pts_time:")?;
        let (_, stamp) = before.rsplit_once(" pts:")?;
        Some(stamp.trim().parse().ok().map(|stamp| (stamp, self.tick_secs)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_from_the_lines_of_the_filter() {
        let mut reader = StampReader { tick_secs: 0.5 };
        assert_eq!(reader.read("[Parsed_showinfo_0 @ 0x1] [info] config in time_base: 1/4, frame_rate: 30/1"), None);
        assert_eq!(reader.read("[x] [info] config out time_base: 0/0, frame_rate: 0/0"), None);
        let line = "[Parsed_showinfo_0 @ 0x1] [info] n:   0 pts:  93093 pts_time:3.1031  pos:   113839 fmt:yuv420p";
        assert_eq!(reader.read(line), Some(Some((93_093, 0.25))));
        assert_eq!(reader.read("n:   7 pts:-12 pts_time:-3 duration: 1"), Some(Some((-12, 0.25))));
        assert_eq!(reader.read("[x] [info] n:   1 pts: NOPTS pts_time:NOPTS   pos:  -1"), Some(None));
        assert_eq!(reader.read("[x] [info] Stream #0:0 -> #0:0 (h264 (native))"), None);
    }
}
