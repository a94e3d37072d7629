//! A camera in the window: started, looked back at, kept, stopped. The test pattern stands in for one.

use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use motionbert::data::FrameIndex;
use motionbert::session::Session;
use motionbert::ui::StudioApp;

use super::{Setup, Studio, clip, wait_until};

fn live_frames(session: &Session) -> usize {
    let clip = session.live().and_then(|id| session.document().source(id));
    clip.map_or(0, |clip| clip.source.frame_count)
}

fn number_of_last_frame(session: &Session) -> i64 {
    let clip = session.live().and_then(|id| session.document().source(id));
    clip.map_or(0, |clip| clip.source.first_frame_number + clip.source.frame_count as i64)
}

/// A window with a clip, and the camera on.
fn with_camera() -> (Studio, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "one.json", 1, 24);
    let mut studio = Setup::file(&path).settle_in(folder.path());
    studio.key_press_modifiers(Modifiers::COMMAND, Key::R);
    wait_until(&mut studio, "somebody before the camera in 3D", |app| {
        let session = app.session();
        let has_people = session.active_motion().is_some_and(|motion| !motion.people.is_empty());
        session.is_following_live() && has_people && live_frames(session) > 20
    });
    (studio, folder)
}

/// Steps for a while.
fn pass(studio: &mut Studio, time: Duration) {
    let started = Instant::now();
    while started.elapsed() < time {
        studio.step();
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn is_following(app: &StudioApp) -> bool {
    app.session().is_following_live()
}

#[test]
fn the_test_pattern_is_lifted_as_it_happens_and_stops() {
    let (mut studio, _folder) = with_camera();
    let session = studio.state().session();
    assert_eq!(session.frame().0 + 1, live_frames(session), "the newest frame");
    assert_eq!(session.document().sources.len(), 2, "a tab of its own");
    let before = number_of_last_frame(session);
    wait_until(&mut studio, "more frames", |app| number_of_last_frame(app.session()) > before + 15);
    assert!(studio.query_by_label_contains("Latency:").is_some(), "figures over the view");
    assert!(studio.query_by_label_contains("Dropped:").is_some());
    studio.get_by_label("Stop camera").click();
    wait_until(&mut studio, "the camera's end", |app| app.session().live().is_none());
    wait_until(&mut studio, "what was seen, lifted as a whole", |app| !app.is_busy());
    let session = studio.state().session();
    assert!(session.active_motion().is_some_and(|motion| !motion.people.is_empty()));
    assert!(studio.query_by_label_contains("Latency:").is_none());
}

#[test]
fn pausing_freezes_the_clip_while_the_camera_runs_on() {
    let (mut studio, _folder) = with_camera();
    studio.key_press(Key::Space);
    wait_until(&mut studio, "the pause", |app| !is_following(app));
    let at = number_of_last_frame(studio.state().session());
    studio.key_press(Key::Home);
    pass(&mut studio, Duration::from_millis(400));
    let session = studio.state().session();
    assert_eq!(number_of_last_frame(session), at, "nothing slides away");
    assert_eq!(session.frame().0, 0, "and it can be looked through");
    assert!(session.live().is_some());
    studio.get_by_label("Back to live").click();
    wait_until(&mut studio, "live again", |app| is_following(app) && number_of_last_frame(app.session()) > at + 5);
}

/// The number of the camera's picture in the 2D view.
fn picture_shown(studio: &Studio) -> Option<i64> {
    let view = studio.query_by_label_contains("video frame ")?;
    view.accesskit_node().label()?.rsplit(' ').next()?.parse().ok()
}

#[test]
fn what_was_is_seen_with_its_pictures() {
    let (mut studio, _folder) = with_camera();
    wait_until(&mut studio, "a second", |app| live_frames(app.session()) > 40);
    studio.key_press(Key::Space);
    wait_until(&mut studio, "the pause", |app| !is_following(app));
    pass(&mut studio, Duration::from_millis(300));
    // Those that the detector passed over have no keypoints to go with a picture.
    let source = studio.state().session().active().unwrap().source.clone();
    let is_seen = |frame: &usize| {
        let row = source.tracks[0].frame(FrameIndex(*frame)).unwrap_or_default();
        row.iter().any(|keypoint| !keypoint.is_missing())
    };
    let seen: Vec<usize> = (0..source.frame_count).rev().filter(is_seen).collect();
    for back in [5, 12, 20] {
        let frame = FrameIndex(seen[back]);
        while studio.state().session().frame() > frame {
            studio.key_press(Key::ArrowLeft);
            studio.step();
        }
        studio.run_steps(2);
        assert_eq!(studio.state().session().frame(), frame);
        let number = source.first_frame_number + frame.0 as i64;
        assert_eq!(picture_shown(&studio), Some(number), "{back} keypoints back");
    }
    // They stay with the clip when the camera is off.
    studio.get_by_label("Stop camera").click();
    wait_until(&mut studio, "the camera's end", |app| app.session().live().is_none() && !app.is_busy());
    studio.key_press(Key::ArrowLeft);
    studio.run_steps(2);
    assert!(picture_shown(&studio).is_some());
}

#[test]
fn the_last_minutes_become_a_clip_while_live_goes_on() {
    let (mut studio, _folder) = with_camera();
    studio.get_by_label("Keep last 5 min").click();
    wait_until(&mut studio, "the clip", |app| app.session().document().sources.len() == 3);
    let session = studio.state().session();
    let kept = &session.document().sources[2].source;
    assert!(kept.frame_count > 20 && kept.tracks.len() == 1 && kept.name == "Kept 1");
    let kept = kept.id;
    assert!(is_following(studio.state()));
    wait_until(&mut studio, "its 3D", |app| !app.session().results.shown(kept).is_empty());
    // Closing its clip ends the camera.
    studio.key_press_modifiers(Modifiers::COMMAND, Key::W);
    wait_until(&mut studio, "the camera's end", |app| app.session().live().is_none());
    assert_eq!(studio.state().session().document().sources.len(), 2);
}
