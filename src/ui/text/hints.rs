//! The three first steps.

pub const ORBIT: &str = "Drag here to look around; the wheel comes nearer.";
pub const SCRUB: &str = "Drag along the timeline to go through the motion.";
pub const OPEN_YOURS: &str = "Open a keypoint file of your own, or drop it on the window.";
pub const DISMISS_HINT: &str = "Do not show these again";

pub fn dismiss(step: usize) -> String {
    format!("Dismiss the hints (step {step})")
}
