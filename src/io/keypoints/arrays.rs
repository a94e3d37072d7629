//! Plain NumPy arrays: keypoints [T, J, 2 or 3] or [M, T, J, 2 or 3], and 3D poses [T, 17, 3] such as `X3D.npy`.
//!
//! Keypoints with confidence and 3D poses have the same shape; [`judge`] tells them apart by their values.

use glam::Vec3;

use crate::data::{
    FrameRange, H36M_JOINTS, Keypoint, Normalisation, PersonId, PosePrediction, PoseRecording, SkeletonId, Space,
};
use crate::io::npy::{self, Npy, Npz};
use crate::support::Notice;
use crate::support::pickle::NumpyArray;

use super::draft::{Draft, DraftPerson, JointSet, MAX_COORDINATE, Units};
use super::frames::FrameLabel;
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, MAX_FRAMES, ReadContext, broken};

pub(super) const NPY: &str = "NumPy array (npy)";
pub(super) const NPZ: &str = "NumPy arrays (npz)";
const POSES: &str = "3D poses (NumPy)";

/// Names that tools give to 2D keypoints, best first; any other array of a fitting shape comes after them.
const KEYPOINT_NAMES: &[&str] = &["keypoints", "keypoint", "kpts", "reconstruction", "positions_2d", "input", "arr_0"];
/// Coordinates up to this are model units or metres, above it pixels.
const MAX_MODEL_UNITS: f32 = 20.0;
/// Confidences end here at the latest: some detectors write percent or unscaled scores.
const MAX_CONFIDENCE: f32 = 100.0;

pub(super) fn matches(clues: &Clues) -> bool {
    npy::outline(&clues.file.bytes).is_ok_and(|(shape, is_numeric)| is_numeric && Layout::of(&shape).is_some())
}

pub(super) fn matches_npz(clues: &Clues) -> bool {
    npy::is_zip(&clues.file.bytes) && Npz::open(&clues.file.bytes).is_ok_and(|npz| !npz.names().is_empty())
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let array = plain(NPY, &file.bytes)?;
    load(NPY, &file.name, &Table::of(NPY, &array)?, None, context)
}

pub(super) fn read_npz(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let mut npz = Npz::open(&file.bytes).map_err(|error| broken(NPZ, &error))?;
    let names = npz.names().to_vec();
    let mut fitting = Vec::new();
    for name in &names {
        context.cancel.check()?;
        let bytes = npz.bytes(name).map_err(|error| broken(NPZ, &error))?;
        if let Ok((shape, true)) = npy::outline(&bytes)
            && Layout::of(&shape).is_some()
        {
            let rank = KEYPOINT_NAMES.iter().position(|known| known == name).unwrap_or(KEYPOINT_NAMES.len());
            fitting.push((rank, name, bytes));
        }
    }
    fitting.sort_by_key(|(rank, ..)| *rank);
    let Some((_, name, bytes)) = fitting.first() else {
        return Err(broken(
            NPZ,
            &format!("none of its arrays has a shape like [frames, joints, 2 or 3]; it has {}", names.join(", ")),
        ));
    };
    if fitting.len() > 1 {
        let others: Vec<&str> = fitting[1..].iter().map(|(_, name, _)| name.as_str()).collect();
        context.notices.add(
            Notice::warning(format!("The array '{name}' was opened"))
                .why(format!("the file also has {}", others.join(", ")))
                .hint("Save the array that you want in a file of its own to open another."),
        );
    }
    let mut table = Table::of(NPZ, &plain(NPZ, bytes)?)?;
    for score_name in [format!("{name}_score"), format!("{name}_scores"), "scores".to_owned(), "confidence".to_owned()]
    {
        if table.layout.channels == 2 && npz.has(&score_name) {
            let bytes = npz.bytes(&score_name).map_err(|error| broken(NPZ, &error))?;
            table.add_confidence(&plain(NPZ, &bytes)?.to_f32().map_err(|error| broken(NPZ, &error))?);
        }
    }
    let fps = match npz.has("fps") {
        true => npz.bytes("fps").ok().and_then(|bytes| plain(NPZ, &bytes).ok()?.to_f64().ok()?.first().copied()),
        false => None,
    };
    load(NPZ, &file.name, &table, fps, context)
}

/// The array in `bytes`, if its elements are not Python objects.
fn plain<'a>(format: &'static str, bytes: &'a [u8]) -> Result<NumpyArray<'a>, KeypointError> {
    match npy::parse(bytes).map_err(|error| broken(format, &error))? {
        Npy::Plain(array) => Ok(array),
        Npy::Objects(_) => Err(broken(format, &"its elements are Python objects, not numbers")),
    }
}

/// Which axis is what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    people: usize,
    frames: usize,
    joints: usize,
    /// 2 or 3.
    channels: usize,
    /// [T, M, J, C] instead of [M, T, J, C].
    is_time_first: bool,
}

