//! What an action model says of everybody of a clip.

use std::sync::Arc;

use super::options::ActionModelChoice;
use crate::data::{ActionScores, KeypointTrack};
use crate::infer::InferError;
use crate::infer::action::{ActionOptions, score_people};
use crate::motion::Cleaning;
use crate::nn::{ActionModel, DeviceChoice};
use crate::session::Session;
use crate::session::document::{Source, SourceId};
use crate::support::{CancelToken, Notice, ProgressSink};

/// A loaded action model with the names of its classes.
pub struct LoadedActions {
    pub choice: ActionModelChoice,
    /// What it was asked to run on.
    pub device: DeviceChoice,
    pub model: ActionModel,
    pub names: Arc<[String]>,
}

impl std::fmt::Debug for LoadedActions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedActions").field("choice", &self.choice).finish_non_exhaustive()
    }
}

/// All that [`ClipScores`] depend on; equal keys give equal scores.
#[derive(Clone, Debug)]
pub struct ScoresKey {
    pub source: Arc<Source>,
    pub cleaning: Cleaning,
    pub fps: f64,
    pub window_secs: f64,
    pub actions: Arc<LoadedActions>,
}

impl PartialEq for ScoresKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.source, &other.source)
            && Arc::ptr_eq(&self.actions, &other.actions)
            && self.cleaning == other.cleaning
            && (self.fps, self.window_secs) == (other.fps, other.window_secs)
    }
}

/// What [`ClipScores`] are derived from.
#[derive(Clone, Debug)]
pub struct ScoresInput {
    pub key: ScoresKey,
}

/// The scores of everybody of one clip, alone and in pairs.
#[derive(Clone, Debug)]
pub struct ClipScores {
    pub source: SourceId,
    pub key: ScoresKey,
    pub people: Vec<ActionScores>,
    /// Who and what was left out, and why.
    pub skipped: Vec<Notice>,
}

/// Windows begin so often in the time that one takes.
const WINDOWS_PER_LENGTH: f64 = 3.0;

impl ScoresInput {
    /// Runs the model over everybody; `progress` counts windows.
    ///
    /// # Errors
    /// As [`score_people`].
    pub fn derive(&self, cancel: &CancelToken, progress: &dyn ProgressSink) -> Result<ClipScores, InferError> {
        let key = &self.key;
        let people = key.source.tracks.iter().filter(|track| !track.is_spurious);
        let cleaned: Vec<KeypointTrack> = people
            .map(|track| if key.cleaning.is_off() { track.clone() } else { key.cleaning.apply(track).track })
            .collect();
        let tracks: Vec<&KeypointTrack> = cleaned.iter().collect();
        let options = ActionOptions {
            window_secs: key.window_secs,
            hop_secs: key.window_secs / WINDOWS_PER_LENGTH,
            ..ActionOptions::default()
        };
        let scored = score_people(&key.actions.model, &tracks, key.fps, &options, cancel, progress)?;
        Ok(ClipScores { source: key.source.id, key: key.clone(), people: scored.scores, skipped: scored.skipped })
    }
}

impl Session {
    /// The action model that is in use: the last one that could be loaded, while one is chosen.
    pub fn action_model(&self) -> Option<&Arc<LoadedActions>> {
        let chosen = self.document().actions.model.as_ref()?;
        self.actions.model.as_ref().filter(|loaded| loaded.choice == *chosen)
    }

    pub fn set_action_model(&mut self, loaded: Arc<LoadedActions>) {
        self.settings.remember_action_model(&loaded.choice.file);
        self.actions.model = Some(loaded);
    }

    /// The action model that should be loaded, and the device for it; none if it is.
    pub fn missing_action_model(&self) -> Option<(ActionModelChoice, DeviceChoice)> {
        let wanted = (self.document().actions.model.clone()?, self.document().lifting.device);
        let is_loaded = |loaded: &Arc<LoadedActions>| loaded.choice == wanted.0 && loaded.device == wanted.1;
        (!self.actions.model.as_ref().is_some_and(is_loaded)).then_some(wanted)
    }

    /// The last scores that were derived of a source.
    pub fn scores(&self, source: SourceId) -> Option<&Arc<ClipScores>> {
        self.actions.scores.get(&source)
    }

    pub fn set_scores(&mut self, scores: Arc<ClipScores>) {
        if self.document().source(scores.source).is_some() {
            self.actions.scores.insert(scores.source, scores);
        }
    }

    /// What to derive scores from, if those of a source are out of date.
    pub fn outdated_scores(&self, source: SourceId) -> Option<ScoresInput> {
        let state = self.document().source(source).filter(|_| !self.is_live(source))?;
        let actions = self.action_model().filter(|_| self.missing_action_model().is_none())?;
        if state.source.tracks.is_empty() {
            return None;
        }
        let key = ScoresKey {
            source: state.source.clone(),
            cleaning: state.cleaning,
            fps: state.fps,
            window_secs: self.document().actions.window_secs,
            actions: actions.clone(),
        };
        self.scores(source).is_none_or(|scores| scores.key != key).then_some(ScoresInput { key })
    }
}
