//! Weights and bodies that are a formula of their names: the parity tests and `bench` need no download.

use super::tensors::{TensorSpec, action_tensors, mesh_tensors, pose3d_tensors};
use super::{Checkpoint, DstformerConfig, WeightTensor};
use crate::data::body::{BODY_JOINTS, BODY_PARENTS, BODY_SHAPES, BodyArrays, POSE_FEATURES};
use crate::data::skeleton::H36M_JOINTS;
use crate::support::rng::{SplitMix64, fnv1a64};

/// A 3D pose model of seeded weights. The values keep activations in a sane range; the motion means nothing.
pub fn seeded_pose3d(config: &DstformerConfig, seed: u64) -> Checkpoint {
    seeded(pose3d_tensors(config), config, seed)
}

/// A mesh model of seeded weights whose head has `hidden` channels, as a checkpoint that brings this body along.
pub fn seeded_mesh(config: &DstformerConfig, hidden: usize, seed: u64, body: Option<&BodyArrays>) -> Checkpoint {
    let mut checkpoint = seeded(mesh_tensors(config, hidden), config, seed);
    checkpoint.tensors.extend(body.into_iter().flat_map(body_tensors));
    checkpoint
}

/// An action model of seeded weights whose head has `hidden` channels: a classifier, or without `classes` a one-shot
/// embedding.
pub fn seeded_action(config: &DstformerConfig, hidden: usize, classes: Option<usize>, seed: u64) -> Checkpoint {
    seeded(action_tensors(config, hidden, classes), config, seed)
}

fn seeded(specs: Vec<TensorSpec>, config: &DstformerConfig, seed: u64) -> Checkpoint {
    let tensors = specs.into_iter().map(|spec| {
        let tensor = seeded_tensor(&spec, seed);
        (spec.0, tensor)
    });
    Checkpoint {
        name: format!("seeded weights, seed {seed}"),
        format: "seeded",
        tensors: tensors.collect(),
        metadata: [("num_heads".to_owned(), config.num_heads.to_string())].into(),
    }
}

/// The tensors by which a mesh checkpoint carries a body.
fn body_tensors(body: &BodyArrays) -> Vec<(String, WeightTensor)> {
    let vertices = body.template.len() / 3;
    let faces: Vec<f32> = body.faces.iter().flatten().map(|vertex| *vertex as f32).collect();
    let parents: Vec<f32> = body.parents.iter().map(|parent| *parent as f32).collect();
    let tensor = |name: &str, shape: &[usize], values: &[f32]| {
        (format!("head.smpl.{name}"), WeightTensor { shape: shape.to_vec(), values: values.into() })
    };
    let mut tensors = vec![
        tensor("v_template", &[vertices, 3], &body.template),
        tensor("shapedirs", &[vertices, 3, body.shape_directions.len() / (vertices * 3)], &body.shape_directions),
        tensor("J_regressor", &[BODY_JOINTS, vertices], &body.joint_regressor),
        tensor("lbs_weights", &[vertices, BODY_JOINTS], &body.weights),
        tensor("faces_tensor", &[body.faces.len(), 3], &faces),
        tensor("parents", &[BODY_JOINTS], &parents),
    ];
    let optional = [
        ("posedirs", [POSE_FEATURES, vertices * 3], &body.pose_directions),
        ("J_regressor_h36m", [H36M_JOINTS, vertices], &body.h36m_regressor),
    ];
    tensors.extend(optional.iter().filter_map(|(name, shape, values)| Some(tensor(name, shape, values.as_deref()?))));
    tensors
}

