//! Messages that float over the view: headline, why, what to do.

use std::collections::VecDeque;

use eframe::egui::{self, Align2, Area, Color32, Id, Label, Order, Rect, RichText, Sense, Ui, Vec2};

use super::icon::Icon;
use super::theme::{Theme, size};
use super::widgets::icon_button;
use crate::support::{Level, Notice};
use crate::ui::text;

/// Shown at once; older ones wait in the log.
const MAX_SHOWN: usize = 4;
const INFO_SECS: f32 = 5.0;
const WARNING_SECS: f32 = 12.0;

struct Toast {
    id: u64,
    notice: Notice,
    /// Label of a button, and the text that it copies.
    copy: Option<(&'static str, String)>,
    /// Errors stay until dismissed.
    left_secs: Option<f32>,
    shows_details: bool,
    drawn_at_secs: Option<f64>,
}

/// What is shown, oldest first. The same message again is not shown twice.
#[derive(Default)]
pub struct Toasts {
    shown: VecDeque<Toast>,
    next_id: u64,
}

pub fn level_icon(level: Level) -> Icon {
    match level {
        Level::Info => Icon::Info,
        Level::Warning => Icon::Warning,
        Level::Error => Icon::Error,
    }
}

pub fn level_colour(level: Level, theme: &Theme) -> Color32 {
    match level {
        Level::Info => theme.accent,
        Level::Warning => theme.warn,
        Level::Error => theme.bad,
    }
}

impl Toasts {
    pub fn push(&mut self, notice: Notice) {
        self.push_with_copy(notice, None);
    }

    /// With a button of this label that copies this text.
    pub fn push_with_copy(&mut self, notice: Notice, copy: Option<(&'static str, String)>) {
        let left_secs = match notice.level {
            Level::Info => Some(INFO_SECS),
            Level::Warning => Some(WARNING_SECS),
            Level::Error => None,
        };
        if let Some(known) = self.shown.iter_mut().find(|toast| toast.notice == notice) {
            known.left_secs = left_secs;
            return;
        }
        self.next_id += 1;
        self.shown.push_back(Toast {
            id: self.next_id,
            notice,
            copy,
            left_secs,
            shows_details: false,
            drawn_at_secs: None,
        });
        while self.shown.len() > MAX_SHOWN {
            // Errors are the last to go.
            let victim = self.shown.iter().position(|toast| toast.left_secs.is_some()).unwrap_or(0);
            self.shown.remove(victim);
        }
    }

    /// Draws them upwards from the lower right corner of `inside`. Time stands still under the pointer.
    pub fn ui(&mut self, ctx: &egui::Context, inside: Rect) {
        if self.shown.is_empty() {
            return;
        }
        let mut dismissed = None;
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .pivot(Align2::RIGHT_BOTTOM)
            .fixed_pos(inside.right_bottom() - Vec2::splat(size::PANEL_PADDING))
            .show(ctx, |ui| {
                ui.spacing_mut().item_spacing.y = size::GAP;
                for toast in &mut self.shown {
                    if toast_ui(ui, toast, size::TOAST_WIDTH.min(inside.width() - 2.0 * size::PANEL_PADDING)) {
                        dismissed = Some(toast.id);
                    }
                }
            });
        let is_held = area.response.contains_pointer();
        // Between two frames of a resting window much time may pass, which egui's smoothed steps leave out.
        let now_secs = ctx.input(|input| input.time);
        self.shown.retain_mut(|toast| {
            let before_secs = toast.drawn_at_secs.replace(now_secs).unwrap_or(now_secs);
            if let (Some(left), false) = (&mut toast.left_secs, is_held) {
                *left -= (now_secs - before_secs) as f32;
            }
            Some(toast.id) != dismissed && toast.left_secs.is_none_or(|left| left > 0.0)
        });
        let next_secs = self.shown.iter().filter_map(|toast| toast.left_secs).reduce(f32::min);
        if let (Some(secs), false) = (next_secs, is_held) {
            ctx.request_repaint_after_secs(secs.max(0.0));
        }
        if dismissed.is_some() {
            ctx.request_repaint();
        }
    }
}

/// True when dismissed.
fn toast_ui(ui: &mut Ui, toast: &mut Toast, width: f32) -> bool {
    let theme = Theme::of(ui);
    let colour = level_colour(toast.notice.level, theme);
    let mut is_dismissed = false;
    let frame = egui::Frame::popup(ui.style()).inner_margin(size::PANEL_PADDING).show(ui, |ui| {
        ui.set_width(width - 2.0 * size::PANEL_PADDING);
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON + size::STEP), Sense::hover());
            level_icon(toast.notice.level).paint(ui.painter(), rect, colour);
            let text_width = ui.available_width() - size::CONTROL_HEIGHT - size::GAP;
            ui.vertical(|ui| {
                ui.set_width(text_width);
                ui.add(Label::new(RichText::new(&toast.notice.headline).color(theme.text)).wrap());
                if !toast.notice.why.is_empty() {
                    ui.add(Label::new(RichText::new(&toast.notice.why).small().color(theme.muted)).wrap());
                }
                if !toast.notice.hint.is_empty() {
                    ui.add(Label::new(RichText::new(&toast.notice.hint).small().color(theme.text)).wrap());
                }
                if toast.shows_details {
                    ui.add(Label::new(RichText::new(&toast.notice.details).small().color(theme.muted)).wrap());
                } else if !toast.notice.details.is_empty() && ui.button(text::common::DETAILS).clicked() {
                    toast.shows_details = true;
                    // Whoever reads takes their time.
                    toast.left_secs = None;
                }
                if let Some((label, text)) = &toast.copy
                    && ui.button(*label).clicked()
                {
                    ui.ctx().copy_text(text.clone());
                }
            });
            is_dismissed = icon_button(ui, Icon::Cross, text::common::DISMISS).clicked();
        });
    });
    // The level as a bar at the left, so that it does not hang on the icon alone.
    let rect = frame.response.rect;
    let bar = Rect::from_min_size(
        rect.min + Vec2::new(size::HAIRLINE, size::ROUNDING),
        Vec2::new(3.0, rect.height() - 2.0 * size::ROUNDING),
    );
    ui.painter().rect_filled(bar, 0.0, colour);
    is_dismissed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_outlive_what_comes_later() {
        let mut toasts = Toasts::default();
        toasts.push(Notice::error("broken"));
        for i in 0..10 {
            toasts.push(Notice::warning(format!("warning {i}")));
        }
        assert_eq!(toasts.shown.len(), MAX_SHOWN);
        assert_eq!(toasts.shown[0].notice.headline, "broken");
        assert_eq!(toasts.shown[MAX_SHOWN - 1].notice.headline, "warning 9");
    }

    #[test]
    fn the_same_message_shows_once() {
        let mut toasts = Toasts::default();
        toasts.push(Notice::info("hello"));
        toasts.push(Notice::info("hello"));
        assert_eq!(toasts.shown.len(), 1);
    }
}
