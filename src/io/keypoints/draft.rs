//! A recording in the making: readers say what the file says, [`Draft::finish`] settles the rest for all formats.

use crate::data::{Detection, FrameIndex, Keypoint, Recording, SkeletonId};
use crate::support::{CancelToken, Cancelled, Notice};

use super::frames::{FrameLabel, FrameLabels};
use super::{KeypointError, Loaded, ReadContext, anatomy};

/// Coordinates beyond this are broken, whatever the camera.
pub(super) const MAX_COORDINATE: f32 = 1e6;
/// Assumed when coordinates are shares of an image of unknown size.
const USUAL_IMAGE: [u32; 2] = [1920, 1080];
/// People between two looks at the cancel token.
const CANCEL_STRIDE: usize = 1024;

/// What the format says about the joint set.
#[derive(Clone, Debug)]
pub(super) enum JointSet {
    /// The file or its format names it, for this reason in plain words.
    Named(SkeletonId, String),
    /// Only the number of joints is known; where several sets have as many, this one is usual for the format.
    ByCount { usual: &'static [SkeletonId] },
}

/// What the coordinates of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Units {
    /// Pixels, unless nearly all are within 0..1 or -1..1.
    Detect,
    Pixels,
    /// 0..1 of the image's width and height, unless most are far above 1; joints may lie outside the image.
    ImageShare,
    /// Model input in [-1, 1], to be left alone.
    ModelInput,
}

/// One person in one frame as the file says it.
#[derive(Clone, Debug, Default)]
pub(super) struct DraftPerson {
    pub id: Option<f64>,
    pub score: Option<f64>,
    /// x, y, width, height in the file's units.
    pub bbox: Option<[f32; 4]>,
    /// x, y in the file's units; broken and missing joints as the file has them.
    pub keypoints: Vec<Keypoint>,
}

/// What a reader fills in.
#[derive(Debug)]
pub(super) struct Draft {
    pub format: &'static str,
    pub joints: JointSet,
    pub units: Units,
    pub fps: Option<f64>,
    pub image_size: Option<[u32; 2]>,
    frames: FrameLabels,
    /// With the place of the label in `frames` as frame.
    people: Vec<Detection>,
    repeated_frames: usize,
    broken_joints: usize,
    unseen_people: usize,
    cancel: CancelToken,
}

impl Draft {
    pub fn new(format: &'static str, joints: JointSet, units: Units, context: &ReadContext) -> Self {
        Self {
            format,
            joints,
            units,
            fps: None,
            image_size: None,
            frames: FrameLabels::default(),
            people: Vec::new(),
            repeated_frames: 0,
            broken_joints: 0,
            unseen_people: 0,
            cancel: context.cancel.clone(),
        }
    }

    /// People so far.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Says that the file has this frame, seen people or not. For files that list frames: a frame listed twice is
    /// warned about.
    pub fn add_frame(&mut self, frame: FrameLabel) -> Result<(), Cancelled> {
        let (place, is_new) = self.frames.place(frame);
        self.repeated_frames += usize::from(!is_new);
        if place % CANCEL_STRIDE == 0 { self.cancel.check() } else { Ok(()) }
    }

    /// Says that the timeline has this frame, at one of its ends.
    pub fn reach(&mut self, frame: FrameLabel) {
        self.frames.place(frame);
    }

    pub fn add(&mut self, frame: FrameLabel, person: DraftPerson) -> Result<(), Cancelled> {
        let (place, _) = self.frames.place(frame);
        if self.people.len().is_multiple_of(CANCEL_STRIDE) {
            self.cancel.check()?;
        }
        let mut keypoints = person.keypoints.into_boxed_slice();
        for joint in &mut keypoints {
            let is_sound = joint.x.abs() <= MAX_COORDINATE
                && joint.y.abs() <= MAX_COORDINATE
                && joint.confidence.abs() <= MAX_COORDINATE;
            self.broken_joints += usize::from(!is_sound);
            if !is_sound || joint.is_missing() || (joint.x == 0.0 && joint.y == 0.0) {
                *joint = Keypoint::MISSING;
            }
        }
        if keypoints.iter().all(Keypoint::is_missing) {
            self.unseen_people += 1;
            return Ok(());
        }
        self.people.push(Detection {
            frame: FrameIndex(place),
            id: person.id.filter(|id| id.fract() == 0.0 && (0.0..4e9).contains(id)).map(|id| id as u32),
            score: person.score.map(|score| score as f32).filter(|score| score.is_finite()).unwrap_or(1.0),
            bbox: person.bbox.filter(|bbox| bbox.iter().all(|value| value.abs() <= MAX_COORDINATE)),
            keypoints,
        });
        Ok(())
    }

    /// Settles joint set, units and time.
    ///
    /// # Errors
    /// [`KeypointError::Broken`] when nobody is in the file or no joint set fits.
    pub fn finish(mut self, name: &str, context: &ReadContext) -> Result<Loaded, KeypointError> {
        context.cancel.check()?;
        let format = self.format;
        let broken = |why: String| KeypointError::Broken { format, why };
        let notices = &context.notices;
        self.report(context);
        if self.people.is_empty() {
            return Err(broken(match self.frames.len() {
                0 => "nobody is in it".to_owned(),
                frames => format!("nobody is in it, in none of its frames ({frames})"),
            }));
        }
        let joint_count = self.keep_majority(context);
        let image_size = self.settle_units(context);
        let chosen = anatomy::choose(&self.joints, joint_count, &self.people, context).map_err(broken)?;
        context.cancel.check()?;
        let skeleton = chosen.id.skeleton();
        if skeleton.len() < joint_count {
            for person in &mut self.people {
                person.keypoints = person.keypoints[..skeleton.len()].into();
            }
        }
        self.distrust_repeated_ids(context);
        let timeline = self.frames.timeline(notices)?;
        for person in &mut self.people {
            person.frame = FrameIndex(timeline.frames[person.frame.0]);
        }
        self.people.sort_by_key(|person| person.frame);
        Ok(Loaded::Keypoints(Recording {
            name: name.to_owned(),
            format,
            skeleton,
            skeleton_choice: chosen.choice,
            fps: context.options.fps.or(self.fps).filter(|fps| fps.is_finite() && *fps > 0.0),
            image_size,
            first_frame_number: timeline.first_number,
            frame_count: timeline.frame_count,
            detections: self.people,
            is_normalised: self.units == Units::ModelInput,
        }))
    }

