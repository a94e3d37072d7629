//! Time is true: frame numbers, gaps, orders and how files break them. Ids and joints that lie.

use motionbert::data::Keypoint;
use motionbert::data::skeleton::{BODY_25, COCO_17, HALPE_26};
use motionbert::io::keypoints::{KeypointError, ReadContext, read_bytes};

use crate::support::*;

fn images(ids: &[&str]) -> String {
    let records: Vec<String> =
        ids.iter().enumerate().map(|(time, id)| alphapose(id, &triples(&HALPE_26, time, 0), "\"idx\":1")).collect();
    list(&records)
}

#[test]
fn frame_numbers_come_from_image_ids() {
    for names in [
        ["\"12.jpg\"", "\"13.jpg\"", "\"16.jpg\""],
        ["12", "13", "16"],
        ["\"f_0012.png\"", "\"f_0013.png\"", "\"f_0016.png\""],
    ] {
        let recording = opened(&images(&names));
        assert_eq!((recording.first_frame_number, recording.frame_count, frames(&recording)), (12, 5, vec![0, 1, 4]));
    }
}

#[test]
fn the_order_of_the_file_does_not_matter_where_frames_have_numbers() {
    let recording = opened(&images(&["\"10.jpg\"", "\"9.jpg\"", "\"2.jpg\""]));
    assert_eq!(frames(&recording), [0, 7, 8]);
    assert_pose(&recording, 0, 2, 0, 0.01);
}

#[test]
fn names_without_numbers_keep_the_order_of_the_file() {
    let (recording, warnings) = opened_with_warnings(&images(&["\"start.jpg\"", "\"middle.jpg\"", "\"end.jpg\""]));
    assert_eq!(frames(&recording), [0, 1, 2]);
    assert!(warnings[0].contains("order of the file"), "{warnings:?}");
}

#[test]
fn negative_numbers_are_frames_too() {
    let (recording, warnings) = opened_with_warnings(&images(&["-3", "-1", "2"]));
    assert_eq!((recording.first_frame_number, frames(&recording)), (-3, vec![0, 2, 5]));
    assert!(warnings[0].contains("-3"), "{warnings:?}");
}

#[test]
fn absurd_numbers_do_not_make_absurd_timelines() {
    for far in ["1000000000000", "1e18", "9223372036854775807", "-9223372036854775808", "18446744073709551615"] {
        let (recording, warnings) = opened_with_warnings(&images(&["5", "8", far]));
        assert_eq!(recording.frame_count, 5, "{far}");
        assert!(warnings.iter().any(|warning| warning.contains("shortened")), "{warnings:?}");
    }
}

