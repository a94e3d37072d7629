//! From a painted camera to 3D as it happens.

use serde::Serialize;

use super::detector::Network;
use crate::cli::live::{Line, watch};
use crate::runtime::live::{LiveRequest, OpenDetector, TestPattern, test_pattern};
use crate::session::SourceId;
use crate::support::CancelToken;

/// How live keeps up: one painted person, 640x480 at 30 fps.
#[derive(Serialize)]
pub(super) struct LiveBench {
    pub seconds: f64,
    pub detector: String,
    pub detector_ms: f64,
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

pub(super) fn measure(network: Network, seconds: f64, cancel: &CancelToken) -> anyhow::Result<LiveBench> {
    let name = network.name.clone();
    let (camera, mut detector) =
        test_pattern(TestPattern::default()).map_err(|notice| anyhow::anyhow!(notice.to_string()))?;
    let detector: OpenDetector = Box::new(move |cancel| Ok(Box::new(network.with(detector(cancel)?, cancel)?)));
    let request = LiveRequest::new(SourceId(1), "Live".to_owned(), camera, detector);
    let mut lines: Vec<Line> = Vec::new();
    watch(request, Some(seconds), cancel, &mut |line| lines.push(line), &|_| {})?;
    let last = lines.last().ok_or_else(|| anyhow::anyhow!("the camera gave nothing"))?;
    let stats = last.stats;
    let memory = [lines.len() / 4, lines.len() / 2, lines.len() - 1].map(|at| lines[at].memory_mb);
    Ok(LiveBench {
        seconds: last.elapsed_secs,
        detector: name,
        detector_ms: stats.detector_ms,
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
        row("live", format!("{:.0} s, one person, {}", self.seconds, self.detector))?;
        row(
            "live: detected",
            format!("{:.1} % of the pictures, 3D at {:.1} Hz", self.detected_share * 100.0, self.lifted_per_s),
        )?;
        row("live: detector", format!("{:.1} ms a picture", self.detector_ms))?;
        row("live: model", format!("{:.1} ms a window of {} frames", self.lifter_ms, self.window_frames))?;
        if let (Some(median), Some(p95)) = (self.latency_median_ms, self.latency_p95_ms) {
            row("live: latency", format!("{median:.1} ms median, {p95:.1} ms p95"))?;
        }
        let memory: Vec<String> = self.memory_mb.iter().map(|mb| format!("{mb:.0}")).collect();
        row("live: memory over time", format!("{} MB", memory.join(", ")))
    }
}
