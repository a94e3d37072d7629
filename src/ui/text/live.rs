//! The running camera.

pub const CLIP: &str = "Live";
pub const COULD_NOT_START: &str = "The camera could not be started";
pub const NOTHING_TO_KEEP: &str = "There is nothing to keep yet";
pub const WAS_KEPT_HINT: &str = "It is lifted as a whole, while the camera runs on.";

pub const CAMERA: &str = "Camera";
pub const SOURCE: &str = "Pictures from";
pub const SOURCE_HINT: &str = "Takes effect when the camera is started";
pub const TEST_PATTERN: &str = "Test pattern";
pub const TEST_PATTERN_HINT: &str = "A painted dancer: try it out without a camera and without a detector";

pub const NO_CAMERAS: &str = "The cameras could not be looked for";
pub const NO_CAMERA_HERE: &str = "No camera was found.";
pub const LOOK_AGAIN: &str = "Look for cameras";
pub const LOOK_AGAIN_HINT: &str = "After one was plugged in";
pub const MIRROR: &str = "Mirror";
pub const MIRROR_HINT: &str = "Left and right swapped, as in a mirror; the 3D too";
pub const NO_DETECTOR: &str = "A detector is needed to find people in the camera's pictures";
pub const NO_DETECTOR_HINT: &str = "Choose a pose network (.onnx or .zip) first, or the test pattern.";

pub const LIFTING: &str = "Lifting";
pub const WINDOW_AUTO: &str = "Pick the window";
pub const WINDOW_AUTO_HINT: &str = "27 to 81 frames, as many as this computer keeps up with";
pub const WINDOW: &str = "Window";
pub const WINDOW_HINT: &str = "Frames that the model looks at; more are steadier and slower";
pub const LOOK_AHEAD: &str = "Look ahead";
pub const LOOK_AHEAD_HINT: &str = "Frames that are waited for before one is shown; more are better and later";
pub const MOST_PEOPLE: &str = "People at most";
pub const MOST_PEOPLE_HINT: &str = "More than these are left alone";

pub const FIGURES: &str = "Now";
pub const CAMERA_RATE: &str = "Camera";
pub const LIFTED_RATE: &str = "3D";
pub const DETECTOR: &str = "Detector";
pub const LIFTER: &str = "Model";
pub const LATENCY: &str = "Latency";
pub const LATENCY_HINT: &str = "From when a picture was taken to when it is on the screen: usual, and worst of 20";
pub const AGE: &str = "Age";
pub const DROPPED: &str = "Dropped";
pub const LOST: &str = "Looking for the camera…";
pub const FROZEN: &str = "Paused. The camera runs on.";
pub const OFF_HINT: &str = "Start the camera to see yourself in 3D. Pause at any time to look at the last 10 seconds.";

pub fn per_second(rate: f64) -> String {
    format!("{rate:.1} / s")
}

pub fn ms(ms: f64) -> String {
    format!("{ms:.0} ms")
}

pub fn two_ms(usual: f64, worst: f64) -> String {
    format!("{usual:.0} / {worst:.0} ms")
}

pub fn dropped(dropped: u64, captured: u64) -> String {
    format!("{dropped} of {captured}")
}

pub fn figure(label: &str, value: &str) -> String {
    format!("{label}: {value}")
}

pub fn kept(number: usize) -> String {
    format!("Kept {number}")
}

pub fn was_kept(name: &str) -> String {
    format!("The last minutes are the clip \"{name}\"")
}
