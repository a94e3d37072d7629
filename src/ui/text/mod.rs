//! Everything that the window says, in English: a file per panel, fixed texts as constants, sentences as functions.
//!
//! Imports nothing but plain types. Ids of widgets and the words of errors from lower layers are not here.

pub mod actions;
pub mod body;
pub mod cleaning;
pub mod clip_export;
pub mod clips;
pub mod common;
pub mod cycles;
pub mod detector;
pub mod empty;
pub mod export;
pub mod hints;
pub mod image;
pub mod inspector;
pub mod jobs;
pub mod live;
pub mod log;
pub mod models;
pub mod moves;
pub mod opening;
pub mod overlay;
pub mod palette;
pub mod panes;
pub mod path_field;
pub mod people;
pub mod picking;
pub mod plots;
pub mod scene_menu;
pub mod screenshot;
pub mod settings;
pub mod shelf;
pub mod shortcuts;
pub mod sources;
pub mod status;
pub mod timeline;
pub mod transport;
pub mod viewport;
pub mod window;
