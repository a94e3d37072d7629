//! The forward pass of DSTformer on the CPU, our own.
//!
//! Plain frameworks walk over the whole activation once per bias, GELU, softmax, norm and residual. Here a chunk of
//! rows runs through all layers up to the next attention over time, each product finishes its own sums while they
//! are in the first-level cache, q, k and v are read where they lie, and weights are packed once at loading.
//! The two streams of a level run side by side.
//!
//! Imports the checkpoint types and support only. Runs on the caller's rayon pool; any thread may call, also several
//! at once. There is no unsafe code here: the vector instructions are those of the pulp crate.
//!
//! | file | what |
//! |---|---|
//! | `simd` | choosing the instruction set; exp, GELU, tanh |
//! | `memory` | aligned, reusable buffers |
//! | `product` | packed matrices, products and how their sums are finished |
//! | `rows` | layer norm and softmax |
//! | `attention` | one head of one sequence |
//! | `layers` | weights, folded and packed |
//! | `half` | half a block as tasks |
//! | `dense` | one linear layer alone, for heads |

mod attention;
mod dense;
mod half;
mod layers;
mod memory;
mod product;
mod rows;
mod simd;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::{Checkpoint, DstformerConfig, LoadReport, ModelError, NetworkError, Task, WeightsError};
use crate::support::CancelToken;
pub use dense::Dense;
use half::{Extent, Shared};
use layers::{Layers, Level, Linear};
use memory::{Pool, Scratch, Workspace};
use product::{Finish, Rows, product};

/// Rows of one task: what fits into a second-level cache of 1 MB along with a panel of weights.
const TASK_ROWS: usize = 119;

/// A DSTformer with packed weights. Holds no part of the checkpoint.
pub struct FusedDstformer {
    config: DstformerConfig,
    layers: Layers,
    scratch: Pool<Scratch>,
    workspaces: Pool<Workspace>,
}

impl FusedDstformer {
    /// Folds and packs the weights of a checkpoint: a 3D pose model, or the backbone of a model of another task. The
    /// report names tensors that are not used.
    ///
    /// # Errors
    /// [`WeightsError::Model`] for missing or mis-shaped tensors.
    pub fn load(checkpoint: &Checkpoint, config: &DstformerConfig) -> Result<(Self, LoadReport), WeightsError> {
        let weights = checkpoint.network_weights(config)?;
        let layers = Layers::new(&weights, config, checkpoint.task()? == Task::Pose3d)?;
        let model = Self { config: *config, layers, scratch: Pool::default(), workspaces: Pool::default() };
        Ok((model, weights.report))
    }

    pub fn config(&self) -> &DstformerConfig {
        &self.config
    }

    /// 3D poses [B, T, J, 3] of `clips` [B, T, J, 3] = (x, y, confidence), both in the clip box.
    ///
    /// # Errors
    /// [`NetworkError::Shape`], [`NetworkError::NoPoseHead`], and [`ModelError::Cancelled`] within some milliseconds of
    /// work after `cancel` was called.
    pub fn forward(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        let head = self.layers.head.as_ref().ok_or(NetworkError::NoPoseHead)?;
        self.run(clips, batch, frames, Some(head), cancel)
    }

    /// The motion representation [B, T, J, dim_rep] of `clips` [B, T, J, 3].
    ///
    /// # Errors
    /// As [`FusedDstformer::forward`].
    pub fn represent(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        self.run(clips, batch, frames, None, cancel)
    }

    /// Without a head the outcome is the representation.
    fn run(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        head: Option<&Linear>,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        let DstformerConfig { num_joints, maxlen, dim_rep, .. } = self.config;
        let fits = batch > 0 && (1..=maxlen).contains(&frames) && clips.len() == batch * frames * num_joints * 3;
        if !fits {
            let found = vec![batch, frames, clips.len() / (batch * frames * 3).max(1), 3];
            return Err(NetworkError::Shape { maxlen, num_joints, found }.into());
        }
        let extent = self.extent(batch, frames);
        let shared = Shared { extent, scratch: &self.scratch, cancel };
        let Extent { dim, .. } = extent;
        self.workspaces.with(|workspace| {
            let Workspace { x, y, x_stream, y_stream } = workspace;
            let (x, y) = (x.fit(extent.rows() * dim), y.fit(extent.rows() * dim));
            let task_rows = extent.task_rows();
            x.par_chunks_mut(task_rows * dim).zip(clips.par_chunks(task_rows * 3)).enumerate().for_each(
                |(index, (x, clips))| {
                    let embed = Embed { layers: &self.layers, clips, first_row: index * task_rows, extent, x };
                    simd::dispatch(embed);
                },
            );
            for level in &self.layers.levels {
                y.copy_from_slice(x);
                let (spatial_first, temporal_first) = rayon::join(
                    || {
                        half::spatial(shared, &level.spatial_first.spatial, x)?;
                        half::temporal(shared, &level.spatial_first.temporal, x, x_stream)
                    },
                    || {
                        half::temporal(shared, &level.temporal_first.temporal, y, y_stream)?;
                        half::spatial(shared, &level.temporal_first.spatial, y)
                    },
                );
                spatial_first.and(temporal_first)?;
                x.par_chunks_mut(task_rows * dim)
                    .zip(y.par_chunks(task_rows * dim))
                    .for_each(|(x, y)| simd::dispatch(Mix { level, dim, x, y }));
            }
            let width = if head.is_some() { 3 } else { dim_rep };
            let mut out = vec![0.0; extent.rows() * width];
            out.par_chunks_mut(task_rows * width).zip(x.par_chunks(task_rows * dim)).for_each(|(out, x)| {
                self.scratch.with(|scratch| {
                    simd::dispatch(Ending {
                        representation: &self.layers.representation,
                        head,
                        extent,
                        dim_rep,
                        x,
                        out,
                        scratch,
                    });
                });
            });
            Ok(out)
        })
    }

