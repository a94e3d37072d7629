//! People painted as coloured disks, one colour per joint: a picture with known keypoints, as fast as a camera.
//!
//! What the test pattern shows and what the speed of the live path is measured with. [`marker_colour`] says which
//! colour is which joint.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::data::{FrameIndex, FrameRate, Keypoint, KeypointTrack, Pace, Skeleton, VideoFrame};
use crate::support::CancelToken;

use super::{FrameError, FrameSource, SourceInfo};

/// What is behind the people.
pub const GROUND: [u8; 3] = [30; 3];

/// Radius of a disk, as a share of the person's size.
const RADIUS_SHARE: f32 = 0.02;
/// Smaller disks are too few pixels to be found again, pixels.
const MIN_RADIUS: f32 = 2.0;
/// Height over width of the boxes that detectors put around people.
const BOX_ASPECT: f32 = 4.0 / 3.0;
/// How often a source that waits looks at the cancel token.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Strong colours that no joint shares with another, and none with the ground.
#[rustfmt::skip]
const COLOURS: [[u8; 3]; 26] = [
    [40, 40, 150], [40, 40, 255], [40, 150, 40], [40, 150, 150], [40, 150, 255], [40, 255, 40], [40, 255, 150],
    [40, 255, 255], [150, 40, 40], [150, 40, 150], [150, 40, 255], [150, 150, 40], [150, 150, 255], [150, 255, 40],
    [150, 255, 150], [150, 255, 255], [255, 40, 40], [255, 40, 150], [255, 40, 255], [255, 150, 40], [255, 150, 150],
    [255, 150, 255], [255, 255, 40], [255, 255, 150], [255, 95, 95], [95, 95, 255],
];

/// The colour of a joint's disk; none beyond the 26th joint.
pub fn marker_colour(joint: usize) -> Option<[u8; 3]> {
    COLOURS.get(joint).copied()
}

/// What the painted people do.
#[derive(Clone, Debug)]
pub struct PaintedMotion {
    skeleton: &'static Skeleton,
    tracks: Arc<[KeypointTrack]>,
    /// Width and height of the picture that the tracks are in, pixels.
    image_size: [u32; 2],
    fps: f64,
    /// Frames from 0 on.
    frames: usize,
}

impl PaintedMotion {
    /// `tracks` are of one joint set, in pixels of a picture of `image_size`. None without tracks or size, or where a
    /// joint has no colour.
    pub fn new(tracks: &[KeypointTrack], image_size: [u32; 2], fps: f64) -> Option<Self> {
        let skeleton = tracks.first()?.skeleton;
        let frames = tracks.iter().map(|track| track.range.end).max()?;
        let is_paintable = tracks.iter().all(|track| track.skeleton.id == skeleton.id)
            && skeleton.len() <= COLOURS.len()
            && !image_size.contains(&0)
            && fps > 0.0
            && frames > 0;
        is_paintable.then(|| Self { skeleton, tracks: tracks.into(), image_size, fps, frames })
    }

    pub fn skeleton(&self) -> &'static Skeleton {
        self.skeleton
    }

    /// Everybody who is there after `secs`, in pixels of a picture of `size` that the motion's own picture is fitted
    /// into. After its last frame the motion goes backwards, and so on without an end.
    pub fn people_at(&self, secs: f64, size: [u32; 2]) -> Vec<Vec<Keypoint>> {
        let last = (self.frames - 1) as f64;
        let lap = (secs * self.fps).max(0.0) % (2.0 * last).max(1.0);
        let place = if lap > last { 2.0 * last - lap } else { lap }.clamp(0.0, last);
        let [width, height] = size.map(|side| side as f32);
        let [own_width, own_height] = self.image_size.map(|side| side as f32);
        let scale = (width / own_width).min(height / own_height);
        let margin = [(width - own_width * scale) / 2.0, (height - own_height * scale) / 2.0];
        let in_picture = |joint: Keypoint| {
            let moved = Keypoint { x: joint.x * scale + margin[0], y: joint.y * scale + margin[1], confidence: 1.0 };
            let is_inside = (0.0..width).contains(&moved.x) && (0.0..height).contains(&moved.y);
            if joint.is_missing() || !is_inside { Keypoint::MISSING } else { moved }
        };
        let people = self.tracks.iter().filter_map(|track| joints_at(track, place));
        people.map(|joints| joints.into_iter().map(in_picture).collect()).collect()
    }
}

/// The joints between two frames; those of the nearer one where the other has none.
fn joints_at(track: &KeypointTrack, place: f64) -> Option<Vec<Keypoint>> {
    let share = place.fract() as f32;
    let before = track.frame(FrameIndex(place as usize));
    let after = track.frame(FrameIndex(place as usize + 1));
    match (before, after) {
        (Some(before), Some(after)) => Some(before.iter().zip(after).map(|(a, b)| between(*a, *b, share)).collect()),
        (Some(only), None) => (share < 0.5).then(|| only.to_vec()),
        (None, Some(only)) => (share >= 0.5).then(|| only.to_vec()),
        (None, None) => None,
    }
}

