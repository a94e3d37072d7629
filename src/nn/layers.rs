//! The parts of a DSTformer on candle tensors, loaded as plain tensors so that no gradient graph is kept.

use candle_core::{D, Device, Module, Tensor};
use candle_nn::{Linear, ops};

use super::{ModelWeights, NetworkError};

const NORM_EPS: f32 = 1e-6;

/// Brings tensors of a checkpoint to a device.
pub(super) struct Loader<'a> {
    pub weights: &'a ModelWeights<'a>,
    pub device: &'a Device,
}

impl Loader<'_> {
    pub(super) fn tensor(&self, name: &str) -> Result<Tensor, NetworkError> {
        let tensor = self.weights.get(name)?;
        Ok(Tensor::from_slice(&tensor.values, tensor.shape.as_slice(), self.device)?)
    }

    pub(super) fn linear(&self, name: &str) -> Result<Linear, NetworkError> {
        Ok(Linear::new(self.tensor(&format!("{name}.weight"))?, Some(self.tensor(&format!("{name}.bias"))?)))
    }

    pub(super) fn norm(&self, name: &str) -> Result<Norm, NetworkError> {
        Ok(Norm { scale: self.tensor(&format!("{name}.weight"))?, shift: self.tensor(&format!("{name}.bias"))? })
    }
}

/// LayerNorm over the last axis.
pub(super) struct Norm {
    scale: Tensor,
    shift: Tensor,
}

impl Norm {
    pub(super) fn forward(&self, tokens: &Tensor) -> candle_core::Result<Tensor> {
        ops::layer_norm(tokens, &self.scale, &self.shift, NORM_EPS)
    }
}

/// How tokens of a batch of clips lie in memory, row-major: [B, T, J].
#[derive(Clone, Copy)]
pub(super) struct Grid {
    pub clips: usize,
    pub frames: usize,
    pub joints: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    /// Over the joints of one frame.
    Space,
    /// Over the frames of one joint.
    Time,
}

struct Attention {
    qkv: Linear,
    proj: Linear,
    num_heads: usize,
    axis: Axis,
}

impl Attention {
    fn forward(&self, tokens: &Tensor, grid: Grid) -> candle_core::Result<Tensor> {
        let Grid { clips, frames, joints } = grid;
        let (count, dim) = tokens.dims2()?; // [B*T*J, D]
        let (heads, head_dim) = (self.num_heads, dim / self.num_heads);
        let qkv = self.qkv.forward(tokens)?; // [B*T*J, 3D]
        // To [3, sequences, heads, length, head_dim].
        let (length, qkv) = match self.axis {
            Axis::Space => {
                let qkv = qkv.reshape((clips * frames, joints, 3, heads, head_dim))?;
                (joints, qkv.permute((2, 0, 3, 1, 4))?)
            }
            Axis::Time => {
                let qkv = qkv.reshape((clips, frames, joints, 3, heads, head_dim))?;
                (frames, qkv.permute((3, 0, 2, 4, 1, 5))?)
            }
        };
        let qkv = qkv.contiguous()?.reshape((3, (), heads, length, head_dim))?;
        let query = (qkv.get(0)? * (head_dim as f64).powf(-0.5))?;
        let scores = query.matmul(&qkv.get(1)?.t()?)?;
        let mixed = ops::softmax_last_dim(&scores)?.matmul(&qkv.get(2)?)?; // [sequences, heads, length, head_dim]
        let mixed = mixed.transpose(1, 2)?; // [sequences, length, heads, head_dim]
        let mixed = match self.axis {
            Axis::Space => mixed.reshape((count, dim))?,
            Axis::Time => mixed.reshape((clips, joints, frames, dim))?.transpose(1, 2)?.reshape((count, dim))?,
        };
        self.proj.forward(&mixed)
    }
}

/// One pre-norm pair of residual steps: attention, then MLP.
struct Part {
    norm1: Norm,
    attention: Attention,
    norm2: Norm,
    fc1: Linear,
    fc2: Linear,
}

impl Part {
    fn load(loader: &Loader<'_>, block: &str, axis: Axis, num_heads: usize) -> Result<Self, NetworkError> {
        let letter = match axis {
            Axis::Space => 's',
            Axis::Time => 't',
        };
        Ok(Self {
            norm1: loader.norm(&format!("{block}.norm1_{letter}"))?,
            attention: Attention {
                qkv: loader.linear(&format!("{block}.attn_{letter}.qkv"))?,
                proj: loader.linear(&format!("{block}.attn_{letter}.proj"))?,
                num_heads,
                axis,
            },
            norm2: loader.norm(&format!("{block}.norm2_{letter}"))?,
            fc1: loader.linear(&format!("{block}.mlp_{letter}.fc1"))?,
            fc2: loader.linear(&format!("{block}.mlp_{letter}.fc2"))?,
        })
    }

    fn forward(&self, tokens: &Tensor, grid: Grid) -> candle_core::Result<Tensor> {
        let tokens = (tokens + self.attention.forward(&self.norm1.forward(tokens)?, grid)?)?;
        // The published GELU is the exact one; candle's `gelu` is the tanh form.
        let hidden = self.fc1.forward(&self.norm2.forward(&tokens)?)?.gelu_erf()?;
        &tokens + self.fc2.forward(&hidden)?
    }
}

/// One of the two streams of a level: space then time, or time then space.
pub(super) struct Block([Part; 2]);

impl Block {
    pub(super) fn load(
        loader: &Loader<'_>,
        name: &str,
        order: [Axis; 2],
        num_heads: usize,
    ) -> Result<Self, NetworkError> {
        let [first, second] = order;
        Ok(Self([Part::load(loader, name, first, num_heads)?, Part::load(loader, name, second, num_heads)?]))
    }

    fn forward(&self, tokens: &Tensor, grid: Grid) -> candle_core::Result<Tensor> {
        self.0.iter().try_fold(tokens.clone(), |tokens, part| part.forward(&tokens, grid))
    }
}

/// Both streams and their learnt mixture.
pub(super) struct Level {
    pub space_time: Block,
    pub time_space: Block,
    pub mixture: Linear,
}

impl Level {
    pub(super) fn forward(&self, tokens: &Tensor, grid: Grid) -> candle_core::Result<Tensor> {
        let space_time = self.space_time.forward(tokens, grid)?;
        let time_space = self.time_space.forward(tokens, grid)?;
        let both = Tensor::cat(&[&space_time, &time_space], D::Minus1)?;
        let shares = ops::softmax_last_dim(&self.mixture.forward(&both)?)?; // [B*T*J, 2]
        space_time.broadcast_mul(&shares.narrow(1, 0, 1)?)? + time_space.broadcast_mul(&shares.narrow(1, 1, 1)?)?
    }
}
