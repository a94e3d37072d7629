//! Screenshots.

pub const NOT_SAVED: &str = "The screenshot could not be saved";
pub const NOT_SAVED_HINT: &str = "Choose another folder under Display, at the top of the 3D view.";
pub const NOT_DRAWN: &str = "The screenshot could not be drawn";
pub const TAKING: &str = "Taking a screenshot";
pub const NOT_STARTED: &str = "Could not take a screenshot";
pub const SAVED: &str = "Screenshot saved";
pub const COPIED: &str = "Screenshot copied";
