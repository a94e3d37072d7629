//! Matrix products whose results are finished (bias, GELU, residual) while they are still in the first-level cache.
//!
//! The right-hand matrix is stored once as panels a few vectors wide, in the order in which the innermost loop reads
//! it: weights are packed when a model is loaded, so that no call ever packs them again.

use pulp::{Simd, WithSimd};

use super::memory::Floats;
use super::simd::{dispatch, gelu, tanh};

/// Rows that are multiplied at once.
pub const TILE_ROWS: usize = 6;

/// Vectors side by side in a panel: 6 rows of them fill the registers.
#[inline(always)]
const fn panel_vectors<S: Simd>() -> usize {
    if S::REGISTER_COUNT >= 32 { 4 } else { 2 }
}

/// Length of a [depth, columns] matrix packed for `S`.
#[inline(always)]
pub fn packed_len<S: Simd>(depth: usize, columns: usize) -> usize {
    depth * columns.next_multiple_of(S::F32_LANES)
}

/// Writes a matrix as panels, zeros to the right of it. `at(row, column)` is an element.
#[inline(always)]
pub fn pack<S: Simd>(depth: usize, columns: usize, into: &mut [f32], at: impl Fn(usize, usize) -> f32) {
    let padded = columns.next_multiple_of(S::F32_LANES);
    let widest = panel_vectors::<S>() * S::F32_LANES;
    for start in (0..padded).step_by(widest) {
        let width = widest.min(padded - start);
        let live = width.min(columns - start);
        for (row, line) in into[start * depth..][..width * depth].chunks_exact_mut(width).enumerate() {
            for (column, value) in line[..live].iter_mut().enumerate() {
                *value = at(row, start + column);
            }
            line[live..].fill(0.0);
        }
    }
}

/// A packed matrix that lives as long as the model.
pub struct PackedMatrix {
    values: Floats,
    depth: usize,
    columns: usize,
}

impl PackedMatrix {
    /// `at(row, column)` is an element of the [depth, columns] matrix.
    pub fn new(depth: usize, columns: usize, at: impl Fn(usize, usize) -> f32) -> Self {
        struct Pack<F>(usize, usize, F);
        impl<F: Fn(usize, usize) -> f32> WithSimd for Pack<F> {
            type Output = Floats;

            #[inline(always)]
            fn with_simd<S: Simd>(self, _simd: S) -> Floats {
                let Self(depth, columns, at) = self;
                let mut values = Floats::zeroed(packed_len::<S>(depth, columns));
                pack::<S>(depth, columns, &mut values, at);
                values
            }
        }
        Self { values: dispatch(Pack(depth, columns, at)), depth, columns }
    }

    pub fn panels(&self) -> Panels<'_> {
        Panels { values: &self.values, depth: self.depth, columns: self.columns }
    }
}

/// The right-hand side of a product: a packed [depth, columns] matrix.
#[derive(Clone, Copy)]
pub struct Panels<'a> {
    pub values: &'a [f32],
    pub depth: usize,
    pub columns: usize,
}

/// The left-hand side of a product: row i starts at `values[i * stride]`.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub values: &'a [f32],
    pub stride: usize,
    pub count: usize,
}

