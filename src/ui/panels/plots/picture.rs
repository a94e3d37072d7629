//! The plots as a picture of their own, for print: drawn in a window that nobody sees, so that it is as big and as
//! complete as it should be whatever the panel looks like.

use eframe::egui::{
    self, Color32, ColorImage, ImageData, Pos2, RawInput, Rect, RichText, Sense, TextStyle, TextureId, Ui, Vec2,
};

use super::chart::{Canvas, chart_height, chart_ui};
use super::figure::{Chart, Figure};
use super::legend::sample;
use super::raster;
use crate::data::FrameRange;
use crate::session::settings::ThemeChoice;
use crate::session::{Selection, Settings};
use crate::ui::panels::timeline::Span;
use crate::ui::text;
use crate::ui::theme::{self, Theme, dialog_text, size};

/// Pixels of the picture per point.
const SCALE: f32 = 2.0;
const WIDTH: f32 = 960.0;
const CHART: f32 = 220.0;
const HEAD: f32 = 56.0;
const FOOT: f32 = 32.0;
/// Height of a line of a legend.
const LINE: f32 = 20.0;
/// Entries of a legend that are sure to fit into a line.
const PER_LINE: usize = 3;

/// Draws the shown curves over `frames`; light, as print is, unless `is_dark`.
pub fn picture(figure: &Figure, frames: FrameRange, is_dark: bool) -> ColorImage {
    let ctx = egui::Context::default();
    theme::install(&ctx);
    let theme = if is_dark { ThemeChoice::Dark } else { ThemeChoice::Light };
    theme::show(&ctx, &Settings { theme, ..Settings::default() });
    let charts: Vec<&Chart> = figure.charts.iter().filter(|chart| chart.shown().next().is_some()).collect();
    let height: f32 = charts.iter().map(|chart| CHART + size::GAP + legend_height(chart)).sum();
    let extent = Vec2::new(WIDTH, HEAD + height + FOOT);
    ctx.set_pixels_per_point(SCALE);
    let mut atlas = ColorImage::filled([1, 1], Color32::WHITE);
    // Axes are laid out by what they were in the frame before.
    let mut primitives = Vec::new();
    for _ in 0..3 {
        let input = RawInput { screen_rect: Some(Rect::from_min_size(Pos2::ZERO, extent)), ..RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| picture_ui(ui, figure, &charts, frames));
        for delta in output.textures_delta.set.get(&TextureId::default()).into_iter().flatten() {
            let ImageData::Color(image) = &delta.image;
            match delta.pos {
                Some(at) => raster::patch(&mut atlas, image, at),
                None => atlas = (**image).clone(),
            }
        }
        output.textures_delta.clear();
        primitives = ctx.tessellate(output.shapes, output.pixels_per_point);
    }
    let ground = if is_dark { Theme::dark().panel } else { Theme::light().panel };
    let pixels = (extent * SCALE).ceil();
    let mut image = ColorImage::filled([pixels.x as usize, pixels.y as usize], ground);
    raster::paint(&mut image, &primitives, &atlas, SCALE);
    image
}

fn legend_height(chart: &Chart) -> f32 {
    LINE * (1 + chart.shown().count().div_ceil(PER_LINE)) as f32
}

fn picture_ui(ui: &mut Ui, figure: &Figure, charts: &[&Chart], frames: FrameRange) {
    let area = ui.max_rect().shrink2(Vec2::new(2.0 * size::PANEL_PADDING, size::PANEL_PADDING));
    let mut column = ui.new_child(egui::UiBuilder::new().max_rect(area));
    let ui = &mut column;
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.label(RichText::new(&figure.title).text_style(dialog_text()));
    ui.add_space(size::GAP);
    let mut span = Span::all(figure.frame_count);
    span.show(frames);
    let canvas = Canvas { figure, span, selection: Selection::default(), playhead: None, hovered: None };
    for (place, chart) in charts.iter().enumerate() {
        legend_ui(ui, figure, chart);
        let has_time_axis = place + 1 == charts.len();
        let extent = Vec2::new(ui.available_width(), chart_height(CHART, has_time_axis));
        chart_ui(ui, &canvas, chart, None, extent, has_time_axis);
        ui.add_space(size::GAP);
    }
    ui.vertical_centered(|ui| ui.label(RichText::new(text::plots::TIME_AXIS).small().weak()));
}

fn legend_ui(ui: &mut Ui, figure: &Figure, chart: &Chart) {
    let theme = Theme::of(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let (caption, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE), Sense::hover());
    ui.painter().text(caption.left_center(), egui::Align2::LEFT_CENTER, chart.caption(), font.clone(), theme.text);
    let width = ui.available_width() / PER_LINE as f32;
    let shown: Vec<_> = chart.shown().collect();
    for line in shown.chunks(PER_LINE) {
        let (row, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE), Sense::hover());
        for (place, curve) in line.iter().enumerate() {
            let left = row.left() + place as f32 * width;
            let cell = Rect::from_min_size(Pos2::new(left, row.top()), Vec2::new(width - size::GAP, LINE));
            let after = sample(ui, cell, curve.colour(theme), curve.is_dashed());
            let name = if figure.names_people { curve.full_name() } else { curve.label.clone() };
            let painter = ui.painter().with_clip_rect(cell);
            painter.text(after, egui::Align2::LEFT_CENTER, name, font.clone(), theme.text);
        }
    }
}
