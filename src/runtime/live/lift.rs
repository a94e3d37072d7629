//! The thread that lifts the newest window of everybody and hands over what to show.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::person::{LivePerson, Pass};
use super::ring::{KeypointRing, StreamInfo};
use super::window::AdaptiveWindow;
use super::{DetectedPicture, LiveDials, LiveUpdate, MAX_LOOK_AHEAD, Once, SHOWN_SECS, Shared, guarded};
use crate::data::{FrameRange, KeypointTrack, PersonId, PosePrediction, VideoFrame};
use crate::infer::{InferOptions, LiftError, Lifter};
use crate::motion::clean::Repairs;
use crate::motion::quality::Quality;
use crate::motion::smooth::{Smoothing, SmoothingKind};
use crate::motion::{Cleaning, LivePlacement, PlacedPerson, Placement, WorldOptions, normalise};
use crate::nn::DeviceChoice;
use crate::runtime::job::{JobContext, JobError};
use crate::runtime::loader::ModelLoader;
use crate::runtime::message::Event;
use crate::scene::Bounds;
use crate::session::bodies::{Bodies, BodiesKey};
use crate::session::motion::{Motion, MotionKey, PersonMotion};
use crate::session::{Feet, ModelChoice, Source, SourceId};
use crate::support::Notice;

/// Somebody who was not seen for this long is not lifted, and forgotten after the second.
const UNSEEN_SECS: f64 = 0.5;
const FORGET_SECS: f64 = 3.0;
/// How often the placement is fitted to what was lifted last, and readings are taken.
const FIT_EVERY_SECS: f64 = 0.5;
/// A lifter that fails so often in a row will not come round.
const MAX_FAILURES: usize = 30;

const FAILED: &str = "The model failed in a picture";

/// The model in use.
struct Loaded {
    choice: ModelChoice,
    device: DeviceChoice,
    lifter: Box<dyn Lifter>,
}

/// All that is known of one stream.
#[derive(Default)]
struct Lifting {
    people: BTreeMap<PersonId, LivePerson>,
    placement: LivePlacement,
    world: WorldOptions,
    /// Frame of the last fit of the placement.
    fitted: Option<usize>,
    /// Frame that was shown last.
    shown: Option<usize>,
    qualities: BTreeMap<PersonId, Quality>,
    bounds: Option<Bounds>,
    /// Of frames that are not shown yet.
    pictures: VecDeque<(usize, VideoFrame, Instant)>,
    updates: u64,
}

pub(super) fn run(
    shared: &Shared,
    id: SourceId,
    name: &str,
    mut loader: Box<dyn ModelLoader>,
    context: &JobContext,
) -> Result<(), JobError> {
    let mut model = Loader { loaded: None, refused: None };
    let mut window = AdaptiveWindow::default();
    let mut state = Lifting::default();
    let mut stream = 0;
    let mut failures = Once::default();
    // The detector's threads and these take turns on the processors.
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = rayon::ThreadPoolBuilder::new().num_threads((processors / 2).max(1)).build();
    while let Some(detected) = shared.detected.take() {
        let dials = shared.dials.lock().clone();
        model.keep(&dials, &mut *loader, context)?;
        let Some(loaded) = &model.loaded else { continue };
        if detected.stream != stream {
            stream = detected.stream;
            state = Lifting::default();
        }
        let began = Instant::now();
        let lifter = &*loaded.lifter;
        let mut lift = || state.lift(shared, lifter, &dials, &window, &detected, context);
        let outcome = guarded(|| match &threads {
            Ok(threads) => threads.install(lift),
            Err(_) => lift(),
        });
        for notice in lifter.take_notices() {
            context.send(Event::Notice(notice))?;
        }
        let notice = match outcome {
            Ok(Ok(None)) => continue,
            Ok(Ok(Some(info))) => {
                failures.went_well();
                let took = began.elapsed();
                window.measured(took.as_secs_f64() * 1e3, 1e3 / info.fps, !shared.detected.is_empty());
                let frames = window.frames(dials.window_frames);
                let ring_frames = shared.ring.lock().as_ref().map_or(0, KeypointRing::len);
                shared.meter.lock().lifted(took, frames, state.people.len(), ring_frames);
                state.wear(&dials, info.fps, context)?;
                if let Some(update) = state.update(shared, id, name, &dials, &info) {
                    shared.update.put(|_| update);
                    context.wake();
                }
                continue;
            }
            Ok(Err(LiftError::Cancelled(_))) => return Err(JobError::Cancelled),
            Ok(Err(error)) => Notice::from_error(FAILED, &error),
            Err(panic) => Notice::error(FAILED).why(panic.why),
        };
        // What failed may have left anything behind.
        state = Lifting::default();
        if failures.tell(notice.clone(), context)? >= MAX_FAILURES {
            let notice = Notice::error("The model keeps failing").why(notice.why).hint("Choose another model.");
            return Err(JobError::Failed(notice));
        }
    }
    Ok(())
}

