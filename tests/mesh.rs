//! The mesh model and its body compute what the published implementation computes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code outside of test functions")]

mod support;

use std::sync::{Arc, LazyLock};

use glam::{Quat, Vec3};
use motionbert::data::body::{BODY_JOINTS, BODY_SHAPES, Betas, BodyArrays, BodyFrame, BodyModel, BodyPose, BodyTrack};
use motionbert::data::skeleton::H36M_JOINTS;
use motionbert::data::{FrameRange, Normalisation, PersonId, PosePrediction, Space};
use motionbert::infer::{InferError, InferOptions, predict_body_clip};
use motionbert::io::body::mannequin;
use motionbert::motion::body_placing::{in_camera_axes, joints_over_time, place_body, stand_body, standing_height_m};
use motionbert::motion::skin::{Landmarks, ShapedBody};
use motionbert::motion::{PlacedPerson, Placement, Stitch, WorldOptions};
use motionbert::nn::{Checkpoint, DeviceChoice, DstformerConfig, MeshModel, PoseModel, seeded_body, seeded_mesh};
use motionbert::support::{CancelToken, NoProgress};
use support::{Reference, max_abs_error};

/// Of the figures that float32 may be off the float64 truth; PyTorch itself reaches 3e-5 rad and 0.01 mm.
const ANGLE_TOLERANCE_RAD: f64 = 1e-4;
const TOLERANCE_MM: f64 = 0.05;
const FLIP_TOLERANCE_MM: f64 = 0.1;

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
    check_flip(&case, &model, &clips, frames);
}

