//! Moves: mark one, find where else it happens, name it, and see it labelled in another clip; all by label.

use std::path::{Path, PathBuf};

use eframe::egui::accesskit;
use eframe::egui::{Event, Key, Modifiers, PointerButton, Role, pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use motionbert::data::FrameRange;
use motionbert::motion::segments::SegmentOptions;
use motionbert::nn::{DstformerConfig, seeded_action};
use motionbert::session::actions::{ActionModelChoice, LabelOptions};
use motionbert::session::{Settings, Stretch};

use super::waving::{LEFT_WRIST, STANCE, write_clip};
use super::{Setup, Studio, drop_on, frame, wait_until};

/// Joints of the left arm and of both knees in COCO's order.
const LEFT_ELBOW: usize = 7;
const UPPER_BODY: std::ops::Range<usize> = 0..13;

/// One person who stands, raises the left arm in `raises` and squats in `squats`.
fn gym(folder: &Path, name: &str, frames: usize, raises: &[usize], squats: &[usize]) -> PathBuf {
    const LENGTH: usize = 45;
    let path = folder.join(name);
    let doing = |starts: &[usize], frame: usize| {
        let start = starts.iter().find(|start| (**start..**start + LENGTH).contains(&frame));
        start.map_or(0.0, |start| (std::f64::consts::PI * (frame - start) as f64 / LENGTH as f64).sin())
    };
    write_clip(&path, 1, frames, |frame, _, joint| {
        let [mut x, mut y] = STANCE[joint];
        let (arm, legs) = (doing(raises, frame), doing(squats, frame));
        match joint {
            LEFT_ELBOW => (x, y) = (x + 10.0 * arm, y - 45.0 * arm),
            LEFT_WRIST => (x, y) = (x + 5.0 * arm, y - 110.0 * arm),
            _ => {}
        }
        if UPPER_BODY.contains(&joint) {
            y += 45.0 * legs;
        }
        if [13, 14].contains(&joint) {
            x += 25.0 * legs * x.signum();
            y += 20.0 * legs;
        }
        // Nobody stands quite still, and no detector is quite sure.
        let wobble = |seed: usize| 3.0 * (((frame * 31 + joint * 17 + seed) * 7919 % 101) as f64 / 100.0 - 0.5);
        [320.0 + 1.5 * x + wobble(0), 300.0 + 1.5 * y + wobble(50)]
    });
    path
}

/// Drags over the lane with Shift, over frames `range` of `count`.
fn mark(studio: &mut Studio, person: &str, count: usize, range: FrameRange) {
    let lane = studio.get_by_label_contains(&format!("Lane of {person}")).rect();
    // At both ends of the ruler a margin is free.
    let ruler = studio.get_by_label("Playhead").rect().shrink2(vec2(8.0, 0.0));
    let at = |frame: f32| pos2(ruler.left() + ruler.width() * (frame + 0.5) / count as f32, lane.center().y);
    let (first, last) = (range.start as f32, range.end as f32 - 1.0);
    let button = |pressed, pos| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::SHIFT,
    };
    studio.hover_at(at(first));
    studio.step();
    studio.event_modifiers(button(true, at(first)), Modifiers::SHIFT);
    studio.step();
    for share in [0.3, 0.7, 1.0] {
        studio.event_modifiers(Event::PointerMoved(at(first + share * (last - first))), Modifiers::SHIFT);
        studio.step();
    }
    studio.event_modifiers(button(false, at(last)), Modifiers::SHIFT);
    studio.run();
}

fn marked(studio: &Studio) -> Stretch {
    studio.state().session().actions.mark.unwrap()
}

fn settle(studio: &mut Studio, what: &str) {
    studio.step();
    wait_until(studio, what, |app| !app.is_busy());
    studio.run();
}

fn labels_of(studio: &Studio) -> Vec<(String, FrameRange)> {
    let session = studio.state().session();
    let labels = session.labels(session.active_id().unwrap()).unwrap();
    let segments = labels.people.iter().flat_map(|person| person.segments.iter());
    segments.map(|segment| (labels.name(segment.class).to_owned(), segment.range)).collect()
}

