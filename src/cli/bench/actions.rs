//! An hour of one person: lifted, described, looked through for a movement, and labelled by examples.

use std::time::Instant;

use serde::Serialize;

use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, H36M_JOINTS, Keypoint, KeypointTrack, PersonId};
use crate::infer::{InferOptions, predict_track};
use crate::motion::features;
use crate::motion::moves::{self, FindOptions, MoveSample, Place, Query};
use crate::motion::segments::{self, SegmentOptions};
use crate::nn::bench::{peak_mb, restart_peak};
use crate::nn::{Checkpoint, DeviceChoice, PoseModel};
use crate::support::{CancelToken, NoProgress};

const FPS: f64 = 30.0;
const FRAMES: usize = 108_000;
/// One movement of two seconds.
const MOVE_FRAMES: usize = 60;
const CLASSES: usize = 10;
const EXAMPLES_PER_CLASS: usize = 5;

#[derive(Serialize)]
pub(super) struct Actions {
    pub frames: usize,
    /// From keypoints to 3D, by the starter with mirroring.
    pub lifting_s: f64,
    pub features_s: f64,
    pub features_mb: f64,
    pub classes: usize,
    pub examples: usize,
    /// Scores of all classes over the hour, and segments of them.
    pub labelling_s: f64,
    pub segments: usize,
    /// One movement looked for in the hour, mirrored matches too.
    pub find_ms: f64,
    pub peak_memory_mb: Option<f64>,
}

pub(super) fn measure(device: DeviceChoice, cancel: &CancelToken) -> anyhow::Result<Actions> {
    let (model, ..) = PoseModel::load(&Checkpoint::starter()?, device, None)?;
    let before_mb = restart_peak();
    let track = hour();
    let started = Instant::now();
    let options = InferOptions::default();
    let poses = predict_track(&model, &track, None, &options, cancel, &NoProgress, &mut |_| {})?;
    let lifting_s = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let found = features::of_poses(&poses, Some(&track), FPS, false);
    let features_s = started.elapsed().as_secs_f64();
    let mirrored = features::of_poses(&poses, Some(&track), FPS, true);
    let sample = |place: usize| MoveSample {
        class: place % CLASSES,
        features: &found,
        range: FrameRange::of_len(place * 10 * MOVE_FRAMES, MOVE_FRAMES),
    };
    let samples: Vec<MoveSample<'_>> = (0..CLASSES * EXAMPLES_PER_CLASS).map(sample).collect();
    let started = Instant::now();
    let scores = moves::similarities(&found, &samples, CLASSES, cancel)?;
    let segments = segments::segment(&scores, track.range, FPS, &SegmentOptions::default()).len();
    let labelling_s = started.elapsed().as_secs_f64();
    let query = Query { key: 0, features: &found, range: samples[1].range, mirrored: Some(&mirrored) };
    let started = Instant::now();
    moves::find(&query, &[Place { key: 0, features: &found }], &FindOptions::default(), cancel)?;
    let find_ms = started.elapsed().as_secs_f64() * 1e3;
    Ok(Actions {
        frames: FRAMES,
        lifting_s,
        features_s,
        features_mb: (found.values.len() * size_of::<f32>()) as f64 / 1e6,
        classes: CLASSES,
        examples: samples.len(),
        labelling_s,
        segments,
        find_ms,
        peak_memory_mb: peak_mb().zip(before_mb).map(|(peak, before)| peak - before),
    })
}

/// Somebody whose joints sway, each at its own pace, which changes every ten movements.
fn hour() -> KeypointTrack {
    let keypoint = |place: usize| {
        let (frame, joint) = (place / H36M_JOINTS, place % H36M_JOINTS);
        let pace = 1.0 + (frame / (10 * MOVE_FRAMES) * 7 % 11) as f32 * 0.1;
        let phase = frame as f32 * pace * std::f32::consts::TAU / MOVE_FRAMES as f32 + joint as f32;
        let (row, column) = (joint / 4, joint % 4);
        let sway = 12.0 * phase.sin();
        Keypoint::new(300.0 + 40.0 * column as f32 + sway, 200.0 + 60.0 * row as f32 - sway, 0.9)
    };
    KeypointTrack {
        person: PersonId::default(),
        skeleton: &H36M_17,
        range: FrameRange::of_len(0, FRAMES),
        keypoints: (0..FRAMES * H36M_JOINTS).map(keypoint).collect(),
        seen: vec![true; FRAMES].into(),
        is_spurious: false,
    }
}

impl Actions {
    /// Name and value of each figure, for people.
    pub(super) fn rows(&self, row: &mut impl FnMut(&str, String) -> std::fmt::Result) -> std::fmt::Result {
        let minutes = self.frames as f64 / FPS / 60.0;
        row(
            &format!("{minutes:.0} minutes of one person"),
            format!("{:.1} s to 3D, {:.2} s to features", self.lifting_s, self.features_s),
        )?;
        row(
            "labelling them",
            format!(
                "{:.2} s by {} examples of {} classes, {} segments",
                self.labelling_s, self.examples, self.classes, self.segments
            ),
        )?;
        row("finding a movement there", format!("{:.0} ms, features of {:.0} MB", self.find_ms, self.features_mb))?;
        match self.peak_memory_mb {
            Some(peak) => row("peak memory of all that", format!("{peak:.0} MB")),
            None => Ok(()),
        }
    }
}
