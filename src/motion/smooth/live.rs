//! The one-euro filter for joints that come one frame at a time.

use glam::Vec3;

use super::Smoothing;
use super::one_euro::{OneEuro, OneEuroState};
use super::strength::SmoothingKind;
use crate::data::H36M_JOINTS;

/// Smooths the 17 joints of one person as they come. A joint that is not known starts anew.
#[derive(Clone, Debug)]
pub struct LiveSmoother {
    joints: [[Option<OneEuroState>; 3]; H36M_JOINTS],
}

impl Default for LiveSmoother {
    fn default() -> Self {
        Self { joints: [[None; 3]; H36M_JOINTS] }
    }
}

impl LiveSmoother {
    /// The next frame, `dt_secs` after the one before. `strength` is 0 (not at all) to 1, as
    /// [`Smoothing::of_strength`] has it; `metres_per_unit` brings the joints' unit to metres.
    pub fn step(&mut self, joints: &mut [Vec3; H36M_JOINTS], strength: f32, metres_per_unit: f32, dt_secs: f64) {
        let smoothing = Smoothing::of_strength(SmoothingKind::OneEuro, strength);
        let Smoothing::OneEuro { min_cutoff_hz, beta, derivative_cutoff_hz } = smoothing else { return };
        if strength <= 0.0 || dt_secs <= 0.0 || !dt_secs.is_finite() {
            *self = Self::default();
            return;
        }
        let filter = OneEuro {
            min_cutoff_hz: min_cutoff_hz.into(),
            beta: f64::from(beta) * f64::from(metres_per_unit),
            derivative_cutoff_hz: derivative_cutoff_hz.into(),
            fps: 1.0 / dt_secs,
        };
        for (joint, states) in joints.iter_mut().zip(&mut self.joints) {
            if !joint.is_finite() {
                *states = [None; 3];
                continue;
            }
            for (axis, state) in states.iter_mut().enumerate() {
                let value = f64::from(joint[axis]);
                joint[axis] = match state {
                    Some(state) => filter.step(state, value) as f32,
                    None => {
                        *state = Some(OneEuroState::at(value));
                        joint[axis]
                    }
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_frame_at_a_time_is_the_same_as_all_at_once() {
        let fps = 30.0;
        let frames: Vec<[Vec3; H36M_JOINTS]> = (0..60)
            .map(|frame| std::array::from_fn(|joint| Vec3::splat((frame as f32 * 0.2 + joint as f32).sin())))
            .collect();
        let filter = |min_cutoff_hz, beta| OneEuro { min_cutoff_hz, beta, derivative_cutoff_hz: 1.0, fps };
        let Smoothing::OneEuro { min_cutoff_hz, beta, .. } = Smoothing::of_strength(SmoothingKind::OneEuro, 0.5) else {
            panic!("one-euro was asked for");
        };
        let mut series: Vec<f64> = frames.iter().map(|frame| f64::from(frame[3].y)).collect();
        filter(min_cutoff_hz.into(), beta.into()).run(&mut series);
        let mut smoother = LiveSmoother::default();
        for (frame, wanted) in frames.into_iter().zip(series) {
            let mut joints = frame;
            smoother.step(&mut joints, 0.5, 1.0, 1.0 / fps);
            assert!((f64::from(joints[3].y) - wanted).abs() < 1e-5);
        }
        let mut off = frames_of_noise();
        let before = off;
        smoother.step(&mut off, 0.0, 1.0, 1.0 / fps);
        assert_eq!(off, before);
    }

    fn frames_of_noise() -> [Vec3; H36M_JOINTS] {
        std::array::from_fn(|joint| Vec3::new(joint as f32, -1.0, 7.0))
    }
}
