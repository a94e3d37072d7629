//! What floats over the 3D picture: name tags, the ringed joint, axes and the toolbar; and what the pointer is over.

use eframe::egui::{Button, Pos2, Rect, Response, Ui, pos2};
use glam::Vec3;

use super::scene_menu::scene_menu_ui;
use super::{ClipView, Stage, ViewportState};
use crate::data::JointIndex;
use crate::data::skeleton::H36M_17;
use crate::session::Pick;
use crate::session::shot::Shown;
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::panels::floating::{self, NameTags};
use crate::ui::panels::picking::{self, Emphasis, Part, nearest_part};
use crate::ui::text;
use crate::ui::theme::Theme;

const HEAD_TOP: usize = 10;
/// Metres from the joint at the top of the head to the lower edge of a name tag.
const HEAD_ROOM: f32 = 0.1;

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

/// Named views, top right.
pub fn toolbar(
    ui: &mut Ui,
    rect: Rect,
    view: ClipView,
    theme: &Theme,
    state: &mut ViewportState,
    out: &mut Vec<UiCommand>,
) {
    const VIEWS: [(Action, &str); 6] = [
        (Action::ViewFront, text::viewport::FRONT),
        (Action::ViewSide, text::viewport::SIDE),
        (Action::ViewTop, text::viewport::TOP),
        (Action::ViewThreeQuarter, text::viewport::THREE_QUARTER),
        (Action::ViewCamera, text::viewport::CAMERA),
        (Action::FrameAll, text::viewport::FRAME_ALL),
    ];
    floating::toolbar(ui, rect, theme, |ui| {
        // Right to left.
        scene_menu_ui(ui, view, &mut state.scene_menu, out);
        for (action, label) in VIEWS.into_iter().rev() {
            let button = ui.add(Button::selectable(state.view == Some(action), label));
            if button.on_hover_text(action.tooltip(view.session, ui.ctx())).clicked() {
                out.push(UiCommand::Do(action));
            }
        }
    });
}
