//! Where the 3D picture goes: into the window or into a screenshot.

use std::sync::Arc;

use eframe::egui::Ui;

use super::gpu::{Picture, picture_shape};
use super::{ClipView, Stage, ViewportState};
use crate::scene::RenderScene;
use crate::session::scene_settings::BackgroundChoice;
use crate::session::shot::TRANSPARENT;
use crate::ui::command::UiCommand;
use crate::ui::panels::floating;
use crate::ui::screenshot::{self, Destination, ScreenshotRequest};
use crate::ui::text;
use crate::ui::theme::Theme;

/// Shows the scene in the window, or says why that is not possible.
pub fn paint_picture(
    ui: &Ui,
    view: ClipView,
    theme: &Theme,
    state: &ViewportState,
    stage: &Stage,
    scene: &Arc<RenderScene>,
) {
    let rect = stage.rect;
    let failure = match state.target {
        None => Some(text::viewport::NO_GRAPHICS.to_owned()),
        Some(_) => state.outcome.failure(),
    };
    if let Some(target) = state.target {
        let picture = Picture {
            scene: scene.clone(),
            camera: stage.camera,
            size: state.pixels,
            samples: view.session.settings.msaa.map(|samples| if samples > 1 { 4 } else { 1 }),
        };
        ui.painter().add(picture_shape(rect, view.place, picture, target, state.outcome.clone()));
    } else {
        ui.painter().rect_filled(rect, 0.0, theme.viewport_bottom);
    }
    if let Some(failure) = failure {
        floating::note(ui, rect, &failure, theme.text);
    }
}

/// Width and height of the picture, as egui rounds the viewport of a callback, so that pixels meet pixels.
pub fn pixels_of(ui: &Ui, stage: &Stage) -> [u32; 2] {
    let scale = ui.pixels_per_point();
    let pixels = |from: f32, to: f32| ((to * scale).round() - (from * scale).round()).max(1.0) as u32;
    let rect = stage.rect;
    [pixels(rect.left(), rect.right()), pixels(rect.top(), rect.bottom())]
}

/// The same picture again, as large as the settings want it.
pub fn screenshot(ui: &Ui, view: ClipView, stage: &Stage, scene: &RenderScene, destination: Destination) -> UiCommand {
    let settings = &view.session.settings.scene;
    let shown = pixels_of(ui, stage);
    let pixels = settings.screenshot_size.pixels(shown);
    let mut scene = scene.clone().with_scaled_lines(pixels[1] as f32 / shown[1] as f32);
    if settings.background == BackgroundChoice::Transparent {
        scene.background = TRANSPARENT;
    }
    let source = &view.clip.source;
    UiCommand::TakeScreenshot(ScreenshotRequest {
        scene: Arc::new(scene),
        camera: stage.camera,
        size: pixels,
        destination,
        file_name: screenshot::file_name(&source.name, source.first_frame_number + view.frame.0 as i64),
    })
}
