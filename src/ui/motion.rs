//! Keeps what is shown of each clip up with its results and edits, away from the window's thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui;

use super::app::StudioApp;
use crate::runtime::{Event, JobHandle, JobId};
use crate::session::{Motion, MotionKey, SourceId};
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
    /// One that failed is not tried again until something changes.
    failed: Option<(SourceId, MotionKey)>,
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
        let shown = self.session.shown_sources();
        let Some(source) = shown.into_iter().find(|id| self.session.is_motion_outdated(*id)) else { return };
        let wait = self.wait_before_deriving(source);
        if !wait.is_zero() {
            ctx.request_repaint_after(wait);
            return;
        }
        let Some(input) = self.session.outdated_motion(source) else { return };
        if self.motion.failed.as_ref() == Some(&(source, input.key.clone())) {
            return;
        }
        let key = input.key.clone();
        let started = self.runtime.run("motion", move |context| {
            let motion = Arc::new(input.derive(&context.cancel)?);
            context.send(Event::Motion { job: context.id, motion })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.motion.running = Some(Running { handle, source, key, started: Instant::now() }),
            Err(error) => {
                self.motion.failed = Some((source, key));
                self.tell(crate::support::Notice::from_error(text::jobs::MOTION_FAILED, &error));
            }
        }
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
        self.session.set_motion(motion);
    }

    /// True if it was this job that failed.
    pub(super) fn motion_failed(&mut self, job: JobId) -> bool {
        let failed = self.motion.running.take_if(|running| running.handle.id == job);
        if let Some(running) = failed {
            self.motion.failed = Some((running.source, running.key));
            return true;
        }
        false
    }

    pub(super) fn has_outdated_motion(&self) -> bool {
        self.motion.running.is_some()
            || self.session.shown_sources().into_iter().any(|id| self.session.is_motion_outdated(id))
    }
}
