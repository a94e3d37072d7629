//! Small widgets that the panels share. Each has a name for screen readers and a hit target of at least 24 points.

use std::sync::Arc;

use eframe::egui::{
    self, Align, Align2, AsIdSalt, Color32, FontId, Frame, Galley, Label, Layout, Margin, Pos2, Rect, Response,
    RichText, Role, Sense, Slider, SliderClamping, TextStyle, Ui, Vec2, WidgetInfo,
};

use super::action::Action;
use super::command::UiCommand;
use super::icon::Icon;
use super::theme::{Theme, size};
use crate::session::Session;
use crate::ui::text;

/// A square button as high as other controls with an icon; `label` is its tooltip and its name.
pub fn icon_button(ui: &mut Ui, icon: Icon, label: &str) -> Response {
    icon_toggle(ui, icon, label, None, true)
}

/// An icon button that is on, off, or (none) neither.
pub fn icon_toggle(ui: &mut Ui, icon: Icon, label: &str, is_on: Option<bool>, is_enabled: bool) -> Response {
    let sense = if is_enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(ui.spacing().interact_size.y), sense);
    response.widget_info(|| match is_on {
        Some(is_on) => WidgetInfo::selected(Role::Button, is_enabled, is_on, label),
        None => WidgetInfo::labeled(Role::Button, is_enabled, label),
    });
    if ui.is_rect_visible(rect) {
        let theme = Theme::of(ui);
        paint_hover(ui, rect, &response);
        let colour = match is_on {
            _ if !is_enabled => theme.disabled,
            Some(true) => theme.accent,
            Some(false) => theme.muted,
            None => theme.text,
        };
        icon.paint(ui.painter(), rect, colour);
    }
    response
}

/// The lighter ground under the pointer and the outline of what has the keyboard.
fn paint_hover(ui: &Ui, rect: Rect, response: &Response) {
    let theme = Theme::of(ui);
    if response.hovered() && response.sense.senses_click() {
        let fill = if response.is_pointer_button_down_on() { theme.line } else { theme.raised };
        ui.painter().rect_filled(rect, size::STEP, fill);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, size::STEP, theme.focus_line(), egui::StrokeKind::Inside);
    }
}

/// What a panel needs to show actions: the state they act on, and where to put what was asked for.
pub struct Ask<'a> {
    pub session: &'a Session,
    pub is_inferring: bool,
    pub commands: &'a mut Vec<UiCommand>,
}

impl Ask<'_> {
    pub fn push(&mut self, command: UiCommand) {
        self.commands.push(command);
    }

    /// The action as an icon button, or as a labelled one where it has no icon.
    pub fn action_button(&mut self, ui: &mut Ui, action: Action) -> Response {
        let is_enabled = action.is_enabled(self.session, self.is_inferring);
        let label = action.label(self.session);
        let response = match action.icon(self.session) {
            Some(icon) => icon_toggle(ui, icon, label, action.is_on(self.session), is_enabled),
            None => ui.add_enabled(is_enabled, egui::Button::new(label)),
        };
        if response.clicked() {
            self.push(UiCommand::Do(action));
        }
        let tip = || action.tooltip(self.session, ui.ctx());
        response.on_hover_ui(|ui| {
            ui.label(tip());
        })
    }

    /// The action as a line of a menu.
    pub fn menu_row(&mut self, ui: &mut Ui, action: Action) {
        let is_enabled = action.is_enabled(self.session, self.is_inferring);
        let keys = action.shortcut_text(ui.ctx());
        let response = menu_row(ui, action.label(self.session), &keys, action.is_on(self.session), is_enabled);
        if response.clicked() {
            self.push(UiCommand::Do(action));
            ui.close();
        }
        if let Some(help) = action.help() {
            response.on_hover_text(help);
        }
    }
}

/// One line of a menu: a check mark where on, the label, and the keys at the right.
pub fn menu_row(ui: &mut Ui, label: &str, keys: &str, is_on: Option<bool>, is_enabled: bool) -> Response {
    let theme = Theme::of(ui);
    let font = TextStyle::Body.resolve(ui.style());
    let colour = if is_enabled { theme.text } else { theme.disabled };
    let label_galley = ui.painter().layout_no_wrap(label.to_owned(), font.clone(), colour);
    let keys_colour = if is_enabled { theme.muted } else { theme.disabled };
    let keys_galley = ui.painter().layout_no_wrap(keys.to_owned(), font, keys_colour);
    let inset = size::ICON + 2.0 * size::GAP;
    let width = inset + label_galley.size().x + size::ICON + keys_galley.size().x + size::GAP;
    let sense = if is_enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(width.max(ui.available_width()), size::CONTROL_HEIGHT), sense);
    response.widget_info(|| match is_on {
        Some(is_on) => WidgetInfo::selected(Role::MenuItemCheckBox, is_enabled, is_on, label),
        None => WidgetInfo::labeled(Role::MenuItem, is_enabled, label),
    });
    paint_hover(ui, rect, &response);
    if is_on == Some(true) {
        let mark = Rect::from_min_size(rect.min, Vec2::new(inset, rect.height()));
        Icon::Check.paint(ui.painter(), mark, theme.accent);
    }
    let y = |height: f32| rect.center().y - height / 2.0;
    let label_at = Pos2::new(rect.left() + inset, y(label_galley.size().y));
    ui.painter().galley(label_at, label_galley, colour);
    let keys_at = Pos2::new(rect.right() - size::GAP - keys_galley.size().x, y(keys_galley.size().y));
    ui.painter().galley(keys_at, keys_galley, keys_colour);
    response
}

