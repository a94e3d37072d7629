//! Weights that are a formula of their names: the parity tests and `bench` need no download.

use super::tensors::{TensorSpec, pose3d_tensors};
use super::{Checkpoint, DstformerConfig, WeightTensor};
use crate::support::rng::{SplitMix64, fnv1a64};

/// A 3D pose model of seeded weights. The values keep activations in a sane range; the motion means nothing.
pub fn seeded_pose3d(config: &DstformerConfig, seed: u64) -> Checkpoint {
    let tensors = pose3d_tensors(config).into_iter().map(|spec| {
        let tensor = seeded_tensor(&spec, seed);
        (spec.0, tensor)
    });
    Checkpoint {
        name: format!("seeded weights, seed {seed}"),
        format: "seeded",
        tensors: tensors.collect(),
        metadata: [("num_heads".to_owned(), config.num_heads.to_string())].into(),
    }
}

/// Draws uniform values v in [-1, 1) from the tensor's name and brings them to the range its role needs.
fn seeded_tensor((name, shape): &TensorSpec, seed: u64) -> WeightTensor {
    let (offset, range) = match (name.rsplit('.').next(), shape.as_slice()) {
        (Some("weight"), [_, inputs]) => (0.0, (3.0 / *inputs as f64).sqrt()),
        (Some("weight"), _) => (1.0, 0.2),
        (Some("bias"), _) => (0.0, 0.1),
        _ => (0.0, 0.5),
    };
    let mut random = SplitMix64(fnv1a64(name.as_bytes()) ^ seed);
    let count = shape.iter().product();
    let values = (0..count).map(|_| (offset + range * (2.0 * random.next_f64() - 1.0)) as f32);
    WeightTensor { shape: shape.clone(), values: values.collect() }
}
