//! One person's joints and bones on the image plane.

use eframe::egui::{Painter, Pos2, Rect, Stroke, StrokeKind, Ui};

use crate::data::{Keypoint, Skeleton, SkeletonId};
use crate::session::{Person, Pick, Session};
use crate::ui::panels::floating::NameTags;
use crate::ui::theme::{Theme, size};

/// Least opacity of what is there at all.
const FAINTEST: f32 = 0.25;

/// A person who was seen in the shown frame.
pub struct Figure<'a> {
    pub person: &'a Person,
    pub skeleton: &'static Skeleton,
    /// As the file says.
    pub joints: &'a [Keypoint],
    /// Of each joint; none for missing ones.
    pub on_screen: Vec<Option<Pos2>>,
}

impl Figure<'_> {
    /// Both ends of a bone on the screen, if both joints are there.
    pub fn bone(&self, (a, b): (usize, usize)) -> Option<[Pos2; 2]> {
        Some([(*self.on_screen.get(a)?)?, (*self.on_screen.get(b)?)?])
    }

    fn opacity(&self, joint: usize) -> f32 {
        let confidence = self.joints.get(joint).map_or(0.0, |joint| joint.confidence);
        FAINTEST + (1.0 - FAINTEST) * confidence.clamp(0.0, 1.0)
    }

    /// Around all joints, on the screen.
    pub fn bounds(&self) -> Option<Rect> {
        let points: Vec<Pos2> = self.on_screen.iter().flatten().copied().collect();
        (!points.is_empty()).then(|| Rect::from_points(&points))
    }
}

/// Bones in the colours of the body's halves, joints in the person's, both paler where the detector was less sure.
pub fn paint_figure(painter: &Painter, figure: &Figure, session: &Session, hovered: Option<Pick>, theme: &Theme) {
    let selected = session.selection.selected.filter(|pick| pick.person == figure.person.id);
    let hovered = hovered.or(session.selection.hovered).filter(|pick| pick.person == figure.person.id);
    // Small figures in crowds get thinner lines.
    let height = figure.bounds().map_or(0.0, |bounds| bounds.size().max_elem());
    let weight = (height / 160.0).clamp(0.4, 1.25);
    let width = size::BONE_STROKE * weight * if selected.is_some() { 1.5 } else { 1.0 };
    for bone in figure.skeleton.bones {
        let Some(ends) = figure.bone(*bone) else { continue };
        let opacity = figure.opacity(bone.0).min(figure.opacity(bone.1));
        let colour = theme.side(figure.skeleton.bone_side(*bone)).gamma_multiply(opacity);
        painter.line_segment(ends, Stroke::new(width, colour));
    }
    let dot = Theme::person(figure.person.colour);
    for (joint, at) in figure.on_screen.iter().enumerate() {
        let Some(at) = at else { continue };
        let opacity = figure.opacity(joint);
        let radius = size::JOINT_RADIUS * weight * (0.6 + 0.4 * opacity);
        let edge = Stroke::new(size::HAIRLINE * weight, theme.viewport_bottom);
        painter.circle(*at, radius, dot.gamma_multiply(opacity), edge);
        let rings = [(hovered, theme.muted), (selected, theme.accent)];
        for (_, colour) in rings.into_iter().filter(|(pick, _)| names_joint(*pick, figure.skeleton, joint)) {
            painter.circle_stroke(*at, size::SWATCH * 0.7, Stroke::new(size::BONE_STROKE, colour));
        }
    }
}

/// Is this joint of the file's skeleton the picked joint of the model's?
fn names_joint(pick: Option<Pick>, skeleton: &Skeleton, joint: usize) -> bool {
    pick.and_then(|pick| pick.joint)
        .and_then(|joint| SkeletonId::H36m17.skeleton().joints.get(joint.0))
        .is_some_and(|name| skeleton.joints[joint] == *name)
}

/// Name tags and boxes, over all figures; the last figure is the most important.
pub fn labels(
    ui: &Ui,
    area: Rect,
    figures: &[Figure],
    session: &Session,
    shows_names: bool,
    shows_boxes: bool,
    theme: &Theme,
) {
    let mut tags = NameTags::new(ui, area, theme);
    let painter = ui.painter().with_clip_rect(area);
    for figure in figures.iter().rev() {
        let Some(bounds) = figure.bounds().map(|bounds| bounds.expand(size::GAP)) else { continue };
        let colour = Theme::person(figure.person.colour);
        let is_selected = session.selection.person() == Some(figure.person.id);
        let is_hovered = session.selection.hovered.is_some_and(|pick| pick.person == figure.person.id);
        if shows_boxes {
            painter.rect_stroke(bounds, size::STEP, Stroke::new(size::HAIRLINE, colour), StrokeKind::Middle);
        }
        if (shows_names || is_selected || is_hovered) && area.intersects(bounds) {
            tags.put(bounds.center_top(), &figure.person.name, colour, is_selected);
        }
    }
}
