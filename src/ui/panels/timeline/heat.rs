//! Confidence by part of the body: rows of colour under a lane.

use eframe::egui::{Align2, Rangef, Rect, Role, Sense, Shape, TextStyle, Ui, WidgetInfo};

use super::Stage;
use super::lane::{LaneCache, StripCache, paint_gaps};
use crate::data::KeypointTrack;
use crate::motion::confidence::{ConfidenceProfile, JointGroup};
use crate::session::Person;
use crate::ui::text;
use crate::ui::theme::size;

/// Height of all rows.
pub const HEIGHT: f32 = size::HEAT_ROW * JointGroup::ALL.len() as f32;

/// What was worked out of one track, part by part.
pub struct HeatCache {
    rows: [(JointGroup, ConfidenceProfile, StripCache); JointGroup::ALL.len()],
}

impl HeatCache {
    pub fn new(track: &KeypointTrack, full_confidence: f32) -> Self {
        let profile =
            |group: JointGroup| ConfidenceProfile::of_joints(track, full_confidence, &group.joints(track.skeleton));
        Self { rows: JointGroup::ALL.map(|group| (group, profile(group), StripCache::default())) }
    }

    pub fn profile(&self, group: JointGroup) -> Option<&ConfidenceProfile> {
        self.rows.iter().find(|(known, ..)| *known == group).map(|(_, profile, _)| profile)
    }
}

/// The rows of `person` from `top` on.
pub fn heat_ui(
    ui: &mut Ui,
    stage: &mut Stage<'_, '_>,
    person: &Person,
    track: &KeypointTrack,
    top: f32,
    cache: &mut LaneCache,
    full_confidence: f32,
) {
    let theme = stage.theme;
    let axis = stage.layout.axis();
    let painter = ui.painter().with_clip_rect(axis.intersect(ui.clip_rect()));
    let font = TextStyle::Small.resolve(ui.style());
    let rows = &mut cache.heat(track, full_confidence).rows;
    for (place, (group, profile, strip)) in rows.iter_mut().enumerate() {
        let row_top = top + place as f32 * size::HEAT_ROW;
        let y = Rangef::new(row_top, row_top + size::HEAT_ROW);
        let row = Rect::from_x_y_ranges(axis.x_range(), y);
        let response = ui.interact(row, ui.scope_id().with(("heat", person.id, *group)), Sense::hover());
        let stretch = profile.stretch(profile.range());
        response.widget_info(|| {
            let mean = stretch.map_or(0.0, |stretch| stretch.confidence);
            let label = text::timeline::heat(group.label(), &person.name, mean);
            WidgetInfo::labeled(Role::Image, true, label)
        });
        if response.contains_pointer() {
            stage.pointer.group = Some(*group);
        }
        let inner = y.shrink(1.0);
        painter.add(Shape::Mesh(strip.mesh(profile, &stage.layout.scale, inner, theme)));
        let right = axis.left() - size::GAP;
        let colour = if response.contains_pointer() { theme.text } else { theme.muted };
        ui.painter().text([right, y.center()].into(), Align2::RIGHT_CENTER, group.label(), font.clone(), colour);
    }
    // All rows have the same gaps.
    if let Some((_, profile, _)) = rows.first() {
        let block = Rangef::new(top, top + HEIGHT);
        let bar = Rect::from_x_y_ranges(stage.layout.scale.x_of_range(profile.range()), block);
        paint_gaps(&painter, profile.gaps_within(stage.layout.scale.shown()), &stage.layout.scale, bar, theme);
    }
}
