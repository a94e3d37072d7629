//! The thread that finds people in the newest picture and follows them.

use std::sync::Arc;
use std::time::Instant;

use super::ring::{KeypointRing, StreamInfo};
use super::{Captured, DetectedPicture, KEEP_SECS, Once, OpenDetector, Shared, guarded};
use crate::data::{Detection, Keypoint, PersonId};
use crate::detect::{DetectError, Detector, LoadError};
use crate::motion::people::{FollowOptions, Follower};
use crate::runtime::job::{JobContext, JobError};
use crate::support::Notice;

/// A detector that fails in so many pictures one after the other will not come round.
const MAX_FAILURES: usize = 30;
/// More people than this in one picture are not people.
const MAX_DETECTIONS: usize = 20;

const COULD_NOT_START: &str = "The detector could not be started";
const FAILED: &str = "The detector failed in a picture";

/// One stream of pictures of one size.
struct Stream {
    info: StreamInfo,
    follower: Follower,
    max_people: usize,
}

pub(super) fn run(shared: &Shared, mut open: OpenDetector, context: &JobContext) -> Result<(), JobError> {
    let mut detector = start(&mut open, context)?;
    let mut stream: Option<Stream> = None;
    let mut streams = 0;
    let mut failures = Once::default();
    while let Some(captured) = shared.pictures.take() {
        let began = Instant::now();
        let found = guarded(|| detector.detect(&captured.frame, &context.cancel));
        let notice = match found {
            Ok(Ok(found)) => {
                failures.went_well();
                shared.meter.lock().detected(began.elapsed());
                let info = info_of(&captured, &*detector);
                if stream.as_ref().is_none_or(|stream| stream.info != info) {
                    streams += 1;
                    *shared.ring.lock() = Some(KeypointRing::new(info.clone(), KEEP_SECS));
                }
                let max_people = shared.dials.lock().max_people;
                let stream = match &mut stream {
                    Some(stream) if stream.info == info && stream.max_people == max_people => stream,
                    other => other.insert(Stream::new(info, max_people)),
                };
                hand_over(shared, stream, streams, captured, found);
                continue;
            }
            Ok(Err(DetectError::Cancelled(_))) => return Err(JobError::Cancelled),
            Ok(Err(error)) => Notice::from_error(FAILED, &error),
            Err(panic) => {
                // What panicked may be in any state.
                detector = start(&mut open, context)?;
                Notice::error(FAILED).why(panic.why)
            }
        };
        shared.meter.lock().failed();
        if failures.tell(notice.clone(), context)? >= MAX_FAILURES {
            return Err(JobError::Failed(
                Notice::error("The detector keeps failing").why(notice.why).hint("Choose another detector."),
            ));
        }
    }
    Ok(())
}

fn start(open: &mut OpenDetector, context: &JobContext) -> Result<Box<dyn Detector>, JobError> {
    open(&context.cancel).map_err(|error| match error {
        LoadError::Cancelled(_) => JobError::Cancelled,
        error => JobError::Failed(Notice::from_error(COULD_NOT_START, &error)),
    })
}

fn info_of(captured: &Captured, detector: &dyn Detector) -> StreamInfo {
    let info = detector.info();
    StreamInfo {
        fps: captured.fps,
        image_size: captured.frame.size,
        skeleton: info.skeleton,
        detector: info.name.clone(),
    }
}

impl Stream {
    fn new(info: StreamInfo, max_people: usize) -> Self {
        let follower = Follower::new(FollowOptions { max_people, ..FollowOptions::new(info.fps) });
        Self { info, follower, max_people }
    }
}

/// Into the ring, and on to the lifter.
fn hand_over(shared: &Shared, stream: &mut Stream, number: u64, captured: Captured, found: Vec<Detection>) {
    let mut found = sane(found, stream.info.skeleton.len());
    stream.follower.follow(captured.time_secs, &mut found);
    let people: Vec<(PersonId, Arc<[Keypoint]>)> = found
        .into_iter()
        .filter_map(|detection| Some((PersonId(detection.id?), Arc::from(detection.keypoints))))
        .collect();
    let mut ring = shared.ring.lock();
    let frame = ring.as_mut().and_then(|ring| ring.push(captured.time_secs, captured.at, people));
    drop(ring);
    let Some(frame) = frame else { return };
    let (picture, captured_at) = (captured.frame, captured.at);
    shared.detected.put(|_| DetectedPicture { frame, picture: picture.clone(), captured_at, stream: number });
    // While the lifter is busy with it already.
    shared.past.add(number, frame, &picture);
}

/// The best of them, of the right shape, with what is not a number as missing.
fn sane(mut found: Vec<Detection>, joints: usize) -> Vec<Detection> {
    found.retain(|detection| detection.keypoints.len() == joints && detection.score.is_finite());
    for keypoint in found.iter_mut().flat_map(|detection| detection.keypoints.iter_mut()) {
        let is_number = keypoint.x.is_finite() && keypoint.y.is_finite() && keypoint.confidence.is_finite();
        if !is_number {
            *keypoint = Keypoint::MISSING;
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(MAX_DETECTIONS);
    found
}
