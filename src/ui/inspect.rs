//! Numbers of one person in the shown frame, as rows for the inspector and as text for the clipboard.

use std::fmt::Write;

use crate::data::skeleton::H36M_17;
use crate::data::{JointIndex, PersonId, Side, Skeleton};
use crate::motion::angles::Angle;
use crate::session::reading::decimals;
use crate::session::{LengthUnit, Person, Quantity, Session};
use crate::ui::text;

/// One joint in three numbers; none where it was not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointRow {
    pub joint: JointIndex,
    pub name: &'static str,
    pub side: Side,
    pub values: Option<[f32; 3]>,
}

fn rows(skeleton: &'static Skeleton, value: impl Fn(usize) -> Option<[f32; 3]>) -> Vec<JointRow> {
    (0..skeleton.len())
        .map(|joint| JointRow {
            joint: JointIndex(joint),
            name: skeleton.joints[joint],
            side: skeleton.side(joint),
            values: value(joint),
        })
        .collect()
}

/// The detector's joints after cleaning: x, y in pixels and confidence. None for sources without 2D.
pub fn keypoints(session: &Session, person: PersonId) -> Option<Vec<JointRow>> {
    let track = session.reading(person)?.cleaned?;
    let frame = track.frame(session.frame());
    Some(rows(track.skeleton, |joint| {
        let keypoint = frame?.get(joint).filter(|keypoint| !keypoint.is_missing())?;
        Some([keypoint.x, keypoint.y, keypoint.confidence])
    }))
}

/// 3D joints of the shown frame.
pub struct Pose {
    pub rows: Vec<JointRow>,
    pub unit: LengthUnit,
}

impl Pose {
    /// Heads of the columns with their unit.
    pub fn heads(&self) -> [String; 3] {
        ["x", "y", "z"].map(|axis| format!("{axis} {}", self.unit.symbol()))
    }
}

/// The model's joints in the chosen unit. None before inference.
pub fn pose(session: &Session, person: PersonId) -> Option<Pose> {
    let reading = session.reading(person)?;
    reading.motion?;
    let rows = rows(&H36M_17, |joint| Some(reading.position(JointIndex(joint), session.frame())?.to_array()));
    Some(Pose { rows, unit: reading.unit() })
}

/// An angle of the shown frame, degrees; those of the middle have no sides and stand in `left`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AngleRow {
    pub left: Quantity,
    /// None for an angle of the middle.
    pub right: Option<Quantity>,
    pub values: [Option<f32>; 2],
}

impl AngleRow {
    /// Without its side: "Knee flexion".
    pub fn name(&self) -> String {
        let label = self.left.label();
        let name = label.trim_start_matches("Left ");
        let (first, rest) = name.split_at(1);
        first.to_uppercase() + rest
    }

    /// By how much the left is over the right.
    pub fn difference(&self) -> Option<f32> {
        self.right?;
        Some(self.values[0]? - self.values[1]?)
    }
}

/// All angles of a person in the shown frame. None before inference.
pub fn angles(session: &Session, person: PersonId) -> Option<Vec<AngleRow>> {
    let reading = session.reading(person)?;
    reading.motion?;
    let sided = Angle::ALL.into_iter().filter(|angle| angle.side() == Side::Left).map(Quantity::Angle);
    let ankle = Quantity::AnkleInPicture(Side::Left);
    let knows_feet = [Side::Left, Side::Right].into_iter().any(|side| {
        let heel = if side == Side::Left { "left heel" } else { "right heel" };
        reading.cleaned.is_some_and(|track| track.skeleton.joint_named(heel).is_some())
    });
    let middle = Angle::ALL.into_iter().filter(|angle| angle.side() == Side::Middle).map(Quantity::Angle);
    let rows = sided.chain(knows_feet.then_some(ankle)).chain(middle).map(|left| {
        let right = Some(left.mirror()).filter(|right| *right != left);
        let value = |quantity| reading.value(quantity, session.frame());
        AngleRow { left, right, values: [value(left), right.and_then(value)] }
    });
    Some(rows.collect())
}

/// Whose numbers are shown: the selected person, else the first on screen.
pub fn subject(session: &Session) -> Option<&Person> {
    let selected = session.selection.person().and_then(|id| session.person(id));
    selected.or_else(|| session.visible_people().next())
}

/// The value with as many decimals as suit the unit; a dash for none.
pub fn number(value: Option<f32>, unit: &str) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.*}", decimals(unit)))
}

/// The subject's numbers of the shown frame, tab-separated, for a spreadsheet.
pub fn frame_as_text(session: &Session) -> Option<String> {
    let Person { id: person, name, .. } = subject(session)?;
    let person = *person;
    let number = session.active()?.source.first_frame_number + session.frame().0 as i64;
    let mut text = text::inspector::frame_heading(name, number);
    let mut table = |first: &str, heads: &[String], rows: &mut dyn Iterator<Item = (String, Vec<Option<String>>)>| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{first}\t{}", heads.join("\t"));
        for (name, cells) in rows {
            let cells: Vec<String> = cells.into_iter().map(Option::unwrap_or_default).collect();
            let _ = writeln!(text, "{name}\t{}", cells.join("\t"));
        }
    };
    let cells = |values: Option<[f32; 3]>, decimals: [usize; 3]| {
        (0..3).map(|i| values.map(|values| format!("{:.*}", decimals[i], values[i]))).collect()
    };
    if let Some(rows) = keypoints(session, person) {
        let heads = text::inspector::COPIED_KEYPOINT_COLUMNS.map(str::to_owned);
        table(
            text::inspector::JOINT_COLUMN,
            &heads,
            &mut rows.iter().map(|row| (row.name.to_owned(), cells(row.values, [2, 2, 3]))),
        );
    }
    if let Some(pose) = pose(session, person) {
        let rows = pose.rows.iter().map(|row| (row.name.to_owned(), cells(row.values, [4; 3])));
        table(text::inspector::JOINT_COLUMN, &pose.heads(), &mut { rows });
    }
    if let Some(rows) = angles(session, person) {
        let heads = text::inspector::COPIED_ANGLE_COLUMNS.map(str::to_owned);
        let rows = rows.iter().map(|row| {
            let values = [row.values[0], row.values[1], row.difference()];
            (row.name(), values.map(|value| value.map(|value| format!("{value:.2}"))).to_vec())
        });
        table(text::inspector::ANGLE_COLUMN, &heads, &mut { rows });
    }
    Some(text)
}
