//! The image plane on the screen: what part of it there is, and where a pixel of it is shown.

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::data::KeypointTrack;
use crate::session::SourceState;

/// Rows of each track that the extents are taken from.
const ROWS: usize = 400;
/// Share of joints at either end that count as strays.
const STRAY: f32 = 0.002;
/// Free room around the joints where the file does not say how big the image is.
const MARGIN: f32 = 0.08;
/// Bounds of the zoom; 1 fits.
const SMALLEST: f32 = 0.5;
const LARGEST: f32 = 40.0;

/// The image in its own pixels: as the file says, or the video, or around all joints.
pub fn image_rect(clip: &SourceState) -> Rect {
    let source = &clip.source;
    let video_size = clip.video.as_ref().map(|video| video.size);
    let is_real = |size: &[u32; 2]| size[0] > 0 && size[1] > 0;
    match (source.image_size.filter(is_real), video_size.filter(is_real)) {
        // From -1 to 1 across, and as high as goes with that.
        (None, Some([width, height])) if source.is_normalised => {
            let half = vec2(1.0, height as f32 / width as f32);
            Rect::from_min_max((-half).to_pos2(), half.to_pos2())
        }
        (Some(size), _) | (None, Some(size)) => {
            Rect::from_min_size(Pos2::ZERO, Vec2::from(size.map(|side| side as f32)))
        }
        (None, None) => extents(&source.tracks),
    }
}

fn extents(tracks: &[KeypointTrack]) -> Rect {
    let joints = tracks.iter().flat_map(|track| {
        let step = track.range.len().div_ceil(ROWS).max(1);
        (0..track.range.len()).step_by(step).flat_map(|offset| track.row(offset))
    });
    let (mut xs, mut ys): (Vec<f32>, Vec<f32>) = joints
        .filter(|joint| !joint.is_missing() && joint.x.is_finite() && joint.y.is_finite())
        .map(|joint| (joint.x, joint.y))
        .unzip();
    let (Some(x), Some(y)) = (inner_range(&mut xs), inner_range(&mut ys)) else {
        return Rect::from_min_max(pos2(-1.0, -1.0), pos2(1.0, 1.0));
    };
    let rect = Rect::from_min_max(pos2(x[0], y[0]), pos2(x[1], y[1]));
    // Never flat, whatever the joints do.
    let least = rect.size().max_elem().max(1e-3) * 0.25;
    let size = rect.size().max(Vec2::splat(least));
    Rect::from_center_size(rect.center(), size * (1.0 + 2.0 * MARGIN))
}

/// Least and greatest value without strays.
fn inner_range(values: &mut [f32]) -> Option<[f32; 2]> {
    let last = values.len().checked_sub(1)?;
    let stray = (values.len() as f32 * STRAY) as usize;
    let low = *values.select_nth_unstable_by(stray, f32::total_cmp).1;
    let high = *values.select_nth_unstable_by(last - stray, f32::total_cmp).1;
    Some([low, high])
}

/// How the plane was moved by hand: 1 and zero fit it into the panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneView {
    zoom: f32,
    /// Of the plane's middle from the panel's middle, points.
    shift: Vec2,
}

impl Default for PlaneView {
    fn default() -> Self {
        Self { zoom: 1.0, shift: Vec2::ZERO }
    }
}

/// From image pixels to points of the screen and back; the aspect is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneMap {
    image: Rect,
    panel: Rect,
    /// Points per image pixel when not zoomed.
    fit: f32,
    view: PlaneView,
}

impl PlaneMap {
    /// `panel` is the part of the screen that the whole image fits into when not zoomed.
    pub fn new(image: Rect, panel: Rect, view: PlaneView) -> Self {
        let fit = (panel.width() / image.width()).min(panel.height() / image.height()).max(f32::MIN_POSITIVE);
        Self { image, panel, fit, view }
    }

    pub fn to_screen(self, image: Pos2) -> Pos2 {
        self.panel.center() + self.view.shift + (image - self.image.center()) * (self.fit * self.view.zoom)
    }

    /// The image's frame on the screen.
    pub fn frame(self) -> Rect {
        Rect::from_min_max(self.to_screen(self.image.min), self.to_screen(self.image.max))
    }

    /// The view that shows the image `factor` times larger, with what is under `anchor` still there.
    pub fn zoomed(self, factor: f32, anchor: Pos2) -> PlaneView {
        let zoom = (self.view.zoom * factor).clamp(SMALLEST, LARGEST);
        let arm = anchor - self.panel.center();
        self.kept_near(PlaneView { zoom, shift: arm - (arm - self.view.shift) * (zoom / self.view.zoom) })
    }

    pub fn dragged(self, by: Vec2) -> PlaneView {
        self.kept_near(PlaneView { shift: self.view.shift + by, ..self.view })
    }

    /// The middle of the panel stays over the image, so that the image cannot be lost.
    fn kept_near(self, view: PlaneView) -> PlaneView {
        let limit = self.image.size() * (self.fit * view.zoom * 0.5);
        PlaneView { shift: view.shift.clamp(-limit, limit), ..view }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl PlaneMap {
        fn to_image(self, screen: Pos2) -> Pos2 {
            let centre = self.panel.center() + self.view.shift;
            self.image.center() + (screen - centre) / (self.fit * self.view.zoom)
        }
    }

    fn panel() -> Rect {
        Rect::from_min_size(pos2(240.0, 30.0), vec2(300.0, 480.0))
    }

    #[test]
    fn the_whole_image_fits_with_its_aspect() {
        let image = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0));
        let frame = PlaneMap::new(image, panel(), PlaneView::default()).frame();
        assert!((frame.width() - 300.0).abs() < 1e-3 && (frame.height() - 168.75).abs() < 1e-3);
        assert!((frame.center() - panel().center()).length() < 1e-3);
    }

    #[test]
    fn strays_do_not_blow_up_the_extents() {
        let mut xs: Vec<f32> = (0..1000).map(|x| x as f32).collect();
        xs[7] = 1e30;
        assert_eq!(inner_range(&mut xs).map(|range| range[1] < 1001.0), Some(true));
        assert_eq!(inner_range(&mut []), None);
        assert_eq!(inner_range(&mut [4.0]), Some([4.0, 4.0]));
    }

    proptest! {
        #[test]
        fn a_point_comes_back(
            x in -500.0f32..2000.0, y in -500.0f32..2000.0, factor in 0.1f32..10.0, dx in -200.0f32..200.0,
        ) {
            let image = Rect::from_min_size(pos2(10.0, -20.0), vec2(1280.0, 720.0));
            let map = PlaneMap::new(image, panel(), PlaneView::default());
            let map = PlaneMap::new(image, panel(), map.dragged(vec2(dx, 5.0)));
            let map = PlaneMap::new(image, panel(), map.zoomed(factor, pos2(400.0, 100.0)));
            let back = map.to_image(map.to_screen(pos2(x, y)));
            prop_assert!((back - pos2(x, y)).length() < 0.05);
        }

        #[test]
        fn zoom_keeps_what_is_under_the_pointer(factor in 1.0f32..20.0, ax in 0.3f32..0.7, ay in 0.4f32..0.6) {
            let image = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0));
            let anchor = panel().lerp_inside(vec2(ax, ay));
            let before = PlaneMap::new(image, panel(), PlaneView::default());
            let after = PlaneMap::new(image, panel(), before.zoomed(factor, anchor));
            prop_assert!((before.to_image(anchor) - after.to_image(anchor)).length() < 0.5);
        }
    }
}
