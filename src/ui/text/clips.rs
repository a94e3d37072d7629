//! Tabs of the open clips.

pub const ALIGNED: &str = "Clips aligned";
pub const ALIGNED_HINT: &str = "Side by side, they now show this moment together.";

pub const SHOW_SIDE_BY_SIDE: &str = "Show side by side";
pub const PATH_COPIED: &str = "Path copied";
pub const MOVE_LEFT: &str = "Move tab left";
pub const MOVE_RIGHT: &str = "Move tab right";
pub const CLOSE_OTHERS: &str = "Close others";
pub const MOMENT: &str = "Moment";
pub const MOMENT_HINT: &str = "Side by side, clips show this moment together";
pub const IN_SYNC: &str = "in sync";

pub fn close_tab(clip: &str) -> String {
    format!("Close tab {clip}")
}

/// `place` counts from 0; the first nine have a key.
pub fn tab_hint(path: &str, place: usize) -> String {
    if place < 9 { format!("{path}\nCtrl+{}", place + 1) } else { path.to_owned() }
}
