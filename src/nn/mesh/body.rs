//! The body model that a published mesh checkpoint carries.

use crate::data::body::{BodyArrays, BodyModel, swapped_legs};
use crate::nn::{Checkpoint, WeightsError};
use crate::support::Notice;

const PREFIX: &str = "head.smpl.";

/// A body out of a checkpoint, with what a person should know about it.
#[derive(Clone, Debug)]
pub struct CheckpointBody {
    pub body: BodyModel,
    pub notices: Vec<Notice>,
}

impl Checkpoint {
    /// Vertices of the body that the checkpoint carries; none if it carries none.
    pub fn body_vertices(&self) -> Option<usize> {
        self.tensors.get(&format!("{PREFIX}v_template"))?.shape.first().copied()
    }

    /// The body that the checkpoint carries (`head.smpl.*`); none if it carries none.
    ///
    /// # Errors
    /// [`WeightsError::Model`] when it is incomplete or its arrays do not make a body.
    pub fn body(&self) -> Result<Option<CheckpointBody>, WeightsError> {
        if self.body_vertices().is_none() {
            return Ok(None);
        }
        let optional = |name: &str| self.tensors.get(&format!("{PREFIX}{name}")).map(|tensor| tensor.values.to_vec());
        let array = |name: &str| {
            let missing = || WeightsError::Model(format!("the checkpoint's body has no {PREFIX}{name}"));
            optional(name).ok_or_else(missing)
        };
        let arrays = BodyArrays {
            name: format!("the body of {}", self.name),
            template: array("v_template")?,
            shape_directions: array("shapedirs")?,
            shape_names: Vec::new(),
            pose_directions: optional("posedirs"), // [207, 3 V]
            joint_regressor: array("J_regressor")?,
            h36m_regressor: Some(array("J_regressor_h36m")?),
            weights: array("lbs_weights")?,
            faces: array("faces_tensor")?
                .as_chunks::<3>()
                .0
                .iter()
                .map(|face| face.map(|vertex| vertex as u32))
                .collect(),
            parents: array("parents")?.into_iter().map(|parent| parent as i64).collect(),
        };
        let (body, is_swapped) = arrays
            .check()
            .map_err(|error| WeightsError::Model(format!("the checkpoint's body cannot be used: {error}")))?;
        let notices = if is_swapped { vec![swapped_legs()] } else { Vec::new() };
        Ok(Some(CheckpointBody { body, notices }))
    }
}
