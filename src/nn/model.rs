//! A 3D pose model ready for use: the fastest forward pass that its device has.

use candle_core::Tensor;

use super::device::{self, DeviceChoice};
use super::dstformer::{Dstformer, NetworkError};
use super::{Checkpoint, DstformerConfig, LoadReport};
use crate::support::{CancelToken, Cancelled, Notice};

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// A loaded 3D pose model. Shared between threads; one pass at a time is fastest, since a pass uses all cores.
pub struct PoseModel {
    name: String,
    is_root_relative: bool,
    device_label: String,
    network: Dstformer,
}

impl PoseModel {
    /// Puts a checkpoint on a device. The report names tensors that the model does not use; a notice says when another
    /// device than the chosen one is used.
    ///
    /// # Errors
    /// [`NetworkError`] for a checkpoint that is no 3D pose model or does not fit the device.
    pub fn load(
        checkpoint: &Checkpoint,
        choice: DeviceChoice,
        num_heads: Option<usize>,
    ) -> Result<(Self, LoadReport, Vec<Notice>), NetworkError> {
        let config = checkpoint.config(num_heads)?;
        let opened = device::open(choice);
        let (network, report) = Dstformer::load(checkpoint, &config, &opened.device)?;
        let model = Self {
            name: checkpoint.name.clone(),
            is_root_relative: checkpoint.is_root_relative(),
            device_label: opened.label,
            network,
        };
        Ok((model, report, opened.fallback.into_iter().collect()))
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn config(&self) -> &DstformerConfig {
        self.network.config()
    }

    pub fn is_root_relative(&self) -> bool {
        self.is_root_relative
    }

    /// The device it runs on, for people.
    pub fn device_label(&self) -> &str {
        &self.device_label
    }

    /// `clips` is [batch, frames, 17, 3] (x, y, confidence); so is the result (x, y, z), in the clip box.
    ///
    /// # Errors
    /// [`ModelError`] when asked to stop, for another shape, or when the device fails.
    pub fn forward(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        cancel.check()?;
        let run = || {
            let shape = (batch, frames, self.config().num_joints, 3);
            let clips = Tensor::from_slice(clips, shape, self.network.device())?;
            Ok::<_, NetworkError>(self.network.forward(&clips)?.flatten_all()?.to_vec1()?)
        };
        Ok(run()?)
    }
}
