//! Labels, moves and where they happen.

pub const SAVED_HINT: &str = "It is labelled in every open clip.";
pub const NOT_READ: &str = "Moves could not be compared";
pub const NOT_SAVED: &str = "This stretch cannot be saved as a move";
pub const NOT_OPENED: &str = "Your moves could not be read; the program starts without them";
pub const NOT_KEPT: &str = "Your moves could not be kept";
pub const NOT_KEPT_HINT: &str = "They are there until the program is closed. Export them to another place.";
pub const EXPORTING: &str = "Saving moves";
pub const IMPORT: &str = "Import…";
pub const IMPORT_TITLE: &str = "Add moves of a file";
pub const FILES_FILTER: &str = "Moves";
pub const EXPORT: &str = "Export…";
pub const EXPORT_TITLE: &str = "Save moves";
pub const EXPORT_HINT: &str = "All moves with their examples, for others and for other computers.";
pub const LABELS_FILE: &str = "Save labels";
pub const LABELS_FILE_TITLE: &str = "Save labels";
pub const LABELS_FILE_HINT: &str = "Every label of this clip with its person, times and score, as a table. Of labels from an action model, a name \
     that ends with .json takes the scores of all windows too.";
pub const ONLY_TABLE: &str =
    "Scores of all windows are saved of labels from an action model; these are from your moves";
pub const ONLY_TABLE_HINT: &str = "Save them as .csv.";
pub const SAVING_LABELS: &str = "Saving labels";
pub const SAVE: &str = "Save";
pub const REPLACES: &str = "A file of this name is replaced.";
pub const NO_KEYPOINTS: &str = "it comes from a file of 3D poses, without 2D keypoints";
pub const NOT_LABELLED: &str = "Labels are not up to date";
pub const NOT_SEARCHED: &str = "The move could not be looked for";

pub const MARK: &str = "Marked stretch";
pub const MARK_HINT: &str = "Hold Shift and drag over a person's lane, or click a label.";
pub const NOTHING_MARKED: &str = "Mark a stretch first: hold Shift and drag over a person's lane";
pub const NO_LABELS: &str = "There are no labels to go to";
pub const NOTHING_FOUND_YET: &str = "No move was looked for yet";
pub const NO_SEGMENT_BEFORE: &str = "No label begins before this frame";
pub const NO_SEGMENT_AFTER: &str = "No label begins after this frame";
pub const CLEAR_MARK: &str = "Clear the mark";

pub const FIND_TITLE: &str = "Find a move";
pub const FIND_EMPTY: &str = "Mark a stretch on the timeline: hold Shift and drag over a person's lane, or click a label. Then find where else \
     it happens, in this clip and all others that are open.";
pub const FIND: &str = "Find this move";
pub const SAVE_AS: &str = "Save as move…";
pub const NAME_OF_MOVE: &str = "Name of the move";
pub const NAME_HINT: &str = "Name, then Enter";
pub const MIRRORED: &str = "Mirrored too";
pub const MIRRORED_HINT: &str = "Also when it is done with the other side of the body";
pub const IS_MIRRORED: &str = "mirrored";
pub const NOT_FOUND: &str = "Nothing else is like it.";
pub const LOOKING: &str = "Looking…";
pub const PREVIOUS: &str = "Previous match";
pub const NEXT: &str = "Next match";

pub const MOVES_TITLE: &str = "My moves";
pub const MOVES_EMPTY: &str = "Moves that you save are labelled in every clip, here and after the next start.";
pub const RENAME: &str = "Rename";
pub const REMOVE: &str = "Remove";

pub const MODEL_SECTION: &str = "Action model";
pub const NO_MODEL: &str = "None";
pub const NO_MODEL_HINT: &str = "Labels come from your own moves alone";
pub const CHOOSE_MODEL: &str = "Choose a file…";
pub const MODEL_TITLE: &str = "Choose an action model";
pub const MODEL_LOADING: &str = "Loading…";
pub const CHOOSE_NAMES: &str = "Names…";
pub const CHOOSE_NAMES_HINT: &str = "A file with the names of the classes, one a line, in the model's order";
pub const NAMES_TITLE: &str = "Choose the names of the classes";
pub const NAMES_FILTER: &str = "Names";
pub const WINDOW: &str = "Window";
pub const WINDOW_HINT: &str = "How much the model sees at once; set it to about as long as an action takes";
pub const NOT_SCORED: &str = "Actions could not be told";

