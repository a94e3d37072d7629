//! Clips out, read back in.

use image::RgbaImage;

use crate::data::Pace;

use super::super::Ffmpeg;
use super::super::clip::{BuiltInVideoWriter, ClipSink, ClipTarget, GifWriter, Numbered, PngSequence, VideoWriter};
use super::*;

fn picture(number: usize, size: [u32; 2]) -> RgbaImage {
    let rgb = image::RgbImage::from_raw(size[0], size[1], painted(number, size)).unwrap();
    image::DynamicImage::ImageRgb8(rgb).into_rgba8()
}

fn write_all(mut sink: Box<dyn ClipSink>, frames: usize, size: [u32; 2]) {
    let cancel = CancelToken::new();
    for number in 0..frames {
        sink.write(picture(number, size), &cancel).unwrap();
    }
    sink.finish(&cancel).unwrap();
}

fn video_writer(path: &Path, size: [u32; 2], tools: &Ffmpeg) -> Box<dyn ClipSink> {
    Box::new(VideoWriter::create(path, size, rate(30_000, 1001), tools, &CancelToken::new()).unwrap())
}

fn built_in_writer(path: &Path, size: [u32; 2]) -> Box<dyn ClipSink> {
    Box::new(BuiltInVideoWriter::create(path, size, rate(30_000, 1001)).unwrap())
}

#[test]
fn a_video_comes_back_with_its_frames_rate_and_colours() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("- ä clip.mp4");
    std::fs::write(&path, "an older clip").unwrap();
    let odd = [193, 127];
    for is_built_in in [false, true] {
        let writer =
            if is_built_in { built_in_writer(&path, odd) } else { video_writer(&path, odd, &Ffmpeg::default()) };
        write_all(writer, 80, odd);
        assert_eq!(names_in(folder.path()), ["- ä clip.mp4"]);

        let mut source = opened(&path);
        let info = source.info();
        assert_eq!((info.size, info.frame_count(), &*info.format), ([194, 128], Some(80), "h264"));
        assert_eq!(info.pace, Pace::Constant(rate(30_000, 1001)));
        assert!((info.duration_secs().unwrap() - 80.0 * 1.001 / 30.0).abs() < 1e-3, "{info:?}");
        for (index, frame) in rest(&mut *source).iter().enumerate() {
            assert_eq!((frame.index.0, number_in(frame, odd)), (index, index));
            for (value, expected) in pixel(frame, 96, 110).into_iter().zip(COLOUR) {
                assert!(value.abs_diff(expected) <= 4, "{value} for {expected} in {frame:?}");
            }
        }
        // Between two key frames.
        assert_eq!(number_in(&frame_at(&mut *source, 41).unwrap(), odd), 41);
    }
}

#[test]
fn without_ffmpeg_the_built_in_encoder_is_used_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    let target = ClipTarget::from_path(&path).unwrap();
    let cancel = CancelToken::new();
    let nowhere = Ffmpeg { ffmpeg: "/nowhere/ffmpeg".into(), ffprobe: "/nowhere/ffprobe".into() };
    let notices = Notices::new();
    write_all(target.create(SIZE, rate(25, 1), &nowhere, &notices, &cancel).unwrap(), 3, SIZE);
    assert!(told(&notices).contains("built-in encoder"), "{}", told(&notices));
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.len() < SIZE[0] as usize * SIZE[1] as usize * 4 && &bytes[4..8] == b"ftyp");
    let big = [5000, 100];
    let error = target.create(big, rate(25, 1), &nowhere, &notices, &cancel).err().unwrap();
    assert!(error.to_string().contains("not 5000 x 100"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "the old clip stays");
}

#[test]
fn the_name_says_what_is_written() {
    let target = |name: &str| ClipTarget::from_path(Path::new(name));
    assert_eq!(target("a/b.MP4"), Some(ClipTarget::Video("a/b.MP4".into())));
    assert_eq!(target("b.gif"), Some(ClipTarget::Gif("b.gif".into())));
    assert_eq!(target("b.png"), Some(ClipTarget::Picture("b.png".into())));
    let Some(ClipTarget::Pictures { folder, names }) = target("a/b-%05d.png") else { panic!("not a sequence") };
    assert_eq!((folder.as_path(), &*names.name(12)), (Path::new("a"), "b-00012.png"));
    assert_eq!(target("a/%d.png").map(|target| target.path().to_owned()), Some("a".into()));
    for unclear in ["b", "b.avi", "%05d.png"] {
        assert_eq!(target(unclear), None, "{unclear}");
    }
    assert_eq!(target("a/100%.png"), Some(ClipTarget::Picture("a/100%.png".into())));
}

