//! The labels of a clip as a table, copied or saved.

use std::path::{Path, PathBuf};

use super::app::StudioApp;
use super::jobs::JobKind;
use super::opening::short_name;
use crate::data::{ActionScores, FrameRange};
use crate::io::atomic;
use crate::io::export::{ActionsExport, SummaryNotice};
use crate::motion::segments::{SegmentOptions, segment};
use crate::runtime::Event;
use crate::runtime::job::JobError;
use crate::session::SourceState;
use crate::session::actions::{ClipScores, Evidence, Labels};
use crate::support::{CancelToken, Notice};
use crate::ui::text;

/// Classes that are listed of every window.
const TOP_CLASSES: usize = 5;

impl StudioApp {
    /// Writes the labels of the active clip: as a table, or with the scores of every window where the name ends with
    /// `.json`.
    pub(super) fn export_labels(&mut self, path: PathBuf) {
        let Some(clip) = self.session.active() else { return };
        let Some(labels) = self.session.labels(clip.source.id) else { return };
        let is_table = path.extension().is_none_or(|ext| !ext.eq_ignore_ascii_case("json"));
        let scores = match (is_table, &labels.key.evidence) {
            (true, _) => None,
            (false, Evidence::Model(scores)) => Some((scores.clone(), labels.key.cut)),
            (false, Evidence::Moves { .. }) => {
                return self.tell(Notice::warning(text::moves::ONLY_TABLE).hint(text::moves::ONLY_TABLE_HINT));
            }
        };
        let table = labels_table(clip, labels);
        let headline = text::moves::not_exported(&short_name(&path));
        let told = headline.clone();
        let started = self.runtime.run("export", move |context| {
            let written = match scores {
                Some((scores, cut)) => write_scores(&scores, &cut, &path, &context.cancel),
                None => atomic::write(&path, &context.cancel, |file| file.write_all(table.as_bytes())),
            };
            written.map_err(|error| JobError::Failed(Notice::from_error(headline, &error)))?;
            context.send(Event::Exported { job: context.id, files: vec![path] })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.jobs.add(handle, JobKind::Save, text::moves::SAVING_LABELS.to_owned()),
            Err(error) => self.tell(Notice::from_error(told, &error)),
        }
    }
}

/// As the command line writes them.
fn write_scores(
    scores: &ClipScores,
    cut: &SegmentOptions,
    path: &Path,
    cancel: &CancelToken,
) -> Result<(), atomic::WriteError> {
    let fps = scores.key.fps;
    let segments = |scores: &ActionScores| {
        let all = scores.windows.iter().fold(FrameRange::default(), |all, window| all.union(*window));
        segment(scores, all, fps, cut)
    };
    let scored: Vec<_> = scores.people.iter().map(|scores| (scores.clone(), segments(scores))).collect();
    ActionsExport {
        program: concat!("motionbert ", env!("CARGO_PKG_VERSION")),
        input: &scores.key.source.name,
        model: scores.key.actions.model.name(),
        names: &scores.key.actions.names,
        fps,
        top: TOP_CLASSES,
        scored: &scored,
        skipped: scores.skipped.iter().map(|notice| SummaryNotice::from((notice.clone(), 1))).collect(),
    }
    .write(path, cancel)
}

/// Every segment of everybody, as comma-separated values.
pub fn labels_table(clip: &SourceState, labels: &Labels) -> String {
    let mut table = text::moves::TABLE_HEADER.to_owned();
    for own in &labels.people {
        let person = clip.people.iter().find(|person| person.id == own.person);
        let person = person.map_or("", |person| person.name.as_str());
        for segment in own.segments.iter() {
            let secs = |frame: usize| frame as f64 / clip.fps;
            let (from, to) = (secs(segment.range.start), secs(segment.range.end));
            let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let (person, label) = (quoted(person), quoted(labels.name(segment.class)));
            table.push_str(&format!("\n{person},{label},{from:.3},{to:.3},{:.4}", segment.score));
        }
    }
    table.push('\n');
    table
}
