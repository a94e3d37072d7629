//! Every format in the layouts that its programs write.

use motionbert::data::skeleton::{BODY_25, BODY_25B, COCO_17, COCO_18, H36M_17, HALPE_26, MEDIAPIPE_33, POSETRACK_17};
use motionbert::data::{Keypoint, SkeletonId};
use motionbert::io::keypoints::{ReadContext, ReadOptions, guess, read, read_bytes};

use crate::support::*;

#[test]
fn the_demo_opens() {
    let context = ReadContext::default();
    let recording = keypoints(read_bytes("demo", include_bytes!("../../assets/demo-alphapose.json"), &context));
    assert_eq!((recording.format, recording.skeleton.id), ("AlphaPose JSON", SkeletonId::Halpe26));
    assert_eq!((recording.frame_count, recording.detections.len()), (360, 714));
    assert_eq!(warnings(&context), Vec::<String>::new());
}

#[test]
fn alphapose_joint_counts() {
    for (skeleton, count) in [(&COCO_17, 17), (&COCO_17, 133), (&HALPE_26, 26), (&HALPE_26, 68), (&HALPE_26, 136)] {
        let records: Vec<String> = (0..4)
            .map(|frame| {
                let mut keypoints = triples(skeleton, frame, 0);
                keypoints.resize(count * 3, 5.0);
                alphapose(&format!("\"{frame}.jpg\""), &keypoints, "\"idx\":1")
            })
            .collect();
        let recording = opened(&list(&records));
        assert_eq!(recording.skeleton.id, skeleton.id, "{count} joints: {}", recording.skeleton_choice.reason);
        assert!(recording.skeleton_choice.alternatives.is_empty());
        assert_pose(&recording, 3, 3, 0, 0.01);
        assert_eq!(recording.detections[0].bbox, Some([1.0, 2.0, 3.0, 4.0]));
    }
}

#[test]
fn alphapose_ids_in_all_shapes() {
    let shapes = [
        ("\"idx\":7", Some(7)),
        ("\"idx\":7.0", Some(7)),
        ("\"idx\":[7.0]", Some(7)),
        ("\"idx\":[[7.0],[8.0]]", Some(7)),
        ("\"idx\":\"7\"", Some(7)),
        ("\"track_id\":7", Some(7)),
        ("\"idx\":-1", None),
        ("\"idx\":7.5", None),
        ("\"idx\":null", None),
        ("\"idx\":[]", None),
        ("\"idx\":1e300", None),
        ("\"pred_xyz_jts\":[[1,2,3]]", None),
    ];
    for (idx, id) in shapes {
        let recording = opened(&list(&[alphapose("\"1.jpg\"", &triples(&HALPE_26, 0, 0), idx)]));
        assert_eq!(ids(&recording), [id], "{idx}");
    }
}

#[test]
fn alphapose_by_image() {
    let keypoints = triples(&COCO_18, 0, 0);
    let old = format!(
        r#"{{"5.jpg":{{"version":"AlphaPose v0.3","bodies":[{{"joints":{keypoints:?}}}]}},"7.jpg":{{"bodies":[]}}}}"#
    );
    let open = format!(
        r#"{{"5.jpg":{{"version":0.1,"people":[{{"pose_keypoints_2d":{keypoints:?}}}]}},"7.jpg":{{"people":[]}}}}"#
    );
    for text in [old, open] {
        let recording = opened(&text);
        assert_eq!(
            (recording.skeleton.id, recording.first_frame_number, recording.frame_count),
            (SkeletonId::Coco18, 5, 3)
        );
        assert_pose(&recording, 0, 0, 0, 0.01);
    }
}

