//! The bodies that people of a clip wear: derived from its motion for the whole clip at once, away from the window's
//! thread. Parameters only; vertices are made where a frame is drawn.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::document::{Source, SourceId, SourceState};
use super::motion::{Motion, MotionKey, PersonMotion};
use crate::data::body::POSE_FEATURES;
use crate::data::{Betas, BodyFrame, BodyModel, BodyTrack, FrameIndex, H36M_JOINTS, PersonId};
use crate::infer::{InferError, InferOptions, predict_body};
use crate::motion::Cleaning;
use crate::motion::body_placing::stand_body;
use crate::motion::contact::{self, FloorOptions};
use crate::motion::ik::{self, FitOptions};
use crate::motion::skin::{self, JointTransforms, Landmarks};
use crate::nn::{DeviceChoice, MeshModel};
use crate::support::{CancelToken, Cancelled, Level, Notice, ProgressSink};

/// Which body people wear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyChoice {
    /// The one built into the program.
    #[default]
    Mannequin,
    /// A body file of the user's (SMPL), or a mesh checkpoint: it brings its body along and says how to pose it.
    File(PathBuf),
}

/// How the body's feet meet the floor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feet {
    /// Keep soles above the floor, and on it where they touch it.
    pub on_floor: bool,
    /// How firmly a planted foot stays where it is, 0 to 1.
    pub lock: f32,
}

impl Default for Feet {
    fn default() -> Self {
        Self { on_floor: false, lock: FloorOptions::default().foot_lock }
    }
}

/// A loaded body.
pub struct WornBody {
    pub choice: BodyChoice,
    pub model: Arc<BodyModel>,
    pub landmarks: Landmarks,
    /// Poses the body; without one it is fitted to the 17 joints.
    pub mesh: Option<MeshModel>,
    /// What the mesh model was asked to run on.
    pub device: DeviceChoice,
}

impl std::fmt::Debug for WornBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WornBody").field("choice", &self.choice).finish_non_exhaustive()
    }
}

/// All that [`Bodies`] depend on; equal keys give equal bodies.
#[derive(Clone, Debug, PartialEq)]
pub struct BodiesKey {
    pub motion: MotionKey,
    pub choice: BodyChoice,
    /// How a mesh model is run.
    pub options: InferOptions,
    pub feet: Feet,
    /// Those that somebody set.
    pub betas: Vec<(PersonId, Betas)>,
}

/// What [`Bodies`] are derived from.
#[derive(Clone, Debug)]
pub struct BodiesInput {
    pub key: BodiesKey,
    pub source: Arc<Source>,
    pub motion: Arc<Motion>,
    pub body: Arc<WornBody>,
    /// What the mesh model said last.
    pub estimates: Option<Arc<Estimates>>,
}

/// What a mesh model says of everybody of a clip, in camera axes and without a place.
#[derive(Debug)]
pub struct Estimates {
    choice: BodyChoice,
    options: InferOptions,
    cleaning: Cleaning,
    tracks: Vec<BodyTrack>,
}

/// Everybody of one clip with a body, over all frames.
#[derive(Clone, Debug)]
pub struct Bodies {
    pub source: SourceId,
    pub key: BodiesKey,
    pub body: Arc<WornBody>,
    /// Sorted by person.
    pub people: Vec<PersonBody>,
    pub estimates: Option<Arc<Estimates>>,
    /// What a person should know of those who could not be estimated.
    pub notices: Vec<Notice>,
}

#[derive(Clone, Debug)]
pub struct PersonBody {
    pub person: PersonId,
    /// In the drawn world.
    pub track: BodyTrack,
    /// [frames, 17] metres from the body's joints to the predicted ones.
    pub misses_m: Arc<[[f32; H36M_JOINTS]]>,
}

impl BodiesKey {
    /// `motion` is what the bodies will follow.
    pub fn of(state: &SourceState, motion: &Motion, choice: &BodyChoice, options: &InferOptions) -> Self {
        Self {
            motion: motion.key.clone(),
            choice: choice.clone(),
            options: state.source.infer_options(options),
            feet: state.feet,
            betas: state.people.iter().filter_map(|person| Some((person.id, person.betas?))).collect(),
        }
    }

    /// The same but for newer results.
    pub fn differs_in_results_only(&self, other: &Self) -> bool {
        let motion = MotionKey { revision: other.motion.revision, ..self.motion.clone() };
        Self { motion, ..self.clone() } == *other
    }

    fn betas(&self, person: PersonId) -> Option<Betas> {
        self.betas.iter().find(|(id, _)| *id == person).map(|(_, betas)| *betas)
    }
}

impl Bodies {
    pub fn person(&self, id: PersonId) -> Option<&PersonBody> {
        self.people.iter().find(|person| person.person == id)
    }
}

impl BodiesInput {
    /// Fits the body to everybody. Linear in frames and people; `progress` counts the frames of everybody.
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop.
    pub fn derive(&self, cancel: &CancelToken, progress: &dyn ProgressSink) -> Result<Bodies, Cancelled> {
        let (estimates, notices) = self.estimates(cancel, progress)?;
        let total: u64 = self.motion.people.iter().map(|person| person.world.range.len() as u64).sum();
        let mut done_before = 0;
        let mut people = Vec::with_capacity(self.motion.people.len());
        for person in &self.motion.people {
            let of_all = |what, done, _| progress.progress(what, done_before + done, total);
            people.push(self.pose(person, estimates.as_deref(), cancel, &of_all)?);
            done_before += person.world.range.len() as u64;
        }
        let (source, key, body) = (self.motion.source, self.key.clone(), self.body.clone());
        Ok(Bodies { source, key, body, people, estimates, notices })
    }

