//! The panels of the window. Each reads the session, draws, and pushes what was asked for.

mod floating;
pub mod image;
pub mod timeline;
pub mod viewport;
