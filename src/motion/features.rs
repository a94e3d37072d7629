//! What a motion is like, in rows over time, so that stretches of it can be compared.
//!
//! A row holds three values for every channel: mean, mean square and mean speed over a few frames. The rows of any
//! stretch add up to mean, spread and speed over that stretch, which is what [`super::moves`] compares. The channels
//! are joint angles, and ankles and wrists in the person's own frame (facing ahead, root at the origin, of one size), so
//! that it makes no difference where the camera stood; or those of a network's motion representation.

use std::collections::VecDeque;

use glam::Vec3;

use crate::data::skeleton::H36M_17;
use crate::data::{FrameIndex, FrameRange, H36M_JOINTS, KeypointTrack, MotionFeatures, PersonId, PosePrediction};
use crate::motion::flip;

/// Frames per second that speeds are measured at, whatever the rate of the clip.
const RATE: f64 = 30.0;
/// From row to row, in frames at that rate.
const HOP: f64 = 4.0;
/// Length of all bones together, in trunks (from the root to the neck).
const BONES_IN_TRUNKS: f32 = 8.5;
/// (left, right) joints that tell where a person faces.
const FACING: [(usize, usize); 2] = [(4, 1), (11, 14)];

/// Ankles and wrists, with where they are in somebody who stands, arms a little bent: x to the person's right, y down,
/// z ahead, in trunks from the root.
#[rustfmt::skip]
const ENDS: [(usize, Vec3); 4] = [
    (3, Vec3::new(0.2, 1.5, -0.1)), (6, Vec3::new(-0.2, 1.5, -0.1)),
    (13, Vec3::new(-0.5, -0.2, 0.2)), (16, Vec3::new(0.5, -0.2, 0.2)),
];
/// How far they stray from there while people move, in trunks; and angles from theirs, in degrees.
const ENDS_STRAY: f32 = 0.5;
const ANGLES_STRAY: f32 = 14.3;
/// Pairs of bones with the usual angle between them, in degrees: knees, elbows, thighs and upper arms against the
/// trunk, neck.
#[rustfmt::skip]
const BENDS: [([usize; 2], [usize; 2], f32); 9] = [
    ([1, 2], [2, 3], 40.0), ([4, 5], [5, 6], 40.0), ([14, 15], [15, 16], 55.0), ([11, 12], [12, 13], 55.0),
    ([8, 0], [1, 2], 25.0), ([8, 0], [4, 5], 25.0), ([8, 0], [14, 15], 30.0), ([8, 0], [11, 12], 30.0),
    ([0, 8], [8, 10], 20.0),
];
/// The trunk against the camera's up.
const LEAN: f32 = 20.0;
const POSE_CHANNELS: usize = 3 * ENDS.len() + BENDS.len() + 1;

/// The features of a person's 3D motion, whatever space it is in. Frames in which `track` has a gap count as not seen;
/// without a track all count as seen. `is_mirrored` gives those of the mirrored motion.
pub fn of_poses(poses: &PosePrediction, track: Option<&KeypointTrack>, fps: f64, is_mirrored: bool) -> MotionFeatures {
    let mut pooling = Pooling::new(poses.person, poses.range.start, POSE_CHANNELS, fps);
    for (offset, joints) in poses.joints.chunks_exact(H36M_JOINTS).enumerate() {
        let mut joints: [Vec3; H36M_JOINTS] = std::array::from_fn(|joint| joints[joint]);
        if is_mirrored {
            flip::mirror(bytemuck::cast_slice_mut(&mut joints));
        }
        let frame = FrameIndex(poses.range.start + offset);
        pooling.add(&channels(&own_frame(&joints)), track.map_or(1.0, |track| share_seen(track, frame)));
    }
    pooling.finish()
}

/// The share of a person's joints that was seen in a frame, 0 to 1.
pub fn share_seen(track: &KeypointTrack, frame: FrameIndex) -> f32 {
    track.frame(frame).map_or(0.0, |joints| {
        joints.iter().filter(|joint| !joint.is_missing()).count() as f32 / joints.len().max(1) as f32
    })
}

/// The joints as the person has them: root at the origin, facing along z, in trunks.
fn own_frame(joints: &[Vec3; H36M_JOINTS]) -> [Vec3; H36M_JOINTS] {
    let bones: f32 = H36M_17.bones.iter().map(|(from, to)| joints[*from].distance(joints[*to])).sum();
    let size = bones / BONES_IN_TRUNKS;
    let rightward: Vec3 = FACING.iter().map(|(left, right)| joints[*right] - joints[*left]).sum();
    let (sin, cos) = rightward.z.atan2(rightward.x).sin_cos();
    joints.map(|joint| {
        let joint = if size > f32::EPSILON { (joint - joints[0]) / size } else { Vec3::ZERO };
        Vec3::new(cos * joint.x + sin * joint.z, joint.y, cos * joint.z - sin * joint.x)
    })
}

