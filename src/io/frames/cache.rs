//! Decoded frames around the playhead. A plain value: the thread that decodes asks it what to decode next.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::data::{FrameIndex, VideoFrame};

/// At rest so many frames on either side of the playhead are decoded in one run; those before it as soon as one of the
/// nearest is missing.
const RUN: usize = 24;
const NEAR_BEHIND: usize = 6;

/// Where the playhead goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// It stands or is dragged: both sides are worth the same.
    Resting,
    /// It plays: what is ahead comes first.
    Playing,
}

/// Keeps frames up to a number of bytes. Frames near the playhead stay; of the others, those used last.
#[derive(Debug)]
pub struct FrameCache {
    frames: BTreeMap<usize, Entry>,
    bytes: usize,
    max_bytes: usize,
    playhead: usize,
    heading: Heading,
    /// Counts uses, for the order in which frames were used.
    uses: u64,
}

#[derive(Debug)]
struct Entry {
    frame: VideoFrame,
    last_use: u64,
}

impl FrameCache {
    /// Enough for three seconds of 720p.
    pub const USUAL_BYTES: usize = 256 << 20;

    pub fn new(max_bytes: usize) -> Self {
        Self { frames: BTreeMap::new(), bytes: 0, max_bytes, playhead: 0, heading: Heading::Resting, uses: 0 }
    }

    pub fn set_playhead(&mut self, playhead: FrameIndex, heading: Heading) {
        self.playhead = playhead.0;
        self.heading = heading;
    }

    /// Adds a frame; others go if there is no room. The frame at the playhead stays even if it alone is too big.
    pub fn insert(&mut self, frame: VideoFrame) {
        self.uses += 1;
        self.bytes += frame.pixels.len();
        let entry = Entry { last_use: self.uses, frame };
        if let Some(old) = self.frames.insert(entry.frame.index.0, entry) {
            self.bytes -= old.frame.pixels.len();
        }
        while self.bytes > self.max_bytes && self.frames.len() > 1 {
            let Some(worst) = self.worst() else { return };
            if let Some(old) = self.frames.remove(&worst) {
                self.bytes -= old.frame.pixels.len();
            }
        }
    }

    /// The frame, if it is here.
    pub fn get(&mut self, index: FrameIndex) -> Option<VideoFrame> {
        self.uses += 1;
        let entry = self.frames.get_mut(&index.0)?;
        entry.last_use = self.uses;
        Some(entry.frame.clone())
    }

    /// The last frame here that is not after `index`: what to show while the frame itself is being decoded.
    pub fn at_or_before(&self, index: FrameIndex) -> Option<&VideoFrame> {
        self.frames.range(..=index.0).next_back().map(|(_, entry)| &entry.frame)
    }

    /// The frame to decode next, of a video of `frame_count` frames: the first missing one from the playhead on, as
    /// far as there is room to keep it; at rest a run of those and then a run of those just before. None if all of those
    /// are here.
    pub fn wanted(&self, frame_count: usize) -> Option<FrameIndex> {
        let end = |reach: usize| self.playhead.saturating_add(reach).min(frame_count);
        match self.heading {
            Heading::Playing => self.first_missing(self.playhead..end(self.room_ahead())),
            Heading::Resting if self.playhead >= frame_count => None,
            Heading::Resting => self.wanted_at_rest(end(self.room_ahead().min(RUN))),
        }
    }

    fn wanted_at_rest(&self, end: usize) -> Option<FrameIndex> {
        let reach = self.capacity().saturating_sub(self.room_ahead()).min(RUN);
        let behind = |reach: usize| self.playhead.saturating_sub(reach)..self.playhead;
        // One run now and then, rather than a seek for every step back.
        let run_behind = || self.first_missing(behind(reach));
        let steps_back = !self.frames.contains_key(&self.playhead) && self.frames.contains_key(&(self.playhead + 1));
        let ahead = self.first_missing(self.playhead..end);
        if steps_back {
            return run_behind().or(ahead);
        }
        ahead.or_else(|| self.first_missing(behind(reach.min(NEAR_BEHIND))).and_then(|_| run_behind()))
    }

    fn first_missing(&self, within: Range<usize>) -> Option<FrameIndex> {
        let mut missing = within.start;
        for present in self.frames.range(within.start.min(within.end)..within.end).map(|(index, _)| *index) {
            if present != missing {
                break;
            }
            missing += 1;
        }
        (missing < within.end).then_some(FrameIndex(missing))
    }

