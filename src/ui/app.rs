//! The application: owns the session, the workers and the panels' state, and runs one frame after the other.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{self, Ui};
use eframe::egui_wgpu::RenderState;

use super::action::Action;
use super::action_model::ScoreQueue;
use super::bodies::BodyQueue;
use super::clip_export::PreviewDesk;
use super::command::UiCommand;
use super::curves::CurveQueue;
use super::dock::Dock;
use super::inference::InferenceQueue;
use super::jobs::Jobs;
use super::layout::{self, PanelStates};
use super::live::LiveDesk;
use super::log_book::LogBook;
use super::motion::MotionQueue;
use super::moves::ActionQueue;
use super::moves_file::MovesFile;
use super::panels::clips;
use super::performance::Performance;
use super::settings_file::SettingsFile;
use super::shelf::Shelf;
use super::toast::Toasts;
use super::video::VideoScreen;
use super::{opening, text, theme};
use crate::detect::DetectorSpec;
use crate::infer::InferOptions;
use crate::io::detection_cache::DetectionCache;
use crate::io::frames::Ffmpeg;
use crate::io::keypoints::ReadOptions;
use crate::nn::DeviceChoice;
use crate::runtime::{ModelInfo, Runtime};
use crate::session::{LiveSettings, ModelChoice, Session};
use crate::support::Notice;

/// What the command line said about this start. What it leaves out comes from the settings.
#[derive(Clone, Debug, Default)]
pub struct StartOptions {
    /// Opened in this order; none opens the demo.
    pub files: Vec<PathBuf>,
    /// For all of `files`.
    pub read: ReadOptions,
    pub model: Option<ModelChoice>,
    pub device: Option<DeviceChoice>,
    pub infer: Option<InferOptions>,
    /// What decodes videos; none looks for it.
    pub tools: Option<Ffmpeg>,
    /// Starts this camera.
    pub live: Option<LiveSettings>,
    pub detector: Option<DetectorSpec>,
    /// Where people who were found in videos are kept; none for the usual place.
    pub detections: Option<DetectionCache>,
}

/// Time per frame for taking in what the workers have done; the rest waits for the next frame.
const EVENT_BUDGET: Duration = Duration::from_millis(4);

pub struct StudioApp {
    pub(super) session: Session,
    pub(super) runtime: Runtime,
    pub(super) jobs: Jobs,
    pub(super) inference: InferenceQueue,
    pub(super) motion: MotionQueue,
    pub(super) curves: CurveQueue,
    pub(super) bodies: BodyQueue,
    pub(super) actions: ActionQueue,
    pub(super) scores: ScoreQueue,
    pub(super) video: VideoScreen,
    pub(super) live: LiveDesk,
    pub(super) clip_preview: PreviewDesk,
    /// The model that made the newest results.
    pub(super) model: Option<ModelInfo>,
    pub(super) toasts: Toasts,
    pub(super) log: LogBook,
    pub(super) performance: Performance,
    pub(super) panels: PanelStates,
    pub(super) dock: Dock,
    /// People who were found in videos before; none where the system has no place for them.
    pub(super) detections: Option<DetectionCache>,
    pub(super) shelf: Shelf,
    pub(super) moves_file: MovesFile,
    settings_file: SettingsFile,
    last_tick_secs: Option<f64>,
}

