//! Looks for people in every picture of a video, while the next ones are decoded.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::Receiver;

use super::decode::{Decoded, QUEUE_FRAMES, decode, receive};
use super::found::Found;
use crate::data::{Detection, Keypoint, VideoFrame};
use crate::detect::{DetectError, Detector};
use crate::io::frames::{FrameError, FrameSource, SourceInfo};
use crate::runtime::job::panic_text;
use crate::support::{CancelToken, Cancelled, Notice, Notices, ProgressSink};

/// A detector that fails in so many pictures in a row will not work in the next one.
const MAX_FAILURES_IN_A_ROW: usize = 30;
/// Of more people in one picture the best are kept: a detector that sees more than this sees ghosts.
const MAX_IN_PICTURE: usize = 100;
/// Coordinates beyond this are broken, whatever the camera.
const MAX_COORDINATE: f32 = 1e6;

/// How a search ended; what was found until then is there in any case.
#[derive(Debug)]
pub enum Ending {
    /// The end was reached; so many pictures could not be decoded or searched.
    Complete {
        unsearched: usize,
    },
    Cancelled,
    Failed(SearchError),
}

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Frames(#[from] FrameError),
    #[error("these pictures have no end; live detection is made for them")]
    Endless,
    #[error("{MAX_FAILURES_IN_A_ROW} pictures in a row could not be searched. {why}")]
    Detector { why: String },
    #[error("the decoder stopped unexpectedly: {why}")]
    Decoder { why: String },
    #[error("there is no thread for the decoder: {0}")]
    Thread(std::io::Error),
}

/// What a search tells while it runs.
pub struct Listener<'a> {
    pub notices: &'a Notices,
    pub progress: &'a dyn ProgressSink,
    pub cancel: &'a CancelToken,
    /// After every picture.
    pub on_picture: &'a mut dyn FnMut(&Found),
}

/// Decodes in a thread of its own and detects in this one. None is found when not even the first picture came.
pub fn search(
    open: impl FnOnce(&CancelToken) -> Result<Box<dyn FrameSource>, FrameError> + Send,
    detector: &mut dyn Detector,
    max_people: usize,
    listener: Listener<'_>,
) -> (Option<Found>, Ending) {
    // Its own, since it also ends when the detector gives up.
    let stop = Stop(CancelToken::new());
    let (sender, receiver) = crossbeam_channel::bounded(QUEUE_FRAMES);
    std::thread::scope(|scope| {
        let token = stop.0.clone();
        let thread = std::thread::Builder::new().name("decode".to_owned());
        let thread = match thread.spawn_scoped(scope, move || decode(open, &sender, &token)) {
            Ok(thread) => thread,
            Err(error) => return (None, Ending::Failed(SearchError::Thread(error))),
        };
        let mut search = Search { detector, max_people, listener, found: None, searched: 0, failures_in_a_row: 0 };
        let ended = search.run(&receiver);
        stop.0.cancel();
        drop(receiver);
        let decoder = thread.join();
        let ending = match (ended, decoder) {
            (Err(Stopped::Cancelled), _) => Ending::Cancelled,
            (Err(Stopped::Failed(error)), _) => Ending::Failed(error),
            (Ok(()), Err(panic)) => Ending::Failed(SearchError::Decoder { why: panic_text(&*panic) }),
            (Ok(()), Ok(())) => Ending::Complete { unsearched: search.unsearched() },
        };
        (search.found, ending)
    })
}

/// Cancelled when dropped, so that the decoder ends even if the search panics.
struct Stop(CancelToken);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

enum Stopped {
    Cancelled,
    Failed(SearchError),
}

impl From<Cancelled> for Stopped {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

struct Search<'d, 'l> {
    detector: &'d mut dyn Detector,
    max_people: usize,
    listener: Listener<'l>,
    found: Option<Found>,
    /// Pictures in which the detector did not fail.
    searched: usize,
    failures_in_a_row: usize,
}

impl Search<'_, '_> {
    fn run(&mut self, receiver: &Receiver<Decoded>) -> Result<(), Stopped> {
        let mut scale = [1.0; 2];
        while let Some(decoded) = receive(receiver, self.listener.cancel)? {
            match decoded {
                Decoded::Info(info) => {
                    scale = scale_of(&info);
                    let found = Found::new(&info, self.detector.info(), self.max_people);
                    self.found = Some(found.ok_or(Stopped::Failed(SearchError::Endless))?);
                }
                Decoded::Picture(picture) => self.see(&picture, scale)?,
                Decoded::Failed(error) => return Err(Stopped::Failed(error.into())),
            }
        }
        Ok(())
    }

