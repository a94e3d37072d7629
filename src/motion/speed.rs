//! How fast joints move: central differences of a world track, metres per second.

use glam::Vec3;

use crate::data::{FrameIndex, WorldTrack};

/// Metres per second of a joint: from the frame before to the frame after, one-sided at the ends of the track. None
/// outside the track and for a track of one frame.
pub fn velocity(track: &WorldTrack, joint: usize, frame: FrameIndex, fps: f64) -> Option<Vec3> {
    let range = track.range;
    range.offset_of(frame)?;
    let (before, after) = (frame.0.saturating_sub(1).max(range.start), (frame.0 + 1).min(range.end - 1));
    if before == after {
        return None;
    }
    let at = |frame: usize| track.frame(FrameIndex(frame))?.get(joint).copied();
    Some((at(after)? - at(before)?) * (fps / (after - before) as f64) as f32)
}

/// Length of [`velocity`].
pub fn speed(track: &WorldTrack, joint: usize, frame: FrameIndex, fps: f64) -> Option<f32> {
    velocity(track, joint, frame, fps).map(Vec3::length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{FrameRange, H36M_JOINTS, PersonId};

    fn track(frames: usize, at: impl Fn(f32) -> Vec3) -> WorldTrack {
        let joints = (0..frames).flat_map(|frame| [at(frame as f32); H36M_JOINTS]).collect();
        WorldTrack { person: PersonId(1), range: FrameRange::of_len(5, frames), joints_in_world: joints }
    }

    #[test]
    fn a_parabola_has_its_own_slope_inside_and_a_chord_at_the_ends() {
        let fps = 50.0;
        // x = t^2 in metres and seconds: central differences are exact.
        let track = track(11, |frame| Vec3::X * (frame / 50.0).powi(2) + Vec3::Z * frame / 50.0);
        let at = |frame: usize| velocity(&track, 3, FrameIndex(frame), fps).unwrap();
        assert!(at(10).distance(Vec3::new(2.0 * 5.0 / 50.0, 0.0, 1.0)) < 1e-4, "{}", at(10));
        assert!(at(5).distance(Vec3::new(1.0 / 50.0, 0.0, 1.0)) < 1e-4, "{}", at(5));
        assert!(at(15).distance(Vec3::new(19.0 / 50.0, 0.0, 1.0)) < 1e-4, "{}", at(15));
        assert!((speed(&track, 3, FrameIndex(10), fps).unwrap() - 0.2_f32.hypot(1.0)).abs() < 1e-4);
    }

    #[test]
    fn nothing_moves_outside_or_in_one_frame() {
        assert_eq!(velocity(&track(1, |_| Vec3::X), 0, FrameIndex(5), 30.0), None);
        assert_eq!(velocity(&track(4, |_| Vec3::X), 0, FrameIndex(9), 30.0), None);
        assert_eq!(velocity(&track(4, |_| Vec3::X), 17, FrameIndex(6), 30.0), None);
        assert_eq!(velocity(&track(0, |_| Vec3::X), 0, FrameIndex(5), 30.0), None);
    }
}
