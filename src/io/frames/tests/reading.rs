//! Whole videos: every frame, its number and its time.

use crate::data::Pace;

use super::super::size::fitted;
use super::*;

fn check_all(source: &mut dyn FrameSource, size: [u32; 2], time_of: impl Fn(usize) -> f64) {
    let frames = rest(source);
    assert_eq!(Some(frames.len()), source.info().frame_count());
    for (index, frame) in frames.iter().enumerate() {
        assert_eq!(frame.index, FrameIndex(index));
        assert_eq!(number_in(frame, size), index);
        assert!((frame.time_secs - time_of(index)).abs() < 1e-6, "frame {index}: {} s", frame.time_secs);
    }
}

#[test]
fn a_constant_rate_is_exact_in_every_container() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let ntsc = rate(30_000, 1001);
    // (file, exactness of its clock in seconds): Matroska rounds to milliseconds, MPEG-TS to 1/90000.
    for (name, tick_secs) in [("a.mp4", 0.0), ("a.mkv", 5e-4), ("a.ts", 6e-6), ("a.avi", 0.0), ("a.m4v", 0.0)] {
        let path = folder.path().join(name);
        make_video(&path, 50, SIZE, ntsc, LOSSY);
        let mut source = opened(&path);
        let info = source.info().clone();
        assert_eq!((info.size, info.frame_count()), (SIZE, Some(50)), "{name}");
        assert_eq!(info.pace, Pace::Constant(ntsc), "{name}");
        assert!((info.duration_secs().unwrap() - ntsc.time_of(50)).abs() < 2e-3, "{name}: {:?}", info.duration_secs());
        let frames = rest(&mut *source);
        assert_eq!(frames.len(), 50, "{name}");
        for (index, frame) in frames.iter().enumerate() {
            assert_eq!((frame.index.0, number_in(frame, SIZE)), (index, index), "{name}");
            let miss = (frame.time_secs - ntsc.time_of(index)).abs();
            assert!(miss <= tick_secs + 1e-9, "{name}: frame {index} is {miss} s off");
        }
        assert!(next(&mut *source).is_none(), "the end stays the end");
    }
}

#[test]
fn a_variable_rate_gives_true_times() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    let stamps = ["-vf", "settb=1/1000,setpts=N*20+N*N", "-enc_time_base", "1/1000"];
    make_video(&path, 40, SIZE, rate(25, 1), &[LOSSLESS, &stamps].concat());
    let mut source = opened(&path);
    assert!(matches!(source.info().pace, Pace::Variable { .. }), "{:?}", source.info().pace);
    let time_of = |index: usize| (index * 20 + index * index) as f64 / 1000.0;
    check_all(&mut *source, SIZE, time_of);
    let times = source.info().times.clone().unwrap();
    for index in [0, 7, 39] {
        assert_eq!(times.frame_at(time_of(index) + 0.001), FrameIndex(index));
        assert_eq!(number_in(&frame_at(&mut *source, index).unwrap(), SIZE), index);
    }
}

#[test]
fn odd_sizes_come_without_loss() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (path, size) = (folder.path().join("a.mkv"), [97, 63]);
    make_video(&path, 3, size, rate(30, 1), LOSSLESS);
    let frames = rest(&mut *opened(&path));
    assert_eq!(frames.len(), 3);
    for (index, frame) in frames.iter().enumerate() {
        assert_eq!(frame.size, size);
        assert!(*frame.pixels == painted(index, size)[..], "frame {index} differs");
    }
}

#[test]
fn ten_bits_become_eight() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    make_video(&path, 5, SIZE, rate(30, 1), &["-c:v", "ffv1", "-pix_fmt", "yuv444p10le"]);
    let mut source = opened(&path);
    let frame = frame_at(&mut *source, 3).unwrap();
    assert_eq!(number_in(&frame, SIZE), 3);
    for (value, expected) in pixel(&frame, 48, 55).into_iter().zip(COLOUR) {
        assert!(value.abs_diff(expected) <= 2, "{value} for {expected}");
    }
}

/// Writes the matrix of a quarter turn to the right into the header of an MP4 file, as phones do.
fn turn(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap();
    let matrix = header + 4 + 40;
    assert_eq!(bytes[matrix..matrix + 4], 0x1_0000_u32.to_be_bytes(), "no identity matrix here");
    for (at, value) in [0_i32, 0x1_0000, 0, -0x1_0000, 0].into_iter().enumerate() {
        bytes[matrix + 4 * at..][..4].copy_from_slice(&value.to_be_bytes());
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn the_rotation_of_a_phone_is_applied() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    make_video(&path, 10, SIZE, rate(30, 1), LOSSY);
    let flat = rest(&mut *opened(&path));
    turn(&path);
    let mut source = opened(&path);
    assert_eq!(source.info().size, [64, 96]);
    let turned = rest(&mut *source);
    assert_eq!(turned.len(), 10);
    for (flat, turned) in flat.iter().zip(&turned) {
        assert_eq!(turned.size, [64, 96]);
        for (x, y) in [(4, 10), (40, 10), (90, 30), (48, 60)] {
            let (before, after) = (pixel(flat, x, y), pixel(turned, 63 - y, x));
            assert!(before.iter().zip(after).all(|(a, b)| a.abs_diff(b) <= 3), "{before:?} became {after:?}");
        }
    }
}

#[test]
fn seeking_gives_the_same_pixels_as_reading_on() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.mp4", "a.ts", "a.mkv", "a.avi", "a.m4v"] {
        let path = folder.path().join(name);
        make_video(&path, 80, SIZE, rate(24_000, 1001), LOSSY);
        let all = rest(&mut *opened(&path));
        assert_eq!(all.len(), 80, "{name}");
        let mut source = opened(&path);
        let backward = (0..80).rev().step_by(7);
        let about = [5, 6, 8, 20, 55, 54, 54, 0, 79];
        for index in backward.chain(about) {
            let frame = frame_at(&mut *source, index).unwrap();
            assert!(frame == all[index], "{name}: frame {index} differs from the one read in order");
        }
        assert!(next(&mut *source).is_none(), "{name}");
        assert!(frame_at(&mut *source, 80).is_none(), "{name}");
        assert_eq!(frame_at(&mut *source, 78).unwrap().index, FrameIndex(78), "{name}: after the end");
    }
}

