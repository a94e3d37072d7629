//! One detection as the tracker compares it with a person it knows.

use glam::Vec2;

use crate::data::Keypoint;

/// Distance at which two places of one joint are a doubtful match, as a share of the body's size.
const JOINT_TOLERANCE: f32 = 0.1;

/// The visible joints of a detection and their box, in pixels.
pub(super) struct Sight {
    keypoints: Box<[Keypoint]>,
    low: Vec2,
    high: Vec2,
}

impl Sight {
    /// None when no joint is visible.
    pub fn new(keypoints: &[Keypoint]) -> Option<Self> {
        let keypoints: Box<[Keypoint]> = keypoints
            .iter()
            .map(|keypoint| if place(*keypoint).is_finite() { *keypoint } else { Keypoint::MISSING })
            .collect();
        let visible = || keypoints.iter().filter(|keypoint| !keypoint.is_missing()).map(|keypoint| place(*keypoint));
        visible().next()?;
        let (low, high) = (visible().fold(Vec2::INFINITY, Vec2::min), visible().fold(Vec2::NEG_INFINITY, Vec2::max));
        Some(Self { keypoints, low, high })
    }

    /// Mean way of the joints that both see, in pixels.
    pub fn step_to(&self, later: &Self) -> Option<Vec2> {
        let mut sum = Vec2::ZERO;
        let mut count = 0.0;
        for (before, now) in self.common(later) {
            sum += now - before;
            count += 1.0;
        }
        (count > 0.0).then(|| sum / count)
    }

    /// How well `later` fits this sight moved on by `shift` pixels, 0 to 1: mean of box overlap and joint overlap.
    /// `slack` is 1 from one frame to the next and more after a time without sight.
    pub fn affinity(&self, later: &Self, shift: Vec2, slack: f32) -> f32 {
        let size = self.diagonal().max(later.diagonal()).max(f32::EPSILON);
        let centre_step = (later.low + later.high - self.low - self.high) / 2.0 - shift;
        if centre_step.length() > size * slack {
            return 0.0;
        }
        let tolerance = JOINT_TOLERANCE * size * slack;
        let mut closeness = 0.0;
        let mut count = 0.0f32;
        for (before, now) in self.common(later) {
            closeness += (-(now - before - shift).length_squared() / (2.0 * tolerance * tolerance)).exp();
            count += 1.0;
        }
        let overlap = box_overlap(self.low + shift, self.high + shift, later.low, later.high);
        0.5 * (overlap + closeness / count.max(1.0))
    }

    fn diagonal(&self) -> f32 {
        (self.high - self.low).length()
    }

    /// Joints seen in both: (here, there).
    fn common<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (Vec2, Vec2)> + 'a {
        self.keypoints
            .iter()
            .zip(&other.keypoints)
            .filter(|(a, b)| !a.is_missing() && !b.is_missing())
            .map(|(a, b)| (place(*a), place(*b)))
    }
}

fn place(keypoint: Keypoint) -> Vec2 {
    Vec2::new(keypoint.x, keypoint.y)
}

/// Intersection over union of two boxes.
fn box_overlap(a_low: Vec2, a_high: Vec2, b_low: Vec2, b_high: Vec2) -> f32 {
    let area = |low: Vec2, high: Vec2| (high - low).max(Vec2::ZERO).element_product();
    let shared = area(a_low.max(b_low), a_high.min(b_high));
    let either = area(a_low, a_high) + area(b_low, b_high) - shared;
    if either > 0.0 { shared / either } else { 0.0 }
}
