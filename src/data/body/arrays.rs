//! The arrays of a body file, and the checks that make a [`BodyModel`] of them.

use glam::Vec3;

use crate::support::Notice;

use super::{BODY_JOINTS, BODY_PARENTS, BODY_SHAPES, BodyModel, H36M_ROWS, POSE_FEATURES, SkinWeights, SparseRows};

/// How far from 1 a row of weights may sum up.
const SUM_TOLERANCE: f64 = 1e-3;

/// Rows of the H36M regressor that two published versions have swapped: (right, left) hip, knee, ankle.
const LEG_ROWS: [(usize, usize); 3] = [(1, 4), (2, 5), (3, 6)];

/// Why arrays are no body. The reader adds the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("wrong size: {what} has {found} values, but {wanted} are needed for {vertices} vertices")]
    Size { what: &'static str, found: usize, wanted: usize, vertices: usize },
    #[error("the body has no vertices or no faces")]
    Empty,
    #[error("not a number: {what} with a value that is not finite")]
    NotFinite { what: &'static str },
    #[error("the skinning weights of vertex {vertex} sum up to {sum}, not to 1")]
    WeightSum { vertex: usize, sum: String },
    #[error("face {face} names vertex {vertex}, but there are only {vertices}")]
    Face { face: usize, vertex: u32, vertices: usize },
    #[error("the joint tree is not SMPL's 24 joints: joint {joint} hangs on {found}")]
    Tree { joint: usize, found: i64 },
}

/// Says that [`BodyArrays::check`] found the legs of the H36M regressor swapped.
pub fn swapped_legs() -> Notice {
    Notice::info("The left and right leg of the H36M joint regressor were swapped; they have been put right")
}

/// Plain arrays as body files hold them, row-major, not checked yet.
#[derive(Clone, Debug, Default)]
pub struct BodyArrays {
    pub name: String,
    /// [V, 3] metres.
    pub template: Vec<f32>,
    /// [V, 3, shapes]; only the first ten shapes are used.
    pub shape_directions: Vec<f32>,
    /// What each shape does, if the file says so.
    pub shape_names: Vec<String>,
    /// [207, V, 3]
    pub pose_directions: Option<Vec<f32>>,
    /// [24, V]
    pub joint_regressor: Vec<f32>,
    /// [17, V]
    pub h36m_regressor: Option<Vec<f32>>,
    /// [V, 24]
    pub weights: Vec<f32>,
    pub faces: Vec<[u32; 3]>,
    /// `[24]`; the root's parent is any number outside of 0 to 23.
    pub parents: Vec<i64>,
}

impl BodyArrays {
    /// Makes the body. True as second value says that the legs of the H36M regressor were swapped left with right, as
    /// in one of its two published versions, and have been put right.
    ///
    /// # Errors
    /// [`BodyError`] that names the array and what is wrong with it.
    pub fn check(self) -> Result<(BodyModel, bool), BodyError> {
        let vertices = self.template.len() / 3;
        if vertices == 0 || self.faces.is_empty() {
            return Err(BodyError::Empty);
        }
        self.check_sizes(vertices)?;
        self.check_values()?;
        self.check_tree()?;
        for (number, face) in self.faces.iter().enumerate() {
            if let Some(vertex) = face.iter().find(|vertex| **vertex as usize >= vertices) {
                return Err(BodyError::Face { face: number, vertex: *vertex, vertices });
            }
        }
        let shapes = self.shape_directions.len() / self.template.len();
        let direction = |shape: usize| {
            let at = |value: usize| self.shape_directions[value * shapes + shape];
            (0..vertices).map(|v| Vec3::new(at(v * 3), at(v * 3 + 1), at(v * 3 + 2))).collect()
        };
        let template = points(&self.template);
        let joint_regressor = SparseRows::from_dense(&self.joint_regressor, vertices);
        let directions: Vec<std::sync::Arc<[Vec3]>> = (0..shapes.min(BODY_SHAPES)).map(direction).collect();
        let joints = |points: &[Vec3]| std::array::from_fn(|joint| joint_regressor.weigh(joint, points));
        let mut h36m_regressor = self.h36m_regressor.as_ref().map(|rows| SparseRows::from_dense(rows, vertices));
        let is_swapped = h36m_regressor.as_mut().is_some_and(|rows| put_legs_right(rows, &template));
        let body = BodyModel {
            skin: skin_weights(&self.weights)?,
            rest_joints: joints(&template),
            rest_joint_directions: directions.iter().map(|direction| joints(direction)).collect(),
            name: self.name,
            shape_directions: directions.into(),
            shape_names: self.shape_names,
            pose_directions: self.pose_directions.map(|values| points(&values).into()),
            template: template.into(),
            joint_regressor,
            h36m_regressor,
            faces: self.faces.into(),
        };
        Ok((body, is_swapped))
    }

    fn check_sizes(&self, vertices: usize) -> Result<(), BodyError> {
        let size = |what, found, wanted| match found == wanted {
            true => Ok(()),
            false => Err(BodyError::Size { what, found, wanted, vertices }),
        };
        size("the template", self.template.len(), vertices * 3)?;
        size("the joint regressor", self.joint_regressor.len(), vertices * BODY_JOINTS)?;
        size("the skinning weights", self.weights.len(), vertices * BODY_JOINTS)?;
        let shapes = self.shape_directions.len() / self.template.len();
        size("the shape directions", self.shape_directions.len(), vertices * 3 * shapes)?;
        if let Some(values) = &self.pose_directions {
            size("the pose directions", values.len(), vertices * 3 * POSE_FEATURES)?;
        }
        if let Some(values) = &self.h36m_regressor {
            size("the H36M joint regressor", values.len(), vertices * H36M_ROWS)?;
        }
        Ok(())
    }

    fn check_values(&self) -> Result<(), BodyError> {
        let optional = |values: &Option<Vec<f32>>| values.as_ref().is_none_or(|values| is_finite(values));
        let arrays = [
            ("the template", is_finite(&self.template)),
            ("the shape directions", is_finite(&self.shape_directions)),
            ("the pose directions", optional(&self.pose_directions)),
            ("the joint regressor", is_finite(&self.joint_regressor)),
            ("the H36M joint regressor", optional(&self.h36m_regressor)),
            ("the skinning weights", is_finite(&self.weights)),
        ];
        match arrays.iter().find(|(_, is_finite)| !is_finite) {
            Some((what, _)) => Err(BodyError::NotFinite { what }),
            None => Ok(()),
        }
    }

    fn check_tree(&self) -> Result<(), BodyError> {
        if self.parents.len() != BODY_JOINTS {
            let (found, vertices) = (self.parents.len(), self.template.len() / 3);
            return Err(BodyError::Size { what: "the joint tree", found, wanted: BODY_JOINTS, vertices });
        }
        for (joint, (found, wanted)) in self.parents.iter().zip(BODY_PARENTS).enumerate() {
            if usize::try_from(*found).ok().filter(|parent| *parent < BODY_JOINTS) != wanted {
                return Err(BodyError::Tree { joint, found: *found });
            }
        }
        Ok(())
    }
}

fn is_finite(values: &[f32]) -> bool {
    values.iter().all(|value| value.is_finite())
}

fn points(values: &[f32]) -> Vec<Vec3> {
    values.as_chunks::<3>().0.iter().map(|xyz| Vec3::from_array(*xyz)).collect()
}

/// The person's right hip lies at x < 0 in the rest pose. Puts a regressor right where it does not; true if so.
fn put_legs_right(rows: &mut SparseRows, template: &[Vec3]) -> bool {
    let (right, left) = LEG_ROWS[0];
    if rows.weigh(right, template).x <= rows.weigh(left, template).x {
        return false;
    }
    LEG_ROWS.iter().for_each(|(right, left)| rows.swap(*right, *left));
    true
}

/// Keeps the non-zero weights of every vertex, the same number of places for all.
fn skin_weights(dense: &[f32]) -> Result<SkinWeights, BodyError> {
    let rows = dense.as_chunks::<BODY_JOINTS>().0;
    for (vertex, row) in rows.iter().enumerate() {
        let sum: f64 = row.iter().copied().map(f64::from).sum();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(BodyError::WeightSum { vertex, sum: format!("{sum:.4}") });
        }
    }
    let used = |row: &[f32; BODY_JOINTS]| row.iter().filter(|weight| **weight != 0.0).count();
    let per_vertex = rows.iter().map(used).max().unwrap_or(1).max(1);
    let mut joints = Vec::with_capacity(rows.len() * per_vertex);
    let mut weights = Vec::with_capacity(rows.len() * per_vertex);
    for row in rows {
        let places = (0u8..).zip(row).filter(|(_, weight)| **weight != 0.0).map(|(joint, weight)| (joint, *weight));
        for (joint, weight) in places.chain(std::iter::repeat((0, 0.0))).take(per_vertex) {
            joints.push(joint);
            weights.push(weight);
        }
    }
    Ok(SkinWeights { per_vertex, joints: joints.into(), weights: weights.into() })
}
