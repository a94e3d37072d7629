//! The panels of the window. Each reads the session, draws, and pushes what was asked for.

pub mod body;
pub mod cleaning;
pub mod clip_export;
pub mod clips;
pub mod empty;
pub mod export;
mod floating;
pub mod hints;
pub mod image;
pub mod inspector;
pub mod log;
pub mod menu;
pub mod models;
pub mod overlay;
pub mod palette;
pub mod path_field;
pub mod people;
mod picking;
pub mod plots;
pub mod scene;
pub mod settings;
pub mod shortcuts;
pub mod sources;
pub mod status;
pub mod timeline;
pub mod transport;
pub mod viewport;
