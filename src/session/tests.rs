use std::sync::Arc;

use glam::Vec3;

use super::document::HEIGHT_RANGE_M;
use super::*;
use crate::data::skeleton::COCO_17;
use crate::data::{
    H36M_JOINTS, Keypoint, KeypointTrack, Normalisation, NormalisationMode, Recording, SkeletonChoice, Space,
};
use crate::infer::InferOptions;
use crate::io::keypoints::ReadOptions;
use crate::motion::{Cleaning, WorldOptions};
use crate::support::CancelToken;

fn track(person: u32, frames: usize) -> KeypointTrack {
    KeypointTrack {
        person: PersonId(person),
        skeleton: &COCO_17,
        range: FrameRange::new(0, frames),
        keypoints: vec![Keypoint::new(1.0, 2.0, 1.0); frames * 17].into(),
        seen: vec![true; frames].into(),
        is_spurious: false,
    }
}

fn recording(frames: usize) -> Recording {
    Recording {
        name: "clip".to_owned(),
        format: "test",
        skeleton: &COCO_17,
        skeleton_choice: SkeletonChoice { reason: String::new(), alternatives: vec![] },
        fps: None,
        image_size: None,
        first_frame_number: 0,
        frame_count: frames,
        detections: vec![],
        is_normalised: false,
    }
}

pub(super) fn source(session: &mut Session, people: u32, frames: usize) -> SourceId {
    let id = session.new_source_id();
    let people: Vec<u32> = (1..=people).collect();
    session.add_source(&Arc::new(clip_with(id, frames, &people)), false);
    id
}

pub(super) fn clip_with(id: SourceId, frames: usize, people: &[u32]) -> Source {
    let tracks = people.iter().map(|person| track(*person, frames)).collect();
    Source::from_recording(id, None, recording(frames), tracks, ReadOptions::default())
}

fn update(person: u32, range: FrameRange, z: f32) -> PosePrediction {
    PosePrediction {
        person: PersonId(person),
        range,
        space: Space::ClipBox,
        normalisation: Normalisation::IDENTITY,
        joints: vec![Vec3::new(0.0, 0.0, z); range.len() * H36M_JOINTS].into(),
    }
}

#[test]
fn results_fill_in_window_by_window() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 10);
    let generation = session.results.begin(id);
    session.accept(id, generation, &update(1, FrameRange::new(0, 6), 1.0));
    let result = session.results.person(id, PersonId(1)).unwrap();
    assert!(result.is_running() && result.complete().is_none());
    assert_eq!(result.shown().unwrap().range, FrameRange::new(0, 6));
    session.accept(id, generation, &update(1, FrameRange::new(4, 10), 2.0));
    let whole = session.results.shown(id);
    assert_eq!(whole.len(), 1);
    assert_eq!(whole[0].person, PersonId(1));
    assert_eq!(whole[0].frame(FrameIndex(3)).unwrap()[0].z, 1.0);
    assert_eq!(whole[0].frame(FrameIndex(4)).unwrap()[0].z, 2.0);
}

#[test]
fn the_old_result_stays_until_the_new_one_is_whole() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 10);
    let first = session.results.begin(id);
    session.accept(id, first, &update(1, FrameRange::new(0, 10), 1.0));
    let second = session.results.begin(id);
    assert!(session.results.is_ready(id, PersonId(1), FrameIndex(0)), "the model may not load");
    session.results.outdate(id);
    assert!(!session.results.is_ready(id, PersonId(1), FrameIndex(0)), "a new run starts from nothing");
    assert_eq!(session.results.shown(id)[0].joints[0].z, 1.0);
    session.accept(id, second, &update(1, FrameRange::new(0, 5), 2.0));
    assert_eq!(session.results.shown(id)[0].range, FrameRange::new(0, 10));
    assert_eq!(session.results.shown(id)[0].joints[0].z, 1.0);
    assert!(session.results.is_ready(id, PersonId(1), FrameIndex(4)));
    assert!(!session.results.is_ready(id, PersonId(1), FrameIndex(5)));
    session.accept(id, second, &update(1, FrameRange::new(5, 10), 2.0));
    assert_eq!(session.results.shown(id)[0].joints[0].z, 2.0);
}

#[test]
fn stale_results_are_ignored() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 10);
    let old = session.results.begin(id);
    let new = session.results.begin(id);
    let revision = session.results.revision(id);
    session.accept(id, old, &update(1, FrameRange::new(0, 10), 1.0));
    assert!(session.results.shown(id).is_empty());
    assert_eq!(session.results.revision(id), revision);
    assert!(session.results.is_current(id, new));
}

