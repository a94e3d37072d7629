//! `summary.json`: what a run read, did and wrote.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::WriteError;
use crate::data::{PersonId, Repetitions, Space};
use crate::io::atomic;
use crate::support::{CancelToken, Level, Notice};

/// Facts about one run, written beside its results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub program: String,
    pub input: String,
    /// Format of the input, e.g. "AlphaPose JSON".
    pub input_format: String,
    pub skeleton: String,
    /// Length of the input's timeline.
    pub frames: usize,
    pub fps: f64,
    pub image_size_px: Option<[u32; 2]>,
    pub space: Space,
    pub model: String,
    pub device: String,
    pub clip_len: usize,
    pub stitch: String,
    pub flip_averaging: bool,
    /// How the keypoints were cleaned before lifting, as the caller puts it; none if they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaning: Option<serde_json::Value>,
    /// How the joints were smoothed after lifting; none if they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smoothing: Option<serde_json::Value>,
    /// The mesh model, or "ik" where a body was fitted to the joints; none without bodies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mesh: Option<String>,
    /// The body model that was posed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Wall-clock time of the whole run.
    pub seconds: f64,
    pub people: Vec<PersonSummary>,
    pub warnings: Vec<SummaryNotice>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonSummary {
    pub id: PersonId,
    pub first_frame: usize,
    /// Frames written, gaps included.
    pub frames: usize,
    /// Frames in which the person was seen.
    pub seen_frames: usize,
    /// How many joints cleaning changed; none if it changed nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repairs: Option<serde_json::Value>,
    /// What the person does again and again, in the order of time.
    #[serde(default)]
    pub repetitions: Vec<RepetitionsSummary>,
    /// Paths relative to the summary.
    pub files: Vec<String>,
}

/// A stretch in which somebody repeats one movement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RepetitionsSummary {
    pub count: usize,
    /// From the first frame of the input's timeline.
    pub start_secs: f64,
    pub end_secs: f64,
    /// Frames at which repetitions begin, and the one at which the last ends.
    pub boundaries: Vec<usize>,
    pub mean_period_secs: f64,
    /// Standard deviation of the periods over their mean.
    pub period_variation: f32,
    /// How alike the repetitions are, 0 to 1.
    pub strength: f32,
}

impl RepetitionsSummary {
    pub fn new(repetitions: &Repetitions, fps: f64) -> Self {
        let range = repetitions.range();
        Self {
            count: repetitions.count(),
            start_secs: range.start as f64 / fps,
            end_secs: range.end as f64 / fps,
            boundaries: repetitions.boundaries.to_vec(),
            mean_period_secs: f64::from(repetitions.mean_period()) / fps,
            period_variation: repetitions.period_variation(),
            strength: repetitions.strength,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryNotice {
    pub level: Level,
    pub text: String,
    /// How often it was said.
    pub count: usize,
}

impl From<(Notice, usize)> for SummaryNotice {
    fn from((notice, count): (Notice, usize)) -> Self {
        Self { level: notice.level, text: notice.to_string(), count }
    }
}

impl Summary {
    /// # Errors
    /// When the file cannot be written, or the token was cancelled.
    pub fn write(&self, path: &Path, cancel: &CancelToken) -> Result<(), WriteError> {
        atomic::write(path, cancel, |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            out.write_all(b"\n")
        })
    }
}
