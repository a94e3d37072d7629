//! From every detector's joint set to the model's 17 joints.
//!
//! Halpe-26, COCO-17 and PoseTrack follow the published code; the others carry the same rules over (BODY_25 and
//! COCO-18 as several public repositories agree, MediaPipe-33 by way of COCO). One difference from the published
//! code: a composite joint with a missing part is missing as a whole, where the published mean would be pulled
//! halfway to the corner of the image. For inputs without missing joints the results are the same.

use crate::data::skeleton::H36M_17;
use crate::data::{H36M_JOINTS, JointIndex, Keypoint, KeypointTrack, Skeleton, SkeletonId};

/// Confidence of a joint that is made of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CompositeConfidence {
    Mean,
    Minimum,
}

/// Sources of the 17 model joints in another skeleton.
///
/// A joint is the mean of its sources; a source named twice counts twice.
struct JointMap {
    confidence: CompositeConfidence,
    sources: [&'static [usize]; H36M_JOINTS],
}

use CompositeConfidence::{Mean, Minimum};

#[rustfmt::skip]
static FROM_H36M_17: JointMap = JointMap { confidence: Mean, sources: [
    &[0], &[1], &[2], &[3], &[4], &[5], &[6], &[7], &[8], &[9], &[10], &[11], &[12], &[13], &[14], &[15], &[16],
] };

#[rustfmt::skip]
static FROM_COCO_17: JointMap = JointMap { confidence: Mean, sources: [
    &[11, 12], &[12], &[14], &[16], &[11], &[13], &[15], &[11, 12, 5, 6], &[5, 6], &[0], &[1, 2],
    &[5], &[7], &[9], &[6], &[8], &[10],
] };

#[rustfmt::skip]
static FROM_HALPE_26: JointMap = JointMap { confidence: Mean, sources: [
    &[19], &[12], &[14], &[16], &[11], &[13], &[15], &[18, 19], &[18], &[0], &[17],
    &[5], &[7], &[9], &[6], &[8], &[10],
] };

/// The belly is the middle of the hips' middle and the head bottom.
#[rustfmt::skip]
static FROM_POSETRACK_17: JointMap = JointMap { confidence: Minimum, sources: [
    &[11, 12], &[12], &[14], &[16], &[11], &[13], &[15], &[11, 12, 1, 1], &[1], &[0], &[2],
    &[5], &[7], &[9], &[6], &[8], &[10],
] };

#[rustfmt::skip]
static FROM_BODY_25: JointMap = JointMap { confidence: Mean, sources: [
    &[8], &[9], &[10], &[11], &[12], &[13], &[14], &[8, 1], &[1], &[0], &[15, 16],
    &[5], &[6], &[7], &[2], &[3], &[4],
] };

/// No mid-hip: the root is the middle of the hips. Neck and head are the detector's own.
#[rustfmt::skip]
static FROM_BODY_25B: JointMap = JointMap { confidence: Mean, sources: [
    &[11, 12], &[12], &[14], &[16], &[11], &[13], &[15], &[11, 12, 17, 17], &[17], &[0], &[18],
    &[5], &[7], &[9], &[6], &[8], &[10],
] };

#[rustfmt::skip]
static FROM_COCO_18: JointMap = JointMap { confidence: Mean, sources: [
    &[8, 11], &[8], &[9], &[10], &[11], &[12], &[13], &[8, 11, 1, 1], &[1], &[0], &[14, 15],
    &[5], &[6], &[7], &[2], &[3], &[4],
] };

/// MPI has the top of the head and no nose, which lies about halfway down to the neck.
#[rustfmt::skip]
static FROM_MPI_15: JointMap = JointMap { confidence: Mean, sources: [
    &[8, 11], &[8], &[9], &[10], &[11], &[12], &[13], &[14], &[1], &[0, 1], &[0],
    &[5], &[6], &[7], &[2], &[3], &[4],
] };

#[rustfmt::skip]
static FROM_MEDIAPIPE_33: JointMap = JointMap { confidence: Mean, sources: [
    &[23, 24], &[24], &[26], &[28], &[23], &[25], &[27], &[23, 24, 11, 12], &[11, 12], &[0], &[2, 5],
    &[11], &[13], &[15], &[12], &[14], &[16],
] };

fn joint_map(skeleton: SkeletonId) -> &'static JointMap {
    match skeleton {
        SkeletonId::H36m17 => &FROM_H36M_17,
        SkeletonId::Coco17 => &FROM_COCO_17,
        SkeletonId::Halpe26 => &FROM_HALPE_26,
        SkeletonId::Body25 => &FROM_BODY_25,
        SkeletonId::Body25b => &FROM_BODY_25B,
        SkeletonId::Coco18 => &FROM_COCO_18,
        SkeletonId::Mpi15 => &FROM_MPI_15,
        SkeletonId::PoseTrack17 => &FROM_POSETRACK_17,
        SkeletonId::MediaPipe33 => &FROM_MEDIAPIPE_33,
    }
}

