//! Skinned bodies: posed on the card as on the CPU, lit, hidden and seen through.

use std::sync::Arc;

use glam::Vec3;
use motionbert::data::body::{BODY_JOINTS, Betas, BodyFrame, BodyModel, BodyPose};
use motionbert::motion::skin::{ShapedBody, joint_transforms, pose_features, skinning_transforms, vertex_normals};
use motionbert::render::bodies::PosedVertex;
use motionbert::render::{Gpu, OffscreenRenderer};
use motionbert::scene::{BodyShape, Capsule, LinearRgba, OrbitCamera, RenderScene};

use super::support_body::{capsule_body, random_pose};
use super::{SIZE, at, camera, largest_difference, renderer, shapes, size};

const BETAS: Betas = [0.5, -1.0, 2.0, 0.0, -2.0, 1.0, 0.3, -0.7, 1.5, -1.5];

/// As the session does it.
fn shape(model: &Arc<BodyModel>, pose: &BodyPose, translation: Vec3) -> BodyShape {
    let rest = model.rest_joints(&BETAS);
    let transforms = skinning_transforms(&joint_transforms(&rest, pose, translation), &rest);
    BodyShape::new(Arc::clone(model), BETAS, transforms, LinearRgba::from_srgb_hex(0xC7CCD6))
}

fn with_pose_shapes(body: BodyShape, pose: &BodyPose) -> BodyShape {
    BodyShape { pose_features: Some(Box::new(pose_features(pose))), ..body }
}

fn scene(bodies: Vec<BodyShape>) -> RenderScene {
    let mut scene = shapes(Vec::new());
    bodies.into_iter().for_each(|body| scene.add_body(body, 0.0));
    scene
}

/// Largest distance in millimetres and smallest cosine between normals.
fn differences(found: &[PosedVertex], wanted: &[Vec3], faces: &[[u32; 3]]) -> (f32, f32) {
    assert_eq!(found.len(), wanted.len());
    let normals = vertex_normals(wanted, faces);
    let mut worst = (0.0f32, 1.0f32);
    for ((found, wanted), normal) in found.iter().zip(wanted).zip(&normals) {
        let millimetres = Vec3::from_array(found.place).distance(*wanted) * 1e3;
        assert!(millimetres.is_finite());
        worst = (worst.0.max(millimetres), worst.1.min(Vec3::from_array(found.normal).dot(*normal)));
    }
    worst
}

#[test]
fn bodies_are_posed_on_the_card_as_on_the_cpu() {
    let Some(mut renderer) = renderer(1) else { return };
    // Bodies of several models in one frame, two of them of the same one.
    let mut bodies = Vec::new();
    let mut wanted = Vec::new();
    for (number, per_vertex) in [1, 2, 3, 4, 5, 6, 4].into_iter().enumerate() {
        for has_pose_shapes in [false, true] {
            let model = capsule_body(per_vertex, has_pose_shapes);
            for uses_pose_shapes in [false, true] {
                let pose = random_pose(number as u64, 1.5);
                let translation = Vec3::new(number as f32, 0.2, -3.0);
                let body = shape(&model, &pose, translation);
                bodies.push(if uses_pose_shapes { with_pose_shapes(body, &pose) } else { body });
                let used = if uses_pose_shapes { model.as_ref().clone() } else { model.without_pose_directions() };
                let shaped = ShapedBody::new(Arc::new(used), BETAS);
                wanted.push(shaped.posed(&BodyFrame { pose: &pose, betas: &BETAS, translation }));
            }
        }
    }
    let faces: Vec<_> = bodies.iter().map(|body| Arc::clone(&body.model.faces)).collect();
    renderer.render(&scene(bodies), &camera(), SIZE).unwrap();
    let found = renderer.posed_vertices().unwrap();
    assert_eq!(found.len(), wanted.len());
    for ((found, wanted), faces) in found.iter().zip(&wanted).zip(&faces) {
        let (millimetres, cosine) = differences(found, wanted, faces);
        assert!(millimetres < 0.05 && cosine > 0.9999, "{millimetres} mm, cosine {cosine}");
    }
    // The pose blend shapes did something.
    let moved = wanted[2].iter().zip(&wanted[3]).map(|(a, b)| a.distance(*b)).fold(0.0, f32::max);
    assert!(moved > 1e-3, "{moved}");
    let difference = found[2].iter().zip(&found[3]).filter(|(a, b)| a.place != b.place).count();
    assert!(difference > wanted[2].len() / 2);
}

