//! From a video to the people in it: decode, detect and follow at once.
//!
//! - `decode`: a thread that reads pictures ahead.
//! - `search`: looks for people in them, on the caller's thread.
//! - `found`: what is there so far, as a clip.
//! - `ahead`: lifts to 3D what is there so far, in a thread beside the search.
//! - `work`: all of it for one video, with the cache, for the window and the command line.

mod ahead;
mod decode;
mod found;
mod search;
mod work;

pub use ahead::Ahead;
pub use found::Found;
pub use search::{Ending, Listener, SearchError, search};
pub use work::{DetectRequest, DetectorLoader, FileDetectors, detect_people, run};

#[cfg(test)]
mod tests;
