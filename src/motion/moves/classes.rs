//! Telling what is done by examples.

use std::collections::BTreeMap;

use crate::data::{ActionScores, FrameRange, MotionFeatures, ScoreKind};
use crate::support::CancelToken;

use super::describe::{Described, cosine};
use super::{MIN_SEEN, MoveError, frames_of, lengths, rows_of, starts};

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
/// that the window is part of, whatever its length. -1 where too little was seen, and for classes without examples.
///
/// # Errors
/// [`MoveError`] for an example of which too little is known, and when asked to stop.
pub fn similarities(
    features: &MotionFeatures,
    samples: &[MoveSample<'_>],
    classes: usize,
    cancel: &CancelToken,
) -> Result<ActionScores, MoveError> {
    let described = Described::of(features);
    let windows: Vec<FrameRange> = (0..features.rows())
        .step_by(WINDOW_ROWS)
        .map(|row| frames_of(features, FrameRange::new(row, features.rows().min(row + WINDOW_ROWS))))
        .collect();
    let mut values = vec![-1.0f32; windows.len() * classes];
    for (len, wanted) in by_length(samples, classes)? {
        cancel.check()?;
        for start in starts(described.rows(), len) {
            let stretch = FrameRange::of_len(start, len);
            if described.seen(stretch) < MIN_SEEN {
                continue;
            }
            let description = described.describe(stretch);
            // Windows of which at least half is in the stretch.
            let first = (stretch.start + WINDOW_ROWS / 2) / WINDOW_ROWS;
            let end = ((stretch.end + WINDOW_ROWS / 2) / WINDOW_ROWS).min(windows.len());
            for (class, wanted) in &wanted {
                let similarity = cosine(wanted, &description);
                for window in first..end {
                    let value = &mut values[window * classes + class];
                    *value = value.max(similarity);
                }
            }
        }
    }
    Ok(ActionScores {
        people: vec![features.person],
        kind: ScoreKind::Similarity,
        windows: windows.into(),
        classes,
        values: values.into(),
    })
}

/// The examples' descriptions with their classes, by the lengths that are tried for them.
fn by_length(samples: &[MoveSample<'_>], classes: usize) -> Result<BTreeMap<usize, Vec<(usize, Vec<f32>)>>, MoveError> {
    let mut lists: BTreeMap<usize, Vec<(usize, Vec<f32>)>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.class < classes) {
        let rows = rows_of(sample.features, sample.range)?;
        let description = Described::of(sample.features).describe(rows);
        for len in lengths(rows.len()) {
            lists.entry(len).or_default().push((sample.class, description.clone()));
        }
    }
    Ok(lists)
}
