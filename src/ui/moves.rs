//! Keeps features, labels and what was found up with the session, away from the window's thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::app::StudioApp;
use super::failures::Failures;
use crate::runtime::job::JobError;
use crate::runtime::loader::{CheckpointLoader, ModelLoader};
use crate::runtime::{Event, JobHandle, JobId};
use crate::session::SourceId;
use crate::session::actions::{
    ClipFeatures, Examples, ExamplesKey, FeaturesKey, Found, Labels, LabelsKey, LiveLabel, SearchKey,
};
use crate::support::Notice;
use crate::ui::text;

/// People before a camera are compared with one's own moves this often.
const LIVE_EVERY: Duration = Duration::from_millis(400);

/// One job of each kind at a time.
#[derive(Default)]
pub struct ActionQueue {
    features: Option<(JobHandle, SourceId, FeaturesKey)>,
    feature_failures: Failures<SourceId, FeaturesKey>,
    examples: Option<(JobHandle, ExamplesKey)>,
    example_failures: Failures<(), ExamplesKey>,
    labels: Option<(JobHandle, SourceId, LabelsKey)>,
    label_failures: Failures<SourceId, LabelsKey>,
    live: Option<JobHandle>,
    live_looked: Option<Instant>,
    search: Option<(JobHandle, SearchKey)>,
    search_failures: Failures<(), SearchKey>,
}

impl StudioApp {
    /// Derives what is outdated of actions; the clip on screen first.
    pub(super) fn keep_actions(&mut self) {
        self.keep_features();
        self.keep_examples();
        self.keep_scores();
        self.session.drop_labels();
        self.keep_labels();
        self.keep_search();
        self.keep_live_labels();
    }

    /// All open clips, those on screen first.
    pub(super) fn clips_in_order(&self) -> Vec<SourceId> {
        let mut ids = self.session.shown_sources();
        let others = self.session.document().sources.iter().map(|state| state.source.id);
        let others: Vec<SourceId> = others.filter(|id| !ids.contains(id)).collect();
        ids.extend(others);
        ids
    }

