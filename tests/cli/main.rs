//! The program as a person or a script runs it: results, messages, exit codes, Ctrl-C.
#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

mod actions;
mod bodies;
#[path = "../exports/bvh_file.rs"]
#[allow(dead_code, reason = "shared with the tests of the writers")]
mod bvh_file;
mod clips;
mod models;
mod motion_files;
mod moves;
#[path = "../support/painted.rs"]
mod painted;
mod repetitions;
#[path = "../support/squatting.rs"]
mod squatting;
#[path = "../support/mod.rs"]
mod support;
mod videos;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use motionbert::io::npy::{self, Npy};
use motionbert::nn::{DstformerConfig, seeded_pose3d};
use serde_json::Value;
use support::{Reference, fixture, max_abs_error};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motionbert"));
    // Graphics drivers complain on standard error where there is no session.
    command.stdin(Stdio::null()).env("XDG_RUNTIME_DIR", std::env::temp_dir());
    command
}

fn run(args: &[&str]) -> Output {
    program().args(args).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", stderr(output));
    assert!(!stderr(output).contains("panicked"), "{}", stderr(output));
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Shape and values of an .npy file.
fn array(path: &Path) -> (Vec<usize>, Vec<f32>) {
    let bytes = std::fs::read(path).unwrap();
    let Ok(Npy::Plain(array)) = npy::parse(&bytes) else { panic!("{} is no plain array", path.display()) };
    (array.shape.clone(), array.to_f32().unwrap())
}

/// Files under a folder, as paths relative to it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

/// A folder for one test with the first `frames` frames of the demo clip, which has two people.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn demo(&self, frames: u64) -> String {
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo-alphapose.json");
        let Value::Array(mut people) = json(&demo) else { panic!("the demo is a list") };
        people.retain(|person| {
            person["image_id"].as_str().unwrap().trim_end_matches(".jpg").parse::<u64>().unwrap() < frames
        });
        assert!(people.len() as u64 > frames);
        self.write("demo.json", serde_json::to_vec(&people).unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        self.text(name)
    }
}

#[test]
fn several_people_get_a_folder_each() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(12), bench.text("out"));
    let output = run(&["infer", &input, "--out", &out, "--format", "npy,csv,json", "--fps", "25"]);
    assert_code(&output, 0);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "not quiet in a pipe: {}", stderr(&output));
    let expected = ["person_1/X3D.csv", "person_1/X3D.json", "person_1/X3D.npy"];
    assert_eq!(files(&bench.path("out"))[..3], expected);
    for person in ["person_1", "person_2"] {
        let (shape, values) = array(&bench.path("out").join(person).join("X3D.npy"));
        assert_eq!(shape, [12, 17, 3]);
        assert!(values.iter().all(|value| value.is_finite() && value.abs() < 3.0));
        assert!(values.iter().any(|value| *value != 0.0));
    }
    let summary = json(&bench.path("out/summary.json"));
    assert_eq!((&summary["frames"], &summary["fps"]), (&12.into(), &25.0.into()));
    assert_eq!(summary["people"].as_array().map(Vec::len), Some(2));
    assert_eq!(summary["people"][1]["files"][0], "person_2/X3D.npy");
    assert_eq!((summary["model"].as_str(), summary["device"].as_str()), (Some("starter"), Some("cpu")));
    assert_eq!(summary["warnings"], Value::Array(Vec::new()));
    assert!(summary["seconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn one_person_is_written_as_the_published_script_does() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(8), bench.text("out"));
    let output = run(&[
        "infer",
        &input,
        "--person",
        "2",
        "--out",
        &out,
        "--pixel",
        "--image-size",
        "1280x720",
        "--no-flip",
        "--progress",
        "json",
    ]);
    assert_code(&output, 0);
    assert_eq!(files(&bench.path("out")), ["X3D.npy", "summary.json"]);
    let (shape, values) = array(&bench.path("out/X3D.npy"));
    assert_eq!(shape, [8, 17, 3]);
    assert!((0.0..1280.0).contains(&values[0]) && values[0] > 20.0, "pixels: {}", values[0]);
    assert_eq!(json(&bench.path("out/summary.json"))["space"], "image_pixels");
    let events: Vec<Value> = stderr(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let progress = events.iter().rfind(|event| event["event"] == "progress").unwrap();
    assert_eq!((&progress["done"], &progress["total"], &progress["unit"]), (&8.into(), &8.into(), &"frames".into()));
    assert_eq!(events.last().unwrap()["event"], "done");
}

#[test]
fn saved_poses_open_again_but_are_not_lifted_twice() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(8), bench.text("out"));
    assert_code(&run(&["infer", &input, "--person", "1", "--out", &out]), 0);
    let poses = bench.text("out/X3D.npy");
    let output = run(&["info", &poses, "--json"]);
    assert_code(&output, 0);
    let info: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&info["skeleton"], &info["frames"]), (&Value::Null, &8.into()));
    let again = run(&["infer", &poses, "--out", &bench.text("again"), "--progress", "json"]);
    assert_code(&again, 1);
    let error: Value = serde_json::from_str(stderr(&again).lines().last().unwrap()).unwrap();
    assert_eq!(error["event"], "error");
    assert!(error["text"].as_str().unwrap().contains("3D poses already") && error["hint"].is_string());
    assert!(!bench.path("again").exists());
}

