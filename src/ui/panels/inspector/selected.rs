//! All that is known of the selected joint or bone.

use eframe::egui::{Align2, Pos2, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo};

use crate::data::{JointIndex, Keypoint, PersonId};
use crate::session::reading::{LengthUnit, Quantity, Reading, decimals};
use crate::session::{PersonMotion, Pick};
use crate::ui::command::UiCommand;
use crate::ui::inspect::number;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, hairline, section, truncated};

/// Nothing while no part of this person is selected.
pub fn selected_ui(ui: &mut Ui, person: PersonId, ask: &mut Ask<'_>) {
    let session = ask.session;
    let pick = session.selection.selected.filter(|pick| pick.person == person);
    let Some((pick, name)) = pick.and_then(|pick| Some((pick, pick.part_name()?))) else { return };
    let Some(reading) = session.reading(person) else { return };
    let mut title = name;
    title[..1].make_ascii_uppercase();
    ui.spacing_mut().item_spacing.y = 0.0;
    section(ui, &title, |_| {});
    if let Some(joint) = pick.as_joint() {
        joint_ui(ui, &reading, joint, ask);
    } else {
        bone_ui(ui, &reading, pick, ask);
    }
    hairline(ui);
}

fn joint_ui(ui: &mut Ui, reading: &Reading<'_>, joint: JointIndex, ask: &mut Ask<'_>) {
    let frame = ask.session.frame();
    let (cleaned, raw) = (reading.keypoint(joint, frame), reading.raw_keypoint(joint, frame));
    let in_2d = |keypoint: Keypoint| format!("{:.1}, {:.1} px", keypoint.x, keypoint.y);
    let sure = |keypoint: Keypoint| format!("{:.2}", keypoint.confidence);
    if reading.raw.is_some() {
        let was = |text: fn(Keypoint) -> String| raw.filter(|_| raw != cleaned).map(text);
        value_ui(
            ui,
            text::inspector::KEYPOINT_TABLE,
            cleaned.map(in_2d),
            was(|raw| format!("{:.1}, {:.1}", raw.x, raw.y)),
            ask,
        );
        value_ui(ui, text::inspector::CONFIDENCE, cleaned.map(sure), was(|raw| format!("{:.2}", raw.confidence)), ask);
    }
    let unit = reading.unit();
    let places = decimals(unit.symbol());
    let at = reading.position(joint, frame);
    let at = at.map(|at| format!("{:.places$}, {:.places$}, {:.places$} {}", at.x, at.y, at.z, unit.symbol()));
    value_ui(ui, text::inspector::POSE_TABLE, at, None, ask);
    let speed = reading.value(Quantity::Speed(joint), frame);
    let speed = speed.map(|speed| format!("{} {}", number(Some(speed), unit.speed_symbol()), unit.speed_symbol()));
    value_ui(ui, text::inspector::SPEED, speed, None, ask);
}

fn bone_ui(ui: &mut Ui, reading: &Reading<'_>, pick: Pick, ask: &mut Ask<'_>) {
    let Some(bone) = pick.as_bone() else { return };
    let metres = |length: f32| format!("{} {}", number(Some(length), "units"), LengthUnit::Metres.symbol());
    let now = reading.bone_length_m(bone, ask.session.frame());
    value_ui(ui, text::inspector::LENGTH, now.map(metres), None, ask);
    let kept = reading.motion.and_then(|motion| mean_length(motion, bone));
    let mean = kept.map(|(mean, variation)| format!("{} ± {:.1} %", metres(mean), 100.0 * variation));
    value_ui(ui, text::inspector::MEAN_LENGTH, mean, None, ask);
}

/// Metres, and the share by which it varies.
fn mean_length(motion: &PersonMotion, bone: (usize, usize)) -> Option<(f32, f32)> {
    let known = motion.quality.as_ref()?.bones.iter().find(|known| known.bone == bone)?;
    Some((known.mean_m, known.variation))
}

/// Height of a line.
const LINE: f32 = 20.0;

/// A value that a click copies; `was` is what it was before cleaning, where that is different.
fn value_ui(ui: &mut Ui, label: &str, value: Option<String>, was: Option<String>, ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    let sense = if value.is_some() { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE), sense);
    let shown = value.as_deref().unwrap_or("–");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, value.is_some(), format!("{label}: {shown}")));
    if value.is_some() && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, size::STEP, theme.raised);
    }
    let small = TextStyle::Small.resolve(ui.style());
    let body = TextStyle::Body.resolve(ui.style());
    let painter = ui.painter();
    painter.text(rect.left_center(), Align2::LEFT_CENTER, label, small.clone(), theme.muted);
    let value_at = rect.left_center() + Vec2::X * (size::LABEL_COLUMN + size::GAP);
    let end = painter.text(value_at, Align2::LEFT_CENTER, shown, body, theme.text).right();
    if let Some(was) = was {
        let at = end + size::GAP;
        let galley = truncated(ui, &text::inspector::raw(&was), small, theme.muted, rect.right() - at);
        ui.painter().galley(Pos2::new(at, rect.center().y - galley.size().y / 2.0), galley, theme.muted);
    }
    let Some(value) = value else { return };
    if response.on_hover_text(text::inspector::CLICK_TO_COPY).clicked() {
        ask.push(UiCommand::Copy { text: value, told: text::inspector::VALUE_COPIED });
    }
}
