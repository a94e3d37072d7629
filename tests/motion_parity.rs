//! Joint maps and normalisation against figures computed with the published code.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use motionbert::data::{FrameRange, H36M_JOINTS, Keypoint, KeypointTrack, NormalisationMode, PersonId, SkeletonId};
use motionbert::motion::{normalise, remap};

#[path = "support/tensors.rs"]
mod tensors;
use tensors::Tensors;

fn formats() -> Tensors {
    Tensors::read("motion/formats.safetensors")
}

/// A track of rows of x, y and, where `channels` is 3, confidence.
fn track(skeleton: SkeletonId, values: &[f32], channels: usize) -> KeypointTrack {
    let skeleton = skeleton.skeleton();
    let keypoints: Vec<_> = values
        .chunks_exact(channels)
        .map(|row| Keypoint::new(row[0], row[1], row.get(2).copied().unwrap_or(1.0)))
        .collect();
    let frames = keypoints.len() / skeleton.len();
    KeypointTrack {
        person: PersonId(0),
        skeleton,
        range: FrameRange::of_len(0, frames),
        keypoints: keypoints.into(),
        seen: vec![true; frames].into(),
        is_spurious: false,
    }
}

#[test]
fn joint_maps_are_the_published_ones() {
    let tensors = formats();
    for (skeleton, name, channels) in
        [(SkeletonId::Halpe26, "halpe", 3), (SkeletonId::PoseTrack17, "posetrack", 3), (SkeletonId::Coco17, "coco", 2)]
    {
        let mapped = remap::track_to_h36m(&track(skeleton, tensors.values(&format!("{name}_in")), channels));
        let truth = tensors.values(&format!("{name}_out"));
        assert_eq!(mapped.keypoints.len() * channels, truth.len());
        for (index, (got, want)) in mapped.keypoints.iter().zip(truth.chunks_exact(channels)).enumerate() {
            let joint = mapped.skeleton.joints[index % H36M_JOINTS];
            // Pixels up to 1000 in 32 bits.
            assert!((got.x - want[0]).abs() < 1e-3 && (got.y - want[1]).abs() < 1e-3, "{name} {joint}: {got:?}");
            if channels == 3 {
                assert!((got.confidence - want[2]).abs() < 1e-6, "{name} {joint}: {got:?}");
            }
        }
    }
}

#[test]
fn crop_scale_is_the_published_one() {
    let tensors = formats();
    let track = track(SkeletonId::H36m17, tensors.values("crop_scale_in"), 3);
    let normalisation = normalise::fit(NormalisationMode::Crop, &track.keypoints, None).unwrap();
    let clip = normalise::to_clip(&track, &normalisation);
    tensors.assert_close("crop_scale_out", &clip, 1e-5);
}
