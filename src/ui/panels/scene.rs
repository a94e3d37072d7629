//! The centre of the window: the open clip in 3D, several side by side, or an invitation to open one.

use eframe::egui::{CentralPanel, Frame, Rect, StrokeKind, Ui, Vec2};

use super::clips::{cell_ui, clip_tabs_ui, places};
use super::viewport::{ClipView, viewport_ui};
use super::{empty, floating, live, overlay};
use crate::session::SourceId;
use crate::ui::command::UiCommand;
use crate::ui::layout::{PanelStates, View};
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::Ask;

pub fn scene_ui(ui: &mut Ui, view: &View<'_>, panels: &mut PanelStates, ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    let session = view.session;
    panels.viewports.tidy(session);
    let Some(active) = session.active_id() else {
        CentralPanel::default().frame(Frame::NONE.fill(theme.window)).show(ui, |ui| empty::empty_ui(ui, view, ask));
        return;
    };
    clip_tabs_ui(ui, ask);
    let area = ui.available_rect_before_wrap();
    let mut shown = session.shown_sources();
    // In the order of the tabs, so that nothing moves when another one becomes the active one.
    let tab = |id: &SourceId| session.document().sources.iter().position(|state| state.source.id == *id);
    shown.sort_by_key(tab);
    panels.viewports.frame_anew(&shown);
    let rects = places(area, shown.len());
    for (place, (id, rect)) in shown.iter().zip(&rects).enumerate() {
        let Some(clip) = session.document().source(*id) else { continue };
        let clip_view = ClipView { session, clip, frame: session.frame_beside(*id), place };
        let mut cell = cell_ui(ui, *rect, *id);
        let video = view.video.picture().filter(|_| *id == active);
        panels.viewports.of(*id).set_video(video.map(|video| video.texture));
        if *id == active {
            viewport_ui(&mut cell, clip_view, theme, panels.viewports.of(*id), ask.commands);
        } else {
            // Its people are picked once it is the active one.
            viewport_ui(&mut cell, clip_view, theme, panels.viewports.of(*id), &mut Vec::new());
            activate_on_press(&cell, *rect, *id, ask);
        }
    }
    if shown.len() > 1 {
        for (id, rect) in shown.iter().zip(&rects) {
            if let Some(clip) = session.document().source(*id) {
                floating::title(ui, *rect, &clip.source.name, theme);
            }
        }
        if session.settings.link_cameras {
            panels.viewports.link(active);
        }
        if let Some(place) = shown.iter().position(|id| *id == active) {
            ui.painter().rect_stroke(rects[place], 0.0, theme.focus_line(), StrokeKind::Inside);
        }
    }
    if session.live() == Some(active) {
        live::live_figures_ui(ui, area.shrink2(Vec2::splat(size::FLOAT_INSET)), view);
    }
    if session.settings.show_performance {
        overlay::performance_ui(ui, area.shrink2(Vec2::splat(size::FLOAT_INSET)), view.performance);
    }
}

fn activate_on_press(cell: &Ui, rect: Rect, id: SourceId, ask: &mut Ask<'_>) {
    if cell.rect_contains_pointer(rect) && cell.input(|input| input.pointer.any_pressed()) {
        ask.push(UiCommand::Activate(id));
    }
}
