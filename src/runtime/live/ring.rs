//! The keypoints of the last minutes on a steady timeline: nothing that was detected is lost until it is too old.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use crate::data::{FrameRange, Keypoint, KeypointTrack, PersonId, Recording, Skeleton, SkeletonChoice};
use crate::io::keypoints::ReadOptions;
use crate::session::{Source, SourceId};

/// Pictures that came in a burst are at most this many frames ahead of their time.
const MAX_AHEAD: usize = 5;

/// What was detected in one picture.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Place on the timeline. Frames of the camera that were passed over have none.
    pub frame: usize,
    pub captured_at: Instant,
    /// Everybody with an id; image pixels.
    pub people: Vec<(PersonId, Arc<[Keypoint]>)>,
}

/// What is the same for all pictures of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamInfo {
    /// Of the camera, as it says; the timeline's rate.
    pub fps: f64,
    /// Width and height, pixels.
    pub image_size: [u32; 2],
    pub skeleton: &'static Skeleton,
    /// "RTMPose, 26 joints"
    pub detector: String,
}

/// Who was seen where, keyed by when the picture was taken.
pub struct KeypointRing {
    info: StreamInfo,
    frames: VecDeque<Seen>,
    keep_frames: usize,
}

impl KeypointRing {
    /// Keeps `keep_secs` seconds.
    pub fn new(info: StreamInfo, keep_secs: f64) -> Self {
        let keep_frames = (keep_secs * info.fps).ceil().max(1.0) as usize;
        Self { info, frames: VecDeque::new(), keep_frames }
    }

    pub fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// Adds what was detected in the picture taken `time_secs` after the first, and returns its frame: the nearest one
    /// on the timeline, or the one after the last where two come close together. None, and nothing is added, for a
    /// camera that goes on giving more pictures than it said.
    pub fn push(
        &mut self,
        time_secs: f64,
        captured_at: Instant,
        people: Vec<(PersonId, Arc<[Keypoint]>)>,
    ) -> Option<usize> {
        let nearest = (time_secs * self.info.fps).round().max(0.0) as usize;
        let frame = self.frames.back().map_or(nearest, |last| nearest.max(last.frame + 1));
        if frame > nearest + MAX_AHEAD {
            return None;
        }
        self.frames.push_back(Seen { frame, captured_at, people });
        while self.frames.front().is_some_and(|first| first.frame + self.keep_frames <= frame) {
            self.frames.pop_front();
        }
        Some(frame)
    }

