//! Panels that move, the palette, the settings window, several clips, and the first steps.

use std::time::Duration;

use eframe::egui::{Key, Modifiers, PointerButton, Pos2, Rect, Role, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use motionbert::data::FrameIndex;
use motionbert::session::settings::ThemeChoice;
use motionbert::session::{Settings, SourceId};

use super::{Setup, Studio, clip, frame, two_people, wait_until};

fn menu(studio: &mut Studio, title: &str, entry: &str) {
    studio.get_by_role_and_label(Role::Button, title).click();
    studio.run();
    let role = [Role::MenuItem, Role::MenuItemCheckBox]
        .into_iter()
        .find(|role| studio.query_by_role_and_label(*role, entry).is_some())
        .unwrap_or_else(|| panic!("{entry} in {title}"));
    studio.get_by_role_and_label(role, entry).click();
    studio.run();
}

fn scene_rect(studio: &Studio) -> Rect {
    studio.get_by_label_contains("3D view: ").rect()
}

fn is_tab(studio: &Studio, label: &str) -> bool {
    studio.query_by_role_and_label(Role::Tab, label).is_some()
}

fn saved(folder: &std::path::Path) -> Settings {
    serde_json::from_slice(&std::fs::read(folder.join("settings.json")).unwrap()).unwrap()
}

#[test]
fn panels_close_and_come_back_where_they_were() {
    let (mut studio, _folder) = two_people();
    let before = scene_rect(&studio);
    menu(&mut studio, "Panels", "2D keypoints");
    assert!(studio.query_by_label_contains("2D keypoints: ").is_none());
    assert!(scene_rect(&studio).width() > before.width() + 200.0);
    studio.key_press(Key::K);
    studio.run();
    assert!((scene_rect(&studio).width() - before.width()).abs() < 1.0);
    menu(&mut studio, "Panels", "Models");
    assert!(!is_tab(&studio, "Models") && is_tab(&studio, "Body"));
    menu(&mut studio, "Panels", "Models");
    studio.get_by_label("Average with the mirrored pose");
    menu(&mut studio, "Panels", "3D view");
    assert!(studio.query_by_label_contains("3D view: ").is_none());
    menu(&mut studio, "Panels", "Reset layout");
    assert_eq!(scene_rect(&studio), before);
}

#[test]
fn the_tab_in_front_is_in_sight_however_many_there_are() {
    let (mut studio, _folder) = two_people();
    let panel = 1280.0 - 300.0..1280.0;
    let toggle = |studio: &mut Studio, tab: &str| match tab {
        "Live" => menu(studio, "Panels", "Live panel"),
        tab => menu(studio, "Panels", tab),
    };
    for name in ["Live", "Log"] {
        if !is_tab(&studio, name) {
            toggle(&mut studio, name);
        }
    }
    let strip = |studio: &Studio| {
        let left = studio.query_by_label("Scroll tabs left").map_or(panel.start, |arrow| arrow.rect().right());
        let right = studio.query_by_label("Scroll tabs right").map_or(panel.end, |arrow| arrow.rect().left());
        (left, right)
    };
    for name in ["Live", "Inspector", "Log", "Models"] {
        // Closes it, and opens it again in front.
        toggle(&mut studio, name);
        toggle(&mut studio, name);
        let (left, right) = strip(&studio);
        let tab = studio.get_by_role_and_label(Role::Tab, name).rect();
        assert!(tab.left() >= left - 1.0 && tab.right() <= right + 1.0, "{name}: {tab:?} in {left} to {right}");
    }
    // Looking for another one by its arrow is not undone.
    menu(&mut studio, "Panels", "Log");
    menu(&mut studio, "Panels", "Log");
    let before = studio.get_by_role_and_label(Role::Tab, "Log").rect();
    studio.get_by_label("Scroll tabs left").click();
    studio.run();
    assert!(studio.get_by_role_and_label(Role::Tab, "Log").rect().left() > before.left() + 20.0);
}

#[test]
fn a_bigger_window_gives_its_room_to_the_views() {
    let (mut studio, _folder) = two_people();
    let panels = |studio: &Studio| {
        let sources = studio.get_by_role_and_label(Role::ListItem, "Person 1").rect().width();
        let bar = studio.get_by_role_and_label(Role::Tab, "Inspector").rect().left();
        let timeline = studio.get_by_role_and_label(Role::Button, "First frame").rect().top();
        (sources, bar, timeline)
    };
    let (sources, bar, timeline) = panels(&studio);
    let shares = |studio: &Studio| {
        let image = studio.get_by_label_contains("2D keypoints: ").rect().width();
        image / (image + scene_rect(studio).width())
    };
    assert!((shares(&studio) - 1.0 / 3.0).abs() < 0.01);
    for size in [Vec2::new(1920.0, 1080.0), Vec2::new(3840.0, 2160.0), Vec2::new(1280.0, 720.0)] {
        studio.set_size(size);
        studio.run();
        let now = panels(&studio);
        let grown = size - Vec2::new(1280.0, 720.0);
        assert!((now.0 - sources).abs() < 1.0, "{now:?}");
        assert!((now.1 - bar - grown.x).abs() < 1.0, "{now:?}");
        assert!((now.2 - timeline - grown.y).abs() < 1.0, "{now:?}");
        assert!((shares(&studio) - 1.0 / 3.0).abs() < 0.01);
    }
}

fn drag(studio: &mut Studio, from: Pos2, to: Pos2) {
    studio.drag_at(from);
    studio.step();
    for share in [0.1, 0.5, 1.0] {
        studio.hover_at(from.lerp(to, share));
        studio.step();
    }
    studio.run_steps(2);
    studio.drop_at(to);
    studio.run_steps(4);
}

#[test]
fn a_dragged_tab_moves_its_panel_and_that_is_remembered() {
    let (mut studio, folder) = two_people();
    let models = studio.get_by_role_and_label(Role::Tab, "Models").rect().center();
    let left = studio.get_by_role_and_label(Role::ListItem, "Person 2").rect().center_bottom() + Vec2::new(0.0, 200.0);
    drag(&mut studio, models, left);
    let in_models = "Choose a model file…";
    assert!(studio.query_by_label(in_models).is_some_and(|button| button.rect().center().x < 640.0));
    std::thread::sleep(Duration::from_millis(1100));
    studio.run();
    let settings = saved(folder.path());
    assert!(settings.layout.is_some());
    let path = folder.path().join("two.json");
    let again = Setup { settings, ..Setup::file(&path) }.settle_in(folder.path());
    assert!(again.query_by_label(in_models).is_some_and(|button| button.rect().center().x < 640.0));
}

#[test]
fn a_damaged_layout_is_as_at_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "one.json", 1, 8);
    let settings = Settings { layout: Some(serde_json::json!({"tiles": "none"})), ..Settings::default() };
    let studio = Setup { settings, ..Setup::file(&path) }.settle_in(folder.path());
    scene_rect(&studio);
    assert!(is_tab(&studio, "Inspector"));
    assert!(studio.query_by_label_contains("could not").is_none(), "nobody is bothered with it");
}

