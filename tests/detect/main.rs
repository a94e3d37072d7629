//! Detectors of networks, from the file to joints in pixels, on painted people.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code outside of test functions")]

mod networks;
mod one_stage;
mod top_down;
mod videos;
mod wrong_files;

use std::path::PathBuf;

use motionbert::data::{Detection, FrameIndex, Keypoint, SkeletonId, VideoFrame};
use motionbert::detect::{self, Detector, DetectorSpec, OnnxSpec};
use motionbert::io::frames::painted::{GROUND, marker_colour};
use motionbert::support::CancelToken;

const FRAMES: usize = 8;

fn fixture(name: &str) -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/detector").join(name)
}

fn pose(skeleton: SkeletonId) -> PathBuf {
    fixture(if skeleton == SkeletonId::Halpe26 { "marker_rtmpose_body26.onnx" } else { "marker_rtmpose_body17.onnx" })
}

fn person() -> PathBuf {
    fixture("marker_yolox_person.onnx")
}

fn load(spec: OnnxSpec) -> Box<dyn Detector> {
    detect::load(&DetectorSpec::Onnx(spec), &CancelToken::new()).unwrap()
}

/// Joints far enough apart that no two disks touch: columns and rows, every one a little shifted. A person of the
/// given height in pixels.
fn person_at(skeleton: SkeletonId, centre: [f32; 2], height: f32) -> Vec<Keypoint> {
    let joints = skeleton.skeleton().len();
    let (columns, rows) = (5, joints.div_ceil(5));
    let place = |joint: usize| {
        let (column, row) = ((joint * 2) % columns, joint / columns);
        let shift = ((joint * 7 % 11) as f32 - 5.0) * 0.006;
        let x = (column as f32 / (columns - 1) as f32 - 0.5) * 0.6 + shift;
        let y = row as f32 / (rows - 1) as f32 - 0.5 + shift;
        Keypoint::new(centre[0] + x * height, centre[1] + y * height, 1.0)
    };
    (0..joints).map(place).collect()
}

/// A disk per joint and person on dark grey, in a picture of its own. Missing joints are left out.
fn painted(size: [u32; 2], people: &[Vec<Keypoint>], radius: f32, frame: usize) -> VideoFrame {
    let mut pixels = vec![GROUND[0]; (size[0] * size[1] * 3) as usize];
    for (joint, place) in people.iter().flat_map(|joints| joints.iter().enumerate()).filter(|(_, at)| !at.is_missing())
    {
        let range = |at: f32, side: u32| {
            (at - radius).ceil().max(0.0) as u32..((at + radius).floor() + 1.0).clamp(0.0, side as f32) as u32
        };
        for y in range(place.y, size[1]) {
            for x in range(place.x, size[0]) {
                if (x as f32 - place.x).hypot(y as f32 - place.y) <= radius {
                    let at = (y * size[0] + x) as usize * 3;
                    pixels[at..at + 3].copy_from_slice(&marker_colour(joint).unwrap());
                }
            }
        }
    }
    VideoFrame { pixels: pixels.into(), size, time_secs: frame as f64 / 30.0, index: FrameIndex(frame) }
}

/// The radius of disks that the networks see well, for somebody of a height in pixels.
fn radius(height: f32) -> f32 {
    0.03 * height
}

fn detected(detector: &mut dyn Detector, picture: &VideoFrame) -> Vec<Detection> {
    detector.detect(picture, &CancelToken::new()).unwrap()
}

/// The largest distance of a found joint from the painted one, pixels. Every painted joint must be found; people are
/// compared from left to right.
fn worst(mut found: Vec<Detection>, mut truth: Vec<Vec<Keypoint>>) -> f32 {
    assert_eq!(found.len(), truth.len(), "people");
    let left = |joints: &[Keypoint]| joints.iter().map(|joint| joint.x).sum::<f32>();
    found.sort_by(|a, b| left(&a.keypoints).total_cmp(&left(&b.keypoints)));
    truth.sort_by(|a, b| left(a).total_cmp(&left(b)));
    let mut worst = 0.0_f32;
    for (found, truth) in found.iter().zip(&truth) {
        assert_eq!(found.keypoints.len(), truth.len());
        let joints = found.keypoints.iter().zip(truth).enumerate().filter(|(_, (_, truth))| !truth.is_missing());
        for (joint, (found, truth)) in joints {
            assert!(found.confidence > 0.3, "joint {joint} has confidence {}", found.confidence);
            worst = worst.max((found.x - truth.x).hypot(found.y - truth.y));
        }
    }
    worst
}

/// Frame after frame of people in a picture of `size` through the detector: the largest distance of all.
fn worst_of_all(
    detector: &mut dyn Detector,
    size: [u32; 2],
    radius: f32,
    people: impl Fn(f32) -> Vec<Vec<Keypoint>>,
) -> f32 {
    let distances = (0..FRAMES).map(|frame| {
        let truth = people(frame as f32);
        let found = detected(detector, &painted(size, &truth, radius, frame));
        assert!(found.iter().all(|one| one.frame == FrameIndex(frame)));
        worst(found, truth)
    });
    distances.fold(0.0, f32::max)
}
