//! AlphaPose results in its three layouts, and COCO results, which are the same list without boxes and ids.

use serde::Deserialize;
use serde::de::DeserializeSeed;

use crate::data::SkeletonId;
use crate::support::Cancelled;

use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Each, EachEntry, Numbers, Scalar, read_document};
use super::openpose::Frame;
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext};

pub(super) const NAME: &str = "AlphaPose JSON";
pub(super) const BY_IMAGE: &str = "AlphaPose JSON by image";
pub(super) const COCO: &str = "COCO results JSON";

#[derive(Deserialize)]
struct Record {
    image_id: FrameLabel,
    #[serde(default)]
    keypoints: Numbers,
    #[serde(default)]
    score: Scalar,
    #[serde(default, rename = "box")]
    bbox: Numbers,
    #[serde(default)]
    idx: Scalar,
    /// As `idx`, where COCO results have ids.
    #[serde(default)]
    track_id: Scalar,
    /// The frames at both ends, seen or not, in the first record of files that this program wrote.
    #[serde(default)]
    first_image_id: Option<FrameLabel>,
    #[serde(default)]
    last_image_id: Option<FrameLabel>,
}

pub(super) fn matches(clues: &Clues) -> bool {
    first_record_has(clues, &["box", "idx"]) || first_record_has_image_name(clues)
}

pub(super) fn matches_coco(clues: &Clues) -> bool {
    first_record_has(clues, &["image_id"])
}

/// The first record has keypoints and one of `keys`.
fn first_record_has(clues: &Clues, keys: &[&str]) -> bool {
    let record = clues.json.as_ref().and_then(|json| json.first());
    record.is_some_and(|record| {
        record.has("image_id") && record.has("keypoints") && keys.iter().any(|key| record.has(key))
    })
}

fn first_record_has_image_name(clues: &Clues) -> bool {
    let record = clues.json.as_ref().and_then(|json| json.first());
    record.is_some_and(|record| {
        record.has("keypoints") && matches!(record.get("image_id"), Some(super::outline::Outline::Text(_)))
    })
}

/// `{image: {bodies or people}}`.
pub(super) fn matches_by_image(clues: &Clues) -> bool {
    let image = clues.json.as_ref().and_then(|json| json.first_value());
    image.is_some_and(|image| image.has("bodies") || image.has("people"))
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    read_records(NAME, file, context)
}

pub(super) fn read_coco(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    read_records(COCO, file, context)
}

fn read_records(format: &'static str, file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let new_draft = || Draft::new(format, JointSet::ByCount { usual: &[SkeletonId::Coco17] }, Units::Detect, context);
    let draft = read_document(format, file, context, new_draft, |draft, reader| {
        Each::new(|record: Record| {
            for end in [record.first_image_id, record.last_image_id].into_iter().flatten() {
                draft.reach(end);
            }
            let person = DraftPerson {
                id: record.idx.0.or(record.track_id.0),
                score: record.score.0,
                bbox: record.bbox.values.try_into().ok(),
                keypoints: record.keypoints.keypoints(),
            };
            draft.add(record.image_id, person)
        })
        .deserialize(reader)
    })?;
    draft.finish(&file.name, context)
}

pub(super) fn read_by_image(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let new_draft = || Draft::new(BY_IMAGE, JointSet::ByCount { usual: &[] }, Units::Detect, context);
    let draft = read_document(BY_IMAGE, file, context, new_draft, |draft, reader| {
        EachEntry::new(|image: String, frame: Frame| -> Result<(), Cancelled> {
            let label = FrameLabel::Name(image);
            draft.add_frame(label.clone())?;
            frame.add_to(draft, &label)
        })
        .deserialize(reader)
    })?;
    draft.finish(&file.name, context)
}
