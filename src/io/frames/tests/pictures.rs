//! Folders of pictures, single pictures and GIFs that others made.

use image::codecs::gif::GifEncoder;
use image::{Delay, Frame, Rgb, RgbImage, Rgba, RgbaImage};

use crate::data::Pace;

use super::*;

fn save(folder: &Path, name: &str, number: usize, size: [u32; 2]) {
    let picture = RgbImage::from_raw(size[0], size[1], painted(number, size)).unwrap();
    picture.save(folder.join(name)).unwrap();
}

#[test]
fn a_folder_is_read_in_the_order_of_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    for (number, name) in ["frame1.png", "frame2.JPG", "frame10.png", "frame11.jpeg"].into_iter().enumerate() {
        save(folder.path(), name, number, SIZE);
    }
    std::fs::write(folder.path().join("notes.txt"), "not a picture").unwrap();
    std::fs::write(folder.path().join(".frame0.png"), "hidden").unwrap();
    let options = FrameOptions { picture_rate: rate(50, 1), ..options() };
    let mut source = open(folder.path(), &options, &Notices::new(), &CancelToken::new()).unwrap();
    assert_eq!((source.info().size, source.info().pace), (SIZE, Pace::Constant(rate(50, 1))));
    let frames = rest(&mut *source);
    assert_eq!(frames.iter().map(|frame| number_in(frame, SIZE)).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(frames.iter().map(|frame| frame.time_secs).collect::<Vec<_>>(), [0.0, 0.02, 0.04, 0.06]);
    assert!(frame_at(&mut *source, 2).unwrap() == frames[2]);
    assert!(frame_at(&mut *source, 4).is_none());
}

#[test]
fn damaged_and_odd_pictures_are_told_of_and_the_others_keep_their_place() {
    let folder = tempfile::tempdir().unwrap();
    for number in 1..5 {
        save(folder.path(), &format!("{number}.png"), number, SIZE);
    }
    save(folder.path(), "5.png", 5, [192, 128]);
    std::fs::write(folder.path().join("0.png"), "no picture").unwrap();
    let bytes = std::fs::read(folder.path().join("3.png")).unwrap();
    std::fs::write(folder.path().join("3.png"), &bytes[..60]).unwrap();
    let notices = Notices::new();
    let mut source = open(folder.path(), &options(), &notices, &CancelToken::new()).unwrap();
    assert_eq!((source.info().size, source.info().frame_count()), (SIZE, Some(6)));
    let frames = rest(&mut *source);
    assert_eq!(frames.iter().map(|frame| frame.index.0).collect::<Vec<_>>(), [1, 2, 4, 5]);
    for frame in &frames {
        assert_eq!((frame.size, number_in(frame, SIZE)), (SIZE, frame.index.0));
    }
    let told = told(&notices);
    assert!(told.contains("could not be read: 2 of 6") && told.contains("'0.png'"), "{told}");
    assert!(told.contains("not all of one size") && told.contains("192 x 128"), "{told}");
    for number in 1..6 {
        std::fs::write(folder.path().join(format!("{number}.png")), "no picture").unwrap();
    }
    assert!(matches!(open_error(folder.path()), FrameError::Unreadable { .. }));
}

#[test]
fn one_picture_is_one_frame_whatever_its_name() {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "a.png", 9, SIZE);
    let path = folder.path().join("a.mp4");
    std::fs::rename(folder.path().join("a.png"), &path).unwrap();
    let mut source = opened(&path);
    assert_eq!((source.info().frame_count(), source.info().pace), (Some(1), Pace::Still));
    let frames = rest(&mut *source);
    assert!(frames.len() == 1 && *frames[0].pixels == painted(9, SIZE)[..]);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(opened(&path).next_frame(&CancelToken::new()), Err(FrameError::Unreadable { .. })));
}

#[test]
fn the_orientation_of_a_camera_is_applied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jpg");
    RgbImage::from_fn(64, 32, |x, _| if x < 32 { Rgb([255; 3]) } else { Rgb([0; 3]) }).save(&path).unwrap();
    // An Exif segment after the start mark: little endian, one entry, orientation 6: a quarter turn to the right.
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    exif.splice(0..0, [0xff, 0xe1, length[0], length[1]]);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.splice(2..2, exif);
    std::fs::write(&path, bytes).unwrap();
    let mut source = opened(&path);
    assert_eq!(source.info().size, [32, 64]);
    let frame = next(&mut *source).unwrap();
    assert!(pixel(&frame, 16, 8)[0] > 250 && pixel(&frame, 16, 56)[0] < 5, "white is on top");
}

#[test]
fn pictures_are_scaled_down_and_transparency_is_white() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    RgbaImage::from_fn(100, 50, |x, _| Rgba([0, 0, 0, if x < 50 { 0 } else { 255 }])).save(&path).unwrap();
    let options = FrameOptions { fit_within: Some([50, 50]), ..options() };
    let mut source = open(&path, &options, &Notices::new(), &CancelToken::new()).unwrap();
    let frame = next(&mut *source).unwrap();
    assert_eq!((frame.size, source.info().size), ([50, 25], [100, 50]));
    assert_eq!((pixel(&frame, 10, 10), pixel(&frame, 40, 10)), ([255; 3], [0; 3]));
}

fn gif(delays_ms: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for (number, delay) in delays_ms.iter().enumerate() {
        let picture = RgbImage::from_raw(SIZE[0], SIZE[1], painted(number, SIZE)).unwrap();
        let picture = image::DynamicImage::ImageRgb8(picture).into_rgba8();
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(*delay, 1))).unwrap();
    }
    drop(encoder);
    bytes
}

#[test]
fn the_delays_of_a_gif_are_its_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gif");
    std::fs::write(&path, gif(&[100, 250, 0, 40])).unwrap();
    let mut source = opened(&path);
    let frames = rest(&mut *source);
    for (frame, time_secs) in frames.iter().zip([0.0, 0.1, 0.35, 0.45]) {
        assert!((frame.time_secs - time_secs).abs() < 1e-9, "{frame:?}");
        assert_eq!(number_in(frame, SIZE), frame.index.0);
    }
    assert_eq!(frames.len(), 4);
    assert!((source.info().duration_secs().unwrap() - 0.49).abs() < 1e-9);
}

#[test]
fn a_gif_that_is_cut_off_shows_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gif");
    let bytes = gif(&[100; 8]);
    std::fs::write(&path, &bytes[..bytes.len() * 6 / 10]).unwrap();
    let notices = Notices::new();
    let mut source = open(&path, &options(), &notices, &CancelToken::new()).unwrap();
    let frames = rest(&mut *source);
    assert!((3..8).contains(&frames.len()), "{} frames", frames.len());
    assert_eq!(Some(frames.len()), source.info().frame_count());
    assert!(told(&notices).contains("The GIF is damaged"), "{}", told(&notices));
    std::fs::write(&path, &bytes[..20]).unwrap();
    assert!(matches!(open_error(&path), FrameError::Unreadable { .. }));
}
