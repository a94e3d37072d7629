//! A pose bone by bone: every bone of the body turned to where the joints point.

use glam::{DMat3, DQuat, DVec3};

use super::limbs::{Limb, limbs, mark, tree};
use super::rig::Rig;
use super::targets::Targets;
use super::twist::{self, Seen, limited, swing};
use super::{H36M_JOINTS, Pose, log};
use crate::data::body::BODY_PARENTS;

/// Share of a shoulder's way that the collar goes: where the shoulder lies in the chest differs between skeletons.
const COLLAR_SHARE: f64 = 0.5;
/// Turns of the trunk are cut to this, radians.
const MOST_SPINE: f64 = 100.0_f64.to_radians();
const MOST_NECK: f64 = 80.0_f64.to_radians();
const MOST_COLLAR: f64 = 30.0_f64.to_radians();
/// How much the chest's front counts for where the face points, over the nose.
const FACE_BY_CHEST: f64 = 0.3;

type Joints = [DVec3; H36M_JOINTS];

/// The poses of all frames.
pub(super) fn poses(rig: &Rig, targets: &Targets, fps: f64) -> Vec<Pose> {
    let known = &targets.is_known;
    let of_all = |frame: &dyn Fn(&Joints) -> Option<DQuat>| {
        let rest = frame(&rig.rest_marks).map_or(DQuat::IDENTITY, DQuat::inverse);
        held(targets.frames.iter().map(|target| frame(&target.joints).map(|now| now * rest)))
    };
    let pelvis = of_all(&|joints| pelvis_axes(joints, known));
    let chest = of_all(&|joints| chest_axes(joints, known));
    let head = of_all(&|joints| head_axes(joints, known));
    let trunks = pelvis.iter().zip(chest.iter().zip(&head)).zip(&targets.frames);
    let mut poses: Vec<Pose> = trunks
        .map(|((pelvis, (chest, head)), target)| {
            let mut pose = Pose::REST;
            let chest = chest.unwrap_or_else(|| pelvis.unwrap_or_default());
            let pelvis = pelvis.unwrap_or(chest);
            pose.rotations[tree::PELVIS] = pelvis;
            let bend = cut(pelvis.inverse() * chest, MOST_SPINE);
            tree::SPINE.iter().for_each(|joint| pose.rotations[*joint] = part(bend, 1.0 / 3.0));
            let chest = pelvis * bend;
            if let Some(head) = head {
                let turn = part(cut(chest.inverse() * *head, MOST_NECK), 0.5);
                pose.rotations[tree::NECK] = turn;
                pose.rotations[tree::HEAD] = turn;
            }
            let shoulders = [mark::LEFT_SHOULDER, mark::RIGHT_SHOULDER];
            for (joint, shoulder) in tree::COLLARS.into_iter().zip(shoulders) {
                if known[shoulder] && known[mark::NECK] {
                    let way = |joints: &Joints| (joints[shoulder] - joints[mark::NECK]).normalize_or_zero();
                    let turn = turn(way(&rig.rest_marks), chest.inverse() * way(&target.joints));
                    pose.rotations[joint] = cut(part(turn, COLLAR_SHARE), MOST_COLLAR);
                }
            }
            pose
        })
        .collect();
    for limb in limbs() {
        pose_limb(&limb, rig, targets, fps, &mut poses);
    }
    for (pose, target) in poses.iter_mut().zip(&targets.frames) {
        pose.translation = target.joints[mark::ROOT] - rig.marks(&rig.posed(pose))[mark::ROOT];
    }
    poses
}

/// Turns the upper and the lower bone of a limb in all frames.
fn pose_limb(limb: &Limb, rig: &Rig, targets: &Targets, fps: f64, poses: &mut [Pose]) {
    let [start, middle, end] = limb.marks;
    if !(targets.is_known[start] && targets.is_known[middle]) {
        return;
    }
    let bones = |joints: &Joints| {
        [(start, middle), (middle, end)].map(|(from, to)| (joints[to] - joints[from]).normalize_or_zero())
    };
    let [rest_upper, rest_lower] = bones(&rig.rest_marks);
    let hinge = limb.hinge.reject_from(rest_upper).normalize_or(limb.hinge);
    let carried = turn(rest_upper, limb.usual);
    let is_bend_known = targets.is_known[end];
    // Directions in the axes of the joint that carries the limb, and the shortest turn of the upper bone.
    let turns: Vec<_> = poses
        .iter()
        .zip(&targets.frames)
        .map(|(pose, target)| {
            let carrier = chained(pose, BODY_PARENTS[limb.upper]).inverse();
            let [upper, lower] = bones(&target.joints).map(|bone| carrier * bone);
            let swing = turn(limb.usual, upper) * carried;
            let is_seen = is_bend_known && limb.marks.iter().all(|joint| target.is_trusted[*joint]);
            let seen = is_seen
                .then(|| Seen::of([rest_upper, rest_lower], swing.inverse() * lower, hinge, limb.believed_twist));
            (swing, lower, seen.unwrap_or_default())
        })
        .collect();
    let seen: Vec<Seen> = turns.iter().map(|(_, _, seen)| *seen).collect();
    let twists = twist::over_time(&seen, fps);
    for ((pose, (swing, lower, _)), twist) in poses.iter_mut().zip(turns).zip(twists) {
        let upper = swing * DQuat::from_axis_angle(rest_upper, twist);
        pose.rotations[limb.upper] = upper;
        if is_bend_known {
            pose.rotations[limb.lower] = limited(turn(rest_lower, upper.inverse() * lower), hinge, limb.bend);
        }
    }
}

