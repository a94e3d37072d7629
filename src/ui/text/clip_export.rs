//! Exporting pictures of a clip: video, GIF, PNG.

pub const TITLE: &str = "Export video";
pub const HINT: &str = "The 3D view as a video, a GIF or pictures.";

pub const PREVIEW_COMES: &str = "Drawing the preview";

/// "Preview of frame 12"
pub fn preview_of(frame: usize) -> String {
    format!("Preview of frame {frame}")
}

/// "No preview: there is nobody in 3D to draw"
pub fn no_preview(why: &str) -> String {
    format!("No preview: {why}")
}

pub const FORMAT: &str = "Format";
pub const VIDEO: &str = "MP4";
pub const VIDEO_HINT: &str = "A video that every player and browser shows";
pub const GIF: &str = "GIF";
pub const GIF_HINT: &str = "Repeats for ever, in 256 colours and at most 50 frames per second. Keep it short and small";
pub const PICTURES: &str = "PNGs";
pub const PICTURES_HINT: &str = "A folder of numbered pictures without loss, for editing programs";
pub const PICTURE: &str = "This frame";
pub const PICTURE_HINT: &str = "One PNG picture";

pub const LAYOUT: &str = "Layout";
pub const VIEW: &str = "3D view";
pub const VIEW_HINT: &str = "As the window shows it, from the same camera";
pub const OVERLAY: &str = "Overlay";
pub const OVERLAY_HINT: &str =
    "People in 3D over the video, or over the keypoints without one, from where the recording camera stood";
pub const SIDE_BY_SIDE: &str = "Side by side";
pub const SIDE_BY_SIDE_HINT: &str = "The video with its keypoints on the left, the 3D view on the right";

pub const VIDEO_FILE: &str = "Video";
pub const VIDEO_FILE_HINT: &str = "What the keypoints were found in; without it they are on an empty plane";
pub const VIDEO_FILE_EXAMPLE: &str = "~/videos/dance.mp4";

pub const SIZE: &str = "Size";
pub const AS_VIEW: &str = "View";
pub const AS_VIEW_HINT: &str = "As many pixels as the view has in the window";
pub const HD: &str = "720p";
pub const FULL_HD: &str = "1080p";
pub const FOUR_K: &str = "4K";
pub const OTHER: &str = "Other";
pub const OTHER_HINT: &str = "Type width and height";
pub const WIDTH: &str = "Width";
pub const HEIGHT: &str = "Height";
pub const TIMES: &str = "×";
pub const PIXELS: &str = " px";

pub const RATE_HINT: &str = "Of the video. Frames of the clip are repeated or left out to keep its speed.";
pub const SMOOTH: &str = "Smooth edges";
pub const SMOOTH_HINT: &str = "Four samples per pixel. Takes longer";
pub const TURNTABLE: &str = "Turn once around";
pub const TURNTABLE_HINT: &str = "The camera goes round people from the first to the last frame";

pub const SAVE_AS_EXAMPLE: &str = "~/videos/dance-3d";
pub const EXPORT: &str = "Export";
pub const DIALOG_TITLE: &str = "Export video to";

pub const NO_VIDEO: &str = "There is no such video";
pub const OWN_FILE: &str = "This would replace the video itself; choose another name";
pub const FOLDER_IN_USE: &str = "There is something in this folder already; choose another name";

pub const EXPORTING: &str = "Exporting video";
pub const NOT_STARTED: &str = "Could not start the export";
pub const FAILED: &str = "The video was not exported";

/// Beside the clip, and not its own name.
pub fn proposed_name(clip: &str) -> String {
    format!("{clip}-3d")
}

/// "Writes dance-3d.mp4: 300 frames, 10.0 s, about 4 MB"
pub fn writes(name: &str, frames: usize, secs: f64, bytes: f64, is_replaced: bool) -> String {
    let what = if is_replaced { "Replaces" } else { "Writes" };
    let megabytes = bytes / 1e6;
    let size = if megabytes < 1.0 { "less than 1 MB".to_owned() } else { format!("about {megabytes:.0} MB") };
    match frames {
        1 => format!("{what} {name}"),
        _ => format!("{what} {name}: {frames} frames, {secs:.1} s, {size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_told_with_its_size() {
        assert_eq!(writes("a.mp4", 300, 10.0, 4.2e6, false), "Writes a.mp4: 300 frames, 10.0 s, about 4 MB");
        assert_eq!(writes("a.gif", 2, 0.1, 3e5, true), "Replaces a.gif: 2 frames, 0.1 s, less than 1 MB");
        assert_eq!(writes("a.png", 1, 0.0, 3e5, false), "Writes a.png");
    }
}
