//! Boxes around people.

use crate::data::Keypoint;

/// More candidates than this, from a network gone wild, are cut to the best before they are compared with each other.
pub(super) const MAX_CANDIDATES: usize = 300;

/// Picture or network pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PersonBox {
    pub(super) min: [f32; 2],
    pub(super) max: [f32; 2],
    pub(super) score: f32,
}

impl PersonBox {
    pub(super) fn new(min: [f32; 2], max: [f32; 2], score: f32) -> Self {
        Self { min, max, score }
    }

    /// Around the joints that are at least so sure. None if they are fewer than two or all in one place.
    pub(super) fn of_joints(joints: &[Keypoint], min_confidence: f32, score: f32) -> Option<Self> {
        let seen = joints.iter().filter(|joint| !joint.is_missing() && joint.confidence >= min_confidence);
        let start = Self::new([f32::INFINITY; 2], [f32::NEG_INFINITY; 2], score);
        let around = seen.fold(start, |area, joint| Self {
            min: [area.min[0].min(joint.x), area.min[1].min(joint.y)],
            max: [area.max[0].max(joint.x), area.max[1].max(joint.y)],
            score,
        });
        let [width, height] = around.size();
        (width.max(height) > 0.0).then_some(around)
    }

    pub(super) fn size(&self) -> [f32; 2] {
        [0, 1].map(|axis| self.max[axis] - self.min[axis])
    }

    pub(super) fn centre(&self) -> [f32; 2] {
        [0, 1].map(|axis| (self.max[axis] + self.min[axis]) / 2.0)
    }

    /// `factor` times as large about its centre.
    #[must_use]
    pub(super) fn grown(&self, factor: f32) -> Self {
        let centre = self.centre();
        let half = self.size().map(|side| side * factor / 2.0);
        Self {
            min: [0, 1].map(|axis| centre[axis] - half[axis]),
            max: [0, 1].map(|axis| centre[axis] + half[axis]),
            score: self.score,
        }
    }

    fn area(&self) -> f32 {
        let [width, height] = self.size();
        width.max(0.0) * height.max(0.0)
    }

    /// Common area over the area of both.
    pub(super) fn overlap(&self, other: &Self) -> f32 {
        let common = Self {
            min: [0, 1].map(|axis| self.min[axis].max(other.min[axis])),
            max: [0, 1].map(|axis| self.max[axis].min(other.max[axis])),
            score: 0.0,
        };
        let both = self.area() + other.area() - common.area();
        if both > 0.0 { common.area() / both } else { 0.0 }
    }

    /// Numbers, with an area of at least a pixel, at least in part inside of a picture of this size.
    pub(super) fn is_sane_in(&self, picture: [u32; 2]) -> bool {
        let is_finite = self.min.iter().chain(&self.max).all(|value| value.is_finite()) && self.score.is_finite();
        let [width, height] = self.size();
        is_finite
            && width >= 1.0
            && height >= 1.0
            && (0..2).all(|axis| self.max[axis] > 0.0 && self.min[axis] < picture[axis] as f32)
    }

    /// x, y, width, height
    pub(super) fn to_xywh(self) -> [f32; 4] {
        let [width, height] = self.size();
        [self.min[0], self.min[1], width, height]
    }
}

/// Best first, without those that overlap a better one by more than `max_overlap`.
pub(super) fn suppress<T>(mut found: Vec<T>, area: impl Fn(&T) -> &PersonBox, max_overlap: f32) -> Vec<T> {
    found.sort_by(|a, b| area(b).score.total_cmp(&area(a).score));
    found.truncate(MAX_CANDIDATES);
    let mut kept: Vec<T> = Vec::new();
    for one in found {
        if kept.iter().all(|better| area(better).overlap(area(&one)) <= max_overlap) {
            kept.push(one);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f32, side: f32, score: f32) -> PersonBox {
        PersonBox::new([x, 0.0], [x + side, side], score)
    }

    #[test]
    fn the_best_of_each_heap_is_kept() {
        let found =
            vec![square(1.0, 10.0, 0.7), square(0.0, 10.0, 0.9), square(50.0, 10.0, 0.8), square(5.0, 10.0, 0.1)];
        let kept = suppress(found, |one| one, 0.5);
        assert_eq!(kept.iter().map(|one| one.score).collect::<Vec<_>>(), [0.9, 0.8, 0.1]);
        assert!((square(0.0, 10.0, 1.0).overlap(&square(5.0, 10.0, 1.0)) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(square(0.0, 0.0, 1.0).overlap(&square(0.0, 0.0, 1.0)), 0.0);
    }

    #[test]
    fn nonsense_is_cut_by_score() {
        let found: Vec<_> = (0..10_000).map(|index| square(index as f32 * 20.0, 10.0, index as f32)).collect();
        let kept = suppress(found, |one| one, 0.5);
        assert_eq!(kept.len(), MAX_CANDIDATES);
        assert_eq!(kept[0].score, 9999.0);
    }

    #[test]
    fn boxes_outside_or_without_area_are_not_sane() {
        assert!(square(-5.0, 10.0, 0.5).is_sane_in([100, 100]));
        for wrong in
            [square(-10.0, 10.0, 0.5), square(100.0, 5.0, 0.5), square(5.0, 0.5, 0.5), square(f32::NAN, 5.0, 0.5)]
        {
            assert!(!wrong.is_sane_in([100, 100]), "{wrong:?}");
        }
    }

    #[test]
    fn a_box_is_around_the_sure_joints() {
        let joints = [
            Keypoint::new(1.0, 2.0, 0.9),
            Keypoint::new(5.0, 12.0, 0.4),
            Keypoint::new(90.0, 90.0, 0.1),
            Keypoint::MISSING,
        ];
        let around = PersonBox::of_joints(&joints, 0.3, 1.0).unwrap();
        assert_eq!(around.to_xywh(), [1.0, 2.0, 4.0, 10.0]);
        assert_eq!(around.grown(1.5).to_xywh(), [0.0, -0.5, 6.0, 15.0]);
        assert_eq!(PersonBox::of_joints(&joints[..1], 0.3, 1.0), None);
        assert_eq!(PersonBox::of_joints(&[], 0.3, 1.0), None);
    }
}
