//! What the pointer is over in the 3D and the 2D view, and how what is selected or hovered is marked there.

use std::f32::consts::{FRAC_PI_2, PI};

use eframe::egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, TextStyle, Ui, Vec2, vec2};

use crate::session::{Pick, SceneSettings, Session, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::menu_row;

/// How near the pointer has to be to a joint and to a bone, points.
const JOINT_REACH: f32 = 10.0;
const BONE_REACH: f32 = 10.0;

/// A part of some skeleton.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Joint(usize),
    /// Place in the skeleton's bones.
    Bone(usize),
}

/// What of a figure is under the pointer, and how far away that is, in points. A joint in reach goes before the bones
/// that meet there. `on_screen` holds the place of every joint that has one.
pub fn nearest_part(pointer: Pos2, on_screen: &[Option<Pos2>], bones: &[(usize, usize)]) -> Option<(f32, Part)> {
    let joints = on_screen.iter().enumerate().filter_map(|(joint, at)| {
        let distance = (*at)?.distance(pointer);
        (distance <= JOINT_REACH).then_some((distance, Part::Joint(joint)))
    });
    let at = |joint: usize| on_screen.get(joint).copied().flatten();
    let bones = bones.iter().enumerate().filter_map(|(bone, (a, b))| {
        let distance = distance_to_segment(pointer, at(*a)?, at(*b)?);
        (distance <= BONE_REACH).then_some((distance + JOINT_REACH, Part::Bone(bone)))
    });
    joints.chain(bones).min_by(|a, b| a.0.total_cmp(&b.0))
}

pub fn distance_to_segment(point: Pos2, a: Pos2, b: Pos2) -> f32 {
    let along = b - a;
    let share = ((point - a).dot(along) / along.length_sq().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
    point.distance(a + along * share)
}

/// How something is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    Hovered,
    Selected,
}

/// Rings the joint or bone that `pick` names and says what it is. `place` knows where the model's joints are.
pub fn mark(ui: &Ui, area: Rect, pick: Pick, emphasis: Emphasis, place: impl Fn(usize) -> Option<Pos2>, theme: &Theme) {
    let ends = pick.as_joint().map(|joint| (joint.0, joint.0)).or(pick.as_bone());
    let Some((a, b)) = ends.and_then(|(a, b)| Some((place(a)?, place(b)?))) else { return };
    let colour = match emphasis {
        Emphasis::Hovered => theme.muted,
        Emphasis::Selected => theme.accent,
    };
    let painter = ui.painter().with_clip_rect(area);
    // Figures that are small on the screen get a ring that leaves their limbs visible.
    let trunk = place(ROOT).zip(place(NECK)).map_or(f32::INFINITY, |(root, neck)| root.distance(neck));
    let radius = (trunk * RING_PER_TRUNK).clamp(size::SWATCH * 0.5, size::SWATCH);
    painter.add(ring(a, b, radius, Stroke::new(size::BONE_STROKE, colour)));
    let Some(name) = pick.part_name() else { return };
    let font = TextStyle::Small.resolve(ui.style());
    let galley = painter.layout_no_wrap(name, font, Color32::PLACEHOLDER);
    let beside = a.lerp(b, 0.5) + vec2(size::SWATCH + size::GAP, 0.0);
    let card = Align2::LEFT_CENTER.anchor_size(beside, galley.size()).expand2(vec2(size::STEP, 1.0));
    // Where there is no room at the right, the name goes to the left.
    let overlap = (card.right() - area.right()).max(0.0);
    let card =
        if overlap > 0.0 { card.translate(vec2(-card.width() - 2.0 * (size::SWATCH + size::STEP), 0.0)) } else { card };
    painter.rect_filled(card, size::STEP, theme.float);
    painter.galley(card.min + vec2(size::STEP, 1.0), galley, theme.text);
}

const ROOT: usize = 0;
const NECK: usize = 8;
/// Radius of the ring around a joint, in lengths of the trunk.
const RING_PER_TRUNK: f32 = 0.12;

/// The outline at `radius` around the line between `a` and `b`; a circle where they are one.
fn ring(a: Pos2, b: Pos2, radius: f32, stroke: Stroke) -> Shape {
    const STEPS: usize = 12;
    let along = (b - a).angle();
    let half = |centre: Pos2, from: f32| {
        (0..=STEPS).map(move |step| centre + Vec2::angled(from + PI * step as f32 / STEPS as f32) * radius)
    };
    Shape::closed_line(half(b, along - FRAC_PI_2).chain(half(a, along + FRAC_PI_2)).collect(), stroke)
}

/// What can be done with a body, a joint or a bone, for the menu of a right click. `place` is its position as text,
/// where it has one.
pub fn part_menu(
    ui: &mut Ui,
    session: &Session,
    clip: &SourceState,
    pick: Pick,
    place: Option<String>,
    out: &mut Vec<UiCommand>,
) {
    let Some(person) = clip.people.iter().find(|person| person.id == pick.person) else { return };
    ui.set_max_width(size::SCENE_MENU);
    let scene = &session.settings.scene;
    let part = pick.part_name();
    let mut row = |ui: &mut Ui, label: &str, is_on: Option<bool>, commands: Vec<UiCommand>| {
        if menu_row(ui, label, "", is_on, true).clicked() {
            out.extend(commands);
            ui.close();
        }
    };
    if let Some(part) = &part {
        row(ui, &text::picking::select(part), None, vec![UiCommand::Select(Some(pick))]);
    }
    let select_person = UiCommand::Select(Some(Pick::body(pick.person)));
    row(ui, &text::picking::select(&person.name), None, vec![select_person.clone()]);
    if let Some(joint) = pick.as_joint() {
        let mut with_trail = scene.clone();
        with_trail.toggle_trail(joint);
        row(ui, text::picking::TRAIL, Some(scene.has_trail(joint)), vec![UiCommand::SetScene(with_trail)]);
    }
    row(ui, &text::picking::frame(&person.name), None, vec![UiCommand::FramePerson(pick.person)]);
    let is_followed = scene.follow && session.selection.person() == Some(pick.person);
    let follow = UiCommand::SetScene(SceneSettings { follow: !is_followed, ..scene.clone() });
    row(ui, &text::picking::follow(&person.name), Some(is_followed), vec![select_person, follow]);
    if let Some(text) = place {
        row(
            ui,
            text::picking::COPY_POSITION,
            None,
            vec![UiCommand::Copy { text, told: text::picking::POSITION_COPIED }],
        );
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::pos2;

    use super::*;

    #[test]
    fn joints_go_before_bones_and_the_nearest_wins() {
        let joints = [Some(pos2(0.0, 0.0)), Some(pos2(100.0, 0.0)), None];
        let bones = [(0, 1), (1, 2)];
        let part = |x: f32, y: f32| nearest_part(pos2(x, y), &joints, &bones).map(|(_, part)| part);
        assert_eq!(part(3.0, 4.0), Some(Part::Joint(0)));
        assert_eq!(part(50.0, 4.0), Some(Part::Bone(0)));
        assert_eq!(part(93.0, 1.0), Some(Part::Joint(1)), "on the bone, but the joint is in reach");
        assert_eq!(part(50.0, 11.0), None);
        assert_eq!(part(-9.0, 0.0), Some(Part::Joint(0)));
        assert_eq!(part(-11.0, 0.0), None, "the bone ends there");
    }
}
