use super::*;

/// A body of one vertex per joint, hips left and right of the middle.
fn arrays() -> BodyArrays {
    let eye = |rows: usize| (0..rows * BODY_JOINTS).map(|i| f32::from(u8::from(i / BODY_JOINTS == i % BODY_JOINTS)));
    let x = |joint: usize| match BODY_JOINT_NAMES[joint].split_once('_') {
        Some(("left", _)) => 0.1,
        Some(("right", _)) => -0.1,
        _ => 0.0,
    };
    let mut h36m = vec![0.0; H36M_ROWS * BODY_JOINTS];
    for (row, joint) in [0, 2, 5, 8, 1, 4, 7, 3, 12, 15, 15, 16, 18, 20, 17, 19, 21].into_iter().enumerate() {
        h36m[row * BODY_JOINTS + joint] = 1.0;
    }
    BodyArrays {
        name: "dots".to_owned(),
        template: (0..BODY_JOINTS).flat_map(|j| [x(j), j as f32 * 0.05, 0.0]).collect(),
        // Shape 1 of 12 lifts everything.
        shape_directions: (0..BODY_JOINTS * 3 * 12).map(|i| f32::from(u8::from(i % 36 == 12 + 1))).collect(),
        joint_regressor: eye(BODY_JOINTS).collect(),
        h36m_regressor: Some(h36m),
        weights: eye(BODY_JOINTS).collect(),
        faces: vec![[0, 1, 2], [3, 4, 23]],
        parents: BODY_PARENTS.iter().map(|parent| parent.map_or(4_294_967_295, |parent| parent as i64)).collect(),
        ..BodyArrays::default()
    }
}

#[test]
fn a_sound_body_is_taken_with_its_first_ten_shapes() {
    let (body, is_swapped) = arrays().check().unwrap();
    assert!(!is_swapped);
    assert_eq!((body.vertex_count(), body.shape_directions.len(), body.skin.per_vertex), (24, 10, 1));
    let mut betas = [0.0; BODY_SHAPES];
    betas[1] = 0.5;
    let (rest, vertices) = (body.rest_joints(&betas), body.rest_vertices(&betas));
    assert!((rest[4].y - 0.7).abs() < 1e-6 && (vertices[4].y - 0.7).abs() < 1e-6);
    assert_eq!(body.skin.of(7).collect::<Vec<_>>(), [(7, 1.0)]);
}

#[test]
fn swapped_legs_of_the_regressor_are_put_right() {
    let mut swapped = arrays();
    let rows = swapped.h36m_regressor.as_mut().unwrap();
    for (right, left) in [(1, 4), (2, 5), (3, 6)] {
        let kept = rows[right * 24..(right + 1) * 24].to_vec();
        rows.copy_within(left * 24..(left + 1) * 24, right * 24);
        rows[left * 24..(left + 1) * 24].copy_from_slice(&kept);
    }
    let (body, is_swapped) = swapped.check().unwrap();
    assert!(is_swapped);
    assert_eq!(body.h36m_regressor, arrays().check().unwrap().0.h36m_regressor);
}

#[test]
fn what_is_wrong_is_named() {
    let broken = |change: fn(&mut BodyArrays)| {
        let mut arrays = arrays();
        change(&mut arrays);
        arrays.check().unwrap_err().to_string()
    };
    assert!(broken(|b| b.template.clear()).contains("no vertices"));
    assert!(broken(|b| b.faces.clear()).contains("no faces"));
    assert!(broken(|b| b.template[5] = f32::NAN).contains("not a number: the template"));
    assert!(broken(|b| b.weights[3] = f32::INFINITY).contains("not a number: the skinning weights"));
    assert!(broken(|b| b.weights[0] = 0.5).contains("vertex 0 sum up to 0.5"));
    assert!(broken(|b| b.weights.truncate(24)).contains("skinning weights has 24 values, but 576"));
    assert!(broken(|b| b.joint_regressor.push(0.0)).contains("joint regressor has 577"));
    assert!(broken(|b| b.shape_directions.truncate(100)).contains("shape directions"));
    assert!(broken(|b| b.pose_directions = Some(vec![0.0; 9])).contains("pose directions has 9"));
    assert!(broken(|b| b.h36m_regressor = Some(vec![0.0; 9])).contains("H36M joint regressor has 9"));
    assert!(broken(|b| b.faces[1][0] = 24).contains("face 1 names vertex 24"));
    assert!(broken(|b| b.parents[5] = 1).contains("joint 5 hangs on 1"));
    assert!(broken(|b| b.parents.truncate(22)).contains("joint tree has 22"));
}

#[test]
fn sparse_rows_are_the_dense_ones() {
    let dense = [0.0, 0.25, 0.75, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    let rows = SparseRows::from_dense(&dense, 3);
    assert_eq!(rows.to_dense(), dense);
    assert_eq!((rows.len(), rows.row(1).count()), (3, 0));
    assert_eq!(rows.weigh(0, &[Vec3::X, Vec3::Y, Vec3::Z]), Vec3::new(0.0, 0.25, 0.75));
}
