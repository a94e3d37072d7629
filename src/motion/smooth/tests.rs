use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::support::rng::SplitMix64;

/// Somebody as tall as expected, upright in y, whose x is `series` and whose z is still.
fn moved_body(series: impl IntoIterator<Item = f64>) -> Vec<Vec3> {
    let mut heights = [0.0; H36M_JOINTS];
    for (joint, height) in [(10, 1.0), (8, 0.7), (7, 0.5), (0, 0.3), (1, 0.3), (4, 0.3)] {
        heights[joint] = height;
    }
    let chain = chain_length(&heights.map(|height| Vec3::Y * height));
    let body = heights.map(|height| height / chain * (BODY_HEIGHT_M - ANKLE_HEIGHT_M));
    series.into_iter().flat_map(|x| body.map(|height| Vec3::new(x as f32, height, -0.5))).collect()
}

fn x_of(joints: &[Vec3], joint: usize) -> Vec<f64> {
    joints.iter().skip(joint).step_by(H36M_JOINTS).map(|place| f64::from(place.x)).collect()
}

fn all_kinds(strength: f32) -> [Smoothing; 3] {
    SmoothingKind::ALL.map(|kind| Smoothing::of_strength(kind, strength))
}

fn zero_lag(strength: f32) -> [Smoothing; 2] {
    [SmoothingKind::Butterworth, SmoothingKind::SavitzkyGolay].map(|kind| Smoothing::of_strength(kind, strength))
}

#[track_caller]
fn assert_near(found: &[f64], wanted: &[f64], tolerance: f64, name: &str) {
    assert_eq!(found.len(), wanted.len(), "{name}");
    for (frame, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((found - wanted).abs() <= tolerance, "{name}, frame {frame}: {found} instead of {wanted}");
    }
}

#[test]
fn figures_are_those_of_scipy() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        fps: f64,
        smoothing: Smoothing,
        x: Vec<f64>,
        y: Vec<f64>,
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/fixtures/filters/scipy.json")).unwrap();
    assert_eq!(cases.len(), 17);
    for case in cases {
        let body = moved_body(case.x.iter().copied());
        let smoothed = case.smoothing.apply(&body, case.fps);
        for joint in [0, 16] {
            assert_near(&x_of(&smoothed, joint), &case.y, 1e-6, &case.name);
        }
        let moved = case.x.iter().zip(&case.y).any(|(x, y)| (x - y).abs() > 1e-3);
        assert!(moved, "{}: the figures would pass unfiltered", case.name);
        assert!(body.iter().zip(&smoothed).all(|(a, b)| (a.y - b.y).abs() < 1e-6 && (a.z - b.z).abs() < 1e-6));
    }
}

#[test]
fn off_is_untouched() {
    let body = moved_body([0.5, f64::NAN, -0.25]);
    let same = Smoothing::Off.apply(&body, 30.0);
    assert!(body.iter().zip(&same).all(|(a, b)| a.to_array().map(f32::to_bits) == b.to_array().map(f32::to_bits)));
    assert_eq!(Smoothing::Off.notice(30.0), None);
}

#[test]
fn parameters_that_filter_nothing_are_told() {
    let body = moved_body((0..40).map(|frame| f64::from(frame % 5)));
    let idle = [
        (Smoothing::Butterworth { cutoff_hz: 15.0, order: 4 }, "above 15.000 Hz"),
        (Smoothing::Butterworth { cutoff_hz: 40.0, order: 4 }, "40 Hz"),
        (Smoothing::Butterworth { cutoff_hz: 0.0, order: 4 }, "more than 0"),
        (Smoothing::Butterworth { cutoff_hz: f32::NAN, order: 4 }, "more than 0"),
        (Smoothing::OneEuro { min_cutoff_hz: 0.0, beta: 1.0, derivative_cutoff_hz: 1.0 }, "more than 0"),
        (Smoothing::SavitzkyGolay { window_frames: 3, degree: 3 }, "every point"),
    ];
    for (smoothing, why) in idle {
        assert_eq!(smoothing.apply(&body, 30.0), body, "{smoothing:?}");
        let notice = smoothing.notice(30.0).unwrap();
        assert!(notice.why.contains(why), "{notice}");
    }
    for smoothing in all_kinds(0.0) {
        assert_eq!(smoothing.notice(30.0), None);
        assert_ne!(smoothing.apply(&body, 30.0), body);
    }
}

