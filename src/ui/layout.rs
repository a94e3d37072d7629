//! Where the panels are: bars above and below, people left, tools right, the two views in the middle.

use eframe::egui::{self, Frame, Margin, Panel, Rect, ScrollArea, Ui, Vec2};

use super::action::Action;
use super::command::UiCommand;
use super::icon::Icon;
use super::jobs::Jobs;
use super::log_book::LogBook;
use super::panels::image::{ImageState, image_ui};
use super::panels::inspector::{InspectorState, inspector_ui};
use super::panels::log::{LogState, log_ui};
use super::panels::menu::menu_bar_ui;
use super::panels::models::models_ui;
use super::panels::path_field::PathField;
use super::panels::sources::{SourcesState, sources_ui};
use super::panels::status::status_bar_ui;
use super::panels::timeline::{TimelineState, timeline_ui};
use super::panels::transport::{TransportState, transport_ui};
use super::panels::viewport::{ClipView, Viewports, viewport_ui};
use super::panels::{empty, overlay, shortcuts};
use super::performance::Performance;
use super::theme::{Theme, size};
use super::toast::Toasts;
use super::widgets::{Ask, icon_toggle, tabs};
use crate::runtime::ModelInfo;
use crate::session::{Session, Settings};

/// What panels may look at.
pub struct View<'a> {
    pub session: &'a Session,
    pub jobs: &'a Jobs,
    pub model: Option<&'a ModelInfo>,
    pub log: &'a LogBook,
    pub performance: &'a Performance,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Inspector,
    Models,
    Log,
}

const TABS: [(Tab, &str, Icon); 3] =
    [(Tab::Inspector, "Inspector", Icon::Person), (Tab::Models, "Models", Icon::Cube), (Tab::Log, "Log", Icon::List)];

/// A side panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// What panels remember between frames.
#[derive(Default)]
pub struct PanelStates {
    pub viewports: Viewports,
    pub image: ImageState,
    pub timeline: TimelineState,
    pub sources: SourcesState,
    pub inspector: InspectorState,
    pub log: LogState,
    pub transport: TransportState,
    pub path_field: PathField,
    pub tab: Tab,
    pub shows_shortcuts: bool,
    /// In a narrow window both sides are folded; this one was opened all the same.
    opened_while_narrow: Option<Side>,
}

impl PanelStates {
    /// Opens or folds a side panel. A narrow window has room for one at a time, which is not remembered.
    pub fn toggle(&mut self, side: Side, ctx: &egui::Context, settings: &mut Settings) {
        if is_narrow(ctx) {
            self.opened_while_narrow = (self.opened_while_narrow != Some(side)).then_some(side);
            return;
        }
        let shown = match side {
            Side::Left => &mut settings.show_left_panel,
            Side::Right => &mut settings.show_right_panel,
        };
        *shown = !*shown;
    }
}

fn is_narrow(ctx: &egui::Context) -> bool {
    ctx.content_rect().width() < size::FOLD_BELOW
}

/// The whole window.
pub fn studio_ui(
    ui: &mut Ui,
    view: &View<'_>,
    panels: &mut PanelStates,
    toasts: &mut Toasts,
    commands: &mut Vec<UiCommand>,
) {
    let theme = Theme::of(ui);
    let is_inferring = view.jobs.inference().is_some();
    let mut ask = Ask { session: view.session, is_inferring, commands };
    // Panels have no fill of their own: the window is cleared to their colour, which costs a software rasteriser nothing.
    let bar = Frame::NONE.inner_margin(Margin::symmetric(size::GAP as i8, 0));

    Panel::top("menu bar").exact_size(size::MENU_BAR).resizable(false).frame(bar).show(ui, |ui| {
        menu_bar_ui(ui, view, &mut ask);
    });
    Panel::bottom("status bar").exact_size(size::STATUS_BAR).resizable(false).frame(bar).show(ui, |ui| {
        status_bar_ui(ui, view, &mut ask);
    });
    if view.session.active().is_some() {
        Panel::bottom("timeline")
            .default_size(size::BOTTOM_PANEL)
            .size_range(size::BOTTOM_PANEL / 2.0..=size::BOTTOM_PANEL * 3.0)
            .resizable(true)
            .frame(Frame::NONE)
            .show(ui, |ui| {
                transport_ui(ui, view.session, theme, &mut panels.transport, &mut ask);
                timeline_ui(ui, view.session, theme, &mut panels.timeline, ask.commands);
            });
    }
    let is_narrow = is_narrow(ui.ctx());
    if !is_narrow {
        panels.opened_while_narrow = None;
    }
    side_panel(ui, Side::Left, is_narrow, view, panels, &mut ask);
    side_panel(ui, Side::Right, is_narrow, view, panels, &mut ask);
    let centre = ui.available_rect_before_wrap();
    centre_ui(ui, view, panels, &mut ask);

    panels.path_field.ui(ui.ctx(), ask.commands);
    shortcuts::shortcuts_ui(ui.ctx(), &mut panels.shows_shortcuts);
    toasts.ui(ui.ctx(), centre);
    overlay::drop_ui(ui.ctx());
}