    fn extent(&self, batch: usize, frames: usize) -> Extent {
        let DstformerConfig { dim_feat: dim, num_heads: heads, mlp_ratio, num_joints: joints, .. } = self.config;
        // Both streams together should give every thread a task, and tasks should be of one size.
        let all = batch * frames;
        let largest = (TASK_ROWS / joints).max(1).min((2 * all).div_ceil(rayon::current_num_threads()));
        let frames_per_task = all.div_ceil(all.div_ceil(largest));
        Extent { batch, frames, joints, dim, heads, hidden: dim * mlp_ratio, frames_per_task }
    }
}

/// Tokens of keypoints: a linear map of (x, y, confidence) plus what stands for the joint and the frame.
struct Embed<'a> {
    layers: &'a Layers,
    clips: &'a [f32], // [rows, 3]
    first_row: usize,
    extent: Extent,
    x: &'a mut [f32], // [rows, D]
}

impl WithSimd for Embed<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Extent { frames, joints, dim, .. } = self.extent;
        let (from_x, from_y_and_confidence) = self.layers.joints_embed.split_at(dim);
        let (from_y, from_confidence) = from_y_and_confidence.split_at(dim);
        for (i, (token, input)) in self.x.chunks_exact_mut(dim).zip(self.clips.chunks_exact(3)).enumerate() {
            let row = self.first_row + i;
            let joint = &self.layers.joint_offset[row % joints * dim..][..dim];
            let frame = &self.layers.frame_offset[row / joints % frames * dim..][..dim];
            for channel in 0..dim {
                token[channel] = joint[channel]
                    + frame[channel]
                    + input[0] * from_x[channel]
                    + input[1] * from_y[channel]
                    + input[2] * from_confidence[channel];
            }
        }
    }
}

/// `x = p x + (1 - p) y` with p from both.
struct Mix<'a> {
    level: &'a Level,
    dim: usize,
    x: &'a mut [f32],
    y: &'a [f32],
}

impl WithSimd for Mix<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (for_x, for_y) = self.level.mix.split_at(self.dim);
        for (x, y) in self.x.chunks_exact_mut(self.dim).zip(self.y.chunks_exact(self.dim)) {
            let difference = rows::dot(simd, x, for_x) + rows::dot(simd, y, for_y) + self.level.mix_bias;
            let share = 1.0 / (1.0 + (-difference).exp());
            for (x, y) in x.iter_mut().zip(y) {
                *x = *y + share * (*x - *y);
            }
        }
    }
}

/// Norm, representation and, if wanted, the pose.
struct Ending<'a> {
    representation: &'a Linear,
    head: Option<&'a Linear>,
    extent: Extent,
    dim_rep: usize,
    x: &'a [f32],
    out: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl WithSimd for Ending<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { representation, head, extent: Extent { dim, .. }, dim_rep, x, out, scratch } = self;
        let count = x.len() / dim;
        let normal = scratch.rows.fit(x.len());
        rows::normalise(simd, x, normal, dim);
        let normal = Rows { values: normal, stride: dim, count };
        let finish = Finish::Tanh(&representation.bias);
        let Some(head) = head else {
            return product(simd, normal, representation.panels(), finish, out, dim_rep);
        };
        let hidden = scratch.wide.fit(count * dim_rep);
        product(simd, normal, representation.panels(), finish, hidden, dim_rep);
        let hidden = Rows { values: hidden, stride: dim_rep, count };
        product(simd, hidden, head.panels(), Finish::Bias(&head.bias), out, 3);
    }
}
