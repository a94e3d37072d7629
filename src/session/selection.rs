//! What is selected and what the pointer is over, one and the same in every view.

use crate::data::skeleton::H36M_17;
use crate::data::{JointIndex, PersonId};

/// What of a person is meant, in the model's skeleton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PickPart {
    Body,
    /// One of the H36M-17 joints.
    Joint(JointIndex),
    /// Place in the bones of H36M-17.
    Bone(usize),
}

/// A person, or a joint or bone of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pick {
    pub person: PersonId,
    pub part: PickPart,
}

impl Pick {
    pub const fn body(person: PersonId) -> Self {
        Self { person, part: PickPart::Body }
    }

    pub const fn joint(person: PersonId, joint: JointIndex) -> Self {
        Self { person, part: PickPart::Joint(joint) }
    }

    pub const fn bone(person: PersonId, bone: usize) -> Self {
        Self { person, part: PickPart::Bone(bone) }
    }

    /// The H36M-17 joint, if it is one.
    pub const fn as_joint(self) -> Option<JointIndex> {
        match self.part {
            PickPart::Joint(joint) => Some(joint),
            PickPart::Body | PickPart::Bone(_) => None,
        }
    }

    /// The H36M-17 joints at both ends of the bone, if it is one.
    pub fn as_bone(self) -> Option<(usize, usize)> {
        match self.part {
            PickPart::Bone(bone) => H36M_17.bones.get(bone).copied(),
            PickPart::Body | PickPart::Joint(_) => None,
        }
    }

    /// "left knee", "left hip to left knee"; none for a whole body.
    pub fn part_name(self) -> Option<String> {
        match self.part {
            PickPart::Body => None,
            PickPart::Joint(joint) => H36M_17.joints.get(joint.0).map(|name| (*name).to_owned()),
            PickPart::Bone(_) => self.as_bone().map(|(a, b)| format!("{} to {}", H36M_17.joints[a], H36M_17.joints[b])),
        }
    }
}

/// Selection stays until changed; hover is set anew in every frame by the view under the pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub selected: Option<Pick>,
    pub hovered: Option<Pick>,
}

impl Selection {
    pub fn select_person(&mut self, person: Option<PersonId>) {
        self.selected = person.map(Pick::body);
    }

    pub fn person(&self) -> Option<PersonId> {
        self.selected.map(|pick| pick.person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_the_names_of_their_joints() {
        let knee = JointIndex(5);
        let (joint, bone) = (Pick::joint(PersonId(1), knee), Pick::bone(PersonId(1), 4));
        assert_eq!(joint.part_name().as_deref(), Some("left knee"));
        assert_eq!(bone.part_name().as_deref(), Some("left hip to left knee"));
        assert_eq!((joint.as_joint(), joint.as_bone()), (Some(knee), None));
        assert_eq!((bone.as_joint(), bone.as_bone()), (None, Some((4, 5))));
        assert_eq!(Pick::body(PersonId(1)).part_name(), None);
        assert_eq!(Pick::bone(PersonId(1), 99).part_name(), None);
    }
}
