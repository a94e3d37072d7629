//! The panel of what happened.

pub const CLEAR_LABEL: &str = "Clear the log";
pub const CLEAR: &str = "Clear";
pub const COPY_LABEL: &str = "Copy the log";
pub const COPY: &str = "Copy what is shown";
pub const ALL: &str = "All";
pub const WARNINGS: &str = "Warnings";
pub const ERRORS: &str = "Errors";
pub const LEVEL: &str = "Level";
pub const EMPTY: &str = "Nothing yet.";
