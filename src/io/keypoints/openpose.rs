//! OpenPose's JSON, one file per frame; a folder of them is a clip.

use serde::Deserialize;

use crate::support::Cancelled;

use super::alphapose::keypoints;
use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Numbers, Scalar, read_document};
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext};

pub(super) const NAME: &str = "OpenPose JSON";

/// One frame; `bodies` is how AlphaPose writes it in its older layout.
#[derive(Deserialize)]
pub(super) struct Frame {
    #[serde(default, alias = "bodies")]
    people: Vec<Person>,
}

#[derive(Deserialize)]
struct Person {
    #[serde(default)]
    person_id: Scalar,
    #[serde(default, alias = "joints", alias = "pose_keypoints")]
    pose_keypoints_2d: Numbers,
}

impl Frame {
    pub fn add_to(self, draft: &mut Draft, label: FrameLabel) -> Result<(), Cancelled> {
        draft.add_frame(label.clone())?;
        for person in self.people {
            let person = DraftPerson {
                id: person.person_id.0,
                keypoints: keypoints(&person.pose_keypoints_2d),
                ..DraftPerson::default()
            };
            draft.add(label.clone(), person)?;
        }
        Ok(())
    }
}

pub(super) fn matches(clues: &Clues) -> bool {
    clues
        .json
        .as_ref()
        .is_some_and(|json| ["people", "bodies"].iter().any(|key| json.get(key).is_some_and(|people| people.is_list())))
}

/// A draft for frames in OpenPose's layout.
pub(super) fn draft(context: &ReadContext) -> Draft {
    Draft::new(NAME, JointSet::ByCount { usual: &[] }, Units::Detect, context)
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let read = |draft: &mut Draft, reader: &mut serde_json::Deserializer<serde_json::de::SliceRead>| {
        let frame = Frame::deserialize(reader)?;
        frame.add_to(draft, FrameLabel::Name(file.name.clone())).map_err(serde::de::Error::custom)
    };
    read_document(NAME, file, context, || draft(context), read)?.finish(&file.name, context)
}
