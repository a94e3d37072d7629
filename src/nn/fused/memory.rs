//! Memory that is kept between calls: aligned floats, and the buffers of one forward pass.

use std::ops::{Deref, DerefMut};

use parking_lot::Mutex;

/// One cache line, so that no vector straddles two.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
struct Line([f32; 16]);

/// Floats that start at a cache line.
#[derive(Default)]
pub struct Floats {
    lines: Vec<Line>,
    len: usize,
}

impl Floats {
    pub fn zeroed(len: usize) -> Self {
        let mut floats = Self::default();
        floats.fit(len);
        floats
    }

    /// Makes the length `len`; memory only ever grows. What is in it afterwards is left over from before.
    pub fn fit(&mut self, len: usize) -> &mut [f32] {
        let lines = len.div_ceil(16);
        if self.lines.len() < lines {
            self.lines.resize(lines, Line([0.0; 16]));
        }
        self.len = len;
        self
    }
}

impl Deref for Floats {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &bytemuck::cast_slice(&self.lines)[..self.len]
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut bytemuck::cast_slice_mut(&mut self.lines)[..self.len]
    }
}

/// Things that are taken for a while and given back, so that repeated calls find them warm.
pub struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T: Default> Pool<T> {
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let taken = self.0.lock().pop();
        let mut item = taken.unwrap_or_default();
        let result = work(&mut item);
        self.0.lock().push(item);
        result
    }
}

/// Buffers of one task on one thread; they stay in its second-level cache.
#[derive(Default)]
pub struct Scratch {
    /// Normalised rows, then the outcome of attention. [rows, D]
    pub rows: Floats,
    /// q, k and v, then the hidden layer of the MLP. [rows, max(3 D, hidden)]
    pub wide: Floats,
    pub attention: AttentionScratch,
}

/// Buffers of one head of one sequence.
#[derive(Default)]
pub struct AttentionScratch {
    /// Keys as panels. [head_dim, tokens]
    pub keys: Floats,
    /// Values as panels. [tokens, head_dim]
    pub values: Floats,
    /// A few rows of scores, each padded to whole vectors.
    pub scores: Floats,
}

/// What one of the two streams keeps between the phases of temporal attention.
#[derive(Default)]
pub struct StreamBuffers {
    pub qkv: Floats,   // [B, T, J, 3 D]
    pub heads: Floats, // [B, J, heads, T, head_dim]
}

/// Everything that one forward pass over a batch needs.
#[derive(Default)]
pub struct Workspace {
    pub x: Floats, // [B, T, J, D]
    pub y: Floats, // [B, T, J, D]
    pub x_stream: StreamBuffers,
    pub y_stream: StreamBuffers,
}
