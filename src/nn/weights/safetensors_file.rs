//! Checkpoints as safetensors: reading from bytes, writing to a file.

use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::element::Element;
use super::{Checkpoint, WeightTensor, WeightsError, insert_tensor};

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Checkpoint, WeightsError> {
    let damaged = |error: safetensors::SafeTensorError| {
        WeightsError::Format(format!("this safetensors file is damaged or cut off: {error}"))
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let mut checkpoint = Checkpoint { name: name.to_owned(), format: "safetensors", ..Checkpoint::default() };
    checkpoint.metadata.extend(header.metadata().clone().unwrap_or_default());
    for (key, view) in file.iter() {
        let Some(element) = Element::of_safetensors(view.dtype()) else {
            return Err(WeightsError::Format(format!("the tensor {key} has the unsupported type {:?}", view.dtype())));
        };
        let values = element.to_f32(view.data(), false).into();
        insert_tensor(&mut checkpoint, key, WeightTensor { shape: view.shape().to_vec(), values })?;
    }
    Ok(checkpoint)
}

impl Checkpoint {
    /// Writes all tensors as float32 with the metadata. The file appears under its name only when it is complete.
    ///
    /// # Errors
    /// [`WeightsError::Io`] when the folder cannot be written.
    pub fn write_safetensors(&self, path: &Path) -> Result<(), WeightsError> {
        let bytes: Vec<(&String, &WeightTensor, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, tensor)| (name, tensor, tensor.values.iter().flat_map(|v| v.to_le_bytes()).collect()))
            .collect();
        let views: Result<Vec<(&String, TensorView<'_>)>, _> = bytes
            .iter()
            .map(|(name, tensor, bytes)| Ok((*name, TensorView::new(Dtype::F32, tensor.shape.clone(), bytes)?)))
            .collect();
        let metadata = self.metadata.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let file = views
            .and_then(|views| safetensors::serialize(views, Some(metadata)))
            .map_err(|error| WeightsError::Format(format!("the tensors cannot be written: {error}")))?;
        crate::support::files::write_whole(path, &file)
            .map_err(|source| WeightsError::Write { path: path.to_owned(), source })
    }
}
