//! The ground under people: how far the camera looks down on it, and how it drifts under a person over time.
//!
//! Feet are on the ground often but not always, and never under it. So the ground is a low percentile of heights:
//! steps, tiptoes and jumps are above it and do not move it.

use std::ops::Range;

use glam::{Mat3, Vec3};

use super::percentile;
use crate::data::FrameRange;

/// Share of a person's frames that are at or under the ground as it is estimated.
pub(super) const GROUND_SHARE: f32 = 0.2;

/// The camera looks down by no less and no more, degrees.
const PITCH_DEGREES: (i32, i32) = (-20, 35);
/// Degrees between the pitches that are tried first.
const PITCH_STEP_DEGREES: usize = 5;
/// Halvings of that step around the best one.
const PITCH_REFINEMENTS: usize = 8;
/// Metres of depth that people have to cover for the pitch to be told at all, and to be told fully.
const DEPTH_RANGE_M: (f32, f32) = (0.3, 0.8);
/// By which share the pitch has to flatten the ground to be believed at all, and to be believed fully.
const IMPROVEMENT: (f32, f32) = (0.05, 0.15);

/// Blocks per second in which the ground is looked at.
const BLOCKS_PER_SEC: f64 = 2.0;
/// Frames looked at in a block.
const FRAMES_PER_BLOCK: usize = 5;
/// Blocks to either side that count for the ground in the middle one: 2.5 s in all, longer than a jump.
const REACH_BLOCKS: usize = 2;
/// Weights by which blocks are averaged with their neighbours.
const SMOOTHING: [f32; 5] = [1.0, 2.0, 3.0, 2.0, 1.0];
/// The ground does not drift farther than this, metres.
const MAX_DRIFT_M: f32 = 0.3;

/// From the camera's axes (y up, z towards the camera) to the world's, for a camera that looks down by `pitch` radians.
pub(super) fn world_from_camera(pitch: f32) -> Mat3 {
    Mat3::from_rotation_x(-pitch)
}

/// The world's upward direction in the camera's axes.
pub(super) fn up_in_camera(pitch: f32) -> Vec3 {
    world_from_camera(pitch).transpose() * Vec3::Y
}

/// Both ankles of one person over sampled frames, metres in the camera's axes.
pub(super) type Steps = Vec<[Vec3; 2]>;

/// How far the camera looks down, radians, if the ground everybody walks on is level: the pitch for which everyone's
/// lower ankle stays at one height, near and far. People count by the depth they cover. Shrinks to 0 where nobody
/// covers depth, or where no pitch makes the ground clearly flatter.
pub(super) fn camera_pitch(people: &[Steps]) -> f32 {
    let weighted: Vec<(f32, &Steps)> = people.iter().map(|steps| (depth_range(steps), steps)).collect();
    let unevenness = |pitch: f32| weighted.iter().map(|(weight, steps)| weight * unevenness(steps, pitch)).sum::<f32>();
    let range = weighted.iter().map(|(range, _)| *range).fold(0.0, f32::max);
    let by_range = ramp(range, DEPTH_RANGE_M);
    if by_range <= 0.0 {
        return 0.0;
    }
    let level = unevenness(0.0);
    let mut best = (0.0, level);
    let flatter = |best: (f32, f32), pitch: f32| {
        let cost = unevenness(pitch);
        if cost < best.1 { (pitch, cost) } else { best }
    };
    let (lowest, highest) = PITCH_DEGREES;
    for degrees in (lowest..=highest).step_by(PITCH_STEP_DEGREES) {
        best = flatter(best, (degrees as f32).to_radians());
    }
    let mut step = (PITCH_STEP_DEGREES as f32).to_radians();
    for _ in 0..PITCH_REFINEMENTS {
        step *= 0.5;
        for pitch in [best.0 - step, best.0 + step] {
            best = flatter(best, pitch.clamp((lowest as f32).to_radians(), (highest as f32).to_radians()));
        }
    }
    best.0 * by_range * ramp(1.0 - best.1 / level, IMPROVEMENT)
}

