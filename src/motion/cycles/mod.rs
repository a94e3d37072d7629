//! Repetitions: stretches in which somebody does the same again and again (steps, squats, jumping jacks), cut into
//! repetitions that all begin at the same phase.
//!
//! - `features`: the pose as the person has it, whatever the view: limbs against the root, turned by a smoothed heading.
//! - `tempo`: how alike the movement is to itself one period later, for all periods, and the path of the period in time.
//! - `boundaries`: where in such a stretch a repetition begins, by the pose at the turning point of the movement.
//!
//! A repetition is a full cycle, after which the same limb is in the same place again: two steps of walking are one.
//! Half a period never wins, as left and right differ then; twice the period does not, as it is alike no more than once.
//! All is linear in the number of frames. Thresholds were chosen on the training subjects of labelled motion capture,
//! as it is and as lifted by the starter model from noisy keypoints.

mod boundaries;
mod features;
mod tempo;
#[cfg(test)]
mod tests;

use glam::Vec3;

use crate::data::{H36M_JOINTS, PersonId, PosePrediction, Repetitions, WorldTrack};

/// Frames per second that are looked at: more tell nothing more of such movements.
const LOOKED_AT_FPS: f64 = 30.0;

/// Everything that the person repeats, in the order of time.
pub fn of_track(track: &WorldTrack, fps: f64) -> Vec<Repetitions> {
    find(track.person, track.range.start, &track.joints_in_world, fps)
}

/// As [`of_track`], for joints in camera axes (x right, y down, z away), in whatever units.
pub fn of_prediction(pose: &PosePrediction, fps: f64) -> Vec<Repetitions> {
    let upright: Vec<Vec3> = pose.joints.iter().map(|joint| joint * Vec3::new(1.0, -1.0, -1.0)).collect();
    find(pose.person, pose.range.start, &upright, fps)
}

/// `joints` // [T, 17], y up, the first of them at frame `start`
fn find(person: PersonId, start: usize, joints: &[Vec3], fps: f64) -> Vec<Repetitions> {
    if !(fps.is_finite() && fps > 0.0) {
        return Vec::new();
    }
    let frames = joints.as_chunks::<H36M_JOINTS>().0;
    let step = (fps / LOOKED_AT_FPS).round().max(1.0) as usize;
    let rows = features::of(frames, step, fps);
    let mut found: Vec<Repetitions> = Vec::new();
    let mut earliest = 0;
    for bout in tempo::bouts(&rows, fps / step as f64) {
        let Some(repeated) = boundaries::of(&rows, &bout, earliest) else { continue };
        earliest = repeated.boundaries.last().copied().unwrap_or(earliest);
        let boundaries = repeated.boundaries.iter().map(|row| start + row * step).collect();
        found.push(Repetitions { person, boundaries, strength: repeated.strength });
    }
    found
}
