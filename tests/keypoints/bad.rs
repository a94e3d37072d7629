//! Files that are broken, empty, huge, something else, or not files at all.

use std::path::Path;
use std::time::{Duration, Instant};

use motionbert::data::skeleton::{BODY_25, COCO_17};
use motionbert::io::keypoints::{KeypointError, ReadContext, guess, read, read_bytes};

use crate::support::*;

/// `refused-*` must not open, `kept-*` must open with a warning; both say something in plain words.
#[test]
fn corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bad/keypoints");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let context = ReadContext::default();
        let result = read(&path, &context);
        if name.starts_with("refused-") {
            let message = result.map(drop).unwrap_err().to_string();
            assert!(message.len() > 15, "{name}: {message}");
        } else {
            check(&keypoints(result));
            assert!(!warnings(&context).is_empty(), "{name}");
        }
        count += 1;
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn messages_say_what_was_seen_and_what_can_be_opened() {
    for (bytes, wanted) in [
        (&b""[..], "the file is empty"),
        (b"  \n ", "the file is empty"),
        (b"{\"name\": \"x\", \"dependencies\": {}}", "an object with the keys name, dependencies"),
        (b"[1, 2, 3]", "a list, first of a number"),
        (b"[]", "an empty list"),
        (b"hello there\nyou", "starting with 'hello there'"),
        (b"\x89PNG\r\n\x1a\n....", "a picture"),
        (b"\x00\x00\x00\x20ftypisom....", "a video"),
        (b"\xff\xfe[\x00]\x00", "UTF-16"),
        (b"\x01\x02\xff\xfe\xfd", "binary data"),
    ] {
        let message = refused(bytes);
        assert!(message.contains(wanted), "{message}");
        assert!(message.contains("AlphaPose JSON") && message.contains("OpenPose JSON"), "{message}");
    }
}

#[test]
fn nobody_is_an_error_that_says_so() {
    assert!(refused(br#"{"version":1.3,"people":[]}"#).contains("nobody is in it"));
    let unseen = alphapose("3", &[0.0; 51], "");
    assert!(refused(list(&[unseen]).as_bytes()).contains("nobody"));
}

#[test]
fn non_utf8_text_is_refused() {
    let mut text = list(&[alphapose("\"x1.jpg\"", &triples(&COCO_17, 0, 0), "")]).into_bytes();
    let at = text.iter().position(|b| *b == b'x').unwrap();
    text[at] = 0xff;
    refused(&text);
}

#[test]
fn huge_files_are_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.json");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(2 << 30).unwrap();
    let start = Instant::now();
    let message = read(&path, &ReadContext::default()).map(drop).unwrap_err().to_string();
    assert!(message.contains("2.0 GiB") && message.contains("Split it"), "{message}");
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[test]
fn missing_files_name_the_path() {
    let path = Path::new("no/such/file.json");
    let message = read(path, &ReadContext::default()).map(drop).unwrap_err().to_string();
    assert!(message.ends_with(&format!("({})", path.display())), "{message}");
    assert!(guess(path).is_err());
}

#[cfg(unix)]
#[test]
fn files_without_permission_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a.json".to_owned(), "[]".to_owned())]);
    let path = folder.path().join("a.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    assert!(matches!(read(&path, &ReadContext::default()), Err(KeypointError::Io { .. })));
}

#[test]
fn folders_without_keypoints_say_so() {
    let empty = tempfile::tempdir().unwrap();
    let message = read(empty.path(), &ReadContext::default()).map(drop).unwrap_err().to_string();
    assert!(message.contains("no keypoints in this folder (0 files"), "{message}");
    let other = folder(&[("notes.txt".to_owned(), "hello".to_owned()), ("a.json".to_owned(), "{}".to_owned())]);
    assert!(read(other.path(), &ReadContext::default()).is_err());
    assert_eq!(guess(other.path()).unwrap(), None);
}

#[test]
fn a_folder_with_one_recording_opens_it_and_with_two_asks() {
    let text = list(&[alphapose("1", &triples(&COCO_17, 0, 0), "")]);
    let one = folder(&[("alphapose-results.json".to_owned(), text.clone()), ("cfg.json".to_owned(), "{}".to_owned())]);
    assert_eq!(opened_path(one.path()).format, "AlphaPose JSON");
    std::fs::write(one.path().join("other.json"), text).unwrap();
    let message = read(one.path(), &ReadContext::default()).map(drop).unwrap_err().to_string();
    assert!(message.contains("alphapose-results.json, other.json"), "{message}");
}

fn openpose(frames: std::ops::Range<usize>) -> Vec<(String, String)> {
    let frame = |at: usize| format!(r#"{{"people":[{{"pose_keypoints_2d":{:?}}}]}}"#, triples(&BODY_25, at, 0));
    frames.map(|at| (format!("{at:04}.json"), frame(at))).collect()
}

#[test]
fn a_folder_that_holds_a_folder_of_frames_opens_it() {
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("labels");
    std::fs::create_dir(&inner).unwrap();
    for (name, text) in openpose(0..3) {
        std::fs::write(inner.join(name), text).unwrap();
    }
    assert_eq!(opened_path(outer.path()).frame_count, 3);
}

#[test]
fn broken_frames_of_a_folder_are_empty_frames() {
    let mut files = openpose(0..10);
    files[4].1.truncate(60);
    files[6].1 = String::new();
    files[9].1 = "[1, 2]".to_owned();
    let folder = folder(&files);
    let context = ReadContext::default();
    let recording = keypoints(read(folder.path(), &context));
    assert_eq!(recording.frame_count, 10);
    assert_eq!(frames(&recording), [0, 1, 2, 3, 5, 7, 8]);
    let warnings = warnings(&context);
    assert!(warnings[0].contains("could not be read: 3 of 10") && warnings[0].contains("0004.json"), "{warnings:?}");
}

#[test]
fn cancelling_stops_in_the_middle() {
    let keypoints = triples(&COCO_17, 0, 0);
    let record = alphapose("1", &keypoints, "");
    let text = list(&vec![record; 100_000]);
    let context = ReadContext::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            context.cancel.cancel();
        });
        let result = read_bytes("test", text.as_bytes(), &context);
        assert!(matches!(result, Err(KeypointError::Cancelled(_))));
    });
}
