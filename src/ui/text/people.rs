//! The people of a clip.

pub const PEOPLE: &str = "People";
pub const SHOW_ALL: &str = "Show all people";
pub const NOBODY_SEEN: &str = "Nobody was seen in this file.";
pub const BARE_VIDEO: &str =
    "Nobody was looked for in this video yet: press D, or open its keypoints from another detector.";
pub const STRAYS_HINT: &str = "Seen too briefly to be a person for sure; hidden, not deleted";
pub const SHOW_ONLY: &str = "Show only this person";
pub const SHOW_EVERYONE: &str = "Show everyone";
pub const RENAME: &str = "Rename";
pub const FROM_3D: &str = "3D";

/// Names of the theme's person colours, in their order.
pub const COLOURS: [&str; 8] = ["Sky blue", "Orange", "Green", "Pink", "Yellow", "Blue", "Vermilion", "Grey"];

/// "1 person", "3 people".
pub fn count(people: usize) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
}

pub fn strays(all: usize, hidden: usize) -> String {
    match (all, hidden) {
        (1, 1) => "1 short track hidden".to_owned(),
        (all, hidden) if all == hidden => format!("{all} short tracks hidden"),
        (all, hidden) => format!("{all} short tracks, {hidden} hidden"),
    }
}

/// What a click on the eye does.
pub fn eye(person: &str, is_visible: bool) -> String {
    if is_visible { format!("Hide {person}") } else { format!("Show {person}") }
}

pub fn colour_of(person: &str) -> String {
    format!("Colour of {person}")
}
