//! Numbers of one person in the shown frame, as rows for the inspector and as text for the clipboard.

use std::fmt::Write;

use crate::data::skeleton::H36M_17;
use crate::data::{JointIndex, NormalisationMode, PersonId, Side, Skeleton};
use crate::session::{Person, Session};

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

/// The detector's joints: x, y in pixels and confidence. None for sources without 2D.
pub fn keypoints(session: &Session, person: PersonId) -> Option<Vec<JointRow>> {
    let track = session.active()?.source.track(person)?;
    let frame = track.frame(session.frame());
    Some(rows(track.skeleton, |joint| {
        let keypoint = frame?.get(joint).filter(|keypoint| !keypoint.is_missing())?;
        Some([keypoint.x, keypoint.y, keypoint.confidence])
    }))
}

/// 3D joints of the shown frame.
pub struct Pose {
    pub rows: Vec<JointRow>,
    /// "px", or "units" where the input had no pixels.
    pub unit: &'static str,
}

/// The model's joints: x right, y down, z away, in pixels of the image where there is one. None before inference.
pub fn pose(session: &Session, person: PersonId) -> Option<Pose> {
    let prediction = session.results.person(session.active_id()?, person)?.shown()?;
    let unit = if prediction.normalisation.mode == NormalisationMode::Identity { "units" } else { "px" };
    let frame = prediction.frame(session.frame());
    let rows = rows(&H36M_17, |joint| {
        let value = *frame?.get(joint)?;
        Some(match prediction.space {
            crate::data::Space::ClipBox => prediction.normalisation.invert(value),
            crate::data::Space::ImagePixels => value,
        })
        .filter(|value| value.is_finite())
        .map(|value| value.to_array())
    });
    Some(Pose { rows, unit })
}

/// Decimals that suit a unit.
pub fn decimals(unit: &str) -> usize {
    if unit == "px" { 1 } else { 3 }
}

/// Whose numbers are shown: the selected person, else the first on screen.
pub fn subject(session: &Session) -> Option<&Person> {
    let selected = session.selection.person().and_then(|id| session.person(id));
    selected.or_else(|| session.visible_people().next())
}

/// The subject's numbers of the shown frame, tab-separated, for a spreadsheet.
pub fn frame_as_text(session: &Session) -> Option<String> {
    let Person { id: person, name, .. } = subject(session)?;
    let person = *person;
    let number = session.active()?.source.first_frame_number + session.frame().0 as i64;
    let mut text = format!("{name}\tframe {number}\n");
    let mut table = |heads: [&str; 3], rows: &[JointRow], decimals: [usize; 3]| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "joint\t{}", heads.join("\t"));
        for row in rows {
            let cells = row.values.map_or_else(
                || ["", "", ""].map(str::to_owned),
                |values| std::array::from_fn(|i| format!("{:.*}", decimals[i], values[i])),
            );
            let _ = writeln!(text, "{}\t{}", row.name, cells.join("\t"));
        }
    };
    if let Some(rows) = keypoints(session, person) {
        table(["x px", "y px", "confidence"], &rows, [2, 2, 3]);
    }
    if let Some(pose) = pose(session, person) {
        let heads = if pose.unit == "px" { ["x px", "y px", "z px"] } else { ["x", "y", "z"] };
        table(heads, &pose.rows, [4; 3]);
    }
    Some(text)
}
