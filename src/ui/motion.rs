//! Keeps what is shown of each clip up with its results and edits, away from the window's thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui;

use super::app::StudioApp;
use super::failures::Failures;
use crate::runtime::{Event, JobHandle, JobId};
use crate::session::{Motion, MotionKey, SourceId};
use crate::support::Notice;
use crate::ui::text;

/// While results pour in, a clip is derived anew no more often than this, and no more often than takes this share of
/// the time.
const REFRESH_EVERY: Duration = Duration::from_millis(250);
const MAX_SHARE: u32 = 4;

/// One clip is derived at a time; what changes meanwhile is seen when it is through.
#[derive(Default)]
pub struct MotionQueue {
    running: Option<Running>,
    /// When the last one began and how long it took.
    last: Option<(Instant, Duration)>,
    failures: Failures<SourceId, MotionKey>,
}

struct Running {
    handle: JobHandle,
    source: SourceId,
    key: MotionKey,
    started: Instant,
}

impl StudioApp {
    /// Derives the shown clips anew where they are outdated.
    pub(super) fn keep_motion(&mut self, ctx: &egui::Context) {
        if self.motion.running.is_some() {
            return;
        }
        let Some(source) = self.source_to_derive() else { return };
        let wait = self.wait_before_deriving(source);
        if !wait.is_zero() {
            ctx.request_repaint_after(wait);
            return;
        }
        let Some(input) = self.session.outdated_motion(source) else { return };
        let key = input.key.clone();
        let started = self.runtime.run("motion", move |context| {
            let motion = Arc::new(input.derive(&context.cancel)?);
            context.send(Event::Motion { job: context.id, motion })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.motion.running = Some(Running { handle, source, key, started: Instant::now() }),
            Err(error) => {
                if self.motion.failures.note(source, key) {
                    self.tell(Notice::from_error(text::jobs::MOTION_FAILED, &error));
                }
            }
        }
    }

    /// The first of the shown clips that is outdated, and for which it is worth trying.
    fn source_to_derive(&self) -> Option<SourceId> {
        let is_worth_it = |id: SourceId| {
            let key = self.session.outdated_motion_key(id);
            key.is_some_and(|key| !self.motion.failures.is_known(&id, &key))
        };
        self.session.shown_sources().into_iter().find(|id| is_worth_it(*id))
    }

    /// First results are shown at once; those that pour in after them, now and then.
    fn wait_before_deriving(&self, source: SourceId) -> Duration {
        let is_pouring = self.jobs.inference().is_some_and(|(_, lifted)| lifted == source);
        let has_people = self.session.motion(source).is_some_and(|motion| !motion.people.is_empty());
        match self.motion.last {
            Some((began, took)) if is_pouring && has_people => {
                REFRESH_EVERY.max(took * MAX_SHARE).saturating_sub(began.elapsed())
            }
            _ => Duration::ZERO,
        }
    }

    pub(super) fn motion_ready(&mut self, job: JobId, motion: Arc<Motion>) {
        let Some(running) = self.motion.running.take_if(|running| running.handle.id == job) else { return };
        self.motion.last = Some((running.started, running.started.elapsed()));
        self.motion.failures.succeeded(&running.source);
        self.session.set_motion(motion);
    }

    /// If it was this job that failed, whether that is news.
    pub(super) fn motion_failed(&mut self, job: JobId) -> Option<bool> {
        let failed = self.motion.running.take_if(|running| running.handle.id == job)?;
        Some(self.motion.failures.note(failed.source, failed.key))
    }

    pub(super) fn has_outdated_motion(&self) -> bool {
        self.motion.running.is_some() || self.source_to_derive().is_some()
    }
}
