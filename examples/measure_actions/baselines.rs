//! What one would do without a network's idea of a motion: the two usual ways to compare movements.

use glam::Vec2;
use motionbert::data::{FrameRange, H36M_JOINTS, KeypointTrack, PosePrediction};
use motionbert::motion::angles::Angle;

/// Every second frame is enough to align movements by.
const STEP: usize = 2;
const ROOT: usize = 0;
const NECK: usize = 8;
/// Degrees of a bin of the histograms.
const BIN_DEGREES: f32 = 20.0;
const BINS: usize = 18;

/// The 2D joints from the root, in trunks, missing ones filled in from before and after. // [frames / 2, 17]
pub fn normalised_joints(track: &KeypointTrack) -> Vec<Vec2> {
    let frames = track.range.len();
    let mut places = vec![Vec2::ZERO; frames * H36M_JOINTS];
    for joint in 0..H36M_JOINTS {
        let seen: Vec<(usize, Vec2)> = (0..frames)
            .map(|frame| (frame, track.keypoints[frame * H36M_JOINTS + joint]))
            .filter(|(_, keypoint)| !keypoint.is_missing())
            .map(|(frame, keypoint)| (frame, Vec2::new(keypoint.x, keypoint.y)))
            .collect();
        for frame in 0..frames {
            let next = seen.partition_point(|(known, _)| *known < frame);
            places[frame * H36M_JOINTS + joint] =
                match (next.checked_sub(1).map(|last| seen[last]), seen.get(next).copied()) {
                    (Some((before, a)), Some((after, b))) => {
                        a.lerp(b, (frame - before) as f32 / (after - before) as f32)
                    }
                    (Some((_, place)), None) | (None, Some((_, place))) => place,
                    (None, None) => Vec2::ZERO,
                };
        }
    }
    let mut trunks: Vec<f32> =
        places.chunks_exact(H36M_JOINTS).map(|frame| frame[NECK].distance(frame[ROOT])).collect();
    trunks.sort_by(f32::total_cmp);
    let trunk = trunks[trunks.len() / 2].max(1e-6);
    let frames = places.chunks_exact(H36M_JOINTS).step_by(STEP);
    frames.flat_map(|frame| frame.iter().map(|joint| (*joint - frame[ROOT]) / trunk)).collect()
}

/// Dynamic time warping of a stretch against the best part of a clip; the higher, the more alike.
pub fn warped_similarity(query: &[Vec2], clip: &[Vec2]) -> f32 {
    let columns = clip.len() / H36M_JOINTS;
    // The match may begin anywhere in the clip.
    let mut above = vec![0.0f32; columns + 1];
    for frame in query.chunks_exact(H36M_JOINTS) {
        let mut row = vec![f32::INFINITY; columns + 1];
        for (column, other) in clip.chunks_exact(H36M_JOINTS).enumerate() {
            let squares: f32 = frame.iter().zip(other).map(|(a, b)| a.distance_squared(*b)).sum();
            row[column + 1] = squares.sqrt() + above[column].min(above[column + 1]).min(row[column]);
        }
        above = row;
    }
    let frames = query.len() / H36M_JOINTS;
    -above[1..].iter().copied().fold(f32::INFINITY, f32::min) / frames.max(1) as f32
}

/// Half of the query's frames: the rows of [`normalised_joints`] of a stretch.
pub fn cut(joints: &[Vec2], range: FrameRange) -> &[Vec2] {
    let end = range.end.div_ceil(STEP).min(joints.len() / H36M_JOINTS);
    &joints[range.start.div_ceil(STEP) * H36M_JOINTS..end * H36M_JOINTS]
}

/// How often each joint angle was how large over a stretch; every angle's bins sum to 1.
pub fn angle_histogram(poses: &PosePrediction, range: FrameRange) -> Vec<f32> {
    // Camera axes to world axes: y up, z towards the camera.
    let joints: Vec<_> = poses.joints[range.start * H36M_JOINTS..range.end * H36M_JOINTS]
        .iter()
        .map(|joint| glam::Vec3::new(joint.x, -joint.y, -joint.z))
        .collect();
    let mut histogram = Vec::new();
    // Where somebody faces depends on the camera.
    for angle in Angle::ALL.into_iter().filter(|angle| *angle != Angle::PelvisTurn) {
        let mut bins = [0.0f32; BINS];
        for degrees in angle.over(&joints).flatten() {
            let bin = ((degrees + 180.0) / BIN_DEGREES) as usize;
            bins[bin.min(BINS - 1)] += 1.0;
        }
        let sum = bins.iter().sum::<f32>().max(1.0);
        histogram.extend(bins.map(|bin| bin / sum));
    }
    histogram
}

/// The share that two histograms have in common, 0 to 1.
pub fn in_common(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a.min(*b)).sum::<f32>() * BINS as f32 / a.len().max(1) as f32
}

/// Stretches of a clip to hold against one of `len` frames.
pub fn stretches(frames: usize, len: usize) -> impl Iterator<Item = FrameRange> {
    let len = len.min(frames).max(1);
    (0..=frames - len).step_by((len / 4).max(1)).map(move |start| FrameRange::of_len(start, len))
}
