//! The coordinate spaces a value can be in, and the affine map between image pixels and the model's clip box.

use serde::{Deserialize, Serialize};

/// Where joint coordinates live. In both, x points right, y down and z away from the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Space {
    /// The model's own: the clip's square scaled to [-1, 1].
    ClipBox,
    /// Image pixels; z in pixels of the same scale.
    ImagePixels,
}

/// How pixels become model input (both as published).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NormalisationMode {
    /// The square around all valid joints of the whole track becomes [-1, 1].
    #[default]
    Crop,
    /// `(xy - [W, H] / 2) / (min(W, H) / 2)`; keeps the place in the image.
    Pixel,
    /// The input is model input already.
    Identity,
}

/// Maps image pixels to the clip box and back: `clip = (px - centre) / half_extent`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalisation {
    pub mode: NormalisationMode,
    /// Image point that becomes the origin, pixels.
    pub centre: [f32; 2],
    /// Pixels per unit of the clip box; more than 0.
    pub half_extent: f32,
}

impl Normalisation {
    pub const IDENTITY: Self = Self { mode: NormalisationMode::Identity, centre: [0.0, 0.0], half_extent: 1.0 };

    /// Pixels to clip box, not clipped.
    pub fn apply(&self, px: [f32; 2]) -> [f32; 2] {
        [(px[0] - self.centre[0]) / self.half_extent, (px[1] - self.centre[1]) / self.half_extent]
    }

    /// Clip box to pixels; z is scaled alike, so all three are in pixels.
    pub fn invert(&self, clip: glam::Vec3) -> glam::Vec3 {
        clip * self.half_extent + glam::vec3(self.centre[0], self.centre[1], 0.0)
    }
}
