//! The two heads on a pooled motion representation.

use crate::nn::fused::Dense;
use crate::nn::hidden::HiddenLayer;
use crate::nn::{ModelWeights, WeightsError};

/// Lengths under this are not divided by, as published.
const MIN_LENGTH: f64 = 1e-12;

pub(super) enum ActionHead {
    /// Hidden layer, then one score for every class.
    Class { hidden: HiddenLayer, output: Dense, classes: usize },
    /// One linear layer, brought to length 1.
    Embed { linear: Dense, dim: usize },
}

impl ActionHead {
    /// `classes` is none for a one-shot embedding.
    pub fn new(weights: &ModelWeights<'_>, classes: Option<usize>) -> Result<Self, WeightsError> {
        let dense = |name: &str| {
            let values = |part: &str| weights.get(&format!("{name}.{part}")).map(|tensor| &*tensor.values);
            Ok(Dense::new(values("weight")?, values("bias")?.to_vec()))
        };
        match classes {
            Some(classes) => {
                Ok(Self::Class { hidden: HiddenLayer::new(weights, "fc1", "bn")?, output: dense("fc2")?, classes })
            }
            None => Ok(Self::Embed { linear: dense("fc1")?, dim: weights.get("fc1.bias")?.values.len() }),
        }
    }

    /// Length of a pooled representation: 17 joints of `dim_rep`.
    pub fn inputs(&self) -> usize {
        match self {
            Self::Class { hidden, .. } => hidden.inputs(),
            Self::Embed { linear, .. } => linear.inputs(),
        }
    }

    /// Values for every clip.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Class { classes, .. } => *classes,
            Self::Embed { dim, .. } => *dim,
        }
    }

    /// [clips, inputs] to [clips, outputs].
    pub fn forward(&self, pooled: &[f32]) -> Vec<f32> {
        match self {
            Self::Class { hidden, output, .. } => output.forward(&hidden.forward(pooled)),
            Self::Embed { linear, dim } => {
                let mut rows = linear.forward(pooled);
                rows.chunks_exact_mut(*dim).for_each(to_unit_length);
                rows
            }
        }
    }
}

fn to_unit_length(row: &mut [f32]) {
    let length = row.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt().max(MIN_LENGTH);
    row.iter_mut().for_each(|value| *value = (f64::from(*value) / length) as f32);
}
