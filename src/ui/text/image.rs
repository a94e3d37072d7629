//! The 2D view.

pub const PICTURE: &str = "Picture";
pub const PICTURE_HINT: &str = "What the 2D view shows, and its video";
pub const OPACITY: &str = "Opacity";
pub const OPACITY_HINT: &str = "How much of the video is seen";
pub const OFFSET: &str = "Begins at";
pub const OFFSET_LABEL: &str = "Video begins at frame";
pub const OFFSET_HINT: &str = "The frame of the timeline at which the video begins; less than 0 if it began before";
pub const VIDEO_FAILED: &str = "The video cannot be shown. The log says why.";
pub const OUTSIDE_VIDEO: &str = "The video has no picture here";
pub const DECODING: &str = "Decoding…";
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

pub fn with_video_frame(label: &str, frame: usize) -> String {
    format!("{label}, video frame {frame}")
}

/// Of the video, while the one that is asked for is decoded.
pub fn near_frame(frame: usize) -> String {
    format!("Near picture: frame {frame}")
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
