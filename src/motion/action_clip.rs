//! From keypoints to the input of action models, exactly as the published system prepares NTU RGB+D.
//!
//! Source: MotionBERT (arXiv 2210.06551), section 4.4, with the steps of its data pipeline: camera coordinates, the
//! model's joints, a fixed number of frames, two persons, and a square twice as large as what was seen.
//!
//! A quirk is kept, since the published models were trained with it: confidences stand in the order of COCO's joints
//! while positions stand in the model's order. It applies to every joint set that has all joints of COCO; for the
//! others the confidences are those of the model's joints.

use half::f16;

use crate::data::skeleton::SkeletonId;
use crate::data::{FrameIndex, FrameRange, H36M_JOINTS, Keypoint, KeypointTrack, Skeleton};

use super::remap;

/// Persons in a clip of the published models.
pub const ACTION_PERSONS: usize = 2;
/// Side of the square that becomes the clip box, in sides of the smallest square around everybody.
pub const ACTION_CROP_RATIO: f32 = 2.0;
/// Fewer joints than this make no clip.
const MIN_SEEN_JOINTS: usize = 4;
/// Values of one person in one frame.
const FRAME_VALUES: usize = H36M_JOINTS * 3;

/// The frames that a recording of `len` frames is read at to make it `target` frames long; none of an empty one.
pub fn resampled(len: usize, target: usize) -> impl Iterator<Item = usize> {
    let step = len as f64 / target.max(1) as f64;
    let count = if len == 0 { 0 } else { target };
    (0..count).map(move |frame| ((frame as f64 * step) as usize).min(len - 1))
}

/// The number format in which positions are stored. The published code computes in it, and where two distances tie
/// after rounding the outcome is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    Single,
    /// 16 bits: the published files.
    Half,
}

impl Precision {
    fn round(self, value: f32) -> f32 {
        match self {
            Self::Single => value,
            Self::Half => f16::from_f32(value).to_f32(),
        }
    }
}

/// A person's joints in camera coordinates instead of pixels: the longer side of the image is -1 to 1, and so is as much
/// of the other.
#[must_use]
pub fn in_camera(track: &KeypointTrack, image_size: [u32; 2], precision: Precision) -> KeypointTrack {
    let side = image_size[0].max(image_size[1]).max(1) as f32;
    let round = |value| precision.round(value);
    let axis = |value: f32| round(round(round(value / side) * 2.0) - 1.0);
    let keypoint = |from: &Keypoint| Keypoint::new(axis(from.x), axis(from.y), from.confidence);
    KeypointTrack { keypoints: track.keypoints.iter().map(keypoint).collect(), ..track.clone() }
}

/// Gives both persons of a recording their own positions where the detector swapped them: in each frame the first is
/// the one who is nearer to where the first was. Confidences stay where they were, as published.
///
/// The tracks are of one joint set and range; otherwise they come back as they are.
#[must_use]
pub fn with_fixed_identities(people: [&KeypointTrack; 2], precision: Precision) -> [KeypointTrack; 2] {
    let [first, second] = people;
    if first.range != second.range || first.skeleton.id != second.skeleton.id {
        return people.map(Clone::clone);
    }
    let round = |value| precision.round(value);
    let distance = |(from, to): (&Keypoint, &Keypoint)| {
        let [x, y] = [to.x - from.x, to.y - from.y].map(|value| round(round(value).powi(2)));
        round(round(x + y).sqrt())
    };
    let moved = |from: &[Keypoint], to: &[Keypoint]| round(from.iter().zip(to).map(distance).sum::<f32>());
    let mut keypoints = people.map(|track| track.keypoints.to_vec());
    let joints = first.skeleton.len();
    let mut are_swapped = false;
    for frame in 1..first.range.len() {
        let now = first.row(frame);
        are_swapped ^= moved(first.row(frame - 1), now) > moved(second.row(frame - 1), now);
        if are_swapped {
            let [a, b] = &mut keypoints;
            let range = frame * joints..(frame + 1) * joints;
            for (a, b) in a[range.clone()].iter_mut().zip(&mut b[range]) {
                (a.x, b.x) = (b.x, a.x);
                (a.y, b.y) = (b.y, a.y);
            }
        }
    }
    let [a, b] = keypoints;
    [KeypointTrack { keypoints: a.into(), ..first.clone() }, KeypointTrack { keypoints: b.into(), ..second.clone() }]
}