    fn unsearched(&self) -> usize {
        let total = self.found.as_ref().map_or(0, |found| found.detections().times.len());
        total.saturating_sub(self.searched)
    }

    fn see(&mut self, picture: &VideoFrame, scale: [f32; 2]) -> Result<(), Stopped> {
        let detections = match self.detect(picture) {
            Ok(mut detections) => {
                self.failures_in_a_row = 0;
                self.searched += 1;
                detections.iter_mut().for_each(|detection| repair(detection, picture, scale));
                best(detections)
            }
            Err(DetectError::Cancelled(_)) => return Err(Stopped::Cancelled),
            Err(error) => {
                self.failed(&error)?;
                Vec::new()
            }
        };
        let Some(found) = &mut self.found else { return Ok(()) };
        found.add(picture.time_secs, detections);
        let total = found.detections().times.len() as u64;
        self.listener.progress.progress("frames", picture.index.0 as u64 + 1, total);
        (self.listener.on_picture)(found);
        Ok(())
    }

    /// A panic is a failure like any other.
    fn detect(&mut self, picture: &VideoFrame) -> Result<Vec<Detection>, DetectError> {
        let joints = self.detector.info().skeleton.len();
        let detected = catch_unwind(AssertUnwindSafe(|| self.detector.detect(picture, self.listener.cancel)));
        let detected = detected.unwrap_or_else(|panic| {
            // It may be in any state.
            self.detector.reset();
            Err(DetectError::Failed(panic_text(&*panic)))
        })?;
        match detected.iter().find(|detection| detection.keypoints.len() != joints) {
            Some(odd) => {
                let count = odd.keypoints.len();
                Err(DetectError::Failed(format!("it gave {count} joints where it should give {joints}")))
            }
            None => Ok(detected),
        }
    }

    fn failed(&mut self, error: &DetectError) -> Result<(), Stopped> {
        self.failures_in_a_row += 1;
        if self.failures_in_a_row >= MAX_FAILURES_IN_A_ROW {
            return Err(Stopped::Failed(SearchError::Detector { why: error.to_string() }));
        }
        let notice = Notice::warning("A picture could not be searched for people").why(error.to_string());
        self.listener.notices.add(notice);
        Ok(())
    }
}

/// Pixels of the upright picture per pixel of the pictures that are searched.
fn scale_of(info: &SourceInfo) -> [f32; 2] {
    [0, 1].map(|side| info.size[side] as f32 / info.frame_size[side].max(1) as f32)
}

/// Brings a detection to the size of the upright picture. Broken joints count as not seen.
fn repair(detection: &mut Detection, picture: &VideoFrame, [x_scale, y_scale]: [f32; 2]) {
    // Pixel centres are at whole numbers.
    let scaled = |value: f32, scale: f32| value * scale + 0.5 * (scale - 1.0);
    detection.frame = picture.index;
    detection.id = None;
    if !detection.score.is_finite() {
        detection.score = 0.0;
    }
    for joint in &mut detection.keypoints {
        let (x, y) = (scaled(joint.x, x_scale), scaled(joint.y, y_scale));
        let is_sound = x.abs() <= MAX_COORDINATE && y.abs() <= MAX_COORDINATE && joint.confidence.is_finite();
        let is_sound = is_sound && !joint.is_missing();
        *joint = if is_sound { Keypoint::new(x, y, joint.confidence) } else { Keypoint::MISSING };
    }
    let bbox = detection
        .bbox
        .map(|[x, y, width, height]| [scaled(x, x_scale), scaled(y, y_scale), width * x_scale, height * y_scale]);
    detection.bbox = bbox.filter(|bbox| bbox.iter().all(|side| side.is_finite()));
}

fn best(mut detections: Vec<Detection>) -> Vec<Detection> {
    if detections.len() > MAX_IN_PICTURE {
        detections.sort_by(|a, b| b.score.total_cmp(&a.score));
        detections.truncate(MAX_IN_PICTURE);
    }
    detections
}
