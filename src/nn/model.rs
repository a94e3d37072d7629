//! A 3D pose model ready for use.

use super::device::DeviceChoice;
use super::dstformer::NetworkError;
use super::network::Network;
use super::{Checkpoint, DstformerConfig, LoadReport, Task};
use crate::support::{CancelToken, Cancelled, Notice, Notices};

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
    network: Network,
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
        checkpoint.expect_task(Task::Pose3d)?;
        let (network, report, notices) = Network::load(checkpoint, choice, num_heads)?;
        let model = Self { name: checkpoint.name.clone(), is_root_relative: checkpoint.is_root_relative(), network };
        Ok((model, report, notices))
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
        self.network.device_label()
    }

    /// What happened while it ran: a GPU that failed and was given up.
    pub fn notices(&self) -> &Notices {
        self.network.notices()
    }

    /// `clips` is [batch, frames, 17, 3] (x, y, confidence); so is the result (x, y, z), in the clip box.
    ///
    /// # Errors
    /// [`ModelError`] when asked to stop and for another shape. A GPU that fails is replaced by the CPU.
    pub fn forward(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        self.network.forward(clips, batch, frames, cancel)
    }

    /// The motion representation [batch, frames, 17, dim_rep] of `clips` [batch, frames, 17, 3].
    ///
    /// # Errors
    /// As [`PoseModel::forward`].
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::seeded_pose3d;

    fn tiny() -> Checkpoint {
        seeded_pose3d(&DstformerConfig { maxlen: 4, ..DstformerConfig::TINY }, 1)
    }

    #[test]
    fn stopping_and_bad_shapes_are_told_apart() {
        let (model, report, notices) = PoseModel::load(&tiny(), DeviceChoice::Cpu, None).unwrap();
        assert!(report.unused.is_empty() && notices.is_empty());
        assert_eq!(model.device_label(), "cpu");
        let cancel = CancelToken::new();
        for (values, batch, frames) in [(101, 1, 2), (0, 0, 2), (0, 1, 0), (5 * 51, 1, 5), (2 * 51, 2, 2)] {
            let error = model.forward(&vec![0.0; values], batch, frames, &cancel).unwrap_err();
            assert!(matches!(error, ModelError::Network(NetworkError::Shape { .. })), "{error}");
        }
        cancel.cancel();
        assert!(matches!(model.represent(&[0.0; 51], 1, 1, &cancel), Err(ModelError::Cancelled(_))));
    }
}
