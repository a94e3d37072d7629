//! A made-up walking person, files written from it, and what every recording must hold.

use std::path::Path;

use motionbert::data::{Keypoint, Recording, Skeleton};
use motionbert::io::keypoints::{KeypointError, Loaded, MAX_FRAMES, ReadContext, read, read_bytes};
use motionbert::support::Level;

pub const WIDTH: f32 = 1280.0;
pub const HEIGHT: f32 = 720.0;

/// Pixels of a joint, by its name, of a person who walks towards the camera.
pub fn joint(name: &str, time: f32, person: usize) -> (f32, f32) {
    let (side, part) = match name.split_once(' ') {
        Some(("left", part)) => (1.0, part),
        Some(("right", part)) => (-1.0, part),
        _ if name.starts_with("mouth left") => (1.0, "mouth"),
        _ if name.starts_with("mouth right") => (-1.0, "mouth"),
        _ => (0.0, name),
    };
    let swing = side * 12.0 * (time * 0.4 + person as f32).sin();
    let (x, y) = match part {
        "root" | "mid hip" => (0.0, 0.0),
        "hip" => (22.0, 0.0),
        "knee" => (25.0, 100.0 - swing),
        "ankle" => (26.0, 200.0 - 1.8 * swing),
        "heel" => (26.0, 212.0 - 1.8 * swing),
        "big toe" | "foot index" => (31.0, 226.0 - 1.8 * swing),
        "small toe" => (40.0, 222.0 - 1.8 * swing),
        "belly" => (0.0, -65.0),
        "chest" => (0.0, -80.0),
        "neck" => (0.0, -137.0),
        "head bottom" => (0.0, -150.0),
        "shoulder" => (45.0, -130.0),
        "elbow" => (62.0, -65.0 + swing),
        "wrist" => (60.0, -5.0 + 1.7 * swing),
        "pinky" | "index" | "thumb" => (60.0, 8.0 + 1.7 * swing),
        "nose" => (0.0, -182.0),
        "mouth" => (6.0, -172.0),
        "eye" | "eye inner" | "eye outer" => (9.0, -192.0),
        "ear" => (16.0, -188.0),
        "head" => (0.0, -215.0),
        "head top" => (0.0, -228.0),
        other => panic!("no place for {other}"),
    };
    // A middle "hip" is Halpe's pelvis.
    let x = if side == 0.0 { 0.0 } else { side * x };
    (300.0 + 250.0 * person as f32 + 0.8 * time + x, 400.0 + y)
}

/// All joints of one person in one frame.
pub fn pose(skeleton: &Skeleton, time: usize, person: usize) -> Vec<(f32, f32)> {
    skeleton.joints.iter().map(|name| joint(name, time as f32, person)).collect()
}

/// x, y, confidence in a row.
pub fn triples(skeleton: &Skeleton, time: usize, person: usize) -> Vec<f32> {
    pose(skeleton, time, person).into_iter().flat_map(|(x, y)| [x, y, 0.9]).collect()
}

/// A record of an AlphaPose list.
pub fn alphapose(image_id: &str, keypoints: &[f32], more: &str) -> String {
    let more = if more.is_empty() { String::new() } else { format!(",{more}") };
    format!(r#"{{"image_id":{image_id},"category_id":1,"keypoints":{keypoints:?},"score":2.5,"box":[1,2,3,4]{more}}}"#)
}

pub fn list(records: &[String]) -> String {
    format!("[{}]", records.join(","))
}

/// Headlines and reasons of all warnings.
pub fn warnings(context: &ReadContext) -> Vec<String> {
    let notices = context.notices.to_vec();
    notices.iter().filter(|(notice, _)| notice.level != Level::Info).map(|(notice, _)| notice.to_string()).collect()
}

pub fn keypoints(loaded: Result<Loaded, KeypointError>) -> Recording {
    match loaded {
        Ok(Loaded::Keypoints(recording)) => {
            check(&recording);
            recording
        }
        Ok(Loaded::Poses(_)) => panic!("3D poses"),
        Err(error) => panic!("{error}"),
    }
}

/// Reads a text that must open without a warning.
pub fn opened(text: &str) -> Recording {
    let context = ReadContext::default();
    let recording = keypoints(read_bytes("test", text.as_bytes(), &context));
    assert_eq!(warnings(&context), Vec::<String>::new());
    recording
}

/// Reads a text that must open with warnings, and returns them.
pub fn opened_with_warnings(text: &str) -> (Recording, Vec<String>) {
    let context = ReadContext::default();
    let recording = keypoints(read_bytes("test", text.as_bytes(), &context));
    let warnings = warnings(&context);
    assert!(!warnings.is_empty());
    (recording, warnings)
}

/// The message of a text that must not open.
pub fn refused(text: &[u8]) -> String {
    read_bytes("test", text, &ReadContext::default()).map(drop).unwrap_err().to_string()
}

pub fn opened_path(path: &Path) -> Recording {
    keypoints(read(path, &ReadContext::default()))
}

/// A folder with these files.
pub fn folder(files: &[(String, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What holds for every recording, whatever the file.
pub fn check(recording: &Recording) {
    assert!(!recording.detections.is_empty());
    assert!(recording.frame_count <= MAX_FRAMES);
    assert!(recording.detections.is_sorted_by_key(|person| person.frame));
    for person in &recording.detections {
        assert!(person.frame.0 < recording.frame_count);
        assert_eq!(person.keypoints.len(), recording.skeleton.len());
        assert!(person.score.is_finite());
        assert!(person.bbox.is_none_or(|bbox| bbox.iter().all(|value| value.is_finite())));
        for joint in &person.keypoints {
            assert!(joint.x.is_finite() && joint.y.is_finite() && joint.confidence.is_finite());
            assert!(!joint.is_missing() || *joint == Keypoint::MISSING);
        }
    }
}

/// Frames of the timeline in which people are, in order, one entry per person.
pub fn frames(recording: &Recording) -> Vec<usize> {
    recording.detections.iter().map(|person| person.frame.0).collect()
}

pub fn ids(recording: &Recording) -> Vec<Option<u32>> {
    recording.detections.iter().map(|person| person.id).collect()
}

/// Asserts that a person is where [`pose`] puts them, within `tolerance` pixels.
pub fn assert_pose(recording: &Recording, index: usize, time: usize, person: usize, tolerance: f32) {
    let wanted = pose(recording.skeleton, time, person);
    for (place, (joint, (x, y))) in recording.detections[index].keypoints.iter().zip(wanted).enumerate() {
        let far = (joint.x - x).hypot(joint.y - y);
        assert!(far <= tolerance, "{}: {joint:?} against {x}, {y}", recording.skeleton.joints[place]);
    }
}
