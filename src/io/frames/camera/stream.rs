//! The thread that holds a camera, and the place where its newest picture waits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use parking_lot::{Condvar, Mutex};

use super::{CameraError, CameraId, CameraMode};
use crate::data::{FrameIndex, VideoFrame};
use crate::io::frames::FrameError;
use crate::support::CancelToken;

/// How often a waiting reader looks at the cancel token.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long a camera may take to be let go of.
const GOODBYE: Duration = Duration::from_millis(500);
/// Pictures in a row that cannot be unpacked before the camera counts as broken.
const MAX_BAD: usize = 30;

/// A camera as its thread uses it. Made, used and dropped on that thread.
pub(super) trait Grab {
    /// Waits for the next picture, perhaps for ever.
    ///
    /// # Errors
    /// [`GrabError::Bad`] for this picture only, or the camera is done for.
    fn grab(&mut self) -> Result<Picture, GrabError>;
}

/// Red, green, blue; rows from the top.
pub(super) struct Picture {
    pub pixels: Vec<u8>, // [height, width, 3]
    /// Width and height, pixels.
    pub size: [u32; 2],
    /// When it was taken, on a clock of the driver's.
    pub taken: Option<Duration>,
}

#[derive(Debug)]
pub(super) enum GrabError {
    /// Damaged or empty; the next one may be whole.
    Bad(String),
    Lost(CameraError),
}

#[derive(Default)]
struct Slot {
    newest: Option<VideoFrame>,
    end: Option<CameraError>,
    /// Nobody reads any more.
    is_closed: bool,
    /// The camera was let go of.
    is_over: bool,
}

#[derive(Default)]
struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
}

/// The reader's end of a running camera.
pub(super) struct Stream {
    shared: Arc<Shared>,
    camera: String,
}

impl Stream {
    /// Opens a camera on a thread of its own and waits until it is open.
    pub fn start<G: Grab>(
        open: impl FnOnce() -> Result<(CameraId, CameraMode, G), CameraError> + Send + 'static,
        patience: Duration,
        cancel: &CancelToken,
    ) -> Result<(Self, CameraId, CameraMode), FrameError> {
        let shared = Arc::new(Shared::default());
        let (opened, is_open) = bounded(1);
        let theirs = Arc::clone(&shared);
        let failed = |why: String| CameraError::Failed { camera: "the camera".to_owned(), why };
        std::thread::Builder::new()
            .name("camera".to_owned())
            .spawn(move || hold(open, &opened, &theirs))
            .map_err(|error| failed(error.to_string()))?;
        let asked = Instant::now();
        let stream = |camera: String| Self { shared: Arc::clone(&shared), camera };
        loop {
            match is_open.recv_timeout(LOOK_EVERY) {
                Ok(Ok((id, mode))) => return Ok((stream(format!("the camera {id}")), id, mode)),
                Ok(Err(error)) => return Err(error.into()),
                // The thread panicked in the driver.
                Err(RecvTimeoutError::Disconnected) => return Err(failed("its driver crashed".to_owned()).into()),
                Err(RecvTimeoutError::Timeout) => {
                    // Should it open later, nobody wants it any more.
                    let close = |error: FrameError| {
                        shared.slot.lock().is_closed = true;
                        Err(error)
                    };
                    if let Err(cancelled) = cancel.check() {
                        return close(cancelled.into());
                    }
                    if asked.elapsed() > patience {
                        return close(CameraError::Silent { camera: "the camera".to_owned() }.into());
                    }
                }
            }
        }
    }

    /// Waits for a picture that was not given out yet.
    pub fn next(&self, patience: Duration, cancel: &CancelToken) -> Result<VideoFrame, FrameError> {
        let asked = Instant::now();
        let mut slot = self.shared.slot.lock();
        loop {
            if let Some(frame) = slot.newest.take() {
                return Ok(frame);
            }
            if let Some(end) = &slot.end {
                return Err(end.clone().into());
            }
            cancel.check()?;
            if asked.elapsed() > patience {
                return Err(CameraError::Silent { camera: self.camera.clone() }.into());
            }
            self.shared.changed.wait_for(&mut slot, LOOK_EVERY);
        }
    }
}

