//! MediaPipe's 33 landmarks in the JSON layouts that people make of them.

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::data::{Keypoint, SkeletonId};

use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Scalar, read_document};
use super::outline::Outline;
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext};

pub(super) const NAME: &str = "MediaPipe JSON";

/// Keys that lists of landmarks, people or frames are wrapped in. World landmarks are in metres, so not among them.
const WRAPPERS: &[&str] =
    &["landmarks", "pose_landmarks", "poseLandmarks", "landmark", "keypoints", "poses", "people", "frames", "data"];
/// Keys that number a frame.
const NUMBERS: &[&str] = &["frame", "frame_id", "frame_idx", "frame_index", "frame_number"];

/// Any layout, brought to lists of points.
enum Node {
    Nothing,
    Number(f64),
    Landmark(Keypoint),
    List(Vec<Node>),
    Frame { label: FrameLabel, inner: Box<Node> },
}

pub(super) fn matches(clues: &Clues) -> bool {
    clues.json.as_ref().is_some_and(|json| leads_to_landmark(json, 0))
}

fn leads_to_landmark(outline: &Outline, depth: usize) -> bool {
    match outline {
        // A bare row of numbers is a landmark only in a list of people in a list of frames.
        Outline::List(items) if matches!(items.first(), Some(Outline::Number(_))) => depth >= 2 && items.len() >= 3,
        Outline::List(_) => outline.first().is_some_and(|item| leads_to_landmark(item, depth + 1)),
        Outline::Object(_) if outline.has("x") && outline.has("y") => {
            matches!(outline.get("x"), Some(Outline::Number(_))) && (outline.has("z") || outline.has("visibility"))
        }
        Outline::Object(_) => WRAPPERS
            .iter()
            .filter_map(|key| outline.get(key))
            .any(|inner| inner.is_list_of_something() && leads_to_landmark(inner, depth + 1)),
        _ => false,
    }
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let id = SkeletonId::MediaPipe33;
    let new_draft = || {
        let joints = JointSet::Named(id, format!("33 landmarks are {id}"));
        Draft::new(NAME, joints, Units::ImageShare, context)
    };
    let draft = read_document(NAME, file, context, new_draft, |draft, reader| {
        let frames = match Node::deserialize(reader)? {
            Node::List(items) if !is_pose(&items) => items,
            single => vec![single],
        };
        for (index, node) in frames.into_iter().enumerate() {
            let (label, node) = match node {
                Node::Frame { label, inner } => (label, *inner),
                other => (FrameLabel::Number(index as i64), other),
            };
            draft.add_frame(label.clone()).map_err(Error::custom)?;
            let mut poses = Vec::new();
            collect_poses(node, &mut poses);
            for keypoints in poses {
                let person = DraftPerson { keypoints, ..DraftPerson::default() };
                draft.add(label.clone(), person).map_err(Error::custom)?;
            }
        }
        Ok(())
    })?;
    draft.finish(&file.name, context)
}

fn is_pose(items: &[Node]) -> bool {
    matches!(items.first(), Some(Node::Landmark(_)))
}

fn collect_poses(node: Node, poses: &mut Vec<Vec<Keypoint>>) {
    match node {
        Node::List(items) if is_pose(&items) => {
            let joint = |node: &Node| if let Node::Landmark(joint) = node { *joint } else { Keypoint::MISSING };
            poses.push(items.iter().map(joint).collect());
        }
        Node::List(items) => items.into_iter().for_each(|item| collect_poses(item, poses)),
        Node::Frame { inner, .. } => collect_poses(*inner, poses),
        Node::Nothing | Node::Number(_) | Node::Landmark(_) => {}
    }
}

/// x, y\[, z\[, visibility\]\].
fn landmark(numbers: &[f64]) -> Node {
    let at = |place: usize| numbers.get(place).map(|number| *number as f32);
    match (at(0), at(1)) {
        (Some(x), Some(y)) => Node::Landmark(Keypoint::new(x, y, at(3).unwrap_or(1.0))),
        _ => Node::Nothing,
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("landmarks")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_bool<E: Error>(self, _value: bool) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_str<E: Error>(self, _value: &str) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        if matches!(items.first(), Some(Node::Number(_))) {
            let number = |node: &Node| if let Node::Number(number) = node { *number } else { f64::NAN };
            return Ok(landmark(&items.iter().map(number).collect::<Vec<_>>()));
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let (mut x, mut y, mut visibility) = (None, None, 1.0);
        let (mut label, mut inner) = (None, Node::Nothing);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "x" => x = map.next_value::<Scalar>()?.0.or(Some(f64::NAN)),
                "y" => y = map.next_value::<Scalar>()?.0.or(Some(f64::NAN)),
                "visibility" => visibility = map.next_value::<Scalar>()?.0.unwrap_or(1.0),
                key if NUMBERS.contains(&key) => label = map.next_value::<Scalar>()?.0,
                key if WRAPPERS.contains(&key) => inner = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(match (x, y, label) {
            (Some(x), Some(y), _) => landmark(&[x, y, 0.0, visibility]),
            (_, _, Some(number)) => {
                Node::Frame { label: FrameLabel::Number(number.round() as i64), inner: Box::new(inner) }
            }
            _ => inner,
        })
    }
}
