//! The mesh head: a pose for every frame, one shape for every clip.

use super::BodyEstimates;
use super::rotation::{axis_angle, from_6d};
use crate::data::body::{BODY_JOINTS, BODY_SHAPES, Betas, BodyPose};
use crate::nn::fused::Dense;
use crate::nn::hidden::{HiddenLayer, mean_row};
use crate::nn::tensors::MESH_POSE_VALUES;
use crate::nn::{ModelWeights, WeightsError};

/// One of the head's two branches: a hidden layer and a linear one, added to a mean.
struct Branch {
    hidden: HiddenLayer,
    output: Dense,
}

impl Branch {
    /// `output` is "pose" or "shape".
    fn new(weights: &ModelWeights<'_>, number: usize, output: &str) -> Result<Self, WeightsError> {
        let values = |name: &str| weights.get(name).map(|tensor| &*tensor.values);
        let means = values(&format!("init_{output}"))?.iter().zip(values(&format!("head_{output}.bias"))?);
        Ok(Self {
            hidden: HiddenLayer::new(weights, &format!("fc{number}"), &format!("bn{number}"))?,
            output: Dense::new(
                values(&format!("head_{output}.weight"))?,
                means.map(|(mean, bias)| mean + bias).collect(),
            ),
        })
    }

    fn forward(&self, rows: &[f32]) -> Vec<f32> {
        self.output.forward(&self.hidden.forward(rows))
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
