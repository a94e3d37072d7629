//! The menu of a joint or bone.

pub const TRAIL: &str = "Trail of this joint";
pub const COPY_POSITION: &str = "Copy position";
pub const POSITION_COPIED: &str = "Position copied";

pub fn select(what: &str) -> String {
    format!("Select {what}")
}

pub fn frame(person: &str) -> String {
    format!("Frame {person}")
}

pub fn follow(person: &str) -> String {
    format!("Follow {person}")
}
