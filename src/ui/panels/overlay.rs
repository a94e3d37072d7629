//! What floats over the views: the performance figures, and the sign that files can be dropped.

use eframe::egui::{
    self, Align2, Area, Id, Order, Rect, RichText, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, Vec2, WidgetInfo,
};

use crate::ui::icon::Icon;
use crate::ui::performance::Performance;
use crate::ui::text;
use crate::ui::theme::{Theme, dialog_text, size};

/// At the left edge of `inside`, below the height of the view's toolbar.
pub fn performance_ui(ui: &Ui, inside: Rect, performance: &Performance) {
    let theme = Theme::of(ui);
    let ms = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1} ms"));
    let rows = [
        (text::overlay::UI, ms(performance.ui_ms)),
        (text::overlay::FRAME, ms(performance.total_ms)),
        (text::overlay::INFERENCE, ms(performance.infer_ms)),
        (text::overlay::QUEUE, performance.queued.to_string()),
        (text::overlay::DROPPED, performance.skipped.to_string()),
    ];
    Area::new(Id::unique("performance"))
        .order(Order::Middle)
        .fixed_pos(inside.left_top() + Vec2::new(0.0, size::CONTROL_HEIGHT + 2.0 * size::GAP))
        .interactable(false)
        .show(ui.ctx(), |ui| {
            theme.float_frame().inner_margin(size::GAP).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (label, value) in rows {
                    let row = Vec2::new(2.0 * size::NUMBER_FIELD, size::ICON);
                    let (rect, response) = ui.allocate_exact_size(row, Sense::hover());
                    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{label}: {value}")));
                    let font = TextStyle::Small.resolve(ui.style());
                    let painter = ui.painter();
                    painter.text(rect.left_center(), Align2::LEFT_CENTER, label, font.clone(), theme.muted);
                    painter.text(rect.right_center(), Align2::RIGHT_CENTER, value, font, theme.text);
                }
            });
        });
}

/// Over the whole window while files are held above it.
pub fn drop_ui(ctx: &egui::Context) {
    let count = ctx.input(|input| input.raw.hovered_files.len());
    if count == 0 {
        return;
    }
    let theme = Theme::of_context(ctx);
    let screen = ctx.content_rect();
    Area::new(Id::unique("drop")).order(Order::Foreground).fixed_pos(screen.min).interactable(false).show(ctx, |ui| {
        let painter = ui.painter();
        painter.rect_filled(screen, 0.0, theme.scrim);
        let zone = screen.shrink(2.0 * size::PANEL_PADDING);
        painter.rect_stroke(zone, size::ROUNDING, Stroke::new(size::BONE_STROKE, theme.accent), StrokeKind::Inside);
        let above = screen.center() - Vec2::new(0.0, size::LARGE_ICON);
        Icon::Drop.paint_sized(painter, above, size::LARGE_ICON, theme.accent);
        let text = text::overlay::drop_to_open(count);
        let label = egui::Label::new(RichText::new(text).text_style(dialog_text()));
        let place = Rect::from_center_size(
            screen.center() + Vec2::new(0.0, size::GAP),
            Vec2::new(zone.width(), size::LARGE_ICON),
        );
        ui.put(place, label);
    });
}
