//! Puts the windows of a long track together again, one after the other.

mod live;

use glam::Vec3;

use crate::data::{FrameRange, H36M_JOINTS};

use super::window::Stitch;

pub use live::LiveDepth;

/// Grows one prediction out of windows that arrive in time order.
///
/// Root handling happens here, after flip averaging. A root-relative model's root becomes (0, 0, 0) in every frame, as
/// published. Other models count depth from the root of a window's first frame, so neighbouring windows disagree by
/// an offset:
/// - Reference sets that one depth to 0 and nothing else, as published; depth jumps from window to window.
/// - Blend moves the first window in depth as a whole, so that it starts at 0, and every later one by the median
///   difference over the frames that it shares with those before; then it is cross-faded in. Poses keep their shape.
#[derive(Debug)]
pub struct Stitcher {
    stitch: Stitch,
    is_root_relative: bool,
    /// [frames so far, 17]
    joints: Vec<Vec3>,
}

impl Stitcher {
    pub fn new(stitch: Stitch, is_root_relative: bool) -> Self {
        Self { stitch, is_root_relative, joints: Vec::new() }
    }

    /// Adds the joints of `window` and returns the frames that are new or changed by it.
    ///
    /// Windows come as [`super::window::windows`] cuts them. Frames before `window.start` do not change any more.
    ///
    /// # Panics
    /// If `joints` is not [window, 17] or the window leaves a hole.
    pub fn add(&mut self, window: FrameRange, joints: &[Vec3]) -> FrameRange {
        assert_eq!(joints.len(), window.len() * H36M_JOINTS, "17 joints for every frame of the window");
        let mut joints = joints.to_vec();
        let shared = self.frames() - window.start;
        match (self.is_root_relative, self.stitch) {
            (true, _) => joints.iter_mut().step_by(H36M_JOINTS).for_each(|root| *root = Vec3::ZERO),
            (false, Stitch::Reference) => joints[0].z = 0.0,
            (false, Stitch::Blend) => {
                let known = &self.joints[window.start * H36M_JOINTS..];
                let offset = if known.is_empty() { -joints[0].z } else { median_depth_step(known, &joints) };
                joints.iter_mut().for_each(|joint| joint.z += offset);
            }
        }
        let known = self.joints.split_off(window.start * H36M_JOINTS);
        for (index, (old, new)) in known.iter().zip(&mut joints).enumerate() {
            *new = old.lerp(*new, fade_in(index / H36M_JOINTS, shared));
        }
        self.joints.append(&mut joints);
        window
    }

    /// Frames filled so far.
    pub fn frames(&self) -> usize {
        self.joints.len() / H36M_JOINTS
    }

    /// All joints so far. // [frames, 17]
    pub fn joints(&self) -> &[Vec3] {
        &self.joints
    }
}

/// Weight of the later window in frame `index` of `shared` common frames; the earlier one has the rest.
///
/// Rises smoothly from near 0 to near 1 without reaching either, symmetric about the middle.
pub(super) fn fade_in(index: usize, shared: usize) -> f32 {
    let t = (index as f32 + 1.0) / (shared as f32 + 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Median of `known.z - new.z` over the joints of the common frames.
fn median_depth_step(known: &[Vec3], new: &[Vec3]) -> f32 {
    let mut steps: Vec<f32> = known.iter().zip(new).map(|(known, new)| known.z - new.z).collect();
    let middle = steps.len() / 2;
    *steps.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::window::windows;
    use super::*;

    /// A body that moves smoothly; the root of frame 0 is at depth 0.
    fn motion(frames: usize) -> Vec<Vec3> {
        (0..frames * H36M_JOINTS)
            .map(|index| {
                let (frame, joint) = ((index / H36M_JOINTS) as f32, (index % H36M_JOINTS) as f32);
                Vec3::new(
                    (frame * 0.05 + joint).sin(),
                    (frame * 0.03 - joint).cos(),
                    (frame * 0.02).sin() + joint * 0.1,
                )
            })
            .collect()
    }

    /// What a network says that sees `motion` but does not know how far away it is.
    fn seen_from(motion: &[Vec3], window: FrameRange, depth: f32) -> Vec<Vec3> {
        motion[window.start * H36M_JOINTS..window.end * H36M_JOINTS]
            .iter()
            .map(|joint| *joint + Vec3::Z * depth)
            .collect()
    }

    proptest! {
        #[test]
        fn blend_undoes_depth_offsets(frames in 1usize..700, clip_len in 2usize..243, seed in any::<u32>()) {
            let truth = motion(frames);
            let mut stitcher = Stitcher::new(Stitch::Blend, false);
            let mut known = 0;
            for (index, window) in windows(Stitch::Blend, frames, clip_len).into_iter().enumerate() {
                let depth = (seed as f32 * 0.001 + index as f32 * 1.7).sin();
                let changed = stitcher.add(window, &seen_from(&truth, window, depth));
                prop_assert!(changed.start <= known && changed.end == stitcher.frames());
                known = changed.end;
            }
            prop_assert_eq!(stitcher.frames(), frames);
            for (joint, truth) in stitcher.joints().iter().zip(&truth) {
                prop_assert!((*joint - *truth).length() < 1e-3, "{} is not {}", joint, truth);
            }
        }

        #[test]
        fn fade_weights_sum_to_one(shared in 1usize..243) {
            for index in 0..shared {
                let later = fade_in(index, shared);
                // The same frame seen backwards in time is the earlier window's turn.
                let earlier = fade_in(shared - 1 - index, shared);
                prop_assert!((later + earlier - 1.0).abs() < 1e-6);
                prop_assert!(later > 0.0 && later < 1.0);
                prop_assert!(index == 0 || later > fade_in(index - 1, shared));
            }
        }
    }

    #[test]
    fn windows_side_by_side_change_one_depth_each() {
        let truth = motion(50);
        let mut stitcher = Stitcher::new(Stitch::Reference, false);
        let mut expected = Vec::new();
        for window in windows(Stitch::Reference, 50, 20) {
            let seen = seen_from(&truth, window, 3.0);
            stitcher.add(window, &seen);
            expected.extend(seen);
        }
        for start in [0, 20, 40] {
            expected[start * H36M_JOINTS].z = 0.0;
        }
        assert_eq!(stitcher.joints(), expected);
    }

    #[test]
    fn a_root_relative_root_stays_at_the_origin() {
        let truth = motion(50);
        let mut stitcher = Stitcher::new(Stitch::Blend, true);
        for window in windows(Stitch::Blend, 50, 20) {
            stitcher.add(window, &seen_from(&truth, window, 0.0));
        }
        for (index, (joint, truth)) in stitcher.joints().iter().zip(&truth).enumerate() {
            let want = if index % H36M_JOINTS == 0 { Vec3::ZERO } else { *truth };
            assert!((*joint - want).length() < 1e-5);
        }
    }

    /// One joint that the later window sees quite differently must not move the whole body.
    #[test]
    fn an_outlier_does_not_move_the_body() {
        let truth = motion(60);
        let mut stitcher = Stitcher::new(Stitch::Blend, false);
        stitcher.add(FrameRange::new(0, 40), &truth[..40 * H36M_JOINTS]);
        let mut later = seen_from(&truth, FrameRange::new(30, 60), 0.5);
        for frame in later.chunks_exact_mut(H36M_JOINTS) {
            frame[16].z += 100.0;
        }
        stitcher.add(FrameRange::new(30, 60), &later);
        let (got, want) = (stitcher.joints()[59 * H36M_JOINTS], truth[59 * H36M_JOINTS]);
        assert!((got - want).length() < 1e-4);
    }
}
