//! What the 3D view shows, and its screenshots.

pub const DISPLAY: &str = "Display";
pub const DISPLAY_HINT: &str = "What the 3D view shows, and screenshots";

pub const NO_TRAILS: &str = "Right click a joint to see its trail";
pub const WHOLE_PATHS: &str = "Whole paths";
pub const WHOLE_PATHS_HINT: &str = "From in to out, besides the last second";
pub const ONION_COUNT: &str = "On each side";
pub const ONION_COUNT_LABEL: &str = "Onion skins on each side";
pub const ONION_COUNT_HINT: &str = "Ghosts before and after the shown frame";
pub const ONION_STEP: &str = "Frames apart";
pub const ONION_STEP_LABEL: &str = "Frames between onion skins";
pub const ONION_STEP_HINT: &str = "From one ghost to the next";
pub const NAMES: &str = "Names";
pub const NAMES_HINT: &str = "Name tags over heads, where there are several people";
pub const SHADOWS: &str = "Shadows";
pub const SHADOWS_HINT: &str = "Contact shadows on the floor";
pub const DEPTH_FADE: &str = "Depth fade";
pub const DEPTH_FADE_HINT: &str = "How far things fade into the background";

pub const BACKGROUND: &str = "Background";
pub const THEME: &str = "Theme";
pub const THEME_HINT: &str = "The gradient of the theme";
pub const DARK: &str = "Dark";
pub const DARK_HINT: &str = "Plain dark";
pub const WHITE: &str = "White";
pub const WHITE_HINT: &str = "Plain white, for print";
pub const GREEN: &str = "Green";
pub const GREEN_HINT: &str = "For keying in a video program";
pub const TRANSPARENT: &str = "None";
pub const TRANSPARENT_HINT: &str = "Screenshots without a background; the window shows the theme's";

pub const SCREENSHOT: &str = "Screenshot";
pub const SIZE: &str = "Screenshot size";
pub const AS_SHOWN: &str = "As shown";
pub const AS_SHOWN_HINT: &str = "As many pixels as the view has";
pub const DOUBLE: &str = "Double";
pub const DOUBLE_HINT: &str = "Twice as many pixels on each side";
pub const FOUR_K: &str = "4K";
pub const FOUR_K_HINT: &str = "3840 pixels on the longer side";
pub const FOLDER: &str = "Screenshot folder";
pub const FOLDER_HINT: &str = "Folder for screenshots";
pub const SAVE: &str = "Save";
pub const COPY: &str = "Copy";
