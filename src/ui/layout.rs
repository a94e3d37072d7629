//! The whole window: bars above and below, panels between them, dialogs and messages over them.

use std::path::Path;

use eframe::egui::{Frame, Margin, Panel, Ui};

use super::clip_export::PreviewDesk;
use super::command::UiCommand;
use super::dock::{Dock, Pane};
use super::jobs::Jobs;
use super::live::LiveDesk;
use super::log_book::LogBook;
use super::panels::actions::ActionsState;
use super::panels::clip_export::ClipExportDialog;
use super::panels::detector::DetectorState;
use super::panels::export::ExportDialog;
use super::panels::hints::HintsState;
use super::panels::image::ImageState;
use super::panels::inspector::InspectorState;
use super::panels::log::LogState;
use super::panels::menu::menu_bar_ui;
use super::panels::palette::PaletteState;
use super::panels::path_field::PathField;
use super::panels::plots::PlotsState;
use super::panels::sources::SourcesState;
use super::panels::status::status_bar_ui;
use super::panels::timeline::TimelineState;
use super::panels::transport::TransportState;
use super::panels::viewport::Viewports;
use super::panels::{hints, overlay, palette, settings, shortcuts};
use super::performance::Performance;
use super::shelf::Shelf;
use super::theme::size;
use super::toast::Toasts;
use super::video::VideoScreen;
use super::widgets::Ask;
use crate::io::detection_cache::DetectionCache;
use crate::runtime::ModelInfo;
use crate::session::Session;

/// What panels may look at.
pub struct View<'a> {
    pub session: &'a Session,
    pub jobs: &'a Jobs,
    pub model: Option<&'a ModelInfo>,
    pub log: &'a LogBook,
    pub performance: &'a Performance,
    pub video: &'a VideoScreen,
    pub live: &'a LiveDesk,
    pub clip_preview: &'a PreviewDesk,
    /// Where settings are kept.
    pub settings_path: Option<&'a Path>,
    pub detections: Option<&'a DetectionCache>,
    pub shelf: &'a Shelf,
}

/// What panels remember between frames.
#[derive(Default)]
pub struct PanelStates {
    pub viewports: Viewports,
    pub image: ImageState,
    pub timeline: TimelineState,
    pub plots: PlotsState,
    pub sources: SourcesState,
    pub inspector: InspectorState,
    pub actions: ActionsState,
    pub log: LogState,
    pub transport: TransportState,
    pub path_field: PathField,
    pub export: ExportDialog,
    pub clip_export: ClipExportDialog,
    pub detector: DetectorState,
    pub palette: PaletteState,
    pub hints: HintsState,
    pub shows_shortcuts: bool,
    pub shows_settings: bool,
}

/// The whole window.
pub fn studio_ui(
    ui: &mut Ui,
    view: &View<'_>,
    panels: &mut PanelStates,
    dock: &mut Dock,
    toasts: &mut Toasts,
    commands: &mut Vec<UiCommand>,
) {
    let is_inferring = view.jobs.inference().is_some();
    let mut ask = Ask { session: view.session, is_inferring, commands };
    // Panels have no fill of their own: the window is cleared to their colour, which costs a software rasteriser nothing.
    let bar = Frame::NONE.inner_margin(Margin::symmetric(size::GAP as i8, 0));

    Panel::top("menu-bar").exact_size(size::MENU_BAR).resizable(false).frame(bar).show(ui, |ui| {
        menu_bar_ui(ui, view, &mut ask);
    });
    Panel::bottom("status-bar").exact_size(size::STATUS_BAR).resizable(false).frame(bar).show(ui, |ui| {
        status_bar_ui(ui, view, &mut ask);
    });
    let inside = ui.available_rect_before_wrap();
    dock.ui(ui, view, panels, &mut ask);

    panels.path_field.ui(ui.ctx(), ask.commands);
    panels.export.ui(ui.ctx(), view, &mut ask);
    panels.clip_export.ui(ui.ctx(), view, &mut ask);
    hints::hints_ui(ui.ctx(), dock, &mut panels.hints, &mut ask);
    palette::palette_ui(ui.ctx(), &mut panels.palette, &mut ask);
    settings::settings_ui(ui.ctx(), view, &mut panels.shows_settings, &mut ask);
    let is_trimmed = view.session.active().is_some_and(|active| active.trim.is_some());
    panels.plots.save.ui(ui.ctx(), is_trimmed, ask.commands);
    panels.actions.save.ui(ui.ctx(), ask.commands);
    shortcuts::shortcuts_ui(ui.ctx(), &mut panels.shows_shortcuts);
    toasts.ui(ui.ctx(), dock.rect_of(Pane::Scene).unwrap_or(inside));
    overlay::drop_ui(ui.ctx());
}
