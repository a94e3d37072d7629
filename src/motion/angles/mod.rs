//! Joint angles in degrees, symmetry of left against right.
//!
//! Definitions follow the joint coordinate systems of the International Society of Biomechanics (Wu et al. 2002, 2005)
//! as far as 17 joints without hands, feet and bone rotations allow. All take world joints (metres, y up); all but
//! lean and turn hold in any space of that handedness, whatever its up.
//!
//! The trunk's frame has its up axis from the root to the neck, its right axis along the hips (for the legs) or along
//! the shoulders (for arms and neck) square to that, and forward square to both.
//!
//! | angle | definition | 0 | positive |
//! |---|---|---|---|
//! | knee, elbow flexion | between the two bones that meet there | straight | bent, 0 to 180 |
//! | hip flexion | thigh against trunk, turned about the trunk's right axis | standing | knee forward |
//! | hip abduction | thigh out of the trunk's sagittal plane | in the plane | outward |
//! | shoulder elevation | upper arm against the trunk's downward direction | hanging | raised, 0 to 180 |
//! | plane of elevation | direction in which the upper arm is raised, seen along the trunk | sideways | forward |
//! | trunk lean | trunk against the world's vertical; also its parts ahead of the hips and to their right | upright | forward; right |
//! | trunk twist | shoulder line against hip line, seen along the trunk | parallel | turned left |
//! | neck flexion, side bend | neck to head against the trunk | in line | forward; right |
//! | pelvis turn | heading of the hips about the world's vertical | facing the camera | turned left |
//! | ankle (in the picture) | heel to toes against the shank, in the image plane only | square | toes towards the shin |
//!
//! Turning left is counter-clockwise seen from above. An angle is none where its bones have no length or its axis is
//! not defined: the plane of elevation of a hanging arm, the heading of somebody who lies on one side.

mod in_picture;
mod symmetry;
#[cfg(test)]
mod tests;

use glam::Vec3;
use serde::{Deserialize, Serialize};

pub use self::in_picture::ankle_in_picture;
pub use self::symmetry::Symmetry;
use crate::data::{H36M_JOINTS, Side};

/// A direction shorter than this share of what it came from does not define an axis.
const MIN_AXIS_SHARE: f32 = 0.1;
/// Sine of the elevation under which an arm has no plane of elevation (about 15 degrees from hanging or overhead).
const MIN_ELEVATION_SIN: f32 = 0.26;

const ROOT: usize = 0;
const NECK: usize = 8;
const HEAD: usize = 10;
/// (right, left) joints of H36M-17.
const HIPS: [usize; 2] = [1, 4];
const KNEES: [usize; 2] = [2, 5];
const ANKLES: [usize; 2] = [3, 6];
const SHOULDERS: [usize; 2] = [14, 11];
const ELBOWS: [usize; 2] = [15, 12];
const WRISTS: [usize; 2] = [16, 13];

/// An angle that 17 joints tell; see the module for definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Angle {
    RightHipFlexion,
    LeftHipFlexion,
    RightHipAbduction,
    LeftHipAbduction,
    RightKneeFlexion,
    LeftKneeFlexion,
    RightShoulderElevation,
    LeftShoulderElevation,
    RightElevationPlane,
    LeftElevationPlane,
    RightElbowFlexion,
    LeftElbowFlexion,
    TrunkLean,
    TrunkLeanForward,
    TrunkLeanRight,
    TrunkTwist,
    NeckFlexion,
    NeckSideBend,
    PelvisTurn,
}

impl Angle {
    pub const ALL: [Self; 19] = [
        Self::RightHipFlexion,
        Self::LeftHipFlexion,
        Self::RightHipAbduction,
        Self::LeftHipAbduction,
        Self::RightKneeFlexion,
        Self::LeftKneeFlexion,
        Self::RightShoulderElevation,
        Self::LeftShoulderElevation,
        Self::RightElevationPlane,
        Self::LeftElevationPlane,
        Self::RightElbowFlexion,
        Self::LeftElbowFlexion,
        Self::TrunkLean,
        Self::TrunkLeanForward,
        Self::TrunkLeanRight,
        Self::TrunkTwist,
        Self::NeckFlexion,
        Self::NeckSideBend,
        Self::PelvisTurn,
    ];

