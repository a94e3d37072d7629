//! Reading checkpoints: tensors by name from safetensors and PyTorch files, without executing anything.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One tensor of a checkpoint, converted to float32, row-major.
#[derive(Clone, Debug)]
pub struct WeightTensor {
    pub shape: Vec<usize>,
    pub values: Arc<[f32]>,
}

/// The tensors of one model file by name, without any `module.` prefix.
#[derive(Clone, Debug, Default)]
pub struct Checkpoint {
    /// File name or "built-in starter".
    pub name: String,
    /// "safetensors", "PyTorch zip", "PyTorch legacy", "seeded".
    pub format: &'static str,
    pub tensors: BTreeMap<String, WeightTensor>,
    /// Safetensors metadata, or scalars around the state of a PyTorch file (epoch, lr, ...).
    pub metadata: BTreeMap<String, String>,
}

/// What did not fit when a model was made from a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// In the file, not used by the model.
    pub unused: Vec<String>,
    /// Wanted by the model, not in the file.
    pub missing: Vec<String>,
    /// (name, shape wanted, shape found)
    pub misshaped: Vec<(String, Vec<usize>, Vec<usize>)>,
}

#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    #[error("could not read the file: {source} ({path})")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Format(String),
    #[error("{0}")]
    Model(String),
}
