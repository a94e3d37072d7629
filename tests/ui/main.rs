//! The window, driven by accessibility labels the way a person or a screen reader would.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod actions;
mod bodies;
mod by_hand;
mod cleaning;
mod clips;
mod cycles;
mod detection;
mod export;
mod handling;
mod live;
mod moves;
mod reading;
mod scene;
mod shelf;
mod timeline;
mod video;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{self, Key, Modifiers, Role, Vec2};
use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};
use egui_kittest::{Harness, kittest::Queryable};
use motionbert::data::{FrameIndex, PersonId};
use motionbert::session::settings::ThemeChoice;
use motionbert::session::{ModelChoice, Settings};
use motionbert::ui::action::MENUS;
use motionbert::ui::log_book::LogBook;
use motionbert::ui::{StartOptions, StudioApp};
use tempfile::TempDir;

#[path = "../support/painted.rs"]
mod painted;
#[path = "../support/squatting.rs"]
mod squatting;
#[path = "../support/waving.rs"]
mod waving;
use waving::{LEFT_WRIST, STANCE, write_clip};

type Studio = Harness<'static, StudioApp>;

/// How a test's window is made.
struct Setup {
    size: Vec2,
    start: StartOptions,
    settings: Settings,
    with_gpu: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            size: Vec2::new(1280.0, 720.0),
            start: StartOptions::default(),
            settings: Settings::default(),
            with_gpu: false,
        }
    }
}

impl Setup {
    fn file(path: &Path) -> Self {
        Self { start: StartOptions { files: vec![path.to_owned()], ..StartOptions::default() }, ..Self::default() }
    }

    /// The window with its settings kept in `folder`.
    fn open_in(self, folder: &Path) -> Studio {
        let path = folder.join("settings.json");
        std::fs::write(&path, serde_json::to_vec(&self.settings).unwrap()).unwrap();
        let mut builder = Harness::builder()
            .with_size(self.size)
            .with_step_dt(1.0 / 30.0)
            .with_max_steps(60)
            .with_render_cursor(false);
        if self.with_gpu {
            let options = eframe::egui_wgpu::RendererOptions::PREDICTABLE;
            let state = create_render_state(default_wgpu_setup(), options);
            builder = builder.renderer(WgpuTestRenderer::from_render_state(state));
        }
        let start = self.start;
        builder.build_eframe(move |creation| {
            let gpu = creation.wgpu_render_state.as_ref();
            StudioApp::new(&creation.egui_ctx, Some(path), start, LogBook::default(), gpu).unwrap()
        })
    }

    /// As [`Setup::open_in`], and waits until everything is read and lifted; paused at the first frame.
    fn settle_in(self, folder: &Path) -> Studio {
        let mut studio = self.open_in(folder);
        wait_until(&mut studio, "the first clip", |app| !app.is_busy() && app.session().active().is_some());
        studio.get_by_label("Pause").click();
        studio.step();
        studio.key_press(Key::Home);
        studio.run();
        studio
    }
}

/// Steps until `done` or a long time has passed.
fn wait_until(studio: &mut Studio, what: &str, done: impl Fn(&StudioApp) -> bool) {
    let start = Instant::now();
    while !done(studio.state()) {
        assert!(start.elapsed() < Duration::from_secs(120), "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(5));
        studio.step();
    }
    studio.step();
}

/// AlphaPose results of people who wave: id 1 and so on, in all frames.
fn clip(folder: &Path, name: &str, people: usize, frames: usize) -> PathBuf {
    let path = folder.join(name);
    write_clip(&path, people, frames, |frame, person, joint| {
        let [x, y] = STANCE[joint];
        let wave = if joint == LEFT_WRIST { 20.0 * (frame as f64 / 5.0).sin() } else { 0.0 };
        [200.0 + 150.0 * person as f64 + x, 300.0 + y + wave]
    });
    path
}

/// A window with two people over 24 frames, and the folder that its files are in.
fn two_people() -> (Studio, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "two.json", 2, 24);
    (Setup::file(&path).settle_in(folder.path()), folder)
}

fn frame(studio: &Studio) -> usize {
    studio.state().session().frame().0
}

fn visible(studio: &Studio) -> Vec<u32> {
    studio.state().session().visible_people().map(|person| person.id.0).collect()
}