#[test]
fn updates_of_the_wrong_length_change_nothing() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 10);
    let generation = session.results.begin(id);
    let mut wrong = update(1, FrameRange::new(0, 10), 1.0);
    wrong.range = FrameRange::new(0, 9);
    session.accept(id, generation, &wrong);
    assert!(session.results.shown(id).is_empty());
}

#[test]
fn edits_undo_and_redo() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 2, 10);
    let person = PersonId(2);
    session.apply(&Edit::SetVisible { source: id, person, is_visible: false });
    session.apply(&Edit::Rename { source: id, person, name: "Boxer".into() });
    session.apply(&Edit::SetFps { source: id, fps: 60.0 });
    assert_eq!(session.visible_people().count(), 1);
    assert_eq!(session.clock.fps(), 60.0);
    assert_eq!(session.history.undo_label(), Some("Change frame rate"));
    assert!(session.undo() && session.undo() && session.undo());
    assert!(!session.undo());
    assert_eq!(session.visible_people().count(), 2);
    assert_eq!(session.clock.fps(), 30.0);
    assert_eq!(session.person(person).unwrap().name, "Person 2");
    assert!(session.redo() && session.redo());
    assert_eq!(session.person(person).unwrap().name, "Boxer");
    session.apply(&Edit::ShowAll { source: id });
    assert!(!session.redo(), "a new edit forgets what was undone");
}

#[test]
fn clips_keep_the_order_in_which_they_were_asked_for() {
    let mut session = Session::new(Settings::default());
    let [first, second] = [10, 20].map(|frames| {
        let id = session.new_source_id();
        Arc::new(Source::from_recording(id, None, recording(frames), vec![track(1, frames)], ReadOptions::default()))
    });
    // The second is read sooner.
    session.add_source(&second, true);
    session.add_source(&first, true);
    let order: Vec<SourceId> = session.document().sources.iter().map(|state| state.source.id).collect();
    assert_eq!(order, [first.id, second.id]);
    assert_eq!(session.active_id(), Some(second.id));
}

#[test]
fn a_dragged_slider_is_one_step() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 2, 10);
    let tilt = |tilt_degrees| Edit::SetWorld { source: id, world: WorldOptions { tilt_degrees, ..Default::default() } };
    let height = |person, height_m| Edit::SetHeight { source: id, person: PersonId(person), height_m: Some(height_m) };
    for degrees in [1.0, 2.0, 3.0] {
        session.apply(&tilt(degrees));
    }
    session.history.end_gesture();
    session.apply(&tilt(4.0));
    session.apply(&height(1, 1.8));
    session.apply(&height(2, 9.0));
    assert_eq!(session.person(PersonId(2)).unwrap().height_m, Some(HEIGHT_RANGE_M.1));
    let tilt_of = |session: &Session| session.active().unwrap().world.tilt_degrees;
    assert!(session.undo() && session.undo());
    assert_eq!(tilt_of(&session), 4.0);
    assert!(session.undo());
    assert_eq!(tilt_of(&session), 3.0, "the drag ended there");
    assert!(session.undo() && !session.undo());
    assert_eq!(tilt_of(&session), 0.0);
}

#[test]
fn markers_stay_sorted_one_a_frame_and_inside() {
    let mut session = Session::new(Settings::default());
    let source = source(&mut session, 1, 10);
    let add = |frame, name: &str| Edit::AddMarker {
        source,
        marker: Marker { frame: FrameIndex(frame), name: name.to_owned() },
    };
    for edit in [add(7, "late"), add(3, "early"), add(3, "newer"), add(10, "outside")] {
        session.apply(&edit);
    }
    let names = |session: &Session| -> Vec<(usize, String)> {
        session.active().unwrap().markers.iter().map(|marker| (marker.frame.0, marker.name.clone())).collect()
    };
    assert_eq!(names(&session), [(3, "newer".to_owned()), (7, "late".to_owned())]);
    session.apply(&Edit::MoveMarker { source, from: FrameIndex(3), to: FrameIndex(7) });
    assert_eq!(names(&session), [(7, "newer".to_owned())]);
    session.apply(&Edit::RemoveMarker { source, frame: FrameIndex(7) });
    assert!(names(&session).is_empty());
    assert!(session.undo());
    assert_eq!(names(&session).len(), 1);
}