    /// For people, e.g. "Right knee flexion".
    pub fn label(self) -> &'static str {
        match self {
            Self::RightHipFlexion => "Right hip flexion",
            Self::LeftHipFlexion => "Left hip flexion",
            Self::RightHipAbduction => "Right hip abduction",
            Self::LeftHipAbduction => "Left hip abduction",
            Self::RightKneeFlexion => "Right knee flexion",
            Self::LeftKneeFlexion => "Left knee flexion",
            Self::RightShoulderElevation => "Right shoulder elevation",
            Self::LeftShoulderElevation => "Left shoulder elevation",
            Self::RightElevationPlane => "Right plane of elevation",
            Self::LeftElevationPlane => "Left plane of elevation",
            Self::RightElbowFlexion => "Right elbow flexion",
            Self::LeftElbowFlexion => "Left elbow flexion",
            Self::TrunkLean => "Trunk lean",
            Self::TrunkLeanForward => "Trunk lean forward",
            Self::TrunkLeanRight => "Trunk lean to the right",
            Self::TrunkTwist => "Trunk twist",
            Self::NeckFlexion => "Neck flexion",
            Self::NeckSideBend => "Neck side bend",
            Self::PelvisTurn => "Pelvis turn",
        }
    }

    /// One plain sentence for a tooltip.
    pub fn definition(self) -> &'static str {
        match self {
            Self::RightHipFlexion | Self::LeftHipFlexion => {
                "Thigh against trunk, forward and back. 0° is standing; positive is knee forward."
            }
            Self::RightHipAbduction | Self::LeftHipAbduction => {
                "Thigh against trunk, to the side. Positive is outward."
            }
            Self::RightKneeFlexion | Self::LeftKneeFlexion => "Bend of the knee. 0° is a straight leg.",
            Self::RightShoulderElevation | Self::LeftShoulderElevation => {
                "Upper arm against trunk. 0° hangs down, 180° is overhead."
            }
            Self::RightElevationPlane | Self::LeftElevationPlane => {
                "Where the upper arm is raised to. 0° is sideways, 90° is forward; empty for a hanging arm."
            }
            Self::RightElbowFlexion | Self::LeftElbowFlexion => "Bend of the elbow. 0° is a straight arm.",
            Self::TrunkLean => "Trunk against the vertical, in any direction. 0° is upright.",
            Self::TrunkLeanForward => "Trunk against the vertical, ahead of the hips. Positive is forward.",
            Self::TrunkLeanRight => "Trunk against the vertical, to the side. Positive is to the person's right.",
            Self::TrunkTwist => "Shoulder line against hip line. Positive is shoulders turned to the person's left.",
            Self::NeckFlexion => "Head against trunk. 0° is in line; positive is chin down.",
            Self::NeckSideBend => "Head against trunk. 0° is in line; positive is to the person's right.",
            Self::PelvisTurn => "Which way the hips face. 0° is the camera; positive is turned to the person's left.",
        }
    }

    pub fn side(self) -> Side {
        match self {
            Self::RightHipFlexion
            | Self::RightHipAbduction
            | Self::RightKneeFlexion
            | Self::RightShoulderElevation
            | Self::RightElevationPlane
            | Self::RightElbowFlexion => Side::Right,
            Self::LeftHipFlexion
            | Self::LeftHipAbduction
            | Self::LeftKneeFlexion
            | Self::LeftShoulderElevation
            | Self::LeftElevationPlane
            | Self::LeftElbowFlexion => Side::Left,
            _ => Side::Middle,
        }
    }

    /// The same angle of the other side; none for an angle of the middle.
    pub fn mirror(self) -> Option<Self> {
        Some(match self {
            Self::RightHipFlexion => Self::LeftHipFlexion,
            Self::LeftHipFlexion => Self::RightHipFlexion,
            Self::RightHipAbduction => Self::LeftHipAbduction,
            Self::LeftHipAbduction => Self::RightHipAbduction,
            Self::RightKneeFlexion => Self::LeftKneeFlexion,
            Self::LeftKneeFlexion => Self::RightKneeFlexion,
            Self::RightShoulderElevation => Self::LeftShoulderElevation,
            Self::LeftShoulderElevation => Self::RightShoulderElevation,
            Self::RightElevationPlane => Self::LeftElevationPlane,
            Self::LeftElevationPlane => Self::RightElevationPlane,
            Self::RightElbowFlexion => Self::LeftElbowFlexion,
            Self::LeftElbowFlexion => Self::RightElbowFlexion,
            _ => return None,
        })
    }

    /// The H36M-17 joint where the angle is measured, to show it with that joint.
    pub fn joint(self) -> usize {
        let side = usize::from(self.side() == Side::Left);
        match self {
            Self::RightHipFlexion | Self::LeftHipFlexion | Self::RightHipAbduction | Self::LeftHipAbduction => {
                HIPS[side]
            }
            Self::RightKneeFlexion | Self::LeftKneeFlexion => KNEES[side],
            Self::RightShoulderElevation
            | Self::LeftShoulderElevation
            | Self::RightElevationPlane
            | Self::LeftElevationPlane => SHOULDERS[side],
            Self::RightElbowFlexion | Self::LeftElbowFlexion => ELBOWS[side],
            Self::TrunkLean | Self::TrunkLeanForward | Self::TrunkLeanRight | Self::PelvisTurn => ROOT,
            Self::TrunkTwist | Self::NeckFlexion | Self::NeckSideBend => NECK,
        }
    }

    /// Degrees in a frame of 17 world joints; none where it is not defined, and for another number of joints.
    pub fn of(self, joints_in_world: &[Vec3]) -> Option<f32> {
        let joints: &[Vec3; H36M_JOINTS] = joints_in_world.try_into().ok()?;
        let side = usize::from(self.side() == Side::Left);
        let bone = |from: usize, to: usize| (joints[to] - joints[from]).try_normalize();
        let radians = match self {
            Self::RightKneeFlexion | Self::LeftKneeFlexion => {
                bone(HIPS[side], KNEES[side])?.angle_between(bone(KNEES[side], ANKLES[side])?)
            }
            Self::RightElbowFlexion | Self::LeftElbowFlexion => {
                bone(SHOULDERS[side], ELBOWS[side])?.angle_between(bone(ELBOWS[side], WRISTS[side])?)
            }
            Self::RightHipFlexion | Self::LeftHipFlexion => {
                let thigh = Frame::trunk(joints, HIPS)?.coordinates(bone(HIPS[side], KNEES[side])?);
                thigh.forward.atan2(-thigh.up)
            }
            Self::RightHipAbduction | Self::LeftHipAbduction => {
                let thigh = Frame::trunk(joints, HIPS)?.coordinates(bone(HIPS[side], KNEES[side])?);
                thigh.outward(self.side()).clamp(-1.0, 1.0).asin()
            }
            Self::RightShoulderElevation | Self::LeftShoulderElevation => {
                bone(NECK, ROOT)?.angle_between(bone(SHOULDERS[side], ELBOWS[side])?)
            }
            Self::RightElevationPlane | Self::LeftElevationPlane => {
                let arm = Frame::trunk(joints, SHOULDERS)?.coordinates(bone(SHOULDERS[side], ELBOWS[side])?);
                let outward = arm.outward(self.side());
                (arm.forward.hypot(outward) >= MIN_ELEVATION_SIN).then(|| arm.forward.atan2(outward))?
            }
            Self::TrunkLean => bone(ROOT, NECK)?.angle_between(Vec3::Y),
            Self::TrunkLeanForward => {
                let trunk = Frame::heading(joints)?.coordinates(bone(ROOT, NECK)?);
                trunk.forward.atan2(trunk.up)
            }
            Self::TrunkLeanRight => {
                let trunk = Frame::heading(joints)?.coordinates(bone(ROOT, NECK)?);
                trunk.right.atan2(trunk.up)
            }
            Self::TrunkTwist => {
                let shoulders = Frame::trunk(joints, HIPS)?.coordinates(bone(SHOULDERS[1], SHOULDERS[0])?);
                shoulders.forward.atan2(shoulders.right)
            }
            Self::NeckFlexion => {
                let head = Frame::trunk(joints, SHOULDERS)?.coordinates(bone(NECK, HEAD)?);
                head.forward.atan2(head.up)
            }
            Self::NeckSideBend => {
                let head = Frame::trunk(joints, SHOULDERS)?.coordinates(bone(NECK, HEAD)?);
                head.right.clamp(-1.0, 1.0).asin()
            }
            Self::PelvisTurn => {
                let facing = Frame::heading(joints)?.forward;
                facing.x.atan2(facing.z)
            }
        };
        radians.is_finite().then(|| radians.to_degrees())
    }

    /// Degrees in every frame of `joints_in_world` `[frames, 17]`.
    pub fn over(self, joints_in_world: &[Vec3]) -> impl Iterator<Item = Option<f32>> {
        joints_in_world.chunks_exact(H36M_JOINTS).map(move |joints| self.of(joints))
    }
}