#[test]
fn images_with_the_same_number_share_a_frame() {
    let names: Vec<String> = (0..20).map(|i| format!("\"{i}.jpg\"")).chain(["\"07.jpg\"".to_owned()]).collect();
    let (recording, warnings) = opened_with_warnings(&images(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!((recording.frame_count, recording.detections.len()), (20, 21));
    assert!(warnings[0].contains("frame number of another: 1"), "{warnings:?}");
}

#[test]
fn a_frame_listed_twice_is_told() {
    let frame = |id: usize| {
        let keypoints: Vec<[f32; 2]> = pose(&COCO_17, id, 0).iter().map(|(x, y)| [*x, *y]).collect();
        format!(r#"{{"frame_id":{id},"instances":[{{"keypoints":{keypoints:?},"keypoint_scores":[1]}}]}}"#)
    };
    let (recording, warnings) = opened_with_warnings(&list(&[frame(0), frame(1), frame(0)]));
    assert_eq!(frames(&recording), [0, 0, 1]);
    assert!(warnings[0].contains("more than once"), "{warnings:?}");
}

#[test]
fn ids_that_are_the_same_for_all_are_dropped() {
    let crowd = |frame: usize, ids: [usize; 3]| {
        ids.iter()
            .enumerate()
            .map(|(person, id)| {
                alphapose(&format!("\"{frame}.jpg\""), &triples(&HALPE_26, frame, person), &format!("\"idx\":[{id}.0]"))
            })
            .collect::<Vec<_>>()
    };
    let always: Vec<String> = (0..9).flat_map(|frame| crowd(frame, [0, 0, 0])).collect();
    let (recording, warnings) = opened_with_warnings(&list(&always));
    assert!(ids(&recording).iter().all(Option::is_none));
    assert!(warnings[0].contains("same person id"), "{warnings:?}");
    let once: Vec<String> =
        (0..9).flat_map(|frame| crowd(frame, if frame == 4 { [1, 2, 2] } else { [1, 2, 3] })).collect();
    let (recording, warnings) = opened_with_warnings(&list(&once));
    assert!(ids(&recording).iter().all(Option::is_some));
    assert!(warnings[0].contains("twice: 1"), "{warnings:?}");
}

#[test]
fn broken_joints_are_missing_joints() {
    let mut keypoints: Vec<String> = triples(&HALPE_26, 0, 0).iter().map(f32::to_string).collect();
    for (place, value) in
        [(0, "NaN"), (4, "Infinity"), (6, "-Infinity"), (9, "1e30"), (14, "null"), (15, "\"x\""), (18, "-1e7")]
    {
        keypoints[place] = value.to_owned();
    }
    for (place, value) in [(21, "0"), (22, "0"), (26, "0"), (29, "-0.5")] {
        keypoints[place] = value.to_owned();
    }
    let text = format!(r#"[{{"image_id":"NaN 1.jpg","keypoints":[{}],"score":NaN}}]"#, keypoints.join(","));
    let (recording, warnings) = opened_with_warnings(&text);
    let person = &recording.detections[0];
    let missing: Vec<usize> = (0..26).filter(|place| person.keypoints[*place] == Keypoint::MISSING).collect();
    assert_eq!(missing, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(person.score, 1.0);
    assert!(warnings.iter().any(|warning| warning.contains("missing: 7")), "{warnings:?}");
}

#[test]
fn the_majority_of_joint_counts_is_kept() {
    let record = |frame: usize, skeleton| alphapose(&frame.to_string(), &triples(skeleton, frame, 0), "");
    let records = [
        record(0, &HALPE_26),
        record(1, &COCO_17),
        record(2, &HALPE_26),
        record(3, &BODY_25),
        record(4, &COCO_17),
        record(5, &HALPE_26),
    ];
    let (recording, warnings) = opened_with_warnings(&list(&records));
    assert_eq!((frames(&recording), recording.frame_count), (vec![0, 2, 5], 6));
    assert!(warnings[0].contains("left out: 3 of 6"), "{warnings:?}");
}

#[test]
fn a_truncated_list_keeps_its_beginning() {
    let whole = images(&["0", "1", "2", "3"]);
    let (recording, warnings) = opened_with_warnings(&whole[..whole.len() - 40]);
    assert_eq!(recording.detections.len(), 3);
    assert!(warnings[0].contains("breaks off"), "{warnings:?}");
    let (recording, warnings) = opened_with_warnings(&whole.replacen("\"image_id\":2", "\"image_id\":?", 1));
    assert_eq!(recording.detections.len(), 2);
    assert!(warnings[0].contains("damaged"), "{warnings:?}");
}

#[test]
fn byte_order_marks_do_not_matter() {
    assert_eq!(opened(&format!("\u{feff}{}", images(&["1", "2"]))).detections.len(), 2);
}

#[test]
fn long_clips_and_crowds() {
    let keypoints = triples(&COCO_17, 0, 0);
    let long: Vec<String> = (0..100_000).map(|frame| alphapose(&format!("\"{frame}.jpg\""), &keypoints, "")).collect();
    assert_eq!(opened(&list(&long)).frame_count, 100_000);
    let crowd: Vec<String> = (0..100 * 50)
        .map(|at| alphapose(&format!("\"{}.jpg\"", at / 50), &keypoints, &format!("\"idx\":{}", at % 50)))
        .collect();
    let recording = opened(&list(&crowd));
    assert_eq!((recording.frame_count, recording.detections.len()), (100, 5000));
}

#[test]
fn cancelling_stops() {
    let context = ReadContext::default();
    context.cancel.cancel();
    let result = read_bytes("test", images(&["1", "2"]).as_bytes(), &context);
    assert!(matches!(result, Err(KeypointError::Cancelled(_))));
}