    /// From the oldest frame that is kept to the newest.
    pub fn range(&self) -> FrameRange {
        match (self.frames.front(), self.frames.back()) {
            (Some(first), Some(last)) => FrameRange::new(first.frame, last.frame + 1),
            _ => FrameRange::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.frames.len()
    }

    fn within(&self, range: FrameRange) -> impl Iterator<Item = &Seen> {
        let start = self.frames.partition_point(|seen| seen.frame < range.start);
        let end = self.frames.partition_point(|seen| seen.frame < range.end);
        self.frames.range(start..end)
    }

    /// The picture of a frame, or the last one before it.
    pub fn at_or_before(&self, frame: usize) -> Option<&Seen> {
        self.within(FrameRange::new(0, frame + 1)).last()
    }

    /// Everybody who was seen in these frames, sorted.
    pub fn people(&self, range: FrameRange) -> Vec<PersonId> {
        let ids = self.within(range).flat_map(|seen| seen.people.iter().map(|(person, _)| *person));
        ids.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// One person in `range`, frame 0 of the track being `origin`; from first to last sight, frames without a picture
    /// or without the person as gaps. None if never seen.
    pub fn track(&self, person: PersonId, range: FrameRange, origin: usize) -> Option<KeypointTrack> {
        let of_person = || {
            self.within(range).filter_map(move |seen| {
                let (_, joints) = seen.people.iter().find(|(id, _)| *id == person)?;
                Some((seen.frame, joints))
            })
        };
        let (first, last) = (of_person().next()?.0, of_person().last()?.0);
        let joints = self.info.skeleton.len();
        let mut keypoints = vec![Keypoint::MISSING; (last + 1 - first) * joints];
        let mut seen = vec![false; last + 1 - first];
        for (frame, found) in of_person() {
            let offset = frame - first;
            seen[offset] = true;
            keypoints[offset * joints..(offset + 1) * joints].copy_from_slice(found);
        }
        Some(KeypointTrack {
            person,
            skeleton: self.info.skeleton,
            range: FrameRange::new(first - origin.min(first), last + 1 - origin.min(first)),
            keypoints: keypoints.into(),
            seen: seen.into(),
            is_spurious: false,
        })
    }

    /// The frames of `range` as a clip of its own, its first frame numbered as on the timeline.
    pub fn source(&self, id: SourceId, name: String, range: FrameRange) -> Source {
        let people = self.people(range).into_iter();
        let tracks = people.filter_map(|person| self.track(person, range, range.start)).collect();
        let recording = Recording {
            name,
            format: "Live",
            skeleton: self.info.skeleton,
            skeleton_choice: SkeletonChoice { reason: self.info.detector.clone(), alternatives: Vec::new() },
            fps: Some(self.info.fps),
            image_size: Some(self.info.image_size),
            first_frame_number: range.start as i64,
            frame_count: range.len(),
            detections: Vec::new(),
            is_normalised: false,
        };
        Source::from_recording(id, None, recording, tracks, ReadOptions::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{FrameIndex, SkeletonId};

    fn ring(keep_secs: f64) -> KeypointRing {
        let skeleton = SkeletonId::Coco17.skeleton();
        let info = StreamInfo { fps: 30.0, image_size: [640, 480], skeleton, detector: "fake".to_owned() };
        KeypointRing::new(info, keep_secs)
    }

    fn joints(value: f32) -> Arc<[Keypoint]> {
        vec![Keypoint::new(value, value, 1.0); 17].into()
    }

    #[test]
    fn jitter_loses_nothing_and_missing_pictures_are_gaps() {
        let mut ring = ring(60.0);
        let now = Instant::now();
        // Two pictures close together, one that never came, one a little late.
        let frames: Vec<usize> = [0.0, 0.031, 0.046, 0.1, 0.17, 0.198]
            .into_iter()
            .enumerate()
            .filter_map(|(index, secs)| ring.push(secs, now, vec![(PersonId(1), joints(index as f32))]))
            .collect();
        assert_eq!(frames, [0, 1, 2, 3, 5, 6]);
        let source = ring.source(SourceId(3), "Kept".to_owned(), ring.range());
        assert_eq!((source.frame_count, source.fps(), source.image_size), (7, 30.0, Some([640, 480])));
        let track = &source.tracks[0];
        assert_eq!(*track.seen, [true, true, true, true, false, true, true]);
        let values: Vec<f32> = (0..7).map(|offset| track.row(offset)[0].x).collect();
        assert_eq!(values, [0.0, 1.0, 2.0, 3.0, 0.0, 4.0, 5.0]);
        assert_eq!(track.row(4)[0], Keypoint::MISSING);
        assert_eq!(ring.at_or_before(4).map(|seen| seen.frame), Some(3));
    }

    #[test]
    fn a_camera_that_is_faster_than_it_said_does_not_run_away() {
        let mut ring = ring(60.0);
        let pushed = (0..600).filter_map(|frame| ring.push(frame as f64 / 60.0, Instant::now(), Vec::new())).count();
        assert!((300..=310).contains(&pushed), "{pushed}");
        assert!(ring.range().end <= 310);
    }

    #[test]
    fn old_frames_go_and_clips_start_where_they_start() {
        let mut ring = ring(2.0);
        for frame in 0..1000 {
            let person = PersonId(if frame < 990 { 1 } else { 2 });
            ring.push(frame as f64 / 30.0, Instant::now(), vec![(person, joints(frame as f32))]);
            assert!(ring.len() <= 60);
        }
        assert_eq!(ring.range(), FrameRange::new(940, 1000));
        assert_eq!(ring.people(FrameRange::new(0, 985)), [PersonId(1)]);
        let source = ring.source(SourceId(1), String::new(), FrameRange::new(980, 1000));
        assert_eq!(source.first_frame_number, 980);
        assert_eq!(source.track(PersonId(1)).unwrap().range, FrameRange::new(0, 10));
        let second = source.track(PersonId(2)).unwrap();
        assert_eq!(second.range, FrameRange::new(10, 20));
        assert_eq!(second.frame(FrameIndex(19)).unwrap()[0].x, 999.0);
    }
}
