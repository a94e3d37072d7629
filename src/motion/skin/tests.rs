use glam::Quat;

use super::*;
use crate::data::body::BodyArrays;
use crate::support::rng::SplitMix64;

const VERTICES: usize = 90;

/// A cloud of random vertices with random weights: nothing about it is special.
fn body(with_pose_directions: bool) -> Arc<BodyModel> {
    let mut random = SplitMix64(7);
    let mut values = |count: usize, range: f64| -> Vec<f32> {
        (0..count).map(|_| (range * (2.0 * random.next_f64() - 1.0)) as f32).collect()
    };
    let rows_that_sum_to_1 = |values: Vec<f32>, columns: usize| -> Vec<f32> {
        let rows = values.chunks(columns).flat_map(|row| {
            let sum: f32 = row.iter().map(|value| value.abs()).sum();
            row.iter().map(move |value| value.abs() / sum)
        });
        rows.collect()
    };
    let arrays = BodyArrays {
        name: "cloud".to_owned(),
        template: values(VERTICES * 3, 0.8),
        shape_directions: values(VERTICES * 3 * 10, 0.05),
        pose_directions: with_pose_directions.then(|| values(VERTICES * 3 * POSE_FEATURES, 0.02)),
        joint_regressor: rows_that_sum_to_1(values(24 * VERTICES, 1.0), VERTICES),
        h36m_regressor: Some(rows_that_sum_to_1(values(17 * VERTICES, 1.0), VERTICES)),
        weights: rows_that_sum_to_1(values(VERTICES * 24, 1.0), 24),
        faces: vec![[0, 1, 2]],
        parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
        ..BodyArrays::default()
    };
    Arc::new(arrays.check().unwrap().0)
}

fn pose(seed: u64) -> BodyPose {
    let mut random = SplitMix64(seed);
    std::array::from_fn(|_| Vec3::from_array([0.0; 3].map(|_: f32| (random.next_f64() * 3.0 - 1.5) as f32)))
}

fn betas() -> Betas {
    std::array::from_fn(|shape| 0.4 * shape as f32 - 1.5)
}

#[test]
fn the_zero_pose_is_the_shaped_rest_pose() {
    let body = body(true);
    let shaped = ShapedBody::new(body.clone(), betas());
    let frame = BodyFrame { pose: &[Vec3::ZERO; BODY_JOINTS], betas: &betas(), translation: Vec3::X };
    for (posed, rest) in shaped.posed(&frame).iter().zip(body.rest_vertices(&betas())) {
        assert!((*posed - rest - Vec3::X).length() < 1e-5);
    }
}

#[test]
fn turning_the_root_turns_everything_about_the_pelvis() {
    let shaped = ShapedBody::new(body(false), betas());
    let turn = Quat::from_rotation_y(0.7);
    let (mut still, mut turned) = (pose(3), pose(3));
    still[0] = Vec3::ZERO;
    turned[0] = turn.to_scaled_axis();
    let posed = |pose: &BodyPose| shaped.posed(&BodyFrame { pose, betas: &betas(), translation: Vec3::ZERO });
    let pelvis = shaped.rest_joints()[0];
    for (still, turned) in posed(&still).iter().zip(posed(&turned)) {
        assert!((turn * (*still - pelvis) + pelvis - turned).length() < 1e-5);
    }
}

#[test]
fn landmarks_are_the_regressed_vertices() {
    let body = body(false);
    let landmarks = Landmarks::of(&body).unwrap();
    let shaped = ShapedBody::new(body.clone(), betas());
    for seed in 0..4 {
        let (pose, translation) = (pose(seed), Vec3::new(0.3, 1.0, -2.0));
        let vertices = shaped.posed(&BodyFrame { pose: &pose, betas: &betas(), translation });
        let transforms = joint_transforms(shaped.rest_joints(), &pose, translation);
        let joints = landmarks.joints(&betas(), &transforms, shaped.rest_joints());
        for (row, joint) in joints.iter().enumerate() {
            let regressed = body.h36m_regressor.as_ref().unwrap().weigh(row, &vertices);
            assert!((regressed - *joint).length() < 1e-5, "joint {row}: {regressed} and {joint}");
        }
    }
}

#[test]
fn pose_blend_shapes_move_the_vertices() {
    let with = ShapedBody::new(body(true), betas());
    let without = ShapedBody::new(Arc::new(body(true).without_pose_directions()), betas());
    let pose = pose(5);
    let frame = BodyFrame { pose: &pose, betas: &betas(), translation: Vec3::ZERO };
    let moved =
        with.posed(&frame).iter().zip(without.posed(&frame)).filter(|(a, b)| (**a - *b).length() > 1e-3).count();
    assert_eq!(moved, VERTICES);
}

#[test]
fn normals_of_a_cube_point_outwards() {
    let corner = |i: usize| Vec3::new((i & 1) as f32, (i >> 1 & 1) as f32, (i >> 2 & 1) as f32) * 2.0 - Vec3::ONE;
    let vertices: Vec<Vec3> = (0..8).map(corner).collect();
    let quads = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    let faces: Vec<[u32; 3]> = quads.iter().flat_map(|[a, b, c, d]| [[*a, *b, *c], [*a, *c, *d]]).collect();
    for (normal, vertex) in vertex_normals(&vertices, &faces).iter().zip(&vertices) {
        assert!(normal.dot(vertex.normalize()) > 0.8, "{normal} at {vertex}");
    }
}
