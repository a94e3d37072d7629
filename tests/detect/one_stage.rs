//! YOLO-pose and RTMO.

use super::*;
use crate::networks;
use motionbert::detect::onnx_writer::Side;

const COCO: SkeletonId = SkeletonId::Coco17;

/// Sizes at which no pixel of the network is a mixture: the network takes the middle of a colour for that of a disk, and
/// two colours mixed may look like a third.
#[test]
fn joints_are_found_in_letter_boxes_and_scaled_down() {
    for (size, step) in [([320, 320], 1.0), ([320, 250], 1.0), ([200, 320], 1.0), ([960, 540], 3.0), ([900, 1600], 5.0)]
    {
        // The score is how much of a cell of the network the nose's disk covers.
        let spec = OnnxSpec { pose: fixture("marker_yolo_pose.onnx"), min_score: 0.1, ..OnnxSpec::default() };
        let mut detector = load(spec);
        assert!(detector.info().name.starts_with("YOLO"));
        let middle = size.map(|side| side as f32 / 2.0);
        let worst = worst_of_all(&mut *detector, size, 8.0 * step, |frame| {
            vec![person_at(COCO, [middle[0] + 1.3 * frame, middle[1] - 0.7 * frame], 140.0 * step)]
        });
        println!("YOLO-pose in {size:?}: within {worst:.2} px");
        assert!(worst < 1.0, "{worst} px off in {size:?}");
    }
}

/// A network that always answers the same, in a picture twice as large: boxes, joints, order and limits are as told.
#[test]
fn rtmo_gives_people_best_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rtmo.onnx");
    let boxes = vec![
        10.0, 20.0, 110.0, 220.0, 0.5, // worse
        300.0, 20.0, 400.0, 220.0, 0.9, // best
        12.0, 20.0, 110.0, 220.0, 0.4, // the worse one once more
        500.0, 20.0, 600.0, 220.0, 0.1, // nobody
    ];
    let joints = |x: f32| (0..17).flat_map(move |joint| [x + joint as f32, 100.0, 0.8]);
    let joints: Vec<f32> = [10.0, 300.0, 12.0, 500.0].into_iter().flat_map(joints).collect();
    let outputs = [("dets", &[1, 4, 5][..], boxes), ("keypoints", &[1, 4, 17, 3][..], joints)];
    std::fs::write(&path, networks::fixed_answer(&[1, 3, 640, 640].map(Side::Fixed), &outputs)).unwrap();
    let mut detector = load(OnnxSpec { pose: path.clone(), person: Some(person()), ..OnnxSpec::default() });
    assert_eq!(detector.info().name, "RTMO, 17 joints");
    let picture = painted([1280, 960], &[], 1.0, 0);
    let found = detected(&mut *detector, &picture);
    assert_eq!(found.iter().map(|one| one.score).collect::<Vec<_>>(), [0.9, 0.5]);
    // Twice as large, from edges to pixel centres.
    assert_eq!(found[1].bbox, Some([19.5, 39.5, 200.0, 400.0]));
    assert_eq!(found[1].keypoints[3], Keypoint::new(25.5, 199.5, 0.8));
    let mut one = load(OnnxSpec { pose: path, max_people: 1, ..OnnxSpec::default() });
    assert_eq!(detected(&mut *one, &picture).len(), 1);
}

/// A network that takes pictures of any size gets them as large as it was trained with.
#[test]
fn any_size_is_taken_as_640() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any.onnx");
    let row: Vec<f32> =
        [100.0, 100.0, 300.0, 500.0, 0.9, 0.0].into_iter().chain([[200.0, 300.0, 0.7]; 17].concat()).collect();
    let shape = [Side::Any("batch"), Side::Fixed(3), Side::Any("height"), Side::Any("width")];
    std::fs::write(&path, networks::fixed_answer(&shape, &[("output0", &[1, 1, 57], row)])).unwrap();
    let mut detector = load(OnnxSpec { pose: path, ..OnnxSpec::default() });
    let found = detected(&mut *detector, &painted([1280, 1280], &[], 1.0, 0));
    assert_eq!(found[0].bbox, Some([199.5, 199.5, 400.0, 800.0]));
}
