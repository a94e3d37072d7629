//! The dual-stream spatio-temporal transformer on candle: the oracle on the CPU, the working path on GPUs.
//!
//! Source: "Learning Human Motion Representations: A Unified Perspective" (arXiv 2210.06551), section 3.2, with the
//! tensor names of the published checkpoints.

use candle_core::{Device, Module, Tensor};
use candle_nn::Linear;

use super::layers::{Axis, Block, Grid, Level, Loader, Norm};
use super::{Checkpoint, DstformerConfig, LoadReport, Task, WeightsError};

#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    #[error("the model takes clips of [batch, 1 to {maxlen} frames, {num_joints} joints, 3], not {found:?}")]
    Shape { maxlen: usize, num_joints: usize, found: Vec<usize> },
    #[error("this model has no 3D pose head")]
    NoPoseHead,
    #[error("the model gives values that are not numbers; its weights may be damaged")]
    NotFinite,
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("the network failed on its device: {0}")]
    Device(#[from] candle_core::Error),
}

/// A DSTformer, its weights on one device as float32: a 3D pose model, or the backbone of another.
pub struct Dstformer {
    config: DstformerConfig,
    joints_embed: Linear,
    pos_embed: Tensor,  // [1, J, D]
    temp_embed: Tensor, // [1, maxlen, 1, D]
    levels: Vec<Level>,
    norm: Norm,
    pre_logits: Linear,
    head: Option<Linear>,
}

impl Dstformer {
    /// Puts the weights of a checkpoint on a device: a 3D pose model, or the backbone of a model of another task. The
    /// report names tensors that are not used.
    ///
    /// # Errors
    /// [`NetworkError::Weights`] for missing or mis-shaped tensors, [`NetworkError::Device`] when the device has no
    /// room.
    pub fn load(
        checkpoint: &Checkpoint,
        config: &DstformerConfig,
        device: &Device,
    ) -> Result<(Self, LoadReport), NetworkError> {
        let weights = checkpoint.network_weights(config)?;
        let loader = Loader { weights: &weights, device };
        let heads = config.num_heads;
        let levels: Result<Vec<Level>, NetworkError> = (0..config.depth)
            .map(|level| {
                Ok(Level {
                    space_time: Block::load(&loader, &format!("blocks_st.{level}"), [Axis::Space, Axis::Time], heads)?,
                    time_space: Block::load(&loader, &format!("blocks_ts.{level}"), [Axis::Time, Axis::Space], heads)?,
                    mixture: loader.linear(&format!("ts_attn.{level}"))?,
                })
            })
            .collect();
        let model = Self {
            config: *config,
            joints_embed: loader.linear("joints_embed")?,
            pos_embed: loader.tensor("pos_embed")?,
            temp_embed: loader.tensor("temp_embed")?,
            levels: levels?,
            norm: loader.norm("norm")?,
            pre_logits: loader.linear("pre_logits.fc")?,
            head: (checkpoint.task()? == Task::Pose3d).then(|| loader.linear("head")).transpose()?,
        };
        Ok((model, weights.report))
    }

    pub fn config(&self) -> &DstformerConfig {
        &self.config
    }

    pub fn device(&self) -> &Device {
        self.temp_embed.device()
    }

    /// 3D pose (x, y, z) in the scale of the input, of clips of (x, y, confidence): [B, T, J, 3] to [B, T, J, 3].
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for other shapes or more than `maxlen` frames, [`NetworkError::NoPoseHead`], and
    /// [`NetworkError::Device`] if it fails.
    pub fn forward(&self, clips: &Tensor) -> Result<Tensor, NetworkError> {
        self.pose(&self.represent(clips)?)
    }

    /// 3D pose of motion representations: [B, T, J, dim_rep] to [B, T, J, 3].
    ///
    /// # Errors
    /// [`NetworkError::NoPoseHead`], and [`NetworkError::Device`] if the shape is another one or the device fails.
    pub fn pose(&self, representation: &Tensor) -> Result<Tensor, NetworkError> {
        Ok(self.head.as_ref().ok_or(NetworkError::NoPoseHead)?.forward(representation)?)
    }

    /// The motion representation of clips: [B, T, J, 3] to [B, T, J, dim_rep].
    ///
    /// # Errors
    /// As [`Dstformer::forward`].
    pub fn represent(&self, clips: &Tensor) -> Result<Tensor, NetworkError> {
        let DstformerConfig { dim_feat, dim_rep, maxlen, num_joints, .. } = self.config;
        let grid = match *clips.dims() {
            [clips, frames, joints, 3] => Grid { clips, frames, joints },
            _ => Grid { clips: 0, frames: 0, joints: 0 },
        };
        if grid.clips == 0 || !(1..=maxlen).contains(&grid.frames) || grid.joints != num_joints {
            return Err(NetworkError::Shape { maxlen, num_joints, found: clips.dims().to_vec() });
        }
        let embedded = self
            .joints_embed
            .forward(&clips.contiguous()?)?
            .broadcast_add(&self.pos_embed)?
            .broadcast_add(&self.temp_embed.narrow(1, 0, grid.frames)?)?; // [B, T, J, D]
        let tokens = embedded.reshape(((), dim_feat))?;
        let tokens = self.levels.iter().try_fold(tokens, |tokens, level| level.forward(&tokens, grid))?;
        let representation = self.pre_logits.forward(&self.norm.forward(&tokens)?)?.tanh()?;
        Ok(representation.reshape((grid.clips, grid.frames, grid.joints, dim_rep))?)
    }
}
