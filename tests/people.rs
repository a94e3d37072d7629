//! The tracker on the demo clip, in which a dancer passes behind a boxer and is lost for a moment.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use motionbert::data::{KeypointTrack, Recording};
use motionbert::io::keypoints::{self, Loaded, ReadContext};
use motionbert::motion::people;
use motionbert::support::{CancelToken, Notices};

fn demo() -> Recording {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo-alphapose.json");
    let Loaded::Keypoints(recording) = keypoints::read(&path, &ReadContext::default()).unwrap() else {
        panic!("these are keypoints");
    };
    recording
}

fn split(recording: &Recording) -> Vec<KeypointTrack> {
    people::split(recording, 30.0, &Notices::new(), &CancelToken::new()).unwrap()
}

/// Without the file's ids the tracker must find the same two people, though they cross.
#[test]
fn the_tracker_agrees_with_the_ids_of_the_file() {
    let recording = demo();
    let by_id = split(&recording);
    assert_eq!(by_id.len(), 2);
    let mut without_ids = recording;
    without_ids.detections.iter_mut().for_each(|detection| detection.id = None);
    let tracked = split(&without_ids);
    assert_eq!(tracked.len(), 2);
    for (tracked, truth) in tracked.iter().zip(&by_id) {
        assert_eq!(tracked.range, truth.range);
        assert_eq!(tracked.seen, truth.seen);
        assert_eq!(tracked.keypoints, truth.keypoints);
    }
    assert!(tracked.iter().any(|track| track.seen_count() < track.range.len()), "somebody is lost for a moment");
}

/// The same with the file's frames thinned out: bigger steps, the same people.
#[test]
fn the_tracker_keeps_people_apart_at_a_third_of_the_rate() {
    let mut recording = demo();
    recording.detections.retain(|detection| detection.frame.0 % 3 == 0);
    let by_id = split(&recording);
    recording.detections.iter_mut().for_each(|detection| detection.id = None);
    let tracked = people::split(&recording, 30.0, &Notices::new(), &CancelToken::new()).unwrap();
    assert_eq!(tracked.len(), 2);
    for (tracked, truth) in tracked.iter().zip(&by_id) {
        assert_eq!(tracked.keypoints, truth.keypoints);
    }
}
