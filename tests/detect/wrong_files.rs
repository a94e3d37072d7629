//! Files that are no detector, or not whole, and archives.

use std::io::Write;
use std::path::Path;

use motionbert::detect::LoadError;
use zip::write::SimpleFileOptions;

use super::*;
use crate::networks;
use motionbert::detect::onnx_writer::Side;

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn error(pose: impl Into<PathBuf>, person: Option<PathBuf>) -> LoadError {
    detect::load(&DetectorSpec::onnx(pose, person), &CancelToken::new()).err().unwrap()
}

#[test]
fn it_is_said_what_was_seen_and_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let classifier = written(folder.path(), "classifier.onnx", &networks::classifier());
    let told = error(&classifier, None).to_string();
    for part in ["data [1, 3, 224, 224]", "probabilities [1, 3]", "RTMPose", "RTMO", "YOLO", "classifier.onnx"] {
        assert!(told.contains(part), "'{part}' is not in: {told}");
    }
    let any_size = written(folder.path(), "any.onnx", &networks::any_size_but_one());
    let found = error(&any_size, None);
    assert!(matches!(found, LoadError::DoesNotRun { .. }), "{found}");
    assert!(found.to_string().contains("images [1, 3, height, width]"), "{found}");
    for input in [&[1, 10][..], &[1, 1, 256, 192], &[1, 3, 256, 1_000_000], &[0, 3, 256, 192]] {
        let sides: Vec<Side> = input.iter().map(|side| Side::Fixed(*side)).collect();
        let bytes = networks::fixed_answer(&sides, &[("dets", &[1, 1, 5], vec![0.0; 5])]);
        let found = error(written(folder.path(), "input.onnx", &bytes), None);
        assert!(matches!(found, LoadError::Unknown { .. }), "{found}");
    }
}

#[test]
fn networks_in_each_others_place_are_told_apart() {
    let found = error(person(), None);
    assert!(matches!(found, LoadError::NotAPose { .. }), "{found}");
    let found = error(pose(SkeletonId::Coco17), Some(pose(SkeletonId::Coco17)));
    assert!(matches!(found, LoadError::NotAPerson { .. }), "{found}");
}

#[test]
fn files_that_are_no_networks_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("empty.onnx", &b""[..]), ("text.onnx", b"not a network at all"), ("picture.png", b"\x89PNG\r\n")]
    {
        let found = error(written(folder.path(), name, bytes), None);
        assert!(matches!(found, LoadError::NotAModel { .. } | LoadError::Broken { .. }), "{found}");
    }
    assert!(matches!(error(folder.path(), None), LoadError::NotAModel { .. }));
    assert!(matches!(error(folder.path().join("missing.onnx"), None), LoadError::Read { .. }));
}

/// However much is missing, or which byte is wrong: an error or a detector, never a crash.
#[test]
fn damaged_networks_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(pose(SkeletonId::Coco17)).unwrap();
    // The last six bytes only say which version it is of.
    for end in (1..whole.len() - 6).step_by(29) {
        let found = error(written(folder.path(), "cut.onnx", &whole[..end]), None);
        assert!(!found.to_string().is_empty());
    }
    for at in (0..whole.len()).step_by(31) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let path = written(folder.path(), "wrong.onnx", &bytes);
        detect::load(&DetectorSpec::onnx(path, None), &CancelToken::new()).err();
    }
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn archives_of_openmmlab_are_opened() {
    let folder = tempfile::tempdir().unwrap();
    let network = std::fs::read(pose(SkeletonId::Halpe26)).unwrap();
    let usual = archive(&[
        ("20230831/rtmpose/detail.json", b"{}"),
        ("20230831/rtmpose/other.onnx", b"another"),
        ("20230831/rtmpose/end2end.onnx", &network),
    ]);
    let only = archive(&[("model.onnx", &network)]);
    // The content counts, not the name.
    for (name, bytes) in [("pose.zip", &usual), ("pose.onnx", &only)] {
        let path = written(folder.path(), name, bytes);
        let detector = load(OnnxSpec { pose: path, ..OnnxSpec::default() });
        assert_eq!(detector.info().name, "RTMPose, 26 joints");
    }
    let cut = error(written(folder.path(), "cut.zip", &usual[..usual.len() / 2]), None);
    assert!(matches!(cut, LoadError::Broken { .. }), "{cut}");
    let mut wrong = only.clone();
    wrong[60] ^= 0xff;
    let wrong = error(written(folder.path(), "wrong.zip", &wrong), None);
    assert!(matches!(wrong, LoadError::Broken { .. }), "{wrong}");
    for (entries, told) in
        [(vec![("readme.txt", &b"hello"[..])], "no .onnx"), (vec![("a.onnx", b"a"), ("b.onnx", b"b")], "several")]
    {
        let found = error(written(folder.path(), "other.zip", &archive(&entries)), None);
        assert!(matches!(&found, LoadError::NotAModel { why, .. } if why.contains(told)), "{found}");
    }
}

#[test]
fn loading_can_be_cancelled() {
    let stopped = CancelToken::new();
    stopped.cancel();
    let spec = DetectorSpec::onnx(pose(SkeletonId::Halpe26), None);
    assert!(matches!(detect::load(&spec, &stopped), Err(LoadError::Cancelled(_))));
}
