//! How a long job tells how far it is.

/// Receives progress of one job. Called from the job's thread, at most a few times per unit of work.
pub trait ProgressSink: Send + Sync {
    /// `done` of `total` units of `what` ("frames", "windows", "bytes"); `total` 0 means unknown.
    fn progress(&self, what: &'static str, done: u64, total: u64);
}

/// Ignores progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl ProgressSink for NoProgress {
    fn progress(&self, _what: &'static str, _done: u64, _total: u64) {}
}

impl<F: Fn(&'static str, u64, u64) + Send + Sync> ProgressSink for F {
    fn progress(&self, what: &'static str, done: u64, total: u64) {
        self(what, done, total);
    }
}
