//! What only the 2D joints know: the model's 17 joints end at the ankle.

use glam::Vec2;

use crate::data::{Keypoint, Side, Skeleton};

/// Joints less sure than this are not measured.
const MIN_CONFIDENCE: f32 = 0.3;

/// Angle of the ankle in the image plane, degrees: heel to big toe against ankle to knee. 0 is square, positive is
/// toes towards the shin. Right only for a leg seen from the side. None unless the joint set has toes and heel, and
/// all four joints are seen; none for the middle.
pub fn ankle_in_picture(skeleton: &Skeleton, keypoints: &[Keypoint], side: Side) -> Option<f32> {
    let side = match side {
        Side::Left => "left",
        Side::Right => "right",
        Side::Middle => return None,
    };
    let seen = |name: &str| {
        let joint = keypoints.get(skeleton.joint_named(&format!("{side} {name}"))?)?;
        (joint.confidence >= MIN_CONFIDENCE).then(|| Vec2::new(joint.x, joint.y))
    };
    let shank = seen("knee")? - seen("ankle")?;
    let foot = seen("big toe").or_else(|| seen("foot index"))? - seen("heel")?;
    (shank.length_squared() > 0.0 && foot.length_squared() > 0.0)
        .then(|| 90.0 - shank.angle_to(foot).abs().to_degrees())
}
