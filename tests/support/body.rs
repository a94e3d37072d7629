//! A body made in code: a capsule along every bone of SMPL's joint tree, in a T-pose.

use std::f32::consts::{PI, TAU};
use std::sync::Arc;

use glam::{Quat, Vec3};
use motionbert::data::body::{BODY_JOINTS, BODY_PARENTS, BodyArrays, BodyModel, BodyPose, POSE_FEATURES};
use motionbert::support::rng::SplitMix64;

/// Metres.
pub const REST_JOINTS: [[f32; 3]; BODY_JOINTS] = [
    [0.0, 0.95, 0.0],
    [0.09, 0.88, 0.0],
    [-0.09, 0.88, 0.0],
    [0.0, 1.07, -0.02],
    [0.1, 0.49, 0.01],
    [-0.1, 0.49, 0.01],
    [0.0, 1.2, -0.02],
    [0.1, 0.08, -0.02],
    [-0.1, 0.08, -0.02],
    [0.0, 1.27, 0.0],
    [0.12, 0.03, 0.1],
    [-0.12, 0.03, 0.1],
    [0.0, 1.48, -0.02],
    [0.08, 1.4, -0.01],
    [-0.08, 1.4, -0.01],
    [0.0, 1.58, 0.02],
    [0.19, 1.41, -0.02],
    [-0.19, 1.41, -0.02],
    [0.45, 1.41, -0.03],
    [-0.45, 1.41, -0.03],
    [0.7, 1.41, -0.03],
    [-0.7, 1.41, -0.03],
    [0.79, 1.41, -0.03],
    [-0.79, 1.41, -0.03],
];

const RADII: [f32; BODY_JOINTS] = [
    0.0, 0.1, 0.1, 0.12, 0.06, 0.06, 0.12, 0.045, 0.045, 0.13, 0.04, 0.04, 0.06, 0.07, 0.07, 0.09, 0.06, 0.06, 0.045,
    0.045, 0.035, 0.035, 0.03, 0.03,
];
const AROUND: usize = 12;
const ALONG: usize = 12;
const SHAPES: usize = 10;

/// `per_vertex` joints pull each vertex: those at the ends of its bone and, with little weight, any others.
pub fn capsule_body(per_vertex: usize, with_pose_shapes: bool) -> Arc<BodyModel> {
    let mut random = SplitMix64(5);
    let mut arrays = BodyArrays {
        name: "capsules".to_owned(),
        parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
        ..BodyArrays::default()
    };
    for (joint, parent) in BODY_PARENTS.iter().enumerate() {
        if let Some(parent) = *parent {
            add_bone(&mut arrays, joint, parent, per_vertex, &mut random);
        }
    }
    let vertices = arrays.template.len() / 3;
    let mut values = |count: usize, range: f64| -> Vec<f32> {
        (0..count).map(|_| (range * (2.0 * random.next_f64() - 1.0)) as f32).collect()
    };
    arrays.shape_directions = values(vertices * 3 * SHAPES, 0.002);
    arrays.pose_directions = with_pose_shapes.then(|| values(vertices * 3 * POSE_FEATURES, 0.002));
    arrays.joint_regressor = joint_regressor(&arrays.template);
    Arc::new(arrays.check().unwrap().0)
}

/// Angles up to about `reach` radians about every axis.
pub fn random_pose(seed: u64, reach: f32) -> BodyPose {
    let mut random = SplitMix64(seed);
    std::array::from_fn(|_| Vec3::from_array([0.0; 3].map(|_: f32| (random.next_f64() as f32 * 2.0 - 1.0) * reach)))
}

/// A closed tube with round ends: two poles and rings between them.
fn add_bone(arrays: &mut BodyArrays, joint: usize, parent: usize, per_vertex: usize, random: &mut SplitMix64) {
    let [from, to] = [parent, joint].map(|joint| Vec3::from_array(REST_JOINTS[joint]));
    let turn = Quat::from_rotation_arc(Vec3::Y, (to - from).normalize());
    let first = (arrays.template.len() / 3) as u32;
    let mut push = |place: Vec3, share: f32| {
        arrays.template.extend(place.to_array());
        let mut row = [0.0; BODY_JOINTS];
        row[parent] = 1.0;
        if per_vertex > 1 {
            row[joint] = 0.25 * share;
        }
        for _ in 2..per_vertex {
            row[(random.next_u64() % BODY_JOINTS as u64) as usize] += 0.004;
        }
        let sum: f32 = row.iter().sum();
        arrays.weights.extend(row.map(|weight| weight / sum));
    };
    let ring = |step: usize| {
        let angle = PI * step as f32 / ALONG as f32;
        let end = if step * 2 < ALONG { from } else { to };
        (end, -angle.cos() * RADII[joint], angle.sin() * RADII[joint])
    };
    push(from - turn * Vec3::Y * RADII[joint], 0.0);
    for step in 1..ALONG {
        let (end, up, out) = ring(step);
        for place in 0..AROUND {
            let angle = TAU * place as f32 / AROUND as f32;
            let offset = turn * Vec3::new(angle.cos() * out, up, -angle.sin() * out);
            push(end + offset, step as f32 / ALONG as f32);
        }
    }
    push(to + turn * Vec3::Y * RADII[joint], 1.0);
    let at = |step: usize, place: usize| first + 1 + ((step - 1) * AROUND + place % AROUND) as u32;
    let last = first + 1 + ((ALONG - 1) * AROUND) as u32;
    for place in 0..AROUND {
        arrays.faces.push([first, at(1, place + 1), at(1, place)]);
        arrays.faces.push([last, at(ALONG - 1, place), at(ALONG - 1, place + 1)]);
        for step in 1..ALONG - 1 {
            let [a, b, c, d] = [at(step, place), at(step, place + 1), at(step + 1, place), at(step + 1, place + 1)];
            arrays.faces.extend([[a, b, c], [b, d, c]]);
        }
    }
}

/// Each joint as the mean of the ring around its bone's end; the root's of the last one at its first bone's start.
fn joint_regressor(template: &[f32]) -> Vec<f32> {
    const PER_BONE: usize = 2 + (ALONG - 1) * AROUND;
    let vertices = template.len() / 3;
    let mut rows = vec![0.0; BODY_JOINTS * vertices];
    for (joint, row) in rows.chunks_mut(vertices).enumerate() {
        let (bone, ring) = if joint == 0 { (0, ALONG / 2 - 1) } else { (joint - 1, ALONG / 2) };
        let start = bone * PER_BONE + 1 + (ring - 1) * AROUND;
        row[start..start + AROUND].fill(1.0 / AROUND as f32);
    }
    rows
}
