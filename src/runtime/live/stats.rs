//! How live keeps up.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::Serialize;

/// Pictures and moments that figures are told of.
const RECENT: usize = 300;
/// Pictures over which the camera's rate is taken.
const RATE_OVER: Duration = Duration::from_secs(2);
/// Weight of a new measurement against those before.
const SHARE_OF_NEW: f64 = 0.1;

/// Figures of a running camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct LiveStats {
    /// Pictures a second that the camera gives.
    pub camera_fps: f64,
    /// Pictures a second with 3D.
    pub lifted_fps: f64,
    pub detector_ms: f64,
    /// One picture's windows of everybody.
    pub lifter_ms: f64,
    /// From when a picture was taken to when its people were shown.
    pub latency_ms: Option<f64>,
    pub latency_p95_ms: Option<f64>,
    /// Pictures taken, detected in, and passed over because newer ones came.
    pub captured: u64,
    pub detected: u64,
    pub dropped: u64,
    /// Pictures in which the detector failed.
    pub failed: u64,
    /// Frames of the lifter's window.
    pub window_frames: usize,
    pub people: usize,
    /// Keypoints of so many pictures can be kept.
    pub ring_frames: usize,
    /// The camera is gone and is looked for.
    pub is_lost: bool,
}

/// What the threads measure.
#[derive(Debug, Default)]
pub struct Meter {
    stats: LiveStats,
    captures: VecDeque<Instant>,
    lifts: VecDeque<Instant>,
    latencies_ms: VecDeque<f64>,
}

impl Meter {
    pub fn captured(&mut self, at: Instant) {
        self.stats.captured += 1;
        note(&mut self.captures, at);
    }

    pub fn dropped(&mut self) {
        self.stats.dropped += 1;
    }

    pub fn detected(&mut self, took: Duration) {
        self.stats.detected += 1;
        smooth(&mut self.stats.detector_ms, took);
    }

    pub fn failed(&mut self) {
        self.stats.failed += 1;
    }

    pub fn lifted(&mut self, took: Duration, window_frames: usize, people: usize, ring_frames: usize) {
        smooth(&mut self.stats.lifter_ms, took);
        self.stats.window_frames = window_frames;
        self.stats.people = people;
        self.stats.ring_frames = ring_frames;
        note(&mut self.lifts, Instant::now());
    }

    pub fn presented(&mut self, latency: Duration) {
        self.latencies_ms.push_back(latency.as_secs_f64() * 1e3);
        if self.latencies_ms.len() > RECENT {
            self.latencies_ms.pop_front();
        }
    }

    pub fn set_lost(&mut self, is_lost: bool) {
        self.stats.is_lost = is_lost;
    }

    pub fn stats(&self) -> LiveStats {
        let mut latencies: Vec<f64> = self.latencies_ms.iter().copied().collect();
        latencies.sort_by(f64::total_cmp);
        let share =
            |share: f64| latencies.get(((latencies.len() as f64 * share) as usize).min(latencies.len().max(1) - 1));
        LiveStats {
            camera_fps: rate(&self.captures),
            lifted_fps: rate(&self.lifts),
            latency_ms: share(0.5).copied(),
            latency_p95_ms: share(0.95).copied(),
            ..self.stats
        }
    }
}

fn note(moments: &mut VecDeque<Instant>, at: Instant) {
    moments.push_back(at);
    while moments.len() > RECENT || moments.front().is_some_and(|first| at.duration_since(*first) > RATE_OVER) {
        moments.pop_front();
    }
}

/// Per second; 0 of fewer than two, and once they have stopped.
fn rate(moments: &VecDeque<Instant>) -> f64 {
    match (moments.front(), moments.back()) {
        (Some(first), Some(last)) if moments.len() > 1 && last.elapsed() < RATE_OVER => {
            (moments.len() - 1) as f64 / last.duration_since(*first).as_secs_f64().max(1e-6)
        }
        _ => 0.0,
    }
}

fn smooth(value: &mut f64, took: Duration) {
    let new = took.as_secs_f64() * 1e3;
    *value += if *value == 0.0 { new } else { (new - *value) * SHARE_OF_NEW };
}
