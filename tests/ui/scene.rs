//! Switches, camera, screenshots and menus of the 3D view, by their labels.

use eframe::egui::{Pos2, pos2};
use motionbert::data::JointIndex;
use motionbert::session::scene_settings::BackgroundChoice;
use motionbert::session::{Pick, SceneSettings};

use super::*;

fn scene(studio: &Studio) -> &SceneSettings {
    &studio.state().session().settings.scene
}

fn choose(studio: &mut Studio, label: &str) {
    studio.get_by_role_and_label(Role::Button, "Scene").click();
    studio.run();
    let row = studio.query_by_role_and_label(Role::MenuItemCheckBox, label);
    row.or_else(|| studio.query_by_role_and_label(Role::MenuItem, label)).unwrap().click();
    studio.run();
    studio.run();
}

#[test]
fn every_switch_of_the_scene_has_a_menu_entry_and_a_key() {
    let (mut studio, _folder) = two_people();
    type Get = fn(&SceneSettings) -> bool;
    let switches: [(&str, Key, Modifiers, Get); 7] = [
        ("Trails", Key::T, Modifiers::SHIFT, |scene| scene.trails),
        ("Onion skins", Key::O, Modifiers::SHIFT, |scene| scene.onion_skins),
        ("Before cleaning", Key::G, Modifiers::SHIFT, |scene| scene.ghost),
        ("Recording camera", Key::C, Modifiers::SHIFT, |scene| scene.frustum),
        ("Floor grid", Key::G, Modifiers::NONE, |scene| scene.grid),
        ("Orthographic", Key::Num4, Modifiers::NONE, |scene| scene.orthographic),
        ("Follow person", Key::F, Modifiers::SHIFT, |scene| scene.follow),
    ];
    for (label, key, modifiers, is_on) in switches {
        let before = is_on(scene(&studio));
        choose(&mut studio, label);
        assert_eq!(is_on(scene(&studio)), !before, "{label} in the menu");
        studio.key_press_modifiers(modifiers, key);
        studio.run();
        assert_eq!(is_on(scene(&studio)), before, "{label} by key");
    }
    assert_eq!(*scene(&studio), SceneSettings::default());
}

#[test]
fn the_display_menu_holds_what_has_no_key() {
    let (mut studio, _folder) = two_people();
    studio.get_by_role_and_label(Role::Button, "Display").click();
    studio.run();
    for label in ["Names", "Shadows", "Trails", "Onion skins", "Orthographic"] {
        studio.get_by_role_and_label(Role::CheckBox, label).click();
        studio.run();
    }
    assert!(!scene(&studio).names && !scene(&studio).shadows && scene(&studio).orthographic);
    assert!(scene(&studio).trails && scene(&studio).onion_skins);
    studio.get_by_label("right ankle, left ankle, left wrist, right wrist");
    studio.get_by_role_and_label(Role::CheckBox, "Whole paths").click();
    studio.run();
    assert!(scene(&studio).whole_paths);
    studio.get_by_label("Screenshot size: 4K").click();
    studio.run();
    studio.get_by_label("Background: Green").click();
    studio.run();
    assert_eq!(scene(&studio).background, BackgroundChoice::Green);
}

#[test]
fn a_screenshot_is_saved_where_the_settings_say_and_tells_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "one.json", 1, 8);
    let pictures = folder.path().join("pictures");
    let settings = Settings {
        scene: SceneSettings {
            screenshot_folder: Some(pictures.clone()),
            background: BackgroundChoice::Transparent,
            ..SceneSettings::default()
        },
        ..Settings::default()
    };
    let mut studio = Setup { settings, ..Setup::file(&path) }.settle_in(folder.path());
    if motionbert::render::Gpu::headless().is_err() && std::env::var_os("CI").is_none() {
        return;
    }
    let view = studio.get_by_label_contains("3D view: ").rect();
    for name in ["one-00000.png", "one-00000-2.png"] {
        studio.key_press(Key::F12);
        studio.step();
        studio.step();
        wait_until(&mut studio, "the screenshot", |app| !app.is_busy());
        let picture = image::open(pictures.join(name)).unwrap().into_rgba8();
        assert_eq!(picture.dimensions(), (view.width().round() as u32, view.height().round() as u32));
        let count = |range: std::ops::RangeInclusive<u8>| picture.pixels().filter(|p| range.contains(&p[3])).count();
        assert!(count(0..=0) > picture.len() / 4 / 4, "no background");
        assert!(count(255..=255) > 500, "somebody is in the picture");
    }
    studio.query_all_by_label("Screenshot saved").next().unwrap();
    studio.query_all_by_label("Copy path").next().unwrap().click();
    studio.step();
    let copied =
        |studio: &Studio| {
            studio.output().platform_output.commands.iter().any(
                |command| matches!(command, egui::OutputCommand::CopyText(text) if text.ends_with("one-00000.png")),
            )
        };
    let mut is_copied = copied(&studio);
    for _ in 0..3 {
        studio.step();
        is_copied |= copied(&studio);
    }
    assert!(is_copied);
}

