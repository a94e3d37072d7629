//! A table of a name and three numbers a row, whose rows select parts of the body and can be copied and plotted.

use eframe::egui::{self, Align2, Popup, Pos2, Rect, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo};

use crate::data::Side;
use crate::session::{Pick, PickPart, Quantity};
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, menu_row, truncated};

/// Width of a number column.
const NUMBER: f32 = 50.0;

pub struct Row {
    pub name: String,
    pub side: Side,
    /// None where there is no such number.
    pub cells: [Option<String>; 3],
    /// What it selects; none for what the model lacks.
    pub pick: Option<Pick>,
    /// Marked too while one of these is selected or hovered.
    pub also: Vec<Pick>,
    pub tip: Option<String>,
    /// What of it can be plotted.
    pub quantities: Vec<Quantity>,
}

/// Heads and rows over the full width; `name` is for copies and screen readers.
pub fn table_ui(ui: &mut Ui, name: &str, heads: &[String; 3], rows: &[Row], ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let (head, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::COMPACT_HEIGHT), Sense::hover());
    for (place, text) in heads.iter().enumerate() {
        ui.painter().text(column(head, place), Align2::RIGHT_CENTER, text, font.clone(), theme.muted);
    }
    ui.painter().hline(head.x_range(), head.bottom(), theme.hairline());
    ui.spacing_mut().item_spacing.y = 0.0;
    for row in rows {
        let response = row_ui(ui, row, ask);
        Popup::context_menu(&response).show(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            menu_ui(ui, name, heads, rows, row, ask);
        });
        if let Some(tip) = &row.tip {
            response.on_hover_text(tip);
        }
    }
}

fn column(rect: Rect, place: usize) -> Pos2 {
    Pos2::new(rect.right() - size::GAP - NUMBER * (2 - place) as f32, rect.center().y)
}

fn row_ui(ui: &mut Ui, row: &Row, ask: &mut Ask<'_>) -> egui::Response {
    let theme = Theme::of(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let selection = ask.session.selection;
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), size::COMPACT_HEIGHT), Sense::click());
    let is_meant = |pick: Option<Pick>| pick.is_some_and(|pick| row.pick == Some(pick) || row.also.contains(&pick));
    let is_selected = is_meant(selection.selected);
    response.widget_info(|| {
        let said: Vec<&str> = row.cells.iter().flatten().map(String::as_str).collect();
        let said = if said.is_empty() { text::inspector::NOT_SEEN.to_owned() } else { said.join(", ") };
        WidgetInfo::selected(Role::Row, true, is_selected, format!("{}: {said}", row.name))
    });
    if let Some(pick) = row.pick {
        if response.hovered() {
            ask.push(UiCommand::Hover(pick));
        }
        if response.clicked() {
            ask.push(UiCommand::Select(Some(pick)));
        }
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if is_selected || is_meant(selection.hovered) || response.hovered() {
        ui.painter().rect_filled(rect, size::STEP, theme.raised);
    }
    if is_selected || response.has_focus() {
        ui.painter().rect_stroke(rect, size::STEP, theme.focus_line(), egui::StrokeKind::Inside);
    }
    let dot = Pos2::new(rect.left() + size::GAP, rect.center().y);
    ui.painter().circle_filled(dot, size::JOINT_RADIUS, theme.side(row.side));
    let colour = if row.cells.iter().any(Option::is_some) { theme.text } else { theme.disabled };
    let name_at = Pos2::new(rect.left() + 2.0 * size::GAP, rect.center().y);
    let until = column(rect, 0).x - NUMBER + size::STEP;
    let name = truncated(ui, &row.name, font.clone(), colour, until - name_at.x);
    ui.painter().galley(name_at - Vec2::Y * name.size().y / 2.0, name, colour);
    for (place, cell) in row.cells.iter().enumerate() {
        let text = cell.as_deref().unwrap_or("–");
        let colour = if cell.is_some() { theme.text } else { theme.disabled };
        ui.painter().text(column(rect, place), Align2::RIGHT_CENTER, text, font.clone(), colour);
    }
    response
}

fn menu_ui(ui: &mut Ui, name: &str, heads: &[String; 3], rows: &[Row], row: &Row, ask: &mut Ask<'_>) {
    let mut copy = |ui: &mut Ui, label: &str, text: String, told: &'static str| {
        if menu_row(ui, label, "", None, true).clicked() {
            ask.push(UiCommand::Copy { text, told });
            ui.close();
        }
    };
    for (head, cell) in heads.iter().zip(&row.cells) {
        if let Some(cell) = cell {
            copy(ui, &text::inspector::copy_cell(head, cell), cell.clone(), text::inspector::VALUE_COPIED);
        }
    }
    copy(ui, text::inspector::COPY_ROW, row_text(row), text::inspector::ROW_COPIED);
    let table: String = rows.iter().map(|row| row_text(row) + "\n").collect();
    copy(
        ui,
        text::inspector::COPY_TABLE,
        format!("{name}\t{}\n{table}", heads.join("\t")),
        text::inspector::TABLE_COPIED,
    );
    for quantity in &row.quantities {
        let plotted = &ask.session.settings.plotted;
        let is_on = plotted.contains(quantity);
        if menu_row(ui, &text::plots::plot(&quantity.label()), "", Some(is_on), true).clicked() {
            ask.push(UiCommand::SetPlotted(toggled(plotted, *quantity)));
            ui.close();
        }
    }
}

/// The chosen quantities with one more, or without it if it was there.
pub fn toggled(plotted: &[Quantity], quantity: Quantity) -> Vec<Quantity> {
    let mut chosen: Vec<Quantity> = plotted.iter().copied().filter(|known| *known != quantity).collect();
    if chosen.len() == plotted.len() {
        chosen.push(quantity);
    }
    chosen
}

fn row_text(row: &Row) -> String {
    let cells: Vec<&str> = row.cells.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect();
    format!("{}\t{}", row.name, cells.join("\t"))
}

/// The joint itself, and the bones that end there.
pub fn joint_picks(person: crate::data::PersonId, joint: crate::data::JointIndex) -> (Pick, Vec<Pick>) {
    let bones = crate::data::skeleton::H36M_17.bones.iter().enumerate();
    let ends_here = bones.filter(|(_, (a, b))| *a == joint.0 || *b == joint.0);
    let also = ends_here.map(|(bone, _)| Pick { person, part: PickPart::Bone(bone) }).collect();
    (Pick::joint(person, joint), also)
}
