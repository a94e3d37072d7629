//! The state of an open studio: documents and edits, results, playback, selection, settings.
//!
//! Imports layers 0 to 2; knows no threads, no GPU and no widgets. Lives on the consumer's thread (the window's, or
//! the command line's) and is changed only there: by an [`Edit`], by a playback command, or by accepting what the
//! runtime delivers.

pub mod clock;
pub mod document;
pub mod history;
pub mod results;
pub mod selection;
pub mod settings;

pub use clock::{ClockChange, Playback, PlaybackClock};
pub use document::{Document, Edit, Marker, Person, Source, SourceId, SourceState};
pub use history::History;
pub use results::{Generation, PersonResult, Results};
pub use selection::{Pick, PickPart, Selection};
pub use settings::{ModelChoice, Settings};

use std::sync::Arc;

use crate::data::{FrameIndex, FrameRange, PersonId, PosePrediction};

/// Everything that the window shows, except widgets' own state.
pub struct Session {
    pub history: History,
    pub results: Results,
    pub clock: PlaybackClock,
    pub selection: Selection,
    pub settings: Settings,
    active: Option<SourceId>,
    next_source: u32,
}

impl Session {
    pub fn new(settings: Settings) -> Self {
        Self {
            history: History::default(),
            results: Results::default(),
            clock: PlaybackClock::default(),
            selection: Selection::default(),
            settings,
            active: None,
            next_source: 1,
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

    /// Adds an opened file, shows it from its first frame and starts playing if `play`.
    ///
    /// Opening is not undoable: undo after opening would close a file that the person just asked for.
    pub fn add_source(&mut self, source: &Arc<Source>, play: bool) {
        let id = source.id;
        for prediction in &source.imported {
            self.results.insert_imported(id, prediction.clone());
        }
        self.history.rebase(|document| document.add(source.clone()));
        self.activate(id);
        if play {
            self.clock.play();
        }
    }

    pub fn close_source(&mut self, id: SourceId) {
        self.history.rebase(|document| document.remove(id));
        self.results.remove_source(id);
        if self.active == Some(id) {
            self.active = None;
            if let Some(other) = self.document().sources.last().map(|state| state.source.id) {
                self.activate(other);
            }
        }
    }

    pub fn activate(&mut self, id: SourceId) {
        let Some(state) = self.document().source(id) else { return };
        let (frames, fps) = (state.source.frame_count, state.fps);
        self.active = Some(id);
        self.selection = Selection::default();
        self.clock.load(FrameRange::new(0, frames), fps);
    }

    /// Does an edit, with undo; edits of one gesture (until [`History::end_gesture`]) are one step. The clock follows a changed frame rate.
    pub fn apply(&mut self, edit: &Edit) {
        self.history.apply(edit);
        self.sync_clock();
    }

    pub fn undo(&mut self) -> bool {
        let done = self.history.undo();
        self.sync_clock();
        done
    }

    pub fn redo(&mut self) -> bool {
        let done = self.history.redo();
        self.sync_clock();
        done
    }

    fn sync_clock(&mut self) {
        if let Some(fps) = self.active().map(|state| state.fps) {
            self.clock.set_fps(fps);
        }
    }

    /// Takes a window of results; one of an older generation is ignored.
    pub fn accept(&mut self, source: SourceId, generation: Generation, update: &PosePrediction) {
        let track = self.history.present().source(source).and_then(|state| state.source.track(update.person));
        if let Some(track) = track.map(|track| track.range) {
            self.results.accept(source, generation, track, update);
        }
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