#[test]
fn a_screenshot_goes_to_the_clipboard_or_says_why_not() {
    let (mut studio, folder) = two_people();
    if motionbert::render::Gpu::headless().is_err() && std::env::var_os("CI").is_none() {
        return;
    }
    studio.key_press_modifiers(Modifiers::SHIFT, Key::F12);
    studio.step();
    studio.step();
    wait_until(&mut studio, "the screenshot", |app| !app.is_busy());
    studio.run_steps(2);
    studio.get_by_label("Screenshot copied");

    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "in the way").unwrap();
    studio.get_by_role_and_label(Role::Button, "Display").click();
    studio.run();
    let field = studio.get_by_role_and_label(Role::TextInput, "Screenshot folder");
    field.focus();
    studio.run();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let field = studio.get_by_role_and_label(Role::TextInput, "Screenshot folder");
    field.type_text(blocked.to_str().unwrap());
    studio.run();
    studio.key_press(Key::Enter);
    studio.run();
    assert_eq!(scene(&studio).screenshot_folder.as_ref(), Some(&blocked));
    studio.get_by_role_and_label(Role::Button, "Save").click();
    studio.step();
    studio.step();
    studio.step();
    wait_until(&mut studio, "the failure", |app| !app.is_busy());
    studio.run_steps(2);
    studio.get_by_label("The screenshot could not be saved");
}

/// Everything in the 3D view that a right click at `at` offers.
fn right_click(studio: &mut Studio, at: Pos2) {
    studio.hover_at(at);
    studio.run();
    for pressed in [true, false] {
        studio.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        studio.step();
    }
    studio.run();
}

/// A window with one person in the middle of the front view, and where a knee, elbow or wrist is found.
fn joint_in_front() -> (Studio, TempDir, Pos2) {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "one.json", 1, 24);
    let mut studio = Setup::file(&path).settle_in(folder.path());
    studio.key_press(Key::Num1);
    studio.run();
    studio.run_steps(30);
    let view = studio.get_by_label_contains("3D view: ").rect();
    let limbs = [2, 5, 12, 13, 15, 16].map(JointIndex);
    for step in 0..400 {
        let at = pos2(view.center().x + (step % 20) as f32 * 4.0 - 40.0, view.top() + 60.0 + (step / 20) as f32 * 16.0);
        studio.hover_at(at);
        studio.step();
        studio.step();
        let joint = studio.state().session().selection.hovered.and_then(Pick::as_joint);
        if joint.is_some_and(|joint| limbs.contains(&joint)) {
            return (studio, folder, at);
        }
    }
    panic!("no such joint was found");
}

#[test]
fn a_right_click_on_a_joint_offers_what_can_be_done_with_it() {
    let (mut studio, _folder, at) = joint_in_front();
    let pick = studio.state().session().selection.hovered.unwrap();
    let name = pick.part_name().unwrap();
    let joint: JointIndex = pick.as_joint().unwrap();

    right_click(&mut studio, at);
    studio.get_by_label(&format!("Select {name}")).click();
    studio.run();
    assert_eq!(studio.state().session().selection.selected, Some(pick));

    right_click(&mut studio, at);
    studio.get_by_label("Trail of this joint").click();
    studio.run();
    assert!(scene(&studio).has_trail(joint));
    assert_eq!(scene(&studio).trail_joints.len(), 1);

    right_click(&mut studio, at);
    studio.get_by_label("Copy position").click();
    studio.run_steps(6);
    studio.get_by_label("Position copied");

    right_click(&mut studio, at);
    studio.get_by_label("Follow Person 1").click();
    studio.run();
    assert!(scene(&studio).follow);
    assert_eq!(studio.state().session().selection.selected, Some(Pick::body(PersonId(1))));

    studio.key_press(Key::Num1);
    studio.run();
    studio.run_steps(30);
    let middle = studio.get_by_label_contains("3D view: ").rect().center();
    right_click(&mut studio, middle);
    studio.get_by_label("Frame Person 1").click();
    studio.run();

    let view = studio.get_by_label_contains("3D view: ").rect();
    right_click(&mut studio, view.left_center() + Vec2::new(30.0, -60.0));
    studio.get_by_role_and_label(Role::MenuItem, "Clear selection").click();
    studio.run();
    assert_eq!(studio.state().session().selection.selected, None);
}

#[test]
fn the_axes_turn_the_view() {
    let (mut studio, _folder, at) = joint_in_front();
    let hovered = |studio: &mut Studio| {
        studio.hover_at(at);
        studio.run_steps(3);
        studio.state().session().selection.hovered
    };
    let before = hovered(&mut studio);
    let ends = ["from the right (+X)", "from the left (-X)", "from above (+Y)", "from below (-Y)"];
    for end in ends {
        studio.get_by_role_and_label(Role::Button, &format!("View {end}")).click();
        studio.run();
        studio.run_steps(30);
        assert_ne!(hovered(&mut studio), before, "seen {end}, something else is there");
        studio.get_by_role_and_label(Role::Button, "View from the front (+Z)").click();
        studio.key_press(Key::Num1);
        studio.run();
        studio.run_steps(30);
        assert_eq!(hovered(&mut studio), before);
    }
}
