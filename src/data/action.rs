//! What people do and when: scores of classes over time, labelled stretches, repetitions, and the features that moves
//! are compared by.

use std::sync::Arc;

use super::{FrameRange, PersonId};

/// What the values of [`ActionScores`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreKind {
    /// Of a classifier, before the softmax over classes.
    Logit,
    /// Cosine similarity to the nearest example of a class, -1 to 1.
    Similarity,
}

/// Scores of classes in windows over time, of one person or of two people together.
#[derive(Clone, Debug)]
pub struct ActionScores {
    /// One, or two who were scored together.
    pub people: Vec<PersonId>,
    pub kind: ScoreKind,
    /// Sorted by their start; they may overlap.
    pub windows: Arc<[FrameRange]>,
    pub classes: usize,
    /// [windows, classes]
    pub values: Arc<[f32]>,
}

impl ActionScores {
    /// The scores of one window, by class.
    pub fn window(&self, window: usize) -> &[f32] {
        self.values.get(window * self.classes..(window + 1) * self.classes).unwrap_or_default()
    }
}

/// A stretch of time in which somebody does one thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    pub range: FrameRange,
    /// Place in the list of class names.
    pub class: usize,
    /// Mean over its frames of the class's probability (or similarity), 0 to 1.
    pub score: f32,
}

/// A stretch in which somebody repeats one movement.
#[derive(Clone, Debug, PartialEq)]
pub struct Repetitions {
    pub person: PersonId,
    /// Frames at which repetitions begin, and the one at which the last ends: one more than there are repetitions, in
    /// order, each inside the person's track (the last may be its end).
    pub boundaries: Arc<[usize]>,
    /// How alike the repetitions are, 0 to 1.
    pub strength: f32,
}

impl Repetitions {
    pub fn count(&self) -> usize {
        self.boundaries.len().saturating_sub(1)
    }

    pub fn range(&self) -> FrameRange {
        match (self.boundaries.first(), self.boundaries.last()) {
            (Some(first), Some(last)) => FrameRange::new(*first, *last),
            _ => FrameRange::default(),
        }
    }

    /// Frames from the first boundary to the last over the count.
    pub fn mean_period(&self) -> f32 {
        self.range().len() as f32 / self.count().max(1) as f32
    }

    /// Standard deviation of the periods over their mean.
    pub fn period_variation(&self) -> f32 {
        let mean = self.mean_period();
        let off = |ends: &[usize]| ((ends[1] - ends[0]) as f32 - mean).powi(2);
        let variance = self.boundaries.windows(2).map(off).sum::<f32>() / self.count().max(1) as f32;
        variance.sqrt() / mean.max(f32::MIN_POSITIVE)
    }

    /// Where in its repetition a frame lies: which one, counted from 0, and how far, 0 to 1.
    pub fn phase(&self, frame: usize) -> Option<(usize, f32)> {
        let place = self.boundaries.partition_point(|boundary| *boundary <= frame).checked_sub(1)?;
        let (start, end) = (*self.boundaries.get(place)?, *self.boundaries.get(place + 1)?);
        Some((place, (frame - start) as f32 / (end - start) as f32))
    }
}

/// The motion representation of one person over time, pooled so that stretches can be compared.
#[derive(Clone, Debug)]
pub struct MotionFeatures {
    pub person: PersonId,
    /// The frames of the person's track.
    pub range: FrameRange,
    /// Frames from one row to the next: row i is of frames `range.start + i * hop` on.
    pub hop: usize,
    pub dim: usize,
    /// [rows, dim]
    pub values: Arc<[f32]>,
    /// Share of the person's joints that was seen in the frames of each row, 0 to 1.
    pub seen: Arc<[f32]>,
}

impl MotionFeatures {
    pub fn rows(&self) -> usize {
        self.seen.len()
    }

    pub fn row(&self, row: usize) -> &[f32] {
        self.values.get(row * self.dim..(row + 1) * self.dim).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_lies_in_the_repetition_that_began_last() {
        let squats = Repetitions { person: PersonId(1), boundaries: Arc::from([10, 20, 40]), strength: 1.0 };
        assert_eq!(squats.count(), 2);
        assert_eq!(squats.range(), FrameRange::new(10, 40));
        assert_eq!(squats.phase(9), None);
        assert_eq!(squats.phase(10), Some((0, 0.0)));
        assert_eq!(squats.phase(25), Some((1, 0.25)));
        assert_eq!(squats.phase(40), None);
        assert_eq!((squats.mean_period(), squats.period_variation()), (15.0, 1.0 / 3.0));
    }
}
