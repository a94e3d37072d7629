//! The thread that reads the camera.

use std::time::{Duration, Instant};

use super::{Captured, Once, OpenCamera, Shared};
use crate::data::{Pace, VideoFrame};
use crate::io::frames::{FrameError, FrameSource};
use crate::runtime::job::{JobContext, JobError};
use crate::runtime::message::Event;
use crate::session::document::DEFAULT_FPS;
use crate::support::Notice;

/// Waiting before a lost camera is tried again; twice as long every time.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(4);
/// How often a thread that waits looks at the cancel token.
const LOOK_EVERY: Duration = Duration::from_millis(20);

const COULD_NOT_START: &str = "The camera could not be started";

/// How the reading of an open camera ended.
enum End {
    /// A file is through.
    Finished,
    Lost(Notice),
}

pub(super) fn run(shared: &Shared, mut open: OpenCamera, context: &JobContext) -> Result<(), JobError> {
    let started = Instant::now();
    let mut camera = open(&context.cancel).map_err(|error| failed(&error))?;
    loop {
        let lost = match read(shared, &mut *camera, started, context)? {
            End::Finished => return Ok(()),
            End::Lost(notice) => notice,
        };
        drop(camera);
        shared.meter.lock().set_lost(true);
        context.send(Event::Notice(lost))?;
        camera = reopen(&mut open, context)?;
        shared.meter.lock().set_lost(false);
        context.send(Event::Notice(Notice::info("The camera is back")))?;
    }
}

fn failed(error: &FrameError) -> JobError {
    match error {
        FrameError::Cancelled(_) => JobError::Cancelled,
        error => JobError::Failed(Notice::from_error(COULD_NOT_START, error)),
    }
}

/// Tries until it works.
fn reopen(open: &mut OpenCamera, context: &JobContext) -> Result<Box<dyn FrameSource>, JobError> {
    let mut wait = FIRST_WAIT;
    loop {
        sleep_until(Instant::now() + wait, context)?;
        match open(&context.cancel) {
            Ok(camera) => return Ok(camera),
            Err(FrameError::Cancelled(_)) => return Err(JobError::Cancelled),
            Err(error) => log::debug!("the camera is not back yet: {error}"),
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Hands over pictures until there are no more.
fn read(
    shared: &Shared,
    camera: &mut dyn FrameSource,
    started: Instant,
    context: &JobContext,
) -> Result<End, JobError> {
    let is_file = camera.info().times.is_some();
    let fps = match camera.info().pace {
        Pace::Constant(rate) => rate.fps(),
        Pace::Variable { mean_fps } => mean_fps,
        Pace::Still => DEFAULT_FPS,
    };
    // Between the camera's own time and the stream's; a camera that comes back starts at 0 again.
    let mut offset_secs = None;
    let mut broken = Once::default();
    loop {
        let frame = match camera.next_frame(&context.cancel) {
            Ok(Some(frame)) => frame,
            Ok(None) if is_file => return Ok(End::Finished),
            Ok(None) => return Ok(End::Lost(lost("it gives no more pictures".to_owned()))),
            Err(FrameError::Cancelled(_)) => return Err(JobError::Cancelled),
            Err(error) => return Ok(End::Lost(lost(error.to_string()))),
        };
        if !is_whole(&frame) {
            broken.tell(Notice::warning("The camera gave a broken picture, which was left out"), context)?;
            // A camera that gives nothing else must not keep a processor busy.
            sleep_until(Instant::now() + LOOK_EVERY, context)?;
            continue;
        }
        let now_secs = started.elapsed().as_secs_f64();
        let offset_secs = *offset_secs.get_or_insert(now_secs - frame.time_secs);
        let time_secs = frame.time_secs + offset_secs;
        if is_file {
            sleep_until(started + Duration::from_secs_f64(time_secs.max(0.0)), context)?;
        }
        let at = Instant::now();
        let mut meter = shared.meter.lock();
        meter.captured(at);
        shared.pictures.put(|skipped| {
            if skipped.is_some() {
                meter.dropped();
            }
            Captured { frame, time_secs, at, fps }
        });
    }
}

fn lost(why: String) -> Notice {
    Notice::warning("The camera was lost").why(why).hint("Plug it in again: it is looked for and goes on by itself.")
}

fn is_whole(frame: &VideoFrame) -> bool {
    let [width, height] = frame.size.map(|side| side as usize);
    width > 0 && height > 0 && frame.pixels.len() == width * height * 3 && frame.time_secs.is_finite()
}

fn sleep_until(moment: Instant, context: &JobContext) -> Result<(), JobError> {
    loop {
        context.cancel.check()?;
        let left = moment.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(LOOK_EVERY));
    }
}
