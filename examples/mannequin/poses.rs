//! Contact sheets of the body: from all sides, near, in poses, and with its shape directions.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use glam::{DVec3, Vec3};
use image::RgbImage;

use motionbert::data::body::{BODY_JOINTS, BODY_PARENTS, BodyArrays, BodyFrame, BodyModel, BodyPose};
use motionbert::motion::skin::ShapedBody;

use crate::body::Body;
use crate::mesh::Mesh;
use crate::picture::{View, draw as picture, sheet};
use crate::shape::NAMES;

/// Poses kept in the program: turned joints with their axis-angles.
const POSES: [&[(usize, [f32; 3])]; 7] = [
    // Standing with arms down.
    &[(16, [0.0, 0.0, -1.25]), (17, [0.0, 0.0, 1.25]), (18, [0.0, -0.25, 0.0]), (19, [0.0, 0.25, 0.0])],
    // Arms up.
    &[(13, [0.0, 0.0, 0.25]), (14, [0.0, 0.0, -0.25]), (16, [0.0, 0.0, 1.15]), (17, [0.0, 0.0, -1.15])],
    // Deep squat, arms forward.
    &[
        (0, [0.35, 0.0, 0.0]),
        (1, [-2.1, -0.2, 0.25]),
        (2, [-2.1, 0.2, -0.25]),
        (4, [2.3, 0.0, 0.0]),
        (5, [2.3, 0.0, 0.0]),
        (7, [-0.5, 0.0, 0.0]),
        (8, [-0.5, 0.0, 0.0]),
        (16, [0.0, -1.4, 0.0]),
        (17, [0.0, 1.4, 0.0]),
    ],
    // High kick with the right, guard up.
    &[
        (2, [-1.7, 0.0, -0.3]),
        (5, [0.2, 0.0, 0.0]),
        (1, [0.1, 0.0, 0.0]),
        (16, [0.0, -0.4, -1.0]),
        (18, [0.0, -2.1, 0.0]),
        (17, [0.0, 0.4, 1.0]),
        (19, [0.0, 2.1, 0.0]),
    ],
    // Elbows and knees bent by 120 degrees.
    &[(18, [0.0, -2.094, 0.0]), (19, [0.0, 0.0, -2.094]), (4, [2.094, 0.0, 0.0]), (5, [2.094, 0.0, 0.0])],
    // Hands and head turned.
    &[(20, [1.4, 0.0, 0.0]), (21, [1.4, 0.0, 0.0]), (15, [0.0, 0.9, 0.0]), (12, [0.0, 0.3, 0.0])],
    // Wide squat, hands on knees.
    &[
        (0, [0.2, 0.0, 0.0]),
        (1, [-1.3, 0.5, 1.0]),
        (2, [-1.3, -0.5, -1.0]),
        (4, [1.7, 0.0, 0.0]),
        (5, [1.7, 0.0, 0.0]),
        (16, [0.3, -0.7, -0.8]),
        (17, [0.3, 0.7, 0.8]),
        (18, [0.0, -0.4, 0.0]),
        (19, [0.0, 0.4, 0.0]),
    ],
];

/// Joints seen near: pose, middle of the picture, turn and pitch.
const CLOSE: [(usize, [f64; 3], f64, f64); 16] = [
    (4, [0.35, 0.2, 0.0], 0.0, 60.0),
    (4, [-0.40, 0.25, 0.0], 0.0, 5.0),
    (4, [0.10, -0.6, -0.1], 90.0, 5.0),
    (4, [0.10, -0.6, -0.1], 30.0, 5.0),
    (1, [0.12, 0.28, 0.0], 0.0, 5.0),
    (1, [0.12, 0.28, 0.0], 180.0, 5.0),
    (0, [0.15, 0.2, 0.0], 0.0, 5.0),
    (0, [0.15, 0.2, 0.0], 60.0, 5.0),
    (2, [0.05, -0.25, 0.05], 90.0, 5.0),
    (2, [0.0, -0.25, 0.05], 180.0, 5.0),
    (2, [0.0, -0.28, 0.05], 0.0, -30.0),
    (5, [0.62, 0.2, 0.0], 0.0, 30.0),
    (6, [0.0, -0.30, 0.05], 0.0, 5.0),
    (6, [0.0, -0.30, 0.05], 0.0, -35.0),
    (6, [0.0, -0.30, 0.05], 180.0, 0.0),
    (2, [0.0, -0.28, 0.05], 30.0, -5.0),
];