impl Layout {
    fn of(shape: &[usize]) -> Option<Self> {
        let (people, frames, joints, channels) = match *shape {
            [frames, joints, channels] => (1, frames, joints, channels),
            [people, frames, joints, channels] => (people, frames, joints, channels),
            _ => return None,
        };
        // A take is longer than it is crowded.
        let is_time_first = people > frames;
        let (people, frames) = if is_time_first { (frames, people) } else { (people, frames) };
        let is_known = !SkeletonId::with_joint_count(joints).is_empty() && matches!(channels, 2 | 3);
        is_known.then_some(Self { people, frames, joints, channels, is_time_first })
    }

    /// Where a person's row of one frame starts, in rows of joints.
    fn row(&self, person: usize, frame: usize) -> usize {
        if self.is_time_first { frame * self.people + person } else { person * self.frames + frame }
    }
}

/// The values of one array with its axes known.
struct Table {
    layout: Layout,
    values: Vec<f32>,
    /// Beside arrays of two channels, [rows, joints].
    confidence: Option<Vec<f32>>,
}

impl Table {
    fn of(format: &'static str, array: &NumpyArray<'_>) -> Result<Self, KeypointError> {
        let layout = Layout::of(&array.shape).ok_or_else(|| {
            broken(format, &format!("the shape {:?} is not [frames, joints, 2 or 3] of a known joint set", array.shape))
        })?;
        if layout.frames > MAX_FRAMES {
            return Err(broken(
                format,
                &format!("it has {} frames and at most {MAX_FRAMES} can be opened", layout.frames),
            ));
        }
        Ok(Self { layout, values: array.to_f32().map_err(|error| broken(format, &error))?, confidence: None })
    }

    fn add_confidence(&mut self, scores: &[f32]) {
        let wanted = self.layout.people * self.layout.frames * self.layout.joints;
        self.confidence = (scores.len() == wanted).then(|| scores.to_vec());
    }

    /// All values of one person in one frame.
    fn row(&self, person: usize, frame: usize) -> &[f32] {
        let len = self.layout.joints * self.layout.channels;
        let start = self.layout.row(person, frame) * len;
        &self.values[start..start + len]
    }

    fn keypoints(&self, person: usize, frame: usize) -> Vec<Keypoint> {
        let first_joint = self.layout.row(person, frame) * self.layout.joints;
        self.row(person, frame)
            .chunks_exact(self.layout.channels)
            .enumerate()
            .map(|(joint, values)| match (values, &self.confidence) {
                ([x, y, confidence], _) => Keypoint::new(*x, *y, *confidence),
                (_, Some(confidence)) => Keypoint::new(values[0], values[1], confidence[first_joint + joint]),
                _ => Keypoint::new(values[0], values[1], 1.0),
            })
            .collect()
    }
}

fn load(
    format: &'static str,
    name: &str,
    table: &Table,
    fps: Option<f64>,
    context: &ReadContext,
) -> Result<Loaded, KeypointError> {
    context.cancel.check()?;
    if table.layout.is_time_first {
        context.notices.add(
            Notice::info(format!("The first axis was taken as time: {} frames", table.layout.frames))
                .why(format!("it is longer than the second, which was taken as {} people", table.layout.people)),
        );
    }
    let judgement = judge(table);
    if table.layout.channels == 3 {
        let meaning = if judgement.is_pose { "3D poses" } else { "2D keypoints with confidence" };
        context.notices.add(Notice::info(format!("{name} was read as {meaning}")).why(judgement.reason.clone()));
    }
    if judgement.is_pose {
        return poses(format, name, table, fps, context);
    }
    let joints = match judgement.is_model_input {
        true if table.layout.joints == H36M_JOINTS => JointSet::Named(
            SkeletonId::H36m17,
            "coordinates in [-1, 1] are model input, which is in H36M order".to_owned(),
        ),
        _ => JointSet::ByCount { usual: &[] },
    };
    let units = if judgement.is_model_input { Units::ModelInput } else { Units::Detect };
    let mut draft = Draft::new(format, joints, units, context);
    draft.fps = fps;
    let mut empty_rows = 0;
    for frame in 0..table.layout.frames {
        draft.add_frame(FrameLabel::Number(frame as i64))?;
        for person in 0..table.layout.people {
            let keypoints = table.keypoints(person, frame);
            if is_nobody(&keypoints) {
                empty_rows += 1;
                continue;
            }
            let id = Some(person as f64 + 1.0);
            draft.add(FrameLabel::Number(frame as i64), DraftPerson { id, keypoints, ..DraftPerson::default() })?;
        }
    }
    if empty_rows > 0 {
        context.notices.add(
            Notice::info(format!("Nobody is in {empty_rows} of the array's rows"))
                .why("all their joints are zero or not finite; they are shown as gaps"),
        );
    }
    draft.finish(name, context)
}

/// No joint of the row is there.
pub(super) fn is_nobody(keypoints: &[Keypoint]) -> bool {
    keypoints.iter().all(|joint| {
        !joint.x.is_finite() || !joint.y.is_finite() || joint.is_missing() || (joint.x == 0.0 && joint.y == 0.0)
    })
}

