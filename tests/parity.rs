//! The networks compute what the published implementation computes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code outside of test functions")]

mod support;

use candle_core::{Device, Tensor};
use motionbert::nn::{Checkpoint, Dstformer, DstformerConfig, FusedDstformer, ModelError, seeded_pose3d};
use motionbert::support::CancelToken;
use support::{Reference, fixture, max_abs_error};

/// Largest difference to the float64 truth that a float32 network may have. PyTorch itself reaches 1e-5; a LayerNorm
/// epsilon of 1e-5 instead of 1e-6 gives 1e-4 and has to fail.
const TOLERANCE: f64 = 2e-5;

/// A way to run a 3D pose model: poses [B, T, 17, 3] and representations [B, T, 17, dim_rep] of clips [B, T, 17, 3].
type Forward = fn(&Checkpoint, &DstformerConfig, clips: &[f32], shape: &[usize]) -> (Vec<f32>, Vec<f32>);

const FORWARDS: &[(&str, Forward)] = &[("candle", candle_forward), ("fused", fused_forward)];

fn candle_forward(
    checkpoint: &Checkpoint,
    config: &DstformerConfig,
    clips: &[f32],
    shape: &[usize],
) -> (Vec<f32>, Vec<f32>) {
    let (model, report) = Dstformer::load(checkpoint, config, &Device::Cpu).unwrap();
    assert!(report.unused.is_empty(), "{report}");
    let clips = Tensor::from_slice(clips, shape, &Device::Cpu).unwrap();
    let values = |tensor: Tensor| tensor.flatten_all().unwrap().to_vec1().unwrap();
    let representation = model.represent(&clips).unwrap();
    (values(model.pose(&representation).unwrap()), values(representation))
}

fn fused_forward(
    checkpoint: &Checkpoint,
    config: &DstformerConfig,
    clips: &[f32],
    shape: &[usize],
) -> (Vec<f32>, Vec<f32>) {
    let (model, report) = FusedDstformer::load(checkpoint, config).unwrap();
    assert!(report.unused.is_empty(), "{report}");
    let cancel = CancelToken::new();
    let poses = model.forward(clips, shape[0], shape[1], &cancel).unwrap();
    (poses, model.represent(clips, shape[0], shape[1], &cancel).unwrap())
}

fn check_case(name: &str) {
    let case = Reference::read(name);
    let config = case.config();
    let checkpoint = seeded_pose3d(&config, case.seed());
    let (shape, clips) = case.tensor_f32("input");
    let (_, poses) = case.tensor("output");
    // Only the first frame of each representation is stored.
    let (_, first_frames) = case.tensor("representation_first_frame");
    let frame_len = config.num_joints * config.dim_rep;
    for (path, forward) in FORWARDS {
        let (found_poses, found_representations) = forward(&checkpoint, &config, &clips, &shape);
        assert_eq!(found_representations.len(), shape[0] * shape[1] * frame_len);
        let found_first_frames: Vec<f32> = found_representations
            .chunks(shape[1] * frame_len)
            .flat_map(|clip| clip[..frame_len].iter().copied())
            .collect();
        let pose_error = max_abs_error(&found_poses, &poses);
        let representation_error = max_abs_error(&found_first_frames, &first_frames);
        println!("{name} {path}: pose {pose_error:.2e}, representation {representation_error:.2e}");
        assert!(pose_error <= TOLERANCE, "{name} {path}: poses differ by {pose_error:.2e}");
        assert!(representation_error <= TOLERANCE, "{name} {path}: representations by {representation_error:.2e}");
    }
}

#[test]
fn full_b1_t243() {
    check_case("pose3d_full_b1_t243");
}

#[test]
fn full_b2_t27() {
    check_case("pose3d_full_b2_t27");
}

#[test]
fn lite_b1_t1() {
    check_case("pose3d_lite_b1_t1");
}

#[test]
fn lite_b1_t100() {
    check_case("pose3d_lite_b1_t100");
}

#[test]
fn lite_b1_t243() {
    check_case("pose3d_lite_b1_t243");
}

#[test]
fn lite_b3_t16() {
    check_case("pose3d_lite_b3_t16");
}

