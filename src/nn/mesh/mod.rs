//! Body pose and shape from motion: the mesh model of MotionBERT, ready for use.
//!
//! Source: "Learning Human Motion Representations: A Unified Perspective" (arXiv 2210.06551), section 3.3, with the
//! tensor names of the published checkpoints. Gives parameters; vertices follow from them (`motion::skin`).

mod body;
mod head;
mod rotation;

use std::sync::Arc;

use super::device::DeviceChoice;
use super::dstformer::NetworkError;
use super::network::Network;
use super::{Checkpoint, DstformerConfig, LoadReport, ModelError, Task, WeightsError};
use crate::data::body::{Betas, BodyModel, BodyPose};
use crate::support::{CancelToken, Notice, Notices};
use head::MeshHead;

pub use body::CheckpointBody;

/// Poses and shapes of a batch of clips.
#[derive(Clone, Debug)]
pub struct BodyEstimates {
    /// [batch, frames] local rotations; the root's turns the rest pose into camera axes (x right, y down, z away).
    pub poses: Vec<BodyPose>,
    /// `[batch]`; a clip has one shape.
    pub betas: Vec<Betas>,
}

/// A loaded mesh model with the body that its parameters are of. Shared between threads; one pass at a time is
/// fastest, since a pass uses all cores.
pub struct MeshModel {
    name: String,
    backbone: Network,
    head: MeshHead,
    body: Arc<BodyModel>,
}

impl MeshModel {
    /// Puts a checkpoint on a device. Without a `body` the checkpoint has to bring its own. The report names tensors
    /// that the model does not use; notices say when another device than the chosen one is used, and what is odd about
    /// the body.
    ///
    /// # Errors
    /// [`NetworkError`] for a checkpoint that is no mesh model or does not fit the device, and where there is no body or
    /// one with another number of vertices than the checkpoint's.
    pub fn load(
        checkpoint: &Checkpoint,
        choice: DeviceChoice,
        num_heads: Option<usize>,
        body: Option<Arc<BodyModel>>,
    ) -> Result<(Self, LoadReport, Vec<Notice>), NetworkError> {
        checkpoint.expect_task(Task::Mesh)?;
        let (body, body_notices) = body_for(checkpoint, body)?;
        let weights = checkpoint.mesh_weights(&checkpoint.config(num_heads)?)?;
        let (backbone, _, mut notices) = Network::load(checkpoint, choice, num_heads)?;
        notices.extend(body_notices);
        let head = MeshHead::new(&weights.part("head."))?;
        Ok((Self { name: checkpoint.name.clone(), backbone, head, body }, weights.report, notices))
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn config(&self) -> &DstformerConfig {
        self.backbone.config()
    }

    /// The body that poses and shapes are of.
    pub fn body(&self) -> &Arc<BodyModel> {
        &self.body
    }

    /// The device it runs on, for people.
    pub fn device_label(&self) -> &str {
        self.backbone.device_label()
    }

    /// What happened while it ran: a GPU that failed and was given up.
    pub fn notices(&self) -> &Notices {
        self.backbone.notices()
    }

    /// Poses and shapes of `clips` [batch, frames, 17, 3] (x, y, confidence) in the clip box.
    ///
    /// # Errors
    /// [`ModelError`] when asked to stop, for another shape, and for weights that lead to no numbers. A GPU that fails
    /// is replaced by the CPU.
    pub fn estimate(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<BodyEstimates, ModelError> {
        let representation = self.backbone.represent(clips, batch, frames, cancel)?;
        cancel.check()?;
        let estimates = self.read_off(&representation, frames);
        let is_finite = estimates.poses.iter().flatten().all(|rotation| rotation.is_finite())
            && estimates.betas.iter().flatten().all(|beta| beta.is_finite());
        if is_finite { Ok(estimates) } else { Err(NetworkError::NotFinite.into()) }
    }

    /// What the head alone says of motion representations [batch, frames, 17, dim_rep] of the backbone.
    pub fn read_off(&self, representation: &[f32], frames: usize) -> BodyEstimates {
        self.head.estimate(representation, frames)
    }
}

/// The given body if it goes with the checkpoint, else the checkpoint's own.
fn body_for(
    checkpoint: &Checkpoint,
    given: Option<Arc<BodyModel>>,
) -> Result<(Arc<BodyModel>, Vec<Notice>), WeightsError> {
    match (given, checkpoint.body_vertices()) {
        (Some(body), Some(vertices)) if body.vertex_count() != vertices => Err(WeightsError::Model(format!(
            "the body {} has {} vertices, but the mesh model was made for one of {vertices}, and shapes of one body \
             mean nothing to another",
            body.name,
            body.vertex_count()
        ))),
        (Some(body), Some(_)) => Ok((body, Vec::new())),
        (Some(body), None) => {
            let notice = Notice::info(format!("The shapes that the model gives are applied to {}", body.name))
                .why("the checkpoint does not say which body it was made for")
                .hint("They are right for SMPL only.");
            Ok((body, vec![notice]))
        }
        (None, _) => match checkpoint.body()? {
            Some(CheckpointBody { body, notices }) => Ok((Arc::new(body), notices)),
            None => Err(WeightsError::Model(
                "the mesh checkpoint brings no body model (head.smpl.*); give the body file that it was made for, \
                 SMPL's .pkl or .npz"
                    .to_owned(),
            )),
        },
    }
}
