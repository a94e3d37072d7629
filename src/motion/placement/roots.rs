//! Where a root-relative prediction is moved to: the place in the picture where the person's root was seen.

use glam::Vec2;

use super::{PlacedPerson, to_pixels};
use crate::data::{FrameIndex, H36M_JOINTS, KeypointTrack};
use crate::motion::remap::frame_to_h36m;

/// Roots looked at to tell a prediction that is root-relative.
const COMPARED_ROOTS: usize = 100;

/// Moves nothing for a prediction that knows its place.
pub(super) struct RootShift<'a> {
    track: Option<&'a KeypointTrack>,
    /// Where the prediction leaves the root, pixels.
    origin: Vec2,
}

impl<'a> RootShift<'a> {
    pub fn of(person: &PlacedPerson<'a>) -> Self {
        let prediction = person.prediction;
        let stride = H36M_JOINTS * prediction.range.len().div_ceil(COMPARED_ROOTS).max(1);
        let mut roots = prediction.joints.iter().step_by(stride);
        let Some(first) = roots.next() else { return Self { track: None, origin: Vec2::ZERO } };
        let is_root_relative = roots.all(|root| root == first);
        Self { track: person.keypoints.filter(|_| is_root_relative), origin: to_pixels(prediction, *first).truncate() }
    }

    /// By how much the joints of a frame move, pixels. Where the root was not seen it is on a straight line between
    /// its neighbours in time, or with the only one.
    pub fn at(&self, frame: usize) -> Vec2 {
        let Some(track) = self.track else { return Vec2::ZERO };
        let seen = |frame: usize| {
            let root = frame_to_h36m(track.skeleton, track.frame(FrameIndex(frame))?)[0];
            (!root.is_missing()).then(|| (frame, Vec2::new(root.x, root.y) - self.origin))
        };
        if let Some((_, shift)) = seen(frame) {
            return shift;
        }
        let range = track.range;
        match ((range.start..frame.min(range.end)).rev().find_map(seen), (frame + 1..range.end).find_map(seen)) {
            (Some((start, from)), Some((end, to))) => from.lerp(to, (frame - start) as f32 / (end - start) as f32),
            (Some((_, shift)), None) | (None, Some((_, shift))) => shift,
            (None, None) => Vec2::ZERO,
        }
    }
}
