//! Repairs, smoothing and upright in the window: they act at once, and undo takes them back.

use eframe::egui::{Event, Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use motionbert::data::PersonId;
use motionbert::motion::Smoothing;
use motionbert::motion::placement::{RootTrajectory, Upright};
use motionbert::session::SourceState;

use super::{Studio, two_people, wait_until};

fn open_panel(studio: &mut Studio) {
    studio.get_by_role_and_label(Role::Tab, "Clean up").click();
    studio.run();
}

fn click(studio: &mut Studio, label: &str) {
    studio.get_by_label(label).click();
    studio.run();
    wait_until(studio, label, |app| !app.is_busy());
}

fn undo(studio: &mut Studio) {
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    studio.run();
    wait_until(studio, "undo", |app| !app.is_busy());
}

fn active(studio: &Studio) -> &SourceState {
    studio.state().session().active().unwrap()
}

#[test]
fn smoothing_acts_on_what_was_inferred_without_another_run() {
    let (mut studio, _folder) = two_people();
    open_panel(&mut studio);
    let shown = |studio: &Studio| studio.state().session().results.shown(active(studio).source.id);
    let before = shown(&studio);
    click(&mut studio, "Smoothing: Butterworth");
    let motion = studio.state().session().active_motion().unwrap().clone();
    let person = motion.person(PersonId(1)).unwrap();
    assert!(std::sync::Arc::ptr_eq(&before[0].joints, &shown(&studio)[0].joints), "the model did not run again");
    assert!(person.prediction.joints.iter().zip(before[0].joints.iter()).any(|(a, b)| a != b));
    assert!(person.before.is_some(), "the ghost of before");
    studio.get_by_role_and_label(Role::Slider, "Strength");
    studio.get_by_role_and_label(Role::SpinButton, "Cut-off");
    undo(&mut studio);
    assert_eq!(active(&studio).smoothing, Smoothing::Off);
    let motion = studio.state().session().active_motion().unwrap();
    assert_eq!(motion.person(PersonId(1)).unwrap().prediction.joints, before[0].joints);
}

#[test]
fn repairs_lift_again_and_undo_needs_no_run() {
    let folder = tempfile::tempdir().unwrap();
    // The wrist is far off in one frame.
    let path = folder.path().join("spike.json");
    super::write_clip(&path, 1, 40, |frame, _, joint| {
        let [x, y] = super::STANCE[joint];
        let spike = if frame == 20 && joint == super::LEFT_WRIST { 400.0 } else { 0.0 };
        [400.0 + x + spike, 300.0 + y]
    });
    let mut studio = super::Setup::file(&path).settle_in(folder.path());
    open_panel(&mut studio);
    let joints = |studio: &Studio| {
        let session = studio.state().session();
        session.results.shown(session.active_id().unwrap())[0].joints.clone()
    };
    let before = joints(&studio);
    click(&mut studio, "Remove outliers");
    studio.get_by_label_contains("Outliers: 1");
    let cleaned = joints(&studio);
    assert!(cleaned != before);
    click(&mut studio, "Fill gaps");
    studio.get_by_label_contains("joints filled in: 1");
    undo(&mut studio);
    undo(&mut studio);
    assert!(active(&studio).cleaning.is_off());
    assert!(std::sync::Arc::ptr_eq(&joints(&studio), &before), "the earlier result came back");
}

#[test]
fn people_are_turned_sized_and_held_in_place() {
    let (mut studio, _folder) = two_people();
    open_panel(&mut studio);
    click(&mut studio, "Path: In place");
    assert_eq!(active(&studio).world.root, RootTrajectory::InPlace);
    click(&mut studio, "Up: As filmed");
    assert_eq!(active(&studio).world.upright, Upright::Camera);
    click(&mut studio, "Reset upright and floor");
    assert_eq!(active(&studio).world, Default::default());

    studio.get_by_label("Body height of Person 1").scroll_to_me();
    studio.run();
    studio.get_by_label("Body height of Person 1").click();
    studio.run();
    studio.event(Event::Text("1.9".to_owned()));
    studio.run();
    studio.key_press(Key::Enter);
    studio.run();
    wait_until(&mut studio, "the new size", |app| !app.is_busy());
    assert_eq!(studio.state().session().person(PersonId(1)).unwrap().height_m, Some(1.9));
    let placement = &studio.state().session().active_motion().unwrap().placement;
    assert_eq!(placement.height_m(PersonId(1)), Some(1.9));
    click(&mut studio, "Estimate the height of Person 1");
    assert_eq!(studio.state().session().person(PersonId(1)).unwrap().height_m, None);
    undo(&mut studio);
    assert_eq!(studio.state().session().person(PersonId(1)).unwrap().height_m, Some(1.9));
    undo(&mut studio);
    assert_eq!(studio.state().session().person(PersonId(1)).unwrap().height_m, None);
}

#[test]
fn the_model_s_options_are_undone_too() {
    let (mut studio, _folder) = two_people();
    studio.get_by_role_and_label(Role::Tab, "Models").click();
    studio.run();
    let joints = |studio: &Studio| {
        let session = studio.state().session();
        session.results.shown(session.active_id().unwrap())[0].joints.clone()
    };
    let before = joints(&studio);
    click(&mut studio, "Average with the mirrored pose");
    assert!(!studio.state().session().settings.infer.flip);
    assert!(joints(&studio) != before);
    undo(&mut studio);
    assert!(studio.state().session().settings.infer.flip);
    assert!(std::sync::Arc::ptr_eq(&joints(&studio), &before));
}

#[test]
fn a_clip_of_3d_poses_has_nothing_to_repair() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("X3D.npy");
    let mut bytes = Vec::new();
    let values = (0..10 * 17 * 3).map(|i| (i % 51) as f32 * 0.01 - 0.3);
    motionbert::io::npy::write_f32(&mut bytes, &[10, 17, 3], values).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let mut studio = super::Setup::file(&path).settle_in(folder.path());
    open_panel(&mut studio);
    assert!(studio.query_by_label("Repair left/right swaps").is_none());
    studio.get_by_label("Smoothing: Butterworth");
    studio.get_by_label("Up: Fit clip");
}
