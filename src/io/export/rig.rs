//! The skeleton of motion files: what BVH and GLB have in common.

use std::io;

use glam::{DQuat, DVec3, Vec3};

use crate::data::body::{BODY_JOINTS, BODY_PARENTS, BodyModel, BodyTrack};

/// Names that animation programs map to their own rigs without help, in the order of `BODY_JOINT_NAMES`.
pub const RIG_NAMES: [&str; BODY_JOINTS] = [
    "Hips",
    "LeftUpLeg",
    "RightUpLeg",
    "Spine",
    "LeftLeg",
    "RightLeg",
    "Spine1",
    "LeftFoot",
    "RightFoot",
    "Spine2",
    "LeftToeBase",
    "RightToeBase",
    "Neck",
    "LeftShoulder",
    "RightShoulder",
    "Head",
    "LeftArm",
    "RightArm",
    "LeftForeArm",
    "RightForeArm",
    "LeftHand",
    "RightHand",
    "LeftHandMiddle1",
    "RightHandMiddle1",
];

/// One person's body over time, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct BodyMotion<'a> {
    pub body: &'a BodyModel,
    /// In the drawn world: metres, x right seen from the camera, y up, z towards the camera. Its range counts frames
    /// of the file; the shape of its first frame is taken for all, so the betas should not change.
    pub track: &'a BodyTrack,
}

impl BodyMotion<'_> {
    pub(super) fn frame_count(&self) -> usize {
        self.track.poses.len()
    }

    /// Files without a frame, or with a number that is none, open nowhere.
    ///
    /// # Errors
    /// What is wrong, and in which frame.
    pub(super) fn check(&self) -> io::Result<()> {
        let track = self.track;
        let lengths = [track.poses.len(), track.betas.len(), track.translations.len()];
        if lengths[0] == 0 || lengths != [track.range.len(); 3] {
            return Err(io::Error::other(format!("person {} has no whole frame of motion", track.person)));
        }
        let is_sound = |frame: usize| {
            let rotations = track.poses[frame].iter().all(|rotation| rotation.is_finite());
            rotations && track.translations[frame].is_finite() && track.betas[frame].iter().all(|beta| beta.is_finite())
        };
        match (0..lengths[0]).find(|frame| !is_sound(*frame)) {
            Some(frame) => Err(io::Error::other(format!(
                "frame {} of person {} holds a value that is not a number",
                track.range.start + frame,
                track.person
            ))),
            None => Ok(()),
        }
    }

    /// Joints of the rest pose, metres.
    pub(super) fn rest_joints(&self) -> [DVec3; BODY_JOINTS] {
        self.body.rest_joints(&self.track.betas[0]).map(Vec3::as_dvec3)
    }

    /// Where the pelvis is in every frame, metres.
    pub(super) fn pelvis(&self) -> impl Iterator<Item = DVec3> {
        let rest = self.rest_joints()[0];
        self.track.translations.iter().map(move |translation| rest + translation.as_dvec3())
    }

    /// Local rotation of a joint; frames count from 0.
    pub(super) fn rotation(&self, frame: usize, joint: usize) -> DQuat {
        DQuat::from_scaled_axis(self.track.poses[frame][joint].as_dvec3())
    }
}

/// The joints that nothing hangs on, and which way their tips lie in the rest pose: up for the head, ahead for the
/// feet, along the arm for the hands.
const TIPS: [(usize, DVec3); 5] = [(15, DVec3::Y), (10, DVec3::Z), (11, DVec3::Z), (22, DVec3::X), (23, DVec3::NEG_X)];

/// From the last joints to the tips of head, toes and hands, metres: as far as the surface reaches. Zero for others.
pub(super) fn tips(motion: &BodyMotion, rest_joints: &[DVec3; BODY_JOINTS]) -> [DVec3; BODY_JOINTS] {
    let vertices = motion.body.rest_vertices(&motion.track.betas[0]);
    let mut tips = [DVec3::ZERO; BODY_JOINTS];
    for (joint, direction) in TIPS {
        let hangs_on_joint =
            |vertex: usize| motion.body.skin.of(vertex).any(|(pull, weight)| pull == joint && weight > 0.5);
        let reach = |vertex: usize| (vertices[vertex].as_dvec3() - rest_joints[joint]).dot(direction);
        let surface = (0..vertices.len()).filter(|vertex| hangs_on_joint(*vertex)).map(reach).fold(0.0, f64::max);
        let bone = BODY_PARENTS[joint].map_or(0.0, |parent| rest_joints[joint].distance(rest_joints[parent]));
        tips[joint] = direction * if surface > 0.0 { surface } else { bone / 2.0 };
    }
    tips
}

pub(super) fn children(joint: usize) -> impl Iterator<Item = usize> {
    (0..BODY_JOINTS).filter(move |child| BODY_PARENTS[*child] == Some(joint))
}
