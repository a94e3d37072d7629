//! Where a body stands: the path of its root from a 3D pose of the same clip, in front of the camera and in the world.
//!
//! A mesh model says how a body is turned and posed, not where it is. The pose model's joints are of no known size, so
//! one scale for the clip makes them as large as the body; with it the root's path becomes metres.

use std::sync::Arc;

use glam::{DVec3, Quat, Vec3};

use super::Placement;
use super::placement::{ANKLE_HEIGHT_M, chain_length, percentile};
use super::skin::{Landmarks, joint_transforms};
use crate::data::body::{BODY_JOINTS, Betas, BodyFrame, BodyModel, BodyPose, BodyTrack};
use crate::data::skeleton::H36M_JOINTS;
use crate::data::{FrameIndex, PosePrediction, WorldTrack};

/// Steps of reweighting; the scale has settled to 1e-6 long before.
const STEPS: usize = 50;
/// A residual weighs no more than one of this share of the joints' spread does, so that exact fits stay finite.
const MIN_RESIDUAL_SHARE: f64 = 1e-6;
/// Ankles among the 17 joints.
const ANKLES: [usize; 2] = [3, 6];

/// The 17 joints of a body over time, in the space of its track.
pub fn joints_over_time(track: &BodyTrack, body: &BodyModel, landmarks: &Landmarks) -> Vec<[Vec3; H36M_JOINTS]> {
    let mut shape = None;
    let frames = track.poses.iter().zip(track.betas.iter()).zip(track.translations.iter());
    let joints = frames.map(|((pose, betas), translation)| {
        let rest_joints = match shape {
            Some((known, rest_joints)) if known == betas => rest_joints,
            _ => body.rest_joints(betas),
        };
        shape = Some((betas, rest_joints));
        landmarks.joints(betas, &joint_transforms(&rest_joints, pose, *translation), &rest_joints)
    });
    joints.collect()
}

/// Scale and offset that bring `points` to `targets` with the least mean distance: the geometric median's way, least
/// squares weighted anew by one over the distance. None if the points lie all in one place or the scale would be
/// negative.
pub fn fit_scale(points: &[Vec3], targets: &[Vec3]) -> Option<(f32, Vec3)> {
    let pairs: Vec<(DVec3, DVec3)> = points
        .iter()
        .zip(targets)
        .filter(|(point, target)| point.is_finite() && target.is_finite())
        .map(|(point, target)| (point.as_dvec3(), target.as_dvec3()))
        .collect();
    let mut weights = vec![1.0; pairs.len()];
    let mut fitted = None;
    for _ in 0..STEPS {
        let total: f64 = weights.iter().sum();
        let weighted = || pairs.iter().zip(&weights);
        let mean = |of: fn(&(DVec3, DVec3)) -> DVec3| {
            weighted().map(|(pair, weight)| of(pair) * *weight).sum::<DVec3>() / total
        };
        let (from, to) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let spread: f64 = weighted().map(|((point, _), weight)| weight * (*point - from).length_squared()).sum();
        let shared: f64 = weighted().map(|((point, target), weight)| weight * (*point - from).dot(*target - to)).sum();
        let scale = shared / spread;
        if !scale.is_finite() || scale <= 0.0 {
            return None;
        }
        let offset = to - scale * from;
        let least = MIN_RESIDUAL_SHARE * scale * (spread / total).sqrt();
        for (weight, (point, target)) in weights.iter_mut().zip(&pairs) {
            *weight = 1.0 / (scale * *point + offset - *target).length().max(least);
        }
        fitted = Some((scale as f32, offset.as_vec3()));
    }
    fitted
}

/// Moves a body in camera axes along the root of a 3D pose of the same person, as published: the pose is scaled so that
/// its joints, relative to the root, are as near as possible to the body's; the body's root then goes where the scaled
/// one is. Frames without a pose take the nearest one's place.
///
/// None if the body has no place for the 17 joints, there is no frame of both, or the pose is degenerate.
pub fn place_body(track: &BodyTrack, body: &BodyModel, reference: &PosePrediction) -> Option<BodyTrack> {
    let joints = joints_over_time(track, body, &Landmarks::of(body)?);
    let (mut points, mut targets) = (Vec::new(), Vec::new());
    for (offset, body_joints) in joints.iter().enumerate() {
        let Some(pose) = reference.frame(FrameIndex(track.range.start + offset)) else { continue };
        points.extend(pose.iter().map(|joint| *joint - pose[0]));
        targets.extend(body_joints.iter().map(|joint| *joint - body_joints[0]));
    }
    let (scale, _) = fit_scale(&points, &targets)?;
    let last = reference.range.end.checked_sub(1)?;
    let translations = joints.iter().enumerate().zip(track.translations.iter()).map(|((offset, joints), old)| {
        let frame = (track.range.start + offset).clamp(reference.range.start, last);
        let root = reference.frame(FrameIndex(frame)).map_or(Vec3::ZERO, |pose| pose[0]);
        *old + root * scale - joints[0]
    });
    Some(BodyTrack { translations: translations.collect(), ..track.clone() })
}

/// How tall a body of this shape stands, as a [`Placement`] counts it, metres: with it the drawn skeleton is as large as
/// the body. None if the body has no place for the 17 joints.
pub fn standing_height_m(body: &BodyModel, betas: &Betas) -> Option<f32> {
    let rest_joints = body.rest_joints(betas);
    let rest = joint_transforms(&rest_joints, &[Vec3::ZERO; BODY_JOINTS], Vec3::ZERO);
    let joints = Landmarks::of(body)?.joints(betas, &rest, &rest_joints);
    Some(ANKLE_HEIGHT_M + chain_length(&joints))
}

