//! Turns a choice of model and device into something that lifts.

use super::message::ModelInfo;
use crate::infer::Lifter;
use crate::nn::{Checkpoint, DeviceChoice, NetworkError, PoseModel, Task, WeightsError};
use crate::session::ModelChoice;
use crate::support::Notice;

/// A model ready for use, and what there is to say about it.
pub struct LoadedModel {
    pub lifter: Box<dyn Lifter>,
    pub info: ModelInfo,
    pub notices: Vec<Notice>,
}

/// Where models come from; tests have their own.
pub trait ModelLoader: Send {
    /// # Errors
    /// A notice that says what is wrong with the file.
    fn load(&mut self, choice: &ModelChoice, device: DeviceChoice) -> Result<LoadedModel, Notice>;
}

/// Loads checkpoints from files and the built-in starter.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckpointLoader;

impl ModelLoader for CheckpointLoader {
    fn load(&mut self, choice: &ModelChoice, device: DeviceChoice) -> Result<LoadedModel, Notice> {
        load(choice, device).map_err(|error| {
            let hint = match error {
                NetworkError::Weights(WeightsError::WrongTask { found: Task::Mesh, .. }) => {
                    "The model used before stays. A mesh model is chosen in the Body panel."
                }
                _ => "The model used before stays. Choose another file in the Models panel.",
            };
            Notice::from_error(format!("Could not load the model {}", choice.label()), &error).hint(hint)
        })
    }
}

fn load(choice: &ModelChoice, device: DeviceChoice) -> Result<LoadedModel, NetworkError> {
    let checkpoint = match choice {
        ModelChoice::Starter => Checkpoint::starter()?,
        ModelChoice::File(path) => Checkpoint::read(path)?,
    };
    let (model, report, notices) = PoseModel::load(&checkpoint, device, None)?;
    if !report.unused.is_empty() {
        log::info!("{}: {} tensors are not used: {}", checkpoint.name, report.unused.len(), report.unused.join(", "));
    }
    let info = ModelInfo {
        name: checkpoint.name.clone(),
        choice: choice.clone(),
        config: *model.config(),
        parameters: checkpoint.parameters(),
        is_root_relative: model.is_root_relative(),
        device: model.device_label().to_owned(),
    };
    Ok(LoadedModel { lifter: Box::new(model), info, notices })
}
