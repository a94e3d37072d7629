//! `actions.json`: what people do and when.

use std::path::Path;

use serde::Serialize;

use super::{SummaryNotice, WriteError};
use crate::data::{ActionScores, FrameRange, PersonId, Segment};
use crate::io::atomic;
use crate::support::CancelToken;

/// Name of the file.
pub const ACTIONS_FILE: &str = "actions.json";

/// Everything in the file but the scores.
pub struct ActionsExport<'a> {
    /// Program and version.
    pub program: &'a str,
    pub input: &'a str,
    pub model: &'a str,
    /// By class.
    pub names: &'a [String],
    pub fps: f64,
    /// Classes listed of every window, the likeliest first.
    pub top: usize,
    /// Scores of people and pairs, each with its segments.
    pub scored: &'a [(ActionScores, Vec<Segment>)],
    /// Who and what was left out, and why.
    pub skipped: Vec<SummaryNotice>,
}

#[derive(Serialize)]
struct File<'a> {
    program: &'a str,
    input: &'a str,
    model: &'a str,
    fps: f64,
    classes: &'a [String],
    people: Vec<Scored<'a>>,
    pairs: Vec<Scored<'a>>,
    skipped: &'a [SummaryNotice],
}

#[derive(Serialize)]
struct Scored<'a> {
    /// One, or two who were scored together.
    people: &'a [PersonId],
    windows: Vec<Window<'a>>,
    segments: Vec<LabelledSegment<'a>>,
}

#[derive(Serialize)]
struct Window<'a> {
    #[serde(flatten)]
    range: FrameRange,
    logits: &'a [f32],
    top: Vec<Class<'a>>,
}

#[derive(Serialize)]
struct Class<'a> {
    class: usize,
    label: &'a str,
    probability: f64,
}

#[derive(Serialize)]
struct LabelledSegment<'a> {
    #[serde(flatten)]
    range: FrameRange,
    start_secs: f64,
    end_secs: f64,
    class: usize,
    label: &'a str,
    score: f32,
}

impl ActionsExport<'_> {
    /// # Errors
    /// When the file cannot be written, or the token was cancelled.
    pub fn write(&self, path: &Path, cancel: &CancelToken) -> Result<(), WriteError> {
        let of = |persons: usize| {
            let entries = self.scored.iter().filter(move |(scores, _)| scores.people.len() == persons);
            entries.map(|(scores, segments)| self.entry(scores, segments)).collect()
        };
        let file = File {
            program: self.program,
            input: self.input,
            model: self.model,
            fps: self.fps,
            classes: self.names,
            people: of(1),
            pairs: of(2),
            skipped: &self.skipped,
        };
        atomic::write(path, cancel, |out| {
            serde_json::to_writer_pretty(&mut *out, &file)?;
            out.write_all(b"\n")
        })
    }

    fn entry<'a>(&'a self, scores: &'a ActionScores, segments: &[Segment]) -> Scored<'a> {
        let window = |(place, range): (usize, &FrameRange)| {
            let logits = scores.window(place);
            Window { range: *range, logits, top: self.likeliest(logits) }
        };
        let segment = |segment: &Segment| LabelledSegment {
            range: segment.range,
            start_secs: segment.range.start as f64 / self.fps,
            end_secs: segment.range.end as f64 / self.fps,
            class: segment.class,
            label: self.label(segment.class),
            score: segment.score,
        };
        Scored {
            people: &scores.people,
            windows: scores.windows.iter().enumerate().map(window).collect(),
            segments: segments.iter().map(segment).collect(),
        }
    }

    fn label(&self, class: usize) -> &str {
        self.names.get(class).map_or("", String::as_str)
    }

    /// The likeliest classes by their softmax.
    fn likeliest(&self, logits: &[f32]) -> Vec<Class<'_>> {
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let shares: Vec<f64> = logits.iter().map(|logit| f64::from(logit - highest).exp()).collect();
        let sum: f64 = shares.iter().sum();
        let mut classes: Vec<usize> = (0..logits.len()).collect();
        classes.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
        classes.truncate(self.top);
        let class = |class: usize| Class { class, label: self.label(class), probability: shares[class] / sum };
        classes.into_iter().map(class).collect()
    }
}
