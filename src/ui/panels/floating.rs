//! What floats over the 3D and the 2D view: name tags, toolbars, notes.

use eframe::egui::{
    Align, Align2, Color32, Layout, Pos2, Rect, StrokeKind, TextStyle, Ui, UiBuilder, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use crate::ui::theme::{Theme, size};

/// Name tags over people, kept from covering each other: one that finds no place near its person is left out. Put
/// the most important ones first.
pub struct NameTags<'a> {
    ui: &'a Ui,
    theme: &'a Theme,
    area: Rect,
    taken: Vec<Rect>,
}

impl<'a> NameTags<'a> {
    pub fn new(ui: &'a Ui, area: Rect, theme: &'a Theme) -> Self {
        Self { ui, theme, area, taken: Vec::new() }
    }

    /// A small card that stands on `foot` and stays inside of the area.
    pub fn put(&mut self, foot: Pos2, name: &str, colour: Color32, is_selected: bool) {
        /// Half heights of a card that it may be moved up by.
        const RISES: usize = 3;
        let painter = self.ui.painter().with_clip_rect(self.area);
        let font = TextStyle::Small.resolve(self.ui.style());
        let galley = painter.layout_no_wrap(name.to_owned(), font, self.theme.text);
        let dot = size::SWATCH * 0.7;
        let card = vec2(dot + size::STEP + galley.size().x, galley.size().y) + vec2(size::GAP * 1.5, size::STEP);
        let inside = self.area.shrink(size::STEP);
        let place = |rise: usize| {
            let min = foot - vec2(card.x * 0.5, card.y + size::GAP + rise as f32 * (card.y + size::STEP) * 0.5);
            Rect::from_min_size(min.clamp(inside.min, (inside.max - card).max(inside.min)), card)
        };
        let free = (0..=RISES).map(place).find(|rect| !self.taken.iter().any(|taken| taken.intersects(*rect)));
        let Some(rect) = free else { return };
        self.taken.push(rect.expand(1.0));
        let outline = if is_selected { self.theme.focus_line() } else { self.theme.hairline() };
        painter.rect(rect, size::ROUNDING, self.theme.float, outline, StrokeKind::Inside);
        let left = pos2(rect.left() + size::GAP * 0.75, rect.center().y);
        painter.circle_filled(left + vec2(dot * 0.5, 0.0), dot * 0.5, colour);
        painter.galley(left + vec2(dot + size::STEP, -galley.size().y * 0.5), galley, self.theme.text);
    }
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
        // The accent is for the motion's own marks; what is on here is only raised.
        ui.visuals_mut().selection.bg_fill = theme.line;
        ui.visuals_mut().selection.stroke.color = theme.text;
        ui.visuals_mut().widgets.inactive.fg_stroke.color = theme.muted;
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

/// What a view shows, top left of it.
pub fn title(ui: &Ui, area: Rect, text: &str, theme: &Theme) {
    let font = TextStyle::Small.resolve(ui.style());
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, theme.text);
    job.wrap = TextWrapping::truncate_at_width((area.width() - 4.0 * size::FLOAT_INSET).max(0.0));
    let galley = ui.painter().layout_job(job);
    let rect = Rect::from_min_size(
        area.min + vec2(size::FLOAT_INSET, size::FLOAT_INSET),
        galley.size() + vec2(2.0 * size::GAP, size::GAP),
    );
    ui.painter().rect(rect, size::ROUNDING, theme.float, theme.hairline(), StrokeKind::Inside);
    ui.painter().galley(rect.min + vec2(size::GAP, size::STEP), galley, theme.text);
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