/// A line between groups of a menu or of a panel.
pub fn hairline(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::GAP + size::HAIRLINE), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Theme::of(ui).hairline());
}

/// Title of a part of a panel, with room for buttons at the right.
pub fn section(ui: &mut Ui, title: &str, buttons: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_height(size::CONTROL_HEIGHT);
        ui.add(Label::new(RichText::new(title).heading()).truncate());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            buttons(ui);
        });
    });
}

/// Muted label at the left, value beside it, in one column across the panel.
pub fn fact<R>(ui: &mut Ui, label: &str, value: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        ui.set_min_height(size::COMPACT_HEIGHT);
        ui.spacing_mut().interact_size.y = size::COMPACT_HEIGHT;
        let (rect, _) = ui.allocate_exact_size(Vec2::new(size::LABEL_COLUMN, size::COMPACT_HEIGHT), Sense::hover());
        let mut cell = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
        cell.add(Label::new(muted(label)).truncate());
        value(ui)
    })
    .inner
}

/// Room for the figure right of a slider's bar.
const VALUE_WIDTH: f32 = 68.0;

/// A slider over the rest of the line, its label in the column of labels.
pub fn slider(ui: &mut Ui, label: &str, slider: Slider<'_>) -> Response {
    fact(ui, label, |ui| {
        ui.spacing_mut().slider_width = (ui.available_width() - VALUE_WIDTH).max(size::LANE);
        let response = ui.add(slider.clamping(SliderClamping::Always));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(label));
        response
    })
}

/// A small button that takes a group back to how it was at first; only there if it is not.
pub fn reset_button(ui: &mut Ui, what: &str, is_changed: bool) -> bool {
    if !is_changed {
        return false;
    }
    let button = ui.add(egui::Button::new(muted(text::common::RESET)).frame_when_inactive(false));
    let label = text::common::reset_label(what);
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
    button.on_hover_text(label).clicked()
}

/// As [`fact`] with a text that is cut where the panel ends.
pub fn text_fact(ui: &mut Ui, label: &str, value: &str) {
    fact(ui, label, |ui| {
        ui.add(Label::new(value).truncate());
    });
}

/// Small grey text.
pub fn muted(text: impl Into<String>) -> RichText {
    RichText::new(text).small().weak()
}

/// A few choices side by side, one of them chosen. Gives the one that was clicked.
pub fn segmented<T: Copy + PartialEq>(ui: &mut Ui, name: &str, current: T, choices: &[(T, &str, &str)]) -> Option<T> {
    let theme = Theme::of(ui);
    let mut chosen = None;
    Frame::NONE.fill(theme.window).corner_radius(size::ROUNDING).inner_margin(Margin::same(2)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let width = (ui.available_width() - 2.0 * (choices.len() as f32 - 1.0)) / choices.len() as f32;
            for (value, label, tip) in choices {
                let is_on = *value == current;
                let (rect, response) =
                    ui.allocate_exact_size(Vec2::new(width, size::COMPACT_HEIGHT + 2.0), Sense::click());
                response
                    .widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_on, format!("{name}: {label}")));
                if is_on {
                    ui.painter().rect_filled(rect, size::STEP, theme.line);
                } else {
                    paint_hover(ui, rect, &response);
                }
                let colour = if is_on { theme.text } else { theme.muted };
                let font = TextStyle::Small.resolve(ui.style());
                ui.painter().text(rect.center(), Align2::CENTER_CENTER, label, font, colour);
                if response.clicked() && !is_on {
                    chosen = Some(*value);
                }
                if !tip.is_empty() {
                    response.on_hover_text(*tip);
                }
            }
        });
    });
    chosen
}

