//! Left-right mirroring of clips, predictions and body poses.

use glam::Vec3;

use crate::data::H36M_JOINTS;
use crate::data::body::{BODY_MIRROR_PAIRS, BodyPose};
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

/// The pose of the mirrored body: rotations about y and z turn around, left and right joints swap.
pub fn mirrored_pose(pose: &BodyPose) -> BodyPose {
    let mut mirrored = pose.map(|rotation| rotation * Vec3::new(1.0, -1.0, -1.0));
    for (left, right) in BODY_MIRROR_PAIRS {
        mirrored.swap(left, right);
    }
    mirrored
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
    fn a_mirrored_pose_bends_the_other_knee_and_leans_the_other_way() {
        let mut pose = [Vec3::ZERO; 24];
        (pose[0], pose[4]) = (Vec3::new(0.1, 0.2, 0.3), Vec3::X);
        let mirrored = mirrored_pose(&pose);
        assert_eq!((mirrored[0], mirrored[4], mirrored[5]), (Vec3::new(0.1, -0.2, -0.3), Vec3::ZERO, Vec3::X));
        assert_eq!(mirrored_pose(&mirrored), pose);
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
