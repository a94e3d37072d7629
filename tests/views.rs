//! The 3D view, the 2D view and the timeline, driven the way a person does: by pointer, wheel and accessibility tree.
//!
//! `MOTIONBERT_PICTURES=DIR cargo test --test views -- --ignored pictures` writes pictures of the demo to look at.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{self, Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::{Harness, kittest::NodeT, kittest::Queryable};
use glam::Vec3;
use motionbert::data::{
    FrameIndex, FrameRange, H36M_JOINTS, Keypoint, KeypointTrack, Normalisation, PersonId, PosePrediction,
    SkeletonChoice, SkeletonId, Space,
};
use motionbert::session::settings::ThemeChoice;
use motionbert::session::{Edit, ModelChoice, Pick, Session, Settings, Source};
use motionbert::ui::panels::image::{ImageState, image_ui};
use motionbert::ui::panels::timeline::{TimelineState, timeline_ui};
use motionbert::ui::panels::viewport::{ViewportState, viewport_ui};
use motionbert::ui::theme::{self, Theme, size};
use motionbert::ui::{Action, UiCommand};

const IMAGE: [u32; 2] = [1280, 720];

/// A standing figure that sways, H36M-17, in pixels around `(x, 360)`; z in pixels.
fn figure(x: f32, frame: usize) -> [Vec3; H36M_JOINTS] {
    #[rustfmt::skip]
    const STANDING: [[f32; 3]; H36M_JOINTS] = [
        [0.0, 0.0, 0.0], [-14.0, 0.0, 0.0], [-16.0, 48.0, -4.0], [-18.0, 96.0, 2.0], [14.0, 0.0, 0.0],
        [16.0, 48.0, -4.0], [18.0, 96.0, 2.0], [0.0, -28.0, 0.0], [0.0, -56.0, 0.0], [0.0, -70.0, -6.0],
        [0.0, -86.0, 0.0], [20.0, -54.0, 0.0], [34.0, -30.0, 4.0], [42.0, -8.0, -8.0], [-20.0, -54.0, 0.0],
        [-34.0, -30.0, 4.0], [-42.0, -8.0, -8.0],
    ];
    let sway = (frame as f32 * 0.1).sin();
    STANDING.map(|[dx, dy, z]| {
        let wave = if dy < 0.0 { sway * dy.abs() * 0.2 } else { 0.0 };
        Vec3::new(x + dx + wave, 360.0 + dy, z)
    })
}

fn place(person: usize, people: usize) -> f32 {
    1280.0 * (person as f32 + 0.5) / people as f32
}

/// People side by side; each third second of a minute in a hundred is a gap.
fn source(id: motionbert::session::SourceId, people: usize, frames: usize) -> Source {
    let skeleton = SkeletonId::H36m17.skeleton();
    let track = |person: usize| {
        let seen: Arc<[bool]> = (0..frames).map(|frame| (frame + 31 * person) % 180 < 170).collect();
        let joints = (0..frames).flat_map(|frame| {
            let confidence = 0.75 + 0.25 * (frame as f32 * 0.013 + person as f32).sin();
            figure(place(person, people), frame)
                .map(|joint| if seen[frame] { Keypoint::new(joint.x, joint.y, confidence) } else { Keypoint::MISSING })
        });
        KeypointTrack {
            person: PersonId(person as u32 + 1),
            skeleton,
            range: FrameRange::of_len(0, frames),
            keypoints: joints.collect(),
            seen: seen.clone(),
            is_spurious: false,
        }
    };
    Source {
        id,
        name: "people".to_owned(),
        path: None,
        format: "test",
        skeleton: Some((skeleton, SkeletonChoice { reason: String::new(), alternatives: Vec::new() })),
        file_fps: Some(30.0),
        image_size: Some(IMAGE),
        first_frame_number: 0,
        frame_count: frames,
        is_normalised: false,
        tracks: (0..people).map(track).collect(),
        imported: Vec::new(),
        read_options: Default::default(),
    }
}