fn palette(studio: &mut Studio, text: &str) {
    studio.key_press_modifiers(Modifiers::COMMAND, Key::K);
    studio.run();
    studio.get_by_role_and_label(Role::TextInput, "Find anything").type_text(text);
    studio.run();
}

#[test]
fn the_palette_finds_actions_people_and_files() {
    let (mut studio, folder) = two_people();
    palette(&mut studio, "last fr");
    studio.key_press(Key::Enter);
    studio.run();
    assert_eq!(frame(&studio), 23);
    palette(&mut studio, "person");
    studio.key_press(Key::ArrowDown);
    studio.run();
    studio.key_press(Key::Enter);
    studio.run();
    assert!(studio.state().session().selection.person().is_some());
    palette(&mut studio, "redo");
    studio.get_by_label("Redo, Edit: Nothing to redo").click();
    studio.run();
    studio.get_by_label("Find anything");
    studio.key_press(Key::Escape);
    studio.run();
    assert!(studio.query_by_label("Find anything").is_none());
    studio.get_by_label("Close two.json").click();
    studio.run();
    palette(&mut studio, "two.json");
    studio.get_by_label("two.json, Recent file").click();
    wait_until(&mut studio, "the file", |app| !app.is_busy() && app.session().active().is_some());
    drop(folder);
}

#[test]
fn settings_hold_at_once_and_are_remembered() {
    let (mut studio, folder) = two_people();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    studio.run();
    studio.get_by_label("Theme: Light").click();
    studio.get_by_label("Reduced motion").click();
    studio.get_by_label("Edges: Off").click();
    studio.get_by_label("Loop playback").click();
    studio.run();
    assert!(!studio.ctx.global_style().visuals.dark_mode);
    assert_eq!(studio.ctx.global_style().animation_time, 0.0);
    assert!(!studio.state().session().clock.is_looping());
    std::thread::sleep(Duration::from_millis(1100));
    studio.run();
    let kept = saved(folder.path());
    assert_eq!((kept.theme, kept.reduced_motion, kept.msaa), (ThemeChoice::Light, true, Some(1)));
    studio.get_by_label("Reset to defaults").click();
    studio.run();
    assert!(studio.ctx.global_style().visuals.dark_mode);
    assert!(!studio.state().session().settings.recent_files.is_empty());
    studio.get_by_label("Forget 1 recent files").click();
    studio.run();
    assert!(studio.state().session().settings.recent_files.is_empty());
    studio.get_by_label("Close the settings").click();
    studio.run();
    assert!(studio.query_by_label("Reduced motion").is_none());
}

