//! The open clips and their facts.

pub const SOURCES: &str = "Sources";
pub const NOTHING_IS_OPEN: &str = "Nothing is open. Drop a file on the window, or open one.";
pub const BUILT_IN: &str = "Built into the program";

pub const FORMAT: &str = "Format";
pub const FRAMES: &str = "Frames";
pub const FRAME_RATE: &str = "Frame rate";
pub const FPS_UNIT: &str = " fps";
pub const FPS_ASSUMED_HINT: &str = "Assumed; the file does not say. Drag or click to change";
pub const FPS_HINT: &str = "Drag or click to change";
pub const JOINTS: &str = "Joints";
pub const JOINT_SET: &str = "Joint set";
pub const JOINT_SET_FIXED: &str = "Part of the program; nothing to choose.";
pub const RECOGNISE: &str = "Recognise";
pub const IMAGE: &str = "Image";
pub const IMAGE_UNKNOWN: &str = "not known";
pub const IMAGE_SIZE: &str = "Image size in pixels";
pub const READ_AGAIN: &str = "Read the file again";
pub const IMAGE_SIZE_HINT: &str = "Needed for pixel normalisation and for files with coordinates from 0 to 1";

pub fn close(clip: &str) -> String {
    format!("Close {clip}")
}

/// "1280 × 720, 30 fps, 300 frames, begins at 12"
pub fn video_facts([width, height]: [u32; 2], fps: Option<f64>, frames: usize, offset_frames: i64) -> String {
    let mut facts = vec![format!("{width} × {height}")];
    facts.extend(fps.map(|fps| format!("{} fps", (fps * 100.0).round() / 100.0)));
    facts.push(if frames == 1 { "1 frame".to_owned() } else { format!("{frames} frames") });
    if offset_frames != 0 {
        facts.push(format!("begins at {offset_frames}"));
    }
    facts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_is_told_in_a_line() {
        assert_eq!(
            video_facts([1280, 720], Some(29.97003), 300, 12),
            "1280 × 720, 29.97 fps, 300 frames, begins at 12"
        );
        assert_eq!(video_facts([64, 48], None, 1, 0), "64 × 48, 1 frame");
    }
}
