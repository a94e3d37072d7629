//! The action model: which one, the names of its classes, and how long its windows are.

use std::path::PathBuf;

use eframe::egui::{DragValue, Label, Ui};

use crate::io::zoo::{ModelState, ModelTask};
use crate::session::actions::{LabelOptions, WINDOW_RANGE_SECS};
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::opening::short_name;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, choice_box, fact, list_row, muted, section};

pub fn model_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let session = view.session;
    let options = &session.document().actions;
    section(ui, text::moves::MODEL_SECTION, |_| {});
    let chosen = options.model.as_ref().map(|choice| &choice.file);
    let current = chosen.map_or(text::moves::NO_MODEL.to_owned(), |file| short_name(file));
    choice_box(ui, text::moves::MODEL_SECTION, &current, |ui| {
        let files = files(view, chosen);
        for file in std::iter::once(None).chain(files.into_iter().map(Some)) {
            let name = file.as_deref().map_or(text::moves::NO_MODEL.to_owned(), short_name);
            let (row, ()) = list_row(ui, ("action-model", &file), &name, file.as_ref() == chosen, |ui| {
                ui.add_space(size::STEP);
                ui.add(Label::new(&name).truncate());
            });
            let hint = file.as_ref().map_or(text::moves::NO_MODEL_HINT.to_owned(), |file| file.display().to_string());
            if row.on_hover_text(hint).clicked() {
                ask.push(UiCommand::SetActionModel(file));
                ui.close();
            }
        }
    });
    ui.horizontal(|ui| {
        if ui.button(text::moves::CHOOSE_MODEL).clicked() {
            ask.push(UiCommand::ChooseActionModel);
        }
        if chosen.is_some()
            && ui.button(text::moves::CHOOSE_NAMES).on_hover_text(text::moves::CHOOSE_NAMES_HINT).clicked()
        {
            ask.push(UiCommand::ChooseActionNames);
        }
    });
    if chosen.is_some() {
        match session.action_model() {
            Some(loaded) => ui.label(muted(text::moves::classes(loaded.names.len()))),
            None => ui.label(muted(text::moves::MODEL_LOADING)),
        };
        window_ui(ui, options, ask);
    }
}

/// Those that were chosen before, and published ones that are here.
fn files(view: &View<'_>, chosen: Option<&PathBuf>) -> Vec<PathBuf> {
    let published = view.shelf.models().filter(|(model, _)| model.task == ModelTask::Action);
    let here = published.filter_map(|(_, state)| match state {
        Some(ModelState::Here { path, .. }) => Some(path.clone()),
        _ => None,
    });
    let mut files: Vec<PathBuf> = Vec::new();
    for file in view.session.settings.known_action_models.iter().cloned().chain(chosen.cloned()).chain(here) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// Applied when the hand lets go: every change scores everything again.
fn window_ui(ui: &mut Ui, options: &LabelOptions, ask: &mut Ask<'_>) {
    fact(ui, text::moves::WINDOW, |ui| {
        let id = ui.scope_id().with("action-window");
        let mut secs = ui.data(|data| data.get_temp(id)).unwrap_or(options.window_secs);
        let (least, most) = WINDOW_RANGE_SECS;
        let field = DragValue::new(&mut secs).range(least..=most).speed(0.05).fixed_decimals(1);
        let response = ui.add(field.suffix(text::moves::SECS));
        if response.changed() {
            ui.data_mut(|data| data.insert_temp(id, secs));
        }
        if response.drag_stopped() || response.lost_focus() {
            ui.data_mut(|data| data.remove_temp::<f64>(id));
            ask.push(UiCommand::SetActions(LabelOptions { window_secs: secs, ..options.clone() }));
        }
        response.on_hover_text(text::moves::WINDOW_HINT);
    });
}
