//! Which values the charts show where that is not all of them, and the box that is drawn to say so.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use eframe::egui::{Modifiers, PointerButton, Pos2, Rect, Stroke, StrokeKind, Ui};

use super::chart::ChartShown;
use crate::data::FrameRange;
use crate::session::SourceId;
use crate::ui::panels::timeline::Span;
use crate::ui::theme::{Theme, size};

/// Sides of a box that are shorter, points, leave time or values as they are.
const LEAST_SIDE: f32 = 8.0;
/// Least and most part of all values that can be shown.
const PART: RangeInclusive<f64> = 1e-3..=4.0;

#[derive(Default)]
pub struct ValueZoom {
    source: Option<SourceId>,
    /// Lowest and highest by the unit of the chart.
    shown: HashMap<&'static str, [f64; 2]>,
    /// The chart in which a box is drawn, and where that began.
    started: Option<(&'static str, Pos2)>,
}

impl ValueZoom {
    /// Another clip has other values.
    pub fn keep_for(&mut self, source: SourceId) {
        if self.source != Some(source) {
            *self = Self { source: Some(source), ..Self::default() };
        }
    }

    pub fn values(&self, unit: &str) -> Option<[f64; 2]> {
        self.shown.get(unit).copied()
    }

    pub fn is_on(&self) -> bool {
        !self.shown.is_empty()
    }

    pub fn reset(&mut self) {
        self.shown.clear();
    }

    /// Shows fewer values for `factor` above 1; the one at `anchor` stays where it is.
    pub fn zoom(&mut self, unit: &'static str, shown: &ChartShown, factor: f64, anchor: f64) {
        let [low, high] = shown.values();
        let [least, most] = shown.all_values;
        let part = ((high - low) / factor / (most - least)).clamp(*PART.start(), *PART.end());
        let share = (anchor - low) / (high - low);
        let len = part * (most - least);
        if len.is_finite() && share.is_finite() && factor != 1.0 {
            self.shown.insert(unit, [anchor - share * len, anchor + (1.0 - share) * len]);
        }
    }

    /// Moves what is shown of a chart by `points` on screen, downwards for positive ones.
    pub fn pan(&mut self, unit: &str, shown: &ChartShown, points: f32) {
        if let Some(values) = self.shown.get_mut(unit) {
            let by = f64::from(points) * shown.values_per_point();
            *values = values.map(|value| value + by);
        }
    }

    /// Follows the box that is drawn with Ctrl held. True while there is one: the pointer does nothing else then.
    pub fn box_ui(&mut self, ui: &Ui, unit: &'static str, shown: &ChartShown, span: &mut Span) -> bool {
        let response = &shown.response;
        let is_asked = ui.input(|input| input.modifiers.contains(Modifiers::COMMAND));
        if is_asked && ui.input(|input| input.pointer.primary_pressed()) && response.is_pointer_button_down_on() {
            self.started = response.interact_pointer_pos().map(|at| (unit, at));
        }
        let Some((_, from)) = self.started.filter(|(of, _)| *of == unit) else { return false };
        let Some(to) = ui.input(|input| input.pointer.interact_pos()) else { return true };
        let area = shown.area();
        let drawn = Rect::from_two_pos(area.clamp(from), area.clamp(to));
        if response.is_pointer_button_down_on() && ui.input(|input| input.pointer.button_down(PointerButton::Primary)) {
            let theme = Theme::of(ui);
            ui.painter().rect_filled(drawn, 0.0, theme.accent.gamma_multiply(0.12));
            ui.painter().rect_stroke(drawn, 0.0, Stroke::new(size::HAIRLINE, theme.accent), StrokeKind::Inside);
            return true;
        }
        self.started = None;
        if drawn.width() >= LEAST_SIDE {
            let [first, last] = [drawn.left(), drawn.right()].map(|x| shown.frames_at(x).max(0.0));
            span.show(FrameRange::new(first.floor() as usize, last.ceil() as usize));
        }
        if drawn.height() >= LEAST_SIDE {
            self.shown.insert(unit, [drawn.bottom(), drawn.top()].map(|y| shown.value_at(y)));
        }
        ui.request_repaint();
        true
    }
}
