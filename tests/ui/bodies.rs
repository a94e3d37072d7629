//! What people are drawn as, the body that they wear, its shape and its feet.

use motionbert::nn::{DstformerConfig, seeded_body, seeded_mesh};
use motionbert::session::scene_settings::{Appearance, BodyHeat};
use motionbert::session::{Bodies, BodyChoice, Person};

use egui_kittest::kittest::NodeT;

use super::*;

fn bodies(studio: &Studio) -> Arc<Bodies> {
    let session = studio.state().session();
    session.bodies(session.active_id().unwrap()).unwrap().clone()
}

fn person(studio: &Studio) -> Person {
    studio.state().session().active().unwrap().people[0].clone()
}

fn appearance(studio: &Studio) -> Appearance {
    studio.state().session().settings.scene.appearance
}

fn open_panel(studio: &mut Studio) {
    studio.get_by_role_and_label(Role::Tab, "Body").click();
    studio.run();
}

/// Sets a slider as a screen reader would.
fn set(studio: &mut Studio, label: &str, value: f64) {
    let slider = studio.get_by_role_and_label(Role::Slider, label);
    let (target_node, target_tree) = slider.accesskit_node().locate();
    studio.event(egui::Event::AccessKitActionRequest(egui::accesskit::ActionRequest {
        action: egui::accesskit::Action::SetValue,
        target_node,
        target_tree,
        data: Some(egui::accesskit::ActionData::NumericValue(value)),
    }));
    studio.step();
    wait_until(studio, "the bodies", |app| !app.is_busy());
}

#[test]
fn people_wear_the_mannequin_and_one_key_changes_how_they_are_drawn() {
    let (mut studio, _folder) = two_people();
    assert_eq!(appearance(&studio), Appearance::Body);
    let worn = bodies(&studio);
    assert_eq!((worn.people.len(), &worn.body.choice), (2, &BodyChoice::Mannequin));
    assert!((6500..=7500).contains(&worn.body.model.vertex_count()));
    for body in &worn.people {
        assert_eq!(body.track.range.len(), 24);
        let misses = body.misses_m.iter().flatten();
        let mean = misses.clone().sum::<f32>() / misses.count() as f32;
        assert!(mean < 0.1, "the body is {mean} m from the joints");
    }
    for wanted in [Appearance::Both, Appearance::Skeleton, Appearance::Body] {
        studio.key_press(Key::S);
        studio.run();
        assert_eq!(appearance(&studio), wanted);
    }
    open_panel(&mut studio);
    studio.get_by_label("People as: Skeleton").click();
    studio.run();
    assert_eq!(appearance(&studio), Appearance::Skeleton);
}

#[test]
fn looks_of_the_body_are_settings() {
    let (mut studio, _folder) = two_people();
    open_panel(&mut studio);
    studio.get_by_role_and_label(Role::CheckBox, "Wireframe").click();
    studio.run();
    set(&mut studio, "Opacity", 50.0);
    for (label, heat) in [
        ("Colours: Trust", BodyHeat::Confidence),
        ("Colours: Speed", BodyHeat::Speed),
        ("Colours: Fit", BodyHeat::Fit),
        ("Colours: Person", BodyHeat::Off),
    ] {
        studio.get_by_label(label).click();
        studio.run();
        assert_eq!(studio.state().session().settings.scene.body_heat, heat);
    }
    let scene = &studio.state().session().settings.scene;
    assert!(scene.wireframe && scene.body_opacity == 0.5);
}

#[test]
fn a_shape_is_fitted_until_it_is_set_by_hand_and_reset() {
    let (mut studio, _folder) = two_people();
    let fitted = bodies(&studio).people[0].track.betas[0];
    open_panel(&mut studio);
    set(&mut studio, "Weight", 2.0);
    let by_hand = person(&studio).betas.unwrap();
    assert_eq!(by_hand[1], 2.0);
    assert!(bodies(&studio).people[0].track.betas.iter().all(|betas| *betas == by_hand));
    assert_eq!(bodies(&studio).people[1].track.betas[0], bodies(&studio).people[1].track.betas[23]);
    studio.get_by_label("Reset shape").click();
    studio.step();
    wait_until(&mut studio, "the bodies", |app| !app.is_busy());
    assert_eq!(person(&studio).betas, None);
    assert_eq!(bodies(&studio).people[0].track.betas[0], fitted);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    studio.step();
    assert_eq!(person(&studio).betas, Some(by_hand));
}

