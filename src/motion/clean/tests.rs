use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, H36M_JOINTS, PersonId};
use crate::support::rng::SplitMix64;

const SIZE: f32 = 400.0;
/// Farther than this from the truth, in pixels, a joint is wrong.
const WRONG: f32 = 0.04 * SIZE;

const SWAPS: Cleaning = Cleaning { repair_swaps: true, ..OFF };
const OFF: Cleaning = Cleaning { min_confidence: None, repair_swaps: false, outliers: None, max_gap_frames: None };

fn track(keypoints: Vec<Keypoint>) -> KeypointTrack {
    let seen: Vec<bool> = keypoints.chunks_exact(H36M_JOINTS).map(|frame| frame.iter().any(is_known)).collect();
    KeypointTrack {
        person: PersonId(3),
        skeleton: &H36M_17,
        range: FrameRange::of_len(20, seen.len()),
        keypoints: keypoints.into(),
        seen: seen.into(),
        is_spurious: false,
    }
}

fn with_keypoints(track: &KeypointTrack, change: impl FnOnce(&mut [Keypoint])) -> KeypointTrack {
    let mut keypoints = track.keypoints.to_vec();
    change(&mut keypoints);
    self::track(keypoints)
}

/// Somebody who walks on the spot and turns, `turn` rounds a second at 30 frames a second, seen level from far away.
fn turning_walker(frames: usize, turn: f32, noise: f32, seed: u64) -> KeypointTrack {
    let mut rng = SplitMix64(seed);
    let mut keypoints = Vec::with_capacity(frames * H36M_JOINTS);
    for frame in 0..frames {
        let time = frame as f32 / 30.0;
        let angle = std::f32::consts::TAU * turn * time;
        let stride = (std::f32::consts::TAU * 0.9 * time).sin();
        // To the left of the body, up from the hips, forward; in body heights.
        let limb = |side: f32, width: f32, up: f32, swing: f32| [side * width, up, side * stride * swing];
        let body: [[f32; 3]; H36M_JOINTS] = [
            [0.0, 0.0, 0.0],
            limb(-1.0, 0.08, 0.0, 0.0),
            limb(-1.0, 0.08, -0.25, 0.1),
            limb(-1.0, 0.08, -0.48, 0.2),
            limb(1.0, 0.08, 0.0, 0.0),
            limb(1.0, 0.08, -0.25, 0.1),
            limb(1.0, 0.08, -0.48, 0.2),
            [0.0, 0.15, 0.0],
            [0.0, 0.3, 0.0],
            [0.0, 0.36, 0.06],
            [0.0, 0.45, 0.02],
            limb(1.0, 0.11, 0.29, 0.0),
            limb(1.0, 0.14, 0.13, -0.07),
            limb(1.0, 0.15, 0.0, -0.15),
            limb(-1.0, 0.11, 0.29, 0.0),
            limb(-1.0, 0.14, 0.13, -0.07),
            limb(-1.0, 0.15, 0.0, -0.15),
        ];
        keypoints.extend(body.map(|[left, up, forward]| {
            let mut tremble = || noise * (rng.next_f64() as f32 + rng.next_f64() as f32 - 1.0);
            let x = 640.0 + SIZE * (left * angle.cos() + forward * angle.sin()) + tremble();
            Keypoint::new(x, 360.0 - SIZE * up + tremble(), 0.9)
        }));
    }
    track(keypoints)
}

/// Joints of `found` that are not where they should be.
fn wrong_joints(found: &KeypointTrack, truth: &KeypointTrack) -> usize {
    let is_wrong = |(found, truth): &(&Keypoint, &Keypoint)| {
        found.is_missing() != truth.is_missing() || (found.x - truth.x).hypot(found.y - truth.y) > WRONG
    };
    found.keypoints.iter().zip(truth.keypoints.iter()).filter(is_wrong).count()
}

fn swap_sides(keypoints: &mut [Keypoint], frame: usize, pairs: &[(usize, usize)]) {
    for (left, right) in pairs {
        keypoints.swap(frame * H36M_JOINTS + left, frame * H36M_JOINTS + right);
    }
}