    fn report(&self, context: &ReadContext) {
        let notices = &context.notices;
        if self.broken_joints > 0 {
            notices.add(
                Notice::warning(format!("Joints taken as missing: {}", self.broken_joints))
                    .why("their coordinates are no finite numbers or absurdly large"),
            );
        }
        if self.unseen_people > 0 {
            notices.add(
                Notice::warning(format!("People left out: {}", self.unseen_people))
                    .why("none of their joints was seen"),
            );
        }
        if self.repeated_frames > 0 {
            notices.add(
                Notice::warning(format!("Frames listed more than once: {}", self.repeated_frames))
                    .why("the people of all listings are kept in the same frame"),
            );
        }
    }

    /// Drops people whose number of joints is not the most frequent one, and returns that.
    fn keep_majority(&mut self, context: &ReadContext) -> usize {
        let mut counts = std::collections::BTreeMap::<usize, usize>::new();
        for person in &self.people {
            *counts.entry(person.keypoints.len()).or_default() += 1;
        }
        let joint_count = counts.iter().max_by_key(|(_, people)| **people).map_or(0, |(joints, _)| *joints);
        if counts.len() > 1 {
            let before = self.people.len();
            self.people.retain(|person| person.keypoints.len() == joint_count);
            context.notices.add(
                Notice::warning(format!("People left out: {} of {before}", before - self.people.len()))
                    .why(format!("they do not have {joint_count} joints as the others")),
            );
        }
        joint_count
    }

    /// Brings shares of the image to pixels; returns the size of the image.
    fn settle_units(&mut self, context: &ReadContext) -> Option<[u32; 2]> {
        let size = context.options.image_size.or(self.image_size).filter(|size| size[0] > 0 && size[1] > 0);
        let (low, high) = match self.units {
            Units::Detect | Units::ImageShare if !self.is_share() => return size,
            Units::Detect if self.is_signed() => (-1.0, 1.0),
            Units::Detect | Units::ImageShare => (0.0, 1.0),
            Units::Pixels | Units::ModelInput => return size,
        };
        let size = size.unwrap_or_else(|| {
            let [width, height] = USUAL_IMAGE;
            context.notices.add(
                Notice::warning(format!("The image size is unknown: {width}x{height} is assumed"))
                    .why(format!("coordinates are given as {low} to {high} of the image"))
                    .hint("Give the image size, else people look too wide or too narrow."),
            );
            USUAL_IMAGE
        });
        let scale = size.map(|side| side as f32 / (high - low));
        for person in &mut self.people {
            for joint in person.keypoints.iter_mut().filter(|joint| !joint.is_missing()) {
                joint.x = (joint.x - low) * scale[0];
                joint.y = (joint.y - low) * scale[1];
            }
            if let Some([x, y, width, height]) = &mut person.bbox {
                (*x, *y) = ((*x - low) * scale[0], (*y - low) * scale[1]);
                (*width, *height) = (*width * scale[0], *height * scale[1]);
            }
        }
        Some(size)
    }

    /// Nearly all joints lie within a few pixels of the image's corner, so that they cannot be pixels.
    fn is_share(&self) -> bool {
        self.share_of_joints(|joint| joint.x.abs().max(joint.y.abs()) <= 3.0) > 0.98
    }

    /// Joints left of or above the middle are negative; people who lean out of the image have fewer of those.
    fn is_signed(&self) -> bool {
        self.share_of_joints(|joint| joint.x < 0.0 || joint.y < 0.0) > 0.25
    }

    fn share_of_joints(&self, is_counted: impl Fn(&Keypoint) -> bool) -> f32 {
        let seen = || self.people.iter().flat_map(|person| &person.keypoints).filter(|joint| !joint.is_missing());
        seen().filter(|joint| is_counted(joint)).count() as f32 / seen().count().max(1) as f32
    }

    /// Ids that usually repeat within a frame tell nobody apart: trackers that were off write the same for all.
    fn distrust_repeated_ids(&mut self, context: &ReadContext) {
        let mut pairs: Vec<(usize, u32)> =
            self.people.iter().filter_map(|person| Some((person.frame.0, person.id?))).collect();
        pairs.sort_unstable();
        let shared: Vec<_> = pairs.chunk_by(|a, b| a.0 == b.0).filter(|frame| frame.len() > 1).collect();
        let repeated = shared.iter().filter(|frame| frame.windows(2).any(|two| two[0] == two[1])).count();
        if repeated == 0 {
            return;
        }
        let distrusted = repeated * 2 > shared.len();
        context.notices.add(Notice::warning(format!("Frames with the same person id twice: {repeated}")).why(
            if distrusted {
                "ids do not tell people apart in this file, so people are followed by position"
            } else {
                "all of them are kept"
            },
        ));
        if distrusted {
            for person in &mut self.people {
                person.id = None;
            }
        }
    }
}
