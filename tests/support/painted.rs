//! The dancer of the demo, painted as coloured disks that fill the picture: what the marker networks find.
#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use image::{Rgb, RgbImage};
use motionbert::data::{FrameIndex, Keypoint, KeypointTrack};
use motionbert::io::frames::painted::{GROUND, marker_colour};
use motionbert::runtime::open::load_demo;
use motionbert::session::SourceId;
use motionbert::support::CancelToken;

/// Of the picture's sides, on each side.
const MARGIN: f32 = 0.05;
/// Radius of a disk as a share of the picture's height: big enough for the networks, which see people from near.
const RADIUS: f32 = 0.023;
/// Joints of Halpe-26 that are not painted: the face and the feet, whose disks would hide each other.
const HIDDEN: [usize; 10] = [1, 2, 3, 4, 20, 21, 22, 23, 24, 25];

/// The first `frames` frames of the dancer, in pixels of pictures of `size`.
pub fn painted_track(size: [u32; 2], frames: usize) -> KeypointTrack {
    let demo = load_demo(SourceId(1), &CancelToken::new()).unwrap();
    let mut track = demo.tracks[0].clone();
    assert_eq!(track.range.start, 0);
    let of_these = &track.keypoints[..frames * track.skeleton.len()];
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
    let joints = of_these.iter().enumerate().map(|(place, joint)| {
        let is_hidden = HIDDEN.contains(&(place % track.skeleton.len())) || joint.is_missing();
        if is_hidden { Keypoint::MISSING } else { placed(joint) }
    });
    track.keypoints = joints.collect();
    track.seen = track.seen[..frames].into();
    track.range.end = frames;
    track
}

pub fn paint(track: &KeypointTrack, frame: usize, size: [u32; 2]) -> RgbImage {
    let radius = RADIUS * size[1] as f32;
    let mut picture = RgbImage::from_pixel(size[0], size[1], Rgb(GROUND));
    let joints = track.frame(FrameIndex(frame)).unwrap();
    for (joint, at) in joints.iter().enumerate().filter(|(_, at)| !at.is_missing()) {
        let colour = Rgb(marker_colour(joint).unwrap());
        let around = |value: f32, side: u32| (value - radius).max(0.0) as u32..((value + radius) as u32 + 2).min(side);
        for (x, y) in around(at.y, size[1]).flat_map(|y| around(at.x, size[0]).map(move |x| (x, y))) {
            if (x as f32 - at.x).hypot(y as f32 - at.y) <= radius {
                picture.put_pixel(x, y, colour);
            }
        }
    }
    picture
}