/// A box to tick, with its label.
pub fn checkbox(ui: &mut Ui, is_on: &mut bool, label: &str) -> Response {
    ui.scope(|ui| {
        // Without an outline an empty box can hardly be seen.
        ui.visuals_mut().widgets.inactive.bg_stroke = egui::Stroke::new(size::HAIRLINE, Theme::of(ui).disabled);
        ui.add(egui::Checkbox::new(is_on, label))
    })
    .inner
}

/// A full-width line of a list that can be clicked, with a ground when selected. `contents` draws on it.
pub fn list_row<R>(
    ui: &mut Ui,
    id: impl AsIdSalt,
    name: &str,
    is_selected: bool,
    contents: impl FnOnce(&mut Ui) -> R,
) -> (Response, R) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::LANE), Sense::hover());
    // Below the row's own widgets, so that these get their clicks.
    let salt = egui::IdSalt::new(id);
    let response = ui.interact(rect, ui.scope_id().with(("row", salt)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_selected, name));
    let theme = Theme::of(ui);
    if is_selected {
        ui.painter().rect_filled(rect, size::STEP, theme.raised);
        let bar = Rect::from_min_size(rect.min, Vec2::new(2.0, rect.height()));
        ui.painter().rect_filled(bar, 0.0, theme.accent);
    } else {
        paint_hover(ui, rect, &response);
    }
    let inner = rect.shrink2(Vec2::new(size::STEP, 0.0));
    let builder = egui::UiBuilder::new().id_salt(salt).max_rect(inner).layout(Layout::left_to_right(Align::Center));
    let mut row = ui.new_child(builder);
    row.spacing_mut().item_spacing.x = size::STEP;
    let result = contents(&mut row);
    (response, result)
}

/// A drop-down list over the rest of the line. `name` says what is chosen here.
pub fn choice_box(ui: &mut Ui, name: &str, current: &str, contents: impl FnOnce(&mut Ui)) -> Response {
    let muted = Theme::of(ui).muted;
    let response = egui::ComboBox::from_id_salt(name)
        .selected_text(current)
        .width(ui.available_width())
        .truncate()
        .icon(move |ui, rect, _, _| Icon::ChevronDown.paint(ui.painter(), rect, muted))
        .show_ui(ui, contents)
        .response;
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{name}: {current}")));
    response
}

/// A line of text to type into, across what is left. `name` is for screen readers.
pub fn text_field(ui: &mut Ui, name: &str, text: &mut String, hint: &str) -> Response {
    ui.scope(|ui| {
        ui.visuals_mut().selection.stroke = Theme::of(ui).focus_line();
        let field = egui::TextEdit::singleline(text).desired_width(f32::INFINITY).hint_text(hint);
        let field = ui.add(field.align(egui::Align2::LEFT_CENTER).min_size(Vec2::new(0.0, size::CONTROL_HEIGHT)));
        ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(name));
        field
    })
    .inner
}

/// Text that is drawn and nothing else, for dense tables.
pub fn cell(ui: &Ui, at: Pos2, anchor: Align2, text: &str, font: FontId, colour: Color32) {
    ui.painter().text(at, anchor, text, font, colour);
}

/// A text in one line, cut short with dots where it is longer than `width`.
pub fn truncated(ui: &Ui, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let text = RichText::new(text).font(font).color(colour);
    let wrap = Some(egui::TextWrapMode::Truncate);
    egui::WidgetText::from(text).into_galley(ui, wrap, width.max(0.0), TextStyle::Small)
}

/// The one button of a place that should be pressed.
pub fn primary_button(ui: &mut Ui, label: &str) -> Response {
    let theme = Theme::of(ui);
    ui.add(egui::Button::new(RichText::new(label).color(theme.accent_text)).fill(theme.accent_fill))
}

/// A name while it is being typed.
pub struct Renaming<K> {
    pub what: K,
    name: String,
    wants_focus: bool,
}

/// How typing a name ended.
pub enum Renamed {
    To(String),
    /// Given up, left empty, or the same as before.
    Not,
}

impl<K> Renaming<K> {
    pub fn new(what: K, name: &str) -> Self {
        Self { what, name: name.to_owned(), wants_focus: true }
    }

    /// None until Enter, Escape or a click elsewhere ends it.
    pub fn ui(&mut self, ui: &mut Ui, old_name: &str) -> Option<Renamed> {
        let field = text_field(ui, text::common::NEW_NAME, &mut self.name, old_name);
        if std::mem::take(&mut self.wants_focus) {
            field.request_focus();
            return None;
        }
        if !field.lost_focus() {
            return None;
        }
        let name = self.name.trim();
        let is_given_up = ui.input(|input| input.key_pressed(egui::Key::Escape));
        let is_new = !is_given_up && !name.is_empty() && name != old_name;
        Some(if is_new { Renamed::To(name.to_owned()) } else { Renamed::Not })
    }
}
