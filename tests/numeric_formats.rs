//! Keypoints and poses in NumPy files and CSV tables: what is read, what is told about it, and that no bytes panic.

#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use motionbert::data::{Keypoint, PoseRecording, Recording, SkeletonId, Space};
use motionbert::io::keypoints::{KeypointError, Loaded, ReadContext, ReadOptions, read_bytes};
use motionbert::io::npy;
use proptest::prelude::*;

/// A standing person in pixels, COCO-17.
const COCO: [[f32; 2]; 17] = [
    [640.0, 150.0],
    [650.0, 140.0],
    [630.0, 140.0],
    [662.0, 146.0],
    [618.0, 146.0],
    [690.0, 210.0],
    [590.0, 210.0],
    [715.0, 290.0],
    [565.0, 290.0],
    [725.0, 365.0],
    [555.0, 365.0],
    [670.0, 380.0],
    [610.0, 380.0],
    [675.0, 490.0],
    [605.0, 490.0],
    [678.0, 600.0],
    [602.0, 600.0],
];

/// The same person in H36M order.
fn h36m() -> [[f32; 2]; 17] {
    let c = COCO;
    let middle = [640.0, 380.0];
    [
        middle,
        c[12],
        c[14],
        c[16],
        c[11],
        c[13],
        c[15],
        [640.0, 295.0],
        [640.0, 210.0],
        c[0],
        [640.0, 105.0],
        c[5],
        c[7],
        c[9],
        c[6],
        c[8],
        c[10],
    ]
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/numeric").join(name);
    std::fs::read(path).unwrap()
}

fn npy_file(shape: &[usize], values: impl IntoIterator<Item = f32>) -> Vec<u8> {
    let mut bytes = Vec::new();
    npy::write_f32(&mut bytes, shape, values.into_iter()).unwrap();
    bytes
}

