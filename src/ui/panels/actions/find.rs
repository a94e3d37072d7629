//! The marked stretch, and where else it happens.

use eframe::egui::{Align, Key, Label, Layout, Rect, ScrollArea, Sense, TextStyle, Ui, Vec2};

use super::{ActionsState, Naming, time};
use crate::session::actions::Hit;
use crate::session::{Session, Stretch};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, checkbox, icon_button, list_row, muted, primary_button, section, text_field, truncated};

/// Matches in sight at once.
const ROWS: f32 = 7.0;
const BAR_WIDTH: f32 = 40.0;

pub fn find_ui(ui: &mut Ui, view: &View<'_>, state: &mut ActionsState, ask: &mut Ask<'_>) {
    let session = view.session;
    section(ui, text::moves::FIND_TITLE, |_| {});
    match session.marked() {
        Some(marked) => mark_ui(ui, session, marked, state, ask),
        None => {
            state.naming = None;
            if session.found().is_none() {
                ui.add(Label::new(muted(text::moves::FIND_EMPTY)).wrap());
            }
        }
    }
    if session.actions.query.is_some() {
        found_ui(ui, view, state, ask);
    }
}

/// What is marked, and what can be done with it.
fn mark_ui(ui: &mut Ui, session: &Session, marked: Stretch, state: &mut ActionsState, ask: &mut Ask<'_>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if session.actions.mark.is_some() && icon_button(ui, Icon::Cross, text::moves::CLEAR_MARK).clicked() {
                ask.push(UiCommand::Mark(None));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(stretch_text(session, marked)).truncate()).on_hover_text(text::moves::MARK_HINT);
            });
        });
    });
    if naming_ui(ui, session, marked, state, ask) {
        return;
    }
    ui.horizontal(|ui| {
        let find = primary_button(ui, text::moves::FIND);
        if find.on_hover_text(Action::FindMove.tooltip(session, ui.ctx())).clicked() {
            ask.push(UiCommand::Do(Action::FindMove));
        }
        let save = ui.button(text::moves::SAVE_AS);
        if save.on_hover_text(Action::SaveMove.tooltip(session, ui.ctx())).clicked() {
            ask.push(UiCommand::Do(Action::SaveMove));
        }
    });
}

fn stretch_text(session: &Session, stretch: Stretch) -> String {
    let clip = session.document().source(stretch.source);
    let person = clip.and_then(|clip| clip.people.iter().find(|person| person.id == stretch.person));
    let [from, to] = [stretch.range.start, stretch.range.end].map(|frame| time(session, stretch.source, frame));
    text::moves::stretch(person.map_or("", |person| &person.name), &from, &to)
}

/// The name that the marked stretch is to get. True while it is typed.
fn naming_ui(ui: &mut Ui, session: &Session, marked: Stretch, state: &mut ActionsState, ask: &mut Ask<'_>) -> bool {
    let Some(Naming { name, has_focus }) = &mut state.naming else { return false };
    let field = text_field(ui, text::moves::NAME_OF_MOVE, name, text::moves::NAME_HINT);
    if !std::mem::replace(has_focus, true) {
        field.request_focus();
        return true;
    }
    let mut chosen = None;
    // One more example of a move that there is already.
    let moves = &session.document().moves.classes;
    if !moves.is_empty() {
        ui.horizontal_wrapped(|ui| {
            for known in moves {
                if ui.small_button(&known.name).clicked() {
                    chosen = Some(known.name.clone());
                }
            }
        });
    }
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if is_entered && !name.trim().is_empty() {
        chosen = Some(name.trim().to_owned());
    }
    let is_over = chosen.is_some() || is_entered || ui.input(|input| input.key_pressed(Key::Escape));
    if let Some(name) = chosen {
        ask.push(UiCommand::SaveMove { stretch: marked, name });
    }
    if is_over {
        state.naming = None;
    }
    true
}

