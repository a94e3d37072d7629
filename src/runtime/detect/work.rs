//! The whole of it for one video: the cache, the detector, the search, and clips on the way.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::found::Found;
use super::search::{Ending, Listener, search};
use crate::data::FrameRate;
use crate::detect::{self, Detector, DetectorSpec, LoadError};
use crate::io::detection_cache::{CacheKey, DetectionCache, key_of};
use crate::io::frames::{self, Ffmpeg, FrameOptions};
use crate::io::keypoints::ReadOptions;
use crate::runtime::job::{JobContext, JobError};
use crate::runtime::message::Event;
use crate::runtime::video::file_name;
use crate::session::{SourceId, Video};
use crate::support::{CancelToken, Level, Notice, Notices};

/// Bigger pictures are scaled down before they are searched, which detectors do anyway.
const FIT_WITHIN: [u32; 2] = [1920, 1920];
/// When the first people are shown.
const FIRST_LOOK: Duration = Duration::from_secs(1);
/// Each look comes after so many times as long as the one before: all of them together cost less than the last one
/// twice.
const LOOK_GROWTH: f64 = 1.8;

/// Please find the people in this video.
#[derive(Clone, Debug, PartialEq)]
pub struct DetectRequest {
    /// The clip that grows.
    pub id: SourceId,
    /// Video, animated GIF, picture or folder of pictures.
    pub path: PathBuf,
    /// What the window knows of it.
    pub video: Option<Video>,
    pub read: ReadOptions,
    pub detector: DetectorSpec,
    /// None searches anew and keeps nothing.
    pub cache: Option<DetectionCache>,
}

/// Where detectors come from; tests have their own.
pub trait DetectorLoader: Send + Sync {
    /// The same for detectors that find the same; see [`DetectorSpec::fingerprint`].
    ///
    /// # Errors
    /// A file cannot be read; cancelled.
    fn fingerprint(&self, spec: &DetectorSpec, cancel: &CancelToken) -> Result<String, LoadError>;

    /// # Errors
    /// There is no detector in the file; cancelled.
    fn load(&self, spec: &DetectorSpec, cancel: &CancelToken) -> Result<Box<dyn Detector>, LoadError>;
}

/// Networks from files, and programs.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileDetectors;

impl DetectorLoader for FileDetectors {
    fn fingerprint(&self, spec: &DetectorSpec, cancel: &CancelToken) -> Result<String, LoadError> {
        spec.fingerprint(cancel)
    }

    fn load(&self, spec: &DetectorSpec, cancel: &CancelToken) -> Result<Box<dyn Detector>, LoadError> {
        detect::load(spec, cancel)
    }
}

/// Finds people in a video: in the cache, or by searching it. What is found anew is kept there if nothing went wrong.
///
/// # Errors
/// There is no detector; cancelled before it was there.
pub fn detect_people(
    request: &DetectRequest,
    detectors: &dyn DetectorLoader,
    tools: &Ffmpeg,
    listener: Listener<'_>,
) -> Result<(Option<Found>, Ending), LoadError> {
    let max_people = match &request.detector {
        DetectorSpec::Onnx(networks) => networks.max_people,
        DetectorSpec::External(_) => usize::MAX,
    };
    let (notices, cancel) = (listener.notices, listener.cancel);
    let fingerprint = detectors.fingerprint(&request.detector, cancel)?;
    let rate = request.read.fps.and_then(FrameRate::nearest).unwrap_or(FrameRate::DEFAULT);
    let kept = request.cache.as_ref().and_then(|cache| {
        // A video that cannot be read is told of when it is opened.
        let options = format!("{FIT_WITHIN:?} {rate:?}");
        Some((cache, key_of(&request.path, &fingerprint, &options, cancel).ok()?))
    });
    cancel.check()?;
    if let Some(found) = kept.as_ref().and_then(|(cache, key)| cache.get(key)) {
        let total = found.times.len() as u64;
        let found = Found::again(file_name(&request.path), found, max_people);
        listener.progress.progress("frames", total, total);
        return Ok((Some(found), Ending::Complete { unsearched: 0 }));
    }
    let mut detector = detectors.load(&request.detector, cancel)?;
    let (path, told) = (&request.path, notices.clone());
    let open = move |cancel: &CancelToken| {
        let fit_within = Some(FIT_WITHIN);
        let options = FrameOptions { fit_within, tools: tools.clone(), ..FrameOptions::new(rate) };
        frames::open(path, &options, &told, cancel)
    };
    let (found, ending) = search(open, &mut *detector, max_people, listener);
    if let (Some(found), Ending::Complete { unsearched: 0 }, Some((cache, key))) = (&found, &ending, &kept) {
        keep(cache, key, found, notices);
    }
    Ok((found, ending))
}

fn keep(cache: &DetectionCache, key: &CacheKey, found: &Found, notices: &Notices) {
    if let Err(error) = cache.put(key, found.detections()) {
        let notice = Notice::from_error("What was found is not kept for the next time", &error);
        let hint = format!("Make room on the disk, or see whether {} can be written.", cache.folder().display());
        notices.add(Notice { level: Level::Warning, ..notice.hint(hint) });
    }
}

/// The window's job: [`Event::Detected`] now and then, and at the end, however it ends.
pub fn run(
    request: &DetectRequest,
    detectors: &dyn DetectorLoader,
    tools: &Ffmpeg,
    context: &JobContext,
) -> Result<(), JobError> {
    let notices = Notices::new();
    let started = Instant::now();
    let mut next_look = FIRST_LOOK;
    let clip = |found: &Found, is_whole: bool, cancel: &CancelToken| {
        let source = found.source(request.id, &request.path, &request.read, is_whole, cancel)?;
        let source = match &request.video {
            // The timeline is the video's.
            Some(video) => source.with_video(Video { offset_frames: 0, ..video.clone() }),
            None => source,
        };
        Ok::<_, JobError>(Event::Detected { job: context.id, source: Arc::new(source) })
    };
    let mut look = |found: &Found| {
        if started.elapsed() < next_look || found.is_empty() {
            return;
        }
        // Cancelled: the search ends with the next picture.
        if let Ok(event) = clip(found, false, &context.cancel) {
            context.send(event).ok();
        }
        next_look = started.elapsed().mul_f64(LOOK_GROWTH);
    };
    let listener = Listener { notices: &notices, progress: context, cancel: &context.cancel, on_picture: &mut look };
    let ended = detect_people(request, detectors, tools, listener);
    for (notice, count) in notices.take() {
        context.report(Event::Notice(notice.counted(count)));
    }
    let (found, ending) = ended.map_err(|error| match error {
        LoadError::Cancelled(_) => JobError::Cancelled,
        error => {
            let hint = "Choose another file in the Models panel.";
            JobError::Failed(Notice::from_error("The detector could not be loaded", &error).hint(hint))
        }
    })?;
    // Whatever happened: what was found stays.
    if let Some(found) = found {
        context.report(clip(&found, true, &CancelToken::new())?);
    }
    match ending {
        Ending::Complete { .. } => Ok(()),
        Ending::Cancelled => Err(JobError::Cancelled),
        Ending::Failed(error) => {
            let headline = format!("Could not find the people in {}", file_name(&request.path));
            Err(JobError::Failed(Notice::from_error(headline, &error)))
        }
    }
}