fn npz_file(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        zip.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read_with(name: &str, bytes: &[u8], options: ReadOptions) -> (Result<Loaded, KeypointError>, String) {
    let context = ReadContext { options, ..ReadContext::default() };
    let loaded = read_bytes(name, bytes, &context);
    let told: Vec<String> = context.notices.take().into_iter().map(|(notice, _)| notice.to_string()).collect();
    (loaded, told.join("\n"))
}

#[track_caller]
fn recording(name: &str, bytes: &[u8]) -> (Recording, String) {
    let (loaded, told) = read_with(name, bytes, ReadOptions::default());
    match loaded.unwrap() {
        Loaded::Keypoints(recording) => (recording, told),
        Loaded::Poses(_) => panic!("read as poses: {told}"),
    }
}

#[track_caller]
fn poses(name: &str, bytes: &[u8]) -> (PoseRecording, String) {
    let (loaded, told) = read_with(name, bytes, ReadOptions::default());
    match loaded.unwrap() {
        Loaded::Poses(poses) => (poses, told),
        Loaded::Keypoints(_) => panic!("read as keypoints: {told}"),
    }
}

#[track_caller]
fn error(name: &str, bytes: &[u8]) -> String {
    read_with(name, bytes, ReadOptions::default()).0.map(|_| ()).unwrap_err().to_string()
}

fn xy(joint: Keypoint) -> [f32; 2] {
    [joint.x, joint.y]
}

/// [frames, 17, 3] with a confidence that varies.
fn with_confidence(frames: usize, body: [[f32; 2]; 17]) -> Vec<f32> {
    (0..frames)
        .flat_map(|frame| {
            body.into_iter()
                .enumerate()
                .flat_map(move |(joint, [x, y])| [x + frame as f32, y, 0.5 + (joint + frame) as f32 % 7.0 / 14.0])
        })
        .collect()
}

/// [frames, 17, 3] in the clip box, the root of the first frame at depth 0.
fn x3d(frames: usize) -> Vec<f32> {
    (0..frames)
        .flat_map(|frame| {
            h36m().into_iter().enumerate().flat_map(move |(joint, [x, y])| {
                let depth = if joint == 0 { frame as f32 * 0.01 } else { (joint as f32 * 1.7).sin() * 0.2 };
                [(x - 640.0) / 360.0, (y - 360.0) / 360.0, depth]
            })
        })
        .collect()
}

#[test]
fn keypoints_without_confidence() {
    let flat: Vec<f32> = (0..4).flat_map(|_| COCO).flatten().collect();
    let (recording, _) = recording("a.npy", &npy_file(&[4, 17, 2], flat));
    assert_eq!(recording.skeleton.id, SkeletonId::Coco17);
    assert_eq!((recording.frame_count, recording.detections.len()), (4, 4));
    assert_eq!(recording.detections[3].keypoints[7], Keypoint::new(715.0, 290.0, 1.0));
    assert!(!recording.is_normalised);
}

#[test]
fn the_order_of_joints_is_settled_by_anatomy() {
    let (coco, _) = recording("a.npy", &npy_file(&[5, 17, 3], with_confidence(5, COCO)));
    assert_eq!(coco.skeleton.id, SkeletonId::Coco17);
    let (own, _) = recording("a.npy", &npy_file(&[5, 17, 3], with_confidence(5, h36m())));
    assert_eq!(own.skeleton.id, SkeletonId::H36m17);
    assert!(own.skeleton_choice.alternatives.contains(&SkeletonId::Coco17));
}

#[test]
fn people_are_kept_apart_and_empty_rows_are_gaps() {
    let mut flat = with_confidence(3, COCO);
    flat.extend(with_confidence(3, COCO).iter().map(|value| value * 0.9));
    let row = 17 * 3;
    flat[row..2 * row].fill(0.0);
    flat[2 * row..3 * row].fill(f32::NAN);
    let (recording, told) = recording("two.npy", &npy_file(&[2, 3, 17, 3], flat));
    assert_eq!(recording.frame_count, 3);
    let of = |id: u32| recording.detections.iter().filter(|person| person.id == Some(id)).count();
    assert_eq!((of(1), of(2)), (1, 3));
    assert!(told.contains("2 of the array's rows"), "{told}");
}

#[test]
fn model_input_is_left_alone() {
    let flat: Vec<f32> = x3d(4).chunks_exact(3).flat_map(|joint| [joint[0], joint[1], 0.9]).collect();
    let (recording, told) = recording("clip.npy", &npy_file(&[4, 17, 3], flat.clone()));
    assert!(recording.is_normalised);
    assert_eq!(recording.skeleton.id, SkeletonId::H36m17);
    assert_eq!(xy(recording.detections[0].keypoints[5]), [flat[15], flat[16]]);
    assert!(told.contains("2D keypoints with confidence"), "{told}");
}

#[test]
fn saved_poses_are_poses() {
    let flat = x3d(6);
    let (saved, told) = poses("X3D.npy", &npy_file(&[6, 17, 3], flat.clone()));
    assert_eq!((saved.frame_count, saved.people.len()), (6, 1));
    assert_eq!(saved.people[0].space, Space::ClipBox);
    assert_eq!(saved.people[0].joints[20].to_array(), flat[60..63]);
    assert!(told.contains("negative"), "{told}");

    let pixels: Vec<f32> = flat.iter().map(|value| value * 360.0 + 400.0 * f32::from(*value != 0.0)).collect();
    let pixels: Vec<f32> = pixels
        .chunks_exact(3)
        .zip(flat.chunks_exact(3))
        .flat_map(|(px, clip)| [px[0], px[1], clip[2] * 360.0])
        .collect();
    assert_eq!(poses("X3D.npy", &npy_file(&[6, 17, 3], pixels)).0.people[0].space, Space::ImagePixels);

    let mut broken = flat;
    broken[4] = f32::NAN;
    let (saved, told) = poses("X3D.npy", &npy_file(&[6, 17, 3], broken));
    assert_eq!(saved.people[0].joints[1], saved.people[0].joints[0]);
    assert!(told.contains("1 joints are drawn at the root"), "{told}");
}

#[test]
fn byte_order_and_axis_order_do_not_matter() {
    let values = with_confidence(2, COCO);
    let header = "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 17, 3), }\n";
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    for channel in 0..3 {
        for joint in 0..17 {
            for frame in 0..2 {
                bytes.extend(f64::from(values[(frame * 17 + joint) * 3 + channel]).to_be_bytes());
            }
        }
    }
    let (turned, _) = recording("a.npy", &bytes);
    let (plain, _) = recording("a.npy", &npy_file(&[2, 17, 3], values));
    assert_eq!(turned.detections, plain.detections);
}

#[test]
fn archives_open_their_keypoints_and_name_the_rest() {
    let scores: Vec<f32> = (0..2 * 17).map(|i| 0.5 + i as f32 / 100.0).collect();
    let flat: Vec<f32> = (0..2).flat_map(|_| COCO).flatten().collect();
    let bytes = npz_file(&[
        ("other", npy_file(&[2, 17, 2], flat.clone())),
        ("keypoint", npy_file(&[1, 2, 17, 2], flat)),
        ("keypoint_score", npy_file(&[1, 2, 17], scores)),
        ("fps", npy_file(&[], [25.0])),
    ]);
    let (recording, told) = recording("a.npz", &bytes);
    assert_eq!(recording.fps, Some(25.0));
    assert_eq!(recording.detections[1].keypoints[3].confidence, 0.5 + 20.0 / 100.0);
    assert!(told.contains("'keypoint' was opened") && told.contains("other"), "{told}");
    let none = npz_file(&[("theta", npy_file(&[2, 82], vec![0.0; 164]))]);
    assert!(error("b.npz", &none).contains("theta"));
}

#[test]
fn detectron_files_keep_people_and_gaps() {
    let (recording, _) = recording("clip.mp4.npz", &fixture("detectron_video.npz"));
    assert_eq!(recording.skeleton.id, SkeletonId::Coco17);
    assert_eq!(recording.image_size, Some([1280, 720]));
    assert_eq!(recording.frame_count, 6);
    let per_frame: Vec<usize> =
        (0..6).map(|at| recording.detections.iter().filter(|person| person.frame.0 == at).count()).collect();
    assert_eq!(per_frame, [1, 1, 0, 2, 1, 1]);
    let first = &recording.detections[0];
    assert_eq!(first.keypoints[9], Keypoint::new(725.0, 365.0, 0.9));
    assert_eq!(first.score, 0.98);
    assert_eq!(first.bbox, Some([555.0, 140.0, 170.0, 460.0]));
}

#[test]
fn custom_positions_know_their_layout_and_size() {
    let (recording, told) = recording("data_2d_custom_my.npz", &fixture("vp3d_custom.npz"));
    assert_eq!(recording.skeleton.id, SkeletonId::Coco17);
    assert_eq!(recording.image_size, Some([1280, 720]));
    assert_eq!(recording.frame_count, 6);
    assert_eq!(xy(recording.detections[2].keypoints[0]), [646.0, 152.0]);
    assert!(!told.contains("the others"), "{told}");
}

#[test]
fn h36m_positions_open_the_first_take_and_name_the_others() {
    let (recording, told) = recording("data_2d_h36m_gt.npz", &fixture("vp3d_h36m.npz"));
    assert_eq!(recording.skeleton.id, SkeletonId::H36m17);
    assert_eq!(xy(recording.detections[0].keypoints[0]), [640.0, 380.0]);
    assert!(told.contains("S1/Walking/0") && told.contains("S5/Eating 1/0"), "{told}");
}

const LIMBS: [(&str, usize); 12] = [
    ("left_shoulder", 5),
    ("right_shoulder", 6),
    ("left_elbow", 7),
    ("right_elbow", 8),
    ("left_wrist", 9),
    ("right_wrist", 10),
    ("left_hip", 11),
    ("right_hip", 12),
    ("left_knee", 13),
    ("right_knee", 14),
    ("left_ankle", 15),
    ("right_ankle", 16),
];

/// Individual, body part, joint of [`COCO`].
type Column<'a> = (&'a str, &'a str, usize);

fn deeplabcut(individuals: &[&str], rows: &[usize]) -> String {
    let columns: Vec<Column> = individuals
        .iter()
        .flat_map(|who| {
            LIMBS.into_iter().chain([("nose", 0), ("tail", 0)]).map(move |(part, joint)| (*who, part, joint))
        })
        .collect();
    let mut text = String::new();
    let mut header = |name: &str, cell: &dyn Fn(&Column, &str) -> String| {
        text.push_str(name);
        for column in &columns {
            for channel in ["x", "y", "likelihood"] {
                write!(text, ",{}", cell(column, channel)).unwrap();
            }
        }
        text.push('\n');
    };
    header("scorer", &|_, _| "DLC_resnet50".to_owned());
    if individuals.len() > 1 {
        header("individuals", &|column, _| column.0.to_owned());
    }
    header("bodyparts", &|column, _| column.1.to_owned());
    header("coords", &|_, channel| channel.to_owned());
    for row in rows {
        write!(text, "{row}").unwrap();
        for (who, _, joint) in &columns {
            let shift = if *who == individuals[0] { 0.0 } else { 200.0 };
            write!(text, ",{},{},0.75", COCO[*joint][0] + shift, COCO[*joint][1]).unwrap();
        }
        text.push('\n');
    }
    text
}

#[test]
fn deeplabcut_tables_of_one() {
    let (recording, told) = recording("dlc.csv", deeplabcut(&["one"], &[3, 4, 7]).as_bytes());
    assert_eq!(recording.format, "DeepLabCut CSV");
    assert_eq!(recording.skeleton.id, SkeletonId::Coco17);
    assert_eq!((recording.first_frame_number, recording.frame_count), (3, 5));
    assert_eq!(recording.detections[0].keypoints[9], Keypoint::new(725.0, 365.0, 0.75));
    assert!(recording.detections[0].keypoints[1].is_missing());
    assert!(told.contains("tail"), "{told}");
}

#[test]
fn deeplabcut_tables_of_several() {
    let (recording, _) = recording("dlc.csv", deeplabcut(&["ann", "bob"], &[0, 1]).as_bytes());
    assert_eq!(recording.detections.len(), 4);
    let bob = recording.detections.iter().find(|person| person.id == Some(2)).unwrap();
    assert_eq!(xy(bob.keypoints[9]), [925.0, 365.0]);
}

#[test]
fn animals_are_refused_by_name() {
    let text = "scorer,a,a,a\nbodyparts,snout,snout,snout\ncoords,x,y,likelihood\n0,1,2,0.5\n";
    let error = error("mouse.csv", text.as_bytes());
    assert!(error.contains("snout") && error.contains("0 of 12"), "{error}");
}

#[test]
fn sleap_tables() {
    let mut text = "track,frame_idx,instance.score".to_owned();
    for (part, _) in LIMBS {
        write!(text, ",{part}.x,{part}.y,{part}.score").unwrap();
    }
    for (track, frame) in [("track_0", 0), ("track_1", 0), ("track_0", 2)] {
        write!(text, "\n{track},{frame},0.5").unwrap();
        for (part, joint) in LIMBS {
            let is_hidden = part == "left_wrist" && frame == 2;
            let [x, y] = COCO[joint];
            text.push_str(&if is_hidden { ",,,".to_owned() } else { format!(",{x},{y},0.8") });
        }
    }
    let (recording, told) = recording("sleap.csv", text.as_bytes());
    assert_eq!(recording.format, "SLEAP analysis CSV");
    assert_eq!((recording.frame_count, recording.detections.len()), (3, 3));
    assert_eq!(recording.detections[1].id, Some(2));
    assert_eq!(recording.detections[0].score, 0.5);
    assert_eq!(recording.detections[0].keypoints[9], Keypoint::new(725.0, 365.0, 0.8));
    assert!(recording.detections[2].keypoints[9].is_missing());
    assert!(told.is_empty(), "{told}");
}

fn mediapipe() -> String {
    let joints = SkeletonId::MediaPipe33.skeleton().joints;
    let mut text = "frame".to_owned();
    for at in 0..joints.len() {
        write!(text, ",x{at},y{at},z{at},v{at}").unwrap();
    }
    for frame in 10..13 {
        write!(text, "\n{frame}").unwrap();
        for at in 0..joints.len() {
            write!(text, ",{},{},-0.3,0.9", 0.4 + at as f32 / 200.0, 0.2 + at as f32 / 60.0).unwrap();
        }
    }
    text
}

#[test]
fn mediapipe_tables() {
    let options = ReadOptions { image_size: Some([1000, 500]), ..ReadOptions::default() };
    let (loaded, _) = read_with("mp.csv", mediapipe().as_bytes(), options);
    let Loaded::Keypoints(recording) = loaded.unwrap() else { panic!("not keypoints") };
    assert_eq!(recording.skeleton.id, SkeletonId::MediaPipe33);
    assert_eq!((recording.first_frame_number, recording.frame_count), (10, 3));
    let joint = recording.detections[0].keypoints[20];
    assert!((joint.x - 500.0).abs() < 0.01 && (joint.y - 266.667).abs() < 0.01, "{joint:?}");
    let (_, told) = read_with("mp.csv", mediapipe().as_bytes(), ReadOptions::default());
    assert!(told.contains("image size is unknown"), "{told}");
}

#[test]
fn bad_numbers_are_missing_joints_and_are_told() {
    let text = deeplabcut(&["one"], &[0, 1]).replacen("725,365", "inf,365", 1).replacen("555,365", "1e30,oops", 1);
    let (recording, told) = recording("dlc.csv", text.as_bytes());
    assert!(recording.detections[0].keypoints[9].is_missing() && recording.detections[0].keypoints[10].is_missing());
    assert!(!recording.detections[1].keypoints[9].is_missing());
    assert!(told.contains("missing: 2"), "{told}");
}

#[test]
fn bad_files_are_explained() {
    let whole = npy_file(&[4, 17, 3], with_confidence(4, COCO));
    assert!(error("cut.npy", &whole[..whole.len() - 1]).contains("cut off"));
    let empty = error("empty.npy", &npy_file(&[0, 17, 3], []));
    assert!(empty.contains("nobody"), "{empty}");
    assert!(error("huge.npy", &npy_file(&[2, 17, 3], [1e38; 2 * 17 * 3])).contains("nobody"));
    assert!(error("zip.npz", b"PK\x03\x04 and then nothing").len() > 10);
    assert!(error("half.csv", b"scorer,a,b\n").contains("bodyparts"));
    let dead = error("gone.csv", deeplabcut(&["one"], &[]).as_bytes());
    assert!(dead.contains("nobody"), "{dead}");
    let mut latin = deeplabcut(&["one"], &[0]).into_bytes();
    latin.push(0xff);
    assert!(error("latin.csv", &latin).contains("UTF-8"));
}

#[test]
fn a_chosen_skeleton_wins() {
    let bytes = npy_file(&[2, 17, 3], with_confidence(2, COCO));
    let options = ReadOptions { skeleton: Some(SkeletonId::PoseTrack17), fps: Some(50.0), ..ReadOptions::default() };
    let (loaded, _) = read_with("a.npy", &bytes, options);
    let Loaded::Keypoints(recording) = loaded.unwrap() else { panic!("not keypoints") };
    assert_eq!(recording.skeleton.id, SkeletonId::PoseTrack17);
    assert_eq!(recording.fps, Some(50.0));
}

/// Small whole files of every format here.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a.npy", npy_file(&[2, 17, 3], with_confidence(2, COCO))),
        ("X3D.npy", npy_file(&[2, 17, 3], x3d(2))),
        ("a.npz", npz_file(&[("keypoints", npy_file(&[1, 17, 2], COCO.concat())), ("fps", npy_file(&[], [25.0]))])),
        ("detectron.npz", fixture("detectron_video.npz")),
        ("custom.npz", fixture("vp3d_custom.npz")),
        ("h36m.npz", fixture("vp3d_h36m.npz")),
        ("dlc.csv", deeplabcut(&["ann", "bob"], &[0, 1]).into_bytes()),
        ("mp.csv", mediapipe().into_bytes()),
    ]
}

