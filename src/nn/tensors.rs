//! Names and shapes of every tensor of a DSTformer, in one place.

use super::DstformerConfig;
use crate::data::body::{BODY_JOINTS, BODY_SHAPES};

/// Two columns of the rotation matrix of every joint.
pub const MESH_POSE_VALUES: usize = 6 * BODY_JOINTS;

/// A tensor that a model has: its checkpoint name and its shape.
pub type TensorSpec = (String, Vec<usize>);

/// The four residual steps of a block; spatial and temporal parts have the same shapes.
const AXES: [&str; 2] = ["s", "t"];

/// Every tensor of a 3D pose model (and of a published pretrained checkpoint): backbone and `head`.
pub fn pose3d_tensors(config: &DstformerConfig) -> Vec<TensorSpec> {
    let mut specs = backbone_tensors(config);
    linear(&mut specs, "head", config.dim_rep, 3);
    specs
}

/// The tensors that every MotionBERT model has: all but the task's head.
pub fn backbone_tensors(config: &DstformerConfig) -> Vec<TensorSpec> {
    let dim = config.dim_feat;
    let mut specs = vec![
        ("pos_embed".to_owned(), vec![1, config.num_joints, dim]),
        ("temp_embed".to_owned(), vec![1, config.maxlen, 1, dim]),
    ];
    linear(&mut specs, "joints_embed", 3, dim);
    for level in 0..config.depth {
        for stream in ["blocks_st", "blocks_ts"] {
            for axis in AXES {
                let block = format!("{stream}.{level}");
                norm(&mut specs, &format!("{block}.norm1_{axis}"), dim);
                linear(&mut specs, &format!("{block}.attn_{axis}.qkv"), dim, 3 * dim);
                linear(&mut specs, &format!("{block}.attn_{axis}.proj"), dim, dim);
                norm(&mut specs, &format!("{block}.norm2_{axis}"), dim);
                linear(&mut specs, &format!("{block}.mlp_{axis}.fc1"), dim, dim * config.mlp_ratio);
                linear(&mut specs, &format!("{block}.mlp_{axis}.fc2"), dim * config.mlp_ratio, dim);
            }
        }
        linear(&mut specs, &format!("ts_attn.{level}"), 2 * dim, 2);
    }
    norm(&mut specs, "norm", dim);
    linear(&mut specs, "pre_logits.fc", dim, config.dim_rep);
    specs
}

/// Every tensor of a mesh model that its output depends on: backbone and head, whose hidden layers have `hidden`
/// channels. The body model is not among them.
pub fn mesh_tensors(config: &DstformerConfig, hidden: usize) -> Vec<TensorSpec> {
    let mut specs = with_prefix("backbone.", backbone_tensors(config));
    let features = config.num_joints * config.dim_rep;
    for (number, output, count) in [(1, "pose", MESH_POSE_VALUES), (2, "shape", BODY_SHAPES)] {
        linear(&mut specs, &format!("head.fc{number}"), features, hidden);
        batch_norm(&mut specs, &format!("head.bn{number}"), hidden);
        linear(&mut specs, &format!("head.head_{output}"), hidden, count);
        specs.push((format!("head.init_{output}"), vec![1, count]));
    }
    specs
}

/// Every tensor of an action model that its output depends on: backbone and head, whose hidden layer (for embeddings
/// the output) has `hidden` channels. No `classes` is the one-shot embedding.
pub fn action_tensors(config: &DstformerConfig, hidden: usize, classes: Option<usize>) -> Vec<TensorSpec> {
    let mut specs = with_prefix("backbone.", backbone_tensors(config));
    linear(&mut specs, "head.fc1", config.num_joints * config.dim_rep, hidden);
    if let Some(classes) = classes {
        batch_norm(&mut specs, "head.bn", hidden);
        linear(&mut specs, "head.fc2", hidden, classes);
    }
    specs
}

/// The same tensors as a part of a larger model.
pub fn with_prefix(prefix: &str, specs: Vec<TensorSpec>) -> Vec<TensorSpec> {
    specs.into_iter().map(|(name, shape)| (format!("{prefix}{name}"), shape)).collect()
}

fn linear(specs: &mut Vec<TensorSpec>, name: &str, inputs: usize, outputs: usize) {
    specs.push((format!("{name}.weight"), vec![outputs, inputs]));
    specs.push((format!("{name}.bias"), vec![outputs]));
}

fn norm(specs: &mut Vec<TensorSpec>, name: &str, dim: usize) {
    specs.push((format!("{name}.weight"), vec![dim]));
    specs.push((format!("{name}.bias"), vec![dim]));
}

fn batch_norm(specs: &mut Vec<TensorSpec>, name: &str, dim: usize) {
    norm(specs, name, dim);
    for statistic in ["mean", "var"] {
        specs.push((format!("{name}.running_{statistic}"), vec![dim]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(config: &DstformerConfig) -> usize {
        pose3d_tensors(config).iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
    }

    #[test]
    fn published_sizes() {
        // 42.5 M and 16.0 M as published.
        assert_eq!((parameters(&DstformerConfig::FULL) + 50_000) / 100_000, 425);
        assert_eq!((parameters(&DstformerConfig::LITE) + 50_000) / 100_000, 160);
    }
}