/// What becomes of a sum of products; the slices are biases, one per column.
#[derive(Clone, Copy)]
pub enum Finish<'a> {
    Plain,
    Bias(&'a [f32]),
    Gelu(&'a [f32]),
    Tanh(&'a [f32]),
    /// Added, with the bias, to what is already there.
    Add(&'a [f32]),
}

/// `out = finish(a * b)`; row i of `out` starts at `out[i * out_stride]`.
#[inline(always)]
pub fn product<S: Simd>(simd: S, a: Rows<'_>, b: Panels<'_>, finish: Finish<'_>, out: &mut [f32], out_stride: usize) {
    let padded = b.columns.next_multiple_of(S::F32_LANES);
    let widest = panel_vectors::<S>() * S::F32_LANES;
    for column in (0..padded).step_by(widest) {
        let width = widest.min(padded - column);
        let panel = &b.values[column * b.depth..][..width * b.depth];
        let columns = width.min(b.columns - column);
        let out = &mut *out;
        match width / S::F32_LANES {
            4 => simd.vectorize(Strip::<4> { a, panel, column, columns, finish, out, out_stride }),
            3 => simd.vectorize(Strip::<3> { a, panel, column, columns, finish, out, out_stride }),
            2 => simd.vectorize(Strip::<2> { a, panel, column, columns, finish, out, out_stride }),
            _ => simd.vectorize(Strip::<1> { a, panel, column, columns, finish, out, out_stride }),
        }
    }
}

/// All rows of a product against one panel of `V` vectors.
struct Strip<'a, 'o, const V: usize> {
    a: Rows<'a>,
    panel: &'a [f32],
    /// Where the panel starts in the whole matrix.
    column: usize,
    /// Columns of the panel that are not padding.
    columns: usize,
    finish: Finish<'a>,
    out: &'o mut [f32],
    out_stride: usize,
}

impl<const V: usize> WithSimd for Strip<'_, '_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let panel = S::as_simd_f32s(self.panel).0.as_chunks::<V>().0;
        for first in (0..self.a.count).step_by(TILE_ROWS) {
            let live = TILE_ROWS.min(self.a.count - first);
            // Beyond the last row the last one is taken again and its sums are dropped.
            let rows =
                std::array::from_fn(|i| &self.a.values[(first + i.min(live - 1)) * self.a.stride..][..panel.len()]);
            let mut sums = [[simd.splat_f32s(0.0); V]; TILE_ROWS];
            multiply(simd, rows, panel, &mut sums);
            for (i, sums) in sums[..live].iter().enumerate() {
                let out = &mut self.out[(first + i) * self.out_stride + self.column..][..self.columns];
                finish_row(simd, self.finish, self.column, sums, out);
            }
        }
    }
}

/// The innermost loop: a tile of sums that stays in registers.
#[inline(always)]
fn multiply<S: Simd, const V: usize>(
    simd: S,
    rows: [&[f32]; TILE_ROWS],
    panel: &[[S::f32s; V]],
    out: &mut [[S::f32s; V]; TILE_ROWS],
) {
    let rows = rows.map(|row| &row[..panel.len()]);
    let mut sums = [[simd.splat_f32s(0.0); V]; TILE_ROWS];
    for (depth, line) in panel.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(rows) {
            let factor = simd.splat_f32s(row[depth]);
            for (sum, value) in sums.iter_mut().zip(line) {
                *sum = simd.mul_add_e_f32s(factor, *value, *sum);
            }
        }
    }
    for (out, sum) in out.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
        *out = *sum;
    }
}

/// Finishes one row of a tile. `out.len()` columns are live; `sums` covers them.
#[inline(always)]
fn finish_row<S: Simd>(simd: S, finish: Finish<'_>, column: usize, sums: &[S::f32s], out: &mut [f32]) {
    let bias = match finish {
        Finish::Plain => &[],
        Finish::Bias(bias) | Finish::Gelu(bias) | Finish::Tanh(bias) | Finish::Add(bias) => {
            &bias[column..][..out.len()]
        }
    };
    let (bias, bias_rest) = S::as_simd_f32s(bias);
    let (out, out_rest) = S::as_mut_simd_f32s(out);
    if let Finish::Plain = finish {
        out.copy_from_slice(&sums[..out.len()]);
    } else {
        for ((out, bias), sum) in out.iter_mut().zip(bias).zip(sums) {
            *out = finish_vector(simd, finish, simd.add_f32s(*sum, *bias), *out);
        }
    }
    if !out_rest.is_empty() {
        let sum = simd.add_f32s(sums[out.len()], simd.partial_load_f32s(bias_rest));
        let value = finish_vector(simd, finish, sum, simd.partial_load_f32s(out_rest));
        simd.partial_store_f32s(out_rest, value);
    }
}

/// `sum` includes the bias.
#[inline(always)]
fn finish_vector<S: Simd>(simd: S, finish: Finish<'_>, sum: S::f32s, old: S::f32s) -> S::f32s {
    match finish {
        Finish::Plain | Finish::Bias(_) => sum,
        Finish::Gelu(_) => gelu(simd, sum),
        Finish::Tanh(_) => tanh(simd, sum),
        Finish::Add(_) => simd.add_f32s(old, sum),
    }
}
