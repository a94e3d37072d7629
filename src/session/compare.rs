//! Several open clips at once: which stand side by side, how their times belong together, and where each was left.

use std::collections::{BTreeMap, BTreeSet};

use super::{Session, SourceId};
use crate::data::FrameIndex;

/// Most clips that are shown side by side.
pub const MAX_SIDE_BY_SIDE: usize = 4;

#[derive(Default)]
pub struct Comparison {
    /// Wanted side by side; the first few of all if none is.
    pinned: BTreeSet<SourceId>,
    /// The active clip moves alone, the others stay where they were left.
    pub moves_alone: bool,
    /// Time of the common moment in each clip, seconds from its first frame.
    moments_secs: BTreeMap<SourceId, f64>,
    /// Frame and whether it played when another clip was activated.
    left: BTreeMap<SourceId, (FrameIndex, bool)>,
}

impl Comparison {
    pub fn is_pinned(&self, id: SourceId) -> bool {
        self.pinned.contains(&id)
    }

    pub fn toggle_pin(&mut self, id: SourceId) {
        if !self.pinned.remove(&id) {
            self.pinned.insert(id);
        }
    }

    /// Time of the common moment in a clip, seconds from its first frame; 0 until clips are aligned.
    pub fn moment_secs(&self, id: SourceId) -> f64 {
        self.moments_secs.get(&id).copied().unwrap_or(0.0)
    }

    pub fn set_moment_secs(&mut self, id: SourceId, secs: f64) {
        self.moments_secs.insert(id, secs);
    }

    pub(super) fn leave(&mut self, id: SourceId, frame: FrameIndex, is_playing: bool) {
        self.left.insert(id, (frame, is_playing));
    }

    pub(super) fn left(&self, id: SourceId) -> Option<(FrameIndex, bool)> {
        self.left.get(&id).copied()
    }

    pub(super) fn forget(&mut self, id: SourceId) {
        self.pinned.remove(&id);
        self.moments_secs.remove(&id);
        self.left.remove(&id);
    }
}

impl Session {
    /// The clips on screen, the active one first.
    pub fn shown_sources(&self) -> Vec<SourceId> {
        let Some(active) = self.active_id() else { return Vec::new() };
        let mut shown = vec![active];
        if self.settings.side_by_side {
            let all = self.document().sources.iter().map(|state| state.source.id).filter(|id| *id != active);
            let are_pinned = all.clone().any(|id| self.comparison.is_pinned(id));
            let others = all.filter(|id| !are_pinned || self.comparison.is_pinned(*id));
            shown.extend(others.take(MAX_SIDE_BY_SIDE - 1));
        }
        shown
    }

    /// Whether clips stand side by side and move together.
    pub fn is_in_sync(&self) -> bool {
        self.settings.side_by_side && !self.comparison.moves_alone
    }

    /// The frame of a clip that is shown beside the active one: as many seconds from the common moment, or where it was
    /// left while the active one moves alone. It stays at its ends where it is shorter.
    pub fn frame_beside(&self, id: SourceId) -> FrameIndex {
        if self.active_id() == Some(id) {
            return self.frame();
        }
        if self.comparison.moves_alone {
            return self.comparison.left(id).map_or(FrameIndex(0), |(frame, _)| frame);
        }
        let (Some(active), Some(clip)) = (self.active(), self.document().source(id)) else { return FrameIndex(0) };
        let since_secs = self.frame().0 as f64 / active.fps - self.comparison.moment_secs(active.source.id);
        let frame = ((since_secs + self.comparison.moment_secs(id)) * clip.fps + 1e-6).floor().max(0.0) as usize;
        FrameIndex(frame.min(clip.source.frame_count.saturating_sub(1)))
    }

    /// Lets the active clip move alone, or all together again. The others stay at the frames that are shown.
    pub fn toggle_moves_alone(&mut self) {
        if self.is_in_sync() {
            for (id, frame, _) in self.frames_now() {
                self.comparison.leave(id, frame, false);
            }
        }
        self.comparison.moves_alone = !self.comparison.moves_alone;
    }

    /// Makes the frames that clips show side by side, or at which they were left, the same moment; from then on they move
    /// together.
    pub fn align_clips(&mut self) {
        for (id, frame, fps) in self.frames_now() {
            self.comparison.set_moment_secs(id, frame.0 as f64 / fps);
        }
        self.comparison.moves_alone = false;
    }

    /// Where each clip is, and its frame rate.
    fn frames_now(&self) -> Vec<(SourceId, FrameIndex, f64)> {
        let frame = |id| match self.comparison.left(id) {
            _ if self.is_in_sync() || self.active_id() == Some(id) => self.frame_beside(id),
            left => left.map_or(FrameIndex(0), |(frame, _)| frame),
        };
        self.document().sources.iter().map(|state| (state.source.id, frame(state.source.id), state.fps)).collect()
    }
}
