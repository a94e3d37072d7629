//! MediaPipe's 33 landmarks in the JSON layouts that people make of them.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::data::{Keypoint, SkeletonId};
use crate::support::Cancelled;

use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Each, Scalar, read_document};
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
    Frame { number: i64, inner: Box<Node> },
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
    let about = Outline::of(file.text_bytes());
    let new_draft = || {
        let joints = JointSet::Named(id, format!("33 landmarks are {id}"));
        let mut draft = Draft::new(NAME, joints, Units::ImageShare, context);
        draft.fps = about.number("fps");
        draft.image_size = about.number("width").zip(about.number("height")).map(|(w, h)| [w as u32, h as u32]);
        draft
    };
    let draft = read_document(NAME, file, context, new_draft, |draft, reader| {
        let mut frames = Frames { draft, count: 0, loose: Vec::new() };
        if about.is_list() {
            Each::new(|node| frames.add(node)).deserialize(reader)?;
        } else {
            match Node::deserialize(reader)? {
                Node::List(items) => items.into_iter().try_for_each(|node| frames.add(node)),
                single => frames.add(single),
            }
            .map_err(Error::custom)?;
        }
        frames.finish().map_err(Error::custom)
    })?;
    draft.finish(&file.name, context)
}

/// Takes one frame after the other.
struct Frames<'a> {
    draft: &'a mut Draft,
    count: i64,
    /// Landmarks in no list of their own: the file is one pose.
    loose: Vec<Keypoint>,
}

impl Frames<'_> {
    fn add(&mut self, node: Node) -> Result<(), Cancelled> {
        let (number, node) = match node {
            Node::Frame { number, inner } => (number, *inner),
            Node::Landmark(joint) => {
                self.loose.push(joint);
                return Ok(());
            }
            other => (self.count, other),
        };
        self.count += 1;
        self.draft.add_frame(FrameLabel::Number(number))?;
        let mut poses = Vec::new();
        collect_poses(node, &mut poses);
        poses.into_iter().try_for_each(|keypoints| self.add_pose(number, keypoints))
    }

    fn add_pose(&mut self, number: i64, keypoints: Vec<Keypoint>) -> Result<(), Cancelled> {
        self.draft.add(FrameLabel::Number(number), DraftPerson { keypoints, ..DraftPerson::default() })
    }

    fn finish(mut self) -> Result<(), Cancelled> {
        match std::mem::take(&mut self.loose) {
            loose if loose.is_empty() => Ok(()),
            loose => self.add_pose(0, loose),
        }
    }
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
            // A row of numbers is a landmark, of which only the first few mean something.
            if items.len() < 8 || !matches!(items[0], Node::Number(_)) {
                items.push(item);
            }
        }
        if matches!(items.first(), Some(Node::Number(_))) {
            let number = |node: &Node| if let Node::Number(number) = node { *number } else { f64::NAN };
            return Ok(landmark(&items.iter().map(number).collect::<Vec<_>>()));
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let (mut x, mut y, mut visibility) = (None, None, 1.0);
        let (mut number, mut inner) = (None, Node::Nothing);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "x" => x = map.next_value::<Scalar>()?.0.or(Some(f64::NAN)),
                "y" => y = map.next_value::<Scalar>()?.0.or(Some(f64::NAN)),
                "visibility" => visibility = map.next_value::<Scalar>()?.0.unwrap_or(1.0),
                key if NUMBERS.contains(&key) => number = map.next_value::<Scalar>()?.0,
                key if WRAPPERS.contains(&key) => inner = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(match (x, y, number) {
            (Some(x), Some(y), _) => landmark(&[x, y, 0.0, visibility]),
            (_, _, Some(number)) => Node::Frame { number: number.round() as i64, inner: Box::new(inner) },
            _ => inner,
        })
    }
}
