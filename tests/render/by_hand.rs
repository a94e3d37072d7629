//! Pictures of the mannequin to look at; `cargo test --test render by_hand -- --ignored` draws them into the folder
//! that `BODY_PICTURES` names, with the samples per pixel that `SAMPLES` names.

use std::path::PathBuf;
use std::sync::Arc;

use glam::Vec3;
use motionbert::data::FrameIndex;
use motionbert::data::body::{BODY_JOINTS, BODY_PARENTS, BODY_SHAPES, BodyModel, BodyPose};
use motionbert::io::body::mannequin;
use motionbert::motion::skin::{joint_transforms, skinning_transforms};
use motionbert::render::{Gpu, OffscreenRenderer};
use motionbert::scene::{
    BodyShape, Capsule, LinearRgba, OrbitCamera, PersonStyle, RenderScene, SceneStyle, build_scene,
};

const PICTURE: [u32; 2] = [1280, 720];
const PEOPLE: [u32; 4] = [0x56B4E9, 0xE69F00, 0x009E73, 0xCC79A7];

/// T-pose, arms down, boxing, sitting.
fn poses() -> [BodyPose; 4] {
    let mut relaxed = [Vec3::ZERO; BODY_JOINTS];
    relaxed[16] = Vec3::new(0.2, 0.0, -1.2);
    relaxed[17] = Vec3::new(0.2, 0.0, 1.2);
    relaxed[18] = Vec3::new(0.0, -0.4, 0.0);
    relaxed[19] = Vec3::new(0.0, 0.4, 0.0);
    let mut boxing = relaxed;
    boxing[0] = Vec3::new(0.0, 0.5, 0.0);
    boxing[1] = Vec3::new(-0.5, 0.0, 0.1);
    boxing[4] = Vec3::new(0.7, 0.0, 0.0);
    boxing[2] = Vec3::new(0.3, 0.0, -0.1);
    boxing[5] = Vec3::new(0.3, 0.0, 0.0);
    boxing[16] = Vec3::new(0.3, -0.9, -0.9);
    boxing[18] = Vec3::new(0.0, -2.0, 0.0);
    boxing[17] = Vec3::new(0.3, 1.4, 0.4);
    boxing[19] = Vec3::new(0.0, 0.5, 0.0);
    let mut sitting = relaxed;
    sitting[0] = Vec3::new(0.0, -0.6, 0.0);
    sitting[1] = Vec3::new(-1.7, 0.0, 0.2);
    sitting[2] = Vec3::new(-1.7, 0.0, -0.2);
    sitting[4] = Vec3::new(2.0, 0.0, 0.0);
    sitting[5] = Vec3::new(2.0, 0.0, 0.0);
    sitting[16] = Vec3::new(0.0, -1.2, -0.4);
    sitting[17] = Vec3::new(0.0, 1.2, 0.4);
    [[Vec3::ZERO; BODY_JOINTS], relaxed, boxing, sitting]
}

/// Stands on the floor with its toes.
fn body(model: &Arc<BodyModel>, pose: &BodyPose, x: f32, colour: LinearRgba) -> BodyShape {
    let betas = [0.0; BODY_SHAPES];
    let rest = model.rest_joints(&betas);
    let place = Vec3::X * x;
    let posed = joint_transforms(&rest, pose, place);
    let floor = posed[10].translation.y.min(posed[11].translation.y) - 0.02;
    let posed = joint_transforms(&rest, pose, place - Vec3::Y * floor);
    BodyShape::new(Arc::clone(model), betas, skinning_transforms(&posed, &rest), colour)
}

fn add_skeleton(body: &BodyShape, colour: LinearRgba, scene: &mut RenderScene) {
    let joints = body.joints();
    let bones = BODY_PARENTS.iter().enumerate().filter_map(|(joint, parent)| Some((joint, (*parent)?)));
    scene.capsules.extend(bones.map(|(joint, parent)| Capsule {
        a: joints[parent],
        b: joints[joint],
        radius_a: 0.025,
        radius_b: 0.02,
        colour,
    }));
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Solid,
    SeenThrough,
    Wireframe,
    Heat,
}

#[test]
#[ignore = "for looking"]
fn pictures_of_the_mannequin() {
    let folder = std::env::var_os("BODY_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
    let samples = std::env::var("SAMPLES").map_or(4, |samples| samples.parse().unwrap());
    let mut renderer = OffscreenRenderer::new(Gpu::headless().unwrap(), samples).unwrap();
    let model = mannequin().unwrap();
    let themes =
        [("dark", SceneStyle::dark(), PersonStyle::dark()), ("light", SceneStyle::light(), PersonStyle::light())];
    for (theme, style, person) in themes {
        for look in [Look::Solid, Look::SeenThrough, Look::Wireframe, Look::Heat] {
            let mut scene = build_scene(&[], FrameIndex(0), &style, None);
            for (number, pose) in poses().iter().enumerate() {
                let colour = LinearRgba::from_srgb_hex(PEOPLE[number]);
                let mut body = body(&model, pose, number as f32 * 1.3 - 2.0, person.tinted(colour).clay());
                match look {
                    Look::Solid => {}
                    Look::SeenThrough => {
                        body.opacity = 0.5;
                        add_skeleton(&body, colour, &mut scene);
                    }
                    Look::Wireframe => body.wireframe = Some(LinearRgba::BLACK.with_alpha(0.25)),
                    Look::Heat => {
                        let bad = LinearRgba::from_srgb_hex(0xF2635F);
                        let heat = |joint: usize| (joint as f32 / 12.0 - 1.0).max(0.0);
                        body.colours = std::array::from_fn(|joint| LinearRgba::WHITE.mix(bad, heat(joint)));
                    }
                }
                scene.add_body(body, style.shadow_strength);
            }
            let views = [
                ("front", OrbitCamera { yaw: 0.0, pitch: 0.1, distance: 5.5, ..OrbitCamera::default() }),
                ("quarter", OrbitCamera { yaw: 0.7, pitch: 0.25, distance: 5.5, ..OrbitCamera::default() }),
                ("back", OrbitCamera { yaw: 3.0, pitch: 0.15, distance: 5.5, ..OrbitCamera::default() }),
                ("close", OrbitCamera { yaw: 0.35, pitch: 0.1, distance: 2.6, ..OrbitCamera::default() }),
            ];
            for (view, camera) in views {
                let camera = OrbitCamera { target: Vec3::Y * 0.95, ..camera };
                let image = renderer.render(&scene, &camera, PICTURE).unwrap();
                image.save(folder.join(format!("{theme}-{look:?}-{view}.png"))).unwrap();
            }
        }
    }
}

/// Processor time that posing takes on a software adapter, all threads together.
#[test]
#[ignore = "for measuring"]
fn posing_time() {
    const ROUNDS: usize = 20;
    let spent_ms = || {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
    };
    let mut renderer = OffscreenRenderer::new(Gpu::headless().unwrap(), 1).unwrap();
    let model = mannequin().unwrap();
    let mut scene = build_scene(&[], FrameIndex(0), &SceneStyle::dark(), None);
    for number in 0..20 {
        scene.add_body(body(&model, &poses()[number % 4], number as f32, LinearRgba::WHITE), 0.5);
    }
    let camera = OrbitCamera::default();
    renderer.pose_only(&scene, &camera).unwrap();
    let started = spent_ms();
    (0..ROUNDS).for_each(|_| renderer.pose_only(&scene, &camera).unwrap());
    let per_body = (spent_ms() - started) / (ROUNDS * scene.bodies.len()) as f64;
    println!("posing a body: {per_body:.2} ms of processor time");
}
