//! The export dialog: what is chosen is written, and said.

use std::path::Path;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::{Studio, two_people, wait_until};

fn open_dialog(studio: &mut Studio) {
    studio.key_press_modifiers(Modifiers::COMMAND, Key::E);
    studio.run();
    studio.get_by_role_and_label(Role::TextInput, "Folder and name");
}

fn click(studio: &mut Studio, label: &str) {
    studio.get_by_label(label).click();
    studio.run();
}

fn tick(studio: &mut Studio, label: &str) {
    studio.get_by_role_and_label(Role::CheckBox, label).click();
    studio.run();
}

fn type_place(studio: &mut Studio, place: &Path) {
    let field = studio.get_by_role_and_label(Role::TextInput, "Folder and name");
    field.focus();
    studio.run();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::A);
    studio.get_by_role_and_label(Role::TextInput, "Folder and name").type_text(&place.display().to_string());
    studio.run();
}

fn export(studio: &mut Studio) {
    studio.get_by_role_and_label(Role::Button, "Export").click();
    studio.run();
    wait_until(studio, "the export", |app| !app.is_busy());
    studio.run();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn everything_chosen_is_written() {
    let (mut studio, _folder) = two_people();
    let out = tempfile::tempdir().unwrap();
    open_dialog(&mut studio);
    for label in ["BVH", "NPY", "CSV", "JSON"] {
        tick(&mut studio, label);
    }
    click(&mut studio, "BVH unit: m");
    type_place(&mut studio, &out.path().join("new folder/dance.glb"));
    studio.get_by_label_contains("Writes dance-person-1.bvh and 8 more files");
    export(&mut studio);
    studio.get_by_label("Exported 9 files");
    let expected = [
        "dance-person-1.bvh",
        "dance-person-1.csv",
        "dance-person-1.json",
        "dance-person-1.npy",
        "dance-person-2.bvh",
        "dance-person-2.csv",
        "dance-person-2.json",
        "dance-person-2.npy",
        "dance.glb",
    ];
    let folder = out.path().join("new folder");
    assert_eq!(names(&folder), expected);
    let bvh = std::fs::read_to_string(folder.join("dance-person-1.bvh")).unwrap();
    assert!(bvh.contains("Frames: 24\n"), "{bvh}");
    assert!(std::fs::read(folder.join("dance.glb")).unwrap().starts_with(b"glTF"));
}

#[test]
fn one_person_from_in_to_out_at_another_rate() {
    let (mut studio, _folder) = two_people();
    let out = tempfile::tempdir().unwrap();
    for (frame, key) in [(4, Key::I), (13, Key::O)] {
        while super::frame(&studio) < frame {
            studio.key_press(Key::ArrowRight);
            studio.run();
        }
        studio.key_press(key);
        studio.run();
    }
    open_dialog(&mut studio);
    tick(&mut studio, "BVH");
    tick(&mut studio, "GLB");
    tick(&mut studio, "Person 2");
    type_place(&mut studio, &out.path().join("dance"));
    studio.get_by_label_contains("Writes dance.bvh");
    export(&mut studio);
    assert_eq!(names(out.path()), ["dance.bvh"]);
    let bvh = std::fs::read_to_string(out.path().join("dance.bvh")).unwrap();
    assert!(bvh.contains("Frames: 10\n"), "{bvh}");

    open_dialog(&mut studio);
    click(&mut studio, "Frames: Whole clip");
    type_place(&mut studio, &out.path().join("whole"));
    studio.get_by_role_and_label(Role::SpinButton, "Frame rate").click();
    studio.run();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::A);
    studio.get_by_role_and_label(Role::SpinButton, "Frame rate").type_text("60");
    studio.key_press(Key::Enter);
    studio.run();
    tick(&mut studio, "Person 2");
    export(&mut studio);
    let bvh = std::fs::read_to_string(out.path().join("whole.bvh")).unwrap();
    assert!(bvh.contains("Frames: 47\n"), "{bvh}");
}

#[test]
fn what_is_missing_is_said() {
    let (mut studio, _folder) = two_people();
    open_dialog(&mut studio);
    tick(&mut studio, "GLB");
    studio.get_by_label("Choose a format");
    assert!(studio.get_by_role_and_label(Role::Button, "Export").accesskit_node().is_disabled());
    tick(&mut studio, "CSV");
    tick(&mut studio, "Person 1");
    tick(&mut studio, "Person 2");
    studio.get_by_label("Choose a person");
    click(&mut studio, "Cancel");
    assert!(studio.query_by_role_and_label(Role::TextInput, "Folder and name").is_none());
}

#[test]
fn replaced_files_are_told_and_the_clip_itself_is_never_replaced() {
    let (mut studio, folder) = two_people();
    std::fs::write(folder.path().join("two-motion.glb"), "old").unwrap();
    open_dialog(&mut studio);
    studio.get_by_label("Replaces two-motion.glb");
    tick(&mut studio, "BVH");
    studio.get_by_label("Writes two-motion-person-1.bvh and 2 more files; 1 is there already and will be replaced");
    for label in ["BVH", "GLB", "JSON", "Person 2"] {
        tick(&mut studio, label);
    }
    let before = std::fs::read(folder.path().join("two.json")).unwrap();
    type_place(&mut studio, &folder.path().join("two"));
    studio.get_by_label("This would replace the clip's own file; choose another name");
    studio.key_press(Key::Enter);
    studio.run();
    assert!(studio.get_by_role_and_label(Role::Button, "Export").accesskit_node().is_disabled());
    assert_eq!(std::fs::read(folder.path().join("two.json")).unwrap(), before);
}

#[test]
fn a_place_that_cannot_be_written_is_an_error() {
    let (mut studio, folder) = two_people();
    open_dialog(&mut studio);
    // A file is in the way of the folder.
    type_place(&mut studio, &folder.path().join("two.json/dance"));
    export(&mut studio);
    studio.get_by_label("The export failed");
}
