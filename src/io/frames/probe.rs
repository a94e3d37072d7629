//! What is in a video file, as `ffprobe` tells: size, rotation, and the time stamp of every frame.
//!
//! Time stamps come from the packets, which is fast because nothing is decoded. Where packets are not frames, or have
//! no time stamps, the file is decoded once instead.

use std::path::Path;

use serde::Deserialize;

use crate::data::FrameRate;
use crate::support::CancelToken;

use super::child::{Answer, PipeError, ask};
use super::ffmpeg::{Ffmpeg, file_argument, reason};
use super::{FrameError, MAX_FRAMES};

/// About 100 bytes are said about a frame.
const MAX_OUTPUT_BYTES: usize = 160 * MAX_FRAMES;

/// Codecs that send pictures in packets of their own that are never shown.
const HIDDEN_PACKETS: &[&str] = &["vp8"];

/// Formats that list their key frames.
const INDEXED_FORMATS: &[&str] = &["mp4", "matroska", "avi"];

/// The first video stream of a file.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    /// Codec, as ffmpeg names it.
    pub codec: String,
    /// Width and height in pixels after the rotation that the file asks for.
    pub size: [u32; 2],
    /// Seconds that one unit of a time stamp lasts.
    pub tick_secs: f64,
    /// Time stamps of the frames, ascending.
    pub stamps: Vec<i64>,
    /// Frames that can be decoded without the ones before; ascending.
    pub key_frames: Vec<usize>,
    /// How long the last frame is shown, in seconds; 0 if the file does not say.
    pub last_secs: f64,
    /// Where seeking counts from, in seconds.
    pub start_secs: f64,
    /// The rate that the file claims.
    pub rate: Option<FrameRate>,
    /// Of a file that ends early: packets that are there, and those that it claims.
    pub cut_off: Option<(usize, usize)>,
    /// Whether decoding can start elsewhere than at the first frame.
    pub can_seek: bool,
    /// Whether seeking comes out at a key frame; else it comes out anywhere, and what follows is broken up to the next.
    pub seeks_to_key_frames: bool,
    /// Whether time stamps are the file's own; else frames are merely counted.
    pub has_clock: bool,
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    packets: Vec<Packet>,
    #[serde(default)]
    streams: Vec<Stream>,
    format: Option<Format>,
}

#[derive(Deserialize)]
struct Packet {
    pts: Option<i64>,
    duration: Option<i64>,
    #[serde(default)]
    flags: String,
}

