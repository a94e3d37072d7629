//! Threads and jobs: opening files and inference happen here, never on the window's thread.
//!
//! Imports layers 0 to 3. The only place that spawns threads which outlive a call. A consumer (the window) calls
//! [`Runtime`]'s methods, none of which waits, and drains [`Event`]s when it likes; `wake` tells it that there are some.
//! Every worker catches its own panics and reports them as [`Event::WorkerFailed`]: the window lives on.

mod actions;
mod body;
pub mod clip;
pub mod detect;
pub mod export;
mod infer_worker;
pub mod job;
mod latest;
pub mod live;
pub mod loader;
pub mod message;
pub mod open;
mod outbox;
pub mod video;

pub use actions::load_actions;
pub use body::load_body;
pub use detect::{DetectRequest, DetectorLoader};
pub use job::{JobHandle, JobId};
pub use live::{Live, LiveDials, LiveRequest, LiveStats, LiveUpdate};
pub use message::{Event, InferRequest, ModelInfo, OpenRequest, OpenTarget};

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;

use clip::ClipPreview;
use detect::FileDetectors;
use infer_worker::InferWorker;
use loader::{CheckpointLoader, ModelLoader};
use outbox::Outbox;
use video::VideoPlayer;

use crate::io::frames::Ffmpeg;
use crate::session::SourceId;

/// Tells the consumer that events wait; called from worker threads.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Events on their way to the consumer; a full channel slows the workers down, nothing is dropped.
const EVENTS: usize = 256;

/// Owns the workers. Dropping it cancels everything and waits a moment for the threads to end.
pub struct Runtime {
    outbox: Outbox,
    events: Receiver<Event>,
    infer: InferWorker,
    /// What decodes videos.
    pub tools: Ffmpeg,
    /// Where detectors come from; tests have their own.
    pub detectors: Arc<dyn DetectorLoader>,
}

impl Runtime {
    /// # Errors
    /// When the operating system gives no thread.
    pub fn new(wake: Wake) -> std::io::Result<Self> {
        Self::with_loader(wake, Box::new(CheckpointLoader))
    }

    /// With models from elsewhere; for tests.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn with_loader(wake: Wake, loader: Box<dyn ModelLoader>) -> std::io::Result<Self> {
        let (sender, events) = crossbeam_channel::bounded(EVENTS);
        let outbox = Outbox::new(sender, wake);
        let infer = InferWorker::start(outbox.clone(), loader)?;
        Ok(Self { outbox, events, infer, tools: Ffmpeg::default(), detectors: Arc::new(FileDetectors) })
    }

    /// Reads a file in its own thread: [`Event::Opened`] or [`Event::Failed`] follows.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn open(&self, request: OpenRequest) -> std::io::Result<JobHandle> {
        open::start(request, self.tools.clone(), self.outbox.clone())
    }

    /// Finds out about a video in a thread of its own: [`Event::VideoFound`] or [`Event::Failed`] follows.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn find_video(&self, source: SourceId, path: &Path) -> std::io::Result<JobHandle> {
        open::find_video(source, path.to_owned(), self.tools.clone(), self.outbox.clone())
    }

    /// Starts decoding a video for the window; what goes wrong later comes as [`Event::Notice`].
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn play_video(&self, path: &Path) -> std::io::Result<VideoPlayer> {
        VideoPlayer::start(path.to_owned(), self.tools.clone(), self.outbox.clone())
    }

    /// Starts a thread that draws pictures of clips before they are written. What it drew is taken from the handle.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn preview_clip(&self) -> std::io::Result<ClipPreview> {
        ClipPreview::start(self.tools.clone(), self.outbox.clone())
    }

    /// Runs the model over a source. A request that is still running is cancelled and replaced.
    pub fn infer(&self, request: InferRequest) -> JobHandle {
        self.infer.submit(request)
    }

    /// Watches a camera until the handle is dropped. What there is to show is taken from the handle; messages and the
    /// end come as events.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn live(&self, request: LiveRequest) -> std::io::Result<Live> {
        live::start(request, self.outbox.clone())
    }

    /// Finds the people in a video in a thread of its own: [`Event::Detected`] follows now and then, also after it was
    /// cancelled or failed.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn detect(&self, request: DetectRequest) -> std::io::Result<JobHandle> {
        let (detectors, tools) = (self.detectors.clone(), self.tools.clone());
        self.run("detect", move |context| detect::run(&request, &*detectors, &tools, context))
    }

    /// Runs `work` in a thread of its own (a file dialog, an export); what it sends are events like all others.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn run(
        &self,
        name: &'static str,
        work: impl FnOnce(&job::JobContext) -> Result<(), job::JobError> + Send + 'static,
    ) -> std::io::Result<JobHandle> {
        job::spawn(name, self.outbox.clone(), work)
    }

    /// The next waiting event, if there is one.
    pub fn try_event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Waits for an event; for tests and for consumers without a window.
    pub fn wait_event(&self, timeout: Duration) -> Option<Event> {
        self.events.recv_timeout(timeout).ok()
    }

    /// Events that wait.
    pub fn queue_len(&self) -> usize {
        self.events.len()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.outbox.close();
        self.infer.stop();
    }
}

#[cfg(test)]
mod tests;
