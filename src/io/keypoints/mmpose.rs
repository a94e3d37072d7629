//! MMPose predictions: with meta information around them, or the inner list alone, of a video or of one image.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeSeed;

use crate::data::{Keypoint, SkeletonId};
use crate::support::Cancelled;

use super::anatomy;
use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Each, Numbers, Scalar, parse, read_document};
use super::outline::Outline;
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext};

pub(super) const NAME: &str = "MMPose JSON";

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    meta_info: Meta,
    instance_info: Vec<Item>,
}

#[derive(Default, Deserialize)]
struct Meta {
    /// Joint names by place; JSON has the places as texts.
    #[serde(default)]
    keypoint_id2name: BTreeMap<String, String>,
}

/// A frame with people, or a person where the list is of one image.
#[derive(Deserialize)]
struct Item {
    frame_id: Option<FrameLabel>,
    instances: Option<Vec<Item>>,
    #[serde(default)]
    keypoints: Numbers,
    #[serde(default)]
    keypoint_scores: Numbers,
    #[serde(default)]
    bbox: Numbers,
    #[serde(default)]
    bbox_score: Scalar,
    #[serde(default)]
    track_id: Scalar,
}

impl Item {
    /// Rows of three with scores beside them are positions in space.
    fn is_3d(&self) -> bool {
        self.keypoints.row_len == Some(3) && !self.keypoint_scores.values.is_empty()
    }

    fn person(&self) -> DraftPerson {
        let mut keypoints: Vec<Keypoint> = self.keypoints.keypoints();
        for (joint, score) in keypoints.iter_mut().zip(&self.keypoint_scores.values) {
            joint.confidence = *score;
        }
        DraftPerson { id: self.track_id.0, score: self.bbox_score.0, bbox: self.bbox.corners(), keypoints }
    }
}

/// Adds the items of a list one after another.
#[derive(Default)]
struct Items {
    count: i64,
    people_in_space: usize,
}

impl Items {
    fn add(&mut self, item: &Item, draft: &mut Draft) -> Result<(), Cancelled> {
        let frame = match (&item.instances, &item.frame_id) {
            (Some(_), Some(frame)) => frame.clone(),
            (Some(_), None) => FrameLabel::Number(self.count),
            (None, _) => FrameLabel::Number(0),
        };
        self.count += 1;
        let people = item.instances.as_deref().unwrap_or(std::slice::from_ref(item));
        if item.instances.is_some() {
            draft.add_frame(frame.clone())?;
        }
        for person in people {
            if person.is_3d() {
                self.people_in_space += 1;
            } else {
                draft.add(frame.clone(), person.person())?;
            }
        }
        Ok(())
    }
}

pub(super) fn matches(clues: &Clues) -> bool {
    let Some(json) = &clues.json else { return false };
    let is_instance = |item: &Outline| item.has("keypoints") && item.has("keypoint_scores");
    json.has("instance_info") || json.first().is_some_and(|item| item.has("instances") || is_instance(item))
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let by_count = || Draft::new(NAME, JointSet::ByCount { usual: &[SkeletonId::Coco17] }, Units::Pixels, context);
    let mut items = Items::default();
    let is_document = file.text_bytes().trim_ascii_start().starts_with(b"{");
    let draft = if is_document {
        let document: Document = parse(NAME, file)?;
        let mut draft = by_count();
        if let Some(id) = document.meta_info.joint_set() {
            draft.joints = JointSet::Named(id, format!("{id} by the joint names in the file"));
        }
        for item in &document.instance_info {
            items.add(item, &mut draft)?;
        }
        draft
    } else {
        read_document(NAME, file, context, by_count, |draft, reader| {
            items = Items::default();
            Each::new(|item: Item| items.add(&item, draft)).deserialize(reader)
        })?
    };
    if items.people_in_space > 0 && draft.is_empty() {
        return Err(KeypointError::Broken {
            format: NAME,
            why: "its joints are in 3D already. Open the 2D predictions of the same video instead".to_owned(),
        });
    }
    draft.finish(&file.name, context)
}

impl Meta {
    fn joint_set(&self) -> Option<SkeletonId> {
        let mut names: Vec<(usize, &String)> =
            self.keypoint_id2name.iter().filter_map(|(place, name)| Some((place.parse().ok()?, name))).collect();
        names.sort_unstable();
        anatomy::named(&names.into_iter().map(|(_, name)| name.clone()).collect::<Vec<_>>())
    }
}