fn found_ui(ui: &mut Ui, view: &View<'_>, state: &mut ActionsState, ask: &mut Ask<'_>) {
    let session = view.session;
    let mut options = session.document().actions.clone();
    if checkbox(ui, &mut options.is_mirrored, text::moves::MIRRORED).on_hover_text(text::moves::MIRRORED_HINT).changed()
    {
        ask.push(UiCommand::SetActions(options));
    }
    let unread = session.unread_clips();
    if unread > 0 {
        ui.label(muted(text::moves::not_lifted(unread)));
    }
    let Some(found) = session.found() else {
        ui.label(muted(text::moves::LOOKING));
        return;
    };
    if found.hits.is_empty() {
        let why = found.obstacle.as_deref().map_or(text::moves::NOT_FOUND.to_owned(), text::common::capitalised);
        ui.add(Label::new(muted(why)).wrap());
        return;
    }
    ui.horizontal(|ui| {
        ui.label(text::moves::found(found.hits.len()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = size::STEP;
            ask.action_button(ui, Action::NextHit);
            ask.action_button(ui, Action::PreviousHit);
        });
    });
    let height = size::LANE * (found.hits.len() as f32).min(ROWS);
    ui.spacing_mut().item_spacing.y = 0.0;
    let current = session.actions.current;
    let reveals = current.filter(|_| state.revealed != current);
    state.revealed = current;
    let mut list = ScrollArea::vertical().id_salt("matches").max_height(height).auto_shrink([false, true]);
    if let Some(place) = reveals {
        list = list.vertical_scroll_offset((place as f32 * size::LANE - height * 0.5).max(0.0));
    }
    list.show_rows(ui, size::LANE, found.hits.len(), |ui, rows| {
        for place in rows {
            hit_ui(ui, session, place, &found.hits[place], ask);
        }
    });
}

fn hit_ui(ui: &mut Ui, session: &Session, place: usize, hit: &Hit, ask: &mut Ask<'_>) {
    let theme = Theme::of(ui);
    let clip = session.document().source(hit.at.source);
    let person = clip.and_then(|clip| clip.people.iter().find(|person| person.id == hit.at.person));
    let (Some(clip), Some(person)) = (clip, person) else { return };
    let from = time(session, hit.at.source, hit.at.range.start);
    let percent = 100.0 * hit.similarity;
    let label = text::moves::hit(&person.name, &clip.source.name, &from, percent, hit.is_mirrored);
    let is_current = session.actions.current == Some(place);
    let (row, ()) = list_row(ui, ("match", place), &label, is_current, |ui| {
        let font = TextStyle::Small.resolve(ui.style());
        let (bar, _) = ui.allocate_exact_size(Vec2::new(BAR_WIDTH, size::STEP), Sense::hover());
        ui.painter().rect_filled(bar, size::STEP * 0.5, theme.line);
        let share = hit.similarity.clamp(0.0, 1.0);
        let full = Rect::from_min_size(bar.min, Vec2::new(bar.width() * share, bar.height()));
        ui.painter().rect_filled(full, size::STEP * 0.5, theme.accent);
        ui.label(muted(format!("{percent:.0}{}", text::moves::PERCENT)));
        let rect = ui.available_rect_before_wrap();
        let time = ui.painter().layout_no_wrap(from.clone(), font.clone(), theme.muted);
        let right = rect.right() - time.size().x - size::STEP;
        let at = |height: f32| rect.center().y - height * 0.5;
        ui.painter().galley([right, at(time.size().y)].into(), time, theme.muted);
        let dot = rect.left_center() + Vec2::new(size::SWATCH * 0.5, 0.0);
        ui.painter().circle_filled(dot, size::SWATCH * 0.4, Theme::person(person.colour));
        let left = rect.left() + size::SWATCH + size::STEP;
        let mirrored = if hit.is_mirrored { text::moves::IS_MIRRORED } else { "" };
        let words = format!("{} · {} {mirrored}", person.name, clip.source.name);
        let words = truncated(ui, words.trim_end(), font, theme.text, right - left - size::STEP);
        ui.painter().galley([left, at(words.size().y)].into(), words, theme.text);
    });
    if row.on_hover_text(label).clicked() {
        ask.push(UiCommand::GoToHit(place));
    }
}
