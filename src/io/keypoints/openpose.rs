//! OpenPose's JSON, one file per frame; a folder of them is a clip.

use serde::Deserialize;

use crate::support::Cancelled;

use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Numbers, Scalar, parse};
use super::outline::Outline;
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext, folder};

pub(super) const NAME: &str = "OpenPose JSON";

/// Where a person's joints are; the last two are AlphaPose's and OpenPose's older names.
const POSE_KEYS: &[&str] = &["pose_keypoints_2d", "joints", "pose_keypoints"];

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
    pub fn add_to(self, draft: &mut Draft, label: &FrameLabel) -> Result<(), Cancelled> {
        for person in self.people {
            let person = DraftPerson {
                id: person.person_id.0,
                keypoints: person.pose_keypoints_2d.keypoints(),
                ..DraftPerson::default()
            };
            draft.add(label.clone(), person)?;
        }
        Ok(())
    }
}

/// A list of people, empty or with joints.
pub(super) fn matches(clues: &Clues) -> bool {
    let is_person = |person: &Outline| POSE_KEYS.iter().any(|key| person.has(key));
    let people = clues.json.as_ref().and_then(|json| json.get("people").or_else(|| json.get("bodies")));
    people.is_some_and(|people| people.is_list() && people.first().is_none_or(is_person))
}

/// A draft for frames in OpenPose's layout.
pub(super) fn draft(context: &ReadContext) -> Draft {
    Draft::new(NAME, JointSet::ByCount { usual: &[] }, Units::Detect, context)
}

/// Adds the people of one file.
pub(super) fn add(file: &RawFile, draft: &mut Draft) -> Result<(), KeypointError> {
    let frame: Frame = parse(NAME, file)?;
    Ok(frame.add_to(draft, &FrameLabel::Name(file.name.clone()))?)
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let mut draft = draft(context);
    draft.add_frame(FrameLabel::Name(file.name.clone()))?;
    add(file, &mut draft)?;
    folder::hint_at_siblings(file, context);
    draft.finish(&file.name, context)
}
