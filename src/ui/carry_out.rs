//! Carries out what panels, menus and shortcuts asked for, after drawing.

use eframe::egui;

use super::action::{Action, LEAP_FRAMES};
use super::app::StudioApp;
use super::command::UiCommand;
use super::detection::is_person_network;
use super::dock::{Dock, Pane, Side};
use super::inspect;
use super::opening::{self, Purpose};
use super::panels::actions::ActionFile;
use super::panels::plots::PlotFile;
use super::plot_files;
use crate::io::keypoints::ReadOptions;
use crate::runtime::OpenTarget;
use crate::session::clock::SPEEDS;
use crate::session::settings::{ThemeChoice, ZOOMS};
use crate::session::{Edit, Lifting, ModelChoice, Settings, SourceId};
use crate::support::Notice;
use crate::ui::text;
use crate::ui::theme::Theme;

impl StudioApp {
    pub(super) fn carry_out(&mut self, ctx: &egui::Context, command: UiCommand) {
        match command {
            UiCommand::Do(action) => self.act(ctx, action),
            UiCommand::Edit(edit) => self.session.apply(&edit),
            UiCommand::Seek(frame) => {
                self.session.clock.pause();
                self.session.clock.seek(frame);
            }
            UiCommand::SetSpeed(speed) => self.session.clock.set_speed(speed),
            UiCommand::Select(pick) => self.session.selection.selected = pick,
            UiCommand::Hover(pick) => self.session.selection.hovered = Some(pick),
            UiCommand::Open { target, options } => opening::open(self, target, options, None),
            UiCommand::OpenOrAttach(path) => opening::open_or_attach(self, path),
            UiCommand::Reopen(options) => {
                let Some(state) = self.session.active() else { return };
                let target = state.source.path.clone().map_or(OpenTarget::Demo, OpenTarget::File);
                let replaces = Some(state.source.id);
                opening::open(self, target, options, replaces);
            }
            UiCommand::Activate(id) => self.activate(id),
            UiCommand::Close(id) => self.close(id),
            UiCommand::ChooseBodyFile => opening::show_dialog(self, Purpose::Body),
            UiCommand::ChooseModelFile => opening::show_dialog(self, Purpose::Model),
            UiCommand::LookAtModels => self.look_at_shelf(),
            UiCommand::FetchModel(id) => self.fetch_model(id),
            UiCommand::UseModel(id) => self.use_model(&id),
            UiCommand::SetDetector(detector) => self.session.settings.detector = detector,
            UiCommand::ChooseDetector { is_person: false } => opening::show_dialog(self, Purpose::PoseNetwork),
            UiCommand::ChooseDetector { is_person: true } => opening::show_dialog(self, Purpose::PersonNetwork),
            UiCommand::AddNetwork(path) => self.add_network(&path, is_person_network(&path)),
            UiCommand::ClearDetections => self.clear_detections(),
            UiCommand::SetModel(choice) => self.set_model(choice),
            UiCommand::SetDevice(device) => self.set_lifting(|lifting| lifting.device = device),
            UiCommand::SetInfer(options) => self.set_lifting(|lifting| lifting.options = options),
            UiCommand::CancelJob(job) => {
                if self.jobs.inference().is_some_and(|(running, _)| running == job) {
                    self.cancel_inference();
                } else {
                    drop(self.jobs.take(job));
                }
            }
            UiCommand::SetPicture(picture) => self.session.settings.picture = picture,
            UiCommand::SetScene(scene) => self.session.settings.scene = scene,
            UiCommand::FramePerson(person) => {
                if let Some(clip) = self.session.active_id() {
                    self.panels.viewports.of(clip).frame_person(person);
                    ctx.request_repaint();
                }
            }
            UiCommand::Copy { text, told } => {
                ctx.copy_text(text);
                self.tell(Notice::info(told));
            }
            UiCommand::TakeScreenshot(request) => self.take_screenshot(request),
            UiCommand::ChoosePlotFile(file) => opening::show_dialog(self, Purpose::SavePlots(file)),
            UiCommand::SavePlots { file, path, is_whole } => plot_files::save(self, ctx, file, path, is_whole),
            UiCommand::ChooseExportPlace => opening::show_dialog(self, Purpose::Export),
            UiCommand::Export(order) => self.export(*order),
            UiCommand::ChooseClipPlace => opening::show_dialog(self, Purpose::ExportClip),
            UiCommand::ExportClip(order) => self.export_clip(*order, Theme::of_context(ctx).is_dark),
            UiCommand::FindCameras => self.find_cameras(),
            UiCommand::SetLive(live) => self.session.settings.live = live,
            UiCommand::SetLengthUnit(unit) => self.session.settings.length_unit = unit,
            UiCommand::SetPlotted(quantities) => {
                self.session.settings.plotted = quantities;
                self.dock.show(Pane::Plots, ctx, &mut self.session.settings);
            }
            UiCommand::ForgetRecent(path) => self.session.settings.recent_files.retain(|known| *known != path),
            UiCommand::KeepLayout(layout) => self.session.settings.layout = Some(layout),
            UiCommand::SetSettings(settings) => self.set_settings(*settings),
            UiCommand::MoveClip(id, place) => self.session.move_source(id, place),
            UiCommand::TogglePin(id) => self.session.comparison.toggle_pin(id),
            UiCommand::Mark(stretch) => self.session.mark(stretch),
            UiCommand::PlayStretch(stretch) => self.play_stretch(stretch),
            UiCommand::GoToHit(place) => self.go_to_hit(place),
            UiCommand::SaveMove { stretch, name } => self.save_move(stretch, &name),
            UiCommand::ChooseActionModel => opening::show_dialog(self, Purpose::ActionModel),
            UiCommand::ChooseActionNames => opening::show_dialog(self, Purpose::ActionNames),
            UiCommand::SetActionModel(file) => self.set_action_file(file),
            UiCommand::ChooseMoves => opening::show_dialog(self, Purpose::Moves),
            UiCommand::ImportMoves(path) => self.import_moves(path),
            UiCommand::AskActionFile(file) => self.panels.actions.save.open(file, &self.session),
            UiCommand::ChooseActionFile(file) => opening::show_dialog(self, Purpose::SaveActions(file)),
            UiCommand::SaveActionFile { file: ActionFile::Moves, path } => self.export_moves(path),
            UiCommand::SaveActionFile { file: ActionFile::Labels, path } => self.export_labels(path),
            UiCommand::SetActions(options) => self.session.set_action_options(options),
            UiCommand::SetMoment(id, secs) => self.session.comparison.set_moment_secs(id, secs),
        }
    }

