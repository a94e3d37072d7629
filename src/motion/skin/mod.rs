//! Forward kinematics and linear blend skinning of a body: the oracle of the renderer's, and what exports use.
//!
//! As SMPL does it: shape the rest pose, add the pose blend shapes, turn every joint about its place in the rest
//! pose along the tree, blend.

mod landmarks;

use std::sync::Arc;

use glam::{Affine3A, Mat3, Quat, Vec3};

use crate::data::body::{BODY_JOINTS, BODY_PARENTS, Betas, BodyFrame, BodyModel, BodyPose, POSE_FEATURES};

pub use crate::data::body::vertex_normals;
pub use landmarks::{Hung, Landmarks};

/// Where each joint's frame is in the track's space: its rotation is the chained one, its translation the joint.
pub type JointTransforms = [Affine3A; BODY_JOINTS];

/// Chains local rotations along the tree. `rest_joints` as [`BodyModel::rest_joints`] gives them, metres.
pub fn joint_transforms(rest_joints: &[Vec3; BODY_JOINTS], pose: &BodyPose, translation: Vec3) -> JointTransforms {
    let mut transforms = [Affine3A::IDENTITY; BODY_JOINTS];
    for (joint, parent) in BODY_PARENTS.iter().enumerate() {
        let rotation = Quat::from_scaled_axis(pose[joint]);
        transforms[joint] = match parent {
            None => Affine3A::from_rotation_translation(rotation, rest_joints[joint] + translation),
            Some(parent) => {
                let offset = rest_joints[joint] - rest_joints[*parent];
                transforms[*parent] * Affine3A::from_rotation_translation(rotation, offset)
            }
        };
    }
    transforms
}

/// What a vertex of the rest pose is multiplied by: the transforms relative to the rest joints.
pub fn skinning_transforms(transforms: &JointTransforms, rest_joints: &[Vec3; BODY_JOINTS]) -> JointTransforms {
    std::array::from_fn(|joint| transforms[joint] * Affine3A::from_translation(-rest_joints[joint]))
}

/// Rotation matrix minus identity of every joint but the root, row-major: the weights of the pose blend shapes.
pub fn pose_features(pose: &BodyPose) -> [f32; POSE_FEATURES] {
    let mut features = [0.0; POSE_FEATURES];
    for (rotation, nine) in pose[1..].iter().zip(features.as_chunks_mut::<9>().0) {
        let matrix = Mat3::from_quat(Quat::from_scaled_axis(*rotation)) - Mat3::IDENTITY;
        *nine = matrix.transpose().to_cols_array();
    }
    features
}

/// A body of one shape, ready to be posed again and again.
#[derive(Clone, Debug)]
pub struct ShapedBody {
    body: Arc<BodyModel>,
    betas: Betas,
    /// [V]
    vertices: Vec<Vec3>,
    rest_joints: [Vec3; BODY_JOINTS],
}

impl ShapedBody {
    pub fn new(body: Arc<BodyModel>, betas: Betas) -> Self {
        Self { vertices: body.rest_vertices(&betas), rest_joints: body.rest_joints(&betas), body, betas }
    }

    pub fn betas(&self) -> &Betas {
        &self.betas
    }

    pub fn rest_joints(&self) -> &[Vec3; BODY_JOINTS] {
        &self.rest_joints
    }

    /// Vertices of a pose, metres, in the space of its root. The betas of `frame` are taken to be this body's.
    pub fn posed(&self, frame: &BodyFrame) -> Vec<Vec3> {
        let transforms = joint_transforms(&self.rest_joints, frame.pose, frame.translation);
        let features = self.body.pose_directions.is_some().then(|| pose_features(frame.pose));
        self.skinned(&skinning_transforms(&transforms, &self.rest_joints), features.as_ref())
    }

    /// As [`Self::posed`] by what follows from a pose: its [`skinning_transforms`] and, for pose blend shapes, its
    /// [`pose_features`].
    pub fn skinned(&self, relative: &JointTransforms, features: Option<&[f32; POSE_FEATURES]>) -> Vec<Vec3> {
        let mut vertices = self.vertices.clone();
        if let (Some(directions), Some(features)) = (&self.body.pose_directions, features) {
            let moving = directions.chunks(vertices.len()).zip(features).filter(|(_, feature)| **feature != 0.0);
            for (direction, feature) in moving {
                for (vertex, step) in vertices.iter_mut().zip(direction) {
                    *vertex += *step * *feature;
                }
            }
        }
        for (number, vertex) in vertices.iter_mut().enumerate() {
            let pulled = self.body.skin.of(number).filter(|(_, weight)| *weight != 0.0);
            *vertex = pulled.map(|(joint, weight)| relative[joint].transform_point3(*vertex) * weight).sum();
        }
        vertices
    }
}

#[cfg(test)]
mod tests;
