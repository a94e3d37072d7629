//! Lines, panes, ghosts, parallel projection, depth cue and transparent pictures.

use glam::{Vec2, Vec3};
use motionbert::data::FrameIndex;
use motionbert::scene::{
    Background, CameraFrustum, Capsule, LinePoint, LinearRgba, OrbitCamera, PersonStyle, Polyline, Quad, RenderScene,
    SceneStyle, build_scene,
};

use super::{SIZE, at, camera, largest_difference, person, renderer, shapes, size};

const RED: u32 = 0xFF0000;

fn hex(colour: u32) -> LinearRgba {
    LinearRgba::from_srgb_hex(colour)
}

fn with_line(points: &[Vec3], width_px: f32) -> RenderScene {
    let lines = vec![Polyline::plain(points.iter().copied(), hex(RED), width_px)];
    RenderScene { lines, ..shapes(Vec::new()) }
}

fn parallel() -> OrbitCamera {
    OrbitCamera { flatness: 1.0, ..camera() }
}

/// Sum of what a row across the picture's middle gained in red, in full pixels.
fn red_across(image: &image::RgbaImage, y: u32) -> f32 {
    (0..SIZE[0]).map(|x| f32::from(image.get_pixel(x, y)[0].saturating_sub(32)) / 223.0).sum()
}

#[test]
fn lines_are_as_wide_as_they_say_near_and_far() {
    let Some(mut renderer) = renderer(1) else { return };
    for (z, width) in [(0.0, 3.0), (-30.0, 3.0), (3.0, 1.0), (0.0, 6.5)] {
        for camera in [camera(), parallel()] {
            let points = [Vec3::new(0.1, -9.0, z), Vec3::new(0.1, 9.0, z)];
            let scene = RenderScene { depth_cue: 0.0, ..with_line(&points, width) };
            let image = renderer.render(&scene, &camera, SIZE).unwrap();
            let wide = red_across(&image, 60);
            assert!((wide - width).abs() < 0.35, "{width} px at {z} came out as {wide}");
        }
    }
}

#[test]
fn a_bent_line_that_is_seen_through_covers_everything_once() {
    let Some(mut renderer) = renderer(1) else { return };
    let points = [[-1.2, -0.5, 0.0], [-0.4, 0.4, 0.0], [0.3, 0.1, 0.0], [0.5, 0.6, 0.0], [1.2, 0.7, 0.0]];
    let colour = LinearRgba::WHITE.with_alpha(0.5);
    let line = Polyline::plain(points.map(Vec3::from_array), colour, 8.0);
    let image = renderer.render(&RenderScene { lines: vec![line], ..shapes(Vec::new()) }, &camera(), SIZE).unwrap();
    let once = i32::from(image.get_pixel(0, 60)[0]) / 2 + 128;
    let brightest = image.pixels().map(|pixel| i32::from(pixel[0])).max().unwrap();
    assert!((brightest - once).abs() <= 6, "{brightest} where {once} is expected");
    let matrices = camera().matrices(size().x / size().y);
    for bend in &points[1..4] {
        let place = matrices.project(Vec3::from_array(*bend), size()).unwrap();
        assert!((at(&image, place)[0] - once).abs() <= 6, "the bend at {place} has no gap");
    }
}

#[test]
fn lines_fade_along_their_points_and_hide_behind_bodies() {
    let Some(mut renderer) = renderer(1) else { return };
    let point = |x: f32, z: f32, alpha: f32| LinePoint { at: Vec3::new(x, 0.0, z), colour: hex(RED).with_alpha(alpha) };
    let trail = Polyline { points: vec![point(-1.5, 0.0, 0.0), point(1.5, 0.0, 1.0)], width_px: 5.0 };
    let scene = RenderScene { lines: vec![trail], ..shapes(Vec::new()) };
    let image = renderer.render(&scene, &camera(), SIZE).unwrap();
    let red = |image: &image::RgbaImage, x: f32| at(image, Vec2::new(80.0 + x * 48.0, 60.0))[0];
    assert!(red(&image, -1.0) + 40 < red(&image, 0.0) && red(&image, 0.0) + 40 < red(&image, 1.0));

    let ball = Capsule::sphere(Vec3::ZERO, 0.4, hex(0x00FF00));
    for (z, is_hidden) in [(-1.0, true), (1.0, false)] {
        let line = Polyline { points: vec![point(-1.5, z, 1.0), point(1.5, z, 1.0)], width_px: 5.0 };
        let scene = RenderScene { lines: vec![line], ..shapes(vec![ball]) };
        let [red, green, _] = at(&renderer.render(&scene, &camera(), SIZE).unwrap(), size() * 0.5);
        assert_eq!(green > red, is_hidden, "{red} {green}");
    }
}

