//! The state of an open studio: documents and edits, results, playback, selection, settings.
//!
//! Imports layers 0 to 2; knows no threads, no GPU and no widgets. Lives on the consumer's thread (the window's, or
//! the command line's) and is changed only there: by an [`Edit`], by a playback command, or by accepting what the
//! runtime delivers.

pub mod actions;
pub mod bodies;
pub mod clock;
pub mod compare;
pub mod document;
mod edit;
pub mod history;
pub mod jump;
mod live;
pub mod live_settings;
mod marks;
pub mod motion;
mod pacing;
mod picture_settings;
pub mod reading;
pub mod results;
pub mod scene_settings;
pub mod selection;
pub mod settings;
pub mod shot;
pub mod video;

pub use actions::{Hit, LabelOptions, Labels, LabelsOf, Stretch};
pub use bodies::{Bodies, BodiesInput, BodiesKey, BodyChoice, Feet, PersonBody, WornBody};
pub use clock::{ClockChange, Playback, PlaybackClock};
pub use compare::Comparison;
pub use document::{Document, Lifting, Marker, Person, Source, SourceId, SourceState};
pub use edit::{Edit, MovesChange};
pub use history::History;
pub use jump::Direction;
pub use live_settings::{LiveCamera, LiveSettings};
pub use motion::{Motion, MotionInput, MotionKey, PersonMotion};
pub use picture_settings::PictureSettings;
pub use reading::{LengthUnit, Quantity, Reading, Series};
pub use results::{Generation, LiftKey, PersonResult, Results};
pub use scene_settings::SceneSettings;
pub use selection::{Pick, PickPart, Selection};
pub use settings::{ModelChoice, Settings};
pub use video::Video;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data::{FrameIndex, FrameRange, PersonId, PosePrediction};
use crate::motion::Smoothing;
use crate::nn::DeviceChoice;

/// Everything that the window shows, except widgets' own state.
pub struct Session {
    pub history: History,
    pub results: Results,
    pub clock: PlaybackClock,
    pub selection: Selection,
    pub settings: Settings,
    pub comparison: Comparison,
    pub actions: actions::ActionState,
    active: Option<SourceId>,
    next_source: u32,
    motions: BTreeMap<SourceId, Arc<Motion>>,
    /// The last body that could be loaded.
    body: Option<Arc<WornBody>>,
    bodies: BTreeMap<SourceId, Arc<Bodies>>,
    /// The clip of the running camera.
    live: Option<live::LiveClip>,
}

impl Session {
    pub fn new(settings: Settings) -> Self {
        let mut history = History::default();
        history.rebase(|document| {
            document.lifting = settings.lifting();
            document.body = settings.body.clone();
            document.actions = settings.actions.clone();
        });
        Self {
            history,
            results: Results::default(),
            clock: PlaybackClock::default(),
            selection: Selection::default(),
            settings,
            comparison: Comparison::default(),
            actions: actions::ActionState::default(),
            active: None,
            next_source: 1,
            motions: BTreeMap::new(),
            body: None,
            bodies: BTreeMap::new(),
            live: None,
        }
    }

    pub fn document(&self) -> &Document {
        self.history.present()
    }

    /// The source that the views show.
    pub fn active(&self) -> Option<&SourceState> {
        self.document().source(self.active?)
    }

    pub fn active_id(&self) -> Option<SourceId> {
        self.active
    }

    pub fn new_source_id(&mut self) -> SourceId {
        let id = SourceId(self.next_source);
        self.next_source += 1;
        id
    }

    /// Adds an opened file in the order in which files were asked for. Unless one that was asked for later is shown
    /// already, shows it from its first frame, and starts playing if `play`.
    ///
    /// Opening is not undoable: undo after opening would close a file that the person just asked for.
    pub fn add_source(&mut self, source: &Arc<Source>, play: bool) {
        let id = source.id;
        for prediction in &source.imported {
            self.results.insert_imported(id, prediction.clone());
        }
        self.history.rebase(|document| document.add(source.clone()));
        if self.active.is_some_and(|active| active > id) {
            return;
        }
        self.activate(id);
        self.clock.to_start();
        if play {
            self.clock.play();
        }
    }

