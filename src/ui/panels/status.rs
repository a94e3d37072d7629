//! The status bar: what runs on what, how fast, and the jobs with their progress.

use eframe::egui::{self, Align, Label, Layout, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::jobs::RunningJob;
use crate::ui::layout::View;
use crate::ui::panels::models::{device_in_use, device_label};
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, icon_button, muted};

pub fn status_bar_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    ui.spacing_mut().interact_size.y = size::STATUS_BAR;
    let bar = Vec2::new(ui.available_width(), size::STATUS_BAR);
    ui.allocate_ui_with_layout(bar, Layout::right_to_left(Align::Center), |ui| {
        for job in view.jobs.iter() {
            job_ui(ui, job, ask);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| facts_ui(ui, view));
    });
}

fn facts_ui(ui: &mut Ui, view: &View<'_>) {
    ui.spacing_mut().item_spacing.x = size::PANEL_PADDING;
    let settings = &view.session.settings;
    let (device, model) = match view.model {
        Some(info) => (device_in_use(info), info.choice.label()),
        None => (device_label(settings.device), settings.model.label()),
    };
    let mut facts = vec![(device, text::status::DEVICE_HINT), (model, text::status::MODEL_HINT)];
    if view.session.active().is_some() {
        facts.push((text::status::fps(&fps_text(view.session.clock.fps())), text::status::FPS_HINT));
    }
    if let Some(ms) = view.performance.infer_ms {
        facts.push((text::status::window_ms(ms), text::status::INFERENCE_HINT));
    }
    facts.push((text::status::dropped(view.performance.skipped), text::status::DROPPED_HINT));
    for (text, tip) in facts {
        ui.add(Label::new(muted(text)).truncate()).on_hover_text(tip);
    }
}

/// Without decimals where there are none.
pub fn fps_text(fps: f64) -> String {
    let text = format!("{fps:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn job_ui(ui: &mut Ui, job: &RunningJob, ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    let cancel = icon_button(ui, Icon::Cross, &text::status::cancel(&job.label));
    if cancel.on_hover_text(text::common::CANCEL).clicked() {
        ask.push(UiCommand::CancelJob(job.handle.id));
    }
    let share = job.progress.and_then(|progress| progress.share());
    let (rect, bar) = ui.allocate_exact_size(Vec2::new(size::PROGRESS_WIDTH, size::STEP), Sense::hover());
    bar.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &job.label));
    ui.painter().rect_filled(rect, size::STEP / 2.0, theme.line);
    if let Some(share) = share {
        let done = Rect::from_min_size(rect.min, Vec2::new(rect.width() * share, rect.height()));
        ui.painter().rect_filled(done, size::STEP / 2.0, theme.accent);
    }
    let mut text = job.label.clone();
    if let Some(share) = share {
        text.push_str(&format!(" · {:.0} %", share * 100.0));
    }
    if let Some(secs) = job.left_secs() {
        text.push_str(" · ");
        text.push_str(&text::jobs::left(secs));
    }
    ui.add(egui::Label::new(muted(text)).truncate());
}
