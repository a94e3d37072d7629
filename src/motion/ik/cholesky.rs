//! Small symmetric systems.

/// Solves `a x = b` for a symmetric positive definite `a` (row-major, only the lower half is read) in place: `a`
/// becomes its factor, `b` the solution. False, and nothing of use in either, where `a` is not positive definite.
pub(super) fn solve(a: &mut [f64], b: &mut [f64]) -> bool {
    let n = b.len();
    for row in 0..n {
        for column in 0..=row {
            let (above, below) = a.split_at_mut(row * n);
            let below = &mut below[..n];
            let sum = if column == row {
                below[column] - below[..column].iter().map(|value| value * value).sum::<f64>()
            } else {
                let other = &above[column * n..column * n + column];
                below[column] - other.iter().zip(&below[..column]).map(|(x, y)| x * y).sum::<f64>()
            };
            below[column] = if column < row {
                sum / above[column * n + column]
            } else if sum > 0.0 {
                sum.sqrt()
            } else {
                return false;
            };
        }
    }
    for row in 0..n {
        let sum: f64 = (0..row).map(|column| a[row * n + column] * b[column]).sum();
        b[row] = (b[row] - sum) / a[row * n + row];
    }
    for row in (0..n).rev() {
        let sum: f64 = (row + 1..n).map(|column| a[column * n + row] * b[column]).sum();
        b[row] = (b[row] - sum) / a[row * n + row];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::rng::SplitMix64;

    #[test]
    fn solutions_solve() {
        let mut random = SplitMix64(4);
        for n in [1, 2, 7, 30] {
            let root: Vec<f64> = (0..n * n).map(|_| random.next_f64() - 0.5).collect();
            let at = |i: usize, j: usize| (0..n).map(|k| root[i * n + k] * root[j * n + k]).sum::<f64>();
            let a: Vec<f64> = (0..n * n).map(|i| at(i / n, i % n) + if i / n == i % n { 0.1 } else { 0.0 }).collect();
            let b: Vec<f64> = (0..n).map(|_| random.next_f64()).collect();
            let (mut factor, mut x) = (a.clone(), b.clone());
            assert!(solve(&mut factor, &mut x));
            for (row, wanted) in b.iter().enumerate() {
                let found: f64 = (0..n).map(|column| a[row * n + column] * x[column]).sum();
                assert!((found - wanted).abs() < 1e-9, "{n}: {found} and {wanted}");
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        assert!(!solve(&mut [1.0, 2.0, 2.0, 1.0], &mut [1.0, 1.0]));
        assert!(!solve(&mut [f64::NAN], &mut [1.0]));
    }
}