impl StudioApp {
    /// Starts the workers and opens what `start` says. Without `gpu` there is no 3D view.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn new(
        ctx: &egui::Context,
        settings_path: Option<PathBuf>,
        start: StartOptions,
        log: LogBook,
        gpu: Option<&RenderState>,
    ) -> std::io::Result<Self> {
        let waker = ctx.clone();
        let mut runtime = Runtime::new(std::sync::Arc::new(move || waker.request_repaint()))?;
        runtime.tools = start.tools.unwrap_or_default();
        let (moves_file, moves_complaint) = MovesFile::load(settings_path.as_deref());
        let (settings_file, complaint) = SettingsFile::load(settings_path);
        let mut settings = settings_file.settings().clone();
        settings.model = start.model.unwrap_or(settings.model);
        settings.device = start.device.unwrap_or(settings.device);
        settings.infer = start.infer.unwrap_or(settings.infer);
        settings.detector = start.detector.or(settings.detector);
        theme::install(ctx);
        theme::show(ctx, &settings);
        let dock = Dock::new(&settings);
        let mut session = Session::new(settings);
        session.restore_moves(moves_file.moves());
        session.clock.set_looping(session.settings.loop_playback);
        let mut app = Self {
            session,
            runtime,
            jobs: Jobs::default(),
            inference: InferenceQueue::default(),
            motion: MotionQueue::default(),
            curves: CurveQueue::default(),
            bodies: BodyQueue::default(),
            actions: ActionQueue::default(),
            scores: ScoreQueue::default(),
            video: VideoScreen::default(),
            live: LiveDesk::default(),
            clip_preview: PreviewDesk::default(),
            model: None,
            toasts: Toasts::default(),
            log,
            performance: Performance::default(),
            panels: PanelStates::default(),
            dock,
            detections: start.detections.or_else(DetectionCache::usual),
            shelf: Shelf::default(),
            moves_file,
            settings_file,
            last_tick_secs: None,
        };
        if let Some(gpu) = gpu {
            app.panels.viewports.attach(gpu);
        }
        complaint.into_iter().chain(moves_complaint).for_each(|notice| app.tell(notice));
        match Shelf::new(&app.session.settings) {
            Ok(shelf) => app.shelf = shelf,
            Err(error) => app.tell(Notice::from_error(text::shelf::NO_LIST, &error)),
        }
        app.look_at_shelf();
        if let Some(live) = start.live {
            app.session.settings.live = live;
            app.carry_out(ctx, UiCommand::Do(Action::StartCamera));
        } else if start.files.is_empty() {
            app.carry_out(ctx, UiCommand::Do(Action::OpenDemo));
        }
        for target in opening::paired(start.files) {
            opening::open(&mut app, target, start.read.clone(), None);
        }
        Ok(app)
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Whether anything is read, lifted or derived.
    pub fn is_busy(&self) -> bool {
        let is_deriving = self.has_outdated_motion() || self.has_outdated_bodies() || self.has_outdated_actions();
        self.jobs.iter().next().is_some() || is_deriving || self.curves.is_running()
    }

    /// Shows a message and keeps it in the log.
    pub(super) fn tell(&mut self, notice: Notice) {
        self.log.notice(&notice);
        self.toasts.push(notice);
    }

    /// As [`Self::tell`], with a button that copies `text`.
    pub(super) fn tell_with_copy(&mut self, notice: Notice, label: &'static str, text: String) {
        self.log.notice(&notice);
        self.toasts.push_with_copy(notice, Some((label, text)));
    }

    fn take_events(&mut self, ctx: &egui::Context) {
        let start = Instant::now();
        self.performance.queued = self.runtime.queue_len();
        while let Some(event) = self.runtime.try_event() {
            self.take_event(ctx, event);
            if start.elapsed() >= EVENT_BUDGET {
                ctx.request_repaint();
                break;
            }
        }
    }

    /// Moves the clock by the time since the last frame and asks for the next one when it is due.
    fn advance_clock(&mut self, ctx: &egui::Context) {
        let now_secs = ctx.input(|input| input.time);
        let before = self.session.frame();
        if let Some(last_secs) = self.last_tick_secs {
            self.session.clock.advance(now_secs - last_secs);
        }
        let is_playing = self.session.clock.is_playing();
        self.last_tick_secs = is_playing.then_some(now_secs);
        if is_playing {
            self.performance.count_skipped(before, self.session.frame());
        }
        if let Some(secs) = self.session.clock.until_next_frame_secs() {
            // The delay counts from now, the clock from the frame's beginning.
            let wait = Duration::from_secs_f64(secs.min(1.0)).saturating_sub(self.performance.elapsed());
            ctx.request_repaint_after(wait);
        }
    }

    fn keep_settings(&mut self, ctx: &egui::Context) {
        match self.settings_file.keep(&self.session.settings) {
            Ok(Some(wait)) => ctx.request_repaint_after(wait),
            Ok(None) => {}
            Err(notice) => self.tell(notice),
        }
    }

    fn draw(&mut self, ui: &mut Ui) -> Vec<UiCommand> {
        let mut commands: Vec<UiCommand> = Action::take_pressed(ui.ctx()).into_iter().map(UiCommand::Do).collect();
        commands.extend(clips::pressed_clip(ui.ctx(), &self.session).map(UiCommand::Activate));
        opening::take_dropped(ui.ctx(), &mut commands);
        let view = layout::View {
            session: &self.session,
            jobs: &self.jobs,
            model: self.model.as_ref(),
            log: &self.log,
            performance: &self.performance,
            video: &self.video,
            live: &self.live,
            clip_preview: &self.clip_preview,
            settings_path: self.settings_file.path(),
            detections: self.detections.as_ref(),
            shelf: &self.shelf,
        };
        layout::studio_ui(ui, &view, &mut self.panels, &mut self.dock, &mut self.toasts, &mut commands);
        commands
    }
}

impl eframe::App for StudioApp {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.performance.start_frame();
        theme::show(ctx, &self.session.settings);
        self.take_events(ctx);
        self.keep_live();
        self.keep_motion(ctx);
        self.keep_bodies(ctx);
        self.keep_actions();
        self.advance_clock(ctx);
        self.keep_video(ctx);
        self.keep_clip_preview(ctx);
        self.keep_settings(ctx);
        self.keep_moves_file(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let commands = self.draw(ui);
        let ctx = ui.ctx().clone();
        // Views tell anew in every frame what the pointer is over; the next frame shows it.
        let hovered_before = self.session.selection.hovered.take();
        for command in commands {
            self.carry_out(&ctx, command);
        }
        if !ctx.input(|input| input.pointer.any_down()) {
            self.session.history.end_gesture();
            self.infer_outdated();
        }
        self.keep_curves();
        if self.session.selection.hovered != hovered_before {
            ctx.request_repaint();
        }
        let rest_ms = self.performance.total_ms.unwrap_or(0.0) - self.performance.ui_ms.unwrap_or(0.0);
        self.live_presented(Duration::from_secs_f64(rest_ms.max(0.0) / 1e3));
        self.performance.end_frame(frame.info().cpu_usage);
    }

    fn on_exit(&mut self) {
        let settings = self.settings_file.flush(&self.session.settings);
        for notice in [settings, self.flush_moves_file()].into_iter().filter_map(Result::err) {
            log::warn!("{notice}");
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
