//! The camera: which one, how it is lifted, and how it keeps up; and its figures over the 3D view.

use eframe::egui::{
    self, Align2, Area, DragValue, Id, Label, Order, Rect, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo,
};

use crate::runtime::live::{AUTO_FRAMES, LiveStats, MAX_LOOK_AHEAD};
use crate::session::{LiveCamera, LiveSettings};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::live::LiveDesk;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, checkbox, choice_box, fact, hairline, list_row, muted, section, text_fact};

/// Longest window that can be asked for; a model may take less.
const MAX_WINDOW: usize = 243;
const MAX_PEOPLE: usize = 10;

pub fn live_panel_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let mut settings = view.session.settings.live.clone();
    section(ui, text::live::CAMERA, |_| {});
    camera_ui(ui, view, &mut settings, ask);
    ui.add_space(size::STEP);
    action_ui(ui, Action::StartCamera, ask);
    if view.session.live().is_some() {
        action_ui(ui, Action::BackToLive, ask);
        action_ui(ui, Action::KeepLive, ask);
    } else {
        ui.add(Label::new(muted(text::live::OFF_HINT)).wrap());
    }
    hairline(ui);
    section(ui, text::live::LIFTING, |_| {});
    dials_ui(ui, &mut settings);
    if let Some(stats) = view.live.stats() {
        hairline(ui);
        section(ui, text::live::FIGURES, |_| {});
        for (label, value) in figures(stats, view.live) {
            text_fact(ui, label, &value);
        }
    }
    if settings != view.session.settings.live {
        ask.push(UiCommand::SetLive(settings));
    }
}

fn action_ui(ui: &mut Ui, action: Action, ask: &mut Ask<'_>) {
    let is_enabled = action.is_enabled(ask.session, ask.is_inferring);
    let button = ui.add_enabled(is_enabled, egui::Button::new(action.label(ask.session)));
    let tip = action.tooltip(ask.session, ui.ctx());
    if button.on_hover_text(tip).clicked() {
        ask.push(UiCommand::Do(action));
    }
}

fn camera_ui(ui: &mut Ui, view: &View<'_>, settings: &mut LiveSettings, ask: &mut Ask<'_>) {
    if view.live.wants_cameras() {
        ask.push(UiCommand::FindCameras);
    }
    let found = view.live.cameras().unwrap_or_default().iter().cloned().map(LiveCamera::Camera);
    let chosen = choice_box(ui, text::live::SOURCE, &camera_label(&settings.camera), |ui| {
        for camera in std::iter::once(LiveCamera::TestPattern).chain(found) {
            let name = camera_label(&camera);
            let (row, ()) = list_row(ui, ("camera", &camera), &name, camera == settings.camera, |ui| {
                ui.add_space(size::STEP);
                ui.add(Label::new(&name).truncate());
            });
            let hint = if camera == LiveCamera::TestPattern { text::live::TEST_PATTERN_HINT } else { &name };
            if row.on_hover_text(hint).clicked() {
                settings.camera = camera;
                ui.close();
            }
        }
    });
    chosen.on_hover_text(text::live::SOURCE_HINT);
    if view.live.cameras().is_some_and(<[_]>::is_empty) {
        ui.add(Label::new(muted(text::live::NO_CAMERA_HERE)).wrap());
    }
    if settings.camera != LiveCamera::TestPattern {
        checkbox(ui, &mut settings.mirror, text::live::MIRROR).on_hover_text(text::live::MIRROR_HINT);
    }
    if ui.button(text::live::LOOK_AGAIN).on_hover_text(text::live::LOOK_AGAIN_HINT).clicked() {
        ask.push(UiCommand::FindCameras);
    }
}

fn camera_label(camera: &LiveCamera) -> String {
    match camera {
        LiveCamera::TestPattern => text::live::TEST_PATTERN.to_owned(),
        LiveCamera::Camera(camera) => camera.to_string(),
    }
}

fn dials_ui(ui: &mut Ui, settings: &mut LiveSettings) {
    let mut is_auto = settings.window_frames.is_none();
    checkbox(ui, &mut is_auto, text::live::WINDOW_AUTO).on_hover_text(text::live::WINDOW_AUTO_HINT);
    if is_auto {
        settings.window_frames = None;
    } else {
        let frames = settings.window_frames.get_or_insert(AUTO_FRAMES.1);
        number_ui(ui, text::live::WINDOW, text::live::WINDOW_HINT, frames, AUTO_FRAMES.0 / 3, MAX_WINDOW);
    }
    number_ui(ui, text::live::LOOK_AHEAD, text::live::LOOK_AHEAD_HINT, &mut settings.look_ahead, 0, MAX_LOOK_AHEAD);
    fact(ui, text::live::MOST_PEOPLE, |ui| {
        let people = DragValue::new(&mut settings.max_people).range(1..=MAX_PEOPLE);
        ui.add(people).on_hover_text(text::live::MOST_PEOPLE_HINT);
    });
}

fn number_ui(ui: &mut Ui, label: &str, tip: &str, value: &mut usize, least: usize, most: usize) {
    fact(ui, label, |ui| {
        let field = DragValue::new(value).range(least..=most).suffix(text::common::FRAMES_UNIT);
        ui.add(field).on_hover_text(tip);
    });
}

fn figures(stats: LiveStats, live: &LiveDesk) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        (text::live::CAMERA_RATE, text::live::per_second(stats.camera_fps)),
        (text::live::LIFTED_RATE, text::live::per_second(stats.lifted_fps)),
        (text::live::DETECTOR, text::live::ms(stats.detector_ms)),
        (text::live::LIFTER, text::live::ms(stats.lifter_ms)),
    ];
    if let (Some(usual), Some(worst)) = (stats.latency_ms, stats.latency_p95_ms) {
        rows.push((text::live::LATENCY, text::live::two_ms(usual, worst)));
    }
    if let Some(age) = live.age() {
        rows.push((text::live::AGE, text::live::ms(age.as_secs_f64() * 1e3)));
    }
    rows.push((text::live::DROPPED, text::live::dropped(stats.dropped, stats.captured)));
    rows
}

/// Small figures in the lower right corner of `inside`.
pub fn live_figures_ui(ui: &Ui, inside: Rect, view: &View<'_>) {
    let Some(stats) = view.live.stats() else { return };
    let theme = Theme::of(ui);
    let note = if stats.is_lost {
        Some(text::live::LOST)
    } else {
        (!view.session.is_following_live()).then_some(text::live::FROZEN)
    };
    let area = Area::new(Id::unique("live-figures")).order(Order::Middle).interactable(false);
    let at = inside.right_bottom();
    area.fixed_pos(at).pivot(Align2::RIGHT_BOTTOM).show(ui.ctx(), |ui| {
        theme.float_frame().inner_margin(size::GAP).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if let Some(note) = note {
                ui.label(note);
            }
            for label in view.session.live_labels() {
                let person = view.session.person(label.person).map_or("", |person| &person.name);
                ui.strong(text::moves::live(person, &label.name, label.similarity));
            }
            for (label, value) in figures(stats, view.live) {
                let row = Vec2::new(2.5 * size::NUMBER_FIELD, size::ICON);
                let (rect, response) = ui.allocate_exact_size(row, Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text::live::figure(label, &value)));
                let font = TextStyle::Small.resolve(ui.style());
                let painter = ui.painter();
                painter.text(rect.left_center(), Align2::LEFT_CENTER, label, font.clone(), theme.muted);
                painter.text(rect.right_center(), Align2::RIGHT_CENTER, value, font, theme.text);
            }
        });
    });
}
