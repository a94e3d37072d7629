use proptest::prelude::*;

use super::*;
use crate::data::skeleton::COCO_17;
use crate::data::{Detection, FrameIndex, SkeletonChoice};

const FPS: f64 = 30.0;

/// A standing figure 100 px tall with its arms on the move, feet at (x, 500).
fn figure(x: f32, phase: f32) -> Box<[Keypoint]> {
    (0..COCO_17.len())
        .map(|joint| {
            let side = if joint % 2 == 0 { 1.0 } else { -1.0 };
            let swing = if joint > 4 { 6.0 * (phase + joint as f32).sin() } else { 0.0 };
            Keypoint::new(x + side * 12.0 + swing, 400.0 + 6.0 * joint as f32, 0.9)
        })
        .collect()
}

fn detection(frame: usize, id: Option<u32>, x: f32) -> Detection {
    Detection { frame: FrameIndex(frame), id, score: 1.0, bbox: None, keypoints: figure(x, frame as f32 * 0.2) }
}

fn recording(mut detections: Vec<Detection>) -> Recording {
    detections.sort_by_key(|detection| detection.frame);
    Recording {
        name: "test".into(),
        format: "test",
        skeleton: &COCO_17,
        skeleton_choice: SkeletonChoice { reason: String::new(), alternatives: Vec::new() },
        fps: Some(FPS),
        image_size: None,
        first_frame_number: 0,
        frame_count: detections.last().map_or(0, |detection| detection.frame.0 + 1),
        detections,
        is_normalised: false,
    }
}

fn split_up(detections: Vec<Detection>) -> (Vec<KeypointTrack>, Notices) {
    let notices = Notices::new();
    let tracks = split(&recording(detections), FPS, &notices, &CancelToken::new()).unwrap();
    (tracks, notices)
}

/// Horizontal middle of the person in a frame, if seen.
fn middle(track: &KeypointTrack, frame: usize) -> Option<f32> {
    let joints = track.frame(FrameIndex(frame))?;
    Some(joints.iter().map(|joint| joint.x).sum::<f32>() / joints.len() as f32)
}

#[test]
fn crossing_people_keep_their_ids() {
    // Listed in changing order, so that the place in the file says nothing.
    let (left, right) = (|frame: usize| 100.0 + 4.0 * frame as f32, |frame: usize| 500.0 - 4.0 * frame as f32);
    let detections = (0..100)
        .flat_map(|frame| {
            let mut both = vec![detection(frame, None, left(frame)), detection(frame, None, right(frame))];
            both.rotate_left(frame % 2);
            both
        })
        .collect();
    let (tracks, _) = split_up(detections);
    assert_eq!(tracks.len(), 2);
    let begins_left = tracks.iter().position(|track| middle(track, 0).unwrap() < 300.0).unwrap();
    for frame in 0..100 {
        assert!((middle(&tracks[begins_left], frame).unwrap() - left(frame)).abs() < 10.0, "frame {frame}");
        assert!((middle(&tracks[1 - begins_left], frame).unwrap() - right(frame)).abs() < 10.0, "frame {frame}");
    }
}

#[test]
fn a_person_survives_a_second_of_occlusion_and_not_three() {
    let walk = |gap: usize| {
        (0..150)
            .filter(|frame| !(60..60 + gap).contains(frame))
            .map(|frame| detection(frame, None, 100.0 + 3.0 * frame as f32))
            .collect()
    };
    let (tracks, _) = split_up(walk(30));
    assert_eq!(tracks.len(), 1);
    assert_eq!(tracks[0].range, FrameRange::new(0, 150));
    assert_eq!(tracks[0].seen_count(), 120);
    assert_eq!(crate::motion::gaps::gap_ranges(&tracks[0]), [FrameRange::new(60, 90)]);
    assert_eq!(split_up(walk(80)).0.len(), 2);
}

#[test]
fn a_newcomer_elsewhere_is_someone_new() {
    let detections = (0..40).map(|frame| detection(frame, None, if frame < 20 { 100.0 } else { 900.0 })).collect();
    let (tracks, _) = split_up(detections);
    assert_eq!(
        tracks.iter().map(|track| track.range).collect::<Vec<_>>(),
        [FrameRange::new(0, 20), FrameRange::new(20, 40)]
    );
}