pub const LABELS_TITLE: &str = "Labels";
pub const LABELS_EMPTY: &str = "Nothing is labelled in this clip.";
pub const LABELS_NONE: &str = "Labels come from your own moves, or from an action model.";
pub const LABELS_FROM: &str = "Labels from";
pub const FROM_MOVES: &str = "My moves";
pub const FROM_MOVES_HINT: &str = "Stretches like the examples of your moves";
pub const FROM_MODEL: &str = "Model";
pub const FROM_MODEL_HINT: &str = "What the action model says";
pub const THRESHOLD: &str = "At least";
pub const THRESHOLD_HINT: &str = "What scores less has no label";
pub const MIN_LENGTH: &str = "Shortest";
pub const MIN_LENGTH_HINT: &str = "Shorter stretches have no label";
pub const SMOOTHING: &str = "Smoothing";
pub const SMOOTHING_HINT: &str = "Scores are averaged over this time";
pub const CUT_GROUP: &str = "labels";
pub const COPY_TABLE: &str = "Copy as a table";
pub const TABLE_COPIED: &str = "Labels copied";
pub const TABLE_HEADER: &str = "person,label,start_secs,end_secs,score";
pub const SECS: &str = " s";
pub const PERCENT: &str = " %";

/// "Squat, 0:02.1 to 0:03.4, 87 %, Person 1"
pub fn segment(name: &str, from: &str, to: &str, percent: f32, person: &str) -> String {
    format!("{name}, {from} to {to}, {percent:.0} %, {person}")
}

pub fn saved(name: &str) -> String {
    format!("Saved as \"{name}\"")
}

pub fn imported(count: usize) -> String {
    match count {
        1 => "1 move added".to_owned(),
        _ => format!("{count} moves added"),
    }
}

pub fn not_exported(name: &str) -> String {
    format!("Could not write {name}")
}

/// What somebody does now.
pub fn live(person: &str, name: &str, share: f32) -> String {
    format!("{person}: {name} {:.0} %", 100.0 * share)
}

pub fn scoring(clip: &str) -> String {
    format!("Telling actions in {clip}")
}

pub fn classes(count: usize) -> String {
    format!("{count} classes")
}

pub fn score(name: &str, share: f32) -> String {
    format!("{name} {:.0} %", 100.0 * share)
}

pub fn stretch(person: &str, from: &str, to: &str) -> String {
    format!("{person}, {from} to {to}")
}

pub fn found(count: usize) -> String {
    match count {
        1 => "1 match".to_owned(),
        _ => format!("{count} matches"),
    }
}

pub fn hit(person: &str, clip: &str, time: &str, percent: f32, is_mirrored: bool) -> String {
    let mirrored = if is_mirrored { ", mirrored" } else { "" };
    format!("{person} in {clip} at {time}, {percent:.0} % alike{mirrored}")
}

pub fn not_lifted(clips: usize) -> String {
    match clips {
        1 => "One clip is not lifted to 3D yet.".to_owned(),
        _ => format!("{clips} clips are not lifted to 3D yet."),
    }
}

pub fn examples(count: usize) -> String {
    match count {
        1 => "1 example".to_owned(),
        _ => format!("{count} examples"),
    }
}

pub fn example(clip: &str, person: u32, time: &str, secs: f64) -> String {
    format!("Person {person} in {clip}, {time}, {secs:.1} s")
}

pub fn rename(name: &str) -> String {
    format!("Rename {name}")
}

pub fn remove(name: &str) -> String {
    format!("Remove {name}")
}

pub fn show_examples(name: &str) -> String {
    format!("Examples of {name}")
}

pub fn remove_example(what: &str) -> String {
    format!("Remove the example of {what}")
}

/// Time that somebody spends with something, and in how many stretches.
pub fn total(person: &str, label: &str, secs: f64, count: usize) -> String {
    format!("{person}: {label}, {secs:.1} s in {count}")
}

pub fn secs(secs: f64) -> String {
    format!("{secs:.1} s")
}

pub fn times(count: usize) -> String {
    format!("{count} ×")
}
