//! The window: panels that show the session and ask for changes.
//!
//! Imports every layer but the command line; the only module that knows egui. Runs on the main thread and never
//! waits: files are read and people lifted by the [`crate::runtime`], whose events are taken in before each frame.
//! Panels read `&Session` and push [`UiCommand`]s; the app carries these out after drawing.
//! All English is in [`text`].

pub mod action;
mod action_model;
pub mod app;
mod bodies;
mod carry_out;
mod clip_export;
pub mod command;
mod curves;
mod detection;
mod dock;
mod events;
mod export;
mod failures;
pub mod icon;
mod inference;
mod inspect;
mod jobs;
mod labels_file;
mod layout;
mod live;
pub mod log_book;
mod motion;
mod move_actions;
mod moves;
mod moves_file;
mod opening;
pub mod panels;
mod performance;
mod plot_files;
mod screenshot;
mod settings_file;
mod shelf;
pub mod text;
pub mod theme;
mod timeline_actions;
mod toast;
pub mod video;
pub mod widgets;
pub mod window;

pub use action::Action;
pub use app::{StartOptions, StudioApp};
pub use command::UiCommand;
pub use window::{RunError, run};
