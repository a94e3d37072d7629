//! A small body for tests: a peg at every joint, no surface to speak of.

use std::sync::Arc;

use glam::Vec3;

use crate::data::body::{BODY_JOINTS, BODY_PARENTS, BodyArrays, BodyModel};

/// From the parent, metres; the left side is mirrored to the right.
const OFFSETS: [(usize, [f32; 3]); 15] = [
    (1, [0.07, -0.09, -0.01]),
    (3, [0.0, 0.12, -0.03]),
    (4, [0.03, -0.39, 0.01]),
    (6, [0.0, 0.13, 0.02]),
    (7, [-0.01, -0.42, -0.03]),
    (9, [0.0, 0.06, 0.0]),
    (10, [0.03, -0.05, 0.12]),
    (12, [0.0, 0.21, -0.03]),
    (13, [0.07, 0.12, -0.02]),
    (15, [0.0, 0.09, 0.05]),
    (16, [0.11, 0.04, -0.01]),
    (18, [0.26, -0.01, -0.02]),
    (20, [0.25, 0.01, 0.0]),
    (22, [0.08, -0.01, -0.01]),
    (0, [0.0, 0.95, 0.0]),
];
/// Joints of the left side or the middle, and the right one's.
const RIGHT_OF: [(usize, usize); 9] =
    [(1, 2), (4, 5), (7, 8), (10, 11), (13, 14), (16, 17), (18, 19), (20, 21), (22, 23)];
/// Joints whose distance from the parent every shape changes, by 6 % per unit.
const SHAPES: [&[usize]; 7] = [&[4], &[7], &[18], &[20], &[1], &[3, 6, 9, 12], &[13, 16]];
/// Further vertices: joint and place from it.
const POINTS: [(usize, [f32; 3]); 8] = [
    (15, [0.0, 0.06, 0.10]),
    (15, [0.0, 0.16, -0.03]),
    (7, [0.0, -0.08, -0.05]),
    (8, [0.0, -0.08, -0.05]),
    (10, [0.02, -0.03, 0.06]),
    (11, [-0.02, -0.03, 0.06]),
    (10, [-0.02, -0.03, 0.04]),
    (11, [0.02, -0.03, 0.04]),
];
const NOSE: usize = 6 * BODY_JOINTS;
const HEAD_TOP: usize = NOSE + 1;

fn joints(stretch: impl Fn(usize) -> f32) -> [Vec3; BODY_JOINTS] {
    let mut offsets = [Vec3::ZERO; BODY_JOINTS];
    for (joint, offset) in OFFSETS {
        offsets[joint] = Vec3::from_array(offset) * stretch(joint);
        if let Some((_, right)) = RIGHT_OF.iter().find(|(left, _)| *left == joint) {
            offsets[*right] = offsets[joint] * Vec3::new(-1.0, 1.0, 1.0);
        }
    }
    let mut joints = [Vec3::ZERO; BODY_JOINTS];
    for joint in 0..BODY_JOINTS {
        joints[joint] = offsets[joint] + BODY_PARENTS[joint].map_or(Vec3::ZERO, |parent| joints[parent]);
    }
    joints
}

/// Six vertices around every joint and the points, all hanging on one joint each. // [vertices] of (joint, place)
fn vertices(joints: &[Vec3; BODY_JOINTS]) -> Vec<(usize, Vec3)> {
    let around = [Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y, Vec3::Z, Vec3::NEG_Z];
    let pegs = (0..BODY_JOINTS).flat_map(|joint| around.map(|way| (joint, joints[joint] + way * 0.02)));
    pegs.chain(POINTS.iter().map(|(joint, place)| (*joint, joints[*joint] + Vec3::from_array(*place)))).collect()
}

/// The body. Its 17 joints lie near those of the tree but for the ones of the middle.
pub(crate) fn body() -> Arc<BodyModel> {
    let mean = vertices(&joints(|_| 1.0));
    let count = mean.len();
    let shapes: Vec<_> = SHAPES
        .iter()
        .map(|stretched| vertices(&joints(|joint| if stretched.contains(&joint) { 1.06 } else { 1.0 })))
        .collect();
    let rows = |rows: &[&[(usize, f32)]]| {
        let mut dense = vec![0.0; rows.len() * count];
        for (row, shares) in rows.iter().enumerate() {
            for (joint, share) in *shares {
                (0..6).for_each(|peg| dense[row * count + joint * 6 + peg] += share / 6.0);
            }
        }
        dense
    };
    let own: Vec<[(usize, f32); 1]> = (0..BODY_JOINTS).map(|joint| [(joint, 1.0)]).collect();
    let mut h36m = rows(&[
        &[(1, 0.4), (2, 0.4), (3, 0.2)],
        &[(2, 0.9), (0, 0.1)],
        &[(5, 1.0)],
        &[(8, 1.0)],
        &[(1, 0.9), (0, 0.1)],
        &[(4, 1.0)],
        &[(7, 1.0)],
        &[(3, 0.4), (6, 0.6)],
        &[(12, 0.6), (13, 0.2), (14, 0.2)],
        &[],
        &[],
        &[(16, 1.0)],
        &[(18, 1.0)],
        &[(20, 1.0)],
        &[(17, 1.0)],
        &[(19, 1.0)],
        &[(21, 1.0)],
    ]);
    h36m[9 * count + NOSE] = 1.0;
    h36m[10 * count + HEAD_TOP] = 1.0;
    let arrays = BodyArrays {
        name: "pegs".to_owned(),
        template: mean.iter().flat_map(|(_, place)| place.to_array()).collect(),
        shape_directions: (0..count)
            .flat_map(|vertex| (0..3).map(move |axis| (vertex, axis)))
            .flat_map(|(vertex, axis)| {
                let mean = &mean;
                shapes.iter().map(move |shape| shape[vertex].1[axis] - mean[vertex].1[axis])
            })
            .collect(),
        joint_regressor: rows(&own.iter().map(|row| &row[..]).collect::<Vec<_>>()),
        h36m_regressor: Some(h36m),
        weights: mean
            .iter()
            .flat_map(|(joint, _)| (0..BODY_JOINTS).map(move |other| f32::from(u8::from(*joint == other))))
            .collect(),
        faces: (0..BODY_JOINTS as u32).map(|joint| [0, 2, 4].map(|peg| joint * 6 + peg)).collect(),
        parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
        ..BodyArrays::default()
    };
    Arc::new(arrays.check().unwrap().0)
}
