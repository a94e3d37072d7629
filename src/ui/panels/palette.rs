//! Everything that can be done, opened or gone to, found by typing a part of its name.

use std::path::PathBuf;

use eframe::egui::{
    self, Align2, Id, Key, Modal, Modifiers, Rect, Role, ScrollArea, Sense, TextStyle, Ui, Vec2, WidgetInfo, pos2,
};

use crate::io::keypoints::ReadOptions;
use crate::runtime::OpenTarget;
use crate::session::{Pick, SourceId};
use crate::ui::action::{Action, MENUS};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::opening::short_name;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, muted, text_field};

/// Lines in sight at once.
const SHOWN: usize = 11;

#[derive(Default)]
pub struct PaletteState {
    is_open: bool,
    text: String,
    chosen: usize,
    wants_focus: bool,
}

impl PaletteState {
    pub fn open(&mut self) {
        *self = Self { is_open: true, wants_focus: true, ..Self::default() };
    }
}

enum Goal {
    Do(Action),
    Clip(SourceId),
    Person(Pick),
    File(PathBuf),
}

struct Entry {
    goal: Goal,
    icon: Option<Icon>,
    name: String,
    /// The menu it is in, or what kind of thing it is.
    kind: &'static str,
    keys: String,
    /// Why it cannot be done now.
    obstacle: Option<&'static str>,
}

pub fn palette_ui(ctx: &egui::Context, state: &mut PaletteState, ask: &mut Ask<'_>) {
    if !state.is_open {
        return;
    }
    let mut picked = None;
    let width = size::DIALOG_WIDTH.min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING);
    let modal = Modal::new(Id::unique("palette")).frame(Theme::of_context(ctx).dialog_frame());
    let modal = modal.show(ctx, |ui| {
        ui.set_width(width);
        // Before the text field takes them.
        let moves = ui.input_mut(|input| {
            let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key) as i64;
            count(Key::ArrowDown) - count(Key::ArrowUp)
        });
        let is_confirmed = ui.input(|input| input.key_pressed(Key::Enter));
        let field = text_field(ui, text::palette::FIND, &mut state.text, text::palette::FIND_HINT);
        if std::mem::take(&mut state.wants_focus) {
            field.request_focus();
        }
        if field.changed() {
            state.chosen = 0;
        }
        let entries = ranked(entries(ctx, ask), &state.text);
        state.chosen = (state.chosen as i64 + moves).clamp(0, entries.len().saturating_sub(1) as i64) as usize;
        ui.add_space(size::GAP);
        if entries.is_empty() {
            ui.label(muted(text::palette::NOTHING_FOUND));
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let room = SHOWN as f32 * size::CONTROL_HEIGHT;
        ScrollArea::vertical().auto_shrink([false, true]).max_height(room).min_scrolled_height(room).show(ui, |ui| {
            for (place, entry) in entries.iter().enumerate() {
                let row = row_ui(ui, entry, place == state.chosen);
                if moves != 0 && place == state.chosen {
                    row.scroll_to_me(None);
                }
                if row.clicked() || is_confirmed && place == state.chosen {
                    picked = Some(place);
                }
                if let Some(why) = entry.obstacle {
                    row.on_hover_text(why);
                }
            }
        });
        picked.and_then(|place: usize| entries.into_iter().nth(place)).filter(|entry| entry.obstacle.is_none())
    });
    if let Some(entry) = modal.inner {
        state.is_open = false;
        ask.push(match entry.goal {
            Goal::Do(action) => UiCommand::Do(action),
            Goal::Clip(id) => UiCommand::Activate(id),
            Goal::Person(pick) => UiCommand::Select(Some(pick)),
            Goal::File(path) => UiCommand::Open { target: OpenTarget::File(path), options: ReadOptions::default() },
        });
    } else if modal.response.ctx.input(|input| input.key_pressed(Key::Escape)) || modal.backdrop_response.clicked() {
        state.is_open = false;
    }
}

fn entries(ctx: &egui::Context, ask: &Ask<'_>) -> Vec<Entry> {
    let session = ask.session;
    let mut entries = Vec::new();
    for menu in &MENUS {
        entries.extend(menu.actions().filter(|action| *action != Action::Palette).map(|action| Entry {
            goal: Goal::Do(action),
            icon: action.icon(session),
            name: action.name().to_owned(),
            kind: menu.title,
            keys: action.shortcut_text(ctx),
            obstacle: action.obstacle(session, ask.is_inferring),
        }));
    }
    let mut thing = |goal, icon, name: &str, kind| {
        let (keys, obstacle) = (String::new(), None);
        entries.push(Entry { goal, icon: Some(icon), name: name.to_owned(), kind, keys, obstacle });
    };
    for clip in &session.document().sources {
        thing(Goal::Clip(clip.source.id), Icon::File, &clip.source.name, text::palette::CLIP);
    }
    for person in session.active().into_iter().flat_map(|clip| clip.people.iter()) {
        thing(Goal::Person(Pick::body(person.id)), Icon::Person, &person.name, text::palette::PERSON);
    }
    for path in &session.settings.recent_files {
        thing(Goal::File(path.clone()), Icon::Folder, &short_name(path), text::palette::RECENT_FILE);
    }
    entries
}