#[test]
fn a_video_that_is_not_finished_leaves_nothing() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    for is_built_in in [false, true] {
        let mut writer =
            if is_built_in { built_in_writer(&path, SIZE) } else { video_writer(&path, SIZE, &Ffmpeg::default()) };
        let cancel = CancelToken::new();
        writer.write(picture(0, SIZE), &cancel).unwrap();
        let error = writer.write(picture(1, [32, 32]), &cancel).unwrap_err();
        assert!(error.to_string().contains("32 x 32"), "{error}");
        cancel.cancel();
        assert!(matches!(writer.write(picture(1, SIZE), &cancel), Err(FrameError::Cancelled(_))));
        assert!(matches!(writer.finish(&cancel), Err(FrameError::Cancelled(_))));
        assert!(names_in(folder.path()).is_empty());
    }
}

#[cfg(unix)]
#[test]
fn an_encoder_that_fails_says_why_and_the_old_clip_stays() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case \"$*\" in *-encoders*) echo ' V....D libx264 x';; *)
                    echo '[mp4 @ 0x1] [error] No space left on device' >&2; exit 1;; esac";
    let tools = Ffmpeg { ffmpeg: script(folder.path(), "full", text), ..Ffmpeg::default() };
    let path = folder.path().join("a.mp4");
    std::fs::write(&path, "an older clip").unwrap();
    let cancel = CancelToken::new();
    let mut writer = video_writer(&path, SIZE, &tools);
    let error = (0..100).find_map(|number| writer.write(picture(number, SIZE), &cancel).err());
    let error = error.unwrap_or_else(|| writer.finish(&cancel).unwrap_err());
    assert!(matches!(error, FrameError::Encode { .. }), "{error:?}");
    assert!(error.to_string().contains("No space left on device"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"an older clip");
    let has_none = ["case \"$*\" in *-encoders*) echo ' V..... rawvideo x';; esac"];
    let tools = Ffmpeg { ffmpeg: script(folder.path(), "none", has_none[0]), ..Ffmpeg::default() };
    let error = VideoWriter::create(&path, SIZE, rate(30, 1), &tools, &cancel).err().unwrap();
    assert!(error.to_string().contains("no encoder for H.264"), "{error}");
}

#[test]
fn a_gif_keeps_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gif");
    let thirty = rate(30, 1);
    write_all(Box::new(GifWriter::create(&path, thirty).unwrap()), 31, SIZE);
    let mut source = opened(&path);
    assert_eq!(source.info().pace, Pace::Constant(thirty));
    assert!((source.info().duration_secs().unwrap() - 1.03).abs() < 1e-9);
    let frames = rest(&mut *source);
    assert_eq!(frames.len(), 31);
    for (index, frame) in frames.iter().enumerate() {
        assert_eq!((frame.index.0, number_in(frame, SIZE)), (index, index));
        // Hundredths of a second are all that the format has; rounding does not add up.
        assert!((frame.time_secs - thirty.time_of(index)).abs() <= 0.005 + 1e-9, "{frame:?}");
    }
    for index in [20, 3, 4, 30] {
        assert!(frame_at(&mut *source, index).unwrap() == frames[index]);
    }
}

#[test]
fn a_gif_shows_at_most_fifty_frames_per_second() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gif");
    write_all(Box::new(GifWriter::create(&path, rate(100, 1)).unwrap()), 20, SIZE);
    let mut source = opened(&path);
    assert_eq!(source.info().pace, Pace::Constant(rate(50, 1)));
    let numbers: Vec<_> = rest(&mut *source).iter().map(|frame| number_in(frame, SIZE)).collect();
    assert_eq!(numbers, (0..20).step_by(2).collect::<Vec<_>>());
}

#[test]
fn pictures_are_written_without_loss_into_a_new_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip");
    write_all(Box::new(PngSequence::create(&path, Numbered::default()).unwrap()), 12, SIZE);
    assert_eq!(names_in(folder.path()), ["clip"]);
    assert_eq!(names_in(&path)[11], "frame_000011.png");
    for (number, frame) in rest(&mut *opened(&path)).iter().enumerate() {
        assert!(*frame.pixels == painted(number, SIZE)[..]);
    }
    let error = PngSequence::create(&path, Numbered::default()).err().unwrap();
    assert!(error.to_string().contains("not empty"), "{error}");
    // An empty folder may have been made for it.
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    write_all(Box::new(PngSequence::create(&empty, Numbered::default()).unwrap()), 1, SIZE);
    assert_eq!(names_in(&empty), ["frame_000000.png"]);
}

#[test]
fn cancelled_clips_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sinks: [Box<dyn ClipSink>; 2] = [
        Box::new(GifWriter::create(&folder.path().join("a.gif"), rate(30, 1)).unwrap()),
        Box::new(PngSequence::create(&folder.path().join("pngs"), Numbered::default()).unwrap()),
    ];
    for mut sink in sinks {
        let cancel = CancelToken::new();
        sink.write(picture(0, SIZE), &cancel).unwrap();
        cancel.cancel();
        assert!(matches!(sink.write(picture(1, SIZE), &cancel), Err(FrameError::Cancelled(_))));
        assert!(matches!(sink.finish(&cancel), Err(FrameError::Cancelled(_))));
    }
    assert!(names_in(folder.path()).is_empty());
}