#[test]
fn tiny_b2_t81() {
    check_case("pose3d_tiny_b2_t81");
}

/// Checkpoints as PyTorch writes them: `module.` prefix, optimiser state and numpy scalars around the state.
#[test]
fn real_checkpoint_files() {
    let case = Reference::read("tiny_checkpoint_outputs");
    let (shape, clips) = case.tensor_f32("input");
    let (_, poses) = case.tensor("pose3d");
    for file in ["tiny_pose3d_zip.bin", "tiny_pose3d_legacy.bin"] {
        let checkpoint = Checkpoint::read(&fixture(&format!("reference/{file}"))).unwrap();
        let config = checkpoint.config(None).unwrap();
        assert_eq!(config, DstformerConfig::TINY);
        for (path, forward) in FORWARDS {
            let (found, _) = forward(&checkpoint, &config, &clips, &shape);
            let error = max_abs_error(&found, &poses);
            println!("{file} {path}: pose {error:.2e}");
            assert!(error <= TOLERANCE, "{file} {path}: poses differ by {error:.2e}");
        }
    }
}

/// Sizes that no published model has: nothing is a multiple of a vector, of a panel or of a task.
#[test]
fn odd_sizes_agree_with_candle() {
    for (dim_feat, num_heads, dim_rep, mlp_ratio, clips, frames) in [(20, 5, 7, 3, 3, 11), (66, 2, 33, 1, 1, 40)] {
        let config = DstformerConfig { dim_feat, num_heads, dim_rep, mlp_ratio, depth: 2, maxlen: 50, num_joints: 17 };
        let checkpoint = seeded_pose3d(&config, 3);
        let shape = [clips, frames, 17, 3];
        let input: Vec<f32> = (0..shape.iter().product()).map(|i: usize| (i as f32 * 0.9).sin()).collect();
        let (wanted_poses, wanted_representations) = candle_forward(&checkpoint, &config, &input, &shape);
        let (poses, representations) = fused_forward(&checkpoint, &config, &input, &shape);
        let f64s = |values: &[f32]| values.iter().map(|value| f64::from(*value)).collect::<Vec<_>>();
        assert!(max_abs_error(&poses, &f64s(&wanted_poses)) < 1e-5);
        assert!(max_abs_error(&representations, &f64s(&wanted_representations)) < 1e-5);
    }
}

#[test]
fn a_pass_can_be_stopped_and_leaves_the_next_one_right() {
    let config = DstformerConfig { maxlen: 9, ..DstformerConfig::TINY };
    let (model, _) = FusedDstformer::load(&seeded_pose3d(&config, 1), &config).unwrap();
    let clips: Vec<f32> = (0..2 * 9 * 17 * 3).map(|i| (i as f32 * 0.9).sin()).collect();
    let cancel = CancelToken::new();
    let both = model.forward(&clips, 2, 9, &cancel).unwrap();
    let stopped = CancelToken::new();
    stopped.cancel();
    assert!(matches!(model.forward(&clips, 2, 9, &stopped), Err(ModelError::Cancelled(_))));
    // Clips do not see each other, nor what an earlier pass left in the buffers.
    let (first, second) = clips.split_at(clips.len() / 2);
    let one_by_one = [first, second].map(|clip| model.forward(clip, 1, 9, &cancel).unwrap());
    let wanted: Vec<f64> = both.iter().map(|value| f64::from(*value)).collect();
    assert!(max_abs_error(&one_by_one.concat(), &wanted) < 1e-6);
}

#[test]
fn clips_of_other_shapes_are_refused() {
    let config = DstformerConfig { maxlen: 4, ..DstformerConfig::TINY };
    let (model, _) = Dstformer::load(&seeded_pose3d(&config, 1), &config, &Device::Cpu).unwrap();
    for shape in [&[1, 0, 17, 3][..], &[0, 2, 17, 3], &[1, 5, 17, 3], &[1, 2, 16, 3], &[1, 2, 17, 2], &[2, 17, 3]] {
        let clips = Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu).unwrap();
        assert!(model.forward(&clips).is_err(), "{shape:?}");
    }
}
