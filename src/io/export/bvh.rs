//! BVH: a joint tree with offsets, then Euler angles of every frame. One file a person.
//!
//! The rest pose is the T-pose with the hips at the origin; the hips' position is the whole place of the body, all
//! other joints turn only. Rotations are Z, then X, then Y, each about axes that the ones before have turned
//! (`R = Rz Rx Ry`), in degrees. Angles go on smoothly past 90 and 180 degrees, so that programs may interpolate them.

mod euler;

use std::io::{self, Write};
use std::path::Path;

use glam::{DQuat, DVec3};

use super::rig::{BodyMotion, RIG_NAMES, children};
use super::{WriteError, rig};
use crate::data::body::{BODY_JOINTS, BODY_PARENTS};
use crate::support::CancelToken;

/// Which axis points up in the file. The body faces +z with y up, -y with z up, when it faces the camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UpAxis {
    #[default]
    Y,
    Z,
}

/// Lengths in the file; BVH itself knows no units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BvhUnit {
    Metres,
    #[default]
    Centimetres,
    Millimetres,
}

/// How numbers are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BvhOptions {
    pub up: UpAxis,
    pub unit: BvhUnit,
}

impl UpAxis {
    pub const ALL: [Self; 2] = [Self::Y, Self::Z];

    /// From y up; both are right-handed with x to the right.
    fn vector(self, v: DVec3) -> DVec3 {
        match self {
            Self::Y => v,
            Self::Z => DVec3::new(v.x, -v.z, v.y),
        }
    }

    fn rotation(self, q: DQuat) -> DQuat {
        let axis = self.vector(DVec3::new(q.x, q.y, q.z));
        DQuat::from_xyzw(axis.x, axis.y, axis.z, q.w)
    }
}

impl BvhUnit {
    pub const ALL: [Self; 3] = [Self::Metres, Self::Centimetres, Self::Millimetres];

    pub fn per_metre(self) -> f64 {
        match self {
            Self::Metres => 1.0,
            Self::Centimetres => 100.0,
            Self::Millimetres => 1000.0,
        }
    }
}

/// Writes one person's motion.
///
/// # Errors
/// When the motion holds no frame or a value that is not a number, the file cannot be written, or the token was
/// cancelled.
pub fn write(
    path: &Path,
    motion: &BodyMotion,
    fps: f64,
    options: BvhOptions,
    cancel: &CancelToken,
) -> Result<(), WriteError> {
    super::super::atomic::write(path, cancel, |out| {
        motion.check()?;
        let length = |metres: DVec3| options.up.vector(metres) * options.unit.per_metre();
        let offsets = Offsets::of(motion);
        writeln!(out, "HIERARCHY")?;
        write_joint(out, 0, 0, &offsets, &length)?;
        writeln!(out, "MOTION\nFrames: {}\nFrame Time: {:.9}", motion.frame_count(), 1.0 / fps)?;
        write_frames(out, motion, options, &length)
    })
}

/// Places of the rest pose relative to the joint before, metres.
struct Offsets {
    joints: [DVec3; BODY_JOINTS],
    /// Of the tips of head, hands and toes; unused for other joints.
    tips: [DVec3; BODY_JOINTS],
}

impl Offsets {
    fn of(motion: &BodyMotion) -> Self {
        let rest = motion.rest_joints();
        let joints = std::array::from_fn(|joint| match BODY_PARENTS[joint] {
            Some(parent) => rest[joint] - rest[parent],
            None => DVec3::ZERO,
        });
        Self { joints, tips: rig::tips(motion, &rest) }
    }
}

/// A joint with all that hangs on it.
fn write_joint(
    out: &mut dyn Write,
    joint: usize,
    depth: usize,
    offsets: &Offsets,
    length: &dyn Fn(DVec3) -> DVec3,
) -> io::Result<()> {
    let indent = "\t".repeat(depth);
    let offset = |metres: DVec3| {
        let [x, y, z] = length(metres).to_array().map(Number);
        format!("OFFSET {x} {y} {z}")
    };
    let (kind, places) = match BODY_PARENTS[joint] {
        None => ("ROOT", "6 Xposition Yposition Zposition"),
        Some(_) => ("JOINT", "3"),
    };
    writeln!(out, "{indent}{kind} {}\n{indent}{{", RIG_NAMES[joint])?;
    writeln!(out, "{indent}\t{}", offset(offsets.joints[joint]))?;
    writeln!(out, "{indent}\tCHANNELS {places} Zrotation Xrotation Yrotation")?;
    for child in children(joint) {
        write_joint(out, child, depth + 1, offsets, length)?;
    }
    if children(joint).next().is_none() {
        writeln!(out, "{indent}\tEnd Site\n{indent}\t{{\n{indent}\t\t{}", offset(offsets.tips[joint]))?;
        writeln!(out, "{indent}\t}}")?;
    }
    writeln!(out, "{indent}}}")
}

/// A line a frame, joints in the order of the hierarchy.
fn write_frames(
    out: &mut dyn Write,
    motion: &BodyMotion,
    options: BvhOptions,
    length: &dyn Fn(DVec3) -> DVec3,
) -> io::Result<()> {
    let order = in_order_of_hierarchy(0);
    let mut angles = [DVec3::ZERO; BODY_JOINTS];
    for (frame, pelvis) in motion.pelvis().enumerate() {
        let [x, y, z] = length(pelvis).to_array().map(Number);
        write!(out, "{x} {y} {z}")?;
        for joint in &order {
            angles[*joint] = euler::zxy_near(options.up.rotation(motion.rotation(frame, *joint)), angles[*joint]);
            let [z, x, y] = angles[*joint].to_array().map(|angle| Number(angle.to_degrees()));
            write!(out, " {z} {x} {y}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Every joint before those that hang on it, limb by limb.
fn in_order_of_hierarchy(joint: usize) -> Vec<usize> {
    std::iter::once(joint).chain(children(joint).flat_map(in_order_of_hierarchy)).collect()
}

/// Six decimals, and no minus before zero.
struct Number(f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 1e6).round() / 1e6;
        write!(f, "{:.6}", rounded + 0.0)
    }
}
