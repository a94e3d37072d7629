//! What is repeated: on the lane, in the inspector, and by keys.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use motionbert::data::{FrameRange, Repetitions};
use tempfile::TempDir;

use super::squatting::squats;
use super::{Setup, Studio, frame};

const COUNT: usize = 6;
const PERIOD: usize = 40;
const STILL: usize = 30;

fn squatter(count: usize) -> (Studio, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("X3D.npy");
    std::fs::write(&path, squats(count, PERIOD, STILL)).unwrap();
    (Setup::file(&path).settle_in(folder.path()), folder)
}

fn repetitions(studio: &Studio) -> Repetitions {
    let motion = studio.state().session().active_motion().unwrap();
    let [repetitions] = &motion.people[0].repetitions[..] else { panic!("{:?}", motion.people[0].repetitions) };
    repetitions.clone()
}

fn press(studio: &mut Studio, modifiers: Modifiers, key: Key) {
    studio.key_press_modifiers(modifiers, key);
    studio.run();
}

#[test]
fn squats_are_counted_on_the_lane_and_at_the_playhead() {
    let (mut studio, _folder) = squatter(COUNT);
    let squats = repetitions(&studio);
    assert_eq!(squats.count(), COUNT);
    studio.get_by_label_contains("repeats 6×");
    // Nothing is repeated while they stand still.
    studio.get_by_label("none here");

    let third = squats.boundaries[2] + (squats.boundaries[3] - squats.boundaries[2]) / 2;
    studio.get_by_label("Playhead").set_value_accesskit(third as f64);
    studio.run();
    studio.get_by_label_contains("3 of 6, 5");
    studio.get_by_label_contains("1.33 s, 45 per minute");

    studio.get_by_label_contains("Lane of").hover();
    studio.run();
    studio.get_by_label_contains("of 6: 1.3");
}

#[test]
fn keys_go_from_repetition_to_repetition_and_loop_one() {
    let (mut studio, _folder) = squatter(COUNT);
    let squats = repetitions(&studio);
    press(&mut studio, Modifiers::SHIFT, Key::L);
    assert_eq!(studio.state().session().active().unwrap().trim, None, "nothing to loop while they stand");
    for boundary in [0, 1, 2] {
        press(&mut studio, Modifiers::ALT, Key::CloseBracket);
        assert_eq!(frame(&studio), squats.boundaries[boundary]);
    }
    press(&mut studio, Modifiers::ALT, Key::OpenBracket);
    assert_eq!(frame(&studio), squats.boundaries[1]);

    press(&mut studio, Modifiers::SHIFT, Key::L);
    let session = studio.state().session();
    let second = FrameRange::new(squats.boundaries[1], squats.boundaries[2]);
    assert_eq!(session.active().unwrap().trim, Some(second));
    assert!(session.clock.is_looping());

    press(&mut studio, Modifiers::COMMAND, Key::Z);
    assert_eq!(studio.state().session().active().unwrap().trim, None);
}

#[test]
fn a_single_squat_is_not_a_repetition() {
    let (mut studio, _folder) = squatter(1);
    assert!(studio.state().session().active_motion().unwrap().people[0].repetitions.is_empty());
    assert!(studio.query_by_label_contains("repeats").is_none());
    assert!(studio.query_by_label("Repetition").is_none());
    press(&mut studio, Modifiers::ALT, Key::CloseBracket);
    assert_eq!(frame(&studio), 0);
}