    /// Adds a clip without showing it.
    pub fn add_beside(&mut self, source: &Arc<Source>) {
        self.history.rebase(|document| document.add(source.clone()));
    }

    /// Takes a newer state of a source that is still being made, with more frames or people than before. Edits and
    /// the shown frame stay; results are shown but out of date. One that was closed meanwhile stays closed.
    pub fn update_source(&mut self, source: &Arc<Source>) {
        if self.document().source(source.id).is_none() {
            return;
        }
        self.history.rebase(|document| document.update(source));
        self.results.source_changed(source.id);
        if self.active == Some(source.id) {
            self.clock.set_range(FrameRange::new(0, source.frame_count));
            self.sync();
        }
    }

    pub fn close_source(&mut self, id: SourceId) {
        self.history.rebase(|document| document.remove(id));
        self.results.remove_source(id);
        self.motions.remove(&id);
        self.bodies.remove(&id);
        self.comparison.forget(id);
        self.actions.forget(id);
        if self.active == Some(id) {
            self.active = None;
            if let Some(other) = self.document().sources.last().map(|state| state.source.id) {
                self.activate(other);
            }
        }
    }

    /// Puts a clip at another place among the open ones. As opening and closing, this is not undone.
    pub fn move_source(&mut self, id: SourceId, place: usize) {
        self.history.rebase(|document| document.move_to(id, place));
    }

    /// Shows another clip where it was left, or, side by side, at the moment that it shows.
    pub fn activate(&mut self, id: SourceId) {
        let Some(state) = self.document().source(id) else { return };
        let (frames, fps) = (state.source.frame_count, state.fps);
        let before = self.active.filter(|active| *active != id);
        let place = match before {
            Some(_) if self.is_in_sync() => Some((self.frame_beside(id), self.clock.is_playing())),
            _ => self.comparison.left(id),
        };
        if let Some(before) = before {
            self.comparison.leave(before, self.frame(), self.clock.is_playing());
        }
        self.active = Some(id);
        self.selection = Selection::default();
        self.clock.load(FrameRange::new(0, frames), fps);
        self.sync();
        if let Some((frame, is_playing)) = place {
            self.clock.seek(frame);
            if is_playing {
                self.clock.play();
            }
        }
        self.resume_live();
    }

    /// Does an edit, with undo; edits of one gesture (until [`History::end_gesture`]) are one step. The clock follows a changed
    /// frame rate and play range.
    pub fn apply(&mut self, edit: &Edit) {
        self.history.apply(edit);
        self.sync();
    }

    pub fn undo(&mut self) -> bool {
        let done = self.history.undo();
        self.sync();
        done
    }

    pub fn redo(&mut self) -> bool {
        let done = self.history.redo();
        self.sync();
        done
    }

    /// The model could not be loaded: back to one that can.
    pub fn retract_model(&mut self, model: ModelChoice) {
        let lifting = Lifting { model, ..self.document().lifting.clone() };
        self.history.retract_lifting(&lifting);
        self.sync();
    }

    /// Clock and settings follow the document.
    fn sync(&mut self) {
        self.settings.set_lifting(&self.history.present().lifting);
        self.settings.body.clone_from(&self.history.present().body);
        self.settings.actions.clone_from(&self.history.present().actions);
        if let Some((fps, trim)) = self.active().map(|state| (state.fps, state.trim)) {
            self.clock.set_fps(fps);
            self.clock.set_play_range(trim);
        }
    }

    /// Takes a window of results; one of an older generation is ignored.
    pub fn accept(&mut self, source: SourceId, generation: Generation, update: &PosePrediction) {
        let track = self.history.present().source(source).and_then(|state| state.source.track(update.person));
        if let Some(track) = track.map(|track| track.range) {
            self.results.accept(source, generation, track, update);
        }
    }

    /// How a source is lifted as things are now.
    pub fn lift_key(&self, source: &SourceState) -> LiftKey {
        LiftKey {
            model: self.document().lifting.model.clone(),
            device: self.document().lifting.device,
            options: self.document().lifting.options,
            cleaning: source.cleaning,
        }
    }

