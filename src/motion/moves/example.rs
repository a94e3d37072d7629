//! Keeping a stretch of somebody's keypoints as an example.

use crate::data::{FrameIndex, FrameRange, KeypointTrack, MoveExample, MoveOrigin, NormalisationMode};
use crate::motion::features::share_seen;
use crate::motion::{normalise, remap};

use super::{MIN_SEEN, MoveError};

/// Frames of the longest example.
const MAX_FRAMES: usize = 3_000;
/// What is kept of the time before and after.
const AROUND_SECS: f64 = 2.0;

/// The frames `range` of a track as an example of a movement; `clip` is the name of the file.
///
/// # Errors
/// [`MoveError`] when it is too short, too long, or the person was hardly seen.
pub fn example(track: &KeypointTrack, range: FrameRange, fps: f64, clip: &str) -> Result<MoveExample, MoveError> {
    let range = range.intersect(track.range);
    let frames = range.len();
    let least = MoveExample::min_frames(fps);
    if frames < least {
        return Err(MoveError::TooShort { frames, least });
    }
    if frames > MAX_FRAMES {
        return Err(MoveError::TooLong { frames, most: MAX_FRAMES });
    }
    let seen = (range.start..range.end).map(|frame| share_seen(track, FrameIndex(frame))).sum::<f32>() / frames as f32;
    let not_seen = MoveError::NotSeen { percent: (seen * 100.0) as u32 };
    if seen < MIN_SEEN {
        return Err(not_seen);
    }
    let around = (AROUND_SECS * fps).round() as usize;
    let kept = FrameRange::new(range.start.saturating_sub(around), range.end + around).intersect(track.range);
    let (first, last) = (kept.start - track.range.start, kept.end - track.range.start);
    let joints = track.skeleton.len();
    let cut = KeypointTrack {
        range: kept,
        keypoints: track.keypoints[first * joints..last * joints].into(),
        seen: track.seen[first..last].into(),
        ..track.clone()
    };
    let cut = remap::track_to_h36m(&cut);
    let normalisation = normalise::fit(NormalisationMode::Crop, &cut.keypoints, None).map_err(|_| not_seen)?;
    Ok(MoveExample {
        origin: MoveOrigin { clip: clip.to_owned(), person: track.person, range },
        fps,
        stretch: FrameRange::of_len(range.start - kept.start, frames),
        clip: normalise::to_clip(&cut, &normalisation).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::skeleton::H36M_17;
    use crate::data::{H36M_JOINTS, Keypoint, PersonId};

    fn track(frames: usize, seen: usize) -> KeypointTrack {
        let keypoint = |i: usize| match i / H36M_JOINTS < seen {
            true => Keypoint::new(100.0 + (i % H36M_JOINTS * 10) as f32, 50.0 + (i / H36M_JOINTS) as f32, 0.75),
            false => Keypoint::MISSING,
        };
        KeypointTrack {
            person: PersonId(4),
            skeleton: &H36M_17,
            range: FrameRange::of_len(100, frames),
            keypoints: (0..frames * H36M_JOINTS).map(keypoint).collect(),
            seen: (0..frames).map(|frame| frame < seen).collect(),
            is_spurious: false,
        }
    }

    #[test]
    fn the_stretch_is_cut_out_with_what_is_around_and_fills_its_square() {
        // 10 frames are there before, 2 s (50 frames) of those after.
        let example = example(&track(100, 100), FrameRange::new(110, 130), 25.0, "gym.json").unwrap();
        assert_eq!((example.frames(), example.fps), (80, 25.0));
        assert_eq!((example.stretch, example.origin.range), (FrameRange::new(10, 30), FrameRange::new(110, 130)));
        assert_eq!((example.origin.clip.as_str(), example.origin.person), ("gym.json", PersonId(4)));
        // 160 pixels wide and 79 high, so that the width is the square's.
        assert_eq!(example.clip[..3], [-1.0, -79.0 / 160.0, 0.75]);
        assert_eq!(example.clip[example.clip.len() - 3..], [1.0, 79.0 / 160.0, 0.75]);
    }

    #[test]
    fn what_says_too_little_is_refused() {
        let refused = |track: &KeypointTrack, range| example(track, range, 30.0, "a").unwrap_err();
        let all = FrameRange::new(0, 9_999);
        assert_eq!(refused(&track(60, 60), FrameRange::new(0, 104)), MoveError::TooShort { frames: 4, least: 18 });
        assert_eq!(refused(&track(3_001, 3_001), all), MoveError::TooLong { frames: 3_001, most: 3_000 });
        assert_eq!(refused(&track(60, 12), all), MoveError::NotSeen { percent: 20 });
    }
}
