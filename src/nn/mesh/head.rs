//! The mesh head: a pose for every frame, one shape for every clip.

use super::BodyEstimates;
use super::rotation::{axis_angle, from_6d};
use crate::data::body::{BODY_JOINTS, BODY_SHAPES, Betas, BodyPose};
use crate::nn::fused::Dense;
use crate::nn::tensors::MESH_POSE_VALUES;
use crate::nn::{ModelWeights, WeightsError};

/// Of the published batch norms.
const BATCH_NORM_EPS: f64 = 1e-5;

/// One of the head's two branches: linear, batch norm, ReLU, linear, added to a mean.
struct Branch {
    /// With the batch norm folded in.
    hidden: Dense,
    output: Dense,
}

impl Branch {
    /// `output` is "pose" or "shape".
    fn new(weights: &ModelWeights<'_>, number: usize, output: &str) -> Result<Self, WeightsError> {
        let values = |name: &str| weights.get(name).map(|tensor| &*tensor.values);
        let norm = |name: &str| values(&format!("bn{number}.{name}"));
        let statistics = norm("running_mean")?.iter().zip(norm("running_var")?);
        // y = gain (x - mean) + shift
        let gains: Vec<f64> = norm("weight")?
            .iter()
            .zip(norm("running_var")?)
            .map(|(gain, variance)| f64::from(*gain) / (f64::from(*variance) + BATCH_NORM_EPS).sqrt())
            .collect();
        let (weight, bias) = (values(&format!("fc{number}.weight"))?, values(&format!("fc{number}.bias"))?);
        let inputs = weight.len() / bias.len().max(1);
        let biases = bias.iter().zip(statistics).zip(&gains).zip(norm("bias")?);
        let folded_bias = biases
            .map(|(((bias, (mean, _)), gain), shift)| {
                (gain * (f64::from(*bias) - f64::from(*mean)) + f64::from(*shift)) as f32
            })
            .collect();
        let rows = weight.chunks_exact(inputs).zip(&gains);
        let folded_weight: Vec<f32> =
            rows.flat_map(|(row, gain)| row.iter().map(move |value| (f64::from(*value) * gain) as f32)).collect();
        let means = values(&format!("init_{output}"))?.iter().zip(values(&format!("head_{output}.bias"))?);
        Ok(Self {
            hidden: Dense::new(&folded_weight, folded_bias),
            output: Dense::new(
                values(&format!("head_{output}.weight"))?,
                means.map(|(mean, bias)| mean + bias).collect(),
            ),
        })
    }

    fn forward(&self, rows: &[f32]) -> Vec<f32> {
        let mut hidden = self.hidden.forward(rows);
        hidden.iter_mut().for_each(|value| *value = value.max(0.0));
        self.output.forward(&hidden)
    }
}

pub(super) struct MeshHead {
    pose: Branch,
    shape: Branch,
}

impl MeshHead {
    pub fn new(weights: &ModelWeights<'_>) -> Result<Self, WeightsError> {
        Ok(Self { pose: Branch::new(weights, 1, "pose")?, shape: Branch::new(weights, 2, "shape")? })
    }

    /// `representation` is [B, T, 17, dim_rep], `frames` T.
    pub fn estimate(&self, representation: &[f32], frames: usize) -> BodyEstimates {
        let features = self.pose.hidden.inputs();
        let poses = self.pose.forward(representation); // [B, T, 144]
        let means: Vec<f32> =
            representation.chunks_exact(frames * features).flat_map(|clip| mean_row(clip, features)).collect();
        let shapes = self.shape.forward(&means); // [B, 10]
        BodyEstimates {
            poses: poses.as_chunks::<MESH_POSE_VALUES>().0.iter().map(pose_of).collect(),
            betas: shapes.as_chunks::<BODY_SHAPES>().0.iter().map(|betas| *betas as Betas).collect(),
        }
    }
}

fn pose_of(values: &[f32; MESH_POSE_VALUES]) -> BodyPose {
    let sixes = values.as_chunks::<6>().0;
    std::array::from_fn::<_, BODY_JOINTS, _>(|joint| axis_angle(&from_6d(sixes[joint].map(f64::from))).as_vec3())
}

/// The mean of rows of `len` values.
fn mean_row(rows: &[f32], len: usize) -> Vec<f32> {
    let mut sums = vec![0.0f64; len];
    for row in rows.chunks_exact(len) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    let count = (rows.len() / len) as f64;
    sums.into_iter().map(|sum| (sum / count) as f32).collect()
}
