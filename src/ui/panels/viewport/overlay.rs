//! What floats over the 3D picture: name tags, the ringed joint, axes and the toolbar; and what the pointer is over.

use eframe::egui::{Align2, Button, Pos2, Rect, Response, Stroke, TextStyle, Ui, pos2, vec2};
use glam::Vec3;

use super::{ClipView, Shown, Stage};
use crate::data::JointIndex;
use crate::data::skeleton::H36M_17;
use crate::session::Pick;
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::panels::floating::{self, NameTags};
use crate::ui::panels::picking::{self, Emphasis, Part, nearest_part};
use crate::ui::theme::{Theme, size};

const HEAD_TOP: usize = 10;
/// Metres from the joint at the top of the head to the lower edge of a name tag.
const HEAD_ROOM: f32 = 0.1;
const AXIS_LENGTH: f32 = 20.0;

/// The joint or bone under the pointer.
pub fn pick(stage: &Stage, response: &Response) -> Option<Pick> {
    let pointer = response.hover_pos()?;
    let parts = stage.people.iter().filter_map(|shown| {
        let on_screen: Vec<Option<Pos2>> = shown.joints.iter().map(|joint| stage.project(*joint)).collect();
        let (distance, part) = nearest_part(pointer, &on_screen, H36M_17.bones)?;
        let pick = match part {
            Part::Joint(joint) => Pick::joint(shown.person, JointIndex(joint)),
            Part::Bone(bone) => Pick::bone(shown.person, bone),
        };
        Some((distance, pick))
    });
    parts.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, pick)| pick)
}

/// Name tags over heads and rings around the selected and the hovered joint.
pub fn people(ui: &Ui, stage: &Stage, view: ClipView, theme: &Theme, hovered: Option<Pick>, shows_names: bool) {
    let selection = view.selection();
    let hovered = hovered.or(selection.hovered);
    let selected = selection.selected;
    let is_of = |pick: Option<Pick>, shown: &Shown| pick.is_some_and(|pick| pick.person == shown.person);
    for shown in &stage.people {
        let place = |joint: usize| stage.project(*shown.joints.get(joint)?);
        for (pick, emphasis) in [(hovered, Emphasis::Hovered), (selected, Emphasis::Selected)] {
            if let Some(pick) = pick.filter(|pick| pick.person == shown.person) {
                picking::mark(ui, stage.rect, pick, emphasis, place, theme);
            }
        }
    }
    let mut people = stage.people.clone();
    people.sort_by_key(|shown| (!is_of(selected, shown), !is_of(hovered, shown)));
    let mut tags = NameTags::new(ui, stage.rect, theme);
    for shown in &people {
        let (is_selected, is_hovered) = (is_of(selected, shown), is_of(hovered, shown));
        let Some(person) = view.person(shown.person).filter(|_| shows_names || is_selected || is_hovered) else {
            continue;
        };
        if let Some(foot) = over_head(stage, shown).filter(|foot| stage.rect.contains(*foot)) {
            tags.put(foot, &person.name, Theme::person(person.colour), is_selected);
        }
    }
}

/// Above the highest joint on the screen, in line with the head.
fn over_head(stage: &Stage, shown: &Shown) -> Option<Pos2> {
    let head = stage.project(*shown.joints.get(HEAD_TOP)?)?;
    let skin = stage.project(*shown.joints.get(HEAD_TOP)? + Vec3::Y * HEAD_ROOM)?;
    let joints = shown.joints.iter().filter_map(|joint| stage.project(*joint));
    let top = joints.map(|joint| joint.y).fold(skin.y, f32::min);
    Some(pos2(head.x, top))
}

/// Where the world's axes point, bottom left.
pub fn axes(ui: &Ui, stage: &Stage, theme: &Theme) {
    let (rect, matrices) = (stage.rect, &stage.matrices);
    let reach = AXIS_LENGTH + size::PANEL_PADDING;
    let origin = pos2(rect.left() + size::FLOAT_INSET + reach, rect.bottom() - size::FLOAT_INSET - reach);
    let painter = ui.painter().with_clip_rect(rect);
    let mut axes = [(Vec3::X, "x", theme.bad), (Vec3::Y, "y", theme.good), (Vec3::Z, "z", theme.accent)];
    // The farthest first.
    axes.sort_by(|a, b| b.0.dot(matrices.forward).total_cmp(&a.0.dot(matrices.forward)));
    for (axis, name, colour) in axes {
        let along = vec2(axis.dot(matrices.right), -axis.dot(matrices.up));
        painter.line_segment([origin, origin + along * AXIS_LENGTH], Stroke::new(size::BONE_STROKE, colour));
        let is_end_on = along.length() < 0.2;
        if !is_end_on {
            let font = TextStyle::Small.resolve(ui.style());
            painter.text(origin + along * (AXIS_LENGTH + size::GAP), Align2::CENTER_CENTER, name, font, colour);
        }
    }
}

/// Named views, top right.
pub fn toolbar(
    ui: &mut Ui,
    rect: Rect,
    view: ClipView,
    theme: &Theme,
    named: Option<Action>,
    shows_names: &mut bool,
    out: &mut Vec<UiCommand>,
) {
    const VIEWS: [(Action, &str); 6] = [
        (Action::ViewFront, "Front"),
        (Action::ViewSide, "Side"),
        (Action::ViewTop, "Top"),
        (Action::ViewThreeQuarter, "3/4"),
        (Action::ViewCamera, "Camera"),
        (Action::FrameAll, "Frame all"),
    ];
    floating::toolbar(ui, rect, theme, |ui| {
        // Right to left.
        let is_crowd = view.clip.people.len() > 1;
        if is_crowd {
            ui.toggle_value(shows_names, "Names").on_hover_text("Name tags over heads");
        }
        for (action, label) in VIEWS.into_iter().rev() {
            let button = ui.add(Button::selectable(named == Some(action), label));
            if button.on_hover_text(action.tooltip(view.session, ui.ctx())).clicked() {
                out.push(UiCommand::Do(action));
            }
        }
    });
}
