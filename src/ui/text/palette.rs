//! The command palette.

pub const FIND: &str = "Find anything";
pub const FIND_HINT: &str = "Type what you want to do or open";
pub const NOTHING_FOUND: &str = "Nothing has a name like this.";
pub const CLIP: &str = "Open clip";
pub const PERSON: &str = "Person";
pub const RECENT_FILE: &str = "Recent file";