pub fn draw(body: &Body, poses: Option<&Path>, folder: &Path) -> anyhow::Result<()> {
    let model = Arc::new(model(body)?);
    let rest = &body.mesh;
    let full = |turn| picture(rest, &whole_of(rest, turn), 700, 700);
    sheet(&[full(0.0), full(40.0), full(90.0), full(180.0)], 2, &folder.join("rest.png"))?;
    let near = |joint: usize, turn, pitch, height| {
        let centre = joint_at(&model, joint) + DVec3::new(0.0, if joint == 15 { 0.05 } else { 0.0 }, 0.0);
        picture(rest, &View { turn, pitch, centre, height }, 500, 500)
    };
    let pictures = [
        near(15, 0.0, 0.0, 0.34),
        near(15, 40.0, 5.0, 0.34),
        near(15, 90.0, 0.0, 0.34),
        near(22, 0.0, 70.0, 0.30),
        near(7, 35.0, 30.0, 0.34),
        near(7, 90.0, 5.0, 0.34),
    ];
    sheet(&pictures, 3, &folder.join("near.png"))?;

    let mut all: Vec<BodyPose> = POSES
        .iter()
        .map(|turned| {
            let mut pose = [Vec3::ZERO; BODY_JOINTS];
            turned.iter().for_each(|&(joint, turn)| pose[joint] = turn.into());
            pose
        })
        .collect();
    if let Some(path) = poses {
        all.extend(read(path)?);
    }
    let shaped = ShapedBody::new(model.clone(), [0.0; 10]);
    let standing = posed(&model, &shaped, &all[0]);
    let sides = [0.0, 40.0, 90.0, 180.0].map(|turn| {
        picture(&standing, &View { turn, pitch: 4.0, centre: DVec3::new(0.0, -0.32, 0.0), height: 1.8 }, 480, 940)
    });
    sheet(&sides, 4, &folder.join("standing.png"))?;
    let joints = CLOSE.map(|(pose, centre, turn, pitch)| {
        let mesh = posed(&model, &shaped, &all[pose]);
        picture(&mesh, &View { turn, pitch, centre: centre.into(), height: 0.55 }, 440, 440)
    });
    sheet(&joints, 4, &folder.join("joints.png"))?;
    for (number, some) in all.chunks(6).enumerate() {
        let pictures: Vec<RgbImage> = some.iter().flat_map(|pose| views(&posed(&model, &shaped, pose))).collect();
        sheet(&pictures, 4, &folder.join(format!("poses-{number}.png")))?;
    }
    let shapes: Vec<RgbImage> = (0..NAMES.len())
        .flat_map(|direction| [-3.0, 3.0].map(|amount| (direction, amount)))
        .map(|(direction, amount)| {
            let mut betas = [0.0; 10];
            betas[direction] = amount;
            let mesh = posed(&model, &ShapedBody::new(model.clone(), betas), &all[0]);
            picture(&mesh, &View { turn: 30.0, pitch: 5.0, centre: DVec3::new(0.0, -0.3, 0.0), height: 2.3 }, 300, 500)
        })
        .collect();
    sheet(&shapes, 10, &folder.join("shapes.png"))
}

/// Front and three quarters.
fn views(mesh: &Mesh) -> [RgbImage; 2] {
    [0.0, 50.0].map(|turn| picture(mesh, &whole_of(mesh, turn), 360, 440))
}

fn whole_of(mesh: &Mesh, turn: f64) -> View {
    let (low, high) = mesh.points.iter().fold((DVec3::MAX, DVec3::MIN), |(low, high), &p| (low.min(p), high.max(p)));
    View { turn, pitch: 6.0, centre: (low + high) * 0.5, height: ((high - low).max_element() * 1.08).max(1.5) }
}

fn posed(model: &BodyModel, shaped: &ShapedBody, pose: &BodyPose) -> Mesh {
    let vertices = shaped.posed(&BodyFrame { pose, betas: shaped.betas(), translation: Vec3::ZERO });
    Mesh {
        points: vertices.iter().map(|v| v.as_dvec3()).collect(),
        triangles: model.faces.iter().map(|face| face.map(|i| i as usize)).collect(),
    }
}

fn joint_at(model: &BodyModel, joint: usize) -> DVec3 {
    model.rest_joints(&[0.0; 10])[joint].as_dvec3()
}

fn model(body: &Body) -> anyhow::Result<BodyModel> {
    let vertices = body.mesh.points.len();
    let floats = |values: &[f64]| values.iter().map(|value| *value as f32).collect::<Vec<f32>>();
    let arrays = BodyArrays {
        name: "Mannequin".to_owned(),
        template: body.mesh.points.iter().flat_map(|p| p.as_vec3().to_array()).collect(),
        shape_directions: (0..vertices * 3)
            .flat_map(|at| body.shapes.iter().map(move |direction| direction[at / 3][at % 3] as f32))
            .collect(),
        joint_regressor: floats(&body.tree.concat()),
        h36m_regressor: Some(floats(&body.h36m.concat())),
        weights: floats(body.skin.as_flattened()),
        faces: body.mesh.triangles.iter().map(|t| t.map(|i| i as u32)).collect(),
        parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
        ..BodyArrays::default()
    };
    Ok(arrays.check().context("the mannequin is no body")?.0)
}

/// [P, 24, 3] float32 or float64 from an .npy file.
fn read(path: &Path) -> anyhow::Result<Vec<BodyPose>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let values: Vec<f32> = npyz::NpyFile::new(&bytes[..])?.into_vec()?;
    let angles: Vec<Vec3> = values.as_chunks::<3>().0.iter().map(|xyz| Vec3::from_array(*xyz)).collect();
    Ok(angles.as_chunks::<BODY_JOINTS>().0.to_vec())
}
