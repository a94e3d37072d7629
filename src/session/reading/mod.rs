//! What can be read off one person of a clip: positions, speeds, confidence and angles, in one frame or over time.
//!
//! Imports data and motion. Looking at one frame costs next to nothing; a [`Series`] costs a walk over the clip.

mod curves;
mod quantity;
mod series;
#[cfg(test)]
mod tests;

use glam::Vec3;
use serde::{Deserialize, Serialize};

pub use self::curves::{CurveKey, CurveRequest, WorkedOut};
pub use self::quantity::{Axis, Dimension, Quantity, decimals};
pub use self::series::Series;
use super::{Motion, PersonMotion, Session, Source, SourceState};
use crate::data::{
    FrameIndex, FrameRange, H36M_JOINTS, JointIndex, Keypoint, KeypointTrack, NormalisationMode, PersonId, Space,
};
use crate::motion::angles::ankle_in_picture;
use crate::motion::{remap, speed};

/// What 3D positions are measured in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Of the drawn world: x right, y up from the floor, z towards the camera.
    #[default]
    Metres,
    /// Of the image: x right, y down, z away from the camera.
    Pixels,
    /// The model's own, the person's square scaled to [-1, 1]: x right, y down, z away from the camera.
    Units,
}

impl LengthUnit {
    pub const ALL: [Self; 3] = [Self::Metres, Self::Pixels, Self::Units];

    pub fn symbol(self) -> &'static str {
        match self {
            Self::Metres => "m",
            Self::Pixels => "px",
            Self::Units => "units",
        }
    }

    pub fn speed_symbol(self) -> &'static str {
        match self {
            Self::Metres => "m/s",
            Self::Pixels => "px/s",
            Self::Units => "units/s",
        }
    }
}

/// One person of a clip, ready to be read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// As wished; see [`Self::unit`].
    wished: LengthUnit,
    fps: f64,
    /// The detector's joints as they came, and after cleaning.
    pub raw: Option<&'a KeypointTrack>,
    pub cleaned: Option<&'a KeypointTrack>,
    /// None before inference.
    pub motion: Option<&'a PersonMotion>,
}

impl Session {
    /// Reads a person of the active clip.
    pub fn reading(&self, person: PersonId) -> Option<Reading<'_>> {
        Some(self.reading_of(self.active()?, person))
    }

    /// Reads a person of any open clip.
    pub fn reading_of<'a>(&'a self, state: &'a SourceState, person: PersonId) -> Reading<'a> {
        let motion = self.motion(state.source.id).map(|motion| &**motion);
        Reading::of(&state.source, motion, person, state.fps, self.settings.length_unit)
    }
}

impl<'a> Reading<'a> {
    /// Of a person of `source`; `motion` is none before inference, lengths are wished in `wished`.
    pub fn of(source: &'a Source, motion: Option<&'a Motion>, person: PersonId, fps: f64, wished: LengthUnit) -> Self {
        let raw = source.track(person);
        Self {
            wished,
            fps,
            raw,
            cleaned: motion.and_then(|motion| motion.track(person)).or(raw),
            motion: motion.and_then(|motion| motion.person(person)),
        }
    }
}