    /// The last motion that was derived of a source; results and edits may be newer, see [`Self::outdated_motion`].
    pub fn motion(&self, source: SourceId) -> Option<&Arc<Motion>> {
        self.motions.get(&source)
    }

    pub fn active_motion(&self) -> Option<&Arc<Motion>> {
        self.motion(self.active?)
    }

    pub fn set_motion(&mut self, motion: Arc<Motion>) {
        if self.document().source(motion.source).is_some() {
            self.motions.insert(motion.source, motion);
        }
    }

    /// Whether results or edits of a source are newer than its motion.
    pub fn is_motion_outdated(&self, source: SourceId) -> bool {
        self.outdated_motion_key(source).is_some()
    }

    /// What the motion of a source should be derived for, if it is outdated. A running camera derives its own.
    pub fn outdated_motion_key(&self, source: SourceId) -> Option<MotionKey> {
        if self.is_live(source) {
            return None;
        }
        let key = MotionKey::of(self.document().source(source)?, &self.results);
        self.motion(source).is_none_or(|motion| motion.key != key).then_some(key)
    }

    /// What to derive anew, if the motion of a source is outdated.
    pub fn outdated_motion(&self, source: SourceId) -> Option<MotionInput> {
        let state = self.document().source(source).filter(|_| self.is_motion_outdated(source))?;
        Some(MotionInput::of(state, &self.results, &self.lift_key(state), self.motion(source)))
    }

    /// The body that people wear: the last one that could be loaded.
    pub fn body(&self) -> Option<&Arc<WornBody>> {
        self.body.as_ref()
    }

    /// The body that should be loaded, and the device for its mesh model; none if it is.
    pub fn missing_body(&self) -> Option<(BodyChoice, DeviceChoice)> {
        let (choice, device) = (&self.document().body, self.document().lifting.device);
        let is_missing = self.body.as_ref().is_none_or(|body| {
            let is_elsewhere = body.mesh.is_some() && body.device != device;
            body.choice != *choice || is_elsewhere
        });
        is_missing.then(|| (choice.clone(), device))
    }

    pub fn set_body(&mut self, body: Arc<WornBody>) {
        if let BodyChoice::File(path) = &body.choice {
            self.settings.remember_body(path);
        }
        self.body = Some(body);
    }

    /// The chosen body could not be loaded: back to the one that people wear.
    pub fn retract_body(&mut self) {
        let worn = self.body.as_ref().map(|body| body.choice.clone()).unwrap_or_default();
        self.history.retract_body(&worn);
        self.sync();
    }

    /// The last bodies that were derived of a source; its motion may be newer.
    pub fn bodies(&self, source: SourceId) -> Option<&Arc<Bodies>> {
        self.bodies.get(&source)
    }

    pub fn set_bodies(&mut self, bodies: Arc<Bodies>) {
        if self.document().source(bodies.source).is_some() {
            self.bodies.insert(bodies.source, bodies);
        }
    }

    /// What to derive bodies from, if those of a source are older than its motion, its edits or the worn body.
    pub fn outdated_bodies(&self, source: SourceId) -> Option<BodiesInput> {
        let state = self.document().source(source).filter(|_| !self.is_live(source))?;
        let motion = self.motion(source).filter(|motion| !motion.people.is_empty())?;
        let body = self.body.as_ref().filter(|_| self.missing_body().is_none())?;
        let key = BodiesKey::of(state, motion, &body.choice, &self.document().lifting.options);
        let last = self.bodies(source);
        if last.is_some_and(|bodies| bodies.key == key) {
            return None;
        }
        let estimates = last.and_then(|bodies| bodies.estimates.clone());
        let (source, motion, body) = (state.source.clone(), motion.clone(), body.clone());
        Some(BodiesInput { key, source, motion, body, estimates })
    }

    pub fn frame(&self) -> FrameIndex {
        self.clock.frame()
    }

    /// The people of the active source that are shown.
    pub fn visible_people(&self) -> impl Iterator<Item = &Person> {
        self.active().into_iter().flat_map(|state| state.people.iter().filter(|person| person.is_visible))
    }

    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.active()?.people.iter().find(|person| person.id == id)
    }
}

#[cfg(test)]
mod tests;