#[test]
fn a_move_is_marked_found_named_and_labelled_in_another_clip() {
    let folder = tempfile::tempdir().unwrap();
    let first = gym(folder.path(), "first.json", 330, &[60, 200], &[130, 270]);
    let second = gym(folder.path(), "second.json", 200, &[90], &[30]);
    let mut studio = Setup::file(&first).settle_in(folder.path());
    studio.key_press(Key::A);
    studio.run();
    studio.get_by_label_contains("Mark a stretch on the timeline");

    mark(&mut studio, "Person 1", 330, FrameRange::new(60, 105));
    let stretch = marked(&studio);
    assert!(stretch.range.start.abs_diff(60) <= 2 && stretch.range.end.abs_diff(105) <= 2, "{stretch:?}");
    studio.get_by_role_and_label(Role::Button, "Find this move").click();
    settle(&mut studio, "the search");
    let found = studio.state().session().found().unwrap().clone();
    let best = found.hits[0].at.range;
    let raised_again = FrameRange::of_len(200, 45);
    assert!(found.hits.iter().any(|hit| hit.at.range.intersect(raised_again).len() > 25), "{:?}", found.hits);
    studio.key_press(Key::F3);
    studio.run();
    assert_eq!(frame(&studio), best.start);
    studio.key_press_modifiers(Modifiers::SHIFT, Key::F3);
    studio.run();
    assert_eq!(frame(&studio), found.hits[found.hits.len() - 1].at.range.start, "around the ends");

    studio.get_by_role_and_label(Role::Button, "Save as move…").click();
    studio.run();
    studio.get_by_role_and_label(Role::TextInput, "Name of the move").type_text("Arm up");
    studio.run();
    studio.key_press(Key::Enter);
    settle(&mut studio, "the labels");
    let labels = labels_of(&studio);
    assert!(labels.iter().all(|(name, _)| name == "Arm up"), "{labels:?}");
    let raise = FrameRange::of_len(60, 45);
    assert!(labels.iter().any(|(_, range)| range.intersect(raise).len() > 25), "{labels:?}");
    assert!(studio.query_all_by_label_contains("Arm up, 0:").next().is_some(), "on the lane");
    let last = labels.iter().map(|(_, range)| range.start).max().unwrap();
    studio.key_press(Key::End);
    studio.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    studio.run();
    assert_eq!(frame(&studio), last);

    drop_on(&mut studio, second);
    wait_until(&mut studio, "the second clip", |app| !app.is_busy() && app.session().document().sources.len() == 2);
    studio.run_steps(3);
    let labels = labels_of(&studio);
    assert!(labels.iter().any(|(_, range)| range.intersect(FrameRange::new(90, 135)).len() > 25), "{labels:?}");
    assert!(studio.query_all_by_label_contains("Arm up, 0:").next().is_some());
    // What was looked for is found there too, and a click goes there.
    let hits = studio.state().session().found().unwrap().hits.clone();
    assert!(hits.iter().any(|hit| Some(hit.at.source) == studio.state().session().active_id()), "{hits:?}");

    // A second name, then back.
    studio.get_by_role_and_label(Role::ListItem, "Examples of Arm up").click();
    studio.run();
    studio.get_by_label_contains("Remove the example of Person 1 in first.json");
    studio.get_by_role_and_label(Role::Button, "Remove Arm up").click();
    settle(&mut studio, "no labels");
    assert!(studio.query_all_by_label_contains("Arm up, 0:").next().is_none());
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    settle(&mut studio, "the labels again");
    assert!(studio.query_all_by_label_contains("Arm up, 0:").next().is_some());
    std::thread::sleep(std::time::Duration::from_millis(1100));
    settle(&mut studio, "the file");
    let kept = folder.path().join("my.moves.json");
    wait_until(&mut studio, "the file of moves", |_| kept.exists());

    // The next start knows it.
    drop(studio);
    let mut again = Setup::file(&first).settle_in(folder.path());
    settle(&mut again, "the labels");
    assert!(again.query_all_by_label_contains("Arm up, 0:").next().is_some());
}

/// Sets a slider as a screen reader would.
fn set(studio: &mut Studio, label: &str, value: f64) {
    let slider = studio.get_by_role_and_label(Role::Slider, label);
    let (target_node, target_tree) = slider.accesskit_node().locate();
    studio.event(Event::AccessKitActionRequest(accesskit::ActionRequest {
        action: accesskit::Action::SetValue,
        target_node,
        target_tree,
        data: Some(accesskit::ActionData::NumericValue(value)),
    }));
    settle(studio, "the labels");
}

