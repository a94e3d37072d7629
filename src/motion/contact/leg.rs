//! A leg of two bones that brings its ankle to a place.

use glam::{Quat, Vec3};

use crate::motion::skin::JointTransforms;

/// Hip, knee and ankle of the tree, left and right.
pub(super) const JOINTS: [[usize; 3]; 2] = [[1, 4, 7], [2, 5, 8]];
/// A leg is straight at this share of its length, and folded at the other.
const REACH: [f32; 2] = [0.15, 0.9995];

/// Places in the world and chained rotations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub hip: Vec3,
    pub knee: Vec3,
    pub ankle: Vec3,
    pub thigh: Quat,
    pub shin: Quat,
    pub foot: Quat,
}

impl Leg {
    pub fn of(transforms: &JointTransforms, foot: usize) -> Self {
        let [hip, knee, ankle] = JOINTS[foot].map(|joint| Vec3::from(transforms[joint].translation));
        let [thigh, shin, foot] = JOINTS[foot].map(|joint| Quat::from_mat3a(&transforms[joint].matrix3).normalize());
        Self { hip, knee, ankle, thigh, shin, foot }
    }

    /// How much lower the hip must be for the ankle to reach a place, metres.
    pub fn drop_to_reach(&self, place: Vec3) -> f32 {
        let length = self.longest();
        let way = self.hip - place;
        let level_squared = way.x * way.x + way.z * way.z;
        if way.length_squared() <= length * length || level_squared >= length * length {
            return 0.0;
        }
        (way.y - (length * length - level_squared).sqrt()).max(0.0)
    }

    fn longest(&self) -> f32 {
        REACH[1] * (self.hip.distance(self.knee) + self.knee.distance(self.ankle))
    }

    /// The leg with its ankle at a place, or as near as it gets, and its foot turned as given. The knee bends in its
    /// plane, then the whole leg swings the shortest way.
    #[must_use]
    pub fn reaching(&self, place: Vec3, foot: Quat) -> Self {
        let (thigh, shin) = (self.knee - self.hip, self.ankle - self.knee);
        let (upper, lower) = (thigh.length(), shin.length());
        let wanted = (place - self.hip).length().clamp(REACH[0] * (upper + lower), self.longest());
        // How far the knee is bent from straight, and how far it must be.
        let normal = thigh.cross(shin);
        let now = normal.length().atan2(thigh.dot(shin));
        let [a, b, c] = [upper, lower, wanted].map(f64::from);
        let straightness = (c * c - a * a - b * b) / (2.0 * a * b).max(1e-12);
        let bend = straightness.clamp(-1.0, 1.0).acos() as f32 - now;
        // The normal of the knee's plane, or its own axis where the leg is straight.
        let hinge = self.thigh * Vec3::X;
        let straight = normal.length() < 0.02 * upper * lower;
        let axis = if straight { hinge.reject_from(thigh) } else { normal };
        let knee_turn = axis.try_normalize().map_or(Quat::IDENTITY, |axis| Quat::from_axis_angle(axis, bend));
        let ankle = self.knee + knee_turn * shin;
        let swing = match ((ankle - self.hip).try_normalize(), (place - self.hip).try_normalize()) {
            (Some(from), Some(to)) => Quat::from_rotation_arc(from, to),
            _ => Quat::IDENTITY,
        };
        Self {
            hip: self.hip,
            knee: self.hip + swing * thigh,
            ankle: self.hip + swing * (ankle - self.hip),
            thigh: (swing * self.thigh).normalize(),
            shin: (swing * knee_turn * self.shin).normalize(),
            foot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(knee: Vec3, ankle: Vec3) -> Leg {
        let hip = Vec3::new(0.1, 0.9, 0.0);
        Leg { hip, knee, ankle, thigh: Quat::IDENTITY, shin: Quat::IDENTITY, foot: Quat::IDENTITY }
    }

    #[test]
    fn ankles_reach_what_legs_can() {
        for bent in [
            leg(Vec3::new(0.1, 0.5, 0.02), Vec3::new(0.1, 0.1, 0.0)),
            leg(Vec3::new(0.1, 0.5, 0.0), Vec3::new(0.1, 0.1, 0.0)),
        ] {
            for place in [Vec3::new(0.15, 0.2, 0.1), Vec3::new(0.0, 0.4, -0.3), Vec3::new(0.3, 0.15, 0.0)] {
                let found = bent.reaching(place, Quat::IDENTITY);
                assert!(found.ankle.distance(place) < 1e-4, "{} and {place}", found.ankle);
                assert!((found.knee.distance(found.hip) - bent.knee.distance(bent.hip)).abs() < 1e-4);
                assert!((found.ankle.distance(found.knee) - 0.4).abs() < 1e-3);
                // Rotations say the same as places.
                let turned = found.hip + found.thigh * (bent.knee - bent.hip);
                assert!(turned.distance(found.knee) < 1e-4);
                assert!((found.knee + found.shin * (bent.ankle - bent.knee)).distance(found.ankle) < 1e-4);
            }
        }
    }

    #[test]
    fn straight_legs_say_how_far_the_hip_must_drop() {
        let straight = leg(Vec3::new(0.1, 0.5, 0.0), Vec3::new(0.1, 0.1, 0.0));
        let drop = straight.drop_to_reach(Vec3::new(0.3, 0.1, 0.0));
        let lowered = Leg { hip: straight.hip - Vec3::Y * drop, ..straight };
        assert!((lowered.hip.distance(Vec3::new(0.3, 0.1, 0.0)) - 0.8).abs() < 1e-3);
        assert_eq!(straight.drop_to_reach(Vec3::new(0.2, 0.3, 0.0)), 0.0);
    }
}
