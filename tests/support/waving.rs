//! AlphaPose results of people who stand and wave, for the window's tests and benchmark.

use std::fmt::Write as _;
use std::path::Path;

/// A person standing: COCO-17 joints around the hip, pixels.
pub const STANCE: [[f64; 2]; 17] = [
    [0.0, -70.0],
    [3.0, -73.0],
    [-3.0, -73.0],
    [6.0, -72.0],
    [-6.0, -72.0],
    [15.0, -50.0],
    [-15.0, -50.0],
    [25.0, -25.0],
    [-25.0, -25.0],
    [30.0, 0.0],
    [-30.0, 0.0],
    [10.0, 0.0],
    [-10.0, 0.0],
    [11.0, 40.0],
    [-11.0, 40.0],
    [12.0, 80.0],
    [-12.0, 80.0],
];
pub const LEFT_WRIST: usize = 9;

/// Writes people with ids 1 and so on, in all frames; `place(frame, person, joint)` is in pixels.
pub fn write_clip(path: &Path, people: usize, frames: usize, place: impl Fn(usize, usize, usize) -> [f64; 2]) {
    write_seen_clip(path, people, frames, place, |_, _, _| Some(0.9));
}

/// As [`write_clip`] with `confidence(frame, person, joint)`; none is not seen.
pub fn write_seen_clip(
    path: &Path,
    people: usize,
    frames: usize,
    place: impl Fn(usize, usize, usize) -> [f64; 2],
    confidence: impl Fn(usize, usize, usize) -> Option<f64>,
) {
    let mut text = String::from("[");
    for frame in 0..frames {
        for person in 0..people {
            let joint_text = |joint| {
                let [x, y] = place(frame, person, joint);
                confidence(frame, person, joint).map(|confidence| format!("{x:.2},{y:.2},{confidence:.3}"))
            };
            let Some(joints) = (0..STANCE.len()).map(joint_text).collect::<Option<Vec<String>>>() else { continue };
            let comma = if text.len() > 1 { "," } else { "" };
            let (id, joints) = (person + 1, joints.join(","));
            write!(
                text,
                "{comma}{{\"image_id\":\"{frame}.jpg\",\"category_id\":1,\"keypoints\":[{joints}],\"score\":2.5,\"idx\":{id}}}"
            )
            .unwrap();
        }
    }
    text.push(']');
    std::fs::write(path, text).unwrap();
}