#[test]
fn a_normalised_clip_gives_the_published_numbers() {
    let bench = Bench::new();
    let reference = Reference::read("pose3d_tiny_b2_t81");
    let model = bench.path("tiny.safetensors");
    seeded_pose3d(&DstformerConfig::TINY, reference.seed()).write_safetensors(&model).unwrap();
    let (_, input) = reference.tensor_f32("input");
    let (_, mut truth) = reference.tensor("output");
    let clip = 81 * 17 * 3;
    let mut bytes = Vec::new();
    npy::write_f32(&mut bytes, &[81, 17, 3], input[..clip].iter().copied()).unwrap();
    let (input, out) = (bench.write("clip.npy", bytes), bench.text("out"));
    let output = run(&[
        "infer",
        &input,
        "--normalised",
        "--no-flip",
        "--stitch",
        "reference",
        "--model",
        &model.display().to_string(),
        "--out",
        &out,
    ]);
    assert_code(&output, 0);
    let (shape, found) = array(&bench.path("out/X3D.npy"));
    assert_eq!(shape, [81, 17, 3]);
    // The first root's depth is the origin.
    truth[2] = 0.0;
    let error = max_abs_error(&found, &truth[..clip]);
    assert!(error <= 1e-4, "{error}");
}

/// Sum over joints and frames of how much the speed changes.
fn jitter(values: &[f32]) -> f64 {
    const FRAME: usize = 17 * 3;
    let second = |at: usize| values[at] - 2.0 * values[at + FRAME] + values[at + 2 * FRAME];
    (0..values.len() - 2 * FRAME).map(|at| f64::from(second(at).abs())).sum()
}

