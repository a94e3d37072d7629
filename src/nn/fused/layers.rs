//! The weights of a DSTformer, folded and packed for the kernels.

use rayon::prelude::*;

use super::product::{PackedMatrix, Panels};
use crate::nn::{DstformerConfig, ModelWeights, WeightsError};

/// `y = x W + b`, with the scale and shift of a layer norm before it folded in.
pub struct Linear {
    weights: PackedMatrix, // [inputs, outputs]
    pub bias: Vec<f32>,    // [outputs]
}

impl Linear {
    /// `weight` is [outputs, inputs].
    pub fn new(weight: &[f32], bias: Vec<f32>, inputs: usize) -> Self {
        Self { weights: PackedMatrix::transposed(weight, inputs), bias }
    }

    fn plain(weights: &ModelWeights<'_>, name: &str) -> Result<Self, WeightsError> {
        let (weight, bias, inputs) = tensors(weights, name)?;
        Ok(Self::new(weight, bias.to_vec(), inputs))
    }

    /// `norm` names the layer norm before it; the first `scaled` outputs are multiplied by `scale`.
    fn after_norm(
        weights: &ModelWeights<'_>,
        name: &str,
        norm: &str,
        (scaled, scale): (usize, f32),
    ) -> Result<Self, WeightsError> {
        let (weight, bias, inputs) = tensors(weights, name)?;
        let gain = &*weights.get(&format!("{norm}.weight"))?.values;
        let shift = &*weights.get(&format!("{norm}.bias"))?.values;
        let scale_of = |output| if output < scaled { scale } else { 1.0 };
        let biases = bias.iter().zip(weight.chunks_exact(inputs)).enumerate().map(|(output, (bias, row))| {
            let shifted: f64 = row.iter().zip(shift).map(|(w, s)| f64::from(*w) * f64::from(*s)).sum();
            (f64::from(*bias) + shifted) as f32 * scale_of(output)
        });
        let scaled: Vec<f32> = weight
            .chunks_exact(inputs)
            .enumerate()
            .flat_map(|(output, row)| row.iter().zip(gain).map(move |(w, gain)| w * gain * scale_of(output)))
            .collect();
        Ok(Self { bias: biases.collect(), weights: PackedMatrix::transposed(&scaled, inputs) })
    }

    pub fn panels(&self) -> Panels<'_> {
        self.weights.panels()
    }
}

/// Weight [outputs, inputs], bias and the number of inputs of a linear layer.
fn tensors<'a>(weights: &'a ModelWeights<'_>, name: &str) -> Result<(&'a [f32], &'a [f32], usize), WeightsError> {
    let weight = weights.get(&format!("{name}.weight"))?;
    let bias = weights.get(&format!("{name}.bias"))?;
    Ok((&weight.values, &bias.values, weight.values.len() / bias.values.len()))
}

/// Nothing is scaled.
const UNSCALED: (usize, f32) = (0, 1.0);

/// Attention over one axis and the MLP after it.
pub struct Half {
    /// Queries come out scaled by head_dim^-0.5.
    pub qkv: Linear,
    pub proj: Linear,
    pub fc1: Linear,
    pub fc2: Linear,
}

impl Half {
    /// `axis` is "s" or "t".
    fn new(
        weights: &ModelWeights<'_>,
        block: &str,
        axis: &str,
        config: &DstformerConfig,
    ) -> Result<Self, WeightsError> {
        let dim = config.dim_feat;
        let query_scale = ((dim / config.num_heads) as f32).sqrt().recip();
        let norm = |number: usize| format!("{block}.norm{number}_{axis}");
        let (attn, mlp) = (format!("{block}.attn_{axis}"), format!("{block}.mlp_{axis}"));
        Ok(Self {
            qkv: Linear::after_norm(weights, &format!("{attn}.qkv"), &norm(1), (dim, query_scale))?,
            proj: Linear::plain(weights, &format!("{attn}.proj"))?,
            fc1: Linear::after_norm(weights, &format!("{mlp}.fc1"), &norm(2), UNSCALED)?,
            fc2: Linear::plain(weights, &format!("{mlp}.fc2"))?,
        })
    }
}

/// A block of one stream.
pub struct Block {
    pub spatial: Half,
    pub temporal: Half,
}

impl Block {
    fn new(weights: &ModelWeights<'_>, name: &str, config: &DstformerConfig) -> Result<Self, WeightsError> {
        let half = |axis| Half::new(weights, name, axis, config);
        let (spatial, temporal) = rayon::join(|| half("s"), || half("t"));
        Ok(Self { spatial: spatial?, temporal: temporal? })
    }
}

/// One level: both streams and how they are mixed.
pub struct Level {
    pub spatial_first: Block,
    pub temporal_first: Block,
    /// Softmax over two is a sigmoid of the difference: weights of the first less those of the second. [2 D]
    pub mix: Vec<f32>,
    pub mix_bias: f32,
}

impl Level {
    fn new(weights: &ModelWeights<'_>, level: usize, config: &DstformerConfig) -> Result<Self, WeightsError> {
        let block = |stream: &str| Block::new(weights, &format!("{stream}.{level}"), config);
        let (spatial_first, temporal_first) = rayon::join(|| block("blocks_st"), || block("blocks_ts"));
        let (mix, bias, inputs) = tensors(weights, &format!("ts_attn.{level}"))?;
        let (first, second) = mix.split_at(inputs);
        Ok(Self {
            spatial_first: spatial_first?,
            temporal_first: temporal_first?,
            mix: first.iter().zip(second).map(|(first, second)| first - second).collect(),
            mix_bias: bias[0] - bias[1],
        })
    }
}

/// All weights of a model.
pub struct Layers {
    pub joints_embed: Vec<f32>, // [3, D]
    /// Bias of the embedding and the joint's own. [J, D]
    pub joint_offset: Vec<f32>,
    pub frame_offset: Vec<f32>, // [maxlen, D]
    pub levels: Vec<Level>,
    pub representation: Linear,
    /// That of 3D pose models.
    pub head: Option<Linear>,
}

impl Layers {
    pub fn new(weights: &ModelWeights<'_>, config: &DstformerConfig, has_head: bool) -> Result<Self, WeightsError> {
        let dim = config.dim_feat;
        let (embed, embed_bias, channels) = tensors(weights, "joints_embed")?;
        let joint_offset = weights.get("pos_embed")?.values.iter().zip(embed_bias.iter().cycle());
        let levels: Vec<_> =
            (0..config.depth).into_par_iter().map(|level| Level::new(weights, level, config)).collect();
        Ok(Self {
            joints_embed: (0..channels * dim).map(|i| embed[i % dim * channels + i / dim]).collect(),
            joint_offset: joint_offset.map(|(joint, bias)| joint + bias).collect(),
            frame_offset: weights.get("temp_embed")?.values.to_vec(),
            levels: levels.into_iter().collect::<Result<_, _>>()?,
            representation: Linear::after_norm(weights, "pre_logits.fc", "norm", UNSCALED)?,
            head: has_head.then(|| Linear::plain(weights, "head")).transpose()?,
        })
    }
}
