use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::data::{FrameIndex, PersonId, ScoreKind};

const FPS: f64 = 30.0;

/// Windows of `len` frames every `hop`, with what `value` says of a class at the window's middle.
fn scores(
    kind: ScoreKind,
    frames: usize,
    (len, hop): (usize, usize),
    classes: usize,
    value: impl Fn(usize, usize) -> f32,
) -> ActionScores {
    let windows: Vec<FrameRange> =
        (0..).map(|i| FrameRange::of_len(i * hop, len)).take_while(|w| w.end <= frames).collect();
    let values = windows
        .iter()
        .flat_map(|w| (0..classes).map(|c| value((w.start + w.end) / 2, c)).collect::<Vec<_>>())
        .collect();
    ActionScores { people: vec![PersonId(1)], kind, windows: windows.into(), classes, values }
}

fn options(threshold: f32, min_secs: f64, smoothing_secs: f64) -> SegmentOptions {
    SegmentOptions { threshold, min_secs, smoothing_secs }
}

#[test]
fn what_is_done_one_after_the_other_is_told_apart_to_half_a_window() {
    // Nothing, class 2 from 100 to 250, class 0 from 250 to 400, nothing.
    let doing = |frame: usize| match frame {
        100..250 => Some(2),
        250..400 => Some(0),
        _ => None,
    };
    let scores =
        scores(ScoreKind::Similarity, 500, (20, 5), 3, |at, class| if doing(at) == Some(class) { 0.9 } else { 0.1 });
    let found = segment(&scores, FrameRange::new(0, 500), FPS, &options(0.5, 0.5, 0.2));
    let told: Vec<(usize, usize, usize)> = found.iter().map(|s| (s.class, s.range.start, s.range.end)).collect();
    assert_eq!(found.len(), 2, "{told:?}");
    for ((class, start, end), wanted) in told.iter().zip([(2, 100, 250), (0, 250, 400)]) {
        assert_eq!(*class, wanted.0);
        assert!(start.abs_diff(wanted.1) <= 10 && end.abs_diff(wanted.2) <= 10, "{told:?}");
    }
    assert!(found.iter().all(|segment| segment.score > 0.7), "{found:?}");
}

#[test]
fn logits_are_probabilities_of_all_classes() {
    let scores = scores(ScoreKind::Logit, 60, (60, 60), 2, |_, class| if class == 1 { 3.0_f32.ln() } else { 0.0 });
    let curves = ClassCurves::new(&scores, FrameRange::new(0, 60));
    let at = curves.at(FrameIndex(30)).unwrap();
    assert!((at[0] - 0.25).abs() < 1e-6 && (at[1] - 0.75).abs() < 1e-6, "{at:?}");
    let found = curves.segments(FPS, &options(0.5, 0.5, 0.5));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].class, found[0].range), (1, FrameRange::new(0, 60)));
    assert!((found[0].score - 0.75).abs() < 1e-6);
}

#[test]
fn overlapping_windows_are_averaged() {
    let windows = vec![FrameRange::new(0, 20), FrameRange::new(10, 30)];
    let scores = ActionScores {
        people: vec![PersonId(1)],
        kind: ScoreKind::Similarity,
        windows: windows.into(),
        classes: 1,
        values: Arc::from([0.2, 0.8]),
    };
    let curves = ClassCurves::new(&scores, FrameRange::new(0, 40));
    let at = |frame| curves.at(FrameIndex(frame)).map(|values| (values[0] * 100.0).round() as i32);
    assert_eq!([at(0), at(9), at(10), at(19), at(20), at(29)], [20, 20, 50, 50, 80, 80].map(Some));
    assert_eq!([at(30), at(39), at(40)], [None; 3]);
}

#[test]
fn a_flicker_does_not_part_what_goes_on() {
    let scores = scores(ScoreKind::Similarity, 300, (10, 5), 2, |at, class| match (at, class) {
        (140..150, 1) => 0.9,
        (140..150, 0) => 0.5,
        (_, 0) => 0.8,
        _ => 0.1,
    });
    let found = segment(&scores, FrameRange::new(0, 300), FPS, &options(0.3, 1.0, 0.0));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].class, found[0].range), (0, FrameRange::new(0, 300)));
}

#[test]
fn nothing_is_known_where_no_window_is() {
    let windows = vec![FrameRange::new(0, 60), FrameRange::new(90, 150)];
    let scores = ActionScores {
        people: vec![PersonId(1)],
        kind: ScoreKind::Similarity,
        windows: windows.into(),
        classes: 1,
        values: Arc::from([0.9, 0.9]),
    };
    let found = segment(&scores, FrameRange::new(0, 150), FPS, &options(0.5, 0.5, 4.0));
    assert_eq!(found.iter().map(|s| s.range).collect::<Vec<_>>(), [FrameRange::new(0, 60), FrameRange::new(90, 150)]);
}

#[test]
fn no_scores_are_no_segments() {
    let none = ActionScores {
        people: vec![PersonId(1)],
        kind: ScoreKind::Logit,
        windows: Arc::new([]),
        classes: 0,
        values: Arc::new([]),
    };
    assert!(segment(&none, FrameRange::new(0, 100), FPS, &SegmentOptions::default()).is_empty());
    assert!(segment(&none, FrameRange::default(), FPS, &SegmentOptions::default()).is_empty());
    let broken = scores(ScoreKind::Logit, 100, (20, 10), 3, |_, _| f32::NAN);
    assert!(segment(&broken, FrameRange::new(0, 100), FPS, &options(0.0, 0.1, 0.5)).is_empty());
}

