//! Body models and body motions, recognised by the names of their arrays so that a person learns what a file is.

use std::path::Path;

use serde::Serialize;

use crate::io::body::{ReadBody, read_body};
use crate::io::npy::{self, Npz};
use crate::support::pickle::Pickle;

/// Larger files are no body models; the biggest known has 400 MB.
const MAX_BYTES: u64 = 1 << 30;

#[derive(Serialize)]
pub(super) struct BodyInfo {
    pub what: &'static str,
    /// Names and shapes, as far as they can be told.
    pub arrays: Vec<(String, Option<Vec<usize>>)>,
    /// Of a body model that can be used.
    pub body: Option<BodyFigures>,
    pub notes: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct BodyFigures {
    vertices: usize,
    faces: usize,
    shapes: usize,
    has_pose_blend_shapes: bool,
}

/// A body model or body motion, or none for any other file.
pub(super) fn recognise(path: &Path) -> Option<BodyInfo> {
    if std::fs::metadata(path).ok()?.len() > MAX_BYTES {
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    let mut arrays = arrays_of_npz(&bytes).or_else(|| arrays_of_pickle(&bytes)).or_else(|| single_array(&bytes))?;
    arrays.sort();
    let has = |name: &str| arrays.iter().any(|(known, _)| known == name);
    if has("v_template") && has("weights") {
        return Some(body_model(path, arrays));
    }
    let (what, note) = if has("poses") && has("trans") && has("betas") {
        ("Body motion (AMASS)", "`infer --mesh` writes such files; they are not read.")
    } else if has("theta") && has("trans") && has("faces") {
        ("Body motion of `infer --mesh`", "Vertices and joints are in mm; add trans to them for the place.")
    } else if has("pose") && has("shape") && has("cam") {
        ("Mean body parameters (SMPL)", "Nothing needs them: mesh checkpoints have them inside.")
    } else if has("J_regressor") {
        ("Joint regressor (SMPL vertices to joints)", "Put it beside the body model as J_regressor_h36m.npy.")
    } else {
        return None;
    };
    Some(BodyInfo { what, arrays, body: None, notes: vec![note.to_owned()] })
}

fn body_model(path: &Path, arrays: Arrays) -> BodyInfo {
    let (body, notes) = match read_body(path) {
        Ok(ReadBody { body, notices }) => {
            let figures = BodyFigures {
                vertices: body.vertex_count(),
                faces: body.faces.len(),
                shapes: body.shape_directions.len(),
                has_pose_blend_shapes: body.pose_directions.is_some(),
            };
            (Some(figures), notices.iter().map(ToString::to_string).collect())
        }
        Err(error) => (None, vec![format!("It cannot be used: {error}")]),
    };
    BodyInfo { what: "Body model (SMPL family)", arrays, body, notes }
}

type Arrays = Vec<(String, Option<Vec<usize>>)>;

fn arrays_of_npz(bytes: &[u8]) -> Option<Arrays> {
    if !npy::is_zip(bytes) {
        return None;
    }
    let mut npz = Npz::open(bytes).ok()?;
    let names = npz.names().to_vec();
    let arrays = names.into_iter().map(|name| {
        let shape = npz.bytes(&name).ok().and_then(|bytes| npy::outline(&bytes).ok()).map(|(shape, _)| shape);
        (name, shape)
    });
    Some(arrays.collect())
}

fn arrays_of_pickle(bytes: &[u8]) -> Option<Arrays> {
    let is_pickle = matches!(bytes, [0x80, 0..=5, ..] | [b'(', ..]);
    let pickle = is_pickle.then(|| Pickle::parse(bytes).ok())??;
    let arrays = pickle.root().pairs()?.into_iter().filter_map(|(name, value)| {
        let shape = value.numpy().ok().map(|array| array.shape);
        Some((name.as_str()?.to_owned(), shape))
    });
    Some(arrays.collect())
}

/// A lone regressor from the 6,890 vertices of SMPL.
fn single_array(bytes: &[u8]) -> Option<Arrays> {
    match npy::outline(bytes) {
        Ok((shape, true)) if matches!(shape[..], [_, 6890]) => Some(vec![("J_regressor".to_owned(), Some(shape))]),
        _ => None,
    }
}

impl std::fmt::Display for BodyInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.what)?;
        for (name, shape) in &self.arrays {
            match shape {
                Some(shape) => writeln!(f, "  {name:<24} {shape:?}")?,
                None => writeln!(f, "  {name}")?,
            }
        }
        if let Some(body) = &self.body {
            let BodyFigures { vertices, faces, shapes, has_pose_blend_shapes } = body;
            let blend = if *has_pose_blend_shapes { "with" } else { "without" };
            writeln!(f, "{vertices} vertices, {faces} faces, {shapes} shapes, {blend} pose blend shapes")?;
            writeln!(f, "Use it with `infer --mesh FILE|ik --body`, or choose it in the window.")?;
        }
        f.write_str(&self.notes.join("\n"))
    }
}
