//! Videos, GIFs and numbered pictures.
#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::path::Path;

use motionbert::data::{FrameRate, Pace, VideoFrame};
use motionbert::io::frames::{self, FrameError, FrameOptions};
use motionbert::support::{CancelToken, Notices};

use super::{Bench, assert_code, files, program, run, stderr};

/// Says so if there is nothing to draw with.
pub fn cannot_draw(output: &std::process::Output) -> bool {
    let cannot = stderr(output).contains("no graphics adapter");
    if cannot {
        assert_code(output, 1);
        eprintln!("SKIPPED: there is no graphics adapter here, so no clip was looked at");
    }
    cannot
}

/// Pace and all frames; none, said aloud, if that needs ffmpeg, which is not here.
fn played(path: &Path) -> Option<(Pace, Vec<VideoFrame>)> {
    let cancel = CancelToken::new();
    let options = FrameOptions::new(FrameRate::new(30, 1).unwrap());
    let mut source = match frames::open(path, &options, &Notices::new(), &cancel) {
        Ok(source) => source,
        Err(FrameError::NoFfmpeg { .. }) => {
            eprintln!("SKIPPED: ffmpeg is not installed, so the video was not looked at");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let frames = std::iter::from_fn(|| source.next_frame(&cancel).unwrap()).collect();
    Some((source.info().pace, frames))
}

#[track_caller]
fn assert_moves(path: &Path, count: usize, size: [u32; 2], fps: u32) {
    let Some((pace, frames)) = played(path) else { return };
    assert_eq!((pace, frames.len()), (Pace::Constant(FrameRate::new(fps, 1).unwrap()), count));
    assert!(frames.iter().all(|frame| frame.size == size), "{:?}", frames[0]);
    assert!(frames[0].pixels != frames[count - 1].pixels, "nothing moves");
}

#[test]
fn the_name_decides_what_is_written() {
    let bench = Bench::new();
    let input = bench.demo(10);
    let render = |out: &str, more: &[&str]| {
        let out = bench.text(out);
        run(&[&["render", &input, "--out", &out, "--size", "160x90", "--frames", "3..8"], more].concat())
    };
    let output = render("dance.mp4", &["--turntable"]);
    if cannot_draw(&output) {
        return;
    }
    assert_code(&output, 0);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "not quiet in a pipe: {}", stderr(&output));
    assert_moves(&bench.path("dance.mp4"), 6, [160, 90], 30);
    assert_code(&render("dance.gif", &["--export-fps", "10", "--samples", "4"]), 0);
    assert_moves(&bench.path("dance.gif"), 2, [160, 90], 10);
    assert_code(&render("frames/p-%03d.png", &["--layout", "side-by-side", "--follow"]), 0);
    assert_eq!(files(&bench.path("frames")), (0..6).map(|n| format!("p-{n:03}.png")).collect::<Vec<_>>());
    assert_moves(&bench.path("frames"), 6, [160, 90], 30);
    let again = render("frames/p-%03d.png", &[]);
    assert_code(&again, 1);
    assert!(stderr(&again).contains("not empty"), "{}", stderr(&again));

    // The pictures as the video.
    let video = bench.text("frames");
    let out = bench.text("over.gif");
    assert_code(&run(&["render", &input, "--out", &out, "--video", &video]), 0);
    let (_, over) = played(&bench.path("over.gif")).unwrap();
    assert_eq!((over.len(), over[0].size), (10, [160, 90]), "as large as the video");
}

#[test]
fn without_ffmpeg_a_video_is_written_all_the_same() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(6), bench.text("dance.mp4"));
    let args = ["render", &input, "--out", &out, "--size", "161x91", "--frames", "2..2", "--progress", "json"];
    let output = program().args(args).env("PATH", "").output().unwrap();
    if cannot_draw(&output) {
        return;
    }
    assert_code(&output, 0);
    let is_elsewhere =
        ["/opt/homebrew/bin/ffmpeg", "/usr/local/bin/ffmpeg"].iter().any(|path| Path::new(path).exists());
    assert!(is_elsewhere || stderr(&output).contains("built-in encoder"), "{}", stderr(&output));
    assert!(stderr(&output).contains("\"frames\""), "progress is told: {}", stderr(&output));
    if let Some((_, frames)) = played(&bench.path("dance.mp4")) {
        assert_eq!((frames.len(), frames[0].size), (1, [162, 92]));
        let blue = frames[0].pixels.chunks_exact(3).filter(|rgb| rgb[2] > 130 && rgb[0] < 120).count();
        assert!(blue > 10, "the left side of somebody is seen: {blue} pixels");
    }
}

#[test]
fn what_cannot_be_a_clip_is_said() {
    let bench = Bench::new();
    let input = bench.demo(6);
    let cases: [(&str, &[&str], &str); 6] = [
        ("a.avi", &[], ".mp4"),
        ("a.mp4", &["--frames", "3..9"], "no frame 9"),
        ("a.mp4", &["--frames", "5..3"], "30..90"),
        ("a.mp4", &["--frames", "1..2", "--frame", "1"], "cannot be used with"),
        ("a.png", &["--frames", "1..2"], "one frame"),
        ("a.mp4", &["--samples", "3"], "1 or 4"),
    ];
    for (out, more, told) in cases {
        let out = bench.text(out);
        let output = run(&[&["render", &input, "--out", &out], more].concat());
        assert_code(&output, 2);
        assert!(stderr(&output).contains(told), "{more:?}: {}", stderr(&output));
    }
    let out = bench.text("a.mp4");
    let output = run(&["render", &input, "--out", &out, "--size", "8x8"]);
    if !cannot_draw(&output) {
        assert_code(&output, 1);
        assert!(stderr(&output).contains("16 x 16"), "{}", stderr(&output));
    }
    let output = run(&["render", &input, "--out", &out, "--video", &bench.text("none.mp4")]);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("none.mp4"), "{}", stderr(&output));
    assert_eq!(files(bench.folder.path()), ["demo.json"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_no_clip() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let bench = Bench::new();
    let (input, out) = (bench.demo(300), bench.text("dance.gif"));
    let args = ["render", &input, "--out", &out, "--size", "1920x1080", "--progress", "json"];
    let mut child = program().args(args).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    // Kept open: who writes to a closed pipe ends early.
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    for line in lines.by_ref() {
        told = line.unwrap();
        if told.contains("\"progress\"") && told.contains("drawing") || told.contains("error") {
            break;
        }
    }
    if told.contains("no graphics adapter") {
        child.wait().unwrap();
        eprintln!("SKIPPED: there is no graphics adapter here, so no clip was cancelled");
        return;
    }
    let signal = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(signal.success());
    assert_eq!(child.wait().unwrap().code(), Some(130), "{told}");
    drop(lines);
    assert_eq!(files(bench.folder.path()), ["demo.json"]);
}
