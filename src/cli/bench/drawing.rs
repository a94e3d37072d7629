//! Drawing people off screen at the size of a small window.

use std::time::Instant;

use glam::Vec3;
use serde::Serialize;

use super::median;
use crate::data::{FrameIndex, FrameRange, PersonId, WorldTrack};
use crate::render::{Gpu, OffscreenRenderer};
use crate::scene::{Bounds, OrbitCamera, PersonStyle, SceneStyle, ViewPreset, build_scene};
use crate::support::CancelToken;

const SIZE: [u32; 2] = [1280, 720];
const PEOPLE: usize = 3;
const FRAMES: usize = 30;
const SAMPLES: u32 = 1;

/// A standing person, H36M order, metres.
const STANDING: [[f32; 3]; 17] = [
    [0.0, 0.92, 0.0],
    [-0.13, 0.92, 0.0],
    [-0.14, 0.49, 0.03],
    [-0.15, 0.08, 0.0],
    [0.13, 0.92, 0.0],
    [0.14, 0.49, 0.03],
    [0.15, 0.08, 0.0],
    [0.0, 1.15, 0.0],
    [0.0, 1.4, 0.0],
    [0.0, 1.5, 0.08],
    [0.0, 1.65, 0.0],
    [0.16, 1.38, 0.0],
    [0.35, 1.2, 0.05],
    [0.5, 1.35, 0.15],
    [-0.16, 1.38, 0.0],
    [-0.35, 1.2, 0.05],
    [-0.5, 1.35, 0.15],
];

#[derive(Serialize)]
pub(super) struct Drawing {
    pub adapter: String,
    pub width_px: u32,
    pub height_px: u32,
    pub people: usize,
    pub samples_per_pixel: u32,
    pub median_ms: f64,
}

pub(super) fn measure(cancel: &CancelToken) -> anyhow::Result<Drawing> {
    let mut renderer = OffscreenRenderer::new(Gpu::headless()?, SAMPLES)?;
    let adapter = renderer.gpu().name.clone();
    let people: Vec<WorldTrack> = (0..PEOPLE).map(person).collect();
    let range = FrameRange::new(0, FRAMES);
    let Some(bounds) = Bounds::of_tracks(&people, range) else { anyhow::bail!("there is nothing to draw") };
    let camera = OrbitCamera::preset(ViewPreset::ThreeQuarter, bounds, SIZE[0] as f32 / SIZE[1] as f32);
    let styled: Vec<(&WorldTrack, PersonStyle)> = people.iter().map(|track| (track, PersonStyle::dark())).collect();
    let mut times = Vec::new();
    for frame in 0..FRAMES {
        cancel.check()?;
        let started = Instant::now();
        let scene = build_scene(&styled, FrameIndex(frame), &SceneStyle::dark(), Some(bounds));
        renderer.draw_only(&scene, &camera, SIZE)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let [width_px, height_px] = SIZE;
    Ok(Drawing {
        adapter,
        width_px,
        height_px,
        people: PEOPLE,
        samples_per_pixel: SAMPLES,
        median_ms: median(&mut times),
    })
}

/// Someone who sways, beside the others.
fn person(place: usize) -> WorldTrack {
    let joints = (0..FRAMES).flat_map(|frame| {
        let sway = 0.1 * (frame as f32 * 0.2 + place as f32).sin();
        STANDING.map(|[x, y, z]| Vec3::new(x + place as f32 - 1.0 + sway * y, y, z))
    });
    WorldTrack {
        person: PersonId(place as u32 + 1),
        range: FrameRange::new(0, FRAMES),
        joints_in_world: joints.collect(),
    }
}
