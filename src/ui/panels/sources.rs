//! The left panel: what is open, what is known of it, and below it the people.

use eframe::egui::{Align, DragValue, Frame, Label, Layout, Margin, RichText, ScrollArea, Sense, Ui, Vec2};

use super::clips::clip_menu_ui;
use super::people::{PeopleState, people_ui};
use crate::data::SkeletonId;
use crate::io::keypoints::ReadOptions;
use crate::session::{Edit, Source, SourceState};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::opening::short_name;
use crate::ui::panels::status::fps_text;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, choice_box, fact, hairline, icon_button, list_row, muted, section, text_fact};

#[derive(Default)]
pub struct SourcesState {
    /// Frame rate and image size while they are being changed.
    fps: Option<f64>,
    image_size: Option<[u32; 2]>,
    people: PeopleState,
}

pub fn sources_ui(ui: &mut Ui, view: &View<'_>, state: &mut SourcesState, ask: &mut Ask<'_>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        Frame::NONE.inner_margin(Margin::same(size::PANEL_PADDING as i8)).show(ui, |ui| {
            section(ui, text::sources::SOURCES, |ui| {
                ask.action_button(ui, Action::OpenFolder);
                ask.action_button(ui, Action::OpenFile);
            });
            let sources = &view.session.document().sources;
            if sources.is_empty() {
                ui.label(muted(text::sources::NOTHING_IS_OPEN));
                return;
            }
            for source in sources {
                source_row_ui(ui, source, ask);
                video_row_ui(ui, source);
            }
            let Some(active) = view.session.active() else { return };
            ui.add_space(size::STEP);
            facts_ui(ui, active, state, ask);
            hairline(ui);
            people_ui(ui, active, &mut state.people, ask);
        });
    });
}

fn source_row_ui(ui: &mut Ui, state: &SourceState, ask: &mut Ask<'_>) {
    let source = &state.source;
    let is_active = ask.session.active_id() == Some(source.id);
    let (row, close) = list_row(ui, ("source", source.id), &source.name, is_active, |ui| {
        ui.add_space(size::STEP);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close =
                icon_button(ui, Icon::Cross, &text::sources::close(&source.name)).on_hover_text(text::common::CLOSE);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(&source.name).truncate());
            });
            close.clicked()
        })
        .inner
    });
    let place =
        source.path.as_ref().map_or_else(|| text::sources::BUILT_IN.to_owned(), |path| path.display().to_string());
    row.context_menu(|ui| clip_menu_ui(ui, state, ask));
    if close {
        ask.push(UiCommand::Close(source.id));
    } else if row.on_hover_text(place).clicked() && !is_active {
        ask.push(UiCommand::Activate(source.id));
    }
}

/// The video that belongs to a clip, below it. Of a clip that is a video it tells only what is in it.
fn video_row_ui(ui: &mut Ui, state: &SourceState) {
    let Some(video) = &state.video else { return };
    let is_own = state.source.path.as_ref() == Some(&video.path);
    let name = short_name(&video.path);
    let facts = text::sources::video_facts(video.size, video.fps(), video.times.len(), video.offset_frames);
    let row = ui.horizontal_top(|ui| {
        ui.add_space(size::GAP);
        let (icon, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
        Icon::Picture.paint(ui.painter(), icon, Theme::of(ui).muted);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if !is_own {
                ui.add(Label::new(RichText::new(&name).small()).truncate());
            }
            ui.add(Label::new(muted(&facts)).truncate());
        });
    });
    let tip = || format!("{}\n{} · {facts}", video.path.display(), video.format);
    row.response.on_hover_ui(|ui| {
        ui.label(tip());
    });
}