    fn keep_features(&mut self) {
        if self.actions.features.is_some() {
            return;
        }
        let Some(source) = self.source_without_features() else { return };
        let Some(input) = self.session.outdated_features(source) else { return };
        let key = input.key.clone();
        let started = self.runtime.run("features", move |context| {
            let features = Arc::new(input.derive(&context.cancel)?);
            context.send(Event::Features { job: context.id, features })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.actions.features = Some((handle, source, key)),
            Err(error) => {
                if self.actions.feature_failures.note(source, key) {
                    self.tell(Notice::from_error(text::moves::NOT_READ, &error));
                }
            }
        }
    }

    fn source_without_features(&self) -> Option<SourceId> {
        let is_wanted = |id: &SourceId| {
            let wanted = self.session.outdated_features_key(*id);
            wanted.is_some_and(|key| !self.actions.feature_failures.is_known(id, &key))
        };
        self.clips_in_order().into_iter().find(is_wanted)
    }

    /// Lifts examples with the model in use, which is loaded for that alone; the first 3D goes before.
    fn keep_examples(&mut self) {
        if self.actions.examples.is_some() || self.jobs.inference().is_some() || !self.has_outdated_examples() {
            return;
        }
        let Some(input) = self.session.outdated_examples() else { return };
        let key = input.key.clone();
        let started = self.runtime.run("examples", move |context| {
            let lifter = match input.needs_lifter() {
                true => {
                    Some(CheckpointLoader.load(&input.key.model, input.key.device).map_err(JobError::Failed)?.lifter)
                }
                false => None,
            };
            let examples = Arc::new(input.derive(lifter.as_deref(), &context.cancel)?);
            context.send(Event::Examples { job: context.id, examples })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.actions.examples = Some((handle, key)),
            Err(error) => {
                if self.actions.example_failures.note((), key) {
                    self.tell(Notice::from_error(text::moves::NOT_READ, &error));
                }
            }
        }
    }

    fn has_outdated_examples(&self) -> bool {
        let wanted = self.session.outdated_examples_key();
        wanted.is_some_and(|key| !self.actions.example_failures.is_known(&(), &key))
    }

    fn keep_labels(&mut self) {
        if self.actions.labels.is_some() {
            return;
        }
        let Some(source) = self.source_without_labels() else { return };
        let Some(input) = self.session.outdated_labels(source) else { return };
        let key = input.key.clone();
        let started = self.runtime.run("labels", move |context| {
            let labels = Arc::new(input.derive(&context.cancel)?);
            context.send(Event::Labels { job: context.id, labels })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.actions.labels = Some((handle, source, key)),
            Err(error) => {
                if self.actions.label_failures.note(source, key) {
                    self.tell(Notice::from_error(text::moves::NOT_LABELLED, &error));
                }
            }
        }
    }

    fn source_without_labels(&self) -> Option<SourceId> {
        let is_wanted = |id: &SourceId| {
            let wanted = self.session.outdated_labels(*id);
            wanted.is_some_and(|wanted| !self.actions.label_failures.is_known(id, &wanted.key))
        };
        self.clips_in_order().into_iter().find(is_wanted)
    }

    /// Now and then, so that it takes nothing from the camera's 3D.
    fn keep_live_labels(&mut self) {
        let is_early = self.actions.live_looked.is_some_and(|at| at.elapsed() < LIVE_EVERY);
        if self.actions.live.is_some() || is_early {
            return;
        }
        let Some(input) = self.session.live_labels_input() else { return };
        let started = self.runtime.run("live-labels", move |context| {
            let labels = input.derive(&context.cancel);
            context.send(Event::LiveLabels { job: context.id, labels })?;
            Ok(())
        });
        self.actions.live_looked = Some(Instant::now());
        // Without a thread the next try comes soon.
        self.actions.live = started.ok();
    }

    pub(super) fn live_labels_ready(&mut self, job: JobId, labels: Arc<[LiveLabel]>) {
        if self.actions.live.take_if(|handle| handle.id == job).is_some() {
            self.session.set_live_labels(labels);
        }
    }

    fn keep_search(&mut self) {
        if self.actions.search.is_some() {
            return;
        }
        let is_new = |key: &SearchKey| !self.actions.search_failures.is_known(&(), key);
        let Some(input) = self.session.outdated_search().filter(|input| is_new(&input.key)) else { return };
        let key = input.key.clone();
        let started = self.runtime.run("search", move |context| {
            let found = Arc::new(input.derive(&context.cancel)?);
            context.send(Event::Found { job: context.id, found })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.actions.search = Some((handle, key)),
            Err(error) => {
                if self.actions.search_failures.note((), key) {
                    self.tell(Notice::from_error(text::moves::NOT_SEARCHED, &error));
                }
            }
        }
    }

    pub(super) fn features_ready(&mut self, job: JobId, features: Arc<ClipFeatures>) {
        if self.actions.features.take_if(|(handle, ..)| handle.id == job).is_some() {
            self.actions.feature_failures.succeeded(&features.source);
            self.session.set_features(features);
        }
    }

    pub(super) fn examples_ready(&mut self, job: JobId, examples: Arc<Examples>) {
        if self.actions.examples.take_if(|(handle, _)| handle.id == job).is_some() {
            self.actions.example_failures.succeeded(&());
            examples.notices.iter().for_each(|notice| self.tell(notice.clone()));
            self.session.set_examples(examples);
        }
    }

    pub(super) fn labels_ready(&mut self, job: JobId, labels: Arc<Labels>) {
        if self.actions.labels.take_if(|(handle, ..)| handle.id == job).is_some() {
            self.actions.label_failures.succeeded(&labels.source);
            self.session.set_labels(labels);
        }
    }

    pub(super) fn found_ready(&mut self, job: JobId, found: Arc<Found>) {
        if self.actions.search.take_if(|(handle, _)| handle.id == job).is_some() {
            self.actions.search_failures.succeeded(&());
            self.session.set_found(found);
        }
    }

    /// If it was a job of actions that failed, whether that is news.
    pub(super) fn actions_failed(&mut self, job: JobId) -> Option<bool> {
        let queue = &mut self.actions;
        if queue.live.take_if(|handle| handle.id == job).is_some() {
            return Some(false);
        }
        if let Some((_, source, key)) = queue.features.take_if(|(handle, ..)| handle.id == job) {
            return Some(queue.feature_failures.note(source, key));
        }
        if let Some((_, source, key)) = queue.labels.take_if(|(handle, ..)| handle.id == job) {
            return Some(queue.label_failures.note(source, key));
        }
        if let Some((_, key)) = queue.examples.take_if(|(handle, _)| handle.id == job) {
            return Some(queue.example_failures.note((), key));
        }
        let (_, key) = queue.search.take_if(|(handle, _)| handle.id == job)?;
        Some(queue.search_failures.note((), key))
    }

    pub(super) fn has_outdated_actions(&self) -> bool {
        let queue = &self.actions;
        queue.features.is_some()
            || queue.examples.is_some()
            || queue.labels.is_some()
            || queue.search.is_some()
            || self.source_without_features().is_some()
            || self.has_outdated_examples()
            || self.has_outdated_scores()
            || self.source_without_labels().is_some()
            || self
                .session
                .outdated_search()
                .is_some_and(|input| !self.actions.search_failures.is_known(&(), &input.key))
    }
}
