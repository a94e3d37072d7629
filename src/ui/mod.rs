//! The window: panels that show the session and ask for changes.
//!
//! Imports every layer but the command line; the only module that knows egui. Runs on the main thread and never
//! waits: files are read and people lifted by the [`crate::runtime`], whose events are taken in before each frame.
//! Panels read `&Session` and push [`UiCommand`]s; the app carries these out after drawing.

pub mod action;
pub mod command;
pub mod icon;
pub mod panels;
pub mod theme;

pub use action::Action;
pub use command::UiCommand;