/// Keeps the chosen model loaded; one that cannot be loaded leaves the one before.
struct Loader {
    loaded: Option<Loaded>,
    refused: Option<(ModelChoice, DeviceChoice)>,
}

impl Loader {
    fn keep(&mut self, dials: &LiveDials, loader: &mut dyn ModelLoader, context: &JobContext) -> Result<(), JobError> {
        let is_wanted = |loaded: &Loaded| loaded.choice == dials.model && loaded.device == dials.device;
        let wanted = (dials.model.clone(), dials.device);
        if self.loaded.as_ref().is_some_and(is_wanted) || self.refused.as_ref() == Some(&wanted) {
            return Ok(());
        }
        match loader.load(&dials.model, dials.device) {
            Ok(loaded) => {
                for notice in loaded.notices {
                    context.send(Event::Notice(notice))?;
                }
                let (choice, device) = wanted;
                self.loaded = Some(Loaded { choice, device, lifter: loaded.lifter });
            }
            Err(notice) if self.loaded.is_none() => return Err(JobError::Failed(notice)),
            Err(notice) => {
                self.refused = Some(wanted);
                context.send(Event::Notice(notice))?;
            }
        }
        Ok(())
    }
}

impl Lifting {
    /// Lifts everybody who is there. None when there is nothing new.
    fn lift(
        &mut self,
        shared: &Shared,
        lifter: &dyn Lifter,
        dials: &LiveDials,
        window: &AdaptiveWindow,
        detected: &DetectedPicture,
        context: &JobContext,
    ) -> Result<Option<StreamInfo>, LiftError> {
        let newest = detected.frame;
        self.pictures.push_back((newest, detected.picture.clone(), detected.captured_at));
        if self.pictures.len() > MAX_LOOK_AHEAD + 1 {
            self.pictures.pop_front();
        }
        let window_frames = window.frames(dials.window_frames);
        let (info, tracks) = {
            let ring = shared.ring.lock();
            let Some(ring) = ring.as_ref() else { return Ok(None) };
            let info = ring.info().clone();
            let recent = (normalise::live::RECENT_SECS * info.fps) as usize;
            let from = (newest + 1).saturating_sub(window_frames.max(recent));
            let range = FrameRange::new(from, newest + 1);
            let tracks: Vec<KeypointTrack> =
                ring.people(range).into_iter().filter_map(|person| ring.track(person, range, 0)).collect();
            (info, tracks)
        };
        let in_frames = |secs: f64| (secs * info.fps).ceil() as usize;
        if self.world != dials.world {
            *self = Self { world: dials.world, people: std::mem::take(&mut self.people), ..Self::default() };
            self.pictures.push_back((newest, detected.picture.clone(), detected.captured_at));
        }
        let before = self.shown;
        let shown = newest.saturating_sub(dials.look_ahead.min(MAX_LOOK_AHEAD)).max(before.unwrap_or(0));
        self.shown = Some(shown);
        self.people.retain(|_, person| {
            person.lifted.back().is_none_or(|lifted| lifted.frame + in_frames(FORGET_SECS) > shown)
        });
        let pass = Pass {
            lifter,
            is_root_relative: dials.root_relative.unwrap_or(lifter.is_root_relative()),
            window_frames,
            shown,
            smoothing: dials.smoothing,
            fps: info.fps,
            shown_frames: in_frames(SHOWN_SECS),
            cancel: &context.cancel,
        };
        for track in &tracks {
            if track.range.end + in_frames(UNSEEN_SECS) < newest + 1 {
                continue;
            }
            let person = self.people.entry(track.person).or_insert_with(|| LivePerson::new(track.person));
            let is_new = person.lifted.is_empty();
            person.lift(track, &pass, &mut self.placement)?;
            if is_new && !person.lifted.is_empty() {
                self.fitted = None;
            }
        }
        self.place(shown, dials, &info);
        Ok(Some(info))
    }

