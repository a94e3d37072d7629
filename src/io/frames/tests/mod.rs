//! Videos are painted here and made by ffmpeg at test time, each frame with its number in it.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

mod clips;
mod damage;
mod pictures;
mod processes;
mod reading;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::data::{FrameIndex, FrameRate, VideoFrame};
use crate::support::{CancelToken, Notices};

use super::{FrameError, FrameOptions, FrameSource, open};

const SIZE: [u32; 2] = [96, 64];
const BITS: u32 = 12;
const COLOUR: [u8; 3] = [200, 60, 30];

/// Whether ffmpeg is here; says so if not.
fn has_ffmpeg() -> bool {
    let tools = super::Ffmpeg::default();
    let runs = |tool: &Path| Command::new(tool).arg("-version").stdout(Stdio::null()).status().is_ok();
    let has = runs(&tools.ffmpeg) && runs(&tools.ffprobe);
    if !has {
        eprintln!("SKIPPED: ffmpeg is not installed, so nothing about videos is tested");
    }
    has
}

/// The number in black and white bars across the upper half, the same inverted below, above a band of colour.
fn painted(number: usize, [width, height]: [u32; 2]) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let bit = (number >> (x * BITS / width)) & 1 == 1;
            let level = |is_white: bool| if is_white { [255; 3] } else { [0; 3] };
            pixels.extend(match y * 3 / height {
                0 => level(bit),
                1 => level(!bit),
                _ => COLOUR,
            });
        }
    }
    pixels
}

fn pixel(frame: &VideoFrame, x: u32, y: u32) -> [u8; 3] {
    let at = (y as usize * frame.size[0] as usize + x as usize) * 3;
    frame.pixels[at..at + 3].try_into().unwrap()
}

/// The number that was painted; `size` is that of the painting, which padding may have made larger.
fn number_in(frame: &VideoFrame, [width, height]: [u32; 2]) -> usize {
    (0..BITS)
        .map(|bit| {
            let x = (2 * bit + 1) * width / (2 * BITS);
            let [above, below] = [1, 3].map(|sixth| i32::from(pixel(frame, x, sixth * height / 6)[1]));
            assert!((above - below).abs() > 150, "{frame:?}: bit {bit} is unclear: {above} over {below}");
            usize::from(above > below) << bit
        })
        .sum()
}

fn rate(numerator: u32, denominator: u32) -> FrameRate {
    FrameRate::new(numerator, denominator).unwrap()
}

/// Has ffmpeg write painted frames to `path`; `output` are its arguments for that.
fn make_video(path: &Path, frames: usize, size: [u32; 2], rate: FrameRate, output: &[&str]) {
    let mut ffmpeg = Command::new(super::Ffmpeg::default().ffmpeg)
        .args(["-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args(["-s", &format!("{}x{}", size[0], size[1]), "-framerate", &rate.to_string(), "-i", "pipe:0"])
        .args(output)
        .arg(super::ffmpeg::file_argument(path))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = ffmpeg.stdin.take().unwrap();
    for number in 0..frames {
        pipe.write_all(&painted(number, size)).unwrap();
    }
    drop(pipe);
    assert!(ffmpeg.wait().unwrap().success());
}

/// Long groups of frames with frames that refer forward, in the encoder that every ffmpeg has.
const LOSSY: &[&str] = &["-c:v", "mpeg4", "-q:v", "2", "-g", "12", "-bf", "2"];
const LOSSLESS: &[&str] = &["-c:v", "ffv1", "-pix_fmt", "bgr0"];

fn options() -> FrameOptions {
    FrameOptions::new(rate(30, 1))
}

fn opened(path: &Path) -> Box<dyn FrameSource> {
    open(path, &options(), &Notices::new(), &CancelToken::new()).unwrap()
}

fn open_error(path: &Path) -> FrameError {
    open(path, &options(), &Notices::new(), &CancelToken::new()).err().unwrap()
}

fn next(source: &mut dyn FrameSource) -> Option<VideoFrame> {
    source.next_frame(&CancelToken::new()).unwrap()
}

fn rest(source: &mut dyn FrameSource) -> Vec<VideoFrame> {
    std::iter::from_fn(|| next(source)).collect()
}

fn frame_at(source: &mut dyn FrameSource, index: usize) -> Option<VideoFrame> {
    source.seek(FrameIndex(index));
    next(source)
}

/// Headlines and reasons of the notices so far.
fn told(notices: &Notices) -> String {
    notices.to_vec().iter().map(|(notice, _)| format!("{notice}\n")).collect()
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names.iter().map(|path: &PathBuf| super::file_name(path)).collect()
}

/// An executable script in place of ffmpeg.
#[cfg(unix)]
fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}
