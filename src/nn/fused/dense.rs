//! One linear layer alone, over many rows.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::TASK_ROWS;
use super::layers::Linear;
use super::product::{Finish, Rows, product};
use super::simd::dispatch;

/// `y = x W + b` with packed weights.
pub struct Dense {
    linear: Linear,
    inputs: usize,
}

impl Dense {
    /// `weight` is [outputs, inputs], `bias` `[outputs]`.
    pub fn new(weight: &[f32], bias: Vec<f32>) -> Self {
        let inputs = weight.len() / bias.len().max(1);
        Self { linear: Linear::new(weight, bias, inputs), inputs }
    }

    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// [rows, inputs] to [rows, outputs], on all threads.
    pub fn forward(&self, rows: &[f32]) -> Vec<f32> {
        struct Task<'a>(&'a Dense, &'a [f32], &'a mut [f32]);
        impl WithSimd for Task<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                let Self(Dense { linear, inputs }, rows, out) = self;
                let rows = Rows { values: rows, stride: *inputs, count: rows.len() / inputs };
                product(simd, rows, linear.panels(), Finish::Bias(&linear.bias), out, linear.bias.len());
            }
        }
        let outputs = self.linear.bias.len();
        let count = rows.len() / self.inputs;
        let task_rows = TASK_ROWS.min(count.div_ceil(rayon::current_num_threads())).max(1);
        let mut out = vec![0.0; count * outputs];
        out.par_chunks_mut(task_rows * outputs)
            .zip(rows.par_chunks(task_rows * self.inputs))
            .for_each(|(out, rows)| dispatch(Task(self, rows, out)));
        out
    }
}
