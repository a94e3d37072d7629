//! Where the camera has to stand so that points fill the picture.

use glam::Vec3;

use crate::scene::OrbitCamera;

/// Shares of the picture left free: more at the top, for name tags and the toolbar.
const SIDE_MARGIN: f32 = 0.08;
const TOP_MARGIN: f32 = 0.17;
const BOTTOM_MARGIN: f32 = 0.1;
/// The camera does not come nearer to the points' middle.
const CLOSEST_METRES: f32 = 0.5;
/// Nor to any point.
const CLEARANCE_METRES: f32 = 0.1;
const FLATTEST: f32 = 0.99;

/// Moves the camera, without turning it, as near as all points are still inside of the margins of a picture of
/// `aspect` (width over height). None without points.
///
/// A point at `(across, out)`, measured along one of the picture's axes and towards the eye, is inside of a margin of
/// slope `s` if `across - eye_across <= s * (eye_out - out)`. Each side of the picture bounds the eye by its extreme
/// `across + s * out`; two opposite sides together give the least distance.
pub fn framed(camera: OrbitCamera, points: impl Iterator<Item = Vec3>, aspect: f32) -> Option<OrbitCamera> {
    // A nearly parallel projection, which has an eye to move, stands in for a parallel one.
    let flatness = camera.flatness.min(FLATTEST);
    let axes = OrbitCamera { flatness, ..camera }.matrices(aspect);
    let half = axes.half_extent;
    let slopes = [
        half.x * (1.0 - 2.0 * SIDE_MARGIN),
        half.x * (1.0 - 2.0 * SIDE_MARGIN),
        half.y * (1.0 - 2.0 * TOP_MARGIN),
        half.y * (1.0 - 2.0 * BOTTOM_MARGIN),
    ];
    let sides = [axes.right, -axes.right, axes.up, -axes.up];
    let mut extremes = [f32::NEG_INFINITY; 4];
    let (mut nearest, mut farthest) = (f32::NEG_INFINITY, f32::INFINITY);
    for point in points.filter(|point| point.is_finite()) {
        let out = -point.dot(axes.forward);
        (nearest, farthest) = (nearest.max(out), farthest.min(out));
        for side in 0..4 {
            extremes[side] = extremes[side].max(point.dot(sides[side]) + slopes[side] * out);
        }
    }
    if nearest < farthest {
        return None;
    }
    let middle = (nearest + farthest) * 0.5;
    let needed = |side: usize| (extremes[side] + extremes[side + 1]) / (slopes[side] + slopes[side + 1]);
    let [closest, clearance] = [CLOSEST_METRES, CLEARANCE_METRES].map(|metres| metres / (1.0 - flatness));
    let out = needed(0).max(needed(2)).max(middle + closest).max(nearest + clearance);
    // Room that is left over on an axis is shared by both sides.
    let across = |side: usize| {
        let (low, high) = (extremes[side] - slopes[side] * out, slopes[side + 1] * out - extremes[side + 1]);
        (low + high) * 0.5
    };
    let target = axes.right * across(0) + axes.up * across(2) - axes.forward * middle;
    Some(OrbitCamera { target, distance: (out - middle) * (1.0 - flatness), ..camera })
}

#[cfg(test)]
mod tests {
    use glam::Vec2;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_points_are_inside_and_one_touches_a_margin(
            points in proptest::collection::vec((-4.0f32..4.0, 0.0f32..2.0, -4.0f32..4.0), 4..60),
            yaw in -3.0f32..3.0, pitch in 0.0f32..1.5, aspect in 0.4f32..2.5,
        ) {
            let points: Vec<Vec3> = points.into_iter().map(|(x, y, z)| Vec3::new(x, y, z)).collect();
            let camera = framed(OrbitCamera { yaw, pitch, ..OrbitCamera::default() }, points.iter().copied(), aspect);
            let matrices = camera.unwrap().matrices(aspect);
            let mut least = f32::MAX;
            let depth = |point: &Vec3| (*point - matrices.eye).dot(matrices.forward);
            let nearest = points.iter().map(depth).fold(f32::MAX, f32::min);
            for point in points {
                let at = matrices.project(point, Vec2::ONE).unwrap();
                let free = [
                    at.x - SIDE_MARGIN, 1.0 - at.x - SIDE_MARGIN, at.y - TOP_MARGIN, 1.0 - at.y - BOTTOM_MARGIN,
                ];
                least = free.into_iter().fold(least, f32::min);
            }
            prop_assert!(least > -1e-3, "outside by {least}");
            prop_assert!(least < 1e-2 || nearest < CLEARANCE_METRES + 1e-3, "{least} is left free");
        }
    }

    #[test]
    fn no_point_is_before_the_near_plane() {
        let points = [
            Vec3::new(0.0, 0.0, -2.425_083),
            Vec3::new(0.0, 1.209_980_5, -0.523_239_7),
            Vec3::new(0.0, 0.0, -1.625_567_9),
            Vec3::new(-3.843_137_7, 1.318_418_6, 2.349_219),
        ];
        let camera = OrbitCamera { yaw: -0.423_538_27, pitch: 0.0, ..OrbitCamera::default() };
        let matrices = framed(camera, points.into_iter(), 2.326_458_7).unwrap().matrices(2.326_458_7);
        assert!(points.iter().all(|point| matrices.project(*point, Vec2::ONE).is_some()));
    }

    #[test]
    fn a_parallel_picture_is_filled_as_well() {
        let points = [Vec3::new(-1.0, 0.0, -2.0), Vec3::new(1.0, 1.8, 2.0), Vec3::new(0.5, 0.2, 0.0)];
        let camera = OrbitCamera { flatness: 1.0, ..OrbitCamera::default() };
        let camera = framed(camera, points.into_iter(), 1.5).unwrap();
        let places = points.map(|point| camera.matrices(1.5).project(point, Vec2::ONE).unwrap());
        let [low, high] = [Vec2::min, Vec2::max].map(|extreme| places.into_iter().reduce(extreme).unwrap());
        assert!(low.x > SIDE_MARGIN - 0.02 && 1.0 - high.x > SIDE_MARGIN - 0.02, "{low} {high}");
        assert!((high.x - low.x - 1.0 + 2.0 * SIDE_MARGIN).abs() < 0.03 || high.y - low.y > 0.7, "{low} {high}");
    }

    #[test]
    fn nothing_to_frame_moves_nothing_and_one_point_is_not_entered() {
        assert_eq!(framed(OrbitCamera::default(), std::iter::empty(), 1.0), None);
        let at_point = framed(OrbitCamera::default(), std::iter::once(Vec3::Y), 1.0).unwrap();
        assert!(at_point.distance >= CLOSEST_METRES);
    }
}