#[test]
fn in_and_out_points_stay_inside() {
    let mut session = Session::new(Settings::default());
    let source = source(&mut session, 1, 10);
    for (trim, kept) in [
        (Some(FrameRange::new(2, 50)), Some(FrameRange::new(2, 10))),
        (Some(FrameRange::new(0, 10)), None),
        (Some(FrameRange::new(20, 30)), None),
    ] {
        session.apply(&Edit::SetTrim { source, trim });
        assert_eq!(session.active().unwrap().trim, kept);
    }
}

#[test]
fn undo_never_closes_or_reopens_a_file() {
    let mut session = Session::new(Settings::default());
    let first = source(&mut session, 1, 10);
    session.apply(&Edit::Rename { source: first, person: PersonId(1), name: "A".into() });
    let second = source(&mut session, 1, 20);
    assert!(session.undo());
    assert!(session.document().source(second).is_some());
    session.close_source(second);
    assert_eq!(session.active_id(), Some(first));
    assert!(session.redo());
    assert!(session.document().source(second).is_none());
    assert_eq!(session.clock.range().len(), 10);
}

#[test]
fn a_bad_frame_rate_is_ignored() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 10);
    for fps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        session.apply(&Edit::SetFps { source: id, fps });
        assert_eq!(session.active().unwrap().fps, 30.0);
    }
}

#[test]
fn settings_survive_a_round_trip_and_unknown_fields() {
    let mut settings = Settings { model: ModelChoice::File("/m/best.bin".into()), ..Settings::default() };
    settings.remember_file("a.json".as_ref());
    settings.remember_file("b.json".as_ref());
    settings.remember_file("a.json".as_ref());
    assert_eq!(settings.recent_files, [std::path::PathBuf::from("a.json"), "b.json".into()]);
    let text = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
    let other = serde_json::from_str::<Settings>(r#"{"device": "cpu", "field_of_the_future": 1}"#).unwrap();
    assert_eq!(other.device, crate::nn::DeviceChoice::Cpu);
}

#[test]
fn normalised_input_is_not_normalised_again() {
    let mut session = Session::new(Settings::default());
    source(&mut session, 1, 10);
    let options = InferOptions::default();
    let source = &session.active().unwrap().source;
    assert_eq!(source.infer_options(&options), options);
    let normalised = Recording { is_normalised: true, ..recording(10) };
    let source = Source::from_recording(SourceId(9), None, normalised, vec![], ReadOptions::default());
    assert_eq!(source.infer_options(&options).mode, NormalisationMode::Identity);
}

#[test]
fn results_of_earlier_settings_come_back_without_a_run() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 10);
    let whole = FrameRange::new(0, 10);
    let plain = session.lift_key(session.active().unwrap());
    let generation = session.results.begin(id);
    session.accept(id, generation, &update(1, whole, 1.0));
    session.results.finish(id, plain.clone());

    let cleaning = Cleaning { max_gap_frames: Some(5), ..Default::default() };
    session.apply(&Edit::SetCleaning { source: id, cleaning });
    let cleaned = session.lift_key(session.active().unwrap());
    assert!(!session.results.restore(id, &cleaned), "never lifted like this");
    let generation = session.results.begin(id);
    session.accept(id, generation, &update(1, whole, 2.0));
    session.results.finish(id, cleaned.clone());
    let depth = |session: &Session| session.results.shown(id)[0].joints[0].z;
    assert_eq!(depth(&session), 2.0);
    assert_eq!(session.results.kept(id, &plain)[0].joints[0].z, 1.0);

    let running = session.results.begin(id);
    assert!(session.results.restore(id, &plain));
    assert_eq!(depth(&session), 1.0);
    session.accept(id, running, &update(1, whole, 3.0));
    assert_eq!(depth(&session), 1.0, "what was restored replaces a run that is under way");
    assert!(session.results.restore(id, &cleaned));
    assert_eq!(depth(&session), 2.0);
}

#[test]
fn someone_whom_a_new_run_leaves_out_is_gone_when_it_is_through() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 2, 10);
    let key = session.lift_key(session.active().unwrap());
    let whole = FrameRange::new(0, 10);
    let generation = session.results.begin(id);
    for person in [1, 2] {
        session.accept(id, generation, &update(person, whole, 1.0));
    }
    session.results.finish(id, key.clone());
    let generation = session.results.begin(id);
    session.results.outdate(id);
    session.accept(id, generation, &update(2, whole, 2.0));
    assert_eq!(session.results.shown(id).len(), 2);
    session.results.finish(id, key);
    let left: Vec<u32> = session.results.shown(id).iter().map(|pose| pose.person.0).collect();
    assert_eq!(left, [2]);
}

