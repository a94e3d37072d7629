//! The 17 joints to follow: checked, and bridged where they are missing or wild.

use glam::DVec3;

use super::limbs::{BONES, mark};
use super::rig::Rig;
use super::{H36M_JOINTS, WorldTrack};

/// A bone this many times as long as usual is not believed, nor is the joint at its end.
const BELIEVED_LENGTHS: [f64; 2] = [0.4, 1.8];
/// Over a joint that is left out the distance is believed from this share of the bones' lengths on.
const LEAST_REACH: f64 = 0.15;
/// A clip whose usual bone is this many times as long as the body's has nothing to say about it.
const USEFUL_LENGTHS: [f64; 2] = [0.3, 3.0];
/// Distance of the root from the middle of the hips, in hip widths, from which on it is not believed.
const ROOT_OFF_HIPS: f64 = 1.0;

/// One frame: all joints finite.
pub(super) struct Target {
    pub joints: [DVec3; H36M_JOINTS],
    /// False where a joint was bridged.
    pub is_trusted: [bool; H36M_JOINTS],
}

pub(super) struct Targets {
    pub frames: Vec<Target>,
    /// Whether a joint is trusted anywhere in the clip.
    pub is_known: [bool; H36M_JOINTS],
    /// Length of the body's bone over the clip's usual one, in the order of `BONES`.
    pub scales: [f64; BONES.len()],
}

impl Targets {
    pub fn of(world: &WorldTrack, rig: &Rig) -> Self {
        let given: Vec<_> = (0..world.range.len()).map(|offset| given(world, offset)).collect();
        let lengths: [f64; BONES.len()] = std::array::from_fn(|bone| {
            let (parent, child) = BONES[bone];
            let of_body = rig.rest_marks[parent].distance(rig.rest_marks[child]);
            usual_distance(&given, parent, child, of_body).unwrap_or(of_body)
        });
        let hip_width = usual_distance(&given, mark::LEFT_HIP, mark::RIGHT_HIP, lengths[0] + lengths[3])
            .unwrap_or(lengths[0] + lengths[3]);
        let mut frames: Vec<_> = given.iter().map(|joints| believed(joints, &lengths, hip_width)).collect();
        bridge_roots(&mut frames, rig);
        for (bone, length) in BONES.into_iter().zip(lengths) {
            let rest = rig.rest_marks[bone.1] - rig.rest_marks[bone.0];
            bridge_bones(&mut frames, bone, length, rest);
        }
        Self {
            is_known: std::array::from_fn(|joint| frames.iter().any(|frame| frame.is_trusted[joint])),
            frames,
            scales: std::array::from_fn(|bone| {
                let (parent, child) = BONES[bone];
                rig.rest_marks[parent].distance(rig.rest_marks[child]) / lengths[bone]
            }),
        }
    }
}

/// The joints of one frame as they came; those that are not finite, or all of a missing frame, are none.
pub(super) type Given = [Option<DVec3>; H36M_JOINTS];

pub(super) fn given(world: &WorldTrack, offset: usize) -> Given {
    let joints = world.joints_in_world.get(offset * H36M_JOINTS..(offset + 1) * H36M_JOINTS);
    std::array::from_fn(|joint| joints.map(|joints| joints[joint].as_dvec3()).filter(|joint| joint.is_finite()))
}

/// Median distance of two joints, if there is one that a body of about `of_body` can have.
pub(super) fn usual_distance(frames: &[Given], a: usize, b: usize, of_body: f64) -> Option<f64> {
    let mut distances: Vec<f64> = frames.iter().filter_map(|joints| Some(joints[a]?.distance(joints[b]?))).collect();
    let middle = distances.len() / 2;
    if distances.is_empty() {
        return None;
    }
    let median = *distances.select_nth_unstable_by(middle, f64::total_cmp).1;
    (USEFUL_LENGTHS[0] * of_body..=USEFUL_LENGTHS[1] * of_body).contains(&median).then_some(median)
}

