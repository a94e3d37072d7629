//! Rotations as Z, X, Y Euler angles that go on smoothly over time.

use std::f64::consts::{PI, TAU};

use glam::{DMat3, DQuat, DVec3};

/// Cosine of the X angle below which Z and Y turn about the same axis, so that only their sum is known.
const GIMBAL_LOCK: f64 = 1e-9;

/// Angles (z, x, y) in radians with `Rz Rx Ry` = `rotation`. Of all triples that say so, the one next to `before`.
pub(super) fn zxy_near(rotation: DQuat, before: DVec3) -> DVec3 {
    let m = DMat3::from_quat(rotation.normalize());
    // m.col(c)[r]: third row (-cos x sin y, sin x, cos x cos y), second column (-sin z cos x, cos z cos x, sin x).
    let cos_x = m.y_axis.x.hypot(m.y_axis.y);
    let x = m.y_axis.z.atan2(cos_x);
    let angles = if cos_x > GIMBAL_LOCK {
        DVec3::new((-m.y_axis.x).atan2(m.y_axis.y), x, (-m.x_axis.z).atan2(m.z_axis.z))
    } else {
        let z = before.x;
        let rest = (DMat3::from_rotation_z(z) * DMat3::from_rotation_x(x)).transpose() * m;
        DVec3::new(z, x, rest.z_axis.x.atan2(rest.z_axis.z))
    };
    let other = DVec3::new(angles.x + PI, PI - angles.y, angles.z + PI);
    let [angles, other] = [angles, other].map(|it| it + ((before - it) / TAU).round() * TAU);
    let distance = |it: DVec3| (it - before).abs().element_sum();
    if distance(other) < distance(angles) { other } else { angles }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::rng::SplitMix64;

    fn from_zxy(angles: DVec3) -> DQuat {
        DQuat::from_rotation_z(angles.x) * DQuat::from_rotation_x(angles.y) * DQuat::from_rotation_y(angles.z)
    }

    #[test]
    fn angles_give_the_rotation_back() {
        let mut random = SplitMix64(11);
        let mut angle = || 14.0 * random.next_f64() - 7.0;
        for number in 0..2000 {
            let mut wanted = DVec3::new(angle(), angle(), angle());
            if number % 10 == 0 {
                wanted.y = if number % 20 == 0 { PI / 2.0 } else { -PI / 2.0 };
            }
            let (rotation, before) = (from_zxy(wanted), DVec3::new(angle(), angle(), angle()));
            let found = from_zxy(zxy_near(rotation, before));
            assert!(found.angle_between(rotation) < 1e-6, "{wanted}: {found} and {rotation}");
        }
    }

    #[test]
    fn each_angle_goes_on_past_every_limit() {
        for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
            let mut before = DVec3::ZERO;
            for step in 0..200 {
                // 10 turns about one axis, in steps of 18 degrees, exactly through the lock of X.
                let wanted = axis * (step as f64 * PI / 10.0);
                before = zxy_near(from_zxy(wanted), before);
                assert!((before - wanted).length() < 1e-6, "step {step}: {before}, not {wanted}");
            }
        }
    }
}
