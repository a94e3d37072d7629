//! Turns the choice of a body into one that people can wear.

use std::path::Path;
use std::sync::Arc;

use super::job::JobError;
use crate::io::body;
use crate::motion::skin::Landmarks;
use crate::nn::{Checkpoint, DeviceChoice, MeshModel};
use crate::session::{BodyChoice, WornBody};
use crate::support::Notice;

/// Files that hold checkpoints rather than plain bodies.
const CHECKPOINTS: [&str; 4] = ["bin", "pt", "pth", "safetensors"];

/// Reads a body, or a mesh checkpoint with the body that it brings along; takes a moment for large files.
///
/// # Errors
/// [`JobError::Failed`] with what is wrong with the file.
pub fn load_body(choice: &BodyChoice, device: DeviceChoice) -> Result<(WornBody, Vec<Notice>), JobError> {
    let (model, mesh, notices) = match choice {
        BodyChoice::Mannequin => (body::mannequin().map_err(|error| failed(&error))?, None, Vec::new()),
        BodyChoice::File(path) if is_checkpoint(path) => {
            let checkpoint = Checkpoint::read(path).map_err(|error| failed(&error))?;
            let (mesh, _, notices) =
                MeshModel::load(&checkpoint, device, None, None).map_err(|error| failed(&error))?;
            (mesh.body().clone(), Some(mesh), notices)
        }
        BodyChoice::File(path) => {
            let read = body::read_body(path).map_err(|error| failed(&error))?;
            (Arc::new(read.body), None, read.notices)
        }
    };
    let Some(landmarks) = Landmarks::of(&model) else {
        return Err(JobError::Failed(
            Notice::error(HEADLINE).why("it does not say where the 17 joints are").hint(HINT),
        ));
    };
    Ok((WornBody { choice: choice.clone(), model, landmarks, mesh, device }, notices))
}

const HEADLINE: &str = "The body could not be loaded";
const HINT: &str = "People keep the body that they wear.";

fn failed(error: &(dyn std::error::Error + 'static)) -> JobError {
    JobError::Failed(Notice::from_error(HEADLINE, error).hint(HINT))
}

fn is_checkpoint(path: &Path) -> bool {
    path.extension().is_some_and(|ext| CHECKPOINTS.iter().any(|known| ext.eq_ignore_ascii_case(known)))
}
