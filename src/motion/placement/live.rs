//! Placing people who are watched as they move: floor, size and up settle in the first second and then move slowly, and
//! feet stay near the floor.

use std::collections::VecDeque;

use glam::{Mat3, Quat, Vec3};

use super::ground::{GROUND_SHARE, MAX_DRIFT_M};
use super::{ANKLE_HEIGHT_M, PersonFit, Placement, RootTrajectory, percentile};
use crate::data::{H36M_JOINTS, PersonId};

/// For this long every new fit is taken as it is.
const WARM_UP_SECS: f64 = 1.5;
/// After that it takes this long to follow a new fit most of the way.
const FOLLOW_SECS: f64 = 6.0;
/// Nothing changes faster than this a second: sizes (natural logarithm), degrees, metres.
pub const MAX_GROWTH_PER_SEC: f64 = 0.03;
pub const MAX_TURN_DEGREES_PER_SEC: f64 = 2.0;
pub const MAX_SHIFT_M_PER_SEC: f64 = 0.15;

/// How far back the lowest joints tell where a person's ground is.
const GROUND_SECS: f64 = 2.5;
/// The ground is followed most of the way in this time, and no faster than this.
const GROUND_FOLLOW_SECS: f32 = 0.8;
const MAX_GROUND_M_PER_SEC: f32 = 0.25;

/// A placement that never pumps.
#[derive(Clone, Debug, Default)]
pub struct LivePlacement {
    placement: Option<Placement>,
    watched_secs: f64,
    grounds: Vec<Ground>,
}

/// What one person stands on.
#[derive(Clone, Debug)]
struct Ground {
    person: PersonId,
    /// Seconds since, and height of the lowest joint over the person's floor, metres.
    lows: VecDeque<(f64, f32)>,
    over_floor: f32,
}

impl LivePlacement {
    pub fn placement(&self) -> Option<&Placement> {
        self.placement.as_ref()
    }

    /// Moves towards what was fitted to the last seconds, `dt_secs` after the last time.
    pub fn follow(&mut self, wanted: Placement, dt_secs: f64) {
        self.watched_secs += dt_secs.max(0.0);
        self.grounds.retain(|ground| wanted.people.iter().any(|fit| fit.person == ground.person));
        self.placement = Some(match self.placement.take() {
            Some(now) if self.watched_secs > WARM_UP_SECS && now.is_same_picture(&wanted) => {
                now.moved(&wanted, dt_secs)
            }
            _ => wanted,
        });
    }

    /// Metres per pixel at the person's usual distance.
    pub fn metres_per_pixel(&self, person: PersonId) -> Option<f32> {
        Some(self.placement.as_ref()?.fit_for(person)?.metres_per_pixel)
    }

    /// The next frame of a person in the world; `joints` in pixels.
    pub fn place(
        &mut self,
        person: PersonId,
        joints: [Vec3; H36M_JOINTS],
        dt_secs: f64,
    ) -> Option<[Vec3; H36M_JOINTS]> {
        let placement = self.placement.as_ref()?;
        let fit = placement.fit_for(person)?;
        if placement.root == RootTrajectory::AsPredicted {
            return Some(placement.stand(joints, fit, 0.0));
        }
        let floor = ANKLE_HEIGHT_M - fit.shift.y;
        let low = placement.lowest(&joints, fit.metres_per_pixel, fit.turn) - floor;
        let place = self.grounds.iter().position(|ground| ground.person == person).unwrap_or_else(|| {
            self.grounds.push(Ground { person, lows: VecDeque::new(), over_floor: low });
            self.grounds.len() - 1
        });
        let over_floor = self.grounds[place].next(low, dt_secs);
        Some(placement.stand(joints, fit, over_floor))
    }
}

impl Ground {
    fn next(&mut self, low: f32, dt_secs: f64) -> f32 {
        let is_new = self.lows.is_empty();
        self.lows.iter_mut().for_each(|(since, _)| *since += dt_secs);
        self.lows.push_back((0.0, low));
        while self.lows.front().is_some_and(|(since, _)| *since > GROUND_SECS) {
            self.lows.pop_front();
        }
        let ground = percentile(self.lows.iter().map(|(_, low)| *low).collect(), GROUND_SHARE).unwrap_or(0.0);
        let ground = ground.clamp(-MAX_DRIFT_M, MAX_DRIFT_M);
        if is_new {
            self.over_floor = ground;
        } else {
            let most = MAX_GROUND_M_PER_SEC * dt_secs as f32;
            let share = (dt_secs as f32 / GROUND_FOLLOW_SECS).min(1.0);
            self.over_floor += ((ground - self.over_floor) * share).clamp(-most, most);
        }
        self.over_floor
    }
}

impl Placement {
    fn is_same_picture(&self, other: &Self) -> bool {
        self.centre == other.centre && self.focal == other.focal && self.root == other.root
    }

