//! The bodies that people wear.

pub const APPEARANCE: &str = "People as";
pub const SKELETON: &str = "Skeleton";
pub const SKELETON_HINT: &str = "Bones and joints";
pub const BODY: &str = "Body";
pub const BODY_HINT: &str = "A skinned body that follows the 3D joints";
pub const BOTH: &str = "Both";
pub const BOTH_HINT: &str = "The skeleton inside a translucent body";
pub const OPACITY: &str = "Opacity";
pub const OPACITY_LABEL: &str = "Body opacity";
pub const WIREFRAME: &str = "Wireframe";
pub const WIREFRAME_HINT: &str = "The edges of the body's mesh over it";
pub const COLOURS: &str = "Colours";
pub const COLOUR_PERSON: &str = "Person";
pub const COLOUR_PERSON_HINT: &str = "Clay with a touch of the person's colour";
pub const COLOUR_CONFIDENCE: &str = "Trust";
pub const COLOUR_CONFIDENCE_HINT: &str =
    "How sure the detector was of the joints near by: blue is unsure, yellow is sure";
pub const COLOUR_SPEED: &str = "Speed";
pub const COLOUR_SPEED_HINT: &str = "How fast each part moves: yellow is 3 m/s and more";
pub const COLOUR_FIT: &str = "Fit";
pub const COLOUR_FIT_HINT: &str = "How far the body is from the predicted joints: red is 5 cm and more";

pub const MODEL: &str = "Body model";
pub const MANNEQUIN: &str = "Mannequin (built in)";
pub const MANNEQUIN_HINT: &str = "Comes with the program and may be used freely";
pub const CHOOSE_FILE: &str = "Choose a body or mesh model…";
pub const CHOOSE_TITLE: &str = "Choose a body file or a mesh model";
pub const FILES_FILTER: &str = "Body models";
pub const LICENCE: &str = "SMPL bodies are for research and come from smpl.is.tue.mpg.de. A file stays where it is: \
                           it is read each time, never copied.";
pub const LOADING: &str = "Loading a body";
pub const COULD_NOT_LOAD: &str = "The body could not be loaded";
pub const COULD_NOT_LOAD_HINT: &str = "People keep the body that they wear.";
pub const NOT_UP_TO_DATE: &str = "Bodies cannot be brought up to date";
pub const FITTING: &str = "Fitting bodies";

pub const SHAPE: &str = "Shape";
pub const SHAPE_GROUP: &str = "shape";
pub const FITTED: &str = "Fitted to the lengths of the bones. Move a slider to set it by hand.";
pub const NO_PERSON: &str = "Nobody with a body is shown.";
pub const SHAPE_OF: &str = "Shape of";

pub const FEET: &str = "Feet";
pub const FEET_GROUP: &str = "feet";
pub const ON_FLOOR: &str = "Feet on the floor";
pub const ON_FLOOR_HINT: &str = "Soles never sink in, and rest on the floor where they touch it";
pub const LOCK: &str = "Foot lock";
pub const LOCK_HINT: &str = "How firmly a foot stays where it stands";

/// What a shape coefficient is called, by the body or else by its number.
pub fn shape(names: &[String], number: usize) -> String {
    names.get(number).map_or_else(|| format!("Shape {}", number + 1), |name| super::common::capitalised(name))
}

pub fn facts(vertices: usize, is_estimated: bool) -> String {
    let posed = if is_estimated { "posed by its mesh model" } else { "fitted to the 3D joints" };
    format!("{vertices} vertices, {posed}")
}
