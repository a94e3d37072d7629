//! The joint set where its count does not tell.

use motionbert::data::skeleton::{BODY_25, BODY_25B, COCO_17, H36M_17, POSETRACK_17};
use motionbert::data::{Skeleton, SkeletonId};
use motionbert::io::keypoints::{ReadContext, ReadOptions, read_bytes};
use motionbert::support::rng::SplitMix64;

use crate::support::*;

/// An AlphaPose list of a noisy person, lying down if `lies`, with the legs unseen if `is_cut`.
fn clip(skeleton: &Skeleton, lies: bool, is_cut: bool) -> String {
    let mut random = SplitMix64(7);
    let mut noise = |size: f32| (random.next_f64() as f32 - 0.5) * size;
    let records: Vec<String> = (0..40)
        .map(|time| {
            let joints = skeleton.joints.iter().flat_map(|name| {
                let (x, y) = joint(name, time as f32, 0);
                let (x, y) = if lies { (y, x) } else { (x, y) };
                let is_unseen = is_cut && ["knee", "ankle", "toe", "heel"].iter().any(|leg| name.contains(leg));
                if is_unseen { [0.0; 3] } else { [x + noise(8.0), y + noise(8.0), 0.5 + noise(0.5)] }
            });
            alphapose(&format!("\"{time}.jpg\""), &joints.collect::<Vec<_>>(), "")
        })
        .collect();
    list(&records)
}

#[test]
fn body_25_and_25b_are_told_apart() {
    for (skeleton, other) in [(&BODY_25, SkeletonId::Body25b), (&BODY_25B, SkeletonId::Body25)] {
        for (lies, is_cut) in [(false, false), (true, false), (false, true), (true, true)] {
            let recording = opened(&clip(skeleton, lies, is_cut));
            let choice = &recording.skeleton_choice;
            assert_eq!(recording.skeleton.id, skeleton.id, "lies {lies}, cut {is_cut}: {}", choice.reason);
            assert_eq!(choice.alternatives, [other]);
            assert!(choice.reason.contains("limbs fit") && choice.reason.contains("against"), "{}", choice.reason);
        }
    }
}

#[test]
fn seventeen_joints_are_what_is_usual_unless_limbs_say_otherwise() {
    let usual = opened(&clip(&COCO_17, false, false));
    assert_eq!(usual.skeleton.id, SkeletonId::Coco17);
    assert!(usual.skeleton_choice.alternatives.is_empty(), "{}", usual.skeleton_choice.reason);
    for is_cut in [false, true] {
        let unusual = opened(&clip(&H36M_17, false, is_cut));
        assert_eq!(unusual.skeleton.id, SkeletonId::H36m17, "{}", unusual.skeleton_choice.reason);
        assert!(unusual.skeleton_choice.alternatives.contains(&SkeletonId::Coco17));
    }
    // COCO and PoseTrack differ in two joints only: the format is believed.
    assert_eq!(opened(&clip(&POSETRACK_17, false, false)).skeleton.id, SkeletonId::Coco17);
}

#[test]
fn the_person_has_the_last_word() {
    let read_as = |skeleton| {
        let options = ReadOptions { skeleton: Some(skeleton), ..ReadOptions::default() };
        let context = ReadContext { options, ..ReadContext::default() };
        read_bytes("test", clip(&BODY_25B, false, false).as_bytes(), &context)
    };
    assert_eq!(keypoints(read_as(SkeletonId::Body25)).skeleton.id, SkeletonId::Body25);
    let message = read_as(SkeletonId::Coco17).map(drop).unwrap_err().to_string();
    assert!(message.contains("25 joints") && message.contains("COCO_17 has 17"), "{message}");
}

#[test]
fn unknown_counts_are_named() {
    let message = refused(list(&[alphapose("1", &[1.0; 21 * 3], "")]).as_bytes());
    assert!(message.contains("21 joints") && message.contains("17 (COCO_17)"), "{message}");
}