#[test]
fn the_demo_opens_lifts_and_plays_at_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut studio = Setup::default().open_in(folder.path());
    wait_until(&mut studio, "the demo", |app| app.session().active().is_some());
    assert!(studio.state().session().clock.is_playing());
    let before = frame(&studio);
    studio.run_steps(15);
    assert!((5..25).contains(&(frame(&studio) - before)), "half a second at 30 fps");
    wait_until(&mut studio, "the first results", |app| {
        let session = app.session();
        session.active_id().is_some_and(|id| !session.results.shown(id).is_empty())
    });
}

#[test]
fn a_long_inference_shows_progress_and_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "long.json", 2, 5000);
    let mut studio = Setup::file(&path).open_in(folder.path());
    wait_until(&mut studio, "the file", |app| app.session().active().is_some());
    studio.get_by_label("Cancel: Lifting long.json to 3D").click();
    wait_until(&mut studio, "the end of the job", |app| !app.is_busy());
    studio.run_steps(3);
    studio.get_by_label("Inference cancelled");
    studio.get_by_label("Pause").click();
    studio.run_steps(6 * 30);
    assert!(studio.query_by_label("Inference cancelled").is_none(), "information goes by itself");
    let session = studio.state().session();
    assert!(!session.results.is_ready(session.active_id().unwrap(), PersonId(2), FrameIndex(4999)));
}

#[test]
fn a_paused_window_rests_and_keys_move_the_playhead() {
    let (mut studio, _folder) = two_people();
    assert!(studio.run() < 5, "nothing to draw while paused");
    for (key, expected) in [
        (Key::ArrowRight, 1),
        (Key::ArrowRight, 2),
        (Key::ArrowLeft, 1),
        (Key::End, 23),
        (Key::ArrowRight, 23),
        (Key::Home, 0),
        (Key::ArrowLeft, 0),
    ] {
        studio.key_press(key);
        studio.run();
        assert_eq!(frame(&studio), expected, "{key:?}");
    }
    studio.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    studio.run();
    assert_eq!(frame(&studio), 10);
    for (button, expected) in [("Next frame", 11), ("Previous frame", 10), ("Last frame", 23), ("First frame", 0)] {
        studio.get_by_role_and_label(Role::Button, button).click();
        studio.run();
        assert_eq!(frame(&studio), expected, "{button}");
    }
    studio.key_press(Key::L);
    studio.key_press(Key::Space);
    studio.run_steps(40);
    assert_eq!(frame(&studio), 23, "stops at the end without looping");
    assert!(!studio.state().session().clock.is_playing());
    assert!(!studio.state().session().settings.loop_playback);
    studio.key_press(Key::ArrowDown);
    studio.run();
    studio.get_by_label("Speed: 0.5");
}

#[test]
fn keys_belong_to_a_text_field_while_it_is_open() {
    let (mut studio, _folder) = two_people();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::L);
    studio.run();
    studio.key_press(Key::Space);
    studio.key_press(Key::End);
    studio.run();
    assert_eq!(frame(&studio), 0);
    assert!(!studio.state().session().clock.is_playing());
    studio.key_press(Key::Escape);
    studio.run();
    studio.key_press(Key::End);
    studio.run();
    assert_eq!(frame(&studio), 23);
}

#[test]
fn people_are_hidden_shown_renamed_and_that_is_undone() {
    let (mut studio, _folder) = two_people();
    studio.get_by_label("Hide Person 1").click();
    studio.run();
    assert_eq!(visible(&studio), [2]);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    studio.run();
    assert_eq!(visible(&studio), [1, 2]);
    studio.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    studio.run();
    assert_eq!(visible(&studio), [2]);
    studio.get_by_label("Show all people").click();
    studio.run();
    assert_eq!(visible(&studio), [1, 2]);

    let row = studio.get_by_role_and_label(Role::ListItem, "Person 2");
    row.click_secondary();
    studio.run();
    studio.get_by_label("Show only this person").click();
    studio.run();
    assert_eq!(visible(&studio), [2]);

    // Long enough for the clicks before not to make this a triple click.
    studio.run_steps(30);
    let row = studio.get_by_role_and_label(Role::ListItem, "Person 2");
    row.click();
    row.click();
    studio.run();
    assert_eq!(studio.state().session().selection.person(), Some(PersonId(2)));
    studio.key_press_modifiers(Modifiers::COMMAND, Key::A);
    studio.get_by_role_and_label(Role::TextInput, "New name").type_text("Boxer");
    studio.run();
    studio.key_press(Key::Enter);
    studio.run();
    assert_eq!(studio.state().session().person(PersonId(2)).unwrap().name, "Boxer");

    studio.get_by_label("Colour of Boxer").click();
    studio.run();
    studio.get_by_label("Vermilion").click();
    studio.run();
    assert_eq!(studio.state().session().person(PersonId(2)).unwrap().colour, 6);
}

