//! Making clips, encoding left out: drawing, reading back and handing over, of the built-in clip.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use image::RgbaImage;
use parking_lot::Mutex;
use serde::Serialize;

use crate::cli::bodies::BodySource;
use crate::cli::lift;
use crate::cli::render::subject::{self, Take};
use crate::cli::report::{ProgressArg, Reporter};
use crate::data::{FrameRange, FrameRate, KeypointTrack};
use crate::infer::InferOptions;
use crate::io::body::mannequin;
use crate::io::frames::clip::{ClipSink, ClipTarget};
use crate::io::frames::{Ffmpeg, FrameError};
use crate::nn::{Checkpoint, DeviceChoice, PoseModel};
use crate::render::Gpu;
use crate::runtime::clip::{ClipCamera, ClipLayout, ClipOrder, ClipSubject, write_with};
use crate::runtime::open::load_demo;
use crate::scene::{OrbitCamera, ViewPreset};
use crate::session::scene_settings::Appearance;
use crate::session::{SceneSettings, SourceId};
use crate::support::{CancelToken, NoProgress, Notices};

const SIZE: [u32; 2] = [1280, 720];
const SAMPLES: u32 = 1;
const FRAMES: usize = 120;
/// Until everything is warm.
const LEFT_OUT: usize = 10;

#[derive(Serialize)]
pub(super) struct Clips {
    pub adapter: String,
    pub width_px: u32,
    pub height_px: u32,
    pub people: usize,
    pub samples_per_pixel: u32,
    pub skeletons: Pace,
    pub bodies: Pace,
}

/// From one finished picture to the next.
#[derive(Serialize)]
pub(super) struct Pace {
    pub median_ms: f64,
    pub p95_ms: f64,
    pub frames_per_s: f64,
}

/// Takes pictures and notes when.
struct Stopwatch(Arc<Mutex<Vec<Instant>>>);

impl ClipSink for Stopwatch {
    fn write(&mut self, _: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError> {
        self.0.lock().push(Instant::now());
        Ok(cancel.check()?)
    }

    fn finish(self: Box<Self>, _: &CancelToken) -> Result<(), FrameError> {
        Ok(())
    }
}

pub(super) fn measure(cancel: &CancelToken) -> anyhow::Result<Clips> {
    let adapter = Gpu::headless()?.name;
    let subject = demo(cancel)?;
    let [width_px, height_px] = SIZE;
    Ok(Clips {
        adapter,
        width_px,
        height_px,
        people: subject.motion.people.len(),
        samples_per_pixel: SAMPLES,
        skeletons: pace(&subject, Appearance::Skeleton, cancel)?,
        bodies: pace(&subject, Appearance::Body, cancel)?,
    })
}

fn demo(cancel: &CancelToken) -> anyhow::Result<ClipSubject> {
    let (notices, reporter) = (Notices::new(), Reporter::new(ProgressArg::None));
    let source = load_demo(SourceId(0), cancel)?;
    let (model, _, _) = PoseModel::load(&Checkpoint::starter()?, DeviceChoice::default(), None)?;
    let tracks = source.tracks.clone();
    let tracks: Vec<&KeypointTrack> = tracks.iter().collect();
    let options = InferOptions::default();
    let predictions = lift::lift(&model, &source, &tracks, &options, &notices, &reporter, cancel)?;
    let take = Take { source, tracks: &tracks, predictions };
    subject::make(take, Some(&BodySource::Fit(mannequin()?)), &options, &notices, &reporter, cancel)
}

fn pace(subject: &ClipSubject, appearance: Appearance, cancel: &CancelToken) -> anyhow::Result<Pace> {
    let settings = SceneSettings { appearance, ..subject.settings.clone() };
    let subject = ClipSubject { settings, ..subject.clone() };
    let bounds = subject.motion.bounds.context("there is nobody to draw")?;
    let order = ClipOrder {
        target: ClipTarget::Video("bench.mp4".into()),
        size: SIZE,
        rate: FrameRate::nearest(subject.clip.fps).context("the clip has no frame rate")?,
        range: FrameRange::new(0, FRAMES),
        samples: SAMPLES,
        layout: ClipLayout::View,
        camera: ClipCamera {
            start: Some(OrbitCamera::preset(ViewPreset::ThreeQuarter, bounds, SIZE[0] as f32 / SIZE[1] as f32)),
            follows: false,
            turns: true,
        },
        video: None,
    };
    let times = Arc::new(Mutex::new(Vec::with_capacity(FRAMES)));
    let sink = || Ok(Box::new(Stopwatch(Arc::clone(&times))) as Box<dyn ClipSink>);
    write_with(sink, &order, &subject, &Ffmpeg::default(), &Notices::new(), cancel, &NoProgress)?;
    let times = times.lock();
    let mut steps: Vec<f64> =
        times.windows(2).skip(LEFT_OUT).map(|pair| (pair[1] - pair[0]).as_secs_f64() * 1e3).collect();
    let whole: f64 = steps.iter().sum();
    let median_ms = super::median(&mut steps);
    Ok(Pace { median_ms, p95_ms: steps[steps.len() * 95 / 100], frames_per_s: steps.len() as f64 * 1e3 / whole })
}

impl Clips {
    pub fn rows(&self, row: &mut impl FnMut(&str, String) -> std::fmt::Result) -> std::fmt::Result {
        let Self { width_px, height_px, people, adapter, .. } = self;
        row("clips", format!("{width_px}x{height_px}, {people} people, encoding left out, {adapter}"))?;
        for (name, pace) in [("clip of skeletons", &self.skeletons), ("clip of bodies", &self.bodies)] {
            let Pace { median_ms, p95_ms, frames_per_s } = pace;
            row(name, format!("{median_ms:.1} ms median, {p95_ms:.1} ms p95, {frames_per_s:.0} frames/s"))?;
        }
        Ok(())
    }
}