fn prediction(person: usize, people: usize, range: FrameRange) -> PosePrediction {
    PosePrediction {
        person: PersonId(person as u32 + 1),
        range,
        space: Space::ImagePixels,
        normalisation: Normalisation::IDENTITY,
        joints: (range.start..range.end).flat_map(|frame| figure(place(person, people), frame)).collect(),
    }
}

/// A session with these people; results for the first `inferred` frames.
fn session(people: usize, frames: usize, inferred: usize) -> Session {
    let mut session = Session::new(Settings::default());
    let id = session.new_source_id();
    session.add_source(&Arc::new(source(id, people, frames)), false);
    let generation = session.results.begin(id);
    for person in 0..if inferred > 0 { people } else { 0 } {
        session.accept(id, generation, &prediction(person, people, FrameRange::of_len(0, inferred)));
    }
    session
}

/// The three views as the window lays them out, with empty panels around.
struct Studio {
    session: Session,
    viewport: ViewportState,
    image: ImageState,
    timeline: TimelineState,
    asked: Vec<UiCommand>,
    ui_times: Vec<f64>,
}

impl Studio {
    fn new(session: Session) -> Self {
        Self {
            session,
            viewport: ViewportState::default(),
            image: ImageState::default(),
            timeline: TimelineState::default(),
            asked: Vec::new(),
            ui_times: Vec::new(),
        }
    }

    fn show(&mut self, ui: &mut egui::Ui) {
        let start = Instant::now();
        let theme = Theme::of(ui);
        let mut out = Vec::new();
        let panel = egui::Frame::NONE.fill(theme.panel);
        egui::Panel::left("left").frame(panel).exact_size(size::LEFT_PANEL).show(ui, |_| {});
        egui::Panel::right("right").frame(panel).exact_size(size::RIGHT_PANEL).show(ui, |_| {});
        egui::Panel::bottom("bottom").frame(panel).exact_size(size::BOTTOM_PANEL).show(ui, |ui| {
            ui.add_space(36.0);
            timeline_ui(ui, &self.session, theme, &mut self.timeline, &mut out);
        });
        egui::CentralPanel::default().frame(egui::Frame::NONE).show(ui, |ui| {
            let width = ui.available_width() * size::IMAGE_VIEW_SHARE;
            egui::Panel::left("image").frame(egui::Frame::NONE).exact_size(width).show(ui, |ui| {
                image_ui(ui, &self.session, theme, &mut self.image, &mut out);
            });
            viewport_ui(ui, &self.session, theme, &mut self.viewport, &mut out);
        });
        self.ui_times.push(start.elapsed().as_secs_f64() * 1e3);
        self.carry_out(out);
    }

    fn carry_out(&mut self, commands: Vec<UiCommand>) {
        self.session.selection.hovered = None;
        for command in &commands {
            match command {
                UiCommand::Seek(frame) => self.session.clock.seek(*frame),
                UiCommand::Select(pick) => self.session.selection.selected = *pick,
                UiCommand::Hover(pick) => self.session.selection.hovered = Some(*pick),
                UiCommand::Do(action) => self.viewport.ask(*action),
                _ => {}
            }
        }
        self.asked.extend(commands);
    }
}

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
    let builder = Harness::builder()
        .with_size(size)
        .with_step_dt(1.0 / 60.0)
        .with_context_setup(|ctx| theme::install(ctx, ThemeChoice::Dark));
    let mut harness = builder.build_ui_state(app, Studio::new(session));
    harness.run_steps(2);
    harness
}

