//! Where else a marked move happens, in all open clips.

use std::sync::Arc;

use super::{ClipFeatures, Stretch};
use crate::motion::moves::{self, FindOptions, MoveError, Place, Query};
use crate::session::Session;
use crate::session::document::SourceId;
use crate::support::{CancelToken, Cancelled};

/// All that [`Found`] depends on.
#[derive(Clone, Debug)]
pub struct SearchKey {
    pub query: Stretch,
    pub is_mirrored: bool,
    /// Of all clips that have them by now, in the order in which they are open.
    pub clips: Vec<Arc<ClipFeatures>>,
}

impl PartialEq for SearchKey {
    fn eq(&self, other: &Self) -> bool {
        let same_clips = self.clips.len() == other.clips.len()
            && self.clips.iter().zip(&other.clips).all(|(a, b)| Arc::ptr_eq(a, b));
        self.query == other.query && self.is_mirrored == other.is_mirrored && same_clips
    }
}

/// What to search.
#[derive(Clone, Debug)]
pub struct SearchInput {
    pub key: SearchKey,
}

/// A stretch like the one that is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    pub at: Stretch,
    /// Cosine, up to 1.
    pub similarity: f32,
    /// It is done with the other side of the body.
    pub is_mirrored: bool,
}

/// What was found, the most alike first; the query itself is not among them.
#[derive(Clone, Debug)]
pub struct Found {
    pub key: SearchKey,
    pub hits: Vec<Hit>,
    /// Why nothing could be looked for.
    pub obstacle: Option<String>,
}

impl SearchInput {
    /// Compares every stretch of everybody with the query.
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop.
    pub fn derive(&self, cancel: &CancelToken) -> Result<Found, Cancelled> {
        let SearchKey { query, clips, is_mirrored } = &self.key;
        let home = clips.iter().find(|clip| clip.source == query.source);
        let found = match home.and_then(|clip| clip.person(query.person)) {
            Some(features) => {
                let mirrored = is_mirrored.then_some(&*features.mirrored);
                let wanted = Query { key: query.source, features: &features.plain, range: query.range, mirrored };
                let places: Vec<Place<'_, SourceId>> = clips
                    .iter()
                    .flat_map(|clip| {
                        clip.people.iter().map(|person| Place { key: clip.source, features: &person.plain })
                    })
                    .collect();
                moves::find(&wanted, &places, &FindOptions::default(), cancel)
            }
            None => Ok(Vec::new()),
        };
        let (hits, obstacle) = match found {
            Ok(hits) => (hits, None),
            Err(MoveError::Cancelled(cancelled)) => return Err(cancelled),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let hits = hits.into_iter().map(|hit| Hit {
            at: Stretch { source: hit.key, person: hit.person, range: hit.range },
            similarity: hit.similarity,
            is_mirrored: hit.is_mirrored,
        });
        Ok(Found { key: self.key.clone(), hits: hits.collect(), obstacle })
    }
}

impl Session {
    /// What was found last of the move that is looked for; more clips may have come since.
    pub fn found(&self) -> Option<&Arc<Found>> {
        self.actions.found.as_ref()
    }

    pub fn set_found(&mut self, found: Arc<Found>) {
        if self.actions.query == Some(found.key.query) {
            self.actions.found = Some(found);
        }
    }

    /// What to search, if what was found is out of date.
    pub fn outdated_search(&self) -> Option<SearchInput> {
        let query = self.actions.query?;
        let clips: Vec<Arc<ClipFeatures>> =
            self.document().sources.iter().filter_map(|state| self.features(state.source.id).cloned()).collect();
        // Before the query's own clip has them there is nothing to compare with.
        clips.iter().find(|clip| clip.source == query.source)?;
        let key = SearchKey { query, is_mirrored: self.document().actions.is_mirrored, clips };
        let is_new = self.found().is_none_or(|found| found.key != key);
        is_new.then_some(SearchInput { key })
    }
}