#[test]
fn the_window_scales() {
    let (mut studio, _folder) = two_people();
    for _ in 0..3 {
        studio.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
        studio.run();
    }
    assert_eq!(studio.ctx.zoom_factor(), 1.5);
    studio.get_by_label("Play");
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    studio.run();
    assert_eq!(studio.ctx.zoom_factor(), 1.0);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Minus);
    studio.run();
    assert_eq!(studio.ctx.zoom_factor(), 0.9);
}

/// Clips of 24, 12 and 8 frames; the last is active, paused at its first frame.
fn three_clips() -> (Studio, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let files = [("a.json", 24), ("b.json", 12), ("c.json", 8)];
    let mut setup = Setup::default();
    setup.start.files = files.iter().map(|(name, frames)| clip(folder.path(), name, 1, *frames)).collect();
    let mut studio = setup.open_in(folder.path());
    wait_until(&mut studio, "the clips", |app| !app.is_busy() && app.session().document().sources.len() == 3);
    studio.get_by_label("Pause").click();
    studio.step();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    studio.run_steps(3);
    if studio.state().session().clock.is_playing() {
        studio.key_press(Key::Space);
    }
    studio.key_press(Key::Home);
    studio.run();
    (studio, folder)
}

fn active_name(studio: &Studio) -> String {
    studio.state().session().active().unwrap().source.name.clone()
}

#[test]
fn clips_are_tabs_that_remember_where_they_were_left() {
    let (mut studio, _folder) = three_clips();
    assert_eq!(active_name(&studio), "c.json");
    studio.get_by_role_and_label(Role::Tab, "a.json").click();
    studio.run_steps(3);
    if studio.state().session().clock.is_playing() {
        studio.key_press(Key::Space);
    }
    studio.key_press(Key::End);
    studio.run();
    assert_eq!((active_name(&studio).as_str(), frame(&studio)), ("a.json", 23));
    studio.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Tab);
    studio.run();
    assert_eq!((active_name(&studio).as_str(), frame(&studio)), ("c.json", 0));
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Tab);
    studio.run();
    assert_eq!((active_name(&studio).as_str(), frame(&studio)), ("a.json", 23), "where it was left");
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Num2);
    studio.run_steps(3);
    assert_eq!(active_name(&studio), "b.json");
    let at = studio.get_by_role_and_label(Role::Tab, "b.json").rect().center();
    for pressed in [true, false] {
        let event = eframe::egui::Event::PointerButton {
            pos: at,
            button: PointerButton::Middle,
            pressed,
            modifiers: Modifiers::NONE,
        };
        studio.hover_at(at);
        studio.event(event);
        studio.step();
    }
    studio.run_steps(3);
    assert_eq!(studio.state().session().document().sources.len(), 2);
    studio.get_by_role_and_label(Role::Tab, "a.json").click_secondary();
    studio.run_steps(3);
    studio.get_by_label("Close others").click();
    studio.run_steps(3);
    assert!(!is_tab(&studio, "a.json"), "one clip needs no tabs");
}

#[test]
fn clips_stand_side_by_side_in_sync() {
    let (mut studio, _folder) = three_clips();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    studio.run_steps(3);
    if studio.state().session().clock.is_playing() {
        studio.key_press(Key::Space);
    }
    studio.key_press(Key::Home);
    for _ in 0..5 {
        studio.key_press(Key::ArrowRight);
        studio.run();
    }
    // Frame 5 of the first and frame 0 of the third are one moment.
    menu(&mut studio, "Clips", "Align clips here");
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Backslash);
    studio.run();
    let views: Vec<Rect> = studio
        .query_all_by_label_contains("3D view")
        .filter(|view| view.accesskit_node().role() == Role::Image)
        .map(|view| view.rect())
        .collect();
    assert_eq!(views.len(), 3);
    let beside = |studio: &Studio, place: usize| {
        let session = studio.state().session();
        let id: SourceId = session.document().sources[place].source.id;
        session.frame_beside(id)
    };
    assert_eq!(beside(&studio, 2), FrameIndex(0));
    for _ in 0..4 {
        studio.key_press(Key::ArrowRight);
        studio.run();
    }
    assert_eq!((frame(&studio), beside(&studio, 2)), (9, FrameIndex(4)));
    studio.key_press(Key::End);
    studio.run();
    assert_eq!(beside(&studio, 2), FrameIndex(7), "a shorter clip stays at its end");
    studio.key_press(Key::Home);
    for _ in 0..9 {
        studio.key_press(Key::ArrowRight);
        studio.run();
    }
    let third = views.iter().max_by(|a, b| a.left().total_cmp(&b.left())).unwrap().center();
    studio.drag_at(third);
    studio.step();
    studio.drop_at(third);
    studio.run_steps(3);
    assert_eq!((active_name(&studio).as_str(), frame(&studio)), ("c.json", 4), "at the moment that it showed");
}

