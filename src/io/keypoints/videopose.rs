//! The .npz files of VideoPose3D and the repositories around it: Detectron detections per video, `positions_2d` of
//! custom videos, and `positions_2d` of Human3.6M. All hold pickled Python objects, read as data.

use crate::data::{Keypoint, SkeletonId};
use crate::io::npy::{self, Npy, Npz};
use crate::support::pickle::{Node, Pickle};
use crate::support::{Notice, Notices};

use super::arrays::is_nobody;
use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext, broken};

pub(super) const DETECTRON: &str = "Detectron keypoints (npz)";
pub(super) const POSITIONS: &str = "VideoPose3D positions_2d (npz)";

/// Deepest nesting of lists that is followed when looking for arrays.
const MAX_DEPTH: usize = 4;

pub(super) fn matches_detectron(clues: &Clues) -> bool {
    has_arrays(clues, &["boxes", "keypoints"])
}

pub(super) fn matches_positions(clues: &Clues) -> bool {
    has_arrays(clues, &["positions_2d", "metadata"])
}

fn has_arrays(clues: &Clues, names: &[&str]) -> bool {
    npy::is_zip(&clues.file.bytes)
        && Npz::open(&clues.file.bytes).is_ok_and(|npz| names.iter().all(|name| npz.has(name)))
}

fn objects<'b>(format: &'static str, name: &str, bytes: &'b [u8]) -> Result<Pickle<'b>, KeypointError> {
    match npy::parse(bytes).map_err(|error| broken(format, &format!("'{name}': {error}")))? {
        Npy::Objects(pickle) => Ok(pickle),
        Npy::Plain(_) => {
            Err(broken(format, &format!("'{name}' holds plain numbers where Python objects are expected")))
        }
    }
}

/// The members of a list or of the first axis of an object array; none for anything else.
fn members<'p>(node: Node<'p>) -> Option<Vec<Members<'p>>> {
    if let Some(items) = node.items() {
        return Some(items.into_iter().map(Members::One).collect());
    }
    let array = node.numpy().ok()?;
    let objects = array.objects().ok()?;
    let len = *array.shape.first()?;
    let each = objects.len().checked_div(len)?;
    match array.shape.len() {
        1 => Some(objects.into_iter().map(Members::One).collect()),
        _ => Some(objects.chunks(each.max(1)).map(|row| Members::Row(row.to_vec())).collect()),
    }
}

