//! What several panels say.

pub const NOTHING_IS_OPEN: &str = "Nothing is open";
pub const CLOSE: &str = "Close";
pub const COPY_PATH: &str = "Copy path";
pub const DETAILS: &str = "Details";
pub const DISMISS: &str = "Dismiss";
pub const NEW_NAME: &str = "New name";
pub const FRAMES_UNIT: &str = " frames";
pub const CANCEL: &str = "Cancel";
pub const RESET: &str = "Reset";

pub fn reset_label(what: &str) -> String {
    format!("Reset {what}")
}

/// With a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
