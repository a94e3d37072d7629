//! The square of a person who is watched as they move, where the whole track is not known yet.

use glam::Vec2;

use super::fit;
use crate::data::{Keypoint, Normalisation, NormalisationMode};

/// How far back the caller should look for the joints that the square is to hold.
pub const RECENT_SECS: f64 = 4.0;
/// For this long the square is fitted anew to all that was seen.
pub const WARM_UP_SECS: f64 = 1.0;

/// After that it takes this long to follow most of the way, growing and shrinking.
const GROW_SECS: f64 = 1.0;
const SHRINK_SECS: f64 = 6.0;
const SHIFT_SECS: f64 = 1.5;
/// Its size changes by no more than this a second, as a natural logarithm.
pub const MAX_ZOOM_PER_SEC: f64 = 0.35;
/// It moves by no more than this many of its half sides a second.
pub const MAX_SHIFT_PER_SEC: f64 = 0.8;
/// Differences smaller than these are no reason to move: an arm that is raised does not zoom. As `MAX_*`.
const HELD_ZOOM: f64 = 0.08;
const HELD_SHIFT: f64 = 0.05;

/// A square that is fitted for a second and then moves slowly, so that the model's input does not pump.
///
/// The published system fits one square to the whole track; this one gives the same for a person who stays in place.
#[derive(Clone, Debug, Default)]
pub struct LiveSquare {
    square: Option<Normalisation>,
    watched_secs: f64,
}

impl LiveSquare {
    /// The square after `dt_secs` more. `recent` are the model's joints over the last [`RECENT_SECS`], pixels. None until
    /// anything was seen.
    pub fn follow(&mut self, recent: &[Keypoint], dt_secs: f64) -> Option<Normalisation> {
        let dt_secs = if dt_secs.is_finite() { dt_secs.clamp(0.0, 1.0) } else { 0.0 };
        let Ok(wanted) = fit(NormalisationMode::Crop, recent, None) else { return self.square };
        self.watched_secs += dt_secs;
        self.square = Some(match self.square {
            Some(now) if self.watched_secs > WARM_UP_SECS => moved(now, wanted, dt_secs),
            _ => wanted,
        });
        self.square
    }
}

fn moved(now: Normalisation, wanted: Normalisation, dt_secs: f64) -> Normalisation {
    let zoom = beyond(f64::from(wanted.half_extent / now.half_extent).ln(), HELD_ZOOM);
    let zoom_secs = if zoom > 0.0 { GROW_SECS } else { SHRINK_SECS };
    let most = MAX_ZOOM_PER_SEC * dt_secs;
    let zoom = (zoom * (dt_secs / zoom_secs).min(1.0)).clamp(-most, most);
    let shift = (Vec2::from(wanted.centre) - Vec2::from(now.centre)) / now.half_extent;
    let far = beyond(f64::from(shift.length()), HELD_SHIFT);
    let far = (far * (dt_secs / SHIFT_SECS).min(1.0)).min(MAX_SHIFT_PER_SEC * dt_secs);
    let centre = Vec2::from(now.centre) + shift.normalize_or_zero() * far as f32 * now.half_extent;
    Normalisation { centre: centre.into(), half_extent: now.half_extent * zoom.exp() as f32, ..now }
}

/// What of `value` is more than `held`, with its sign.
fn beyond(value: f64, held: f64) -> f64 {
    value.signum() * (value.abs() - held).max(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A box of joints around a place.
    fn joints(centre: [f32; 2], half: f32) -> Vec<Keypoint> {
        let corner = |x: f32, y: f32| Keypoint::new(centre[0] + x * half, centre[1] + y * half, 0.9);
        vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(-1.0, 1.0), corner(1.0, 1.0)]
    }

    const DT: f64 = 1.0 / 30.0;

    proptest! {
        #[test]
        fn whatever_is_seen_it_never_pumps(
            seen in prop::collection::vec((0.0f32..2000.0, 0.0f32..1000.0, 5.0f32..800.0), 1..200),
            dt in 0.005f64..0.2,
        ) {
            let mut square = LiveSquare::default();
            let mut secs = 0.0;
            let mut last: Option<Normalisation> = None;
            for (x, y, half) in seen {
                let now = square.follow(&joints([x, y], half), dt).unwrap();
                secs += dt;
                if let Some(last) = last.filter(|_| secs > WARM_UP_SECS + 1e-9) {
                    let zoom = f64::from(now.half_extent / last.half_extent).ln().abs();
                    let shift = (Vec2::from(now.centre) - Vec2::from(last.centre)).length() / last.half_extent;
                    prop_assert!(zoom <= MAX_ZOOM_PER_SEC * dt + 1e-5, "{zoom}");
                    prop_assert!(f64::from(shift) <= MAX_SHIFT_PER_SEC * dt + 1e-4, "{shift}");
                    prop_assert!(now.half_extent > 0.0 && now.half_extent.is_finite());
                }
                last = Some(now);
            }
        }

        #[test]
        fn it_gets_to_where_a_person_stays(x in 0.0f32..2000.0, y in 0.0f32..1000.0, half in 30.0f32..500.0) {
            let mut square = LiveSquare::default();
            for _ in 0..40 {
                square.follow(&joints([600.0, 400.0], 100.0), DT);
            }
            let mut now = Normalisation::IDENTITY;
            for _ in 0..30 * 60 {
                now = square.follow(&joints([x, y], half), DT).unwrap();
            }
            prop_assert!(f64::from(now.half_extent / half).ln().abs() < HELD_ZOOM + 0.02);
            let miss = (Vec2::from(now.centre) - Vec2::new(x, y)).length() / now.half_extent;
            prop_assert!(f64::from(miss) < HELD_SHIFT + 0.02, "{miss}");
        }
    }

    #[test]
    fn the_first_second_fits_and_gestures_do_not_zoom() {
        let mut square = LiveSquare::default();
        assert_eq!(square.follow(&[], DT), None);
        for _ in 0..15 {
            square.follow(&joints([50.0, 50.0], 10.0), DT);
        }
        let fitted = square.follow(&joints([600.0, 400.0], 100.0), DT).unwrap();
        assert_eq!((fitted.centre, fitted.half_extent), ([600.0, 400.0], 100.0));
        for _ in 0..30 {
            square.follow(&joints([600.0, 400.0], 100.0), DT);
        }
        for frame in 0..300 {
            let sway = (frame as f32 * 0.2).sin();
            let now = square.follow(&joints([600.0 + 4.0 * sway, 400.0], 100.0 + 5.0 * sway), DT).unwrap();
            assert_eq!((now.centre, now.half_extent), (fitted.centre, fitted.half_extent));
        }
        // Nobody there: it stays.
        assert_eq!(square.follow(&[], DT), Some(fitted));
    }
}
