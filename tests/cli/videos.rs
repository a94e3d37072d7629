//! People painted as coloured disks in a video, found by networks that know the colours, and lifted to 3D.

use motionbert::data::{FrameRate, Keypoint};
use motionbert::io::export::alphapose;
use motionbert::io::frames::Ffmpeg;
use motionbert::io::frames::clip::{ClipSink, Numbered, PngSequence, VideoWriter};
use motionbert::io::keypoints::{self, Loaded, ReadContext};
use motionbert::support::CancelToken;

use super::clips::cannot_draw;
use super::painted::{paint, painted_track};
use super::*;

const SIZE: [u32; 2] = [640, 360];
const FRAMES: usize = 40;
const RATE: f64 = 30.0;
/// Nearer disks hide each other, pixels.
const CLEAR_PX: f32 = 18.0;

#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn has_ffmpeg() -> bool {
    let has = Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).status().is_ok();
    if !has {
        eprintln!("SKIPPED: ffmpeg is not installed, so nothing about videos is tested");
    }
    has
}

fn write_clip(mut sink: Box<dyn ClipSink>) {
    let (track, cancel) = (painted_track(SIZE, FRAMES), CancelToken::new());
    for frame in 0..FRAMES {
        let picture = image::DynamicImage::from(paint(&track, frame, SIZE));
        sink.write(picture.to_rgba8(), &cancel).unwrap();
    }
    sink.finish(&cancel).unwrap();
}

fn video(bench: &Bench) -> String {
    let (path, rate) = (bench.path("dance.mp4"), FrameRate::DEFAULT);
    let sink = VideoWriter::create(&path, SIZE, rate, &Ffmpeg::default(), &CancelToken::new());
    write_clip(Box::new(sink.unwrap()));
    bench.text("dance.mp4")
}

fn pictures(bench: &Bench) -> String {
    write_clip(Box::new(PngSequence::create(&bench.path("pictures"), Numbered::default()).unwrap()));
    bench.text("pictures")
}

fn network(name: &str) -> String {
    fixture(&format!("detector/marker_{name}.onnx")).display().to_string()
}

/// With a cache of its own.
fn run_in(bench: &Bench, args: &[&str], path: Option<&str>) -> Output {
    let mut program = program();
    program.args(args).env("XDG_CACHE_HOME", bench.path("cache")).env("HOME", bench.path("home"));
    if let Some(path) = path {
        program.env("PATH", path);
    }
    program.output().unwrap()
}

/// Distances in pixels of found joints to where they were painted, of those that no other disk hides.
fn errors(found: &Path) -> Vec<f32> {
    let Loaded::Keypoints(read) = keypoints::read(found, &ReadContext::default()).unwrap() else { panic!() };
    assert_eq!((read.frame_count, read.detections.len()), (FRAMES, FRAMES));
    let mut errors = Vec::new();
    let track = painted_track(SIZE, FRAMES);
    for detection in &read.detections {
        assert_eq!(detection.id, Some(1));
        let truth = track.frame(detection.frame).unwrap();
        for (joint, found) in detection.keypoints.iter().enumerate() {
            let at = truth[joint];
            let distance = |other: &Keypoint| (other.x - at.x).hypot(other.y - at.y);
            let is_clear = truth.iter().enumerate().all(|(other, place)| other == joint || distance(place) > CLEAR_PX);
            if is_clear && !at.is_missing() {
                assert!(!found.is_missing(), "joint {joint} of frame {} is lost", detection.frame.0);
                errors.push(distance(found));
            }
        }
    }
    assert!(errors.len() > 8 * FRAMES, "only {} joints are clear", errors.len());
    errors.sort_by(f32::total_cmp);
    errors
}

