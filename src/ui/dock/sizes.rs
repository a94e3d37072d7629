//! Sizes of panels: shares of a row or column are kept in points, so that a window that grows gives its room to the
//! views in the centre and leaves the panels around them as they are.

use eframe::egui::Vec2;
use egui_tiles::{Container, LinearDir, Tile, TileId, Tiles};

use super::Pane;
use crate::ui::theme::size;

/// The views in the centre keep at least this share of a row or column.
const LEAST_CENTRE: f32 = 0.3;

/// Makes the shares of all rows and columns in `tile`, which is `room` points big, points.
pub fn fit(tiles: &mut Tiles<Pane>, tile: TileId, room: Vec2) {
    let Some(Tile::Container(container)) = tiles.get(tile) else { return };
    let children: Vec<TileId> = container.children().copied().collect();
    let Container::Linear(line) = container else {
        let room = if matches!(container, Container::Tabs(_)) { room - Vec2::new(0.0, size::TAB_BAR) } else { room };
        children.into_iter().for_each(|child| fit(tiles, child, room));
        return;
    };
    let is_row = line.dir == LinearDir::Horizontal;
    let shown: Vec<bool> = children.iter().map(|child| tiles.is_visible_in_layout(*child)).collect();
    let gaps = shown.iter().filter(|shown| **shown).count().saturating_sub(1) as f32 * size::HAIRLINE;
    let length = (if is_row { room.x } else { room.y } - gaps).max(1.0);
    let mut points: Vec<f32> = children.iter().map(|child| line.shares[*child]).collect();
    let is_flexible: Vec<bool> = children.iter().map(|child| contains_flexible(tiles, *child)).collect();
    fit_line(&mut points, &shown, &is_flexible, length);
    if let Some(Tile::Container(Container::Linear(line))) = tiles.get_mut(tile) {
        for (child, points) in children.iter().zip(&points) {
            line.shares.set_share(*child, *points);
        }
    }
    for (child, points) in children.into_iter().zip(points) {
        fit(tiles, child, if is_row { Vec2::new(points, room.y) } else { Vec2::new(room.x, points) });
    }
}

fn contains_flexible(tiles: &Tiles<Pane>, tile: TileId) -> bool {
    match tiles.get(tile) {
        Some(Tile::Pane(pane)) => pane.is_flexible(),
        Some(Tile::Container(container)) => container.children().any(|child| contains_flexible(tiles, *child)),
        None => false,
    }
}

/// The shown ones together become `length`. Flexible ones share what the others leave, in their proportions, which
/// hidden ones keep up with.
fn fit_line(points: &mut [f32], shown: &[bool], is_flexible: &[bool], length: f32) {
    let count = shown.iter().filter(|shown| **shown).count().max(1);
    // New ones come with a share of 1.
    for points in points.iter_mut().filter(|points| **points < size::MIN_PANE.min(length / count as f32) * 0.5) {
        *points = length / count as f32;
    }
    let sum = |points: &[f32], flexible: bool| -> f32 {
        (0..points.len()).filter(|i| shown[*i] && is_flexible[*i] == flexible).map(|i| points[i]).sum()
    };
    let (fixed, flexible) = (sum(points, false), sum(points, true));
    if (fixed + flexible - length).abs() < 0.01 {
        return;
    }
    let fixed_scale = if flexible == 0.0 {
        length / fixed.max(1.0)
    } else {
        (length * (1.0 - LEAST_CENTRE) / fixed.max(1.0)).min(1.0)
    };
    let flexible_scale = (length - fixed * fixed_scale) / flexible.max(1.0);
    for (i, points) in points.iter_mut().enumerate() {
        if is_flexible[i] && flexible > 0.0 {
            *points *= flexible_scale;
        } else if shown[i] && !is_flexible[i] {
            *points *= fixed_scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: [bool; 4] = [false, true, true, false];

    fn fitted(points: [f32; 4], shown: [bool; 4], length: f32) -> [f32; 4] {
        let mut points = points;
        fit_line(&mut points, &shown, &SIDES, length);
        points
    }

    #[test]
    fn the_centre_takes_the_rest() {
        let at_1280 = fitted([240.0, 1.0, 2.0, 300.0].map(|p| p * 1000.0).map(|p| p / 1000.0), [true; 4], 1280.0);
        assert_eq!((at_1280[0], at_1280[3]), (240.0, 300.0));
        let at_2560 = fitted(at_1280, [true; 4], 2560.0);
        assert_eq!((at_2560[0], at_2560[3]), (240.0, 300.0));
        assert!((at_2560.iter().sum::<f32>() - 2560.0).abs() < 0.1);
        assert!((at_2560[1] / at_2560[2] - at_1280[1] / at_1280[2]).abs() < 1e-4);
    }

    #[test]
    fn what_is_closed_comes_back_as_it_was() {
        let before = [240.0, 246.0, 494.0, 300.0];
        let closed = fitted(before, [true, false, true, true], 1280.0);
        assert_eq!(closed[2], 740.0);
        let again = fitted(closed, [true; 4], 1280.0);
        assert!(before.iter().zip(again).all(|(a, b)| (a - b).abs() < 0.1), "{again:?}");
    }

    #[test]
    fn a_small_window_leaves_room_for_the_centre() {
        let points = fitted([240.0, 246.0, 494.0, 300.0], [true; 4], 600.0);
        assert!(points[1] + points[2] >= 179.9, "{points:?}");
        assert!((points.iter().sum::<f32>() - 600.0).abs() < 0.1);
    }
}
