//! What is shown of a clip, derived from results and edits: smoothed joints in a world of metres.
//!
//! Derived for the whole clip at once, away from the window's thread, so that sliders act on what was inferred
//! already and a frame costs nothing but a look-up.

use std::sync::Arc;

use super::document::{Source, SourceId, SourceState};
use super::results::{LiftKey, Results};
use crate::data::{
    FrameIndex, FrameRange, H36M_JOINTS, KeypointTrack, PersonId, PosePrediction, Repetitions, Side, WorldTrack,
};
use crate::motion::angles::{Angle, Symmetry};
use crate::motion::clean::Repairs;
use crate::motion::quality::Quality;
use crate::motion::{Cleaning, PlacedPerson, Placement, Smoothing, WorldOptions, cycles};
use crate::scene::Bounds;
use crate::support::{CancelToken, Cancelled};

/// All that a [`Motion`] depends on; equal keys give equal motions.
#[derive(Clone, Debug, PartialEq)]
pub struct MotionKey {
    /// Of the source's results.
    pub revision: u64,
    pub fps: f64,
    pub cleaning: Cleaning,
    pub smoothing: Smoothing,
    pub world: WorldOptions,
    /// In and out point: what quality and symmetry are told of.
    pub trim: Option<FrameRange>,
    /// Those that somebody said.
    pub heights_m: Vec<(PersonId, f32)>,
}

/// What a [`Motion`] is derived from: shared values, so taking them costs nothing.
#[derive(Clone, Debug)]
pub struct MotionInput {
    pub source: Arc<Source>,
    pub key: MotionKey,
    /// As lifted.
    pub predictions: Vec<PosePrediction>,
    /// As lifted before the keypoints were cleaned, where that is known.
    pub uncleaned: Vec<PosePrediction>,
    /// The last motion where only the in and out point have changed since: all but its readings is still true.
    pub known: Option<Arc<Motion>>,
}

/// Everybody of one clip, over all frames.
#[derive(Clone, Debug)]
pub struct Motion {
    pub source: SourceId,
    pub key: MotionKey,
    /// The 2D of everybody after cleaning, sorted by person; the very same as the source's where nothing is cleaned.
    pub tracks: Arc<[KeypointTrack]>,
    /// What the cleaning changed, of everybody.
    pub repairs: Repairs,
    /// Those with 3D, sorted by person.
    pub people: Vec<PersonMotion>,
    pub placement: Placement,
    /// Around everything that anybody does, shown or not, so that the floor stands still; none without people.
    pub bounds: Option<Bounds>,
}

/// The 3D of one person.
#[derive(Clone, Debug)]
pub struct PersonMotion {
    pub person: PersonId,
    /// After smoothing, in the space it was predicted in.
    pub prediction: PosePrediction,
    /// The same in the drawn world.
    pub world: WorldTrack,
    /// Without cleaning and smoothing, placed alike; none where that is the same.
    pub before: Option<WorldTrack>,
    /// How far to trust it, from in to out point; none for a few frames.
    pub quality: Option<Quality>,
    /// Left against right from in to out point, for every angle that has sides.
    pub symmetry: Vec<Symmetry>,
    /// What the person does again and again, over the whole clip, in the order of time.
    pub repetitions: Vec<Repetitions>,
}

impl MotionKey {
    pub fn of(state: &SourceState, results: &Results) -> Self {
        Self {
            revision: results.revision(state.source.id),
            fps: state.fps,
            cleaning: state.cleaning,
            smoothing: state.smoothing,
            world: state.world,
            trim: state.trim,
            heights_m: state.people.iter().filter_map(|person| Some((person.id, person.height_m?))).collect(),
        }
    }

    fn differs_in_trim_only(&self, other: &Self) -> bool {
        Self { trim: other.trim, ..self.clone() } == *other
    }

    fn height_m(&self, person: PersonId) -> Option<f32> {
        self.heights_m.iter().find(|(id, _)| *id == person).map(|(_, height_m)| *height_m)
    }
}

impl MotionInput {
    /// `lift` is how the source's results were or will be lifted, `last` what was derived of it before.
    pub fn of(state: &SourceState, results: &Results, lift: &LiftKey, last: Option<&Arc<Motion>>) -> Self {
        let id = state.source.id;
        let key = MotionKey::of(state, results);
        let plain = LiftKey { cleaning: Cleaning::default(), ..lift.clone() };
        let uncleaned = if lift.cleaning.is_off() { Vec::new() } else { results.kept(id, &plain) };
        Self {
            source: state.source.clone(),
            known: last.filter(|last| last.key.differs_in_trim_only(&key)).cloned(),
            key,
            predictions: results.shown(id),
            uncleaned,
        }
    }

