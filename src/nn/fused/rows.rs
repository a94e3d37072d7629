//! Functions of whole rows: layer norm and softmax.

use pulp::Simd;

use super::simd::exp;

const NORM_EPSILON: f32 = 1e-6;

/// Vectors that are summed side by side: one addition waits for the one before.
const WAYS: usize = 4;

/// Sum of `a[i] * b[i]`.
#[inline(always)]
pub fn dot<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = S::as_simd_f32s(a);
    let (b, b_rest) = S::as_simd_f32s(b);
    let (a_groups, a_single) = a.as_chunks::<WAYS>();
    let (b_groups, b_single) = b.as_chunks::<WAYS>();
    let mut sums = [simd.splat_f32s(0.0); WAYS];
    for (a, b) in a_groups.iter().zip(b_groups) {
        for way in 0..WAYS {
            sums[way] = simd.mul_add_e_f32s(a[way], b[way], sums[way]);
        }
    }
    for (a, b) in a_single.iter().zip(b_single) {
        sums[0] = simd.mul_add_e_f32s(*a, *b, sums[0]);
    }
    let mut total = simd.add_f32s(simd.add_f32s(sums[0], sums[1]), simd.add_f32s(sums[2], sums[3]));
    total = simd.mul_add_e_f32s(simd.partial_load_f32s(a_rest), simd.partial_load_f32s(b_rest), total);
    simd.reduce_sum_f32s(total)
}

#[inline(always)]
fn mean<S: Simd>(simd: S, row: &[f32]) -> f32 {
    let (vectors, rest) = S::as_simd_f32s(row);
    let (groups, single) = vectors.as_chunks::<WAYS>();
    let mut sums = [simd.splat_f32s(0.0); WAYS];
    for group in groups {
        for way in 0..WAYS {
            sums[way] = simd.add_f32s(sums[way], group[way]);
        }
    }
    for vector in single {
        sums[0] = simd.add_f32s(sums[0], *vector);
    }
    let mut total = simd.add_f32s(simd.add_f32s(sums[0], sums[1]), simd.add_f32s(sums[2], sums[3]));
    total = simd.add_f32s(total, simd.partial_load_f32s(rest));
    simd.reduce_sum_f32s(total) / row.len() as f32
}

/// Brings each row of `dim` values to mean 0 and variance 1; scale and shift of the norm are part of the next weights.
#[inline(always)]
pub fn normalise<S: Simd>(simd: S, input: &[f32], out: &mut [f32], dim: usize) {
    for (input, out) in input.chunks_exact(dim).zip(out.chunks_exact_mut(dim)) {
        let mean = mean(simd, input);
        for (out, value) in out.iter_mut().zip(input) {
            *out = value - mean;
        }
        let scale = 1.0 / (dot(simd, out, out) / dim as f32 + NORM_EPSILON).sqrt();
        for out in out {
            *out *= scale;
        }
    }
}

/// Softmax over the first `live` values of a row of whole vectors; the others become (almost) nothing.
#[inline(always)]
pub fn softmax<S: Simd>(simd: S, row: &mut [f32], live: usize) {
    row[live..].fill(f32::MIN);
    let (row, _) = S::as_mut_simd_f32s(row);
    let mut highest = simd.splat_f32s(f32::MIN);
    for value in &*row {
        highest = simd.max_f32s(highest, *value);
    }
    let highest = simd.splat_f32s(simd.reduce_max_f32s(highest));
    let mut total = simd.splat_f32s(0.0);
    for value in &mut *row {
        *value = exp(simd, simd.sub_f32s(*value, highest));
        total = simd.add_f32s(total, *value);
    }
    let scale = simd.splat_f32s(1.0 / simd.reduce_sum_f32s(total));
    for value in row {
        *value = simd.mul_f32s(*value, scale);
    }
}
