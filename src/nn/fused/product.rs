//! Matrix products whose results are finished (bias, GELU, residual) while they are still in the first-level cache.
//!
//! The right-hand matrix is stored once as panels a few vectors wide, in the order in which the innermost loop reads
//! it: weights are packed when a model is loaded, so that no call ever packs them again.

use pulp::{Simd, WithSimd};

use super::memory::Floats;
use super::simd::{dispatch, gelu, tanh};

/// Rows that are multiplied at once.
pub const TILE_ROWS: usize = 6;

/// Steps of the innermost loop that are unrolled.
const DEPTH_BLOCK: usize = 4;

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

/// Writes a matrix as panels, zeros to the right of it. `row(i)` is a row of `columns` values.
#[inline(always)]
pub fn pack_rows<'a, S: Simd>(depth: usize, columns: usize, into: &mut [f32], row: impl Fn(usize) -> &'a [f32]) {
    for (start, width, live) in panels_of::<S>(columns) {
        let lines = into[start * depth..][..width * depth].chunks_exact_mut(width);
        for (i, line) in lines.enumerate() {
            line[..live].copy_from_slice(&row(i)[start..][..live]);
            line[live..].fill(0.0);
        }
    }
}

/// As [`pack_rows`], from columns: `column(i)` has `depth` values.
#[inline(always)]
pub fn pack_columns<'a, S: Simd>(depth: usize, columns: usize, into: &mut [f32], column: impl Fn(usize) -> &'a [f32]) {
    for (start, width, live) in panels_of::<S>(columns) {
        let panel = &mut into[start * depth..][..width * depth];
        for i in 0..live {
            for (line, value) in panel.chunks_exact_mut(width).zip(column(start + i)) {
                line[i] = *value;
            }
        }
        if live < width {
            panel.chunks_exact_mut(width).for_each(|line| line[live..].fill(0.0));
        }
    }
}

/// First column, width and width without padding of each panel.
#[inline(always)]
fn panels_of<S: Simd>(columns: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    let padded = columns.next_multiple_of(S::F32_LANES);
    let widest = panel_vectors::<S>() * S::F32_LANES;
    (0..padded).step_by(widest).map(move |start| {
        let width = widest.min(padded - start);
        (start, width, width.min(columns - start))
    })
}

/// A packed matrix that lives as long as the model.
pub struct PackedMatrix {
    values: Floats,
    depth: usize,
    columns: usize,
}

impl PackedMatrix {
    /// Packs the transpose of `weight` [columns, depth].
    pub fn transposed(weight: &[f32], depth: usize) -> Self {
        struct Pack<'a>(&'a [f32], usize);
        impl WithSimd for Pack<'_> {
            type Output = Floats;

            #[inline(always)]
            fn with_simd<S: Simd>(self, _simd: S) -> Floats {
                let Self(weight, depth) = self;
                let columns = weight.len() / depth;
                let mut values = Floats::zeroed(packed_len::<S>(depth, columns));
                pack_columns::<S>(depth, columns, &mut values, |column| &weight[column * depth..][..depth]);
                values
            }
        }
        Self { values: dispatch(Pack(weight, depth)), depth, columns: weight.len() / depth }
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
    for (column, width, columns) in panels_of::<S>(b.columns) {
        let panel = &b.values[column * b.depth..][..width * b.depth];
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
            let mut rows = [&self.a.values[..0]; TILE_ROWS];
            for (i, row) in rows.iter_mut().enumerate() {
                *row = &self.a.values[(first + i.min(live - 1)) * self.a.stride..][..panel.len()];
            }
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
    let mut sums = [[simd.splat_f32s(0.0); V]; TILE_ROWS];
    // Blocks of fixed length need no bounds checks inside.
    let (blocks, last) = panel.as_chunks::<DEPTH_BLOCK>();
    for (i, block) in blocks.iter().enumerate() {
        let mut factors = [&[0.0; DEPTH_BLOCK]; TILE_ROWS];
        for (factors, row) in factors.iter_mut().zip(rows) {
            *factors = &row.as_chunks().0[i];
        }
        for (depth, line) in block.iter().enumerate() {
            for (sums, factors) in sums.iter_mut().zip(factors) {
                let factor = simd.splat_f32s(factors[depth]);
                for (sum, value) in sums.iter_mut().zip(line) {
                    *sum = simd.mul_add_e_f32s(factor, *value, *sum);
                }
            }
        }
    }
    for (depth, line) in last.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(rows) {
            let factor = simd.splat_f32s(row[blocks.len() * DEPTH_BLOCK + depth]);
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

#[cfg(test)]
mod tests {
    use super::super::simd::tests::on_every_set;
    use super::*;

    #[derive(Clone)]
    struct Case<'a> {
        a: &'a [f32],
        weight: &'a [f32], // [columns, depth]
        bias: &'a [f32],
        depth: usize,
        add: bool,
    }

    impl WithSimd for Case<'_> {
        type Output = Vec<f32>;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
            let Self { a, weight, bias, depth, add } = self;
            let (rows, columns) = (a.len() / depth, bias.len());
            let mut by_columns = vec![f32::NAN; packed_len::<S>(depth, columns)];
            pack_columns::<S>(depth, columns, &mut by_columns, |column| &weight[column * depth..][..depth]);
            let transposed: Vec<f32> =
                (0..depth * columns).map(|i| weight[i % columns * depth + i / columns]).collect();
            let mut by_rows = vec![f32::NAN; by_columns.len()];
            pack_rows::<S>(depth, columns, &mut by_rows, |row| &transposed[row * columns..][..columns]);
            assert_eq!(by_columns, by_rows);
            // One more value between rows, which must stay as it is.
            let mut out = vec![2.0; rows * (columns + 1)];
            let finish = if add { Finish::Add(bias) } else { Finish::Bias(bias) };
            let panels = Panels { values: &by_columns, depth, columns };
            product(simd, Rows { values: a, stride: depth, count: rows }, panels, finish, &mut out, columns + 1);
            out
        }
    }

    #[test]
    fn products_of_all_remainders_match_plain_loops() {
        for (rows, depth, columns) in
            [(1, 1, 1), (5, 4, 3), (6, 7, 16), (7, 8, 17), (13, 3, 63), (2, 9, 65), (6, 5, 100)]
        {
            let value = |i: usize, scale: f32| (i as f32 * scale).sin();
            let a: Vec<f32> = (0..rows * depth).map(|i| value(i, 0.7)).collect();
            let weight: Vec<f32> = (0..columns * depth).map(|i| value(i, 1.3)).collect();
            let bias: Vec<f32> = (0..columns).map(|i| value(i, 2.1)).collect();
            for add in [false, true] {
                let case = Case { a: &a, weight: &weight, bias: &bias, depth, add };
                for out in on_every_set(&case) {
                    for (i, found) in out.iter().enumerate() {
                        let (row, column) = (i / (columns + 1), i % (columns + 1));
                        let wanted = if column == columns {
                            2.0
                        } else {
                            let sum: f32 = (0..depth).map(|p| a[row * depth + p] * weight[column * depth + p]).sum();
                            sum + bias[column] + if add { 2.0 } else { 0.0 }
                        };
                        let error = (found - wanted).abs();
                        assert!(error < 1e-5, "[{rows}, {depth}] x [{depth}, {columns}] at {row}, {column}: {error}");
                    }
                }
            }
        }
    }
}
