//! Finding a movement again, and telling what is done by examples of it.
//!
//! Stretches of [`MotionFeatures`] are described by the mean, spread and speed of every channel and compared by the
//! cosine of the angle between the descriptions. Stretches of 0.7 to 1.4 times the length are tried, since nobody moves
//! at the same pace twice.

mod classes;
mod describe;
mod example;
mod scan;
#[cfg(test)]
mod tests;

use crate::data::{FrameRange, MotionFeatures, PersonId};
use crate::support::{CancelToken, Cancelled};

pub use classes::{MoveSample, similarities};
use describe::Described;
pub use example::example;
use scan::{Wanted, peaks, scan};

/// Rows of the shortest stretch that says something: about half a second.
const MIN_ROWS: usize = 4;
/// Stretches of which less was seen are not compared.
const MIN_SEEN: f32 = 0.5;
/// Share of the shorter of two matches that the other may cover.
const MAX_OVERLAP: f64 = 0.3;

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
    let movement = |(group, features): (usize, &MotionFeatures)| Wanted {
        group,
        rows: rows.len(),
        description: Described::of(features).describe(rows),
    };
    let as_is_and_mirrored = std::iter::once(query.features).chain(query.mirrored);
    let wanted: Vec<Wanted> = as_is_and_mirrored.enumerate().map(movement).collect();
    let mut found = Vec::new();
    for place in places {
        let best = scan(&Described::of(place.features), &wanted, wanted.len(), cancel)?;
        let is_own = place.key == query.key && place.features.person == query.features.person;
        for (group, best) in best.iter().enumerate() {
            found.extend(peaks(best).filter(|peak| peak.similarity >= options.min_similarity).filter_map(|peak| {
                let range = frames_of(place.features, peak.stretch);
                let is_query = is_own && overlap(range, query.range) > MAX_OVERLAP;
                let (person, similarity, is_mirrored) = (place.features.person, peak.similarity, group == 1);
                (!is_query).then_some(Match { key: place.key, person, range, similarity, is_mirrored })
            }));
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
