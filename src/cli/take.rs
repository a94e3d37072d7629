//! The input of a subcommand: a keypoint file with the people that were asked for.

use std::path::Path;

use anyhow::Context;

use super::args::PersonArg;
use super::detector::DetectorArgs;
use super::exit::Advice;
use super::report::Reporter;
use crate::data::{KeypointTrack, PersonId};
use crate::io::frames::looks_like_pictures;
use crate::io::keypoints::{KeypointError, ReadOptions};
use crate::runtime::detect::Ahead;
use crate::runtime::open::load_source;
use crate::session::document::DEFAULT_FPS;
use crate::session::{Source, SourceId};
use crate::support::{CancelToken, Notice, Notices};

/// Opens a file and splits it into people, or finds the people in a video if a detector was named; those are lifted
/// meanwhile if it is said how.
pub(super) fn open(
    path: &Path,
    options: &ReadOptions,
    detector: &DetectorArgs,
    ahead: Option<&Ahead<'_>>,
    notices: &Notices,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<Source> {
    if let Some(pose) = &detector.detector {
        return detector.search(path, pose, options, ahead, notices, reporter, cancel);
    }
    reporter.task("reading the keypoints");
    let opened = load_source(SourceId(0), path, options, notices, cancel).map_err(|error| match error {
        KeypointError::Unrecognised(why) if looks_like_pictures(path) => {
            Advice::new(why, "People in videos and pictures are found with --detector FILE, a 2D pose network.").into()
        }
        error => anyhow::Error::new(error),
    });
    opened.with_context(|| format!("{} could not be opened", path.display()))
}

/// Frames per second: as asked for, as the file says, or the usual ones with a note.
pub(super) fn fps(source: &Source, notices: &Notices) -> f64 {
    if source.read_options.fps.or(source.file_fps).is_none() {
        notices.add(
            Notice::info(format!("{DEFAULT_FPS} frames per second are assumed"))
                .why("the file does not say it")
                .hint("Give --fps if it was filmed at another rate."),
        );
    }
    source.fps()
}

/// The people whom `--person` names.
pub(super) fn ids(people: &[PersonArg]) -> Vec<PersonId> {
    let id = |person: &PersonArg| match person {
        PersonArg::Id(id) => Some(*id),
        PersonArg::All => None,
    };
    people.iter().filter_map(id).collect()
}

/// The tracks that `--person` names; without it, everybody who is not a short false detection.
pub(super) fn chosen<'s>(
    source: &'s Source,
    people: &[PersonArg],
    notices: &Notices,
) -> anyhow::Result<Vec<&'s KeypointTrack>> {
    let ids = ids(people);
    for id in &ids {
        if !source.tracks.iter().any(|track| track.person == *id) {
            let known: Vec<String> = source.tracks.iter().take(50).map(|track| track.person.to_string()).collect();
            return Err(Advice::usage(
                format!("there is no person {id} in {}", source.name),
                format!("people in it: {}", known.join(", ")),
            )
            .into());
        }
    }
    if people.contains(&PersonArg::All) {
        return Ok(source.tracks.iter().collect());
    }
    if !ids.is_empty() {
        return Ok(source.tracks.iter().filter(|track| ids.contains(&track.person)).collect());
    }
    let lasting: Vec<&KeypointTrack> = source.tracks.iter().filter(|track| !track.is_spurious).collect();
    if lasting.is_empty() {
        // A file of few frames has no one else.
        return Ok(source.tracks.iter().collect());
    }
    let left_out = source.tracks.len() - lasting.len();
    if left_out > 0 {
        notices.add(
            Notice::info(format!("{left_out} short tracks were left out"))
                .why("they are probably false detections")
                .hint("Give --person all to have them too."),
        );
    }
    Ok(lasting)
}