fn side_panel(ui: &mut Ui, side: Side, is_narrow: bool, view: &View<'_>, panels: &mut PanelStates, ask: &mut Ask<'_>) {
    let settings = &view.session.settings;
    let (name, width, is_wanted) = match side {
        Side::Left => ("left", size::LEFT_PANEL, settings.show_left_panel),
        Side::Right => ("right", size::RIGHT_PANEL, settings.show_right_panel),
    };
    let is_open = if is_narrow { panels.opened_while_narrow == Some(side) } else { is_wanted };
    let panel = |name: &str| match side {
        Side::Left => Panel::left(name.to_owned()),
        Side::Right => Panel::right(name.to_owned()),
    };
    if !is_open {
        let folded = panel(&format!("{name} folded")).exact_size(size::FOLDED_PANEL).resizable(false);
        folded.frame(Frame::NONE.inner_margin(Margin::same(7))).show(ui, |ui| {
            folded_ui(ui, side, panels, ask);
        });
        return;
    }
    panel(name).default_size(width).size_range(width * 0.75..=width * 2.0).resizable(true).frame(Frame::NONE).show(
        ui,
        |ui| match side {
            Side::Left => sources_ui(ui, view, &mut panels.sources, ask),
            Side::Right => right_ui(ui, view, panels, ask),
        },
    );
}

/// The icons that a folded panel leaves behind; each opens the panel at its place.
fn folded_ui(ui: &mut Ui, side: Side, panels: &mut PanelStates, ask: &mut Ask<'_>) {
    let mut button = |ui: &mut Ui, icon: Icon, label: &str, toggle: Action| {
        let is_clicked = icon_toggle(ui, icon, label, None, true).on_hover_text(label).clicked();
        if is_clicked {
            ask.push(UiCommand::Do(toggle));
        }
        is_clicked
    };
    match side {
        Side::Left => {
            button(ui, Icon::Folder, "Sources and people", Action::ToggleLeftPanel);
        }
        Side::Right => {
            let clicked = TABS.iter().find(|(_, label, icon)| button(ui, *icon, label, Action::ToggleRightPanel));
            panels.tab = clicked.map_or(panels.tab, |(tab, ..)| *tab);
        }
    }
}

fn right_ui(ui: &mut Ui, view: &View<'_>, panels: &mut PanelStates, ask: &mut Ask<'_>) {
    let labels = TABS.map(|(tab, label, _)| (tab, label));
    tabs(ui, &mut panels.tab, &labels);
    let padded = Frame::NONE.inner_margin(Margin::same(size::PANEL_PADDING as i8));
    match panels.tab {
        Tab::Inspector => {
            padded.show(ui, |ui| inspector_ui(ui, view, &mut panels.inspector, ask));
        }
        Tab::Models => {
            ScrollArea::vertical().id_salt("models").auto_shrink(false).show(ui, |ui| {
                padded.show(ui, |ui| models_ui(ui, view, ask));
            });
        }
        Tab::Log => {
            padded.show(ui, |ui| log_ui(ui, view.log, &mut panels.log));
        }
    }
}

fn centre_ui(ui: &mut Ui, view: &View<'_>, panels: &mut PanelStates, ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    if view.session.active().is_none() {
        egui::CentralPanel::default().frame(Frame::NONE.fill(theme.window)).show(ui, |ui| {
            empty::empty_ui(ui, view, ask);
        });
        return;
    }
    let has_keypoints = view.session.active().is_some_and(|state| state.source.skeleton.is_some());
    if view.session.settings.show_keypoints_view && has_keypoints {
        let width = ui.available_width();
        Panel::left("2D view")
            .default_size(width * size::IMAGE_VIEW_SHARE)
            .size_range(width * 0.15..=width * 0.7)
            .resizable(true)
            .frame(Frame::NONE)
            .show(ui, |ui| image_ui(ui, view.session, theme, &mut panels.image, ask.commands));
    }
    egui::CentralPanel::default().frame(Frame::NONE).show(ui, |ui| {
        let rect = ui.available_rect_before_wrap();
        panels.viewports.tidy(view.session);
        if let Some(clip) = ClipView::active(view.session) {
            viewport_ui(ui, clip, theme, panels.viewports.of(clip.clip.source.id), ask.commands);
        }
        if view.session.settings.show_performance {
            let corner = Rect::from_min_size(rect.min, rect.size()).shrink2(Vec2::splat(size::FLOAT_INSET));
            overlay::performance_ui(ui, corner, view.performance);
        }
    });
}
