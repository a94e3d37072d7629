//! Small helpers that every layer may use: cancelling, progress, notices, seeded numbers, pickles.
//!
//! Imports nothing of ours. Everything here is safe to use from any thread.

pub mod cancel;
pub mod files;
pub mod notice;
pub mod pickle;
pub mod progress;
pub mod rng;
pub mod strides;

pub use cancel::{CancelToken, Cancelled};
pub use notice::{Level, Notice, Notices};
pub use progress::{NoProgress, ProgressSink};
