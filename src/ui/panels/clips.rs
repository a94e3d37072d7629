//! The open clips over the 3D view: a tab for each, and the keys that go to them.

use eframe::egui::{
    self, Align, Align2, CursorIcon, Key, Layout, Modifiers, PointerButton, Rect, Response, Role, ScrollArea, Sense,
    TextStyle, Ui, UiBuilder, Vec2, WidgetInfo, pos2,
};

use crate::session::{Session, SourceId, SourceState};
use crate::ui::action::{Action, keys_are_free};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, fact, menu_row, muted};

/// Longest name shown in a tab, points.
const MAX_TAB: f32 = 200.0;

/// One line at the upper edge of `ui`, while more than one clip is open.
pub fn clip_tabs_ui(ui: &mut Ui, ask: &mut Ask<'_>) {
    let session = ask.session;
    let clips = &session.document().sources;
    if clips.len() < 2 {
        return;
    }
    let theme = Theme::of(ui);
    let bar = Vec2::new(ui.available_width(), size::TAB_BAR);
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.allocate_ui_with_layout(bar, Layout::right_to_left(Align::Center), |ui| {
        ui.set_height(size::TAB_BAR);
        ui.add_space(size::STEP);
        ask.action_button(ui, Action::SideBySide);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
                let tabs: Vec<Response> =
                    clips.iter().enumerate().map(|(place, clip)| tab_ui(ui, place, clip, ask)).collect();
                if let Some((from, to)) = moved_tab(&tabs) {
                    ask.push(UiCommand::MoveClip(clips[from].source.id, to));
                }
            });
        });
    });
    let line = ui.cursor().top() - size::HAIRLINE;
    ui.painter().hline(ui.max_rect().x_range(), line, theme.hairline());
}

/// The tab that is dragged past the middle of a neighbour, and the place that it takes.
fn moved_tab(tabs: &[Response]) -> Option<(usize, usize)> {
    let from = tabs.iter().position(Response::dragged)?;
    let x = tabs[from].interact_pointer_pos()?.x;
    let before = tabs[..from].iter().position(|tab| x < tab.rect.center().x);
    let after = || tabs.iter().rposition(|tab| x > tab.rect.center().x).filter(|to| *to > from);
    Some((from, before.or_else(after)?))
}

fn tab_ui(ui: &mut Ui, place: usize, clip: &SourceState, ask: &mut Ask<'_>) -> Response {
    let theme = Theme::of(ui);
    let (id, name) = (clip.source.id, clip.source.name.as_str());
    let is_active = ask.session.active_id() == Some(id);
    let is_pinned = ask.session.comparison.is_pinned(id);
    let colour = if is_active { theme.text } else { theme.muted };
    let font = TextStyle::Body.resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(name.to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(MAX_TAB);
    let galley = ui.painter().layout_job(job);
    let pin = if is_pinned { size::ICON + size::STEP } else { 0.0 };
    let width = size::PANEL_PADDING + pin + galley.size().x + size::STEP + size::COMPACT_HEIGHT;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, size::TAB_BAR), Sense::hover());
    // Its own clicks go to the mark that closes it.
    let tab = ui.interact(rect, ui.scope_id().with(("clip", id)), Sense::click_and_drag());
    tab.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_active, name));
    if tab.has_focus() {
        ui.painter().rect_stroke(rect, size::STEP, theme.focus_line(), egui::StrokeKind::Inside);
    } else if tab.dragged() || (tab.hovered() && !is_active) {
        ui.painter().rect_filled(rect, 0.0, theme.raised);
    }
    let mut x = rect.left() + size::PANEL_PADDING;
    if is_pinned {
        let mark = Rect::from_min_size(pos2(x, rect.top()), Vec2::new(size::ICON, rect.height()));
        Icon::Pin.paint(ui.painter(), mark, colour);
        x += pin;
    }
    ui.painter().galley(pos2(x, rect.center().y - galley.size().y / 2.0), galley, colour);
    if is_active {
        let line = Rect::from_min_max(pos2(rect.left(), rect.bottom() - size::BONE_STROKE), rect.right_bottom());
        ui.painter().rect_filled(line, 0.0, theme.accent);
        // Once, when it has become the active one.
        let key = egui::Id::unique("clip-in-sight");
        if ui.data(|data| data.get_temp(key)) != Some(id) {
            ui.data_mut(|data| data.insert_temp(key, id));
            tab.scroll_to_me(None);
        }
    }
    let side = Align2::RIGHT_CENTER.align_size_within_rect(Vec2::splat(size::COMPACT_HEIGHT), rect);
    let close = ui.interact(side, ui.scope_id().with(("close-clip", id)), Sense::click());
    close.widget_info(|| WidgetInfo::labeled(Role::Button, true, text::clips::close_tab(name)));
    if is_active || tab.hovered() || close.hovered() || close.has_focus() {
        let colour = if close.hovered() || close.has_focus() { theme.text } else { theme.muted };
        Icon::Cross.paint_sized(ui.painter(), side.center(), size::PANEL_PADDING, colour);
    }
    if close.on_hover_text(text::common::CLOSE).clicked() || tab.clicked_by(PointerButton::Middle) {
        ask.push(UiCommand::Close(id));
    } else if tab.clicked() && !is_active {
        ask.push(UiCommand::Activate(id));
    }
    tab.context_menu(|ui| clip_menu_ui(ui, clip, ask));
    let path = clip.source.path.as_ref().map_or_else(|| name.to_owned(), |path| path.display().to_string());
    let tab = tab.on_hover_text(text::clips::tab_hint(&path, place));
    if tab.dragged() { tab.on_hover_cursor(CursorIcon::Grabbing) } else { tab }
}

