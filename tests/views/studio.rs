//! A session made of nothing but numbers, and the three views as the window lays them out.

use std::sync::Arc;
use std::time::Instant;

use eframe::egui::{self, Vec2};
use egui_kittest::Harness;
use glam::Vec3;
use motionbert::data::{
    FrameRange, H36M_JOINTS, Keypoint, KeypointTrack, Normalisation, PersonId, PosePrediction, SkeletonChoice,
    SkeletonId, Space,
};
use motionbert::session::settings::ThemeChoice;
use motionbert::session::{Session, Settings, Source};
use motionbert::support::CancelToken;
use motionbert::ui::UiCommand;
use motionbert::ui::panels::image::{ImageState, image_ui};
use motionbert::ui::panels::timeline::{TimelineState, timeline_ui};
use motionbert::ui::panels::viewport::{ClipView, ViewportState, viewport_ui};
use motionbert::ui::theme::{self, Theme, size};
use motionbert::ui::video::VideoScreen;
use motionbert::ui::widgets::Ask;

const IMAGE: [u32; 2] = [1280, 720];

/// A standing figure that sways, H36M-17, in pixels around `(x, 360)`; z in pixels.
pub fn figure(x: f32, frame: usize) -> [Vec3; H36M_JOINTS] {
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

pub fn place(person: usize, people: usize) -> f32 {
    1280.0 * (person as f32 + 0.5) / people as f32
}

/// People side by side; each is unseen in 10 of every 180 frames.
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
        video: None,
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
pub fn session(people: usize, frames: usize, inferred: usize) -> Session {
    let mut session = Session::new(Settings::default());
    let id = session.new_source_id();
    session.add_source(&Arc::new(source(id, people, frames)), false);
    let generation = session.results.begin(id);
    for person in 0..if inferred > 0 { people } else { 0 } {
        session.accept(id, generation, &prediction(person, people, FrameRange::of_len(0, inferred)));
    }
    derive(&mut session);
    session
}

/// What the window does in the background: brings what is shown up to results and edits.
pub fn derive(session: &mut Session) {
    let input = session.active_id().and_then(|id| session.outdated_motion(id));
    if let Some(input) = input {
        session.set_motion(Arc::new(input.derive(&CancelToken::new()).unwrap()));
    }
}

/// The three views as the window lays them out, with empty panels around.
pub struct Studio {
    pub session: Session,
    pub viewport: ViewportState,
    pub image: ImageState,
    pub timeline: TimelineState,
    pub asked: Vec<UiCommand>,
    pub ui_times: Vec<f64>,
}

impl Studio {
    pub fn new(session: Session) -> Self {
        Self {
            session,
            viewport: ViewportState::default(),
            image: ImageState::default(),
            timeline: TimelineState::default(),
            asked: Vec::new(),
            ui_times: Vec::new(),
        }
    }

    pub fn show(&mut self, ui: &mut egui::Ui) {
        let start = Instant::now();
        let theme = Theme::of(ui);
        let mut out = Vec::new();
        let panel = egui::Frame::NONE.fill(theme.panel);
        egui::Panel::left("left").frame(panel).exact_size(size::LEFT_PANEL).show(ui, |_| {});
        egui::Panel::right("right").frame(panel).exact_size(size::RIGHT_PANEL).show(ui, |_| {});
        egui::Panel::bottom("bottom").frame(panel).exact_size(size::BOTTOM_PANEL).show(ui, |ui| {
            ui.add_space(36.0);
            let mut ask = Ask { session: &self.session, is_inferring: false, commands: &mut out };
            timeline_ui(ui, theme, &mut self.timeline, &mut ask);
        });
        egui::CentralPanel::default().frame(egui::Frame::NONE).show(ui, |ui| {
            let width = ui.available_width() * size::IMAGE_VIEW_SHARE;
            egui::Panel::left("image").frame(egui::Frame::NONE).exact_size(width).show(ui, |ui| {
                image_ui(ui, &self.session, &VideoScreen::default(), theme, &mut self.image, &mut out);
            });
            viewport_ui(ui, ClipView::active(&self.session).unwrap(), theme, &mut self.viewport, &mut out);
        });
        self.ui_times.push(start.elapsed().as_secs_f64() * 1e3);
        self.carry_out(out);
    }

    pub fn carry_out(&mut self, commands: Vec<UiCommand>) {
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

/// With a 3D picture; none where there is no graphics adapter. Size in pixels.
pub fn gpu_studio(session: Session, size: Vec2, scale: f32, choice: ThemeChoice) -> Option<Harness<'static, Studio>> {
    if let Err(error) = motionbert::render::Gpu::headless() {
        assert!(std::env::var_os("CI").is_none(), "{error}");
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
        .with_context_setup(theme::install);
    let mut harness = builder.build_ui_state(|ui, studio: &mut Studio| studio.show(ui), studio);
    harness.run_steps(30);
    Some(harness)
}