    /// Part of the way to `wanted`, all figures by the same share, since they belong together. People who are new are
    /// as they were fitted.
    fn moved(&self, wanted: &Self, dt_secs: f64) -> Self {
        let known = |person: PersonId| self.people.iter().find(|fit| fit.person == person);
        let pairs = || wanted.people.iter().filter_map(|fit| Some((known(fit.person)?, fit)));
        let limit = |most: f64, change: f32| most * dt_secs / f64::from(change.abs()).max(1e-9);
        let of_person = |(now, wanted): (&PersonFit, &PersonFit)| {
            let degrees = Quat::from_mat3(&now.turn).angle_between(Quat::from_mat3(&wanted.turn)).to_degrees();
            limit(MAX_GROWTH_PER_SEC, (wanted.metres_per_pixel / now.metres_per_pixel).ln())
                .min(limit(MAX_TURN_DEGREES_PER_SEC, degrees))
                .min(limit(MAX_SHIFT_M_PER_SEC, now.shift.distance(wanted.shift)))
        };
        let share = pairs().map(of_person).fold((dt_secs / FOLLOW_SECS).min(1.0), f64::min) as f32;
        let mix = |now: f32, wanted: f32| now + (wanted - now) * share;
        let people =
            wanted.people.iter().map(|fit| known(fit.person).map_or(*fit, |now| now.mixed(fit, share))).collect();
        Self {
            people,
            camera_position_in_world: self.camera_position_in_world.lerp(wanted.camera_position_in_world, share),
            camera_pitch: mix(self.camera_pitch, wanted.camera_pitch),
            camera_yaw: mix(self.camera_yaw, wanted.camera_yaw),
            camera_roll: mix(self.camera_roll, wanted.camera_roll),
            ..wanted.clone()
        }
    }
}

impl PersonFit {
    fn mixed(&self, wanted: &Self, share: f32) -> Self {
        let growth = (wanted.metres_per_pixel / self.metres_per_pixel).powf(share);
        Self {
            person: self.person,
            metres_per_pixel: self.metres_per_pixel * growth,
            height_m: self.height_m + (wanted.height_m - self.height_m) * share,
            turn: Mat3::from_quat(Quat::from_mat3(&self.turn).slerp(Quat::from_mat3(&wanted.turn), share)),
            shift: self.shift.lerp(wanted.shift, share),
            middle: self.middle.lerp(wanted.middle, share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::standing;
    use super::super::{PlacedPerson, WorldOptions};
    use super::*;
    use crate::data::PosePrediction;

    fn fitted(pose: &PosePrediction, height_m: f32) -> Placement {
        let person = PlacedPerson { prediction: pose, keypoints: None, height_m: Some(height_m) };
        Placement::fit(&[person], Some([1280, 720]), 30.0, &WorldOptions::default())
    }

    #[test]
    fn a_new_fit_is_followed_slowly_and_reached() {
        let pose = standing();
        let (small, tall) = (fitted(&pose, 1.5), fitted(&pose, 1.9));
        let wanted = tall.people[0].metres_per_pixel;
        let mut live = LivePlacement::default();
        for _ in 0..60 {
            live.follow(small.clone(), 1.0 / 30.0);
        }
        let mut before = live.metres_per_pixel(pose.person).unwrap();
        for _ in 0..30 * 60 {
            live.follow(tall.clone(), 1.0 / 30.0);
            let now = live.metres_per_pixel(pose.person).unwrap();
            assert!(f64::from(now / before).ln().abs() <= MAX_GROWTH_PER_SEC / 30.0 + 1e-5);
            before = now;
        }
        assert!((before / wanted - 1.0).abs() < 0.01, "{before} {wanted}");
    }

    #[test]
    fn feet_come_to_the_floor_and_a_hop_stays_a_hop() {
        let pose = standing();
        let joints: [Vec3; H36M_JOINTS] = pose.to_pixels().joints[..H36M_JOINTS].try_into().unwrap();
        let mut live = LivePlacement::default();
        live.follow(fitted(&pose, 1.7), 1.0);
        let lowest = |joints: [Vec3; H36M_JOINTS]| joints.iter().map(|joint| joint.y).fold(f32::INFINITY, f32::min);
        let moved = |by: f32| joints.map(|joint| joint - Vec3::Y * by);
        for _ in 0..90 {
            live.place(pose.person, joints, 1.0 / 30.0);
        }
        let stood = lowest(live.place(pose.person, joints, 1.0 / 30.0).unwrap());
        assert!((stood - ANKLE_HEIGHT_M).abs() < 0.02, "{stood}");
        // A fifth of a second in the air.
        let mut top = 0.0f32;
        for _ in 0..6 {
            top = top.max(lowest(live.place(pose.person, moved(30.0), 1.0 / 30.0).unwrap()));
        }
        assert!(top > stood + 0.05, "{top}");
        // The picture is higher for good: the feet come down again.
        let mut last = 0.0;
        for _ in 0..30 * 8 {
            last = lowest(live.place(pose.person, moved(20.0), 1.0 / 30.0).unwrap());
        }
        assert!((last - ANKLE_HEIGHT_M).abs() < 0.03, "{last}");
    }
}
