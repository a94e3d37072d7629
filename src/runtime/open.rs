//! Opening a file: read, split into people, make a [`Source`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::job::{JobError, JobHandle};
use super::message::{Event, OpenRequest, OpenTarget};
use super::outbox::Outbox;
use crate::io::keypoints::{self, KeypointError, Loaded, ReadContext, ReadOptions};
use crate::motion::people;
use crate::session::{Source, SourceId};
use crate::support::{CancelToken, Notice, Notices};

/// The clip that plays at first start: two people, 360 frames, made for this project.
pub const DEMO_NAME: &str = "Demo: dancer and boxer";
static DEMO: &[u8] = include_bytes!("../../assets/demo-alphapose.json");
const DEMO_FPS: f64 = 30.0;
const DEMO_IMAGE_SIZE: [u32; 2] = [1280, 720];

/// Reads `path` and splits it into people. Partial failures go to `notices`.
///
/// # Errors
/// When the file cannot be read or is not a keypoint file, or the token fires.
pub fn load_source(
    id: SourceId,
    path: &Path,
    options: &ReadOptions,
    notices: &Notices,
    cancel: &CancelToken,
) -> Result<Source, KeypointError> {
    let context = ReadContext { options: options.clone(), notices: notices.clone(), cancel: cancel.clone() };
    let loaded = keypoints::read(path, &context)?;
    to_source(id, Some(path.to_owned()), loaded, &context)
}

/// The built-in clip as a source.
///
/// # Errors
/// Only when cancelled; the clip is part of the program.
pub fn load_demo(id: SourceId, cancel: &CancelToken) -> Result<Source, KeypointError> {
    let options = ReadOptions { fps: Some(DEMO_FPS), image_size: Some(DEMO_IMAGE_SIZE), ..ReadOptions::default() };
    let context = ReadContext { options, notices: Notices::new(), cancel: cancel.clone() };
    let loaded = keypoints::read_bytes(DEMO_NAME, DEMO, &context)?;
    to_source(id, None, loaded, &context)
}

fn to_source(
    id: SourceId,
    path: Option<PathBuf>,
    loaded: Loaded,
    context: &ReadContext,
) -> Result<Source, KeypointError> {
    let options = context.options.clone();
    context.cancel.check()?;
    Ok(match loaded {
        Loaded::Keypoints(recording) => {
            let fps = options.fps.or(recording.fps).unwrap_or(crate::session::document::DEFAULT_FPS);
            let tracks = people::split(&recording, fps, &context.notices, &context.cancel)?;
            Source::from_recording(id, path, recording, tracks, options)
        }
        Loaded::Poses(poses) => Source::from_poses(id, path, poses, options),
    })
}

pub(super) fn start(request: OpenRequest, outbox: Outbox) -> std::io::Result<JobHandle> {
    super::job::spawn("open", outbox, move |context| {
        let notices = Notices::new();
        let loaded = match &request.target {
            OpenTarget::File(path) => load_source(request.id, path, &request.options, &notices, &context.cancel),
            OpenTarget::Demo => load_demo(request.id, &context.cancel),
        };
        for (notice, count) in notices.take() {
            context.send(Event::Notice(counted(notice, count)))?;
        }
        let source = loaded.map_err(|error| open_error(&request.target, &error))?;
        context.send(Event::Opened { job: context.id, source: Arc::new(source) })?;
        Ok(())
    })
}

fn open_error(target: &OpenTarget, error: &KeypointError) -> JobError {
    if matches!(error, KeypointError::Cancelled(_)) {
        return JobError::Cancelled;
    }
    let name = match target {
        OpenTarget::File(path) => {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        }
        OpenTarget::Demo => DEMO_NAME.to_owned(),
    };
    let headline = format!("Could not open {name}");
    JobError::Failed(match error {
        KeypointError::Unknown { seen, openable } => Notice::error(headline).why(seen).details(openable),
        error => Notice::from_error(headline, error),
    })
}

fn counted(mut notice: Notice, count: usize) -> Notice {
    if count > 1 {
        notice.headline = format!("{} ({count} times)", notice.headline);
    }
    notice
}
