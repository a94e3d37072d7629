//! From a video file, turned as phones do it, to joints.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use motionbert::data::FrameRate;
use motionbert::io::frames::{self, Ffmpeg, FrameOptions};
use motionbert::support::Notices;

use super::*;

fn has_ffmpeg() -> bool {
    let Ffmpeg { ffmpeg, ffprobe } = Ffmpeg::default();
    let runs = |tool: &Path| Command::new(tool).arg("-version").stdout(Stdio::null()).status().is_ok();
    let has = runs(&ffmpeg) && runs(&ffprobe);
    if !has {
        eprintln!("SKIPPED: ffmpeg is not installed, so no joints are looked for in videos");
    }
    has
}

fn record(path: &Path, [width, height]: [u32; 2], pictures: impl Iterator<Item = VideoFrame>) {
    let mut ffmpeg = Command::new(Ffmpeg::default().ffmpeg)
        .args(["-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-framerate", "30"])
        .args(["-s", &format!("{width}x{height}"), "-i", "pipe:0", "-c:v", "png"])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = ffmpeg.stdin.take().unwrap();
    for picture in pictures {
        pipe.write_all(&picture.pixels).unwrap();
    }
    drop(pipe);
    assert!(ffmpeg.wait().unwrap().success());
}

/// Writes a quarter turn to the right into the header of a QuickTime file.
fn turn(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let matrix = bytes.windows(4).position(|four| four == b"tkhd").unwrap() + 4 + 40;
    for (at, value) in [0_i32, 0x1_0000, 0, -0x1_0000, 0].into_iter().enumerate() {
        bytes[matrix + 4 * at..][..4].copy_from_slice(&value.to_be_bytes());
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn joints_are_found_in_a_turned_video() {
    if !has_ffmpeg() {
        return;
    }
    let (skeleton, size) = (SkeletonId::Halpe26, [640, 480]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("turned.mov");
    // Upright once the video is turned.
    let truth = |frame: usize| person_at(skeleton, [230.0 + 2.0 * frame as f32, 320.0], 200.0);
    let lying = |frame: usize| -> Vec<Keypoint> {
        truth(frame).iter().map(|joint| Keypoint { x: joint.y, y: (size[1] - 1) as f32 - joint.x, ..*joint }).collect()
    };
    record(&path, size, (0..FRAMES).map(|frame| painted(size, &[lying(frame)], radius(200.0), frame)));
    turn(&path);
    let options = FrameOptions::new(FrameRate::new(30, 1).unwrap());
    let cancel = CancelToken::new();
    let mut video = frames::open(&path, &options, &Notices::new(), &cancel).unwrap();
    assert_eq!(video.info().size, [480, 640]);
    let spec = OnnxSpec { pose: pose(skeleton), person: Some(person()), every: 5, ..OnnxSpec::default() };
    let mut detector = load(spec);
    let mut count = 0;
    while let Some(picture) = video.next_frame(&cancel).unwrap() {
        let worst = worst(detected(&mut *detector, &picture), vec![truth(picture.index.0)]);
        assert!(worst < 1.0, "{worst} px off in frame {}", picture.index.0);
        count += 1;
    }
    assert_eq!(count, FRAMES);
}