/// What is compared of a pose in the person's own frame: each channel is about 0 while nothing happens, and strays by
/// about 1.
fn channels(joints: &[Vec3; H36M_JOINTS]) -> [f32; POSE_CHANNELS] {
    let ends = ENDS.iter().flat_map(|(joint, usual)| ((joints[*joint] - *usual) / ENDS_STRAY).to_array());
    let bone = |[from, to]: [usize; 2]| joints[to] - joints[from];
    let angle = |a: Vec3, b: Vec3, usual: f32| {
        let degrees = a.angle_between(b).to_degrees();
        if degrees.is_finite() { (degrees - usual) / ANGLES_STRAY } else { 0.0 }
    };
    let bends = BENDS.iter().map(|(a, b, usual)| angle(bone(*a), bone(*b), *usual));
    let lean = angle(bone([0, 8]), Vec3::NEG_Y, LEAN);
    let mut channels = [0.0; POSE_CHANNELS];
    channels.iter_mut().zip(ends.chain(bends).chain([lean])).for_each(|(channel, value)| *channel = value);
    channels
}

/// Adds frames up to rows, one after the other.
pub struct Pooling {
    person: PersonId,
    start: usize,
    hop: usize,
    channels: usize,
    /// Frames from the one that a speed is measured against.
    step: usize,
    /// What a difference over as many frames counts, to be one over a frame at [`RATE`].
    per_step: f32,
    /// The last `step` frames, oldest first.
    recent: VecDeque<Box<[f32]>>,
    frames: usize,
    /// [rows, 3, channels], the last row still sums
    values: Vec<f32>,
    /// [rows], the last one still a sum
    seen: Vec<f32>,
}

impl Pooling {
    /// For frames of `channels` values from frame `start` on, `fps` of them a second.
    pub fn new(person: PersonId, start: usize, channels: usize, fps: f64) -> Self {
        let step = ((fps / RATE).round() as usize).max(1);
        Self {
            person,
            start,
            hop: ((fps * HOP / RATE).round() as usize).max(1),
            channels,
            step,
            per_step: (fps / RATE / step as f64) as f32,
            recent: VecDeque::with_capacity(step),
            frames: 0,
            values: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Adds the next frame, of as many values as there are channels; `seen` is the share of its joints that was seen.
    pub fn add(&mut self, frame: &[f32], seen: f32) {
        if self.frames.is_multiple_of(self.hop) {
            self.close_row(self.hop);
            self.values.resize(self.values.len() + 3 * self.channels, 0.0);
            self.seen.push(0.0);
        }
        self.frames += 1;
        if let Some(sum) = self.seen.last_mut() {
            *sum += seen;
        }
        let row = self.values.len() - 3 * self.channels;
        let (means, rest) = self.values[row..].split_at_mut(self.channels);
        let (squares, speeds) = rest.split_at_mut(self.channels);
        for ((mean, square), value) in means.iter_mut().zip(squares).zip(frame) {
            *mean += value;
            *square += value * value;
        }
        let earlier = if self.recent.len() == self.step { self.recent.pop_front() } else { None };
        let latest = earlier.map_or_else(
            || frame.into(),
            |mut earlier| {
                for ((speed, earlier), value) in speeds.iter_mut().zip(&mut earlier).zip(frame) {
                    *speed += (value - *earlier).abs() * self.per_step;
                    *earlier = *value;
                }
                earlier
            },
        );
        self.recent.push_back(latest);
    }

    /// Sums of the last row to means.
    fn close_row(&mut self, frames: usize) {
        let share = 1.0 / frames as f32;
        let row = self.values.len().saturating_sub(3 * self.channels);
        self.values[row..].iter_mut().for_each(|value| *value *= share);
        if let Some(seen) = self.seen.last_mut() {
            *seen *= share;
        }
    }

    pub fn finish(mut self) -> MotionFeatures {
        if self.frames > 0 {
            self.close_row((self.frames - 1) % self.hop + 1);
        }
        MotionFeatures {
            person: self.person,
            range: FrameRange::of_len(self.start, self.frames),
            hop: self.hop,
            dim: 3 * self.channels,
            values: self.values.into(),
            seen: self.seen.into(),
        }
    }
}

/// Brings every channel of a row to mean 0 and spread 1 over the whole range: for channels of which nothing else is
/// known, such as those of a network's representation.
#[must_use]
pub fn standardised(features: &MotionFeatures) -> MotionFeatures {
    let channels = features.dim / 3;
    let rows = features.rows().max(1) as f64;
    let mut sums = vec![[0.0f64; 2]; channels];
    for row in 0..features.rows() {
        let (means, rest) = features.row(row).split_at(channels);
        for (sum, (mean, square)) in sums.iter_mut().zip(means.iter().zip(rest)) {
            sum[0] += f64::from(*mean);
            sum[1] += f64::from(*square);
        }
    }
    let scales: Vec<(f32, f32)> = sums
        .iter()
        .map(|[mean, square]| {
            let (mean, square) = (mean / rows, square / rows);
            let spread = (square - mean * mean).max(0.0).sqrt();
            (mean as f32, if spread > 1e-6 { (1.0 / spread) as f32 } else { 0.0 })
        })
        .collect();
    let mut values = features.values.to_vec();
    for row in values.chunks_exact_mut(features.dim.max(1)) {
        let (means, rest) = row.split_at_mut(channels);
        let (squares, speeds) = rest.split_at_mut(channels);
        for ((mean, square), (speed, (centre, scale))) in
            means.iter_mut().zip(squares).zip(speeds.iter_mut().zip(&scales))
        {
            *square = (*square - 2.0 * centre * *mean + centre * centre) * scale * scale;
            *mean = (*mean - centre) * scale;
            *speed *= scale;
        }
    }
    MotionFeatures { values: values.into(), ..features.clone() }
}
