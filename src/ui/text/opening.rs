//! Opening files, and the system's dialogs for it.

pub const THE_DEMO: &str = "the demo";
pub const FILES_TITLE: &str = "Open keypoint files or videos";
pub const FILES_FILTER: &str = "Keypoints and 3D poses";
pub const OPENABLE_FILTER: &str = "Keypoints, videos and pictures";
pub const VIDEOS_FILTER: &str = "Videos and pictures";
pub const VIDEO_TITLE: &str = "Choose the video of these keypoints";
pub const ALL_FILES_FILTER: &str = "All files";
pub const FOLDER_TITLE: &str = "Open a folder of keypoint files";
pub const MODEL_TITLE: &str = "Choose a MotionBERT model";
pub const MODELS_FILTER: &str = "Models";
pub const SAVE_PLOTS_TITLE: &str = "Save plots";
pub const NO_DIALOG: &str = "No file dialog could be shown";
pub const NO_DIALOG_WHY: &str = "this desktop offers no file chooser (XDG portal)";
pub const NO_DIALOG_HINT: &str = "Type or paste the path instead (Ctrl+L), or drop the file on the window.";
pub const CHOOSING: &str = "Choosing files";
pub const DIALOG_FAILED: &str = "Could not show a file dialog";

pub fn attached(video: &str, clip: &str) -> String {
    format!("{video} is under the keypoints of {clip}")
}

pub const ATTACHED_HINT: &str =
    "To open it as a clip of its own, undo this, close or leave the other clip, and open it again.";
pub const OTHER_SHAPE: &str = "The video has another shape than the picture that the keypoints are in";
pub const OTHER_SHAPE_HINT: &str = "It is stretched to fit. Attach another video if this is the wrong one.";

pub fn shapes([width, height]: [u32; 2], [video_width, video_height]: [u32; 2]) -> String {
    format!("{width} × {height} and {video_width} × {video_height} pixels")
}

pub fn opening(name: &str) -> String {
    format!("Opening {name}")
}

pub fn could_not_open(name: &str) -> String {
    format!("Could not open {name}")
}
