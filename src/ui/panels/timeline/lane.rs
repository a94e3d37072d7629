//! The picture of one person's lane: confidence, gaps and what is inferred.

use std::sync::Arc;

use eframe::egui::{Color32, Mesh, Painter, Pos2, Rangef, Rect, Shape, Stroke, pos2};

use super::heat::HeatCache;
use super::scale::TimeScale;
use crate::data::{FrameRange, KeypointTrack};
use crate::motion::confidence::{ConfidenceProfile, JointGroup};
use crate::ui::theme::{Theme, size};

/// Shades of confidence; neighbours of one shade are one rectangle.
const SHADES: f32 = 48.0;
/// Narrower gaps are drawn as a line.
const NARROWEST_HATCH: f32 = 4.0;
const HATCH_STEP: f32 = 5.0;
/// Height of the confidence strip inside of the bar.
pub const STRIP: f32 = size::STEP * 1.5;
/// How much of the bar's colour comes from the person.
const BODY_TINT: f32 = 0.38;

/// What a lane shows besides its strip.
pub struct LaneLook {
    /// The person's own colour.
    pub colour: Color32,
    pub is_hidden: bool,
    /// All frames of the person.
    pub range: FrameRange,
    /// Frames whose result belongs to the newest run.
    pub ready: FrameRange,
    pub is_running: bool,
}

/// What was worked out of one track; kept while the track is shown.
#[derive(Default)]
pub struct LaneCache {
    profile: Option<ConfidenceProfile>,
    strip: StripCache,
    heat: Option<HeatCache>,
}

impl LaneCache {
    /// Confidence over time, relative to `full_confidence`; summed up at the first call.
    pub fn profile(&mut self, track: &KeypointTrack, full_confidence: f32) -> &ConfidenceProfile {
        self.profile.get_or_insert_with(|| ConfidenceProfile::new(track, full_confidence))
    }

    /// Confidence over time, if summed up already.
    pub fn known_profile(&self) -> Option<&ConfidenceProfile> {
        self.profile.as_ref()
    }

    /// As [`LaneCache::profile`], per part of the body.
    pub fn heat(&mut self, track: &KeypointTrack, full_confidence: f32) -> &mut HeatCache {
        self.heat.get_or_insert_with(|| HeatCache::new(track, full_confidence))
    }

    /// Confidence over time of a part of the body, if summed up already.
    pub fn known_heat(&self, group: JointGroup) -> Option<&ConfidenceProfile> {
        self.heat.as_ref()?.profile(group)
    }
}

/// The picture of a profile; painted anew when it is looked at another way.
#[derive(Default)]
pub struct StripCache {
    known: Option<(StripKey, Arc<Mesh>)>,
}

#[derive(Clone, Copy, PartialEq)]
struct StripKey {
    scale: TimeScale,
    y: Rangef,
    is_dark: bool,
}

impl StripCache {
    pub fn mesh(&mut self, profile: &ConfidenceProfile, scale: &TimeScale, y: Rangef, theme: &Theme) -> Arc<Mesh> {
        let key = StripKey { scale: *scale, y, is_dark: theme.is_dark };
        match &self.known {
            Some((known, mesh)) if *known == key => Arc::clone(mesh),
            _ => {
                let mesh = Arc::new(strip_mesh(profile, scale, y, theme));
                self.known = Some((key, Arc::clone(&mesh)));
                mesh
            }
        }
    }
}

/// Draws the lane's bar centred in `row`; `painter` is clipped to the time axis. [`LaneCache::profile`] goes first
/// for people with a track. `under_strip` draws between the bar and the strip.
pub fn paint_lane(
    painter: &Painter,
    row: Rect,
    scale: &TimeScale,
    look: &LaneLook,
    cache: &mut LaneCache,
    theme: &Theme,
    under_strip: impl FnOnce(&Painter, Rect),
) {
    let clip = painter.clip_rect();
    let whole = scale.x_of_range(look.range);
    let inset = (size::LANE - size::SEGMENT) * 0.5;
    let bar = Rect::from_x_y_ranges(whole, row.y_range().shrink(inset));
    if !bar.intersects(clip) {
        return;
    }
    let mut painter = painter.clone();
    if look.is_hidden {
        painter.multiply_opacity(0.35);
    }
    painter.rect_filled(bar, size::STEP * 0.5, theme.panel.lerp_to_gamma(look.colour, BODY_TINT));
    under_strip(&painter, bar);
    let strip_y = Rangef::new(bar.bottom() - STRIP, bar.bottom());
    if let Some(profile) = &cache.profile {
        painter.add(Shape::Mesh(cache.strip.mesh(profile, scale, strip_y, theme)));
        paint_gaps(&painter, profile.gaps_within(scale.shown()), scale, bar, theme);
    }
    dim_not_inferred(&painter, bar, scale, look, theme);
}

