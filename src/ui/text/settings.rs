//! The settings window and file.

use std::path::Path;

pub const NOT_SAVED: &str = "Settings could not be saved";
pub const NOT_SAVED_HINT: &str = "They hold until the window closes.";
pub const NOT_READ: &str = "Settings could not be read; starting with the defaults";

pub const TITLE: &str = "Settings";
pub const CLOSE_LABEL: &str = "Close the settings";

pub const LOOKS: &str = "Looks";
pub const THEME: &str = "Theme";
pub const DARK: &str = "Dark";
pub const LIGHT: &str = "Light";
pub const SYSTEM: &str = "System";
pub const SYSTEM_HINT: &str = "As the system has it";
pub const SCALE: &str = "Scale";
pub const SCALE_HINT: &str = "Size of everything in the window (Ctrl+Plus, Ctrl+Minus)";
pub const REDUCED_MOTION: &str = "Reduced motion";
pub const REDUCED_MOTION_HINT: &str = "Nothing fades or glides, and the camera jumps";

pub const VIEWS: &str = "3D view and playback";
pub const EDGES: &str = "Edges";
pub const EDGES_AUTO: &str = "Auto";
pub const EDGES_AUTO_HINT: &str = "Smooth where a graphics card draws, plain where the processor does";
pub const EDGES_OFF: &str = "Off";
pub const EDGES_OFF_HINT: &str = "Plain edges, fastest";
pub const EDGES_SMOOTH: &str = "4×";
pub const EDGES_SMOOTH_HINT: &str = "Smooth edges";
pub const DEVICE_LABEL: &str = "Device for inference";
pub const LOOP: &str = "Loop playback";
pub const LINK_CAMERAS: &str = "Link cameras side by side";
pub const PERFORMANCE: &str = "Performance figures";

pub const REMEMBERED: &str = "Remembered";
pub const NOT_KEPT: &str = "Not kept";
pub const KEPT_IN: &str = "Kept in";
pub const COPY_PATH_LABEL: &str = "Copy the path of the settings";
pub const COPY_PATH: &str = "Copy the path";
pub const RESET: &str = "Reset to defaults";
pub const RESET_HINT: &str = "Everything but models and recent files";

pub fn old_kept(path: &Path) -> String {
    format!("The old file is kept as {}", path.display())
}

pub fn not_set_aside(path: &Path, error: &std::io::Error) -> String {
    format!("It could not be set aside either: {error} ({})", path.display())
}

pub fn forget_recent(files: usize) -> String {
    format!("Forget {files} recent files")
}
