//! The video under a clip's keypoints: what is known of it, and which of its frames goes with which of the timeline's.

use std::path::{Path, PathBuf};

use super::document::SourceState;
use crate::data::{FrameIndex, FrameTimes, Pace};
use crate::io::frames::SourceInfo;

/// Frames by which the lengths of a video and its keypoints may differ while they are still taken to go frame by frame:
/// detectors tend to leave out the last one.
const SLACK_FRAMES: usize = 1;
/// Shapes (width over height) that differ by more than this share are not the same picture.
const SHAPE_TOLERANCE: f64 = 0.02;

/// A video, a folder of pictures, an animated GIF or a single picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Video {
    pub path: PathBuf,
    /// Codec or picture format.
    pub format: String,
    /// Width and height in pixels, upright.
    pub size: [u32; 2],
    pub times: FrameTimes,
    pub pace: Pace,
    /// The timeline frame at which the first picture is shown; negative if the video began earlier.
    pub offset_frames: i64,
}

impl Video {
    /// None for pictures without an end, such as those of a camera.
    pub fn of(path: &Path, info: &SourceInfo) -> Option<Self> {
        Some(Self {
            path: path.to_owned(),
            format: info.format.clone(),
            size: info.size,
            times: info.times.clone()?,
            pace: info.pace,
            offset_frames: 0,
        })
    }

    /// Pictures per second, on average where they are uneven; none for a single picture.
    pub fn fps(&self) -> Option<f64> {
        match self.pace {
            Pace::Constant(rate) => Some(rate.fps()),
            Pace::Variable { mean_fps } => Some(mean_fps).filter(|fps| fps.is_finite() && *fps > 0.0),
            Pace::Still => None,
        }
    }

    /// The video's frame that goes with a timeline frame of a clip of `frame_count` frames at `fps`; none before its
    /// first and after its last. Frame by frame where there are as many of either, else by time. A single picture is
    /// always shown.
    pub fn frame_at(&self, frame: FrameIndex, frame_count: usize, fps: f64) -> Option<FrameIndex> {
        let last = self.times.len().checked_sub(1)?;
        if last == 0 {
            return Some(FrameIndex(0));
        }
        let since = i64::try_from(frame.0).ok()?.checked_sub(self.offset_frames)?;
        if self.times.len().abs_diff(frame_count) <= SLACK_FRAMES {
            let index = usize::try_from(since).ok()?;
            return (index <= last + SLACK_FRAMES).then_some(FrameIndex(index.min(last)));
        }
        let secs = since as f64 / fps;
        // Rounding must not cost the last frame.
        (secs >= 0.0 && secs < self.times.duration_secs() + 0.5 / fps).then(|| self.times.frame_at(secs))
    }

    /// Whether pictures of `size` may be of this video, scaled.
    pub fn has_shape_of(&self, size: [u32; 2]) -> bool {
        let shape = |size: [u32; 2]| f64::from(size[0]) / f64::from(size[1]);
        (shape(size) / shape(self.size) - 1.0).abs() <= SHAPE_TOLERANCE
    }
}

impl SourceState {
    /// The frame of the clip's video that goes with a timeline frame; none without a video, or outside of it.
    pub fn video_frame(&self, frame: FrameIndex) -> Option<FrameIndex> {
        self.video.as_ref()?.frame_at(frame, self.source.frame_count, self.fps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::FrameRate;

    fn video(frames: usize, fps: u32) -> Video {
        let rate = FrameRate::new(fps, 1).unwrap();
        Video {
            path: PathBuf::from("a.mp4"),
            format: "h264".to_owned(),
            size: [1280, 720],
            times: FrameTimes::constant(rate, frames),
            pace: Pace::Constant(rate),
            offset_frames: 0,
        }
    }

    fn at(video: &Video, frame: usize, count: usize, fps: f64) -> Option<usize> {
        video.frame_at(FrameIndex(frame), count, fps).map(|frame| frame.0)
    }

    #[test]
    fn as_many_frames_go_one_by_one_whatever_the_rate_says() {
        let video = video(100, 25);
        for count in [99, 100, 101] {
            for frame in [0, 1, 57, 98] {
                assert_eq!(at(&video, frame, count, 30.0), Some(frame), "{count}");
            }
        }
        // One frame more than pictures: the last picture stays.
        assert_eq!(at(&video, 100, 101, 25.0), Some(99));
    }

    #[test]
    fn other_rates_go_by_time() {
        let video = video(100, 25);
        // Keypoints of every second frame.
        for (frame, shown) in [(0, 0), (1, 2), (49, 98)] {
            assert_eq!(at(&video, frame, 50, 12.5), Some(shown));
        }
        // Keypoints at twice the rate, for longer than the video.
        for (frame, shown) in [(0, Some(0)), (1, Some(0)), (2, Some(1)), (199, Some(99)), (202, None)] {
            assert_eq!(at(&video, frame, 400, 50.0), shown, "{frame}");
        }
    }

    #[test]
    fn the_offset_shifts_and_outside_there_is_nothing() {
        let late = Video { offset_frames: 10, ..video(100, 25) };
        assert_eq!([9, 10, 99].map(|frame| at(&late, frame, 100, 25.0)), [None, Some(0), Some(89)]);
        let early = Video { offset_frames: -10, ..video(100, 25) };
        assert_eq!([0, 89, 91].map(|frame| at(&early, frame, 100, 25.0)), [Some(10), Some(99), None]);
        let by_time = Video { offset_frames: 10, ..video(100, 25) };
        assert_eq!([9, 10, 11].map(|frame| at(&by_time, frame, 400, 50.0)), [None, Some(0), Some(0)]);
    }

    #[test]
    fn a_picture_is_always_there_and_an_empty_video_never() {
        let still = Video { pace: Pace::Still, times: FrameTimes::new([0.0], 0.0), ..video(1, 25) };
        assert_eq!(at(&still, 77, 100, 30.0), Some(0));
        assert_eq!(still.fps(), None);
        assert_eq!(at(&video(0, 25), 0, 0, 30.0), None);
    }

    #[test]
    fn shapes_are_compared_whatever_the_size() {
        let video = video(1, 25);
        assert!(video.has_shape_of([640, 360]) && video.has_shape_of([854, 480]));
        assert!(!video.has_shape_of([720, 1280]) && !video.has_shape_of([640, 480]));
    }
}
