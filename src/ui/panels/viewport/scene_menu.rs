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
use crate::ui::theme::size;
use crate::ui::widgets::{fact, hairline, muted, segmented, text_field};

const BACKGROUNDS: [(BackgroundChoice, &str, &str); 5] = [
    (BackgroundChoice::Theme, "Theme", "The gradient of the theme"),
    (BackgroundChoice::Dark, "Dark", "Plain dark"),
    (BackgroundChoice::Light, "White", "Plain white, for print"),
    (BackgroundChoice::Green, "Green", "For keying in a video program"),
    (BackgroundChoice::Transparent, "None", "Screenshots without a background; the window shows the theme's"),
];

const SIZES: [(ScreenshotSize, &str, &str); 3] = [
    (ScreenshotSize::View, "As shown", "As many pixels as the view has"),
    (ScreenshotSize::Double, "Double", "Twice as many pixels on each side"),
    (ScreenshotSize::FourK, "4K", "3840 pixels on the longer side"),
];

/// What is typed as the folder until it is taken.
#[derive(Default)]
pub struct SceneMenu {
    folder: Option<String>,
}

/// The button, and what it opens.
pub fn scene_menu_ui(ui: &mut Ui, view: ClipView, menu: &mut SceneMenu, out: &mut Vec<UiCommand>) {
    let button = ui.add(Button::new("Display")).on_hover_text("What the 3D view shows, and screenshots");
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
            let said =
                if names.is_empty() { "Right click a joint to see its trail".to_owned() } else { names.join(", ") };
            ui.label(muted(said));
            ui.checkbox(&mut scene.whole_paths, "Whole paths").on_hover_text("From in to out, besides the last second");
        });
    }
    switch(ui, view, Action::ToggleOnionSkins, &mut scene.onion_skins);
    if scene.onion_skins {
        ui.indent("onion skins", |ui| {
            fact(ui, "On each side", |ui| {
                let count = ui.add(DragValue::new(&mut scene.onion_count).range(ONION_COUNTS).speed(0.05));
                named(ui, count, "Onion skins on each side").on_hover_text("Ghosts before and after the shown frame");
            });
            fact(ui, "Frames apart", |ui| {
                let step = ui.add(DragValue::new(&mut scene.onion_step).range(ONION_STEPS).speed(0.1));
                named(ui, step, "Frames between onion skins").on_hover_text("From one ghost to the next");
            });
        });
    }
    switch(ui, view, Action::ToggleGhost, &mut scene.ghost);
    switch(ui, view, Action::ToggleFrustum, &mut scene.frustum);
    ui.checkbox(&mut scene.names, "Names").on_hover_text("Name tags over heads, where there are several people");
}

fn room_ui(ui: &mut Ui, view: ClipView, scene: &mut SceneSettings) {
    switch(ui, view, Action::ToggleGrid, &mut scene.grid);
    ui.checkbox(&mut scene.shadows, "Shadows").on_hover_text("Contact shadows on the floor");
    switch(ui, view, Action::ToggleOrthographic, &mut scene.orthographic);
    switch(ui, view, Action::ToggleFollow, &mut scene.follow);
    fact(ui, "Depth fade", |ui| {
        ui.spacing_mut().slider_width = ui.available_width();
        let slider = ui.add(Slider::new(&mut scene.depth_cue, 0.0..=1.0).show_value(false));
        named(ui, slider, "Depth fade").on_hover_text("How far things fade into the background");
    });
    ui.label(muted("Background"));
    if let Some(background) = segmented(ui, "Background", scene.background, &BACKGROUNDS) {
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
    ui.label(muted("Screenshot"));
    if let Some(size) = segmented(ui, "Screenshot size", scene.screenshot_size, &SIZES) {
        scene.screenshot_size = size;
    }
    let known = scene.screenshot_folder.clone().unwrap_or_else(usual_folder).display().to_string();
    let mut text = menu.folder.clone().unwrap_or(known);
    let field = text_field(ui, "Screenshot folder", &mut text, "Folder for screenshots");
    if field.changed() {
        menu.folder = Some(text);
    }
    if field.lost_focus()
        && let Some(typed) = menu.folder.take()
    {
        scene.screenshot_folder = typed_path(&typed);
    }
    ui.horizontal(|ui| {
        for (action, label) in [(Action::SaveScreenshot, "Save"), (Action::CopyScreenshot, "Copy")] {
            let button = ui.button(label).on_hover_text(action.tooltip(view.session, ui.ctx()));
            if button.clicked() {
                out.push(UiCommand::Do(action));
            }
        }
    });
}
