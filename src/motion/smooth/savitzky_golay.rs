//! A polynomial fitted around every frame: keeps the height of peaks better than a low-pass does.
//!
//! The first and last half window take their values from the polynomial of the first and last whole window; a series
//! that is shorter than the window is fitted by one polynomial.

/// Least-squares polynomial over `window` even steps, as the matrix from points to fitted points.
#[derive(Clone, Debug)]
struct Fit {
    window: usize,
    /// [window, window]; row i gives the fitted value at point i.
    weights: Vec<f64>,
}

impl Fit {
    fn new(window: usize, terms: usize) -> Self {
        // Orthonormal polynomials on the points; their outer products sum to the projection.
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(terms);
        for degree in 0..terms.min(window) {
            let mut values: Vec<f64> = (0..window)
                .map(|at| (2.0 * at as f64 / (window as f64 - 1.0).max(1.0) - 1.0).powi(degree as i32))
                .collect();
            // A second pass takes away what rounding left in the first.
            for _ in 0..2 {
                for known in &basis {
                    let share: f64 = known.iter().zip(&values).map(|(a, b)| a * b).sum();
                    values.iter_mut().zip(known).for_each(|(value, known)| *value -= share * known);
                }
            }
            let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
            values.iter_mut().for_each(|value| *value /= length);
            basis.push(values);
        }
        let weights = (0..window * window)
            .map(|at| basis.iter().map(|values| values[at / window] * values[at % window]).sum())
            .collect();
        Self { window, weights }
    }

    /// The fitted value at `at`, for points that begin with the window's first.
    fn at(&self, at: usize, points: &[f64]) -> f64 {
        let row = &self.weights[at * self.window..(at + 1) * self.window];
        row.iter().zip(points).map(|(weight, point)| weight * point).sum()
    }
}

/// A designed filter with its workspace.
#[derive(Clone, Debug)]
pub struct SlidingFit {
    terms: usize,
    fit: Fit,
    fitted: Vec<f64>,
}

impl SlidingFit {
    /// Fits over `window` frames, which is odd, by polynomials of `terms` terms.
    pub fn new(window: usize, terms: usize) -> Self {
        Self { terms, fit: Fit::new(window, terms), fitted: Vec::new() }
    }

    /// Filters in place.
    pub fn run(&mut self, series: &mut [f64]) {
        let short = (series.len() < self.fit.window).then(|| Fit::new(series.len(), self.terms));
        let fit = short.as_ref().unwrap_or(&self.fit);
        let (window, half) = (fit.window, fit.window / 2);
        let last_start = series.len() - window;
        self.fitted.clear();
        self.fitted.extend((0..series.len()).map(|frame| {
            let start = frame.saturating_sub(half).min(last_start);
            fit.at(frame - start, &series[start..])
        }));
        series.copy_from_slice(&self.fitted);
    }
}