/// What the values of an array mean.
struct Judgement {
    is_pose: bool,
    is_model_input: bool,
    reason: String,
}

/// Tells 3D poses from keypoints with confidence by the third column: a confidence is never negative and at most 1,
/// or 100 for detectors that write percent; a depth is counted from the root, so that joints lie on both sides of 0.
/// A column that could be either is a confidence, as 2D keypoints are what is usually opened.
fn judge(table: &Table) -> Judgement {
    let mut extent = 0.0f32;
    let mut lowest = f32::INFINITY;
    let (mut third_low, mut third_high) = (f32::INFINITY, f32::NEG_INFINITY);
    let (mut seen, mut negative) = (0usize, 0usize);
    for joint in table.values.chunks_exact(table.layout.channels) {
        if !is_sound(joint) || joint.iter().all(|value| *value == 0.0) {
            continue;
        }
        seen += 1;
        extent = extent.max(joint[0].abs()).max(joint[1].abs());
        lowest = lowest.min(joint[0]).min(joint[1]);
        if let [_, _, third] = joint {
            third_low = third_low.min(*third);
            third_high = third_high.max(*third);
            negative += usize::from(*third < 0.0);
        }
    }
    let is_small = extent <= MAX_MODEL_UNITS;
    let (is_pose, reason) = if table.layout.channels == 2 || seen == 0 {
        (false, String::new())
    } else if negative * 100 > seen || (negative > 0 && starts_at_root(table)) {
        (true, format!("{negative} of {seen} values of the third column are negative, so it is depth"))
    } else if third_low == 0.0 && third_high == 0.0 {
        (true, "the third column is zero throughout, which as confidence would mean that nothing was seen".to_owned())
    } else if third_high > MAX_CONFIDENCE || (is_small && third_high > 2.0) {
        (true, format!("the third column reaches {third_high}, too much for a confidence"))
    } else {
        (false, format!("the third column lies in {third_low:.3}..{third_high:.3}, as a confidence does"))
    };
    // Coordinates of model input lie around 0; shares of an image are never negative.
    let is_model_input = !is_pose && seen > 0 && extent <= 1.001 && lowest < -0.01;
    Judgement { is_pose, is_model_input, reason }
}

/// All values are finite and not absurdly large.
fn is_sound(joint: &[f32]) -> bool {
    joint.iter().all(|value| value.abs() <= MAX_COORDINATE)
}

/// The first root has depth 0 exactly, as the published script leaves it, and others have not.
fn starts_at_root(table: &Table) -> bool {
    let first = table.layout.frames > 0 && table.layout.people > 0;
    first && {
        let row = table.row(0, 0);
        row[2] == 0.0 && row.chunks_exact(3).any(|joint| joint[2] != 0.0)
    }
}

fn poses(
    format: &'static str,
    name: &str,
    table: &Table,
    fps: Option<f64>,
    context: &ReadContext,
) -> Result<Loaded, KeypointError> {
    let Layout { people, frames, joints, .. } = table.layout;
    if joints != H36M_JOINTS {
        return Err(broken(
            format,
            &format!(
                "these look like 3D poses of {joints} joints; only those of {H36M_JOINTS} (H36M order) can be opened"
            ),
        ));
    }
    let mut extent = 0.0f32;
    let mut broken_joints = 0usize;
    let mut pose_of = |person: usize| -> Result<PosePrediction, KeypointError> {
        let mut out = Vec::with_capacity(frames * H36M_JOINTS);
        for frame in 0..frames {
            if frame % 4096 == 0 {
                context.cancel.check()?;
            }
            let joints: Vec<Vec3> = table.row(person, frame).chunks_exact(3).map(Vec3::from_slice).collect();
            let root = if is_sound(&joints[0].to_array()) { joints[0] } else { Vec3::ZERO };
            for joint in joints {
                let is_sound = is_sound(&joint.to_array());
                broken_joints += usize::from(!is_sound);
                let joint = if is_sound { joint } else { root };
                extent = extent.max(joint.abs().max_element());
                out.push(joint);
            }
        }
        Ok(PosePrediction {
            person: PersonId(person as u32 + 1),
            range: FrameRange::new(0, frames),
            space: Space::ClipBox,
            normalisation: Normalisation::IDENTITY,
            joints: out.into(),
        })
    };
    let mut people = (0..people).map(&mut pose_of).collect::<Result<Vec<_>, _>>()?;
    if people.is_empty() || frames == 0 {
        return Err(broken(format, &"it is empty"));
    }
    if broken_joints > 0 {
        context.notices.add(
            Notice::warning(format!("{broken_joints} joints are drawn at the root"))
                .why("their coordinates are no finite numbers or absurdly large"),
        );
    }
    if extent > MAX_MODEL_UNITS {
        for person in &mut people {
            person.space = Space::ImagePixels;
        }
    }
    Ok(Loaded::Poses(PoseRecording {
        name: name.to_owned(),
        format: POSES,
        fps: context.options.fps.or(fps).filter(|fps| fps.is_finite() && *fps > 0.0),
        frame_count: frames,
        people,
    }))
}
