//! Keeps the worn body loaded and the bodies of the shown clips up with their motion, away from the window's thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui;

use super::app::StudioApp;
use super::failures::Failures;
use super::jobs::JobKind;
use super::text;
use crate::nn::DeviceChoice;
use crate::runtime::{Event, JobHandle, JobId, load_body};
use crate::session::{Bodies, BodiesInput, BodiesKey, BodyChoice, SourceId, WornBody};
use crate::support::Notice;

/// While results pour in, bodies are derived no more often than this, and no more often than takes this share of the
/// time.
const REFRESH_EVERY: Duration = Duration::from_millis(500);
const MAX_SHARE: u32 = 4;

/// A body and the device for its mesh model.
type Wanted = (BodyChoice, DeviceChoice);

/// One body is loaded and one clip is derived at a time.
#[derive(Default)]
pub struct BodyQueue {
    loading: Option<(JobHandle, Wanted)>,
    /// The job is among the window's jobs, so that its progress is seen.
    deriving: Option<(JobId, SourceId, BodiesKey)>,
    /// What could not be loaded is not tried again while it is still what should be worn.
    failed_load: Option<Wanted>,
    failures: Failures<SourceId, BodiesKey>,
    started: Option<Instant>,
    /// When the last one began and how long it took.
    last: Option<(Instant, Duration)>,
}

impl StudioApp {
    /// Loads the chosen body, and derives the bodies of shown clips anew where they are outdated.
    pub(super) fn keep_bodies(&mut self, ctx: &egui::Context) {
        if !self.session.settings.scene.appearance.has_body() {
            return;
        }
        self.keep_body_loaded();
        // What is derived from a motion that is outdated already is of use only until the next one.
        if let Some((job, source, key)) = self.bodies.deriving.take() {
            if !self.is_running(job) {
                // Cancelled by hand: left alone until something changes.
                self.bodies.failures.note(source, key);
            } else if self.is_still_wanted(source, &key) {
                self.bodies.deriving = Some((job, source, key));
                return;
            } else {
                drop(self.jobs.take(job));
            }
        }
        let shown = self.session.shown_sources();
        let Some(input) = shown.into_iter().find_map(|id| self.outdated_bodies(id)) else { return };
        let (source, key) = (input.motion.source, input.key.clone());
        if self.must_wait(source, ctx) {
            return;
        }
        let started = self.runtime.run("bodies", move |context| {
            let bodies = Arc::new(input.derive(&context.cancel, context)?);
            context.send(Event::Bodies { job: context.id, bodies })?;
            Ok(())
        });
        match started {
            Ok(handle) => {
                self.bodies.deriving = Some((handle.id, source, key));
                self.bodies.started = Some(Instant::now());
                self.jobs.add(handle, JobKind::Bodies, text::body::FITTING.to_owned());
            }
            Err(error) => {
                if self.bodies.failures.note(source, key) {
                    self.tell(Notice::from_error(text::body::NOT_UP_TO_DATE, &error));
                }
            }
        }
    }

    /// Those that nobody cancelled and that did not fail.
    fn outdated_bodies(&self, source: SourceId) -> Option<BodiesInput> {
        let input = self.session.outdated_bodies(source)?;
        (!self.bodies.failures.is_known(&source, &input.key)).then_some(input)
    }

    /// While results pour in, what is derived of some of them is shown until there are more.
    fn is_still_wanted(&self, source: SourceId, key: &BodiesKey) -> bool {
        let is_pouring = self.jobs.inference().is_some_and(|(_, lifted)| lifted == source);
        self.session
            .outdated_bodies(source)
            .is_some_and(|wanted| wanted.key == *key || is_pouring && wanted.key.differs_in_results_only(key))
    }

    /// While results pour in, bodies take no more than a share of the time.
    fn must_wait(&self, source: SourceId, ctx: &egui::Context) -> bool {
        // A mesh model and the lifter would take the cores from each other.
        if self.jobs.inference().is_some() && self.session.body().is_some_and(|body| body.mesh.is_some()) {
            return true;
        }
        let is_pouring = self.jobs.inference().is_some_and(|(_, lifted)| lifted == source);
        let has_bodies = self.session.bodies(source).is_some_and(|bodies| !bodies.people.is_empty());
        let wait = match self.bodies.last {
            Some((began, took)) if is_pouring && has_bodies => {
                REFRESH_EVERY.max(took * MAX_SHARE).saturating_sub(began.elapsed())
            }
            _ => Duration::ZERO,
        };
        if !wait.is_zero() {
            ctx.request_repaint_after(wait);
        }
        !wait.is_zero()
    }

    fn keep_body_loaded(&mut self) {
        let Some(wanted) = self.session.missing_body() else {
            self.bodies.loading = None;
            self.bodies.failed_load = None;
            return;
        };
        let is_loading = self.bodies.loading.as_ref().is_some_and(|(_, loading)| *loading == wanted);
        if is_loading || self.bodies.failed_load.as_ref() == Some(&wanted) {
            return;
        }
        let (choice, device) = wanted.clone();
        let started = self.runtime.run("body", move |context| {
            let (body, notices) = load_body(&choice, device)?;
            for notice in notices {
                context.send(Event::Notice(notice))?;
            }
            context.send(Event::BodyLoaded { job: context.id, body: Arc::new(body) })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.bodies.loading = Some((handle, wanted)),
            Err(error) => {
                self.bodies.failed_load = Some(wanted);
                self.tell(Notice::from_error(text::body::COULD_NOT_LOAD, &error));
            }
        }
    }

    pub(super) fn body_loaded(&mut self, job: JobId, body: Arc<WornBody>) {
        if self.bodies.loading.take_if(|(handle, _)| handle.id == job).is_some() {
            self.session.set_body(body);
        }
    }

    pub(super) fn bodies_ready(&mut self, job: JobId, bodies: Arc<Bodies>) {
        if self.bodies.deriving.take_if(|(id, ..)| *id == job).is_some() {
            self.bodies.failures.succeeded(&bodies.source);
            self.bodies.last = self.bodies.started.map(|began| (began, began.elapsed()));
            bodies.notices.iter().for_each(|notice| self.tell(notice.clone()));
            self.session.set_bodies(bodies);
        }
    }

    /// If it was a job of bodies that failed, whether that is news. People keep the body that they wear.
    pub(super) fn body_failed(&mut self, job: JobId) -> Option<bool> {
        if let Some((_, source, key)) = self.bodies.deriving.take_if(|(id, ..)| *id == job) {
            drop(self.jobs.take(job));
            return Some(self.bodies.failures.note(source, key));
        }
        let (_, wanted) = self.bodies.loading.take_if(|(handle, _)| handle.id == job)?;
        self.bodies.failed_load = Some(wanted);
        self.session.retract_body();
        Some(true)
    }

    pub(super) fn has_outdated_bodies(&self) -> bool {
        let can_load = |wanted: Wanted| self.bodies.failed_load.as_ref() != Some(&wanted);
        self.session.settings.scene.appearance.has_body()
            && (self.session.missing_body().is_some_and(can_load)
                || self.session.shown_sources().into_iter().any(|id| self.outdated_bodies(id).is_some()))
    }
}