fn timeline(session: Session) -> Harness<'static, Studio> {
    alone(session, vec2(900.0, 140.0), |ui, studio, out| {
        timeline_ui(ui, &studio.session, Theme::of(ui), &mut studio.timeline, out);
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
    harness.get_by_label("Timeline").rect()
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
    let ruler = harness.get_by_label("Timeline");
    assert_eq!(ruler.accesskit_node().value().as_deref(), Some("Frame 12 of 360"));
    harness.get_by_label("Timeline").focus();
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
        image_ui(ui, &studio.session, Theme::of(ui), &mut studio.image, out);
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
    assert_eq!(selected.joint.map(|joint| SkeletonId::H36m17.skeleton().joints[joint.0]), Some("right knee"));
    let nowhere = image_point(&harness, 20.0, 700.0);
    click(&mut harness, nowhere);
    assert_eq!(harness.state().session.selection.selected, None);
}

#[test]
fn hidden_and_unseen_people_are_not_in_the_image() {
    let mut harness = image(session(2, 360, 0));
    let count = |harness: &Harness<Studio>, label: &str| harness.query_by_label(label).is_some();
    assert!(count(&harness, "2D keypoints: 2 people, frame 1"));
    harness.state_mut().session.clock.seek(FrameIndex(172));
    harness.run_steps(2);
    assert!(count(&harness, "2D keypoints: 1 people, frame 173"), "person 1 is in a gap");
    let source = harness.state().session.active_id().unwrap();
    let hide = Edit::SetVisible { source, person: PersonId(2), is_visible: false };
    harness.state_mut().session.apply(&hide);
    harness.run_steps(2);
    assert!(count(&harness, "2D keypoints: 0 people, frame 173"));
}

fn viewport(session: Session) -> Harness<'static, Studio> {
    alone(session, vec2(700.0, 520.0), |ui, studio, out| {
        viewport_ui(ui, &studio.session, Theme::of(ui), &mut studio.viewport, out);
    })
}

