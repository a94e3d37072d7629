//! Joints by part of the body.

use crate::data::{Side, Skeleton};

/// A part of the body whose joints are seen or hidden together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JointGroup {
    Head,
    Trunk,
    LeftArm,
    RightArm,
    LeftLeg,
    RightLeg,
}

const HEAD: [&str; 6] = ["nose", "eye", "ear", "mouth", "head", "head top"];
const ARM: [&str; 5] = ["elbow", "wrist", "pinky", "thumb", "index"];
const LEG: [&str; 6] = ["knee", "ankle", "heel", "toe", "big toe", "small toe"];

impl JointGroup {
    pub const ALL: [Self; 6] = [Self::Head, Self::Trunk, Self::LeftArm, Self::RightArm, Self::LeftLeg, Self::RightLeg];

    pub fn label(self) -> &'static str {
        match self {
            Self::Head => "Head",
            Self::Trunk => "Trunk",
            Self::LeftArm => "Left arm",
            Self::RightArm => "Right arm",
            Self::LeftLeg => "Left leg",
            Self::RightLeg => "Right leg",
        }
    }

    /// The group of a joint. Shoulders and hips belong to the trunk: in some joint sets it has no others.
    pub fn of(skeleton: &Skeleton, joint: usize) -> Self {
        let name = skeleton.joints[joint];
        let side = skeleton.side(joint);
        let part = name.trim_start_matches("left ").trim_start_matches("right ");
        if HEAD.contains(&part) || part.starts_with("eye ") || part.starts_with("mouth ") {
            return Self::Head;
        }
        let is_leg = LEG.contains(&part) || part == "foot index";
        match (ARM.contains(&part), is_leg, side) {
            (true, _, Side::Left) => Self::LeftArm,
            (true, _, Side::Right) => Self::RightArm,
            (_, true, Side::Left) => Self::LeftLeg,
            (_, true, Side::Right) => Self::RightLeg,
            _ => Self::Trunk,
        }
    }

    /// The group's joints, by their place in the skeleton.
    pub fn joints(self, skeleton: &Skeleton) -> Vec<usize> {
        (0..skeleton.len()).filter(|joint| Self::of(skeleton, *joint) == self).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::SkeletonId;

    #[test]
    fn every_group_of_every_skeleton_has_joints_of_its_side() {
        for skeleton in SkeletonId::ALL.map(SkeletonId::skeleton) {
            for group in JointGroup::ALL {
                let joints = group.joints(skeleton);
                assert!(!joints.is_empty(), "{}: {group:?}", skeleton.name);
                let side = match group {
                    JointGroup::LeftArm | JointGroup::LeftLeg => Side::Left,
                    JointGroup::RightArm | JointGroup::RightLeg => Side::Right,
                    JointGroup::Head | JointGroup::Trunk => continue,
                };
                assert!(joints.iter().all(|joint| skeleton.side(*joint) == side), "{}: {group:?}", skeleton.name);
            }
        }
    }

    #[test]
    fn only_shoulders_hips_and_the_spine_are_trunk() {
        for skeleton in SkeletonId::ALL.map(SkeletonId::skeleton) {
            for joint in JointGroup::Trunk.joints(skeleton) {
                let name = skeleton.joints[joint];
                let is_trunk = ["shoulder", "hip", "neck", "chest", "belly", "root", "head bottom"];
                assert!(is_trunk.iter().any(|part| name.ends_with(part)), "{}: {name}", skeleton.name);
            }
        }
    }
}
