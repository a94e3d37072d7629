//! Finding a movement again, and telling what is done by examples of it.
//!
//! Stretches of [`MotionFeatures`] are described by the mean, spread and speed of every channel and compared by the
//! cosine of the angle between the descriptions. Stretches of 0.7 to 1.4 times the length are tried, since nobody moves
//! at the same pace twice.

mod classes;
mod describe;
mod example;
#[cfg(test)]
mod tests;

use crate::data::{FrameRange, MotionFeatures, PersonId};
use crate::support::{CancelToken, Cancelled};

pub use classes::{MoveSample, similarities};
use describe::{Described, cosine};
pub use example::example;

/// Lengths that are tried, as shares of the query's.
const LENGTHS: [f64; 5] = [0.7, 0.85, 1.0, 1.2, 1.4];
/// Rows of the shortest stretch that says something: about half a second.
const MIN_ROWS: usize = 4;
/// Stretches of which less was seen are not compared.
const MIN_SEEN: f32 = 0.5;
/// Share of the shorter of two matches that the other may cover.
const MAX_OVERLAP: f64 = 0.3;
/// Places to begin in the time that a query takes; more tell no more.
const STARTS_PER_LENGTH: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum MoveError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("{frames} frames are too few to say what moves; {least} are needed")]
    TooShort { frames: usize, least: usize },
    #[error("{frames} frames are too many for one movement; {most} are the limit")]
    TooLong { frames: usize, most: usize },
    #[error("only {percent} % of the joints were seen in these frames; half of them are needed")]
    NotSeen { percent: u32 },
}

/// The stretch that is looked for. `K` tells clips apart.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a, K> {
    pub key: K,
    pub features: &'a MotionFeatures,
    /// Timeline frames; what lies outside the person's track is left out.
    pub range: FrameRange,
    /// The same person's mirrored features, to find mirrored matches too.
    pub mirrored: Option<&'a MotionFeatures>,
}

/// Where it is looked for: one person of one clip.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a, K> {
    pub key: K,
    pub features: &'a MotionFeatures,
}

/// A stretch that is like the query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match<K> {
    pub key: K,
    pub person: PersonId,
    pub range: FrameRange,
    /// Cosine, -1 to 1.
    pub similarity: f32,
    /// Left and right are exchanged.
    pub is_mirrored: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FindOptions {
    /// Most matches.
    pub limit: usize,
    pub min_similarity: f32,
}

impl Default for FindOptions {
    fn default() -> Self {
        Self { limit: 100, min_similarity: 0.5 }
    }
}

/// Every stretch that is like the query, best first; they overlap little, and the query itself is not among them.
///
/// # Errors
/// [`MoveError`] for a query of which too little is known, and when asked to stop.
pub fn find<K: Copy + PartialEq>(
    query: &Query<'_, K>,
    places: &[Place<'_, K>],
    options: &FindOptions,
    cancel: &CancelToken,
) -> Result<Vec<Match<K>>, MoveError> {
    let rows = rows_of(query.features, query.range)?;
    let mut wanted = vec![(false, Described::of(query.features).describe(rows))];
    if let Some(mirrored) = query.mirrored {
        wanted.push((true, Described::of(mirrored).describe(rows)));
    }
    let mut found = Vec::new();
    for place in places {
        let described = Described::of(place.features);
        let is_own = place.key == query.key && place.features.person == query.features.person;
        for len in lengths(rows.len()) {
            cancel.check()?;
            for start in starts(described.rows(), len) {
                let stretch = FrameRange::of_len(start, len);
                if described.seen(stretch) < MIN_SEEN {
                    continue;
                }
                let range = frames_of(place.features, stretch);
                if is_own && overlap(range, query.range) > MAX_OVERLAP {
                    continue;
                }
                let description = described.describe(stretch);
                for (is_mirrored, wanted) in &wanted {
                    let similarity = cosine(wanted, &description);
                    if similarity >= options.min_similarity {
                        let person = place.features.person;
                        found.push(Match { key: place.key, person, range, similarity, is_mirrored: *is_mirrored });
                    }
                }
            }
        }
    }
    Ok(best_apart(found, options.limit))
}

/// The best matches that do not cover each other.
fn best_apart<K: Copy + PartialEq>(mut found: Vec<Match<K>>, limit: usize) -> Vec<Match<K>> {
    found.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    let mut kept: Vec<Match<K>> = Vec::new();
    for candidate in found {
        if kept.len() == limit {
            break;
        }
        let is_apart = |other: &Match<K>| {
            other.key != candidate.key
                || other.person != candidate.person
                || overlap(other.range, candidate.range) <= MAX_OVERLAP
        };
        if kept.iter().all(is_apart) {
            kept.push(candidate);
        }
    }
    kept
}

/// The share of the shorter range that lies in the other.
fn overlap(a: FrameRange, b: FrameRange) -> f64 {
    a.intersect(b).len() as f64 / a.len().min(b.len()).max(1) as f64
}

/// The rows of a stretch of the timeline.
fn rows_of(features: &MotionFeatures, range: FrameRange) -> Result<FrameRange, MoveError> {
    let range = range.intersect(features.range);
    let hop = features.hop.max(1);
    let row = |frame: usize| ((frame - features.range.start) as f64 / hop as f64).round() as usize;
    let rows = FrameRange::new(row(range.start), row(range.end).min(features.rows()));
    if rows.len() < MIN_ROWS {
        return Err(MoveError::TooShort { frames: range.len(), least: MIN_ROWS * hop });
    }
    let seen = features.seen[rows.start..rows.end].iter().sum::<f32>() / rows.len() as f32;
    if seen < MIN_SEEN {
        return Err(MoveError::NotSeen { percent: (seen * 100.0) as u32 });
    }
    Ok(rows)
}

/// The timeline frames of rows.
fn frames_of(features: &MotionFeatures, rows: FrameRange) -> FrameRange {
    let frame = |row: usize| (features.range.start + row * features.hop).min(features.range.end);
    FrameRange::new(frame(rows.start), frame(rows.end))
}

/// Lengths to try for a query of so many rows, each once.
fn lengths(rows: usize) -> impl Iterator<Item = usize> {
    let mut last = 0;
    LENGTHS.into_iter().map(move |share| ((rows as f64 * share).round() as usize).max(MIN_ROWS)).filter(move |len| {
        let is_new = *len != last;
        last = *len;
        is_new
    })
}

/// Where stretches of `len` rows may begin.
fn starts(rows: usize, len: usize) -> impl Iterator<Item = usize> {
    (0..(rows + 1).saturating_sub(len)).step_by((len / STARTS_PER_LENGTH).max(1))
}
