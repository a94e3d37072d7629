//! Charts over time, and saving them.

pub const PLOT_VALUES_COPIED: &str = "Plot values copied";

pub const COPYING: &str = "Copying plot values";
pub const COPY_FAILED: &str = "The plot values could not be copied";
pub const NOT_WORKED_OUT: &str = "The plots cannot be brought up to date";
pub const SAVED: &str = "Plots saved";

pub const SHOW_ONLY: &str = "Show only this";
pub const SHOW_ALL: &str = "Show all";
pub const LEGEND_HINT: &str = "Click to hide or show";

pub const NOTHING_IS_OPEN: &str = "Nothing is open.";
pub const NOBODY_SHOWN: &str = "Nobody is shown. Show a person to plot them.";
pub const CHOOSE: &str = "Choose…";
pub const CHOOSE_HINT: &str = "Choose what to plot, and of whom";
pub const GESTURES: &str = "Drag to go through time, with the right button to pan; the wheel zooms\nCtrl and drag zooms into a box, Alt and the wheel zooms the values\nDouble-click to show everything";
pub const ALL_VALUES: &str = "All values";
pub const ALL_VALUES_HINT: &str = "Show all values again; a double click does, and shows all of the time";
pub const INVITATION: &str = "Choose what to plot";
pub const INVITATION_HINT: &str = "Angles, positions, speeds and confidence of the people on screen, over time.";

pub const KNEES: &str = "Knees";
pub const ELBOWS: &str = "Elbows";
pub const WRIST_SPEED: &str = "Speed of wrists";
pub const CONFIDENCE: &str = "Confidence";
pub const SEARCH: &str = "Search quantities";
pub const SEARCH_HINT: &str = "Search, e.g. left knee";
pub const PEOPLE: &str = "People";
pub const NOTHING_FOUND: &str = "Nothing has this name.";

pub const TIME_AXIS: &str = "Time (min:s)";

pub const SAVE_TABLE: &str = "Save plot values as CSV";
pub const SAVE_TABLE_HINT: &str = "A row per frame and a column per shown curve, with its unit.";
pub const SAVE_PICTURE: &str = "Save plots as picture";
pub const SAVE_PICTURE_HINT: &str = "A PNG of the shown curves with title, axes and legend.";
pub const SAVE_AS: &str = "Save as";
pub const SAVE_EXAMPLE: &str = "~/plots.csv";
pub const IN_TO_OUT: &str = "In to out";
pub const IN_TO_OUT_HINT: &str = "Only from in to out point";
pub const WHOLE_CLIP: &str = "Whole clip";
pub const WHOLE_CLIP_HINT: &str = "All frames";
pub const FRAMES: &str = "Frames";
pub const SAVE: &str = "Save";
pub const CHOOSE_PLACE: &str = "Choose a place…";
pub const CHOOSE_PLACE_HINT: &str = "In the system's file dialog";

pub fn could_not_save(name: &str) -> String {
    format!("Could not save {name}")
}

pub fn saving(name: &str) -> String {
    format!("Saving {name}")
}

/// What a chart or a set to start from is called by screen readers.
pub fn chart(caption: &str) -> String {
    format!("Plot: {caption}")
}

/// What a chart shows, from the lowest to the highest value.
pub fn shown_values(low: f64, high: f64, unit: &str, decimals: usize) -> String {
    format!("{low:.decimals$} to {high:.decimals$} {unit}")
}

pub fn quantities(count: usize) -> String {
    if count == 1 { "1 quantity".to_owned() } else { format!("{count} quantities") }
}

pub fn moment(time: &str, frame_number: i64) -> String {
    format!("{time}, frame {frame_number}")
}

pub fn remove(curve: &str) -> String {
    format!("Remove {curve}")
}

pub fn plot(what: &str) -> String {
    format!("Plot {what}")
}
