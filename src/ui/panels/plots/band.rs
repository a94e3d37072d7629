//! A curve of which every point across holds many frames, as the band that its values fill.
//!
//! A line that goes up and down at every point of the screen costs a software rasteriser the area of the chart for each
//! curve; the band is filled once.

use eframe::egui::{Color32, Mesh, Pos2, Shape, pos2};

/// Points over which the edges fade out.
const FADE: f32 = 1.0;
/// Points from which on a band counts as high.
const HIGH: f32 = 6.0;

/// The values at one point across.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Column {
    x: f32,
    top: f32,
    bottom: f32,
}

/// The band around a line whose points at the same place across are the extremes there. `dash` is how long it is drawn
/// and left out in turns, points; none for all of it.
pub fn band(line: &[Pos2], width: f32, colour: Color32, dash: Option<[f32; 2]>) -> Shape {
    let columns = columns(line);
    let half = width / 2.0;
    let fade = FADE / 2.0;
    let mut mesh = Mesh::default();
    for column in &columns {
        let Column { x, top, bottom } = *column;
        for (y, colour) in [
            (top - half - fade, Color32::TRANSPARENT),
            (top - half + fade, colour),
            (bottom + half - fade, colour),
            (bottom + half + fade, Color32::TRANSPARENT),
        ] {
            mesh.colored_vertex(pos2(x, y), colour);
        }
    }
    let is_drawn = |x: f32| dash.is_none_or(|[on, off]| x.rem_euclid(on + off) < on);
    for (place, pair) in columns.windows(2).enumerate() {
        if !is_drawn(pair[0].x) {
            continue;
        }
        let left = 4 * place as u32;
        // On a high band soft edges are not worth three times the triangles.
        let is_high = pair.iter().all(|column| column.bottom - column.top > HIGH);
        for row in if is_high { 1..2 } else { 0..3 } {
            let [a, b, c, d] = [left + row, left + row + 1, left + row + 4, left + row + 5];
            mesh.add_triangle(a, b, c);
            mesh.add_triangle(b, d, c);
        }
    }
    Shape::mesh(mesh)
}

/// Columns that meet: where neighbours hold nothing in common, both go half of the way.
fn columns(line: &[Pos2]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for at in line {
        match columns.last_mut() {
            Some(column) if column.x == at.x => {
                column.top = column.top.min(at.y);
                column.bottom = column.bottom.max(at.y);
            }
            _ => columns.push(Column { x: at.x, top: at.y, bottom: at.y }),
        }
    }
    for place in 1..columns.len() {
        let (before, after) = (columns[place - 1], columns[place]);
        if after.top > before.bottom {
            let middle = f32::midpoint(before.bottom, after.top);
            (columns[place - 1].bottom, columns[place].top) = (middle, middle);
        } else if before.top > after.bottom {
            let middle = f32::midpoint(before.top, after.bottom);
            (columns[place - 1].top, columns[place].bottom) = (middle, middle);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_reaches_from_extreme_to_extreme_and_has_no_holes() {
        let line = [pos2(0.0, 10.0), pos2(0.0, 20.0), pos2(1.0, 40.0), pos2(2.0, 35.0), pos2(2.0, 5.0)];
        let columns = columns(&line);
        let column = |x, top, bottom| Column { x, top, bottom };
        assert_eq!(columns, [column(0.0, 10.0, 30.0), column(1.0, 30.0, 40.0), column(2.0, 5.0, 35.0)]);
        assert!(columns.windows(2).all(|pair| pair[0].bottom >= pair[1].top && pair[1].bottom >= pair[0].top));
    }

    #[test]
    fn dashes_leave_out_their_share() {
        let line: Vec<Pos2> = (0..100).map(|x| pos2(x as f32, 0.0)).collect();
        let triangles = |dash| match band(&line, 2.0, Color32::WHITE, dash) {
            Shape::Mesh(mesh) => {
                assert!(mesh.is_valid());
                mesh.indices.len() / 3
            }
            _ => 0,
        };
        assert_eq!(triangles(None), 99 * 6);
        assert_eq!(triangles(Some([6.0, 4.0])), 60 * 6);
    }
}