#[test]
fn frames_are_scaled_down_for_a_preview() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    make_video(&path, 4, [384, 256], rate(30, 1), LOSSY);
    let options = FrameOptions { fit_within: Some([100, 100]), ..options() };
    let mut source = open(&path, &options, &Notices::new(), &CancelToken::new()).unwrap();
    let small = fitted([384, 256], Some([100, 100]));
    assert_eq!((source.info().size, source.info().frame_size), ([384, 256], small));
    let frames = rest(&mut *source);
    assert_eq!(frames.iter().map(|frame| number_in(frame, small)).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn sixteen_by_nine_of_eight_k_opens() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    make_video(&path, 2, [7680, 4320], rate(30, 1), &["-c:v", "mpeg4", "-q:v", "5"]);
    let options = FrameOptions { fit_within: Some([960, 540]), ..options() };
    let mut source = open(&path, &options, &Notices::new(), &CancelToken::new()).unwrap();
    assert_eq!((source.info().size, source.info().frame_size), ([7680, 4320], [960, 540]));
    assert_eq!(number_in(&frame_at(&mut *source, 1).unwrap(), [960, 540]), 1);
}

#[test]
fn names_are_taken_as_they_are() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(super::super::ffmpeg::file_argument(Path::new("-i.mp4")), "file:-i.mp4");
    let names: &[&str] = if cfg!(windows) {
        &["- ä %03d.mkv", "pipe.mkv"]
    } else {
        &["-i http:x %03d 'ä\"\n.mkv", "concat:a|b.mkv", "pipe:0"]
    };
    for name in names {
        let path = folder.path().join(name);
        make_video(&path, 2, SIZE, rate(30, 1), &[LOSSLESS, &["-f", "matroska"]].concat());
        let mut source = opened(&path);
        assert_eq!((rest(&mut *source).len(), &source.info().name), (2, &(*name).to_owned()));
    }
}

/// Tells what it sees in the videos named in `MOTIONBERT_VIDEOS`, separated as in a search path.
#[test]
#[ignore = "by hand"]
fn by_hand() {
    let sum = |frame: &VideoFrame| {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        frame.pixels.hash(&mut hasher);
        hasher.finish()
    };
    for path in std::env::split_paths(&std::env::var_os("MOTIONBERT_VIDEOS").unwrap()) {
        let started = std::time::Instant::now();
        let notices = Notices::new();
        let mut source = open(&path, &options(), &notices, &CancelToken::new()).unwrap();
        let info = source.info().clone();
        let opened = started.elapsed();
        let started = std::time::Instant::now();
        let mut sums = std::collections::BTreeMap::new();
        while let Some(frame) = next(&mut *source) {
            sums.insert(frame.index, sum(&frame));
        }
        let (read, frames) = (started.elapsed(), sums.len());
        let count = info.frame_count().unwrap();
        let mut seeks: Vec<_> = (0..10)
            .map(|at| {
                let index = (at * 37 + 5) % count;
                let started = std::time::Instant::now();
                let frame = frame_at(&mut *source, index).unwrap();
                let took = started.elapsed();
                assert_eq!(Some(&sum(&frame)), sums.get(&FrameIndex(index)), "{}: {frame:?}", info.name);
                took
            })
            .collect();
        seeks.sort();
        eprintln!(
            "{}: {} {:?} {:?}, {count} frames, {frames} read, {:.3} s; opened in {opened:.0?}, read in {read:.0?}, \
             sought in {:.0?} (median), {:.0?} (longest)\n{}",
            info.name,
            info.format,
            info.size,
            info.pace,
            info.duration_secs().unwrap(),
            seeks[5],
            seeks[9],
            told(&notices)
        );
    }
}

#[test]
fn skimming_gives_only_key_frames_with_their_own_numbers() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    make_video(&path, 50, SIZE, rate(25, 1), LOSSY);
    let mut source = opened(&path);
    assert!(frame_at(&mut *source, 20).is_some());
    assert!(source.skim(true));
    let frames = rest(&mut *source);
    assert_eq!(frames.iter().map(|frame| frame.index.0).collect::<Vec<_>>(), [0, 12, 24, 36, 48]);
    assert!(frames.iter().all(|frame| number_in(frame, SIZE) == frame.index.0));
    assert!(!source.skim(false));
    assert_eq!(rest(&mut *source).len(), 50);
    // Where every frame is a key frame there is nothing to gain.
    let path = folder.path().join("a.mkv");
    make_video(&path, 20, SIZE, rate(25, 1), &[LOSSLESS, &["-g", "1"]].concat());
    let mut source = opened(&path);
    assert!(!source.skim(true));
    assert_eq!(rest(&mut *source).len(), 20);
}
