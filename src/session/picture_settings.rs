//! What the 2D view shows.

use serde::{Deserialize, Serialize};

/// Every field has a default, so files of other versions load.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureSettings {
    /// The clip's video.
    pub video: bool,
    /// Of the video, 0 to 1.
    pub opacity: f32,
    pub keypoints: bool,
    /// The 3D skeleton as the recording camera sees it.
    pub projection: bool,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self { video: true, opacity: 1.0, keypoints: true, projection: false }
    }
}