#[test]
fn unknown_joints_part_a_series() {
    let wobble = |frame: usize| f64::from(((frame * 7919) % 13) as f32) / 13.0;
    let mut body = moved_body((0..90).map(wobble));
    let gap = 40..43;
    for frame in gap.clone() {
        body[frame * H36M_JOINTS + 5].z = f32::NAN;
    }
    let (before, after) = (&body[..gap.start * H36M_JOINTS], &body[gap.end * H36M_JOINTS..]);
    for smoothing in all_kinds(0.5) {
        let smoothed = smoothing.apply(&body, 30.0);
        let parted = [before, after].map(|part| x_of(&smoothing.apply(part, 30.0), 5));
        let found = x_of(&smoothed, 5);
        assert_near(&found[..gap.start], &parted[0], 1e-6, "before");
        assert_near(&found[gap.end..], &parted[1], 1e-6, "after");
        assert!(smoothed[gap.start * H36M_JOINTS + 5].z.is_nan());
        // Everybody else goes on.
        let whole = smoothing.apply(&moved_body((0..90).map(wobble)), 30.0);
        assert_near(&x_of(&smoothed, 6), &x_of(&whole, 6), 1e-6, "another joint");
    }
}

#[test]
fn short_clips_stay_finite() {
    for frames in 0..12 {
        let body = moved_body((0..frames).map(|frame| f64::from(frame % 3)));
        for smoothing in all_kinds(0.6) {
            let smoothed = smoothing.apply(&body, 30.0);
            assert_eq!(smoothed.len(), body.len());
            assert!(smoothed.iter().all(|joint| joint.is_finite()), "{smoothing:?}, {frames} frames");
        }
    }
}

/// Sum of the changes of speed, which only shaking makes large.
fn jitter(series: &[f64]) -> f64 {
    series.windows(3).map(|three| (three[0] - 2.0 * three[1] + three[2]).abs()).sum()
}

#[test]
fn more_strength_is_smoother() {
    let mut rng = SplitMix64(3);
    let series: Vec<f64> =
        (0..300).map(|frame| (f64::from(frame) * 0.1).sin() * 0.3 + 0.04 * (rng.next_f64() - 0.5)).collect();
    for kind in SmoothingKind::ALL {
        let jitters: Vec<f64> = (0..=20)
            .map(|step| Smoothing::of_strength(kind, step as f32 / 20.0))
            .map(|smoothing| jitter(&x_of(&smoothing.apply(&moved_body(series.iter().copied()), 30.0), 0)))
            .collect();
        assert!(jitters.is_sorted_by(|a, b| b <= a), "{kind:?}: {jitters:?}");
        assert!(jitters[0] < jitter(&series) && jitters[20] < 0.3 * jitters[0], "{kind:?}: {jitters:?}");
    }
}

#[test]
fn the_slider_stands_where_it_was_left() {
    for kind in SmoothingKind::ALL {
        for step in 0..=10 {
            let strength = step as f32 / 10.0;
            let smoothing = Smoothing::of_strength(kind, strength);
            assert_eq!(smoothing.kind(), Some(kind));
            // A window has whole frames.
            let tolerance = if kind == SmoothingKind::SavitzkyGolay { 0.1 } else { 1e-4 };
            assert!((smoothing.strength() - strength).abs() < tolerance, "{smoothing:?}: {}", smoothing.strength());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn still_and_even_motion_is_kept(
        place in -3.0f64..3.0, speed in -0.02f64..0.02, frames in 1usize..120, strength in 0.0f32..1.0,
    ) {
        let filtered = |smoothing: Smoothing, series: &[f64]| {
            x_of(&smoothing.apply(&moved_body(series.iter().copied()), 60.0), 3)
        };
        let still = vec![f64::from(place as f32); frames];
        for smoothing in all_kinds(strength) {
            assert_near(&filtered(smoothing, &still), &still, 1e-6, "still");
        }
        let even: Vec<f64> = (0..frames + 180).map(|frame| f64::from((place + speed * frame as f64) as f32)).collect();
        let [low_pass, _] = zero_lag(strength.min(Smoothing::USUAL_STRENGTH));
        let [_, polynomial] = zero_lag(strength);
        assert_near(&filtered(polynomial, &even), &even, 2e-6, "even motion, polynomials");
        // A low-pass takes a while to settle.
        let settled = 60..even.len() - 60;
        assert_near(&filtered(low_pass, &even)[settled.clone()], &even[settled], 2e-6, "even motion, low-pass");
    }

    #[test]
    fn a_peak_stays_where_it_is(at in 30usize..90, width in 4.0f64..9.0, strength in 0.0f32..0.8) {
        let peak = |frame: usize| (-((frame as f64 - at as f64) / width).powi(2)).exp();
        for smoothing in zero_lag(strength) {
            let found = x_of(&smoothing.apply(&moved_body((0..120).map(peak)), 30.0), 11);
            let top = (0..120).max_by(|a, b| found[*a].total_cmp(&found[*b])).unwrap();
            prop_assert_eq!(top, at, "{:?}", smoothing);
        }
    }
}
