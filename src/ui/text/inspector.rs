//! Numbers of the selected person.

pub const FRAME_VALUES_COPIED: &str = "Frame values copied";

pub const JOINT_COLUMN: &str = "joint";
pub const ANGLE_COLUMN: &str = "angle";

pub const EMPTY_HINT: &str = "Numbers of the selected person appear here.";
pub const NOBODY_SELECTED: &str = "Nobody is selected";
pub const NOBODY_SELECTED_HINT: &str = "Click a person in the list or in a view.";
pub const FRAME: &str = "Frame";
pub const NOT_YET: &str = "The 3D of this person is not there yet.";

pub const TABLE: &str = "Table";
pub const POSE_TABLE: &str = "3D";
pub const POSE_TABLE_HINT: &str = "The model's 17 joints";
pub const KEYPOINT_TABLE: &str = "2D";
pub const KEYPOINT_TABLE_HINT: &str = "The detector's joints and its confidence";
pub const ANGLE_TABLE: &str = "Angles";
pub const ANGLE_TABLE_HINT: &str = "Joint angles, left and right; rest on a name for its definition";
pub const BODY_TABLE: &str = "Body";
pub const BODY_TABLE_HINT: &str = "Rotations of the body's joints, and its shape";
pub const TRUST_TABLE: &str = "Trust";
pub const TRUST_TABLE_HINT: &str = "How far to trust this motion";
pub const KEYPOINT_ROWS: &str = "2D joints";
pub const POSE_ROWS: &str = "3D joints";
pub const MIDDLE_ANGLE_ROWS: &str = "Trunk and neck";

pub const UNIT: &str = "Unit";
pub const METRES: &str = "Metres";
pub const METRES_HINT: &str = "In the drawn world: x right, y up from the floor, z towards the camera";
pub const PIXELS: &str = "Pixels";
pub const PIXELS_HINT: &str = "In the image: x right, y down, z away from the camera";
pub const UNITS: &str = "Units";
pub const UNITS_HINT: &str = "The model's own, -1 to 1: x right, y down, z away from the camera";

pub const CONFIDENCE: &str = "Confidence";
pub const SPEED: &str = "Speed";
pub const LENGTH: &str = "Length";
pub const MEAN_LENGTH: &str = "Mean";
pub const CLICK_TO_COPY: &str = "Click to copy";
pub const VALUE_COPIED: &str = "Value copied";

pub const NOT_SEEN: &str = "not seen";
pub const COPY_ROW: &str = "Copy row";
pub const ROW_COPIED: &str = "Row copied";
pub const COPY_TABLE: &str = "Copy table";
pub const TABLE_COPIED: &str = "Table copied";

pub const IN_TO_OUT: &str = "From in to out point";
pub const WHOLE_CLIP: &str = "Over the whole clip";
pub const TOO_FEW_FRAMES: &str = "Too few frames to tell how far to trust this motion.";
pub const BONES: &str = "Bones";
pub const SHAKE: &str = "Shake";
pub const FOOT_SLIDE: &str = "Foot slide";
pub const NO_FOOT_STANDS: &str = "no foot stands still";
pub const LEFT_AGAINST_RIGHT: &str = "Left against right";

pub const ROTATION_ROWS: &str = "Joint rotations";
pub const ROTATION_COLUMNS: [&str; 3] = ["x rad", "y rad", "z rad"];
pub const BETA_ROWS: &str = "Shape";

pub const COPIED_KEYPOINT_COLUMNS: [&str; 3] = ["x px", "y px", "confidence"];
pub const COPIED_ANGLE_COLUMNS: [&str; 3] = ["left °", "right °", "difference °"];
pub const KEYPOINT_COLUMNS: [&str; 3] = ["x px", "y px", "conf"];
pub const ANGLE_COLUMNS: [&str; 3] = ["left °", "right °", "L − R °"];
pub const BONE_COLUMNS: [&str; 3] = ["now m", "mean m", "± %"];

/// First line of the copied numbers of a frame.
pub fn frame_heading(person: &str, frame_number: i64) -> String {
    format!("{person}\tframe {frame_number}\n")
}

pub fn copy_cell(head: &str, cell: &str) -> String {
    format!("Copy {head}: {cell}")
}

/// `of` are the first and the last frame in which the person is.
pub fn moment(frame_number: i64, of: Option<(i64, i64)>, time_secs: f64) -> String {
    let of = of.map(|(first, last)| format!(" of {first} to {last}")).unwrap_or_default();
    format!("{frame_number}{of}, {time_secs:.3} s")
}

/// What a value was before cleaning.
pub fn raw(value: &str) -> String {
    format!("raw {value}")
}

pub fn vary_by(percent: f32) -> String {
    format!("vary by {percent:.1} %")
}

pub fn foot_slide(cm_per_s: f32, steps: usize) -> String {
    format!("{cm_per_s:.0} cm/s, {steps} steps")
}

/// The angle of a rotation.
pub fn degrees(angle: f32) -> String {
    format!("Axis-angle relative to the parent joint; turned by {angle:.1}°")
}
