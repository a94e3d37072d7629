//! A small software renderer: the generator's proof that the body looks right from all sides.

use std::path::Path;

use anyhow::Context;
use glam::{DMat3, DVec3};
use image::{Rgb, RgbImage};

use crate::mesh::Mesh;

/// Samples per pixel along each side.
const FINE: usize = 2;

pub struct View {
    /// Degrees around the vertical; 0 shows the front, positive the person's left.
    pub turn: f64,
    pub pitch: f64,
    /// What is shown: its middle and the metres from top to bottom.
    pub centre: DVec3,
    pub height: f64,
}

/// A picture of `width` x `height` pixels.
pub fn draw(mesh: &Mesh, view: &View, width: usize, height: usize) -> RgbImage {
    let (w, h) = (width * FINE, height * FINE);
    let camera = DMat3::from_rotation_x(view.pitch.to_radians()) * DMat3::from_rotation_y(-view.turn.to_radians());
    let scale = h as f64 / view.height;
    let place = |p: DVec3| {
        let p = camera * (p - view.centre);
        DVec3::new(w as f64 * 0.5 + p.x * scale, h as f64 * 0.5 - p.y * scale, p.z)
    };
    let points: Vec<DVec3> = mesh.points.iter().map(|&p| place(p)).collect();
    let normals: Vec<DVec3> = mesh.normals().iter().map(|&n| camera * n).collect();
    let mut depth = vec![f64::MIN; w * h];
    let mut colour = vec![DVec3::new(0.015, 0.018, 0.022); w * h];
    for &[a, b, c] in &mesh.triangles {
        let [pa, pb, pc] = [points[a], points[b], points[c]];
        let area = (pb - pa).truncate().perp_dot((pc - pa).truncate());
        if area >= 0.0 {
            continue; // seen from behind (y runs down)
        }
        let low = pa.min(pb).min(pc);
        let high = pa.max(pb).max(pc);
        for y in low.y.max(0.0) as usize..=(high.y.max(0.0) as usize).min(h - 1) {
            for x in low.x.max(0.0) as usize..=(high.x.max(0.0) as usize).min(w - 1) {
                let p = DVec3::new(x as f64 + 0.5, y as f64 + 0.5, 0.0);
                let share = |q: DVec3, r: DVec3| (q - p).truncate().perp_dot((r - p).truncate()) / area;
                let (sa, sb, sc) = (share(pb, pc), share(pc, pa), share(pa, pb));
                if sa < 0.0 || sb < 0.0 || sc < 0.0 {
                    continue;
                }
                let z = sa * pa.z + sb * pb.z + sc * pc.z;
                if z > depth[y * w + x] {
                    depth[y * w + x] = z;
                    let normal = normals[a] * sa + normals[b] * sb + normals[c] * sc;
                    colour[y * w + x] = shade(normal.normalize_or_zero());
                }
            }
        }
    }
    RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let mut sum = DVec3::ZERO;
        for dy in 0..FINE {
            for dx in 0..FINE {
                sum += colour[(y as usize * FINE + dy) * w + x as usize * FINE + dx];
            }
        }
        let linear = sum / (FINE * FINE) as f64;
        Rgb(linear.to_array().map(|v| (v.clamp(0.0, 1.0).sqrt() * 255.0) as u8))
    })
}

/// Matte clay under a key from the upper left front, a fill from the right and a rim from behind.
fn shade(normal: DVec3) -> DVec3 {
    let lit = |direction: DVec3| normal.dot(direction.normalize()).max(0.0);
    let key = lit(DVec3::new(-0.6, 0.7, 0.7));
    let fill = lit(DVec3::new(0.9, 0.1, 0.5));
    let rim = lit(DVec3::new(0.3, 0.5, -0.8));
    let sky = 0.5 + 0.5 * normal.y;
    let clay = DVec3::new(0.57, 0.60, 0.67);
    clay * (0.72 * key + 0.16 * fill + 0.03 + 0.10 * sky) + DVec3::new(0.25, 0.28, 0.34) * rim
}

/// Pictures side by side in rows of `columns`, written to `path`.
pub fn sheet(pictures: &[RgbImage], columns: usize, path: &Path) -> anyhow::Result<()> {
    let (w, h) = pictures.first().context("a sheet needs pictures")?.dimensions();
    let rows = pictures.len().div_ceil(columns) as u32;
    let mut whole = RgbImage::new(w * columns as u32, h * rows);
    for (i, picture) in pictures.iter().enumerate() {
        let (column, row) = ((i % columns) as u32, (i / columns) as u32);
        image::imageops::replace(&mut whole, picture, i64::from(column * w), i64::from(row * h));
    }
    whole.save(path).with_context(|| format!("cannot write {}", path.display()))
}
