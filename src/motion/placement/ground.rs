//! The ground under a person, and how it drifts over time.
//!
//! Feet are on the ground often but not always, and never under it. So the ground is a low percentile of heights:
//! steps, tiptoes and jumps are above it and do not move it.

use super::percentile;
use crate::data::FrameRange;

/// Share of a person's frames that are at or under the ground as it is estimated.
pub(super) const GROUND_SHARE: f32 = 0.2;

/// Blocks per second in which the ground is looked at.
const BLOCKS_PER_SEC: f64 = 2.0;
/// Frames looked at in a block.
const FRAMES_PER_BLOCK: usize = 5;
/// Blocks to either side that count for the ground in the middle one: 2.5 s in all, longer than a jump.
const REACH_BLOCKS: usize = 2;
/// Weights by which blocks are averaged with their neighbours.
const SMOOTHING: [f32; 5] = [1.0, 2.0, 3.0, 2.0, 1.0];
/// The ground does not drift farther than this, metres.
pub(super) const MAX_DRIFT_M: f32 = 0.3;

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
    /// Of a person who is there in `range`, looking at a few frames per block. `lowest` is the height of the person's
    /// lowest joint in a frame, `floor` what it is when standing on the floor.
    pub fn of(range: FrameRange, block: usize, floor: f32, lowest: impl Fn(usize) -> f32) -> Self {
        let first = range.start / block;
        let blocks: Vec<Vec<f32>> = (first..range.end.div_ceil(block))
            .map(|number| {
                let frames = (number * block).max(range.start)..((number + 1) * block).min(range.end);
                frames.step_by(block.div_ceil(FRAMES_PER_BLOCK)).map(&lowest).collect()
            })
            .collect();
        let raw: Vec<f32> = (0..blocks.len())
            .map(|number| {
                let around = number.saturating_sub(REACH_BLOCKS)..(number + REACH_BLOCKS + 1).min(blocks.len());
                let ground = percentile(blocks[around].concat(), GROUND_SHARE).unwrap_or(floor);
                (ground - floor).clamp(-MAX_DRIFT_M, MAX_DRIFT_M)
            })
            .collect();
        let total: f32 = SMOOTHING.iter().sum();
        let smooth = |number: usize| {
            let neighbours = (0..SMOOTHING.len()).map(|offset| {
                let neighbour = (number + offset).saturating_sub(SMOOTHING.len() / 2);
                raw[neighbour.min(raw.len() - 1)]
            });
            neighbours.zip(SMOOTHING).map(|(ground, weight)| weight * ground).sum::<f32>() / total
        };
        Self { block, first, over_floor: (0..raw.len()).map(smooth).collect() }
    }

    /// Metres at a frame; held before the first and after the last half block of the person.
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
