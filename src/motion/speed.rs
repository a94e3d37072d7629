//! How fast joints move: central differences of a world track, metres per second.

use glam::Vec3;

use crate::data::{FrameIndex, FrameRange, WorldTrack};

/// Change per second of a place that is known in the frames of `range`: from the frame before to the frame after,
/// one-sided at the ends. None outside the range, in a range of one frame, and beside a frame without a place.
pub fn central_difference(
    range: FrameRange,
    frame: FrameIndex,
    fps: f64,
    at: impl Fn(FrameIndex) -> Option<Vec3>,
) -> Option<Vec3> {
    range.offset_of(frame)?;
    let (before, after) = (frame.0.saturating_sub(1).max(range.start), (frame.0 + 1).min(range.end - 1));
    if before == after {
        return None;
    }
    Some((at(FrameIndex(after))? - at(FrameIndex(before))?) * (fps / (after - before) as f64) as f32)
}

/// Metres per second of a joint, see [`central_difference`].
pub fn velocity(track: &WorldTrack, joint: usize, frame: FrameIndex, fps: f64) -> Option<Vec3> {
    central_difference(track.range, frame, fps, |frame| track.frame(frame)?.get(joint).copied())
}

/// Length of [`velocity`].
pub fn speed(track: &WorldTrack, joint: usize, frame: FrameIndex, fps: f64) -> Option<f32> {
    velocity(track, joint, frame, fps).map(Vec3::length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{H36M_JOINTS, PersonId};

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
