//! One half of a block, attention over one axis and the MLP, as tasks on chunks of rows.
//!
//! A chunk passes through all layers up to the next exchange between chunks while it is in the second-level cache.
//! Spatial attention stays inside a frame, so a chunk of frames runs through the whole half; temporal attention
//! needs all frames and splits the half into three phases.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::attention::{Head, attend};
use super::layers::Half;
use super::memory::{AttentionScratch, Floats, Pool, Scratch, StreamBuffers};
use super::product::{Finish, Rows, product};
use super::rows::normalise;
use super::simd::dispatch;
use crate::support::{CancelToken, Cancelled};

/// Sizes of a batch, and the frames that one task takes.
#[derive(Clone, Copy)]
pub struct Extent {
    pub batch: usize,
    pub frames: usize,
    pub joints: usize,
    pub dim: usize,
    pub heads: usize,
    pub hidden: usize,
    pub frames_per_task: usize,
}

impl Extent {
    pub fn rows(&self) -> usize {
        self.batch * self.frames * self.joints
    }

    /// Rows of one task: whole frames.
    pub fn task_rows(&self) -> usize {
        self.frames_per_task * self.joints
    }

    fn head_dim(&self) -> usize {
        self.dim / self.heads
    }
}

/// What all tasks of a pass share.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    pub extent: Extent,
    pub scratch: &'a Pool<Scratch>,
    pub cancel: &'a CancelToken,
}

/// Spatial attention and its MLP on `x`. [B, T, J, D]
pub fn spatial(shared: Shared<'_>, half: &Half, x: &mut [f32]) -> Result<(), Cancelled> {
    let extent = shared.extent;
    x.par_chunks_mut(extent.task_rows() * extent.dim).try_for_each(|x| {
        shared.cancel.check()?;
        shared.scratch.with(|scratch| dispatch(Spatial { extent, half, x, scratch }));
        Ok(())
    })
}

/// Temporal attention and its MLP on `x`. [B, T, J, D]
pub fn temporal(shared: Shared<'_>, half: &Half, x: &mut [f32], buffers: &mut StreamBuffers) -> Result<(), Cancelled> {
    let extent = shared.extent;
    let Extent { frames, joints, dim, heads, .. } = extent;
    let head_dim = extent.head_dim();
    let task_rows = extent.task_rows();
    let qkv = buffers.qkv.fit(3 * x.len());
    x.par_chunks(task_rows * dim).zip(qkv.par_chunks_mut(task_rows * 3 * dim)).try_for_each(|(x, qkv)| {
        shared.cancel.check()?;
        shared.scratch.with(|scratch| dispatch(Qkv { half, x, qkv, dim, rows: &mut scratch.rows }));
        Ok(())
    })?;
    let qkv = &*qkv;
    let out = buffers.heads.fit(x.len());
    out.par_chunks_mut(frames * head_dim).enumerate().try_for_each(|(index, out)| {
        shared.cancel.check()?;
        let (clip, joint, head) = (index / (joints * heads), index / heads % joints, index % heads);
        let first = (clip * frames * joints + joint) * 3 * dim + head * head_dim;
        let head = Head { qkv: &qkv[first..], stride: joints * 3 * dim, tokens: frames, head_dim, channels: dim };
        shared.scratch.with(|scratch| dispatch(Attend { head, out, scratch: &mut scratch.attention }));
        Ok(())
    })?;
    let attended = &*out;
    x.par_chunks_mut(task_rows * dim).enumerate().try_for_each(|(index, x)| {
        shared.cancel.check()?;
        let first_row = index * task_rows;
        shared.scratch.with(|scratch| dispatch(AfterAttention { extent, half, x, first_row, attended, scratch }));
        Ok(())
    })
}

/// Rows of `dim` values, one after the other.
fn rows(values: &[f32], dim: usize) -> Rows<'_> {
    Rows { values, stride: dim, count: values.len() / dim }
}

struct Spatial<'a> {
    extent: Extent,
    half: &'a Half,
    x: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl WithSimd for Spatial<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { extent, half, x, scratch } = self;
        let Extent { joints, dim, heads, .. } = extent;
        let head_dim = extent.head_dim();
        let qkv = scratch.wide.fit(3 * x.len());
        Qkv { half, x, qkv, dim, rows: &mut scratch.rows }.with_simd(simd);
        let out = scratch.rows.fit(x.len());
        for (qkv, out) in qkv.chunks_exact(joints * 3 * dim).zip(out.chunks_exact_mut(joints * dim)) {
            for head in 0..heads {
                let first = head * head_dim;
                let head = Head { qkv: &qkv[first..], stride: 3 * dim, tokens: joints, head_dim, channels: dim };
                attend(simd, head, &mut scratch.attention, &mut out[first..], dim);
            }
        }
        finish_half(simd, extent, half, x, &mut scratch.rows, &mut scratch.wide);
    }
}

/// q, k and v of normalised rows.
struct Qkv<'a> {
    half: &'a Half,
    x: &'a [f32],
    qkv: &'a mut [f32],
    dim: usize,
    rows: &'a mut Floats,
}

impl WithSimd for Qkv<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let linear = &self.half.qkv;
        let normal = self.rows.fit(self.x.len());
        normalise(simd, self.x, normal, self.dim);
        let finish = Finish::Bias(&linear.bias);
        product(simd, rows(normal, self.dim), linear.panels(), finish, self.qkv, 3 * self.dim);
    }
}

/// Temporal attention of one joint and head.
struct Attend<'a> {
    head: Head<'a>,
    out: &'a mut [f32],
    scratch: &'a mut AttentionScratch,
}

impl WithSimd for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        attend(simd, self.head, self.scratch, self.out, self.head.head_dim);
    }
}

/// The rest of a half after temporal attention.
struct AfterAttention<'a> {
    extent: Extent,
    half: &'a Half,
    x: &'a mut [f32],
    first_row: usize,
    attended: &'a [f32], // [B, J, heads, T, head_dim]
    scratch: &'a mut Scratch,
}

impl WithSimd for AfterAttention<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Extent { frames, joints, dim, heads, .. } = self.extent;
        let head_dim = self.extent.head_dim();
        let gathered = self.scratch.rows.fit(self.x.len());
        for (i, row) in gathered.chunks_exact_mut(dim).enumerate() {
            let (frame, joint) = ((self.first_row + i) / joints, (self.first_row + i) % joints);
            let (clip, frame) = (frame / frames, frame % frames);
            for (head, part) in row.chunks_exact_mut(head_dim).enumerate() {
                let from = (((clip * joints + joint) * heads + head) * frames + frame) * head_dim;
                part.copy_from_slice(&self.attended[from..][..head_dim]);
            }
        }
        finish_half(simd, self.extent, self.half, self.x, &mut self.scratch.rows, &mut self.scratch.wide);
    }
}

/// Projection and MLP, both added to `x`. `attended` holds the outcome of attention and is overwritten.
#[inline(always)]
fn finish_half<S: Simd>(simd: S, extent: Extent, half: &Half, x: &mut [f32], attended: &mut [f32], wide: &mut Floats) {
    let Extent { dim, hidden, .. } = extent;
    product(simd, rows(attended, dim), half.proj.panels(), Finish::Add(&half.proj.bias), x, dim);
    let normal = attended;
    normalise(simd, x, normal, dim);
    let wide = wide.fit(x.len() / dim * hidden);
    product(simd, rows(normal, dim), half.fc1.panels(), Finish::Gelu(&half.fc1.bias), wide, hidden);
    product(simd, rows(wide, hidden), half.fc2.panels(), Finish::Add(&half.fc2.bias), x, dim);
}