    /// Fits the placement to the shown seconds now and then, and at once when somebody is new.
    fn place(&mut self, shown: usize, dials: &LiveDials, info: &StreamInfo) {
        let since_secs = self.fitted.map(|fitted| (shown - fitted.min(shown)) as f64 / info.fps);
        if since_secs.is_some_and(|since| since < FIT_EVERY_SECS) {
            return;
        }
        let predictions: Vec<(PosePrediction, Option<f32>)> = self
            .people
            .values()
            .filter(|person| !person.lifted.is_empty())
            .map(|person| {
                let height = dials.heights_m.iter().find(|(id, _)| *id == person.person).map(|(_, height)| *height);
                (person.prediction(0), height)
            })
            .collect();
        if predictions.is_empty() {
            return;
        }
        let placed = |(prediction, height_m)| PlacedPerson { prediction, keypoints: None, height_m };
        let people: Vec<PlacedPerson> = predictions.iter().map(|(pose, height)| placed((pose, *height))).collect();
        let wanted = Placement::fit(&people, Some(info.image_size), info.fps, &dials.world);
        self.placement.follow(wanted, since_secs.unwrap_or(1.0 / info.fps));
        self.fitted = Some(shown);
        if since_secs.is_none() {
            for person in self.people.values_mut() {
                person.place_again(&mut self.placement, info.fps);
            }
        }
        for person in self.people.values() {
            let world = person.world(0);
            match Quality::of(&world, world.range, info.fps) {
                Some(quality) => drop(self.qualities.insert(person.person, quality)),
                None => drop(self.qualities.remove(&person.person)),
            }
        }
        let ids: Vec<PersonId> = self.people.keys().copied().collect();
        self.qualities.retain(|id, _| ids.contains(id));
        let points = self.people.values().flat_map(|person| person.lifted.iter().flat_map(|lifted| lifted.in_world));
        let known = self.bounds.map(|bounds| [bounds.min, bounds.max]);
        self.bounds = Bounds::of_points(points.chain(known.into_iter().flatten()));
    }

    /// Poses bodies in the frames that are new.
    fn wear(&mut self, dials: &LiveDials, fps: f64, context: &JobContext) -> Result<(), JobError> {
        let Some(body) = &dials.body else { return Ok(()) };
        for person in self.people.values_mut() {
            let betas = dials.betas.iter().find(|(id, _)| *id == person.person).map(|(_, betas)| *betas);
            person.body.follow(body, person.person, &person.lifted, betas, fps, &context.cancel)?;
        }
        Ok(())
    }

    /// The shown seconds as a clip.
    fn update(
        &mut self,
        shared: &Shared,
        id: SourceId,
        name: &str,
        dials: &LiveDials,
        info: &StreamInfo,
    ) -> Option<LiveUpdate> {
        let shown = self.shown?;
        self.updates += 1;
        while self.pictures.len() > 1 && self.pictures.get(1).is_some_and(|(frame, ..)| *frame <= shown) {
            self.pictures.pop_front();
        }
        let first = self.pictures.front()?;
        let picture = (first.0 <= shown).then(|| first.1.clone());
        let (source, captured_at) = {
            let ring = shared.ring.lock();
            let ring = ring.as_ref()?;
            let frames = (SHOWN_SECS * info.fps).ceil() as usize;
            let start = (shown + 1).saturating_sub(frames).max(ring.range().start);
            let captured_at = ring.at_or_before(shown).map_or(first.2, |seen| seen.captured_at);
            (Arc::new(ring.source(id, name.to_owned(), FrameRange::new(start, shown + 1))), captured_at)
        };
        let motion = Arc::new(self.motion(&source, dials, info));
        let bodies = dials.body.as_ref().map(|body| {
            let origin = source.first_frame_number as usize;
            let betas = |id: PersonId| dials.betas.iter().find(|(person, _)| *person == id).map(|(_, betas)| *betas);
            let worn = |person: &LivePerson| person.body.track(person.person, origin, betas(person.person));
            let people = self.people.values().filter_map(worn).collect();
            let key = BodiesKey {
                motion: motion.key.clone(),
                choice: body.choice.clone(),
                options: InferOptions::default(),
                feet: Feet::default(),
                betas: dials.betas.clone(),
            };
            Arc::new(Bodies { source: id, key, body: body.clone(), people, estimates: None, notices: Vec::new() })
        });
        Some(LiveUpdate { source, motion, bodies, picture, captured_at })
    }

    fn motion(&self, source: &Arc<Source>, dials: &LiveDials, info: &StreamInfo) -> Motion {
        let origin = source.first_frame_number as usize;
        let people = self.people.values().filter(|person| !person.range(origin).is_empty());
        let people = people.map(|person| PersonMotion {
            person: person.person,
            prediction: person.prediction(origin),
            world: person.world(origin),
            before: None,
            quality: self.qualities.get(&person.person).cloned(),
            symmetry: Vec::new(),
            repetitions: Vec::new(),
        });
        let placement = self.placement.placement().cloned();
        Motion {
            source: source.id,
            key: MotionKey {
                revision: self.updates,
                fps: info.fps,
                cleaning: Cleaning::default(),
                smoothing: Smoothing::of_strength(SmoothingKind::OneEuro, dials.smoothing),
                world: dials.world,
                trim: None,
                heights_m: dials.heights_m.clone(),
            },
            tracks: source.tracks.clone(),
            repairs: Repairs::default(),
            people: people.collect(),
            placement: placement.unwrap_or_else(|| Placement::fit(&[], Some(info.image_size), info.fps, &dials.world)),
            bounds: self.bounds,
        }
    }
}
