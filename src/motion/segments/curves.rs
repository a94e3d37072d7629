//! Probabilities of classes over time.

use super::SegmentOptions;
use super::search::search;
use crate::data::{ActionScores, FrameIndex, FrameRange, ScoreKind, Segment};

/// The probability (or similarity, 0 to 1) of each class over time: constant between one begin or end of a window and
/// the next.
#[derive(Clone, Debug)]
pub struct ClassCurves {
    pub(super) classes: usize,
    /// Frames at which pieces begin, and the one at which the last ends.
    pub(super) bounds: Vec<usize>,
    /// Whether any window covers the piece. [pieces]
    pub(super) is_known: Vec<bool>,
    /// [pieces, classes]
    pub(super) values: Vec<f32>,
}

impl ClassCurves {
    /// Averages the windows inside of `range`. Linear in windows and classes.
    pub fn new(scores: &ActionScores, range: FrameRange) -> Self {
        let classes = scores.classes;
        let mut events: Vec<(usize, usize, f64)> = Vec::with_capacity(scores.windows.len() * 2);
        for (place, window) in scores.windows.iter().enumerate() {
            let window = window.intersect(range);
            if !window.is_empty() {
                events.push((window.start, place, 1.0));
                events.push((window.end, place, -1.0));
            }
        }
        events.sort_unstable_by_key(|(frame, ..)| *frame);
        let mut curves = Self { classes, bounds: vec![range.start], is_known: Vec::new(), values: Vec::new() };
        // Sums over the windows that cover the piece.
        let mut sums = vec![0.0_f64; classes];
        let values = probabilities(scores);
        let mut covering = 0_usize;
        for (frame, window, sign) in events {
            curves.push(frame, covering, &sums);
            let row = &values[window * classes..(window + 1) * classes];
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += sign * f64::from(*value));
            covering = if sign > 0.0 { covering + 1 } else { covering - 1 };
            if covering == 0 {
                sums.fill(0.0);
            }
        }
        curves.push(range.end, covering, &sums);
        curves
    }

    /// Ends the last piece at `frame`, if it has any length.
    fn push(&mut self, frame: usize, covering: usize, sums: &[f64]) {
        if self.bounds.last().is_some_and(|last| frame > *last) {
            self.bounds.push(frame);
            self.is_known.push(covering > 0);
            let count = covering.max(1) as f64;
            self.values.extend(sums.iter().map(|sum| (sum / count).clamp(0.0, 1.0) as f32));
        }
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    pub fn range(&self) -> FrameRange {
        FrameRange::new(self.bounds[0], self.bounds[self.bounds.len() - 1])
    }

    /// Probabilities by class at a frame; none where no window is.
    pub fn at(&self, frame: FrameIndex) -> Option<&[f32]> {
        let piece = self.bounds.partition_point(|bound| *bound <= frame.0).checked_sub(1)?;
        let is_known = *self.is_known.get(piece)?;
        is_known.then(|| self.piece(piece))
    }

    /// Cuts the curves. Linear in pieces and classes: an hour of 120 classes takes a few tens of milliseconds.
    pub fn segments(&self, fps: f64, options: &SegmentOptions) -> Vec<Segment> {
        let frames = |secs: f64| (secs * fps).max(0.0);
        search(&self.smoothed(frames(options.smoothing_secs)), frames(options.min_secs), fps, options.threshold)
    }

    /// Averaged over the `frames` around the middle of each piece.
    fn smoothed(&self, frames: f64) -> Self {
        let reach = frames / 2.0;
        let middles: Vec<f64> = self.bounds.windows(2).map(|ends| (ends[0] + ends[1]) as f64 / 2.0).collect();
        let mut smooth = self.clone();
        let mut sums = vec![0.0_f64; self.classes];
        let (mut length, mut first, mut next) = (0.0, 0, 0);
        for piece in 0..self.pieces() {
            while next < self.pieces() && middles[next] <= middles[piece] + reach {
                length += self.add(&mut sums, next, 1.0);
                next += 1;
            }
            while middles[first] < middles[piece] - reach {
                length += self.add(&mut sums, first, -1.0);
                first += 1;
            }
            if self.is_known[piece] && next - first > 1 {
                let row = &mut smooth.values[piece * self.classes..(piece + 1) * self.classes];
                row.iter_mut().zip(&sums).for_each(|(value, sum)| *value = (sum / length).clamp(0.0, 1.0) as f32);
            }
        }
        smooth
    }

    /// Adds a piece's values times its length, and returns the length; nothing for one without windows.
    fn add(&self, sums: &mut [f64], piece: usize, sign: f64) -> f64 {
        if !self.is_known[piece] {
            return 0.0;
        }
        let length = sign * self.len_of(piece) as f64;
        sums.iter_mut().zip(self.piece(piece)).for_each(|(sum, value)| *sum += length * f64::from(*value));
        length
    }

    pub(super) fn pieces(&self) -> usize {
        self.is_known.len()
    }

    pub(super) fn piece(&self, piece: usize) -> &[f32] {
        &self.values[piece * self.classes..(piece + 1) * self.classes]
    }

    pub(super) fn len_of(&self, piece: usize) -> usize {
        self.bounds[piece + 1] - self.bounds[piece]
    }
}

/// Softmax of logits; similarities from 0 on, as less is no likeness at all. What is not a number counts as nothing.
/// [windows, classes]
fn probabilities(scores: &ActionScores) -> Vec<f32> {
    let mut values = vec![0.0; scores.windows.len() * scores.classes];
    for (window, row) in values.chunks_exact_mut(scores.classes.max(1)).enumerate() {
        let known = scores.window(window);
        match scores.kind {
            ScoreKind::Similarity => row.iter_mut().zip(known).for_each(|(to, score)| *to = unit(*score)),
            ScoreKind::Logit => {
                let top = known.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                row.iter_mut().zip(known).for_each(|(to, logit)| *to = unit((logit - top).exp()));
                let sum: f32 = row.iter().sum();
                if sum > 0.0 {
                    row.iter_mut().for_each(|value| *value /= sum);
                }
            }
        }
    }
    values
}

fn unit(value: f32) -> f32 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}
