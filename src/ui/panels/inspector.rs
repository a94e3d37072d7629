//! What is known of the selected person in the shown frame, joint by joint.

use eframe::egui::{self, Align2, Label, Pos2, Rect, Role, ScrollArea, Sense, TextStyle, Ui, Vec2, WidgetInfo};

use crate::session::{Person, Pick};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::inspect::{self, JointRow};
use crate::ui::layout::View;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, muted, segmented, text_fact};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Table {
    Keypoints,
    #[default]
    Pose,
}

#[derive(Default)]
pub struct InspectorState {
    table: Table,
}

pub fn inspector_ui(ui: &mut Ui, view: &View<'_>, state: &mut InspectorState, ask: &mut Ask<'_>) {
    let session = view.session;
    let Some(active) = session.active() else {
        nothing_ui(ui, "Nothing is open", "Numbers of the selected person appear here.");
        return;
    };
    let Some(person) = inspect::subject(session) else {
        nothing_ui(ui, "Nobody is selected", "Click a person in the list or in a view.");
        return;
    };
    header_ui(ui, person, ask);
    ui.spacing_mut().item_spacing.y = 2.0;
    let number = active.source.first_frame_number + session.frame().0 as i64;
    text_fact(ui, "Frame", &number.to_string());
    text_fact(ui, "Time", &format!("{:.3} s", session.clock.time_secs()));
    if let Some(track) = active.source.track(person.id) {
        let (seen, frames) = (track.seen_count(), track.range.len());
        let first = active.source.first_frame_number + track.range.start as i64;
        text_fact(ui, "Track", &format!("{first} to {}, seen in {seen} of {frames}", first + frames as i64 - 1));
    }
    ui.add_space(size::GAP);

    let keypoints = inspect::keypoints(session, person.id);
    if keypoints.is_some() {
        let choices = [
            (Table::Pose, "3D", "The model's 17 joints: x right, y down, z away from the camera"),
            (Table::Keypoints, "2D", "The detector's joints and its confidence"),
        ];
        state.table = segmented(ui, "Table", state.table, &choices).unwrap_or(state.table);
        ui.add_space(size::STEP);
    }
    match (state.table, keypoints) {
        (Table::Keypoints, Some(rows)) => {
            table_ui(ui, "2D joints", ["x px", "y px", "conf"], &rows, [1, 1, 2], |_| None, ask);
        }
        _ => match inspect::pose(session, person.id) {
            Some(pose) => {
                let decimals = inspect::decimals(pose.unit);
                let heads = if pose.unit == "px" { ["x px", "y px", "z px"] } else { ["x", "y", "z"] };
                let id = person.id;
                let pick = |row: &JointRow| Some(Pick::joint(id, row.joint));
                table_ui(ui, "3D joints", heads, &pose.rows, [decimals; 3], pick, ask);
            }
            None => {
                ui.label(muted("The 3D of this person is not there yet."));
            }
        },
    }
}

fn nothing_ui(ui: &mut Ui, headline: &str, hint: &str) {
    ui.add_space(size::GAP);
    ui.label(headline);
    ui.label(muted(hint));
}

fn header_ui(ui: &mut Ui, person: &Person, ask: &mut Ask<'_>) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(size::SWATCH, size::CONTROL_HEIGHT), Sense::hover());
        ui.painter().circle_filled(rect.center(), size::SWATCH / 2.0, Theme::person(person.colour));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ask.action_button(ui, Action::CopyFrame);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(Label::new(egui::RichText::new(&person.name).heading()).truncate());
                if !person.is_visible {
                    let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
                    Icon::EyeOff.paint(ui.painter(), rect, Theme::of(ui).muted);
                }
            });
        });
    });
}

/// Width of a number column.
const NUMBER: f32 = 56.0;

fn table_ui(
    ui: &mut Ui,
    name: &str,
    heads: [&str; 3],
    rows: &[JointRow],
    decimals: [usize; 3],
    pick: impl Fn(&JointRow) -> Option<Pick>,
    ask: &mut Ask<'_>,
) {
    let theme = Theme::of(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let column =
        |rect: Rect, place: usize| Pos2::new(rect.right() - size::GAP - NUMBER * (2 - place) as f32, rect.center().y);
    let (head, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::COMPACT_HEIGHT), Sense::hover());
    for (place, text) in heads.iter().enumerate() {
        ui.painter().text(column(head, place), Align2::RIGHT_CENTER, text, font.clone(), theme.muted);
    }
    ui.painter().hline(head.x_range(), head.bottom(), theme.hairline());
    let selection = ask.session.selection;
    ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for row in rows {
            let pick = pick(row);
            let sense = if pick.is_some() { Sense::click() } else { Sense::hover() };
            let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::COMPACT_HEIGHT), sense);
            let is_selected = pick.is_some() && selection.selected == pick;
            let values = row
                .values
                .map(|values| std::array::from_fn::<String, 3, _>(|i| format!("{:.*}", decimals[i], values[i])));
            response.widget_info(|| {
                let said = values.as_ref().map_or_else(|| "not seen".to_owned(), |values| values.join(", "));
                WidgetInfo::selected(Role::Row, true, is_selected, format!("{}: {said}", row.name))
            });
            if is_selected {
                ui.painter().rect_filled(rect, size::STEP, theme.raised);
                ui.painter().rect_stroke(rect, size::STEP, theme.focus_line(), egui::StrokeKind::Inside);
            } else if response.hovered() || (pick.is_some() && selection.hovered == pick) {
                ui.painter().rect_filled(rect, size::STEP, theme.raised);
            }
            let dot = Pos2::new(rect.left() + size::GAP, rect.center().y);
            ui.painter().circle_filled(dot, size::JOINT_RADIUS, theme.side(row.side));
            let colour = if values.is_some() { theme.text } else { theme.disabled };
            let name_at = Pos2::new(rect.left() + 2.0 * size::GAP, rect.center().y);
            ui.painter().text(name_at, Align2::LEFT_CENTER, row.name, font.clone(), colour);
            for place in 0..3 {
                let text = values.as_ref().map_or("–", |values| values[place].as_str());
                ui.painter().text(column(rect, place), Align2::RIGHT_CENTER, text, font.clone(), colour);
            }
            if let Some(pick) = pick {
                if response.hovered() {
                    ask.push(UiCommand::Hover(pick));
                }
                if response.clicked() {
                    ask.push(UiCommand::Select(Some(pick)));
                }
            }
        }
    });
}
