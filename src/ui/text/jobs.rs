//! What runs in the background, and what went wrong there.

pub const WORKER_FAILED_HINT: &str = "The window goes on; please report this with the log.";

pub const INFERENCE_CANCELLED: &str = "Inference cancelled";
pub const INFERENCE_CANCELLED_WHY: &str = "What is there stays; a change in the Models panel starts it anew.";

pub const MOTION_FAILED: &str = "The 3D view cannot be brought up to date";

pub fn worker_failed(worker: &str) -> String {
    format!("The {worker} worker broke down")
}

pub fn lifting(clip: &str) -> String {
    format!("Lifting {clip} to 3D")
}

/// "8 s left", "2 min left"
pub fn left(secs: f64) -> String {
    if secs < 90.0 { format!("{:.0} s left", secs.max(1.0)) } else { format!("{:.0} min left", secs / 60.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_in_seconds_or_minutes() {
        assert_eq!(left(0.2), "1 s left");
        assert_eq!(left(180.0), "3 min left");
    }
}
