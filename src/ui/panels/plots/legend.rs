//! Which curve is which, and their values where one looks.

use eframe::egui::{self, Align2, Popup, Pos2, Rect, Role, Sense, Shape, Stroke, TextStyle, Ui, Vec2, WidgetInfo};

use super::PlotsState;
use super::figure::{Chart, Curve, Figure};
use crate::data::FrameIndex;
use crate::ui::command::UiCommand;
use crate::ui::inspect::number;
use crate::ui::panels::inspector::toggled;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, menu_row, truncated};

const SAMPLE: f32 = 20.0;
const ROW: f32 = 20.0;
const VALUE: f32 = 52.0;

/// One row a curve; a click hides it or shows it again. `nearest` is the curve under the pointer.
pub fn legend_ui(
    ui: &mut Ui,
    figure: &Figure,
    chart: &Chart,
    at: FrameIndex,
    nearest: Option<usize>,
    state: &mut PlotsState,
    ask: &mut Ask<'_>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::hover());
    let font = TextStyle::Small.resolve(ui.style());
    ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, chart.caption(), font, theme.muted);
    for (place, curve) in chart.curves.iter().enumerate() {
        row_ui(ui, figure, chart, curve, at, nearest == Some(place), state, ask);
    }
}

fn row_ui(
    ui: &mut Ui,
    figure: &Figure,
    chart: &Chart,
    curve: &Curve,
    at: FrameIndex,
    is_near: bool,
    state: &mut PlotsState,
    ask: &mut Ask<'_>,
) {
    let theme = Theme::of(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    let value = number(curve.series.as_ref().and_then(|series| series.value(at)), chart.unit);
    response.widget_info(|| {
        WidgetInfo::selected(Role::CheckBox, true, !curve.is_hidden, format!("{}: {value}", curve.full_name()))
    });
    let selection = ask.session.selection;
    let is_meant = [selection.hovered, selection.selected].into_iter().flatten().any(|pick| curve.is_meant(pick));
    if response.hovered() || response.has_focus() || is_near || is_meant {
        ui.painter().rect_filled(rect, size::STEP, theme.raised);
    }
    let colour = if curve.is_hidden { theme.disabled } else { curve.colour(theme) };
    let name_at = sample(ui, rect, colour, curve.is_dashed());
    let text = if curve.is_hidden { theme.disabled } else { theme.text };
    let values_at = Pos2::new(rect.right() - size::STEP, rect.center().y);
    ui.painter().text(values_at, Align2::RIGHT_CENTER, value, font.clone(), text);
    let until = rect.right() - VALUE;
    let write = |at: f32, text: &str, colour: egui::Color32| {
        let galley = truncated(ui, text, font.clone(), colour, until - at);
        let end = at + galley.size().x;
        ui.painter().galley(Pos2::new(at, rect.center().y - galley.size().y / 2.0), galley, colour);
        end
    };
    let end = write(name_at.x, &curve.label, text);
    if figure.names_people && end + size::GAP < until {
        write(end + size::STEP, &curve.person_name, theme.muted);
    }
    if response.hovered() {
        ask.push(UiCommand::Hover(curve.pick()));
    }
    if response.clicked() && !state.hidden.remove(&curve.key) {
        state.hidden.insert(curve.key);
    }
    Popup::context_menu(&response).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if menu_row(ui, text::plots::SHOW_ONLY, "", None, true).clicked() {
            let all = figure.charts.iter().flat_map(|chart| &chart.curves).map(|curve| curve.key);
            state.hidden = all.filter(|key| *key != curve.key).collect();
            ui.close();
        }
        if menu_row(ui, text::plots::SHOW_ALL, "", None, !state.hidden.is_empty()).clicked() {
            state.hidden.clear();
            ui.close();
        }
        if menu_row(ui, &text::plots::remove(&curve.label), "", None, true).clicked() {
            ask.push(UiCommand::SetPlotted(toggled(&ask.session.settings.plotted, curve.key.quantity)));
            ui.close();
        }
    });
    response.on_hover_ui(|ui| {
        ui.label(curve.full_name());
        ui.label(egui::RichText::new(curve.key.quantity.definition()).small().weak());
        ui.label(egui::RichText::new(text::plots::LEGEND_HINT).small().weak());
    });
}

/// A piece of the curve's line at the left of `rect`; gives where its name goes.
pub fn sample(ui: &Ui, rect: Rect, colour: egui::Color32, is_dashed: bool) -> Pos2 {
    let from = rect.left_center() + Vec2::X * size::STEP;
    let ends = [from, from + Vec2::X * SAMPLE];
    let stroke = Stroke::new(size::BONE_STROKE, colour);
    if is_dashed {
        ui.painter().extend(Shape::dashed_line(&ends, stroke, 5.0, 3.0));
    } else {
        ui.painter().line_segment(ends, stroke);
    }
    ends[1] + Vec2::X * size::GAP
}
