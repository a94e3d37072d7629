//! What is known of the selected person in the shown frame: the selected joint or bone, all joints, angles, and how
//! far to trust them.

mod body;
mod repeated;
mod selected;
mod table;
mod trust;

use eframe::egui::{self, Label, ScrollArea, Sense, Ui, Vec2};

pub use self::table::toggled;
use self::table::{Row, joint_picks, table_ui};
use crate::data::{JointIndex, PersonId};
use crate::session::reading::{Axis, decimals};
use crate::session::{LengthUnit, Person, Quantity};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::inspect::{self, AngleRow, JointRow, Pose};
use crate::ui::layout::View;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, muted, segmented, text_fact};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Table {
    Keypoints,
    #[default]
    Pose,
    Angles,
    Body,
    Trust,
}

#[derive(Default)]
pub struct InspectorState {
    table: Table,
}

pub fn inspector_ui(ui: &mut Ui, view: &View<'_>, state: &mut InspectorState, ask: &mut Ask<'_>) {
    let session = view.session;
    let Some(active) = session.active() else {
        nothing_ui(ui, text::common::NOTHING_IS_OPEN, text::inspector::EMPTY_HINT);
        return;
    };
    let Some(person) = inspect::subject(session) else {
        nothing_ui(ui, text::inspector::NOBODY_SELECTED, text::inspector::NOBODY_SELECTED_HINT);
        return;
    };
    header_ui(ui, person, ask);
    ui.spacing_mut().item_spacing.y = 2.0;
    let number = active.source.first_frame_number + session.frame().0 as i64;
    let of = active.source.track(person.id).map(|track| {
        let first = active.source.first_frame_number + track.range.start as i64;
        (first, first + track.range.len() as i64 - 1)
    });
    text_fact(ui, text::inspector::FRAME, &text::inspector::moment(number, of, session.clock.time_secs()));
    repeated::repeated_ui(ui, person.id, ask);
    ui.add_space(size::STEP);
    ui.scope(|ui| selected::selected_ui(ui, person.id, ask));
    choice_ui(ui, person.id, state, ask);
    ui.add_space(size::STEP);
    let id = person.id;
    ScrollArea::vertical().id_salt(("inspector", state.table as u8)).auto_shrink(false).show(ui, |ui| {
        match state.table {
            Table::Keypoints => keypoints_ui(ui, id, ask),
            Table::Pose => match inspect::pose(session, id) {
                Some(pose) => pose_ui(ui, id, &pose, ask),
                None => not_yet_ui(ui),
            },
            Table::Angles => match inspect::angles(session, id) {
                Some(rows) => angles_ui(ui, id, &rows, ask),
                None => not_yet_ui(ui),
            },
            Table::Body => match session.bodies(active.source.id) {
                Some(bodies) => match bodies.person(id) {
                    Some(body) => body::body_ui(ui, id, bodies, body, ask),
                    None => not_yet_ui(ui),
                },
                None => not_yet_ui(ui),
            },
            Table::Trust => match session.active_motion().and_then(|motion| motion.person(id)) {
                Some(motion) => trust::trust_ui(ui, id, motion, ask),
                None => not_yet_ui(ui),
            },
        }
    });
}

fn choice_ui(ui: &mut Ui, person: PersonId, state: &mut InspectorState, ask: &mut Ask<'_>) {
    let has_2d = ask.session.reading(person).is_some_and(|reading| reading.raw.is_some());
    let choices = [
        (Table::Pose, text::inspector::POSE_TABLE, text::inspector::POSE_TABLE_HINT),
        (Table::Keypoints, text::inspector::KEYPOINT_TABLE, text::inspector::KEYPOINT_TABLE_HINT),
        (Table::Angles, text::inspector::ANGLE_TABLE, text::inspector::ANGLE_TABLE_HINT),
        (Table::Body, text::inspector::BODY_TABLE, text::inspector::BODY_TABLE_HINT),
        (Table::Trust, text::inspector::TRUST_TABLE, text::inspector::TRUST_TABLE_HINT),
    ];
    if !has_2d && state.table == Table::Keypoints {
        state.table = Table::Pose;
    }
    let shown: Vec<_> = choices.into_iter().filter(|(table, ..)| has_2d || *table != Table::Keypoints).collect();
    state.table = segmented(ui, text::inspector::TABLE, state.table, &shown).unwrap_or(state.table);
    if state.table != Table::Pose {
        return;
    }
    let units = [
        (LengthUnit::Metres, text::inspector::METRES, text::inspector::METRES_HINT),
        (LengthUnit::Pixels, text::inspector::PIXELS, text::inspector::PIXELS_HINT),
        (LengthUnit::Units, text::inspector::UNITS, text::inspector::UNITS_HINT),
    ];
    let chosen = ask.session.settings.length_unit;
    if let Some(unit) = segmented(ui, text::inspector::UNIT, chosen, &units) {
        ask.push(UiCommand::SetLengthUnit(unit));
    }
}

