//! The person's own moves: saved from marked stretches, renamed, removed, taken from files. Each change is an edit.

use std::sync::Arc;

use super::Stretch;
use crate::data::MoveSet;
use crate::motion::moves::{MoveError, example};
use crate::session::{Edit, MovesChange, Session};

impl Session {
    /// What is marked, or else from in to out point: what can be looked for and saved.
    pub fn marked(&self) -> Option<Stretch> {
        self.actions.mark.or_else(|| self.stretch_from_in_to_out())
    }

    /// The marked stretch as an example of the move of this name; none for people without 2D keypoints.
    ///
    /// # Errors
    /// [`MoveError`] for a stretch that says too little.
    pub fn saved_move(&self, stretch: Stretch, name: &str) -> Result<Option<Edit>, MoveError> {
        let cleaned = self.motion(stretch.source).and_then(|motion| motion.track(stretch.person));
        let clip = self.document().source(stretch.source);
        let track = cleaned.or_else(|| clip?.source.track(stretch.person));
        let (Some(clip), Some(track)) = (clip, track) else { return Ok(None) };
        let example = example(track, stretch.range, clip.fps, &clip.source.name)?;
        Ok(Some(self.moves_edit(MovesChange::AddExample, |moves| {
            moves.add(name, example);
        })))
    }

    /// Two moves of one name become one.
    pub fn renamed_move(&self, place: usize, name: &str) -> Edit {
        self.moves_edit(MovesChange::Rename, |moves| {
            let Some(class) = moves.classes.get(place) else { return };
            if moves.names().any(|known| known == name) {
                let class = moves.classes.remove(place);
                for example in class.examples {
                    moves.add(name, example);
                }
            } else {
                moves.classes[place] =
                    crate::data::MoveClass { name: name.to_owned(), examples: class.examples.clone() };
            }
        })
    }

    pub fn removed_move(&self, place: usize) -> Edit {
        self.moves_edit(MovesChange::Remove, |moves| {
            if place < moves.classes.len() {
                moves.classes.remove(place);
            }
        })
    }

    /// A move goes with its last example.
    pub fn removed_example(&self, place: usize, example: usize) -> Edit {
        self.moves_edit(MovesChange::RemoveExample, |moves| {
            let Some(class) = moves.classes.get_mut(place) else { return };
            if example < class.examples.len() {
                class.examples.remove(example);
            }
            if class.examples.is_empty() {
                moves.classes.remove(place);
            }
        })
    }

    /// Adds moves of a file; those of one name become one.
    pub fn with_moves(&self, other: MoveSet) -> Edit {
        self.moves_edit(MovesChange::Import, |moves| moves.merge(other))
    }

    /// What was kept of the last session; not an edit.
    pub fn restore_moves(&mut self, moves: &Arc<MoveSet>) {
        self.history.rebase(|document| document.moves = moves.clone());
    }

    fn moves_edit(&self, change: MovesChange, edit: impl FnOnce(&mut MoveSet)) -> Edit {
        let mut moves = (*self.document().moves).clone();
        edit(&mut moves);
        Edit::SetMoves { moves: Arc::new(moves), change }
    }
}
