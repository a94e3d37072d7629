//! One person's joints and bones on the image plane.

use eframe::egui::{Painter, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2};

use crate::data::{JointIndex, Keypoint, Skeleton};
use crate::motion::remap;
use crate::session::{Person, Pick, Session};
use crate::ui::panels::floating::NameTags;
use crate::ui::panels::picking::{self, Emphasis};
use crate::ui::theme::{Theme, size};

/// Least opacity of what is there at all.
const FAINTEST: f32 = 0.35;

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

    /// Where a joint of the model would be on the screen, if all that it is made of is there.
    fn model_joint(&self, joint: usize) -> Option<Pos2> {
        let sources = remap::sources_of(self.skeleton.id, JointIndex(joint));
        let places: Option<Vec<Pos2>> = sources.iter().map(|source| *self.on_screen.get(*source)?).collect();
        let places = places.filter(|places| !places.is_empty())?;
        let sum = places.iter().fold(Vec2::ZERO, |sum, place| sum + place.to_vec2());
        Some((sum / places.len() as f32).to_pos2())
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
pub fn paint_figure(painter: &Painter, figure: &Figure, session: &Session, theme: &Theme) {
    let is_selected = session.selection.person() == Some(figure.person.id);
    // Small figures in crowds get thinner lines.
    let height = figure.bounds().map_or(0.0, |bounds| bounds.size().max_elem());
    let weight = (height / 160.0).clamp(0.7, 1.25);
    let width = size::BONE_STROKE * weight * if is_selected { 1.5 } else { 1.0 };
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
        // Small figures are mostly bones, which tell left from right.
        let radius = size::JOINT_RADIUS * weight * weight.min(1.0) * (0.6 + 0.4 * opacity);
        let edge = Stroke::new(size::HAIRLINE * weight, theme.image_plane());
        painter.circle(*at, radius, dot.gamma_multiply(opacity), edge);
    }
}

/// What the file says, thin and under everything else.
pub fn paint_ghost(painter: &Painter, figure: &Figure, theme: &Theme) {
    let stroke = Stroke::new(size::HAIRLINE, theme.warn);
    for ends in figure.skeleton.bones.iter().filter_map(|bone| figure.bone(*bone)) {
        painter.line_segment(ends, stroke);
    }
}

/// Rings around what is hovered and selected, over all figures.
pub fn marks(ui: &Ui, area: Rect, figures: &[Figure], session: &Session, hovered: Option<Pick>, theme: &Theme) {
    let hovered = hovered.or(session.selection.hovered);
    for (pick, emphasis) in [(hovered, Emphasis::Hovered), (session.selection.selected, Emphasis::Selected)] {
        let figure = pick.and_then(|pick| figures.iter().find(|figure| figure.person.id == pick.person));
        if let (Some(pick), Some(figure)) = (pick, figure) {
            picking::mark(ui, area, pick, emphasis, |joint| figure.model_joint(joint), theme);
        }
    }
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
