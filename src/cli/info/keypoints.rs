//! What is in a keypoint file.

use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::data::{FrameIndex, PersonId};
use crate::io::export::SummaryNotice;
use crate::io::keypoints::ReadOptions;
use crate::runtime::open::load_source;
use crate::session::SourceId;
use crate::support::{CancelToken, Notices};

#[derive(Serialize)]
pub(super) struct KeypointInfo {
    name: String,
    format: &'static str,
    /// None for 3D poses.
    skeleton: Option<String>,
    skeleton_reason: Option<String>,
    skeleton_alternatives: Vec<String>,
    frames: usize,
    /// The file's own number of frame 0.
    first_frame_number: i64,
    fps: Option<f64>,
    image_size_px: Option<[u32; 2]>,
    is_normalised: bool,
    people: Vec<PersonInfo>,
    notices: Vec<SummaryNotice>,
}

#[derive(Serialize)]
struct PersonInfo {
    id: PersonId,
    first_frame: usize,
    last_frame: usize,
    seen_frames: usize,
    /// Over the frames in which the person was seen; none for 3D poses.
    mean_confidence: Option<f32>,
    is_spurious: bool,
}

pub(super) fn read(path: &Path, options: &ReadOptions, cancel: &CancelToken) -> anyhow::Result<KeypointInfo> {
    let notices = Notices::new();
    let source = load_source(SourceId(0), path, options, &notices, cancel)
        .with_context(|| format!("{} could not be opened", path.display()))?;
    let tracked = source.tracks.iter().map(|track| {
        let confidence = (track.range.start..track.range.end).map(|frame| track.mean_confidence(FrameIndex(frame)));
        PersonInfo {
            id: track.person,
            first_frame: track.range.start,
            last_frame: track.range.end.saturating_sub(1),
            seen_frames: track.seen_count(),
            mean_confidence: Some(confidence.sum::<f32>() / track.seen_count().max(1) as f32),
            is_spurious: track.is_spurious,
        }
    });
    let imported = source.imported.iter().map(|pose| PersonInfo {
        id: pose.person,
        first_frame: pose.range.start,
        last_frame: pose.range.end.saturating_sub(1),
        seen_frames: pose.range.len(),
        mean_confidence: None,
        is_spurious: false,
    });
    let choice = source.skeleton.as_ref();
    Ok(KeypointInfo {
        name: source.name.clone(),
        format: source.format,
        skeleton: choice.map(|(skeleton, _)| skeleton.name.to_owned()),
        skeleton_reason: choice.map(|(_, choice)| choice.reason.clone()),
        skeleton_alternatives: choice
            .map(|(_, choice)| choice.alternatives.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        frames: source.frame_count,
        first_frame_number: source.first_frame_number,
        fps: options.fps.or(source.file_fps),
        image_size_px: source.image_size,
        is_normalised: source.is_normalised,
        people: tracked.chain(imported).collect(),
        notices: notices.take().into_iter().map(SummaryNotice::from).collect(),
    })
}

impl std::fmt::Display for KeypointInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} ({})", self.name, self.format)?;
        match (&self.skeleton, &self.skeleton_reason) {
            (Some(skeleton), Some(reason)) => writeln!(f, "  joints      {skeleton}: {reason}")?,
            _ => writeln!(f, "  joints      3D, H36M_17")?,
        }
        if !self.skeleton_alternatives.is_empty() {
            writeln!(f, "  could be    {} (--skeleton)", self.skeleton_alternatives.join(", "))?;
        }
        writeln!(f, "  frames      {}, the first is number {} in the file", self.frames, self.first_frame_number)?;
        match self.fps {
            Some(fps) => writeln!(f, "  fps         {fps}")?,
            None => writeln!(f, "  fps         not said (--fps)")?,
        }
        match self.image_size_px {
            Some([width, height]) => writeln!(f, "  image       {width}x{height}")?,
            None => writeln!(f, "  image       size not said (--image-size)")?,
        }
        if self.is_normalised {
            writeln!(f, "  units       model input in [-1, 1]")?;
        }
        writeln!(f, "  people      {}", self.people.len())?;
        for person in &self.people {
            write!(
                f,
                "    {:>4}: frames {} to {}, seen in {}",
                person.id, person.first_frame, person.last_frame, person.seen_frames
            )?;
            if let Some(confidence) = person.mean_confidence {
                write!(f, ", mean confidence {confidence:.2}")?;
            }
            writeln!(f, "{}", if person.is_spurious { " (short, left out by default)" } else { "" })?;
        }
        for notice in &self.notices {
            writeln!(f, "  note: {}", notice.text)?;
        }
        Ok(())
    }
}
