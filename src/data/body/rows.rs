//! Matrices that are mostly zero, row by row.

use glam::Vec3;

/// A matrix of which only the non-zero entries are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseRows {
    columns: usize,
    /// Start of every row in `entries`, and their end.
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl SparseRows {
    /// From a dense row-major matrix; the length must be a multiple of `columns`.
    pub fn from_dense(values: &[f32], columns: usize) -> Self {
        let mut rows = Self { columns, starts: vec![0], entries: Vec::new() };
        for row in values.chunks(columns.max(1)) {
            rows.entries
                .extend((0..).zip(row).filter(|(_, value)| **value != 0.0).map(|(column, value)| (column, *value)));
            rows.starts.push(rows.entries.len());
        }
        rows
    }

    /// [rows, columns], row-major.
    pub fn to_dense(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.len() * self.columns];
        for row in 0..self.len() {
            for (column, value) in self.row(row) {
                values[row * self.columns + column] = value;
            }
        }
        values
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// (column, value) of the entries that are not zero.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        self.entries[self.starts[row]..self.starts[row + 1]].iter().map(|(column, value)| (*column as usize, *value))
    }

    /// One row times a column of points. Sums in float64.
    pub fn weigh(&self, row: usize, points: &[Vec3]) -> Vec3 {
        self.row(row).map(|(column, value)| points[column].as_dvec3() * f64::from(value)).sum::<glam::DVec3>().as_vec3()
    }

    /// Swaps two rows of the matrix.
    pub(super) fn swap(&mut self, a: usize, b: usize) {
        let order: Vec<usize> = (0..self.len())
            .map(|row| {
                if row == a {
                    b
                } else if row == b {
                    a
                } else {
                    row
                }
            })
            .collect();
        let mut swapped =
            Self { columns: self.columns, starts: vec![0], entries: Vec::with_capacity(self.entries.len()) };
        for row in order {
            swapped.entries.extend(&self.entries[self.starts[row]..self.starts[row + 1]]);
            swapped.starts.push(swapped.entries.len());
        }
        *self = swapped;
    }
}