#[test]
fn off_gives_the_very_same_track() {
    let walker = with_keypoints(&turning_walker(30, 0.3, 1.0, 1), |keypoints| keypoints[40] = Keypoint::MISSING);
    let cleaned = Cleaning::default().apply(&walker);
    assert!(Arc::ptr_eq(&cleaned.track.keypoints, &walker.keypoints) && Arc::ptr_eq(&cleaned.track.seen, &walker.seen));
    assert!(cleaned.repairs.is_empty());
    assert_eq!(cleaned.repairs.to_string(), "nothing to repair");
}

#[test]
fn uncertain_joints_are_taken_away() {
    let walker = with_keypoints(&turning_walker(4, 0.0, 0.0, 1), |keypoints| {
        keypoints[5].confidence = 0.29;
        keypoints[6].confidence = 0.3;
        keypoints[2 * H36M_JOINTS..3 * H36M_JOINTS].iter_mut().for_each(|keypoint| keypoint.confidence = 0.1);
    });
    let cleaned = Cleaning { min_confidence: Some(0.3), ..OFF }.apply(&walker);
    assert_eq!(cleaned.repairs, Repairs { uncertain_joints: 18, ..Repairs::default() });
    assert_eq!(cleaned.track.keypoints[5], Keypoint::MISSING);
    assert_eq!(cleaned.track.keypoints[6], walker.keypoints[6]);
    assert_eq!(*cleaned.track.seen, [true, true, false, true]);
    assert_eq!((cleaned.track.range, cleaned.track.person), (walker.range, walker.person));
}

#[test]
fn a_jump_is_an_outlier_and_a_tremble_is_not() {
    let still = turning_walker(60, 0.0, 0.0, 1);
    let hampel = Cleaning { outliers: Some(Hampel::default()), ..OFF };
    let place = |frame: usize, joint: usize| frame * H36M_JOINTS + joint;
    let broken = with_keypoints(&still, |keypoints| {
        keypoints[place(20, 10)].y += 0.2 * SIZE;
        keypoints[place(40, 7)].x -= 0.1 * SIZE;
        // The head and the belly do not move at all, so any deviation is infinitely many of them.
        keypoints[place(30, 10)].x += 0.005 * SIZE;
    });
    let cleaned = hampel.apply(&broken);
    assert_eq!(cleaned.repairs, Repairs { outlier_joints: 2, ..Repairs::default() });
    for (frame, joint) in [(20, 10), (40, 7)] {
        assert!(cleaned.track.keypoints[place(frame, joint)].is_missing());
    }
    let loose = Cleaning { outliers: Some(Hampel { threshold: 25.0, ..Hampel::default() }), ..OFF };
    assert_eq!(loose.apply(&broken).repairs.outlier_joints, 1);
}

#[test]
fn gaps_up_to_the_limit_are_filled_by_a_curve() {
    // A thrown ball instead of a hip.
    let place = |frame: usize| Keypoint::new(10.0 * frame as f32, 0.5 * (frame as f32 - 15.0).powi(2), 0.8);
    let whole = track((0..30).flat_map(|frame| [place(frame); H36M_JOINTS]).collect());
    let missing = [(3, 5..9), (4, 5..10), (5, 0..3), (6, 28..30)];
    let broken = with_keypoints(&whole, |keypoints| {
        for (joint, frames) in missing.clone() {
            for frame in frames {
                keypoints[frame * H36M_JOINTS + joint] = Keypoint::MISSING;
            }
        }
        // Nobody at all for two frames, and the neighbour before is less certain.
        keypoints[20 * H36M_JOINTS..22 * H36M_JOINTS].fill(Keypoint::MISSING);
        keypoints[19 * H36M_JOINTS + 2].confidence = 0.2;
    });
    assert_eq!(broken.seen_count(), 28);
    let cleaned = Cleaning { max_gap_frames: Some(4), ..OFF }.apply(&broken);
    assert_eq!(cleaned.repairs, Repairs { filled_joints: 4 + 2 * H36M_JOINTS, ..Repairs::default() });
    let found = |frame: usize, joint: usize| cleaned.track.keypoints[frame * H36M_JOINTS + joint];
    for (joint, frames) in missing {
        for frame in frames {
            assert_eq!(found(frame, joint).is_missing(), joint != 3, "joint {joint}, frame {frame}");
        }
    }
    for frame in [5, 8, 20, 21] {
        let (found, truth) = (found(frame, 3), place(frame));
        assert!((found.x - truth.x).abs() < 1e-3 && (found.y - truth.y).abs() < 1.0, "{found:?} for {truth:?}");
        assert_eq!(found.confidence, 0.4);
    }
    assert_eq!(found(20, 2).confidence, 0.1);
    assert_eq!(cleaned.track.seen_count(), 30);
    let shorter = Cleaning { max_gap_frames: Some(1), ..OFF }.apply(&broken);
    assert_eq!(shorter.track.keypoints, broken.keypoints);
    assert_eq!(shorter.track.seen, broken.seen);
}

