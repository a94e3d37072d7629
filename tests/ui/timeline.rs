//! In and out point, markers, jumps, zoom and heat on the timeline, by label.

use std::path::PathBuf;

use eframe::egui::{Key, Modifiers, Pos2, Role};
use egui_kittest::kittest::Queryable;
use motionbert::data::{FrameIndex, FrameRange, JointIndex, PersonId};
use motionbert::session::Settings;
use motionbert::session::clock::SPEEDS;
use motionbert::session::settings::ThemeChoice;
use motionbert::session::{Pick, SourceState};
use tempfile::TempDir;

use super::waving::{STANCE, write_seen_clip};
use super::{Setup, Studio, by_hand, frame, two_people};

/// Frames that person 1 is missing in, and frames in which both are seen badly, the second worse.
const GAP: std::ops::Range<usize> = 20..25;
const DIP: usize = 40;
const WORSE: usize = 70;

/// Two people over 90 frames at 30 fps with a gap and two dips.
fn seen_unevenly() -> (Studio, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("uneven.json");
    let place = |_, person: usize, joint: usize| {
        let [x, y] = STANCE[joint];
        [200.0 + 150.0 * person as f64 + x, 300.0 + y]
    };
    write_seen_clip(&path, 2, 90, place, |frame, person, _| match frame {
        _ if person == 0 && GAP.contains(&frame) => None,
        DIP => Some(0.5),
        WORSE => Some(0.3),
        _ => Some(0.9),
    });
    (Setup::file(&path).settle_in(folder.path()), folder)
}

fn active(studio: &Studio) -> &SourceState {
    studio.state().session().active().unwrap()
}

fn press(studio: &mut Studio, key: Key) {
    studio.key_press(key);
    studio.run();
}

fn press_with(studio: &mut Studio, modifiers: Modifiers, key: Key) {
    studio.key_press_modifiers(modifiers, key);
    studio.run();
}

fn go_to(studio: &mut Studio, frame: usize) {
    studio.get_by_label("Playhead").set_value_accesskit(frame as f64);
    studio.run();
    assert_eq!(super::frame(studio), frame);
}

/// Drags from the middle of what has this label, by `points` to the right.
fn drag(studio: &mut Studio, label: &str, points: f32) {
    let from = studio.get_by_label(label).rect().center();
    let to = Pos2::new(from.x + points, from.y);
    studio.hover_at(from);
    studio.step();
    studio.drag_at(from);
    studio.step();
    for share in [0.4, 0.8, 1.0] {
        studio.hover_at(from + (to - from) * share);
        studio.step();
    }
    studio.drop_at(to);
    studio.run();
}

fn markers(studio: &Studio) -> Vec<(usize, String)> {
    active(studio).markers.iter().map(|marker| (marker.frame.0, marker.name.clone())).collect()
}

#[test]
fn in_and_out_points_hold_playback_and_are_undone_one_by_one() {
    let (mut studio, _folder) = two_people();
    go_to(&mut studio, 6);
    press(&mut studio, Key::I);
    go_to(&mut studio, 15);
    press(&mut studio, Key::O);
    assert_eq!(active(&studio).trim, Some(FrameRange::new(6, 16)));
    studio.get_by_label("In to out 00:00.33");
    for (key, expected) in [(Key::Home, 6), (Key::Home, 0), (Key::End, 15), (Key::End, 23)] {
        press(&mut studio, key);
        assert_eq!(frame(&studio), expected, "{key:?}");
    }
    press(&mut studio, Key::L);
    studio.key_press(Key::Space);
    studio.step();
    studio.step();
    assert!((6..10).contains(&frame(&studio)), "from outside it starts at the in point");
    studio.run_steps(30);
    assert_eq!(frame(&studio), 15);
    assert!(!studio.state().session().clock.is_playing());

    press_with(&mut studio, Modifiers::ALT, Key::I);
    assert_eq!(active(&studio).trim, Some(FrameRange::new(0, 16)));
    press(&mut studio, Key::X);
    assert_eq!(active(&studio).trim, None);
    assert!(studio.query_by_label("In point").is_none());
    for expected in [Some(FrameRange::new(0, 16)), Some(FrameRange::new(6, 16)), Some(FrameRange::new(6, 24)), None] {
        press_with(&mut studio, Modifiers::COMMAND, Key::Z);
        assert_eq!(active(&studio).trim, expected);
    }
}