#[test]
fn keypoints_are_cleaned_and_joints_smoothed_on_demand() {
    let bench = Bench::new();
    let Value::Array(mut people) = serde_json::from_slice(&std::fs::read(bench.demo(24)).unwrap()).unwrap() else {
        panic!("the demo is a list")
    };
    // Person 1 is not seen in frames 9 and 10, and a wrist jumps in frame 16.
    let is_at = |person: &Value, frame: &str| person["idx"] == 1 && person["image_id"] == format!("{frame}.jpg");
    people.retain(|person| !is_at(person, "9") && !is_at(person, "10"));
    let jumping = people.iter_mut().find(|person| is_at(person, "16")).unwrap();
    jumping["keypoints"][3 * 9] = 1200.0.into();
    let input = bench.write("broken.json", serde_json::to_vec(&people).unwrap());
    let infer = |name: &str, more: &[&str]| {
        let out = bench.text(name);
        let mut args = vec!["infer", &input, "--person", "1", "--fps", "30", "--out", &out];
        args.extend(more);
        assert_code(&run(&args), 0);
        (array(&bench.path(name).join("X3D.npy")).1, json(&bench.path(name).join("summary.json")))
    };
    let (plain, summary) = infer("plain", &[]);
    assert!(summary.get("cleaning").is_none() && summary.get("smoothing").is_none());
    assert!(summary["people"][0].get("repairs").is_none());

    let (cleaned, summary) = infer("cleaned", &["--outliers=4", "--repair-swaps", "--fill-gaps", "5"]);
    assert_ne!(cleaned, plain);
    assert!(jitter(&cleaned) < jitter(&plain));
    let person = &summary["people"][0];
    assert_eq!((&person["frames"], &person["seen_frames"]), (&24.into(), &22.into()));
    assert_eq!((&person["repairs"]["outlier_joints"], &person["repairs"]["swapped_joints"]), (&1.into(), &0.into()));
    assert_eq!(person["repairs"]["filled_joints"], 2 * 26 + 1);
    assert_eq!(summary["cleaning"]["outliers"]["threshold"], 4.0);

    let mut last = jitter(&plain);
    for strength in ["0.1", "0.9"] {
        let (smoothed, summary) = infer(strength, &["--smooth", "savitzky-golay", "--strength", strength]);
        assert!(jitter(&smoothed) < 0.9 * last, "{strength}");
        last = jitter(&smoothed);
        assert_eq!(summary["smoothing"]["savitzky_golay"]["degree"], 3);
    }
    let (_, summary) = infer("low-pass", &["--smooth", "butterworth", "--cutoff", "4.5"]);
    assert_eq!(summary["smoothing"]["butterworth"], serde_json::json!({ "cutoff_hz": 4.5, "order": 4 }));
    let (idle, summary) = infer("idle", &["--smooth", "butterworth", "--cutoff", "15"]);
    assert_eq!(idle, plain);
    assert!(summary["warnings"][0]["text"].as_str().unwrap().contains("no effect"), "{summary}");
}

#[test]
fn warnings_fail_only_when_strict() {
    let bench = Bench::new();
    let input = bench.demo(6);
    let text = std::fs::read_to_string(&input).unwrap();
    // A coordinate that no camera has.
    let at = text.find("\"keypoints\":[").unwrap() + "\"keypoints\":[".len();
    let end = at + text[at..].find(',').unwrap();
    let input = bench.write("broken.json", format!("{}1e20{}", &text[..at], &text[end..]));
    let out = bench.text("out");
    let lenient = run(&["infer", &input, "--out", &out]);
    assert_code(&lenient, 0);
    assert!(stderr(&lenient).starts_with("warning: ") && stderr(&lenient).contains("missing"), "{}", stderr(&lenient));
    assert_eq!(json(&bench.path("out/summary.json"))["warnings"][0]["level"], "warning");
    assert_code(&run(&["infer", &input, "--out", &out, "--strict"]), 3);
}

#[test]
fn wrong_usage_is_told_from_failure() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(6), bench.text("out"));
    let cases: [&[&str]; 14] = [
        &["infer"],
        &["infer", &input],
        &["infer", &input, "--out", &out, "--image-size", "1280"],
        &["infer", &input, "--out", &out, "--format", "obj"],
        &["infer", &input, "--out", &out, "--skeleton", "cat"],
        &["infer", &input, "--out", &out, "--device", "toaster"],
        &["infer", &input, "--out", &out, "--person", "99"],
        &["infer", &input, "--out", &out, "--pixel"],
        &["render", &input, "--out", &out, "--frame", "6"],
        &["infer", &input, "--out", &out, "--strength", "0.5"],
        &["infer", &input, "--out", &out, "--smooth", "one-euro", "--strength", "2"],
        &["infer", &input, "--out", &out, "--smooth", "one-euro", "--window", "7"],
        &["infer", &input, "--out", &out, "--smooth", "savitzky-golay", "--window", "8"],
        &["infer", &input, "--out", &out, "--normalised", "--fill-gaps", "3"],
    ];
    for case in cases {
        let output = run(case);
        assert_code(&output, 2);
        assert!(stderr(&output).starts_with("error: "), "{case:?}: {}", stderr(&output));
    }
    assert!(stderr(&run(cases[6])).contains("people in it: 1, 2"));
    assert!(!bench.path("out").exists());
}

