//! The best way to cut curves into segments of a minimum length.

use super::ClassCurves;
use crate::data::{FrameRange, Segment};

/// A change from one class to another, or to nothing, has to gain as much as certainty over this time.
const SWITCH_SECS: f64 = 0.05;
/// The lowest threshold: what has no score at all is nothing.
const LOWEST: f64 = 1e-3;

/// The best labels of all pieces up to one.
#[derive(Clone, Copy)]
struct Best {
    total: f64,
    /// The class of the last piece; none for no label.
    class: Option<usize>,
}

/// Viterbi over segments: of all ways to label the pieces in which no labelled segment is shorter than `min_frames`,
/// the one with the highest sum of probability over frames, where a frame without label counts `threshold` and each
/// change costs. Pieces without windows have no label.
pub(super) fn search(curves: &ClassCurves, min_frames: f64, fps: f64, threshold: f32) -> Vec<Segment> {
    let (pieces, classes) = (curves.pieces(), curves.classes);
    let switch = SWITCH_SECS * fps;
    let threshold = f64::from(threshold).max(LOWEST);
    // After 0, 1, ... pieces.
    let mut best = vec![Best { total: 0.0, class: None }];
    // The best totals that end without a label, and with each class.
    let (mut idle, mut busy) = (0.0_f64, vec![f64::NEG_INFINITY; classes]);
    // The piece with which a segment began that is best at the end of each piece. [pieces, classes]
    let mut begins = vec![0_u32; pieces * classes];
    // Whether it is best to have had no label before, where a piece has none.
    let mut was_idle = Vec::with_capacity(pieces);
    // Sums over frames up to the end of the piece at hand, and up to the next piece to begin with.
    let (mut sums, mut sums_before) = (vec![0.0_f64; classes], vec![0.0_f64; classes]);
    let mut next_begin = 0;
    // Segments do not reach back over pieces without windows.
    let mut earliest = 0;
    for piece in 0..pieces {
        let frames = curves.len_of(piece) as f64;
        let changed = best[piece].total - switch;
        was_idle.push(idle >= changed);
        idle = idle.max(changed) + frames * threshold;
        let mut top = Best { total: idle, class: None };
        if curves.is_known[piece] {
            let (earlier, now) = begins.split_at_mut(piece * classes);
            let now = &mut now[..classes];
            if let Some(last) = earlier.len().checked_sub(classes) {
                now.copy_from_slice(&earlier[last..]);
            }
            for ((busy, sum), value) in busy.iter_mut().zip(&mut sums).zip(curves.piece(piece)) {
                let gain = frames * f64::from(*value);
                *busy += gain;
                *sum += gain;
            }
            // Each begin is looked at once, at the first end that is far enough away; later ends go on from there.
            let end = curves.bounds[piece + 1];
            while next_begin <= piece && (end - curves.bounds[next_begin]) as f64 >= min_frames {
                if next_begin >= earliest {
                    let from = best[next_begin].total - switch;
                    for class in 0..classes {
                        let begun = from + (sums[class] - sums_before[class]);
                        if begun > busy[class] {
                            (busy[class], now[class]) = (begun, next_begin as u32);
                        }
                    }
                }
                add(&mut sums_before, curves, next_begin);
                next_begin += 1;
            }
            for (class, total) in busy.iter().enumerate() {
                if *total > top.total {
                    top = Best { total: *total, class: Some(class) };
                }
            }
        } else {
            busy.fill(f64::NEG_INFINITY);
            earliest = piece + 1;
        }
        best.push(top);
    }
    trace(curves, &best, &begins, &was_idle)
}

fn add(sums: &mut [f64], curves: &ClassCurves, piece: usize) {
    if curves.is_known[piece] {
        let frames = curves.len_of(piece) as f64;
        sums.iter_mut().zip(curves.piece(piece)).for_each(|(sum, value)| *sum += frames * f64::from(*value));
    }
}

/// Follows the best way back from the end.
fn trace(curves: &ClassCurves, best: &[Best], begins: &[u32], was_idle: &[bool]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut end = curves.pieces();
    let mut class = best[end].class;
    while end > 0 {
        match class {
            Some(known) => {
                let begin = begins[(end - 1) * curves.classes + known] as usize;
                segments.push(segment(curves, begin, end, known));
                end = begin;
                class = best[end].class;
            }
            None => {
                end -= 1;
                class = if was_idle[end] { None } else { best[end].class };
            }
        }
    }
    segments.reverse();
    segments
}

fn segment(curves: &ClassCurves, begin: usize, end: usize, class: usize) -> Segment {
    let range = FrameRange::new(curves.bounds[begin], curves.bounds[end]);
    let sum: f64 = (begin..end).map(|piece| curves.len_of(piece) as f64 * f64::from(curves.piece(piece)[class])).sum();
    Segment { range, class, score: (sum / range.len() as f64) as f32 }
}
