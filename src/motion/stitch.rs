//! Puts the windows of a long track together again, one after the other.

use glam::Vec3;

use crate::data::{FrameRange, H36M_JOINTS};

/// Grows one prediction out of windows that arrive in time order.
///
/// Root handling happens here, after flip averaging, as published: a root-relative model's root is (0, 0, 0) in every
/// frame; otherwise a window's depth has no origin of its own. A window that shares no frame with the one before gets
/// depth 0 at the root of its first frame, as published, so depth jumps there. One that does is moved in depth by the
/// median difference over the shared frames and cross-faded into what is there. A window is moved as a whole, so poses
/// keep their shape.
#[derive(Debug)]
pub struct Stitcher {
    is_root_relative: bool,
    /// [frames so far, 17]
    joints: Vec<Vec3>,
}

impl Stitcher {
    pub fn new(is_root_relative: bool) -> Self {
        Self { is_root_relative, joints: Vec::new() }
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
        if self.is_root_relative {
            for frame in joints.chunks_exact_mut(H36M_JOINTS) {
                frame[0] = Vec3::ZERO;
            }
        } else {
            let known = &self.joints[window.start * H36M_JOINTS..];
            let offset = if known.is_empty() { -joints[0].z } else { median_depth_step(known, &joints) };
            for joint in &mut joints {
                joint.z += offset;
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

    pub fn into_joints(self) -> Vec<Vec3> {
        self.joints
    }
}

/// Weight of the later window in frame `index` of `shared` common frames; the earlier one has the rest.
///
/// Rises smoothly from near 0 to near 1 without reaching either, symmetric about the middle.
fn fade_in(index: usize, shared: usize) -> f32 {
    let t = (index as f32 + 1.0) / (shared as f32 + 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Median of `known.z - new.z` over the joints of the common frames.
fn median_depth_step(known: &[Vec3], new: &[Vec3]) -> f32 {
    let mut steps: Vec<f32> = known.iter().zip(new).map(|(known, new)| known.z - new.z).collect();
    let middle = steps.len() / 2;
    *steps.select_nth_unstable_by(middle, f32::total_cmp).1
}
