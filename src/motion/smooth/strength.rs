//! One slider for every filter.

use super::Smoothing;

/// The filters to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SmoothingKind {
    OneEuro,
    Butterworth,
    SavitzkyGolay,
}

impl SmoothingKind {
    pub const ALL: [Self; 3] = [Self::OneEuro, Self::Butterworth, Self::SavitzkyGolay];

    pub fn name(self) -> &'static str {
        match self {
            Self::OneEuro => "One-euro",
            Self::Butterworth => "Butterworth",
            Self::SavitzkyGolay => "Savitzky-Golay",
        }
    }
}

/// Cut-off of the Butterworth low-pass at strengths 0 and 1, Hz.
const CUTOFF_HZ: [f32; 2] = [12.0, 1.5];
const ORDER: usize = 4;
/// Cut-off of the one-euro filter at rest, Hz, and its rise with speed.
const MIN_CUTOFF_HZ: [f32; 2] = [8.0, 0.4];
const BETA: [f32; 2] = [4.0, 0.25];
const DERIVATIVE_CUTOFF_HZ: f32 = 1.0;
/// Window of the Savitzky-Golay filter, frames.
const WINDOW_FRAMES: [f32; 2] = [5.0, 31.0];
const DEGREE: usize = 3;

impl Smoothing {
    /// The strength that smooths usual motion well: a Butterworth cut-off of 6 Hz.
    pub const USUAL_STRENGTH: f32 = 1.0 / 3.0;

    /// The filter at a strength from 0 (hardly smoothed) to 1 (slow motion only).
    ///
    /// Between the ends figures change by equal ratios:
    ///
    /// | | 0 | 1/3 | 1 |
    /// |---|---|---|---|
    /// | Butterworth, order 4: cut-off | 12 Hz | 6 Hz | 1.5 Hz |
    /// | one-euro: cut-off at rest | 8 Hz | 2.9 Hz | 0.4 Hz |
    /// | one-euro: rise, Hz per m/s | 4 | 1.6 | 0.25 |
    /// | Savitzky-Golay, degree 3: window | 5 frames | 9 frames | 31 frames |
    pub fn of_strength(kind: SmoothingKind, strength: f32) -> Self {
        let strength = strength.clamp(0.0, 1.0);
        match kind {
            SmoothingKind::OneEuro => Self::OneEuro {
                min_cutoff_hz: between(MIN_CUTOFF_HZ, strength),
                beta: between(BETA, strength),
                derivative_cutoff_hz: DERIVATIVE_CUTOFF_HZ,
            },
            SmoothingKind::Butterworth => Self::Butterworth { cutoff_hz: between(CUTOFF_HZ, strength), order: ORDER },
            SmoothingKind::SavitzkyGolay => {
                // The nearest odd number.
                let half = ((between(WINDOW_FRAMES, strength) - 1.0) / 2.0).round();
                Self::SavitzkyGolay { window_frames: 2 * half as usize + 1, degree: DEGREE }
            }
        }
    }

    /// Where the slider stands for these parameters: the strength with the same cut-off or window. 0 when off.
    pub fn strength(&self) -> f32 {
        match *self {
            Self::Off => 0.0,
            Self::OneEuro { min_cutoff_hz, .. } => place(MIN_CUTOFF_HZ, min_cutoff_hz),
            Self::Butterworth { cutoff_hz, .. } => place(CUTOFF_HZ, cutoff_hz),
            Self::SavitzkyGolay { window_frames, .. } => place(WINDOW_FRAMES, window_frames as f32),
        }
    }

    pub fn kind(&self) -> Option<SmoothingKind> {
        match self {
            Self::Off => None,
            Self::OneEuro { .. } => Some(SmoothingKind::OneEuro),
            Self::Butterworth { .. } => Some(SmoothingKind::Butterworth),
            Self::SavitzkyGolay { .. } => Some(SmoothingKind::SavitzkyGolay),
        }
    }
}

fn between(ends: [f32; 2], strength: f32) -> f32 {
    ends[0] * (ends[1] / ends[0]).powf(strength)
}

fn place(ends: [f32; 2], value: f32) -> f32 {
    if value > 0.0 { ((value / ends[0]).ln() / (ends[1] / ends[0]).ln()).clamp(0.0, 1.0) } else { 0.0 }
}
