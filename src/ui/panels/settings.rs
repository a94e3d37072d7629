//! The settings window. What is changed holds at once and is remembered.

use eframe::egui::{self, Id, Label, Modal, RichText, ScrollArea, Ui};

use super::models::{device_label, devices};
use crate::session::Settings;
use crate::session::settings::{ThemeChoice, ZOOMS};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::{Ask, checkbox, choice_box, fact, hairline, icon_button, muted, section, segmented};

pub fn settings_ui(ctx: &egui::Context, view: &View<'_>, is_open: &mut bool, ask: &mut Ask<'_>) {
    if !*is_open {
        return;
    }
    let before = &view.session.settings;
    let mut settings = before.clone();
    let width = (size::DIALOG_WIDTH - size::LABEL_COLUMN).min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING);
    let modal = Modal::new(Id::unique("settings")).frame(Theme::of_context(ctx).dialog_frame()).show(ctx, |ui| {
        ui.set_width(width);
        ui.horizontal(|ui| {
            ui.label(RichText::new("Settings").text_style(dialog_text()));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if icon_button(ui, Icon::Cross, "Close the settings").on_hover_text("Close").clicked() {
                    ui.close();
                }
            });
        });
        let room = ctx.content_rect().height() - 4.0 * size::LARGE_ICON;
        ScrollArea::vertical().max_height(room).min_scrolled_height(room).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = size::GAP;
            section(ui, "Looks", |_| {});
            looks_ui(ui, &mut settings);
            hairline(ui);
            section(ui, "3D view and playback", |_| {});
            views_ui(ui, &mut settings);
            hairline(ui);
            section(ui, "Remembered", |_| {});
            remembered_ui(ui, view, &mut settings);
        });
    });
    if settings != *before {
        ask.push(UiCommand::SetSettings(Box::new(settings)));
    }
    if modal.should_close() {
        *is_open = false;
    }
}

fn looks_ui(ui: &mut Ui, settings: &mut Settings) {
    let themes = [
        (ThemeChoice::Dark, "Dark", ""),
        (ThemeChoice::Light, "Light", ""),
        (ThemeChoice::System, "System", "As the system has it"),
    ];
    fact(ui, "Theme", |ui| {
        settings.theme = segmented(ui, "Theme", settings.theme, &themes).unwrap_or(settings.theme);
    });
    fact(ui, "Scale", |ui| {
        choice_box(ui, "Scale", &percent(settings.zoom), |ui| {
            for zoom in ZOOMS {
                if ui.selectable_label(zoom == settings.zoom, percent(zoom)).clicked() {
                    settings.zoom = zoom;
                }
            }
        })
        .on_hover_text("Size of everything in the window (Ctrl+Plus, Ctrl+Minus)");
    });
    checkbox(ui, &mut settings.reduced_motion, "Reduced motion")
        .on_hover_text("Nothing fades or glides, and the camera jumps");
}

fn percent(zoom: f32) -> String {
    format!("{:.0} %", zoom * 100.0)
}

fn views_ui(ui: &mut Ui, settings: &mut Settings) {
    let samples = [
        (None, "Auto", "Smooth where a graphics card draws, plain where the processor does"),
        (Some(1), "Off", "Plain edges, fastest"),
        (Some(4), "4×", "Smooth edges"),
    ];
    fact(ui, "Edges", |ui| {
        settings.msaa = segmented(ui, "Edges", settings.msaa, &samples).unwrap_or(settings.msaa);
    });
    fact(ui, "Device", |ui| {
        choice_box(ui, "Device for inference", &device_label(settings.device), |ui| {
            for device in devices() {
                if ui.selectable_label(device == settings.device, device_label(device)).clicked() {
                    settings.device = device;
                }
            }
        });
    });
    checkbox(ui, &mut settings.loop_playback, "Loop playback");
    checkbox(ui, &mut settings.link_cameras, "Link cameras side by side");
    checkbox(ui, &mut settings.show_performance, "Performance figures");
}

fn remembered_ui(ui: &mut Ui, view: &View<'_>, settings: &mut Settings) {
    let path = view.settings_path.map_or_else(|| "Not kept".to_owned(), |path| path.display().to_string());
    fact(ui, "Kept in", |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icon_button(ui, Icon::Copy, "Copy the path of the settings").on_hover_text("Copy the path").clicked() {
                ui.ctx().copy_text(path.clone());
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(Label::new(muted(path.as_str())).truncate()).on_hover_text(path.as_str());
            });
        });
    });
    ui.horizontal(|ui| {
        let count = settings.recent_files.len();
        let clear = egui::Button::new(format!("Forget {count} recent files"));
        if ui.add_enabled(count > 0, clear).clicked() {
            settings.recent_files.clear();
        }
        if ui.button("Reset to defaults").on_hover_text("Everything but models and recent files").clicked() {
            *settings = settings.reset();
        }
    });
}