/// What can be done with a clip, for the menu of a right click on its tab or its row.
pub fn clip_menu_ui(ui: &mut Ui, clip: &SourceState, ask: &mut Ask<'_>) {
    let id = clip.source.id;
    ui.set_min_width(size::LEFT_PANEL);
    ui.spacing_mut().item_spacing.y = size::STEP;
    if menu_row(ui, text::clips::SHOW_SIDE_BY_SIDE, "", Some(ask.session.comparison.is_pinned(id)), true).clicked() {
        ask.push(UiCommand::TogglePin(id));
        ui.close();
    }
    if let Some(path) = &clip.source.path
        && menu_row(ui, text::common::COPY_PATH, "", None, true).clicked()
    {
        ask.push(UiCommand::Copy { text: path.display().to_string(), told: text::clips::PATH_COPIED });
        ui.close();
    }
    let clips = &ask.session.document().sources;
    let (place, last) = (ask.session.document().place_of(id).unwrap_or(0), clips.len().saturating_sub(1));
    let moves = [(text::clips::MOVE_LEFT, place.checked_sub(1)), (text::clips::MOVE_RIGHT, Some(place + 1))];
    for (label, to) in moves {
        let to = to.filter(|to| *to <= last);
        if menu_row(ui, label, "", None, to.is_some()).clicked()
            && let Some(to) = to
        {
            ask.push(UiCommand::MoveClip(id, to));
            ui.close();
        }
    }
    if menu_row(ui, text::clips::CLOSE_OTHERS, "", None, true).clicked() {
        let others = ask.session.document().sources.iter().map(|state| state.source.id).filter(|other| *other != id);
        ask.commands.extend(others.map(UiCommand::Close));
        ui.close();
    }
    if menu_row(ui, text::common::CLOSE, "", None, true).clicked() {
        ask.push(UiCommand::Close(id));
        ui.close();
    }
    fact(ui, text::clips::MOMENT, |ui| {
        let mut secs = ask.session.comparison.moment_secs(id);
        let field = egui::DragValue::new(&mut secs).speed(0.01).fixed_decimals(2).suffix(" s");
        let response = ui.add(field);
        if response.changed() {
            ask.push(UiCommand::SetMoment(id, secs));
        }
        response.on_hover_text(text::clips::MOMENT_HINT);
        ui.label(muted(text::clips::IN_SYNC));
    });
}

/// Ctrl with a digit goes to the clip at this place.
pub fn pressed_clip(ctx: &egui::Context, session: &Session) -> Option<SourceId> {
    const DIGITS: [Key; 9] =
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
    if !keys_are_free(ctx) {
        return None;
    }
    let place = ctx.input_mut(|input| DIGITS.iter().position(|key| input.consume_key(Modifiers::COMMAND, *key)))?;
    session.document().sources.get(place).map(|state| state.source.id)
}

/// `count` places in `area`, in one row, or in two where there are four.
pub fn places(area: Rect, count: usize) -> Vec<Rect> {
    let columns = if count > 3 { 2 } else { count.max(1) };
    let rows = count.div_ceil(columns).max(1);
    let gap = size::HAIRLINE;
    let each = Vec2::new(
        (area.width() - gap * (columns - 1) as f32) / columns as f32,
        (area.height() - gap * (rows - 1) as f32) / rows as f32,
    );
    let place = |i: usize| {
        let offset = Vec2::new((i % columns) as f32 * (each.x + gap), (i / columns) as f32 * (each.y + gap));
        Rect::from_min_size(area.min + offset, each)
    };
    (0..count).map(place).collect()
}

/// A child of `ui` in `rect` alone.
pub fn cell_ui(ui: &mut Ui, rect: Rect, id: SourceId) -> Ui {
    let mut cell = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(("clip", id)));
    cell.set_clip_rect(rect);
    cell
}
