//! Which camera is watched, and how.

use serde::{Deserialize, Serialize};

/// Where pictures come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveCamera {
    /// Somebody painted, who is found without a detector's file.
    #[default]
    TestPattern,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LiveSettings {
    pub camera: LiveCamera,
    /// Frames of the lifter's window; none for as many as the machine keeps up with.
    pub window_frames: Option<usize>,
    /// Frames after the shown one that the lifter has seen.
    pub look_ahead: usize,
    pub max_people: usize,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self { camera: LiveCamera::default(), window_frames: None, look_ahead: 0, max_people: 4 }
    }
}
