//! From a video to the people in it: decode, detect and follow at once.
//!
//! - `decode`: a thread that reads pictures ahead.
//! - `search`: looks for people in them, on the caller's thread.
//! - `found`: what is there so far, as a clip.

mod decode;
mod found;
mod search;

pub use found::Found;
pub use search::{Ending, Listener, SearchError, search};

#[cfg(test)]
mod tests;
