//! Stretches as vectors.

use crate::data::{FrameRange, MotionFeatures};

/// Middle and spread of the three kinds of values over many movements, in which a joint strays by about 1: what makes
/// them count alike. Spread and speed are taken by their square root, so that wild movements do not drown gentle ones.
const MEAN_SPREAD: f32 = 1.0;
const STRAY: (f32, f32) = (0.74, 0.33);
const SPEED: (f32, f32) = (0.34, 0.16);
/// How much the way from the first third to the last counts: sitting down is not standing up.
const ORDER: f32 = 0.5;

/// Features with their running sums, so that any stretch is described at once.
pub(super) struct Described {
    rows: usize,
    dim: usize,
    sums: Vec<f64>, // [rows + 1, dim]
    seen: Vec<f64>, // [rows + 1]
}

impl Described {
    pub fn of(features: &MotionFeatures) -> Self {
        let (rows, dim) = (features.rows(), features.dim);
        let mut sums = vec![0.0; (rows + 1) * dim];
        let mut seen = vec![0.0; rows + 1];
        for row in 0..rows {
            let (before, after) = sums[row * dim..(row + 2) * dim].split_at_mut(dim);
            for ((after, before), value) in after.iter_mut().zip(before).zip(features.row(row)) {
                *after = *before + f64::from(*value);
            }
            seen[row + 1] = seen[row] + f64::from(features.seen[row]);
        }
        Self { rows, dim, sums, seen }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Share of the joints that was seen, 0 to 1.
    pub fn seen(&self, stretch: FrameRange) -> f32 {
        ((self.seen[stretch.end] - self.seen[stretch.start]) / stretch.len().max(1) as f64) as f32
    }

    /// What the person does in the rows of `stretch`, as a vector of length 1.
    pub fn describe(&self, stretch: FrameRange) -> Vec<f32> {
        let channels = self.dim / 3;
        let third = stretch.len() / 3;
        let whole = self.means(stretch);
        let first = self.means(FrameRange::of_len(stretch.start, third));
        let last = self.means(FrameRange::new(stretch.end - third, stretch.end));
        let mut description = Vec::with_capacity(4 * channels);
        let (means, rest) = whole.split_at(channels);
        let (squares, speeds) = rest.split_at(channels);
        description.extend(means.iter().map(|mean| mean / MEAN_SPREAD));
        description.extend(squares.iter().zip(means).map(|(square, mean)| {
            let stray = (square - mean * mean).max(0.0).sqrt();
            (stray.sqrt() - STRAY.0) / STRAY.1
        }));
        description.extend(speeds.iter().map(|speed| (speed.max(0.0).sqrt() - SPEED.0) / SPEED.1));
        description
            .extend(first.iter().zip(&last).take(channels).map(|(first, last)| (last - first) * (ORDER / MEAN_SPREAD)));
        normalise(&mut description);
        description
    }

    /// The mean row of a stretch that is not empty.
    fn means(&self, stretch: FrameRange) -> Vec<f32> {
        let share = 1.0 / stretch.len() as f64;
        let row = |row: usize| &self.sums[row * self.dim..(row + 1) * self.dim];
        let ends = row(stretch.end).iter().zip(row(stretch.start));
        ends.map(|(end, start)| ((end - start) * share) as f32).collect()
    }
}

/// Of two vectors of length 1, and 0 for vectors of different features.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    if a.len() == b.len() { a.iter().zip(b).map(|(a, b)| a * b).sum() } else { 0.0 }
}

fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > f32::EPSILON {
        vector.iter_mut().for_each(|value| *value /= length);
    }
}