/// Brings joints [frames, 17, 3] (x, y, confidence) to the clip box: a square around all that have a confidence,
/// `ratio` times as large as the smallest one. Everything is clamped to the box, confidences too. Fewer than four such
/// joints, or all at one place, become all zeros.
pub fn crop_scale(joints: &mut [f32], ratio: f32) {
    let (joints, _) = joints.as_chunks_mut::<3>();
    let (mut low, mut high, mut count) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2], 0);
    for [x, y, _] in joints.iter().filter(|[.., confidence]| *confidence != 0.0) {
        count += 1;
        for (axis, value) in [*x, *y].into_iter().enumerate() {
            low[axis] = low[axis].min(value);
            high[axis] = high[axis].max(value);
        }
    }
    let scale = (high[0] - low[0]).max(high[1] - low[1]) * ratio;
    if count < MIN_SEEN_JOINTS || !scale.is_finite() || scale <= 0.0 {
        joints.as_flattened_mut().fill(0.0);
        return;
    }
    let corner = [0, 1].map(|axis| (low[axis] + high[axis] - scale) / 2.0);
    for joint in joints {
        for axis in 0..2 {
            joint[axis] = ((joint[axis] - corner[axis]) / scale - 0.5) * 2.0;
        }
        joint.iter_mut().for_each(|value| *value = value.clamp(-1.0, 1.0));
    }
}

/// What stands for the second person where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondPerson {
    /// Zeros before the square is fitted, as published: somebody in the middle of the image with confidence 0. The
    /// tracks have to be [`in_camera`].
    InMidImage,
    /// Zeros in the clip box: the same where the person is in the middle of the image, and always the same, so that the
    /// network sees it once only.
    Zeros,
}

/// The published clip of a recording of one or two people, whose joints are in pixels. // [2, frames, 17, 3]
pub fn published_clip(people: &[KeypointTrack], image_size: [u32; 2], precision: Precision, frames: usize) -> Vec<f32> {
    let mut people: Vec<KeypointTrack> =
        people.iter().take(ACTION_PERSONS).map(|track| in_camera(track, image_size, precision)).collect();
    if let [first, second] = &people[..] {
        people = with_fixed_identities([first, second], precision).into();
    }
    let range = people.first().map_or(FrameRange::default(), |track| track.range);
    action_clip(&people.iter().collect::<Vec<_>>(), range, frames, SecondPerson::InMidImage)
}

/// The clip of one or two people over frames `range` of the timeline, resampled to `frames`. // [2, frames, 17, 3]
///
/// The unit of the joints does not matter, since the clip box is fitted to them. A person who is not seen in a frame
/// stays at the place that the track has for missing joints, with confidence 0, as in the published data; a single joint
/// that is not seen, which those data do not have, is (0, 0, 0).
pub fn action_clip(
    people: &[&KeypointTrack],
    range: FrameRange,
    frames: usize,
    second_person: SecondPerson,
) -> Vec<f32> {
    let mut clip = vec![0.0; ACTION_PERSONS * frames * FRAME_VALUES];
    let mut missing = Vec::new();
    for (person, track) in people.iter().take(ACTION_PERSONS).enumerate() {
        let confidences = Confidences::of(track.skeleton);
        let nobody = vec![Keypoint::MISSING; track.skeleton.len()];
        for (frame, place) in resampled(range.len(), frames).enumerate() {
            let offset = track.range.offset_of(FrameIndex(range.start + place));
            let row = offset.map_or(&nobody[..], |offset| track.row(offset));
            let start = (person * frames + frame) * FRAME_VALUES;
            let joints = clip[start..start + FRAME_VALUES].as_chunks_mut::<3>().0;
            if row.iter().all(Keypoint::is_missing) {
                joints.fill([row[0].x, row[0].y, 0.0]);
                continue;
            }
            for (joint, keypoint) in remap::frame_to_h36m(track.skeleton, row).iter().enumerate() {
                match keypoint.is_missing() {
                    true => missing.push(start + joint * 3),
                    false => joints[joint] = [keypoint.x, keypoint.y, confidences.of_joint(joint, row, keypoint)],
                }
            }
        }
    }
    crop_scale(&mut clip, ACTION_CROP_RATIO);
    for start in missing {
        clip[start..start + 3].fill(0.0);
    }
    if second_person == SecondPerson::Zeros {
        clip[people.len().min(ACTION_PERSONS) * frames * FRAME_VALUES..].fill(0.0);
    }
    clip
}

/// Which confidence goes with which of the model's joints.
enum Confidences {
    /// Places of COCO's joints in the joint set.
    CocoOrder([usize; H36M_JOINTS]),
    Own,
}

impl Confidences {
    fn of(skeleton: &Skeleton) -> Self {
        let coco = SkeletonId::Coco17.skeleton();
        let places: Option<Vec<usize>> = coco.joints.iter().map(|name| skeleton.joint_named(name)).collect();
        places.and_then(|places| places.try_into().ok()).map_or(Self::Own, Self::CocoOrder)
    }