impl Drop for Stream {
    /// The thread ends with its next picture, so that the camera can be opened again at once. One that hangs is not
    /// waited for.
    fn drop(&mut self) {
        let until = Instant::now() + GOODBYE;
        let mut slot = self.shared.slot.lock();
        slot.is_closed = true;
        while !slot.is_over && !self.shared.changed.wait_until(&mut slot, until).timed_out() {}
    }
}

/// The camera's thread.
fn hold<G: Grab>(
    open: impl FnOnce() -> Result<(CameraId, CameraMode, G), CameraError>,
    opened: &Sender<Result<(CameraId, CameraMode), CameraError>>,
    shared: &Shared,
) {
    // Drivers panic on some errors, even when they are dropped.
    let end = catch_unwind(AssertUnwindSafe(|| match open() {
        Ok((id, mode, grabber)) => {
            let camera = format!("the camera {id}");
            // Nobody waits for it any more if this fails, and then the slot is closed too.
            opened.try_send(Ok((id, mode))).ok();
            run(grabber, &camera, shared)
        }
        Err(error) => {
            opened.try_send(Err(error)).ok();
            None
        }
    }));
    let crashed = || CameraError::Failed { camera: "the camera".to_owned(), why: "its driver crashed".to_owned() };
    let mut slot = shared.slot.lock();
    slot.end = end.unwrap_or_else(|_| Some(crashed()));
    slot.is_over = true;
    drop(slot);
    shared.changed.notify_all();
}

/// Hands over pictures until nobody wants them (none) or the camera is done for.
fn run(mut grabber: impl Grab, camera: &str, shared: &Shared) -> Option<CameraError> {
    let mut clock = Clock::default();
    let mut bad = 0;
    for index in 0.. {
        let grabbed = grabber.grab();
        if shared.slot.lock().is_closed {
            return None;
        }
        let picture = match grabbed {
            Ok(picture) => whole(picture),
            Err(GrabError::Bad(why)) => Err(why),
            Err(GrabError::Lost(error)) => return Some(error),
        };
        match picture {
            Ok(picture) => {
                bad = 0;
                let time_secs = clock.secs(picture.taken);
                let frame = VideoFrame {
                    pixels: picture.pixels.into(),
                    size: picture.size,
                    time_secs,
                    index: FrameIndex(index),
                };
                shared.slot.lock().newest = Some(frame);
                shared.changed.notify_all();
            }
            Err(why) => {
                bad += 1;
                if bad == MAX_BAD {
                    return Some(CameraError::Failed { camera: camera.to_owned(), why });
                }
            }
        }
    }
    None
}

/// The picture, if it has all of its pixels.
fn whole(picture: Picture) -> Result<Picture, String> {
    let [width, height] = picture.size;
    let bytes = picture.pixels.len();
    if bytes == 0 || bytes != width as usize * height as usize * 3 {
        return Err(format!("its pictures of {width}x{height} pixels come with {bytes} bytes"));
    }
    Ok(picture)
}

/// Seconds since the first picture: by the driver's clock where it has one that goes forward, or else by ours.
struct Clock {
    start: Instant,
    /// The driver's time of the first picture, and ours.
    first: Option<(Duration, f64)>,
    last_secs: f64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { start: Instant::now(), first: None, last_secs: -1.0 }
    }
}

/// Where the driver's clock and ours are farther apart than this, the driver's is not believed.
const MAX_DRIFT_SECS: f64 = 1.0;

impl Clock {
    fn secs(&mut self, taken: Option<Duration>) -> f64 {
        if self.last_secs < 0.0 {
            self.start = Instant::now();
        }
        let ours = self.start.elapsed().as_secs_f64();
        let theirs = taken.map(|taken| {
            let (first, at) = *self.first.get_or_insert((taken, ours));
            at + taken.as_secs_f64() - first.as_secs_f64()
        });
        let believed = theirs.filter(|secs| *secs > self.last_secs && (secs - ours).abs() < MAX_DRIFT_SECS);
        self.last_secs = believed.unwrap_or_else(|| ours.max(self.last_secs + 1e-3));
        self.last_secs
    }
}
