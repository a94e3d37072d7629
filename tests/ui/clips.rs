//! The dialog that exports video: what is chosen is drawn and written, and said.
#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::path::Path;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use motionbert::render::{Gpu, RenderError};

use super::{Studio, two_people, wait_until};

/// False, said aloud, if there is nothing to draw with.
fn can_draw() -> bool {
    let can = !matches!(Gpu::headless(), Err(RenderError::NoAdapter { .. }));
    if !can {
        eprintln!("SKIPPED: there is no graphics adapter here, so no clip was made");
    }
    can
}

fn open_dialog(studio: &mut Studio) {
    studio.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    studio.run();
    studio.get_by_label("Export video");
}

fn click(studio: &mut Studio, label: &str) {
    studio.get_by_label(label).click();
    studio.run();
}

fn type_into(studio: &mut Studio, role: Role, label: &str, text: &str) {
    studio.get_by_role_and_label(role, label).click();
    studio.run();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::A);
    studio.get_by_role_and_label(role, label).type_text(text);
    studio.key_press(Key::Tab);
    studio.run();
}

fn type_place(studio: &mut Studio, place: &Path) {
    type_into(studio, Role::TextInput, "Folder and name", &place.display().to_string());
}

fn small(studio: &mut Studio) {
    click(studio, "Size: Other");
    for (side, pixels) in [("Width", "64"), ("Height", "48")] {
        type_into(studio, Role::SpinButton, side, pixels);
    }
}

fn export(studio: &mut Studio) {
    studio.get_by_role_and_label(Role::Button, "Export").click();
    studio.run();
    wait_until(studio, "the clip", |app| !app.is_busy());
    studio.run();
}

#[test]
fn a_clip_is_drawn_as_it_was_chosen() {
    let (mut studio, _folder) = two_people();
    let out = tempfile::tempdir().unwrap();
    open_dialog(&mut studio);
    studio.get_by_label_contains("Writes two-3d.mp4: 24 frames, 0.8 s");
    small(&mut studio);
    click(&mut studio, "Format: PNGs");
    click(&mut studio, "Layout: Overlay");
    assert!(studio.query_by_label("Turn once around").is_none(), "the recording camera stands still");
    click(&mut studio, "Layout: Side by side");
    click(&mut studio, "Turn once around");
    type_into(&mut studio, Role::SpinButton, "Frame rate", "10");
    type_place(&mut studio, &out.path().join("dance.mp4"));
    studio.get_by_label_contains("Writes dance: 8 frames, 0.8 s");
    if !can_draw() {
        return;
    }
    export(&mut studio);
    studio.get_by_label("Exported 1 file");
    let pictures: Vec<_> = (0..8)
        .map(|number| image::open(out.path().join(format!("dance/frame_{number:06}.png"))).unwrap().to_rgba8())
        .collect();
    assert!(pictures.iter().all(|picture| picture.dimensions() == (64, 48)));
    assert!(pictures[0] != pictures[7]);
    assert_eq!(std::fs::read_dir(out.path().join("dance")).unwrap().count(), 8);

    open_dialog(&mut studio);
    type_place(&mut studio, &out.path().join("dance"));
    studio.get_by_label("There is something in this folder already; choose another name");
    assert!(studio.get_by_role_and_label(Role::Button, "Export").accesskit_node().is_disabled());
    click(&mut studio, "Format: This frame");
    click(&mut studio, "Layout: 3D view");
    export(&mut studio);
    assert_eq!(image::open(out.path().join("dance.png")).unwrap().to_rgb8().dimensions(), (64, 48));
}

#[test]
fn what_is_missing_or_in_the_way_is_said() {
    let (mut studio, folder) = two_people();
    let video = folder.path().join("two.mp4");
    std::fs::write(&video, "a video").unwrap();
    open_dialog(&mut studio);
    type_place(&mut studio, &video);
    studio.get_by_label_contains("Replaces two.mp4");
    click(&mut studio, "Layout: Overlay");
    type_into(&mut studio, Role::TextInput, "Video", &folder.path().join("none.mp4").display().to_string());
    studio.get_by_label("There is no such video");
    type_into(&mut studio, Role::TextInput, "Video", &video.display().to_string());
    studio.get_by_label("This would replace the video itself; choose another name");
    assert!(studio.get_by_role_and_label(Role::Button, "Export").accesskit_node().is_disabled());
    click(&mut studio, "Cancel");
    assert!(studio.query_by_label("Export video").is_none());
}

#[test]
fn the_dialog_shows_what_will_be_written() {
    if !can_draw() {
        return;
    }
    let (mut studio, folder) = two_people();
    open_dialog(&mut studio);
    let wait_for = |studio: &mut Studio, label: &str| {
        let start = std::time::Instant::now();
        while studio.query_by_role_and_label(Role::Image, label).is_none() {
            let shown = studio.query_by_label_contains("review").and_then(|node| node.accesskit_node().label());
            assert!(start.elapsed().as_secs() < 60, "no {label}: {shown:?}");
            std::thread::sleep(std::time::Duration::from_millis(5));
            studio.step();
        }
    };
    wait_for(&mut studio, "Preview of frame 1");
    // Also of what cannot be written yet.
    std::fs::create_dir(folder.path().join("taken")).unwrap();
    std::fs::write(folder.path().join("taken/0.png"), "").unwrap();
    click(&mut studio, "Format: PNGs");
    type_into(&mut studio, Role::TextInput, "Folder and name", &folder.path().join("taken").display().to_string());
    studio.get_by_label("There is something in this folder already; choose another name");
    wait_for(&mut studio, "Preview of frame 1");
    click(&mut studio, "Size: Other");
    type_into(&mut studio, Role::SpinButton, "Width", "300");
    wait_for(&mut studio, "Preview of frame 1");
    click(&mut studio, "Cancel");
    assert!(studio.query_by_label_contains("Preview of frame").is_none());
}
