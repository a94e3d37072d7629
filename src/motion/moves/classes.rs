//! Telling what is done by examples.

use crate::data::{ActionScores, FrameRange, MotionFeatures, ScoreKind};
use crate::support::CancelToken;

use super::describe::Described;
use super::scan::{Candidate, Wanted, peaks, scan};
use super::{MoveError, frames_of, rows_of};

/// Rows of a window that gets a score: about half a second.
const WINDOW_ROWS: usize = 4;

/// One example of a class of movements.
#[derive(Clone, Copy, Debug)]
pub struct MoveSample<'a> {
    /// Place in the list of class names.
    pub class: usize,
    pub features: &'a MotionFeatures,
    /// Timeline frames of the example.
    pub range: FrameRange,
}

/// How like the examples of each class a person moves, in windows side by side: the similarity of the best stretch
/// around the window, or of a match that the window is part of. -1 where too little was seen, and for classes without
/// examples.
///
/// # Errors
/// [`MoveError`] for an example of which too little is known, and when asked to stop.
pub fn similarities(
    features: &MotionFeatures,
    samples: &[MoveSample<'_>],
    classes: usize,
    cancel: &CancelToken,
) -> Result<ActionScores, MoveError> {
    let wanted = |sample: &MoveSample<'_>| {
        let rows = rows_of(sample.features, sample.range)?;
        let description = Described::of(sample.features).describe(rows);
        Ok(Wanted { group: sample.class, rows: rows.len(), description })
    };
    let known = samples.iter().filter(|sample| sample.class < classes);
    let wanted: Vec<Wanted> = known.map(wanted).collect::<Result<_, MoveError>>()?;
    let best = scan(&Described::of(features), &wanted, classes, cancel)?;
    let windows: Vec<FrameRange> = (0..features.rows())
        .step_by(WINDOW_ROWS)
        .map(|row| FrameRange::new(row, features.rows().min(row + WINDOW_ROWS)))
        .collect();
    let mut values = vec![-1.0f32; windows.len() * classes];
    for (class, best) in best.iter().enumerate() {
        let mut raise = |window: usize, similarity: f32| {
            let value = &mut values[window * classes + class];
            *value = value.max(similarity);
        };
        for (row, candidate) in best.iter().enumerate() {
            if let Some(candidate) = candidate {
                raise(row / WINDOW_ROWS, candidate.similarity);
            }
        }
        // No stretch has its middle near the ends of the track: the first and the last stand for what is there.
        let outermost = [best.iter().flatten().next(), best.iter().flatten().next_back()];
        for Candidate { stretch, similarity } in peaks(best).chain(outermost.into_iter().flatten().copied()) {
            // Windows of which at least half is in the match.
            let window = |row: usize| (row + WINDOW_ROWS / 2) / WINDOW_ROWS;
            let end = if stretch.end == features.rows() { windows.len() } else { window(stretch.end) };
            (window(stretch.start)..end).for_each(|window| raise(window, similarity));
        }
    }
    Ok(ActionScores {
        people: vec![features.person],
        kind: ScoreKind::Similarity,
        windows: windows.into_iter().map(|rows| frames_of(features, rows)).collect(),
        classes,
        values: values.into(),
    })
}
