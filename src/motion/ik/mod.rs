//! The pose of a body from 17 joints: a mesh for every model that predicts joints.
//!
//! In four steps: the shape from the lengths of the bones, one for the whole clip (`shape`); a pose by alignment,
//! bone by bone, whose twists come from the planes in which elbows and knees bend (`align`, `twist`); feet that
//! lie flat where they are low (`feet`); a few Gauss-Newton steps that bring the body's own 17 joints to the given
//! ones, near that pose (`refine`).
//!
//! The scale of the given joints is left alone. Where the shapes of a body cannot reach the lengths of the bones,
//! their directions are matched first and their places as near as that allows.
//!
//! Imports data, support and `motion::skin`. Runs on the thread of the job that calls it.

mod align;
mod cholesky;
mod feet;
mod limbs;
mod refine;
mod rig;
mod shape;
mod targets;
mod twist;

use glam::{DQuat, DVec3};

use super::skin::Landmarks;
use crate::data::body::{BODY_JOINTS, BODY_SHAPES, Betas, BodyModel, BodyPose, BodyTrack};
use crate::data::skeleton::H36M_JOINTS;
use crate::data::world::WorldTrack;
use crate::support::cancel::{CancelToken, Cancelled};
use crate::support::progress::ProgressSink;
use rig::Rig;
use targets::Targets;

/// Frames between two looks at the cancel token.
const FRAMES_PER_CHECK: usize = 64;

/// What a caller may fix.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FitOptions {
    /// The shape to pose; estimated from the clip when none is given.
    pub betas: Option<Betas>,
}

/// A pose in the making: local rotations and what is added to the rest pose.
#[derive(Clone, Copy, Debug)]
struct Pose {
    rotations: [DQuat; BODY_JOINTS],
    translation: DVec3,
}

impl Pose {
    const REST: Self = Self { rotations: [DQuat::IDENTITY; BODY_JOINTS], translation: DVec3::ZERO };

    fn axis_angles(&self) -> BodyPose {
        self.rotations.map(|rotation| log(rotation).as_vec3())
    }
}

/// Axis times angle, at most half a turn.
fn log(rotation: DQuat) -> DVec3 {
    if rotation.w < 0.0 { (-rotation).to_scaled_axis() } else { rotation.to_scaled_axis() }
}

/// Poses `body` so that its 17 joints follow those of `world`, in the same space, with one shape for the clip.
///
/// `landmarks` are the body's own. Missing joints (not finite) and joints that no body can have (bones of half or
/// twice their length) are bridged over time; a frame without any joints keeps the pose of its neighbours, and a clip
/// without any is the rest pose standing on the floor. Every number of the result is finite.
///
/// # Errors
/// [`Cancelled`] once `cancel` asks for it.
pub fn fit(
    body: &BodyModel,
    landmarks: &Landmarks,
    world: &WorldTrack,
    fps: f64,
    options: &FitOptions,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<BodyTrack, Cancelled> {
    let betas = options.betas.unwrap_or_else(|| shape::estimate(body, landmarks, world));
    let rig = Rig::new(body, landmarks, &betas);
    let targets = Targets::of(world, &rig);
    let mut poses = align::poses(&rig, &targets, fps);
    let frames = poses.len();
    for (frame, pose) in poses.iter_mut().enumerate() {
        if frame % FRAMES_PER_CHECK == 0 {
            cancel.check()?;
            progress.progress("frames", frame as u64, frames as u64);
        }
        feet::level(&rig, pose);
        *pose = refine::refine(&rig, pose, &targets, frame);
    }
    progress.progress("frames", frames as u64, frames as u64);
    Ok(BodyTrack {
        person: world.person,
        range: world.range,
        poses: poses.iter().map(Pose::axis_angles).collect(),
        betas: vec![betas; frames].into(),
        translations: poses.iter().map(|pose| pose.translation.as_vec3()).collect(),
    })
}

#[cfg(test)]
pub(crate) mod tests;
