//! Which sources still want their 3D: one is lifted at a time, the one on screen first.

use std::collections::{BTreeMap, VecDeque};

use super::app::StudioApp;
use super::jobs::{JobKind, Progress};
use crate::data::PersonId;
use crate::nn::DeviceChoice;
use crate::runtime::{InferRequest, ModelInfo};
use crate::session::{LiftKey, ModelChoice, SourceId, SourceState};
use crate::support::Notice;
use crate::ui::text;

#[derive(Default)]
pub struct InferenceQueue {
    waiting: VecDeque<SourceId>,
    /// The running job has its model.
    has_model: bool,
    /// How each source was asked to be lifted last.
    asked: BTreeMap<SourceId, LiftKey>,
    /// Models that were loaded, by what was asked for.
    loaded: Vec<(ModelChoice, DeviceChoice, ModelInfo)>,
}

impl StudioApp {
    /// Lifts a source now; what was running starts over later.
    pub(super) fn infer_now(&mut self, source: SourceId) {
        self.inference.waiting.retain(|waiting| *waiting != source);
        self.inference.waiting.push_front(source);
        if let Some((job, running)) = self.jobs.inference() {
            drop(self.jobs.take(job));
            if running != source {
                self.inference.waiting.push_back(running);
            }
        }
        self.start_next_inference();
    }

    /// Lifts anew what would now be lifted otherwise than it was: the model, the options or a clip's cleaning changed.
    pub(super) fn infer_outdated(&mut self) {
        let is_outdated = |state: &&SourceState| {
            let asked = self.inference.asked.get(&state.source.id);
            asked.is_some_and(|asked| *asked != self.session.lift_key(state))
        };
        let sources = self.session.document().sources.iter();
        let outdated: Vec<SourceId> = sources.filter(is_outdated).map(|state| state.source.id).collect();
        let running = self.jobs.inference().map(|(_, source)| source);
        for source in outdated {
            if Some(source) == running || Some(source) == self.session.active_id() {
                self.infer_now(source);
            } else {
                self.infer_later(source);
            }
        }
    }

    /// Lifts a source when those before it are through.
    pub(super) fn infer_later(&mut self, source: SourceId) {
        if !self.inference.waiting.contains(&source) {
            self.inference.waiting.push_back(source);
            self.start_next_inference();
        }
    }

    /// A source that was waiting comes to the screen.
    pub(super) fn hurry_inference(&mut self, source: SourceId) {
        if self.inference.waiting.contains(&source) {
            self.infer_now(source);
        }
    }

    /// What waits is left as it is until it would be lifted otherwise again.
    fn give_up_waiting(&mut self) {
        for id in std::mem::take(&mut self.inference.waiting) {
            if let Some(state) = self.session.document().source(id) {
                self.inference.asked.insert(id, self.session.lift_key(state));
            }
        }
    }

    pub(super) fn cancel_inference(&mut self) {
        self.give_up_waiting();
        if let Some((job, _)) = self.jobs.inference() {
            drop(self.jobs.take(job));
            self.tell(Notice::info(text::jobs::INFERENCE_CANCELLED).hint(text::jobs::INFERENCE_CANCELLED_WHY));
        }
    }

    pub(super) fn forget_inference(&mut self, source: SourceId) {
        self.inference.asked.remove(&source);
        self.inference.waiting.retain(|waiting| *waiting != source);
        if let Some((job, _)) = self.jobs.inference().filter(|(_, running)| *running == source) {
            drop(self.jobs.take(job));
            self.start_next_inference();
        }
    }

    pub(super) fn start_next_inference(&mut self) {
        while self.jobs.inference().is_none() {
            let Some(id) = self.inference.waiting.pop_front() else { return };
            let Some(state) = self.session.document().source(id) else { continue };
            let people = people_in_order(state);
            if people.is_empty() {
                continue;
            }
            let (source, label) = (state.source.clone(), text::jobs::lifting(&state.source.name));
            let lift = self.session.lift_key(state);
            self.inference.asked.insert(id, lift.clone());
            if self.session.results.restore(id, &lift) {
                self.show_model_of(&lift);
                continue;
            }
            let request = InferRequest { source, people, generation: self.session.results.begin(id), lift };
            self.inference.has_model = false;
            let handle = self.runtime.infer(request);
            self.jobs.add(handle, JobKind::Infer(id), label);
        }
    }

    /// All people of a source are through.
    pub(super) fn inference_done(&mut self, source: SourceId) {
        if let Some(lift) = self.inference.asked.get(&source) {
            self.session.results.finish(source, lift.clone());
        }
        self.start_next_inference();
    }

    fn show_model_of(&mut self, lift: &LiftKey) {
        let mut loaded = self.inference.loaded.iter();
        let known = loaded.find(|(choice, device, _)| *choice == lift.model && *device == lift.device);
        self.model = known.map(|(.., info)| info.clone()).or(self.model.take());
    }

    pub(super) fn model_ready(&mut self, info: ModelInfo) {
        self.inference.has_model = true;
        if let Some((_, source)) = self.jobs.inference() {
            self.session.results.outdate(source);
        }
        if let ModelChoice::File(path) = &info.choice {
            self.session.settings.remember_model(path);
        }
        let device = self.session.settings.device;
        let loaded = &mut self.inference.loaded;
        loaded.retain(|(choice, on, _)| *choice != info.choice || *on != device);
        loaded.push((info.choice.clone(), device, info.clone()));
        self.model = Some(info);
    }

    /// A job of inference ended with an error. A model that cannot be loaded gives way to the one before.
    pub(super) fn inference_failed(&mut self) {
        if !self.inference.has_model {
            let before = self.model.as_ref().map_or(ModelChoice::Starter, |info| info.choice.clone());
            if before == self.session.document().lifting.model {
                self.give_up_waiting();
            } else {
                self.session.retract_model(before);
            }
        }
        self.start_next_inference();
    }

    /// Progress over all people of the source: the worker counts each of them from 0.
    pub(super) fn inference_progress(&self, id: SourceId) -> Option<Progress> {
        let state = self.session.document().source(id)?;
        let total = state.source.tracks.iter().map(|track| track.range.len() as u64).sum();
        let done = state
            .source
            .tracks
            .iter()
            .filter_map(|track| self.session.results.person(id, track.person))
            .map(|result| result.ready().len() as u64)
            .sum();
        Some(Progress { what: "frames", done, total })
    }
}

/// Those on screen first, then the hidden; short stray tracks come last.
fn people_in_order(state: &SourceState) -> Vec<PersonId> {
    let is_spurious = |id: PersonId| state.source.track(id).is_some_and(|track| track.is_spurious);
    let mut people: Vec<_> = state.people.iter().filter(|person| state.source.track(person.id).is_some()).collect();
    people.sort_by_key(|person| (!person.is_visible, is_spurious(person.id)));
    people.into_iter().map(|person| person.id).collect()
}