    pub fn clear(&mut self) {
        self.frames.clear();
        self.bytes = 0;
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn len(&self) -> usize {
        self.frames.len()
    }

    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Frames that fit, taking all to be as big as the one at hand.
    fn capacity(&self) -> usize {
        match self.frames.values().next() {
            Some(entry) => (self.max_bytes / entry.frame.pixels.len().max(1)).max(1),
            None => 1,
        }
    }

    /// Frames from the playhead on that are kept before all others.
    fn room_ahead(&self) -> usize {
        let capacity = self.capacity();
        let share = match self.heading {
            Heading::Resting => capacity / 2,
            Heading::Playing => capacity * 7 / 8,
        };
        share.max(1)
    }

    /// The frame that is missed least: of those that are not around the playhead the one not used for longest, else
    /// the farthest in its direction.
    fn worst(&self) -> Option<usize> {
        let ahead = self.playhead..self.playhead.saturating_add(self.room_ahead());
        let behind = self.playhead.saturating_sub(self.capacity().saturating_sub(self.room_ahead()))..self.playhead;
        let is_outside = |index: &usize| !ahead.contains(index) && !behind.contains(index);
        let outside = self.frames.iter().filter(|(index, _)| is_outside(index));
        if let Some((index, _)) = outside.min_by_key(|(_, entry)| entry.last_use) {
            return Some(*index);
        }
        let first = self.frames.keys().next().copied().filter(|first| *first < self.playhead);
        first.or_else(|| self.frames.keys().next_back().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME_BYTES: usize = 12;

    fn frame(index: usize) -> VideoFrame {
        let pixels = vec![index as u8; FRAME_BYTES].into();
        VideoFrame { pixels, size: [2, 2], time_secs: index as f64, index: FrameIndex(index) }
    }

    fn cache(frames: usize) -> FrameCache {
        FrameCache::new(frames * FRAME_BYTES)
    }

    fn indices(cache: &FrameCache) -> Vec<usize> {
        cache.frames.keys().copied().collect()
    }

    /// What the decoding thread does.
    fn fill(cache: &mut FrameCache, frame_count: usize) -> Vec<usize> {
        let mut decoded = Vec::new();
        while let Some(wanted) = cache.wanted(frame_count) {
            decoded.push(wanted.0);
            cache.insert(frame(wanted.0));
            assert!(cache.bytes() <= cache.max_bytes || cache.len() == 1);
            assert!(decoded.len() <= frame_count, "frames are thrown away and decoded again: {decoded:?}");
        }
        decoded
    }

    #[test]
    fn decoding_settles_and_stays_within_the_bytes() {
        let mut cache = cache(16);
        cache.set_playhead(FrameIndex(100), Heading::Playing);
        assert_eq!(fill(&mut cache, 1000), (100..114).collect::<Vec<_>>());
        assert_eq!(fill(&mut cache, 1000), [0; 0]);
        // Each step forward asks for one frame more and keeps two behind.
        for playhead in 101..200 {
            cache.set_playhead(FrameIndex(playhead), Heading::Playing);
            assert!(cache.get(FrameIndex(playhead)).is_some());
            assert_eq!(fill(&mut cache, 1000), [playhead + 13]);
        }
        assert_eq!(indices(&cache), (197..213).collect::<Vec<_>>());
    }

    #[test]
    fn the_end_of_the_video_is_the_end() {
        let mut cache = cache(16);
        cache.set_playhead(FrameIndex(7), Heading::Playing);
        assert_eq!(fill(&mut cache, 10), [7, 8, 9]);
        cache.set_playhead(FrameIndex(30), Heading::Playing);
        assert_eq!(cache.wanted(10), None);
        assert_eq!(cache.wanted(0), None);
    }

    #[test]
    fn at_rest_both_sides_stay() {
        let mut cache = cache(8);
        for index in 0..8 {
            cache.insert(frame(index));
        }
        cache.set_playhead(FrameIndex(4), Heading::Resting);
        assert_eq!(fill(&mut cache, 1000), [0; 0]);
        cache.insert(frame(500));
        // The newcomer is far away, but it was just used: a frame is only ever given up for one that is nearer.
        assert_eq!(indices(&cache), (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn at_rest_a_run_behind_is_decoded_now_and_then() {
        let mut cache = cache(100);
        cache.set_playhead(FrameIndex(200), Heading::Resting);
        let decoded = fill(&mut cache, 1000);
        assert_eq!(decoded, (200..224).chain(176..200).collect::<Vec<_>>());
        for playhead in (182..200).rev() {
            cache.set_playhead(FrameIndex(playhead), Heading::Resting);
            assert_eq!(cache.wanted(1000), None, "{playhead}");
        }
        cache.set_playhead(FrameIndex(181), Heading::Resting);
        assert_eq!(fill(&mut cache, 1000), (157..176).collect::<Vec<_>>());
        // A step back to where nothing is decodes the frames before it on the way.
        cache.clear();
        cache.insert(frame(601));
        cache.set_playhead(FrameIndex(600), Heading::Resting);
        let decoded = fill(&mut cache, 1000);
        assert_eq!(decoded[..25], (576..601).collect::<Vec<_>>());
        // Near the first frame there are fewer.
        cache.set_playhead(FrameIndex(2), Heading::Resting);
        assert_eq!(fill(&mut cache, 1000).last(), Some(&1));
        cache.set_playhead(FrameIndex(0), Heading::Playing);
        assert!(!fill(&mut cache, 1000).contains(&0));
    }

    #[test]
    fn of_far_frames_those_used_last_stay() {
        let mut cache = cache(4);
        for index in [10, 20, 30, 40] {
            cache.insert(frame(index));
        }
        cache.get(FrameIndex(10));
        cache.set_playhead(FrameIndex(100), Heading::Resting);
        cache.insert(frame(100));
        cache.insert(frame(101));
        assert_eq!(indices(&cache), [10, 40, 100, 101]);
    }

    #[test]
    fn a_frame_bigger_than_everything_is_still_shown() {
        let mut cache = FrameCache::new(FRAME_BYTES - 1);
        for index in 5..8 {
            cache.set_playhead(FrameIndex(index), Heading::Playing);
            assert_eq!(fill(&mut cache, 10), [index]);
            assert_eq!(indices(&cache), [index]);
        }
    }

    #[test]
    fn a_frame_that_came_twice_counts_once() {
        let mut cache = cache(4);
        cache.insert(frame(3));
        cache.insert(frame(3));
        assert_eq!((cache.len(), cache.bytes()), (1, FRAME_BYTES));
        assert_eq!(cache.at_or_before(FrameIndex(9)).map(|frame| frame.index), Some(FrameIndex(3)));
        assert_eq!(cache.at_or_before(FrameIndex(2)), None);
        cache.clear();
        assert!(cache.is_empty() && cache.bytes() == 0);
    }
}
