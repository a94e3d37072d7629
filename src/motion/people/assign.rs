//! Who is who: the assignment with the largest sum of affinities.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// For every row of `affinities` (0 is never, all of `columns` length) the column that it goes with; each column goes
/// with one row at most. Hungarian method.
pub(super) fn assign(affinities: &[Vec<f32>], columns: usize) -> Vec<Option<usize>> {
    let mut rivals = vec![0; columns];
    for row in affinities {
        for (count, affinity) in rivals.iter_mut().zip(row) {
            *count += usize::from(*affinity > 0.0);
        }
    }
    // Pairs that have nobody but each other need no search; that keeps crowds fast.
    let mut assigned = vec![None; affinities.len()];
    let mut contested = Vec::new();
    for (row, of_row) in affinities.iter().enumerate() {
        let mut candidates = of_row.iter().enumerate().filter(|(_, affinity)| **affinity > 0.0).map(|(place, _)| place);
        match (candidates.next(), candidates.next()) {
            (None, _) => {}
            (Some(only), None) if rivals[only] == 1 => assigned[row] = Some(only),
            _ => contested.push(row),
        }
    }
    if contested.is_empty() {
        return assigned;
    }
    let open: Vec<usize> =
        (0..columns).filter(|column| contested.iter().any(|row| affinities[*row][*column] > 0.0)).collect();
    let weight = |row: usize, column: usize| (affinities[row][column] * 1e6) as i64;
    // The method wants at least as many columns as rows.
    let pairs: Vec<(usize, usize)> = if contested.len() <= open.len() {
        let weights = Matrix::from_fn(contested.len(), open.len(), |(a, b)| weight(contested[a], open[b]));
        kuhn_munkres(&weights).1.into_iter().enumerate().map(|(a, b)| (contested[a], open[b])).collect()
    } else {
        let weights = Matrix::from_fn(open.len(), contested.len(), |(a, b)| weight(contested[b], open[a]));
        kuhn_munkres(&weights).1.into_iter().enumerate().map(|(a, b)| (contested[b], open[a])).collect()
    };
    for (row, column) in pairs {
        assigned[row] = (affinities[row][column] > 0.0).then_some(column);
    }
    assigned
}
