//! What floats over the 3D and the 2D view: name tags, toolbars, notes; and how near the pointer is to a bone.

use eframe::egui::{
    Align, Align2, Color32, Layout, Pos2, Rect, Stroke, StrokeKind, TextStyle, Ui, UiBuilder, pos2, text::LayoutJob,
    vec2,
};

use crate::ui::theme::{Theme, size};

/// A small card that stands over `foot` and stays inside of `area`.
pub fn name_tag(ui: &Ui, area: Rect, foot: Pos2, name: &str, colour: Color32, outline: Stroke, theme: &Theme) {
    let painter = ui.painter().with_clip_rect(area);
    let galley = painter.layout_no_wrap(name.to_owned(), TextStyle::Small.resolve(ui.style()), theme.text);
    let dot = size::SWATCH * 0.7;
    let inner = vec2(dot + size::STEP + galley.size().x, galley.size().y);
    let card = inner + vec2(size::GAP * 1.5, size::STEP);
    let min = foot - vec2(card.x * 0.5, card.y + size::GAP);
    let lowest = (area.max - card - vec2(size::STEP, size::STEP)).max(area.min);
    let rect = Rect::from_min_size(min.clamp(area.min + vec2(size::STEP, size::STEP), lowest), card);
    painter.rect(rect, size::ROUNDING, theme.float, outline, StrokeKind::Inside);
    let left = pos2(rect.left() + size::GAP * 0.75, rect.center().y);
    painter.circle_filled(left + vec2(dot * 0.5, 0.0), dot * 0.5, colour);
    painter.galley(left + vec2(dot + size::STEP, -galley.size().y * 0.5), galley, theme.text);
}

/// A card with small buttons, 8 points in from the top right of `rect`, filled from right to left.
pub fn toolbar(ui: &mut Ui, rect: Rect, theme: &Theme, add_buttons: impl FnOnce(&mut Ui)) {
    let place = rect.shrink(size::FLOAT_INSET).with_max_y(rect.top() + size::FLOAT_INSET + size::CONTROL_HEIGHT * 1.5);
    let layout = Layout::right_to_left(Align::Min);
    let mut bar = ui.new_child(UiBuilder::new().max_rect(place).layout(layout));
    bar.set_clip_rect(rect);
    theme.float_frame().show(&mut bar, |ui| {
        ui.style_mut().override_text_style = Some(TextStyle::Small);
        ui.spacing_mut().item_spacing.x = size::STEP * 0.5;
        ui.spacing_mut().button_padding.x = size::STEP * 1.5;
        ui.spacing_mut().interact_size.y = size::COMPACT_HEIGHT;
        add_buttons(ui);
    });
}

/// A line of text on a card, bottom centre.
pub fn chip(ui: &Ui, area: Rect, text: &str, theme: &Theme) {
    let font = TextStyle::Small.resolve(ui.style());
    let painter = ui.painter().with_clip_rect(area);
    let room = area.width() - 4.0 * size::PANEL_PADDING;
    let galley = painter.layout(text.to_owned(), font, Color32::PLACEHOLDER, room.max(size::LABEL_COLUMN));
    let card = galley.size() + vec2(2.0 * size::GAP, size::GAP);
    let bottom = area.bottom() - size::PANEL_PADDING - size::GAP;
    let rect = Rect::from_min_size(pos2(area.center().x - card.x * 0.5, bottom - card.y), card);
    painter.rect(rect, size::ROUNDING, theme.float, theme.hairline(), StrokeKind::Inside);
    painter.galley(rect.min + vec2(size::GAP, size::STEP), galley, theme.text);
}

/// Lines of text in the middle of `rect`.
pub fn note(ui: &Ui, rect: Rect, text: &str, colour: Color32) {
    let font = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob::simple(text.to_owned(), font, colour, rect.width() - 4.0 * size::PANEL_PADDING);
    job.halign = Align::Center;
    let galley = ui.painter().layout_job(job);
    let at = Align2::CENTER_TOP.anchor_size(rect.center(), galley.size()).center_top();
    ui.painter().galley(at, galley, colour);
}

/// Distance of a point from the line between `a` and `b`.
pub fn distance_to_segment(point: Pos2, a: Pos2, b: Pos2) -> f32 {
    let along = b - a;
    let share = ((point - a).dot(along) / along.length_sq().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
    point.distance(a + along * share)
}
