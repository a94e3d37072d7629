//! Playback.

pub const SPEED_HINT: &str = "Playback speed (Up, Down)\nDrag, or click and type; double-click for 1×";
pub const SPEEDS: &str = "Speeds";
pub const SPEEDS_HINT: &str = "Choose a speed";
pub const FRAME: &str = "Frame";
pub const FRAME_HINT: &str = "Drag, or click and type a frame number";

pub fn speed(times: &str) -> String {
    format!("Speed: {times}")
}

pub fn in_to_out(duration: &str) -> String {
    format!("In to out {duration}")
}

pub fn in_to_out_hint(start: &str, end: &str, frames: usize) -> String {
    format!("From {start} to {end}, {frames} frames")
}
