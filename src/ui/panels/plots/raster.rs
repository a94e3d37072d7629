//! Paints egui's triangles into an image, without a GPU.

use eframe::egui::epaint::{ClippedPrimitive, Primitive, Vertex};
use eframe::egui::{Color32, ColorImage, Pos2, Rect, Vec2};

/// Draws over what is there, as egui's own renderers do: premultiplied alpha, mixed in gamma space.
pub fn paint(image: &mut ColorImage, primitives: &[ClippedPrimitive], atlas: &ColorImage, pixels_per_point: f32) {
    for clipped in primitives {
        let Primitive::Mesh(mesh) = &clipped.primitive else { continue };
        let clip = clipped.clip_rect * pixels_per_point;
        for corners in mesh.indices.as_chunks::<3>().0 {
            let corners = corners.map(|index| mesh.vertices[index as usize]);
            triangle(image, clip, corners, atlas, pixels_per_point);
        }
    }
}

/// Puts `part` at a place inside `whole`.
pub fn patch(whole: &mut ColorImage, part: &ColorImage, [left, top]: [usize; 2]) {
    let width = whole.size[0];
    for (row, pixels) in part.pixels.chunks(part.size[0].max(1)).enumerate() {
        let start = (top + row) * width + left;
        if let Some(into) = whole.pixels.get_mut(start..start + pixels.len()) {
            into.copy_from_slice(pixels);
        }
    }
}

/// Twice the signed area of `a`, `b`, `point`.
fn edge(a: Pos2, b: Pos2, point: Pos2) -> f32 {
    (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
}

fn triangle(image: &mut ColorImage, clip: Rect, mut corners: [Vertex; 3], atlas: &ColorImage, scale: f32) {
    let mut at = corners.map(|corner| (corner.pos.to_vec2() * scale).to_pos2());
    let mut area = edge(at[0], at[1], at[2]);
    if area < 0.0 {
        corners.swap(1, 2);
        at.swap(1, 2);
        area = -area;
    }
    if area <= 0.0 {
        return;
    }
    let [width, height] = image.size;
    let whole = Rect::from_min_size(Pos2::ZERO, Vec2::new(width as f32, height as f32));
    let bounds = Rect::from_points(&at).intersect(clip).intersect(whole);
    if !bounds.is_positive() {
        return;
    }
    // A pixel on the line between two triangles belongs to one of them.
    let owns = |a: Pos2, b: Pos2| b.y < a.y || (b.y == a.y && b.x > a.x);
    let sides = [(at[1], at[2]), (at[2], at[0]), (at[0], at[1])];
    for y in bounds.top().floor() as usize..bounds.bottom().ceil() as usize {
        for x in bounds.left().floor() as usize..bounds.right().ceil() as usize {
            let centre = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
            if !clip.contains(centre) {
                continue;
            }
            let weights = sides.map(|(a, b)| edge(a, b, centre));
            let is_inside =
                weights.iter().zip(sides).all(|(weight, (a, b))| *weight > 0.0 || (*weight == 0.0 && owns(a, b)));
            if !is_inside {
                continue;
            }
            let mix = |value: fn(&Vertex) -> [f32; 4]| -> [f32; 4] {
                std::array::from_fn(|i| (0..3).map(|c| value(&corners[c])[i] * weights[c]).sum::<f32>() / area)
            };
            let colour = mix(|corner| corner.color.to_array().map(f32::from));
            let [u, v, ..] = mix(|corner| [corner.uv.x, corner.uv.y, 0.0, 0.0]);
            let texel = sampled(atlas, u, v);
            let source: [f32; 4] = std::array::from_fn(|i| colour[i] * texel[i] / 255.0);
            if let Some(pixel) = image.pixels.get_mut(y * width + x) {
                let [r, g, b, a] = over(source, pixel.to_array());
                *pixel = Color32::from_rgba_premultiplied(r, g, b, a);
            }
        }
    }
}

fn over(source: [f32; 4], under: [u8; 4]) -> [u8; 4] {
    let rest = 1.0 - source[3] / 255.0;
    std::array::from_fn(|i| (source[i] + f32::from(under[i]) * rest).round().clamp(0.0, 255.0) as u8)
}

/// Between the four nearest texels.
fn sampled(atlas: &ColorImage, u: f32, v: f32) -> [f32; 4] {
    let [width, height] = atlas.size;
    let place = |share: f32, count: usize| {
        let at = (share * count as f32 - 0.5).clamp(0.0, count.saturating_sub(1) as f32);
        (at as usize, (at as usize + 1).min(count.saturating_sub(1)), at.fract())
    };
    let ((left, right, across), (top, bottom, down)) = (place(u, width), place(v, height));
    let texel = |x: usize, y: usize| atlas.pixels.get(y * width + x).copied().unwrap_or_default().to_array();
    let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
    let corners = [texel(left, top), texel(right, top), texel(left, bottom), texel(right, bottom)];
    std::array::from_fn(|i| {
        let [a, b, c, d] = corners.map(|corner| f32::from(corner[i]));
        mix(mix(a, b, across), mix(c, d, across), down)
    })
}

#[cfg(test)]
mod tests {
    use eframe::egui::epaint::{Mesh, Primitive};

    use super::*;

    #[test]
    fn a_see_through_square_covers_each_of_its_pixels_once() {
        let mut mesh = Mesh::default();
        let glass = Color32::from_rgba_premultiplied(64, 0, 0, 128);
        mesh.add_colored_rect(Rect::from_min_max(Pos2::new(1.0, 1.0), Pos2::new(5.0, 4.0)), glass);
        let clip_rect = Rect::from_min_max(Pos2::ZERO, Pos2::new(4.0, 9.0));
        let mut image = ColorImage::filled([12, 10], Color32::WHITE);
        let atlas = ColorImage::filled([2, 2], Color32::WHITE);
        paint(&mut image, &[ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }], &atlas, 2.0);
        let seen = Color32::from_rgba_premultiplied(191, 127, 127, 255);
        for y in 0..10 {
            for x in 0..12 {
                let is_in = (2..8).contains(&x) && (2..8).contains(&y);
                assert_eq!(image.pixels[y * 12 + x], if is_in { seen } else { Color32::WHITE }, "{x} {y}");
            }
        }
    }
}
