//! The clip of a running camera: it slides on with time, or stands still while it is looked at.

use std::sync::Arc;

use super::bodies::Bodies;
use super::document::{Source, SourceId, SourceState};
use super::motion::Motion;
use super::results::Results;
use super::{Session, Smoothing};
use crate::data::{FrameRange, PosePrediction};
use crate::motion::smooth::SmoothingKind;

/// The camera's clip.
#[derive(Clone, Copy, Debug)]
pub(super) struct LiveClip {
    id: SourceId,
    /// Somebody looks at what was: the clip stays as it is while the camera runs on.
    is_frozen: bool,
    /// It has been there.
    is_open: bool,
}

impl Session {
    /// A camera was started whose clip will have this id.
    pub fn begin_live(&mut self, id: SourceId) {
        self.live = Some(LiveClip { id, is_frozen: false, is_open: false });
    }

    /// The camera was stopped: what is there of its clip is a clip like all others.
    pub fn end_live(&mut self) {
        if self.is_following_live() {
            self.clock.pause();
        }
        self.live = None;
    }

    /// The clip of the running camera, which may still be to come.
    pub fn live(&self) -> Option<SourceId> {
        self.live.map(|live| live.id)
    }

    pub fn is_live(&self, id: SourceId) -> bool {
        self.live() == Some(id)
    }

    /// Whether what the camera sees now is on the screen.
    pub fn is_following_live(&self) -> bool {
        self.live().is_some() && self.live() == self.active_id() && self.clock.is_following()
    }

    /// Whether somebody looks at what was, while the camera runs on.
    pub fn is_live_frozen(&self) -> bool {
        self.live.is_some_and(|live| live.is_frozen)
    }

    /// The running camera's clip was closed.
    pub fn is_live_closed(&self) -> bool {
        self.live.is_some_and(|live| live.is_open && self.document().source(live.id).is_none())
    }

    /// Shows the camera's clip and lets it slide on.
    pub fn back_to_live(&mut self) {
        let Some(live) = &mut self.live else { return };
        live.is_frozen = false;
        let id = live.id;
        if self.active_id() == Some(id) {
            self.clock.follow();
        } else {
            self.activate(id);
        }
    }

    /// Takes the last seconds before the camera. False if they are not shown, as somebody looks at what was.
    pub fn accept_live(&mut self, source: &Arc<Source>, motion: &Arc<Motion>, bodies: Option<&Arc<Bodies>>) -> bool {
        let Some(live) = self.live.filter(|live| live.id == source.id) else { return false };
        if self.document().source(live.id).is_none() {
            if live.is_open {
                return false;
            }
            self.open_live(source);
        }
        let is_shown = self.active_id() == Some(live.id);
        let is_frozen = if is_shown { !self.clock.is_following() } else { live.is_frozen };
        self.live = Some(LiveClip { is_frozen, is_open: true, ..live });
        if is_frozen {
            return false;
        }
        self.history.rebase(|document| {
            document.update(source);
            let state = document.sources.iter_mut().find(|state| state.source.id == source.id);
            state.map(forget_absent);
        });
        self.results.set_imported(live.id, motion.people.iter().map(|person| person.prediction.clone()).collect());
        self.motions.insert(live.id, motion.clone());
        match bodies {
            Some(bodies) => drop(self.bodies.insert(live.id, bodies.clone())),
            None => drop(self.bodies.remove(&live.id)),
        }
        if is_shown {
            self.clock.set_range(FrameRange::new(0, source.frame_count));
            self.sync();
        }
        true
    }

    fn open_live(&mut self, source: &Arc<Source>) {
        self.history.rebase(|document| {
            document.add(source.clone());
            let state = document.sources.iter_mut().find(|state| state.source.id == source.id);
            if let Some(state) = state {
                state.smoothing = Smoothing::of_strength(SmoothingKind::OneEuro, Smoothing::USUAL_STRENGTH);
            }
        });
        self.activate(source.id);
    }

