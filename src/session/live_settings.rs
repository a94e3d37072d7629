//! Which camera is watched, and how.

use serde::{Deserialize, Serialize};

use crate::io::frames::camera::{CameraId, CameraOptions};

/// Where pictures come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveCamera {
    /// Somebody painted, who is found without a detector's file.
    #[default]
    TestPattern,
    Camera(CameraId),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LiveSettings {
    pub camera: LiveCamera,
    /// Width and height, pixels; the nearest that the camera offers is taken.
    pub size: [u32; 2],
    pub fps: u32,
    /// Left and right swapped, as in a mirror.
    pub mirror: bool,
    /// Frames of the lifter's window; none for as many as the machine keeps up with.
    pub window_frames: Option<usize>,
    /// Frames after the shown one that the lifter has seen.
    pub look_ahead: usize,
    pub max_people: usize,
}

impl Default for LiveSettings {
    fn default() -> Self {
        let CameraOptions { size, fps, mirror, .. } = CameraOptions::default();
        Self { camera: LiveCamera::default(), size, fps, mirror, window_frames: None, look_ahead: 0, max_people: 4 }
    }
}

impl LiveSettings {
    /// How to open a camera.
    pub fn camera_options(&self, camera: &CameraId) -> CameraOptions {
        CameraOptions { camera: Some(camera.clone()), size: self.size, fps: self.fps, mirror: self.mirror }
    }
}
