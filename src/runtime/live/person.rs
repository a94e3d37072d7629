//! One person as far as lifted: the shown seconds in pixels and in the world.

use std::collections::VecDeque;

use glam::Vec3;

use crate::data::{
    FrameIndex, FrameRange, H36M_JOINTS, KeypointTrack, Normalisation, NormalisationMode, PersonId, PosePrediction,
    Space, WorldTrack,
};
use crate::infer::{LiftError, Lifter};
use crate::motion::normalise::{self, LiveSquare};
use crate::motion::smooth::LiveSmoother;
use crate::motion::stitch::LiveDepth;
use crate::motion::{LivePlacement, remap};
use crate::support::CancelToken;

use super::body::LiveBody;

/// Joints of a person: image pixels (depth at the same scale), or metres in the world.
pub(super) type Joints = [Vec3; H36M_JOINTS];

/// A lifted frame.
#[derive(Clone, Copy)]
pub(super) struct Lifted {
    pub frame: usize,
    pub joints: Joints,
    pub in_world: Joints,
}

pub(super) struct LivePerson {
    pub person: PersonId,
    square: LiveSquare,
    depth: LiveDepth,
    smoother: LiveSmoother,
    /// The last frames, without holes.
    pub lifted: VecDeque<Lifted>,
    pub body: LiveBody,
}

/// What one picture's lifting is done with.
pub(super) struct Pass<'a> {
    pub lifter: &'a dyn Lifter,
    pub is_root_relative: bool,
    pub window_frames: usize,
    /// The frame to show.
    pub shown: usize,
    pub smoothing: f32,
    pub fps: f64,
    /// Frames of the shown clip.
    pub shown_frames: usize,
    pub cancel: &'a CancelToken,
}

impl LivePerson {
    pub fn new(person: PersonId) -> Self {
        Self {
            person,
            square: LiveSquare::default(),
            depth: LiveDepth::default(),
            smoother: LiveSmoother::default(),
            lifted: VecDeque::new(),
            body: LiveBody::default(),
        }
    }

    /// Lifts the end of `track`, which is numbered as the timeline, and adds the frames up to the shown one.
    pub fn lift(&mut self, track: &KeypointTrack, pass: &Pass, placement: &mut LivePlacement) -> Result<(), LiftError> {
        let model_track = remap::track_to_h36m(track);
        let from_last = |frames: usize| track.range.end.saturating_sub(frames).max(track.range.start);
        let recent = from_last((normalise::live::RECENT_SECS * pass.fps) as usize) - track.range.start;
        let last = self.lifted.back().map(|lifted| lifted.frame);
        let since = last.map_or(1, |last| pass.shown.saturating_sub(last).max(1));
        let elapsed_secs = since as f64 / pass.fps;
        let Some(square) = self.square.follow(&model_track.keypoints[recent * H36M_JOINTS..], elapsed_secs) else {
            return Ok(());
        };
        let window = FrameRange::new(from_last(pass.window_frames.min(pass.lifter.max_frames())), track.range.end);
        let offset = window.start - track.range.start;
        let cut = KeypointTrack {
            range: window,
            keypoints: model_track.keypoints[offset * H36M_JOINTS..].into(),
            seen: model_track.seen[offset..].into(),
            ..model_track
        };
        let clip = normalise::to_clip(&cut, &square);
        let output = pass.lifter.lift(&clip, 1, window.len(), pass.cancel)?;
        let mut joints: Vec<Vec3> =
            output.as_chunks::<3>().0.iter().map(|joint| square.invert(Vec3::from(*joint))).collect();
        if joints.len() != window.len() * H36M_JOINTS || !joints.iter().all(|joint| joint.is_finite()) {
            return Err(LiftError::Failed("it gave numbers that are no pose".into()));
        }
        if pass.is_root_relative {
            stand_on_roots(&mut joints, &cut, &square);
        } else {
            self.depth.join(window, &mut joints, pass.shown + 1, elapsed_secs as f32);
        }
        self.add(window, &joints, pass, placement);
        Ok(())
    }

    /// Smooths and places the frames that are new.
    fn add(&mut self, window: FrameRange, joints: &[Vec3], pass: &Pass, placement: &mut LivePlacement) {
        let next = self.lifted.back().map_or(window.start, |lifted| lifted.frame + 1);
        if next < window.start {
            // Too long away to go on from there.
            self.lifted.clear();
            self.smoother = LiveSmoother::default();
        }
        let dt_secs = 1.0 / pass.fps;
        for frame in next.max(window.start)..(pass.shown + 1).min(window.end) {
            let offset = (frame - window.start) * H36M_JOINTS;
            let Some(mut joints) = joints.get(offset..offset + H36M_JOINTS).and_then(|row| Joints::try_from(row).ok())
            else {
                return;
            };
            let metres_per_pixel = placement.metres_per_pixel(self.person).unwrap_or(1.0);
            self.smoother.step(&mut joints, pass.smoothing, metres_per_pixel, dt_secs);
            let in_world = placement.place(self.person, joints, dt_secs).unwrap_or([Vec3::ZERO; H36M_JOINTS]);
            self.lifted.push_back(Lifted { frame, joints, in_world });
        }
        while self.lifted.len() > pass.shown_frames {
            self.lifted.pop_front();
        }
        self.body.forget_before(self.lifted.front().map_or(0, |lifted| lifted.frame));
    }

    /// Places everything anew, when there was no placement or another one.
    pub fn place_again(&mut self, placement: &mut LivePlacement, fps: f64) {
        for lifted in &mut self.lifted {
            if let Some(in_world) = placement.place(self.person, lifted.joints, 1.0 / fps) {
                lifted.in_world = in_world;
            }
        }
        self.body.forget_before(usize::MAX);
    }

    /// Lifted frames, counted from `origin`.
    pub fn range(&self, origin: usize) -> FrameRange {
        match (self.lifted.front(), self.lifted.back()) {
            (Some(first), Some(last)) if first.frame >= origin => {
                FrameRange::new(first.frame - origin, last.frame + 1 - origin)
            }
            _ => FrameRange::default(),
        }
    }

    /// In pixels, numbered from `origin`.
    pub fn prediction(&self, origin: usize) -> PosePrediction {
        PosePrediction {
            person: self.person,
            range: self.range(origin),
            space: Space::ImagePixels,
            // The joints are pixels of the picture already.
            normalisation: Normalisation { mode: NormalisationMode::Pixel, ..Normalisation::IDENTITY },
            joints: self.lifted.iter().flat_map(|lifted| lifted.joints).collect(),
        }
    }

    pub fn world(&self, origin: usize) -> WorldTrack {
        let joints_in_world = self.lifted.iter().flat_map(|lifted| lifted.in_world).collect();
        WorldTrack { person: self.person, range: self.range(origin), joints_in_world }
    }
}

/// Roots of a root-relative model go where they were seen in the picture; where not seen, to the last place.
fn stand_on_roots(joints: &mut [Vec3], track: &KeypointTrack, square: &Normalisation) {
    let seen = |frame: usize| track.frame(FrameIndex(frame)).map(|joints| joints[0]).filter(|root| !root.is_missing());
    let Some(mut place) = (track.range.start..track.range.end).find_map(seen) else { return };
    for (frame, pose) in (track.range.start..).zip(joints.as_chunks_mut::<H36M_JOINTS>().0) {
        place = seen(frame).unwrap_or(place);
        // The model's own root means nothing.
        pose[0] = square.invert(Vec3::ZERO);
        let shift = Vec3::new(place.x, place.y, 0.0) - pose[0];
        pose.iter_mut().for_each(|joint| *joint += shift);
    }
}