/// Brings a body from camera axes to where the same person stands in the world: turned as the placement turns that
/// person, its root on the person's root, and over the whole clip as high as its ankles are to be. The body keeps its
/// size. Frames that `world` does not have take the nearest one's place.
///
/// None if the body has no place for the 17 joints, or `world` has no frames.
pub fn stand_body(track: &BodyTrack, body: &BodyModel, world: &WorldTrack, placement: &Placement) -> Option<BodyTrack> {
    let landmarks = Landmarks::of(body)?;
    let last = world.range.end.checked_sub(1).filter(|_| !world.range.is_empty())?;
    let frames: Option<Vec<&[Vec3]>> = (track.range.start..track.range.end)
        .map(|frame| world.frame(FrameIndex(frame.clamp(world.range.start, last))))
        .collect();
    let frames = frames?;
    let poses: Arc<[BodyPose]> = track
        .poses
        .iter()
        .zip(&frames)
        .map(|(pose, joints)| turned(pose, placement.turn_at(track.person, joints[0])))
        .collect();
    let still = BodyTrack { poses, translations: vec![Vec3::ZERO; frames.len()].into(), ..track.clone() };
    let joints = joints_over_time(&still, body, &landmarks);
    let to_root: Vec<Vec3> = joints.iter().zip(&frames).map(|(joints, wanted)| wanted[0] - joints[0]).collect();
    let lifts = joints
        .iter()
        .zip(&frames)
        .zip(&to_root)
        .flat_map(|((joints, wanted), to_root)| ANKLES.map(|ankle| wanted[ankle].y - joints[ankle].y - to_root.y));
    let lift = Vec3::Y * percentile(lifts.collect(), 0.5).unwrap_or(0.0);
    Some(BodyTrack { translations: to_root.iter().map(|to_root| *to_root + lift).collect(), ..still })
}

/// The way back from the world to camera axes: turned as [`stand_body`] turns, with the body where its rest pose is.
pub fn in_camera_axes(track: &BodyTrack, body: &BodyModel, placement: &Placement) -> BodyTrack {
    let frames = track.poses.iter().zip(track.betas.iter()).zip(track.translations.iter());
    let poses = frames.map(|((pose, betas), translation)| {
        let pelvis = body.pelvis(&BodyFrame { pose, betas, translation: *translation });
        turned(pose, placement.turn_at(track.person, pelvis).inverse())
    });
    BodyTrack { poses: poses.collect(), translations: vec![Vec3::ZERO; track.poses.len()].into(), ..track.clone() }
}

/// The pose with its root turned; its angle is at most half a turn.
fn turned(pose: &BodyPose, turn: Quat) -> BodyPose {
    let mut pose = *pose;
    let root = turn * Quat::from_scaled_axis(pose[0]);
    pose[0] = if root.w < 0.0 { -root } else { root }.to_scaled_axis();
    pose
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::rng::SplitMix64;

    fn cloud(count: usize, seed: u64) -> Vec<Vec3> {
        let mut random = SplitMix64(seed);
        let mut value = || (random.next_f64() * 2.0 - 1.0) as f32;
        (0..count).map(|_| Vec3::new(value(), value(), value())).collect()
    }

    #[test]
    fn scale_and_offset_come_back_past_outliers() {
        let points = cloud(17 * 20, 3);
        let (scale, offset) = (0.83, Vec3::new(0.1, -0.4, 2.0));
        let mut targets: Vec<Vec3> = points.iter().map(|point| *point * scale + offset).collect();
        let (found_scale, found_offset) = fit_scale(&points, &targets).unwrap();
        assert!((found_scale - scale).abs() < 1e-5 && (found_offset - offset).length() < 1e-5);
        // A fifth of the joints is anywhere.
        for (target, elsewhere) in targets.iter_mut().zip(cloud(17 * 20, 4)).step_by(5) {
            *target = elsewhere * 3.0;
        }
        let (found_scale, found_offset) = fit_scale(&points, &targets).unwrap();
        assert!((found_scale - scale).abs() < 1e-3, "{found_scale}");
        assert!((found_offset - offset).length() < 1e-3, "{found_offset}");
    }

    /// The published search minimises the mean distance; nothing near the found scale has a smaller one.
    #[test]
    fn the_mean_distance_is_least() {
        let (points, noise) = (cloud(200, 5), cloud(200, 6));
        let targets: Vec<Vec3> = points.iter().zip(&noise).map(|(point, noise)| *point * 1.4 + *noise * 0.3).collect();
        let (scale, offset) = fit_scale(&points, &targets).unwrap();
        let cost = |scale: f32, offset: Vec3| -> f64 {
            points.iter().zip(&targets).map(|(p, t)| f64::from((*p * scale + offset - *t).length())).sum()
        };
        let least = cost(scale, offset);
        for step in [0.003, -0.003] {
            assert!(cost(scale + step, offset) > least);
            for axis in Vec3::AXES {
                assert!(cost(scale, offset + axis * step) > least);
            }
        }
    }

    #[test]
    fn what_has_no_scale_is_refused() {
        let targets = cloud(17, 1);
        assert_eq!(fit_scale(&[Vec3::ONE; 17], &targets), None);
        assert_eq!(fit_scale(&[Vec3::NAN; 17], &targets), None);
        assert_eq!(fit_scale(&[], &[]), None);
        let mirrored: Vec<Vec3> = targets.iter().map(|target| -*target).collect();
        assert_eq!(fit_scale(&mirrored, &targets), None);
    }
}