#[test]
fn feet_on_the_floor_are_an_edit() {
    let (mut studio, _folder) = two_people();
    open_panel(&mut studio);
    studio.get_by_role_and_label(Role::Slider, "Foot lock").scroll_to_me();
    studio.run();
    studio.get_by_role_and_label(Role::CheckBox, "Feet on the floor").click();
    studio.step();
    wait_until(&mut studio, "the bodies", |app| !app.is_busy());
    set(&mut studio, "Foot lock", 80.0);
    let feet = studio.state().session().active().unwrap().feet;
    assert!(feet.on_floor && (feet.lock - 0.8).abs() < 1e-3);
    assert_eq!(bodies(&studio).key.feet, feet);
    studio.get_by_label("Reset feet").click();
    studio.step();
    assert!(!studio.state().session().active().unwrap().feet.on_floor);
}

#[test]
fn a_body_that_cannot_be_read_leaves_people_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "one.json", 1, 8);
    let broken = folder.path().join("mesh.safetensors");
    std::fs::write(&broken, b"not yet downloaded").unwrap();
    let settings = Settings { known_bodies: vec![broken.clone()], ..Settings::default() };
    let mut studio = Setup { settings, ..Setup::file(&path) }.settle_in(folder.path());
    open_panel(&mut studio);
    studio.get_by_role_and_label(Role::ListItem, "mesh.safetensors").click();
    studio.step();
    wait_until(&mut studio, "the refusal", |app| !app.is_busy());
    studio.run();
    studio.get_by_label_contains("The body could not be loaded");
    let session = studio.state().session();
    assert_eq!(session.document().body, BodyChoice::Mannequin);
    assert_eq!(session.history.undo_label(), None, "as if it had never been chosen");
    assert_eq!(bodies(&studio).body.choice, BodyChoice::Mannequin);
    // Chosen again, it is tried again: it may have been mended meanwhile.
    let body = seeded_body(60, 1);
    seeded_mesh(&DstformerConfig::TINY, 32, 1, Some(&body)).write_safetensors(&broken).unwrap();
    studio.get_by_role_and_label(Role::ListItem, "mesh.safetensors").click();
    studio.step();
    wait_until(&mut studio, "the estimate", |app| !app.is_busy());
    assert_eq!(bodies(&studio).body.choice, BodyChoice::File(broken));
}

#[test]
fn the_inspector_reads_rotations_and_shape() {
    let (mut studio, _folder) = two_people();
    studio.get_by_role_and_label(Role::ListItem, "Person 1").click();
    studio.run();
    studio.get_by_label("Table: Body").click();
    studio.run();
    let rotation = bodies(&studio).people[0].track.poses[0][0];
    studio.get_by_label(&format!("pelvis: {:.3}, {:.3}, {:.3}", rotation.x, rotation.y, rotation.z));
}

#[test]
fn a_mesh_checkpoint_brings_its_body_and_its_pose() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "one.json", 1, 12);
    let model = folder.path().join("mesh.safetensors");
    let body = seeded_body(60, 1);
    seeded_mesh(&DstformerConfig::TINY, 32, 1, Some(&body)).write_safetensors(&model).unwrap();
    let settings = Settings { known_bodies: vec![model.clone()], ..Settings::default() };
    let mut studio = Setup { settings, ..Setup::file(&path) }.settle_in(folder.path());
    let fitted = bodies(&studio);
    open_panel(&mut studio);
    studio.get_by_role_and_label(Role::ListItem, "mesh.safetensors").click();
    studio.step();
    wait_until(&mut studio, "the estimate", |app| !app.is_busy());
    let estimated = bodies(&studio);
    assert_eq!(estimated.body.choice, BodyChoice::File(model));
    assert_eq!(estimated.body.model.vertex_count(), 60);
    assert!(estimated.people[0].track.poses.iter().flatten().all(|rotation| rotation.is_finite()));
    assert!(estimated.estimates.is_some() && fitted.estimates.is_none());
    studio.run();
    studio.get_by_label("60 vertices, posed by its mesh model");
    // Feet need no new run of the model.
    studio.get_by_role_and_label(Role::Slider, "Foot lock").scroll_to_me();
    studio.run();
    studio.get_by_role_and_label(Role::CheckBox, "Feet on the floor").click();
    studio.step();
    wait_until(&mut studio, "the bodies", |app| !app.is_busy());
    let stood = bodies(&studio);
    assert!(stood.key.feet.on_floor);
    assert!(Arc::ptr_eq(stood.estimates.as_ref().unwrap(), estimated.estimates.as_ref().unwrap()));
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    studio.step();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    studio.step();
    wait_until(&mut studio, "the mannequin", |app| !app.is_busy());
    assert_eq!(bodies(&studio).body.choice, BodyChoice::Mannequin);
    assert_eq!(bodies(&studio).people[0].track.poses, fitted.people[0].track.poses);
}
