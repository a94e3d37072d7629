//! Rotations as the mesh head gives them: six numbers, made a rotation by Gram-Schmidt.
//!
//! Source: Zhou et al., "On the Continuity of Rotation Representations in Neural Networks" (CVPR 2019), section 4.2.
//! In float64, since an axis-angle near half a turn magnifies what rounding leaves.

use glam::{DMat3, DQuat, DVec3};

/// Lengths under this are not divided by.
const MIN_LENGTH: f64 = 1e-6;

/// Six numbers, read as the rows of a 3 x 2 matrix whose columns become the first two axes.
pub(super) fn from_6d(six: [f64; 6]) -> DMat3 {
    let [first, second] = [0, 1].map(|column| DVec3::new(six[column], six[2 + column], six[4 + column]));
    let unit = |vector: DVec3| vector / vector.length().max(MIN_LENGTH);
    let x = unit(first);
    let y = unit(second - x.dot(second) * x);
    DMat3::from_cols(x, y, x.cross(y))
}

/// Axis times angle, at most half a turn.
pub(super) fn axis_angle(rotation: &DMat3) -> DVec3 {
    let quat = DQuat::from_mat3(rotation).normalize();
    let quat = if quat.w < 0.0 { -quat } else { quat };
    let (axis, sine) = (quat.xyz(), quat.xyz().length());
    // The limit for no rotation is 2.
    let factor = if sine > f64::EPSILON { 2.0 * sine.atan2(quat.w) / sine } else { 2.0 };
    axis * factor
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn axis_angles_come_back(axis in prop::array::uniform3(-1.0f64..1.0), angle in 0.0f64..3.1) {
            let axis = DVec3::from_array(axis);
            prop_assume!(axis.length() > 0.01);
            let wanted = axis.normalize() * angle;
            let matrix = DMat3::from_axis_angle(axis.normalize(), angle);
            prop_assert!((axis_angle(&matrix) - wanted).length() < 1e-9);
            let [x, y] = [matrix.x_axis, matrix.y_axis];
            // Lengths and what the second has of the first do not matter.
            let (first, second) = (3.0 * x, 0.5 * y + 0.2 * x);
            let six = [first.x, second.x, first.y, second.y, first.z, second.z];
            prop_assert!(from_6d(six).abs_diff_eq(matrix, 1e-9));
        }
    }

    #[test]
    fn tiny_half_turns_and_nothing_are_numbers() {
        for angle in [0.0, 1e-12, 1e-7, std::f64::consts::PI] {
            let found = axis_angle(&DMat3::from_rotation_y(angle));
            assert!((found.length() - angle).abs() < 1e-9, "{angle}: {found}");
        }
        assert!(axis_angle(&from_6d([0.0; 6])).is_finite());
    }
}
