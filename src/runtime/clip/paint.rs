//! Pictures over pictures, lines and dots, by the processor.

use glam::Vec2;
use image::RgbaImage;

/// A part of a picture, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub at: [u32; 2],
    pub size: [u32; 2],
}

/// Puts `over` on `picture` with its top left corner at `at`; it fits in.
pub(super) fn put(picture: &mut RgbaImage, over: &RgbaImage, at: [u32; 2]) {
    let columns = over.width() as usize;
    let width = picture.width() as usize;
    let start = (at[1] as usize * width + at[0] as usize) * 4;
    let rows = picture.get_mut(start..).unwrap_or_default().chunks_mut(width * 4);
    for (under, over) in rows.zip(over.chunks_exact(columns * 4)) {
        for (under, over) in under.chunks_exact_mut(4).zip(over.chunks_exact(4)) {
            match over[3] {
                0 => {}
                255 => under.copy_from_slice(over),
                alpha => blend(under, [over[0], over[1], over[2]], u16::from(alpha)),
            }
        }
    }
}

/// `alpha` is 0 to 255. What is under it is opaque.
fn blend(under: &mut [u8], colour: [u8; 3], alpha: u16) {
    for (under, over) in under.iter_mut().zip(colour) {
        *under = ((u16::from(*under) * (255 - alpha) + u16::from(over) * alpha + 127) / 255) as u8;
    }
}

/// A line with round ends, or, between two equal points, a dot. Pixels; `opacity` is 0 to 1.
pub(super) fn stroke(picture: &mut RgbaImage, area: Area, ends: [Vec2; 2], width: f32, colour: [u8; 3], opacity: f32) {
    let [a, b] = ends;
    if !a.is_finite() || !b.is_finite() {
        return;
    }
    let radius = width * 0.5;
    let (low, high) = (a.min(b) - (radius + 1.0), a.max(b) + (radius + 1.0));
    let least = Vec2::new(area.at[0] as f32, area.at[1] as f32);
    let most = least + Vec2::new(area.size[0] as f32, area.size[1] as f32);
    let (low, high) = (low.max(least).floor(), high.min(most).ceil());
    let along = b - a;
    let scale = 1.0 / along.length_squared().max(1e-6);
    for y in low.y as u32..high.y.max(0.0) as u32 {
        for x in low.x as u32..high.x.max(0.0) as u32 {
            let at = Vec2::new(x as f32 + 0.5, y as f32 + 0.5) - a;
            let nearest = along * (at.dot(along) * scale).clamp(0.0, 1.0);
            let cover = (radius + 0.5 - at.distance(nearest)).clamp(0.0, 1.0) * opacity;
            if cover > 0.0 {
                blend(&mut picture.get_pixel_mut(x, y).0, colour, (cover * 255.0).round() as u16);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    const WHOLE: Area = Area { at: [0, 0], size: [20, 10] };

    #[test]
    fn a_line_is_as_wide_as_it_says_and_stays_inside() {
        let mut picture = RgbaImage::from_pixel(20, 10, Rgba([0, 0, 0, 255]));
        let ends = [Vec2::new(-50.0, 5.0), Vec2::new(12.0, 5.0)];
        stroke(&mut picture, WHOLE, ends, 4.0, [255, 0, 0], 1.0);
        let reds: Vec<u8> = (0..10).map(|y| picture.get_pixel(5, y)[0]).collect();
        assert_eq!(reds, [0, 0, 0, 255, 255, 255, 255, 0, 0, 0]);
        assert_eq!((picture.get_pixel(12, 5)[0], picture.get_pixel(16, 5)[0]), (255, 0), "a round end");
        let mut other = picture.clone();
        stroke(&mut other, WHOLE, [Vec2::NAN, Vec2::ZERO], 4.0, [255; 3], 1.0);
        stroke(&mut other, WHOLE, [Vec2::splat(500.0); 2], 4.0, [255; 3], 1.0);
        assert!(picture == other);
    }

    #[test]
    fn what_is_seen_through_is_mixed() {
        let mut picture = RgbaImage::from_pixel(4, 4, Rgba([100, 100, 100, 255]));
        let mut over = RgbaImage::from_pixel(2, 1, Rgba([200, 0, 100, 128]));
        over.put_pixel(1, 0, Rgba([1, 2, 3, 0]));
        put(&mut picture, &over, [1, 2]);
        assert_eq!(picture.get_pixel(1, 2).0, [150, 50, 100, 255]);
        assert_eq!(picture.pixels().filter(|pixel| pixel.0 != [100, 100, 100, 255]).count(), 1);
    }
}
