//! The panels there are: what each is called, where it starts out, and what it shows.

use eframe::egui::{Frame, Margin, ScrollArea, Ui};
use serde::{Deserialize, Serialize};

use crate::session::{Session, Settings};
use crate::ui::action::Action;
use crate::ui::icon::Icon;
use crate::ui::layout::{PanelStates, View};
use crate::ui::panels::actions::actions_ui;
use crate::ui::panels::body::body_ui;
use crate::ui::panels::cleaning::cleaning_ui;
use crate::ui::panels::image::image_ui;
use crate::ui::panels::inspector::inspector_ui;
use crate::ui::panels::live::live_panel_ui;
use crate::ui::panels::log::log_ui;
use crate::ui::panels::models::models_ui;
use crate::ui::panels::plots::plots_ui;
use crate::ui::panels::scene::scene_ui;
use crate::ui::panels::sources::sources_ui;
use crate::ui::panels::timeline::timeline_ui;
use crate::ui::panels::transport::transport_ui;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::Ask;

/// A panel that can be moved. A new one is a variant, a line in [`Pane::ALL`], [`Pane::info`] and [`Pane::ui`], and an
/// action that opens and closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    Sources,
    Keypoints,
    Scene,
    Inspector,
    Cleaning,
    Body,
    Models,
    Actions,
    Live,
    Log,
    Timeline,
    Plots,
}

/// Where a panel starts out; those of one spot share it as tabs, but for the centre, where they stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Left,
    Centre,
    UnderViews,
    Right,
    Bottom,
}

/// What is said of a panel.
pub struct PaneInfo {
    /// In the settings; never changes.
    pub key: &'static str,
    pub title: &'static str,
    pub icon: Icon,
    pub tip: &'static str,
    pub spot: Spot,
    /// Opens and closes it.
    pub action: Action,
}

impl Pane {
    /// In the order of tabs and, in the centre, from left to right.
    pub const ALL: [Self; 12] = [
        Self::Sources,
        Self::Keypoints,
        Self::Scene,
        Self::Inspector,
        Self::Actions,
        Self::Plots,
        Self::Cleaning,
        Self::Body,
        Self::Models,
        Self::Live,
        Self::Log,
        Self::Timeline,
    ];

    #[rustfmt::skip]
    pub const fn info(self) -> PaneInfo {
        let (key, title, icon, spot, action, tip) = match self {
            Self::Sources => ("sources", text::panes::SOURCES, Icon::Folder, Spot::Left, Action::PanelSources,
                text::panes::SOURCES_TIP),
            Self::Keypoints => ("keypoints", text::panes::KEYPOINTS, Icon::Camera, Spot::Centre, Action::PanelKeypoints,
                text::panes::KEYPOINTS_TIP),
            Self::Scene => ("scene", text::panes::SCENE, Icon::Person, Spot::Centre, Action::PanelScene,
                text::panes::SCENE_TIP),
            Self::Inspector => ("inspector", text::panes::INSPECTOR, Icon::Person, Spot::Right, Action::PanelInspector,
                text::panes::INSPECTOR_TIP),
            Self::Cleaning => ("cleaning", text::panes::CLEANING, Icon::Sliders, Spot::Right, Action::PanelCleaning,
                text::panes::CLEANING_TIP),
            Self::Body => ("body", text::panes::BODY, Icon::Person, Spot::Right, Action::PanelBody,
                text::panes::BODY_TIP),
            Self::Models => ("models", text::panes::MODELS, Icon::Cube, Spot::Right, Action::PanelModels,
                text::panes::MODELS_TIP),
            Self::Actions => ("actions", text::panes::ACTIONS, Icon::List, Spot::Right, Action::PanelActions,
                text::panes::ACTIONS_TIP),
            Self::Live => ("live", text::panes::LIVE, Icon::Camera, Spot::Right, Action::PanelLive,
                text::panes::LIVE_TIP),
            Self::Log => ("log", text::panes::LOG, Icon::List, Spot::Right, Action::PanelLog,
                text::panes::LOG_TIP),
            Self::Timeline => ("timeline", text::panes::TIMELINE, Icon::Gauge, Spot::Bottom, Action::PanelTimeline,
                text::panes::TIMELINE_TIP),
            Self::Plots => ("plots", text::panes::PLOTS, Icon::Chart, Spot::UnderViews, Action::PanelPlots,
                text::panes::PLOTS_TIP),
        };
        PaneInfo { key, title, icon, tip, spot, action }
    }

    /// The panel that an action opens and closes.
    pub fn of_action(action: Action) -> Option<Self> {
        Self::ALL.into_iter().find(|pane| pane.info().action == action)
    }

    pub fn is_open(self, settings: &Settings) -> bool {
        !settings.closed_panels.contains(self.info().key)
    }

    /// Takes what room the others leave when the window changes its size.
    pub fn is_flexible(self) -> bool {
        self.info().spot == Spot::Centre
    }

    /// Whether there is anything to show in it. Without a clip the 3D view invites to open one.
    pub fn has_content(self, session: &Session) -> bool {
        match self {
            Self::Keypoints => {
                session.active().is_some_and(|clip| clip.source.skeleton.is_some() || clip.video.is_some())
            }
            Self::Timeline | Self::Plots => session.active().is_some(),
            _ => true,
        }
    }

    pub fn ui(self, ui: &mut Ui, view: &View<'_>, panels: &mut PanelStates, ask: &mut Ask<'_>) {
        let theme = Theme::of(ui);
        let session = view.session;
        let padded = Frame::NONE.inner_margin(Margin::same(size::PANEL_PADDING as i8));
        match self {
            Self::Sources => sources_ui(ui, view, &mut panels.sources, ask),
            Self::Keypoints => image_ui(ui, session, view.video, theme, &mut panels.image, ask.commands),
            Self::Scene => scene_ui(ui, view, panels, ask),
            Self::Inspector => {
                padded.show(ui, |ui| inspector_ui(ui, view, &mut panels.inspector, ask));
            }
            Self::Cleaning => {
                padded.show(ui, |ui| cleaning_ui(ui, view, ask));
            }
            Self::Body => {
                padded.show(ui, |ui| body_ui(ui, view, ask));
            }
            Self::Models => {
                ScrollArea::vertical().id_salt("models").auto_shrink(false).show(ui, |ui| {
                    padded.show(ui, |ui| models_ui(ui, view, &mut panels.detector, ask));
                });
            }
            Self::Actions => {
                padded.show(ui, |ui| actions_ui(ui, view, &mut panels.actions, ask));
            }
            Self::Live => {
                ScrollArea::vertical().id_salt("live").auto_shrink(false).show(ui, |ui| {
                    padded.show(ui, |ui| live_panel_ui(ui, view, ask));
                });
            }
            Self::Log => {
                padded.show(ui, |ui| log_ui(ui, view.log, &mut panels.log));
            }
            Self::Timeline => {
                transport_ui(ui, session, theme, &mut panels.transport, ask);
                timeline_ui(ui, theme, &mut panels.timeline, ask);
            }
            Self::Plots => plots_ui(ui, view, &mut panels.plots, &mut panels.timeline, ask),
        }
    }
}
