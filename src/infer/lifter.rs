//! The network as the predictor sees it.

use crate::nn::{ModelError, PoseModel};
use crate::support::{CancelToken, Cancelled, Notice};

/// Lifts 2D clips to 3D. Implemented by the model and, in tests, by simple functions.
pub trait Lifter: Send + Sync {
    /// Most frames of one clip.
    fn max_frames(&self) -> usize;

    /// The model says where joints are relative to the root, not where the person is.
    fn is_root_relative(&self) -> bool;

    /// Predicts x, y, z of every joint, in the units of the input, before flip averaging and root handling.
    ///
    /// `clips` is [batch, frames, 17, 3] (x, y, confidence) and so is the result (x, y, z).
    ///
    /// # Errors
    /// [`LiftError`] when the network fails or is asked to stop.
    fn lift(&self, clips: &[f32], batch: usize, frames: usize, cancel: &CancelToken) -> Result<Vec<f32>, LiftError>;

    /// What a person should hear of the passes since the last call, such as a GPU that was given up.
    fn take_notices(&self) -> Vec<Notice> {
        Vec::new()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("the network failed on this device: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<ModelError> for LiftError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            failed @ ModelError::Network(_) => Self::Failed(Box::new(failed)),
        }
    }
}

impl Lifter for PoseModel {
    fn max_frames(&self) -> usize {
        self.config().maxlen
    }

    fn is_root_relative(&self) -> bool {
        Self::is_root_relative(self)
    }

    fn lift(&self, clips: &[f32], batch: usize, frames: usize, cancel: &CancelToken) -> Result<Vec<f32>, LiftError> {
        Ok(self.forward(clips, batch, frames, cancel)?)
    }

    fn take_notices(&self) -> Vec<Notice> {
        self.notices().take().into_iter().map(|(notice, _)| notice).collect()
    }
}
