//! Left and right that the detector mixed up for some frames: of the whole body, or of a limb from some joint on.
//!
//! A joint's velocity changes little from frame to frame, but a swap throws both joints of a pair across the body. For
//! each part of the body a dynamic program over the frames chooses where left and right change places, so that the
//! changes of velocity add up to the least. Limbs that merely cross keep their velocity, so they are left alone. A
//! detector mixes sides up for moments, so a swap has to be the clearer the longer it lasts.

use glam::Vec2;

use super::is_known;
use crate::data::{Keypoint, Skeleton};

/// What each change of places costs, in shares of the person's size. A true one removes four times the distance of each
/// pair.
const SWITCH_COST: f32 = 0.1;
/// What each frame costs in which sides are swapped.
const FRAME_COST: f32 = 0.05;
/// Around a change of places what is left of the motion weighs so many times, so that it must become less by that.
const CLEAR_FACTOR: f32 = 2.0;
/// Most that one joint adds for one change of velocity, in shares of the person's size: a stray joint decides nothing.
const MOST_COST: f32 = 0.25;
/// Over more unknown frames than this motion says nothing.
const MAX_STEP_FRAMES: usize = 10;

/// Joints from which on a limb may be mixed up, larger parts first.
const LIMB_STARTS: [&str; 6] = ["left hip", "left knee", "left ankle", "left shoulder", "left elbow", "left wrist"];

/// Repairs swaps and says how many joints changed places. // [frames, joints]
pub fn repair(keypoints: &mut [Keypoint], skeleton: &Skeleton, size: f32) -> usize {
    if size <= 0.0 {
        return 0;
    }
    let joints = skeleton.len();
    let mut is_swapped = vec![false; keypoints.len()];
    for part in parts(skeleton) {
        for frame in swapped_frames(keypoints, joints, &part, size) {
            for (left, right) in &part {
                let [left, right] = [left, right].map(|joint| frame * joints + joint);
                keypoints.swap(left, right);
                for joint in [left, right] {
                    is_swapped[joint] = !is_swapped[joint];
                }
            }
        }
    }
    is_swapped.iter().zip(keypoints).filter(|(is_swapped, keypoint)| **is_swapped && is_known(keypoint)).count()
}

/// Mirror pairs that are swapped together: all, then limbs from a joint on outwards.
fn parts(skeleton: &Skeleton) -> Vec<Vec<(usize, usize)>> {
    let is_trunk = |joint: usize| ["hip", "shoulder"].iter().any(|end| skeleton.joints[joint].ends_with(end));
    let mut parts = vec![skeleton.mirror_pairs.to_vec()];
    for start in LIMB_STARTS.iter().filter_map(|name| skeleton.joint_named(name)) {
        let mut limb = vec![start];
        let mut next = 0;
        while let Some(inner) = limb.get(next).copied() {
            next += 1;
            for (from, to) in skeleton.bones {
                if *from == inner && !is_trunk(*to) && !limb.contains(to) {
                    limb.push(*to);
                }
            }
        }
        let pairs: Vec<_> = skeleton.mirror_pairs.iter().copied().filter(|(left, _)| limb.contains(left)).collect();
        if !parts.contains(&pairs) {
            parts.push(pairs);
        }
    }
    parts
}

/// Frames in which the sides of a part are mixed up.
fn swapped_frames(keypoints: &[Keypoint], joints: usize, pairs: &[(usize, usize)], size: f32) -> Vec<usize> {
    let frames: Vec<&[Keypoint]> = keypoints.chunks_exact(joints).collect();
    let known_pairs = |frame: &[Keypoint]| {
        pairs.iter().filter(|(left, right)| [left, right].iter().all(|j| is_known(&frame[**j]))).count()
    };
    let counts: Vec<usize> = frames.iter().map(|frame| known_pairs(frame)).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    // A frame with little of the part would tear the motion of the rest.
    let usable: Vec<usize> =
        (0..frames.len()).filter(|frame| counts[*frame] > 0 && 2 * counts[*frame] >= most).collect();
    let runs = usable.chunk_by(|a, b| b - a <= MAX_STEP_FRAMES);
    runs.flat_map(|run| swapped_in_run(&frames, run, pairs, size)).collect()
}

/// The frames of a run in which swapping makes the motion clearly smaller.
fn swapped_in_run(frames: &[&[Keypoint]], run: &[usize], pairs: &[(usize, usize)], size: f32) -> Vec<usize> {
    // Least cost of all ways that swap the last two frames or not ([0]: no), and for each the frame before them.
    let step = |before: usize, now: usize| FRAME_COST * now as f32 + if before == now { 0.0 } else { SWITCH_COST };
    let mut costs = [0, 1].map(|before| [0, 1].map(|now| FRAME_COST * before as f32 + step(before, now)));
    let mut choices: Vec<[[usize; 2]; 2]> = Vec::with_capacity(run.len());
    for three in run.windows(3) {
        let motion = motion_costs(three, frames, pairs, size);
        let mut choice = [[0; 2]; 2];
        costs = [0, 1].map(|middle| {
            [0, 1].map(|last| {
                let ways = [0, 1].map(|first| {
                    let [before, after] = [first ^ middle, middle ^ last];
                    let factor = if before + after > 0 { CLEAR_FACTOR } else { 1.0 };
                    costs[first][middle] + factor * motion[before][after]
                });
                choice[middle][last] = usize::from(ways[1] < ways[0]);
                ways[choice[middle][last]] + step(middle, last)
            })
        });
        choices.push(choice);
    }
    let ends = [[0, 0], [0, 1], [1, 0], [1, 1]];
    let [mut middle, mut last] = ends
        .into_iter()
        .fold([0, 0], |best, end| if costs[end[0]][end[1]] < costs[best[0]][best[1]] { end } else { best });
    let mut swapped = Vec::new();
    for at in (0..run.len()).rev() {
        if last == 1 {
            swapped.push(run[at]);
        }
        let first = at.checked_sub(2).map_or(0, |before| choices[before][middle][last]);
        (middle, last) = (first, middle);
    }
    swapped
}

/// Changes of velocity over three frames, in shares of the person's size a frame, with sides switched or not between
/// the first two ([0]: no) and between the last two.
fn motion_costs(three: &[usize], frames: &[&[Keypoint]], pairs: &[(usize, usize)], size: f32) -> [[f32; 2]; 2] {
    let mut costs = [[0.0; 2]; 2];
    let [first, middle, last] = [three[0], three[1], three[2]];
    let [before, after] = [(middle - first) as f32, (last - middle) as f32];
    for (left, right) in pairs {
        let sides = [first, middle, last].map(|frame| [frames[frame][*left], frames[frame][*right]]);
        if !sides.iter().flatten().all(is_known) {
            continue;
        }
        let places = sides.map(|side| side.map(|keypoint| Vec2::new(keypoint.x, keypoint.y)));
        for (switched_before, costs) in costs.iter_mut().enumerate() {
            for (switched_after, cost) in costs.iter_mut().enumerate() {
                for side in [0, 1] {
                    let from = places[0][side ^ switched_before];
                    let to = places[2][side ^ switched_after];
                    let here = places[1][side];
                    let change = (to - here) / after - (here - from) / before;
                    *cost += (change.length() / size).min(MOST_COST);
                }
            }
        }
    }
    costs
}
