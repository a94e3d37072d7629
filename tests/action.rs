//! The action models and their input compute what the published implementation computes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code outside of test functions")]

mod support;

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use motionbert::data::{FrameRange, Keypoint, KeypointTrack, PersonId, SkeletonId};
use motionbert::io::action_names::{ActionNamesError, action_names, built_in_action_names, read_action_names};
use motionbert::io::ntu::{NtuDataset, NtuRecording};
use motionbert::motion::action_clip::{
    ACTION_CROP_RATIO, ACTION_PERSONS, Precision, crop_scale, in_camera, published_clip, resampled,
    with_fixed_identities,
};
use motionbert::nn::{ActionModel, Checkpoint, DeviceChoice, DstformerConfig, Task, seeded_action};
use motionbert::support::CancelToken;
use motionbert::support::pickle::{Node, Pickle};
use support::{Reference, fixture, max_abs_error};

/// Largest difference to the float64 truth; PyTorch itself reaches 5e-7.
const TOLERANCE: f64 = 2e-5;

fn load(checkpoint: &Checkpoint) -> ActionModel {
    let (model, report, _) = ActionModel::load(checkpoint, DeviceChoice::Cpu, None).unwrap();
    assert!(report.unused.is_empty(), "{report}");
    model
}

fn check_case(name: &str, classes: Option<usize>) {
    let case = Reference::read(name);
    let hidden = case.metadata("hidden_dim").parse().unwrap();
    let model = load(&seeded_action(&case.config(), hidden, classes, case.seed()));
    assert_eq!((model.classes(), model.outputs()), (classes, classes.unwrap_or(hidden)));
    let (shape, clips) = case.tensor_f32("input");
    let scores = model.score(&clips, shape[0], shape[1], shape[2], &CancelToken::new()).unwrap();
    let error = max_abs_error(&scores, &case.tensor("output").1);
    println!("{name}: {error:.2e}");
    assert!(error <= TOLERANCE, "{name}: scores differ by {error:.2e}");
}

#[test]
fn classes_of_the_full_model() {
    check_case("action_class_full_n1_m2_t60", Some(60));
}

#[test]
fn classes_of_the_lite_model() {
    check_case("action_class_lite_n2_m2_t27", Some(60));
}

#[test]
fn embeddings_of_the_lite_model() {
    check_case("action_embed_lite_n2_m2_t30", None);
}

/// The name of every tensor in the state of a pickled checkpoint, with the key and the length of its storage.
fn storages(data: &[u8]) -> Vec<(String, String, usize)> {
    let pickle = Pickle::parse(data).unwrap();
    let state = pickle.root().get("model").unwrap();
    let storage = |(name, tensor): (Node<'_>, Node<'_>)| {
        let name = name.as_str()?.strip_prefix("module.")?.to_owned();
        let storage = tensor.args().items()?.first()?.persistent()?.items()?;
        Some((name, storage.get(2)?.as_str()?.to_owned(), storage.get(4)?.as_usize()?))
    };
    state.pairs().unwrap().into_iter().map(|pair| storage(pair).unwrap()).collect()
}