fn between(a: Keypoint, b: Keypoint, share: f32) -> Keypoint {
    if a.is_missing() || b.is_missing() {
        return if share < 0.5 { a } else { b };
    }
    let mix = |a: f32, b: f32| a + (b - a) * share;
    Keypoint::new(mix(a.x, b.x), mix(a.y, b.y), mix(a.confidence, b.confidence))
}

/// When painted frames are given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pacing {
    /// When a camera would: each at its time, and those that nobody asked for in time are lost.
    Camera,
    /// As fast as they are asked for, none lost.
    Unpaced,
}

/// A camera in front of painted people. Never ends.
pub struct PaintedSource {
    motion: PaintedMotion,
    info: SourceInfo,
    rate: FrameRate,
    pacing: Pacing,
    started: Option<Instant>,
    next: usize,
}

impl PaintedSource {
    /// `size` is width and height in pixels.
    pub fn new(motion: PaintedMotion, size: [u32; 2], rate: FrameRate, pacing: Pacing) -> Self {
        let info = SourceInfo {
            name: "Test pattern".to_owned(),
            format: "painted".to_owned(),
            size,
            frame_size: size,
            times: None,
            pace: Pace::Constant(rate),
        };
        Self { motion, info, rate, pacing, started: None, next: 0 }
    }

    /// Where the joints of everybody are in a frame, pixels; a joint outside of the picture is missing.
    pub fn truth(&self, frame: FrameIndex) -> Vec<Vec<Keypoint>> {
        self.motion.people_at(self.rate.time_of(frame.0), self.info.size)
    }

    /// Waits for the next frame's time, and passes over those whose time has gone.
    fn wait(&mut self, cancel: &CancelToken) -> Result<(), FrameError> {
        let started = *self.started.get_or_insert_with(Instant::now);
        let gone = (started.elapsed().as_secs_f64() * self.rate.fps()) as usize;
        self.next = self.next.max(gone);
        let due = started + Duration::from_secs_f64(self.rate.time_of(self.next));
        loop {
            cancel.check()?;
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(LOOK_EVERY));
        }
    }
}

impl FrameSource for PaintedSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        cancel.check()?;
        if self.pacing == Pacing::Camera {
            self.wait(cancel)?;
        }
        let index = FrameIndex(self.next);
        self.next += 1;
        let pixels = paint(&self.truth(index), self.info.size).into();
        Ok(Some(VideoFrame { pixels, size: self.info.size, time_secs: self.rate.time_of(index.0), index }))
    }

    fn seek(&mut self, frame: FrameIndex) {
        if self.pacing == Pacing::Unpaced {
            self.next = frame.0;
        }
    }
}

/// Disks on the ground. // [height, width, 3]
fn paint(people: &[Vec<Keypoint>], size: [u32; 2]) -> Vec<u8> {
    let mut pixels = vec![GROUND[0]; size[0] as usize * size[1] as usize * 3];
    for joints in people {
        let radius = radius(joints);
        for (joint, colour) in joints.iter().zip(COLOURS).filter(|(joint, _)| !joint.is_missing()) {
            disk(&mut pixels, size, [joint.x, joint.y], radius, colour);
        }
    }
    pixels
}

fn radius(joints: &[Keypoint]) -> f32 {
    let seen = || joints.iter().filter(|joint| !joint.is_missing());
    let reach = |value: fn(&Keypoint) -> f32| {
        let (low, high) = seen().map(value).fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)));
        (high - low).max(0.0)
    };
    (RADIUS_SHARE * reach(|joint| joint.y).max(BOX_ASPECT * reach(|joint| joint.x))).max(MIN_RADIUS)
}

/// Colours the pixels whose middle is within `radius` of `centre`. The middle of the first pixel is at (0, 0).
fn disk(pixels: &mut [u8], [width, height]: [u32; 2], centre: [f32; 2], radius: f32, colour: [u8; 3]) {
    let reach =
        |at: f32, side: u32| ((at - radius).ceil().max(0.0) as u32, (at + radius).floor().min(side as f32 - 1.0));
    let (top, bottom) = reach(centre[1], height);
    for y in (top..height).take_while(|y| *y as f32 <= bottom) {
        let across = radius * radius - (y as f32 - centre[1]).powi(2);
        let half = across.max(0.0).sqrt();
        let left = (centre[0] - half).ceil().max(0.0);
        let right = (centre[0] + half).floor().min(width as f32 - 1.0);
        if across < 0.0 || left > right {
            continue;
        }
        let at = |x: f32| (y as usize * width as usize + x as usize) * 3;
        let (row, _) = pixels[at(left)..at(right) + 3].as_chunks_mut::<3>();
        row.fill(colour);
    }
}