#[test]
fn coco_results() {
    let record = |image: usize| {
        format!(r#"{{"image_id":{image},"category_id":1,"keypoints":{:?},"score":0.8}}"#, triples(&COCO_17, image, 0))
    };
    let recording = opened(&list(&[record(3), record(5)]));
    assert_eq!((recording.format, recording.skeleton.id), ("COCO results JSON", SkeletonId::Coco17));
    assert_eq!((frames(&recording), recording.first_frame_number), (vec![0, 2], 3));
    assert_eq!(recording.detections[0].score, 0.8);
}

fn openpose_frame(people: &[Vec<f32>]) -> String {
    let people: Vec<String> = people
        .iter()
        .map(|p| format!(r#"{{"person_id":[-1],"pose_keypoints_2d":{p:?},"face_keypoints_2d":[]}}"#))
        .collect();
    format!(r#"{{"version":1.3,"people":[{}]}}"#, people.join(","))
}

#[test]
fn openpose_folders() {
    for skeleton in [&BODY_25, &BODY_25B, &COCO_18, &motionbert::data::skeleton::MPI_15] {
        let files: Vec<_> = (12..30)
            .map(|frame| {
                let people =
                    if frame == 14 { vec![] } else { vec![triples(skeleton, frame, 0), triples(skeleton, frame, 1)] };
                (format!("take2_{frame:012}_keypoints.json"), openpose_frame(&people))
            })
            .collect();
        let folder = folder(&files);
        let recording = opened_path(folder.path());
        assert_eq!(recording.skeleton.id, skeleton.id, "{}", recording.skeleton_choice.reason);
        assert_eq!((recording.first_frame_number, recording.frame_count, recording.detections.len()), (12, 18, 34));
        assert!(ids(&recording).iter().all(Option::is_none));
        assert!(!frames(&recording).contains(&2));
        assert_pose(&recording, 33, 29, 1, 0.01);
        assert_eq!(guess(folder.path()).unwrap(), Some("OpenPose JSON"));
        let context = ReadContext::default();
        let one = keypoints(read(&folder.path().join(&files[0].0), &context));
        assert_eq!((one.frame_count, one.first_frame_number, one.detections.len()), (1, 12, 2));
        assert!(context.notices.to_vec()[0].0.hint.contains("folder"));
    }
}

#[test]
fn empty_last_frames_of_a_folder_are_time() {
    let mut files = vec![("a_0.json".to_owned(), openpose_frame(&[triples(&BODY_25, 0, 0)]))];
    files.extend((1..10).map(|frame| (format!("a_{frame}.json"), openpose_frame(&[]))));
    assert_eq!(opened_path(folder(&files).path()).frame_count, 10);
}

#[test]
fn scaled_openpose_needs_the_image_size() {
    for (low, high) in [(0.0, 1.0), (-1.0, 1.0)] {
        let scaled: Vec<f32> = pose(&BODY_25, 0, 2)
            .iter()
            .flat_map(|(x, y)| [low + (high - low) * x / WIDTH, low + (high - low) * y / HEIGHT, 0.9])
            .collect();
        let text = openpose_frame(&[scaled]);
        let (recording, warnings) = opened_with_warnings(&text);
        assert!(warnings[0].contains("1920x1080"), "{warnings:?}");
        assert_eq!(recording.image_size, Some([1920, 1080]));
        let options = ReadOptions { image_size: Some([1280, 720]), ..ReadOptions::default() };
        let context = ReadContext { options, ..ReadContext::default() };
        let recording = keypoints(read_bytes("test", text.as_bytes(), &context));
        assert!(context.notices.is_empty());
        assert_pose(&recording, 0, 0, 2, 0.01);
    }
}

fn mmpose_person(time: usize, skeleton: &motionbert::data::Skeleton) -> String {
    let keypoints: Vec<[f32; 2]> = pose(skeleton, time, 0).iter().map(|(x, y)| [*x, *y]).collect();
    let scores = vec![0.7; keypoints.len()];
    format!(r#"{{"keypoints":{keypoints:?},"keypoint_scores":{scores:?},"bbox":[[10,20,110,220]],"bbox_score":0.9}}"#)
}

#[test]
fn mmpose_layouts() {
    let frame = |id: usize| format!(r#"{{"frame_id":{id},"instances":[{}]}}"#, mmpose_person(id, &COCO_17));
    let empty = r#"{"frame_id":3,"instances":[]}"#.to_owned();
    let inner = list(&[frame(1), frame(2), empty]);
    let names: Vec<String> =
        COCO_17.joints.iter().enumerate().map(|(i, name)| format!("\"{i}\":\"{}\"", name.replace(' ', "_"))).collect();
    let outer = format!(
        r#"{{"meta_info":{{"dataset_name":"coco","keypoint_id2name":{{{}}}}},"instance_info":{inner}}}"#,
        names.join(",")
    );
    for text in [&inner, &outer] {
        let recording = opened(text);
        assert_eq!((recording.format, recording.skeleton.id), ("MMPose JSON", SkeletonId::Coco17));
        assert_eq!((recording.first_frame_number, recording.frame_count, frames(&recording)), (1, 3, vec![0, 1]));
        assert_eq!(recording.detections[0].bbox, Some([10.0, 20.0, 100.0, 200.0]));
        assert_eq!(recording.detections[0].keypoints[0].confidence, 0.7);
        assert_pose(&recording, 1, 2, 0, 0.01);
    }
    let image = opened(&list(&[mmpose_person(0, &HALPE_26), mmpose_person(3, &HALPE_26)]));
    assert_eq!((image.frame_count, image.detections.len()), (1, 2));
}

#[test]
fn mmpose_names_settle_the_joint_set() {
    let names = [
        "root",
        "right_hip",
        "right_knee",
        "right_foot",
        "left_hip",
        "left_knee",
        "left_foot",
        "spine",
        "thorax",
        "neck_base",
        "head",
        "left_shoulder",
        "left_elbow",
        "left_wrist",
        "right_shoulder",
        "right_elbow",
        "right_wrist",
    ];
    let names: Vec<String> = names.iter().enumerate().map(|(i, name)| format!("\"{i}\":\"{name}\"")).collect();
    let text = format!(
        r#"{{"meta_info":{{"keypoint_id2name":{{{}}}}},"instance_info":[{{"frame_id":0,"instances":[{}]}}]}}"#,
        names.join(","),
        mmpose_person(0, &H36M_17)
    );
    let recording = opened(&text);
    assert_eq!(recording.skeleton.id, SkeletonId::H36m17);
    assert!(recording.skeleton_choice.reason.contains("names"));
}

#[test]
fn mmpose_in_3d_is_refused() {
    let text = r#"[{"frame_id":0,"instances":[{"keypoints":[[1,2,3],[1,2,3]],"keypoint_scores":[1,1]}]}]"#;
    assert!(refused(text.as_bytes()).contains("2D predictions"));
}

fn ultralytics_person(time: usize, visible: bool, id: usize) -> String {
    let (x, y): (Vec<f32>, Vec<f32>) = pose(&COCO_17, time, 0).into_iter().unzip();
    let visible = if visible { format!(",\"visible\":{:?}", [0.5f32; 17]) } else { String::new() };
    format!(
        r#"{{"name":"person","class":0,"confidence":0.9,"track_id":{id},"box":{{"x1":1.0,"y1":2.0,"x2":4.0,"y2":6.0}},"keypoints":{{"x":{x:?},"y":{y:?}{visible}}}}}"#
    )
}

#[test]
fn ultralytics_json() {
    let one = opened(&list(&[ultralytics_person(0, true, 1), ultralytics_person(5, true, 2)]));
    assert_eq!((one.format, one.skeleton.id, one.frame_count), ("Ultralytics JSON", SkeletonId::Coco17, 1));
    assert_eq!(one.detections[0].keypoints[3].confidence, 0.5);
    let many = opened(&list(&[
        "[]".to_owned(),
        list(&[ultralytics_person(1, false, 1)]),
        "[]".to_owned(),
        list(&[ultralytics_person(3, false, 1)]),
        "[]".to_owned(),
    ]));
    assert_eq!((many.frame_count, frames(&many), ids(&many)), (5, vec![1, 3], vec![Some(1), Some(1)]));
    assert_eq!(many.detections[0].bbox, Some([1.0, 2.0, 3.0, 4.0]));
    assert_eq!(many.detections[0].keypoints[0].confidence, 1.0);
    assert_pose(&many, 1, 3, 0, 0.01);
}

#[test]
fn ultralytics_txt() {
    for (with_confidence, extra, id, score) in [
        (true, "", None, 1.0),
        (true, " 0.75", None, 0.75),
        (false, " 0.75 3", Some(3), 0.75),
        (false, " 4", Some(4), 1.0),
    ] {
        let line = |time: usize| {
            let joints: Vec<String> = pose(&COCO_17, time, 0)
                .iter()
                .enumerate()
                .map(|(place, (x, y))| match (place, with_confidence) {
                    (2, true) => "0 0 0".to_owned(),
                    (2, false) => "0 0".to_owned(),
                    (_, true) => format!("{} {} 0.6", x / WIDTH, y / HEIGHT),
                    (_, false) => format!("{} {}", x / WIDTH, y / HEIGHT),
                })
                .collect();
            format!("0 0.5 0.5 0.25 0.5 {}{extra}\n", joints.join(" "))
        };
        let folder = folder(&[
            ("clip_9.txt".to_owned(), line(9)),
            ("clip_10.txt".to_owned(), line(10) + &line(11).replace(" 3\n", " 8\n").replace(" 4\n", " 8\n")),
            ("clip_12.txt".to_owned(), line(12)),
        ]);
        let options = ReadOptions { image_size: Some([1280, 720]), fps: Some(25.0), ..ReadOptions::default() };
        let context = ReadContext { options, ..ReadContext::default() };
        let recording = keypoints(read(folder.path(), &context));
        assert_eq!((recording.format, recording.fps), ("Ultralytics txt", Some(25.0)));
        assert_eq!((frames(&recording), recording.first_frame_number), (vec![0, 1, 1, 3], 9));
        let person = &recording.detections[0];
        assert_eq!((person.id, person.score), (id, score), "{extra}");
        assert_eq!(person.keypoints[2], Keypoint::MISSING);
        assert_eq!(person.keypoints[1].confidence, if with_confidence { 0.6 } else { 1.0 });
        assert_eq!(person.bbox, Some([480.0, 180.0, 320.0, 360.0]));
        let (x, y) = pose(&COCO_17, 12, 0)[16];
        let ankle = recording.detections[3].keypoints[16];
        assert!((ankle.x - x).hypot(ankle.y - y) < 0.01);
    }
}

#[test]
fn posetrack() {
    let names: Vec<String> = POSETRACK_17.joints.iter().map(|name| name.replace(' ', "_")).collect();
    let person = |image: usize, track: usize, more: &str| {
        let keypoints: Vec<f32> = pose(&POSETRACK_17, image, track).iter().flat_map(|(x, y)| [*x, *y, 2.0]).collect();
        format!(
            r#"{{"image_id":{},"track_id":{track},"keypoints":{keypoints:?},"bbox":[1,2,3,4]{more}}}"#,
            1000 + image
        )
    };
    let images: Vec<String> = (0..4)
        .map(|i| format!(r#"{{"id":{},"frame_id":{0},"file_name":"images/val/000342_mpii/{i:06}.jpg","vid_id":"342","is_labeled":true}}"#, 1000 + i))
        .collect();
    let text = |annotations: &[String]| {
        format!(
            r#"{{"images":[{}],"annotations":[{}],"categories":[{{"name":"person","keypoints":{names:?}}}]}}"#,
            images.join(","),
            annotations.join(",")
        )
    };
    let scores = format!(",\"scores\":{:?}", [0.25f32; 17]);
    let recording = opened(&text(&[person(0, 0, ""), person(0, 1, ""), person(2, 1, &scores)]));
    assert_eq!((recording.format, recording.skeleton.id), ("PoseTrack18 JSON", SkeletonId::PoseTrack17));
    assert_eq!((recording.frame_count, frames(&recording)), (4, vec![0, 0, 2]));
    assert_eq!(ids(&recording), [Some(0), Some(1), Some(1)]);
    let confidences: Vec<f32> = recording.detections.iter().map(|person| person.keypoints[4].confidence).collect();
    assert_eq!(confidences, [1.0, 1.0, 0.25]);
    let stray = person(7, 0, "");
    let (recording, warnings) = opened_with_warnings(&text(&[person(0, 0, ""), stray]));
    assert_eq!(recording.detections.len(), 1);
    assert!(warnings[0].contains("left out: 1"), "{warnings:?}");
}

#[test]
fn mediapipe_layouts() {
    let places = pose(&MEDIAPIPE_33, 0, 0);
    let objects: Vec<String> = places
        .iter()
        .map(|(x, y)| format!(r#"{{"x":{},"y":{},"z":0.1,"visibility":0.8}}"#, x / WIDTH, y / HEIGHT))
        .collect();
    let rows: Vec<[f32; 4]> = places.iter().map(|(x, y)| [x / WIDTH, y / HEIGHT, 0.1, 0.8]).collect();
    let pose_of_objects = list(&objects);
    let layouts = [
        (format!("[{pose_of_objects},null,{pose_of_objects}]"), vec![0, 2], 3),
        (format!("[{rows:?},[],{rows:?}]"), vec![0, 2], 3),
        (format!(r#"[{{"landmarks":{pose_of_objects}}},{{"landmarks":null}}]"#), vec![0], 2),
        (
            format!(
                r#"{{"fps":30,"width":1280,"height":720,"frames":[{{"frame":4,"pose_landmarks":{rows:?}}},{{"frame":6,"pose_landmarks":{rows:?}}}]}}"#
            ),
            vec![0, 2],
            3,
        ),
        (
            format!(r#"[{{"pose_landmarks":[{pose_of_objects},{pose_of_objects}],"pose_world_landmarks":[[]]}}]"#),
            vec![0, 0],
            1,
        ),
        (pose_of_objects.clone(), vec![0], 1),
    ];
    for (text, expected_frames, frame_count) in layouts {
        let options = ReadOptions { image_size: Some([1280, 720]), ..ReadOptions::default() };
        let context = ReadContext { options, ..ReadContext::default() };
        let recording = keypoints(read_bytes("test", text.as_bytes(), &context));
        let start = &text[..40];
        assert_eq!((recording.format, recording.skeleton.id), ("MediaPipe JSON", SkeletonId::MediaPipe33), "{start}");
        assert_eq!((frames(&recording), recording.frame_count), (expected_frames, frame_count), "{start}");
        assert_eq!(recording.detections[0].keypoints[7].confidence, 0.8, "{start}");
        assert_eq!(recording.fps, text.contains("fps").then_some(30.0));
        assert_pose(&recording, 0, 0, 0, 0.01);
    }
}
