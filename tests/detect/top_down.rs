//! RTMPose, with and without a person detector.

use motionbert::detect::DetectError;

use super::*;
use crate::networks;
use motionbert::detect::onnx_writer::Side;

const LIMIT: f32 = 1.0;

fn spec(skeleton: SkeletonId) -> OnnxSpec {
    OnnxSpec { pose: pose(skeleton), person: Some(person()), every: 1, ..OnnxSpec::default() }
}

fn in_the_middle(skeleton: SkeletonId) -> VideoFrame {
    painted([416, 416], &[person_at(skeleton, [208.0, 208.0], 280.0)], radius(280.0), 0)
}

#[test]
fn joints_are_found_in_pictures_of_any_size() {
    for (skeleton, size, height) in [
        (SkeletonId::Halpe26, [640, 480], 300.0),
        (SkeletonId::Halpe26, [1280, 720], 330.0),
        (SkeletonId::Coco17, [1280, 720], 300.0),
        (SkeletonId::Coco17, [300, 500], 250.0),
        (SkeletonId::Halpe26, [301, 497], 200.0),
        (SkeletonId::Halpe26, [192, 256], 150.0),
    ] {
        let mut detector = load(spec(skeleton));
        assert_eq!(detector.info().skeleton.id, skeleton);
        let centre = size.map(|side| side as f32 / 2.0 + 3.3);
        let worst = worst_of_all(&mut *detector, size, radius(height), |frame| {
            vec![person_at(skeleton, [centre[0] + 0.37 * frame, centre[1] - 0.61 * frame], height)]
        });
        println!("{skeleton} in {size:?}: within {worst:.2} px");
        assert!(worst < LIMIT, "{skeleton} in {size:?}: {worst} px off");
    }
}

#[test]
fn joints_are_found_at_every_border() {
    let (skeleton, size, height) = (SkeletonId::Halpe26, [640, 480], 300.0);
    let mut detector = load(spec(skeleton));
    for centre in [[60.0, 240.0], [580.0, 240.0], [320.0, 100.0], [320.0, 390.0], [70.0, 110.0]] {
        detector.reset();
        let everywhere = person_at(skeleton, centre, height);
        let picture = painted(size, std::slice::from_ref(&everywhere), radius(height), 0);
        let mut found = detected(&mut *detector, &picture);
        // How far the disk reaches into the picture: whole ones are compared, and those outside may not be found.
        let depth = |joint: &Keypoint| {
            joint.x.min(size[0] as f32 - 1.0 - joint.x).min(joint.y).min(size[1] as f32 - 1.0 - joint.y)
        };
        assert!(everywhere.iter().any(|joint| depth(joint) < -radius(height)), "somebody is cut by the border");
        let mut whole = everywhere.clone();
        for (truth, found) in whole.iter_mut().zip(&mut found[0].keypoints) {
            if depth(truth) < -radius(height) {
                assert!(found.confidence < 0.3, "{found:?} is outside");
            }
            if depth(truth) < radius(height) {
                *truth = Keypoint::MISSING;
            }
        }
        let worst = worst(found, vec![whole]);
        println!("at the border, {centre:?}: within {worst:.2} px");
        assert!(worst < LIMIT, "{worst} px off at {centre:?}");
    }
}

#[test]
fn somebody_who_moves_is_followed_between_looks() {
    let skeleton = SkeletonId::Halpe26;
    for person in [Some(person()), None] {
        // In the whole picture the disks are small, and less sure.
        let mut detector = load(OnnxSpec { person: person.clone(), every: 5, min_score: 0.1, ..spec(skeleton) });
        // Walks away from the camera and to the right, faster than a step per frame.
        let worst = worst_of_all(&mut *detector, [500, 500], radius(240.0), |frame| {
            vec![person_at(skeleton, [150.0 + 10.0 * frame, 250.0 - 4.0 * frame], 240.0 - 3.0 * frame)]
        });
        println!("moving, person detector {}: within {worst:.2} px", person.is_some());
        assert!(worst < LIMIT, "{worst} px off");
    }
}

#[test]
fn several_people_are_found_at_once_and_followed() {
    let skeleton = SkeletonId::Halpe26;
    let folder = tempfile::tempdir().unwrap();
    let two = folder.path().join("two.onnx");
    std::fs::write(&two, networks::two_people()).unwrap();
    let people = |frame: f32| {
        let away = 4.0 * frame;
        vec![
            person_at(skeleton, [330.0 - away, 350.0 + away], 240.0),
            person_at(skeleton, [960.0 + away, 330.0 + away], 250.0),
        ]
    };
    for every in [1, 5, 100] {
        let mut detector = load(OnnxSpec { person: Some(two.clone()), every, ..spec(skeleton) });
        let worst = worst_of_all(&mut *detector, [1280, 720], radius(245.0), people);
        println!("two people, looked for every {every}: within {worst:.2} px");
        assert!(worst < LIMIT, "{worst} px off");
    }
    let mut one = load(OnnxSpec { person: Some(two), max_people: 1, ..spec(skeleton) });
    assert_eq!(detected(&mut *one, &painted([1280, 720], &people(0.0), radius(245.0), 0)).len(), 1);
}

