//! The 3D view.

pub const FROM_RIGHT: &str = "from the right";
pub const FROM_LEFT: &str = "from the left";
pub const FROM_ABOVE: &str = "from above";
pub const FROM_BELOW: &str = "from below";
pub const FROM_FRONT: &str = "from the front";
pub const FROM_BEHIND: &str = "from behind";

pub const NOBODY_IN_RECORDING: &str = "Nobody is in this recording.";
pub const NOT_SEARCHED: &str = "The people in this video appear as they are found (Detect people, D).";
pub const NO_DETECTOR: &str = "A detector finds the people in this video: choose one in the Models panel.";
pub const WAITING: &str = "3D appears here as soon as the first frames are inferred.";

pub const FRONT: &str = "Front";
pub const SIDE: &str = "Side";
pub const TOP: &str = "Top";
pub const THREE_QUARTER: &str = "3/4";
pub const CAMERA: &str = "Camera";
pub const FRAME_ALL: &str = "Frame all";

pub const NO_GRAPHICS: &str = "The 3D view needs a graphics device, and this window has none.";

/// "View from above (+Y)".
pub fn view_from(place: &str, axis: &str) -> String {
    format!("View {place} ({axis})")
}

pub fn shows(people: usize) -> String {
    format!("3D view: {} shown", super::people::count(people))
}