#[test]
fn an_action_model_labels_with_its_names_and_sliders_cut_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let clip = gym(folder.path(), "gym.json", 120, &[30], &[]);
    let file = folder.path().join("actions.safetensors");
    seeded_action(&DstformerConfig::TINY, 24, Some(60), 3).write_safetensors(&file).unwrap();
    let cut = SegmentOptions { threshold: 0.01, ..SegmentOptions::default() };
    let model = Some(ActionModelChoice { file: file.clone(), names: None });
    let actions = LabelOptions { model, model_cut: cut, ..LabelOptions::default() };
    let settings = Settings { actions, ..Settings::default() };
    let mut studio = Setup { settings, ..Setup::file(&clip) }.settle_in(folder.path());
    let session = studio.state().session();
    let source = session.active_id().unwrap();
    let (labels, scores) = (session.labels(source).unwrap().clone(), session.scores(source).unwrap().clone());
    assert_eq!((labels.names.len(), labels.people.len()), (60, 1));
    let segment = labels.people[0].segments[0];
    assert!(segment.score > 0.01, "{segment:?}");
    let name = labels.name(segment.class).to_owned();
    studio.key_press(Key::A);
    studio.run();
    studio.get_by_label_contains(&format!("{name}, 0:"));
    studio.get_by_label("60 classes");
    set(&mut studio, "At least", 100.0);
    let session = studio.state().session();
    assert!(session.labels(source).unwrap().people[0].segments.is_empty());
    assert!(std::sync::Arc::ptr_eq(session.scores(source).unwrap(), &scores), "the model is not asked again");
    assert_eq!(session.settings.actions.model_cut.threshold, 1.0);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    settle(&mut studio, "the labels");
    assert_eq!(studio.state().session().labels(source).unwrap().people[0].segments[0], segment);

    // A click on a label marks it, a second one plays it again and again.
    let label = format!("{name}, 0:");
    studio.get_by_label_contains(&label).click();
    studio.run();
    assert_eq!(marked(&studio).range, segment.range);
    studio.run_steps(30);
    let button = studio.get_by_label_contains(&label);
    button.click();
    button.click();
    studio.run_steps(3);
    assert!(studio.state().session().clock.is_playing());
}

#[test]
fn an_action_model_that_cannot_be_read_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let clip = gym(folder.path(), "gym.json", 30, &[], &[]);
    let file = folder.path().join("actions.bin");
    std::fs::write(&file, "not a model").unwrap();
    let actions = LabelOptions { model: Some(ActionModelChoice { file, names: None }), ..LabelOptions::default() };
    let settings = Settings { actions, ..Settings::default() };
    let mut studio = Setup { settings, ..Setup::file(&clip) }.settle_in(folder.path());
    assert_eq!(studio.query_all_by_label("The action model could not be loaded").count(), 1);
    settle(&mut studio, "nothing more");
    assert_eq!(studio.query_all_by_label("The action model could not be loaded").count(), 1);
}

#[test]
fn a_dropped_file_of_moves_is_added_and_a_broken_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let clip = gym(folder.path(), "gym.json", 120, &[40], &[]);
    let mut studio = Setup::file(&clip).settle_in(folder.path());
    mark(&mut studio, "Person 1", 120, FrameRange::new(40, 85));
    studio.key_press_modifiers(Modifiers::COMMAND, Key::S);
    studio.run();
    studio.get_by_role_and_label(Role::TextInput, "Name of the move").type_text("Arm up");
    studio.run();
    studio.key_press(Key::Enter);
    settle(&mut studio, "the labels");
    let moves = studio.state().session().document().moves.clone();
    let shared = folder.path().join("shared.moves.json");
    motionbert::io::moves::write(&shared, &moves, &motionbert::support::CancelToken::new()).unwrap();
    studio.get_by_role_and_label(Role::Button, "Remove Arm up").click();
    settle(&mut studio, "no labels");
    assert!(studio.state().session().document().moves.classes.is_empty());
    drop_on(&mut studio, shared);
    settle(&mut studio, "the moves");
    assert_eq!(studio.state().session().document().moves.classes.len(), 1);
    assert_eq!(studio.state().session().history.undo_label(), Some("Import moves"));
    let broken = folder.path().join("broken.moves.json");
    std::fs::write(&broken, "{").unwrap();
    drop_on(&mut studio, broken);
    settle(&mut studio, "the refusal");
    studio.get_by_label_contains("Could not open broken.moves.json");
    assert_eq!(studio.state().session().document().moves.classes.len(), 1);
}
