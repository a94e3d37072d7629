//! Undo and redo: snapshots of the document, one per gesture.

use super::bodies::BodyChoice;
use super::document::{Document, Lifting};
use super::edit::Edit;

/// Most steps that can be undone.
const DEPTH: usize = 100;

/// The document now, before and after.
#[derive(Debug, Default)]
pub struct History {
    present: Document,
    past: Vec<(&'static str, Document)>,
    future: Vec<(&'static str, Document)>,
    /// The newest edit while its gesture goes on.
    gesture: Option<Edit>,
}

impl History {
    pub fn present(&self) -> &Document {
        &self.present
    }

    /// Does `edit` as one undoable step, or as part of the step before while that is the same gesture.
    pub fn apply(&mut self, edit: &Edit) {
        let is_continued = self.gesture.as_ref().is_some_and(|before| before.is_continued_by(edit));
        if !is_continued {
            self.past.push((edit.label(), self.present.clone()));
        }
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
        self.future.clear();
        self.present.apply(edit);
        self.gesture = Some(edit.clone());
    }

    /// The pointer was let go: the next edit is a step of its own.
    pub fn end_gesture(&mut self) {
        self.gesture = None;
    }

    /// Changes present, past and future alike: for what cannot be undone (opening and closing files).
    pub fn rebase(&mut self, change: impl Fn(&mut Document)) {
        change(&mut self.present);
        for (_, document) in self.past.iter_mut().chain(&mut self.future) {
            change(document);
        }
    }

    /// Takes back a change that turned out to be impossible, as if it had never been asked for: the newest step goes if
    /// nothing else is left of it.
    pub fn retract_lifting(&mut self, lifting: &Lifting) {
        self.present.lifting = lifting.clone();
        self.drop_empty_step(&Edit::SetLifting(lifting.clone()), |before| before.lifting == *lifting);
    }

    /// As [`Self::retract_lifting`], for a body.
    pub fn retract_body(&mut self, body: &BodyChoice) {
        self.present.body = body.clone();
        self.drop_empty_step(&Edit::SetBody(body.clone()), |before| before.body == *body);
    }

    fn drop_empty_step(&mut self, edit: &Edit, is_as_before: impl Fn(&Document) -> bool) {
        if self.past.last().is_some_and(|(label, before)| *label == edit.label() && is_as_before(before)) {
            self.past.pop();
        }
    }

    pub fn undo(&mut self) -> bool {
        self.end_gesture();
        Self::step(&mut self.past, &mut self.present, &mut self.future)
    }

    pub fn redo(&mut self) -> bool {
        self.end_gesture();
        Self::step(&mut self.future, &mut self.present, &mut self.past)
    }

    fn step(
        from: &mut Vec<(&'static str, Document)>,
        present: &mut Document,
        to: &mut Vec<(&'static str, Document)>,
    ) -> bool {
        let Some((label, document)) = from.pop() else { return false };
        to.push((label, std::mem::replace(present, document)));
        true
    }

    /// Name of the step that undo would take back.
    pub fn undo_label(&self) -> Option<&'static str> {
        self.past.last().map(|(label, _)| *label)
    }

    pub fn redo_label(&self) -> Option<&'static str> {
        self.future.last().map(|(label, _)| *label)
    }
}
