//! Which joint set a file has: by name, by count, and where that leaves several, by which gives people sound limbs.

use crate::data::{Detection, Keypoint, Skeleton, SkeletonChoice, SkeletonId};

use super::ReadContext;
use super::draft::JointSet;

/// The joint set and why.
#[derive(Debug)]
pub(super) struct Chosen {
    pub id: SkeletonId,
    pub choice: SkeletonChoice,
}

/// Sets that go on with hands and face after the joints of a body set: (all joints, body set).
const LONGER_SETS: &[(usize, SkeletonId)] =
    &[(68, SkeletonId::Halpe26), (133, SkeletonId::Coco17), (135, SkeletonId::Body25b), (136, SkeletonId::Halpe26)];

/// People looked at, spread over the whole file.
const SAMPLES: usize = 2000;

/// The format's usual set is given up only for one that fits this much better.
const MUCH_BETTER: f32 = 0.6;

/// Settles the joint set of people who all have `joint_count` joints.
///
/// # Errors
/// Why no set fits, in plain words.
pub(super) fn choose(
    joints: &JointSet,
    joint_count: usize,
    people: &[Detection],
    context: &ReadContext,
) -> Result<Chosen, String> {
    let body_of_longer = LONGER_SETS.iter().find(|(count, _)| *count == joint_count).map(|(_, id)| *id);
    let fits = |id: SkeletonId| id.skeleton().len() == joint_count || body_of_longer == Some(id);
    let certain =
        |id: SkeletonId, reason: String| Ok(Chosen { id, choice: SkeletonChoice { reason, alternatives: Vec::new() } });
    if let Some(id) = context.options.skeleton {
        if !fits(id) {
            let wanted = id.skeleton();
            return Err(format!("people have {joint_count} joints, {} has {}", wanted.name, wanted.len()));
        }
        return certain(id, format!("{id} as asked for"));
    }
    let usual = match joints {
        JointSet::Named(id, reason) if fits(*id) => return certain(*id, reason.clone()),
        JointSet::Named(..) => &[][..],
        JointSet::ByCount { usual } => usual,
    };
    if let Some(id) = body_of_longer {
        return certain(id, format!("{joint_count} joints, of which the first {} are {id}", id.skeleton().len()));
    }
    match SkeletonId::with_joint_count(joint_count)[..] {
        [] => Err(unknown_count(joint_count)),
        [id] => certain(id, format!("{joint_count} joints are {id}")),
        ref candidates => Ok(by_limbs(candidates, usual, joint_count, people)),
    }
}

fn unknown_count(joint_count: usize) -> String {
    let known: Vec<String> = SkeletonId::ALL.iter().map(|id| format!("{} ({id})", id.skeleton().len())).collect();
    format!("no joint set that we know has {joint_count} joints; known are {}", known.join(", "))
}

fn by_limbs(candidates: &[SkeletonId], usual: &[SkeletonId], joint_count: usize, people: &[Detection]) -> Chosen {
    let mut ranked: Vec<(SkeletonId, f32)> = candidates.iter().map(|id| (*id, misfit(id.skeleton(), people))).collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (best, best_misfit) = ranked[0];
    let (second, second_misfit) = ranked[1];
    if let Some((id, own_misfit)) = ranked.iter().find(|(id, _)| usual.contains(id))
        && best_misfit >= own_misfit * MUCH_BETTER
    {
        let reason = format!("{joint_count} joints are {id} in this format");
        return Chosen { id: *id, choice: SkeletonChoice { reason, alternatives: Vec::new() } };
    }
    let reason = if best_misfit < second_misfit {
        format!(
            "{joint_count} joints; limbs fit {best} better than {second} ({best_misfit:.2} against {second_misfit:.2})"
        )
    } else {
        format!("{joint_count} joints; too little is seen to tell {best} from {second}")
    };
    let alternatives = ranked[1..].iter().map(|(id, _)| *id).collect();
    Chosen { id: best, choice: SkeletonChoice { reason, alternatives } }
}

/// Left and right limbs of about the same length, by the ends of their joints' names.
const PAIRED_LIMBS: [(&str, &str); 4] = [("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle")];

/// Height of joints that hardly move against the trunk, in trunk lengths above the hips.
const TRUNK_HEIGHTS: &[(&str, f32)] = &[
    ("root", 0.0),
    ("hip", 0.0),
    ("mid hip", 0.0),
    ("belly", 0.5),
    ("chest", 0.6),
    ("neck", 1.05),
    ("head bottom", 1.15),
    ("nose", 1.4),
    ("left ear", 1.45),
    ("right ear", 1.45),
    ("left eye", 1.5),
    ("right eye", 1.5),
    ("head", 1.65),
    ("head top", 1.75),
];

