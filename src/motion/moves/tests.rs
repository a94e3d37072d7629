use glam::Vec3;

use super::*;
use crate::data::{H36M_JOINTS, Normalisation, PosePrediction, ScoreKind, Space};
use crate::motion::features;
use crate::support::rng::SplitMix64;

const FPS: f64 = 30.0;

/// Somebody who stands before the camera, in pixels.
fn standing() -> [Vec3; H36M_JOINTS] {
    let (x, y) = (900.0, 500.0);
    [
        [0.0, 0.0],
        [-20.0, 0.0],
        [-20.0, 80.0],
        [-20.0, 150.0],
        [20.0, 0.0],
        [20.0, 80.0],
        [20.0, 150.0],
        [0.0, -40.0],
        [0.0, -90.0],
        [0.0, -110.0],
        [0.0, -140.0],
        [40.0, -90.0],
        [50.0, -40.0],
        [50.0, 0.0],
        [-40.0, -90.0],
        [-50.0, -40.0],
        [-50.0, 0.0],
    ]
    .map(|[dx, dy]| Vec3::new(x + dx, y + dy, 0.0))
}

/// What joints do over a phase from 0 to 1.
type Movement = fn(&mut [Vec3; H36M_JOINTS], f32);

fn lift_left_arm(joints: &mut [Vec3; H36M_JOINTS], phase: f32) {
    let up = (phase * std::f32::consts::PI).sin();
    joints[12] += Vec3::new(10.0, -80.0, 0.0) * up;
    joints[13] += Vec3::new(10.0, -200.0, 0.0) * up;
}

fn lift_right_arm(joints: &mut [Vec3; H36M_JOINTS], phase: f32) {
    let up = (phase * std::f32::consts::PI).sin();
    joints[15] += Vec3::new(-10.0, -80.0, 0.0) * up;
    joints[16] += Vec3::new(-10.0, -200.0, 0.0) * up;
}

fn sit_down(joints: &mut [Vec3; H36M_JOINTS], phase: f32) {
    for knee in [2, 3, 5, 6] {
        joints[knee] += Vec3::new(0.0, -60.0 * phase, -70.0 * phase);
    }
}

fn stand_up(joints: &mut [Vec3; H36M_JOINTS], phase: f32) {
    sit_down(joints, 1.0 - phase);
}

fn stand(_: &mut [Vec3; H36M_JOINTS], _: f32) {}

/// One movement after the other, each over so many frames, with a little noise; the whole person seen from the side
/// that `turn` says.
fn motion(parts: &[(Movement, usize)], turn: f32, seed: u64) -> PosePrediction {
    let mut rng = SplitMix64(seed);
    let mut joints = Vec::new();
    for (movement, frames) in parts {
        for frame in 0..*frames {
            let mut pose = standing();
            movement(&mut pose, frame as f32 / *frames as f32);
            let (sin, cos) = turn.sin_cos();
            joints.extend(pose.map(|joint| {
                let out = joint - pose[0];
                let noise = Vec3::from_array([0; 3].map(|_| 2.0 * (rng.next_f64() as f32 - 0.5)));
                pose[0] + Vec3::new(cos * out.x + sin * out.z, out.y, cos * out.z - sin * out.x) + noise
            }));
        }
    }
    PosePrediction {
        person: PersonId(1),
        range: FrameRange::of_len(10, joints.len() / H36M_JOINTS),
        space: Space::ImagePixels,
        normalisation: Normalisation::IDENTITY,
        joints: joints.into(),
    }
}

fn features_of(poses: &PosePrediction) -> MotionFeatures {
    features::of_poses(poses, None, FPS, false)
}

fn find_in(query: &Query<'_, u8>, places: &[Place<'_, u8>], min_similarity: f32) -> Vec<Match<u8>> {
    find(query, places, &FindOptions { limit: 10, min_similarity }, &CancelToken::new()).unwrap()
}

#[test]
fn a_move_is_found_again_slower_and_from_another_side_and_is_not_its_own_match() {
    let clip = [(stand as Movement, 60), (lift_left_arm, 60), (stand, 60), (lift_left_arm, 80), (stand, 60)];
    let here = features_of(&motion(&clip, 0.0, 1));
    let there = features_of(&motion(&[(stand, 100), (sit_down, 60), (lift_left_arm, 60), (stand, 40)], 2.0, 2));
    let query = Query { key: 0, features: &here, range: FrameRange::new(70, 130), mirrored: None };
    let places = [Place { key: 0, features: &here }, Place { key: 1, features: &there }];
    let found = find_in(&query, &places, 0.9);
    assert_eq!(found.len(), 2, "{found:?}");
    let of = |key: u8| found.iter().find(|found| found.key == key).unwrap();
    assert!(overlap(of(0).range, FrameRange::new(190, 270)) > 0.9, "{found:?}");
    assert!(overlap(of(1).range, FrameRange::new(170, 230)) > 0.9, "{found:?}");
    assert!(found[0].similarity >= found[1].similarity && found.iter().all(|found| !found.is_mirrored));
}

