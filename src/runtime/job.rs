//! One job: an id, a cancel token, a named thread, and the end it always reports.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::message::Event;
use super::outbox::Outbox;
use crate::support::{CancelToken, Cancelled, Notice, ProgressSink};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

impl JobId {
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Keeps a job alive: dropping it cancels the job.
#[derive(Debug)]
pub struct JobHandle {
    pub id: JobId,
    cancel: CancelToken,
}

impl JobHandle {
    pub fn new(id: JobId, cancel: CancelToken) -> Self {
        Self { id, cancel }
    }

    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl Drop for JobHandle {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// How a job can end early.
#[derive(Debug)]
pub enum JobError {
    Cancelled,
    Failed(Notice),
}

impl From<Cancelled> for JobError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// What a job's code may use.
#[derive(Clone)]
pub struct JobContext {
    pub id: JobId,
    pub cancel: CancelToken,
    outbox: Outbox,
}

impl JobContext {
    pub fn new(id: JobId, cancel: CancelToken, outbox: Outbox) -> Self {
        Self { id, cancel, outbox }
    }

    /// Waits while the channel is full.
    ///
    /// # Errors
    /// [`Cancelled`] when the job is cancelled while waiting, or the consumer is gone.
    pub fn send(&self, event: Event) -> Result<(), Cancelled> {
        self.outbox.send(event, &self.cancel)
    }

    /// Tells the consumer to look at what is handed over beside the events.
    pub(super) fn wake(&self) {
        self.outbox.wake();
    }

    /// Does the work, catching panics, and reports how it ended. True unless it panicked.
    pub fn finish_with(&self, worker: &'static str, work: impl FnOnce() -> Result<(), JobError>) -> bool {
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(work));
        let panicked = outcome.is_err();
        let job = self.id;
        let event = match outcome {
            Ok(Ok(())) => Event::Done { job, elapsed_secs: start.elapsed().as_secs_f64() },
            Ok(Err(JobError::Cancelled)) => Event::Cancelled { job },
            Ok(Err(JobError::Failed(notice))) => Event::Failed { job, notice },
            Err(panic) => Event::WorkerFailed { job, worker, message: panic_text(&*panic) },
        };
        self.report(event);
        !panicked
    }

    /// Tells the end of a job, to a cancelled job's consumer too; nobody listens only when the program is closing.
    pub(super) fn report(&self, end: Event) {
        self.outbox.send_last(end);
    }
}

impl ProgressSink for JobContext {
    fn progress(&self, what: &'static str, done: u64, total: u64) {
        self.outbox.try_send(Event::Progress { job: self.id, what, done, total });
    }
}

pub(super) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown panic".to_owned())
}

/// Runs `work` in a named thread.
///
/// # Errors
/// When the operating system gives no thread.
pub(super) fn spawn(
    name: &'static str,
    outbox: Outbox,
    work: impl FnOnce(&JobContext) -> Result<(), JobError> + Send + 'static,
) -> std::io::Result<JobHandle> {
    let (id, cancel) = (JobId::next(), CancelToken::new());
    let context = JobContext::new(id, cancel.clone(), outbox);
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        context.finish_with(name, || work(&context));
    })?;
    Ok(JobHandle::new(id, cancel))
}
