//! Body models with SMPL's joint tree, and the poses of a body over time.
//!
//! Rest pose: T-pose, metres, x to the person's left, y up, z forward. Vertices are never stored over time: they
//! follow from a [`BodyModel`] and one frame of a [`BodyTrack`] (`motion::skin`).

mod arrays;
mod normals;
mod rows;

use std::sync::Arc;

use glam::Vec3;

pub use arrays::{BodyArrays, BodyError, swapped_legs};
pub use normals::vertex_normals;
pub use rows::SparseRows;

use super::skeleton::H36M_JOINTS;
use super::{FrameIndex, FrameRange, PersonId};

/// Joints of SMPL's tree.
pub const BODY_JOINTS: usize = 24;
/// Shape coefficients (betas) that are used, even where a file brings more.
pub const BODY_SHAPES: usize = 10;
/// Rows of pose blend shapes: the 9 entries of every joint's rotation matrix but the root's.
pub const POSE_FEATURES: usize = 9 * (BODY_JOINTS - 1);

/// Parent of every joint; parents come before their children.
pub const BODY_PARENTS: [Option<usize>; BODY_JOINTS] = [
    None,
    Some(0),
    Some(0),
    Some(0),
    Some(1),
    Some(2),
    Some(3),
    Some(4),
    Some(5),
    Some(6),
    Some(7),
    Some(8),
    Some(9),
    Some(9),
    Some(9),
    Some(12),
    Some(13),
    Some(14),
    Some(16),
    Some(17),
    Some(18),
    Some(19),
    Some(20),
    Some(21),
];

/// SMPL's own names.
pub const BODY_JOINT_NAMES: [&str; BODY_JOINTS] = [
    "pelvis",
    "left_hip",
    "right_hip",
    "spine1",
    "left_knee",
    "right_knee",
    "spine2",
    "left_ankle",
    "right_ankle",
    "spine3",
    "left_foot",
    "right_foot",
    "neck",
    "left_collar",
    "right_collar",
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hand",
    "right_hand",
];

/// (left, right) joints that swap when the body is mirrored.
pub const BODY_MIRROR_PAIRS: [(usize, usize); 9] =
    [(1, 2), (4, 5), (7, 8), (10, 11), (13, 14), (16, 17), (18, 19), (20, 21), (22, 23)];

/// Local rotations of all joints as axis-angles, radians. The root's turns the rest pose into the space of its track.
pub type BodyPose = [Vec3; BODY_JOINTS];

/// Shape coefficients.
pub type Betas = [f32; BODY_SHAPES];

/// How strongly each joint pulls each vertex. Every vertex has the same number of places; unused ones weigh 0.
#[derive(Clone, Debug, PartialEq)]
pub struct SkinWeights {
    /// Joints per vertex, 1 to 24; 4 in all usual bodies.
    pub per_vertex: usize,
    /// [V, per_vertex]
    pub joints: Arc<[u8]>,
    /// [V, per_vertex], each row sums to 1.
    pub weights: Arc<[f32]>,
}

impl SkinWeights {
    /// (joint, weight) of one vertex.
    pub fn of(&self, vertex: usize) -> impl Iterator<Item = (usize, f32)> {
        let places = vertex * self.per_vertex..(vertex + 1) * self.per_vertex;
        self.joints[places.clone()].iter().map(|joint| usize::from(*joint)).zip(self.weights[places].iter().copied())
    }
}

/// A skinned body: checked, immutable, cheap to clone. Made by [`BodyArrays::check`].
#[derive(Clone, Debug)]
pub struct BodyModel {
    /// For people: "Mannequin", a file name or a checkpoint's name.
    pub name: String,
    /// `[V]` vertices of the mean shape in the rest pose.
    pub template: Arc<[Vec3]>,
    /// [shapes, V] metres per unit of beta; at most [`BODY_SHAPES`] of them.
    pub shape_directions: Arc<[Arc<[Vec3]>]>,
    /// What each shape coefficient does, where the file says so; else empty.
    pub shape_names: Vec<String>,
    /// [207, V] metres per unit of each pose feature, where the body has them.
    pub pose_directions: Option<Arc<[Vec3]>>,
    /// `[24]` rows over the vertices of the shaped rest pose.
    pub joint_regressor: SparseRows,
    /// `[17]` rows over the posed vertices: the joints of H36M-17.
    pub h36m_regressor: Option<SparseRows>,
    pub skin: SkinWeights,
    /// Counter-clockwise seen from outside.
    pub faces: Arc<[[u32; 3]]>,
    /// Rest joints of the mean shape, and metres per unit of each beta.
    rest_joints: [Vec3; BODY_JOINTS],
    rest_joint_directions: Vec<[Vec3; BODY_JOINTS]>,
}

impl BodyModel {
    pub fn vertex_count(&self) -> usize {
        self.template.len()
    }

    /// Joints of the rest pose for a shape, metres. Needs no vertices.
    pub fn rest_joints(&self, betas: &Betas) -> [Vec3; BODY_JOINTS] {
        let mut joints = self.rest_joints;
        for (direction, beta) in self.rest_joint_directions.iter().zip(betas) {
            for (joint, step) in joints.iter_mut().zip(direction) {
                *joint += *step * *beta;
            }
        }
        joints
    }

    /// Vertices of the rest pose for a shape, metres. // `[V]`
    pub fn rest_vertices(&self, betas: &Betas) -> Vec<Vec3> {
        let mut vertices = self.template.to_vec();
        for (direction, beta) in self.shape_directions.iter().zip(betas).filter(|(_, beta)| **beta != 0.0) {
            for (vertex, step) in vertices.iter_mut().zip(direction.iter()) {
                *vertex += *step * *beta;
            }
        }
        vertices
    }

    /// Where the pelvis of one frame lies, metres, in the space of its track.
    pub fn pelvis(&self, frame: &BodyFrame) -> Vec3 {
        self.rest_joints(frame.betas)[0] + frame.translation
    }

    /// The same body without pose blend shapes.
    #[must_use]
    pub fn without_pose_directions(&self) -> Self {
        Self { pose_directions: None, ..self.clone() }
    }
}

/// Pose, shape and place of one person's body over consecutive frames. The space is that of the root's rotation and
/// the translation: camera axes (x right, y down, z away) for what a mesh model predicts, the drawn world (x right,
/// y up, z towards the camera) for what is shown.
#[derive(Clone, Debug)]
pub struct BodyTrack {
    pub person: PersonId,
    pub range: FrameRange,
    /// `[frames]`
    pub poses: Arc<[BodyPose]>,
    /// `[frames]`
    pub betas: Arc<[Betas]>,
    /// `[frames]` metres, added to every posed vertex; the pelvis lies at this plus its place in the rest pose.
    pub translations: Arc<[Vec3]>,
}

/// One frame of a [`BodyTrack`].
#[derive(Clone, Copy, Debug)]
pub struct BodyFrame<'a> {
    pub pose: &'a BodyPose,
    pub betas: &'a Betas,
    pub translation: Vec3,
}

impl BodyTrack {
    /// The body of one timeline frame, if inside the range.
    pub fn frame(&self, frame: FrameIndex) -> Option<BodyFrame<'_>> {
        let offset = self.range.offset_of(frame)?;
        Some(BodyFrame {
            pose: self.poses.get(offset)?,
            betas: self.betas.get(offset)?,
            translation: *self.translations.get(offset)?,
        })
    }
}

/// Joints that a [`BodyModel`]'s `h36m_regressor` must have.
pub(super) const H36M_ROWS: usize = H36M_JOINTS;

#[cfg(test)]
mod tests;
