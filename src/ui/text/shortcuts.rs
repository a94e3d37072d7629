//! The sheet of keyboard shortcuts.

pub const TITLE: &str = "Keyboard shortcuts";
pub const CLOSE_LABEL: &str = "Close the shortcuts";
