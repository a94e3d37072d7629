//! A take as a detector of 2D joints would have seen it: from a random side, with its errors.

use std::f32::consts::TAU;

use glam::{Vec2, Vec3};
use motionbert::data::skeleton::H36M_17;
use motionbert::data::{FrameRange, H36M_JOINTS, Keypoint, KeypointTrack, PersonId};
use motionbert::support::rng::{SplitMix64, fnv1a64};

use crate::takes::Take;

/// Pixels from the middle of the person's box to its edge.
const PERSON_PX: f32 = 300.0;
/// Frames from one drawn error to the next; between them errors change steadily, as those of detectors do.
const KEY_FRAMES: usize = 9;
/// Errors as shares of the half box: mean spread of a joint, range of outliers and how many there are, and what changes
/// from frame to frame. After the corruption that MotionBERT is pretrained with.
const SPREAD: f32 = 0.012;
const OUTLIER_RANGE: f32 = 0.06;
const OUTLIERS: f64 = 0.1;
const JITTER: f32 = 0.002;
/// Confidence from the size of the error: a / (error + a) + b * error and a normal variable.
const CONFIDENCE: (f32, f32) = (0.028, 1.1);
const CONFIDENCE_NORMAL: (f32, f32) = (-0.0046, 0.143);
/// Chance that a joint is lost in a frame, for 2 to 11 frames, and that the whole person is, for 1 to 5.
const JOINT_LOST: f64 = 0.05 / 6.0;
const PERSON_LOST: f64 = 0.02 / 3.0;

/// Random numbers of one take before one camera, the same in every run.
pub fn numbers(take: &Take, draw: u64) -> SplitMix64 {
    SplitMix64(fnv1a64(take.id.as_bytes()) ^ draw.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn between(numbers: &mut SplitMix64, low: f32, high: f32) -> f32 {
    low + (high - low) * numbers.next_f64() as f32
}

fn normal(numbers: &mut SplitMix64) -> f32 {
    let radius = (-2.0 * (1.0 - numbers.next_f64()).ln()).sqrt() as f32;
    radius * (TAU * numbers.next_f64() as f32).cos()
}

/// The take before a camera that stands still somewhere around it, as keypoints with a detector's errors.
pub fn film(take: &Take, numbers: &mut SplitMix64) -> KeypointTrack {
    let (mut places, frames) = (project(take, numbers), take.frames());
    let unit = half_box(&places) / PERSON_PX;
    places.iter_mut().for_each(|place| *place /= unit);
    let errors = errors(frames, numbers);
    let mut keypoints: Vec<Keypoint> = places
        .iter()
        .zip(&errors)
        .map(|(place, error)| {
            let size = error.length();
            let (a, b) = CONFIDENCE;
            let normal = CONFIDENCE_NORMAL.0 + CONFIDENCE_NORMAL.1 * normal(numbers);
            let confidence = (a / (size + a) + b * size + normal).clamp(0.02, 1.0);
            let seen = *place + *error * PERSON_PX;
            Keypoint::new(seen.x, seen.y, confidence)
        })
        .collect();
    let mut seen = vec![true; frames];
    for frame in 0..frames {
        for joint in 0..H36M_JOINTS {
            if numbers.next_f64() < JOINT_LOST {
                let end = frames.min(frame + between(numbers, 2.0, 12.0) as usize);
                (frame..end).for_each(|frame| keypoints[frame * H36M_JOINTS + joint] = Keypoint::MISSING);
            }
        }
        if numbers.next_f64() < PERSON_LOST {
            let end = frames.min(frame + between(numbers, 1.0, 6.0) as usize);
            seen[frame..end].fill(false);
            keypoints[frame * H36M_JOINTS..end * H36M_JOINTS].fill(Keypoint::MISSING);
        }
    }
    KeypointTrack {
        person: PersonId(1),
        skeleton: &H36M_17,
        range: FrameRange::of_len(0, frames),
        keypoints: keypoints.into(),
        seen: seen.into(),
        is_spurious: false,
    }
}

/// Through a lens at a random height and side, far enough away to see the whole take. // [frames, 17], y down
fn project(take: &Take, numbers: &mut SplitMix64) -> Vec<Vec2> {
    let joints = &take.joints_in_world;
    let low = joints.iter().copied().fold(Vec3::INFINITY, Vec3::min);
    let high = joints.iter().copied().fold(Vec3::NEG_INFINITY, Vec3::max);
    let (azimuth, elevation) = (between(numbers, 0.0, TAU), between(numbers, -5.0, 25.0).to_radians());
    let distance = between(numbers, 1.3, 2.5) * low.distance(high).max(1.8);
    let back = Vec3::new(azimuth.sin() * elevation.cos(), elevation.sin(), azimuth.cos() * elevation.cos());
    let eye = (low + high) / 2.0 + back * distance;
    let right = Vec3::Y.cross(back).normalize();
    let up = back.cross(right);
    let in_picture = |joint: &Vec3| {
        let from_eye = *joint - eye;
        Vec2::new(from_eye.dot(right), -from_eye.dot(up)) / from_eye.dot(-back)
    };
    joints.iter().map(in_picture).collect()
}

/// Half the side of the square around the person in the median frame.
fn half_box(places: &[Vec2]) -> f32 {
    let side = |frame: &[Vec2]| {
        let low = frame.iter().copied().fold(Vec2::INFINITY, Vec2::min);
        let high = frame.iter().copied().fold(Vec2::NEG_INFINITY, Vec2::max);
        (high - low).max_element()
    };
    let mut sides: Vec<f32> = places.chunks_exact(H36M_JOINTS).map(side).collect();
    sides.sort_by(f32::total_cmp);
    (sides[sides.len() / 2] / 2.0).max(1e-6)
}

/// Errors of every joint in every frame, in half boxes. // [frames, 17]
fn errors(frames: usize, numbers: &mut SplitMix64) -> Vec<Vec2> {
    let spreads: Vec<f32> = (0..H36M_JOINTS).map(|_| SPREAD * between(numbers, 0.5, 1.5)).collect();
    let keys: Vec<Vec2> = (0..(frames / KEY_FRAMES + 2) * H36M_JOINTS)
        .map(|place| {
            if numbers.next_f64() < OUTLIERS {
                let half = OUTLIER_RANGE;
                Vec2::new(between(numbers, -half, half), between(numbers, -half, half))
            } else {
                Vec2::new(normal(numbers), normal(numbers)) * spreads[place % H36M_JOINTS]
            }
        })
        .collect();
    (0..frames * H36M_JOINTS)
        .map(|place| {
            let (frame, joint) = (place / H36M_JOINTS, place % H36M_JOINTS);
            let key = frame / KEY_FRAMES * H36M_JOINTS + joint;
            let along = (frame % KEY_FRAMES) as f32 / KEY_FRAMES as f32;
            keys[key].lerp(keys[key + H36M_JOINTS], along) + Vec2::new(normal(numbers), normal(numbers)) * JITTER
        })
        .collect()
}
