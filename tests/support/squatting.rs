//! Somebody who squats, for tests of what is counted.

use motionbert::io::npy;

/// Model axes: x right, y down, z away from the camera, in units of half the person's height. H36M-17 order.
const STANDING: [[f32; 3]; 17] = [
    [0.0, 0.0, 0.0],
    [-0.14, 0.0, 0.0],
    [-0.14, 0.48, 0.0],
    [-0.14, 0.92, 0.0],
    [0.14, 0.0, 0.0],
    [0.14, 0.48, 0.0],
    [0.14, 0.92, 0.0],
    [0.0, -0.26, 0.0],
    [0.0, -0.52, 0.0],
    [0.0, -0.62, -0.05],
    [0.0, -0.78, 0.0],
    [0.18, -0.5, 0.0],
    [0.22, -0.2, 0.0],
    [0.24, 0.05, 0.0],
    [-0.18, -0.5, 0.0],
    [-0.22, -0.2, 0.0],
    [-0.24, 0.05, 0.0],
];

/// `down` is 0 for standing, 1 for the lowest.
fn pose(down: f32) -> [[f32; 3]; 17] {
    let mut joints = STANDING;
    for (place, joint) in joints.iter_mut().enumerate() {
        let by = match place {
            2 | 5 => [0.0, 0.16, -0.32],
            3 | 6 => [0.0; 3],
            13 | 16 => [0.0, -0.1, -0.5],
            _ => [0.0, 0.42, 0.1],
        };
        joint.iter_mut().zip(by).for_each(|(value, by)| *value += down * by);
    }
    joints
}

/// An .npy file `[T, 17, 3]` of `count` squats of `period` frames each, after standing for `still` frames and before
/// standing for as many.
pub fn squats(count: usize, period: usize, still: usize) -> Vec<u8> {
    let frames = count * period + 2 * still;
    let down = |frame: usize| {
        let phase = (frame.clamp(still, frames - still) - still) as f32 / period as f32;
        0.5 - 0.5 * (std::f32::consts::TAU * phase).cos()
    };
    let values = (0..frames).flat_map(|frame| pose(down(frame))).flatten();
    let mut bytes = Vec::new();
    npy::write_f32(&mut bytes, &[frames, 17, 3], values).unwrap();
    bytes
}
