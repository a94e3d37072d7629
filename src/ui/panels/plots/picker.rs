//! Choosing what to plot: a list with search, and sets that are asked for often.

use eframe::egui::{Popup, PopupCloseBehavior, Response, RichText, ScrollArea, Ui};

use super::PlotsState;
use crate::data::JointIndex;
use crate::data::skeleton::H36M_17;
use crate::motion::angles::Angle;
use crate::session::Quantity;
use crate::session::reading::Dimension;
use crate::ui::command::UiCommand;
use crate::ui::panels::inspector::toggled;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, menu_row, muted, text_field};

/// Sets to start from.
pub fn presets() -> [(&'static str, Vec<Quantity>); 4] {
    let named = |names: &[&str], quantity: fn(JointIndex) -> Quantity| {
        names.iter().filter_map(|name| H36M_17.joint_named(name)).map(|joint| quantity(JointIndex(joint))).collect()
    };
    [
        (text::plots::KNEES, [Angle::LeftKneeFlexion, Angle::RightKneeFlexion].map(Quantity::Angle).to_vec()),
        (text::plots::ELBOWS, [Angle::LeftElbowFlexion, Angle::RightElbowFlexion].map(Quantity::Angle).to_vec()),
        (text::plots::WRIST_SPEED, named(&["left wrist", "right wrist"], Quantity::Speed)),
        (
            text::plots::CONFIDENCE,
            named(&["left wrist", "right wrist", "left ankle", "right ankle"], Quantity::Confidence),
        ),
    ]
}

/// The list under the button that was pressed.
pub fn picker_ui(button: &Response, state: &mut PlotsState, ask: &mut Ask<'_>) {
    let popup = Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let is_open = popup.is_open();
    popup.show(|ui| {
        ui.set_width(size::RIGHT_PANEL);
        let field = text_field(ui, text::plots::SEARCH, &mut state.search, text::plots::SEARCH_HINT);
        if !state.was_choosing {
            field.request_focus();
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            for (name, quantities) in presets() {
                if ui.small_button(name).clicked() {
                    ask.push(UiCommand::SetPlotted(quantities));
                }
            }
        });
        ScrollArea::vertical().max_height(size::RIGHT_PANEL).auto_shrink([false, true]).show(ui, |ui| {
            if state.search.trim().is_empty() {
                people_ui(ui, state, ask);
            }
            quantities_ui(ui, state, ask);
        });
    });
    state.was_choosing = is_open;
}

fn people_ui(ui: &mut Ui, state: &mut PlotsState, ask: &mut Ask<'_>) {
    let Some(source) = ask.session.active_id() else { return };
    let people: Vec<_> = ask.session.visible_people().collect();
    if people.len() < 2 {
        return;
    }
    ui.label(muted(text::plots::PEOPLE));
    for person in people {
        let key = (source, person.id);
        let is_in = !state.left_out.contains(&key);
        if menu_row(ui, &text::plots::plot(&person.name), "", Some(is_in), true).clicked()
            && !state.left_out.remove(&key)
        {
            state.left_out.insert(key);
        }
    }
}

fn quantities_ui(ui: &mut Ui, state: &PlotsState, ask: &mut Ask<'_>) {
    let words: Vec<String> = state.search.split_whitespace().map(str::to_lowercase).collect();
    let plotted = &ask.session.settings.plotted;
    let mut group: Option<Dimension> = None;
    let mut chosen = None;
    for quantity in Quantity::all() {
        let label = quantity.label();
        let searched = label.to_lowercase();
        if !words.iter().all(|word| searched.contains(word)) {
            continue;
        }
        if group != Some(quantity.dimension()) {
            group = Some(quantity.dimension());
            ui.add_space(size::STEP);
            ui.label(RichText::new(quantity.dimension().label()).small().weak());
        }
        let row = menu_row(ui, &label, "", Some(plotted.contains(&quantity)), true);
        if row.clicked() {
            chosen = Some(quantity);
        }
        row.on_hover_text(quantity.definition());
    }
    if group.is_none() {
        ui.label(muted(text::plots::NOTHING_FOUND));
    }
    if let Some(quantity) = chosen {
        ask.push(UiCommand::SetPlotted(toggled(plotted, quantity)));
    }
}
