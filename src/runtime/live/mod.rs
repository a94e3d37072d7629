//! Live: from a camera to 3D as it happens.
//!
//! Three threads. `capture` opens and reads the camera; `detect` takes the newest picture and finds and follows people;
//! `infer` lifts the newest window of everybody and hands over what to show. Pictures and results are latest-wins:
//! whoever is slow sees fewer of them, and nothing queues up. Keypoints are never dropped: the last minutes of them are
//! kept and can become a clip.
//!
//! - `ring`: keypoints on a steady timeline; `past`: small pictures that go with them; `window`: how long the lifter's window is; `stats`: how it keeps up.
//! - `pattern`: a camera and a detector for trying it out.
//! - `capture`, `detect`, `lift`: the threads. `person`: one person as far as lifted; `body`: what the person wears.
//!
//! Detection and lifting run at the same time, one picture apart. The lifter is given half of the processors, since the
//! detector is what takes longest.

mod body;
mod capture;
mod detect;
mod lift;
mod past;
mod pattern;
mod person;
mod ring;
mod stats;
#[cfg(test)]
mod tests;
mod window;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::job::{JobContext, JobError, JobHandle, JobId, panic_text};
use super::latest::LatestSlot;
use super::loader::{CheckpointLoader, ModelLoader};
use super::message::Event;
use super::outbox::Outbox;
use crate::data::{Betas, PersonId, VideoFrame};
use crate::detect::{self as detectors, Detector, DetectorSpec, LoadError};
use crate::io::frames::camera::{Camera, CameraOptions};
use crate::io::frames::{FrameError, FrameSource};
use crate::motion::WorldOptions;
use crate::motion::smooth::Smoothing;
use crate::nn::DeviceChoice;
use crate::session::{Bodies, ModelChoice, Motion, Source, SourceId, WornBody};
use crate::support::{CancelToken, Notice};

use ring::KeypointRing;
use stats::Meter;

pub use past::PastPictures;
pub use pattern::{TestPattern, painted_dancer, test_pattern};
pub use stats::LiveStats;
pub use window::AUTO_FRAMES;

/// What is kept to become a clip, seconds.
pub const KEEP_SECS: f64 = 300.0;
/// The clip that is shown while live goes on, seconds.
pub const SHOWN_SECS: f64 = 10.0;
/// Most frames that may be looked ahead.
pub const MAX_LOOK_AHEAD: usize = 15;

/// Opens the camera; again after it was lost. Called on the thread that reads it.
pub type OpenCamera = Box<dyn FnMut(&CancelToken) -> Result<Box<dyn FrameSource>, FrameError> + Send>;
/// Makes the detector; again after it panicked. Called on the thread that detects.
pub type OpenDetector = Box<dyn FnMut(&CancelToken) -> Result<Box<dyn Detector>, LoadError> + Send>;

/// A camera of this computer.
pub fn camera(options: CameraOptions) -> OpenCamera {
    Box::new(move |cancel| Ok(Box::new(Camera::open(&options, cancel)?)))
}

/// A detector of the user's.
pub fn detector(spec: DetectorSpec) -> OpenDetector {
    Box::new(move |cancel| detectors::load(&spec, cancel))
}

/// Please watch this.
pub struct LiveRequest {
    /// Of the short clip that is shown.
    pub id: SourceId,
    pub name: String,
    pub camera: OpenCamera,
    pub detector: OpenDetector,
    pub loader: Box<dyn ModelLoader>,
    pub dials: LiveDials,
}

impl LiveRequest {
    pub fn new(id: SourceId, name: String, camera: OpenCamera, detector: OpenDetector) -> Self {
        Self { id, name, camera, detector, loader: Box::new(CheckpointLoader), dials: LiveDials::default() }
    }
}

/// What may be changed while live goes on.
#[derive(Clone, Debug)]
pub struct LiveDials {
    pub model: ModelChoice,
    pub device: DeviceChoice,
    pub root_relative: Option<bool>,
    /// Frames of the lifter's window; none for as many as the machine keeps up with.
    pub window_frames: Option<usize>,
    /// Frames after the shown one that the lifter has seen: later, and better.
    pub look_ahead: usize,
    /// Strength of the one-euro filter, 0 to 1.
    pub smoothing: f32,
    pub world: WorldOptions,
    /// Those that somebody said.
    pub heights_m: Vec<(PersonId, f32)>,
    /// What people wear; none for skeletons only.
    pub body: Option<Arc<WornBody>>,
    /// Shapes that somebody set.
    pub betas: Vec<(PersonId, Betas)>,
    pub max_people: usize,
}

impl Default for LiveDials {
    fn default() -> Self {
        Self {
            model: ModelChoice::default(),
            device: DeviceChoice::default(),
            root_relative: None,
            window_frames: None,
            look_ahead: 0,
            smoothing: Smoothing::USUAL_STRENGTH,
            world: WorldOptions::default(),
            heights_m: Vec::new(),
            body: None,
            betas: Vec::new(),
            max_people: 4,
        }
    }
}

/// What to show now.
#[derive(Clone, Debug)]
pub struct LiveUpdate {
    /// The last seconds as a clip; its last frame is the one to show.
    pub source: Arc<Source>,
    pub motion: Arc<Motion>,
    pub bodies: Option<Arc<Bodies>>,
    /// The picture of the last frame.
    pub picture: Option<VideoFrame>,
    /// When that was taken.
    pub captured_at: Instant,
}

