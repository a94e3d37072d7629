//! Ruler, lanes and marks.

pub const EVERYONE_SHOWN: &str = "everyone shown";
pub const NO_MARK_BEFORE: &str = "No mark before this frame";
pub const NO_MARK_AFTER: &str = "No mark after this frame";
pub const NO_KEYPOINTS: &str = "There are no 2D keypoints to look at";
pub const NO_GAP_BEFORE: &str = "No gap begins before this frame";
pub const NO_GAP_AFTER: &str = "No gap begins after this frame";
pub const NO_DIPS: &str = "No dips in confidence";

pub const OVERVIEW: &str = "Timeline overview";
pub const OVERVIEW_HINT: &str = "Drag to move along; double-click to show everything";

pub const GO_TO_MARKER: &str = "Go to marker";

pub const RULER_TIME: &str = "Time";
pub const RULER_FRAMES: &str = "Frames";
pub const RULER_HINT: &str = "Ruler in time or in frame numbers";
pub const PLAYHEAD: &str = "Playhead";
pub const SET_IN_HERE: &str = "Set in point here";
pub const SET_OUT_HERE: &str = "Set out point here";
pub const ADD_MARKER_HERE: &str = "Add marker here";

pub const NOT_SEEN: &str = "not seen";
pub const NOT_IN_PICTURE: &str = "not in the picture";
pub const FROM_FILE: &str = "3D from the file";
pub const NOT_INFERRED: &str = ", not inferred yet";

pub const IN_POINT: &str = "In point";
pub const OUT_POINT: &str = "Out point";

pub fn looked_at(who: &str) -> String {
    format!("Looked at: {who}")
}

pub fn seen_evenly(who: &str) -> String {
    format!("About as well seen all along: {who}")
}

pub fn heat(group: &str, person: &str, mean_confidence: f32) -> String {
    format!("{group} of {person}, mean confidence {mean_confidence:.2}")
}

/// `mean` holds the mean confidence and the share of frames in which the person was seen, percent.
pub fn lane(person: &str, mean: Option<(f32, f32)>) -> String {
    let mean = mean.map(|(confidence, percent)| {
        format!(", mean confidence {confidence:.2}, seen in {percent:.0} % of its frames")
    });
    format!("Lane of {person}{}", mean.unwrap_or_default())
}

pub fn lane_name(person: &str, is_visible: bool) -> String {
    if is_visible { person.to_owned() } else { format!("{person} (hidden)") }
}

pub fn at(what: &str, time: &str) -> String {
    format!("{what} at {time}")
}

pub fn shown_percent(from: f64, to: f64) -> String {
    format!("{from:.0} to {to:.0} %")
}

pub fn frame_of(frame: usize, last: usize) -> String {
    format!("Frame {frame} of {last}")
}

pub fn copy(time: &str) -> String {
    format!("Copy {time}")
}

pub fn frame(number: i64) -> String {
    format!("frame {number}")
}

pub fn part_confidence(part: &str, confidence: f32) -> String {
    format!("{part}: {}", self::confidence(confidence))
}

pub fn confidence(confidence: f32) -> String {
    format!("confidence {confidence:.2}")
}
