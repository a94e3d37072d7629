//! The field that a path is typed into.

pub const TITLE: &str = "Open path";
pub const HINT: &str = "A keypoint file, a folder of them, or a saved X3D.npy. ~ is your home folder.";
pub const PATH: &str = "Path";
pub const EXAMPLE: &str = "~/clips/results.json";
pub const OPEN: &str = "Open";
