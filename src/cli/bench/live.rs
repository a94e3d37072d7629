//! From a painted camera to 3D as it happens.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::cli::live::{Line, watch};
use crate::data::{Detection, VideoFrame};
use crate::detect::{DetectError, Detector, DetectorInfo};
use crate::runtime::live::{LiveRequest, OpenDetector, TestPattern, test_pattern};
use crate::session::SourceId;
use crate::support::CancelToken;

/// What a small pose network takes a picture on one processor.
const DETECTOR_COST: Duration = Duration::from_millis(15);

/// How live keeps up: one painted person, 640x480 at 30 fps.
#[derive(Serialize)]
pub(super) struct LiveBench {
    pub seconds: f64,
    pub detector_cost_ms: f64,
    /// Of the pictures that were taken.
    pub detected_share: f64,
    pub lifted_per_s: f64,
    pub lifter_ms: f64,
    pub window_frames: usize,
    /// From the picture's arrival to the update's.
    pub latency_median_ms: Option<f64>,
    pub latency_p95_ms: Option<f64>,
    /// Resident memory after a quarter, half and all of the time, MB.
    pub memory_mb: Vec<f64>,
}

pub(super) fn measure(seconds: f64, cancel: &CancelToken) -> anyhow::Result<LiveBench> {
    let (camera, mut detector) =
        test_pattern(TestPattern::default()).map_err(|notice| anyhow::anyhow!(notice.to_string()))?;
    let detector: OpenDetector = Box::new(move |cancel| Ok(Box::new(Costly(detector(cancel)?))));
    let request = LiveRequest::new(SourceId(1), "Live".to_owned(), camera, detector);
    let mut lines: Vec<Line> = Vec::new();
    watch(request, Some(seconds), cancel, &mut |line| lines.push(line), &|_| {})?;
    let last = lines.last().ok_or_else(|| anyhow::anyhow!("the camera gave nothing"))?;
    let stats = last.stats;
    let memory = [lines.len() / 4, lines.len() / 2, lines.len() - 1].map(|at| lines[at].memory_mb);
    Ok(LiveBench {
        seconds: last.elapsed_secs,
        detector_cost_ms: DETECTOR_COST.as_secs_f64() * 1e3,
        detected_share: stats.detected as f64 / stats.captured.max(1) as f64,
        lifted_per_s: stats.lifted_fps,
        lifter_ms: stats.lifter_ms,
        window_frames: stats.window_frames,
        latency_median_ms: stats.latency_ms,
        latency_p95_ms: stats.latency_p95_ms,
        memory_mb: memory.into_iter().flatten().collect(),
    })
}

impl LiveBench {
    pub fn rows(&self, row: &mut dyn FnMut(&str, String) -> std::fmt::Result) -> std::fmt::Result {
        row("live", format!("{:.0} s, one person, detector {:.0} ms", self.seconds, self.detector_cost_ms))?;
        row(
            "live: detected",
            format!("{:.1} % of the pictures, 3D at {:.1} Hz", self.detected_share * 100.0, self.lifted_per_s),
        )?;
        row("live: model", format!("{:.1} ms a window of {} frames", self.lifter_ms, self.window_frames))?;
        if let (Some(median), Some(p95)) = (self.latency_median_ms, self.latency_p95_ms) {
            row("live: latency", format!("{median:.1} ms median, {p95:.1} ms p95"))?;
        }
        let memory: Vec<String> = self.memory_mb.iter().map(|mb| format!("{mb:.0}")).collect();
        row("live: memory over time", format!("{} MB", memory.join(", ")))
    }
}

/// Keeps a processor busy for as long as a network would.
struct Costly(Box<dyn Detector>);

impl Detector for Costly {
    fn info(&self) -> &DetectorInfo {
        self.0.info()
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        let began = Instant::now();
        let found = self.0.detect(picture, cancel)?;
        while began.elapsed() < DETECTOR_COST {
            cancel.check()?;
            std::hint::spin_loop();
        }
        Ok(found)
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
