//! Body models from the files that people have: SMPL as a Python 2 pickle or as .npz, told by content.
//!
//! Imports data and support only. Runs on the job thread that asked for a body. Nothing in a pickle is executed.

mod fields;
mod joints17;
mod mannequin;

use std::path::{Path, PathBuf};

use crate::data::body::{BODY_JOINTS, BodyArrays, BodyError, BodyModel, POSE_FEATURES, swapped_legs};
use crate::data::skeleton::H36M_JOINTS;
use crate::support::Notice;
use fields::{Array, Fields};

pub use mannequin::mannequin;

/// Larger files are no body models; the biggest known has 400 MB.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// What the published code and the mesh checkpoint's authors call the regressor of the 17 joints.
const H36M_FILES: [&str; 2] = ["J_regressor_h36m_correct.npy", "J_regressor_h36m.npy"];

/// A body with what a person should know about how it was read.
#[derive(Clone, Debug)]
pub struct ReadBody {
    pub body: BodyModel,
    pub notices: Vec<Notice>,
}

#[derive(Debug, thiserror::Error)]
pub enum BodyFileError {
    #[error("the body could not be read: {source} ({path})")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("this is no body model: {why}; give SMPL's .pkl or .npz ({path})")]
    Unknown { path: PathBuf, why: String },
    /// An array that is not there, not readable or of another shape.
    #[error("the body's array {array} {why} ({path})")]
    Array { path: PathBuf, array: &'static str, why: String },
    #[error("{source} ({path})")]
    Body { path: PathBuf, source: BodyError },
}

/// Reads an SMPL model: `.pkl` (numpy, scipy sparse and chumpy objects) or `.npz`, any number of vertices and shapes,
/// of which the first ten are used. Where the file has no regressor of the 17 joints, one that lies beside it is taken
/// (`J_regressor_h36m.npy`), else one is made of the body's own joints; a notice says so.
///
/// # Errors
/// [`BodyFileError`] that names the array and what is wrong with it.
pub fn read_body(path: &Path) -> Result<ReadBody, BodyFileError> {
    parse(path, &read_file(path)?)
}

/// The body that the content of a file makes; `path` is its name.
fn parse(path: &Path, bytes: &[u8]) -> Result<ReadBody, BodyFileError> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let arrays = Fields::open(bytes).and_then(|mut fields| body_arrays(&mut fields, &name));
    finish(arrays.map_err(|fault| fault.in_file(path))?, path)
}

