//! Reading checkpoints: tensors by name from safetensors and PyTorch files, without executing anything.

mod element;
mod inspect;
mod model;
mod pytorch;
mod safetensors_file;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::nn::Task;

pub use inspect::CheckpointSummary;
pub use model::{LoadReport, ModelWeights};

/// One tensor of a checkpoint, converted to float32, row-major.
#[derive(Clone, Debug, PartialEq)]
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

#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    #[error("could not read the file: {source} ({path})")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("could not write the file: {source} ({path})")]
    Write { path: PathBuf, source: std::io::Error },
    /// The bytes are no readable checkpoint.
    #[error("{0}")]
    Format(String),
    /// The checkpoint is readable, but not the model that is needed.
    #[error("{0}")]
    Model(String),
    #[error("this is a model for {found}; one for {wanted} is needed here")]
    WrongTask { found: Task, wanted: Task },
    #[error("{source} ({path})")]
    In { path: PathBuf, source: Box<WeightsError> },
}

/// What the first bytes of a file say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Safetensors,
    Zip,
    Pickle,
}

/// Bytes that [`container`] wants to see.
const HEAD_LEN: usize = 512;

/// Tells the format by content; the file name says nothing.
fn container(head: &[u8]) -> Result<Container, WeightsError> {
    let text = head.trim_ascii_start();
    let what = match head {
        [] => "the file is empty",
        [b'P', b'K', 3, 4, ..] => return Ok(Container::Zip),
        [0x80, 0..=5, ..] => return Ok(Container::Pickle),
        [_, _, _, _, _, _, _, _, b'{', ..] => return Ok(Container::Safetensors),
        [0x89, b'H', b'D', b'F', ..] => "the file is HDF5 (Keras?); a PyTorch or safetensors checkpoint is needed",
        [0x08, ..] if head.windows(4).any(|window| window == b"onnx" || window == b"torc") => {
            "the file is an ONNX graph; a PyTorch or safetensors checkpoint is needed"
        }
        _ if text.starts_with(b"version https://git-lfs") => {
            "the file is a Git LFS pointer, not the checkpoint itself; fetch it with `git lfs pull`"
        }
        _ if text.starts_with(b"<") => "the file is a web page; the download of the checkpoint did not work, repeat it",
        _ if text.starts_with(b"{") || text.starts_with(b"[") => "the file is JSON, not a checkpoint",
        _ if head.windows(6).any(|window| window == b"ustar\0") => {
            "the file is a tar archive; checkpoints of PyTorch before 0.1.10 are not read, unpack other archives"
        }
        _ => "the file is no checkpoint; a PyTorch (.bin, .pt, .pth) or safetensors file is needed",
    };
    Err(WeightsError::Format(what.to_owned()))
}

impl Checkpoint {
    /// Reads a safetensors or PyTorch file; its content tells which. Nothing in it is executed.
    ///
    /// # Errors
    /// [`WeightsError::Io`] if it cannot be read, otherwise [`WeightsError::In`] with what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, WeightsError> {
        let io_error = |source| WeightsError::Io { path: path.to_owned(), source };
        let mut file = std::fs::File::open(path).map_err(io_error)?;
        if file.metadata().map_err(io_error)?.is_dir() {
            return Err(io_error(std::io::Error::other("it is a folder, not a checkpoint file")));
        }
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let mut bytes = Vec::new();
        // A huge file of another kind is told by its head, without reading the rest.
        (&mut file).take(HEAD_LEN as u64).read_to_end(&mut bytes).map_err(io_error)?;
        let read = container(&bytes).map(|_| file.read_to_end(&mut bytes)).and_then(|read| {
            read.map_err(io_error)?;
            Self::from_bytes(&name, &bytes)
        });
        read.map_err(|error| match error {
            WeightsError::Io { .. } => error,
            error => WeightsError::In { path: path.to_owned(), source: Box::new(error) },
        })
    }

    /// Reads a checkpoint that is in memory.
    ///
    /// # Errors
    /// [`WeightsError::Format`] that says what is wrong with it.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, WeightsError> {
        match container(&bytes[..bytes.len().min(HEAD_LEN)])? {
            Container::Safetensors => safetensors_file::read(name, bytes),
            Container::Zip => pytorch::read_zip(name, bytes),
            Container::Pickle => pytorch::read_legacy(name, bytes),
        }
    }

    /// Number of parameters over all tensors.
    pub fn parameters(&self) -> usize {
        self.tensors.values().map(|tensor| tensor.values.len()).sum()
    }
}

/// Adds a tensor under its name without the `module.` of data-parallel training.
fn insert_tensor(checkpoint: &mut Checkpoint, name: &str, tensor: WeightTensor) -> Result<(), WeightsError> {
    let name = name.strip_prefix("module.").unwrap_or(name);
    if checkpoint.tensors.insert(name.to_owned(), tensor).is_some() {
        return Err(WeightsError::Format(format!("the tensor {name} stands twice in the checkpoint")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
