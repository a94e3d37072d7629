//! Opening a file: read, split into people, make a [`Source`], with its video if there is one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::job::{JobContext, JobError, JobHandle};
use super::message::{Event, OpenRequest, OpenTarget};
use super::outbox::Outbox;
use super::video::{file_name, read_video};
use crate::io::frames::{self, Ffmpeg, FrameError};
use crate::io::keypoints::{self, KeypointError, Loaded, ReadContext, ReadOptions};
use crate::motion::people;
use crate::session::document::DEFAULT_FPS;
use crate::session::{Source, SourceId, Video};
use crate::support::notice::chain;
use crate::support::{CancelToken, Cancelled, Notice, Notices};

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
    to_source(id, Some(path.to_owned()), loaded, None, &context)
}

/// The built-in clip as a source.
///
/// # Errors
/// Only when cancelled; the clip is part of the program.
pub fn load_demo(id: SourceId, cancel: &CancelToken) -> Result<Source, KeypointError> {
    let options = ReadOptions { fps: Some(DEMO_FPS), image_size: Some(DEMO_IMAGE_SIZE), ..ReadOptions::default() };
    let context = ReadContext { options, notices: Notices::new(), cancel: cancel.clone() };
    let loaded = keypoints::read_bytes(DEMO_NAME, DEMO, &context)?;
    to_source(id, None, loaded, None, &context)
}

fn to_source(
    id: SourceId,
    path: Option<PathBuf>,
    loaded: Loaded,
    video: Option<&Video>,
    context: &ReadContext,
) -> Result<Source, KeypointError> {
    let options = context.options.clone();
    context.cancel.check()?;
    let source = match loaded {
        Loaded::Keypoints(recording) => {
            let of_video = || video.and_then(Video::fps);
            let fps = options.fps.or(recording.fps).or_else(of_video).unwrap_or(DEFAULT_FPS);
            let tracks = people::split(&recording, fps, &context.notices, &context.cancel)?;
            Source::from_recording(id, path, recording, tracks, options)
        }
        Loaded::Poses(poses) => Source::from_poses(id, path, poses, options),
    };
    Ok(match video {
        Some(video) => source.with_video(video.clone()),
        None => source,
    })
}

pub(super) fn start(request: OpenRequest, tools: Ffmpeg, outbox: Outbox) -> std::io::Result<JobHandle> {
    super::job::spawn("open", outbox, move |context| {
        let notices = Notices::new();
        let opened = open(&request, &tools, &notices, &context.cancel);
        tell(context, &notices)?;
        context.send(Event::Opened { job: context.id, source: Arc::new(opened?) })?;
        Ok(())
    })
}

fn open(request: &OpenRequest, tools: &Ffmpeg, notices: &Notices, cancel: &CancelToken) -> Result<Source, JobError> {
    let OpenRequest { id, target, options } = request;
    let (path, video) = match target {
        OpenTarget::Demo => return load_demo(*id, cancel).map_err(|error| open_error(DEMO_NAME, &error)),
        OpenTarget::File(path) if frames::looks_like_pictures(path) => {
            let video = read_video(path, tools, notices, cancel).map_err(|error| video_error(path, &error))?;
            return Ok(Source::from_video(*id, video, options.clone()));
        }
        OpenTarget::File(path) => (path, frames::video_beside(path)),
        OpenTarget::Pair { keypoints, video } => (keypoints, Some(video.clone())),
    };
    let video = match video.map(|video| (read_video(&video, tools, notices, cancel), video)) {
        None => None,
        Some((Ok(video), _)) => Some(video),
        Some((Err(FrameError::Cancelled(_)), _)) => return Err(JobError::Cancelled),
        Some((Err(error), video)) => {
            let headline = format!("The video {} is left out", file_name(&video));
            notices.add(Notice::warning(headline).why(chain(&error)));
            None
        }
    };
    let context = ReadContext { options: options.clone(), notices: notices.clone(), cancel: cancel.clone() };
    let source = keypoints::read(path, &context)
        .and_then(|loaded| to_source(*id, Some(path.clone()), loaded, video.as_ref(), &context));
    source.map_err(|error| open_error(&file_name(path), &error))
}

pub(super) fn find_video(source: SourceId, path: PathBuf, tools: Ffmpeg, outbox: Outbox) -> std::io::Result<JobHandle> {
    super::job::spawn("open", outbox, move |context| {
        let notices = Notices::new();
        let video = read_video(&path, &tools, &notices, &context.cancel).map_err(|error| video_error(&path, &error));
        tell(context, &notices)?;
        context.send(Event::VideoFound { job: context.id, source, video: Arc::new(video?) })?;
        Ok(())
    })
}

fn tell(context: &JobContext, notices: &Notices) -> Result<(), Cancelled> {
    notices.take().into_iter().try_for_each(|(notice, count)| context.send(Event::Notice(notice.counted(count))))
}

fn video_error(path: &Path, error: &FrameError) -> JobError {
    match error {
        FrameError::Cancelled(_) => JobError::Cancelled,
        error => JobError::Failed(Notice::from_error(could_not_open(&file_name(path)), error)),
    }
}

fn open_error(name: &str, error: &KeypointError) -> JobError {
    let headline = could_not_open(name);
    match error {
        KeypointError::Cancelled(_) => JobError::Cancelled,
        KeypointError::Unknown { seen, openable } => {
            JobError::Failed(Notice::error(headline).why(seen).details(openable))
        }
        error => JobError::Failed(Notice::from_error(headline, error)),
    }
}

fn could_not_open(name: &str) -> String {
    format!("Could not open {name}")
}
