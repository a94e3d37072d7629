//! Turns the choice of an action model into one that says what people do.

use std::sync::Arc;

use super::job::JobError;
use crate::io::action_names::action_names;
use crate::nn::{ActionModel, Checkpoint, DeviceChoice};
use crate::session::actions::{ActionModelChoice, LoadedActions};
use crate::support::Notice;

const HEADLINE: &str = "The action model could not be loaded";
const HINT: &str = "Choose another file in the Actions panel.";

/// Reads an action model and the names of its classes; takes a moment.
///
/// # Errors
/// [`JobError::Failed`] with what is wrong with a file.
pub fn load_actions(
    choice: &ActionModelChoice,
    device: DeviceChoice,
) -> Result<(LoadedActions, Vec<Notice>), JobError> {
    let checkpoint = Checkpoint::read(&choice.file).map_err(|error| failed(&error))?;
    let (model, _, notices) = ActionModel::load(&checkpoint, device, None).map_err(|error| failed(&error))?;
    let Some(classes) = model.classes() else {
        let why = "it says how alike moves are, but it has no classes";
        return Err(JobError::Failed(Notice::error(HEADLINE).why(why).hint(HINT)));
    };
    let names = action_names(classes, choice.names.as_deref()).map_err(|error| failed(&error))?;
    let names = names.unwrap_or_else(|| (1..=classes).map(|class| format!("Class {class}")).collect());
    let names: Arc<[String]> = names.into();
    Ok((LoadedActions { choice: choice.clone(), device, model, names }, notices))
}

fn failed(error: &(dyn std::error::Error + 'static)) -> JobError {
    JobError::Failed(Notice::from_error(HEADLINE, error).hint(HINT))
}
