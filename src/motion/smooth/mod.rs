//! Filters of 3D joints over time, after lifting.
//!
//! Every coordinate of every joint is a series of its own, filtered in 64 bits. A joint that is not known (not a
//! number) parts its series in two.

mod butterworth;
mod live;
mod one_euro;
mod savitzky_golay;
mod strength;

use glam::Vec3;
use serde::{Deserialize, Serialize};

pub use self::butterworth::MAX_ORDER;
use self::butterworth::ZeroPhase;
pub use self::live::LiveSmoother;
use self::one_euro::OneEuro;
use self::savitzky_golay::SlidingFit;
pub use self::strength::SmoothingKind;
use super::placement::{ANKLE_HEIGHT_M, BODY_HEIGHT_M, chain_length, percentile};
use crate::data::H36M_JOINTS;
use crate::support::Notice;

/// Longest window of the Savitzky-Golay filter; a longer one counts as this.
pub const MAX_WINDOW_FRAMES: usize = 301;
/// Highest degree of its polynomials; a higher one counts as this.
pub const MAX_DEGREE: usize = 7;

/// Frames looked at for the size of the body; longer clips are sampled evenly.
const MAX_SAMPLES: usize = 300;

/// How joints are smoothed; not at all at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Smoothing {
    #[default]
    Off,
    /// Low-pass whose cut-off rises with speed (Casiez et al. 2012); causal, so it lags a little. `beta` is in Hz per
    /// metre a second, of a person of usual height.
    OneEuro { min_cutoff_hz: f32, beta: f32, derivative_cutoff_hz: f32 },
    /// Low-pass run forwards and backwards, so nothing is late. The order is that of one run.
    Butterworth { cutoff_hz: f32, order: usize },
    /// Least-squares polynomials in a moving window; keeps peaks. An even window counts as the next odd one.
    SavitzkyGolay { window_frames: usize, degree: usize },
}

impl Smoothing {
    pub fn is_off(&self) -> bool {
        *self == Self::Off
    }

    /// Smooths every joint on its own; `joints` is [frames, 17], in any unit. Parameters that filter nothing (see
    /// [`Self::notice`]) leave the joints as they are.
    pub fn apply(&self, joints: &[Vec3], fps: f64) -> Vec<Vec3> {
        let mut smoothed = joints.to_vec();
        let Some(mut filter) = self.filter(fps, || metres_per_unit(joints)) else { return smoothed };
        let frames = joints.len() / H36M_JOINTS;
        let mut series: Vec<f64> = Vec::with_capacity(frames);
        for joint in 0..H36M_JOINTS {
            let at = |frame: usize| frame * H36M_JOINTS + joint;
            let mut start = 0;
            while start < frames {
                let known = (start..frames).take_while(|frame| joints[at(*frame)].is_finite()).count();
                for axis in 0..3 {
                    series.clear();
                    series.extend((start..start + known).map(|frame| f64::from(joints[at(frame)][axis])));
                    filter.run(&mut series);
                    for (offset, value) in series.iter().enumerate() {
                        smoothed[at(start + offset)][axis] = *value as f32;
                    }
                }
                start += known + 1;
            }
        }
        smoothed
    }

    /// Why these parameters filter nothing at a frame rate; none where they do filter, and when smoothing is off.
    pub fn notice(&self, fps: f64) -> Option<Notice> {
        if self.is_off() || self.is_effective(fps) {
            return None;
        }
        let notice = Notice::warning("Smoothing has no effect");
        Some(match *self {
            Self::Butterworth { cutoff_hz, .. } if cutoff_hz > 0.0 => notice
                .why(format!(
                    "at {fps:.3} frames per second there is no motion above {:.3} Hz, and the cut-off is {cutoff_hz} Hz",
                    fps / 2.0
                ))
                .hint("Choose a lower cut-off."),
            Self::SavitzkyGolay { .. } => notice
                .why("a polynomial of this degree goes through every point of the window")
                .hint("Choose a longer window or a lower degree."),
            _ => notice.why("a cut-off has to be more than 0 Hz").hint("Choose a higher cut-off."),
        })
    }

    fn is_effective(&self, fps: f64) -> bool {
        let is_positive = |value: f32| value > 0.0 && value.is_finite();
        match *self {
            Self::Off => false,
            Self::OneEuro { min_cutoff_hz, beta, derivative_cutoff_hz } => {
                is_positive(min_cutoff_hz) && beta >= 0.0 && is_positive(derivative_cutoff_hz)
            }
            Self::Butterworth { cutoff_hz, .. } => is_positive(cutoff_hz) && f64::from(cutoff_hz) < fps / 2.0,
            Self::SavitzkyGolay { window_frames, degree } => terms(degree) < odd_window(window_frames),
        }
    }

    /// The filter of one series. `metres_per_unit` is asked for where speed matters.
    fn filter(&self, fps: f64, metres_per_unit: impl FnOnce() -> f32) -> Option<Filter> {
        if !self.is_effective(fps) {
            return None;
        }
        match *self {
            Self::Off => None,
            Self::OneEuro { min_cutoff_hz, beta, derivative_cutoff_hz } => Some(Filter::OneEuro(OneEuro {
                min_cutoff_hz: min_cutoff_hz.into(),
                beta: f64::from(beta) * f64::from(metres_per_unit()),
                derivative_cutoff_hz: derivative_cutoff_hz.into(),
                fps,
            })),
            Self::Butterworth { cutoff_hz, order } => {
                Some(Filter::ZeroPhase(ZeroPhase::new(cutoff_hz.into(), order, fps)))
            }
            Self::SavitzkyGolay { window_frames, degree } => {
                Some(Filter::SlidingFit(SlidingFit::new(odd_window(window_frames), terms(degree))))
            }
        }
    }
}

enum Filter {
    OneEuro(OneEuro),
    ZeroPhase(ZeroPhase),
    SlidingFit(SlidingFit),
}

impl Filter {
    /// Filters in place; values are numbers, one per frame.
    fn run(&mut self, series: &mut [f64]) {
        match self {
            Self::OneEuro(filter) => filter.run(series),
            Self::ZeroPhase(filter) => filter.run(series),
            Self::SlidingFit(filter) => filter.run(series),
        }
    }
}

/// From the joints' unit to metres, by the median length of a body of usual height. // [frames, 17]
fn metres_per_unit(joints: &[Vec3]) -> f32 {
    let frames = joints.as_chunks::<H36M_JOINTS>().0;
    let lengths = frames.iter().step_by(frames.len().div_ceil(MAX_SAMPLES).max(1)).map(chain_length);
    let length = percentile(lengths.collect(), 0.5).filter(|length| *length > 0.0);
    length.map_or(1.0, |length| (BODY_HEIGHT_M - ANKLE_HEIGHT_M) / length)
}

fn odd_window(frames: usize) -> usize {
    frames.min(MAX_WINDOW_FRAMES) | 1
}

/// Terms of a polynomial.
fn terms(degree: usize) -> usize {
    degree.min(MAX_DEGREE) + 1
}

#[cfg(test)]
mod tests;