#[test]
fn joints_in_pictures_are_found_to_the_pixel_without_ffmpeg() {
    let bench = Bench::new();
    let (input, out) = (pictures(&bench), bench.text("found/keypoints.json"));
    let (pose, person) = (network("rtmpose_body26"), network("yolox_person"));
    // Looking for the person in every picture gives the network the nearest view.
    let arguments =
        ["detect", &input, "--detector", &pose, "--person-detector", &person, "--every", "1", "--out", &out];
    let output = run_in(&bench, &arguments, Some(""));
    assert_code(&output, 0);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "not quiet in a pipe: {}", stderr(&output));
    let errors = errors(Path::new(&out));
    let (median, worst) = (errors[errors.len() / 2], errors[errors.len() - 1]);
    println!("2D errors of {} joints: median {median:.3} px, worst {worst:.3} px", errors.len());
    assert!(median < 0.7 && worst < 1.0, "median {median} px, worst {worst} px");
}

#[test]
fn a_video_is_lifted_as_its_true_keypoints_are() {
    if !has_ffmpeg() {
        return;
    }
    let bench = Bench::new();
    let (input, out) = (video(&bench), bench.text("out"));
    let (pose, person) = (network("rtmpose_body26"), network("yolox_person"));
    let detector = ["--detector", &pose, "--person-detector", &person];
    let output =
        run_in(&bench, &[&["infer", &input, "--out", &out, "--progress", "json"], &detector[..]].concat(), None);
    assert_code(&output, 0);
    let tasks = stderr(&output);
    assert!(tasks.contains("finding people") && tasks.contains("person 1"), "{tasks}");
    let summary = json(&bench.path("out/summary.json"));
    assert_eq!((&summary["frames"], &summary["fps"]), (&FRAMES.into(), &RATE.into()));
    assert_eq!(summary["image_size_px"], serde_json::json!(SIZE));

    let track = painted_track(SIZE, FRAMES);
    let (true_file, true_out) = (bench.path("true.json"), bench.text("true"));
    alphapose::write(&true_file, [&track], track.range, 0, &CancelToken::new()).unwrap();
    let size = format!("{}x{}", SIZE[0], SIZE[1]);
    let arguments = ["infer", &bench.text("true.json"), "--out", &true_out, "--image-size", &size, "--fps", "30"];
    assert_code(&run(&arguments), 0);
    let ((shape, found), (true_shape, truth)) = (array(&bench.path("out/X3D.npy")), array(&bench.path("true/X3D.npy")));
    assert_eq!((&shape, &shape), (&true_shape, &vec![FRAMES, 17, 3]));
    let distances: Vec<f32> = found
        .chunks_exact(3)
        .zip(truth.chunks_exact(3))
        .map(|(a, b)| ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt())
        .collect();
    let mean = distances.iter().sum::<f32>() / distances.len() as f32;
    println!("3D: mean distance {mean:.4} of half the person's square");
    assert!(mean < 0.02, "mean distance {mean}");
}

#[test]
fn a_video_is_drawn_under_the_people_in_it() {
    if !has_ffmpeg() {
        return;
    }
    let bench = Bench::new();
    let (input, pose) = (video(&bench), network("yolo_pose"));
    let draw = |out: &str, more: &[&str]| {
        let usual = ["render", &input, "--detector", &pose, "--samples", "1", "--out", out];
        run_in(&bench, &[&usual, more].concat(), None)
    };
    let [own, named, alone] = ["own.png", "named.png", "alone.png"].map(|name| bench.text(name));
    let output = draw(&own, &[]);
    if cannot_draw(&output) {
        return;
    }
    assert_code(&output, 0);
    assert_code(&draw(&named, &["--video", &input]), 0);
    assert_code(&draw(&alone, &["--layout", "3d"]), 0);
    let picture = |path: &str| image::open(path).unwrap().to_rgb8();
    let (own, named, alone) = (picture(&own), picture(&named), picture(&alone));
    assert_eq!((own.dimensions(), alone.dimensions()), ((SIZE[0], SIZE[1]), (1280, 720)));
    assert!(own == named);
    // The ground that the people were painted on.
    assert!(own.get_pixel(3, 3).0.iter().all(|value| value.abs_diff(30) < 5), "{:?}", own.get_pixel(3, 3));
}