/// A device like those of old OpenGL drivers.
fn renderer_without_compute() -> OffscreenRenderer {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
    let adapter = pollster::block_on(wgpu::util::initialize_adapter_from_env_or_default(&instance, None)).unwrap();
    let required_limits = wgpu::Limits::downlevel_webgl2_defaults().using_resolution(adapter.limits());
    let descriptor = wgpu::DeviceDescriptor { required_limits, ..wgpu::DeviceDescriptor::default() };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
    OffscreenRenderer::new(Gpu { device, queue, name: "old".to_owned() }, 1).unwrap()
}

#[test]
fn without_compute_shaders_the_picture_is_the_same() {
    let Some(mut renderer) = renderer(1) else { return };
    let mut old = renderer_without_compute();
    let pose = random_pose(3, 0.6);
    let [near, far] = [(4, 0.0), (2, -1.0)].map(|(per_vertex, z)| {
        let mut body = shape(&capsule_body(per_vertex, true), &pose, Vec3::new(0.0, -0.95, z));
        body.colours[16] = LinearRgba::from_srgb_hex(0xFF2020);
        with_pose_shapes(body, &pose)
    });
    let scene = scene(vec![near, BodyShape { opacity: 0.5, ..far }]);
    let image = renderer.render(&scene, &camera(), SIZE).unwrap();
    let old_image = old.render(&scene, &camera(), SIZE).unwrap();
    let (posed, old_posed) = (renderer.posed_vertices().unwrap(), old.posed_vertices().unwrap());
    assert_eq!((posed.len(), old_posed.len()), (2, 2));
    for (new, old) in posed.iter().zip(old_posed) {
        for (new, old) in new.iter().zip(old) {
            let millimetres = Vec3::from_array(new.place).distance(Vec3::from_array(old.place)) * 1e3;
            assert!(millimetres < 0.05, "{millimetres} mm");
            assert!(Vec3::from_array(new.normal).dot(Vec3::from_array(old.normal)) > 0.999);
            assert!(new.light.iter().zip(old.light).all(|(a, b)| a.abs_diff(b) < 400));
            assert!(new.colour.iter().zip(old.colour).all(|(a, b)| a.abs_diff(b) <= 1));
        }
    }
    let different = image.pixels().zip(old_image.pixels()).filter(|(a, b)| {
        let [a, b] = [a, b].map(|pixel| [pixel[0], pixel[1], pixel[2]].map(i32::from));
        largest_difference(a, b) > 4
    });
    let different = different.count();
    assert!(different <= 10, "{different} pixels");
}

/// Stands with the pelvis where the camera looks, arms stretched out.
fn standing() -> BodyShape {
    shape(&capsule_body(4, false), &[Vec3::ZERO; BODY_JOINTS], Vec3::new(0.0, -0.95, 0.0))
}

#[test]
fn bodies_hide_and_are_hidden_by_other_shapes() {
    let Some(mut renderer) = renderer(1) else { return };
    let mut middle = |z: f32| {
        let ball = Capsule::sphere(Vec3::new(0.0, 0.0, z), 0.08, LinearRgba::from_srgb_hex(0xFF0000));
        let scene = RenderScene { capsules: vec![ball], ..scene(vec![standing()]) };
        at(&renderer.render(&scene, &camera(), SIZE).unwrap(), size() * 0.5)
    };
    let [red, green, _] = middle(0.5);
    assert!(red > 100 && green < red / 2, "{red} {green}");
    for z in [0.0, -1.0] {
        let [red, green, _] = middle(z);
        assert!(green > 100 && red < green + 20, "{red} {green}");
    }
}

