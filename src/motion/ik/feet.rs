//! Feet, of which the 17 joints say nothing: at a right angle to the shin in the air, flat where they are low.

use glam::{DQuat, DVec3};

use super::rig::Rig;
use super::{Pose, log};

/// (ankle, toes) of the tree.
const FEET: [(usize, usize); 2] = [(7, 10), (8, 11)];
/// Ankles this much above where they stand have a flat foot, and a free one from the second on, metres.
const LOW_M: [f64; 2] = [0.03, 0.12];
/// Cosine of the shin's lean from which on the foot is free, and up to which it is flat.
const UPRIGHT: [f64; 2] = [0.3, 0.7];
/// An ankle turns by no more than this, radians.
const MOST: f64 = 40.0_f64.to_radians();

/// Turns the ankles of a pose in the world, whose floor is at 0.
pub(super) fn level(rig: &Rig, pose: &mut Pose) {
    let posed = rig.posed(pose);
    for (ankle, toes) in FEET {
        let shin = posed.rotations[ankle];
        let up = shin * DVec3::Y;
        let stands_at = rig.rest_joints[ankle].y - rig.sole_height;
        let above = posed.positions[ankle].y - stands_at;
        let flatness = (1.0 - smooth_step(LOW_M, above)) * smooth_step(UPRIGHT, up.y);
        let flat = log(DQuat::from_rotation_arc(up, DVec3::Y)) * flatness;
        // About the axes of the shin, which is how the ankle turns.
        let mut turn = DQuat::from_scaled_axis((shin.transpose() * flat).clamp_length_max(MOST));
        // Toes that would go through the floor are lifted.
        let foot = shin * (turn * (rig.rest_joints[toes] - rig.rest_joints[ankle]));
        let thickness = rig.rest_joints[toes].y - rig.sole_height;
        let depth = thickness - (posed.positions[ankle].y + foot.y);
        let sideways = (shin * DVec3::X).reject_from(DVec3::Y);
        if depth > 0.0 && up.y > 0.0 {
            let lift = (depth / foot.length().max(1e-3)).min(1.0).asin() * smooth_step(UPRIGHT, up.y);
            let axis = shin.transpose() * sideways.normalize_or_zero();
            turn = DQuat::from_scaled_axis(log(DQuat::from_scaled_axis(axis * -lift) * turn).clamp_length_max(MOST));
        }
        pose.rotations[ankle] = turn;
    }
}

/// 0 up to the first edge, 1 from the second on.
fn smooth_step(edges: [f64; 2], value: f64) -> f64 {
    let t = ((value - edges[0]) / (edges[1] - edges[0])).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::motion::ik::tests::figure;
    use crate::motion::skin::Landmarks;

    /// A leg that leans forward by an angle, with its ankle `above` where it stands; how the foot lies in the world.
    fn foot(lean: f64, above: f64) -> (DVec3, f64) {
        let body = figure::body();
        let rig = Rig::new(&body, &Landmarks::of(&body).unwrap(), &[0.0; 10]);
        let mut pose = Pose::REST;
        pose.rotations[1] = DQuat::from_rotation_x(lean);
        let stands_at = rig.rest_joints[7].y - rig.sole_height;
        pose.translation.y = stands_at + above - rig.posed(&pose).positions[7].y;
        level(&rig, &mut pose);
        let posed = rig.posed(&pose);
        let toes_over_floor = posed.positions[10].y - (rig.rest_joints[10].y - rig.sole_height);
        (posed.rotations[7] * DVec3::Y, toes_over_floor)
    }

    #[test]
    fn low_feet_are_flat_and_high_ones_free() {
        for lean in [-0.4, 0.2, 0.5] {
            assert!(foot(lean, 0.0).0.y > 0.9999);
            let (up, _) = foot(lean, 0.5);
            assert!((up.y - lean.cos()).abs() < 1e-6, "{up}");
        }
    }

    #[test]
    fn toes_stay_above_the_floor() {
        for above in [0.0, 0.02, 0.05, 0.08] {
            for lean in [0.2, 0.4, 0.6] {
                let (_, toes) = foot(lean, above);
                assert!(toes > -0.005, "{toes} m at {above} m, leaning {lean}");
            }
        }
    }
}
