//! A person detector now and then, and a pose network on every person.
//!
//! The person detector looks at every so many pictures, at once when a person is lost, and at every picture while there
//! is nobody. In between a person is where their joints were. Without a person detector one person is looked for, first
//! in the whole picture.

use super::boxes::PersonBox;
use super::onnx::{PeopleNet, PoseNet};
use super::{DetectError, Detector, DetectorInfo, OnnxSpec, sampling};
use crate::data::{Detection, Keypoint, VideoFrame};
use crate::support::CancelToken;

/// The box of the next picture, times the size of the one around the joints of this one.
const GROWTH: f32 = 1.25;
/// A box of the person detector that overlaps a followed person by more is that person.
const SAME_PERSON: f32 = 0.3;
/// So often the person detector may miss a person who is followed, before they are given up.
const MAX_MISSES: usize = 2;
/// Two poses whose joints lie nearer together in the mean, in sizes of the person, are one person seen twice.
const SAME_POSE: f32 = 0.05;

/// Where a person will be looked for.
#[derive(Clone, Copy, Debug)]
struct Followed {
    area: PersonBox,
    /// How often the person detector looked and did not see them.
    misses: usize,
}

/// Somebody whose joints are found.
struct Seen {
    followed: Followed,
    joints: Box<[Keypoint]>,
    score: f32,
}

pub(super) struct TopDown {
    pose: PoseNet,
    person: Option<PeopleNet>,
    info: DetectorInfo,
    every: usize,
    max_people: usize,
    min_score: f32,
    followed: Vec<Followed>,
    /// Pictures until the person detector looks again.
    due_in: usize,
}

impl TopDown {
    pub(super) fn new(pose: PoseNet, person: Option<PeopleNet>, spec: &OnnxSpec) -> Self {
        let OnnxSpec { every, max_people, min_score, .. } = *spec;
        let info = pose.info();
        Self { pose, person, info, every, max_people, min_score, followed: Vec::new(), due_in: 0 }
    }

    /// Where to look for people in this picture.
    fn look(&mut self, picture: &VideoFrame) -> Result<Vec<Followed>, DetectError> {
        let mut followed = std::mem::take(&mut self.followed);
        let Some(person) = &mut self.person else {
            if followed.is_empty() {
                let size = picture.size.map(|side| side as f32);
                followed.push(Followed { area: PersonBox::new([0.0; 2], size, 1.0), misses: 0 });
            }
            return Ok(followed);
        };
        if self.due_in > 0 && !followed.is_empty() {
            self.due_in -= 1;
            return Ok(followed);
        }
        let found = person.find(picture, self.min_score)?;
        self.due_in = self.every.saturating_sub(1);
        let is_found = |one: &Followed| found.iter().any(|found| found.area.overlap(&one.area) > SAME_PERSON);
        followed.retain_mut(|one| {
            one.misses += 1;
            !is_found(one) && one.misses <= MAX_MISSES
        });
        followed.extend(found.iter().map(|found| Followed { area: found.area, misses: 0 }));
        followed.sort_by(|a, b| b.area.score.total_cmp(&a.area.score));
        Ok(followed)
    }

    /// The people whose joints are found in these places, best first and nobody twice.
    fn see(
        &mut self,
        picture: &VideoFrame,
        places: &[Followed],
        cancel: &CancelToken,
    ) -> Result<Vec<Seen>, DetectError> {
        let areas: Vec<PersonBox> = places.iter().map(|place| place.area).collect();
        let joints = self.pose.joints(picture, &areas, cancel)?;
        let mut seen: Vec<Seen> = Vec::new();
        for (place, joints) in places.iter().zip(joints) {
            let score = score(&joints);
            let area = PersonBox::of_joints(&joints, self.min_score, score).map(|area| area.grown(GROWTH));
            if let Some(area) = area.filter(|area| score >= self.min_score && area.is_sane_in(picture.size)) {
                seen.push(Seen { followed: Followed { area, misses: place.misses }, joints, score });
            }
        }
        seen.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut kept: Vec<Seen> = Vec::new();
        for one in seen {
            if kept.iter().all(|better| !is_same_pose(better, &one)) {
                kept.push(one);
            }
        }
        Ok(kept)
    }
}

impl Detector for TopDown {
    fn info(&self) -> &DetectorInfo {
        &self.info
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        sampling::check(picture)?;
        cancel.check()?;
        let is_start = self.followed.is_empty();
        let was_due = self.due_in == 0;
        let mut places = self.look(picture)?;
        places.truncate(self.max_people);
        let mut seen = self.see(picture, &places, cancel)?;
        if is_start && self.person.is_none() {
            // A person who was small in the whole picture is seen better from near.
            let nearer: Vec<Followed> = seen.iter().map(|one| one.followed).collect();
            let better = self.see(picture, &nearer, cancel)?;
            if !better.is_empty() {
                seen = better;
            }
        }
        if !was_due && seen.len() < places.len() {
            self.due_in = 0;
        }
        self.followed = seen.iter().map(|one| one.followed).collect();
        let detections = seen.into_iter().map(|Seen { followed, joints, score }| Detection {
            frame: picture.index,
            id: None,
            score,
            bbox: Some(followed.area.to_xywh()),
            keypoints: joints,
        });
        Ok(detections.collect())
    }

    fn reset(&mut self) {
        self.followed.clear();
        self.due_in = 0;
    }
}

/// The mean confidence of the better half of the joints: somebody behind a desk is somebody.
fn score(joints: &[Keypoint]) -> f32 {
    let mut confidences: Vec<f32> = joints.iter().map(|joint| joint.confidence).collect();
    confidences.sort_by(|a, b| b.total_cmp(a));
    confidences.truncate(joints.len().div_ceil(2));
    confidences.iter().sum::<f32>() / confidences.len().max(1) as f32
}

fn is_same_pose(a: &Seen, b: &Seen) -> bool {
    let both = a.joints.iter().zip(&b.joints).filter(|(a, b)| !a.is_missing() && !b.is_missing());
    let distances: Vec<f32> = both.map(|(a, b)| (a.x - b.x).hypot(a.y - b.y)).collect();
    let mean = distances.iter().sum::<f32>() / distances.len() as f32;
    let [width, height] = a.followed.area.size();
    !distances.is_empty() && mean < SAME_POSE * width.max(height)
}
