//! Small pictures of what the camera saw, to look back at.

use std::collections::VecDeque;

use parking_lot::Mutex;

use crate::data::{FrameIndex, VideoFrame};
use crate::runtime::video::Preview;

/// All of them together: three minutes or more.
const MAX_BYTES: usize = 64 << 20;
/// A picture stands for at most so many frames after it that have none, as the detector passed over them.
const REACH_FRAMES: usize = 3;

/// The last minutes, or what was there when somebody began to look at it.
#[derive(Default)]
pub struct PastPictures {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// By frame, ascending.
    pictures: VecDeque<Preview>,
    bytes: usize,
    /// Of which stream they are.
    stream: u64,
    is_held: bool,
}

impl PastPictures {
    /// Nothing comes and nothing goes while the pictures are held.
    pub fn hold(&self, is_held: bool) {
        self.kept.lock().is_held = is_held;
    }

    /// Memory of all that are kept: 64 MB at most.
    pub fn bytes(&self) -> usize {
        self.kept.lock().bytes
    }

    /// The picture of a frame of the camera's timeline, or one shortly before it.
    pub fn at(&self, frame: usize) -> Option<Preview> {
        let kept = self.kept.lock();
        let after = kept.pictures.partition_point(|picture| picture.index().0 <= frame);
        let picture = kept.pictures.get(after.checked_sub(1)?)?;
        (frame - picture.index().0 <= REACH_FRAMES).then(|| picture.clone())
    }

    /// Takes the next picture. Frames count anew in another stream.
    pub(super) fn add(&self, stream: u64, frame: usize, picture: &VideoFrame) {
        if self.kept.lock().is_held {
            return;
        }
        // Compressed while nothing is locked.
        let Some(small) = Preview::reduced(picture, FrameIndex(frame)) else { return };
        let mut kept = self.kept.lock();
        if kept.stream != stream {
            *kept = Kept { stream, ..Kept::default() };
        }
        kept.bytes += small.bytes();
        kept.pictures.push_back(small);
        while kept.bytes > MAX_BYTES {
            let Some(oldest) = kept.pictures.pop_front() else { break };
            kept.bytes -= oldest.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(level: u8) -> VideoFrame {
        VideoFrame { pixels: vec![level; 64 * 48 * 3].into(), size: [64, 48], time_secs: 0.0, index: FrameIndex(0) }
    }

    fn found(past: &PastPictures, frame: usize) -> Option<usize> {
        past.at(frame).map(|picture| picture.index().0)
    }

    #[test]
    fn the_picture_of_a_frame_is_found() {
        let past = PastPictures::default();
        assert_eq!(found(&past, 0), None);
        for frame in [10, 11, 14] {
            past.add(1, frame, &picture(frame as u8 * 10));
        }
        for (frame, expected) in [(9, None), (10, Some(10)), (12, Some(11)), (14, Some(14)), (17, Some(14)), (18, None)]
        {
            assert_eq!(found(&past, frame), expected, "{frame}");
        }
        assert!(past.at(14).unwrap().picture().unwrap().pixels[0].abs_diff(140) <= 3);
    }

    #[test]
    fn what_is_looked_at_stays_and_another_stream_begins_anew() {
        let past = PastPictures::default();
        past.add(1, 5, &picture(0));
        past.hold(true);
        past.add(1, 6, &picture(0));
        past.add(2, 0, &picture(0));
        assert_eq!((found(&past, 6), found(&past, 0)), (Some(5), None));
        past.hold(false);
        past.add(2, 0, &picture(0));
        assert_eq!((found(&past, 6), found(&past, 0)), (None, Some(0)));
    }

    #[test]
    fn the_oldest_go_when_there_is_no_more_room() {
        // Noise, which does not compress.
        let mut seed = 1_u32;
        let noise = (0..320 * 320 * 3).map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        });
        let noise = VideoFrame { pixels: noise.collect(), size: [320, 320], ..picture(0) };
        let one = Preview::reduced(&noise, FrameIndex(0)).unwrap().bytes();
        let past = PastPictures::default();
        let count = MAX_BYTES / one + 20;
        (0..count).for_each(|frame| past.add(1, frame, &noise));
        assert!(past.bytes() <= MAX_BYTES && past.bytes() > MAX_BYTES - 2 * one);
        let kept = past.kept.lock();
        assert_eq!(kept.pictures.back().map(|last| last.index().0), Some(count - 1));
    }
}