#[test]
fn lines_from_behind_the_eye_are_cut_there() {
    let Some(mut renderer) = renderer(1) else { return };
    let empty = renderer.render(&shapes(Vec::new()), &camera(), SIZE).unwrap();
    let behind = with_line(&[Vec3::new(0.0, 0.0, 8.0), Vec3::new(1.0, 0.0, 9.0)], 4.0);
    assert_eq!(renderer.render(&behind, &camera(), SIZE).unwrap(), empty);
    // From the middle of the picture past the eye on its right.
    let through = with_line(&[Vec3::ZERO, Vec3::new(1.0, 0.0, 8.0)], 4.0);
    let image = renderer.render(&through, &camera(), SIZE).unwrap();
    assert!(at(&image, Vec2::new(100.0, 60.0))[0] > 200 && at(&image, Vec2::new(158.0, 60.0))[0] > 200);
    assert!(at(&image, Vec2::new(60.0, 60.0))[0] < 50);
}

#[test]
fn panes_are_seen_through_and_hidden_by_bodies() {
    let Some(mut renderer) = renderer(1) else { return };
    let corner = |x: f32, y: f32| Vec3::new(x, y, -1.0);
    let corners = [corner(-1.0, 1.0), corner(1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0)];
    let quads = vec![Quad { corners, colour: hex(RED).with_alpha(0.5) }];
    let ball = Capsule::sphere(Vec3::new(0.5, 0.0, 0.0), 0.2, hex(0x00FF00));
    let scene = RenderScene { quads, ..shapes(vec![ball]) };
    let image = renderer.render(&scene, &camera(), SIZE).unwrap();
    assert!((120..160).contains(&at(&image, Vec2::new(70.0, 50.0))[0]));
    let [red, green, _] = at(&image, Vec2::new(80.0 + 0.5 * 38.0, 60.0));
    assert!(green > 100 && red < 60, "{red} {green}");
    assert!(at(&image, Vec2::new(10.0, 60.0))[0] < 50);
}

#[test]
fn a_parallel_projection_shows_near_and_far_in_the_same_size() {
    let Some(mut renderer) = renderer(1) else { return };
    let mut width = |z: f32, camera: &OrbitCamera| {
        let ball = Capsule::sphere(Vec3::new(0.3, 0.2, z), 0.5, LinearRgba::WHITE);
        let scene = RenderScene { depth_cue: 0.0, ..shapes(vec![ball]) };
        let image = renderer.render(&scene, camera, SIZE).unwrap();
        image.pixels().filter(|pixel| pixel[0] > 90).count() as i32
    };
    let [near, far] = [2.0, -10.0].map(|z| width(z, &parallel()));
    assert!((near - far).abs() <= near / 50, "{near} {far}");
    assert!((near - width(0.0, &parallel())).abs() <= near / 50);
    let [near, far] = [2.0, -10.0].map(|z| width(z, &camera()));
    assert!(near > 4 * far, "{near} {far}");
    // What passes the middle plane has one size in both.
    assert!((width(0.0, &camera()) - width(0.0, &parallel())).abs() < 60);
}

#[test]
fn a_parallel_projection_keeps_what_is_in_front_in_front() {
    let Some(mut renderer) = renderer(1) else { return };
    let [near, far] = [(0.5, RED), (-0.5, 0x00FF00)].map(|(z, c)| Capsule::sphere(Vec3::new(0.0, 0.0, z), 0.3, hex(c)));
    for capsules in [vec![near, far], vec![far, near]] {
        let [red, green, _] = at(&renderer.render(&shapes(capsules), &parallel(), SIZE).unwrap(), size() * 0.5);
        assert!(red > 100 && green < red / 2, "{red} {green}");
    }
    let line = |z: f32| with_line(&[Vec3::new(-1.0, 0.0, z), Vec3::new(1.0, 0.0, z)], 5.0);
    for (z, is_seen) in [(0.0, true), (-1.2, false)] {
        let scene = RenderScene { capsules: vec![far], ..line(z) };
        let [red, green, _] = at(&renderer.render(&scene, &parallel(), SIZE).unwrap(), size() * 0.5);
        assert_eq!(red > green, is_seen, "{red} {green}");
    }
}

