//! The matrix products of a model and nothing else, by the gemm crate.
#![allow(unsafe_code, reason = "the gemm crate takes pointers; `multiply` checks that they stay inside the slices")]

use std::time::Instant;

use gemm::Parallelism;
use rayon::prelude::*;

use crate::nn::DstformerConfig;

/// One [m, k] x [k, n] product that a model computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    m: usize,
    n: usize,
    k: usize,
    /// Independent products of this shape that the model computes side by side.
    side_by_side: usize,
    /// How often a pass does so.
    times: usize,
}

impl Shape {
    fn linear(rows: usize, inputs: usize, outputs: usize, times: usize) -> Self {
        Self { m: rows, n: outputs, k: inputs, side_by_side: 1, times }
    }

    fn flop(&self) -> f64 {
        2.0 * (self.m * self.n * self.k * self.side_by_side * self.times) as f64
    }
}

/// Ways to compute a product; which is fastest depends on the shape.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// Each thread takes a run of rows or some of the products side by side, instead of gemm sharing out one product.
    by_rows: bool,
    /// The right-hand matrix lies as [n, k], as PyTorch stores weights, not as [k, n].
    transposed: bool,
}

const WAYS: [Way; 4] = [
    Way { by_rows: true, transposed: false },
    Way { by_rows: true, transposed: true },
    Way { by_rows: false, transposed: false },
    Way { by_rows: false, transposed: true },
];

/// Tries of each way when the fastest is chosen.
const TRIES: usize = 3;

/// The products of one pass over a batch.
pub struct PlainProducts {
    shapes: Vec<(Shape, Way)>,
    a: Vec<f32>,
    b: Vec<f32>,
    out: Vec<f32>,
}

impl PlainProducts {
    pub fn of(config: &DstformerConfig, batch: usize, frames: usize) -> Self {
        let shapes: Vec<(Shape, Way)> = shapes(config, batch, frames).into_iter().map(|s| (s, WAYS[0])).collect();
        let most = |len: fn(&Shape) -> usize| {
            vec![0.5; shapes.iter().map(|(shape, _)| len(shape) * shape.side_by_side).max().unwrap_or(0)]
        };
        let (a, b, out) = (most(|s| s.m * s.k), most(|s| s.k * s.n), most(|s| s.m * s.n));
        Self { shapes, a, b, out }
    }

    /// Floating point operations of one pass, a multiply-add as two.
    pub fn flop(&self) -> f64 {
        self.shapes.iter().map(|(shape, _)| shape.flop()).sum()
    }

    /// Tries every way for every shape and keeps the fastest.
    pub fn choose_fastest(&mut self) {
        for i in 0..self.shapes.len() {
            let shape = self.shapes[i].0;
            let mut best = f64::INFINITY;
            for way in WAYS {
                let seconds = (0..TRIES).map(|_| self.time(shape, way)).fold(f64::INFINITY, f64::min);
                if seconds < best {
                    best = seconds;
                    self.shapes[i].1 = way;
                }
            }
        }
    }

    /// Seconds that all products of one pass take: each shape is timed once and counted as often as it occurs.
    pub fn seconds(&mut self) -> f64 {
        let shapes = self.shapes.clone();
        shapes.into_iter().map(|(shape, way)| self.time(shape, way) * shape.times as f64).sum()
    }

    fn time(&mut self, shape: Shape, way: Way) -> f64 {
        let Shape { m, n, k, side_by_side, .. } = shape;
        let start = Instant::now();
        let out = &mut self.out[..side_by_side * m * n];
        if side_by_side > 1 {
            let (a, b) = (self.a.par_chunks(m * k), self.b.par_chunks(k * n));
            let tasks = out.par_chunks_mut(m * n).zip(a).zip(b).with_min_len(8);
            tasks.for_each(|((out, a), b)| multiply(out, a, b, m, n, k, way.transposed, Parallelism::None));
        } else if way.by_rows {
            let rows = m.div_ceil(rayon::current_num_threads());
            let tasks = out.par_chunks_mut(rows * n).zip(self.a[..m * k].par_chunks(rows * k));
            tasks.for_each(|(out, a)| {
                multiply(out, a, &self.b[..k * n], a.len() / k, n, k, way.transposed, Parallelism::None);
            });
        } else {
            multiply(out, &self.a[..m * k], &self.b[..k * n], m, n, k, way.transposed, Parallelism::Rayon(0));
        }
        start.elapsed().as_secs_f64()
    }
}