#[test]
fn brackets_are_dragged_in_one_step_and_moved_by_keys() {
    let (mut studio, _folder) = two_people();
    go_to(&mut studio, 10);
    press(&mut studio, Key::I);
    let points_per_frame = 1280.0 / 24.0;
    drag(&mut studio, "In point", -4.0 * points_per_frame);
    let dragged = active(&studio).trim.unwrap();
    assert!((5..9).contains(&dragged.start), "{dragged:?}");
    assert_eq!(frame(&studio), 10, "dragging a bracket leaves the playhead alone");
    press_with(&mut studio, Modifiers::COMMAND, Key::Z);
    assert_eq!(active(&studio).trim, Some(FrameRange::new(10, 24)), "a drag is one step");

    studio.get_by_label("Out point").set_value_accesskit(18.0);
    studio.run();
    studio.get_by_label("In point").increment_accesskit();
    studio.run();
    assert_eq!(active(&studio).trim, Some(FrameRange::new(11, 19)));
    studio.get_by_label("Out point").set_value_accesskit(2.0);
    studio.run();
    assert_eq!(active(&studio).trim, Some(FrameRange::new(11, 12)), "one frame stays between them");
}

#[test]
fn markers_are_added_named_moved_and_deleted() {
    let (mut studio, _folder) = two_people();
    go_to(&mut studio, 6);
    press(&mut studio, Key::M);
    go_to(&mut studio, 15);
    press(&mut studio, Key::M);
    assert_eq!(markers(&studio), [(6, "Marker 1".to_owned()), (15, "Marker 2".to_owned())]);
    studio.get_by_role_and_label(Role::Button, "Marker 1 at 00:00.200").click();
    studio.run();
    assert_eq!(frame(&studio), 6);

    press(&mut studio, Key::F2);
    press_with(&mut studio, Modifiers::COMMAND, Key::A);
    studio.get_by_role_and_label(Role::TextInput, "New name").type_text("Take-off");
    studio.run();
    press(&mut studio, Key::Enter);
    assert_eq!(markers(&studio)[0].1, "Take-off");

    // Beyond the other one, which stays unharmed.
    drag(&mut studio, "Take-off at 00:00.200", 560.0);
    let moved = markers(&studio);
    assert_eq!(moved[0], (15, "Marker 2".to_owned()));
    assert!(moved[1].0 > 16 && moved[1].1 == "Take-off", "{moved:?}");
    press_with(&mut studio, Modifiers::COMMAND, Key::Z);
    assert_eq!(markers(&studio)[0], (6, "Take-off".to_owned()));

    studio.get_by_label("Take-off at 00:00.200").click_secondary();
    studio.run();
    studio.get_by_label("Delete marker").click();
    studio.run();
    assert_eq!(markers(&studio), [(15, "Marker 2".to_owned())]);

    for (key, expected) in [(Key::OpenBracket, 0), (Key::CloseBracket, 15), (Key::CloseBracket, 23)] {
        press(&mut studio, key);
        assert_eq!(frame(&studio), expected, "{key:?}");
    }
    press(&mut studio, Key::CloseBracket);
    studio.get_by_label_contains("No mark after this frame");
    for (key, expected) in [(Key::Comma, 22), (Key::Comma, 21), (Key::Period, 22)] {
        press(&mut studio, key);
        assert_eq!(frame(&studio), expected, "{key:?}");
    }
}

#[test]
fn a_marker_with_the_keyboard_moves_and_keeps_it() {
    let (mut studio, _folder) = two_people();
    go_to(&mut studio, 6);
    press(&mut studio, Key::M);
    studio.get_by_label("Marker 1 at 00:00.200").focus();
    studio.run();
    press(&mut studio, Key::ArrowRight);
    press(&mut studio, Key::ArrowRight);
    assert_eq!(markers(&studio)[0].0, 8);
    assert_eq!(frame(&studio), 6);
}

