//! Left-right mirroring of clips and predictions.

use crate::data::H36M_JOINTS;
use crate::data::skeleton::H36M_17;

/// Mirrors values of the model's skeleton: negates the first of three components and swaps left with right.
///
/// `values` is [.., 17, 3]: a clip (x, y, confidence) or a prediction (x, y, z), root at the middle of x.
/// Values after the last whole frame stay as they are. Mirroring twice gives the input back.
pub fn mirror(values: &mut [f32]) {
    for frame in values.as_chunks_mut::<{ H36M_JOINTS * 3 }>().0 {
        let joints = frame.as_chunks_mut::<3>().0;
        for joint in joints.iter_mut() {
            joint[0] = -joint[0];
        }
        for (left, right) in H36M_17.mirror_pairs {
            joints.swap(*left, *right);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn twice_is_nothing(values in prop::collection::vec(-10.0f32..10.0, H36M_JOINTS * 3 * 2)) {
            let mut mirrored = values.clone();
            mirror(&mut mirrored);
            prop_assert_ne!(&mirrored, &values);
            mirror(&mut mirrored);
            prop_assert_eq!(mirrored, values);
        }
    }

    #[test]
    fn a_right_hip_becomes_a_left_hip() {
        let mut clip = vec![0.0; H36M_JOINTS * 3];
        clip[3..6].copy_from_slice(&[0.25, 0.5, 0.75]);
        mirror(&mut clip);
        assert_eq!(clip[12..15], [-0.25, 0.5, 0.75]);
        assert_eq!(clip[4..6], [0.0, 0.0]);
    }
}