#[test]
fn a_translucent_body_is_its_nearest_surface_laid_over_what_is_behind() {
    let Some(mut renderer) = renderer(1) else { return };
    // Arms before the trunk, legs before each other, each in a colour of its own: a far side would be seen.
    let pose = random_pose(8, 0.9);
    let mut solid = shape(&capsule_body(4, false), &pose, Vec3::new(0.0, -0.95, 0.0));
    solid.colours = std::array::from_fn(|joint| LinearRgba::from_srgb_hex([0xFF0000, 0x00FF00, 0x4040FF][joint % 3]));
    let ghost = BodyShape { opacity: 0.4, ..solid.clone() };
    let mut draw = |bodies| renderer.render(&scene(bodies), &camera(), SIZE).unwrap();
    let (empty, solid, ghost) = (draw(Vec::new()), draw(vec![solid]), draw(vec![ghost]));
    let mut covered = 0;
    for (x, y, pixel) in ghost.enumerate_pixels() {
        let colour = |pixel: &image::Rgba<u8>| Vec3::new(pixel[0].into(), pixel[1].into(), pixel[2].into());
        let (behind, front) = (colour(empty.get_pixel(x, y)), colour(solid.get_pixel(x, y)));
        let (seen, way) = (colour(pixel) - behind, front - behind);
        if way == Vec3::ZERO {
            assert_eq!(seen, Vec3::ZERO, "({x}, {y})");
            continue;
        }
        covered += 1;
        let share = seen.dot(way) / way.length_squared();
        assert!(way.length() < 30.0 || (0.37..0.84).contains(&share), "({x}, {y}): {share}");
        assert!((seen - way * share).abs().max_element() <= 2.0, "({x}, {y})");
    }
    assert!(covered > 500, "{covered}");
}

#[test]
fn a_translucent_body_shows_the_skeleton_inside() {
    let Some(mut renderer) = renderer(1) else { return };
    let mut middle = |opacity: f32, colour: u32| {
        let bone = Capsule::sphere(Vec3::ZERO, 0.05, LinearRgba::from_srgb_hex(colour));
        let body = BodyShape { opacity, ..standing() };
        let scene = RenderScene { capsules: vec![bone], ..scene(vec![body]) };
        at(&renderer.render(&scene, &camera(), SIZE).unwrap(), size() * 0.5)
    };
    let [red, green, _] = middle(0.4, 0xFF0000);
    assert!(red > green + 40, "{red} {green}");
    assert_eq!(middle(1.0, 0xFF0000), middle(1.0, 0x00FF00));
}

#[test]
fn colours_of_joints_are_around_them() {
    let Some(mut renderer) = renderer(1) else { return };
    let mut body = standing();
    let [red, green] = [0xFF0000, 0x00FF00].map(LinearRgba::from_srgb_hex);
    // Elbows: left is at the picture's right, since the body faces the camera.
    (body.colours[18], body.colours[19]) = (red, green);
    let image = renderer.render(&scene(vec![body]), &camera(), SIZE).unwrap();
    let matrices = camera().matrices(size().x / size().y);
    let forearm = |x: f32| at(&image, matrices.project(Vec3::new(x, 0.46, 0.0), size()).unwrap());
    let ([left_red, left_green, _], [right_red, right_green, _]) = (forearm(0.58), forearm(-0.58));
    assert!(left_red > left_green + 60 && right_green > right_red + 60);
    let [red, green, blue] = at(&image, size() * 0.5);
    assert!((red - green).abs() < 30 && (green - blue).abs() < 30, "the trunk is clay");
}

#[test]
fn edges_are_drawn_on_the_near_side_only() {
    let Some(mut renderer) = renderer(1) else { return };
    let close = OrbitCamera { distance: 1.0, ..camera() };
    let mut draw = |bodies| renderer.render(&scene(bodies), &close, SIZE).unwrap();
    let (empty, plain) = (draw(Vec::new()), draw(vec![standing()]));
    let black = Some(LinearRgba::BLACK);
    let wired = draw(vec![BodyShape { wireframe: black, ..standing() }]);
    let changed =
        |a: &image::RgbaImage, b: &image::RgbaImage| a.pixels().zip(b.pixels()).filter(|(a, b)| a != b).count();
    let (body, edges) = (changed(&plain, &empty), changed(&wired, &plain));
    assert!(edges > body / 4 && edges < body, "{edges} of {body}");
    // Without a surface, its depth still hides the far side.
    let bare = BodyShape { opacity: 0.0, wireframe: Some(LinearRgba::WHITE), ..standing() };
    let lines = changed(&draw(vec![bare]), &empty);
    assert!(lines.abs_diff(edges) < edges / 4, "{lines} and {edges}");
}