#[test]
fn jumps_find_gaps_and_low_confidence_and_say_when_there_is_none() {
    let (mut studio, _folder) = seen_unevenly();
    press(&mut studio, Key::N);
    assert_eq!(frame(&studio), GAP.start);
    press(&mut studio, Key::N);
    assert_eq!(frame(&studio), GAP.start);
    studio.get_by_label_contains("No gap begins after this frame");
    go_to(&mut studio, 80);
    press_with(&mut studio, Modifiers::SHIFT, Key::OpenBracket);
    assert_eq!(frame(&studio), GAP.start);
    for expected in [WORSE, DIP, WORSE] {
        press(&mut studio, Key::W);
        assert_eq!(frame(&studio), expected);
    }
    studio.get_by_role_and_label(Role::ListItem, "Person 2").click();
    studio.run();
    press(&mut studio, Key::B);
    assert_eq!(frame(&studio), WORSE, "person 2 has no gap");

    let (mut studio, _folder) = two_people();
    press(&mut studio, Key::W);
    studio.get_by_label_contains("No dips in confidence");
}

#[test]
fn zooming_shows_where_in_the_clip_the_view_is() {
    let (mut studio, _folder) = seen_unevenly();
    assert!(studio.query_by_label("Timeline overview").is_none());
    press(&mut studio, Key::Equals);
    assert_eq!(studio.get_by_label("Timeline overview").value().as_deref(), Some("0 to 67 %"));
    press(&mut studio, Key::Minus);
    assert!(studio.query_by_label("Timeline overview").is_none());
    go_to(&mut studio, 45);
    press(&mut studio, Key::I);
    press(&mut studio, Key::Z);
    assert_eq!(studio.get_by_label("Timeline overview").value().as_deref(), Some("50 to 100 %"));
    drag(&mut studio, "Timeline overview", 0.0);
    drag(&mut studio, "Timeline overview", -2000.0);
    assert!(studio.get_by_label("Timeline overview").value().unwrap().starts_with("0 to"));
    press_with(&mut studio, Modifiers::SHIFT, Key::Z);
    assert!(studio.query_by_label("Timeline overview").is_none());
}

#[test]
fn parts_of_the_body_show_under_the_selected_person() {
    let (mut studio, _folder) = seen_unevenly();
    let left_arm = "Left arm of Person 1, mean confidence 0.89";
    assert!(studio.query_by_label(left_arm).is_none());
    press(&mut studio, Key::H);
    studio.get_by_label(left_arm);
    studio.get_by_role_and_label(Role::ListItem, "Person 2").click();
    studio.run();
    assert!(studio.query_by_label(left_arm).is_none());
    studio.get_by_label_contains("Right leg of Person 2").hover();
    studio.run();
    studio.get_by_label_contains("Right leg: confidence 0.90");
    studio.get_by_role_and_label(Role::Button, "Confidence by body part").click();
    studio.run();
    assert!(studio.query_by_label_contains("Right leg of").is_none());
}

#[test]
fn a_lane_is_its_person_under_the_pointer_and_when_clicked() {
    let (mut studio, _folder) = two_people();
    let lane = studio.get_by_label_contains("Lane of Person 2").rect().center();
    studio.hover_at(lane);
    studio.run();
    assert_eq!(studio.state().session().selection.hovered, Some(Pick::body(PersonId(2))));
    studio.get_by_label_contains("Lane of Person 2").click();
    studio.run();
    assert_eq!(studio.state().session().selection.selected, Some(Pick::body(PersonId(2))));
    studio.get_by_label_contains("right knee: ").click();
    studio.run();
    let joint = Pick::joint(PersonId(2), JointIndex(2));
    assert_eq!(studio.state().session().selection.selected, Some(joint));
    studio.hover_at(lane);
    studio.run();
    studio.get_by_label_contains("right knee: confidence 0.90");
}

#[test]
fn the_context_menu_acts_where_it_was_asked_for() {
    let (mut studio, _folder) = two_people();
    for (entry, check) in [
        (
            "Set in point here",
            (|active| active.trim.is_some_and(|trim| trim.start > 8 && trim.end == 24)) as fn(&SourceState) -> bool,
        ),
        ("Add marker here", |active| {
            active.markers.len() == 1 && active.marker_at(FrameIndex(active.played().start)).is_some()
        }),
        ("Set out point here", |active| active.played().len() == 1),
    ] {
        studio.get_by_label_contains("Lane of Person 1").click_secondary();
        studio.run();
        studio.get_by_label(entry).click();
        studio.run();
        assert!(check(active(&studio)), "{entry}: {:?}", active(&studio).trim);
    }
    assert_eq!(frame(&studio), 0, "the playhead stays");
}