/// What is wrong with the content of a file; the caller knows the path.
#[derive(Debug)]
enum Fault {
    Unknown(String),
    Array(&'static str, String),
}

impl Fault {
    fn in_file(self, path: &Path) -> BodyFileError {
        let path = path.to_owned();
        match self {
            Self::Unknown(why) => BodyFileError::Unknown { path, why },
            Self::Array(array, why) => BodyFileError::Array { path, array, why },
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, BodyFileError> {
    let failed = |source| BodyFileError::Io { path: path.to_owned(), source };
    let file = std::fs::metadata(path).map_err(failed)?;
    if file.is_dir() {
        return Err(failed(std::io::Error::other("it is a folder")));
    }
    if file.len() > MAX_FILE_BYTES {
        let why = format!("it has {} MB", file.len() / 1_000_000);
        return Err(BodyFileError::Unknown { path: path.to_owned(), why });
    }
    std::fs::read(path).map_err(failed)
}

/// The arrays by SMPL's names, brought to our layout.
fn body_arrays(fields: &mut Fields<'_>, name: &str) -> Result<BodyArrays, Fault> {
    if !fields.has("v_template") {
        return Err(Fault::Unknown(format!("it has no v_template, only {}", fields.list())));
    }
    let template = fields.array("v_template")?.of_shape("v_template", &[None, Some(3)])?;
    let vertices = template.shape[0];
    let joint_regressor = fields.array("J_regressor")?;
    if joint_regressor.shape.first().is_some_and(|joints| *joints != BODY_JOINTS) {
        let why = format!(
            "has {} joints; SMPL's {BODY_JOINTS} are needed (SMPL-X, SMPL+H and FLAME are other bodies)",
            joint_regressor.shape[0]
        );
        return Err(Fault::Array("J_regressor", why));
    }
    let per_vertex = |array: Array, name, columns: &[Option<usize>]| {
        let axes: Vec<_> = std::iter::once(Some(vertices)).chain(columns.iter().copied()).collect();
        array.of_shape(name, &axes)
    };
    let optional = |fields: &mut Fields<'_>, name| fields.has(name).then(|| fields.array(name)).transpose();
    let pose_directions = match optional(fields, "posedirs")? {
        Some(array) => {
            let array = per_vertex(array, "posedirs", &[Some(3), Some(POSE_FEATURES)])?;
            Some(transposed(&array.to_f32(), POSE_FEATURES))
        }
        None => None,
    };
    let h36m_regressor = match optional(fields, "J_regressor_h36m")? {
        Some(array) => Some(array.of_shape("J_regressor_h36m", &[Some(H36M_JOINTS), Some(vertices)])?.to_f32()),
        None => None,
    };
    let tree = fields.array("kintree_table")?.of_shape("kintree_table", &[Some(2), None])?;
    Ok(BodyArrays {
        name: name.to_owned(),
        shape_directions: per_vertex(fields.array("shapedirs")?, "shapedirs", &[Some(3), None])?.to_f32(),
        shape_names: if fields.has("shape_names") { fields.texts("shape_names")? } else { Vec::new() },
        pose_directions,
        joint_regressor: joint_regressor.of_shape("J_regressor", &[Some(BODY_JOINTS), Some(vertices)])?.to_f32(),
        h36m_regressor,
        weights: per_vertex(fields.array("weights")?, "weights", &[Some(BODY_JOINTS)])?.to_f32(),
        faces: fields.array("f")?.of_shape("f", &[None, Some(3)])?.to_faces()?,
        parents: tree.values[..tree.shape[1]].iter().map(|parent| *parent as i64).collect(),
        template: template.to_f32(),
    })
}

/// [rows, columns] to [columns, rows].
fn transposed(values: &[f32], columns: usize) -> Vec<f32> {
    let rows = values.len() / columns;
    (0..values.len()).map(|at| values[at % rows * columns + at / rows]).collect()
}

/// Finds the regressor of the 17 joints and checks everything.
fn finish(mut arrays: BodyArrays, path: &Path) -> Result<ReadBody, BodyFileError> {
    let mut notices = Vec::new();
    if arrays.h36m_regressor.is_none() {
        let vertices = arrays.template.len() / 3;
        let beside = H36M_FILES.iter().map(|name| path.with_file_name(name)).find(|file| file.is_file());
        arrays.h36m_regressor = beside.and_then(|file| match read_h36m_regressor(&file, vertices) {
            Ok(regressor) => Some(regressor),
            Err(error) => {
                notices.push(Notice::warning("The joint regressor beside the body is not used").why(error.to_string()));
                None
            }
        });
    }
    let is_derived = arrays.h36m_regressor.is_none();
    if is_derived {
        arrays.h36m_regressor = Some(joints17::derived(&arrays));
        notices.push(
            Notice::info("The 17 joints are taken from the body's own 24, its nose and the top of its head")
                .why(format!("{} has no J_regressor_h36m", arrays.name))
                .hint("Put J_regressor_h36m.npy beside it to have the published joints."),
        );
    }
    let (body, is_swapped) = arrays.check().map_err(|source| BodyFileError::Body { path: path.to_owned(), source })?;
    if is_swapped && !is_derived {
        notices.push(swapped_legs());
    }
    Ok(ReadBody { body, notices })
}

/// A regressor of the 17 joints, .npy of [17, vertices]. // [17, V]
///
/// # Errors
/// [`BodyFileError`] when the file is another one or for another number of vertices.
pub fn read_h36m_regressor(path: &Path, vertices: usize) -> Result<Vec<f32>, BodyFileError> {
    let bytes = read_file(path)?;
    let array = Array::of_npy("J_regressor_h36m", &bytes)
        .and_then(|array| array.of_shape("J_regressor_h36m", &[Some(H36M_JOINTS), Some(vertices)]));
    Ok(array.map_err(|fault| fault.in_file(path))?.to_f32())
}
