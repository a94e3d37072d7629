//! A low-pass that is flat where it lets pass and, run forwards and then backwards, shifts nothing in time.
//!
//! The design is not corrected for the second run, as with SciPy's `butter` and `filtfilt`: at the cut-off the two runs
//! together let half of the amplitude pass.

use std::f64::consts::PI;

/// The highest order that is designed; a higher one counts as this.
pub const MAX_ORDER: usize = 8;

/// One or two poles, `b` over `1 + a`, with gain 1 for what stands still.
#[derive(Clone, Copy, Debug)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
}

impl Section {
    /// Two conjugate poles of an analog low-pass, through the bilinear transform.
    fn pair(cutoff: f64, damping: f64) -> Self {
        let square = cutoff * cutoff;
        let scale = 1.0 / (1.0 + damping * cutoff + square);
        let b0 = square * scale;
        Self { b: [b0, 2.0 * b0, b0], a: [2.0 * (square - 1.0) * scale, (1.0 - damping * cutoff + square) * scale] }
    }

    /// The real pole of an odd order.
    fn single(cutoff: f64) -> Self {
        let scale = 1.0 / (1.0 + cutoff);
        Self { b: [cutoff * scale, cutoff * scale, 0.0], a: [(cutoff - 1.0) * scale, 0.0] }
    }

    /// Filters in place, starting as if the first value had been there for ever.
    fn run(&self, series: &mut [f64]) {
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let first = series.first().copied().unwrap_or_default();
        let (mut near, mut far) = ((1.0 - b0) * first, (b2 - a2) * first);
        for value in series {
            let filtered = b0 * *value + near;
            near = b1 * *value - a1 * filtered + far;
            far = b2 * *value - a2 * filtered;
            *value = filtered;
        }
    }
}

/// A designed low-pass with its workspace.
#[derive(Clone, Debug)]
pub struct ZeroPhase {
    sections: Vec<Section>,
    /// Values added at both ends, where the series is long enough.
    padding: usize,
    padded: Vec<f64>,
}

impl ZeroPhase {
    /// The filter for a cut-off between 0 and half the frame rate.
    pub fn new(cutoff_hz: f64, order: usize, fps: f64) -> Self {
        let order = order.clamp(1, MAX_ORDER);
        // The bilinear transform bends frequencies; this is the cut-off before bending.
        let cutoff = (PI * cutoff_hz / fps).tan();
        let damping = |pair: usize| 2.0 * (PI * (2 * pair + 1) as f64 / (2 * order) as f64).sin();
        let mut sections: Vec<Section> = (0..order / 2).map(|pair| Section::pair(cutoff, damping(pair))).collect();
        if order % 2 == 1 {
            sections.push(Section::single(cutoff));
        }
        Self { sections, padding: 3 * (order + 1), padded: Vec::new() }
    }

    /// Filters in place. Both ends are prolonged by the series turned around its end point; a series that is shorter
    /// than the usual padding is prolonged by what it has.
    pub fn run(&mut self, series: &mut [f64]) {
        let padding = self.padding.min(series.len().saturating_sub(1));
        if padding == 0 {
            return;
        }
        let last = series.len() - 1;
        let padded = &mut self.padded;
        padded.clear();
        padded.extend((1..=padding).rev().map(|at| 2.0 * series[0] - series[at]));
        padded.extend_from_slice(series);
        padded.extend((1..=padding).map(|at| 2.0 * series[last] - series[last - at]));
        for _direction in 0..2 {
            for section in &self.sections {
                section.run(padded);
            }
            padded.reverse();
        }
        series.copy_from_slice(&padded[padding..=padding + last]);
    }
}
