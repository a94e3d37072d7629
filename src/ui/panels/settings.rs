//! The settings window. What is changed holds at once and is remembered.

use eframe::egui::{self, Id, Label, Modal, RichText, ScrollArea, Ui};

use super::models::{device_label, devices};
use crate::session::Settings;
use crate::session::settings::{ThemeChoice, ZOOMS};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::text;
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
            ui.label(RichText::new(text::settings::TITLE).text_style(dialog_text()));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if icon_button(ui, Icon::Cross, text::settings::CLOSE_LABEL)
                    .on_hover_text(text::common::CLOSE)
                    .clicked()
                {
                    ui.close();
                }
            });
        });
        let room = ctx.content_rect().height() - 4.0 * size::LARGE_ICON;
        ScrollArea::vertical().max_height(room).min_scrolled_height(room).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = size::GAP;
            section(ui, text::settings::LOOKS, |_| {});
            looks_ui(ui, &mut settings);
            hairline(ui);
            section(ui, text::settings::VIEWS, |_| {});
            views_ui(ui, &mut settings);
            hairline(ui);
            section(ui, text::settings::REMEMBERED, |_| {});
            remembered_ui(ui, view, &mut settings);
            detections_ui(ui, view, ask);
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
        (ThemeChoice::Dark, text::settings::DARK, ""),
        (ThemeChoice::Light, text::settings::LIGHT, ""),
        (ThemeChoice::System, text::settings::SYSTEM, text::settings::SYSTEM_HINT),
    ];
    fact(ui, text::settings::THEME, |ui| {
        settings.theme = segmented(ui, text::settings::THEME, settings.theme, &themes).unwrap_or(settings.theme);
    });
    fact(ui, text::settings::SCALE, |ui| {
        choice_box(ui, text::settings::SCALE, &percent(settings.zoom), |ui| {
            for zoom in ZOOMS {
                if ui.selectable_label(zoom == settings.zoom, percent(zoom)).clicked() {
                    settings.zoom = zoom;
                }
            }
        })
        .on_hover_text(text::settings::SCALE_HINT);
    });
    checkbox(ui, &mut settings.reduced_motion, text::settings::REDUCED_MOTION)
        .on_hover_text(text::settings::REDUCED_MOTION_HINT);
}

fn percent(zoom: f32) -> String {
    format!("{:.0} %", zoom * 100.0)
}

fn views_ui(ui: &mut Ui, settings: &mut Settings) {
    let samples = [
        (None, text::settings::EDGES_AUTO, text::settings::EDGES_AUTO_HINT),
        (Some(1), text::settings::EDGES_OFF, text::settings::EDGES_OFF_HINT),
        (Some(4), text::settings::EDGES_SMOOTH, text::settings::EDGES_SMOOTH_HINT),
    ];
    fact(ui, text::settings::EDGES, |ui| {
        settings.msaa = segmented(ui, text::settings::EDGES, settings.msaa, &samples).unwrap_or(settings.msaa);
    });
    fact(ui, text::models::DEVICE, |ui| {
        choice_box(ui, text::settings::DEVICE_LABEL, &device_label(settings.device), |ui| {
            for device in devices() {
                if ui.selectable_label(device == settings.device, device_label(device)).clicked() {
                    settings.device = device;
                }
            }
        });
    });
    checkbox(ui, &mut settings.loop_playback, text::settings::LOOP);
    checkbox(ui, &mut settings.link_cameras, text::settings::LINK_CAMERAS);
    checkbox(ui, &mut settings.show_performance, text::settings::PERFORMANCE);
}

fn remembered_ui(ui: &mut Ui, view: &View<'_>, settings: &mut Settings) {
    let path =
        view.settings_path.map_or_else(|| text::settings::NOT_KEPT.to_owned(), |path| path.display().to_string());
    fact(ui, text::settings::KEPT_IN, |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icon_button(ui, Icon::Copy, text::settings::COPY_PATH_LABEL)
                .on_hover_text(text::settings::COPY_PATH)
                .clicked()
            {
                ui.ctx().copy_text(path.clone());
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(Label::new(muted(path.as_str())).truncate()).on_hover_text(path.as_str());
            });
        });
    });
    ui.horizontal(|ui| {
        let count = settings.recent_files.len();
        let clear = egui::Button::new(text::settings::forget_recent(count));
        if ui.add_enabled(count > 0, clear).clicked() {
            settings.recent_files.clear();
        }
        if ui.button(text::settings::RESET).on_hover_text(text::settings::RESET_HINT).clicked() {
            *settings = settings.reset();
        }
    });
}

/// How much of what was found in videos is kept; looked up while the window is open, of a few files.
fn detections_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let Some(cache) = view.detections else { return };
    let bytes = cache.bytes();
    let clear = ui.add_enabled(bytes > 0, egui::Button::new(text::detector::clear_cache(bytes)));
    if clear.on_hover_text(text::detector::CLEAR_CACHE_HINT).clicked() {
        ask.push(UiCommand::ClearDetections);
    }
}
