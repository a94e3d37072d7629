//! What the model says: 3D joints of one person over a range of frames.

use std::sync::Arc;

use glam::Vec3;

use super::skeleton::H36M_JOINTS;
use super::{FrameIndex, FrameRange, Normalisation, PersonId, Space};

/// 3D joints of one person over consecutive frames, H36M-17 order.
#[derive(Clone, Debug)]
pub struct PosePrediction {
    pub person: PersonId,
    pub range: FrameRange,
    pub space: Space,
    /// The way back to pixels when `space` is [`Space::ClipBox`].
    pub normalisation: Normalisation,
    /// [frames, 17], x right, y down, z away from the camera, in units of `space`.
    pub joints: Arc<[Vec3]>,
}

impl PosePrediction {
    /// The 17 joints of one timeline frame, if inside the range.
    pub fn frame(&self, frame: FrameIndex) -> Option<&[Vec3]> {
        let offset = self.range.offset_of(frame)?;
        self.joints.get(offset * H36M_JOINTS..(offset + 1) * H36M_JOINTS)
    }

    /// Only the frames that lie in `range`; their numbers stay.
    #[must_use]
    pub fn cut(&self, range: FrameRange) -> Self {
        let range = self.range.intersect(range);
        let start = range.start.saturating_sub(self.range.start) * H36M_JOINTS;
        let joints = self.joints.get(start..start + range.len() * H36M_JOINTS).unwrap_or_default();
        Self { range, joints: joints.into(), ..self.clone() }
    }

    /// The same joints in image pixels.
    #[must_use]
    pub fn to_pixels(&self) -> Self {
        match self.space {
            Space::ImagePixels => self.clone(),
            Space::ClipBox => Self {
                space: Space::ImagePixels,
                joints: self.joints.iter().map(|joint| self.normalisation.invert(*joint)).collect(),
                ..self.clone()
            },
        }
    }
}

/// A file of 3D poses (a saved `X3D.npy`), shown as it is without a model.
#[derive(Clone, Debug)]
pub struct PoseRecording {
    pub name: String,
    pub format: &'static str,
    pub fps: Option<f64>,
    pub frame_count: usize,
    pub people: Vec<PosePrediction>,
}
