//! Reads fixtures for the integration tests.
#![allow(dead_code, reason = "every test program uses another part")]
#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use std::path::PathBuf;

use motionbert::nn::DstformerConfig;
use safetensors::SafeTensors;

/// A file under `tests/fixtures`.
pub fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path)
}

/// Tensors computed with the published implementation in float64: `reference/NAME.safetensors`.
pub struct Reference {
    bytes: Vec<u8>,
}

impl Reference {
    pub fn read(name: &str) -> Self {
        Self { bytes: std::fs::read(fixture(&format!("reference/{name}.safetensors"))).unwrap() }
    }

    /// Shape and values of a tensor of type F32 or F64.
    pub fn tensor(&self, name: &str) -> (Vec<usize>, Vec<f64>) {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let view = file.tensor(name).unwrap();
        let values = match view.dtype() {
            safetensors::Dtype::F32 => {
                view.data().as_chunks().0.iter().map(|b| f64::from(f32::from_le_bytes(*b))).collect()
            }
            safetensors::Dtype::F64 => view.data().as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect(),
            other => panic!("{name} has the type {other:?}"),
        };
        (view.shape().to_vec(), values)
    }

    /// A tensor as float32, for inputs.
    pub fn tensor_f32(&self, name: &str) -> (Vec<usize>, Vec<f32>) {
        let (shape, values) = self.tensor(name);
        (shape, values.into_iter().map(|value| value as f32).collect())
    }

    pub fn metadata(&self, key: &str) -> String {
        let (_, header) = SafeTensors::read_metadata(&self.bytes).unwrap();
        header.metadata().as_ref().unwrap()[key].clone()
    }

    /// The model size that the case was computed with.
    pub fn config(&self) -> DstformerConfig {
        match self.metadata("config").as_str() {
            "full" => DstformerConfig::FULL,
            "lite" => DstformerConfig::LITE,
            "tiny" => DstformerConfig::TINY,
            other => panic!("unknown config {other}"),
        }
    }

    pub fn seed(&self) -> u64 {
        self.metadata("seed").parse().unwrap()
    }
}

/// Largest absolute difference; a missing or non-finite value counts as infinite.
pub fn max_abs_error(found: &[f32], truth: &[f64]) -> f64 {
    if found.len() != truth.len() {
        return f64::INFINITY;
    }
    found.iter().zip(truth).fold(0.0, |worst, (found, truth)| {
        let error = (f64::from(*found) - truth).abs();
        if error.is_nan() { f64::INFINITY } else { error.max(worst) }
    })
}
