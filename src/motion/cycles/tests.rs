use std::f32::consts::TAU;
use std::sync::Arc;

use glam::{Quat, Vec3};

use super::*;
use crate::data::{FrameRange, H36M_JOINTS};
use crate::support::rng::SplitMix64;

const FPS: f64 = 30.0;
/// Somebody who stands, metres, y up, facing the camera (their right is at -x).
const STANDING: [[f32; 3]; H36M_JOINTS] = [
    [0.0, 0.95, 0.0],
    [-0.13, 0.95, 0.0],
    [-0.13, 0.5, 0.0],
    [-0.13, 0.08, 0.0],
    [0.13, 0.95, 0.0],
    [0.13, 0.5, 0.0],
    [0.13, 0.08, 0.0],
    [0.0, 1.2, 0.0],
    [0.0, 1.45, 0.0],
    [0.0, 1.55, 0.05],
    [0.0, 1.7, 0.0],
    [0.17, 1.43, 0.0],
    [0.2, 1.15, 0.0],
    [0.22, 0.9, 0.0],
    [-0.17, 1.43, 0.0],
    [-0.2, 1.15, 0.0],
    [-0.22, 0.9, 0.0],
];

/// Legs and arms of someone who walks, at a phase counted in cycles of two steps.
fn walking(phase: f32) -> [Vec3; H36M_JOINTS] {
    let mut joints = STANDING.map(Vec3::from);
    let swing = (TAU * phase).sin();
    // The foot is lifted only while it goes forward.
    let lift = |side: f32| (side * (TAU * phase).cos()).max(0.0);
    for (knee, ankle, elbow, wrist, side) in [(2, 3, 12, 13, 1.0), (5, 6, 15, 16, -1.0)] {
        joints[knee] += Vec3::new(0.0, 0.06 * lift(side), 0.15 * side * swing);
        joints[ankle] += Vec3::new(0.0, 0.15 * lift(side), 0.3 * side * swing);
        joints[elbow].z += 0.08 * side * swing;
        joints[wrist].z += 0.2 * side * swing;
    }
    joints
}

/// Down and up once per cycle.
fn squatting(phase: f32) -> [Vec3; H36M_JOINTS] {
    let down = 0.5 - 0.5 * (TAU * phase).cos();
    let mut joints = STANDING.map(Vec3::from);
    for (place, joint) in joints.iter_mut().enumerate() {
        match place {
            2 | 5 => *joint += Vec3::new(0.0, -0.15, 0.3) * down,
            3 | 6 => {}
            _ => *joint += Vec3::new(0.0, -0.4, -0.1) * down,
        }
    }
    for wrist in [13, 16] {
        joints[wrist] += Vec3::new(0.0, 0.5, 0.5) * down;
    }
    joints
}

fn track(frames: usize, pose: impl Fn(usize) -> [Vec3; H36M_JOINTS]) -> WorldTrack {
    let joints: Vec<Vec3> = (0..frames).flat_map(pose).collect();
    WorldTrack { person: PersonId(3), range: FrameRange::of_len(100, frames), joints_in_world: Arc::from(joints) }
}

/// `secs` of a movement whose cycles last `period` seconds.
fn steady(secs: f64, period: f64, pose: impl Fn(f32) -> [Vec3; H36M_JOINTS]) -> WorldTrack {
    track((secs * FPS) as usize, |frame| pose((frame as f64 / FPS / period) as f32))
}

fn counts(track: &WorldTrack) -> Vec<usize> {
    of_track(track, FPS).iter().map(Repetitions::count).collect()
}

fn shaken(track: &WorldTrack, by_m: f64) -> WorldTrack {
    let mut random = SplitMix64(7);
    let mut number = || ((0..12).map(|_| random.next_f64()).sum::<f64>() - 6.0) * by_m;
    let shaken: Vec<Vec3> = track
        .joints_in_world
        .iter()
        .map(|joint| *joint + Vec3::new(number() as f32, number() as f32, number() as f32))
        .collect();
    WorldTrack { joints_in_world: shaken.into(), ..track.clone() }
}

fn assert_periods(repetitions: &Repetitions, period_frames: f64, tolerance: f64) {
    for ends in repetitions.boundaries.windows(2) {
        let period = (ends[1] - ends[0]) as f64;
        assert!((period - period_frames).abs() <= tolerance, "{period} frames of {period_frames}");
    }
}

#[test]
fn two_steps_are_one_repetition() {
    let found = of_track(&steady(11.2, 1.1, walking), FPS);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].person, found[0].count()), (PersonId(3), 10));
    assert_periods(&found[0], 33.0, 1.5);
    assert!(found[0].strength > 0.95, "{}", found[0].strength);
}

#[test]
fn repetitions_of_many_tempos_are_counted() {
    for period in [0.4, 0.7, 1.3, 2.5, 4.0] {
        let found = of_track(&steady(period * 6.3, period, squatting), FPS);
        assert_eq!(found.iter().map(Repetitions::count).collect::<Vec<_>>(), [6], "period {period}");
        assert_periods(&found[0], period * FPS, 2.0);
    }
}

#[test]
fn the_tempo_may_drift_and_the_joints_may_shake() {
    // From 1 cycle per second to 1.6 within 20 seconds: 26 cycles.
    let drifting = track(600, |frame| {
        let secs = frame as f32 / FPS as f32;
        walking(secs + 0.015 * secs * secs)
    });
    assert_eq!(counts(&drifting), [25]);
    let noisy = of_track(&shaken(&drifting, 0.03), FPS);
    assert_eq!(noisy.len(), 1);
    assert!((24..=26).contains(&noisy[0].count()), "{}", noisy[0].count());
}