/// Rotation of a joint in the world.
fn chained(pose: &Pose, joint: Option<usize>) -> DQuat {
    joint.map_or(DQuat::IDENTITY, |joint| chained(pose, BODY_PARENTS[joint]) * pose.rotations[joint])
}

/// Hips to the left, belly up.
fn pelvis_axes(joints: &Joints, known: &[bool; H36M_JOINTS]) -> Option<DQuat> {
    let up = [mark::BELLY, mark::NECK].into_iter().find(|joint| known[*joint])?;
    let left = across(joints, known, [mark::LEFT_HIP, mark::RIGHT_HIP])
        .or_else(|| across(joints, known, [mark::LEFT_SHOULDER, mark::RIGHT_SHOULDER]))?;
    let left = left.try_normalize()?;
    axes(left, (joints[up] - joints[mark::ROOT]).reject_from(left).try_normalize()?)
}

/// Spine up, shoulders to the left.
fn chest_axes(joints: &Joints, known: &[bool; H36M_JOINTS]) -> Option<DQuat> {
    let from = if known[mark::BELLY] { mark::BELLY } else { mark::ROOT };
    let up = known[mark::NECK].then(|| joints[mark::NECK] - joints[from])?.try_normalize()?;
    let left = across(joints, known, [mark::LEFT_SHOULDER, mark::RIGHT_SHOULDER])
        .or_else(|| across(joints, known, [mark::LEFT_HIP, mark::RIGHT_HIP]))?;
    axes(left.reject_from(up).try_normalize()?, up)
}

/// Top of the head up, nose to the front.
fn head_axes(joints: &Joints, known: &[bool; H36M_JOINTS]) -> Option<DQuat> {
    if !(known[mark::NECK] && known[mark::HEAD_TOP]) {
        return None;
    }
    let neck = joints[mark::NECK];
    let up = (joints[mark::HEAD_TOP] - neck).try_normalize()?;
    let chest = chest_axes(joints, known).map_or(DVec3::ZERO, |chest| chest * DVec3::Z);
    let nose = if known[mark::NOSE] { joints[mark::NOSE] - neck } else { DVec3::ZERO };
    let by_chest = FACE_BY_CHEST * joints[mark::HEAD_TOP].distance(neck) * 0.25;
    let front = (nose + chest * by_chest).reject_from(up).try_normalize()?;
    axes(up.cross(front), up)
}

fn across(joints: &Joints, known: &[bool; H36M_JOINTS], [left, right]: [usize; 2]) -> Option<DVec3> {
    (known[left] && known[right]).then(|| joints[left] - joints[right])
}

/// From two directions at right angles, both of length 1.
fn axes(left: DVec3, up: DVec3) -> Option<DQuat> {
    let rotation = DQuat::from_mat3(&DMat3::from_cols(left, up, left.cross(up)));
    rotation.is_finite().then(|| rotation.normalize())
}

/// The shortest turn between directions; none at all where one of them is missing.
fn turn(from: DVec3, to: DVec3) -> DQuat {
    match (from.try_normalize(), to.try_normalize()) {
        (Some(from), Some(to)) => swing(from, to),
        _ => DQuat::IDENTITY,
    }
}

/// A share of a turn.
fn part(rotation: DQuat, share: f64) -> DQuat {
    DQuat::from_scaled_axis(log(rotation) * share)
}

/// A turn of at most `most` radians.
fn cut(rotation: DQuat, most: f64) -> DQuat {
    DQuat::from_scaled_axis(log(rotation).clamp_length_max(most))
}

/// Keeps the last rotation over frames without one, and the first one before it.
fn held(rotations: impl Iterator<Item = Option<DQuat>>) -> Vec<Option<DQuat>> {
    let mut rotations: Vec<_> = rotations.collect();
    let mut last = rotations.iter().copied().flatten().next();
    for rotation in &mut rotations {
        last = rotation.or(last);
        *rotation = last;
    }
    rotations
}
