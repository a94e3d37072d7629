//! Puts the poses and shapes of windows together again, one after the other.

use glam::{Quat, Vec3};

use super::stitch::fade_in;
use super::window::Stitch;
use crate::data::FrameRange;
use crate::data::body::{BODY_SHAPES, Betas, BodyPose};

/// The rotation `share` of the shortest way from `a` to `b`, all axis-angles; halfway is their mean in SO(3).
pub fn blend_rotation(a: Vec3, b: Vec3, share: f32) -> Vec3 {
    let blended = Quat::from_scaled_axis(a).slerp(Quat::from_scaled_axis(b), share);
    // At most half a turn.
    if blended.w < 0.0 { (-blended).to_scaled_axis() } else { blended.to_scaled_axis() }
}

/// Blends the rotations of every joint.
pub fn blend_pose(a: &BodyPose, b: &BodyPose, share: f32) -> BodyPose {
    std::array::from_fn(|joint| blend_rotation(a[joint], b[joint], share))
}

/// Grows the poses of one person out of windows that arrive in time order.
///
/// - Reference: side by side, each with its own shape, as published.
/// - Blend: rotations are cross-faded, and the person has one shape, the mean of all windows by their length.
#[derive(Clone, Debug)]
pub struct BodyStitcher {
    stitch: Stitch,
    poses: Vec<BodyPose>,
    /// One per frame.
    betas: Vec<Betas>,
    /// Sum over windows of shape times frames, and of the frames.
    weighted_betas: [f64; BODY_SHAPES],
    weight: f64,
}

impl BodyStitcher {
    pub fn new(stitch: Stitch) -> Self {
        Self { stitch, poses: Vec::new(), betas: Vec::new(), weighted_betas: [0.0; BODY_SHAPES], weight: 0.0 }
    }

    /// Adds the poses of `window`, whose person has the shape `betas`.
    ///
    /// Windows come as [`super::window::windows`] cuts them.
    ///
    /// # Panics
    /// If `poses` are not as many as the window's frames, or the window leaves a hole.
    pub fn add(&mut self, window: FrameRange, poses: &[BodyPose], betas: &Betas) {
        assert_eq!(poses.len(), window.len(), "a pose for every frame of the window");
        let known = self.poses.split_off(window.start);
        let shared = known.len();
        let faded = known.iter().zip(poses).enumerate();
        self.poses.extend(faded.map(|(index, (old, new))| blend_pose(old, new, fade_in(index, shared))));
        self.poses.extend_from_slice(&poses[shared.min(poses.len())..]);
        self.betas.resize(self.poses.len(), *betas);
        let weight = window.len() as f64;
        self.weight += weight;
        for (sum, beta) in self.weighted_betas.iter_mut().zip(betas) {
            *sum += f64::from(*beta) * weight;
        }
    }

    /// Frames filled so far.
    pub fn frames(&self) -> usize {
        self.poses.len()
    }

    /// Poses and shapes of all frames.
    pub fn finish(mut self) -> (Vec<BodyPose>, Vec<Betas>) {
        if self.stitch == Stitch::Blend && self.weight > 0.0 {
            self.betas.fill(self.weighted_betas.map(|sum| (sum / self.weight) as f32));
        }
        (self.poses, self.betas)
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::windows;
    use super::*;
    use crate::data::body::BODY_JOINTS;

    /// A body that turns steadily, past half a turn.
    fn pose(frame: usize) -> BodyPose {
        std::array::from_fn(|joint| Vec3::Y * (0.02 * frame as f32 + 0.1 * joint as f32))
    }

    fn angle_between(a: Vec3, b: Vec3) -> f32 {
        Quat::from_scaled_axis(a).angle_between(Quat::from_scaled_axis(b))
    }

    #[test]
    fn equal_windows_leave_the_motion_as_it_is() {
        for stitch in [Stitch::Reference, Stitch::Blend] {
            let mut stitcher = BodyStitcher::new(stitch);
            for window in windows(stitch, 500, 100) {
                let poses: Vec<BodyPose> = (window.start..window.end).map(pose).collect();
                stitcher.add(window, &poses, &[0.5; BODY_SHAPES]);
                assert_eq!(stitcher.frames(), window.end);
            }
            let (poses, betas) = stitcher.finish();
            assert_eq!((poses.len(), betas.len()), (500, 500));
            for (frame, found) in poses.iter().enumerate() {
                for (found, wanted) in found.iter().zip(pose(frame)) {
                    assert!(angle_between(*found, wanted) < 2e-3, "{frame}");
                }
            }
            assert!(betas.iter().all(|betas| (betas[3] - 0.5).abs() < 1e-6));
        }
    }

    #[test]
    fn windows_that_disagree_fade_over_the_short_way_and_share_a_shape() {
        let range = |start, end| FrameRange::new(start, end);
        let turned = |angle: f32| [Vec3::X * angle; BODY_JOINTS];
        let stitched = |stitch, second: FrameRange| {
            let mut stitcher = BodyStitcher::new(stitch);
            stitcher.add(range(0, 30), &[turned(3.0); 30], &[1.0; BODY_SHAPES]);
            stitcher.add(second, &vec![turned(-3.0); second.len()], &[4.0; BODY_SHAPES]);
            stitcher.finish()
        };
        let (poses, betas) = stitched(Stitch::Blend, range(20, 35));
        for (frame, pose) in poses.iter().enumerate() {
            assert!(pose[0].length() >= 3.0 - 1e-4, "through half a turn, not through none: {} at {frame}", pose[0]);
        }
        let steps: Vec<f32> = poses.windows(2).map(|pair| angle_between(pair[0][5], pair[1][5])).collect();
        assert!(steps.iter().all(|step| *step < 0.06), "{steps:?}");
        // 30 and 15 frames.
        assert!(betas.iter().all(|betas| betas.iter().all(|beta| (beta - 2.0).abs() < 1e-6)));
        let (poses, betas) = stitched(Stitch::Reference, range(30, 45));
        assert_eq!((poses[29][0].x, poses[30][0].x), (3.0, -3.0));
        assert_eq!((betas[29][0], betas[30][0]), (1.0, 4.0));
    }
}