    /// The clock of a clip that was just activated.
    pub(super) fn resume_live(&mut self) {
        if self.live.is_some_and(|live| !live.is_frozen && self.active_id() == Some(live.id)) {
            self.clock.follow();
        }
    }
}

/// Leaves out people who are not there any more, so that an evening before the camera is not a list of thousands.
fn forget_absent(state: &mut SourceState) {
    let source = &state.source;
    if state.people.iter().any(|person| source.track(person.id).is_none()) {
        state.people = state.people.iter().filter(|person| source.track(person.id).is_some()).cloned().collect();
    }
}

impl Results {
    /// All that is known of a source, in place of what was.
    fn set_imported(&mut self, source: SourceId, predictions: Vec<PosePrediction>) {
        self.forget_people(source);
        for prediction in predictions {
            self.insert_imported(source, prediction);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{FrameIndex, PersonId};
    use crate::session::tests::clip_with;
    use crate::session::{MotionInput, Settings};

    /// A clip of the camera with so many frames and these people, and what is shown of it.
    fn update(id: u32, frames: usize, people: &[u32]) -> (Arc<Source>, Arc<Motion>) {
        let source = Arc::new(clip_with(SourceId(id), frames, people));
        let mut session = Session::new(Settings::default());
        session.add_source(&source, false);
        let state = session.document().source(source.id).unwrap();
        let input = MotionInput::of(state, &session.results, &session.lift_key(state), None);
        let motion = input.derive(&crate::support::CancelToken::new()).unwrap();
        (source, Arc::new(motion))
    }

    fn accept(session: &mut Session, frames: usize, people: &[u32]) -> bool {
        let (source, motion) = update(5, frames, people);
        session.accept_live(&source, &motion, None)
    }

    #[test]
    fn the_newest_frame_is_shown_until_somebody_looks_back() {
        let mut session = Session::new(Settings::default());
        session.begin_live(SourceId(5));
        assert!(accept(&mut session, 10, &[1]));
        assert!(session.is_following_live());
        assert!(accept(&mut session, 20, &[1, 2]));
        assert_eq!((session.frame(), session.clock.range().len()), (FrameIndex(19), 20));
        assert_eq!(session.active().unwrap().people.len(), 2);
        assert!(!session.is_motion_outdated(SourceId(5)), "the camera derives it");
        // Paused: the clip stands still, whatever comes.
        session.clock.toggle();
        assert!(!accept(&mut session, 30, &[1]));
        session.clock.seek(FrameIndex(3));
        assert!(!accept(&mut session, 40, &[1]));
        assert_eq!((session.frame(), session.clock.range().len()), (FrameIndex(3), 20));
        session.back_to_live();
        assert!(accept(&mut session, 50, &[2]));
        assert_eq!(session.frame(), FrameIndex(49));
        assert_eq!(session.active().unwrap().people.iter().map(|p| p.id).collect::<Vec<_>>(), [PersonId(2)]);
    }

    #[test]
    fn another_tab_and_back() {
        let mut session = Session::new(Settings::default());
        session.add_source(&Arc::new(clip_with(SourceId(1), 8, &[1])), false);
        session.begin_live(SourceId(5));
        assert!(accept(&mut session, 10, &[1]));
        session.activate(SourceId(1));
        assert!(!session.clock.is_following());
        assert!(accept(&mut session, 30, &[1]), "it goes on unseen");
        assert_eq!(session.clock.range().len(), 8);
        session.activate(SourceId(5));
        assert!(session.is_following_live());
        assert_eq!(session.frame(), FrameIndex(29));
        session.close_source(SourceId(5));
        assert!(session.is_live_closed());
        assert!(!accept(&mut session, 40, &[1]), "a closed clip stays closed");
        session.end_live();
        assert_eq!(session.live(), None);
    }
}
