//! The world's axes in a corner of the 3D view; a click on an end looks from there.

use eframe::egui::{Align2, Color32, Pos2, Rect, Role, Sense, Stroke, TextStyle, Ui, Vec2, WidgetInfo, pos2, vec2};
use glam::Vec3;

use super::Stage;
use crate::ui::text;
use crate::ui::theme::{Theme, size};

/// From the middle to the ends, points.
const REACH: f32 = 30.0;
const END_RADIUS: f32 = 8.0;
const FAR_END_RADIUS: f32 = 5.0;
/// Views that are smaller have no room for it.
const LEAST_VIEW: f32 = 200.0;

/// One end of an axis.
struct End {
    axis: Vec3,
    name: &'static str,
    /// Where an eye at this end is, for people.
    place: &'static str,
    colour: Color32,
}

fn ends(theme: &Theme) -> [End; 6] {
    let end = |axis, name, place, colour| End { axis, name, place, colour };
    [
        end(Vec3::X, "+X", text::viewport::FROM_RIGHT, theme.bad),
        end(Vec3::NEG_X, "-X", text::viewport::FROM_LEFT, theme.bad),
        end(Vec3::Y, "+Y", text::viewport::FROM_ABOVE, theme.good),
        end(Vec3::NEG_Y, "-Y", text::viewport::FROM_BELOW, theme.good),
        end(Vec3::Z, "+Z", text::viewport::FROM_FRONT, theme.accent),
        end(Vec3::NEG_Z, "-Z", text::viewport::FROM_BEHIND, theme.accent),
    ]
}

/// Draws it bottom left. Gives the axis whose end was clicked.
pub fn gizmo_ui(ui: &mut Ui, stage: &Stage, theme: &Theme) -> Option<Vec3> {
    let (rect, matrices) = (stage.rect, &stage.matrices);
    if rect.size().min_elem() < LEAST_VIEW {
        return None;
    }
    let room = REACH + END_RADIUS + size::FLOAT_INSET;
    let middle = pos2(rect.left() + room, rect.bottom() - room);
    let mut ends = ends(theme);
    // The farthest first, so that the nearest is on top and gets the clicks.
    ends.sort_by(|a, b| b.axis.dot(matrices.forward).total_cmp(&a.axis.dot(matrices.forward)));
    let place = |end: &End| middle + vec2(end.axis.dot(matrices.right), -end.axis.dot(matrices.up)) * REACH;
    let responses: Vec<_> = ends
        .iter()
        .map(|end| {
            let hit = Rect::from_center_size(place(end), Vec2::splat(size::HIT_TARGET));
            let response = ui.interact(hit, ui.scope_id().with(("axis", end.name)), Sense::click());
            let label = text::viewport::view_from(end.place, end.name);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
            response.on_hover_text(label)
        })
        .collect();
    let mut clicked = None;
    for (end, response) in ends.iter().zip(&responses) {
        let is_lit = response.hovered() || response.has_focus();
        paint_end(ui, rect, middle, place(end), end, is_lit, theme);
        if response.clicked() {
            clicked = Some(end.axis);
        }
    }
    clicked
}

fn paint_end(ui: &Ui, clip: Rect, middle: Pos2, at: Pos2, end: &End, is_lit: bool, theme: &Theme) {
    let painter = ui.painter().with_clip_rect(clip);
    let is_positive = end.axis.element_sum() > 0.0;
    let outline = Stroke::new(size::ICON_STROKE, if is_lit { theme.text } else { end.colour });
    if !is_positive {
        let radius = if is_lit { END_RADIUS } else { FAR_END_RADIUS };
        painter.circle(at, radius, theme.float, outline);
        return;
    }
    let line = at - middle;
    let line_end = middle + line * ((line.length() - END_RADIUS) / line.length().max(END_RADIUS)).max(0.0);
    painter.line_segment([middle, line_end], Stroke::new(size::BONE_STROKE, end.colour));
    painter.circle(at, END_RADIUS, if is_lit { theme.text } else { end.colour }, outline);
    let font = TextStyle::Small.resolve(ui.style());
    painter.text(at, Align2::CENTER_CENTER, &end.name[1..], font, theme.viewport_bottom);
}
