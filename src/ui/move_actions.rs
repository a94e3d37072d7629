//! Carries out what is asked for with moves: find, save, go from one match or label to the next.

use std::path::PathBuf;

use eframe::egui;

use super::action::Action;
use super::app::StudioApp;
use super::dock::Pane;
use crate::data::FrameIndex;
use crate::session::actions::{ActionModelChoice, LabelsOf};
use crate::session::{Direction, Edit, Pick, Stretch};
use crate::support::Notice;
use crate::ui::text;

impl StudioApp {
    pub(super) fn act_on_moves(&mut self, ctx: &egui::Context, action: Action) {
        match action {
            Action::FindMove => {
                let Some(marked) = self.session.marked() else { return };
                self.session.find_move(marked);
                self.dock.show(Pane::Actions, ctx, &mut self.session.settings);
            }
            Action::SaveMove => {
                let Some(marked) = self.session.marked() else { return };
                self.session.mark(Some(marked));
                self.panels.actions.name_mark();
                self.dock.show(Pane::Actions, ctx, &mut self.session.settings);
            }
            Action::NextHit | Action::PreviousHit => {
                let direction = if action == Action::NextHit { Direction::Forward } else { Direction::Back };
                if let Some(place) = self.session.hit_beside(direction) {
                    self.go_to_hit(place);
                }
            }
            _ => self.go_to_segment(if action == Action::NextSegment { Direction::Forward } else { Direction::Back }),
        }
    }

    pub(super) fn go_to_hit(&mut self, place: usize) {
        let before = self.session.active_id();
        if self.session.go_to_hit(place).is_some()
            && let Some(now) = self.session.active_id().filter(|now| before != Some(*now))
        {
            self.hurry_inference(now);
        }
    }

    fn go_to_segment(&mut self, direction: Direction) {
        let Some((_, segment)) = self.session.segment_beside(direction) else {
            let notice = match direction {
                Direction::Forward => text::moves::NO_SEGMENT_AFTER,
                Direction::Back => text::moves::NO_SEGMENT_BEFORE,
            };
            return self.tell(Notice::info(notice));
        };
        self.session.clock.pause();
        self.session.clock.seek(FrameIndex(segment.range.start));
    }

    /// Another action model, or none; names of classes belong to the one before.
    pub(super) fn set_action_file(&mut self, file: Option<PathBuf>) {
        let mut options = self.session.document().actions.clone();
        options.model = file.map(|file| ActionModelChoice { file, names: None });
        options.shown = LabelsOf::Model;
        self.session.set_action_options(options);
    }

    /// The names of the classes of the chosen action model.
    pub(super) fn set_action_names(&mut self, file: PathBuf) {
        let mut options = self.session.document().actions.clone();
        if let Some(choice) = &mut options.model {
            choice.names = Some(file);
            self.session.set_action_options(options);
        }
    }

    /// A stretch becomes an example of the move of this name.
    pub(super) fn save_move(&mut self, stretch: Stretch, name: &str) {
        let refused = Notice::warning(text::moves::NOT_SAVED);
        match self.session.saved_move(stretch, name) {
            Ok(Some(edit)) => {
                self.session.apply(&edit);
                self.tell(Notice::info(text::moves::saved(name)).hint(text::moves::SAVED_HINT));
            }
            Ok(None) => self.tell(refused.why(text::moves::NO_KEYPOINTS)),
            Err(error) => self.tell(refused.why(error.to_string())),
        }
    }

    /// In and out point around the stretch, as large as the timeline can show it, again and again.
    pub(super) fn play_stretch(&mut self, stretch: Stretch) {
        self.session.mark(Some(stretch));
        let edit = Edit::SetTrim { source: stretch.source, trim: Some(stretch.range) };
        self.session.apply(&edit);
        let Some(active) = self.session.active().filter(|active| active.source.id == stretch.source) else { return };
        self.panels.timeline.zoom_to(active, stretch.range);
        self.session.selection.selected = Some(Pick::body(stretch.person));
        self.session.clock.set_looping(true);
        self.session.settings.loop_playback = true;
        self.session.clock.seek(FrameIndex(stretch.range.start));
        self.session.clock.play();
    }
}
