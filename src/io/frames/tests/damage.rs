//! Files that are cut off, damaged, or no videos at all.

use super::*;

#[test]
fn a_video_that_is_cut_off_plays_up_to_there() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.mp4", "a.mkv", "a.ts", "a.avi"] {
        let path = folder.path().join(name);
        let header_first: &[&str] = if name == "a.mp4" { &["-movflags", "+faststart"] } else { &[] };
        make_video(&path, 60, SIZE, rate(30, 1), &[LOSSY, header_first].concat());
        let whole = rest(&mut *opened(&path));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() * 6 / 10]).unwrap();

        let notices = Notices::new();
        let mut source = open(&path, &options(), &notices, &CancelToken::new()).unwrap();
        let frames = rest(&mut *source);
        assert!((20..50).contains(&frames.len()), "{name}: {} frames", frames.len());
        // The last ones may be patched by the decoder; all others are as they were.
        for frame in &frames[..frames.len() - 3] {
            assert!(*frame == whole[frame.index.0], "{name}: {frame:?} differs");
        }
        if name == "a.mp4" {
            assert!(told(&notices).contains("The video ends early: "), "{}", told(&notices));
        }
    }
}

#[test]
fn damage_in_the_middle_does_not_shift_what_follows() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    make_video(&path, 96, SIZE, rate(30, 1), LOSSY);
    let whole = rest(&mut *opened(&path));
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() * 4 / 10;
    bytes[middle..middle + 3000].fill(0);
    std::fs::write(&path, bytes).unwrap();

    let notices = Notices::new();
    let mut source = open(&path, &options(), &notices, &CancelToken::new()).unwrap();
    let frames = rest(&mut *source);
    assert!(frames.is_sorted_by(|a, b| a.index < b.index));
    assert!(told(&notices).contains("The video is damaged"), "{}", told(&notices));
    let same = frames.iter().filter(|frame| **frame == whole[frame.index.0]).count();
    assert!((40..96).contains(&same), "{same} of {} frames are as they were", frames.len());
    assert!(*frames.last().unwrap() == whole[95], "the last frame is whole and has its own number");
}

#[test]
fn a_part_cut_out_by_an_edit_list_is_no_damage() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (whole, part) = (folder.path().join("a.mp4"), folder.path().join("b.mp4"));
    make_video(&whole, 60, SIZE, rate(30, 1), LOSSY);
    // Starts between two key frames: the packets before are there and hidden.
    let mut ffmpeg = Command::new(super::super::Ffmpeg::default().ffmpeg);
    ffmpeg.args(["-loglevel", "error", "-ss", "0.95", "-i"]).arg(&whole).args(["-c", "copy"]).arg(&part);
    assert!(ffmpeg.status().unwrap().success());
    let notices = Notices::new();
    let mut source = open(&part, &options(), &notices, &CancelToken::new()).unwrap();
    let numbers: Vec<_> = rest(&mut *source).iter().map(|frame| number_in(frame, SIZE)).collect();
    assert_eq!(Some(numbers.len()), source.info().frame_count());
    assert_eq!(numbers, (60 - numbers.len()..60).collect::<Vec<_>>());
    assert!((28..36).contains(&numbers.len()), "{} frames", numbers.len());
    assert_eq!(number_in(&frame_at(&mut *source, 7).unwrap(), SIZE), numbers[7]);
    assert_eq!(told(&notices), "");
}

#[test]
fn a_change_of_size_and_clock_in_the_middle_keeps_all_frames() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let parts = [(folder.path().join("a.ts"), SIZE), (folder.path().join("b.ts"), [192, 128])];
    let mut bytes = Vec::new();
    for (path, size) in &parts {
        // ffmpeg's decoder gives up a frame that it holds back where the size changes.
        make_video(path, 10, *size, rate(30, 1), &[LOSSY, &["-bf", "0"]].concat());
        bytes.extend(std::fs::read(path).unwrap());
    }
    let both = folder.path().join("both.ts");
    std::fs::write(&both, bytes).unwrap();
    let mut source = opened(&both);
    let frames = rest(&mut *source);
    let numbers: Vec<_> = frames.iter().map(|frame| number_in(frame, SIZE)).collect();
    assert_eq!(numbers, (0..10).chain(0..10).collect::<Vec<_>>());
    assert!(frames.is_sorted_by(|a, b| a.time_secs < b.time_secs && a.index < b.index));
    assert_eq!(number_in(&frame_at(&mut *source, 13).unwrap(), SIZE), 3);
}

#[test]
fn a_video_without_its_index_is_refused_with_the_reason() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    make_video(&path, 30, SIZE, rate(30, 1), LOSSY);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = open_error(&path);
    assert!(matches!(error, FrameError::Unreadable { .. }), "{error:?}");
    assert!(error.to_string().contains("moov atom not found"), "{error}");
}

#[test]
fn sound_alone_is_no_video() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], path: &Path| {
        let mut ffmpeg = Command::new(super::super::Ffmpeg::default().ffmpeg);
        ffmpeg.args(["-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=1"]).args(arguments).arg(path);
        assert!(ffmpeg.status().unwrap().success());
    };
    let (sound, with_cover) = (folder.path().join("a.wav"), folder.path().join("a.m4a"));
    run(&[], &sound);
    let cover = ["-f", "lavfi", "-i", "color=s=32x32:d=1", "-frames:v", "1", "-c:v", "png"];
    run(&[&cover[..], &["-c:a", "aac", "-disposition:v", "attached_pic", "-f", "mp4"]].concat(), &with_cover);
    for path in [sound, with_cover] {
        let error = open_error(&path);
        assert!(matches!(error, FrameError::NoVideo { .. }), "{error:?}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}

#[test]
fn other_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert!(open_error(&write("empty.mp4", b"")).to_string().contains("empty"));
    assert!(matches!(open_error(&folder.path().join("missing.mp4")), FrameError::Read { .. }));
    assert!(matches!(open_error(folder.path()), FrameError::NoPictures { .. }));
    if has_ffmpeg() {
        for name in ["text.mp4", "text.txt"] {
            let error = open_error(&write(name, "This is a letter.\n".repeat(500).as_bytes()));
            assert!(matches!(error, FrameError::Unreadable { .. }), "{name}: {error:?}");
        }
        // A play list may not reach for other files.
        let list = format!("ffconcat version 1.0\nfile '{}'\n", folder.path().join("text.txt").display());
        assert!(matches!(open_error(&write("list.mp4", list.as_bytes())), FrameError::Unreadable { .. }));
    }
}
