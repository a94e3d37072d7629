//! Feet on the floor: where they stand they stay, and nothing of them goes through the floor.
//!
//! Works on any [`BodyTrack`] in the drawn world (metres, y up, floor at 0), whatever made it. Heels and toes that are
//! low and slow stand (`standing`); while they do, they are kept at one place by shifting the whole body slowly and
//! bending the legs for the rest (`leg`).
//!
//! Imports data, support and `motion::skin`. Runs on the thread of the job that calls it.

mod leg;
mod over_time;
mod sole;
mod standing;

use glam::{Quat, Vec3};

use super::skin::joint_transforms;
use crate::data::body::{BODY_PARENTS, Betas, BodyModel, BodyPose, BodyTrack};
use crate::support::cancel::{CancelToken, Cancelled};
use over_time::{raised, smoothed};
use sole::{Part, Soles};
use standing::Stand;

/// The whole body is shifted no faster than over this time, seconds.
const SHIFT_OVER_SECS: f64 = 0.2;
/// Legs that cannot reach lower the body by no more than this, metres.
const MOST_DROP_M: f32 = 0.15;
/// A clip whose feet are further than this from the floor on the whole is left at its height, metres.
const MOST_LEVEL_M: f32 = 0.3;
/// Share of the frames whose lowest foot is at or below the level taken for the floor.
const LEVEL_SHARE: f32 = 0.1;
/// Frames between two looks at the cancel token.
const FRAMES_PER_CHECK: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FloorOptions {
    /// How firmly feet are kept where they stand: 0 leaves them to slide, 1 nails them down.
    pub foot_lock: f32,
}

impl Default for FloorOptions {
    fn default() -> Self {
        Self { foot_lock: 1.0 }
    }
}

/// Where one foot should go in one frame.
#[derive(Clone, Copy, Debug)]
struct Wish {
    /// Turn of the foot about its ankle, in the world.
    turn: Quat,
    /// Way of the ankle, metres.
    way: Vec3,
    /// 0 for a foot in the air to 1 for one that stands.
    weight: f32,
}

/// Puts a body on its feet. The clip is first brought to the height at which its feet meet the floor.
///
/// # Errors
/// [`Cancelled`] once `cancel` asks for it.
pub fn stand(
    body: &BodyModel,
    track: &BodyTrack,
    fps: f64,
    options: &FloorOptions,
    cancel: &CancelToken,
) -> Result<BodyTrack, Cancelled> {
    let lock = options.foot_lock.clamp(0.0, 1.0);
    let frames = track.poses.len();
    let mut stood = Stood {
        soles: Soles::of(body),
        body,
        poses: track.poses.to_vec(),
        betas: &track.betas,
        translations: track.translations.to_vec(),
    };
    let mut parts = stood.parts(cancel)?;
    let level = floor_level(&parts);
    parts.iter_mut().flatten().flatten().for_each(|part| part.lift(-level));
    stood.translations.iter_mut().for_each(|translation| translation.y -= level);

    let wishes: [Vec<Wish>; 2] = std::array::from_fn(|foot| {
        let [heel, toes] = [0, 1].map(|part| {
            let over_time: Vec<Part> = parts.iter().map(|feet| feet[foot][part]).collect();
            let stands = Stand::over_time(&over_time, fps);
            standing::pulls(&over_time, &stands, fps)
        });
        let both = heel.iter().zip(&toes).zip(&parts);
        both.map(|((heel, toes), feet)| standing::wish(*heel, *toes, &feet[foot], lock)).collect()
    });
    let shifts: Vec<Vec3> = (0..frames)
        .map(|frame| {
            let both = [wishes[0][frame], wishes[1][frame]];
            let weight: f32 = both.iter().map(|wish| wish.weight).sum();
            both.iter().map(|wish| wish.way * wish.weight).sum::<Vec3>() / weight.max(1.0)
        })
        .collect();
    let shifts = smoothed(&shifts, SHIFT_OVER_SECS * fps);
    stood.translations.iter_mut().zip(&shifts).for_each(|(translation, shift)| *translation += *shift);
    let ankles: [Vec<Vec3>; 2] = std::array::from_fn(|foot| {
        (0..frames).map(|frame| parts[frame][foot][0].ankle + wishes[foot][frame].way).collect()
    });
    let drops: Vec<f32> = (0..frames)
        .map(|frame| {
            let legs = stood.legs(frame);
            let short = [0, 1].map(|foot| legs[foot].drop_to_reach(ankles[foot][frame]));
            (short[0].max(short[1]) * lock).min(MOST_DROP_M)
        })
        .collect();
    for (translation, drop) in stood.translations.iter_mut().zip(raised(&drops, SHIFT_OVER_SECS * fps)) {
        translation.y -= drop;
    }
    for frame in 0..frames {
        if frame % FRAMES_PER_CHECK == 0 {
            cancel.check()?;
        }
        for foot in 0..2 {
            stood.place(frame, foot, ankles[foot][frame], wishes[foot][frame].turn);
        }
    }
    Ok(BodyTrack { poses: stood.poses.into(), translations: stood.translations.into(), ..track.clone() })
}