#[derive(Deserialize)]
struct Stream {
    #[serde(default)]
    codec_name: String,
    #[serde(default)]
    width: u32,
    #[serde(default)]
    height: u32,
    time_base: String,
    r_frame_rate: Option<String>,
    nb_frames: Option<String>,
    #[serde(default)]
    side_data_list: Vec<SideData>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

#[derive(Default, Deserialize)]
struct Tags {
    /// Only of old versions, in place of side data.
    rotate: Option<String>,
}

#[derive(Deserialize)]
struct Format {
    #[serde(default)]
    format_name: String,
    start_time: Option<String>,
}

#[derive(Deserialize)]
struct Scan {
    #[serde(default)]
    frames: Vec<ScannedFrame>,
}

#[derive(Deserialize)]
struct ScannedFrame {
    best_effort_timestamp: Option<i64>,
}

pub(super) fn probe(path: &Path, tools: &Ffmpeg, cancel: &CancelToken) -> Result<Probe, FrameError> {
    let entries = "stream=codec_name,width,height,time_base,r_frame_rate,nb_frames:stream_tags=rotate:\
                   stream_side_data=rotation:format=format_name,start_time:packet=pts,duration,flags";
    let answer = run(path, tools, entries, cancel)?;
    let why = |words: &[String]| reason(words, path, "ffmpeg finds nothing in it that it knows");
    if !answer.status.success() {
        return Err(FrameError::unreadable(path, why(&answer.words)));
    }
    let report: Report = parse(path, &answer)?;
    let Some(format) = report.format else { return Err(FrameError::unreadable(path, why(&answer.words))) };
    if format.format_name == "tty" {
        return Err(FrameError::unreadable(path, "it is a text file"));
    }
    let Some(stream) = report.streams.into_iter().next() else {
        return Err(FrameError::NoVideo { path: path.to_owned() });
    };
    if stream.width == 0 || stream.height == 0 {
        return Err(FrameError::unreadable(path, "the video in it has no picture size; it may be cut off or damaged"));
    }
    let Some(tick_secs) = fraction(&stream.time_base).map(|[ticks, per]| ticks / per) else {
        return Err(FrameError::unreadable(path, "the video in it has no clock"));
    };
    // Packets marked 'D' are decoded and then thrown away, for example because an edit list cuts them off.
    let shown = || report.packets.iter().filter(|packet| !packet.flags.contains('D'));
    let mut stamps: Vec<(i64, bool)> =
        shown().filter_map(|packet| Some((packet.pts?, packet.flags.contains('K')))).collect();
    stamps.sort_unstable();
    let packets_are_frames = stamps.len() == shown().count()
        && stamps.windows(2).all(|pair| pair[0].0 < pair[1].0)
        && !HIDDEN_PACKETS.contains(&stream.codec_name.as_str());
    let key_frames = stamps.iter().enumerate().filter(|(_, (_, is_key))| *is_key).map(|(index, _)| index).collect();
    let claimed: Option<usize> = stream.nb_frames.and_then(|text| text.parse().ok());
    let last_packet = shown().max_by_key(|packet| packet.pts);
    let mut probe = Probe {
        codec: stream.codec_name,
        size: rotated([stream.width, stream.height], &stream.side_data_list, &stream.tags),
        tick_secs,
        stamps: stamps.into_iter().map(|(stamp, _)| stamp).collect(),
        key_frames,
        last_secs: last_packet.and_then(|packet| packet.duration).map_or(0.0, |ticks| ticks as f64 * tick_secs),
        start_secs: format.start_time.and_then(|text| text.parse().ok()).unwrap_or(0.0),
        rate: stream.r_frame_rate.as_deref().and_then(fraction).and_then(|[n, d]| FrameRate::new(n as u32, d as u32)),
        // The claim counts what an edit list hides too, so that a complaint is needed as well.
        cut_off: claimed
            .filter(|claimed| report.packets.len() < *claimed && !answer.words.is_empty())
            .map(|claimed| (report.packets.len(), claimed)),
        can_seek: true,
        seeks_to_key_frames: INDEXED_FORMATS.iter().any(|known| format.format_name.contains(known)),
        has_clock: true,
    };
    if !packets_are_frames {
        scan(path, tools, &mut probe, cancel)?;
    }
    if probe.stamps.is_empty() {
        return Err(FrameError::unreadable(path, why(&answer.words)));
    }
    if probe.stamps.len() > MAX_FRAMES {
        return Err(FrameError::TooLong { path: path.to_owned() });
    }
    Ok(probe)
}

/// Decodes the whole file for the time stamps of its frames.
fn scan(path: &Path, tools: &Ffmpeg, probe: &mut Probe, cancel: &CancelToken) -> Result<(), FrameError> {
    let answer = run(path, tools, "frame=best_effort_timestamp", cancel)?;
    let frames = parse::<Scan>(path, &answer)?.frames;
    let stamps: Vec<i64> = frames.iter().filter_map(|frame| frame.best_effort_timestamp).collect();
    if stamps.len() == frames.len() && stamps.is_sorted_by(|a, b| a < b) {
        probe.stamps = stamps;
    } else {
        // No usable clock at all, as in a bare stream of H.264: frames are counted at the claimed rate.
        let rate = probe.rate.or(FrameRate::new(25, 1));
        probe.tick_secs = rate.map_or(0.0, |rate| rate.time_of(1));
        probe.last_secs = probe.tick_secs;
        probe.stamps = (0..frames.len() as i64).collect();
        probe.has_clock = false;
    }
    probe.key_frames = vec![0];
    probe.can_seek = false;
    Ok(())
}

fn run(path: &Path, tools: &Ffmpeg, entries: &str, cancel: &CancelToken) -> Result<Answer, FrameError> {
    let mut command = tools.ffprobe();
    // Play lists could name other files or addresses on the net: only the file itself may be read.
    command.args(["-protocol_whitelist", "file", "-select_streams", "V:0", "-show_entries", entries]);
    command.args(["-of", "json=compact=1"]).arg(file_argument(path));
    ask(command, MAX_OUTPUT_BYTES, cancel).map_err(|error| match error {
        PipeError::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            FrameError::TooLong { path: path.to_owned() }
        }
        error => tools.failed("ffprobe")(error),
    })
}

fn parse<'a, T: Deserialize<'a>>(path: &Path, answer: &'a Answer) -> Result<T, FrameError> {
    serde_json::from_slice(&answer.output)
        .map_err(|error| FrameError::unreadable(path, format!("ffprobe's answer is not understood: {error}")))
}

/// `30000/1001` as numbers, if both are above zero.
fn fraction(text: &str) -> Option<[f64; 2]> {
    let (above, below) = text.split_once('/')?;
    let parts = [above.parse().ok()?, below.parse().ok()?];
    parts.iter().all(|part: &f64| *part > 0.0).then_some(parts)
}

fn rotated(size: [u32; 2], side_data: &[SideData], tags: &Tags) -> [u32; 2] {
    let by_tag = || tags.rotate.as_deref().and_then(|text| text.parse().ok());
    let degrees: f64 = side_data.iter().find_map(|data| data.rotation).or_else(by_tag).unwrap_or(0.0);
    // Other angles are turned inside the same frame.
    let is_on_its_side = (degrees.rem_euclid(180.0) - 90.0).abs() < 1.0;
    if is_on_its_side { [size[1], size[0]] } else { size }
}
