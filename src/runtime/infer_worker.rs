//! The `infer` thread: one request at a time, the newest wins.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::job::{JobContext, JobError, JobHandle, JobId};
use super::latest::LatestSlot;
use super::loader::ModelLoader;
use super::message::{Event, InferRequest, ModelInfo};
use super::outbox::Outbox;
use crate::infer::{InferError, Lifter, Remembering, predict_track};
use crate::nn::DeviceChoice;
use crate::session::ModelChoice;
use crate::support::{CancelToken, Level, Notice};

/// How long closing waits for a forward pass to notice that it was cancelled.
const FAREWELL: Duration = Duration::from_secs(2);

struct Submitted {
    request: InferRequest,
    context: JobContext,
    /// Jobs that this one replaced before they began; the worker tells their end, since it may wait for room.
    replaced: Vec<JobId>,
}

/// Owns the thread and the request it will look at next.
pub struct InferWorker {
    slot: Arc<LatestSlot<Submitted>>,
    running: Mutex<CancelToken>,
    outbox: Outbox,
    thread: Option<JoinHandle<()>>,
}

impl InferWorker {
    pub fn start(outbox: Outbox, mut loader: Box<dyn ModelLoader>) -> std::io::Result<Self> {
        let slot = Arc::new(LatestSlot::<Submitted>::default());
        let inbox = slot.clone();
        let thread = std::thread::Builder::new().name("infer".to_owned()).spawn(move || {
            let mut cache = None;
            while let Some(Submitted { request, context, replaced }) = inbox.take() {
                for job in replaced {
                    context.report(Event::Cancelled { job });
                }
                if !context.finish_with("infer", || run(&request, &context, &mut *loader, &mut cache)) {
                    // What panicked may have left the model in any state.
                    cache = None;
                }
            }
        })?;
        Ok(Self { slot, running: Mutex::default(), outbox, thread: Some(thread) })
    }

    pub fn submit(&self, request: InferRequest) -> JobHandle {
        let (id, cancel) = (JobId::next(), CancelToken::new());
        std::mem::replace(&mut *self.running.lock(), cancel.clone()).cancel();
        let context = JobContext::new(id, cancel.clone(), self.outbox.clone());
        self.slot.put(|skipped| {
            let replaced = skipped.map_or_else(Vec::new, |mut skipped| {
                skipped.replaced.push(skipped.context.id);
                skipped.replaced
            });
            Submitted { request, context, replaced }
        });
        JobHandle::new(id, cancel)
    }

    pub fn stop(&mut self) {
        self.running.lock().cancel();
        self.slot.close();
        let Some(thread) = self.thread.take() else { return };
        let deadline = Instant::now() + FAREWELL;
        while !thread.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        if thread.is_finished() {
            // Panics were caught inside, so joining has nothing more to tell.
            drop(thread.join());
        } else {
            log::warn!("inference did not stop in time; leaving it behind");
        }
    }
}

/// The model of the last request, kept for the next.
struct Cached {
    choice: ModelChoice,
    device: DeviceChoice,
    /// Windows that an edit or a growing clip left as they were are not lifted again.
    lifter: Remembering<Box<dyn Lifter>>,
    info: ModelInfo,
}

/// The model that `request` wants; one that fails to load leaves the cached one in place.
fn model<'a>(
    request: &InferRequest,
    context: &JobContext,
    loader: &mut dyn ModelLoader,
    cache: &'a mut Option<Cached>,
) -> Result<&'a Cached, JobError> {
    let is_cached =
        cache.as_ref().is_some_and(|kept| kept.choice == request.lift.model && kept.device == request.lift.device);
    if !is_cached {
        let loaded = loader.load(&request.lift.model, request.lift.device).map_err(JobError::Failed)?;
        for notice in loaded.notices {
            context.send(Event::Notice(notice))?;
        }
        *cache = Some(Cached {
            choice: request.lift.model.clone(),
            device: request.lift.device,
            lifter: Remembering::new(loaded.lifter),
            info: loaded.info,
        });
    }
    cache.as_ref().ok_or(JobError::Cancelled)
}

fn run(
    request: &InferRequest,
    context: &JobContext,
    loader: &mut dyn ModelLoader,
    cache: &mut Option<Cached>,
) -> Result<(), JobError> {
    context.cancel.check()?;
    let model = model(request, context, loader, cache)?;
    context.send(Event::ModelReady { job: context.id, info: model.info.clone() })?;
    let options = request.source.infer_options(&request.lift.options);
    let mut before = Instant::now();
    for person in &request.people {
        let Some(track) = request.source.track(*person) else { continue };
        let result = predict_track(
            &model.lifter,
            &request.lift.cleaning.apply(track).track,
            request.source.image_size,
            &options,
            &context.cancel,
            context,
            &mut |update| {
                let elapsed_ms = before.elapsed().as_secs_f64() * 1e3;
                before = Instant::now();
                let (job, source, generation) = (context.id, request.source.id, request.generation);
                if context.send(Event::Prediction { job, source, generation, update, elapsed_ms }).is_err() {
                    // Nobody listens any more, so the rest need not be computed.
                    context.cancel.cancel();
                }
            },
        );
        for notice in model.lifter.take_notices() {
            context.send(Event::Notice(notice))?;
        }
        match result {
            Ok(_) => {}
            Err(InferError::Cancelled(_)) => return Err(JobError::Cancelled),
            // One person who cannot be lifted is no reason to leave out the others.
            Err(error @ InferError::Normalise { .. }) => {
                let mut notice = Notice::from_error(format!("Person {person} was left out"), &error);
                notice.level = Level::Warning;
                context.send(Event::Notice(notice))?;
            }
            Err(error) => return Err(JobError::Failed(Notice::from_error("Inference failed", &error))),
        }
    }
    Ok(())
}
