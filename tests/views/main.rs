//! The 3D view, the 2D view and the timeline, driven the way a person does: by pointer, wheel and accessibility tree.
//!
//! `MOTIONBERT_PICTURES=DIR cargo test --test views -- --ignored pictures` writes pictures of the demo to look at,
//! `--ignored ui_times --nocapture` tells what the views cost.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod by_hand;
mod studio;

use eframe::egui::{self, Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::{Harness, kittest::NodeT, kittest::Queryable};
use motionbert::data::{FrameIndex, PersonId, SkeletonId};
use motionbert::session::settings::ThemeChoice;
use motionbert::session::{Edit, Pick, Session};
use motionbert::ui::panels::image::image_ui;
use motionbert::ui::panels::timeline::timeline_ui;
use motionbert::ui::panels::viewport::{ClipView, viewport_ui};
use motionbert::ui::theme::{self, Theme, size};
use motionbert::ui::video::VideoScreen;
use motionbert::ui::widgets::Ask;
use motionbert::ui::{Action, UiCommand};

use self::studio::{Studio, figure, gpu_studio, place, session};

/// One view in a window of its own.
fn alone<'a>(
    session: Session,
    size: Vec2,
    mut show: impl FnMut(&mut egui::Ui, &mut Studio, &mut Vec<UiCommand>) + 'a,
) -> Harness<'a, Studio> {
    let app = move |ui: &mut egui::Ui, studio: &mut Studio| {
        let mut out = Vec::new();
        show(ui, studio, &mut out);
        studio.carry_out(out);
    };
    let builder = Harness::builder().with_size(size).with_step_dt(1.0 / 60.0).with_context_setup(theme::install);
    let mut harness = builder.build_ui_state(app, Studio::new(session));
    harness.run_steps(2);
    harness
}

fn timeline(session: Session) -> Harness<'static, Studio> {
    alone(session, vec2(900.0, 140.0), |ui, studio, out| {
        let mut ask = Ask { session: &studio.session, is_inferring: false, commands: out };
        timeline_ui(ui, Theme::of(ui), &mut studio.timeline, &mut ask);
    })
}

fn wheel(harness: &Harness<Studio>, delta: Vec2) {
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
}

fn ruler_rect(harness: &Harness<Studio>) -> Rect {
    harness.get_by_label("Playhead").rect()
}

#[test]
fn scrubbing_shows_the_frame_under_the_pointer_one_frame_later() {
    let mut harness = timeline(session(2, 360, 360));
    let ruler = ruler_rect(&harness);
    harness.drag_at(ruler.center());
    harness.step();
    let middle = harness.state().session.frame().0;
    assert!((175..=185).contains(&middle), "{middle}");
    for share in [0.2, 0.8, 0.35] {
        let x = ruler.left() + ruler.width() * share;
        harness.hover_at(pos2(x, ruler.center().y + 60.0));
        harness.step();
        let frame = harness.state().session.frame().0 as f32;
        assert!((frame - 360.0 * share).abs() <= 5.0, "{frame} at {share}");
    }
    harness.drop_at(ruler.center());
    harness.step();
    let after = harness.state().session.frame();
    harness.hover_at(pos2(ruler.left() + 50.0, ruler.center().y));
    harness.step();
    assert_eq!(harness.state().session.frame(), after, "a pointer that only hovers moves nothing");
}

