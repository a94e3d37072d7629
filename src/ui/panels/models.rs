//! Which model, on which device, and how windows are put together.

use std::path::PathBuf;

use eframe::egui::{DragValue, Label, RichText, Ui};

use crate::data::NormalisationMode;
use crate::infer::InferOptions;
use crate::motion::Stitch;
use crate::nn::DeviceChoice;
use crate::runtime::ModelInfo;
use crate::session::ModelChoice;
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, checkbox, choice_box, fact, hairline, list_row, muted, section, segmented, text_fact};

const PUBLISHED_MODELS: &str = "https://github.com/Walter0807/MotionBERT#pretrained-weights";

pub fn models_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    section(ui, "Model", |_| {});
    chooser_ui(ui, view, ask);
    if ui.button("Choose a model file…").clicked() {
        ask.push(UiCommand::ChooseModelFile);
    }
    if view.session.settings.model == ModelChoice::Starter {
        ui.add_space(size::STEP);
        ui.add(
            Label::new(muted("The starter is a small model for first steps. The published models are more accurate:"))
                .wrap(),
        );
        ui.hyperlink_to(RichText::new("MotionBERT weights").small(), PUBLISHED_MODELS);
    }
    hairline(ui);
    section(ui, "Inference", |_| {});
    device_ui(ui, view, ask);
    options_ui(ui, view.session.settings.infer, ask);
    if let Some(info) = view.model {
        hairline(ui);
        section(ui, "In use", |_| {});
        facts_ui(ui, info);
    }
}

fn chooser_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let settings = &view.session.settings;
    let mut choices = vec![ModelChoice::Starter];
    let mut add = |path: &PathBuf| {
        let choice = ModelChoice::File(path.clone());
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    };
    settings.known_models.iter().for_each(&mut add);
    if let ModelChoice::File(path) = &settings.model {
        add(path);
    }
    for choice in choices {
        let label = choice.label();
        let is_chosen = choice == settings.model;
        let (row, ()) = list_row(ui, ("model", &choice), &label, is_chosen, |ui| {
            ui.add_space(size::STEP);
            ui.add(Label::new(&label).truncate());
        });
        let place = match &choice {
            ModelChoice::Starter => "Built into the program; needs no download".to_owned(),
            ModelChoice::File(path) => path.display().to_string(),
        };
        if row.on_hover_text(place).clicked() {
            ask.push(UiCommand::SetModel(choice));
        }
    }
    ui.add_space(size::STEP);
}

/// In words rather than as the command line writes it.
pub fn device_label(device: DeviceChoice) -> String {
    match device {
        DeviceChoice::Auto => "Automatic".to_owned(),
        DeviceChoice::Cpu => "CPU".to_owned(),
        DeviceChoice::Cuda(number) => format!("NVIDIA GPU {number}"),
        DeviceChoice::Metal => "Apple GPU".to_owned(),
    }
}

/// The device that a model really runs on.
pub fn device_in_use(info: &ModelInfo) -> String {
    info.device.parse().map_or_else(|_| info.device.clone(), device_label)
}

/// What this build can run on.
pub fn devices() -> Vec<DeviceChoice> {
    let mut devices = vec![DeviceChoice::Auto, DeviceChoice::Cpu];
    if cfg!(feature = "cuda") {
        devices.extend((0..2).map(DeviceChoice::Cuda));
    }
    if cfg!(feature = "metal") {
        devices.push(DeviceChoice::Metal);
    }
    devices
}

fn device_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let current = view.session.settings.device;
    fact(ui, "Device", |ui| {
        choice_box(ui, "Device", &device_label(current), |ui| {
            for device in devices() {
                if ui.selectable_label(device == current, device_label(device)).clicked() {
                    ask.push(UiCommand::SetDevice(device));
                }
            }
        });
    });
}

fn options_ui(ui: &mut Ui, current: InferOptions, ask: &mut Ask<'_>) {
    let mut options = current;
    ui.spacing_mut().item_spacing.y = size::GAP;
    checkbox(ui, &mut options.flip, "Average with the mirrored pose").on_hover_text("More accurate at twice the time");
    ui.label(muted("Windows"));
    let stitches = [
        (Stitch::Blend, "Blend", "Overlapping and cross-faded, so that nothing jumps"),
        (Stitch::Reference, "Reference", "Side by side as published; depth may jump from window to window"),
    ];
    options.stitch = segmented(ui, "Windows", options.stitch, &stitches).unwrap_or(options.stitch);
    ui.label(muted("Normalisation"));
    let modes = [
        (NormalisationMode::Crop, "Crop", "The square around the whole motion becomes the model's box"),
        (NormalisationMode::Pixel, "Pixel", "Keeps the place in the image; needs the image size"),
    ];
    options.mode = segmented(ui, "Normalisation", options.mode, &modes).unwrap_or(options.mode);
    ui.label(muted("Position"));
    let positions = [
        (None, "Auto", "As the checkpoint says; one that does not say it counts as absolute"),
        (Some(true), "Relative", "For models trained with rootrel: the root stays at zero"),
        (Some(false), "Absolute", "For models that predict the root's depth"),
    ];
    options.root_relative =
        segmented(ui, "Position", options.root_relative, &positions).unwrap_or(options.root_relative);
    fact(ui, "Window", |ui| {
        // Applied when the hand lets go: every change lifts everything again.
        let id = ui.scope_id().with("clip length");
        let mut frames = ui.data(|data| data.get_temp(id)).unwrap_or(current.clip_len);
        let response = ui.add(DragValue::new(&mut frames).range(1..=243).suffix(" frames"));
        if response.changed() {
            ui.data_mut(|data| data.insert_temp(id, frames));
        }
        if response.drag_stopped() || response.lost_focus() {
            options.clip_len = frames;
            ui.data_mut(|data| data.remove_temp::<usize>(id));
        }
        response.on_hover_text("Frames that the model sees at once; its own maximum is the upper limit");
    });
    if options != current {
        ask.push(UiCommand::SetInfer(options));
    }
}

fn facts_ui(ui: &mut Ui, info: &ModelInfo) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let config = info.config;
    text_fact(ui, "Name", &info.name);
    text_fact(ui, "Device", &device_in_use(info));
    text_fact(ui, "Parameters", &format!("{:.1} M", info.parameters as f64 / 1e6));
    text_fact(
        ui,
        "Size",
        &format!("{} channels, {} levels, {} heads", config.dim_feat, config.depth, config.num_heads),
    );
    text_fact(ui, "Window", &format!("up to {} frames", config.maxlen));
    text_fact(ui, "Position", if info.is_root_relative { "relative to the root" } else { "with the root's path" });
}
