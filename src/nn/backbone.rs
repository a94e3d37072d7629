//! The backbone of any model, for its motion representation.

use super::device::DeviceChoice;
use super::dstformer::NetworkError;
use super::network::Network;
use super::{Checkpoint, DstformerConfig, LoadReport, ModelError};
use crate::support::{CancelToken, Notice, Notices};

/// A loaded backbone: of a 3D pose model, or of a model of another task, whose head is left alone.
pub struct BackboneModel {
    name: String,
    network: Network,
}

impl BackboneModel {
    /// Puts a checkpoint's backbone on a device. The report names tensors that are not used; a notice says when
    /// another device than the chosen one is used.
    ///
    /// # Errors
    /// [`NetworkError`] for a checkpoint without a backbone, or one that does not fit the device.
    pub fn load(
        checkpoint: &Checkpoint,
        choice: DeviceChoice,
        num_heads: Option<usize>,
    ) -> Result<(Self, LoadReport, Vec<Notice>), NetworkError> {
        let (network, report, notices) = Network::load(checkpoint, choice, num_heads)?;
        Ok((Self { name: checkpoint.name.clone(), network }, report, notices))
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn config(&self) -> &DstformerConfig {
        self.network.config()
    }

    /// What happened while it ran: a GPU that failed and was given up.
    pub fn notices(&self) -> &Notices {
        self.network.notices()
    }

    /// The motion representation [batch, frames, 17, dim_rep] of `clips` [batch, frames, 17, 3].
    ///
    /// # Errors
    /// [`ModelError`] when asked to stop and for another shape. A GPU that fails is replaced by the CPU.
    pub fn represent(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        self.network.represent(clips, batch, frames, cancel)
    }
}
