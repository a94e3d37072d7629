//! From joints to posed bodies: the mesh head, skinning as files need it, and fitting a body to joints.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use glam::Vec3;
use serde::Serialize;

use super::median;
use crate::data::body::{BODY_JOINTS, BODY_SHAPES, BodyFrame, BodyModel, BodyPose, BodyTrack};
use crate::data::{FrameRange, PersonId, WorldTrack};
use crate::io::body::mannequin;
use crate::motion::body_placing::joints_over_time;
use crate::motion::ik::{self, FitOptions};
use crate::motion::skin::{Landmarks, ShapedBody};
use crate::nn::{DeviceChoice, DstformerConfig, MeshModel, seeded_body, seeded_mesh};
use crate::support::{CancelToken, NoProgress};

/// Of SMPL and of the published mesh head.
const SMPL_VERTICES: usize = 6890;
const HIDDEN: usize = 1024;
/// Its features are the full model's; the backbone is measured by itself.
const BACKBONE: DstformerConfig =
    DstformerConfig { dim_feat: 8, depth: 1, num_heads: 1, mlp_ratio: 1, ..DstformerConfig::FULL };

const ROUNDS: usize = 9;
const FIT_FRAMES: usize = 60;

#[derive(Serialize)]
pub(super) struct Mesh {
    pub frames_per_window: usize,
    /// One window, on top of the forward pass of its backbone.
    pub head_ms: f64,
    pub smpl_vertices: usize,
    /// One body with pose blend shapes on one core.
    pub smpl_skinning_cpu_ms: f64,
    /// One frame of one person.
    pub fit_ms: f64,
}

pub(super) fn measure(frames: usize, cancel: &CancelToken) -> anyhow::Result<Mesh> {
    let arrays = seeded_body(SMPL_VERTICES, 1);
    let checkpoint = seeded_mesh(&BACKBONE, HIDDEN, 1, Some(&arrays));
    let (model, ..) = MeshModel::load(&checkpoint, DeviceChoice::Cpu, None, None)?;
    let features = frames * BACKBONE.num_joints * BACKBONE.dim_rep;
    let representation: Vec<f32> = (0..features).map(|i| (i as f32 * 0.37).sin()).collect();
    let mannequin = mannequin()?;
    let landmarks = Landmarks::of(&mannequin).context("the mannequin has no place for the 17 joints")?;
    let world = swaying(&mannequin, &landmarks);
    let smpl = ShapedBody::new(model.body().clone(), [0.0; BODY_SHAPES]);
    Ok(Mesh {
        frames_per_window: frames,
        head_ms: time_ms(cancel, |_| drop(std::hint::black_box(model.read_off(&representation, frames))))?,
        smpl_vertices: SMPL_VERTICES,
        smpl_skinning_cpu_ms: time_ms(cancel, |round| {
            let frame = BodyFrame { pose: &pose(round), betas: smpl.betas(), translation: Vec3::ZERO };
            std::hint::black_box(smpl.posed(&frame));
        })?,
        fit_ms: time_ms(cancel, |_| {
            let fit = FitOptions::default();
            let fitted = ik::fit(&mannequin, &landmarks, &world, 30.0, &fit, cancel, &NoProgress);
            drop(std::hint::black_box(fitted));
        })? / FIT_FRAMES as f64,
    })
}

/// The median over the rounds, after one to warm up.
fn time_ms(cancel: &CancelToken, mut work: impl FnMut(usize)) -> anyhow::Result<f64> {
    let mut times = Vec::with_capacity(ROUNDS);
    work(0);
    for round in 0..ROUNDS {
        cancel.check()?;
        let started = Instant::now();
        work(round);
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(&mut times))
}

/// The mannequin's joints while it sways.
fn swaying(body: &Arc<BodyModel>, landmarks: &Landmarks) -> WorldTrack {
    let range = FrameRange::of_len(0, FIT_FRAMES);
    let track = BodyTrack {
        person: PersonId::default(),
        range,
        poses: (0..FIT_FRAMES).map(pose).collect(),
        betas: vec![[0.0; BODY_SHAPES]; FIT_FRAMES].into(),
        translations: vec![Vec3::Y; FIT_FRAMES].into(),
    };
    let joints = joints_over_time(&track, body, landmarks);
    WorldTrack { person: track.person, range, joints_in_world: joints.into_iter().flatten().collect() }
}

/// Every joint a little, differently.
fn pose(frame: usize) -> BodyPose {
    std::array::from_fn::<_, BODY_JOINTS, _>(|joint| Vec3::splat(0.2 * (frame as f32 * 0.2 + joint as f32).sin()))
}

impl Mesh {
    /// Name and value of each figure, for people.
    pub(super) fn rows(&self, row: &mut impl FnMut(&str, String) -> std::fmt::Result) -> std::fmt::Result {
        row("mesh head", format!("{:.1} ms per window of {} frames", self.head_ms, self.frames_per_window))?;
        row(
            "skinning SMPL for files",
            format!("{:.2} ms on one core, {} vertices", self.smpl_skinning_cpu_ms, self.smpl_vertices),
        )?;
        row("fitting a body", format!("{:.2} ms a frame and person", self.fit_ms))
    }
}