/// Columns of colour; frames wider than a point get a rectangle each.
fn strip_mesh(profile: &ConfidenceProfile, scale: &TimeScale, y: Rangef, theme: &Theme) -> Mesh {
    let mut mesh = Mesh::default();
    let shown = profile.range().intersect(scale.shown());
    let x = scale.x_of_range(shown);
    let mut run: Option<(Rangef, Color32)> = None;
    let mut put = |x: Rangef, colour: Option<Color32>| match (&mut run, colour) {
        (Some((span, last)), Some(colour)) if *last == colour => span.max = x.max,
        (run, colour) => {
            if let Some((span, last)) = run.take() {
                mesh.add_colored_rect(Rect::from_x_y_ranges(span, y), last);
            }
            *run = colour.map(|colour| (x, colour));
        }
    };
    if scale.points_per_frame() >= 1.0 {
        for frame in shown.start..shown.end {
            let frame = FrameRange::of_len(frame, 1);
            put(scale.x_of_range(frame), shade(profile, frame, theme));
        }
    } else {
        let mut left = x.min;
        while left < x.max {
            let column = Rangef::new(left, (left.floor() + 1.0).min(x.max));
            let first = scale.frame_at(column.min).0;
            let frames = FrameRange::new(first, scale.frame_at(column.max).0.max(first + 1));
            put(column, shade(profile, frames, theme));
            left = column.max;
        }
    }
    put(Rangef::NOTHING, None);
    mesh
}

/// None in a gap; paler where only some of the frames were seen.
fn shade(profile: &ConfidenceProfile, frames: FrameRange, theme: &Theme) -> Option<Color32> {
    let stretch = profile.stretch(frames).filter(|stretch| stretch.seen > 0.0)?;
    let colour = Theme::confidence((stretch.confidence * SHADES).round() / SHADES);
    Some(theme.line.lerp_to_gamma(colour, (stretch.seen * 8.0).ceil() / 8.0))
}

/// Hatches over `bar`.
pub fn paint_gaps(painter: &Painter, gaps: &[FrameRange], scale: &TimeScale, bar: Rect, theme: &Theme) {
    let clip = painter.clip_rect().x_range();
    let mut painted_to = f32::MIN;
    for gap in gaps {
        let x = scale.x_of_range(*gap);
        let x = Rangef::new(x.min.max(clip.min), x.max.min(clip.max));
        if x.max <= painted_to || x.span() <= 0.0 {
            continue;
        }
        let x = Rangef::new(x.min, x.max.max(x.min + 1.0));
        painted_to = x.max;
        let area = Rect::from_x_y_ranges(x, bar.y_range());
        painter.rect_filled(area, 0.0, theme.panel);
        if x.span() >= NARROWEST_HATCH {
            hatch(painter, area, Stroke::new(size::HAIRLINE, theme.disabled));
        }
    }
}

/// Slanted lines, on one grid for all gaps.
fn hatch(painter: &Painter, area: Rect, stroke: Stroke) {
    let painter = painter.with_clip_rect(area.intersect(painter.clip_rect()));
    let mut x = ((area.left() - area.height()) / HATCH_STEP).floor() * HATCH_STEP;
    while x < area.right() {
        let ends: [Pos2; 2] = [pos2(x, area.bottom()), pos2(x + area.height(), area.top())];
        painter.line_segment(ends, stroke);
        x += HATCH_STEP;
    }
}

fn dim_not_inferred(painter: &Painter, bar: Rect, scale: &TimeScale, look: &LaneLook, theme: &Theme) {
    let veil = theme.panel.gamma_multiply(0.72);
    let ready = scale.x_of_range(look.ready.intersect(look.range));
    if ready.span() <= 0.0 {
        painter.rect_filled(bar, 0.0, veil);
        return;
    }
    for x in [Rangef::new(bar.left(), ready.min), Rangef::new(ready.max, bar.right())] {
        if x.span() > 0.0 {
            painter.rect_filled(Rect::from_x_y_ranges(x, bar.y_range()), 0.0, veil);
        }
    }
    if look.is_running && ready.max < bar.right() {
        painter.vline(ready.max, bar.y_range(), Stroke::new(size::BONE_STROKE, theme.accent));
    }
}

#[cfg(test)]
mod tests {
    use super::super::scale::Span;
    use super::*;
    use crate::data::{Keypoint, PersonId, SkeletonId};

    fn profile(frames: usize, confidence: impl Fn(usize) -> Option<f32>) -> ConfidenceProfile {
        let skeleton = SkeletonId::H36m17.skeleton();
        let track = KeypointTrack {
            person: PersonId(1),
            skeleton,
            range: FrameRange::of_len(0, frames),
            keypoints: (0..frames)
                .flat_map(|frame| vec![Keypoint::new(0.0, 0.0, confidence(frame).unwrap_or(0.0)); skeleton.len()])
                .collect(),
            seen: (0..frames).map(|frame| confidence(frame).is_some()).collect(),
            is_spurious: false,
        };
        ConfidenceProfile::new(&track, 1.0)
    }

    fn rectangles(profile: &ConfidenceProfile, count: usize, width: f32) -> usize {
        let scale = TimeScale::new(Span::all(count), Rangef::new(0.0, width));
        let mesh = strip_mesh(profile, &scale, Rangef::new(0.0, 14.0), &Theme::dark());
        mesh.vertices.len() / 4
    }

    #[test]
    fn even_confidence_is_one_rectangle_however_long() {
        assert_eq!(rectangles(&profile(100_000, |_| Some(0.8)), 100_000, 1000.0), 1);
        assert_eq!(rectangles(&profile(50, |_| Some(0.8)), 50, 1000.0), 1);
    }

    #[test]
    fn a_gap_parts_the_strip() {
        let gap = |frame: usize| (!(10..20).contains(&frame)).then_some(0.8);
        assert_eq!(rectangles(&profile(50, gap), 50, 1000.0), 2);
    }

    #[test]
    fn noise_costs_no_more_than_the_width() {
        let noise = |frame: usize| Some((frame * 7919 % 100) as f32 / 100.0);
        assert!(rectangles(&profile(100_000, noise), 100_000, 1000.0) <= 1001);
    }
}
