//! A curve of which every point across holds many frames, as the band that its values fill.
//!
//! A line that goes up and down at every point of the screen costs a software rasteriser the area of the chart for each
//! curve; the band is filled once.

use eframe::egui::{Color32, Mesh, Pos2, Shape, pos2};

/// Points over which the edges fade out.
const FADE: f32 = 1.0;
/// Points from which on a band counts as high: its edges are hard, as soft ones cost three times the triangles.
const HIGH: f32 = 3.0;
/// Points up to which it counts as thin: its middle is a line, not an area.
const THIN: f32 = 1.0;
/// Points that one column is wide. Narrower ones cost a software rasteriser the same again and show nothing more.
const PITCH: f32 = 2.0;
/// Columns are left out that are no farther than this from the straight way between their neighbours, points.
const STRAIGHT: f32 = 0.2;

/// The values at one point across.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Column {
    x: f32,
    top: f32,
    bottom: f32,
}

impl Column {
    fn height(&self) -> f32 {
        self.bottom - self.top
    }
}

/// The band around a line whose points at the same place across are the extremes there. `dash` is how long it is drawn
/// and left out in turns, points; none for all of it.
pub fn band(line: &[Pos2], width: f32, colour: Color32, dash: Option<[f32; 2]>) -> Shape {
    let is_drawn = |x: f32| dash.is_none_or(|[on, off]| x.rem_euclid(on + off) < on);
    let mut columns = without_straight_parts(&columns(line), is_drawn);
    if let [alone] = columns[..] {
        // Between two gaps.
        let x = [-0.5, 0.5].map(|side| alone.x + side * PITCH);
        columns = x.map(|x| Column { x, ..alone }).to_vec();
    }
    let (half, fade) = (width / 2.0, FADE / 2.0);
    let mut mesh = Mesh::default();
    for column in &columns {
        let Column { x, top, bottom } = *column;
        let rows = if column.height() < THIN {
            let middle = f32::midpoint(top, bottom);
            [top - width, middle, middle, bottom + width]
        } else {
            [top - half - fade, top - half + fade, bottom + half - fade, bottom + half + fade]
        };
        for (y, colour) in rows.into_iter().zip([Color32::TRANSPARENT, colour, colour, Color32::TRANSPARENT]) {
            mesh.colored_vertex(pos2(x, y), colour);
        }
    }
    for (place, pair) in columns.windows(2).enumerate() {
        if !is_drawn(pair[0].x) {
            continue;
        }
        let left = 4 * place as u32;
        let are = |test: fn(f32) -> bool| pair.iter().all(|column| test(column.height()));
        let rows: &[u32] = if are(|height| height > HIGH) {
            &[1]
        } else if are(|height| height < THIN) {
            &[0, 2]
        } else {
            &[0, 1, 2]
        };
        for row in rows {
            let [a, b, c, d] = [left + row, left + row + 1, left + row + 4, left + row + 5];
            mesh.add_triangle(a, b, c);
            mesh.add_triangle(b, d, c);
        }
    }
    Shape::mesh(mesh)
}

/// Leaves out columns on a straight way from one to the next; those stay at which a dash begins or ends.
fn without_straight_parts(columns: &[Column], is_drawn: impl Fn(f32) -> bool) -> Vec<Column> {
    const ANY: [f32; 2] = [f32::NEG_INFINITY, f32::INFINITY];
    let mut kept: Vec<Column> = columns.first().copied().into_iter().collect();
    // Between which slopes the upper and the lower edge pass all columns since the last one that was kept.
    let mut slopes = [ANY; 2];
    for pair in columns.windows(2) {
        let [before, column] = [pair[0], pair[1]];
        let from = kept[kept.len() - 1];
        let is_straight = edges(from, column).into_iter().zip(slopes).all(|((run, rise), [least, most])| {
            let slope = rise / run;
            slope >= least && slope <= most
        });
        if before.x > from.x && (!is_straight || is_drawn(before.x) != is_drawn(from.x)) {
            kept.push(before);
            slopes = [ANY; 2];
        }
        let from = kept[kept.len() - 1];
        for ((run, rise), [least, most]) in edges(from, column).into_iter().zip(&mut slopes) {
            *least = least.max((rise - STRAIGHT) / run);
            *most = most.min((rise + STRAIGHT) / run);
        }
    }
    kept.extend(columns.last().filter(|last| kept.last() != Some(last)));
    kept
}

