//! What was found in a video so far, with people told apart: grows picture by picture.

use std::path::Path;

use crate::data::{Detection, FrameIndex, Pace, Recording, SkeletonChoice};
use crate::detect::DetectorInfo;
use crate::io::detection_cache::Detections;
use crate::io::frames::SourceInfo;
use crate::io::keypoints::ReadOptions;
use crate::motion::people::{self, FollowOptions, Follower};
use crate::session::document::DEFAULT_FPS;
use crate::session::{Source, SourceId};
use crate::support::{CancelToken, Cancelled, Notices};

/// The detections of a video with ids, as far as they are there.
pub struct Found {
    name: String,
    /// With ids, those without a place left in.
    so_far: Detections,
    follower: Follower,
}

impl Found {
    /// Nothing yet. None for pictures without an end, such as a camera's.
    pub fn new(info: &SourceInfo, detector: &DetectorInfo, max_people: usize) -> Option<Self> {
        let fps = match info.pace {
            Pace::Constant(rate) => Some(rate.fps()),
            Pace::Variable { mean_fps } => Some(mean_fps),
            Pace::Still => None,
        };
        let so_far = Detections {
            skeleton: detector.skeleton,
            detector: detector.name.clone(),
            image_size: info.size,
            fps: fps.filter(|fps| fps.is_finite() && *fps > 0.0),
            times: info.times.clone()?,
            detections: Vec::new(),
        };
        Some(Self::nothing_of(info.name.clone(), so_far, max_people))
    }

    /// Follows people anew in what was found in a video before.
    pub fn again(name: String, mut found: Detections, max_people: usize) -> Self {
        let detections = std::mem::take(&mut found.detections);
        let mut all = Self::nothing_of(name, found, max_people);
        let mut detections = detections.into_iter().peekable();
        while let Some(first) = detections.next() {
            let frame = first.frame;
            let mut of_frame = vec![first];
            while let Some(next) = detections.next_if(|next| next.frame == frame) {
                of_frame.push(next);
            }
            let time_secs = all.so_far.times.time_of(frame).unwrap_or_default();
            all.add(time_secs, of_frame);
        }
        all
    }

    fn nothing_of(name: String, so_far: Detections, max_people: usize) -> Self {
        let follow = FollowOptions { max_people, ..FollowOptions::new(so_far.fps.unwrap_or(DEFAULT_FPS)) };
        Self { name, so_far, follower: Follower::new(follow) }
    }

    /// Adds the people of the next picture.
    pub fn add(&mut self, time_secs: f64, mut detections: Vec<Detection>) {
        self.follower.follow(time_secs, &mut detections);
        self.so_far.detections.append(&mut detections);
    }

    pub fn is_empty(&self) -> bool {
        self.so_far.detections.is_empty()
    }

    /// The last in which anybody was found.
    pub fn last_frame(&self) -> Option<FrameIndex> {
        self.so_far.detections.last().map(|detection| detection.frame)
    }

    /// Everything found, for the cache.
    pub fn detections(&self) -> &Detections {
        &self.so_far
    }

    /// The people who have a place, on the timeline of the whole video.
    pub fn recording(&self) -> Recording {
        let Detections { skeleton, detector, image_size, fps, times, detections } = &self.so_far;
        Recording {
            name: self.name.clone(),
            format: "video",
            skeleton,
            skeleton_choice: SkeletonChoice {
                reason: format!("{detector} finds these joints"),
                alternatives: Vec::new(),
            },
            fps: *fps,
            image_size: Some(*image_size),
            first_frame_number: 0,
            frame_count: times.len(),
            detections: detections.iter().filter(|detection| detection.id.is_some()).cloned().collect(),
            is_normalised: false,
        }
    }

    /// The same as a clip. While more may follow (`is_whole` is false) those who were seen only for a moment are left
    /// out: they may be somebody or nobody.
    ///
    /// # Errors
    /// Cancelled.
    pub fn source(
        &self,
        id: SourceId,
        path: &Path,
        options: &ReadOptions,
        is_whole: bool,
        cancel: &CancelToken,
    ) -> Result<Source, Cancelled> {
        let recording = self.recording();
        let fps = options.fps.or(recording.fps).unwrap_or(DEFAULT_FPS);
        let mut tracks = people::split(&recording, fps, &Notices::new(), cancel)?;
        tracks.retain(|track| is_whole || !track.is_spurious);
        Ok(Source::from_recording(id, Some(path.to_owned()), recording, tracks, options.clone()))
    }
}
