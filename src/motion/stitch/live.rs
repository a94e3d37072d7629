//! Joins the depth of windows that end at the newest frame, one after the other.

use std::collections::VecDeque;

use glam::Vec3;

use crate::data::{FrameRange, H36M_JOINTS};

/// Frames by which a new window is brought to the depth of those before.
const SHARED_FRAMES: usize = 30;
/// What is known of depth fades to the middle over this time, so that errors do not add up.
const FADE_SECS: f32 = 20.0;

/// A model that counts depth from the first frame of its window gives another depth with every window; this moves each
/// window in depth as a whole, so that it agrees with what was said of the same frames before.
#[derive(Clone, Debug, Default)]
pub struct LiveDepth {
    /// Frame and depth of its root, in time order.
    known: VecDeque<(usize, f32)>,
}

impl LiveDepth {
    /// Moves `joints` of the frames `window`, in any unit, and remembers those before `end`. // [window, 17]
    ///
    /// Windows that share nothing with those before start at depth 0 on average.
    pub fn join(&mut self, window: FrameRange, joints: &mut [Vec3], end: usize, dt_secs: f32) {
        let root_z = |frame: usize| joints.get(window.offset_of(crate::data::FrameIndex(frame))? * H36M_JOINTS);
        let mut steps: Vec<f32> =
            self.known.iter().filter_map(|(frame, z)| Some(z - root_z(*frame)?.z)).filter(|z| z.is_finite()).collect();
        let offset = if steps.is_empty() {
            -joints.iter().step_by(H36M_JOINTS).map(|root| root.z).sum::<f32>() / window.len().max(1) as f32
        } else {
            let middle = steps.len() / 2;
            let fade = (dt_secs / FADE_SECS).clamp(0.0, 1.0);
            let mean = self.known.iter().map(|(_, z)| z).sum::<f32>() / self.known.len() as f32;
            *steps.select_nth_unstable_by(middle, f32::total_cmp).1 - mean * fade
        };
        joints.iter_mut().for_each(|joint| joint.z += offset);
        let from = self.known.back().map_or(window.start, |(frame, _)| frame + 1).max(window.start);
        for frame in from..end.min(window.end) {
            self.known.push_back((frame, joints[(frame - window.start) * H36M_JOINTS].z));
        }
        while self.known.len() > SHARED_FRAMES {
            self.known.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_goes_on_from_window_to_window() {
        let truth = |frame: usize| (frame as f32 * 0.1).sin();
        let mut depth = LiveDepth::default();
        let mut said: Vec<f32> = Vec::new();
        for end in 27..200 {
            let window = FrameRange::new(end - 27, end);
            // The model starts every window at depth 0.
            let mut joints: Vec<Vec3> = (window.start..window.end)
                .flat_map(|frame| [Vec3::Z * (truth(frame) - truth(window.start)); H36M_JOINTS])
                .collect();
            depth.join(window, &mut joints, end, 1.0 / 30.0);
            said.push(joints[26 * H36M_JOINTS].z);
        }
        let offset = said[0] - truth(26);
        for (index, said) in said.iter().enumerate() {
            assert!((said - truth(26 + index) - offset).abs() < 0.25, "{index}: {said}");
        }
        let steps = said.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(steps < 0.12, "{steps}");
    }
}
