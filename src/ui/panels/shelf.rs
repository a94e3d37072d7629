//! Published models: a part of the models panel. Each with what it is for, its size and licence, and a button.

use eframe::egui::{Align, Label, Layout, RichText, Ui};

use crate::io::zoo::{ModelEntry, ModelState, ModelTask};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::jobs::JobKind;
use crate::ui::layout::View;
use crate::ui::shelf::{is_in_use, is_usable};
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, icon_button, muted, section};

/// In the order in which somebody needs them.
const GROUPS: [(ModelTask, &str); 6] = [
    (ModelTask::Pose3d, text::shelf::POSE3D),
    (ModelTask::Detector, text::shelf::DETECTOR),
    (ModelTask::PersonDetector, text::shelf::PERSON_DETECTOR),
    (ModelTask::Mesh, text::shelf::MESH),
    (ModelTask::Action, text::shelf::ACTION),
    (ModelTask::Pretrain, text::shelf::PRETRAIN),
];

pub fn shelf_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    section(ui, text::shelf::TITLE, |ui| {
        if icon_button(ui, Icon::Loop, text::shelf::REFRESH).clicked() {
            ask.push(UiCommand::LookAtModels);
        }
    });
    for (task, title) in GROUPS {
        let mut models = view.shelf.models().filter(|(model, _)| model.task == task).peekable();
        if models.peek().is_some() {
            ui.add_space(size::PANEL_PADDING);
            ui.label(RichText::new(title).heading());
        }
        for (model, state) in models {
            model_ui(ui, view, model, state, ask);
        }
    }
}

fn model_ui(ui: &mut Ui, view: &View<'_>, model: &ModelEntry, state: Option<&ModelState>, ask: &mut Ask<'_>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            button_ui(ui, view, model, state, ask);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let about = [Some(&model.url), model.figures.as_ref(), model.note.as_ref()];
                let about: Vec<&str> = about.into_iter().flatten().rev().map(String::as_str).collect();
                let name = ui.add(Label::new(&model.name).truncate());
                name.on_hover_text(about.join("\n\n"));
            });
        });
    });
    let fetching = view.jobs.iter().find(|job| job.kind == JobKind::Fetch(model.id.clone()));
    let facts = match (fetching.and_then(|job| job.progress), state) {
        (Some(progress), _) => text::shelf::share(progress.done, progress.total),
        (None, Some(ModelState::Partial { bytes })) => text::shelf::partly(*bytes),
        _ => text::shelf::facts(model.size_mb, &model.licence),
    };
    ui.add(Label::new(RichText::new(facts).small().weak()).truncate());
}

fn button_ui(ui: &mut Ui, view: &View<'_>, model: &ModelEntry, state: Option<&ModelState>, ask: &mut Ask<'_>) {
    let name = &model.name;
    let fetching = view.jobs.iter().find(|job| job.kind == JobKind::Fetch(model.id.clone()));
    if let Some(job) = fetching {
        if icon_button(ui, Icon::Cross, &text::shelf::cancel(name)).clicked() {
            ask.push(UiCommand::CancelJob(job.handle.id));
        }
        return;
    }
    let (label, full, command) = match state {
        Some(ModelState::Here { path, .. }) => {
            if !is_usable(model.task) || is_in_use(&view.session.settings, model.task, path) {
                let said = if is_usable(model.task) { text::shelf::IN_USE } else { text::shelf::HERE };
                ui.label(muted(said)).on_hover_text(path.display().to_string());
                return;
            }
            (text::shelf::USE, text::shelf::use_it(name), UiCommand::UseModel(model.id.clone()))
        }
        Some(ModelState::Partial { .. }) => {
            (text::shelf::GO_ON, text::shelf::go_on(name), UiCommand::FetchModel(model.id.clone()))
        }
        _ => (text::shelf::GET, text::shelf::get(name), UiCommand::FetchModel(model.id.clone())),
    };
    let button = ui.button(label);
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(full.as_str()));
    if button.on_hover_text(&full).clicked() {
        ask.push(command);
    }
}