/// A checkpoint as PyTorch wrote it (`module.` prefix, learning rates and accuracy around the state, the backbone's pose
/// head along): its pickle is the real one, and the weights that it points at are filled in by their formula.
fn tiny_action_file() -> Vec<u8> {
    let data = std::fs::read(fixture("action/tiny_action_data.pkl")).unwrap();
    let seeded = seeded_action(&DstformerConfig::TINY, 2048, Some(7), 1);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut put = |name: &str, content: &[u8]| {
        zip.start_file(format!("tiny_action/{name}"), options).unwrap();
        zip.write_all(content).unwrap();
    };
    put("data.pkl", &data);
    put("byteorder", b"little");
    for (name, key, len) in storages(&data) {
        let bytes = match seeded.tensors.get(&name) {
            Some(tensor) => tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            // The pose head of the backbone and a counter of int64: not used.
            None => vec![0; len * if name.ends_with("tracked") { 8 } else { 4 }],
        };
        put(&format!("data/{key}"), &bytes);
    }
    // `best_acc`, a tensor of its own.
    put("data/119", &1.0f32.to_le_bytes());
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_published_checkpoint_file() {
    let checkpoint = Checkpoint::from_bytes("tiny_action.bin", &tiny_action_file()).unwrap();
    let summary = checkpoint.summary();
    assert_eq!((summary.task, summary.classes, summary.problem.as_deref()), (Some(Task::ActionClass), Some(7), None));
    let text = summary.to_string();
    assert!(text.contains("action classification") && text.contains("classes     7"), "{text}");
    assert!(!text.contains("unused"), "{text}");
    let model = load(&checkpoint);
    let case = Reference::read("tiny_checkpoint_outputs");
    let (shape, clip) = case.tensor_f32("input");
    let scores = model.score(&clip.repeat(2), 1, 2, shape[1], &CancelToken::new()).unwrap();
    let error = max_abs_error(&scores, &case.tensor("action_logits").1);
    println!("tiny_action.bin: {error:.2e}");
    assert!(error <= TOLERANCE, "scores differ by {error:.2e}");
}

/// Classes of the 16 recordings that the published evaluation ran on, and the ends of the names of those that the
/// fixture keeps, among them one in which half precision decides who is who.
const VALIDATION_LABELS: [usize; 16] = [3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3];
const VALIDATION_NAMES_FROM_8: [&str; 8] = ["_08", "_09", "_10", "_11", "_12", "_13", "_14", "_15"];

/// Frames that the published configuration resamples every recording to.
const CLIP_LEN: usize = 243;

fn clip_of(recording: &NtuRecording) -> Vec<f32> {
    let precision = if recording.is_half_precision { Precision::Half } else { Precision::Single };
    published_clip(&recording.people, recording.image_size, precision, CLIP_LEN)
}

#[test]
fn the_published_evaluation() {
    let bytes = std::fs::read(fixture("action/ntu_tiny.pkl")).unwrap();
    let pickle = Pickle::parse(&bytes).unwrap();
    let dataset = NtuDataset::of(&pickle).unwrap();
    let truth = std::fs::read(fixture("action/evaluate_action.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
    let logits = truth["logits"].as_array().unwrap().iter();
    let row = |row: &serde_json::Value| row.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    let mut logits: Vec<Vec<f64>> = logits.map(row).collect();
    let model = load(&seeded_action(&DstformerConfig::TINY, 2048, Some(5), 1));
    for place in dataset.split("xsub_val").unwrap() {
        let recording = dataset.recording(*place).unwrap();
        let index = VALIDATION_NAMES_FROM_8.iter().position(|label| recording.name.ends_with(label)).unwrap();
        assert_eq!(recording.label, VALIDATION_LABELS[index], "{}", recording.name);
        let found = model.score(&clip_of(&recording), 1, ACTION_PERSONS, CLIP_LEN, &CancelToken::new()).unwrap();
        let error = max_abs_error(&found, &logits[index]);
        println!("{} ({} people): {error:.2e}", recording.name, recording.people.len());
        assert!(error <= 1e-4, "{}: logits differ by {error:.2e}", recording.name);
        logits[index] = found.into_iter().map(f64::from).collect();
    }
    let count = logits.len() as f64;
    let rank = |(row, label): (&Vec<f64>, &usize)| row.iter().filter(|value| **value > row[*label]).count();
    let top = |k: usize| logits.iter().zip(&VALIDATION_LABELS).filter(|pair| rank(*pair) < k).count() as f64 / count;
    assert_eq!(Some(top(1) * 100.0), truth["top1"].as_f64());
    assert_eq!(Some(top(3) * 100.0), truth["top3"].as_f64());
    let loss = |(row, label): (&Vec<f64>, &usize)| row.iter().map(|value| value.exp()).sum::<f64>().ln() - row[*label];
    let cross_entropy = logits.iter().zip(&VALIDATION_LABELS).map(loss).sum::<f64>() / count;
    assert!((cross_entropy - truth["cross_entropy"].as_f64().unwrap()).abs() < 1e-4, "{cross_entropy}");
}

#[test]
fn other_pickles_are_no_datasets() {
    // An empty dictionary; a list.
    for (bytes, says) in [(&b"\x80\x04}."[..], "annotations"), (b"\x80\x04].", "a list")] {
        let pickle = Pickle::parse(bytes).unwrap();
        let error = NtuDataset::of(&pickle).err().unwrap().to_string();
        assert!(error.contains("NTU") && error.contains(says), "{error}");
    }
}

fn coco_people(values: &[f32]) -> Vec<KeypointTrack> {
    let frames = values.len() / (2 * 17 * 2);
    let track = |(person, values): (usize, &[f32])| KeypointTrack {
        person: PersonId(person as u32),
        skeleton: SkeletonId::Coco17.skeleton(),
        range: FrameRange::of_len(0, frames),
        keypoints: values.as_chunks::<2>().0.iter().map(|[x, y]| Keypoint::new(*x, *y, 1.0)).collect(),
        seen: vec![true; frames].into(),
        is_spurious: false,
    };
    values.chunks(values.len() / 2).enumerate().map(track).collect()
}

#[test]
fn every_step_of_the_input_is_the_published_one() {
    let case = Reference::read("ntu_input");
    let people = coco_people(&case.tensor_f32("coco_in").1);
    let positions = |people: &[KeypointTrack]| -> Vec<f32> {
        let keypoints = people.iter().flat_map(|track| track.keypoints.iter());
        keypoints.flat_map(|keypoint| [keypoint.x, keypoint.y]).collect()
    };
    let check = |name: &str, found: &[f32], tolerance: f64| {
        let error = max_abs_error(found, &case.tensor(name).1);
        assert!(error <= tolerance, "{name}: {error:.2e}");
    };
    let cameras: Vec<KeypointTrack> =
        people.iter().map(|track| in_camera(track, [1920, 1080], Precision::Single)).collect();
    check("coco_make_cam_1920x1080", &positions(&cameras), 1e-6);
    let [first, second] = &cameras[..] else { panic!("two people") };
    let fixed = with_fixed_identities([first, second], Precision::Single);
    assert_ne!(positions(&fixed), positions(&cameras), "somebody was swapped");
    check("coco_tracked", &positions(&fixed), 1e-6);
    let mut joints = case.tensor_f32("crop_scale_in").1;
    crop_scale(&mut joints, ACTION_CROP_RATIO);
    check("crop_scale_out_ratio2", &joints, 1e-6);
    for (len, name) in [(30, "resample_30_to_243"), (400, "resample_400_to_243")] {
        let frames: Vec<f32> = resampled(len, 243).map(|frame| frame as f32).collect();
        check(name, &frames, 0.0);
    }
}

#[test]
fn the_lists_of_the_datasets_are_in_their_order() {
    let names = built_in_action_names(120).unwrap();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 120);
    // By the numbers of the dataset, which count from 1.
    for (number, name) in [
        (1, "drink water"),
        (8, "sitting down"),
        (23, "hand waving"),
        (27, "jump up"),
        (43, "falling"),
        (58, "handshaking"),
        (60, "walking apart from each other"),
        (61, "put on headphone"),
        (80, "squat down"),
        (97, "arm circles"),
        (112, "high-five"),
        (120, "finger-guessing game (playing rock-paper-scissors)"),
    ] {
        assert_eq!(names[number - 1], name, "A{number:03}");
    }
    assert_eq!(built_in_action_names(60).unwrap(), names[..60]);
    assert_eq!(built_in_action_names(61), None);
}

#[test]
fn files_of_names_are_lines_or_json_and_have_to_fit() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    for content in ["run\r\n\r\n walk \n", "\u{feff}run\nwalk", r#" ["run", "walk"]"#] {
        let path = write("names", content.as_bytes());
        assert_eq!(action_names(2, Some(&path)).unwrap().unwrap(), ["run", "walk"]);
        let error = action_names(60, Some(&path)).unwrap_err().to_string();
        assert!(error.contains("2 names") && error.contains("60 classes"), "{error}");
    }
    for content in [&b" \n"[..], b"[1, 2]", br#"{"a": "b"}"#, b"[\"a\"", &[0xff, 0xfe, 0]] {
        let error = read_action_names(&write("bad", content)).unwrap_err();
        assert!(matches!(error, ActionNamesError::Format { .. }), "{error}");
    }
    let missing = read_action_names(&folder.path().join("none"));
    assert!(matches!(missing, Err(ActionNamesError::Io { .. })));
}