fn derive(session: &mut Session, id: SourceId) -> Arc<Motion> {
    let motion = session.outdated_motion(id).unwrap().derive(&CancelToken::new()).unwrap();
    session.set_motion(Arc::new(motion));
    assert!(!session.is_motion_outdated(id));
    session.motion(id).unwrap().clone()
}

/// Somebody who stands, in pixels, shaking by some of them every other frame.
fn shaking(person: u32, frames: usize) -> PosePrediction {
    let joint = |frame: usize, joint: usize| {
        let shake = if frame.is_multiple_of(2) { 4.0 } else { -4.0 };
        Vec3::new(400.0 + 3.0 * joint as f32 + shake, 300.0 + 11.0 * (joint % 7) as f32, 0.0)
    };
    let joints = (0..frames).flat_map(|frame| (0..H36M_JOINTS).map(move |j| joint(frame, j))).collect();
    PosePrediction { space: Space::ImagePixels, joints, ..update(person, FrameRange::new(0, frames), 0.0) }
}

#[test]
fn a_motion_follows_results_and_edits_and_nothing_else() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 60);
    let generation = session.results.begin(id);
    session.accept(id, generation, &shaking(1, 60));
    let motion = derive(&mut session, id);
    let person = motion.person(PersonId(1)).unwrap();
    assert_eq!(person.world.range, FrameRange::new(0, 60));
    assert!(person.before.is_none());
    assert!(
        Arc::ptr_eq(&motion.tracks, &session.active().unwrap().source.tracks),
        "nothing is cleaned, nothing copied"
    );

    session.apply(&Edit::Rename { source: id, person: PersonId(1), name: "A".into() });
    assert!(!session.is_motion_outdated(id));
    session.apply(&Edit::SetTrim { source: id, trim: Some(FrameRange::new(5, 9)) });
    let trimmed = derive(&mut session, id);
    assert!(trimmed.has_joints_of(&motion), "in and out point move no joint");
    assert_ne!(trimmed.people[0].quality, motion.people[0].quality, "but the readings are of other frames");
    assert!(session.undo());
    assert_eq!(derive(&mut session, id).people[0].quality, motion.people[0].quality);
    session.apply(&Edit::SetHeight { source: id, person: PersonId(1), height_m: Some(0.85) });
    assert!(session.is_motion_outdated(id));
    let small = derive(&mut session, id);
    let size = |motion: &Motion| (motion.bounds.unwrap().max - motion.bounds.unwrap().min).y;
    assert!(size(&small) < 0.7 * size(&motion));
    assert!(session.undo() && session.is_motion_outdated(id));
    session.close_source(id);
    assert!(session.motion(id).is_none());
}

#[test]
fn a_source_that_grows_keeps_edits_and_place_and_shows_old_results_as_outdated() {
    let mut session = Session::new(Settings::default());
    let id = source(&mut session, 1, 10);
    let person = PersonId(1);
    let generation = session.results.begin(id);
    session.accept(id, generation, &update(1, FrameRange::new(0, 10), 1.0));
    session.apply(&Edit::Rename { source: id, person, name: "Ada".to_owned() });
    session.clock.seek(FrameIndex(7));

    let tracks = vec![track(1, 20), track(2, 20)];
    let grown = Source::from_recording(id, None, recording(20), tracks, ReadOptions::default());
    session.update_source(&Arc::new(grown));
    let state = session.active().unwrap();
    let people: Vec<_> = state.people.iter().map(|person| (person.name.as_str(), person.colour)).collect();
    assert_eq!(people, [("Ada", 0), ("Person 2", 1)]);
    assert_eq!((session.frame(), session.clock.range().len()), (FrameIndex(7), 20));
    let result = session.results.person(id, person).unwrap();
    assert!(result.shown().is_some() && result.ready().is_empty());

    assert!(session.undo());
    let state = session.active().unwrap();
    assert_eq!((state.people.len(), state.source.frame_count), (2, 20), "undo takes back the edit alone");

    session.close_source(id);
    session.update_source(&Arc::new(Source::from_recording(id, None, recording(30), vec![], ReadOptions::default())));
    assert!(session.document().source(id).is_none());
}