/// All labels of `pieces` by trial, with the search's own counting.
fn best_by_trial(values: &[Vec<f32>], piece: usize, min_pieces: usize, threshold: f64, switch: f64) -> f64 {
    fn total(
        values: &[Vec<f32>],
        labels: &mut Vec<Option<usize>>,
        piece: usize,
        limits: (usize, f64, f64),
        best: &mut f64,
    ) {
        let (min_pieces, threshold, switch) = limits;
        if labels.len() == values.len() {
            let mut sum = 0.0;
            let mut last = None;
            let mut start = 0;
            for (place, label) in labels.iter().enumerate() {
                if *label != last {
                    sum -= switch;
                    if last.is_some() && place - start < min_pieces {
                        return;
                    }
                    (last, start) = (*label, place);
                }
                sum += piece as f64 * label.map_or(threshold, |class| f64::from(values[place][class]));
            }
            if last.is_some() && labels.len() - start < min_pieces {
                return;
            }
            *best = best.max(sum);
            return;
        }
        for label in std::iter::once(None).chain((0..values[0].len()).map(Some)) {
            labels.push(label);
            total(values, labels, piece, limits, best);
            labels.pop();
        }
    }
    let mut best = f64::NEG_INFINITY;
    total(values, &mut Vec::new(), piece, (min_pieces, threshold, switch), &mut best);
    best
}

proptest! {
    #[test]
    fn the_search_finds_the_best_of_all_ways(
        values in prop::collection::vec(prop::collection::vec(0.0_f32..1.0, 2), 1..8),
        min_pieces in 1_usize..4,
        threshold in 0.1_f32..0.9,
    ) {
        const PIECE: usize = 6;
        let scores = scores(ScoreKind::Similarity, values.len() * PIECE, (PIECE, PIECE), 2, |at, class| values[at / PIECE][class]);
        let range = FrameRange::new(0, values.len() * PIECE);
        let min_secs = (min_pieces * PIECE) as f64 / FPS;
        let found = segment(&scores, range, FPS, &options(threshold, min_secs, 0.0));
        let switch = 0.05 * FPS;
        let labelled: f64 = found.iter().map(|s| s.range.len() as f64 * f64::from(s.score)).sum();
        let idle = range.len() - found.iter().map(|s| s.range.len()).sum::<usize>();
        let mut changes = 0;
        let mut at = 0;
        for (place, segment) in found.iter().enumerate() {
            changes += usize::from(segment.range.start > at && place > 0) + 1;
            at = segment.range.end;
        }
        changes += usize::from(!found.is_empty() && at < range.end);
        let total = labelled + idle as f64 * f64::from(threshold) - changes as f64 * switch;
        let wanted = best_by_trial(&values, PIECE, min_pieces, f64::from(threshold), switch);
        prop_assert!((total - wanted).abs() < 1e-4, "{total} of {wanted}: {found:?}");
    }

    #[test]
    fn segments_are_in_order_long_enough_and_above_the_threshold(
        seeds in prop::collection::vec(0.0_f32..1.0, 60 * 4),
        len in 3_usize..40,
        hop in 2_usize..20,
        threshold in 0.05_f32..0.9,
        min_secs in 0.0_f64..2.0,
        smoothing_secs in 0.0_f64..2.0,
    ) {
        let scores = scores(ScoreKind::Similarity, 400, (len, hop), 4, |at, class| seeds[at / 7 * 4 + class]);
        let range = FrameRange::new(10, 390);
        let found = segment(&scores, range, FPS, &options(threshold, min_secs, smoothing_secs));
        for segment in &found {
            prop_assert!(segment.range.start >= range.start && segment.range.end <= range.end);
            prop_assert!(segment.range.len() as f64 >= min_secs * FPS - 1e-9, "{segment:?}");
            prop_assert!(segment.score >= threshold - 1e-5 && segment.score <= 1.0, "{segment:?}");
            prop_assert!(segment.class < 4);
        }
        for pair in found.windows(2) {
            prop_assert!(pair[0].range.end <= pair[1].range.start);
            prop_assert!(pair[0].class != pair[1].class || pair[0].range.end < pair[1].range.start);
        }
    }
}

/// By hand: how long an hour takes to cut again.
#[test]
#[ignore = "measures"]
fn an_hour_is_cut_at_once() {
    let scores =
        scores(ScoreKind::Logit, 108_000, (120, 4), 120, |at, class| ((at / 200 * 31 + class * 7) % 120) as f32 * 0.1);
    let start = Instant::now();
    let curves = ClassCurves::new(&scores, FrameRange::new(0, 108_000));
    let made = start.elapsed();
    let mut fastest = Duration::MAX;
    let mut count = 0;
    for _ in 0..5 {
        let start = Instant::now();
        count = curves.segments(FPS, &options(0.02, 0.5, 1.0)).len();
        fastest = fastest.min(start.elapsed());
    }
    println!("{} windows: curves {made:?}, segments {fastest:?}, {count} found", scores.windows.len());
}
