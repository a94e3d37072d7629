//! The weights built into the program, so that it works at first start without a download.

use super::{Checkpoint, WeightsError};

static STARTER: &[u8] = include_bytes!("../../models/starter-pose3d.safetensors");

impl Checkpoint {
    /// The small 3D pose model of `models/README.md`: a starter, not a rival of the published weights.
    ///
    /// # Errors
    /// Only if the program itself is damaged.
    pub fn starter() -> Result<Self, WeightsError> {
        Self::from_bytes("starter", STARTER)
    }
}
