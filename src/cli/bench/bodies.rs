//! Skinning and drawing the mannequin, alone and as a crowd, off screen at the size of a small window.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use glam::Vec3;
use serde::Serialize;

use super::median;
use crate::data::FrameIndex;
use crate::data::body::{BODY_JOINTS, BODY_SHAPES, BodyFrame, BodyModel, BodyPose};
use crate::io::body::mannequin;
use crate::motion::skin::{ShapedBody, joint_transforms, skinning_transforms, vertex_normals};
use crate::render::{Gpu, OffscreenRenderer};
use crate::scene::{BodyShape, Bounds, OrbitCamera, PersonStyle, RenderScene, SceneStyle, ViewPreset, build_scene};
use crate::support::CancelToken;

const SIZE: [u32; 2] = [1280, 720];
const CROWDS: [usize; 2] = [1, 20];
const FRAMES: usize = 30;
const SAMPLES: u32 = 1;
const BETAS: [f32; BODY_SHAPES] = [0.0; BODY_SHAPES];

#[derive(Serialize)]
pub(super) struct Bodies {
    pub adapter: String,
    pub vertices: usize,
    /// Places and normals of one body on one core.
    pub skinning_cpu_ms: f64,
    /// The same on the adapter, of the larger crowd, per body.
    pub skinning_gpu_ms: f64,
    pub width_px: u32,
    pub height_px: u32,
    pub samples_per_pixel: u32,
    pub drawing: Vec<Crowd>,
}

#[derive(Serialize)]
pub(super) struct Crowd {
    pub people: usize,
    /// From poses to recorded commands: all that the drawing thread does.
    pub processor_ms: f64,
    /// Until the picture is there.
    pub frame_ms: f64,
}

pub(super) fn measure(cancel: &CancelToken) -> anyhow::Result<Bodies> {
    let mut renderer = OffscreenRenderer::new(Gpu::headless()?, SAMPLES)?;
    let body = mannequin().context("the built-in body could not be read")?;
    let mut skinning_gpu_ms = 0.0;
    let mut drawing = Vec::new();
    for people in CROWDS {
        let camera = camera(people)?;
        let (mut processor, mut frames, mut posing) = (Vec::new(), Vec::new(), Vec::new());
        for frame in 0..FRAMES {
            cancel.check()?;
            let started = Instant::now();
            let scene = crowd(&body, people, frame);
            let building = started.elapsed();
            let recording = renderer.draw_only(&scene, &camera, SIZE)?;
            frames.push(started.elapsed().as_secs_f64() * 1e3);
            processor.push((building + recording).as_secs_f64() * 1e3);
            let started = Instant::now();
            renderer.pose_only(&scene, &camera)?;
            posing.push(started.elapsed().as_secs_f64() * 1e3 / people as f64);
        }
        skinning_gpu_ms = median(&mut posing);
        drawing.push(Crowd { people, processor_ms: median(&mut processor), frame_ms: median(&mut frames) });
    }
    let [width_px, height_px] = SIZE;
    Ok(Bodies {
        adapter: renderer.gpu().name.clone(),
        vertices: body.vertex_count(),
        skinning_cpu_ms: on_one_core(&body, cancel)?,
        skinning_gpu_ms,
        width_px,
        height_px,
        samples_per_pixel: SAMPLES,
        drawing,
    })
}

fn on_one_core(body: &Arc<BodyModel>, cancel: &CancelToken) -> anyhow::Result<f64> {
    let shaped = ShapedBody::new(Arc::clone(body), BETAS);
    let mut times = Vec::new();
    for frame in 0..FRAMES {
        cancel.check()?;
        let pose = pose(frame, 0);
        let started = Instant::now();
        let vertices = shaped.posed(&BodyFrame { pose: &pose, betas: &BETAS, translation: Vec3::ZERO });
        std::hint::black_box(vertex_normals(&vertices, &body.faces));
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(&mut times))
}

/// Rows of five.
fn place(person: usize) -> Vec3 {
    Vec3::new((person % 5) as f32, 0.0, -((person / 5) as f32))
}

fn camera(people: usize) -> anyhow::Result<OrbitCamera> {
    let corners = (0..people).flat_map(|person| {
        let place = place(person);
        [place - Vec3::new(0.5, 0.0, 0.5), place + Vec3::new(0.5, 1.8, 0.5)]
    });
    let bounds = Bounds::of_points(corners).context("there is nothing to draw")?;
    Ok(OrbitCamera::preset(ViewPreset::ThreeQuarter, bounds, SIZE[0] as f32 / SIZE[1] as f32))
}

fn crowd(body: &Arc<BodyModel>, people: usize, frame: usize) -> RenderScene {
    let style = SceneStyle::dark();
    let mut scene = build_scene(&[], FrameIndex(frame), &style, None);
    for person in 0..people {
        let rest = body.rest_joints(&BETAS);
        let transforms = joint_transforms(&rest, &pose(frame, person), place(person));
        let transforms = skinning_transforms(&transforms, &rest);
        let shape = BodyShape::new(Arc::clone(body), BETAS, transforms, PersonStyle::dark().clay());
        scene.add_body(shape, style.shadow_strength);
    }
    scene
}

/// Arms down, swaying in every joint.
fn pose(frame: usize, person: usize) -> BodyPose {
    const SHOULDERS: [(usize, f32); 2] = [(16, -1.1), (17, 1.1)];
    let mut pose = [Vec3::ZERO; BODY_JOINTS];
    for (joint, turn) in pose.iter_mut().enumerate() {
        *turn = Vec3::splat(0.08 * (frame as f32 * 0.2 + person as f32 + joint as f32).sin());
    }
    for (shoulder, down) in SHOULDERS {
        pose[shoulder].z += down;
    }
    pose
}

impl Bodies {
    /// Name and value of each figure, for people.
    pub(super) fn rows(&self, row: &mut impl FnMut(&str, String) -> std::fmt::Result) -> std::fmt::Result {
        row(
            "skinning a body",
            format!(
                "{:.2} ms on one core, {:.2} ms on {}, {} vertices",
                self.skinning_cpu_ms, self.skinning_gpu_ms, self.adapter, self.vertices
            ),
        )?;
        for crowd in &self.drawing {
            row(
                &format!("drawing {} {}", crowd.people, if crowd.people == 1 { "body" } else { "bodies" }),
                format!(
                    "{:.1} ms median at {}x{}, {:.2} ms of it on the drawing thread",
                    crowd.frame_ms, self.width_px, self.height_px, crowd.processor_ms
                ),
            )?;
        }
        Ok(())
    }
}
