//! Cleaning against damaged copies of the demo clip: what is repaired, and what was right before and is not after.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use std::sync::Arc;

use motionbert::data::{Keypoint, KeypointTrack};
use motionbert::io::keypoints::{self, Loaded, ReadContext};
use motionbert::motion::clean::{Cleaned, Hampel};
use motionbert::motion::{Cleaning, people};
use motionbert::support::rng::SplitMix64;
use motionbert::support::{CancelToken, Notices};

/// Farther than this from the undamaged place a joint is wrong; people of the demo are about 400 px tall.
const WRONG_PX: f32 = 16.0;

fn demo() -> Vec<KeypointTrack> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo-alphapose.json");
    let Loaded::Keypoints(recording) = keypoints::read(&path, &ReadContext::default()).unwrap() else {
        panic!("these are keypoints");
    };
    people::split(&recording, 30.0, &Notices::new(), &CancelToken::new()).unwrap()
}

fn damaged(track: &KeypointTrack, damage: impl FnOnce(&mut [Keypoint], &KeypointTrack)) -> KeypointTrack {
    let joints = track.skeleton.len();
    let mut keypoints = track.keypoints.to_vec();
    damage(&mut keypoints, track);
    let seen = keypoints.chunks_exact(joints).map(|frame| frame.iter().any(|joint| !joint.is_missing())).collect();
    KeypointTrack { keypoints: keypoints.into(), seen, ..track.clone() }
}

/// Joints of the whole clip, both people.
#[derive(Debug, Default, PartialEq, Eq)]
struct Score {
    /// Wrong or missing through the damage.
    damaged: usize,
    /// Of these, right again.
    repaired: usize,
    /// Right before cleaning, and wrong or missing after.
    harmed: usize,
}

impl Score {
    fn add(&mut self, truth: &KeypointTrack, damaged: &KeypointTrack, cleaned: &KeypointTrack) {
        let is_right = |found: &Keypoint, truth: &Keypoint| {
            !found.is_missing() && (found.x - truth.x).hypot(found.y - truth.y) <= WRONG_PX
        };
        for (at, truth) in truth.keypoints.iter().enumerate().filter(|(_, truth)| !truth.is_missing()) {
            let [before, after] = [damaged, cleaned].map(|track| is_right(&track.keypoints[at], truth));
            self.damaged += usize::from(!before);
            self.repaired += usize::from(!before && after);
            self.harmed += usize::from(before && !after);
        }
    }
}

fn score(cleaning: &Cleaning, mut damage: impl FnMut(&mut [Keypoint], &KeypointTrack)) -> Score {
    let mut score = Score::default();
    for truth in demo() {
        let broken = damaged(&truth, &mut damage);
        score.add(&truth, &broken, &cleaning.apply(&broken).track);
    }
    score
}

/// Joints thrown by 15 to 50 % of the person's height.
fn spikes(keypoints: &mut [Keypoint], rng: &mut SplitMix64, count: usize) {
    for _ in 0..count {
        let keypoint = &mut keypoints[(rng.next_f64() * keypoints.len() as f64) as usize];
        if !keypoint.is_missing() {
            let (angle, length) = (std::f64::consts::TAU * rng.next_f64(), 60.0 + 140.0 * rng.next_f64());
            keypoint.x += (length * angle.cos()) as f32;
            keypoint.y += (length * angle.sin()) as f32;
        }
    }
}

/// Every 24 frames, left and right change places for 1 to 6 frames: of the body, then of the legs, then of the arms.
fn swaps(keypoints: &mut [Keypoint], track: &KeypointTrack, rng: &mut SplitMix64) {
    let joints = track.skeleton.len();
    let pairs = |ends: &'static [&str]| {
        let is_in = move |joint: usize| ends.iter().any(|end| track.skeleton.joints[joint].ends_with(end));
        track.skeleton.mirror_pairs.iter().filter(move |(left, _)| is_in(*left)).collect::<Vec<_>>()
    };
    let parts = [pairs(&[""]), pairs(&["hip", "knee", "ankle", "toe", "heel"]), pairs(&["shoulder", "elbow", "wrist"])];
    for (number, start) in (12..track.range.len() - 12).step_by(24).enumerate() {
        for frame in start..start + 1 + (6.0 * rng.next_f64()) as usize {
            for (left, right) in &parts[number % parts.len()] {
                keypoints.swap(frame * joints + left, frame * joints + right);
            }
        }
    }
}

/// Every 24 frames, nobody is seen for 1 to 6 frames.
fn drops(keypoints: &mut [Keypoint], track: &KeypointTrack, rng: &mut SplitMix64) {
    let joints = track.skeleton.len();
    for start in (24..track.range.len() - 12).step_by(24) {
        let frames = 1 + (6.0 * rng.next_f64()) as usize;
        keypoints[start * joints..(start + frames) * joints].fill(Keypoint::MISSING);
    }
}

const SWAPS: Cleaning = Cleaning { min_confidence: None, repair_swaps: true, outliers: None, max_gap_frames: None };

fn everything() -> Cleaning {
    Cleaning { outliers: Some(Hampel::default()), max_gap_frames: Some(6), ..SWAPS }
}

#[test]
fn off_is_the_very_same_track() {
    for track in demo() {
        let Cleaned { track: cleaned, repairs } = Cleaning::default().apply(&track);
        assert!(Arc::ptr_eq(&cleaned.keypoints, &track.keypoints) && Arc::ptr_eq(&cleaned.seen, &track.seen));
        assert!(repairs.is_empty());
    }
}

#[test]
fn the_undamaged_demo_has_no_swaps_and_hardly_an_outlier() {
    for track in demo() {
        let cleaned = SWAPS.apply(&track);
        assert_eq!(cleaned.repairs.swapped_joints, 0);
        assert_eq!(cleaned.track.keypoints, track.keypoints);
        let outliers = Cleaning { outliers: Some(Hampel::default()), ..Cleaning::default() }.apply(&track);
        assert!(outliers.repairs.outlier_joints <= 8, "{} of 9360", outliers.repairs.outlier_joints);
    }
}

#[test]
fn swapped_sides_are_repaired() {
    let mut rng = SplitMix64(11);
    let found = score(&SWAPS, |keypoints, track| swaps(keypoints, track, &mut rng));
    assert_eq!(found, Score { damaged: 1444, repaired: 1444, harmed: 0 });
}

#[test]
fn spikes_are_repaired() {
    let mut rng = SplitMix64(12);
    let cleaning = Cleaning { repair_swaps: false, ..everything() };
    let found = score(&cleaning, |keypoints, _| spikes(keypoints, &mut rng, 200));
    // A spike at the end of the clip or beside a gap has nothing to be filled from.
    assert!(found.damaged > 380 && found.repaired * 100 >= found.damaged * 94 && found.harmed <= 1, "{found:?}");
}

#[test]
fn dropped_frames_are_filled() {
    let mut rng = SplitMix64(13);
    let cleaning = Cleaning { max_gap_frames: Some(6), ..Cleaning::default() };
    let found = score(&cleaning, |keypoints, track| drops(keypoints, track, &mut rng));
    assert_eq!(found, Score { damaged: 2600, repaired: 2600, harmed: 0 });
}

#[test]
fn all_kinds_of_damage_together() {
    let mut rng = SplitMix64(14);
    let found = score(&everything(), |keypoints, track| {
        swaps(keypoints, track, &mut rng);
        spikes(keypoints, &mut rng, 200);
        drops(keypoints, track, &mut rng);
    });
    assert!(found.damaged > 3600 && found.repaired * 100 >= found.damaged * 97 && found.harmed <= 6, "{found:?}");
}
