//! Keeps the chosen action model loaded, and what it says of open clips up to date, away from the window's thread.

use std::sync::Arc;

use super::app::StudioApp;
use super::failures::Failures;
use super::jobs::JobKind;
use crate::infer::InferError;
use crate::nn::DeviceChoice;
use crate::runtime::job::JobError;
use crate::runtime::{Event, JobHandle, JobId, load_actions};
use crate::session::SourceId;
use crate::session::actions::{ActionModelChoice, ClipScores, LoadedActions, ScoresKey};
use crate::support::Notice;
use crate::ui::text;

/// One model is loaded and one clip is scored at a time.
#[derive(Default)]
pub struct ScoreQueue {
    loading: Option<(JobHandle, Wanted)>,
    /// What could not be loaded is not tried again while it is still what is chosen.
    failed_load: Option<Wanted>,
    /// The job is among the window's jobs, so that its progress is seen.
    scoring: Option<(JobId, SourceId, ScoresKey)>,
    failures: Failures<SourceId, ScoresKey>,
}

/// A model and the device for it.
type Wanted = (ActionModelChoice, DeviceChoice);

impl StudioApp {
    pub(super) fn keep_scores(&mut self) {
        self.keep_action_model_loaded();
        if let Some((job, source, key)) = self.scores.scoring.take() {
            if !self.is_running(job) {
                // Cancelled by hand: left alone until something changes.
                self.scores.failures.note(source, key);
            } else if self.session.outdated_scores(source).is_some_and(|wanted| wanted.key == key) {
                self.scores.scoring = Some((job, source, key));
                return;
            } else {
                drop(self.jobs.take(job));
            }
        }
        // The 3D goes before: both want all cores.
        if self.jobs.inference().is_some() {
            return;
        }
        let Some(source) = self.source_without_scores() else { return };
        let Some(input) = self.session.outdated_scores(source) else { return };
        let key = input.key.clone();
        let label = text::moves::scoring(&key.source.name);
        let started = self.runtime.run("actions", move |context| {
            let scores = input.derive(&context.cancel, context).map_err(|error| match error {
                InferError::Cancelled(cancelled) => JobError::from(cancelled),
                error => JobError::Failed(Notice::from_error(text::moves::NOT_SCORED, &error)),
            })?;
            context.send(Event::Scores { job: context.id, scores: Arc::new(scores) })?;
            Ok(())
        });
        match started {
            Ok(handle) => {
                self.scores.scoring = Some((handle.id, source, key));
                self.jobs.add(handle, JobKind::Scores, label);
            }
            Err(error) => {
                if self.scores.failures.note(source, key) {
                    self.tell(Notice::from_error(text::moves::NOT_SCORED, &error));
                }
            }
        }
    }

    fn source_without_scores(&self) -> Option<SourceId> {
        let is_wanted = |id: &SourceId| {
            let wanted = self.session.outdated_scores(*id);
            wanted.is_some_and(|wanted| !self.scores.failures.is_known(id, &wanted.key))
        };
        self.clips_in_order().into_iter().find(is_wanted)
    }

    fn keep_action_model_loaded(&mut self) {
        let Some(wanted) = self.session.missing_action_model() else {
            self.scores.loading = None;
            self.scores.failed_load = None;
            return;
        };
        let is_loading = self.scores.loading.as_ref().is_some_and(|(_, loading)| *loading == wanted);
        if is_loading || self.scores.failed_load.as_ref() == Some(&wanted) {
            return;
        }
        let (choice, device) = wanted.clone();
        let started = self.runtime.run("action-model", move |context| {
            let (actions, notices) = load_actions(&choice, device)?;
            for notice in notices {
                context.send(Event::Notice(notice))?;
            }
            context.send(Event::ActionsLoaded { job: context.id, actions: Arc::new(actions) })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.scores.loading = Some((handle, wanted)),
            Err(error) => {
                self.scores.failed_load = Some(wanted);
                self.tell(Notice::from_error(text::moves::NOT_SCORED, &error));
            }
        }
    }

    pub(super) fn actions_loaded(&mut self, job: JobId, actions: Arc<LoadedActions>) {
        if self.scores.loading.take_if(|(handle, _)| handle.id == job).is_some() {
            self.session.set_action_model(actions);
        }
    }

    pub(super) fn scores_ready(&mut self, job: JobId, scores: Arc<ClipScores>) {
        if self.scores.scoring.take_if(|(id, ..)| *id == job).is_some() {
            self.scores.failures.succeeded(&scores.source);
            scores.skipped.iter().for_each(|notice| self.tell(notice.clone()));
            self.session.set_scores(scores);
        }
    }

    /// If it was a job of the action model that failed, whether that is news.
    pub(super) fn scores_failed(&mut self, job: JobId) -> Option<bool> {
        if let Some((_, source, key)) = self.scores.scoring.take_if(|(id, ..)| *id == job) {
            drop(self.jobs.take(job));
            return Some(self.scores.failures.note(source, key));
        }
        let (_, wanted) = self.scores.loading.take_if(|(handle, _)| handle.id == job)?;
        self.scores.failed_load = Some(wanted);
        Some(true)
    }

    pub(super) fn has_outdated_scores(&self) -> bool {
        let can_load = |wanted: Wanted| self.scores.failed_load.as_ref() != Some(&wanted);
        self.session.missing_action_model().is_some_and(can_load) || self.source_without_scores().is_some()
    }
}
