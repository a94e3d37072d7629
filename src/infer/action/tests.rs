use super::*;
use crate::data::SkeletonId;
use crate::nn::{DeviceChoice, DstformerConfig, seeded_action};
use crate::support::NoProgress;

const FPS: f64 = 10.0;
/// Frames of the small model's clips.
const CLIP: usize = 6;
const CLASSES: usize = 3;

fn model(classes: Option<usize>) -> ActionModel {
    let config = DstformerConfig { maxlen: CLIP, depth: 1, ..DstformerConfig::TINY };
    ActionModel::load(&seeded_action(&config, 8, classes, 1), DeviceChoice::Cpu, None).unwrap().0
}

/// A person 170 pixels tall who moves on the spot at `x`.
fn person(id: u32, x: f32, range: FrameRange) -> KeypointTrack {
    let joint = |place: usize| {
        let (frame, joint) = ((place / 17) as f32, (place % 17) as f32);
        Keypoint::new(x + (frame * 0.5 + joint).sin() * 20.0, joint / 16.0 * 170.0, 0.9)
    };
    KeypointTrack {
        person: PersonId(id),
        skeleton: SkeletonId::Coco17.skeleton(),
        range,
        keypoints: (0..range.len() * 17).map(joint).collect(),
        seen: vec![true; range.len()].into(),
        is_spurious: false,
    }
}

/// The same track without what was seen in some frames, counted from its start.
fn hidden(track: &KeypointTrack, frames: std::ops::Range<usize>) -> KeypointTrack {
    let (mut keypoints, mut seen) = (track.keypoints.to_vec(), track.seen.to_vec());
    keypoints[frames.start * 17..frames.end * 17].fill(Keypoint::MISSING);
    seen[frames].fill(false);
    KeypointTrack { keypoints: keypoints.into(), seen: seen.into(), ..track.clone() }
}

fn score(tracks: &[KeypointTrack], options: &ActionOptions) -> ScoredPeople {
    let tracks: Vec<&KeypointTrack> = tracks.iter().collect();
    score_people(&model(Some(CLASSES)), &tracks, FPS, options, &CancelToken::new(), &NoProgress).unwrap()
}

fn people(scored: &ScoredPeople) -> Vec<Vec<u32>> {
    scored.scores.iter().map(|scores| scores.people.iter().map(|person| person.0).collect()).collect()
}

#[test]
fn windows_slide_over_a_person_and_hold_what_the_model_says_of_them() {
    let track = person(4, 0.0, FrameRange::new(100, 173));
    let scored = score(std::slice::from_ref(&track), &ActionOptions::default());
    assert!(scored.skipped.is_empty());
    assert_eq!(people(&scored), [[4]]);
    let scores = &scored.scores[0];
    assert_eq!((scores.kind, scores.classes), (ScoreKind::Logit, CLASSES));
    let starts: Vec<usize> = scores.windows.iter().map(|window| window.start).collect();
    assert_eq!(starts, [100, 110, 120, 130, 140, 143]);
    assert!(scores.windows.iter().all(|window| window.len() == 30));
    for (index, window) in scores.windows.iter().enumerate() {
        let clip = action_clip(&[&track], *window, CLIP, SecondPerson::Zeros);
        let wanted = model(Some(CLASSES)).score(&clip, 1, 2, CLIP, &CancelToken::new()).unwrap();
        assert!(scores.window(index).iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-5), "window {index}");
    }
    assert!(scores.window(0).iter().zip(scores.window(1)).any(|(a, b)| (a - b).abs() > 1e-5), "windows differ");
}

