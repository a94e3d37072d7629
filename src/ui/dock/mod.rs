//! The panels of the window and where they stand: each can be moved by its tab or its grip, stacked as a tab, closed and
//! opened again, and all of that is remembered.
//!
//! A tree of rows, columns and tabs (egui_tiles) holds every panel at all times; those that are closed, folded away or
//! without content are only hidden in it, so that they come back where they were.

mod behaviour;
mod pane;
mod restore;
mod sizes;

use std::collections::HashSet;

use eframe::egui::{self, Frame, Margin, Panel, Rect, Ui};
use egui_tiles::{Container, LinearDir, Tile, TileId, Tree};

use self::behaviour::{Revealed, Shelf};
pub use self::pane::{Pane, PaneInfo, Spot};
use crate::session::{Session, Settings};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::layout::{PanelStates, View};
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, icon_toggle};

/// The panels beside the centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

pub struct Dock {
    tree: Tree<Pane>,
    /// In a narrow window both sides are folded; this one was opened all the same.
    opened_while_narrow: Option<Side>,
    revealed: Revealed,
}

impl Dock {
    /// As the settings remember it; as at first where they do not or cannot.
    pub fn new(settings: &Settings) -> Self {
        let tree = settings.layout.as_ref().and_then(restore::restore).unwrap_or_else(restore::default_layout);
        Self { tree, opened_while_narrow: None, revealed: Revealed::new() }
    }

    /// Everything as at the first start.
    pub fn reset(&mut self, settings: &mut Settings) {
        (self.tree, self.opened_while_narrow) = (restore::default_layout(), None);
        settings.layout = None;
        settings.closed_panels = Settings::default().closed_panels;
        (settings.show_left_panel, settings.show_right_panel) = (true, true);
    }

    /// Opens or closes a panel.
    pub fn toggle(&mut self, pane: Pane, ctx: &egui::Context, settings: &mut Settings) {
        if pane.is_open(settings) {
            settings.closed_panels.insert(pane.info().key.to_owned());
        } else {
            self.show(pane, ctx, settings);
        }
    }

    /// Opens a panel, brings it to the front, and unfolds the side that it is on.
    pub fn show(&mut self, pane: Pane, ctx: &egui::Context, settings: &mut Settings) {
        settings.closed_panels.remove(pane.info().key);
        self.bring_to_front(pane);
        match self.side_of(pane) {
            Some(side) if is_narrow(ctx) => self.opened_while_narrow = Some(side),
            Some(Side::Left) => settings.show_left_panel = true,
            Some(Side::Right) => settings.show_right_panel = true,
            None => {}
        }
    }

    /// Opens or folds a side. A narrow window has room for one at a time, which is not remembered.
    pub fn toggle_side(&mut self, side: Side, ctx: &egui::Context, settings: &mut Settings) {
        if is_narrow(ctx) {
            self.opened_while_narrow = (self.opened_while_narrow != Some(side)).then_some(side);
            return;
        }
        let shown = match side {
            Side::Left => &mut settings.show_left_panel,
            Side::Right => &mut settings.show_right_panel,
        };
        *shown = !*shown;
    }

    fn bring_to_front(&mut self, pane: Pane) {
        self.tree.make_active(|_, tile| *tile == Tile::Pane(pane));
    }

    /// Where a panel was in the frame before, if it was in sight.
    pub fn rect_of(&self, pane: Pane) -> Option<Rect> {
        let tile = self.tree.tiles.find_pane(&pane)?;
        self.tree.active_tiles().contains(&tile).then(|| self.tree.tiles.rect(tile)).flatten()
    }

    /// Fills what is left of `ui`.
    pub fn ui(&mut self, ui: &mut Ui, view: &View<'_>, panels: &mut PanelStates, ask: &mut Ask<'_>) {
        let is_narrow = is_narrow(ui.ctx());
        if !is_narrow {
            self.opened_while_narrow = None;
        }
        self.show_what_has_content(view.session);
        for side in [Side::Left, Side::Right] {
            let is_open = match side {
                _ if is_narrow => self.opened_while_narrow == Some(side),
                Side::Left => view.session.settings.show_left_panel,
                Side::Right => view.session.settings.show_right_panel,
            };
            self.side_ui(ui, side, is_open, ask);
        }
        if let Some(root) = self.tree.root {
            sizes::fit(&mut self.tree.tiles, root, ui.available_size());
        }
        let tabbed = self.tabbed();
        let mut shelf = Shelf { view, panels, ask, tabbed: &tabbed, revealed: &mut self.revealed, is_changed: false };
        self.tree.ui(&mut shelf, ui);
        // Dropped where it is now; while it is held, nothing is settled.
        if shelf.is_changed
            && ui.ctx().dragged_id().is_none()
            && let Ok(layout) = serde_json::to_value(&self.tree)
        {
            ask.push(UiCommand::KeepLayout(layout));
        }
    }