    pub(super) fn set_model(&mut self, choice: ModelChoice) {
        self.set_lifting(|lifting| lifting.model = choice);
    }

    fn set_lifting(&mut self, change: impl FnOnce(&mut Lifting)) {
        let mut lifting = self.session.document().lifting.clone();
        change(&mut lifting);
        if lifting != self.session.document().lifting {
            self.session.apply(&Edit::SetLifting(lifting));
        }
    }

    fn set_settings(&mut self, settings: Settings) {
        let before = std::mem::replace(&mut self.session.settings, settings);
        let settings = &self.session.settings;
        self.session.clock.set_looping(settings.loop_playback);
        if settings.layout != before.layout {
            self.dock = Dock::new(settings);
        }
        let (device, options) = (settings.device, settings.infer);
        self.set_lifting(|lifting| (lifting.device, lifting.options) = (device, options));
    }

    /// Steps from one open clip to another, around the ends.
    fn step_clip(&mut self, step: isize) {
        let ids: Vec<SourceId> = self.session.document().sources.iter().map(|state| state.source.id).collect();
        let Some(place) = ids.iter().position(|id| self.session.active_id() == Some(*id)) else { return };
        let next = (place as isize + step).rem_euclid(ids.len() as isize) as usize;
        self.activate(ids[next]);
    }

    fn activate(&mut self, id: SourceId) {
        self.session.activate(id);
        self.hurry_inference(id);
    }

