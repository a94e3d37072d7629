//! What invites to open something.

pub const OPENING: &str = "Opening…";
pub const INVITATION: &str = "Drop a video, a keypoint file or a folder";
pub const FORMATS: &str = "AlphaPose, OpenPose, MMPose, COCO, Ultralytics, MediaPipe, DeepLabCut, SLEAP, npy, npz";
pub const RECENT: &str = "Recent";
pub const FORGET_HINT: &str = "Forget this file";

pub fn forget(file: &str) -> String {
    format!("Forget {file}")
}