/// A track in the making.
struct Stood<'a> {
    body: &'a BodyModel,
    soles: Soles,
    poses: Vec<BodyPose>,
    betas: &'a [Betas],
    translations: Vec<Vec3>,
}

impl Stood<'_> {
    /// Heel and toes of both feet over time. // [frames][left, right][heel, toes]
    fn parts(&self, cancel: &CancelToken) -> Result<Vec<[[Part; 2]; 2]>, Cancelled> {
        cancel.check()?;
        Ok((0..self.poses.len()).map(|frame| [0, 1].map(|foot| self.foot(frame, foot))).collect())
    }

    fn foot(&self, frame: usize, foot: usize) -> [Part; 2] {
        let rest = self.body.rest_joints(&self.betas[frame]);
        let transforms = joint_transforms(&rest, &self.poses[frame], self.translations[frame]);
        self.soles.parts(self.body, &self.betas[frame], foot, &transforms, &rest)
    }

    fn legs(&self, frame: usize) -> [leg::Leg; 2] {
        let rest = self.body.rest_joints(&self.betas[frame]);
        let transforms = joint_transforms(&rest, &self.poses[frame], self.translations[frame]);
        [0, 1].map(|foot| leg::Leg::of(&transforms, foot))
    }

    /// Brings one ankle to its place, turns the foot, and lifts what is under the floor.
    fn place(&mut self, frame: usize, foot: usize, ankle: Vec3, turn: Quat) {
        let leg = self.legs(frame)[foot];
        self.set(frame, foot, &leg.reaching(ankle, turn * leg.foot));
        let depth = self.foot(frame, foot).iter().map(|part| -part.lowest).fold(0.0, f32::max);
        if depth > 0.0 {
            let leg = self.legs(frame)[foot];
            self.set(frame, foot, &leg.reaching(leg.ankle + Vec3::Y * depth, leg.foot));
        }
    }

    /// Takes over the rotations of a leg, which are chained ones.
    fn set(&mut self, frame: usize, foot: usize, leg: &leg::Leg) {
        let pose = &mut self.poses[frame];
        let pelvis = Quat::from_scaled_axis(pose[0]);
        let [hip, knee, ankle] = leg::JOINTS[foot];
        debug_assert_eq!(BODY_PARENTS[hip], Some(0));
        pose[hip] = axis_angle(pelvis.inverse() * leg.thigh);
        pose[knee] = axis_angle(leg.thigh.inverse() * leg.shin);
        pose[ankle] = axis_angle(leg.shin.inverse() * leg.foot);
    }
}

/// Axis times angle, at most half a turn.
fn axis_angle(rotation: Quat) -> Vec3 {
    if rotation.w < 0.0 { (-rotation).to_scaled_axis() } else { rotation.to_scaled_axis() }
}

/// Height at which the feet meet the floor; 0 where that is too far off to be one.
fn floor_level(parts: &[[[Part; 2]; 2]]) -> f32 {
    let lowest = |feet: &[[Part; 2]; 2]| feet.iter().flatten().map(|part| part.lowest).fold(f32::INFINITY, f32::min);
    let mut heights: Vec<f32> = parts.iter().map(lowest).collect();
    let Some(last) = heights.len().checked_sub(1) else { return 0.0 };
    let level = *heights.select_nth_unstable_by((last as f32 * LEVEL_SHARE) as usize, f32::total_cmp).1;
    if level.abs() <= MOST_LEVEL_M { level } else { 0.0 }
}

#[cfg(test)]
mod tests;
