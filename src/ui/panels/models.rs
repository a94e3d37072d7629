//! Which model, on which device, and how windows are put together.

use std::path::PathBuf;

use eframe::egui::{DragValue, Label, RichText, Ui};

use super::detector::{DetectorState, detector_ui};
use super::shelf::shelf_ui;
use crate::data::NormalisationMode;
use crate::infer::InferOptions;
use crate::motion::Stitch;
use crate::nn::DeviceChoice;
use crate::runtime::ModelInfo;
use crate::session::ModelChoice;
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, checkbox, choice_box, fact, hairline, list_row, muted, section, segmented, text_fact};

const PUBLISHED_MODELS: &str = "https://github.com/Walter0807/MotionBERT#pretrained-weights";

pub fn models_ui(ui: &mut Ui, view: &View<'_>, state: &mut DetectorState, ask: &mut Ask<'_>) {
    section(ui, text::models::MODEL, |_| {});
    chooser_ui(ui, view, ask);
    if ui.button(text::models::CHOOSE_FILE).clicked() {
        ask.push(UiCommand::ChooseModelFile);
    }
    if view.session.settings.model == ModelChoice::Starter {
        ui.add_space(size::STEP);
        ui.add(Label::new(muted(text::models::STARTER_NOTE)).wrap());
        ui.hyperlink_to(RichText::new(text::models::PUBLISHED_LINK).small(), PUBLISHED_MODELS);
    }
    hairline(ui);
    detector_ui(ui, view, state, ask);
    hairline(ui);
    section(ui, text::models::INFERENCE, |_| {});
    device_ui(ui, view, ask);
    options_ui(ui, view.session.settings.infer, ask);
    hairline(ui);
    shelf_ui(ui, view, ask);
    if let Some(info) = view.model {
        hairline(ui);
        section(ui, text::models::IN_USE, |_| {});
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
            ModelChoice::Starter => text::models::STARTER_HINT.to_owned(),
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
        DeviceChoice::Auto => text::models::DEVICE_AUTO.to_owned(),
        DeviceChoice::Cpu => text::models::DEVICE_CPU.to_owned(),
        DeviceChoice::Cuda(number) => text::models::device_cuda(number),
        DeviceChoice::Metal => text::models::DEVICE_METAL.to_owned(),
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
    fact(ui, text::models::DEVICE, |ui| {
        choice_box(ui, text::models::DEVICE, &device_label(current), |ui| {
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
    checkbox(ui, &mut options.flip, text::models::FLIP).on_hover_text(text::models::FLIP_HINT);
    ui.label(muted(text::models::STITCHING));
    let stitches = [
        (Stitch::Blend, text::models::BLEND, text::models::BLEND_HINT),
        (Stitch::Reference, text::models::REFERENCE, text::models::REFERENCE_HINT),
    ];
    options.stitch = segmented(ui, text::models::STITCHING, options.stitch, &stitches).unwrap_or(options.stitch);
    ui.label(muted(text::models::NORMALISATION));
    let modes = [
        (NormalisationMode::Crop, text::models::CROP, text::models::CROP_HINT),
        (NormalisationMode::Pixel, text::models::PIXEL, text::models::PIXEL_HINT),
    ];
    options.mode = segmented(ui, text::models::NORMALISATION, options.mode, &modes).unwrap_or(options.mode);
    ui.label(muted(text::models::POSITION));
    let positions = [
        (None, text::models::POSITION_AUTO, text::models::POSITION_AUTO_HINT),
        (Some(true), text::models::POSITION_RELATIVE, text::models::POSITION_RELATIVE_HINT),
        (Some(false), text::models::POSITION_ABSOLUTE, text::models::POSITION_ABSOLUTE_HINT),
    ];
    options.root_relative =
        segmented(ui, text::models::POSITION, options.root_relative, &positions).unwrap_or(options.root_relative);
    fact(ui, text::models::WINDOW, |ui| {
        // Applied when the hand lets go: every change lifts everything again.
        let id = ui.scope_id().with("clip-length");
        let mut frames = ui.data(|data| data.get_temp(id)).unwrap_or(current.clip_len);
        let response = ui.add(DragValue::new(&mut frames).range(1..=243).suffix(text::common::FRAMES_UNIT));
        if response.changed() {
            ui.data_mut(|data| data.insert_temp(id, frames));
        }
        if response.drag_stopped() || response.lost_focus() {
            options.clip_len = frames;
            ui.data_mut(|data| data.remove_temp::<usize>(id));
        }
        response.on_hover_text(text::models::WINDOW_HINT);
    });
    if options != current {
        ask.push(UiCommand::SetInfer(options));
    }
}

fn facts_ui(ui: &mut Ui, info: &ModelInfo) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let config = info.config;
    text_fact(ui, text::models::NAME, &info.name);
    text_fact(ui, text::models::DEVICE, &device_in_use(info));
    text_fact(ui, text::models::PARAMETERS, &format!("{:.1} M", info.parameters as f64 / 1e6));
    text_fact(ui, text::models::SIZE, &text::models::size(config.dim_feat, config.depth, config.num_heads));
    text_fact(ui, text::models::WINDOW, &text::models::longest_window(config.maxlen));
    text_fact(
        ui,
        text::models::POSITION,
        if info.is_root_relative { text::models::IS_ROOT_RELATIVE } else { text::models::HAS_ROOT_PATH },
    );
}