#[test]
fn bad_input_is_an_error_and_leaves_no_files() {
    let bench = Bench::new();
    let demo = std::fs::read(bench.demo(6)).unwrap();
    std::fs::create_dir(bench.path("empty folder")).unwrap();
    let inputs = [
        bench.text("missing.json"),
        bench.text("empty folder"),
        bench.write("empty.json", b""),
        bench.write("zeros.bin", [0; 4096]),
        bench.write("latin.json", [b'[', 0xff, 0xfe]),
        bench.write("other.json", br#"{"hello": [1, 2, 3]}"#),
        bench.write("nobody.json", b"[]"),
        bench.write("cut.npy", &b"\x93NUMPY\x01\x00\x76\x00{'descr'"[..]),
        bench.write("cut.json", &demo[..100]),
    ];
    for input in &inputs {
        for command in ["infer", "render"] {
            let output = run(&[command, input, "--out", &bench.text("out.png")]);
            assert_code(&output, 1);
            let text = stderr(&output);
            assert!(text.contains("error: ") && text.len() > 40, "{input}: {text}");
        }
        assert_code(&run(&["info", input]), 1);
    }
    assert!(!bench.path("out.png").exists());
    let (input, not_a_model) = (bench.demo(6), bench.write("model.bin", b"not a model"));
    let output = run(&["infer", &input, "--out", &bench.text("out"), "--model", &not_a_model]);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("the model could not be loaded"), "{}", stderr(&output));
}

#[test]
fn a_folder_in_the_way_of_a_result_is_an_error() {
    let bench = Bench::new();
    let input = bench.demo(6);
    let out = bench.write("out", b"a file where the folder should be");
    let output = run(&["infer", &input, "--out", &out]);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("cannot"), "{}", stderr(&output));
}

#[test]
fn checkpoints_are_converted_and_described() {
    let bench = Bench::new();
    let (input, converted) = (fixture("reference/tiny_pose3d_zip.bin"), bench.text("tiny.safetensors"));
    let output = run(&["convert", &input.display().to_string(), &converted]);
    assert_code(&output, 0);
    let described = run(&["info", &converted, "--json"]);
    assert_code(&described, 0);
    let info: Value = serde_json::from_slice(&described.stdout).unwrap();
    assert_eq!((&info["kind"], &info["task"]), (&"checkpoint".into(), &"pose3d".into()));
    assert_eq!(info["config"]["dim_feat"], 32);
    assert_eq!(info["metadata"]["epoch"], "3");
    let tensors = run(&["info", &converted, "--tensors"]);
    assert!(String::from_utf8(tensors.stdout).unwrap().contains("head.weight [3, 48]"));
    assert_code(&run(&["convert", &input.display().to_string(), &bench.text("tiny.onnx")]), 2);
    let output = run(&["infer", &bench.demo(6), "--model", &converted, "--out", &bench.text("out")]);
    assert_code(&output, 0);
    assert_eq!(json(&bench.path("out/summary.json"))["model"], "tiny.safetensors");
}

