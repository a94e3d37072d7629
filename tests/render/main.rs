//! Pictures drawn off screen, checked by what must be in them rather than byte by byte. Without a graphics adapter
//! (lavapipe will do) they are skipped with a message, except under CI, where that is a failure.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use std::io::Write;
use std::sync::Arc;

use glam::{Vec2, Vec3};
use image::RgbaImage;
use motionbert::data::{FrameIndex, FrameRange, PersonId, WorldTrack};
use motionbert::render::{Blit, Gpu, OffscreenRenderer, RenderError, View};
use motionbert::scene::{
    Bounds, Capsule, FloorShadow, LinearRgba, OrbitCamera, PersonStyle, RenderScene, SceneStyle, ViewPreset,
    build_scene,
};

mod bodies;
mod by_hand;
mod clips;
mod marks;
#[path = "../support/body.rs"]
mod support_body;

const SIZE: [u32; 2] = [160, 120];

fn gpu() -> Option<Gpu> {
    match Gpu::headless() {
        Ok(gpu) => Some(gpu),
        Err(error @ RenderError::NoAdapter { .. }) if std::env::var_os("CI").is_none() => {
            #[expect(clippy::explicit_write, reason = "the test harness swallows eprintln")]
            writeln!(std::io::stderr(), "SKIPPED: {error}").unwrap();
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn renderer(samples: u32) -> Option<OffscreenRenderer> {
    Some(OffscreenRenderer::new(gpu()?, samples).unwrap())
}

/// Nothing but shapes on a plain dark background.
fn shapes(capsules: Vec<Capsule>) -> RenderScene {
    let style = SceneStyle { shows_grid: false, ..SceneStyle::dark() };
    RenderScene { capsules, ..build_scene(&[], FrameIndex(0), &style, None) }
}

/// Level from +z at a target in the origin.
fn camera() -> OrbitCamera {
    OrbitCamera { target: Vec3::ZERO, yaw: 0.0, pitch: 0.0, distance: 5.0, ..OrbitCamera::default() }
}

fn at(image: &RgbaImage, place: Vec2) -> [i32; 3] {
    let [red, green, blue, alpha] = image.get_pixel(place.x as u32, place.y as u32).0;
    assert_eq!(alpha, 255, "pictures are opaque");
    [red, green, blue].map(i32::from)
}

fn size() -> Vec2 {
    Vec2::new(SIZE[0] as f32, SIZE[1] as f32)
}

fn largest_difference(a: [i32; 3], b: [i32; 3]) -> i32 {
    (0..3).map(|i| (a[i] - b[i]).abs()).max().unwrap()
}

/// Stands at the origin, arms stretched out, facing the camera: the person's left is at +x.
fn person() -> WorldTrack {
    #[rustfmt::skip]
    let joints: [[f32; 3]; 17] = [
        [0.0, 0.95, 0.0], [-0.1, 0.95, 0.0], [-0.12, 0.5, 0.0], [-0.14, 0.06, 0.0], [0.1, 0.95, 0.0], [0.12, 0.5, 0.0],
        [0.14, 0.06, 0.0], [0.0, 1.2, 0.0], [0.0, 1.45, 0.0], [0.0, 1.57, 0.06], [0.0, 1.7, 0.0], [0.17, 1.42, 0.0],
        [0.45, 1.42, 0.0], [0.7, 1.42, 0.0], [-0.17, 1.42, 0.0], [-0.45, 1.42, 0.0], [-0.7, 1.42, 0.0],
    ];
    let joints_in_world: Arc<[Vec3]> = joints.map(Vec3::from_array).into();
    WorldTrack { person: PersonId(1), range: FrameRange::of_len(0, 1), joints_in_world }
}

fn person_scene() -> (RenderScene, OrbitCamera) {
    let track = person();
    let bounds = Bounds::of_tracks([&track], track.range).unwrap();
    let scene = build_scene(&[(&track, PersonStyle::dark())], FrameIndex(0), &SceneStyle::dark(), Some(bounds));
    (scene, OrbitCamera::preset(ViewPreset::Front, bounds, size().x / size().y))
}

#[test]
fn left_is_blue_and_right_is_orange_where_the_joints_project_to() {
    let Some(mut renderer) = renderer(1) else { return };
    let (scene, camera) = person_scene();
    let image = renderer.render(&scene, &camera, SIZE).unwrap();
    let matrices = camera.matrices(size().x / size().y);
    let colour = |x: f32, y: f32| at(&image, matrices.project(Vec3::new(x, y, 0.0), size()).unwrap());
    for (x, y) in [(0.6, 1.42), (0.13, 0.3)] {
        let [red, _, blue] = colour(x, y);
        assert!(blue > red + 60, "left at {x}, {y}: {:?}", colour(x, y));
        let [red, _, blue] = colour(-x, y);
        assert!(red > blue + 60, "right at {}, {y}: {:?}", -x, colour(-x, y));
    }
    let [red, green, blue] = colour(0.0, 1.1);
    assert!((red - blue).abs() < 40 && green > 100, "the trunk is grey");
}

#[test]
fn lit_surfaces_keep_the_colour_of_the_theme() {
    let Some(mut renderer) = renderer(1) else { return };
    for theme in [0x3FA7FF, 0xFF8A3D, 0xD9590A, 0x5A6372] {
        let colour = LinearRgba::from_srgb_hex(theme);
        let image = renderer.render(&shapes(vec![Capsule::sphere(Vec3::ZERO, 1.0, colour)]), &camera(), SIZE).unwrap();
        let wanted = colour.to_srgb().map(i32::from);
        let nearest = image.pixels().map(|p| largest_difference([p[0], p[1], p[2]].map(i32::from), wanted)).min();
        assert!(nearest.unwrap() <= 12, "{theme:06X} is off by {nearest:?}");
    }
}

#[test]
fn the_background_runs_from_top_to_bottom_colour() {
    let Some(mut renderer) = renderer(1) else { return };
    let scene = shapes(Vec::new());
    let image = renderer.render(&scene, &camera(), SIZE).unwrap();
    let [top, bottom] = [scene.background.top, scene.background.bottom].map(|colour| colour.to_srgb().map(i32::from));
    for x in [0.0, 159.0] {
        assert!(largest_difference(at(&image, Vec2::new(x, 0.0)), top) <= 1);
        assert!(largest_difference(at(&image, Vec2::new(x, 119.0)), bottom) <= 1);
    }
}

#[test]
fn the_nearer_shape_hides_the_farther_one_in_any_order() {
    let Some(mut renderer) = renderer(1) else { return };
    let [red, green] = [0xFF0000, 0x00FF00].map(LinearRgba::from_srgb_hex);
    // Their middles are sorted the other way round than their surfaces at the crossing.
    let near = Capsule {
        a: Vec3::new(0.0, 0.0, 1.0),
        b: Vec3::new(0.0, 0.0, -9.0),
        radius_a: 0.3,
        radius_b: 0.1,
        colour: red,
    };
    let far = Capsule::sphere(Vec3::ZERO, 0.4, green);
    for capsules in [vec![near, far], vec![far, near]] {
        let image = renderer.render(&shapes(capsules), &camera(), SIZE).unwrap();
        let [red, green, _] = at(&image, size() * 0.5);
        assert!(red > 100 && green < red / 2, "{red} {green}");
    }
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let (Some(mut first), Some(mut second)) = (renderer(1), renderer(1)) else { return };
    let (scene, camera) = person_scene();
    let image = first.render(&scene, &camera, SIZE).unwrap();
    assert_eq!(image, first.render(&scene, &camera, SIZE).unwrap());
    assert_eq!(image, second.render(&scene, &camera, SIZE).unwrap());
}

/// How far the ray passes outside of the capsule (negative: inside), in radians as seen from the eye.
fn clearance(capsule: &Capsule, origin: Vec3, direction: Vec3) -> f32 {
    (0..=400)
        .map(|step| {
            let share = step as f32 / 400.0;
            let offset = capsule.a.lerp(capsule.b, share) - origin;
            let radius = capsule.radius_a + (capsule.radius_b - capsule.radius_a) * share;
            let angle = offset.cross(direction).length().atan2(offset.dot(direction));
            angle - (radius / offset.length()).min(1.0).asin()
        })
        .fold(f32::INFINITY, f32::min)
}

#[test]
fn outlines_are_those_of_the_spheres_along_the_bone() {
    let Some(mut renderer) = renderer(1) else { return };
    let colour = LinearRgba::WHITE;
    let capsule = |a: [f32; 3], b: [f32; 3], radius_a, radius_b| Capsule {
        a: Vec3::from_array(a),
        b: Vec3::from_array(b),
        radius_a,
        radius_b,
        colour,
    };
    let cases = [
        capsule([-1.0, 0.3, 0.0], [0.8, -0.5, 0.5], 0.3, 0.1),
        capsule([1.9, 1.3, 0.0], [1.9, 1.3, 0.0], 0.25, 0.25), // a sphere in the corner
        capsule([0.1, 0.0, 3.0], [0.0, 0.2, -4.0], 0.1, 0.5),  // nearly end-on, thick end behind
        capsule([0.1, 0.0, 2.0], [0.3, 0.2, -4.0], 0.4, 0.05), // nearly end-on, thick end in front
        capsule([0.0, 0.0, 0.0], [0.1, 0.0, 0.0], 0.6, 0.2),   // one end swallows the other
        capsule([0.0, 0.0, 4.0], [0.5, 0.0, 3.5], 0.2, 0.1),   // close to the eye
        capsule([-30.0, 3.0, -80.0], [20.0, -6.0, -90.0], 0.8, 2.0), // far away
    ];
    let camera = camera();
    let matrices = camera.matrices(size().x / size().y);
    let pixel_angle = 2.0 * matrices.half_extent.y / size().y;
    for (case, capsule) in cases.into_iter().enumerate() {
        let image = renderer.render(&shapes(vec![capsule]), &camera, SIZE).unwrap();
        let mut drawn = 0;
        for (x, y, pixel) in image.enumerate_pixels() {
            let ray = matrices.ray(Vec2::new(x as f32 + 0.5, y as f32 + 0.5), size());
            let outside = clearance(&capsule, ray.origin, ray.direction) / pixel_angle;
            let brightness = i32::from(pixel[0]);
            if outside > 1.0 {
                assert!(brightness < 45, "case {case}: ({x}, {y}) is {outside} px outside yet {brightness}");
            } else if outside < -1.0 {
                drawn += 1;
                assert!(brightness > 60, "case {case}: ({x}, {y}) is {outside} px inside yet {brightness}");
            }
        }
        assert!(drawn > 20, "case {case} is in the picture: {drawn}");
    }
}

#[test]
fn outlines_are_smooth_without_multisampling() {
    let Some(mut renderer) = renderer(1) else { return };
    let sphere = Capsule::sphere(Vec3::ZERO, 0.8, LinearRgba::WHITE);
    let lit = |image: RgbaImage| -> Vec<u8> { (0..SIZE[0]).map(|x| image.get_pixel(x, 60)[0]).collect() };
    let row = lit(renderer.render(&shapes(vec![sphere]), &camera(), SIZE).unwrap());
    let moved = Capsule { a: sphere.a + Vec3::X * 0.006, b: sphere.b + Vec3::X * 0.006, ..sphere };
    let moved_row = lit(renderer.render(&shapes(vec![moved]), &camera(), SIZE).unwrap());
    // A quarter of a pixel to the right: the left edge dims and the right edge brightens by part of a step.
    let changed: Vec<i32> = row.iter().zip(&moved_row).map(|(a, b)| i32::from(*b) - i32::from(*a)).collect();
    let (left, right) = changed.split_at(80);
    assert!((-150..-10).contains(left.iter().min().unwrap()), "{left:?}");
    assert!((10..150).contains(right.iter().max().unwrap()), "{right:?}");
}

#[test]
fn a_ghost_shows_what_is_behind_but_not_its_own_inside() {
    let Some(mut renderer) = renderer(1) else { return };
    let ghost = Capsule::sphere(Vec3::ZERO, 0.8, LinearRgba::WHITE.with_alpha(0.4));
    let inner = Capsule::sphere(Vec3::new(0.0, 0.0, -0.1), 0.4, LinearRgba::from_srgb_hex(0xFF0000).with_alpha(0.4));
    let solid = Capsule { colour: LinearRgba::WHITE, ..ghost };
    let mut middle = |capsules| at(&renderer.render(&shapes(capsules), &camera(), SIZE).unwrap(), size() * 0.5)[0];
    let alone = middle(vec![ghost]);
    assert!(alone > middle(Vec::new()) + 20 && alone < middle(vec![solid]) - 20);
    assert_eq!(alone, middle(vec![inner, ghost]));
    let behind = Capsule::sphere(Vec3::new(0.0, 0.0, -2.0), 0.4, LinearRgba::WHITE);
    assert!(middle(vec![ghost, behind]) > alone + 20);
}

#[test]
fn shadows_darken_the_floor_and_fade_out() {
    let Some(mut renderer) = renderer(1) else { return };
    let style = SceneStyle { shows_grid: false, ..SceneStyle::light() };
    let bare = build_scene(&[], FrameIndex(0), &style, None);
    let shaded = RenderScene { shadows: vec![FloorShadow::disc(Vec2::ZERO, 1.0, 0.5)], ..bare.clone() };
    let camera = OrbitCamera { pitch: 1.0, ..camera() };
    let mut draw = |scene| renderer.render(scene, &camera, SIZE).unwrap();
    let (bare, shaded) = (draw(&bare), draw(&shaded));
    let matrices = camera.matrices(size().x / size().y);
    let darker = |x: f32| {
        let place = matrices.project(Vec3::new(x, 0.0, 0.0), size()).unwrap();
        at(&bare, place)[1] - at(&shaded, place)[1]
    };
    assert!(darker(0.0) > 100 && darker(0.5) > 20 && darker(0.5) < darker(0.0), "{} {}", darker(0.0), darker(0.5));
    assert_eq!(darker(1.1), 0);
}

#[test]
fn the_grid_has_lines_every_metre_and_ends() {
    let Some(mut renderer) = renderer(1) else { return };
    let style = SceneStyle {
        grid_faint: LinearRgba::BLACK.with_alpha(0.0),
        floor: LinearRgba::BLACK.with_alpha(0.0),
        ..SceneStyle::light()
    };
    let scene = build_scene(&[], FrameIndex(0), &style, None);
    let top = OrbitCamera { pitch: std::f32::consts::FRAC_PI_2, distance: 6.0, ..camera() };
    let image = renderer.render(&scene, &top, SIZE).unwrap();
    let matrices = top.matrices(size().x / size().y);
    let green = |x: f32, z: f32| at(&image, matrices.project(Vec3::new(x, 0.0, z), size()).unwrap())[1];
    for metre in [-1.0, 0.0, 1.0] {
        assert!(green(metre, 0.5) < green(metre + 0.5, 0.5) - 10, "x = {metre}");
        assert!(green(0.5, metre) < green(0.5, metre + 0.5) - 10, "z = {metre}");
    }
    let far = OrbitCamera { distance: 40.0, ..top };
    let image = renderer.render(&scene, &far, SIZE).unwrap();
    let plain = renderer.render(&RenderScene { grid: None, ..scene }, &far, SIZE).unwrap();
    assert_eq!(at(&image, Vec2::new(5.0, 60.0)), at(&plain, Vec2::new(5.0, 60.0)));
}

#[test]
fn four_samples_show_the_same_picture() {
    let (Some(mut one), Some(mut four)) = (renderer(1), renderer(4)) else { return };
    let (scene, camera) = person_scene();
    let (one, four) = (one.render(&scene, &camera, SIZE).unwrap(), four.render(&scene, &camera, SIZE).unwrap());
    let total: u64 = one.as_raw().iter().zip(four.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    let mean = total as f64 / one.as_raw().len() as f64;
    assert!(mean > 0.0 && mean < 1.5, "{mean}");
}

#[test]
fn odd_sizes_work_and_impossible_ones_are_refused() {
    let Some(mut renderer) = renderer(1) else { return };
    let (scene, camera) = person_scene();
    for size in [[161, 37], [1, 1], [64, 200], [161, 37]] {
        assert_eq!(<[u32; 2]>::from(renderer.render(&scene, &camera, size).unwrap().dimensions()), size);
    }
    for size in [[0, 10], [10, 0], [1 << 20, 10]] {
        let error = renderer.render(&scene, &camera, size).unwrap_err();
        assert!(matches!(error, RenderError::Size { .. }), "{error}");
    }
    let error = View::new(&renderer.gpu().device, 2).unwrap_err();
    assert!(matches!(error, RenderError::Samples { samples: 2 }), "{error}");
}

#[test]
fn shapes_around_and_behind_the_eye_are_harmless() {
    let Some(mut renderer) = renderer(1) else { return };
    let sphere = |z: f32, radius: f32| Capsule::sphere(Vec3::new(0.0, 0.0, z), radius, LinearRgba::WHITE);
    let across = Capsule { b: Vec3::new(0.0, 0.0, 8.0), ..sphere(0.0, 0.2) };
    let image = renderer.render(&shapes(vec![sphere(5.0, 1.0), sphere(9.0, 1.0), across]), &camera(), SIZE).unwrap();
    let empty = renderer.render(&shapes(Vec::new()), &camera(), SIZE).unwrap();
    assert_eq!(image, empty);
}

#[test]
fn a_window_shows_the_same_bytes_whatever_its_format() {
    let Some(gpu) = gpu() else { return };
    let (scene, camera) = person_scene();
    let mut offscreen = OffscreenRenderer::new(gpu.clone(), 1).unwrap();
    let wanted = offscreen.render(&scene, &camera, [64, 64]).unwrap();
    for format in [wgpu::TextureFormat::Rgba8Unorm, wgpu::TextureFormat::Rgba8UnormSrgb] {
        let mut view = View::new(&gpu.device, 1).unwrap();
        assert!(view.resize(&gpu.device, [64, 64]).unwrap());
        assert!(!view.resize(&gpu.device, [64, 64]).unwrap());
        let mut blit = Blit::new(&gpu.device, format).unwrap();
        blit.set_source(&gpu.device, view.texture_view());
        let window = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: 64, height: 64, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let pixels = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: 64 * 64 * 4,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        view.draw(&gpu.device, &gpu.queue, &mut encoder, &scene, &camera.matrices(view.aspect()));
        {
            let target = window.create_view(&wgpu::TextureViewDescriptor::default());
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &target,
                    resolve_target: None,
                    depth_slice: None,
                    ops: wgpu::Operations::default(),
                })],
                ..wgpu::RenderPassDescriptor::default()
            });
            blit.paint(&mut pass);
        }
        encoder.copy_texture_to_buffer(
            window.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &pixels,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(256), rows_per_image: None },
            },
            window.size(),
        );
        gpu.queue.submit([encoder.finish()]);
        pixels.map_async(wgpu::MapMode::Read, .., |result| result.unwrap());
        gpu.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let shown = pixels.get_mapped_range(..).unwrap();
        let worst = shown.iter().zip(wanted.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(worst <= 1, "{format:?}: {worst}");
    }
}