    /// What the mesh model says, anew only where what it depends on has changed. People of whom it cannot say anything
    /// are left out; the notices tell why.
    fn estimates(
        &self,
        cancel: &CancelToken,
        progress: &dyn ProgressSink,
    ) -> Result<(Option<Arc<Estimates>>, Vec<Notice>), Cancelled> {
        let Some(model) = &self.body.mesh else { return Ok((None, Vec::new())) };
        let (choice, options, cleaning) = (self.key.choice.clone(), self.key.options, self.key.motion.cleaning);
        let is_same =
            |known: &&Arc<Estimates>| known.choice == choice && known.options == options && known.cleaning == cleaning;
        if let Some(known) = self.estimates.as_ref().filter(is_same) {
            return Ok((Some(known.clone()), Vec::new()));
        }
        let total: u64 = self.motion.tracks.iter().map(|track| track.range.len() as u64).sum();
        let (mut done_before, mut tracks, mut notices) = (0, Vec::new(), Vec::new());
        for track in self.motion.tracks.iter() {
            let of_all = |what, done, _| progress.progress(what, done_before + done, total);
            match predict_body(model, track, self.source.image_size, &options, cancel, &of_all) {
                Ok(predicted) => tracks.push(predicted.track),
                Err(InferError::Cancelled(cancelled)) => return Err(cancelled),
                Err(error) => {
                    let headline = format!("The body of person {} is fitted to the joints instead", track.person);
                    notices.push(Notice { level: Level::Warning, ..Notice::from_error(headline, &error) });
                }
            }
            done_before += track.range.len() as u64;
        }
        Ok((Some(Arc::new(Estimates { choice, options, cleaning, tracks })), notices))
    }

    fn pose(
        &self,
        person: &PersonMotion,
        estimates: Option<&Estimates>,
        cancel: &CancelToken,
        progress: &dyn ProgressSink,
    ) -> Result<PersonBody, Cancelled> {
        let WornBody { model, landmarks, .. } = &*self.body;
        let fps = self.key.motion.fps;
        let betas = self.key.betas(person.person);
        let estimated = estimates.and_then(|all| all.tracks.iter().find(|track| track.person == person.person));
        let stood = estimated.and_then(|track| {
            let betas = betas.map(|betas| vec![betas; track.poses.len()].into()).unwrap_or(track.betas.clone());
            let track = BodyTrack { betas, ..track.clone() };
            stand_body(&track, model, &person.world, &self.motion.placement)
        });
        let mut track = match stood {
            Some(track) => track,
            None => {
                let options = FitOptions { betas };
                ik::fit(model, landmarks, &person.world, fps, &options, cancel, progress)?
            }
        };
        if self.key.feet.on_floor {
            track = contact::stand(model, &track, fps, &FloorOptions { foot_lock: self.key.feet.lock }, cancel)?;
        }
        let misses_m = misses_m(model, landmarks, &track, person);
        Ok(PersonBody { person: person.person, track, misses_m })
    }
}

fn misses_m(
    model: &BodyModel,
    landmarks: &Landmarks,
    track: &BodyTrack,
    person: &PersonMotion,
) -> Arc<[[f32; H36M_JOINTS]]> {
    let frames = (track.range.start..track.range.end).map(FrameIndex);
    let misses = frames.map(|frame| match (track.frame(frame), person.joints_in_world(frame)) {
        (Some(body), Some(wanted)) => miss_m(model, landmarks, &body, wanted),
        _ => [0.0; H36M_JOINTS],
    });
    misses.collect()
}

/// Metres from each of a posed body's 17 joints to the wanted one; 0 for a joint that is not wanted anywhere.
pub fn miss_m(model: &BodyModel, landmarks: &Landmarks, body: &BodyFrame, wanted: &[glam::Vec3]) -> [f32; H36M_JOINTS] {
    let rest = model.rest_joints(body.betas);
    let transforms = skin::joint_transforms(&rest, body.pose, body.translation);
    let joints = landmarks.joints(body.betas, &transforms, &rest);
    std::array::from_fn(|joint| wanted.get(joint).map_or(0.0, |wanted| joints[joint].distance(*wanted)))
}

impl PersonBody {
    /// What the vertices of the rest pose are multiplied by in one frame, and the shape; `betas` stand in for the
    /// track's own.
    pub fn skinning(
        &self,
        model: &BodyModel,
        frame: FrameIndex,
        betas: Option<Betas>,
    ) -> Option<(JointTransforms, Betas)> {
        let body = self.track.frame(frame)?;
        let betas = betas.unwrap_or(*body.betas);
        let rest = model.rest_joints(&betas);
        let transforms = skin::joint_transforms(&rest, body.pose, body.translation);
        Some((skin::skinning_transforms(&transforms, &rest), betas))
    }

    /// Weights of the pose blend shapes in one frame.
    pub fn pose_features(&self, frame: FrameIndex) -> Option<[f32; POSE_FEATURES]> {
        Some(skin::pose_features(self.track.frame(frame)?.pose))
    }

    /// Metres from each of the body's 17 joints to the predicted one in one frame.
    pub fn misses_m(&self, frame: FrameIndex) -> Option<&[f32; H36M_JOINTS]> {
        self.misses_m.get(self.track.range.offset_of(frame)?)
    }
}