/// Draws uniform values v in [-1, 1) from the tensor's name and brings them to the range its role needs.
fn seeded_tensor((name, shape): &TensorSpec, seed: u64) -> WeightTensor {
    // What is repeated over the values, and how far they are spread about it.
    let (offsets, range): (&[f64], f64) = match (name.rsplit('.').next(), shape.as_slice()) {
        (Some("weight"), [_, inputs]) => (&[0.0], (3.0 / *inputs as f64).sqrt()),
        (Some("weight"), _) => (&[1.0], 0.2),
        (Some("bias" | "running_mean"), _) => (&[0.0], 0.1),
        (Some("running_var"), _) => (&[1.0], 0.5),
        (Some("init_pose"), _) => (&[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], 0.05),
        _ => (&[0.0], 0.5),
    };
    let values = uniform(name, seed).zip(offsets.iter().cycle());
    let values = values.map(|(u, offset)| (offset + range * (2.0 * u - 1.0)) as f32);
    WeightTensor { shape: shape.clone(), values: values.take(shape.iter().product()).collect() }
}

/// Uniform values in [0, 1) that follow from a name.
fn uniform(name: &str, seed: u64) -> impl Iterator<Item = f64> + use<> {
    let mut random = SplitMix64(fnv1a64(name.as_bytes()) ^ seed);
    std::iter::repeat_with(move || random.next_f64())
}

/// Non-zero columns of every regressor row, joints that pull every vertex.
const REGRESSOR_COLUMNS: usize = 32;
const JOINTS_PER_VERTEX: usize = 4;

/// A cloud of vertices with every array that SMPL has: nothing to look at, but exact figures to compare.
pub fn seeded_body(vertices: usize, seed: u64) -> BodyArrays {
    let values = |field: &str, count: usize, range: f64| -> Vec<f32> {
        uniform(&format!("smpl.{field}"), seed).take(count).map(|u| (range * (2.0 * u - 1.0)) as f32).collect()
    };
    let posed_last = values("posedirs", vertices * 3 * POSE_FEATURES, 0.01); // [V, 3, 207]
    let pose_directions = (0..posed_last.len()).map(|at| {
        let (feature, value) = (at / (vertices * 3), at % (vertices * 3));
        posed_last[value * POSE_FEATURES + feature]
    });
    // Rows with a few entries at regular places, each row divided by its sum.
    let regressor = |name: &str, rows: usize, (row_step, step): (usize, usize)| {
        let shares: Vec<f64> = uniform(&format!("smpl.{name}"), seed).take(rows * REGRESSOR_COLUMNS).collect();
        rows_of(rows, vertices, REGRESSOR_COLUMNS, |row, k| {
            ((row * row_step + k * step) % vertices, shares[row * REGRESSOR_COLUMNS + k] + 0.1)
        })
    };
    let pulls: Vec<f64> = uniform("smpl.weights", seed).take(vertices * JOINTS_PER_VERTEX).collect();
    BodyArrays {
        name: format!("made-up body of {vertices} vertices"),
        template: values("v_template", vertices * 3, 0.5),
        shape_directions: values("shapedirs", vertices * 3 * BODY_SHAPES, 0.02),
        shape_names: Vec::new(),
        pose_directions: Some(pose_directions.collect()),
        joint_regressor: regressor("J_regressor", BODY_JOINTS, (287, 7)),
        h36m_regressor: Some(regressor("J_regressor_h36m", H36M_JOINTS, (401, 11))),
        weights: rows_of(vertices, BODY_JOINTS, JOINTS_PER_VERTEX, |vertex, m| {
            ((vertex * 7 + m * 5) % BODY_JOINTS, pulls[vertex * JOINTS_PER_VERTEX + m] + 0.05)
        }),
        faces: (0..2 * vertices as u32 - 4)
            .map(|i| [i, 3 * i + 1, 5 * i + 2].map(|vertex| vertex % vertices as u32))
            .collect(),
        parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
    }
}

/// A matrix [rows, columns] of `entries` (column, value) per row, each row divided by its sum.
fn rows_of(rows: usize, columns: usize, entries: usize, entry: impl Fn(usize, usize) -> (usize, f64)) -> Vec<f32> {
    let row_values = (0..rows).flat_map(|row| {
        let mut values = vec![0.0; columns];
        for (column, value) in (0..entries).map(|k| entry(row, k)) {
            values[column] += value;
        }
        let sum: f64 = values.iter().sum();
        values.into_iter().map(move |value| (value / sum) as f32)
    });
    row_values.collect()
}
