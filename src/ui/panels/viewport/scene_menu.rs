//! What the 3D view shows, at the end of its toolbar.

use eframe::egui::{Button, DragValue, Frame, Popup, PopupCloseBehavior, Response, Slider, Ui};

use super::ClipView;
use crate::data::skeleton::H36M_17;
use crate::session::SceneSettings;
use crate::session::scene_settings::{BackgroundChoice, ONION_COUNTS, ONION_STEPS, ScreenshotSize};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::opening::typed_path;
use crate::ui::screenshot::usual_folder;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{fact, hairline, muted, segmented, text_field};

const BACKGROUNDS: [(BackgroundChoice, &str, &str); 5] = [
    (BackgroundChoice::Theme, text::scene_menu::THEME, text::scene_menu::THEME_HINT),
    (BackgroundChoice::Dark, text::scene_menu::DARK, text::scene_menu::DARK_HINT),
    (BackgroundChoice::Light, text::scene_menu::WHITE, text::scene_menu::WHITE_HINT),
    (BackgroundChoice::Green, text::scene_menu::GREEN, text::scene_menu::GREEN_HINT),
    (BackgroundChoice::Transparent, text::scene_menu::TRANSPARENT, text::scene_menu::TRANSPARENT_HINT),
];

const SIZES: [(ScreenshotSize, &str, &str); 3] = [
    (ScreenshotSize::View, text::scene_menu::AS_SHOWN, text::scene_menu::AS_SHOWN_HINT),
    (ScreenshotSize::Double, text::scene_menu::DOUBLE, text::scene_menu::DOUBLE_HINT),
    (ScreenshotSize::FourK, text::scene_menu::FOUR_K, text::scene_menu::FOUR_K_HINT),
];

/// What is typed as the folder until it is taken.
#[derive(Default)]
pub struct SceneMenu {
    folder: Option<String>,
}

/// The button, and what it opens.
pub fn scene_menu_ui(ui: &mut Ui, view: ClipView, menu: &mut SceneMenu, out: &mut Vec<UiCommand>) {
    let button = ui.add(Button::new(text::scene_menu::DISPLAY)).on_hover_text(text::scene_menu::DISPLAY_HINT);
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.style_mut().override_text_style = None;
        ui.set_width(size::SCENE_MENU);
        Frame::NONE.inner_margin(size::STEP).show(ui, |ui| {
            let mut scene = view.session.settings.scene.clone();
            people_ui(ui, view, &mut scene);
            hairline(ui);
            room_ui(ui, view, &mut scene);
            hairline(ui);
            screenshot_ui(ui, view, &mut scene, menu, out);
            if scene != view.session.settings.scene {
                out.push(UiCommand::SetScene(scene));
            }
        });
    });
}

/// A check box for what an action switches.
fn switch(ui: &mut Ui, view: ClipView, action: Action, is_on: &mut bool) {
    ui.checkbox(is_on, action.label(view.session)).on_hover_text(action.tooltip(view.session, ui.ctx()));
}

/// Gives a control without a text of its own a name for screen readers.
fn named(ui: &Ui, control: Response, name: &str) -> Response {
    ui.ctx().accesskit_node_builder(control.id, |node| node.set_label(name));
    control
}

fn people_ui(ui: &mut Ui, view: ClipView, scene: &mut SceneSettings) {
    switch(ui, view, Action::ToggleTrails, &mut scene.trails);
    if scene.trails {
        ui.indent("trails", |ui| {
            let names: Vec<&str> =
                scene.trail_joints.iter().filter_map(|joint| H36M_17.joints.get(joint.0).copied()).collect();
            let said = if names.is_empty() { text::scene_menu::NO_TRAILS.to_owned() } else { names.join(", ") };
            ui.label(muted(said));
            ui.checkbox(&mut scene.whole_paths, text::scene_menu::WHOLE_PATHS)
                .on_hover_text(text::scene_menu::WHOLE_PATHS_HINT);
        });
    }
    switch(ui, view, Action::ToggleOnionSkins, &mut scene.onion_skins);
    if scene.onion_skins {
        ui.indent("onion-skins", |ui| {
            fact(ui, text::scene_menu::ONION_COUNT, |ui| {
                let count = ui.add(DragValue::new(&mut scene.onion_count).range(ONION_COUNTS).speed(0.05));
                named(ui, count, text::scene_menu::ONION_COUNT_LABEL).on_hover_text(text::scene_menu::ONION_COUNT_HINT);
            });
            fact(ui, text::scene_menu::ONION_STEP, |ui| {
                let step = ui.add(DragValue::new(&mut scene.onion_step).range(ONION_STEPS).speed(0.1));
                named(ui, step, text::scene_menu::ONION_STEP_LABEL).on_hover_text(text::scene_menu::ONION_STEP_HINT);
            });
        });
    }
    switch(ui, view, Action::ToggleGhost, &mut scene.ghost);
    switch(ui, view, Action::ToggleFrustum, &mut scene.frustum);
    ui.checkbox(&mut scene.names, text::scene_menu::NAMES).on_hover_text(text::scene_menu::NAMES_HINT);
}

fn room_ui(ui: &mut Ui, view: ClipView, scene: &mut SceneSettings) {
    switch(ui, view, Action::ToggleGrid, &mut scene.grid);
    ui.checkbox(&mut scene.shadows, text::scene_menu::SHADOWS).on_hover_text(text::scene_menu::SHADOWS_HINT);
    switch(ui, view, Action::ToggleOrthographic, &mut scene.orthographic);
    switch(ui, view, Action::ToggleFollow, &mut scene.follow);
    fact(ui, text::scene_menu::DEPTH_FADE, |ui| {
        ui.spacing_mut().slider_width = ui.available_width();
        let slider = ui.add(Slider::new(&mut scene.depth_cue, 0.0..=1.0).show_value(false));
        named(ui, slider, text::scene_menu::DEPTH_FADE).on_hover_text(text::scene_menu::DEPTH_FADE_HINT);
    });
    ui.label(muted(text::scene_menu::BACKGROUND));
    if let Some(background) = segmented(ui, text::scene_menu::BACKGROUND, scene.background, &BACKGROUNDS) {
        scene.background = background;
    }
}

fn screenshot_ui(
    ui: &mut Ui,
    view: ClipView,
    scene: &mut SceneSettings,
    menu: &mut SceneMenu,
    out: &mut Vec<UiCommand>,
) {
    ui.label(muted(text::scene_menu::SCREENSHOT));
    if let Some(size) = segmented(ui, text::scene_menu::SIZE, scene.screenshot_size, &SIZES) {
        scene.screenshot_size = size;
    }
    let known = scene.screenshot_folder.clone().unwrap_or_else(usual_folder).display().to_string();
    let mut text = menu.folder.clone().unwrap_or(known);
    let field = text_field(ui, text::scene_menu::FOLDER, &mut text, text::scene_menu::FOLDER_HINT);
    if field.changed() {
        menu.folder = Some(text);
    }
    if field.lost_focus()
        && let Some(typed) = menu.folder.take()
    {
        scene.screenshot_folder = typed_path(&typed);
    }
    ui.horizontal(|ui| {
        for (action, label) in
            [(Action::SaveScreenshot, text::scene_menu::SAVE), (Action::CopyScreenshot, text::scene_menu::COPY)]
        {
            let button = ui.button(label).on_hover_text(action.tooltip(view.session, ui.ctx()));
            if button.clicked() {
                out.push(UiCommand::Do(action));
            }
        }
    });
}
