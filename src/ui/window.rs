//! Opens the window and runs until it closes.

use std::sync::Arc;

use eframe::egui;

use super::app::{StartOptions, StudioApp};
use super::log_book::LogBook;
use super::settings_file::SettingsFile;
use super::theme::{Theme, size};
use crate::ui::text;

/// Groups the windows of the program on Linux desktops.
const APP_ID: &str = "motionbert-studio";

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(
        "the window could not be opened: {0}. A display and a graphics driver are needed; the subcommands work without"
    )]
    Window(String),
}

/// Opens the window; returns when it is closed.
///
/// # Errors
/// When there is no display or no graphics driver.
pub fn run(start: StartOptions) -> Result<(), RunError> {
    let log = LogBook::default();
    log.install();
    let viewport = egui::ViewportBuilder::default()
        .with_title(text::window::TITLE)
        .with_app_id(APP_ID)
        .with_inner_size(size::WINDOW)
        .with_min_inner_size(size::MIN_WINDOW)
        .with_drag_and_drop(true)
        .with_icon(Arc::new(icon()));
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Wgpu, ..Default::default() };
    eframe::run_native(
        text::window::TITLE,
        options,
        Box::new(move |creation| {
            let gpu = creation.wgpu_render_state.as_ref();
            let app = StudioApp::new(&creation.egui_ctx, SettingsFile::usual_path(), start, log, gpu)?;
            Ok(Box::new(app))
        }),
    )
    .map_err(|error| RunError::Window(error.to_string()))
}

/// A small figure with raised arms in the body colours, drawn into pixels.
fn icon() -> egui::IconData {
    const SIDE: usize = 64;
    /// From, to (in 64ths), half width.
    type Limb = ([f32; 2], [f32; 2], f32);
    let theme = Theme::dark();
    let limbs: [(Limb, egui::Color32); 6] = [
        (([32.0, 13.0], [32.0, 13.0], 6.5), theme.middle),
        (([32.0, 24.0], [32.0, 38.0], 4.0), theme.middle),
        (([30.0, 25.0], [14.0, 14.0], 3.5), theme.right),
        (([34.0, 25.0], [50.0, 14.0], 3.5), theme.left),
        (([31.0, 39.0], [20.0, 56.0], 3.5), theme.right),
        (([33.0, 39.0], [44.0, 56.0], 3.5), theme.left),
    ];
    let mut rgba = vec![0; SIDE * SIDE * 4];
    for (place, pixel) in rgba.chunks_exact_mut(4).enumerate() {
        let at = glam::vec2((place % SIDE) as f32 + 0.5, (place / SIDE) as f32 + 0.5);
        let from_edge = (at - 32.0).abs().max_element() - 31.0;
        let mut colour = [theme.panel.r(), theme.panel.g(), theme.panel.b(), 255].map(f32::from);
        colour[3] *= (0.5 - from_edge).clamp(0.0, 1.0);
        for ((from, to, half_width), limb) in limbs {
            let (from, to) = (glam::Vec2::from(from), glam::Vec2::from(to));
            let along = ((at - from).dot(to - from) / (to - from).length_squared().max(1e-6)).clamp(0.0, 1.0);
            let cover = (half_width + 0.5 - at.distance(from + along * (to - from))).clamp(0.0, 1.0);
            for (channel, value) in colour.iter_mut().zip([limb.r(), limb.g(), limb.b()]) {
                *channel += (f32::from(value) - *channel) * cover;
            }
        }
        pixel.copy_from_slice(&colour.map(|value| value.round() as u8));
    }
    egui::IconData { rgba, width: SIDE as u32, height: SIDE as u32 }
}
