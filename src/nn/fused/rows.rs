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

#[cfg(test)]
mod tests {
    use pulp::WithSimd;

    use super::super::simd::tests::on_every_set;
    use super::*;

    #[derive(Clone)]
    struct Functions<'a>(&'a [f32]);

    impl WithSimd for Functions<'_> {
        type Output = (Vec<f32>, Vec<f32>, f32);

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let mut normal = vec![0.0; self.0.len()];
            normalise(simd, self.0, &mut normal, self.0.len());
            let mut softened = self.0.to_vec();
            softened.resize(self.0.len().next_multiple_of(S::F32_LANES), f32::NAN);
            softmax(simd, &mut softened, self.0.len());
            (normal, softened, dot(simd, self.0, self.0))
        }
    }

    #[test]
    fn norm_softmax_and_dot_of_all_lengths() {
        for len in [1, 3, 8, 17, 64, 75, 243] {
            let row: Vec<f32> = (0..len).map(|i| 30.0 + 9.0 * (i as f32 * 1.7).sin()).collect();
            let exact: Vec<f64> = row.iter().map(|value| f64::from(*value)).collect();
            let mean = exact.iter().sum::<f64>() / len as f64;
            let variance = exact.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / len as f64;
            let total: f64 = exact.iter().map(|value| (value - mean).exp()).sum();
            for (normal, softened, dot) in on_every_set(&Functions(&row)) {
                for i in 0..len {
                    let wanted = (exact[i] - mean) / (variance + f64::from(NORM_EPSILON)).sqrt();
                    assert!((f64::from(normal[i]) - wanted).abs() < 1e-5, "norm of {len} at {i}");
                    let wanted = (exact[i] - mean).exp() / total;
                    assert!((f64::from(softened[i]) - wanted).abs() < 1e-6, "softmax of {len} at {i}");
                }
                assert!(softened[len..].iter().all(|value| *value < 1e-30), "padding of {len}");
                let wanted: f64 = exact.iter().map(|value| value * value).sum();
                assert!((f64::from(dot) / wanted - 1.0).abs() < 1e-6, "dot of {len}");
            }
        }
    }
}