fn nothing_ui(ui: &mut Ui, headline: &str, hint: &str) {
    ui.add_space(size::GAP);
    ui.label(headline);
    ui.label(muted(hint));
}

fn not_yet_ui(ui: &mut Ui) {
    ui.label(muted(text::inspector::NOT_YET));
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

fn joint_row(row: &JointRow, decimals: [usize; 3]) -> Row {
    let cell = |i: usize| row.values.map(|values| format!("{:.*}", decimals[i], values[i]));
    Row {
        name: row.name.to_owned(),
        side: row.side,
        cells: std::array::from_fn(cell),
        pick: None,
        also: Vec::new(),
        tip: None,
        quantities: Vec::new(),
    }
}

fn keypoints_ui(ui: &mut Ui, person: PersonId, ask: &mut Ask<'_>) {
    let Some(track) = ask.session.reading(person).and_then(|reading| reading.cleaned) else { return };
    let rows = inspect::keypoints(ask.session, person).unwrap_or_default();
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| {
            let model = crate::motion::remap::model_joint(track.skeleton.id, row.joint.0);
            let (pick, also) = model.map(|joint| joint_picks(person, joint)).unzip();
            let quantities = model.map(|joint| vec![Quantity::Confidence(joint)]).unwrap_or_default();
            Row { pick, also: also.unwrap_or_default(), quantities, ..joint_row(row, [1, 1, 2]) }
        })
        .collect();
    table_ui(ui, text::inspector::KEYPOINT_ROWS, &text::inspector::KEYPOINT_COLUMNS.map(str::to_owned), &rows, ask);
}

fn pose_ui(ui: &mut Ui, person: PersonId, pose: &Pose, ask: &mut Ask<'_>) {
    let row = |row: &JointRow| {
        let (pick, also) = joint_picks(person, row.joint);
        Row {
            pick: Some(pick),
            also,
            quantities: joint_quantities(row.joint),
            ..joint_row(row, [decimals(pose.unit.symbol()); 3])
        }
    };
    let rows: Vec<Row> = pose.rows.iter().map(row).collect();
    table_ui(ui, text::inspector::POSE_ROWS, &pose.heads(), &rows, ask);
}

fn joint_quantities(joint: JointIndex) -> Vec<Quantity> {
    let places = Axis::ALL.map(|axis| Quantity::Position(joint, axis));
    places.into_iter().chain([Quantity::Speed(joint), Quantity::Confidence(joint)]).collect()
}

fn angles_ui(ui: &mut Ui, person: PersonId, rows: &[AngleRow], ask: &mut Ask<'_>) {
    let heads = text::inspector::ANGLE_COLUMNS.map(str::to_owned);
    let (sided, middle): (Vec<&AngleRow>, Vec<&AngleRow>) = rows.iter().partition(|row| row.right.is_some());
    let text = |value: Option<f32>| value.map(|value| inspect::number(Some(value), "°"));
    let row = |row: &AngleRow, cells: [Option<f32>; 3]| {
        let (pick, mut also) = joint_picks(person, row.left.joint());
        also.clear();
        also.extend(row.right.map(|right| joint_picks(person, right.joint()).0));
        let difference = match row.left {
            Quantity::Angle(left) if row.right.is_some() => Some(Quantity::Difference(left)),
            _ => None,
        };
        Row {
            name: row.name(),
            side: crate::data::Side::Middle,
            cells: cells.map(text),
            pick: Some(pick),
            also,
            tip: Some(row.left.definition()),
            quantities: [Some(row.left), row.right, difference].into_iter().flatten().collect(),
        }
    };
    let sided: Vec<Row> =
        sided.into_iter().map(|angle| row(angle, [angle.values[0], angle.values[1], angle.difference()])).collect();
    table_ui(ui, text::inspector::ANGLE_TABLE, &heads, &sided, ask);
    ui.add_space(size::GAP);
    let middle: Vec<Row> = middle.into_iter().map(|angle| row(angle, [None, None, angle.values[0]])).collect();
    table_ui(ui, text::inspector::MIDDLE_ANGLE_ROWS, &["", "", "°"].map(str::to_owned), &middle, ask);
}