/// Those that match, best first; in the order of the menus where nothing is typed.
fn ranked(entries: Vec<Entry>, text: &str) -> Vec<Entry> {
    let mut scored: Vec<(i32, Entry)> = entries
        .into_iter()
        .filter_map(|entry| {
            let by_name = score(text, &entry.name);
            let by_kind = score(text, &format!("{} {}", entry.kind, entry.name)).map(|score| score - 6);
            Some((by_name.max(by_kind)?, entry))
        })
        .collect();
    scored.sort_by_key(|(score, _)| -score);
    scored.into_iter().map(|(_, entry)| entry).collect()
}

/// How well the letters of `text` are found in `name`, in their order; none if they are not. Beginnings of words and
/// letters that follow each other count more, long names a little less.
fn score(text: &str, name: &str) -> Option<i32> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let letters: Vec<char> = text.to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_start = |place: usize| place == 0 || !name[place - 1].is_alphanumeric();
    // Best score of the letters so far with the last of them at each place.
    let mut best: Vec<Option<i32>> = vec![Some(0); name.len()];
    for (count, letter) in letters.iter().enumerate() {
        let mut next = vec![None; name.len()];
        let mut before: Option<i32> = (count == 0).then_some(0);
        for place in 0..name.len() {
            if name[place] == *letter {
                let follows = if count > 0 && place > 0 { best[place - 1].map(|score| score + 5) } else { None };
                let own = match place {
                    0 => 7,
                    _ if is_start(place) => 5,
                    _ => 1,
                };
                next[place] = follows.max(before).map(|score| score + own);
            }
            if count > 0 {
                before = before.max(best[place]);
            }
        }
        best = next;
    }
    let found = best.into_iter().flatten().max();
    let length = name.len() as i32 / 8;
    if letters.is_empty() { Some(0) } else { found.map(|score| score - length) }
}

fn row_ui(ui: &mut Ui, entry: &Entry, is_chosen: bool) -> egui::Response {
    let theme = Theme::of(ui);
    let is_enabled = entry.obstacle.is_none();
    let (rect, row) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::CONTROL_HEIGHT), Sense::click());
    row.widget_info(|| {
        let name = match entry.obstacle {
            Some(why) => format!("{}, {}: {why}", entry.name, entry.kind),
            None => format!("{}, {}", entry.name, entry.kind),
        };
        WidgetInfo::selected(Role::ListItem, is_enabled, is_chosen, name)
    });
    if is_chosen {
        ui.painter().rect_filled(rect, size::STEP, theme.line);
    } else if row.hovered() {
        ui.painter().rect_filled(rect, size::STEP, theme.raised);
    }
    let colour = if is_enabled { theme.text } else { theme.disabled };
    let muted = if is_enabled { theme.muted } else { theme.disabled };
    if let Some(icon) = entry.icon {
        let place = Rect::from_min_size(rect.min, Vec2::splat(rect.height()));
        icon.paint(ui.painter(), place, muted);
    }
    let body = TextStyle::Body.resolve(ui.style());
    let small = TextStyle::Small.resolve(ui.style());
    let y = rect.center().y;
    let keys =
        ui.painter().text(pos2(rect.right() - size::GAP, y), Align2::RIGHT_CENTER, &entry.keys, body.clone(), muted);
    let kind_at = pos2(keys.left().min(rect.right() - KEYS) - size::PANEL_PADDING, y);
    let kind = ui.painter().text(kind_at, Align2::RIGHT_CENTER, entry.kind, small, muted);
    let name = ui.painter().with_clip_rect(rect.with_max_x(kind.left() - size::GAP));
    name.text(pos2(rect.left() + size::LANE, y), Align2::LEFT_CENTER, &entry.name, body, colour);
    row
}

/// Column of the keys.
const KEYS: f32 = 96.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_in_their_order() {
        assert!(score("fv", "Front view").is_some());
        assert!(score("vf", "Front view").is_none());
        assert!(score("", "Front view").is_some());
        assert!(score("open  file", "Open file").is_some());
        assert!(score("x", "").is_none());
    }

    #[test]
    fn beginnings_of_words_and_whole_words_come_first() {
        let best = |text: &str| {
            let names = ["Previous frame", "Frame everyone", "First frame", "Open file", "Side by side", "Side view"];
            names.into_iter().max_by_key(|name| score(text, name).unwrap_or(i32::MIN)).unwrap()
        };
        assert_eq!(best("ff"), "First frame");
        assert_eq!(best("fra e"), "Frame everyone");
        assert_eq!(best("sv"), "Side view");
        assert_eq!(best("of"), "Open file");
    }
}
