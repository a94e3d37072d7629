//! Any bytes as a checkpoint: an error or tensors, never a panic or an absurd allocation.
#![no_main]

use libfuzzer_sys::fuzz_target;
use motionbert::nn::Checkpoint;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(checkpoint) = Checkpoint::from_bytes("fuzz", bytes) {
        let summary = checkpoint.summary();
        assert!(!summary.to_string().is_empty());
        if let Some(config) = summary.config {
            let _ = checkpoint.pose3d_weights(&config);
        }
    }
});