#[test]
fn escape_clears_the_selection() {
    let (mut studio, _folder) = two_people();
    studio.get_by_role_and_label(Role::ListItem, "Person 2").click();
    studio.run();
    assert_eq!(studio.state().session().selection.person(), Some(PersonId(2)));
    studio.key_press(Key::Escape);
    studio.run();
    assert_eq!(studio.state().session().selection.selected, None);
}

#[test]
fn a_wrong_path_says_what_happened_until_dismissed() {
    let (mut studio, folder) = two_people();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::L);
    studio.run();
    let missing = folder.path().join("missing.json");
    studio.get_by_role_and_label(Role::TextInput, "Path").type_text(missing.to_str().unwrap());
    studio.run();
    studio.key_press(Key::Enter);
    studio.run();
    wait_until(&mut studio, "the failure", |app| !app.is_busy());
    studio.get_by_label("Could not open missing.json");
    studio.run_steps(30 * 30);
    studio.get_by_label("Could not open missing.json");
    studio.get_by_label("Dismiss").click();
    studio.run();
    assert!(studio.query_by_label("Could not open missing.json").is_none());
    assert_eq!(studio.state().session().document().sources.len(), 1, "what was open stays");
}

#[test]
fn a_file_of_an_unknown_kind_is_refused_in_short_and_the_formats_are_there_on_demand() {
    let (mut studio, folder) = two_people();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "a list of things to do").unwrap();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::L);
    studio.run();
    studio.get_by_role_and_label(Role::TextInput, "Path").type_text(path.to_str().unwrap());
    studio.run();
    studio.key_press(Key::Enter);
    studio.run();
    wait_until(&mut studio, "the failure", |app| !app.is_busy());
    studio.get_by_label("Could not open notes.txt");
    studio.get_by_label("text of an unknown kind, starting with 'a list of things to do'");
    assert!(studio.query_by_label_contains("Can be opened: ").is_none());
    studio.get_by_role_and_label(Role::Button, "Details").click();
    studio.run();
    let formats = studio.get_by_label_contains("Can be opened: ");
    assert!(formats.rect().width() < 400.0 && studio.query_by_label("Details").is_none());
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn drop_on(studio: &mut Studio, path: PathBuf) {
    studio.input_mut().hovered_files.push(egui::HoveredFile::default());
    studio.run_steps(2);
    studio.get_by_label("Drop to open");
    studio.input_mut().hovered_files.clear();
    studio.input_mut().dropped_files.push(Arc::new(Dropped(path)));
    studio.step();
}

#[test]
fn a_dropped_file_opens_beside_the_first_and_can_be_closed() {
    let (mut studio, folder) = two_people();
    drop_on(&mut studio, clip(folder.path(), "three.json", 3, 12));
    wait_until(&mut studio, "the second file", |app| !app.is_busy() && app.session().document().sources.len() == 2);
    assert_eq!(visible(&studio), [1, 2, 3]);
    assert!(studio.state().session().clock.is_playing());
    let recent = &studio.state().session().settings.recent_files;
    assert!(recent[0].ends_with("three.json") && recent[1].ends_with("two.json"));
    studio.get_by_role_and_label(Role::ListItem, "two.json").click();
    studio.step();
    studio.step();
    assert_eq!(visible(&studio), [1, 2]);
    studio.get_by_label("Close two.json").click();
    studio.step();
    studio.step();
    assert_eq!(visible(&studio), [1, 2, 3]);
    studio.get_by_label("Close three.json").click();
    studio.run();
    studio.get_by_label("Drop a video, a keypoint file or a folder");
    studio.get_by_role_and_label(Role::ListItem, "two.json").click();
    wait_until(&mut studio, "the recent file", |app| !app.is_busy() && app.session().active().is_some());
    assert_eq!(visible(&studio), [1, 2]);
}