impl Reading<'_> {
    /// The wished unit, or one that this person can be measured in: input that came without pixels has none.
    pub fn unit(&self) -> LengthUnit {
        let Some(motion) = self.motion else { return self.wished };
        let is_plain = motion.prediction.normalisation.mode == NormalisationMode::Identity;
        match (self.wished, motion.prediction.space) {
            (LengthUnit::Pixels, Space::ClipBox) if is_plain => LengthUnit::Units,
            (LengthUnit::Units, Space::ImagePixels) if is_plain => LengthUnit::Pixels,
            (wished, _) => wished,
        }
    }

    /// Frames of which something is known.
    pub fn range(&self) -> FrameRange {
        let tracked = self.cleaned.map(|track| track.range).unwrap_or_default();
        tracked.union(self.motion.map(|motion| motion.world.range).unwrap_or_default())
    }

    /// World joints, metres; always 17.
    pub fn joints_in_world(&self, frame: FrameIndex) -> Option<&[Vec3]> {
        self.motion?.joints_in_world(frame).filter(|joints| joints.len() == H36M_JOINTS)
    }

    /// Where a joint of the model is, in [`Self::unit`].
    pub fn position(&self, joint: JointIndex, frame: FrameIndex) -> Option<Vec3> {
        let prediction = &self.motion?.prediction;
        let unit = self.unit();
        let at = match unit {
            LengthUnit::Metres => *self.joints_in_world(frame)?.get(joint.0)?,
            LengthUnit::Pixels | LengthUnit::Units => {
                let value = *prediction.frame(frame)?.get(joint.0)?;
                match (unit, prediction.space) {
                    (LengthUnit::Pixels, Space::ClipBox) => prediction.normalisation.invert(value),
                    (LengthUnit::Units, Space::ImagePixels) => {
                        let [x, y] = prediction.normalisation.apply([value.x, value.y]);
                        Vec3::new(x, y, value.z / prediction.normalisation.half_extent)
                    }
                    _ => value,
                }
            }
        };
        at.is_finite().then_some(at)
    }

    /// How fast a joint moves, in [`Self::unit`] per second.
    pub fn speed(&self, joint: JointIndex, frame: FrameIndex) -> Option<f32> {
        let range = self.motion?.world.range;
        let velocity = speed::central_difference(range, frame, self.fps, |frame| self.position(joint, frame));
        velocity.map(Vec3::length)
    }

    /// A joint of the model as the detector saw it, after cleaning; image pixels.
    pub fn keypoint(&self, joint: JointIndex, frame: FrameIndex) -> Option<Keypoint> {
        model_keypoint(self.cleaned?, joint, frame)
    }

    /// As [`Self::keypoint`], before cleaning.
    pub fn raw_keypoint(&self, joint: JointIndex, frame: FrameIndex) -> Option<Keypoint> {
        model_keypoint(self.raw?, joint, frame)
    }

    /// Length of a bone of the model in metres.
    pub fn bone_length_m(&self, bone: (usize, usize), frame: FrameIndex) -> Option<f32> {
        let joints = self.joints_in_world(frame)?;
        let length = joints.get(bone.0)?.distance(*joints.get(bone.1)?);
        length.is_finite().then_some(length)
    }

    /// The quantity in one frame, in [`Quantity::unit`].
    pub fn value(&self, quantity: Quantity, frame: FrameIndex) -> Option<f32> {
        match quantity {
            Quantity::Angle(angle) => angle.of(self.joints_in_world(frame)?),
            Quantity::Difference(left) => {
                let joints = self.joints_in_world(frame)?;
                Some(left.of(joints)? - left.mirror()?.of(joints)?)
            }
            Quantity::AnkleInPicture(side) => {
                let track = self.cleaned?;
                ankle_in_picture(track.skeleton, track.frame(frame)?, side)
            }
            Quantity::Position(joint, axis) => self.position(joint, frame).map(|at| at[axis as usize]),
            Quantity::RootHeight => self.joints_in_world(frame).map(|joints| joints[0].y),
            Quantity::Speed(joint) => self.speed(joint, frame),
            Quantity::Confidence(joint) => Some(self.keypoint(joint, frame)?.confidence),
        }
        .filter(|value| value.is_finite())
    }

    /// The quantity over all frames; frames in which the person was not seen are gaps.
    pub fn series(&self, quantity: Quantity) -> Series {
        let range = self.range();
        let is_seen = |frame: FrameIndex| {
            self.cleaned.is_none_or(|track| track.range.offset_of(frame).is_some_and(|offset| track.seen[offset]))
        };
        let values = (range.start..range.end)
            .map(FrameIndex)
            .map(|frame| if is_seen(frame) { self.value(quantity, frame) } else { None });
        Series::new(range, values)
    }
}

fn model_keypoint(track: &KeypointTrack, joint: JointIndex, frame: FrameIndex) -> Option<Keypoint> {
    let keypoint = remap::joint_to_h36m(track.skeleton, track.frame(frame)?, joint);
    (!keypoint.is_missing()).then_some(keypoint)
}
