//! The window itself.

pub const TITLE: &str = "MotionBERT Studio";
