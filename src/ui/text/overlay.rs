//! What floats over the views.

pub const UI: &str = "UI";
pub const FRAME: &str = "Frame";
pub const INFERENCE: &str = "Inference";
pub const QUEUE: &str = "Queue";
pub const DROPPED: &str = "Dropped";

pub fn drop_to_open(files: usize) -> String {
    if files == 1 { "Drop to open".to_owned() } else { format!("Drop to open {files} files") }
}