/// Run and rise of the upper and of the lower edge between two columns.
fn edges(from: Column, to: Column) -> [(f32, f32); 2] {
    let run = to.x - from.x;
    [(run, to.top - from.top), (run, to.bottom - from.bottom)]
}

/// Columns that meet: where neighbours hold nothing in common, both go half of the way.
fn columns(line: &[Pos2]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for at in line {
        let x = ((at.x / PITCH).floor() + 0.5) * PITCH;
        match columns.last_mut() {
            Some(column) if column.x == x => {
                column.top = column.top.min(at.y);
                column.bottom = column.bottom.max(at.y);
            }
            _ => columns.push(Column { x, top: at.y, bottom: at.y }),
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

    fn triangles(line: &[Pos2], dash: Option<[f32; 2]>) -> usize {
        match band(line, 1.5, Color32::WHITE, dash) {
            Shape::Mesh(mesh) => {
                assert!(mesh.is_valid());
                mesh.indices.len() / 3
            }
            _ => 0,
        }
    }

    /// Extremes at every point of 1,000, around `middle` and `height` apart.
    fn wild(middle: impl Fn(f32) -> f32, height: f32) -> Vec<Pos2> {
        let jitter = |place: usize| ((place as f32 * 12.9898).sin() * 43_758.547).fract().abs() * height * 0.5;
        let ends = |place: usize| {
            let (x, y) = (place as f32, middle(place as f32));
            [pos2(x, y - height + jitter(place)), pos2(x, y + height - jitter(place + 1))]
        };
        (0..1000).flat_map(ends).collect()
    }

    #[test]
    fn a_band_reaches_from_extreme_to_extreme_and_has_no_holes() {
        let line = [pos2(0.0, 10.0), pos2(1.0, 20.0), pos2(2.0, 40.0), pos2(4.0, 35.0), pos2(5.0, 5.0)];
        let columns = columns(&line);
        let column = |x, top, bottom| Column { x, top, bottom };
        assert_eq!(columns, [column(1.0, 10.0, 30.0), column(3.0, 30.0, 40.0), column(5.0, 5.0, 35.0)]);
        assert!(columns.windows(2).all(|pair| pair[0].bottom >= pair[1].top && pair[1].bottom >= pair[0].top));
    }

    #[test]
    fn dashes_leave_out_their_share() {
        let line = wild(|_| 50.0, 30.0);
        let (all, dashed) = (triangles(&line, None), triangles(&line, Some([6.0, 4.0])));
        assert!((dashed as f32 / all as f32 - 0.6).abs() < 0.01, "{dashed} of {all}");
    }

    #[test]
    fn what_lies_between_two_gaps_is_seen_too() {
        assert_eq!(triangles(&[pos2(7.0, 10.0), pos2(7.0, 30.0)], None), 2);
    }

    #[test]
    fn a_band_costs_no_more_triangles_than_it_needs() {
        let high = triangles(&wild(|_| 50.0, 30.0), None);
        assert!(high <= 1000, "one a point across: {high}");
        let straight: Vec<Pos2> = (0..1000).map(|x| pos2(x as f32, 10.0 + 0.05 * x as f32)).collect();
        assert!(triangles(&straight, None) <= 4 * 3);
        let slow: Vec<Pos2> = (0..1000).map(|x| pos2(x as f32, 40.0 * (x as f32 / 80.0).sin())).collect();
        assert!(triangles(&slow, None) <= 4 * 200, "{}", triangles(&slow, None));
    }

    #[test]
    fn no_column_is_far_from_the_straight_way_that_stands_for_it() {
        let line: Vec<Pos2> = (0..1000).map(|x| pos2(x as f32, 40.0 * (x as f32 / 30.0).sin())).collect();
        let all = columns(&line);
        let kept = without_straight_parts(&all, |_| true);
        assert!(kept.len() < all.len() && kept.first() == all.first() && kept.last() == all.last());
        for column in all {
            let after = kept.iter().position(|kept| kept.x >= column.x).unwrap();
            let [a, b] = [kept[after.saturating_sub(1)], kept[after]];
            let share = if b.x > a.x { (column.x - a.x) / (b.x - a.x) } else { 0.0 };
            let top = a.top + share * (b.top - a.top);
            assert!((top - column.top).abs() <= STRAIGHT + 1e-3, "{column:?}: {top}");
        }
    }
}
