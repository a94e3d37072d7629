//! What is selected and what the pointer is over, one and the same in every view.

use crate::data::{JointIndex, PersonId};

/// A person, or one of a person's H36M-17 joints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pick {
    pub person: PersonId,
    pub joint: Option<JointIndex>,
}

/// Selection stays until changed; hover is set anew in every frame by the view under the pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub selected: Option<Pick>,
    pub hovered: Option<Pick>,
}

impl Selection {
    pub fn select_person(&mut self, person: Option<PersonId>) {
        self.selected = person.map(|person| Pick { person, joint: None });
    }

    pub fn person(&self) -> Option<PersonId> {
        self.selected.map(|pick| pick.person)
    }
}