/// Averaged with the mirrored clip: vertices and joints are, not parameters.
fn check_flip(case: &Reference, model: &MeshModel, clips: &[f32], frames: usize) {
    let options = InferOptions { stitch: Stitch::Reference, ..InferOptions::default() };
    let (mut joints, mut vertices) = (Vec::new(), Vec::new());
    for clip in clips.chunks(frames * 17 * 3) {
        let prediction = predict_body_clip(model, clip, &options, &CancelToken::new(), &NoProgress).unwrap();
        let [plain, mirrored] = &prediction.passes[..] else { panic!("two passes") };
        for frame in 0..frames {
            let [(plain_vertices, plain_joints), (mirrored_vertices, mirrored_joints)] =
                [plain, mirrored].map(|pass| posed_mm(&pass.poses[frame], &pass.betas[frame]));
            let mean = |a: Vec<f32>, b: Vec<f32>| a.into_iter().zip(b).map(|(a, b)| f32::midpoint(a, b)).collect();
            let frame_vertices: Vec<f32> = mean(plain_vertices, mirrored_vertices);
            let frame_joints: Vec<f32> = mean(plain_joints, mirrored_joints);
            joints.extend(frame_joints);
            if frame == 0 {
                vertices.extend(frame_vertices);
            }
        }
    }
    let joint_error = max_abs_error(&joints, &case.tensor("flip_kp_3d_mm").1);
    let vertex_error = max_abs_error(&vertices, &case.tensor("flip_verts_first_frame_mm").1);
    println!("flip: joints {joint_error:.2e} mm, vertices {vertex_error:.2e} mm");
    assert!(joint_error <= FLIP_TOLERANCE_MM && vertex_error <= FLIP_TOLERANCE_MM, "{joint_error}, {vertex_error}");
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

const TINY: DstformerConfig = DstformerConfig { maxlen: 9, ..DstformerConfig::TINY };

fn load(checkpoint: &Checkpoint, body: Option<Arc<BodyModel>>) -> Result<MeshModel, String> {
    MeshModel::load(checkpoint, DeviceChoice::Cpu, None, body).map(|(model, ..)| model).map_err(|e| e.to_string())
}

#[test]
fn a_checkpoint_brings_its_body_along() {
    let arrays = seeded_body(60, 1);
    let mut checkpoint = seeded_mesh(&TINY, 16, 1, Some(&arrays));
    let extra = checkpoint.tensors["head.init_shape"].clone();
    for name in ["head.smpl.betas", "backbone.head.weight", "head.bn1.num_batches_tracked"] {
        checkpoint.tensors.insert(name.to_owned(), extra.clone());
    }
    let (model, report, notices) = MeshModel::load(&checkpoint, DeviceChoice::Cpu, None, None).unwrap();
    assert!(report.unused.is_empty(), "{report}");
    let (wanted, is_swapped) = arrays.check().unwrap();
    assert_eq!(notices.iter().any(|notice| notice.headline.contains("swapped")), is_swapped);
    let body = model.body();
    assert_eq!((&body.template, &body.pose_directions), (&wanted.template, &wanted.pose_directions));
    assert_eq!((&body.h36m_regressor, &body.skin), (&wanted.h36m_regressor, &wanted.skin));
    assert_eq!((&body.faces, &body.shape_directions), (&wanted.faces, &wanted.shape_directions));
    let summary = checkpoint.summary();
    assert_eq!((summary.body_vertices, summary.problem), (Some(60), None));
}

#[test]
fn a_body_that_does_not_go_with_the_checkpoint_is_refused() {
    let of = |vertices| Arc::new(seeded_body(vertices, 1).check().unwrap().0);
    let with_body = seeded_mesh(&TINY, 16, 1, Some(&seeded_body(60, 1)));
    let error = load(&with_body, Some(of(61))).err().unwrap();
    assert!(error.contains("has 61 vertices") && error.contains("one of 60"), "{error}");
    assert!(load(&with_body, Some(of(60))).is_ok());

    let bare = seeded_mesh(&TINY, 16, 1, None);
    let error = load(&bare, None).err().unwrap();
    assert!(error.contains("no body model") && error.contains("SMPL's .pkl"), "{error}");
    assert!(load(&bare, Some(of(61))).is_ok());

    let mut broken = with_body.clone();
    broken.tensors.remove("head.smpl.lbs_weights");
    assert!(load(&broken, None).err().unwrap().contains("no head.smpl.lbs_weights"));
    let mut broken = with_body.clone();
    let template = broken.tensors.get_mut("head.smpl.v_template").unwrap();
    template.values = template.values.iter().map(|_| f32::NAN).collect();
    assert!(load(&broken, None).err().unwrap().contains("not a number: the template"));
}

#[test]
fn models_of_other_tasks_and_damaged_ones_are_told() {
    let mesh = seeded_mesh(&TINY, 16, 1, Some(&seeded_body(60, 1)));
    let error = PoseModel::load(&mesh, DeviceChoice::Cpu, None).err().unwrap().to_string();
    assert!(error.contains("for mesh recovery; one for 3D pose"), "{error}");
    let pose = motionbert::nn::seeded_pose3d(&TINY, 1);
    assert!(load(&pose, None).err().unwrap().contains("for 3D pose; one for mesh recovery"));
    let mut cut = mesh.clone();
    cut.tensors.remove("head.bn1.running_var");
    assert!(load(&cut, None).err().unwrap().contains("1 missing (head.bn1.running_var)"));
    assert!(cut.summary().problem.unwrap().contains("running_var"));

    let mut broken = mesh.clone();
    let bias = broken.tensors.get_mut("head.head_shape.bias").unwrap();
    bias.values = bias.values.iter().map(|_| f32::NAN).collect();
    let model = load(&broken, None).unwrap();
    let error = model.estimate(&[0.0; 51], 1, 1, &CancelToken::new()).unwrap_err().to_string();
    assert!(error.contains("not numbers"), "{error}");
    let shape = load(&mesh, None).unwrap().estimate(&[0.0; 10 * 51], 1, 10, &CancelToken::new());
    assert!(shape.unwrap_err().to_string().contains("1 to 9 frames"));
}

#[test]
fn long_clips_are_cut_into_windows_with_one_shape_a_person() {
    let model = load(&seeded_mesh(&TINY, 16, 1, Some(&seeded_body(60, 1))), None).unwrap();
    let clip: Vec<f32> = (0..40 * 51).map(|at| (at as f32 * 0.37).sin()).collect();
    let predict = |stitch, flip| {
        let options = InferOptions { stitch, flip, ..InferOptions::default() };
        predict_body_clip(&model, &clip, &options, &CancelToken::new(), &NoProgress).unwrap()
    };
    let window = |start: usize, len: usize| {
        model.estimate(&clip[start * 51..(start + len) * 51], 1, len, &CancelToken::new()).unwrap()
    };
    let plain = predict(Stitch::Reference, false);
    assert_eq!((plain.track.range, plain.passes.len()), (FrameRange::new(0, 40), 1));
    // 9 frames at most, the last window has 4.
    for (start, len) in [(0, 9), (9, 9), (36, 4)] {
        let wanted = window(start, len);
        for (frame, pose) in wanted.poses.iter().enumerate() {
            let found = &plain.track.poses[start + frame];
            assert!(found.iter().zip(pose).all(|(a, b)| (*a - *b).length() < 1e-5), "frame {frame} of {start}");
            let betas = plain.track.betas[start + frame];
            assert!(betas.iter().zip(wanted.betas[0]).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }
    let blended = predict(Stitch::Blend, true);
    assert_eq!((blended.track.poses.len(), blended.passes.len()), (40, 2));
    assert!(blended.track.betas.iter().all(|betas| *betas == blended.track.betas[0]));
    for (joint, rotation) in blended.track.poses[20].iter().enumerate() {
        let [shown, plain, mirrored] =
            [*rotation, blended.passes[0].poses[20][joint], blended.passes[1].poses[20][joint]]
                .map(Quat::from_scaled_axis);
        let (to_plain, to_mirrored) = (shown.angle_between(plain), shown.angle_between(mirrored));
        assert!((to_plain - to_mirrored).abs() < 2e-3, "joint {joint}: {to_plain} and {to_mirrored}");
    }

    let cancel = CancelToken::new();
    cancel.cancel();
    let stopped = predict_body_clip(&model, &clip, &InferOptions::default(), &cancel, &NoProgress);
    assert!(matches!(stopped, Err(InferError::Cancelled(_))));
    let empty = predict_body_clip(&model, &[], &InferOptions::default(), &CancelToken::new(), &NoProgress);
    assert!(matches!(empty, Err(InferError::ClipShape { .. })));
}

/// A mannequin that walks past the camera and turns, in camera axes.
fn walk(frames: usize) -> BodyTrack {
    let pose = |frame: usize| {
        let t = frame as f32 / 30.0;
        let mut pose = [Vec3::ZERO; BODY_JOINTS];
        let upright = Quat::from_rotation_x(std::f32::consts::PI);
        pose[0] = (upright * Quat::from_rotation_y(0.3 + 0.4 * t)).to_scaled_axis();
        (pose[1], pose[2]) = (Vec3::X * 0.4 * (4.0 * t).sin(), Vec3::X * -0.4 * (4.0 * t).sin());
        (pose[16], pose[17]) = (Vec3::Z * -1.2, Vec3::Z * 1.2);
        pose
    };
    let place = |frame: usize| Vec3::new(-1.0 + 0.02 * frame as f32, 0.3, 4.5 + 0.004 * frame as f32);
    BodyTrack {
        person: PersonId(3),
        range: FrameRange::of_len(7, frames),
        poses: (0..frames).map(pose).collect(),
        betas: vec![[0.0; BODY_SHAPES]; frames].into(),
        translations: (0..frames).map(place).collect(),
    }
}

#[test]
fn a_body_goes_where_the_scaled_pose_is() {
    let body = mannequin().unwrap();
    let truth = walk(60);
    let landmarks = Landmarks::of(&body).unwrap();
    let joints = joints_over_time(&truth, &body, &landmarks);
    let reference = PosePrediction {
        person: truth.person,
        range: truth.range,
        space: Space::ClipBox,
        normalisation: Normalisation::IDENTITY,
        joints: joints.iter().flatten().map(|joint| *joint / 2.5).collect(),
    };
    let still = BodyTrack { translations: vec![Vec3::ZERO; 60].into(), ..truth.clone() };
    let placed = place_body(&still, &body, &reference).unwrap();
    for (found, wanted) in placed.translations.iter().zip(truth.translations.iter()) {
        assert!((*found - *wanted).length() < 1e-3, "{found} and {wanted}");
    }
    let flat = PosePrediction { joints: vec![Vec3::ONE; 60 * H36M_JOINTS].into(), ..reference.clone() };
    assert!(place_body(&still, &body, &flat).is_none());
    let elsewhere = PosePrediction { range: FrameRange::of_len(500, 60), ..reference };
    assert!(place_body(&still, &body, &elsewhere).is_none());
}

/// Seen through the camera that the placement assumes, the body comes to stand where the drawn skeleton does.
#[test]
fn a_body_stands_in_the_world_where_the_skeleton_does() {
    let body = mannequin().unwrap();
    let truth = walk(90);
    let landmarks = Landmarks::of(&body).unwrap();
    let (width, height) = (1280.0, 720.0);
    let focal = 1.2 * width;
    let metres_per_pixel = 4.5 / focal;
    let joints = joints_over_time(&truth, &body, &landmarks);
    let pixels = joints.iter().flatten().map(|joint| {
        let on_image = joint.truncate() * focal / joint.z;
        (on_image + glam::vec2(width, height) / 2.0).extend((joint.z - 4.5) / metres_per_pixel)
    });
    let prediction = PosePrediction {
        person: truth.person,
        range: truth.range,
        space: Space::ImagePixels,
        normalisation: Normalisation::IDENTITY,
        joints: pixels.collect(),
    };
    let height_m = standing_height_m(&body, &[0.0; BODY_SHAPES]);
    assert!((1.6..1.8).contains(&height_m.unwrap()), "{height_m:?}");
    let person = PlacedPerson { prediction: &prediction, keypoints: None, height_m };
    let placement = Placement::fit(&[person], Some([1280, 720]), 30.0, &WorldOptions::default());
    let world = placement.world_track(&person);
    let still = BodyTrack { translations: vec![Vec3::ZERO; 90].into(), ..truth };
    let standing = stand_body(&still, &body, &world, &placement).unwrap();
    let mut errors: Vec<f32> = joints_over_time(&standing, &body, &landmarks)
        .iter()
        .flatten()
        .zip(world.joints_in_world.iter())
        .map(|(found, wanted)| (*found - *wanted).length())
        .collect();
    errors.sort_by(f32::total_cmp);
    let (median, worst) = (errors[errors.len() / 2], errors[errors.len() - 1]);
    println!("standing: median {median:.3} m, worst {worst:.3} m");
    assert!(median < 0.02 && worst < 0.06, "median {median}, worst {worst}");
    let back = in_camera_axes(&standing, &body, &placement);
    for (found, wanted) in back.poses.iter().zip(still.poses.iter()) {
        let [found, wanted] = [found[0], wanted[0]].map(Quat::from_scaled_axis);
        assert!(found.angle_between(wanted) < 0.02, "the way back differs by {}", found.angle_between(wanted));
    }
    let lowest = ShapedBody::new(body, [0.0; BODY_SHAPES])
        .posed(&standing.frame(motionbert::data::FrameIndex(50)).unwrap())
        .iter()
        .map(|vertex| vertex.y)
        .fold(f32::INFINITY, f32::min);
    assert!(lowest.abs() < 0.08, "the soles are at {lowest}");
}