/// A picture on its way.
struct Captured {
    frame: VideoFrame,
    /// Since the first picture; goes on when a camera comes back.
    time_secs: f64,
    at: Instant,
    fps: f64,
}

/// What the threads have in common.
struct Shared {
    dials: Mutex<LiveDials>,
    meter: Mutex<Meter>,
    ring: Mutex<Option<KeypointRing>>,
    pictures: LatestSlot<Captured>,
    /// Told after every detected picture.
    detected: LatestSlot<DetectedPicture>,
    update: LatestSlot<LiveUpdate>,
    past: Arc<PastPictures>,
    /// What ended it all, if that was neither the camera nor a person.
    failure: Mutex<Option<JobError>>,
}

/// A picture whose people are in the ring.
struct DetectedPicture {
    frame: usize,
    picture: VideoFrame,
    captured_at: Instant,
    /// Counts rings: another one is another stream, of which nothing is known yet.
    stream: u64,
}

/// A running camera. Dropping it stops it.
pub struct Live {
    job: JobHandle,
    id: SourceId,
    name: String,
    shared: Arc<Shared>,
}

impl Live {
    pub fn job(&self) -> JobId {
        self.job.id
    }

    /// The source of the clip that is shown.
    pub fn source(&self) -> SourceId {
        self.id
    }

    pub fn set_dials(&self, dials: LiveDials) {
        *self.shared.dials.lock() = dials;
    }

    pub fn dials(&self) -> LiveDials {
        self.shared.dials.lock().clone()
    }

    /// What there is to show that was not taken yet.
    pub fn take_update(&self) -> Option<LiveUpdate> {
        self.shared.update.try_take()
    }

    /// What was shown came to the screen so long after it was taken.
    pub fn presented(&self, latency: Duration) {
        self.shared.meter.lock().presented(latency);
    }

    /// What the camera saw in the last minutes.
    pub fn past(&self) -> &Arc<PastPictures> {
        &self.shared.past
    }

    pub fn stats(&self) -> LiveStats {
        self.shared.meter.lock().stats()
    }

    /// The keypoints of the last minutes as a clip; none before anybody was looked for.
    pub fn keep(&self, id: SourceId) -> Option<Source> {
        let ring = self.shared.ring.lock();
        let ring = ring.as_ref()?;
        let range = ring.range();
        (!range.is_empty()).then(|| ring.source(id, self.name.clone(), range))
    }

    /// Ends it; the job's end is told as an event.
    pub fn stop(&self) {
        self.job.cancel();
    }
}

pub(super) fn start(request: LiveRequest, outbox: Outbox) -> std::io::Result<Live> {
    let LiveRequest { id, name, camera, detector, loader, dials } = request;
    let shared = Arc::new(Shared {
        dials: Mutex::new(dials),
        meter: Mutex::default(),
        ring: Mutex::default(),
        pictures: LatestSlot::default(),
        detected: LatestSlot::default(),
        update: LatestSlot::default(),
        past: Arc::default(),
        failure: Mutex::default(),
    });
    let live = (shared.clone(), name.clone());
    let job = super::job::spawn("capture", outbox, move |context| {
        let (shared, name) = live;
        let (shared, name) = (&*shared, &name);
        std::thread::scope(|scope| {
            let work = || {
                let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
                let started = named("detect")
                    .spawn_scoped(scope, || shared.watch(context, || detect::run(shared, detector, context)))
                    .and_then(|_| {
                        named("infer").spawn_scoped(scope, || {
                            shared.watch(context, || lift::run(shared, id, name, loader, context));
                        })
                    });
                started.map_err(|error| JobError::Failed(Notice::from_error("Live could not start", &error)))?;
                capture::run(shared, camera, context)
            };
            shared.watch(context, work);
            shared.close();
        });
        shared.failure.lock().take().map_or(Ok(()), Err)
    })?;
    Ok(Live { job, id, name, shared })
}

impl Shared {
    /// Runs one of the threads; when it ends, however it does, all end.
    fn watch(&self, context: &JobContext, work: impl FnOnce() -> Result<(), JobError>) {
        let outcome = guarded(work).unwrap_or_else(|panic| Err(JobError::Failed(panic)));
        if let Err(error) = outcome {
            self.failure.lock().get_or_insert(error);
        }
        context.cancel.cancel();
        self.close();
    }

    fn close(&self) {
        self.pictures.close();
        self.detected.close();
    }
}

/// Does `work`; a panic becomes a notice.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Notice> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|panic| Notice::error("A part of the program failed").why(panic_text(&*panic)))
}

/// Tells of things that happen again and again once, until they have gone well for a while.
#[derive(Default)]
struct Once {
    told: Option<Notice>,
    in_a_row: usize,
}

impl Once {
    /// How often it has happened in a row, with this time.
    fn tell(&mut self, notice: Notice, context: &JobContext) -> Result<usize, JobError> {
        self.in_a_row += 1;
        if self.told.as_ref() != Some(&notice) {
            self.told = Some(notice.clone());
            context.send(Event::Notice(notice))?;
        }
        Ok(self.in_a_row)
    }

    fn went_well(&mut self) {
        self.in_a_row = 0;
    }
}