/// Looks every 1,000 frames only: who comes back is found because nobody was there.
#[test]
fn who_is_lost_is_looked_for_at_once() {
    let skeleton = SkeletonId::Coco17;
    let mut detector = load(OnnxSpec { every: 1000, ..spec(skeleton) });
    let at = |x: f32| painted([640, 480], &[person_at(skeleton, [x, 240.0], 250.0)], radius(250.0), 0);
    let [here, there, nobody] = [at(160.0), at(480.0), painted([640, 480], &[], 1.0, 0)];
    let found = |detector: &mut dyn Detector, picture: &VideoFrame| detected(detector, picture).len();
    assert_eq!(found(&mut *detector, &here), 1);
    assert_eq!(found(&mut *detector, &nobody), 0);
    assert_eq!(found(&mut *detector, &nobody), 0);
    assert_eq!(found(&mut *detector, &there), 1);
    // A jump is a loss: the frame of the jump is lost, and the next is not.
    assert_eq!(found(&mut *detector, &here), 0);
    assert_eq!(found(&mut *detector, &here), 1);
    // Told of the jump, nothing is lost.
    detector.reset();
    assert_eq!(found(&mut *detector, &there), 1);
}

#[test]
fn a_box_around_two_who_are_one_gives_one() {
    let skeleton = SkeletonId::Halpe26;
    let folder = tempfile::tempdir().unwrap();
    let twice = folder.path().join("twice.onnx");
    // Two boxes that overlap little enough to be two people.
    let boxes = vec![100.0, 50.0, 316.0, 366.0, 0.9, 40.0, 20.0, 400.0, 400.0, 0.8];
    let shape = [1, 3, 416, 416].map(Side::Fixed);
    std::fs::write(&twice, networks::fixed_answer(&shape, &[("dets", &[1, 2, 5], boxes)])).unwrap();
    let mut detector = load(OnnxSpec { person: Some(twice), ..spec(skeleton) });
    let picture = in_the_middle(skeleton);
    assert_eq!(detected(&mut *detector, &picture).len(), 1);
}

#[test]
fn ten_thousand_boxes_are_cut_to_the_best_people() {
    let skeleton = SkeletonId::Halpe26;
    let folder = tempfile::tempdir().unwrap();
    let wild = folder.path().join("wild.onnx");
    let row = |index: usize| match index % 4 {
        0 => [f32::NAN, 0.0, 50.0, 50.0, 0.99],
        1 => [0.0, 0.0, f32::INFINITY, 50.0, 0.99],
        2 => [(index % 400) as f32, (index / 400) as f32, 410.0, 410.0, index as f32 * 1e-4],
        _ => [-1e30, -1e30, 1e30, 1e30, 0.99],
    };
    let boxes: Vec<f32> = (0..10_000).flat_map(row).collect();
    let shape = [1, 3, 416, 416].map(Side::Fixed);
    std::fs::write(&wild, networks::fixed_answer(&shape, &[("dets", &[1, 10_000, 5], boxes)])).unwrap();
    let mut detector = load(OnnxSpec { person: Some(wild), max_people: 5, ..spec(skeleton) });
    let picture = in_the_middle(skeleton);
    for _ in 0..3 {
        let found = detected(&mut *detector, &picture);
        assert!(found.len() <= 5);
        assert!(found.iter().flat_map(|one| &one.keypoints).all(|joint| joint.x.is_finite() && joint.y.is_finite()));
    }
}

#[test]
fn a_pose_of_no_numbers_is_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("nan.onnx");
    let outputs = [
        ("simcc_x", &[1, 17, 384][..], vec![f32::NAN; 17 * 384]),
        ("simcc_y", &[1, 17, 512][..], vec![f32::INFINITY; 17 * 512]),
    ];
    std::fs::write(&broken, networks::fixed_answer(&[1, 3, 256, 192].map(Side::Fixed), &outputs)).unwrap();
    let skeleton = SkeletonId::Coco17;
    let mut detector = load(OnnxSpec { pose: broken, ..spec(skeleton) });
    let picture = in_the_middle(skeleton);
    for _ in 0..3 {
        assert!(detected(&mut *detector, &picture).is_empty());
    }
}

#[test]
fn pictures_without_pixels_are_refused_and_the_next_one_works() {
    let skeleton = SkeletonId::Coco17;
    let mut detector = load(spec(skeleton));
    let picture = in_the_middle(skeleton);
    for size in [[0, 0], [416, 0], [416, 415]] {
        let wrong = VideoFrame { size, ..picture.clone() };
        let error = detector.detect(&wrong, &CancelToken::new()).unwrap_err();
        assert!(matches!(error, DetectError::Failed(_)), "{error}");
    }
    let stopped = CancelToken::new();
    stopped.cancel();
    assert!(matches!(detector.detect(&picture, &stopped), Err(DetectError::Cancelled(_))));
    assert_eq!(detected(&mut *detector, &picture).len(), 1);
}
