//! What one person wears, frame by frame: only frames that are new are fitted.

use std::collections::VecDeque;

use glam::Vec3;

use crate::data::{Betas, BodyFrame, BodyPose, BodyTrack, FrameRange, H36M_JOINTS, PersonId, WorldTrack};
use crate::motion::ik::{self, FitOptions};
use crate::session::bodies::{PersonBody, WornBody, miss_m};
use crate::support::{CancelToken, Cancelled, NoProgress};

use super::person::Lifted;

/// Frames before a new one that it is fitted together with, for turns that need their neighbours.
const CONTEXT_FRAMES: usize = 6;
/// The shape is estimated from so many frames, spread over the shown seconds.
const SHAPE_FRAMES: usize = 12;
/// Frames before the shape is estimated at all, and between estimates.
const FRAMES_PER_SHAPE: usize = 60;
/// Share of a new estimate, so that nobody swells.
const SHARE_OF_NEW: f32 = 0.2;

#[derive(Clone, Copy)]
struct Posed {
    frame: usize,
    pose: BodyPose,
    translation: Vec3,
    misses_m: [f32; H36M_JOINTS],
}

#[derive(Default)]
pub(super) struct LiveBody {
    posed: VecDeque<Posed>,
    betas: Option<Betas>,
    frames_since_shape: usize,
}

impl LiveBody {
    pub fn forget_before(&mut self, frame: usize) {
        while self.posed.front().is_some_and(|posed| posed.frame < frame) {
            self.posed.pop_front();
        }
    }

    /// Poses `body` in the frames of `lifted` that it has no pose for yet. `betas` were set by somebody.
    pub fn follow(
        &mut self,
        body: &WornBody,
        person: PersonId,
        lifted: &VecDeque<Lifted>,
        betas: Option<Betas>,
        fps: f64,
        cancel: &CancelToken,
    ) -> Result<(), Cancelled> {
        let first = lifted.front().map_or(0, |lifted| lifted.frame);
        let next = self.posed.back().map_or(first, |posed| posed.frame + 1).max(first);
        let new = lifted.iter().filter(|lifted| lifted.frame >= next).count();
        if new == 0 {
            return Ok(());
        }
        let shape = match betas {
            Some(betas) => betas,
            None => self.shape(body, person, lifted, new, fps, cancel)?,
        };
        let from = lifted.len().saturating_sub(new + CONTEXT_FRAMES);
        let world = world_of(person, lifted.range(from..));
        let options = FitOptions { betas: Some(shape) };
        let track = ik::fit(&body.model, &body.landmarks, &world, fps, &options, cancel, &NoProgress)?;
        for (offset, lifted) in lifted.range(from..).enumerate().skip(lifted.len() - from - new) {
            let (pose, translation) = (track.poses[offset], track.translations[offset]);
            let frame = BodyFrame { pose: &pose, betas: &shape, translation };
            let misses_m = miss_m(&body.model, &body.landmarks, &frame, &lifted.in_world);
            self.posed.push_back(Posed { frame: lifted.frame, pose, translation, misses_m });
        }
        Ok(())
    }

    fn shape(
        &mut self,
        body: &WornBody,
        person: PersonId,
        lifted: &VecDeque<Lifted>,
        new: usize,
        fps: f64,
        cancel: &CancelToken,
    ) -> Result<Betas, Cancelled> {
        self.frames_since_shape += new;
        if let Some(betas) = self.betas.filter(|_| self.frames_since_shape < FRAMES_PER_SHAPE) {
            return Ok(betas);
        }
        self.frames_since_shape = 0;
        let sampled = lifted.iter().step_by(lifted.len().div_ceil(SHAPE_FRAMES).max(1));
        let world = world_of(person, sampled);
        let options = FitOptions::default();
        let track = ik::fit(&body.model, &body.landmarks, &world, fps, &options, cancel, &NoProgress)?;
        let estimate = track.betas.first().copied().unwrap_or_default();
        let betas = match self.betas {
            Some(before) => std::array::from_fn(|beta| before[beta] + (estimate[beta] - before[beta]) * SHARE_OF_NEW),
            None => estimate,
        };
        self.betas = Some(betas);
        Ok(betas)
    }

    /// All frames, numbered from `origin`, in one shape; none without any.
    pub fn track(&self, person: PersonId, origin: usize, betas: Option<Betas>) -> Option<PersonBody> {
        let first = self.posed.front()?.frame.checked_sub(origin)?;
        let betas = betas.or(self.betas).unwrap_or_default();
        let track = BodyTrack {
            person,
            range: FrameRange::of_len(first, self.posed.len()),
            poses: self.posed.iter().map(|posed| posed.pose).collect(),
            betas: vec![betas; self.posed.len()].into(),
            translations: self.posed.iter().map(|posed| posed.translation).collect(),
        };
        Some(PersonBody { person, track, misses_m: self.posed.iter().map(|posed| posed.misses_m).collect() })
    }
}

fn world_of<'a>(person: PersonId, lifted: impl Iterator<Item = &'a Lifted>) -> WorldTrack {
    let joints: Vec<Vec3> = lifted.flat_map(|lifted| lifted.in_world).collect();
    let range = FrameRange::of_len(0, joints.len() / H36M_JOINTS);
    WorldTrack { person, range, joints_in_world: joints.into() }
}