    /// Derives the motion: cleans, smooths, places. Linear in frames and people.
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop.
    pub fn derive(&self, cancel: &CancelToken) -> Result<Motion, Cancelled> {
        let key = &self.key;
        if let Some(known) = &self.known {
            let mut motion = Motion { key: key.clone(), ..(**known).clone() };
            motion.people.iter_mut().for_each(|person| person.read(key));
            return Ok(motion);
        }
        let mut repairs = Repairs::default();
        let tracks: Arc<[KeypointTrack]> = if key.cleaning.is_off() {
            self.source.tracks.clone()
        } else {
            let cleaned = self.source.tracks.iter().map(|track| key.cleaning.apply(track));
            cleaned.inspect(|cleaned| repairs += cleaned.repairs).map(|cleaned| cleaned.track).collect()
        };
        cancel.check()?;
        let raw: Vec<&PosePrediction> = self.predictions.iter().filter(|pose| !pose.range.is_empty()).collect();
        let mut smoothed = Vec::with_capacity(raw.len());
        for prediction in &raw {
            smoothed.push(key.smooth(prediction));
            cancel.check()?;
        }
        let keypoints = |id: PersonId| tracks.iter().find(|track| track.person == id);
        let placed = |prediction| self.placed(prediction, keypoints);
        let everybody: Vec<PlacedPerson> = smoothed.iter().map(placed).collect();
        let placement = Placement::fit(&everybody, self.source.image_size, key.fps, &key.world);
        let mut people = Vec::with_capacity(raw.len());
        for (raw, person) in raw.iter().zip(&everybody) {
            cancel.check()?;
            let id = raw.person;
            let uncleaned = self.uncleaned.iter().find(|pose| pose.person == id);
            let before = match uncleaned {
                Some(uncleaned) => Some(self.placed(uncleaned, |id| self.source.track(id))),
                None if !key.smoothing.is_off() => Some(placed(*raw)),
                None => None,
            };
            let world = placement.world_track(person);
            let told = key.told(&world);
            people.push(PersonMotion {
                person: id,
                prediction: person.prediction.clone(),
                quality: Quality::of(&world, told, key.fps),
                symmetry: symmetry(&world, told),
                repetitions: cycles::of_track(&world, key.fps),
                world,
                before: before.map(|before| placement.world_track(&before)),
            });
        }
        let bounds = Bounds::of_points(people.iter().flat_map(PersonMotion::points));
        Ok(Motion { source: self.source.id, key: key.clone(), tracks, repairs, people, placement, bounds })
    }

    fn placed<'a>(
        &self,
        prediction: &'a PosePrediction,
        keypoints: impl Fn(PersonId) -> Option<&'a KeypointTrack>,
    ) -> PlacedPerson<'a> {
        let person = prediction.person;
        PlacedPerson { prediction, keypoints: keypoints(person), height_m: self.key.height_m(person) }
    }
}

impl MotionKey {
    /// The frames that quality and symmetry are told of.
    fn told(&self, world: &WorldTrack) -> FrameRange {
        self.trim.unwrap_or(world.range).intersect(world.range)
    }

    fn smooth(&self, prediction: &PosePrediction) -> PosePrediction {
        if self.smoothing.is_off() {
            return prediction.clone();
        }
        let joints = self.smoothing.apply(&prediction.joints, self.fps);
        PosePrediction { joints: joints.into(), ..prediction.clone() }
    }
}

impl Motion {
    pub fn person(&self, id: PersonId) -> Option<&PersonMotion> {
        self.people.iter().find(|person| person.person == id)
    }

    /// The person's 2D after cleaning.
    pub fn track(&self, id: PersonId) -> Option<&KeypointTrack> {
        self.tracks.iter().find(|track| track.person == id)
    }

    /// Whether all joints, in 2D and in 3D, are the very same.
    pub fn has_joints_of(&self, other: &Self) -> bool {
        let is_same = |(a, b): (&PersonMotion, &PersonMotion)| {
            a.person == b.person
                && Arc::ptr_eq(&a.prediction.joints, &b.prediction.joints)
                && Arc::ptr_eq(&a.world.joints_in_world, &b.world.joints_in_world)
        };
        let is_as_many = self.people.len() == other.people.len();
        is_as_many && Arc::ptr_eq(&self.tracks, &other.tracks) && self.people.iter().zip(&other.people).all(is_same)
    }

    /// Points that show where these people get to, or all who have 3D if none of these has.
    pub fn points(&self, people: &[PersonId]) -> impl Iterator<Item = glam::Vec3> {
        let is_wanted = |person: &&PersonMotion| people.contains(&person.person);
        let any = self.people.iter().any(|person| is_wanted(&person));
        self.people.iter().filter(move |person| !any || is_wanted(person)).flat_map(PersonMotion::points)
    }
}

fn symmetry(world: &WorldTrack, told: FrameRange) -> Vec<Symmetry> {
    let offset = (told.start - world.range.start) * H36M_JOINTS;
    let joints = world.joints_in_world.get(offset..offset + told.len() * H36M_JOINTS).unwrap_or_default();
    let left = Angle::ALL.into_iter().filter(|angle| angle.side() == Side::Left);
    left.filter_map(|angle| Symmetry::of(angle, joints)).collect()
}

/// Frames per person that are looked at to know where the person gets to.
const MAX_SAMPLES: usize = 300;

impl PersonMotion {
    /// Takes the readings anew for other in and out points.
    fn read(&mut self, key: &MotionKey) {
        let told = key.told(&self.world);
        self.quality = Quality::of(&self.world, told, key.fps);
        self.symmetry = symmetry(&self.world, told);
    }

    /// World joints of one timeline frame.
    pub fn joints_in_world(&self, frame: FrameIndex) -> Option<&[glam::Vec3]> {
        self.world.frame(frame)
    }

    /// Joints of frames all over the range.
    fn points(&self) -> impl Iterator<Item = glam::Vec3> {
        let range = self.world.range;
        (range.start..range.end)
            .step_by(range.len().div_ceil(MAX_SAMPLES).max(1))
            .filter_map(|frame| self.world.frame(FrameIndex(frame)))
            .flatten()
            .copied()
    }
}
