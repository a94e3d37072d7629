//! Ultralytics pose results: JSON of one image or of all frames, and label files with one line per person.

use serde::Deserialize;
use serde::de::DeserializeSeed;

use crate::data::{Keypoint, SkeletonId};

use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Each, Numbers, OneOrMany, Scalar, read_document};
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext, folder};

pub(super) const NAME: &str = "Ultralytics JSON";
pub(super) const TXT: &str = "Ultralytics txt";

const JOINTS: JointSet = JointSet::ByCount { usual: &[SkeletonId::Coco17] };

/// Class, centre x, centre y, width, height at the start of a line.
const BOX_FIELDS: usize = 5;

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    confidence: Scalar,
    #[serde(default)]
    track_id: Scalar,
    #[serde(default, rename = "box")]
    corners: Option<Corners>,
    #[serde(default)]
    keypoints: Option<Columns>,
}

#[derive(Deserialize)]
struct Corners {
    x1: f32,
    y1: f32,
    x2: f32,
    y2: f32,
}

#[derive(Deserialize)]
struct Columns {
    x: Numbers,
    y: Numbers,
    #[serde(default, alias = "conf", alias = "confidence")]
    visible: Numbers,
}

impl Found {
    fn person(&self) -> DraftPerson {
        let keypoints = self.keypoints.as_ref().map_or_else(Vec::new, |columns| {
            let confidence = columns.visible.values.iter().copied().chain(std::iter::repeat(1.0));
            let places = columns.x.values.iter().zip(&columns.y.values);
            places.zip(confidence).map(|((x, y), confidence)| Keypoint::new(*x, *y, confidence)).collect()
        });
        DraftPerson {
            id: self.track_id.0,
            score: self.confidence.0,
            bbox: self.corners.as_ref().map(|c| [c.x1, c.y1, c.x2 - c.x1, c.y2 - c.y1]),
            keypoints,
        }
    }
}

/// A list of people with keypoints in columns, or a list of such lists.
pub(super) fn matches(clues: &Clues) -> bool {
    let first = clues.json.as_ref().and_then(|json| json.first());
    let person = first.and_then(|first| first.first().or(Some(first)));
    let columns = person.and_then(|person| person.get("keypoints"));
    columns.is_some_and(|columns| columns.has("x") && columns.has("y"))
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let new_draft = || Draft::new(NAME, JOINTS, Units::Detect, context);
    let draft = read_document(NAME, file, context, new_draft, |draft, reader| {
        let mut frame = 0;
        Each::new(|found: OneOrMany<Found>| {
            // People that are not in a list of their own are all of one image.
            let is_frame = found.is_list;
            if is_frame {
                draft.add_frame(FrameLabel::Number(frame))?;
            }
            for found in &found.items {
                draft.add(FrameLabel::Number(frame), found.person())?;
            }
            frame += i64::from(is_frame);
            Ok(())
        })
        .deserialize(reader)
    })?;
    draft.finish(&file.name, context)
}

pub(super) fn matches_txt(clues: &Clues) -> bool {
    // Enough for a few of the longest lines.
    let bytes = &clues.file.bytes[..clues.file.bytes.len().min(8192)];
    let Some(line) = bytes.split(|b| *b == b'\n').next().and_then(|line| std::str::from_utf8(line).ok()) else {
        return false;
    };
    clues.json.is_none() && parse_line(line).is_some()
}

pub(super) fn txt_draft(context: &ReadContext) -> Draft {
    Draft::new(TXT, JOINTS, Units::ImageShare, context)
}

/// Adds the people of one label file.
pub(super) fn add_txt(file: &RawFile, draft: &mut Draft) -> Result<(), KeypointError> {
    let label = FrameLabel::Name(file.name.clone());
    let mut bad_line = None;
    for (number, line) in file.text(TXT)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match parse_line(line) {
            Some(person) => draft.add(label.clone(), person)?,
            None => bad_line = bad_line.or(Some(number + 1)),
        }
    }
    bad_line.map_or(Ok(()), |line| {
        Err(KeypointError::Broken { format: TXT, why: format!("line {line} is not a person with 17 joints") })
    })
}

pub(super) fn read_txt(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let mut draft = txt_draft(context);
    draft.add_frame(FrameLabel::Name(file.name.clone()))?;
    add_txt(file, &mut draft)?;
    folder::hint_at_siblings(file, context);
    draft.finish(&file.name, context)
}

/// `class cx cy w h (x y [v])*17 [confidence] [id]`.
fn parse_line(line: &str) -> Option<DraftPerson> {
    let values: Vec<f32> = line.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let joints = SkeletonId::Coco17.skeleton().len();
    let width = [2, 3].into_iter().find(|width| {
        let needed = BOX_FIELDS + joints * width;
        (needed..=needed + 2).contains(&values.len())
    })?;
    let (head, rest) = values.split_at_checked(BOX_FIELDS)?;
    let (joints, extra) = rest.split_at_checked(joints * width)?;
    let keypoints =
        joints.chunks_exact(width).map(|joint| Keypoint::new(joint[0], joint[1], *joint.get(2).unwrap_or(&1.0)));
    // A single extra number is an id when it is whole: scores are below 1.
    let (score, id) = match *extra {
        [score, id] => (Some(score), Some(id)),
        [id] if id.fract() == 0.0 => (None, Some(id)),
        [score] => (Some(score), None),
        _ => (None, None),
    };
    Some(DraftPerson {
        id: id.map(f64::from),
        score: score.map(f64::from),
        bbox: Some([head[1] - head[3] / 2.0, head[2] - head[4] / 2.0, head[3], head[4]]),
        keypoints: keypoints.collect(),
    })
}