/// Unpacks an archive, so that mutations reach the arrays instead of failing at the checksum.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut npz = npy::Npz::open(bytes).unwrap();
    let names = npz.names().to_vec();
    names.into_iter().map(|name| (name.clone(), npz.bytes(&name).unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_panics(
        which in 0..8usize,
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..12),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
        member in any::<proptest::sample::Index>(),
    ) {
        let (name, mut bytes) = seeds().swap_remove(which);
        let mutate = |bytes: &mut Vec<u8>| {
            for (place, byte) in &edits {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
        };
        if npy::is_zip(&bytes) {
            let mut arrays = members(&bytes);
            let at = member.index(arrays.len());
            mutate(&mut arrays[at].1);
            let arrays: Vec<(&str, Vec<u8>)> = arrays.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
            bytes = npz_file(&arrays);
        } else {
            mutate(&mut bytes);
        }
        let (loaded, _) = read_with(name, &bytes, ReadOptions::default());
        if let Ok(Loaded::Keypoints(recording)) = loaded {
            for person in &recording.detections {
                prop_assert!(person.frame.0 < recording.frame_count);
                prop_assert_eq!(person.keypoints.len(), recording.skeleton.len());
                prop_assert!(person.keypoints.iter().all(|joint| joint.x.is_finite() && joint.y.is_finite()));
            }
        }
    }

    #[test]
    fn damaged_archives_do_not_panic(
        which in 2..6usize,
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (name, mut bytes) = seeds().swap_remove(which);
        for (place, byte) in edits {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        drop(read_with(name, &bytes, ReadOptions::default()));
    }
}