/// 0 up to the first bound, 1 from the second.
fn ramp(value: f32, (from, to): (f32, f32)) -> f32 {
    if value.is_finite() { ((value - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 }
}

/// Metres between near and far, without the extremes.
fn depth_range(steps: &Steps) -> f32 {
    let depths = |share| percentile(steps.iter().map(|ankles| -ankles[0].z).collect(), share);
    depths(0.9).zip(depths(0.1)).map_or(0.0, |(far, near)| far - near)
}

/// Mean distance of the lower ankle from the ground, where under the ground counts more (the loss whose minimum is the
/// percentile).
fn unevenness(steps: &Steps, pitch: f32) -> f32 {
    let up = up_in_camera(pitch);
    let heights: Vec<f32> = steps.iter().map(|[right, left]| right.dot(up).min(left.dot(up))).collect();
    let count = heights.len() as f32;
    let Some(ground) = percentile(heights.clone(), GROUND_SHARE) else { return 0.0 };
    let over = heights.iter().map(|height| height - ground).filter(|over| over.is_finite());
    over.map(|over| if over > 0.0 { GROUND_SHARE * over } else { (GROUND_SHARE - 1.0) * over }).sum::<f32>() / count
}

/// Frames per block in which the ground is looked at.
pub(super) fn frames_per_block(fps: f64) -> usize {
    (fps / BLOCKS_PER_SEC).round().clamp(1.0, 1e4) as usize
}

/// How far the ground that a person seems to stand on is over the person's floor, slowly changing over time. What is
/// left when size, focal length and pitch are not quite right.
///
/// Blocks of frames are where they are whatever part of the person is known, so that more frames change nothing but
/// their neighbourhood.
pub(super) struct Drift {
    /// Frames per block.
    block: usize,
    /// Number of the first block, counted from frame 0.
    first: usize,
    /// Metres in the middle of each block.
    over_floor: Vec<f32>,
}

impl Drift {
    /// For `wanted` frames of a person who is there in `range`, looking at a few frames per block and no farther than
    /// some blocks around. `lowest` is the height of the person's lowest joint in a frame, `floor` what it is when
    /// standing on the floor.
    pub fn of(range: FrameRange, wanted: FrameRange, block: usize, floor: f32, lowest: impl Fn(usize) -> f32) -> Self {
        let all = range.start / block..range.end.div_ceil(block);
        let wider =
            |span: &Range<usize>, by: usize| span.start.saturating_sub(by).max(all.start)..(span.end + by).min(all.end);
        let shown = wider(&(wanted.start / block..wanted.end.div_ceil(block)), 1);
        let averaged = wider(&shown, SMOOTHING.len() / 2);
        let looked_at = wider(&averaged, REACH_BLOCKS);

        let mut heights = Vec::new();
        // Where each block starts among the heights.
        let mut starts = vec![0];
        for number in looked_at.clone() {
            let frames = (number * block).max(range.start)..((number + 1) * block).min(range.end);
            heights.extend(frames.step_by(block.div_ceil(FRAMES_PER_BLOCK)).map(&lowest));
            starts.push(heights.len());
        }
        let raw: Vec<f32> = averaged
            .clone()
            .map(|number| {
                let window = wider(&(number..number + 1), REACH_BLOCKS);
                let window = starts[window.start - looked_at.start]..starts[window.end - looked_at.start];
                let ground = percentile(heights[window].to_vec(), GROUND_SHARE).unwrap_or(floor);
                (ground - floor).clamp(-MAX_DRIFT_M, MAX_DRIFT_M)
            })
            .collect();
        let total: f32 = SMOOTHING.iter().sum();
        let smooth = |number: usize| {
            let neighbours = (0..SMOOTHING.len()).map(|offset| {
                let neighbour = (number + offset).saturating_sub(SMOOTHING.len() / 2);
                raw[neighbour.clamp(averaged.start, averaged.end - 1) - averaged.start]
            });
            neighbours.zip(SMOOTHING).map(|(ground, weight)| weight * ground).sum::<f32>() / total
        };
        Self { block, first: shown.start, over_floor: shown.map(smooth).collect() }
    }

    /// Metres at a wanted frame; held before the first and after the last half block of the person.
    pub fn at(&self, frame: usize) -> f32 {
        let last = self.over_floor.len().saturating_sub(1);
        let place = (frame as f32 + 0.5) / self.block as f32 - 0.5;
        let place = place.clamp(self.first as f32, (self.first + last) as f32);
        let (before, share) = (place as usize - self.first, place.fract());
        match (self.over_floor.get(before), self.over_floor.get((before + 1).min(last))) {
            (Some(before), Some(after)) => before + (after - before) * share,
            _ => 0.0,
        }
    }
}