#[test]
fn the_depth_cue_fades_what_is_far_and_nothing_else() {
    let Some(mut renderer) = renderer(1) else { return };
    let mut middle = |z: f32, depth_cue: f32| {
        let ball = Capsule::sphere(Vec3::new(0.0, 0.0, z), 0.6, LinearRgba::WHITE);
        at(&renderer.render(&RenderScene { depth_cue, ..shapes(vec![ball]) }, &camera(), SIZE).unwrap(), size() * 0.5)
            [1]
    };
    assert_eq!(middle(0.0, 0.0), middle(0.0, 1.0));
    let [plain, half, full] = [0.0, 0.5, 1.0].map(|strength| middle(-8.0, strength));
    assert!(plain > half + 20 && half > full + 20, "{plain} {half} {full}");
}

#[test]
fn a_transparent_picture_has_whole_colours_and_soft_edges() {
    let Some(mut renderer) = renderer(4) else { return };
    let clear = LinearRgba::BLACK.with_alpha(0.0);
    let style =
        SceneStyle { shows_grid: false, background: Background { top: clear, bottom: clear }, ..SceneStyle::light() };
    let track = person();
    let scene = build_scene(&[(&track, PersonStyle::dark())], FrameIndex(0), &style, None);
    let camera = OrbitCamera { target: Vec3::Y * 0.9, ..camera() };
    let image = renderer.render(&scene, &camera, SIZE).unwrap();
    assert_eq!(image.get_pixel(2, 2).0, [0; 4]);
    let opaque =
        renderer.render(&RenderScene { background: SceneStyle::light().background, ..scene }, &camera, SIZE).unwrap();
    let (mut solid, mut soft) = (0, 0);
    for (x, y, pixel) in image.enumerate_pixels() {
        let colour = |pixel: &image::Rgba<u8>| [pixel[0], pixel[1], pixel[2]].map(i32::from);
        match pixel[3] {
            255 => {
                solid += 1;
                assert!(largest_difference(colour(pixel), colour(opaque.get_pixel(x, y))) <= 1);
            }
            1..=254 => soft += 1,
            _ => {}
        }
    }
    assert!(solid > 200 && soft > 100, "{solid} {soft}");
}

#[test]
fn ghosts_let_lines_through_and_the_frustum_is_in_the_picture() {
    let Some(mut renderer) = renderer(1) else { return };
    let ghost = Capsule::sphere(Vec3::ZERO, 0.6, LinearRgba::WHITE.with_alpha(0.3));
    let plain = renderer.render(&shapes(vec![ghost]), &camera(), SIZE).unwrap();
    let scene = RenderScene { capsules: vec![ghost], ..with_line(&[Vec3::NEG_X, Vec3::X], 5.0) };
    let lined = renderer.render(&scene, &camera(), SIZE).unwrap();
    assert!(at(&lined, size() * 0.5)[0] > at(&plain, size() * 0.5)[0] + 30, "the line shows inside of the ghost");

    let mut scene = shapes(Vec::new());
    let empty = renderer.render(&scene, &camera(), SIZE).unwrap();
    let frustum = CameraFrustum {
        eye: Vec3::new(0.0, 0.0, 1.0),
        yaw: 0.0,
        pitch: 0.0,
        roll: 0.0,
        vertical_fov: 0.8,
        aspect: 1.5,
        distance: 1.0,
    };
    frustum.add(hex(RED), 2.0, &mut scene);
    let image = renderer.render(&scene, &camera(), SIZE).unwrap();
    let [inside, outside] = [Vec2::new(0.4, 0.15), Vec2::new(1.4, 0.15)].map(|place| {
        let place = camera().matrices(size().x / size().y).project(frustum.point(place), size()).unwrap();
        at(&image, place)[0] - at(&empty, place)[0]
    });
    assert!(inside > 10 && outside == 0, "the pane is tinted: {inside}, {outside}");
}
