//! Jobs that run for the window, their progress and the time they still need.

use std::time::Instant;

use crate::runtime::{JobHandle, JobId};
use crate::session::SourceId;

/// Time left is told after this long; before that it is a guess.
const CALIBRATION_SECS: f64 = 0.5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Reads a file, in place of a source that is open already if one is named.
    Open {
        replaces: Option<SourceId>,
    },
    /// Looks at a video that is to be attached.
    Video,
    /// Finds the people in a video.
    Detect(SourceId),
    Infer(SourceId),
    /// Fits bodies to a clip.
    Bodies,
    /// Scores a clip with an action model.
    Scores,
    /// Fetches the published model of this name.
    Fetch(String),
    Screenshot,
    /// Waits for a file dialog.
    Dialog,
    /// Writes a file, or waits for a dialog that asks where.
    Save,
}

/// How far a job is; units of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    pub what: &'static str,
    pub done: u64,
    /// 0 where not known.
    pub total: u64,
}

impl Progress {
    pub fn share(&self) -> Option<f32> {
        (self.total > 0).then(|| (self.done as f32 / self.total as f32).clamp(0.0, 1.0))
    }
}

/// A job that runs. Dropping it cancels it.
pub struct RunningJob {
    pub handle: JobHandle,
    pub kind: JobKind,
    /// "Opening dance.json"
    pub label: String,
    pub progress: Option<Progress>,
    started: Instant,
}

impl RunningJob {
    /// Seconds that it still needs at the pace so far; none while that is a guess.
    pub fn left_secs(&self) -> Option<f64> {
        left_secs(self.progress?, self.started.elapsed().as_secs_f64())
    }
}

fn left_secs(progress: Progress, elapsed_secs: f64) -> Option<f64> {
    let is_known = progress.total > 0 && progress.done > 0 && elapsed_secs > CALIBRATION_SECS;
    is_known.then(|| elapsed_secs * progress.total.saturating_sub(progress.done) as f64 / progress.done as f64)
}

#[derive(Default)]
pub struct Jobs {
    running: Vec<RunningJob>,
}

impl Jobs {
    pub fn add(&mut self, handle: JobHandle, kind: JobKind, label: String) {
        self.running.push(RunningJob { handle, kind, label, progress: None, started: Instant::now() });
    }

    pub fn iter(&self) -> impl Iterator<Item = &RunningJob> {
        self.running.iter()
    }

    pub fn get_mut(&mut self, id: JobId) -> Option<&mut RunningJob> {
        self.running.iter_mut().find(|job| job.handle.id == id)
    }

    /// Takes a job out; dropping what comes back cancels it if it still runs.
    pub fn take(&mut self, id: JobId) -> Option<RunningJob> {
        let place = self.running.iter().position(|job| job.handle.id == id)?;
        Some(self.running.remove(place))
    }

    pub fn inference(&self) -> Option<(JobId, SourceId)> {
        self.running.iter().find_map(|job| match job.kind {
            JobKind::Infer(source) => Some((job.handle.id, source)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_the_pace() {
        let progress = |done, total| Progress { what: "frames", done, total };
        assert_eq!(left_secs(progress(100, 400), 2.0), Some(6.0));
        assert_eq!(left_secs(progress(400, 400), 2.0), Some(0.0));
        assert_eq!(left_secs(progress(0, 400), 2.0), None);
        assert_eq!(left_secs(progress(3, 0), 2.0), None);
        assert_eq!(left_secs(progress(100, 400), 0.1), None);
    }
}
