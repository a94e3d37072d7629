//! Regressors: joints as weighted means of vertices, so that they follow the shape of the body.

use glam::{DMat3, DVec3};
use motionbert::data::body::{BODY_JOINTS, BODY_MIRROR_PAIRS};

use crate::figure::JOINTS;
use crate::mesh::Mesh;
use crate::weights::Row;

/// One joint to regress: where it is, and the joints whose skin its vertices are taken from.
struct Target {
    at: DVec3,
    skin: Vec<usize>,
    /// Distance over which vertices lose half of their say.
    reach: f64,
}

/// Rows over the vertices; non-negative, each sums up to 1 and gives its joint exactly. // [24][V]
pub fn tree(whole: &Mesh, twin: &[usize], skin: &[Row]) -> Vec<Vec<f64>> {
    let near: [&[usize]; BODY_JOINTS] = [
        &[0, 1, 2, 3],
        &[0, 1],
        &[],
        &[0, 3, 6],
        &[1, 4],
        &[],
        &[3, 6, 9],
        &[4, 7],
        &[],
        &[6, 9, 13, 14],
        &[7, 10],
        &[],
        &[9, 12, 13, 14, 15],
        &[9, 13, 16],
        &[],
        &[12, 15],
        &[13, 16],
        &[],
        &[16, 18],
        &[],
        &[18, 20],
        &[],
        &[20, 22],
        &[],
    ];
    let targets: Vec<Target> =
        near.iter().zip(JOINTS).map(|(skin, at)| Target { at, skin: skin.to_vec(), reach: 0.05 }).collect();
    let mut rows: Vec<Vec<f64>> = targets.iter().map(|target| row(whole, skin, target)).collect();
    for (left, right) in BODY_MIRROR_PAIRS {
        rows[right] = mirrored(&rows[left], twin);
    }
    for (joint, row) in rows.iter_mut().enumerate().filter(|(joint, _)| JOINTS[*joint].x == 0.0) {
        debug_assert!(!near[joint].is_empty());
        *row = halved(row, twin);
    }
    rows
}

/// The 17 joints of H36M, as its markers and their published regression from bodies put them: hips farther out than
/// the ball joints, thorax between the shoulders, nose and crown on the middle line. // [17][V]
pub fn h36m(whole: &Mesh, twin: &[usize], skin: &[Row]) -> Vec<Vec<f64>> {
    let target = |at: [f64; 3], skin: &[usize], reach| Target { at: at.into(), skin: skin.to_vec(), reach };
    let joint = |j: usize, skin: &[usize]| Target { at: JOINTS[j], skin: skin.to_vec(), reach: 0.04 };
    let left = [
        (4, target([0.112, 0.900, 0.0], &[0, 1], 0.05)),
        (5, joint(4, &[1, 4])),
        (6, joint(7, &[4, 7])),
        (11, joint(16, &[13, 16])),
        (12, joint(18, &[16, 18])),
        (13, joint(20, &[18, 20])),
    ];
    let middle = [
        (7, target([0.0, 1.130, -0.004], &[0, 3, 6, 9], 0.05)),
        (8, target([0.0, 1.400, -0.016], &[9, 12, 13, 14], 0.05)),
        (9, target([0.0, 1.530, 0.055], &[12, 15], 0.03)),
        (10, target([0.0, 1.640, 0.010], &[15], 0.03)),
    ];
    let mut rows = vec![vec![0.0; whole.points.len()]; 17];
    for (index, target) in &left {
        rows[*index] = row(whole, skin, target);
        let right = if *index < 10 { index - 3 } else { index + 3 };
        rows[right] = mirrored(&rows[*index], twin);
    }
    for (index, target) in &middle {
        rows[*index] = halved(&row(whole, skin, target), twin);
    }
    rows[0] = rows[1].iter().zip(&rows[4]).map(|(right, left)| 0.5 * (right + left)).collect();
    rows
}

/// Weights falling with distance, tilted so that their mean is the joint; those that turn negative leave.
fn row(whole: &Mesh, skin: &[Row], target: &Target) -> Vec<f64> {
    let offsets: Vec<DVec3> = whole.points.iter().map(|p| *p - target.at).collect();
    let mut weights: Vec<f64> = offsets
        .iter()
        .zip(skin)
        .map(|(offset, row)| {
            let hangs: f64 = target.skin.iter().map(|&j| row[j]).sum();
            let fall = 1.0 + offset.length_squared() / (target.reach * target.reach);
            if hangs < 0.5 || fall > 40.0 { 0.0 } else { 1.0 / (fall * fall * fall * fall) }
        })
        .collect();
    for _ in 0..60 {
        // What has next to no say only makes the file larger.
        let strongest = weights.iter().copied().fold(0.0, f64::max);
        weights.iter_mut().filter(|weight| **weight < 2e-3 * strongest).for_each(|weight| *weight = 0.0);
        let total: f64 = weights.iter().sum();
        let mut mean = DVec3::ZERO;
        let mut spread = DMat3::ZERO;
        for (offset, weight) in offsets.iter().zip(&mut weights).filter(|(_, weight)| **weight > 0.0) {
            *weight /= total;
            mean += *offset * *weight;
            spread += DMat3::from_cols(*offset * offset.x, *offset * offset.y, *offset * offset.z) * *weight;
        }
        if mean.length() < 1e-9 {
            break;
        }
        let tilt = spread.inverse() * mean;
        weights.iter_mut().zip(&offsets).for_each(|(weight, offset)| *weight *= (1.0 - tilt.dot(*offset)).max(0.0));
    }
    weights
}

fn mirrored(row: &[f64], twin: &[usize]) -> Vec<f64> {
    twin.iter().map(|&other| row[other]).collect()
}

fn halved(row: &[f64], twin: &[usize]) -> Vec<f64> {
    row.iter().zip(mirrored(row, twin)).map(|(own, other)| 0.5 * (own + other)).collect()
}