#[test]
fn a_model_that_cannot_be_loaded_leaves_the_old_one() {
    let (mut studio, folder) = two_people();
    let path = folder.path().join("broken.safetensors");
    std::fs::write(&path, "not a model").unwrap();
    drop_on(&mut studio, path);
    wait_until(&mut studio, "the failure", |app| !app.is_busy());
    assert!(studio.query_all_by_label_contains("broken.safetensors").next().is_some());
    let session = studio.state().session();
    assert_eq!(session.settings.model, ModelChoice::Starter);
    assert!(session.results.is_ready(session.active_id().unwrap(), PersonId(1), FrameIndex(0)));
}

#[test]
fn changed_options_lift_again_while_the_old_result_stays() {
    let (mut studio, _folder) = two_people();
    let shown = |app: &StudioApp| app.session().results.shown(app.session().active_id().unwrap());
    let before = shown(studio.state());
    studio.get_by_role_and_label(Role::Tab, "Models").click();
    studio.run();
    studio.get_by_label("Average with the mirrored pose").click();
    studio.step();
    studio.step();
    assert_eq!(shown(studio.state()).len(), before.len(), "nothing disappears");
    wait_until(&mut studio, "the second run", |app| !app.is_busy());
    assert!(!studio.state().session().settings.infer.flip);
    let after = shown(studio.state());
    assert_eq!(after.len(), 2);
    assert!(before[0].joints.iter().zip(after[0].joints.iter()).any(|(a, b)| a.distance(*b) > 1e-4));
}

#[test]
fn every_action_is_in_its_menu() {
    let (mut studio, _folder) = two_people();
    for menu in &MENUS {
        studio.get_by_role_and_label(Role::Button, menu.title).click();
        studio.run();
        for action in menu.actions() {
            let label = action.label(studio.state().session());
            let is_there = [Role::MenuItem, Role::MenuItemCheckBox]
                .into_iter()
                .any(|role| studio.query_by_role_and_label(role, label).is_some());
            assert!(is_there, "{label} in {}", menu.title);
        }
        studio.key_press(Key::Escape);
        studio.run();
    }
}

#[test]
fn panels_fold_in_a_narrow_window_and_open_from_their_icons() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "two.json", 2, 12);
    let mut studio = Setup { size: Vec2::new(1000.0, 600.0), ..Setup::file(&path) }.settle_in(folder.path());
    assert!(studio.query_by_label("Hide Person 1").is_none());
    studio.get_by_role_and_label(Role::Button, "Models").click();
    studio.run();
    studio.get_by_label("Average with the mirrored pose");
    studio.key_press_modifiers(Modifiers::COMMAND | Modifiers::ALT, Key::B);
    studio.run();
    assert!(studio.query_by_label("Average with the mirrored pose").is_none(), "folds again");
    studio.key_press_modifiers(Modifiers::COMMAND, Key::B);
    studio.run();
    studio.get_by_label("Hide Person 1");
    studio.set_size(Vec2::new(1280.0, 720.0));
    studio.run();
    studio.get_by_label("Hide Person 1");
    studio.key_press_modifiers(Modifiers::COMMAND, Key::B);
    studio.run();
    assert!(studio.query_by_label("Hide Person 1").is_none());
}

#[test]
fn settings_outlive_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "one.json", 1, 8);
    let mut studio = Setup::file(&path).settle_in(folder.path());
    studio.key_press(Key::T);
    studio.key_press(Key::P);
    studio.run();
    studio.get_by_label_contains("Queue: ");
    std::thread::sleep(Duration::from_millis(1100));
    studio.run();
    let saved: Settings = serde_json::from_slice(&std::fs::read(folder.path().join("settings.json")).unwrap()).unwrap();
    assert_eq!(saved.theme, ThemeChoice::Light);
    assert!(saved.show_performance);
    assert_eq!(saved.recent_files, [path]);
}
