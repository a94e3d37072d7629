//! Attention of one head over one sequence, a few query rows at a time: their scores never leave the first-level cache.

use pulp::Simd;

use super::memory::AttentionScratch;
use super::product::{Finish, Panels, Rows, TILE_ROWS, pack_columns, pack_rows, packed_len, product};
use super::rows::softmax;

/// One head of one sequence inside a buffer of q, k and v rows.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// From the first token's query of this head on.
    pub qkv: &'a [f32],
    /// From one token of the sequence to the next.
    pub stride: usize,
    pub tokens: usize,
    pub head_dim: usize,
    /// From a query to its key, and from a key to its value.
    pub channels: usize,
}

/// Writes row i to `out[i * out_stride..]`. The queries are scaled already.
#[inline(always)]
pub fn attend<S: Simd>(simd: S, head: Head<'_>, scratch: &mut AttentionScratch, out: &mut [f32], out_stride: usize) {
    let Head { qkv, stride, tokens, head_dim, channels } = head;
    let (k, v) = (&qkv[channels..], &qkv[2 * channels..]);
    let keys = scratch.keys.fit(packed_len::<S>(head_dim, tokens));
    pack_columns::<S>(head_dim, tokens, keys, |token| &k[token * stride..][..head_dim]);
    let values = scratch.values.fit(packed_len::<S>(tokens, head_dim));
    pack_rows::<S>(tokens, head_dim, values, |token| &v[token * stride..][..head_dim]);
    let keys = Panels { values: keys, depth: head_dim, columns: tokens };
    let values = Panels { values, depth: tokens, columns: head_dim };

    let padded = tokens.next_multiple_of(S::F32_LANES);
    let scores = scratch.scores.fit(TILE_ROWS * padded);
    for first in (0..tokens).step_by(TILE_ROWS) {
        let count = TILE_ROWS.min(tokens - first);
        let queries = Rows { values: &qkv[first * stride..], stride, count };
        product(simd, queries, keys, Finish::Plain, scores, padded);
        for row in scores.chunks_exact_mut(padded).take(count) {
            softmax(simd, row, tokens);
        }
        let weights = Rows { values: scores, stride: padded, count };
        product(simd, weights, values, Finish::Plain, &mut out[first * out_stride..], out_stride);
    }
}
