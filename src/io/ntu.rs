//! NTU RGB+D as the published pipeline stores it: `ntu60_hrnet.pkl`, `ntu120_hrnet.pkl`.
//!
//! A pickle of `split` (names of recordings by split) and `annotations` (keypoints of everybody in every recording,
//! COCO's joints). Nothing in it is executed, and a recording is read when it is asked for: the real file holds 57,000.

use std::collections::{BTreeMap, HashMap};

use crate::data::skeleton::SkeletonId;
use crate::data::{FrameRange, Keypoint, KeypointTrack, PersonId};
use crate::support::pickle::{Node, NumpyError, Pickle};

const JOINTS: usize = 17;

#[derive(Debug, thiserror::Error)]
pub enum NtuError {
    #[error("it is no NTU RGB+D dataset: {0}")]
    Schema(String),
    #[error("recording {recording} of the dataset is damaged: {why}")]
    Recording { recording: String, why: String },
}

/// An opened dataset.
pub struct NtuDataset<'p> {
    annotations: Vec<Node<'p>>,
    splits: BTreeMap<String, Vec<usize>>,
}

/// One recording: what one or two people do, and which class it is.
#[derive(Clone, Debug)]
pub struct NtuRecording {
    /// `frame_dir`, for example S001C001P001R001A001.
    pub name: String,
    /// Class, counted from 0.
    pub label: usize,
    /// Width and height in pixels.
    pub image_size: [u32; 2],
    /// Positions are stored as 16-bit floats.
    pub is_half_precision: bool,
    /// COCO's joints in pixels; the people of one recording have one range.
    pub people: Vec<KeypointTrack>,
}

impl<'p> NtuDataset<'p> {
    /// # Errors
    /// [`NtuError::Schema`] for pickles of something else, and for splits that name recordings that are not there.
    pub fn of(pickle: &'p Pickle<'p>) -> Result<Self, NtuError> {
        let root = pickle.root();
        let part = |name: &str| {
            root.get(name).ok_or_else(|| NtuError::Schema(format!("there is no '{name}' in {}", root.describe())))
        };
        let no_list = |what: &str| NtuError::Schema(format!("{what} is no list"));
        let annotations = part("annotations")?.items().ok_or_else(|| no_list("'annotations'"))?;
        let name_of = |node: &Node<'p>| node.get("frame_dir").and_then(Node::as_str);
        let places: HashMap<&str, usize> =
            annotations.iter().enumerate().filter_map(|(place, node)| Some((name_of(node)?, place))).collect();
        let mut splits = BTreeMap::new();
        for (name, recordings) in part("split")?.pairs().ok_or_else(|| no_list("'split'"))? {
            let name = name.as_str().unwrap_or_default().to_owned();
            let recordings = recordings.items().ok_or_else(|| no_list(&format!("the split {name}")))?;
            let place = |recording: Node<'p>| {
                let recording = recording.as_str().unwrap_or_default();
                let unknown = || NtuError::Schema(format!("the split {name} names '{recording}', which is not there"));
                places.get(recording).copied().ok_or_else(unknown)
            };
            let places = recordings.into_iter().map(place).collect::<Result<Vec<usize>, _>>()?;
            splits.insert(name, places);
        }
        Ok(Self { annotations, splits })
    }

    /// Number of recordings.
    pub fn len(&self) -> usize {
        self.annotations.len()
    }

    pub fn is_empty(&self) -> bool {
        self.annotations.is_empty()
    }

    /// Names of the splits: xsub_train, xsub_val, xview_train, xview_val, ...
    pub fn splits(&self) -> impl Iterator<Item = &str> {
        self.splits.keys().map(String::as_str)
    }

    /// Recordings of a split by their place in the dataset; none for a split that is not there.
    pub fn split(&self, name: &str) -> Option<&[usize]> {
        self.splits.get(name).map(Vec::as_slice)
    }

    /// # Errors
    /// [`NtuError::Recording`] for one whose arrays are missing or of another shape, and for a place beyond the end.
    pub fn recording(&self, place: usize) -> Result<NtuRecording, NtuError> {
        let no_such = || NtuError::Schema(format!("there is no recording {place} among {}", self.len()));
        let node = *self.annotations.get(place).ok_or_else(no_such)?;
        let name = node.get("frame_dir").and_then(Node::as_str).unwrap_or_default().to_owned();
        read(node, &name).map_err(|why| NtuError::Recording { recording: name, why })
    }
}

fn read(node: Node<'_>, name: &str) -> Result<NtuRecording, String> {
    let part = |key: &str| node.get(key).ok_or_else(|| format!("it has no '{key}'"));
    let whole =
        |node: Node<'_>| node.number().filter(|number| (0.0..1e9).contains(number)).map(|number| number as usize);
    let label = whole(part("label")?).ok_or("its label is no number")?;
    let size: Option<Vec<usize>> = part("img_shape")?.items().and_then(|sides| sides.into_iter().map(whole).collect());
    let Some([height, width]) = size.as_deref().and_then(|sides| <[usize; 2]>::try_from(sides).ok()) else {
        return Err("its img_shape is not (height, width)".to_owned());
    };
    let unreadable = |key: &str, error: &NumpyError| format!("its {key} cannot be read: {error}");
    let array = |key: &'static str| part(key)?.numpy().map_err(|error| unreadable(key, &error));
    let (positions, scores) = (array("keypoint")?, array("keypoint_score")?);
    let [people, frames, JOINTS, 2] = positions.shape[..] else {
        return Err(format!("its keypoint is {:?}, not [people, frames, {JOINTS}, 2]", positions.shape));
    };
    if scores.shape != [people, frames, JOINTS] {
        return Err(format!("its keypoint_score is {:?}, not {:?}", scores.shape, [people, frames, JOINTS]));
    }
    if people == 0 || frames == 0 {
        return Err("there is nobody in it".to_owned());
    }
    let positions_px = positions.to_f32().map_err(|error| unreadable("keypoint", &error))?;
    let scores = scores.to_f32().map_err(|error| unreadable("keypoint_score", &error))?;
    let joints = positions_px.as_chunks::<2>().0.iter().zip(scores);
    let keypoints: Vec<Keypoint> = joints.map(|([x, y], score)| Keypoint::new(*x, *y, score)).collect();
    let track = |(person, keypoints): (usize, &[Keypoint])| KeypointTrack {
        person: PersonId(person as u32 + 1),
        skeleton: SkeletonId::Coco17.skeleton(),
        range: FrameRange::of_len(0, frames),
        keypoints: keypoints.into(),
        seen: keypoints.chunks_exact(JOINTS).map(|row| row.iter().any(|keypoint| !keypoint.is_missing())).collect(),
        is_spurious: false,
    };
    Ok(NtuRecording {
        name: name.to_owned(),
        label,
        image_size: [width as u32, height as u32],
        is_half_precision: positions.dtype.size == 2,
        people: keypoints.chunks_exact(frames * JOINTS).enumerate().map(track).collect(),
    })
}
