//! The 2D view.

pub const NO_KEYPOINTS: &str = "This file holds 3D poses; there are no keypoints.";
pub const FIT: &str = "Fit";
pub const FIT_HINT: &str = "Show the whole image (double click)";
pub const BOXES: &str = "Boxes";
pub const BOXES_HINT: &str = "Box around the joints of each person";
pub const NAMES: &str = "Names";
pub const NAMES_HINT: &str = "Name of each person";

pub fn keypoints_of(people: usize) -> String {
    format!("2D keypoints: {} in this frame", super::people::count(people))
}

pub fn not_seen(people: &[&str]) -> String {
    match people {
        [] => String::new(),
        [name] => format!("{name} was not seen in this frame"),
        [first, second] => format!("{first} and {second} were not seen in this frame"),
        [first, rest @ ..] => format!("{first} and {} others were not seen in this frame", rest.len()),
    }
}

/// Of a joint under the pointer.
pub fn keypoint(x: f32, y: f32, confidence: f32) -> String {
    format!("x {x:.1}  y {y:.1} px  confidence {confidence:.2}")
}