#[test]
fn any_speed_can_be_set_and_a_double_click_takes_it_back() {
    let (mut studio, _folder) = two_people();
    for speed in SPEEDS {
        studio.get_by_label("Speeds").click();
        studio.run();
        studio.get_by_role_and_label(Role::MenuItemCheckBox, &format!("{speed}×")).click();
        studio.run();
        assert_eq!(studio.state().session().clock.speed(), speed);
    }
    studio.get_by_label("Speed: 4").click();
    studio.run();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::A);
    studio.get_by_label("Speed: 4").type_text("0.37");
    studio.run();
    press(&mut studio, Key::Enter);
    assert_eq!(studio.state().session().clock.speed(), 0.37);
    studio.run_steps(30);
    let field = studio.get_by_label("Speed: 0.37");
    field.click();
    field.click();
    studio.run();
    studio.get_by_label("Speed: 1");
}

/// Writes pictures of the timeline to the folder in `STUDIO_PICTURES`, for looking at.
#[test]
#[ignore = "for looking at"]
fn timeline_pictures() {
    let folder = by_hand::pictures_folder();
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("clip.json");
    for (people, theme, name) in
        [(3, ThemeChoice::Dark, "dark"), (3, ThemeChoice::Light, "light"), (30, ThemeChoice::Dark, "crowd")]
    {
        let place = |_, person: usize, joint: usize| {
            let [x, y] = STANCE[joint];
            [200.0 + 150.0 * (person % 6) as f64 + x, 300.0 + 200.0 * (person / 6) as f64 + y]
        };
        let frames = if people > 3 { 120 } else { 600 };
        write_seen_clip(&path, people, frames, place, |frame, person, joint| {
            let is_lost = (frame + 40 * person) % 250 < 18;
            let wave = (frame as f64 / 37.0 + person as f64 + joint as f64 / 3.0).sin();
            (!is_lost).then_some(0.62 + 0.36 * wave)
        });
        let settings = Settings { theme, ..Settings::default() };
        let setup = Setup { settings, with_gpu: true, ..Setup::file(&path) };
        let mut studio = setup.settle_in(scratch.path());
        let save = |studio: &mut Studio, state: &str| by_hand::save(studio, &folder, &format!("{name}_{state}"));
        for (frame, key) in
            [(90, Key::I), (450, Key::O), (120, Key::M), (126, Key::M), (150, Key::M), (300, Key::M), (590, Key::M)]
        {
            go_to(&mut studio, frame * frames / 600);
            press(&mut studio, key);
        }
        go_to(&mut studio, frames / 2);
        press(&mut studio, Key::F2);
        press_with(&mut studio, Modifiers::COMMAND, Key::A);
        let field = studio.get_by_role_and_label(Role::TextInput, "New name");
        field.type_text("Left foot leaves the ground before the jump");
        studio.run();
        save(&mut studio, "rename");
        press(&mut studio, Key::Enter);
        go_to(&mut studio, 226 * frames / 600);
        save(&mut studio, "marks");
        let lane = studio.get_by_label_contains("Lane of Person 2").rect();
        studio.hover_at(lane.lerp_inside(eframe::egui::vec2(0.5, 0.5)));
        studio.run();
        save(&mut studio, "hover");
        press(&mut studio, Key::Z);
        press(&mut studio, Key::H);
        studio.run();
        save(&mut studio, "heat");
        studio.get_by_role_and_label(Role::ListItem, "Person 3").click();
        studio.run();
        let flag = studio.get_by_label_contains("Marker 1 at").rect().center();
        studio.hover_at(flag);
        studio.run_steps(30);
        save(&mut studio, "flag");
        studio.get_by_label_contains("Right arm of Person 3").hover();
        studio.run_steps(30);
        save(&mut studio, "part");
        studio.get_by_label_contains("Lane of Person 3").click_secondary();
        studio.run();
        save(&mut studio, "menu");
        press(&mut studio, Key::Escape);
        press(&mut studio, Key::F1);
        save(&mut studio, "keys");
    }
}