/// A member of a sequence, or a whole row where NumPy folded nested lists into one array.
enum Members<'p> {
    One(Node<'p>),
    Row(Vec<Node<'p>>),
}

/// Shape [.., 4, J] and values of every numeric array under a member, whatever the nesting.
fn numeric_arrays(member: &Members<'_>, depth: usize, into: &mut Vec<(Vec<usize>, Vec<f32>)>) {
    if depth > MAX_DEPTH {
        return;
    }
    match member {
        Members::Row(nodes) => nodes.iter().for_each(|node| numeric_arrays(&Members::One(*node), depth + 1, into)),
        Members::One(node) => {
            if let Ok(array) = node.numpy()
                && let Ok(values) = array.to_f32()
            {
                if !values.is_empty() {
                    into.push((array.shape, values));
                }
            } else if let Some(inner) = members(*node) {
                inner.iter().for_each(|member| numeric_arrays(member, depth + 1, into));
            }
        }
    }
}

/// The one object of a 0-d array: a dictionary.
fn single<'p>(pickle: &'p Pickle<'p>) -> Option<Node<'p>> {
    let array = pickle.root().numpy().ok()?;
    array.objects().ok()?.first().copied()
}

/// Detectron's arrays per frame and class: boxes (N, 5), keypoints (N, 4, J) with rows x, y, logit, probability.
pub(super) fn read_detectron(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let mut npz = Npz::open(&file.bytes).map_err(|error| broken(DETECTRON, &error))?;
    let mut bytes = |name: &str| npz.bytes(name).map_err(|error| broken(DETECTRON, &error));
    let (keypoint_bytes, box_bytes) = (bytes("keypoints")?, bytes("boxes")?);
    let metadata_bytes = bytes("metadata").ok();
    if npy::outline(&keypoint_bytes).is_ok_and(|(_, is_numeric)| is_numeric) {
        return super::arrays::read_npz(file, context);
    }
    let keypoints = objects(DETECTRON, "keypoints", &keypoint_bytes)?;
    let boxes = objects(DETECTRON, "boxes", &box_bytes)?;
    let wrong = || broken(DETECTRON, &"'keypoints' is not a list of frames");
    let frames = members(keypoints.root()).ok_or_else(wrong)?;
    let box_frames = members(boxes.root()).unwrap_or_default();
    let joints = JointSet::ByCount { usual: &[SkeletonId::Coco17] };
    let mut draft = Draft::new(DETECTRON, joints, Units::Pixels, context);
    draft.image_size = metadata_bytes.and_then(|bytes| {
        let metadata = objects(DETECTRON, "metadata", &bytes).ok()?;
        image_size(single(&metadata)?)
    });
    for (number, frame) in frames.iter().enumerate() {
        let label = FrameLabel::Number(number as i64);
        draft.add_frame(label.clone())?;
        let mut arrays = Vec::new();
        numeric_arrays(frame, 0, &mut arrays);
        let mut box_arrays = Vec::new();
        if let Some(frame) = box_frames.get(number) {
            numeric_arrays(frame, 0, &mut box_arrays);
        }
        let rows = box_arrays
            .iter()
            .filter(|(shape, _)| shape.last() == Some(&5))
            .flat_map(|(_, values)| values.chunks_exact(5));
        let mut rows = rows.fuse();
        for (shape, values) in &arrays {
            let Some(joint_count) = shape.last().copied().filter(|_| shape.len() >= 2 && shape[shape.len() - 2] == 4)
            else {
                continue;
            };
            for person in values.chunks_exact(4 * joint_count) {
                let channel = |at: usize| &person[at * joint_count..(at + 1) * joint_count];
                let (x, y, probability) = (channel(0), channel(1), channel(3));
                let keypoints =
                    (0..joint_count).map(|joint| Keypoint::new(x[joint], y[joint], probability[joint])).collect();
                let bbox = rows.next();
                draft.add(
                    label.clone(),
                    DraftPerson {
                        score: bbox.map(|row| f64::from(row[4])),
                        bbox: bbox.map(|row| [row[0], row[1], row[2] - row[0], row[3] - row[1]]),
                        keypoints,
                        ..DraftPerson::default()
                    },
                )?;
            }
        }
    }
    draft.finish(&file.name, context)
}

fn image_size(metadata: Node<'_>) -> Option<[u32; 2]> {
    let side =
        |key: &str| metadata.get(key)?.number().filter(|side| (1.0..65_536.0).contains(side)).map(|side| side as u32);
    Some([side("w")?, side("h")?])
}

/// `{group: {name: [(T, J, 2), ...]}}`: video and "custom", or subject, action and cameras. The first is opened.
pub(super) fn read_positions(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let mut npz = Npz::open(&file.bytes).map_err(|error| broken(POSITIONS, &error))?;
    let mut bytes = |name: &str| npz.bytes(name).map_err(|error| broken(POSITIONS, &error));
    let (position_bytes, metadata_bytes) = (bytes("positions_2d")?, bytes("metadata")?);
    let positions = objects(POSITIONS, "positions_2d", &position_bytes)?;
    let metadata = objects(POSITIONS, "metadata", &metadata_bytes)?;
    let wrong = |what: &str| broken(POSITIONS, &format!("'positions_2d' {what}"));
    let groups = single(&positions).and_then(Node::pairs).ok_or_else(|| wrong("is not a dictionary"))?;
    let mut takes = Vec::new();
    for (group, names) in groups {
        let group = group.as_str().unwrap_or("?");
        for (name, list) in names.pairs().ok_or_else(|| wrong("does not hold dictionaries"))? {
            let Some(views) = members(list) else { continue };
            let name = name.as_str().unwrap_or("?");
            takes.extend(views.into_iter().enumerate().map(|(view, member)| (group, name, view, member)));
        }
    }
    let Some((group, name, view, first)) = takes.first() else { return Err(wrong("is empty")) };
    name_others(&file.name, &takes, &context.notices);
    let mut arrays = Vec::new();
    numeric_arrays(first, 0, &mut arrays);
    let Some((shape, values)) = arrays.first() else { return Err(wrong("holds no arrays of numbers")) };
    let &[_, joint_count, channels @ (2 | 3)] = shape.as_slice() else {
        return Err(wrong(&format!(
            "holds an array of shape {shape:?} at {group}/{name}/{view}; [frames, joints, 2] is expected"
        )));
    };
    let about = single(&metadata);
    let layout = about.and_then(|about| about.get("layout_name")).and_then(Node::as_str);
    let joints = match layout {
        Some("coco") => JointSet::Named(SkeletonId::Coco17, "the file says that its layout is coco".to_owned()),
        Some("h36m") => JointSet::Named(SkeletonId::H36m17, "the file says that its layout is h36m".to_owned()),
        _ => JointSet::ByCount { usual: &[] },
    };
    let mut draft = Draft::new(POSITIONS, joints, Units::Detect, context);
    draft.image_size = about.and_then(|about| about.get("video_metadata")?.get(group)).and_then(image_size);
    for (number, row) in values.chunks_exact((joint_count * channels).max(1)).enumerate() {
        let label = FrameLabel::Number(number as i64);
        let keypoints: Vec<Keypoint> = row
            .chunks_exact(channels)
            .map(|joint| Keypoint::new(joint[0], joint[1], joint.get(2).copied().unwrap_or(1.0)))
            .collect();
        draft.add_frame(label.clone())?;
        if !is_nobody(&keypoints) {
            draft.add(label, DraftPerson { id: Some(1.0), keypoints, ..DraftPerson::default() })?;
        }
    }
    draft.finish(&file.name, context)
}

fn name_others(file_name: &str, takes: &[(&str, &str, usize, Members<'_>)], notices: &Notices) {
    let Some(((group, name, view, _), others)) = takes.split_first() else { return };
    if others.is_empty() {
        return;
    }
    let mut listed: Vec<String> =
        others.iter().take(12).map(|(group, name, view, _)| format!("{group}/{name}/{view}")).collect();
    if others.len() > listed.len() {
        listed.push(format!("and {} more", others.len() - listed.len()));
    }
    notices.add(
        Notice::warning(format!("{group}/{name}/{view} of {file_name} was opened, the first of {}", takes.len()))
            .why(format!("the others are {}", listed.join(", ")))
            .hint("Save the one that you want as an array [frames, joints, 2] in an .npy file."),
    );
}