fn shapes(config: &DstformerConfig, batch: usize, frames: usize) -> Vec<Shape> {
    let DstformerConfig { dim_feat: dim, dim_rep, depth, num_heads, mlp_ratio, num_joints: joints, .. } = *config;
    let rows = batch * frames * joints;
    let hidden = dim * mlp_ratio;
    let head_dim = dim / num_heads;
    // Two streams of blocks with two halves each.
    let halves = 4 * depth;
    let attention = |sequences: usize, tokens: usize| {
        let side_by_side = sequences * num_heads;
        let scores = Shape { m: tokens, n: tokens, k: head_dim, side_by_side, times: halves / 2 };
        [scores, Shape { n: head_dim, k: tokens, ..scores }]
    };
    let mut shapes = vec![
        Shape::linear(rows, 3, dim, 1),
        Shape::linear(rows, dim, 3 * dim, halves),
        Shape::linear(rows, dim, dim, halves),
        Shape::linear(rows, dim, hidden, halves),
        Shape::linear(rows, hidden, dim, halves),
        Shape::linear(rows, 2 * dim, 2, depth),
        Shape::linear(rows, dim, dim_rep, 1),
        Shape::linear(rows, dim_rep, 3, 1),
    ];
    shapes.extend(attention(batch * frames, joints));
    shapes.extend(attention(batch * joints, frames));
    shapes
}

/// `out = a * b` with `a` [m, k] and `out` [m, n] row-major; `b` is [k, n], or [n, k] when transposed.
fn multiply(
    out: &mut [f32],
    a: &[f32],
    b: &[f32],
    m: usize,
    n: usize,
    k: usize,
    transposed: bool,
    parallelism: Parallelism,
) {
    assert!(out.len() == m * n && a.len() == m * k && b.len() == k * n, "[{m}, {k}] x [{k}, {n}]");
    let (b_column_stride, b_row_stride) = if transposed { (k, 1) } else { (1, n) };
    // SAFETY: with these strides every index stays below m * n, m * k and k * n, which are the lengths; `out` is
    // borrowed mutably and so overlaps neither `a` nor `b`.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            false,
            a.as_ptr(),
            1,
            k as isize,
            b.as_ptr(),
            b_column_stride as isize,
            b_row_stride as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_gives_the_product() {
        let (m, n, k) = (5, 7, 3);
        let a: Vec<f32> = (0..m * k).map(|i| i as f32).collect();
        let b: Vec<f32> = (0..k * n).map(|i| (i as f32) - 4.0).collect();
        let transposed: Vec<f32> = (0..k * n).map(|i| b[i % k * n + i / k]).collect();
        let wanted: Vec<f32> = (0..m * n).map(|i| (0..k).map(|p| a[i / n * k + p] * b[p * n + i % n]).sum()).collect();
        for parallelism in [Parallelism::None, Parallelism::Rayon(0)] {
            for (b, is_transposed) in [(&b, false), (&transposed, true)] {
                let mut out = vec![f32::NAN; m * n];
                multiply(&mut out, &a, b, m, n, k, is_transposed, parallelism);
                assert_eq!(out, wanted);
            }
        }
    }

    #[test]
    fn operations_of_the_full_model() {
        // Every weight of the 42.5 M but those of norms, biases and embeddings is used once per token, and attention
        // takes 2 D (J + T) multiply-adds per token and half.
        let (frames, rows) = (243, 243 * 17);
        let linear = 5 * 4 * 8 * 512 * 512 + 512 * 512 + 2 * 3 * 512 + 5 * 2 * 1024;
        let attention = 10 * 2 * 512 * (17 + frames);
        let wanted = 2.0 * (rows * (linear + attention)) as f64;
        assert_eq!(PlainProducts::of(&DstformerConfig::FULL, 1, frames).flop(), wanted);
    }

    #[test]
    fn products_are_timed_in_every_way() {
        let mut products = PlainProducts::of(&DstformerConfig::TINY, 1, 9);
        products.choose_fastest();
        assert!(products.seconds() > 0.0);
    }
}
