//! Takes in what the workers tell.

use std::sync::Arc;

use eframe::egui;

use super::app::StudioApp;
use super::jobs::{JobKind, Progress};
use super::opening;
use crate::runtime::{Event, JobId};
use crate::session::Source;
use crate::support::Notice;
use crate::ui::text;

impl StudioApp {
    pub(super) fn take_event(&mut self, ctx: &egui::Context, event: Event) {
        match event {
            Event::Progress { job, what, done, total } => self.note_progress(job, Progress { what, done, total }),
            Event::Opened { job, source } => self.take_source(job, &source),
            Event::VideoFound { job, source, video } => self.attach_video(job, source, &video),
            Event::Detected { job, source } => self.take_detected(job, &source),
            Event::Chosen { job, purpose, paths } => {
                drop(self.jobs.take(job));
                opening::take_chosen(self, purpose, paths);
            }
            Event::ModelReady { job, info } if self.is_running(job) => self.model_ready(info),
            Event::Prediction { job, source, generation, update, elapsed_ms } if self.is_running(job) => {
                self.performance.infer_ms = Some(elapsed_ms);
                self.session.accept(source, generation, &update);
                self.note_progress(job, Progress { what: "frames", done: 0, total: 0 });
            }
            // From a job that was replaced in the meantime.
            Event::ModelReady { .. } | Event::Prediction { .. } => {}
            Event::Cameras { job, cameras } => self.cameras_found(job, &cameras),
            Event::ModelStates { job, states } => self.take_model_states(job, states),
            Event::ModelFetched { id, .. } => self.model_fetched(&id),
            Event::Drawn { picture, .. } => self.copy_screenshot(ctx, &picture),
            Event::Saved { path, .. } => self.screenshot_saved(&path),
            Event::Exported { files, .. } => self.exported(&files),
            Event::Notice(notice) => self.tell(notice),
            Event::BodyLoaded { job, body } => self.body_loaded(job, body),
            Event::Bodies { job, bodies } => self.bodies_ready(job, bodies),
            Event::Features { job, features } => self.features_ready(job, features),
            Event::Examples { job, examples } => self.examples_ready(job, examples),
            Event::LiveLabels { job, labels } => self.live_labels_ready(job, labels),
            Event::ActionsLoaded { job, actions } => self.actions_loaded(job, actions),
            Event::Scores { job, scores } => self.scores_ready(job, scores),
            Event::MovesRead { job, moves } => self.moves_read(job, &moves),
            Event::Labels { job, labels } => self.labels_ready(job, labels),
            Event::Found { job, found } => self.found_ready(job, found),
            Event::Motion { job, motion } => self.motion_ready(job, motion),
            Event::Curves { job, request, curves } => self.curves_ready(job, &request, &curves),
            Event::Table { text, .. } => {
                ctx.copy_text(text.to_string());
                self.tell(Notice::info(text::plots::PLOT_VALUES_COPIED));
            }
            Event::Done { job, elapsed_secs } => self.job_done(job, elapsed_secs),
            Event::Cancelled { job } => {
                self.fetch_ended(job);
                if self.jobs.take(job).is_some_and(|job| matches!(job.kind, JobKind::Infer(_))) {
                    self.start_next_inference();
                }
            }
            Event::Failed { job, notice } => self.job_failed(job, notice),
            Event::WorkerFailed { job, worker, message } => {
                let notice =
                    Notice::error(text::jobs::worker_failed(worker)).why(message).hint(text::jobs::WORKER_FAILED_HINT);
                self.job_failed(job, notice);
            }
        }
    }

    pub(super) fn is_running(&self, job: JobId) -> bool {
        self.jobs.iter().any(|running| running.handle.id == job)
    }

    fn note_progress(&mut self, id: JobId, progress: Progress) {
        let infers = self.jobs.inference().filter(|(job, _)| *job == id).map(|(_, source)| source);
        let progress = match infers {
            Some(source) => self.inference_progress(source),
            None => Some(progress),
        };
        if let Some(job) = self.jobs.get_mut(id) {
            job.progress = progress;
        }
    }

    fn take_source(&mut self, job: JobId, source: &Arc<Source>) {
        let replaces = match self.jobs.get_mut(job) {
            Some(job) => match job.kind {
                JobKind::Open { replaces } => replaces,
                _ => None,
            },
            // Cancelled in the meantime.
            None => return,
        };
        if let Some(path) = &source.path {
            self.session.settings.remember_file(path);
        }
        let id = source.id;
        log::info!("opened {}: {}, {} frames", source.name, source.format, source.frame_count);
        let was_playing = replaces.is_none() || self.session.clock.is_playing();
        let old = replaces.and_then(|old| self.session.document().source(old));
        let old = old.map(|state| (state.people.clone(), state.video.clone()));
        let place = replaces.and_then(|old| self.session.document().place_of(old));
        if let Some(old) = replaces {
            self.forget_inference(old);
            self.session.close_source(old);
        }
        self.session.add_source(source, was_playing);
        if let Some(place) = place {
            self.session.move_source(id, place);
        }
        if let Some((people, video)) = old {
            self.session.history.rebase(|document| {
                document.keep_people(id, &people);
                if let Some(video) = &video {
                    document.keep_video(id, video);
                }
            });
        }
        if source.is_bare_video() {
            self.find_people(id);
        }
        if self.session.active_id() == Some(id) {
            self.infer_now(id);
        } else {
            self.infer_later(id);
        }
    }

    fn job_done(&mut self, id: JobId, elapsed_secs: f64) {
        self.fetch_ended(id);
        if self.live_ended(id) {
            return;
        }
        let Some(job) = self.jobs.take(id) else { return };
        log::info!("{}: done in {elapsed_secs:.2} s", job.label);
        match job.kind {
            JobKind::Infer(source) => self.inference_done(source),
            JobKind::Detect(source) => self.detection_done(source),
            _ => {}
        }
    }

    fn job_failed(&mut self, id: JobId, notice: Notice) {
        self.fetch_ended(id);
        if let Some(is_news) = self
            .motion_failed(id)
            .or_else(|| self.curves_failed(id))
            .or_else(|| self.body_failed(id))
            .or_else(|| self.actions_failed(id))
            .or_else(|| self.scores_failed(id))
            .or_else(|| self.moves_file_failed(id))
        {
            if is_news {
                self.tell(notice);
            }
            return;
        }
        if self.live_ended(id) {
            self.tell(notice);
            return;
        }
        if self.search_failed(id) {
            self.tell(notice);
            return;
        }
        // A job that nobody waits for any more may fail in silence.
        let Some(job) = self.jobs.take(id) else { return };
        self.tell(notice);
        match job.kind {
            JobKind::Infer(_) => self.inference_failed(),
            JobKind::Dialog => self.panels.path_field.open(),
            JobKind::Open { .. }
            | JobKind::Video
            | JobKind::Detect(_)
            | JobKind::Fetch(_)
            | JobKind::Screenshot
            | JobKind::Save
            | JobKind::Bodies
            | JobKind::Scores => {}
        }
    }
}
