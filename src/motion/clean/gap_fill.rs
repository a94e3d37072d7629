//! Short gaps of single joints, bridged by a curve.

use glam::Vec2;

use super::is_known;
use crate::data::Keypoint;

/// A filled joint is this share as certain as the less certain of its two neighbours.
const CONFIDENCE_SHARE: f32 = 0.5;

/// A known joint: its frame, place and confidence.
#[derive(Clone, Copy)]
struct Known {
    frame: usize,
    place: Vec2,
    confidence: f32,
}

impl Known {
    /// Pixels per frame on the way to `other`.
    fn velocity_to(&self, other: &Self) -> Vec2 {
        (other.place - self.place) / (other.frame as f32 - self.frame as f32)
    }
}

/// Fills runs of up to `longest` frames in which a joint is not known, between two in which it is, and says how many
/// joints were filled. Longer runs, and those at the ends, stay as they are. // [frames, joints]
///
/// The curve is a cubic that leaves and arrives with the speed that the joint had; where nothing is known next to the
/// gap, that end is straight.
pub fn fill(keypoints: &mut [Keypoint], joints: usize, longest: usize) -> usize {
    let mut filled = 0;
    let mut known: Vec<Known> = Vec::new();
    for joint in 0..joints {
        known.clear();
        known.extend(keypoints.iter().skip(joint).step_by(joints).enumerate().filter_map(|(frame, keypoint)| {
            let place = Vec2::new(keypoint.x, keypoint.y);
            is_known(keypoint).then_some(Known { frame, place, confidence: keypoint.confidence })
        }));
        for (at, pair) in known.windows(2).enumerate() {
            let [before, after] = [pair[0], pair[1]];
            let steps = after.frame - before.frame;
            if steps < 2 || steps - 1 > longest {
                continue;
            }
            let straight = before.velocity_to(&after);
            let is_next = |a: &Known, b: &Known| b.frame - a.frame == 1;
            let earlier = at.checked_sub(1).map(|earlier| known[earlier]).filter(|earlier| is_next(earlier, &before));
            let later = known.get(at + 2).filter(|later| is_next(&after, later));
            let leaving = earlier.map_or(straight, |earlier| earlier.velocity_to(&before));
            let arriving = later.map_or(straight, |later| after.velocity_to(later));
            for step in 1..steps {
                let place = hermite(before.place, after.place, leaving, arriving, step as f32, steps as f32);
                let confidence = CONFIDENCE_SHARE * before.confidence.min(after.confidence);
                keypoints[(before.frame + step) * joints + joint] = Keypoint::new(place.x, place.y, confidence);
                filled += 1;
            }
        }
    }
    filled
}

/// The cubic from `start` to `end` with these velocities there, at `time` of `duration`.
fn hermite(start: Vec2, end: Vec2, leaving: Vec2, arriving: Vec2, time: f32, duration: f32) -> Vec2 {
    let share = time / duration;
    let rest = 1.0 - share;
    start * ((1.0 + 2.0 * share) * rest * rest)
        + end * ((1.0 + 2.0 * rest) * share * share)
        + (leaving * rest - arriving * share) * (duration * share * rest)
}
