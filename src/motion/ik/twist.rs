//! How far a limb's upper bone is turned about itself: seen where the elbow or knee is bent, carried over where it is
//! straight.

use glam::{DQuat, DVec3};

/// Sine of the bend at which what is seen weighs as much as half of the most.
const HALF_BELIEVED_SIN: f64 = 0.5;
/// Weight of no twist at all, which a limb goes back to that stays straight.
const NEUTRAL_WEIGHT: f64 = 0.01;
/// Weight of staying as in the frame before, at 30 fps.
const STEADY_WEIGHT: f64 = 1.0;

/// The twist that one frame shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub angle: f64,
    /// 0 to 1.
    pub weight: f64,
}

impl Seen {
    /// From the direction of the lower bone, turned back so that the upper one points along `rest[0]`; `rest` are both
    /// in the rest pose, where they need not be in line, `hinge` is at a right angle to the upper one.
    pub fn of(rest: [DVec3; 2], lower: DVec3, hinge: DVec3, believed: [f64; 2]) -> Self {
        let ahead = hinge.cross(rest[0]);
        let (across, ahead) = (lower.dot(hinge), lower.dot(ahead));
        let away_squared = across * across + ahead * ahead;
        // Bending about the hinge keeps the lower bone as far to its side as it is at rest.
        let aside = rest[1].dot(hinge);
        let at_no_twist = (aside / away_squared.sqrt().max(1e-9)).clamp(-1.0, 1.0).asin();
        let angle = across.atan2(ahead) - at_no_twist;
        let sin_4 = (away_squared - aside * aside).max(0.0).powi(2);
        let is_plausible = ((believed[1] - angle.abs()) / (believed[1] - believed[0])).clamp(0.0, 1.0);
        Self { angle, weight: is_plausible * sin_4 / (sin_4 + HALF_BELIEVED_SIN.powi(4)) }
    }
}

/// Twists over time. They follow what is seen where that is clear and change evenly in between, so a limb that
/// passes through straight does not flip.
///
/// Angles are averaged as directions in the plane: the smallest of `weight |z - seen|^2 + neutral |z - 1|^2 +
/// steady |z - z before|^2`, which is a tridiagonal system.
pub(super) fn over_time(seen: &[Seen], fps: f64) -> Vec<f64> {
    let steady = STEADY_WEIGHT * (fps / 30.0).powi(2).clamp(0.01, 100.0);
    let last = seen.len().saturating_sub(1);
    // Forward sweep: what is left of the upper diagonal, and the right side.
    let mut swept: Vec<(f64, f64, f64)> = Vec::with_capacity(seen.len());
    for (frame, seen) in seen.iter().enumerate() {
        let (before, after) = (if frame > 0 { steady } else { 0.0 }, if frame < last { steady } else { 0.0 });
        let (sin, cos) = seen.angle.sin_cos();
        let (upper, x, y) = swept.last().copied().unwrap_or_default();
        let diagonal = seen.weight + NEUTRAL_WEIGHT + before + after - before * upper;
        swept.push((
            after / diagonal,
            (seen.weight * cos + NEUTRAL_WEIGHT + before * x) / diagonal,
            (seen.weight * sin + before * y) / diagonal,
        ));
    }
    let (mut next_x, mut next_y) = (0.0, 0.0);
    let mut twists: Vec<f64> = swept
        .iter()
        .rev()
        .map(|(upper, x, y)| {
            (next_x, next_y) = (x + upper * next_x, y + upper * next_y);
            next_y.atan2(next_x)
        })
        .collect();
    twists.reverse();
    twists
}

/// The shortest turn from one direction to another, both of length 1.
pub(super) fn swing(from: DVec3, to: DVec3) -> DQuat {
    DQuat::from_rotation_arc(from, to)
}

/// Shortens a turn about `hinge` to between the two angles, and leaves the rest of the rotation vector.
pub(super) fn limited(rotation: DQuat, hinge: DVec3, bend: [f64; 2]) -> DQuat {
    let turn = super::log(rotation);
    let about_hinge = turn.dot(hinge);
    DQuat::from_scaled_axis(turn + hinge * (about_hinge.clamp(bend[0], bend[1]) - about_hinge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_limb_keeps_the_twist_around_it() {
        let mut seen = vec![Seen { angle: 1.0, weight: 1.0 }; 60];
        // Straight for ten frames, in which noise shows anything.
        for (frame, seen) in seen.iter_mut().enumerate().skip(20).take(10) {
            *seen = Seen { angle: if frame % 2 == 0 { 3.0 } else { -2.0 }, weight: 0.002 };
        }
        let twists = over_time(&seen, 30.0);
        assert!(twists.iter().all(|twist| (twist - 1.0).abs() < 0.2), "{twists:?}");
        assert!(twists.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.05));
    }

    #[test]
    fn a_limb_that_stays_straight_goes_back_to_neutral() {
        let mut seen = vec![Seen::default(); 300];
        seen[0] = Seen { angle: 1.5, weight: 1.0 };
        let twists = over_time(&seen, 30.0);
        assert!(twists[0] > 0.7 && twists[299].abs() < 1e-6);
    }

    #[test]
    fn a_bent_elbow_shows_its_plane() {
        let seen = Seen::of([DVec3::X; 2], (DVec3::X + DVec3::Z).normalize(), -DVec3::Y, [2.0, 3.0]);
        assert!(seen.angle.abs() < 1e-12 && seen.weight > 0.7);
        let turned = DQuat::from_axis_angle(DVec3::X, 0.8) * (DVec3::X + DVec3::Z).normalize();
        let seen = Seen::of([DVec3::X; 2], turned, -DVec3::Y, [2.0, 3.0]);
        assert!((seen.angle - 0.8).abs() < 1e-12);
    }

    #[test]
    fn an_elbow_does_not_bend_backwards() {
        let back = DQuat::from_axis_angle(DVec3::X, -0.6);
        assert!((super::super::log(limited(back, DVec3::X, [-0.1, 2.0])) + DVec3::X * 0.1).length() < 1e-9);
    }
}
