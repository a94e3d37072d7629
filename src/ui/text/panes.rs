//! Titles of the panels.

pub const SOURCES: &str = "Sources";
pub const SOURCES_TIP: &str = "What is open, and the people in it";
pub const KEYPOINTS: &str = "2D keypoints";
pub const KEYPOINTS_TIP: &str = "What the detector saw, over its image";
pub const SCENE: &str = "3D view";
pub const SCENE_TIP: &str = "People in space";
pub const INSPECTOR: &str = "Inspector";
pub const INSPECTOR_TIP: &str = "Numbers of the selected person";
pub const CLEANING: &str = "Clean up";
pub const CLEANING_TIP: &str = "Repairs, smoothing, upright and body height";
pub const BODY: &str = "Body";
pub const BODY_TIP: &str = "What people are drawn as: their body, its shape and its feet";
pub const MODELS: &str = "Models";
pub const MODELS_TIP: &str = "Which model lifts to 3D, and how";
pub const ACTIONS: &str = "Actions";
pub const ACTIONS_TIP: &str = "What people do: find a move, name it, see it labelled";
pub const LIVE: &str = "Live";
pub const LIVE_TIP: &str = "A camera, lifted to 3D as it happens";
pub const LOG: &str = "Log";
pub const LOG_TIP: &str = "What happened so far";
pub const TIMELINE: &str = "Timeline";
pub const TIMELINE_TIP: &str = "Playback and when each person was seen";
pub const PLOTS: &str = "Plots";
pub const PLOTS_TIP: &str = "Angles, positions, speeds and confidence over time";

pub const CLOSE_PANEL: &str = "Close panel";

pub fn move_label(title: &str) -> String {
    format!("Move {title}")
}

pub fn grip_hint(title: &str) -> String {
    format!("{title}: drag to move, right click for more")
}

pub fn tab_hint(title: &str, tip: &str) -> String {
    format!("{title}: {tip}\nDrag to move")
}

pub fn close_label(title: &str) -> String {
    format!("Close panel {title}")
}