    fn of_joint(&self, joint: usize, row: &[Keypoint], own: &Keypoint) -> f32 {
        match self {
            Self::CocoOrder(places) => row[places[joint]].confidence,
            Self::Own => own.confidence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PersonId;

    /// Everybody at different places with the confidence 0.01 * (joint + 1).
    fn track(skeleton: SkeletonId, frames: usize) -> KeypointTrack {
        let skeleton = skeleton.skeleton();
        let keypoint = |place: usize| {
            let joint = place % skeleton.len();
            Keypoint::new((joint * 7) as f32 + place as f32 * 0.1, (joint * 3) as f32, 0.01 * (joint + 1) as f32)
        };
        KeypointTrack {
            person: PersonId(1),
            skeleton,
            range: FrameRange::of_len(5, frames),
            keypoints: (0..frames * skeleton.len()).map(keypoint).collect(),
            seen: vec![true; frames].into(),
            is_spurious: false,
        }
    }

    fn clip(track: &KeypointTrack, frames: usize) -> Vec<f32> {
        action_clip(&[track], track.range, frames, SecondPerson::Zeros)
    }

    #[test]
    fn confidences_stand_in_coco_order_where_there_are_coco_s_joints() {
        for skeleton in SkeletonId::ALL {
            let track = track(skeleton, 1);
            let coco = SkeletonId::Coco17.skeleton().joints;
            let model = remap::frame_to_h36m(track.skeleton, track.row(0));
            let has_all = coco.iter().all(|name| track.skeleton.joint_named(name).is_some());
            let known = [SkeletonId::Coco17, SkeletonId::Halpe26, SkeletonId::Body25, SkeletonId::MediaPipe33];
            assert!(has_all || !known.contains(&skeleton), "{skeleton}");
            for (joint, value) in clip(&track, 1)[..FRAME_VALUES].as_chunks::<3>().0.iter().enumerate() {
                let wanted = match has_all {
                    true => track.row(0)[track.skeleton.joint_named(coco[joint]).unwrap()].confidence,
                    false => model[joint].confidence,
                };
                assert_eq!(value[2], wanted, "{skeleton}, joint {joint}");
            }
        }
    }

    #[test]
    fn the_clip_box_is_twice_as_large_as_the_people_and_its_second_person_is_zeros() {
        let track = track(SkeletonId::Coco17, 4);
        let clip = clip(&track, 9);
        let (first, second) = clip.split_at(9 * FRAME_VALUES);
        let reach = first.as_chunks::<3>().0.iter().fold(0.0f32, |reach, joint| reach.max(joint[0].abs()));
        assert!((reach - 0.5).abs() < 1e-6, "{reach}");
        assert!(second.iter().all(|value| *value == 0.0));
        // The unit of the joints does not matter.
        let larger = track.keypoints.iter().map(|joint| Keypoint::new(joint.x * 3.0, joint.y * 3.0, joint.confidence));
        let larger = KeypointTrack { keypoints: larger.collect(), ..track.clone() };
        assert!(self::clip(&larger, 9).iter().zip(&clip).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn missing_joints_are_zeros_and_do_not_stretch_the_box() {
        let mut track = track(SkeletonId::Coco17, 2);
        let seen = clip(&track, 2);
        let mut keypoints = track.keypoints.to_vec();
        let (knee, knee_of_model) = (13, 5);
        keypoints[knee] = Keypoint::MISSING;
        track.keypoints = keypoints.into();
        let found = clip(&track, 2);
        let places = |joint: usize| joint * 3..joint * 3 + 2;
        assert_eq!(found[places(knee_of_model)], [0.0; 2]);
        assert_ne!(seen[places(knee_of_model)], [0.0; 2]);
        assert_eq!(found[places(0)], seen[places(0)]);
        // Nobody at all, and nothing but one place.
        let nobody = KeypointTrack { keypoints: vec![Keypoint::MISSING; 34].into(), ..track.clone() };
        let point = KeypointTrack { keypoints: vec![Keypoint::new(3.0, 4.0, 1.0); 34].into(), ..track };
        assert!([nobody, point].iter().all(|track| clip(track, 2).iter().all(|value| *value == 0.0)));
    }

    #[test]
    fn recordings_are_stretched_and_thinned() {
        assert_eq!(resampled(2, 5).collect::<Vec<_>>(), [0, 0, 0, 1, 1]);
        assert_eq!(resampled(5, 2).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(resampled(1, 3).collect::<Vec<_>>(), [0, 0, 0]);
        assert_eq!(resampled(0, 3).count(), 0);
    }
}