/// Trusts the joints that are as far from the nearest trusted joint above them as bones allow.
fn believed(given: &Given, lengths: &[f64; BONES.len()], hip_width: f64) -> Target {
    let mut target = Target { joints: [DVec3::ZERO; H36M_JOINTS], is_trusted: [false; H36M_JOINTS] };
    let hips = given[mark::LEFT_HIP].zip(given[mark::RIGHT_HIP]);
    let hips = hips.filter(|(left, right)| {
        (BELIEVED_LENGTHS[0] * hip_width..=BELIEVED_LENGTHS[1] * hip_width).contains(&left.distance(*right))
    });
    let hips = hips.map(|(l, r)| (l + r) * 0.5);
    let root = given[mark::ROOT];
    let is_off = root.zip(hips).is_some_and(|(root, hips)| root.distance(hips) > ROOT_OFF_HIPS * hip_width);
    if let Some(root) = root.filter(|_| !is_off).or(hips) {
        target.joints[mark::ROOT] = root;
        target.is_trusted[mark::ROOT] = true;
    }
    // Nearest trusted joint at or above each joint, and the length of the bones from there.
    let mut above: [Option<(usize, f64)>; H36M_JOINTS] = [None; H36M_JOINTS];
    above[mark::ROOT] = target.is_trusted[mark::ROOT].then_some((mark::ROOT, 0.0));
    for ((parent, child), length) in BONES.into_iter().zip(lengths) {
        let from = above[parent].map(|(joint, reach)| (joint, reach + length));
        above[child] = from;
        let Some((joint, (from, reach))) = given[child].zip(from) else { continue };
        let distance = joint.distance(target.joints[from]);
        let least = if from == parent { BELIEVED_LENGTHS[0] } else { LEAST_REACH };
        let is_near = (least * reach..=BELIEVED_LENGTHS[1] * reach).contains(&distance);
        if is_near {
            target.joints[child] = joint;
            target.is_trusted[child] = true;
            above[child] = Some((child, 0.0));
        }
    }
    target
}

/// Gives every frame a root: between its neighbours', or of the rest pose standing on the floor.
fn bridge_roots(frames: &mut [Target], rig: &Rig) {
    let roots: Vec<_> =
        frames.iter().map(|frame| frame.is_trusted[mark::ROOT].then_some(frame.joints[mark::ROOT])).collect();
    let standing = rig.rest_marks[mark::ROOT] - DVec3::Y * rig.sole_height;
    for (frame, root) in frames.iter_mut().zip(bridged(&roots, standing)) {
        frame.joints[mark::ROOT] = root;
    }
}

/// Puts the joints that are not trusted where their bone points between the frames around.
fn bridge_bones(frames: &mut [Target], (parent, child): (usize, usize), length: f64, rest: DVec3) {
    let bone = |frame: &Target| {
        let is_known = frame.is_trusted[parent] && frame.is_trusted[child];
        is_known.then(|| frame.joints[child] - frame.joints[parent])
    };
    let bones: Vec<_> = frames.iter().map(bone).collect();
    for (frame, bone) in frames.iter_mut().zip(bridged(&bones, rest)) {
        if !frame.is_trusted[child] {
            frame.joints[child] = frame.joints[parent] + bone.normalize_or(rest.normalize_or(DVec3::Y)) * length;
        }
    }
}

/// Fills gaps: in a straight line between the frames around, the nearest one at the ends, `otherwise` without any.
fn bridged(values: &[Option<DVec3>], otherwise: DVec3) -> Vec<DVec3> {
    let mut filled = Vec::with_capacity(values.len());
    let mut before: Option<(usize, DVec3)> = None;
    let mut after = 0;
    for (frame, value) in values.iter().enumerate() {
        if let Some(value) = value {
            before = Some((frame, *value));
            filled.push(*value);
            continue;
        }
        after = after.max(frame);
        while values.get(after).is_some_and(Option::is_none) {
            after += 1;
        }
        let next = values.get(after).copied().flatten();
        filled.push(match (before, next) {
            (Some((start, from)), Some(to)) => from.lerp(to, (frame - start) as f64 / (after - start) as f64),
            (Some((_, value)), None) | (None, Some(value)) => value,
            (None, None) => otherwise,
        });
    }
    filled
}
