//! Carries out what is asked for on the timeline: in and out point, markers, jumps and zoom.

use super::action::Action;
use super::app::StudioApp;
use crate::data::{FrameIndex, FrameRange};
use crate::session::{Direction, Edit, Session};
use crate::support::Notice;
use crate::ui::text;

impl StudioApp {
    pub(super) fn act_on_timeline(&mut self, action: Action) {
        let Some(active) = self.session.active() else { return };
        let (source, frame, played) = (active.source.id, self.session.frame(), active.played());
        let set_trim = |trim: FrameRange| Edit::SetTrim { source, trim: Some(trim) };
        let edit = match action {
            Action::SetIn => set_trim(active.played_from(frame)),
            Action::SetOut => set_trim(active.played_to(frame)),
            Action::ClearIn => set_trim(FrameRange::new(0, played.end)),
            Action::ClearOut => set_trim(FrameRange::new(played.start, active.source.frame_count)),
            Action::ClearInOut => Edit::SetTrim { source, trim: None },
            Action::AddMarker if active.marker_at(frame).is_none() => {
                Edit::AddMarker { source, marker: active.new_marker(frame) }
            }
            Action::RemoveMarker => Edit::RemoveMarker { source, frame },
            Action::AddMarker | Action::RenameMarker => return self.panels.timeline.rename_marker(active, frame),
            Action::LoopRepetition => {
                let Some(repetition) = self.session.repetition_here() else { return };
                self.session.settings.loop_playback = true;
                self.session.clock.set_looping(true);
                set_trim(repetition)
            }
            Action::PreviousMark
            | Action::NextMark
            | Action::PreviousGap
            | Action::NextGap
            | Action::WorstConfidence
            | Action::PreviousRepetition
            | Action::NextRepetition => {
                return self.jump(action);
            }
            _ => return self.panels.timeline.zoom(action, active, frame),
        };
        self.session.apply(&edit);
    }

    fn jump(&mut self, action: Action) {
        let session = &self.session;
        let target = match action {
            Action::PreviousMark => session.mark_beside(Direction::Back),
            Action::NextMark => session.mark_beside(Direction::Forward),
            Action::PreviousGap => session.gap_beside(Direction::Back),
            Action::NextGap => session.gap_beside(Direction::Forward),
            Action::PreviousRepetition => session.repetition_beside(Direction::Back),
            Action::NextRepetition => session.repetition_beside(Direction::Forward),
            _ => session.worst_confidence(),
        };
        match target {
            Some(frame) => self.go_to(frame),
            None => self.tell(nowhere(action, session)),
        }
    }

    fn go_to(&mut self, frame: FrameIndex) {
        self.session.clock.pause();
        self.session.clock.seek(frame);
    }
}

/// Why there is nothing to jump to.
fn nowhere(action: Action, session: &Session) -> Notice {
    let selected = session.selection.person().and_then(|id| session.person(id));
    let who = selected.map_or(text::timeline::EVERYONE_SHOWN, |person| person.name.as_str());
    let has_tracks = session.watched_tracks().next().is_some();
    match action {
        Action::PreviousMark => Notice::info(text::timeline::NO_MARK_BEFORE),
        Action::NextMark => Notice::info(text::timeline::NO_MARK_AFTER),
        Action::PreviousRepetition => Notice::info(text::cycles::NONE_BEFORE).why(text::timeline::looked_at(who)),
        Action::NextRepetition => Notice::info(text::cycles::NONE_AFTER).why(text::timeline::looked_at(who)),
        _ if !has_tracks => Notice::info(text::timeline::NO_KEYPOINTS),
        Action::PreviousGap => Notice::info(text::timeline::NO_GAP_BEFORE).why(text::timeline::looked_at(who)),
        Action::NextGap => Notice::info(text::timeline::NO_GAP_AFTER).why(text::timeline::looked_at(who)),
        _ => Notice::info(text::timeline::NO_DIPS).why(text::timeline::seen_evenly(who)),
    }
}
