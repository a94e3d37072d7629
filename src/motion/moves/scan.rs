//! Holding movements against every stretch of somebody's features.

use std::collections::BTreeMap;

use crate::data::FrameRange;
use crate::support::{CancelToken, Cancelled};

use super::MIN_ROWS;
use super::MIN_SEEN;
use super::describe::{Described, cosine};

/// Lengths that are tried, as shares of a movement's own.
const LENGTHS: [f64; 5] = [0.7, 0.85, 1.0, 1.2, 1.4];
/// How near the middles of two stretches are if they show the same movement, as a share of the length.
const NEAR: f64 = 0.35;
/// Places to begin in the time that a movement takes; more tell no more.
const STARTS_PER_LENGTH: usize = 16;

/// What is looked for: one movement, or several of which the best counts.
pub(super) struct Wanted {
    /// Movements with the same number compete with each other.
    pub group: usize,
    pub rows: usize,
    pub description: Vec<f32>,
}

/// A stretch and how like a movement it is.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub stretch: FrameRange, // rows
    pub similarity: f32,
}

/// The best stretch around every row, for each of the groups; none where too little was seen. // [groups][rows]
pub(super) fn scan(
    described: &Described,
    wanted: &[Wanted],
    groups: usize,
    cancel: &CancelToken,
) -> Result<Vec<Vec<Option<Candidate>>>, Cancelled> {
    let rows = described.rows();
    let mut by_length: BTreeMap<usize, Vec<&Wanted>> = BTreeMap::new();
    for movement in wanted {
        for len in lengths(movement.rows, rows) {
            by_length.entry(len).or_default().push(movement);
        }
    }
    let mut best = vec![vec![None; rows]; groups];
    for (len, movements) in by_length {
        cancel.check()?;
        for start in (0..(rows + 1).saturating_sub(len)).step_by((len / STARTS_PER_LENGTH).max(1)) {
            let stretch = FrameRange::of_len(start, len);
            if described.seen(stretch) < MIN_SEEN {
                continue;
            }
            let description = described.describe(stretch);
            for movement in &movements {
                let similarity = cosine(&movement.description, &description);
                let here: &mut Option<Candidate> = &mut best[movement.group][start + len / 2];
                if here.is_none_or(|here| here.similarity < similarity) {
                    *here = Some(Candidate { stretch, similarity });
                }
            }
        }
    }
    Ok(best)
}

/// Those that are better than all whose middle is near theirs: the others hold a part of the movement.
pub(super) fn peaks(best: &[Option<Candidate>]) -> impl Iterator<Item = Candidate> {
    let is_peak = |middle: usize, candidate: &Candidate| {
        let reach = (candidate.stretch.len() as f64 * NEAR).round() as usize;
        let near = middle.saturating_sub(reach)..best.len().min(middle + reach + 1);
        best[near].iter().flatten().all(|other| other.similarity <= candidate.similarity)
    };
    best.iter().enumerate().filter_map(move |(middle, candidate)| candidate.filter(|found| is_peak(middle, found)))
}

/// Lengths to try for a movement of `rows` in features of `most` rows, each once; what is too short for any is tried as
/// a whole.
fn lengths(rows: usize, most: usize) -> impl Iterator<Item = usize> {
    let mut last = 0;
    let len = move |share: f64| ((rows as f64 * share).round() as usize).min(most).max(MIN_ROWS);
    LENGTHS.into_iter().map(len).filter(move |len| {
        let is_new = *len != last;
        last = *len;
        is_new
    })
}