#[test]
fn bouts_with_a_pause_between_are_apart() {
    let pose = |frame: usize| match frame {
        60..210 => squatting((frame - 60) as f32 / 50.0),
        360..480 => squatting((frame - 360) as f32 / 30.0),
        _ => squatting(0.0),
    };
    let found = of_track(&track(560, pose), FPS);
    assert_eq!(found.iter().map(Repetitions::count).collect::<Vec<_>>(), [3, 4]);
    for (bout, (first, last)) in found.iter().zip([(60, 210), (360, 480)]) {
        let range = bout.range();
        assert!(range.start.abs_diff(100 + first) <= 12 && range.end.abs_diff(100 + last) <= 12, "{range:?}");
    }
}

#[test]
fn what_is_not_repeated_is_not_counted() {
    let still = track(900, |_| STANDING.map(Vec3::from));
    assert_eq!(of_track(&still, FPS), []);
    assert_eq!(of_track(&shaken(&still, 0.01), FPS), []);
    let one_squat = track(300, |frame| squatting(((frame as f32 - 120.0) / 40.0).clamp(0.0, 1.0)));
    assert_eq!(of_track(&one_squat, FPS), []);
    let down_and_stays = track(300, |frame| squatting(((frame as f32 - 120.0) / 80.0).clamp(0.0, 0.5)));
    assert_eq!(of_track(&down_and_stays, FPS), []);
}

#[test]
fn view_place_size_and_frame_rate_do_not_matter() {
    let walk = steady(8.0, 1.0, walking);
    let known = of_track(&walk, FPS);
    let turn = Quat::from_rotation_y(2.1);
    let moved: Vec<Vec3> = walk
        .joints_in_world
        .iter()
        .enumerate()
        .map(|(place, joint)| turn * *joint * 1.7 + Vec3::new(0.04, 0.0, 0.02) * (place / H36M_JOINTS) as f32)
        .collect();
    let moved = of_track(&WorldTrack { joints_in_world: moved.into(), ..walk.clone() }, FPS);
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].boundaries, known[0].boundaries);

    let fast = track(8 * 120, |frame| walking(frame as f32 / 120.0));
    let fast = of_track(&fast, 120.0);
    assert_eq!(fast.iter().map(Repetitions::count).collect::<Vec<_>>(), [known[0].count()]);
    assert_periods(&fast[0], 120.0, 5.0);
    // The same frames played at half the speed are as many repetitions.
    assert_eq!(of_track(&walk, FPS / 2.0)[0].count(), known[0].count());
}

#[test]
fn somebody_who_walks_in_a_circle_is_counted() {
    let round = track(378, |frame| {
        let turn = Quat::from_rotation_y(frame as f32 / 378.0 * TAU);
        walking(frame as f32 / 36.0).map(|joint| turn * (joint + Vec3::X * 2.0))
    });
    assert_eq!(counts(&round), [10]);
}

#[test]
fn camera_axes_give_the_same() {
    let world = steady(8.0, 1.0, walking);
    let joints = world.joints_in_world.iter().map(|joint| *joint * Vec3::new(1.0, -1.0, -1.0)).collect();
    let pose = PosePrediction {
        person: world.person,
        range: world.range,
        space: crate::data::Space::ClipBox,
        normalisation: crate::data::Normalisation::IDENTITY,
        joints,
    };
    assert_eq!(of_prediction(&pose, FPS), of_track(&world, FPS));
}

#[test]
fn broken_and_tiny_input_is_survived() {
    for frames in 0..20 {
        assert_eq!(of_track(&steady(f64::from(frames) / FPS, 0.5, walking), FPS), []);
    }
    let walk = steady(8.0, 1.0, walking);
    for fps in [0.0, -30.0, f64::NAN, f64::INFINITY, 0.01] {
        assert_eq!(of_track(&walk, fps), []);
    }
    let mut joints = walk.joints_in_world.to_vec();
    assert_eq!(
        of_track(&WorldTrack { joints_in_world: vec![Vec3::NAN; joints.len()].into(), ..walk.clone() }, FPS),
        []
    );
    for frame in [0, 31, 32, 33, 100] {
        joints[frame * H36M_JOINTS + 4] = Vec3::NAN;
    }
    let holed = of_track(&WorldTrack { joints_in_world: joints.into(), ..walk.clone() }, FPS);
    assert_eq!(holed.iter().map(Repetitions::count).collect::<Vec<_>>(), counts(&walk));
}

#[test]
fn boundaries_rise_and_lie_in_the_track() {
    let mut random = SplitMix64(3);
    for _ in 0..8 {
        let (period, secs) = (0.4 + 2.0 * random.next_f64(), 4.0 + 10.0 * random.next_f64());
        let walk = shaken(&steady(secs, period, walking), 0.05 * random.next_f64());
        let mut last = walk.range.start;
        for bout in of_track(&walk, FPS) {
            assert!(bout.count() >= 2 && (0.0..=1.0).contains(&bout.strength));
            assert!(bout.boundaries[0] >= last && bout.boundaries.is_sorted_by(|a, b| a < b));
            last = bout.range().end;
        }
        assert!(last <= walk.range.end);
    }
}

#[test]
fn a_long_walk_is_found_in_noise_that_hides_a_short_one() {
    let walk = |secs| shaken(&steady(secs, 1.1, walking), 0.11);
    let found: usize = counts(&walk(33.5)).iter().sum();
    assert!((27..=31).contains(&found), "{found} of 30");
    assert_eq!(counts(&shaken(&track(1000, |_| STANDING.map(Vec3::from)), 0.11)), [0; 0]);
}