#[test]
fn without_a_graphics_device_the_3d_view_stays_usable() {
    let mut harness = viewport(session(2, 60, 60));
    assert!(harness.query_by_label("3D view: 2 people, frame 1").is_some());
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
    let pan = vec2(area.width() * 0.45, 0.0);
    for (pos, pressed) in [(area.center(), true), (area.center() + pan, false)] {
        harness.event(Event::PointerMoved(pos));
        harness.event(Event::PointerButton {
            pos,
            button: PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    harness.hover_at(area.center());
    harness.step();
    harness.state_mut().asked.clear();
    harness.run_steps(2);
    assert!(!hovers(&harness), "the person was moved away from under the pointer");
}

fn gpu_studio(session: Session, size: Vec2, scale: f32, choice: ThemeChoice) -> Option<Harness<'static, Studio>> {
    if let Err(error) = motionbert::render::Gpu::headless() {
        eprintln!("SKIPPED: {error}");
        return None;
    }
    let setup = egui_kittest::wgpu::default_wgpu_setup();
    let gpu = egui_kittest::wgpu::create_render_state(setup, eframe::egui_wgpu::RendererOptions::PREDICTABLE);
    let mut studio = Studio::new(session);
    studio.viewport.attach(&gpu);
    let builder = Harness::builder()
        .with_size(size / scale)
        .with_theme(if choice == ThemeChoice::Light { egui::Theme::Light } else { egui::Theme::Dark })
        .with_step_dt(1.0 / 60.0)
        .with_pixels_per_point(scale)
        .renderer(egui_kittest::wgpu::WgpuTestRenderer::from_render_state(gpu))
        .with_context_setup(move |ctx| theme::install(ctx, choice));
    let mut harness = builder.build_ui_state(|ui, studio: &mut Studio| studio.show(ui), studio);
    harness.run_steps(30);
    Some(harness)
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

/// Milliseconds of UI code per frame while playing: the first frame, then median, 95th percentile and greatest.
fn ui_time(people: usize, frames: usize) -> [f64; 4] {
    let mut studio = Studio::new(session(people, frames, frames));
    studio.session.clock.play();
    let mut harness = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .with_context_setup(|ctx| theme::install(ctx, ThemeChoice::Dark))
        .build_ui_state(
            |ui, studio: &mut Studio| {
                studio.session.clock.advance(1.0 / 60.0);
                studio.show(ui);
            },
            studio,
        );
    harness.run_steps(120);
    let mut times = harness.into_state().ui_times;
    let first = times.remove(0);
    times.sort_by(f64::total_cmp);
    [first, times[times.len() / 2], times[times.len() * 19 / 20], times[times.len() - 1]]
}

#[test]
#[ignore = "measures"]
fn ui_times() {
    for (people, frames) in [(1, 300), (3, 10_000), (50, 1_000), (50, 10_000), (3, 100_000)] {
        let [first, median, p95, most] = ui_time(people, frames);
        eprintln!(
            "{people} people, {frames} frames: first {first:.2}, median {median:.2}, p95 {p95:.2}, most {most:.2} ms"
        );
    }
}

/// The demo clip lifted by the built-in model.
fn demo() -> Session {
    use motionbert::runtime::{Event, InferRequest, Runtime, open};
    let mut session = Session::new(Settings::default());
    let id = session.new_source_id();
    let source = Arc::new(open::load_demo(id, &Default::default()).unwrap());
    session.add_source(&source, false);
    let generation = session.results.begin(id);
    let runtime = Runtime::new(Arc::new(|| {})).unwrap();
    let _job = runtime.infer(InferRequest {
        people: source.tracks.iter().map(|track| track.person).collect(),
        source,
        generation,
        model: ModelChoice::Starter,
        device: Default::default(),
        options: Default::default(),
    });
    while let Some(event) = runtime.wait_event(Duration::from_secs(120)) {
        match event {
            Event::Prediction { update, .. } => session.accept(id, generation, &update),
            Event::Done { .. } => break,
            Event::Failed { notice, .. } => panic!("{}", notice.headline),
            _ => {}
        }
    }
    session
}

#[test]
#[ignore = "writes pictures to look at"]
fn pictures() {
    let folder = std::path::PathBuf::from(std::env::var("MOTIONBERT_PICTURES").unwrap());
    let save = |name: &str, harness: &mut Harness<Studio>| {
        harness.render().unwrap().save(folder.join(format!("{name}.png"))).unwrap();
    };
    for (theme, choice) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for (size, scale, label) in [(vec2(1280.0, 720.0), 1.0, "720"), (vec2(2560.0, 1440.0), 1.5, "1440")] {
            let Some(mut harness) = gpu_studio(demo(), size, scale, choice) else { return };
            harness.state_mut().session.clock.seek(FrameIndex(100));
            harness.state_mut().session.selection.select_person(Some(PersonId(2)));
            harness.run_steps(5);
            save(&format!("{theme}-{label}"), &mut harness);
            harness.state_mut().session.clock.seek(FrameIndex(152));
            let ruler = harness.get_by_label("Timeline").rect();
            harness.hover_at(ruler.center() + vec2(40.0, 50.0));
            harness.run_steps(5);
            save(&format!("{theme}-{label}-gap"), &mut harness);
        }
        let views = [
            ("front", Action::ViewFront),
            ("side", Action::ViewSide),
            ("top", Action::ViewTop),
            ("camera", Action::ViewCamera),
        ];
        let Some(mut harness) = gpu_studio(demo(), vec2(1280.0, 720.0), 1.0, choice) else { return };
        harness.state_mut().session.clock.seek(FrameIndex(60));
        for (name, action) in views {
            harness.state_mut().viewport.ask(action);
            harness.run_steps(60);
            save(&format!("{theme}-{name}"), &mut harness);
        }
        let cases =
            [("long", session(3, 10_000, 6_000)), ("crowd", session(50, 1_000, 1_000)), ("empty", session(2, 300, 0))];
        for (name, session) in cases {
            let Some(mut harness) = gpu_studio(session, vec2(1280.0, 720.0), 1.0, choice) else { return };
            harness.run_steps(40);
            save(&format!("{theme}-{name}"), &mut harness);
        }
    }
}