#[test]
fn swaps_of_the_body_and_of_limbs_are_repaired() {
    let truth = turning_walker(300, 0.15, 2.0, 7);
    let legs = &[(4, 1), (5, 2), (6, 3)][..];
    let shins = &[(5, 2), (6, 3)][..];
    let forearms = &[(12, 15), (13, 16)][..];
    let places = [
        (H36M_17.mirror_pairs, 0..3),
        (H36M_17.mirror_pairs, 100..101),
        (legs, 102..106),
        (H36M_17.mirror_pairs, 190..220),
        (forearms, 205..207),
        (shins, 240..245),
        (H36M_17.mirror_pairs, 298..300),
    ];
    let broken = with_keypoints(&truth, |keypoints| {
        for (pairs, frames) in places {
            for frame in frames {
                swap_sides(keypoints, frame, pairs);
            }
        }
    });
    let cleaned = SWAPS.apply(&broken);
    let wrong = [&broken, &cleaned.track].map(|track| wrong_joints(track, &truth));
    // For three frames hips that are near each other go with the shins.
    assert_eq!(wrong, [466, 6]);
}

#[test]
fn a_swap_across_a_gap_is_repaired() {
    let truth = with_keypoints(&turning_walker(120, 0.0, 1.0, 5), |keypoints| {
        keypoints[50 * H36M_JOINTS..53 * H36M_JOINTS].fill(Keypoint::MISSING);
    });
    let broken = with_keypoints(&truth, |keypoints| {
        for frame in 44..50 {
            swap_sides(keypoints, frame, H36M_17.mirror_pairs);
        }
    });
    assert!(wrong_joints(&broken, &truth) > 50);
    assert_eq!(wrong_joints(&SWAPS.apply(&broken).track, &truth), 0);
}

#[test]
fn odd_tracks_do_no_harm() {
    let everything = Cleaning {
        min_confidence: Some(0.2),
        repair_swaps: true,
        outliers: Some(Hampel { half_window_frames: 0, threshold: 0.0 }),
        max_gap_frames: Some(usize::MAX),
    };
    let nan = Keypoint::new(f32::NAN, 1.0, 1.0);
    for frames in 0..5 {
        for keypoint in [Keypoint::MISSING, Keypoint::new(5.0, 5.0, 1.0), nan] {
            let cleaned = everything.apply(&track(vec![keypoint; frames * H36M_JOINTS]));
            assert!(cleaned.repairs.is_empty());
            assert_eq!(cleaned.track.seen.len(), frames);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Limbs that swing and cross, however somebody turns, are no swaps.
    #[test]
    fn turns_are_no_swaps(turn in -1.2f32..1.2, noise in 0.0f32..4.0, seed in any::<u64>()) {
        let walker = turning_walker(150, turn, noise, seed);
        let cleaned = SWAPS.apply(&walker);
        prop_assert_eq!(cleaned.repairs.swapped_joints, 0);
        prop_assert_eq!(&cleaned.track.keypoints, &walker.keypoints);
    }

    #[test]
    fn fast_limbs_are_no_outliers(turn in -0.5f32..0.5, seed in any::<u64>()) {
        let walker = turning_walker(150, turn, 1.0, seed);
        let removed = Cleaning { outliers: Some(Hampel::default()), ..OFF }.apply(&walker).repairs.outlier_joints;
        prop_assert!(removed <= 13, "{} of 2550", removed);
    }
}
