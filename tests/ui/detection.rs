//! Pictures of a painted person: dropped, searched, lifted.

use egui_kittest::kittest::NodeT;
use motionbert::data::{FrameIndex, KeypointTrack};
use motionbert::detect::{DetectorSpec, ExternalSpec, OnnxSpec};
use motionbert::io::detection_cache::DetectionCache;

use super::painted::{paint, painted_track};
use super::*;

const SIZE: [u32; 2] = [640, 360];
const FRAMES: usize = 12;

fn network(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/detector/marker_{name}.onnx"))
}

/// The dancer of the demo, as a folder of pictures.
fn pictures(folder: &Path) -> PathBuf {
    let track = painted_track(SIZE, FRAMES);
    let pictures = folder.join("pictures");
    std::fs::create_dir(&pictures).unwrap();
    for frame in 0..FRAMES {
        paint(&track, frame, SIZE).save(pictures.join(format!("{frame:03}.png"))).unwrap();
    }
    pictures
}

/// The window on a clip, with a cache of its own.
fn studio(detector: Option<DetectorSpec>) -> (Studio, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = Setup::file(&clip(folder.path(), "one.json", 1, 12));
    setup.settings.detector = detector;
    setup.start.detections = Some(DetectionCache::new(folder.path().join("cache"), 1 << 20));
    let mut studio = setup.open_in(folder.path());
    wait_until(&mut studio, "the first clip", |app| !app.is_busy() && app.session().active().is_some());
    studio.get_by_label("Close one.json").click();
    studio.run();
    (studio, folder)
}

fn dancer() -> DetectorSpec {
    DetectorSpec::Onnx(OnnxSpec { person: Some(network("yolox_person")), ..pose_only() })
}

fn pose_only() -> OnnxSpec {
    OnnxSpec { pose: network("rtmpose_body26"), ..OnnxSpec::default() }
}

fn seen_frames(app: &StudioApp) -> usize {
    app.session().active().map_or(0, |clip| clip.source.tracks.iter().map(KeypointTrack::seen_count).sum())
}

fn is_lifted(app: &StudioApp) -> bool {
    !app.is_busy() && app.session().active_motion().is_some_and(|motion| !motion.people.is_empty())
}

#[test]
fn a_dropped_video_is_searched_and_lifted_at_once() {
    let (mut studio, folder) = studio(Some(dancer()));
    drop_on(&mut studio, pictures(folder.path()));
    wait_until(&mut studio, "the dancer in 3D", is_lifted);
    assert_eq!(seen_frames(studio.state()), FRAMES);
    let clip = studio.state().session().active().unwrap();
    assert_eq!((clip.source.name.as_str(), clip.source.frame_count), ("pictures", FRAMES));
    assert_eq!((clip.source.image_size, clip.people.len()), (Some(SIZE), 1));
    assert!(clip.video.is_some() && !clip.source.is_bare_video());
    assert_eq!(studio.state().session().document().sources.len(), 1, "the video became the clip");
    let truth = painted_track(SIZE, FRAMES).row(0)[9];
    let found = clip.source.tracks[0].frame(FrameIndex(0)).unwrap()[9];
    assert!((found.x - truth.x).hypot(found.y - truth.y) < 1.5, "{found:?} for {truth:?}");
}

#[test]
fn without_a_detector_the_window_says_what_is_needed() {
    let (mut studio, folder) = studio(None);
    drop_on(&mut studio, pictures(folder.path()));
    wait_until(&mut studio, "the bare video", |app| !app.is_busy() && app.session().active().is_some());
    assert!(studio.state().session().active().unwrap().source.is_bare_video());
    // The shortcut opens the panel that says what to get and where.
    studio.key_press(Key::D);
    studio.run();
    assert!(studio.query_all_by_label_contains("No detector is chosen").next().is_some());
    studio.get_by_label("RTMPose and YOLOX networks (.zip, onnx)");
    // Dropped networks take their places; with the pose network the search begins.
    drop_on(&mut studio, network("yolox_person"));
    studio.run();
    assert_eq!(seen_frames(studio.state()), 0);
    drop_on(&mut studio, network("rtmpose_body26"));
    wait_until(&mut studio, "the dancer in 3D", is_lifted);
    assert_eq!(seen_frames(studio.state()), FRAMES);
    assert_eq!(studio.state().session().settings.detector, Some(dancer()));
    studio.get_by_label("Remove the person detector").click();
    studio.run();
    assert_eq!(studio.state().session().settings.detector, Some(DetectorSpec::Onnx(pose_only())));
}

#[test]
fn what_was_found_is_remembered_until_it_is_cleared() {
    let (mut studio, folder) = studio(Some(dancer()));
    let pictures = pictures(folder.path());
    drop_on(&mut studio, pictures.clone());
    wait_until(&mut studio, "the dancer in 3D", is_lifted);
    let kept = || std::fs::read_dir(folder.path().join("cache")).map_or(0, Iterator::count);
    assert_eq!(kept(), 1);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    studio.run();
    let clear = studio.get_by_label_contains("Clear cache (0.");
    clear.click();
    studio.run();
    assert_eq!(kept(), 0);
    studio.get_by_label("Clear cache (0 MB)");
}

#[test]
fn a_program_of_ones_own_finds_people_after_a_word_of_warning() {
    let (mut studio, _folder) = studio(None);
    studio.get_by_role_and_label(Role::Tab, "Models").click();
    studio.run();
    studio.get_by_label("Use a program of your own…").click();
    studio.run();
    studio.get_by_label_contains("will be run on this computer with all your rights");
    let button = studio.get_by_role_and_label(Role::Button, "Run this program");
    assert!(button.accesskit_node().is_disabled(), "there is no program yet");
    for (label, text) in [("Program", "/opt/find people"), ("Arguments", "--joints coco17 \"a b\"")] {
        studio.get_by_role_and_label(Role::TextInput, label).focus();
        studio.run();
        studio.get_by_role_and_label(Role::TextInput, label).type_text(text);
        studio.run();
    }
    studio.get_by_role_and_label(Role::Button, "Run this program").click();
    studio.run();
    let args = ["--joints", "coco17", "a b"].map(str::to_owned).to_vec();
    let expected = DetectorSpec::External(ExternalSpec { command: "/opt/find people".into(), args });
    assert_eq!(studio.state().session().settings.detector, Some(expected));
    studio.get_by_label("This program is run on this computer whenever people are looked for.");
    studio.get_by_label("Remove the detector program").click();
    studio.run();
    assert_eq!(studio.state().session().settings.detector, None);
}
