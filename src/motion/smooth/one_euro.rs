//! A low-pass that opens with speed: steady when still, prompt when fast.
//!
//! Casiez, Roussel, Vogel: "1 € Filter", CHI 2012, algorithm 1. Causal, so it lags behind a little.

/// The filter's figures for one frame rate and unit.
#[derive(Clone, Copy, Debug)]
pub struct OneEuro {
    /// Cut-off of what stands still, Hz.
    pub min_cutoff_hz: f64,
    /// How much the cut-off rises with speed, Hz per unit of the values a second.
    pub beta: f64,
    /// Cut-off of the low-pass on the speed, Hz.
    pub derivative_cutoff_hz: f64,
    pub fps: f64,
}

impl OneEuro {
    /// Filters in place.
    pub fn run(&self, series: &mut [f64]) {
        let Some((first, rest)) = series.split_first_mut() else { return };
        let speed_share = self.share(self.derivative_cutoff_hz);
        let (mut filtered, mut speed) = (*first, 0.0);
        for value in rest {
            speed += speed_share * ((*value - filtered) * self.fps - speed);
            filtered += self.share(self.min_cutoff_hz + self.beta * speed.abs()) * (*value - filtered);
            *value = filtered;
        }
    }

    /// How much of a new value an exponential low-pass takes up (the paper's alpha).
    fn share(&self, cutoff_hz: f64) -> f64 {
        let angle = std::f64::consts::TAU * cutoff_hz / self.fps;
        angle / (angle + 1.0)
    }
}