#[test]
fn clips_are_aligned_side_by_side_by_moving_one_alone() {
    let (mut studio, _folder) = three_clips();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    studio.run_steps(3);
    if studio.state().session().clock.is_playing() {
        studio.key_press(Key::Space);
    }
    studio.key_press(Key::Home);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Backslash);
    studio.run();
    let step = |studio: &mut Studio, count: usize| {
        for _ in 0..count {
            studio.key_press(Key::ArrowRight);
            studio.run();
        }
    };
    let third = |studio: &Studio| {
        let session = studio.state().session();
        session.frame_beside(session.document().sources[2].source.id)
    };
    step(&mut studio, 2);
    assert_eq!((frame(&studio), third(&studio)), (2, FrameIndex(2)), "together");
    menu(&mut studio, "Clips", "Move one clip alone");
    step(&mut studio, 3);
    assert_eq!((frame(&studio), third(&studio)), (5, FrameIndex(2)), "alone");
    menu(&mut studio, "Clips", "Align clips here");
    step(&mut studio, 1);
    assert_eq!((frame(&studio), third(&studio)), (6, FrameIndex(3)), "together again, three frames apart");
}

#[test]
fn tabs_are_reordered_by_dragging_and_from_their_menu() {
    let (mut studio, _folder) = three_clips();
    let order = |studio: &Studio| -> String {
        let names = studio.state().session().document().sources.iter().map(|state| state.source.name.chars().next());
        names.map(Option::unwrap).collect()
    };
    let tab = |studio: &Studio, name: &str| studio.get_by_role_and_label(Role::Tab, name).rect();
    assert_eq!(order(&studio), "abc");
    let shown = active_name(&studio);
    let (from, to) = (tab(&studio, "a.json").center(), tab(&studio, "c.json"));
    studio.drag_at(from);
    studio.step();
    for share in [0.3, 0.6, 0.9, 1.0] {
        studio.hover_at(from.lerp(to.right_center() - Vec2::X, share));
        studio.step();
    }
    studio.drop_at(to.right_center() - Vec2::X);
    studio.run_steps(3);
    assert_eq!(order(&studio), "bca");
    assert_eq!(active_name(&studio), shown, "a drag is no click");
    studio.get_by_role_and_label(Role::Tab, "a.json").click_secondary();
    studio.run_steps(3);
    studio.get_by_label("Move tab left").click();
    studio.run_steps(3);
    assert_eq!(order(&studio), "bac");
    assert!(tab(&studio, "b.json").right() <= tab(&studio, "a.json").left());
}

#[test]
fn a_file_that_is_read_again_keeps_its_people() {
    let (mut studio, _folder) = two_people();
    studio.get_by_label("Colour of Person 2").click();
    studio.run();
    studio.get_by_label("Vermilion").click();
    studio.run();
    let before = studio.state().session().active_id();
    studio.get_by_label_contains("Joint set: ").click();
    studio.run();
    studio.get_by_label("H36M_17").click();
    wait_until(&mut studio, "the file", |app| !app.is_busy() && app.session().active_id() != before);
    assert_eq!(studio.state().session().active().unwrap().people[1].colour, 6);
}

#[test]
fn first_steps_show_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "two.json", 2, 24);
    let settings = Settings { show_hints: true, ..Settings::default() };
    let mut studio = Setup { settings, ..Setup::file(&path) }.settle_in(folder.path());
    let steps = |studio: &Studio| studio.query_all_by_label_contains("Dismiss the hints").count();
    assert_eq!(steps(&studio), 3);
    let rect = scene_rect(&studio);
    drag(&mut studio, rect.center(), rect.center() + Vec2::new(60.0, 0.0));
    assert_eq!(steps(&studio), 3, "what is done is ticked off and stays");
    studio.get_by_label("Dismiss the hints (step 2)").click();
    studio.run();
    assert_eq!(steps(&studio), 0);
    assert!(!studio.state().session().settings.show_hints);
}

#[test]
fn a_clip_s_menu_copies_its_path() {
    let (mut studio, folder) = two_people();
    let row = studio.get_by_role_and_label(Role::ListItem, "two.json");
    row.click_secondary();
    studio.run();
    studio.get_by_role_and_label(Role::MenuItem, "Copy path").click();
    studio.step();
    let path = folder.path().join("two.json").display().to_string();
    let commands = format!("{:?}", studio.output().platform_output.commands);
    assert!(commands.contains(&path), "{commands}");
    studio.run_steps(2);
    studio.get_by_label("Path copied");
}
