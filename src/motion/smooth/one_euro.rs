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

/// Where the filter of one series is.
#[derive(Clone, Copy, Debug)]
pub struct OneEuroState {
    filtered: f64,
    /// Per second, filtered.
    speed: f64,
}

impl OneEuroState {
    /// Before the second value.
    pub fn at(first: f64) -> Self {
        Self { filtered: first, speed: 0.0 }
    }
}

impl OneEuro {
    /// Filters in place.
    pub fn run(&self, series: &mut [f64]) {
        let Some((first, rest)) = series.split_first_mut() else { return };
        let mut state = OneEuroState::at(*first);
        for value in rest {
            *value = self.step(&mut state, *value);
        }
    }

    /// The next value, filtered.
    pub fn step(&self, state: &mut OneEuroState, value: f64) -> f64 {
        let ahead = value - state.filtered;
        state.speed += self.share(self.derivative_cutoff_hz) * (ahead * self.fps - state.speed);
        state.filtered += self.share(self.min_cutoff_hz + self.beta * state.speed.abs()) * ahead;
        state.filtered
    }

    /// How much of a new value an exponential low-pass takes up (the paper's alpha).
    fn share(&self, cutoff_hz: f64) -> f64 {
        let angle = std::f64::consts::TAU * cutoff_hz / self.fps;
        angle / (angle + 1.0)
    }
}