/// How badly people fit a skeleton, about 0.2 for the right one: mean bone length as a share of the person's size,
/// plus how much left and right limbs differ, plus how far head and trunk joints are from their height.
fn misfit(skeleton: &Skeleton, people: &[Detection]) -> f32 {
    let place = |name: &str| skeleton.joint_named(name);
    let pair = |side: &str, (near, far): (&str, &str)| {
        Some((place(&format!("{side} {near}"))?, place(&format!("{side} {far}"))?))
    };
    let limbs: Vec<_> =
        PAIRED_LIMBS.iter().filter_map(|limb| Some((pair("left", *limb)?, pair("right", *limb)?))).collect();
    let trunk = pair("left", ("hip", "shoulder")).zip(pair("right", ("hip", "shoulder")));
    let heights: Vec<(usize, f32)> =
        TRUNK_HEIGHTS.iter().filter_map(|(name, height)| Some((place(name)?, *height))).collect();
    let (mut bones, mut symmetry, mut height) = (Mean::default(), Mean::default(), Mean::default());
    for person in people.iter().step_by(people.len().div_ceil(SAMPLES).max(1)) {
        let joints = &person.keypoints;
        let size = extent(joints);
        if size <= 0.0 {
            continue;
        }
        for bone in skeleton.bones {
            if let Some((length, weight)) = span(joints, *bone) {
                bones.add(length / size, weight);
            }
        }
        for (left, right) in &limbs {
            if let (Some((left, weight)), Some((right, other))) = (span(joints, *left), span(joints, *right)) {
                symmetry.add((left - right).abs() / (left + right).max(f32::MIN_POSITIVE), weight.min(other));
            }
        }
        let Some(((left_hip, left_shoulder), (right_hip, right_shoulder))) = trunk else { continue };
        let ends = [left_hip, right_hip, left_shoulder, right_shoulder].map(|joint| &joints[joint]);
        if ends.iter().any(|joint| joint.is_missing()) {
            continue;
        }
        let middle = |a: &Keypoint, b: &Keypoint| glam::vec2(a.x + b.x, a.y + b.y) * 0.5;
        let hips = middle(ends[0], ends[1]);
        let up = middle(ends[2], ends[3]) - hips;
        for (joint, expected) in &heights {
            let joint = &joints[*joint];
            if !joint.is_missing() && up.length_squared() > 0.0 {
                let seen = (glam::vec2(joint.x, joint.y) - hips).dot(up) / up.length_squared();
                height.add((seen - expected).abs().min(1.0), joint.confidence);
            }
        }
    }
    bones.value() + 0.5 * (symmetry.value() + height.value())
}

/// Diagonal of the box around all seen joints.
fn extent(joints: &[Keypoint]) -> f32 {
    let seen = joints.iter().filter(|joint| !joint.is_missing());
    let (low, high) = seen.fold((glam::Vec2::INFINITY, glam::Vec2::NEG_INFINITY), |(low, high), joint| {
        let at = glam::vec2(joint.x, joint.y);
        (low.min(at), high.max(at))
    });
    (high - low).max(glam::Vec2::ZERO).length()
}

/// Length between two joints and the smaller confidence, if both are seen.
fn span(joints: &[Keypoint], (a, b): (usize, usize)) -> Option<(f32, f32)> {
    let (a, b) = (&joints[a], &joints[b]);
    let both_seen = !a.is_missing() && !b.is_missing();
    both_seen.then(|| ((a.x - b.x).hypot(a.y - b.y), a.confidence.min(b.confidence)))
}

/// Weighted mean; 1, which is bad, of nothing.
#[derive(Default)]
struct Mean {
    sum: f32,
    weight: f32,
}

impl Mean {
    fn add(&mut self, value: f32, weight: f32) {
        self.sum += value * weight;
        self.weight += weight;
    }

    fn value(&self) -> f32 {
        if self.weight > 0.0 { self.sum / self.weight } else { 1.0 }
    }
}

/// The joint set whose names these are, if most of them say the same; longer sets go by their first joints.
pub(super) fn named(names: &[String]) -> Option<SkeletonId> {
    let body_of_longer = LONGER_SETS.iter().find(|(count, _)| *count == names.len()).map(|(_, id)| *id);
    let same = |id: SkeletonId| {
        let joints = id.skeleton().joints.iter().zip(names);
        joints.filter(|(ours, theirs)| **ours == theirs.to_lowercase().replace(['_', '-'], " ")).count()
    };
    let fitting = |id: &SkeletonId| id.skeleton().len() == names.len() || body_of_longer == Some(*id);
    let best = SkeletonId::ALL.into_iter().filter(fitting).max_by_key(|id| same(*id))?;
    (same(best) * 2 > best.skeleton().len()).then_some(best)
}