fn facts_ui(ui: &mut Ui, active: &SourceState, state: &mut SourcesState, ask: &mut Ask<'_>) {
    let source = &active.source;
    ui.spacing_mut().item_spacing.y = 2.0;
    text_fact(ui, text::sources::FORMAT, source.format);
    text_fact(ui, text::sources::FRAMES, &source.frame_count.to_string());
    fact(ui, text::sources::FRAME_RATE, |ui| fps_ui(ui, active, &mut state.fps, ask));
    if let Some((skeleton, choice)) = &source.skeleton {
        fact(ui, text::sources::JOINTS, |ui| {
            let response = choice_box(ui, text::sources::JOINT_SET, skeleton.name, |ui| joint_sets_ui(ui, source, ask));
            response.on_hover_text(&choice.reason);
        });
        fact(ui, text::sources::IMAGE, |ui| image_size_ui(ui, source, &mut state.image_size, ask));
        if !choice.alternatives.is_empty() {
            ui.label(muted(&choice.reason));
        }
    }
}

fn fps_ui(ui: &mut Ui, active: &SourceState, draft: &mut Option<f64>, ask: &mut Ask<'_>) {
    let mut fps = draft.unwrap_or(active.fps);
    let field = DragValue::new(&mut fps)
        .range(1.0..=480.0)
        .speed(0.25)
        .max_decimals(3)
        .custom_formatter(|value, _| fps_text(value))
        .suffix(text::sources::FPS_UNIT);
    let response = ui.add(field);
    let origin = match (active.source.read_options.fps, active.source.file_fps) {
        (None, None) => text::sources::FPS_ASSUMED_HINT,
        _ => text::sources::FPS_HINT,
    };
    if response.changed() {
        *draft = Some(fps);
    }
    // One undoable step per gesture.
    if (response.drag_stopped() || response.lost_focus())
        && let Some(fps) = draft.take().filter(|fps| *fps != active.fps)
    {
        ask.push(UiCommand::Edit(Edit::SetFps { source: active.source.id, fps }));
    }
    response.on_hover_text(origin);
}

/// Joint sets with as many joints; choosing one reads the file again.
fn joint_sets_ui(ui: &mut Ui, source: &Source, ask: &mut Ask<'_>) {
    let Some((skeleton, _)) = &source.skeleton else { return };
    if source.path.is_none() {
        ui.label(muted(text::sources::JOINT_SET_FIXED));
        return;
    }
    let current = source.read_options.skeleton;
    let mut chosen = None;
    if ui.selectable_label(current.is_none(), text::sources::RECOGNISE).clicked() {
        chosen = Some(None);
    }
    for id in SkeletonId::with_joint_count(skeleton.len()) {
        if ui.selectable_label(current == Some(id), id.to_string()).clicked() {
            chosen = Some(Some(id));
        }
    }
    if let Some(choice) = chosen.filter(|choice| *choice != current) {
        ask.push(UiCommand::Reopen(ReadOptions { skeleton: choice, ..source.read_options.clone() }));
    }
}

/// Width and height; what the file does not say can be set, and the file is read again.
fn image_size_ui(ui: &mut Ui, source: &Source, draft: &mut Option<[u32; 2]>, ask: &mut Ask<'_>) {
    let text = source
        .image_size
        .map_or_else(|| text::sources::IMAGE_UNKNOWN.to_owned(), |[width, height]| format!("{width} × {height} px"));
    if source.path.is_none() {
        ui.add(Label::new(text).truncate());
        return;
    }
    ui.menu_button(text, |ui| {
        let mut image_size = draft.or(source.image_size).unwrap_or([1920, 1080]);
        ui.label(muted(text::sources::IMAGE_SIZE));
        ui.horizontal(|ui| {
            let [width, height] = &mut image_size;
            let changed = ui.add(DragValue::new(width).range(16..=16384)).changed();
            ui.label("×");
            if ui.add(DragValue::new(height).range(16..=16384)).changed() || changed {
                *draft = Some(image_size);
            }
        });
        if ui.button(text::sources::READ_AGAIN).clicked() {
            *draft = None;
            ask.push(UiCommand::Reopen(ReadOptions { image_size: Some(image_size), ..source.read_options.clone() }));
            ui.close();
        }
    })
    .response
    .on_hover_text(text::sources::IMAGE_SIZE_HINT);
}
