//! Choosing the instruction set at run time, and functions of whole vectors.
//!
//! Everything is written once against [`Simd`]; [`dispatch`] compiles it for AVX-512, AVX2, NEON and plain floats
//! and picks at run time what the processor has.

use pulp::{Simd, WithSimd};

/// Runs `op` with the widest instruction set of this processor.
#[inline]
pub fn dispatch<Op: WithSimd>(op: Op) -> Op::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(simd) = pulp::x86::V4::try_new() {
            return Simd::vectorize(simd, op);
        }
        if let Some(simd) = pulp::x86::V3::try_new() {
            return Simd::vectorize(simd, op);
        }
        Simd::vectorize(pulp::Scalar::new(), op)
    }
    #[cfg(not(target_arch = "x86_64"))]
    pulp::Arch::new().dispatch(op)
}

/// `coefficients[0] + coefficients[1] * x + ...`
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: [f32; N]) -> S::f32s {
    let mut sum = simd.splat_f32s(coefficients[N - 1]);
    for coefficient in coefficients[..N - 1].iter().rev() {
        sum = simd.mul_add_e_f32s(sum, x, simd.splat_f32s(*coefficient));
    }
    sum
}

/// e^x with a relative error under 3e-7; below -87 it stays at e^-87, above 88 at e^88.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
    const ROUNDER: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = simd.min_f32s(simd.max_f32s(x, simd.splat_f32s(-87.0)), simd.splat_f32s(88.0));
    let rounder = simd.splat_f32s(ROUNDER);
    let shifted = simd.mul_add_e_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), rounder);
    let power = simd.sub_f32s(shifted, rounder);
    let rest = simd.mul_add_e_f32s(power, simd.splat_f32s(-LN_2_HIGH), x);
    let rest = simd.mul_add_e_f32s(power, simd.splat_f32s(-LN_2_LOW), rest);
    // Taylor: |rest| <= ln(2) / 2.
    let fraction = polynomial(simd, rest, [1.0, 1.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0]);
    let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
    simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(fraction), exponent))
}

/// The exact GELU, x * Phi(x), with an absolute error under 3e-7 for |x| < 8.
///
/// `gelu(x) = max(x, 0) - a * e^(-a^2 / 2) * R(a)` with `a = |x|` and `R(a) = erfc(a / sqrt 2) / 2 * e^(a^2 / 2)`.
/// R is smooth and falls slowly; our own weighted minimax fit of it adds 4e-8.
#[inline(always)]
pub fn gelu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const ABOVE: [f32; 3] = [0.500_002_26, 0.226_877_18, 0.044_039_18];
    const BELOW: [f32; 4] = [1.0, 1.251_712_7, 0.586_394_6, 0.109_074_37];
    let a = simd.abs_f32s(x);
    let bell = exp(simd, simd.mul_f32s(simd.mul_f32s(a, a), simd.splat_f32s(-0.5)));
    let tail = simd.mul_f32s(simd.mul_f32s(a, bell), polynomial(simd, a, ABOVE));
    let tail = simd.div_f32s(tail, polynomial(simd, a, BELOW));
    simd.sub_f32s(simd.max_f32s(x, simd.splat_f32s(0.0)), tail)
}

/// tanh with an absolute error under 3e-7.
#[inline(always)]
pub fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let squared = exp(simd, simd.add_f32s(x, x));
    simd.sub_f32s(one, simd.div_f32s(simd.splat_f32s(2.0), simd.add_f32s(squared, one)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Runs `op` with every instruction set of this processor, not only the widest.
    pub fn on_every_set<Op: WithSimd + Clone>(op: &Op) -> Vec<Op::Output> {
        #[cfg(target_arch = "x86_64")]
        let avx2 = pulp::x86::V3::try_new().map(|simd| Simd::vectorize(simd, op.clone()));
        #[cfg(not(target_arch = "x86_64"))]
        let avx2 = None;
        let plain = Simd::vectorize(pulp::Scalar::new(), op.clone());
        [plain, dispatch(op.clone())].into_iter().chain(avx2).collect()
    }

    #[derive(Clone)]
    struct Functions(Vec<f32>);

    impl WithSimd for Functions {
        type Output = Vec<[f32; 3]>;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let values = self.0.iter().map(|x| {
                let x = simd.splat_f32s(*x);
                let first = |y: S::f32s| bytemuck::bytes_of(&y)[..4].try_into().map(f32::from_ne_bytes).unwrap();
                [first(exp(simd, x)), first(gelu(simd, x)), first(tanh(simd, x))]
            });
            values.collect()
        }
    }

    /// erfc by its continued fraction and series, in f64.
    fn erfc(z: f64) -> f64 {
        if z < 0.0 {
            return 2.0 - erfc(-z);
        }
        if z < 2.5 {
            let (mut term, mut sum) = (z, z);
            for n in 1..80 {
                term *= -z * z / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            return 1.0 - sum * 2.0 / std::f64::consts::PI.sqrt();
        }
        let mut fraction = 0.0;
        for n in (1..80).rev() {
            fraction = f64::from(n) / 2.0 / (z + fraction);
        }
        (-z * z).exp() / (z + fraction) / std::f64::consts::PI.sqrt()
    }

    #[test]
    fn exp_gelu_and_tanh_are_exact_enough() {
        let inputs: Vec<f32> = (-8000..8000).map(|i| i as f32 * 1e-3).chain([-90.0, -30.0, 30.0, 80.0]).collect();
        for outputs in on_every_set(&Functions(inputs.clone())) {
            for (x, [exp, gelu, tanh]) in inputs.iter().zip(outputs) {
                let x = f64::from(*x);
                assert!((f64::from(exp) / x.max(-87.0).exp() - 1.0).abs() < 3e-7, "exp({x}) = {exp}");
                let true_gelu = 0.5 * x * erfc(-x / std::f64::consts::SQRT_2);
                assert!((f64::from(gelu) - true_gelu).abs() < 3e-7, "gelu({x}) = {gelu}, not {true_gelu}");
                assert!((f64::from(tanh) - x.tanh()).abs() < 3e-7, "tanh({x}) = {tanh}");
            }
        }
    }
}