#[test]
fn ids_of_the_file_are_kept_and_the_rest_is_tracked() {
    let mut detections: Vec<_> = (0..60)
        .flat_map(|frame| [detection(frame, Some(1), 100.0), detection(frame, Some(7), 100.0 + frame as f32)])
        .collect();
    detections.extend((10..50).map(|frame| detection(frame, None, 600.0)));
    let (tracks, notices) = split_up(detections);
    let ids: Vec<_> = tracks.iter().map(|track| (track.person.0, track.range)).collect();
    assert_eq!(ids, [(1, FrameRange::new(0, 60)), (2, FrameRange::new(10, 50)), (7, FrameRange::new(0, 60))]);
    assert!(notices.is_empty());
}

#[test]
fn the_best_of_a_rare_duplicate_keeps_the_id() {
    let mut detections: Vec<_> = (0..60).map(|frame| detection(frame, Some(3), 100.0)).collect();
    detections.push(Detection { score: 0.2, ..detection(30, Some(3), 700.0) });
    let (tracks, notices) = split_up(detections);
    assert_eq!(tracks.len(), 2, "nothing is dropped");
    let kept = tracks.iter().find(|track| track.person == PersonId(3)).unwrap();
    assert_eq!(kept.seen_count(), 60);
    assert!((middle(kept, 30).unwrap() - 100.0).abs() < 10.0);
    assert!(tracks.iter().any(|track| track.seen_count() == 1 && track.is_spurious));
    assert_eq!(notices.to_vec().len(), 1);
}

#[test]
fn short_tracks_are_marked_but_never_all() {
    let mut detections: Vec<_> = (0..100).map(|frame| detection(frame, None, 100.0)).collect();
    detections.extend((40..43).map(|frame| detection(frame, None, 800.0)));
    let (tracks, _) = split_up(detections);
    assert_eq!(tracks.iter().map(|track| track.is_spurious).collect::<Vec<_>>(), [false, true]);

    let (tracks, _) = split_up(vec![detection(0, None, 100.0), detection(0, None, 800.0)]);
    assert_eq!(tracks.len(), 2);
    assert!(tracks.iter().all(|track| !track.is_spurious));
}

#[test]
fn a_detection_without_joints_is_not_a_sight() {
    let blind = Detection { keypoints: vec![Keypoint::MISSING; COCO_17.len()].into(), ..detection(1, Some(1), 0.0) };
    let (tracks, _) = split_up(vec![detection(0, Some(1), 100.0), blind, detection(2, Some(1), 100.0)]);
    assert_eq!(*tracks[0].seen, [true, false, true]);
    assert!(split_up(Vec::new()).0.is_empty());
}

#[test]
fn splitting_can_be_cancelled() {
    let cancel = CancelToken::new();
    cancel.cancel();
    let recording = recording(vec![detection(0, None, 100.0)]);
    assert_eq!(split(&recording, FPS, &Notices::new(), &cancel).unwrap_err(), Cancelled);
}

proptest! {
    /// Whatever is seen, every detection lands in exactly one track, at its own frame.
    #[test]
    fn nothing_is_lost(places in prop::collection::vec((0usize..30, 0f32..3000.0, prop::option::of(0u32..3)), 1..120)) {
        let detections: Vec<_> = places.iter().map(|(frame, x, id)| detection(*frame, *id, *x)).collect();
        let count = detections.len();
        let recording = recording(detections);
        let tracks = split(&recording, FPS, &Notices::new(), &CancelToken::new()).unwrap();
        prop_assert_eq!(tracks.iter().map(KeypointTrack::seen_count).sum::<usize>(), count);
        for detection in &recording.detections {
            prop_assert!(tracks.iter().any(|track| track.frame(detection.frame) == Some(&*detection.keypoints)));
        }
        let mut ids: Vec<_> = tracks.iter().map(|track| track.person).collect();
        ids.dedup();
        prop_assert_eq!(ids.len(), tracks.len());
    }
}

/// Work must grow with the number of frames, not with its square.
#[test]
fn long_and_crowded_recordings_are_quick() {
    let long = recording((0..100_000).map(|frame| detection(frame, None, 100.0)).collect());
    let started = std::time::Instant::now();
    assert_eq!(split(&long, FPS, &Notices::new(), &CancelToken::new()).unwrap().len(), 1);
    assert!(started.elapsed().as_secs_f64() < 5.0, "took {:?}", started.elapsed());

    let crowd = (0..400).flat_map(|frame| (0..50).map(move |p| detection(frame, None, 30.0 * p as f32))).collect();
    let started = std::time::Instant::now();
    let tracks = split(&recording(crowd), FPS, &Notices::new(), &CancelToken::new()).unwrap();
    assert_eq!(tracks.len(), 50);
    assert!(started.elapsed().as_secs_f64() < 5.0, "took {:?}", started.elapsed());
}