/// Unit axes of a part of the body, square to each other, as the person has them.
struct Frame {
    right: Vec3,
    up: Vec3,
    forward: Vec3,
}

/// A direction in a [`Frame`].
struct Coordinates {
    right: f32,
    up: f32,
    forward: f32,
}

impl Frame {
    /// `across` is the (right, left) pair that gives the right axis.
    fn trunk(joints: &[Vec3; H36M_JOINTS], across: [usize; 2]) -> Option<Self> {
        Self::new((joints[NECK] - joints[ROOT]).try_normalize()?, joints[across[0]] - joints[across[1]])
    }

    /// The world's vertical and the level direction of the hips.
    fn heading(joints: &[Vec3; H36M_JOINTS]) -> Option<Self> {
        Self::new(Vec3::Y, joints[HIPS[0]] - joints[HIPS[1]])
    }

    fn new(up: Vec3, across: Vec3) -> Option<Self> {
        let square = across.reject_from_normalized(up);
        let right = (square.length() > MIN_AXIS_SHARE * across.length()).then_some(square)?.try_normalize()?;
        Some(Self { right, up, forward: up.cross(right) })
    }

    fn coordinates(&self, direction: Vec3) -> Coordinates {
        Coordinates {
            right: direction.dot(self.right),
            up: direction.dot(self.up),
            forward: direction.dot(self.forward),
        }
    }
}

impl Coordinates {
    /// To the outside of a limb of this side.
    fn outward(&self, side: Side) -> f32 {
        if side == Side::Left { -self.right } else { self.right }
    }
}
