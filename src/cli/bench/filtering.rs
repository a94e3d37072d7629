//! Smoothing and cleaning a long clip of several people.

use std::time::Instant;

use glam::Vec3;
use serde::Serialize;

use super::median;
use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, H36M_JOINTS, Keypoint, KeypointTrack, PersonId};
use crate::motion::clean::Hampel;
use crate::motion::smooth::SmoothingKind;
use crate::motion::{Cleaning, Smoothing};
use crate::support::CancelToken;
use crate::support::rng::SplitMix64;

const FRAMES: usize = 10_000;
const PEOPLE: usize = 3;
const FPS: f64 = 30.0;
const ROUNDS: usize = 5;

#[derive(Serialize)]
pub(super) struct Filtering {
    pub frames: usize,
    pub people: usize,
    pub one_euro_ms: f64,
    pub butterworth_ms: f64,
    pub savitzky_golay_ms: f64,
    /// All repairs of the 2D keypoints.
    pub cleaning_ms: f64,
}

pub(super) fn measure(cancel: &CancelToken) -> anyhow::Result<Filtering> {
    let mut rng = SplitMix64(1);
    let joints: Vec<Vec3> =
        (0..FRAMES * H36M_JOINTS).map(|_| Vec3::from_array([0; 3].map(|_| rng.next_f64() as f32 - 0.5))).collect();
    let smooth_ms = |kind: SmoothingKind| {
        let smoothing = Smoothing::of_strength(kind, Smoothing::USUAL_STRENGTH);
        time_ms(cancel, || drop(std::hint::black_box(smoothing.apply(&joints, FPS))))
    };
    let track = KeypointTrack {
        person: PersonId(1),
        skeleton: &H36M_17,
        range: FrameRange::new(0, FRAMES),
        keypoints: joints.iter().map(|joint| Keypoint::new(joint.x, joint.y, joint.z + 0.5)).collect(),
        seen: vec![true; FRAMES].into(),
        is_spurious: false,
    };
    let cleaning = Cleaning {
        min_confidence: Some(0.1),
        repair_swaps: true,
        outliers: Some(Hampel::default()),
        max_gap_frames: Some(10),
    };
    Ok(Filtering {
        frames: FRAMES,
        people: PEOPLE,
        one_euro_ms: smooth_ms(SmoothingKind::OneEuro)?,
        butterworth_ms: smooth_ms(SmoothingKind::Butterworth)?,
        savitzky_golay_ms: smooth_ms(SmoothingKind::SavitzkyGolay)?,
        cleaning_ms: time_ms(cancel, || drop(std::hint::black_box(cleaning.apply(&track))))?,
    })
}

/// Median time for everybody, milliseconds.
fn time_ms(cancel: &CancelToken, filter_person: impl Fn()) -> anyhow::Result<f64> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        cancel.check()?;
        let started = Instant::now();
        (0..PEOPLE).for_each(|_| filter_person());
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(&mut times))
}
