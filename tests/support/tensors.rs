//! Reference tensors from `tests/fixtures`.

use std::collections::BTreeMap;
use std::path::Path;

/// The 32-bit tensors of one safetensors file.
pub struct Tensors(BTreeMap<String, Vec<f32>>);

impl Tensors {
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        let bytes = std::fs::read(&path).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let values = file.iter().map(|(name, view)| {
            assert_eq!(view.dtype(), safetensors::Dtype::F32, "{name}");
            (name.to_owned(), view.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        });
        Self(values.collect())
    }

    pub fn values(&self, name: &str) -> &[f32] {
        &self.0[name]
    }

    /// Every value is within `tolerance` of the tensor `name`.
    pub fn assert_close(&self, name: &str, got: &[f32], tolerance: f32) {
        assert_close(name, got, self.values(name), tolerance);
    }
}

/// Every value is within `tolerance` of the wanted one; the largest difference is told where it is not.
pub fn assert_close(name: &str, got: &[f32], want: &[f32], tolerance: f32) {
    assert_eq!(got.len(), want.len(), "{name}: number of values");
    let differences = got.iter().zip(want).map(|(got, want)| (got - want).abs());
    let worst = differences.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert!(worst.1 <= tolerance, "{name}: value {} is off by {}", worst.0, worst.1);
}
