//! Clips out, read back in.

use image::RgbaImage;

use crate::data::Pace;

use super::super::clip::{ClipSink, GifWriter, PngSequence, VideoWriter};
use super::super::{Ffmpeg, VideoFile};
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

fn video_writer(path: &Path, size: [u32; 2], tools: &Ffmpeg, notices: &Notices) -> Box<dyn ClipSink> {
    Box::new(VideoWriter::create(path, size, rate(30_000, 1001), tools, notices, &CancelToken::new()).unwrap())
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
    write_all(video_writer(&path, odd, &Ffmpeg::default(), &Notices::new()), 40, odd);
    assert_eq!(names_in(folder.path()), ["- ä clip.mp4"]);

    let mut source = opened(&path);
    let info = source.info();
    assert_eq!((info.size, info.frame_count()), ([194, 128], Some(40)));
    assert_eq!(info.pace, Pace::Constant(rate(30_000, 1001)));
    for (index, frame) in rest(&mut *source).iter().enumerate() {
        assert_eq!((frame.index.0, number_in(frame, odd)), (index, index));
        for (value, expected) in pixel(frame, 96, 110).into_iter().zip(COLOUR) {
            assert!(value.abs_diff(expected) <= 4, "{value} for {expected} in {frame:?}");
        }
    }
}

#[test]
fn a_video_that_is_not_finished_leaves_nothing() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    let mut writer = video_writer(&path, SIZE, &Ffmpeg::default(), &Notices::new());
    let cancel = CancelToken::new();
    writer.write(picture(0, SIZE), &cancel).unwrap();
    let error = writer.write(picture(1, [32, 32]), &cancel).unwrap_err();
    assert!(error.to_string().contains("32 x 32"), "{error}");
    cancel.cancel();
    assert!(matches!(writer.write(picture(1, SIZE), &cancel), Err(FrameError::Cancelled(_))));
    assert!(matches!(writer.finish(&cancel), Err(FrameError::Cancelled(_))));
    assert!(names_in(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn without_h264_the_older_format_is_written_and_told_of() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let real = Ffmpeg::default();
    let text = format!(
        "case \"$*\" in *-encoders*) echo ' V.S... mpeg4                MPEG-4 part 2';; *) exec '{}' \"$@\";; esac",
        real.ffmpeg.display()
    );
    let tools = Ffmpeg { ffmpeg: script(folder.path(), "poor", &text), ..real };
    let (path, notices) = (folder.path().join("a.mp4"), Notices::new());
    write_all(video_writer(&path, SIZE, &tools, &notices), 8, SIZE);
    assert!(told(&notices).contains("MPEG-4 Part 2"), "{}", told(&notices));
    let mut source = VideoFile::open(&path, &options(), &Notices::new(), &CancelToken::new()).unwrap();
    assert_eq!(source.info().format, "mpeg4");
    assert_eq!(
        rest(&mut source).iter().map(|frame| number_in(frame, SIZE)).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4, 5, 6, 7]
    );
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
    let mut writer = video_writer(&path, SIZE, &tools, &Notices::new());
    let error = (0..100).find_map(|number| writer.write(picture(number, SIZE), &cancel).err());
    let error = error.unwrap_or_else(|| writer.finish(&cancel).unwrap_err());
    assert!(matches!(error, FrameError::Encode { .. }), "{error:?}");
    assert!(error.to_string().contains("No space left on device"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"an older clip");
    let has_none = ["case \"$*\" in *-encoders*) echo ' V..... rawvideo x';; esac"];
    let tools = Ffmpeg { ffmpeg: script(folder.path(), "none", has_none[0]), ..Ffmpeg::default() };
    let error = VideoWriter::create(&path, SIZE, rate(30, 1), &tools, &Notices::new(), &cancel).err().unwrap();
    assert!(error.to_string().contains("no encoder for MP4"), "{error}");
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
    write_all(Box::new(PngSequence::create(&path).unwrap()), 12, SIZE);
    assert_eq!(names_in(folder.path()), ["clip"]);
    assert_eq!(names_in(&path)[11], "frame_000011.png");
    for (number, frame) in rest(&mut *opened(&path)).iter().enumerate() {
        assert!(*frame.pixels == painted(number, SIZE)[..]);
    }
    let error = PngSequence::create(&path).err().unwrap();
    assert!(error.to_string().contains("not empty"), "{error}");
    // An empty folder may have been made for it.
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    write_all(Box::new(PngSequence::create(&empty).unwrap()), 1, SIZE);
    assert_eq!(names_in(&empty), ["frame_000000.png"]);
}

#[test]
fn cancelled_clips_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sinks: [Box<dyn ClipSink>; 2] = [
        Box::new(GifWriter::create(&folder.path().join("a.gif"), rate(30, 1)).unwrap()),
        Box::new(PngSequence::create(&folder.path().join("pngs")).unwrap()),
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
