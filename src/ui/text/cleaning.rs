//! The panel that repairs, smooths and puts upright.

pub const EMPTY_HINT: &str = "Repairs and smoothing of the open clip appear here.";

pub const BEFORE_LIFTING: &str = "Before lifting";
pub const REPAIRS: &str = "repairs";
pub const MIN_CONFIDENCE: &str = "Ignore uncertain joints";
pub const MIN_CONFIDENCE_HINT: &str = "Joints that the detector is less certain of count as not seen";
pub const LEAST_CONFIDENCE: &str = "Least confidence";
pub const SWAP_REPAIR: &str = "Repair left/right swaps";
pub const SWAP_REPAIR_HINT: &str = "Exchanges sides back where the detector mixed them up for some frames";
pub const OUTLIERS: &str = "Remove outliers";
pub const OUTLIERS_HINT: &str =
    "Joints that jump away from their neighbouring frames and back count as not seen (Hampel filter)";
pub const TOLERANCE: &str = "Tolerance";
pub const NEIGHBOURS: &str = "Neighbours";
pub const NEIGHBOURS_HINT: &str = "Frames to either side that a joint is compared with";
pub const FILL_GAPS: &str = "Fill gaps";
pub const FILL_GAPS_HINT: &str =
    "Joints that are missing for a short while are put between where they were and where they come back";
pub const FILL_UP_TO: &str = "Up to";

pub const AFTER_LIFTING: &str = "After lifting";
pub const SMOOTHING_GROUP: &str = "smoothing";
pub const SMOOTHING_OFF: &str = "Off";
pub const SMOOTHING_OFF_HINT: &str = "The joints as the model gives them";
pub const ONE_EURO: &str = "One-euro";
pub const ONE_EURO_HINT: &str = "Smooth when slow, quick when fast; lags a little, as in live use";
pub const BUTTERWORTH: &str = "Butterworth";
pub const BUTTERWORTH_HINT: &str = "Low-pass without delay, usual in sports science";
pub const SAVITZKY_GOLAY: &str = "Savitzky";
pub const SAVITZKY_GOLAY_HINT: &str = "Savitzky-Golay: fits polynomials, keeps peaks";
pub const SMOOTHING: &str = "Smoothing";
pub const STRENGTH: &str = "Strength";
pub const HERTZ_UNIT: &str = " Hz";
pub const HERTZ_PER_SPEED_UNIT: &str = " Hz per m/s";
pub const CUTOFF: &str = "Cut-off";
pub const ONE_EURO_CUTOFF_HINT: &str = "At rest: lower is smoother";
pub const RISE: &str = "Rise";
pub const RISE_HINT: &str = "How fast the cut-off rises with speed: higher lags less";
pub const SPEED_CUTOFF: &str = "Speed";
pub const SPEED_CUTOFF_HINT: &str = "Cut-off of the speed that the rise follows";
pub const BUTTERWORTH_CUTOFF_HINT: &str = "Motion faster than this is taken away";
pub const ORDER: &str = "Order";
pub const ORDER_HINT: &str = "Of each of the two runs, forwards and backwards";
pub const WINDOW: &str = "Window";
pub const WINDOW_HINT: &str = "Frames that one polynomial is fitted to; an odd number";
pub const DEGREE: &str = "Degree";
pub const DEGREE_HINT: &str = "Of the polynomial: higher keeps more of the peaks";

pub const WORLD: &str = "Upright and floor";
pub const WORLD_GROUP: &str = "upright and floor";
pub const UP: &str = "Up";
pub const AS_FILMED: &str = "As filmed";
pub const AS_FILMED_HINT: &str = "The camera is taken to be level";
pub const FIT_CLIP: &str = "Fit clip";
pub const FIT_CLIP_HINT: &str = "One gravity and floor for everybody, from feet and trunks over the whole clip";
pub const FIT_PERSON: &str = "Fit person";
pub const FIT_PERSON_HINT: &str = "Everybody's own gravity and floor";
pub const PATH: &str = "Path";
pub const PATH_PREDICTED: &str = "Predicted";
pub const PATH_PREDICTED_HINT: &str = "As the model and the picture say";
pub const PATH_IN_PLACE: &str = "In place";
pub const PATH_IN_PLACE_HINT: &str = "On the spot: only up and down";
pub const PATH_ON_FLOOR: &str = "On floor";
pub const PATH_ON_FLOOR_HINT: &str = "The feet are slowly brought to the floor; a jump stays a jump";
pub const TILT: &str = "Tilt";
pub const TILT_HINT: &str = "Turns the world forwards or backwards by hand";
pub const YAW: &str = "Yaw";
pub const YAW_HINT: &str = "Turns the world about the vertical by hand";

pub const BODY_HEIGHT: &str = "Body height";
pub const BODY_HEIGHT_HINT: &str = "Makes metres of pixels. Where nobody says it, it follows from the floor.";
pub const ESTIMATED: &str = "estimated";
pub const STANDING_HEIGHT: &str = "Standing height";

pub fn estimate_height(person: &str) -> String {
    format!("Estimate the height of {person}")
}

pub fn height_of(person: &str) -> String {
    format!("Body height of {person}")
}
