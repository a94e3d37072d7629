//! The dancer of the demo, painted as coloured disks that fill the picture: what the marker networks find.
#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use motionbert::data::{FrameRate, Keypoint};
use motionbert::io::frames::painted::{Pacing, PaintedMotion, PaintedSource};
use motionbert::runtime::open::load_demo;
use motionbert::session::SourceId;
use motionbert::support::CancelToken;

/// Of the picture's sides, on each side.
const MARGIN: f32 = 0.04;

/// At 30 frames per second, like the demo; the first `frames` frames fill pictures of `size`.
pub fn painted_dancer(size: [u32; 2], frames: usize) -> PaintedSource {
    let demo = load_demo(SourceId(1), &CancelToken::new()).unwrap();
    let mut track = demo.tracks[0].clone();
    let joints = track.skeleton.len();
    let of_these = &track.keypoints[..frames * joints];
    let seen = || of_these.iter().filter(|joint| !joint.is_missing());
    let span = |value: fn(&Keypoint) -> f32| {
        seen().map(value).fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (x, y) = (span(|joint| joint.x), span(|joint| joint.y));
    let [width, height] = size.map(|side| side as f32);
    let room = 1.0 - 2.0 * MARGIN;
    let scale = (room * width / (x.1 - x.0)).min(room * height / (y.1 - y.0));
    let placed = |joint: &Keypoint| {
        let place = |value: f32, (low, high): (f32, f32), side: f32| (value - (low + high) / 2.0) * scale + side / 2.0;
        Keypoint { x: place(joint.x, x, width), y: place(joint.y, y, height), ..*joint }
    };
    track.keypoints = of_these.iter().map(|joint| if joint.is_missing() { *joint } else { placed(joint) }).collect();
    track.seen = track.seen[..frames].into();
    track.range.end = track.range.start + frames;
    assert_eq!(track.range.start, 0);
    let motion = PaintedMotion::new(&[track], size, 30.0).unwrap();
    PaintedSource::new(motion, size, FrameRate::DEFAULT, Pacing::Unpaced)
}
