//! The features of everybody of a clip: what moves are compared by. Made of the 3D, so that they are there as soon as
//! that is.

use std::sync::Arc;

use crate::data::{MotionFeatures, PersonId, PosePrediction};
use crate::motion::features::of_poses;
use crate::session::Session;
use crate::session::document::{Source, SourceId};
use crate::support::{CancelToken, Cancelled};

/// All that [`ClipFeatures`] depend on; equal keys give equal features.
#[derive(Clone, Debug)]
pub struct FeaturesKey {
    pub source: Arc<Source>,
    /// Of the source's results.
    pub revision: u64,
    pub fps: f64,
}

impl PartialEq for FeaturesKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.source, &other.source) && self.revision == other.revision && self.fps == other.fps
    }
}

/// What [`ClipFeatures`] are derived from.
#[derive(Clone, Debug)]
pub struct FeaturesInput {
    pub key: FeaturesKey,
    pub predictions: Vec<PosePrediction>,
}

/// The features of everybody of one clip.
#[derive(Clone, Debug)]
pub struct ClipFeatures {
    pub source: SourceId,
    pub key: FeaturesKey,
    /// Sorted by person.
    pub people: Vec<PersonFeatures>,
}

/// The features of one person, and those of the mirrored motion.
#[derive(Clone, Debug)]
pub struct PersonFeatures {
    pub plain: Arc<MotionFeatures>,
    pub mirrored: Arc<MotionFeatures>,
}

impl ClipFeatures {
    pub fn person(&self, id: PersonId) -> Option<&PersonFeatures> {
        self.people.iter().find(|features| features.plain.person == id)
    }
}

impl FeaturesInput {
    /// Linear in frames and people.
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop.
    pub fn derive(&self, cancel: &CancelToken) -> Result<ClipFeatures, Cancelled> {
        let key = &self.key;
        let mut people = Vec::with_capacity(self.predictions.len());
        for poses in &self.predictions {
            cancel.check()?;
            let track = key.source.track(poses.person);
            let [plain, mirrored] =
                [false, true].map(|is_mirrored| Arc::new(of_poses(poses, track, key.fps, is_mirrored)));
            people.push(PersonFeatures { plain, mirrored });
        }
        Ok(ClipFeatures { source: key.source.id, key: key.clone(), people })
    }
}

impl Session {
    /// The last features that were derived of a source; its 3D may be newer.
    pub fn features(&self, source: SourceId) -> Option<&Arc<ClipFeatures>> {
        self.actions.features.get(&source)
    }

    pub fn set_features(&mut self, features: Arc<ClipFeatures>) {
        if self.document().source(features.source).is_some() {
            self.actions.features.insert(features.source, features);
        }
    }

    /// What the features of a source should be derived for, if there is a use for them and they are out of date. While
    /// a clip is lifted, that waits.
    pub fn outdated_features_key(&self, source: SourceId) -> Option<FeaturesKey> {
        let state = self.document().source(source).filter(|_| self.wants_features() && !self.is_live(source))?;
        let revision = self.results.whole_revision(source)?;
        let key = FeaturesKey { source: state.source.clone(), revision, fps: state.fps };
        self.features(source).is_none_or(|features| features.key != key).then_some(key)
    }

    /// What to derive features from, if those of a source are out of date.
    pub fn outdated_features(&self, source: SourceId) -> Option<FeaturesInput> {
        let key = self.outdated_features_key(source)?;
        Some(FeaturesInput { key, predictions: self.results.shown(source) })
    }

    /// Open clips that are to be searched as soon as they are lifted.
    pub fn unread_clips(&self) -> usize {
        self.document().sources.iter().filter(|state| self.features(state.source.id).is_none()).count()
    }
}