    /// Hides what is closed and what has nothing to show. Without a clip there is the invitation to open one, whatever
    /// is closed.
    fn show_what_has_content(&mut self, session: &Session) {
        let is_shown = |pane: Pane| {
            let invites = pane == Pane::Scene && session.active().is_none();
            invites || pane.is_open(&session.settings) && pane.has_content(session)
        };
        let shown: Vec<(TileId, bool)> = self
            .tree
            .tiles
            .iter()
            .map(|(id, tile)| {
                (*id, matches!(tile, Tile::Container(_)) || matches!(tile, Tile::Pane(pane) if is_shown(*pane)))
            })
            .collect();
        for (id, is_shown) in shown {
            self.tree.tiles.set_visible(id, is_shown);
        }
    }

    /// Hides a folded side and shows its icons instead.
    fn side_ui(&mut self, ui: &mut Ui, side: Side, is_open: bool, ask: &mut Ask<'_>) {
        let tiles: Vec<TileId> = self.side_tiles(side);
        if is_open {
            return;
        }
        let panes: Vec<Pane> = Pane::ALL
            .into_iter()
            .filter(|pane| self.side_of(*pane) == Some(side))
            .filter(|pane| self.tree.tiles.find_pane(pane).is_some_and(|tile| self.tree.tiles.is_visible(tile)))
            .collect();
        if panes.is_empty() {
            return;
        }
        for tile in tiles {
            self.tree.tiles.set_visible(tile, false);
        }
        let (panel, toggle) = match side {
            Side::Left => (Panel::left("left-folded"), Action::ToggleLeftPanel),
            Side::Right => (Panel::right("right-folded"), Action::ToggleRightPanel),
        };
        let frame = Frame::NONE.inner_margin(Margin::same(7));
        panel.exact_size(size::FOLDED_PANEL).resizable(false).frame(frame).show(ui, |ui| {
            for pane in panes {
                let PaneInfo { title, icon, tip, .. } = pane.info();
                let tip = format!("{title}\n{tip}");
                if icon_toggle(ui, icon, title, None, true).on_hover_text(tip).clicked() {
                    self.bring_to_front(pane);
                    ask.push(UiCommand::Do(toggle));
                }
            }
        });
    }

    fn side_of(&self, pane: Pane) -> Option<Side> {
        let tile = self.tree.tiles.find_pane(&pane)?;
        [Side::Left, Side::Right]
            .into_iter()
            .find(|side| self.side_tiles(*side).into_iter().any(|top| self.contains(top, tile)))
    }

    fn contains(&self, tile: TileId, wanted: TileId) -> bool {
        let inside = |container: &Container| container.children().any(|child| self.contains(*child, wanted));
        tile == wanted || self.tree.tiles.get_container(tile).is_some_and(inside)
    }

    /// What stands left or right of everything in the centre.
    fn side_tiles(&self, side: Side) -> Vec<TileId> {
        let centre: Vec<TileId> = Pane::ALL
            .into_iter()
            .filter(|pane| pane.info().spot == Spot::Centre)
            .filter_map(|pane| self.tree.tiles.find_pane(&pane))
            .collect();
        let holds_centre = |tile: TileId| centre.iter().any(|pane| self.contains(tile, *pane));
        let mut found = Vec::new();
        let mut next = self.tree.root;
        while let Some(container) = next.and_then(|tile| self.tree.tiles.get_container(tile)) {
            let children = container.children_vec();
            let centre: Vec<usize> = (0..children.len()).filter(|place| holds_centre(children[*place])).collect();
            let [first, .., last] = [centre.first(), centre.last()];
            let (Some(first), Some(last)) = (first, last) else { break };
            if matches!(container, Container::Linear(line) if line.dir == LinearDir::Horizontal) {
                found.extend(match side {
                    Side::Left => &children[..*first],
                    Side::Right => &children[last + 1..],
                });
            }
            next = (first == last).then_some(children[*first]);
        }
        found
    }

    /// Panels under a bar of tabs; the others have a grip.
    fn tabbed(&self) -> HashSet<TileId> {
        let bars = self.tree.tiles.tiles().filter_map(|tile| match tile {
            Tile::Container(Container::Tabs(tabs)) => Some(&tabs.children),
            _ => None,
        });
        bars.flatten().copied().collect()
    }
}

fn is_narrow(ctx: &egui::Context) -> bool {
    ctx.content_rect().width() < size::FOLD_BELOW
}
