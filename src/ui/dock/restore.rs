//! How panels stand at first, and how they stood when the window was closed.

use std::collections::HashSet;

use eframe::egui::{Id, Vec2};
use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tiles, Tree};
use serde_json::Value;

use super::{Pane, Spot, sizes};
use crate::ui::theme::size;

fn empty() -> Tree<Pane> {
    Tree::empty(Id::unique("dock"))
}

/// People left, tools right, the views side by side between them with plots under them, playback below.
pub fn default_layout() -> Tree<Pane> {
    let mut tree = empty();
    let tiles = &mut tree.tiles;
    let panes = |tiles: &mut Tiles<Pane>, spot: Spot| -> Vec<TileId> {
        let of_spot = Pane::ALL.into_iter().filter(|pane| pane.info().spot == spot);
        of_spot.map(|pane| tiles.insert_pane(pane)).collect()
    };
    // As points in a window of the usual size; fitted to others from there.
    let [width, height] = size::WINDOW;
    let (centre, upper) = (width - size::LEFT_PANEL - size::RIGHT_PANEL, height - size::BOTTOM_PANEL);
    let [left, under, right, below] = [Spot::Left, Spot::UnderViews, Spot::Right, Spot::Bottom].map(|spot| {
        let children = panes(tiles, spot);
        as_tabs(tiles, children)
    });
    let views = panes(tiles, Spot::Centre).into_iter().map(|view| {
        let share = match tiles.get_pane(&view) {
            Some(Pane::Keypoints) => size::IMAGE_VIEW_SHARE,
            _ => 1.0 - size::IMAGE_VIEW_SHARE,
        };
        (view, centre * share)
    });
    let views = views.collect();
    let views = line(tiles, LinearDir::Horizontal, views);
    let middle = vec![(views, upper - size::UNDER_VIEWS), (under, size::UNDER_VIEWS)];
    let middle = line(tiles, LinearDir::Vertical, middle);
    let row = vec![(left, size::LEFT_PANEL), (middle, centre), (right, size::RIGHT_PANEL)];
    let row = line(tiles, LinearDir::Horizontal, row);
    let root = line(tiles, LinearDir::Vertical, vec![(row, upper), (below, size::BOTTOM_PANEL)]);
    tree.root = Some(root);
    sizes::fit(&mut tree.tiles, root, Vec2::new(width, height));
    tree
}

/// A row or column of tiles with their sizes in points.
fn line(tiles: &mut Tiles<Pane>, dir: LinearDir, children: Vec<(TileId, f32)>) -> TileId {
    let mut line = Linear::new(dir, children.iter().map(|(child, _)| *child).collect());
    children.into_iter().for_each(|(child, points)| line.shares.set_share(child, points));
    tiles.insert_container(line)
}

fn as_tabs(tiles: &mut Tiles<Pane>, children: Vec<TileId>) -> TileId {
    match children.as_slice() {
        [only] => *only,
        _ => tiles.insert_tab_tile(children),
    }
}

/// A kept layout; none where it is damaged. Panels that this version does not know are left out, and those that the
/// layout does not know are put where they start out.
pub fn restore(layout: &Value) -> Option<Tree<Pane>> {
    let mut layout = layout.clone();
    let is_known = |name: &Value| serde_json::from_value::<Pane>(name.clone()).is_ok();
    let tiles = layout.get_mut("tiles")?.get_mut("tiles")?.as_object_mut()?;
    tiles.retain(|_, tile| tile.get("Pane").is_none_or(is_known));
    let mut tree: Tree<Pane> = serde_json::from_value(layout).ok()?;
    let mut found = HashSet::new();
    if !collect(&tree.tiles, tree.root?, &mut found, &mut HashSet::new()) {
        return None;
    }
    for pane in Pane::ALL.into_iter().filter(|pane| !found.contains(pane)) {
        add(&mut tree, pane)?;
    }
    Some(tree)
}

/// Finds the panes under `tile`; false if one is there twice, or a tile is within itself.
fn collect(tiles: &Tiles<Pane>, tile: TileId, found: &mut HashSet<Pane>, seen: &mut HashSet<TileId>) -> bool {
    if !seen.insert(tile) {
        return false;
    }
    match tiles.get(tile) {
        Some(Tile::Pane(pane)) => found.insert(*pane),
        Some(Tile::Container(container)) => container.children().all(|child| collect(tiles, *child, found, seen)),
        // Left out above.
        None => true,
    }
}

/// Puts a pane beside another that starts out at the same spot, as a tab, or else at the right of everything.
fn add(tree: &mut Tree<Pane>, pane: Pane) -> Option<()> {
    let spot = pane.info().spot;
    let beside = Pane::ALL.into_iter().filter(|other| *other != pane && other.info().spot == spot);
    let beside = beside.filter_map(|other| tree.tiles.find_pane(&other)).next();
    let new = tree.tiles.insert_pane(pane);
    let target = beside.or(tree.root)?;
    let parent = tree.tiles.parent_of(target);
    if let Some(Tile::Container(Container::Tabs(tabs))) = parent.and_then(|parent| tree.tiles.get_mut(parent)) {
        tabs.add_child(new);
        return Some(());
    }
    let both = match beside {
        Some(_) => tree.tiles.insert_tab_tile(vec![target, new]),
        None => tree.tiles.insert_horizontal_tile(vec![target, new]),
    };
    match parent {
        Some(parent) => match tree.tiles.get_mut(parent) {
            Some(Tile::Container(container)) => container.replace_child(target, both).map(|_| ()),
            _ => None,
        },
        None => {
            tree.root = Some(both);
            Some(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panes(tree: &Tree<Pane>) -> HashSet<Pane> {
        let mut found = HashSet::new();
        assert!(collect(&tree.tiles, tree.root.unwrap(), &mut found, &mut HashSet::new()));
        found
    }

    fn kept() -> Value {
        serde_json::to_value(default_layout()).unwrap()
    }

    #[test]
    fn a_layout_is_read_as_it_was_written() {
        let text = serde_json::to_string(&kept()).unwrap();
        let tree = restore(&serde_json::from_str(&text).unwrap()).unwrap();
        assert!(tree == default_layout());
        assert_eq!(panes(&tree).len(), Pane::ALL.len());
    }

    #[test]
    fn panels_of_other_versions_come_and_go() {
        let text = serde_json::to_string(&kept()).unwrap();
        let tree = restore(&serde_json::from_str(&text.replace("\"log\"", "\"crystal_ball\"")).unwrap()).unwrap();
        assert_eq!(panes(&tree).len(), Pane::ALL.len(), "the log is added, the unknown one left out");
        let log = tree.tiles.find_pane(&Pane::Log).unwrap();
        let models = tree.tiles.find_pane(&Pane::Models).unwrap();
        assert_eq!(tree.tiles.parent_of(log), tree.tiles.parent_of(models), "among those it starts out with");
    }

    #[test]
    fn damage_is_noticed() {
        for damaged in [Value::Null, serde_json::json!({"tiles": 7}), serde_json::json!({"tiles": {"tiles": {}}})] {
            assert!(restore(&damaged).is_none());
        }
        let text = serde_json::to_string(&kept()).unwrap();
        assert!(restore(&serde_json::from_str(&text.replace("\"log\"", "\"models\"")).unwrap()).is_none());
    }
}