/// The joints of `skeleton` whose mean is this joint of the model; one named twice counts twice.
pub fn sources_of(skeleton: SkeletonId, joint: JointIndex) -> &'static [usize] {
    joint_map(skeleton).sources.get(joint.0).copied().unwrap_or(&[])
}

/// The model's joint that is this joint of `skeleton` alone; none for joints that the model lacks or that are part of
/// a mean only.
pub fn model_joint(skeleton: SkeletonId, joint: usize) -> Option<JointIndex> {
    joint_map(skeleton).sources.iter().position(|sources| *sources == [joint]).map(JointIndex)
}

/// The model's 17 joints of one frame, image pixels. `joints` holds one keypoint per joint of `skeleton`.
pub fn frame_to_h36m(skeleton: &Skeleton, joints: &[Keypoint]) -> [Keypoint; H36M_JOINTS] {
    let map = joint_map(skeleton.id);
    map.sources.map(|sources| combine(joints, sources, map.confidence))
}

/// One of the model's joints in a frame, as [`frame_to_h36m`] says it; missing for a joint that the model lacks.
pub fn joint_to_h36m(skeleton: &Skeleton, joints: &[Keypoint], joint: JointIndex) -> Keypoint {
    let map = joint_map(skeleton.id);
    map.sources.get(joint.0).map_or(Keypoint::MISSING, |sources| combine(joints, sources, map.confidence))
}

/// The same person with the model's joints; range and gaps stay.
#[must_use]
pub fn track_to_h36m(track: &KeypointTrack) -> KeypointTrack {
    KeypointTrack {
        skeleton: &H36M_17,
        keypoints: (0..track.range.len()).flat_map(|offset| frame_to_h36m(track.skeleton, track.row(offset))).collect(),
        ..track.clone()
    }
}

/// A keypoint that is a number and was seen.
fn is_usable(keypoint: &Keypoint) -> bool {
    keypoint.confidence > 0.0 && keypoint.confidence.is_finite() && keypoint.x.is_finite() && keypoint.y.is_finite()
}

fn combine(joints: &[Keypoint], sources: &[usize], rule: CompositeConfidence) -> Keypoint {
    let parts = || sources.iter().map(|source| joints[*source]);
    if !parts().all(|part| is_usable(&part)) {
        return Keypoint::MISSING;
    }
    let mean = |value: fn(Keypoint) -> f32| parts().map(value).sum::<f32>() / sources.len() as f32;
    let confidence = match rule {
        Mean => mean(|part| part.confidence),
        Minimum => parts().map(|part| part.confidence).fold(f32::INFINITY, f32::min),
    };
    Keypoint::new(mean(|part| part.x), mean(|part| part.y), confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Side;

    /// Joints named in a line above the map must end up on the same side of the body.
    #[test]
    fn sides_stay_sides() {
        for id in SkeletonId::ALL {
            let skeleton = id.skeleton();
            for (target, sources) in joint_map(id).sources.iter().enumerate() {
                assert!(!sources.is_empty());
                let side = H36M_17.side(target);
                if side == Side::Middle {
                    let left = sources.iter().filter(|s| skeleton.side(**s) == Side::Left).count();
                    let right = sources.iter().filter(|s| skeleton.side(**s) == Side::Right).count();
                    assert_eq!(left, right, "{id}: {}", H36M_17.joints[target]);
                } else {
                    let [source] = sources else { panic!("{id}: a limb joint has one source") };
                    assert_eq!(skeleton.joints[*source], H36M_17.joints[target], "{id}");
                }
            }
        }
    }

    #[test]
    fn a_detector_s_joint_finds_the_model_s() {
        let coco = SkeletonId::Coco17;
        let named = |name| model_joint(coco, coco.skeleton().joint_named(name).unwrap()).map(|joint| joint.0);
        assert_eq!(named("left knee"), H36M_17.joint_named("left knee"));
        assert_eq!(named("nose"), Some(9));
        assert_eq!(named("left ear"), None, "not in the model");
        assert_eq!(named("left eye"), None, "half of the head only");
        assert_eq!(sources_of(coco, JointIndex(10)), [1, 2]);
        assert!(sources_of(coco, JointIndex(17)).is_empty());
    }

    #[test]
    fn a_composite_with_a_missing_part_is_missing() {
        let mut joints = vec![Keypoint::new(100.0, 200.0, 0.8); 17];
        joints[12] = Keypoint::MISSING;
        let model = frame_to_h36m(SkeletonId::Coco17.skeleton(), &joints);
        assert_eq!(model[0], Keypoint::MISSING);
        assert_eq!(model[1], Keypoint::MISSING);
        assert_eq!(model[7], Keypoint::MISSING);
        assert_eq!(model[8], Keypoint::new(100.0, 200.0, 0.8));
        joints[5].x = f32::NAN;
        assert_eq!(frame_to_h36m(SkeletonId::Coco17.skeleton(), &joints)[11], Keypoint::MISSING);
    }
}
