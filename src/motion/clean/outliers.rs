//! Joints that jump away and back: a Hampel filter on x and on y.

use super::{Hampel, is_known};
use crate::data::Keypoint;

/// From the median absolute deviation to the standard deviation of normal noise.
const SIGMA_PER_MAD: f32 = 1.4826;
/// Deviations are never taken to be smaller than this share of the person, or every tremble of a still joint would be
/// an outlier.
const LEAST_SIGMA: f32 = 0.005;
/// Fewer known frames than this in a neighbourhood say nothing.
const MIN_KNOWN: usize = 4;

/// Takes away outliers and says how many. // [frames, joints]
pub fn remove(keypoints: &mut [Keypoint], joints: usize, hampel: &Hampel, size: f32) -> usize {
    let least_sigma = LEAST_SIGMA * size;
    let mut removed = 0;
    let mut known: Vec<(usize, [f32; 2])> = Vec::new();
    let mut workspace = Vec::new();
    for joint in 0..joints {
        known.clear();
        known.extend(
            keypoints
                .iter()
                .skip(joint)
                .step_by(joints)
                .enumerate()
                .filter_map(|(frame, keypoint)| is_known(keypoint).then_some((frame, [keypoint.x, keypoint.y]))),
        );
        let (mut start, mut end) = (0, 0);
        for (frame, place) in &known {
            while known[start].0 + hampel.half_window_frames < *frame {
                start += 1;
            }
            while known.get(end).is_some_and(|(other, _)| *other <= frame + hampel.half_window_frames) {
                end += 1;
            }
            let near = &known[start..end];
            if near.len() < MIN_KNOWN {
                continue;
            }
            let is_outlier = [0, 1].into_iter().any(|axis| {
                workspace.clear();
                workspace.extend(near.iter().map(|(_, other)| other[axis]));
                let middle = median(&mut workspace);
                workspace.iter_mut().for_each(|value| *value = (*value - middle).abs());
                let sigma = (SIGMA_PER_MAD * median(&mut workspace)).max(least_sigma);
                (place[axis] - middle).abs() > hampel.threshold * sigma
            });
            if is_outlier {
                keypoints[frame * joints + joint] = Keypoint::MISSING;
                removed += 1;
            }
        }
    }
    removed
}

/// The middle value, the upper one of two; `values` is not empty.
fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}