    fn close(&mut self, id: SourceId) {
        self.stop_finding(id);
        self.forget_inference(id);
        self.session.close_source(id);
    }

    fn act(&mut self, ctx: &egui::Context, action: Action) {
        if !action.is_enabled(&self.session, self.jobs.inference().is_some()) {
            return;
        }
        let clock = &mut self.session.clock;
        let settings = &mut self.session.settings;
        match action {
            Action::OpenFile => opening::show_dialog(self, Purpose::Files),
            Action::OpenFolder => opening::show_dialog(self, Purpose::Folder),
            Action::OpenPath => self.panels.path_field.open(),
            Action::OpenDemo => opening::open(self, OpenTarget::Demo, ReadOptions::default(), None),
            Action::AttachVideo => opening::show_dialog(self, Purpose::Video),
            Action::DetachVideo => {
                if let Some(source) = self.session.active_id() {
                    self.session.apply(&Edit::DetachVideo { source });
                }
            }
            Action::StartCamera => {
                self.toggle_live();
                if self.live.is_running() {
                    self.dock.show(Pane::Live, ctx, &mut self.session.settings);
                }
            }
            Action::BackToLive => self.session.back_to_live(),
            Action::KeepLive => self.keep_recording(ctx),
            Action::DetectPeople => self.detect_people(ctx),
            Action::Export => {
                if let Some(clip) = self.session.active() {
                    self.panels.export.open(clip);
                }
            }
            Action::ExportVideo => {
                if let Some(clip) = self.session.active() {
                    let view_size = self.panels.viewports.of(clip.source.id).pixels();
                    self.panels.clip_export.open(clip, view_size);
                }
            }
            Action::Close => {
                if let Some(id) = self.session.active_id() {
                    self.close(id);
                }
            }
            Action::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            Action::Undo => {
                self.session.undo();
            }
            Action::Redo => {
                self.session.redo();
            }
            Action::CopyFrame => {
                if let Some(text) = inspect::frame_as_text(&self.session) {
                    ctx.copy_text(text);
                    self.tell(Notice::info(text::inspector::FRAME_VALUES_COPIED));
                }
            }
            Action::CopyPlots => {
                plot_files::copy(self);
            }
            Action::SavePlotTable | Action::SavePlotPicture => {
                let file = if action == Action::SavePlotTable { PlotFile::Table } else { PlotFile::Picture };
                if let Some(clip) = self.session.active() {
                    self.panels.plots.save.open(file, clip);
                }
            }
            Action::ClearSelection => self.session.selection.selected = None,
            Action::PlayPause => clock.toggle(),
            Action::StepForward => clock.step(1),
            Action::StepBack => clock.step(-1),
            Action::LeapForward => clock.step(LEAP_FRAMES),
            Action::LeapBack => clock.step(-LEAP_FRAMES),
            Action::FirstFrame => clock.to_start(),
            Action::LastFrame => clock.to_end(),
            Action::ToggleLoop => {
                clock.set_looping(!clock.is_looping());
                settings.loop_playback = clock.is_looping();
            }
            Action::Faster => {
                let faster = SPEEDS.into_iter().find(|speed| *speed > clock.speed());
                clock.set_speed(faster.unwrap_or(clock.speed()));
            }
            Action::Slower => {
                let slower = SPEEDS.into_iter().rev().find(|speed| *speed < clock.speed());
                clock.set_speed(slower.unwrap_or(clock.speed()));
            }
            Action::SetIn
            | Action::SetOut
            | Action::ClearIn
            | Action::ClearOut
            | Action::ClearInOut
            | Action::AddMarker
            | Action::RenameMarker
            | Action::RemoveMarker
            | Action::PreviousMark
            | Action::NextMark
            | Action::PreviousGap
            | Action::NextGap
            | Action::WorstConfidence
            | Action::PreviousRepetition
            | Action::NextRepetition
            | Action::LoopRepetition
            | Action::ZoomTimelineIn
            | Action::ZoomTimelineOut
            | Action::ZoomToInOut
            | Action::FitTimeline => self.act_on_timeline(action),
            Action::FindMove
            | Action::SaveMove
            | Action::NextHit
            | Action::PreviousHit
            | Action::NextSegment
            | Action::PreviousSegment => self.act_on_moves(ctx, action),
            Action::ToggleHeat => settings.show_confidence_heat = !settings.show_confidence_heat,
            Action::FrameAll
            | Action::ViewFront
            | Action::ViewSide
            | Action::ViewTop
            | Action::ViewThreeQuarter
            | Action::ViewCamera
            | Action::SaveScreenshot
            | Action::CopyScreenshot => {
                if let Some(clip) = self.session.active_id() {
                    self.panels.viewports.of(clip).ask(action);
                    ctx.request_repaint();
                }
            }
            Action::ToggleLeftPanel => self.dock.toggle_side(Side::Left, ctx, settings),
            Action::ToggleRightPanel => self.dock.toggle_side(Side::Right, ctx, settings),
            Action::PanelScene
            | Action::PanelKeypoints
            | Action::PanelSources
            | Action::PanelInspector
            | Action::PanelCleaning
            | Action::PanelBody
            | Action::PanelModels
            | Action::PanelActions
            | Action::PanelLive
            | Action::PanelLog
            | Action::PanelTimeline
            | Action::PanelPlots => {
                if let Some(pane) = Pane::of_action(action) {
                    self.dock.toggle(pane, ctx, settings);
                }
            }
            Action::NextClip => self.step_clip(1),
            Action::PreviousClip => self.step_clip(-1),
            Action::SideBySide => settings.side_by_side = !settings.side_by_side,
            Action::LinkCameras => settings.link_cameras = !settings.link_cameras,
            Action::MoveAlone => self.session.toggle_moves_alone(),
            Action::AlignClips => {
                self.session.align_clips();
                self.tell(Notice::info(text::clips::ALIGNED).hint(text::clips::ALIGNED_HINT));
            }
            Action::Palette => self.panels.palette.open(),
            Action::Settings => self.panels.shows_settings = true,
            Action::ZoomIn => {
                settings.zoom = ZOOMS.into_iter().find(|zoom| *zoom > settings.zoom).unwrap_or(settings.zoom);
            }
            Action::ZoomOut => {
                settings.zoom = ZOOMS.into_iter().rev().find(|zoom| *zoom < settings.zoom).unwrap_or(settings.zoom);
            }
            Action::ZoomReset => settings.zoom = 1.0,
            Action::FirstSteps => settings.show_hints = !settings.show_hints,
            Action::ResetLayout => self.dock.reset(settings),
            Action::TogglePerformance => settings.show_performance = !settings.show_performance,
            Action::NextAppearance => settings.scene.appearance = settings.scene.appearance.next(),
            Action::ToggleVideo => settings.picture.video = !settings.picture.video,
            Action::ToggleKeypoints => settings.picture.keypoints = !settings.picture.keypoints,
            Action::ToggleProjection => settings.picture.projection = !settings.picture.projection,
            Action::ToggleTrails => settings.scene.trails = !settings.scene.trails,
            Action::ToggleOnionSkins => settings.scene.onion_skins = !settings.scene.onion_skins,
            Action::ToggleGhost => settings.scene.ghost = !settings.scene.ghost,
            Action::ToggleFrustum => settings.scene.frustum = !settings.scene.frustum,
            Action::ToggleGrid => settings.scene.grid = !settings.scene.grid,
            Action::ToggleOrthographic => settings.scene.orthographic = !settings.scene.orthographic,
            Action::ToggleFollow => settings.scene.follow = !settings.scene.follow,
            Action::ToggleTheme => {
                settings.theme = match settings.theme {
                    ThemeChoice::Light => ThemeChoice::Dark,
                    ThemeChoice::Dark | ThemeChoice::System => ThemeChoice::Light,
                };
            }
            Action::CancelInference => self.cancel_inference(),
            Action::Shortcuts => self.panels.shows_shortcuts = !self.panels.shows_shortcuts,
        }
    }
}
