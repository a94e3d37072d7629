//! Left against right over a range of frames.

use glam::Vec3;

use super::Angle;
use crate::data::Side;

/// Mean differences under this are what tracking alone may make, degrees.
const SAME_MEAN_DEGREES: f32 = 3.0;
/// Ranges of motion under this are not compared, degrees.
const STILL_DEGREES: f32 = 5.0;
/// Shares of frames left out at either end of a range of motion, so that one bad frame does not make it.
const EXTREMES: f32 = 0.02;

/// How an angle of the left side compares with the same angle of the right one; degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Symmetry {
    /// The left angle.
    pub angle: Angle,
    pub left_mean: f32,
    pub right_mean: f32,
    /// From the 2nd to the 98th percentile.
    pub left_range: f32,
    pub right_range: f32,
}

impl Symmetry {
    /// Compares over `joints_in_world` `[frames, 17]`. None for an angle without sides, or where a side has no frame.
    pub fn of(angle: Angle, joints_in_world: &[Vec3]) -> Option<Self> {
        let mirror = angle.mirror()?;
        let (left, right) = if angle.side() == Side::Left { (angle, mirror) } else { (mirror, angle) };
        let (left_mean, left_range) = mean_and_range(left.over(joints_in_world).flatten().collect())?;
        let (right_mean, right_range) = mean_and_range(right.over(joints_in_world).flatten().collect())?;
        Some(Self { angle: left, left_mean, right_mean, left_range, right_range })
    }

    /// By how much the left is over the right on average.
    pub fn mean_difference(&self) -> f32 {
        self.left_mean - self.right_mean
    }

    /// Left range of motion as a share of the right one; none if the right side hardly moves.
    pub fn range_ratio(&self) -> Option<f32> {
        (self.right_range >= STILL_DEGREES).then(|| self.left_range / self.right_range)
    }

    /// E.g. "Knee flexion: left 6° more on average; range of motion 71° left, 88° right."
    pub fn sentence(&self) -> String {
        let name = self.angle.label().trim_start_matches("Left ");
        let (first, rest) = name.split_at(1);
        let difference = self.mean_difference();
        let mean = if difference.abs() < SAME_MEAN_DEGREES {
            "left and right alike on average".to_owned()
        } else {
            format!("left {:.0}° {} on average", difference.abs(), if difference > 0.0 { "more" } else { "less" })
        };
        let ranges = format!("{:.0}° left, {:.0}° right", self.left_range, self.right_range);
        format!("{}{rest}: {mean}; range of motion {ranges}.", first.to_uppercase())
    }
}

fn mean_and_range(mut degrees: Vec<f32>) -> Option<(f32, f32)> {
    let last = degrees.len().checked_sub(1)?;
    let mean = degrees.iter().map(|value| f64::from(*value)).sum::<f64>() / degrees.len() as f64;
    let mut at = |share: f32| *degrees.select_nth_unstable_by((last as f32 * share).round() as usize, f32::total_cmp).1;
    Some((mean as f32, at(1.0 - EXTREMES) - at(EXTREMES)))
}