#[test]
fn the_other_arm_is_found_only_when_mirrored_matches_are_wanted() {
    let poses = motion(&[(stand, 60), (lift_left_arm, 60), (stand, 60), (lift_right_arm, 60), (stand, 60)], 0.4, 3);
    let here = features_of(&poses);
    let mirrored = features::of_poses(&poses, None, FPS, true);
    let range = FrameRange::new(70, 130);
    let query = Query { key: 0, features: &here, range, mirrored: None };
    let places = [Place { key: 0, features: &here }];
    assert!(find_in(&query, &places, 0.9).is_empty());
    let found = find_in(&Query { mirrored: Some(&mirrored), ..query }, &places, 0.9);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].is_mirrored && overlap(found[0].range, FrameRange::new(190, 250)) > 0.9);
}

#[test]
fn sitting_down_is_not_standing_up() {
    let clip = [(stand as Movement, 40), (sit_down, 60), (stand_up, 60), (stand, 40), (sit_down, 60)];
    let here = features_of(&motion(&clip, 0.0, 4));
    let query = Query { key: 0, features: &here, range: FrameRange::new(50, 110), mirrored: None };
    let found = find_in(&query, &[Place { key: 0, features: &here }], 0.0);
    assert!(overlap(found[0].range, FrameRange::new(210, 270)) > 0.9, "{found:?}");
    assert!(found[1..].iter().all(|other| other.similarity < found[0].similarity - 0.1), "{found:?}");
}

#[test]
fn examples_name_what_others_do() {
    let left = features_of(&motion(&[(lift_left_arm, 60)], 0.0, 5));
    let sit = features_of(&motion(&[(sit_down, 60)], 0.0, 6));
    let person = features_of(&motion(&[(stand, 80), (sit_down, 64), (stand, 80), (lift_left_arm, 56)], 1.0, 7));
    let sample = |class, features: &'static MotionFeatures| MoveSample { class, features, range: features.range };
    let samples = [sample(0, Box::leak(Box::new(left))), sample(1, Box::leak(Box::new(sit)))];
    let scores = similarities(&person, &samples, 3, &CancelToken::new()).unwrap();
    assert_eq!((scores.kind, scores.classes, scores.people.as_slice()), (ScoreKind::Similarity, 3, &[PersonId(1)][..]));
    assert_eq!((scores.windows[0].start, scores.windows.last().unwrap().end), (10, person.range.end));
    assert!(scores.windows.windows(2).all(|pair| pair[0].end == pair[1].start));
    let at = |frame: usize| {
        let window = scores.windows.iter().position(|window| window.contains(crate::data::FrameIndex(frame))).unwrap();
        scores.window(window)
    };
    assert!(at(120)[1] > 0.95 && at(120)[1] > at(120)[0] + 0.2, "{:?}", at(120));
    assert!(at(260)[0] > 0.95 && at(260)[0] > at(260)[1] + 0.2, "{:?}", at(260));
    assert!(at(30)[0].max(at(30)[1]) < 0.9, "{:?}", at(30));
    assert!(scores.values.chunks_exact(3).all(|window| window[2] == -1.0), "a class without examples");
    assert!(scores.values.chunks_exact(3).all(|window| window[0] > -1.0 && window[1] > -1.0), "up to the ends");
}

#[test]
fn the_frame_rate_of_a_clip_makes_no_difference() {
    let slow = features_of(&motion(&[(stand, 60), (lift_left_arm, 60), (stand, 60)], 0.0, 9));
    let fast = motion(&[(stand, 60), (sit_down, 120), (stand, 60), (lift_left_arm, 120), (stand, 60)], 0.0, 10);
    let fast = features::of_poses(&fast, None, 2.0 * FPS, false);
    assert_eq!((slow.hop, fast.hop), (4, 8));
    let query = Query { key: 0, features: &slow, range: FrameRange::new(70, 130), mirrored: None };
    let found = find_in(&query, &[Place { key: 1, features: &fast }], 0.9);
    assert!(overlap(found[0].range, FrameRange::new(250, 370)) > 0.9, "{found:?}");
}

#[test]
fn too_little_to_go_by_is_said() {
    let here = features_of(&motion(&[(stand, 60)], 0.0, 8));
    let places = [Place { key: 0, features: &here }];
    let ask = |range, features| {
        find(&Query { key: 0, features, range, mirrored: None }, &places, &FindOptions::default(), &CancelToken::new())
    };
    assert_eq!(ask(FrameRange::new(10, 18), &here), Err(MoveError::TooShort { frames: 8, least: 16 }));
    assert_eq!(ask(FrameRange::new(500, 900), &here), Err(MoveError::TooShort { frames: 0, least: 16 }));
    let unseen = MotionFeatures { seen: vec![0.25; here.rows()].into(), ..here.clone() };
    assert_eq!(ask(here.range, &unseen), Err(MoveError::NotSeen { percent: 25 }));
    let elsewhere = Place { key: 1, features: &unseen };
    let query = Query { key: 0, features: &here, range: here.range, mirrored: None };
    assert!(find_in(&query, &[elsewhere], -1.0).is_empty(), "nobody was seen there");
    let cancel = CancelToken::new();
    cancel.cancel();
    assert!(find(&query, &places, &FindOptions::default(), &cancel).is_err());
}
