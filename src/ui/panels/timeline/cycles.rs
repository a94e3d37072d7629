//! What a person repeats, at the foot of the lane: a block per repetition and their count.

use eframe::egui::{Align2, Color32, Mesh, Painter, Rangef, Rect, Shape, TextStyle, Ui, pos2};

use super::Stage;
use super::scale::TimeScale;
use crate::data::{FrameIndex, FrameRange, PersonId, Repetitions};
use crate::ui::text;
use crate::ui::theme::{Theme, size};

/// Height of the blocks.
const BLOCKS: f32 = size::STEP;
/// Narrower repetitions are one block together.
const NARROWEST: f32 = 3.0;
/// How much every second block takes from the panel's colour.
const FADE: f32 = 0.45;

/// None before inference.
pub fn of_person<'a>(stage: &Stage<'a, '_>, person: PersonId) -> &'a [Repetitions] {
    let motion = stage.session.motion(stage.active.source.id);
    motion.and_then(|motion| motion.person(person)).map_or(&[], |person| &person.repetitions)
}

/// Draws over the lane in `row`; `painter` is clipped to the time axis.
pub fn paint_repetitions(
    ui: &Ui,
    painter: &Painter,
    row: Rect,
    scale: &TimeScale,
    repetitions: &[Repetitions],
    colour: Color32,
) {
    let theme = Theme::of(ui);
    let y = Rangef::new(row.bottom() - BLOCKS - size::HAIRLINE, row.bottom() - size::HAIRLINE);
    let mut mesh = Mesh::default();
    let colours = [colour, colour.lerp_to_gamma(theme.panel, FADE)];
    for bout in repetitions.iter().filter(|bout| !bout.range().intersect(scale.shown()).is_empty()) {
        let whole = scale.x_of_range(bout.range());
        if whole.span() < NARROWEST * bout.count() as f32 {
            mesh.add_colored_rect(Rect::from_x_y_ranges(whole, y), colour);
        } else {
            for (x, place) in blocks(bout, scale) {
                mesh.add_colored_rect(Rect::from_x_y_ranges(x, y), colours[place % 2]);
            }
        }
    }
    painter.add(Shape::mesh(mesh));
    for bout in repetitions {
        paint_count(ui, painter, row, scale.x_of_range(bout.range()), bout.count());
    }
}

/// Where the repetitions that are shown stand, each with its place in the bout.
fn blocks(bout: &Repetitions, scale: &TimeScale) -> impl Iterator<Item = (Rangef, usize)> {
    let shown = scale.shown();
    let first = bout.boundaries.partition_point(|boundary| *boundary <= shown.start).saturating_sub(1);
    let ends = bout.boundaries.windows(2).enumerate().skip(first);
    let ends = ends.take_while(move |(_, ends)| ends[0] < shown.end);
    ends.map(|(place, ends)| (scale.x_of_range(FrameRange::new(ends[0], ends[1])), place))
}

/// At the end of the bout, or of what is shown of it, where it has room.
fn paint_count(ui: &Ui, painter: &Painter, row: Rect, bout: Rangef, count: usize) {
    let theme = Theme::of(ui);
    let shown = bout.intersection(painter.clip_rect().x_range());
    let text = painter.layout_no_wrap(text::cycles::count(count), TextStyle::Small.resolve(ui.style()), theme.text);
    let plate = text.size() + eframe::egui::vec2(2.0 * size::STEP, 0.0);
    if shown.span() < plate.x + size::GAP {
        return;
    }
    let corner = pos2(shown.max - size::STEP * 0.5, row.bottom() - BLOCKS - size::STEP * 0.5);
    let plate = Align2::RIGHT_BOTTOM.anchor_size(corner, plate);
    painter.rect_filled(plate, size::STEP * 0.5, theme.panel.gamma_multiply(0.85));
    painter.galley(plate.center() - text.size() * 0.5, text, theme.text);
}

/// What is repeated in a frame, for the tooltip.
pub fn words(repetitions: &[Repetitions], frame: FrameIndex, fps: f64) -> Option<String> {
    let (bout, (place, _)) = repetitions.iter().find_map(|bout| Some((bout, bout.phase(frame.0)?)))?;
    let frames = bout.boundaries.get(place + 1)? - bout.boundaries.get(place)?;
    Some(text::cycles::in_tooltip(place + 1, bout.count(), frames as f64 / fps))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::scale::Span;
    use super::*;

    #[test]
    fn only_blocks_in_view_are_drawn() {
        let boundaries: Arc<[usize]> = (0..=1000).map(|place| place * 30).collect();
        let bout = Repetitions { person: PersonId(1), boundaries, strength: 1.0 };
        let mut span = Span::all(40_000);
        span.show(FrameRange::new(3_000, 3_300));
        let scale = TimeScale::new(span, Rangef::new(0.0, 1000.0));
        let places: Vec<usize> = blocks(&bout, &scale).map(|(_, place)| place).collect();
        assert!(places.contains(&100) && places.contains(&109) && places.len() < 30, "{places:?}");
    }

    #[test]
    fn the_tooltip_counts_from_one() {
        let bout = Repetitions { person: PersonId(1), boundaries: Arc::from([10, 40, 70]), strength: 1.0 };
        let bouts = [bout];
        let words = |frame| words(&bouts, FrameIndex(frame), 30.0);
        assert_eq!(words(45).as_deref(), Some("Repetition 2 of 2: 1.00 s, 60 per minute"));
        assert_eq!((words(9), words(70)), (None, None));
    }
}