#[test]
fn a_video_is_searched_once() {
    if !has_ffmpeg() {
        return;
    }
    let bench = Bench::new();
    let (input, first, second) = (video(&bench), bench.text("first.json"), bench.text("second.json"));
    let pose = network("yolo_pose");
    let detect = |out: &str, more: &[&str], path: Option<&str>| {
        run_in(&bench, &[&["detect", &input, "--detector", &pose, "--out", out], more].concat(), path)
    };
    assert_code(&detect(&first, &[], None), 0);
    // Without ffmpeg nothing can be decoded.
    assert_code(&detect(&second, &[], Some("")), 0);
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    let anew = detect(&second, &["--no-cache"], Some(""));
    assert_code(&anew, 1);
    assert!(stderr(&anew).contains("ffmpeg"), "{}", stderr(&anew));
    let entries: Vec<String> = files(&bench.path("cache")).into_iter().filter(|name| name.ends_with(".npz")).collect();
    assert_eq!(entries.len(), 1);
}

#[test]
fn files_that_are_no_videos_or_broken_are_told_in_a_sentence() {
    if !has_ffmpeg() {
        return;
    }
    let bench = Bench::new();
    let (pose, out) = (network("rtmpose_body26"), bench.text("keypoints.json"));
    let person = network("yolox_person");
    let whole = std::fs::read(video(&bench)).unwrap();
    let mut sound =
        b"RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\x08\0\0".to_vec();
    sound.resize(44 + 2048, 0);
    for (name, content, expected) in [
        ("beginning.mp4", &whole[..100], "has no video in it"),
        ("song.wav", &sound[..], "has no video in it"),
        ("empty.mp4", b"", "the file is empty"),
    ] {
        let input = bench.write(name, content);
        let output = run_in(&bench, &["detect", &input, "--detector", &pose, "--out", &out], None);
        assert_code(&output, 1);
        let told = stderr(&output);
        assert!(told.contains(expected) && told.contains(name), "{told}");
        assert!(!bench.path("keypoints.json").exists());
    }
    let half = bench.write("half.mp4", &whole[..whole.len() / 2]);
    let arguments = ["detect", &half, "--detector", &pose, "--person-detector", &person, "--out", &out, "--strict"];
    let output = run_in(&bench, &arguments, None);
    assert_code(&output, 3);
    assert!(stderr(&output).contains("warning"), "{}", stderr(&output));
    assert!(bench.path("keypoints.json").exists(), "what could be read is kept");
}

#[test]
fn a_detector_is_needed_and_must_be_one() {
    let bench = Bench::new();
    let input = pictures(&bench);
    let out = bench.text("keypoints.json");
    let none = run_in(&bench, &["detect", &input, "--out", &out], None);
    assert_code(&none, 2);
    assert!(stderr(&none).contains("--detector"), "{}", stderr(&none));
    let text = bench.write("pose.onnx", "not a network");
    for detector in [text.as_str(), "no/such/file.onnx"] {
        let output = run_in(&bench, &["detect", &input, "--detector", detector, "--out", &out], None);
        assert_code(&output, 1);
        assert!(stderr(&output).contains(detector), "{}", stderr(&output));
    }
    let video = bench.write("dance.mp4", b"\0\0\0\x20ftypisom....");
    let output = run_in(&bench, &["infer", &video, "--out", &out], None);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("hint: ") && stderr(&output).contains("--detector"), "{}", stderr(&output));
}

#[test]
fn nobody_in_the_picture_is_said() {
    let bench = Bench::new();
    let folder = bench.path("empty");
    std::fs::create_dir(&folder).unwrap();
    image::RgbImage::from_pixel(64, 48, image::Rgb([30; 3])).save(folder.join("0.png")).unwrap();
    let (pose, input) = (network("yolo_pose"), folder.display().to_string());
    let output = run_in(&bench, &["detect", &input, "--detector", &pose, "--out", &bench.text("k.json")], None);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("nobody was found"), "{}", stderr(&output));
}