#[test]
fn people_near_each_other_are_scored_together_while_they_are() {
    let still = person(1, 0.0, FrameRange::new(0, 60));
    // Far for the first half, then beside the other: 170 pixels are 1 side.
    let mut comes = person(2, 150.0, FrameRange::new(0, 60));
    let far = comes.keypoints.iter().enumerate();
    comes.keypoints = far.map(|(i, k)| Keypoint::new(k.x + if i < 30 * 17 { 300.0 } else { 0.0 }, k.y, 0.9)).collect();
    let away = person(3, 2000.0, FrameRange::new(0, 60));
    let later = person(4, 20.0, FrameRange::new(60, 90));
    let tracks = [still, comes, away, later];
    let scored = score(&tracks, &ActionOptions::default());
    assert_eq!(people(&scored), [vec![1], vec![2], vec![3], vec![4], vec![1, 2]]);
    let together: Vec<usize> = scored.scores[4].windows.iter().map(|window| window.start).collect();
    assert_eq!(together, [20, 30], "in the window from 20 on, most frames are near");
    let none = score(&tracks, &ActionOptions { pairs_within: 0.0, ..ActionOptions::default() });
    assert_eq!(people(&none).len(), 4);
}

#[test]
fn one_frame_and_people_who_are_mostly_missing_are_skipped_with_a_reason() {
    let frame = person(1, 0.0, FrameRange::new(3, 4));
    let flicker = hidden(&person(2, 0.0, FrameRange::new(0, 40)), 2..38);
    let leaves = hidden(&person(3, 900.0, FrameRange::new(0, 90)), 30..80);
    let scored = score(&[frame, flicker, leaves], &ActionOptions::default());
    assert_eq!(people(&scored), [[3]]);
    assert_eq!(scored.scores[0].windows.iter().map(|window| window.start).collect::<Vec<_>>(), [0, 10]);
    let said: Vec<String> = scored.skipped.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("person 1") && said[0].contains("one frame"), "{}", said[0]);
    assert!(said[1].contains("person 2") && said[1].contains("less than half"), "{}", said[1]);
    assert!(said[2].contains("person 3") && said[2].contains("2 of 7 windows"), "{}", said[2]);
    assert_eq!(said.len(), 3);
    assert!(score(&[], &ActionOptions::default()).scores.is_empty());
}

#[test]
fn of_a_crowd_those_who_are_seen_longest_are_scored() {
    let crowd: Vec<KeypointTrack> =
        (1..=30).map(|id| person(id, 0.0, FrameRange::of_len(0, 10 + id as usize))).collect();
    let scored = score(&crowd, &ActionOptions::default());
    let singles: Vec<u32> = people(&scored).iter().filter(|people| people.len() == 1).map(|people| people[0]).collect();
    assert_eq!(singles, (15..=30).collect::<Vec<u32>>());
    assert_eq!(people(&scored).len(), 16 + 10);
    let said: Vec<String> = scored.skipped.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("16 of 30 people") && said[1].contains("10 of 120 pairs"), "{said:?}");
}

#[test]
fn clips_are_scored_as_they_are_and_other_models_are_refused() {
    let classifier = model(Some(CLASSES));
    let cancel = CancelToken::new();
    let clip: Vec<f32> = (0..2 * CLIP * 51).map(|i| (i as f32 * 0.7).sin()).collect();
    let both = score_clip(&classifier, &clip, 2, &cancel).unwrap();
    assert_eq!(*both, *classifier.score(&clip, 1, 2, CLIP, &cancel).unwrap());
    let one = &clip[..CLIP * 51];
    let alone = score_clip(&classifier, one, 1, &cancel).unwrap();
    let with_nobody = [one, &[0.0; CLIP * 51]].concat();
    assert_eq!(*alone, *classifier.score(&with_nobody, 1, 2, CLIP, &cancel).unwrap());
    assert!(matches!(score_clip(&classifier, &clip[..50], 1, &cancel), Err(InferError::ClipShape { values: 50 })));

    let embedding = model(None);
    assert_eq!((action_clip_len(&embedding), score_clip(&embedding, &clip, 2, &cancel).unwrap().len()), (CLIP, 8));
    let track = person(1, 0.0, FrameRange::new(0, 30));
    let scored = score_people(&embedding, &[&track], FPS, &ActionOptions::default(), &cancel, &NoProgress);
    assert!(matches!(scored, Err(InferError::NoClasses)));
    cancel.cancel();
    let stopped = score_people(&classifier, &[&track], FPS, &ActionOptions::default(), &cancel, &NoProgress);
    assert!(matches!(stopped, Err(InferError::Cancelled(_))));
}
