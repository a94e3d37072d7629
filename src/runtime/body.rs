//! Turns the choice of a body into one that people can wear.

use std::sync::Arc;

use super::job::JobError;
use crate::io::body;
use crate::motion::skin::Landmarks;
use crate::session::{BodyChoice, WornBody};
use crate::support::Notice;

/// Reads a body; takes a moment for large files.
///
/// # Errors
/// [`JobError::Failed`] with what is wrong with the file.
pub fn load_body(choice: &BodyChoice) -> Result<(WornBody, Vec<Notice>), JobError> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        JobError::Failed(
            Notice::from_error("The body could not be loaded", error).hint("People keep the body that they wear."),
        )
    };
    let (model, notices) = match choice {
        BodyChoice::Mannequin => (body::mannequin().map_err(|error| failed(&error))?, Vec::new()),
        BodyChoice::File(path) => {
            let read = body::read_body(path).map_err(|error| failed(&error))?;
            (Arc::new(read.body), read.notices)
        }
    };
    let Some(landmarks) = Landmarks::of(&model) else {
        return Err(JobError::Failed(
            Notice::error("The body could not be loaded").why("it has no regressor of the 17 joints"),
        ));
    };
    Ok((WornBody { choice: choice.clone(), model, landmarks }, notices))
}
