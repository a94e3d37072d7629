//! What people do: labels over time from a person's own moves and from an action model, marked stretches, and where
//! else a marked move happens.
//!
//! All of it is derived in the background, in steps that are kept: features of everybody and scores of the model
//! (once per clip), labels (at every move of a slider) and what was found. What is out of date is ignored.

mod examples;
mod features;
mod labels;
mod live;
mod moves;
mod options;
mod scores;
mod search;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::examples::{Examples, ExamplesInput, ExamplesKey};
pub use self::features::{ClipFeatures, FeaturesInput, FeaturesKey, PersonFeatures};
pub use self::labels::{Evidence, Labels, LabelsInput, LabelsKey, PersonLabels};
pub use self::live::{LiveLabel, LiveLabelsInput};
pub use self::options::{ActionModelChoice, LabelOptions, LabelsOf, WINDOW_RANGE_SECS};
pub use self::scores::{ClipScores, LoadedActions, ScoresInput, ScoresKey};
pub use self::search::{Found, Hit, SearchInput, SearchKey};
use super::document::SourceId;
use super::{Edit, Session};
use crate::data::{FrameRange, PersonId};

/// A stretch of one person of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    pub source: SourceId,
    pub person: PersonId,
    pub range: FrameRange,
}

/// What is known of actions and what was marked; nothing of it is undone.
#[derive(Default)]
pub struct ActionState {
    /// Marked by hand or by a click on a segment.
    pub mark: Option<Stretch>,
    /// The move that is looked for.
    pub query: Option<Stretch>,
    /// Place of the hit that was jumped to last.
    pub current: Option<usize>,
    examples: Option<Arc<Examples>>,
    /// The last action model that could be loaded.
    model: Option<Arc<LoadedActions>>,
    live: Arc<[LiveLabel]>,
    features: BTreeMap<SourceId, Arc<ClipFeatures>>,
    scores: BTreeMap<SourceId, Arc<ClipScores>>,
    labels: BTreeMap<SourceId, Arc<Labels>>,
    found: Option<Arc<Found>>,
}

impl ActionState {
    /// What is known of a clip that was closed.
    pub(super) fn forget(&mut self, source: SourceId) {
        self.features.remove(&source);
        self.scores.remove(&source);
        self.labels.remove(&source);
        let is_of = |stretch: &mut Stretch| stretch.source == source;
        self.mark.take_if(is_of);
        if self.query.take_if(is_of).is_some() {
            (self.found, self.current) = (None, None);
        }
    }
}

impl Session {
    /// Marks a stretch of a person of an open clip, cut to the frames that the clip has; none unmarks.
    pub fn mark(&mut self, stretch: Option<Stretch>) {
        self.actions.mark = stretch.and_then(|stretch| {
            let clip = self.document().source(stretch.source)?;
            let range = stretch.range.intersect(clip.frames());
            (!range.is_empty()).then_some(Stretch { range, ..stretch })
        });
    }

    /// From in to out point, of the selected person or else the first one shown.
    pub fn stretch_from_in_to_out(&self) -> Option<Stretch> {
        let clip = self.active()?;
        let range = clip.trim?;
        let selected = self.selection.person().and_then(|id| self.person(id));
        let person = selected.or_else(|| self.visible_people().next())?.id;
        Some(Stretch { source: clip.source.id, person, range })
    }

    /// Looks for a move from now on; what is found comes later.
    pub fn find_move(&mut self, query: Stretch) {
        if self.actions.query != Some(query) {
            (self.actions.found, self.actions.current) = (None, None);
        }
        self.actions.query = Some(query);
    }

    pub fn clip_name(&self, source: SourceId) -> Option<&str> {
        Some(&self.document().source(source)?.source.name)
    }

    /// Whether labels or a search need the features of people.
    pub fn wants_features(&self) -> bool {
        !self.document().moves.classes.is_empty() || self.actions.query.is_some()
    }

    pub fn set_action_options(&mut self, options: LabelOptions) {
        if options != self.document().actions {
            self.apply(&Edit::SetActions(options));
        }
    }
}
