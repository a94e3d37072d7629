//! The line at the bottom.

pub const DEVICE_HINT: &str = "The device that inference runs on";
pub const MODEL_HINT: &str = "The model";
pub const FPS_HINT: &str = "Frames per second of the recording";
pub const INFERENCE_HINT: &str = "Time that inference took for the newest window";
pub const DROPPED_HINT: &str = "Frames that playback had to pass over";

pub fn fps(fps: &str) -> String {
    format!("{fps} fps")
}

pub fn window_ms(ms: f64) -> String {
    format!("{ms:.0} ms/window")
}

pub fn dropped(frames: usize) -> String {
    format!("{frames} dropped")
}

pub fn cancel(job: &str) -> String {
    format!("Cancel: {job}")
}
