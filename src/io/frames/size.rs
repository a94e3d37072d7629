//! How big frames may be.

use crate::support::{Notice, Notices};

/// Frames with more pixels are scaled down: 8K has half as many, and three frames are in memory while decoding.
pub(super) const MAX_PIXELS: u64 = 1 << 26;

/// `size` scaled down, if need be, to fit into `limit` without a change of shape.
pub(super) fn fitted(size: [u32; 2], limit: Option<[u32; 2]>) -> [u32; 2] {
    let Some(limit) = limit else { return size };
    let scale = (f64::from(limit[0]) / f64::from(size[0])).min(f64::from(limit[1]) / f64::from(size[1]));
    scaled(size, scale)
}

/// As [`fitted`], for the most pixels that a frame may have; tells when that makes a difference.
pub(super) fn bounded_size(size: [u32; 2], notices: &Notices) -> [u32; 2] {
    let pixels = u64::from(size[0]) * u64::from(size[1]);
    if pixels <= MAX_PIXELS {
        return size;
    }
    let [width, height] = scaled(size, (MAX_PIXELS as f64 / pixels as f64).sqrt());
    notices.add(
        Notice::info(format!("The frames are scaled down to {width} x {height} pixels"))
            .why(format!("{} x {} pixels would take too much memory", size[0], size[1])),
    );
    [width, height]
}

fn scaled(size: [u32; 2], scale: f64) -> [u32; 2] {
    if scale >= 1.0 {
        return size;
    }
    size.map(|side| ((f64::from(side) * scale) as u32).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_shrink_in_shape_and_never_grow() {
        assert_eq!(fitted([1920, 1080], Some([960, 960])), [960, 540]);
        assert_eq!(fitted([1080, 1920], Some([960, 960])), [540, 960]);
        assert_eq!(fitted([100, 50], Some([960, 960])), [100, 50]);
        assert_eq!(fitted([10_000, 1], Some([100, 100])), [100, 1]);
        let notices = Notices::new();
        assert_eq!(bounded_size([7680, 4320], &notices), [7680, 4320]);
        assert!(notices.is_empty());
        let [width, height] = bounded_size([32_768, 16_384], &notices);
        assert!(u64::from(width) * u64::from(height) <= MAX_PIXELS);
        assert_eq!(width / 2, height);
        assert_eq!(notices.take().len(), 1);
    }
}
