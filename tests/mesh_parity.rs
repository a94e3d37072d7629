//! The mesh model and its body compute what the published implementation computes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code outside of test functions")]

mod support;

use std::sync::{Arc, LazyLock};

use glam::Vec3;
use motionbert::data::body::{BODY_JOINTS, BODY_SHAPES, Betas, BodyArrays, BodyFrame, BodyModel, BodyPose};
use motionbert::motion::skin::ShapedBody;
use motionbert::nn::{DeviceChoice, MeshModel, seeded_body, seeded_mesh};
use motionbert::support::CancelToken;
use support::{Reference, max_abs_error};

/// Of the figures that float32 may be off the float64 truth; PyTorch itself reaches 3e-5 rad and 0.01 mm.
const ANGLE_TOLERANCE_RAD: f64 = 1e-4;
const TOLERANCE_MM: f64 = 0.05;

/// The files keep every tenth vertex.
const KEPT_VERTICES: usize = 10;

static ARRAYS: LazyLock<BodyArrays> = LazyLock::new(|| seeded_body(6890, 1));
static BODY: LazyLock<Arc<BodyModel>> = LazyLock::new(|| Arc::new(ARRAYS.clone().check().unwrap().0));

/// Rows of the H36M regressor in the order of the truth. Random vertices have their right hip on the left, which our
/// self-check takes for a regressor with swapped legs; the truth was computed with the regressor as it is.
const ROWS: [usize; 17] = [0, 4, 5, 6, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

/// Vertices of the kept numbers and the 17 joints, in mm.
fn posed_mm(pose: &BodyPose, betas: &Betas) -> (Vec<f32>, Vec<f32>) {
    let shaped = ShapedBody::new(BODY.clone(), *betas);
    let vertices = shaped.posed(&BodyFrame { pose, betas, translation: Vec3::ZERO });
    let regressor = BODY.h36m_regressor.as_ref().unwrap();
    let joints = ROWS.into_iter().flat_map(|row| (regressor.weigh(row, &vertices) * 1000.0).to_array());
    let kept = vertices.iter().step_by(KEPT_VERTICES).flat_map(|vertex| (*vertex * 1000.0).to_array());
    (kept.collect(), joints.collect())
}

fn poses_of(values: &[f64]) -> Vec<BodyPose> {
    let joints = |pose: &[f64; 3 * BODY_JOINTS]| {
        std::array::from_fn(|joint| Vec3::from_array([0, 1, 2].map(|axis| pose[joint * 3 + axis] as f32)))
    };
    values.as_chunks::<{ 3 * BODY_JOINTS }>().0.iter().map(joints).collect()
}

fn betas_of(values: &[f64]) -> Vec<Betas> {
    values.as_chunks::<BODY_SHAPES>().0.iter().map(|betas| betas.map(|beta| beta as f32)).collect()
}

fn check_case(name: &str) {
    let case = Reference::read(name);
    let hidden = case.metadata("hidden_dim").parse().unwrap();
    let checkpoint = seeded_mesh(&case.config(), hidden, case.seed(), None);
    let (model, report, _) = MeshModel::load(&checkpoint, DeviceChoice::Cpu, None, Some(BODY.clone())).unwrap();
    assert!(report.unused.is_empty(), "{report}");
    let (shape, clips) = case.tensor_f32("input");
    let (batch, frames) = (shape[0], shape[1]);
    let estimates = model.estimate(&clips, batch, frames, &CancelToken::new()).unwrap();
    assert_eq!((estimates.poses.len(), estimates.betas.len()), (batch * frames, batch));

    let theta: Vec<f32> = (0..batch * frames)
        .flat_map(|row| {
            let angles = estimates.poses[row].iter().flat_map(Vec3::to_array);
            angles.chain(estimates.betas[row / frames]).collect::<Vec<f32>>()
        })
        .collect();
    let angle_error = max_abs_error(&theta, &case.tensor("theta").1);

    let mut joints = Vec::new();
    let mut vertices = Vec::new();
    for (row, pose) in estimates.poses.iter().enumerate() {
        let (frame_vertices, frame_joints) = posed_mm(pose, &estimates.betas[row / frames]);
        joints.extend(frame_joints);
        // Of every clip the first two frames are kept.
        if row % frames < 2 {
            vertices.extend(frame_vertices);
        }
    }
    let joint_error = max_abs_error(&joints, &case.tensor("kp_3d_mm").1);
    let vertex_error = max_abs_error(&vertices, &case.tensor("verts_first_two_frames_mm").1);
    println!("{name}: theta {angle_error:.2e}, joints {joint_error:.2e} mm, vertices {vertex_error:.2e} mm");
    assert!(angle_error <= ANGLE_TOLERANCE_RAD, "{name}: theta is off by {angle_error:.2e}");
    assert!(joint_error <= TOLERANCE_MM, "{name}: joints are off by {joint_error:.2e} mm");
    assert!(vertex_error <= TOLERANCE_MM, "{name}: vertices are off by {vertex_error:.2e} mm");
}

#[test]
fn mesh_full_n1_t16() {
    check_case("mesh_full_n1_t16");
}

#[test]
fn mesh_lite_n2_t9() {
    check_case("mesh_lite_n2_t9");
}

/// Any rotations, not only those of the network.
#[test]
fn skinning_with_pose_blend_shapes() {
    let case = Reference::read("smpl_lbs");
    let (poses, betas) = (poses_of(&case.tensor("pose").1), betas_of(&case.tensor("betas").1));
    let rest: Vec<f32> =
        betas.iter().flat_map(|betas| BODY.rest_joints(betas)).flat_map(|joint| joint.to_array()).collect();
    let rest_error_mm = 1000.0 * max_abs_error(&rest, &case.tensor("joints24_m").1);
    let vertices_mm: Vec<f32> = poses.iter().zip(&betas).flat_map(|(pose, betas)| posed_mm(pose, betas).0).collect();
    let truth_mm: Vec<f64> = case.tensor("verts_m").1.iter().map(|metres| metres * 1000.0).collect();
    let vertex_error = max_abs_error(&vertices_mm, &truth_mm);
    println!("smpl_lbs: rest joints {rest_error_mm:.2e} mm, vertices {vertex_error:.2e} mm");
    assert!(rest_error_mm <= TOLERANCE_MM && vertex_error <= TOLERANCE_MM, "{rest_error_mm}, {vertex_error}");
}