#[test]
fn the_ruler_tells_and_takes_frames_by_accessibility() {
    let mut harness = timeline(session(2, 360, 360));
    harness.state_mut().session.clock.seek(FrameIndex(11));
    harness.step();
    let ruler = harness.get_by_label("Playhead");
    assert_eq!(ruler.accesskit_node().value().as_deref(), Some("Frame 12 of 360"));
    harness.get_by_label("Playhead").focus();
    harness.step();
    harness.key_press(egui::Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(harness.state().session.frame(), FrameIndex(12));
}

#[test]
fn every_lane_has_a_name_that_selects() {
    let mut harness = timeline(session(3, 360, 100));
    assert!(harness.query_by_label_contains("Lane of Person 3").is_some());
    harness.get_by_label("Person 2").click();
    harness.run_steps(2);
    assert_eq!(harness.state().session.selection.person(), Some(PersonId(2)));
}

#[test]
fn fifty_people_scroll_and_the_selected_one_comes_into_view() {
    let mut harness = timeline(session(50, 60, 60));
    assert!(harness.query_by_label("Person 40").is_none(), "only lanes in view are made");
    harness.state_mut().session.selection.select_person(Some(PersonId(40)));
    harness.run_steps(40);
    assert!(harness.query_by_label("Person 40").is_some());
    assert!(harness.query_by_label("Person 1").is_none());
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_a_double_click_fits() {
    let mut harness = timeline(session(1, 10_000, 0));
    let ruler = ruler_rect(&harness);
    let at = pos2(ruler.left() + ruler.width() * 0.25, ruler.center().y);
    let press = |harness: &mut Harness<Studio>, at: Pos2| {
        harness.drag_at(at);
        harness.step();
        let frame = harness.state().session.frame().0 as i64;
        harness.drop_at(at);
        harness.run_steps(40);
        frame
    };
    let before = press(&mut harness, at);
    harness.hover_at(at);
    for _ in 0..6 {
        wheel(&harness, vec2(0.0, 100.0));
        harness.run_steps(20);
    }
    let zoomed = press(&mut harness, at);
    assert!((zoomed - before).abs() <= 20, "{before} stays under the pointer: {zoomed}");
    let beside = press(&mut harness, at + vec2(100.0, 0.0));
    assert!((1..400).contains(&(beside - zoomed)), "zoomed in: {}", beside - zoomed);
    for _ in 0..2 {
        for pressed in [true, false] {
            harness.event(Event::PointerButton {
                pos: at,
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
    }
    harness.run_steps(40);
    let beside = press(&mut harness, at + vec2(100.0, 0.0)) - press(&mut harness, at);
    assert!(beside > 1000, "all of it is shown again: {beside}");
}

#[test]
fn playing_zoomed_in_keeps_the_playhead_in_view() {
    let mut harness = timeline(session(1, 10_000, 0));
    let ruler = ruler_rect(&harness);
    harness.hover_at(ruler.left_center() + vec2(20.0, 0.0));
    for _ in 0..6 {
        wheel(&harness, vec2(0.0, 100.0));
        harness.run_steps(20);
    }
    harness.remove_cursor();
    harness.state_mut().session.clock.seek(FrameIndex(7_000));
    harness.state_mut().session.clock.play();
    harness.run_steps(3);
    harness.state_mut().session.clock.pause();
    harness.drag_at(ruler.center());
    harness.step();
    let shown = harness.state().session.frame().0;
    assert!((6_900..7_800).contains(&shown), "the middle of the view is {shown}");
}

/// Image and window have one scale here, with the mat around.
fn image(session: Session) -> Harness<'static, Studio> {
    alone(session, vec2(1280.0 + 2.0 * size::PANEL_PADDING, 720.0 + 2.0 * size::PANEL_PADDING), |ui, studio, out| {
        image_ui(ui, &studio.session, &VideoScreen::default(), Theme::of(ui), &mut studio.image, out);
    })
}

/// Kittest lays a margin around.
fn image_point(harness: &Harness<Studio>, x: f32, y: f32) -> Pos2 {
    let area = harness.get_by_label_contains("2D keypoints").rect();
    let scale =
        ((area.width() - 2.0 * size::PANEL_PADDING) / 1280.0).min((area.height() - 2.0 * size::PANEL_PADDING) / 720.0);
    area.center() + (vec2(x, y) - vec2(640.0, 360.0)) * scale
}

fn click(harness: &mut Harness<Studio>, at: Pos2) {
    harness.hover_at(at);
    harness.step();
    harness.drag_at(at);
    harness.step();
    harness.event(Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(2);
}

#[test]
fn clicking_a_joint_in_the_image_selects_person_and_joint() {
    let mut harness = image(session(2, 60, 60));
    let right_knee = figure(place(1, 2), 0)[2];
    let at = image_point(&harness, right_knee.x, right_knee.y);
    click(&mut harness, at);
    let selected = harness.state().session.selection.selected.unwrap();
    assert_eq!(selected.person, PersonId(2));
    assert_eq!(selected.as_joint().map(|joint| SkeletonId::H36m17.skeleton().joints[joint.0]), Some("right knee"));
    let right_ankle = figure(place(1, 2), 0)[3];
    let shank = image_point(&harness, (right_knee.x + right_ankle.x) / 2.0, (right_knee.y + right_ankle.y) / 2.0);
    click(&mut harness, shank);
    let selected = harness.state().session.selection.selected.unwrap();
    assert_eq!(selected.part_name().as_deref(), Some("right knee to right ankle"));
    let nowhere = image_point(&harness, 20.0, 700.0);
    click(&mut harness, nowhere);
    assert_eq!(harness.state().session.selection.selected, None);
}

#[test]
fn hidden_and_unseen_people_are_not_in_the_image() {
    let mut harness = image(session(2, 360, 0));
    let count = |harness: &Harness<Studio>, label: &str| harness.query_by_label(label).is_some();
    assert!(count(&harness, "2D keypoints: 2 people in this frame"));
    harness.state_mut().session.clock.seek(FrameIndex(172));
    harness.run_steps(2);
    assert!(count(&harness, "2D keypoints: 1 person in this frame"), "person 1 is in a gap");
    let source = harness.state().session.active_id().unwrap();
    let hide = Edit::SetVisible { source, person: PersonId(2), is_visible: false };
    harness.state_mut().session.apply(&hide);
    harness.run_steps(2);
    assert!(count(&harness, "2D keypoints: 0 people in this frame"));
}

fn viewport(session: Session) -> Harness<'static, Studio> {
    alone(session, vec2(700.0, 520.0), |ui, studio, out| {
        viewport_ui(ui, ClipView::active(&studio.session).unwrap(), Theme::of(ui), &mut studio.viewport, out);
    })
}

#[test]
fn without_a_graphics_device_the_3d_view_stays_usable() {
    let mut harness = viewport(session(2, 60, 60));
    assert!(harness.query_by_label("3D view: 2 people shown").is_some());
    harness.get_by_label("Side").click();
    harness.run_steps(2);
    assert!(harness.state().asked.contains(&UiCommand::Do(Action::ViewSide)));
}

#[test]
fn a_person_in_the_3d_view_can_be_picked() {
    let mut harness = viewport(session(1, 60, 60));
    harness.state_mut().viewport.ask(Action::ViewFront);
    harness.run_steps(60);
    let area = harness.get_by_label_contains("3D view").rect();
    click(&mut harness, area.center());
    assert_eq!(harness.state().session.selection.person(), Some(PersonId(1)));
    click(&mut harness, area.left_center() + vec2(5.0, 0.0));
    assert_eq!(harness.state().session.selection.person(), None);
}

/// Drags with the secondary button.
fn pan(harness: &mut Harness<Studio>, from: Pos2, by: Vec2) {
    for (pos, pressed) in [(from, true), (from + by, false)] {
        harness.event(Event::PointerMoved(pos));
        harness.event(Event::PointerButton {
            pos,
            button: PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
}

#[test]
fn dragging_turns_the_view_and_hover_is_told() {
    let mut harness = viewport(session(1, 60, 60));
    harness.state_mut().viewport.ask(Action::ViewFront);
    harness.run_steps(60);
    let area = harness.get_by_label_contains("3D view").rect();
    harness.hover_at(area.center());
    harness.run_steps(2);
    let hovers = |harness: &Harness<Studio>| {
        harness
            .state()
            .asked
            .iter()
            .any(|command| matches!(command, UiCommand::Hover(Pick { person: PersonId(1), .. })))
    };
    assert!(hovers(&harness));
    pan(&mut harness, area.center(), vec2(area.width() * 0.45, 0.0));
    harness.hover_at(area.center());
    harness.step();
    harness.state_mut().asked.clear();
    harness.run_steps(2);
    assert!(!hovers(&harness), "the person was moved away from under the pointer");
}

#[test]
fn a_followed_person_comes_back_to_the_middle_with_the_next_frame() {
    let mut harness = viewport(session(1, 60, 60));
    harness.state_mut().viewport.ask(Action::ViewFront);
    harness.run_steps(60);
    let area = harness.get_by_label_contains("3D view").rect();
    let seen = |harness: &mut Harness<Studio>| {
        harness.hover_at(area.center());
        harness.state_mut().asked.clear();
        harness.run_steps(2);
        harness.state().asked.iter().any(|command| matches!(command, UiCommand::Hover(_)))
    };
    for follows in [false, true] {
        harness.state_mut().session.settings.scene.follow = follows;
        harness.state_mut().session.clock.seek(FrameIndex(10));
        harness.run_steps(40);
        pan(&mut harness, area.center(), vec2(area.width() * 0.3, 0.0));
        assert!(!seen(&mut harness), "moved away by hand, which holds within a frame");
        harness.state_mut().session.clock.seek(FrameIndex(11));
        harness.run_steps(60);
        assert_eq!(seen(&mut harness), follows);
    }
}

#[test]
fn the_3d_picture_follows_the_frame() {
    let size = vec2(900.0, 500.0);
    let Some(mut harness) = gpu_studio(session(2, 60, 60), size, 1.0, ThemeChoice::Dark) else { return };
    let area = harness.get_by_label_contains("3D view").rect();
    let crop = |harness: &mut Harness<Studio>| {
        let picture = harness.render().unwrap();
        let [x, y, width, height] = [area.left(), area.top() + 40.0, area.width(), area.height() - 40.0];
        image::imageops::crop_imm(&picture, x as u32, y as u32, width as u32, height as u32).to_image()
    };
    let first = crop(&mut harness);
    harness.run_steps(2);
    assert!(first == crop(&mut harness), "the same frame is the same picture");
    harness.state_mut().session.clock.seek(FrameIndex(15));
    harness.run_steps(2);
    let moved = crop(&mut harness);
    let changed = first.pixels().zip(moved.pixels()).filter(|(a, b)| a != b).count();
    assert!((50..first.len() / 8).contains(&changed), "{changed} pixels differ");
}
