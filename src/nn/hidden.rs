//! The first layer of the published heads, and the mean over time that stands before it.

use super::fused::Dense;
use super::{ModelWeights, WeightsError};

/// Of the published batch norms.
const BATCH_NORM_EPS: f64 = 1e-5;

/// Linear, batch norm, ReLU.
pub(super) struct HiddenLayer {
    /// With the batch norm folded in.
    dense: Dense,
}

impl HiddenLayer {
    /// `linear` and `norm` are the names of the two layers.
    pub fn new(weights: &ModelWeights<'_>, linear: &str, norm: &str) -> Result<Self, WeightsError> {
        let values = |layer: &str, name: &str| weights.get(&format!("{layer}.{name}")).map(|tensor| &*tensor.values);
        let (mean, variance) = (values(norm, "running_mean")?, values(norm, "running_var")?);
        // y = gain (x - mean) + shift
        let gains: Vec<f64> = values(norm, "weight")?
            .iter()
            .zip(variance)
            .map(|(gain, variance)| f64::from(*gain) / (f64::from(*variance) + BATCH_NORM_EPS).sqrt())
            .collect();
        let (weight, bias) = (values(linear, "weight")?, values(linear, "bias")?);
        let inputs = weight.len() / bias.len().max(1);
        let biases = bias.iter().zip(mean).zip(&gains).zip(values(norm, "bias")?);
        let folded_bias = biases
            .map(|(((bias, mean), gain), shift)| {
                (gain * (f64::from(*bias) - f64::from(*mean)) + f64::from(*shift)) as f32
            })
            .collect();
        let rows = weight.chunks_exact(inputs).zip(&gains);
        let folded_weight: Vec<f32> =
            rows.flat_map(|(row, gain)| row.iter().map(move |value| (f64::from(*value) * gain) as f32)).collect();
        Ok(Self { dense: Dense::new(&folded_weight, folded_bias) })
    }

    pub fn inputs(&self) -> usize {
        self.dense.inputs()
    }

    /// [rows, inputs] to [rows, hidden].
    pub fn forward(&self, rows: &[f32]) -> Vec<f32> {
        let mut hidden = self.dense.forward(rows);
        hidden.iter_mut().for_each(|value| *value = value.max(0.0));
        hidden
    }
}

/// The mean of rows of `len` values.
pub(super) fn mean_row(rows: &[f32], len: usize) -> Vec<f32> {
    let mut sums = vec![0.0f64; len];
    for row in rows.chunks_exact(len) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    let count = (rows.len() / len) as f64;
    sums.into_iter().map(|sum| (sum / count) as f32).collect()
}