#[test]
fn keypoint_files_and_bodies_are_described() {
    let bench = Bench::new();
    let output = run(&["info", &bench.demo(12), "--json"]);
    assert_code(&output, 0);
    let info: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&info["kind"], &info["skeleton"], &info["frames"]),
        (&"keypoints".into(), &"HALPE_26".into(), &12.into())
    );
    assert_eq!(info["people"][0]["seen_frames"], 12);

    let mut regressor = Vec::new();
    npy::write_f32(&mut regressor, &[1, 6890], std::iter::repeat_n(0.0, 6890)).unwrap();
    let output = run(&["info", &bench.write("J_regressor_h36m.npy", regressor)]);
    assert_code(&output, 0);
    assert!(String::from_utf8(output.stdout).unwrap().contains("Joint regressor"));
}

#[test]
fn a_frame_is_drawn() {
    let bench = Bench::new();
    let (input, picture) = (bench.demo(6), bench.path("pose.png"));
    let out = picture.display().to_string();
    let output = run(&["render", &input, "--out", &out, "--frame", "3", "--size", "320x200", "--view", "side"]);
    if stderr(&output).contains("no graphics adapter") {
        assert_code(&output, 1);
        eprintln!("SKIPPED: there is no graphics adapter here, so no picture was looked at");
        return;
    }
    assert_code(&output, 0);
    let picture = image::open(picture).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (320, 200));
    let is_left_limb = |pixel: &image::Rgb<u8>| pixel[2] > 150 && pixel[0] < 120;
    let blue = picture.pixels().filter(|pixel| is_left_limb(pixel)).count();
    assert!(blue > 20, "the left side of somebody is seen: {blue} pixels");
}

#[test]
fn figures_of_the_machine_have_units() {
    let output = run(&["bench", "--frames", "9", "--rounds", "2", "--device", "cpu", "--mesh", "--json"]);
    assert_code(&output, 0);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["forward"]["frames_per_window"], 9);
    for key in ["median_ms", "p95_ms", "frames_per_s", "gflop_per_s", "share_of_matmul_rate"] {
        assert!(report["forward"][key].as_f64().unwrap() > 0.0, "{key}");
    }
    assert!(report["starter_load_ms"].as_f64().unwrap() > 0.0);
    assert!(report["keypoints"]["frames_per_s"].as_f64().unwrap() > 100.0);
    for key in ["one_euro_ms", "butterworth_ms", "savitzky_golay_ms", "cleaning_ms"] {
        assert!(report["filters"][key].as_f64().unwrap() > 0.0, "{key}");
    }
    let is_drawn = report["drawing"]["median_ms"].as_f64().is_some_and(|time| time > 0.0);
    assert!(is_drawn || report["notes"][0].as_str().unwrap().contains("drawing was skipped"));
    assert_eq!(report["mesh"]["frames_per_window"], 9);
    for key in ["head_ms", "smpl_skinning_cpu_ms", "fit_ms"] {
        assert!(report["mesh"][key].as_f64().unwrap() > 0.0, "{key}");
    }
    let table = run(&["bench", "--frames", "9", "--rounds", "1"]);
    assert_code(&table, 0);
    assert!(String::from_utf8(table.stdout).unwrap().contains("share of that rate"));
    assert_code(&run(&["bench", "--model", "enormous"]), 2);
}

/// Sends the signal once the work has begun.
#[cfg(unix)]
#[test]
fn ctrl_c_stops_at_once_and_leaves_no_file() {
    use std::io::{BufRead, BufReader};
    use std::time::{Duration, Instant};

    let bench = Bench::new();
    // Much more work than the test waits for.
    let frames = 20_000;
    let values = (0..frames * 17 * 3).map(|at| (at as f32 * 0.37).sin());
    let mut bytes = Vec::new();
    npy::write_f32(&mut bytes, &[frames, 17, 3], values).unwrap();
    let (input, out) = (bench.write("long.npy", bytes), bench.text("out"));
    let mut child = program()
        .args(["infer", &input, "--normalised", "--out", &out, "--progress", "json"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("\"progress\"")), "it never began");
    let signal = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(signal.success());
    let sent = Instant::now();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(sent.elapsed() < Duration::from_secs(1), "{:?}", sent.elapsed());
    assert_eq!(files(&bench.path("out")), Vec::<String>::new());
}
