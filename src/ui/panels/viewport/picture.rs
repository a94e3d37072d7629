//! Where the 3D picture goes: into the window or into a screenshot.

use std::sync::Arc;

use eframe::egui::{Color32, Pos2, Rect, TextureId, Ui};
use glam::Vec2;

use super::gpu::{Picture, picture_shape};
use super::{ClipView, Stage, ViewportState};
use crate::scene::RenderScene;
use crate::session::scene_settings::BackgroundChoice;
use crate::session::shot::{Shot, TRANSPARENT};
use crate::ui::action::Action;
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
    behind: Option<Behind>,
) {
    let rect = stage.rect;
    let failure = match state.target {
        None => Some(text::viewport::NO_GRAPHICS.to_owned()),
        Some(_) => state.outcome.failure(),
    };
    if let Some(target) = state.target {
        let scene = match behind {
            Some(_) => Arc::new(RenderScene { background: TRANSPARENT, ..(**scene).clone() }),
            None => scene.clone(),
        };
        let picture = Picture {
            scene,
            camera: stage.camera,
            size: state.pixels,
            samples: view.session.settings.msaa.map(|samples| if samples > 1 { 4 } else { 1 }),
        };
        if let Some(behind) = &behind {
            paint_behind(ui, view, stage, *behind, theme);
        }
        let is_over = behind.is_some();
        ui.painter().add(picture_shape(rect, view.place, picture, is_over, target, state.outcome.clone()));
    } else {
        ui.painter().rect_filled(rect, 0.0, theme.viewport_bottom);
    }
    if let Some(failure) = failure {
        floating::note(ui, rect, &failure, theme.text);
    }
}

/// The video behind the people, as the recording camera saw both.
#[derive(Clone, Copy)]
pub struct Behind {
    texture: TextureId,
    /// The whole video on the screen; more than the view where that is of another shape.
    place: Rect,
}

impl Behind {
    /// Longer side on the screen, in its pixels.
    pub fn shown_px(&self, ui: &Ui) -> f32 {
        self.place.size().max_elem() * ui.pixels_per_point()
    }
}

/// The video, while the view is the recording camera's and stands still.
pub fn video_behind(shot: Shot, state: &ViewportState, stage: &Stage) -> Option<Behind> {
    let is_camera_s = state.view == Some(Action::ViewCamera) && state.rig.shown() == state.rig.goal();
    let texture = state.video.filter(|_| is_camera_s)?;
    let frustum = shot.frustum()?;
    let corner = |place: f32| stage.project(frustum.point(Vec2::splat(place)));
    Some(Behind { texture, place: Rect::from_two_pos(corner(-1.0)?, corner(1.0)?) })
}

fn paint_behind(ui: &Ui, view: ClipView, stage: &Stage, behind: Behind, theme: &Theme) {
    const WHOLE: Rect = Rect { min: Pos2::ZERO, max: Pos2::new(1.0, 1.0) };
    let painter = ui.painter().with_clip_rect(stage.rect);
    let opacity = view.session.settings.picture.opacity;
    // What is covered anyway need not be filled: that costs a software rasteriser time.
    if opacity < 1.0 || !behind.place.contains_rect(stage.rect) {
        painter.rect_filled(stage.rect, 0.0, theme.viewport_bottom);
    }
    painter.image(behind.texture, behind.place, WHOLE, Color32::WHITE.gamma_multiply(opacity));
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
