//! How a long track is cut into clips that the network can take.

use serde::{Deserialize, Serialize};

use crate::data::FrameRange;

/// How the windows of a long track are cut and put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stitch {
    /// Side by side, as published; depth jumps from window to window.
    Reference,
    /// Overlapping and cross-faded, with the depth of neighbours aligned.
    #[default]
    Blend,
}

/// Frames that neighbouring windows of `clip_len` share at least when they are blended.
///
/// A fifth costs a quarter more network time; the windows disagree most near their ends, where each has half the
/// context.
pub fn overlap_frames(clip_len: usize) -> usize {
    (clip_len / 5).max(1).min(clip_len.saturating_sub(1))
}

/// The windows of a track of `frames` frames, in time order, none longer than `clip_len` (at least 1).
///
/// Reference: `clip_len` each, the last one shorter. Blend: as few as possible, neighbours sharing [`overlap_frames`],
/// the last two more: it reaches back as far as no frame is in three windows, and is longer than three quarters of
/// `clip_len`.
///
/// All but the last stay where they are when frames are added, so that a track can be lifted while it grows.
pub fn windows(stitch: Stitch, frames: usize, clip_len: usize) -> Vec<FrameRange> {
    let clip_len = clip_len.max(1);
    match stitch {
        Stitch::Reference => {
            (0..frames).step_by(clip_len).map(|start| FrameRange::new(start, frames.min(start + clip_len))).collect()
        }
        Stitch::Blend if frames == 0 => Vec::new(),
        Stitch::Blend => {
            let overlap = overlap_frames(clip_len);
            let count = frames.saturating_sub(overlap).div_ceil(clip_len - overlap).max(1);
            let (stride, last) = (clip_len - overlap, count - 1);
            let third_last_end = last.checked_sub(2).map_or(0, |index| index * stride + clip_len);
            let last_start = frames.saturating_sub(clip_len).max(third_last_end);
            let regular = (0..last).map(|index| FrameRange::of_len(index * stride, clip_len));
            regular.chain([FrameRange::new(last_start, frames)]).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reference_covers_every_frame_once(frames in 0usize..2000, clip_len in 1usize..300) {
            let windows = windows(Stitch::Reference, frames, clip_len);
            let mut next = 0;
            for window in &windows {
                prop_assert_eq!(window.start, next);
                prop_assert!(!window.is_empty() && window.len() <= clip_len);
                next = window.end;
            }
            prop_assert_eq!(next, frames);
            prop_assert!(windows.iter().rev().skip(1).all(|window| window.len() == clip_len));
        }

        #[test]
        fn blend_overlaps_everywhere(frames in 1usize..5000, clip_len in 1usize..300) {
            let windows = windows(Stitch::Blend, frames, clip_len);
            prop_assert_eq!(windows[0].start, 0);
            prop_assert_eq!(windows[windows.len() - 1].end, frames);
            let (last, regular) = windows.split_last().unwrap();
            prop_assert!(regular.iter().all(|window| window.len() == clip_len));
            prop_assert!(last.len() <= clip_len && (regular.is_empty() || 4 * last.len() > 3 * clip_len || clip_len < 8));
            for pair in windows.windows(2) {
                prop_assert!(pair[0].start < pair[1].start);
                prop_assert!(pair[0].end - pair[1].start >= overlap_frames(clip_len));
            }
            // No frame is in three windows, so a cross-fade always knows both of its sides.
            for triple in windows.windows(3) {
                prop_assert!(triple[0].end <= triple[2].start);
            }
        }
    }

    proptest! {
        #[test]
        fn windows_stay_when_a_track_grows(
            frames in 1usize..2000, more in 0usize..500, clip_len in 1usize..300, is_blend in any::<bool>(),
        ) {
            let stitch = if is_blend { Stitch::Blend } else { Stitch::Reference };
            let (before, after) = (windows(stitch, frames, clip_len), windows(stitch, frames + more, clip_len));
            let (_, regular) = before.split_last().unwrap();
            prop_assert!(after.starts_with(regular));
        }
    }

    #[test]
    fn a_track_of_one_window_is_left_whole() {
        for stitch in [Stitch::Reference, Stitch::Blend] {
            assert_eq!(windows(stitch, 243, 243), [FrameRange::new(0, 243)]);
            assert_eq!(windows(stitch, 1, 243), [FrameRange::new(0, 1)]);
        }
        assert_eq!(windows(Stitch::Blend, 244, 243), [FrameRange::new(0, 243), FrameRange::new(1, 244)]);
        let three = [FrameRange::new(0, 243), FrameRange::new(195, 438), FrameRange::new(243, 440)];
        assert_eq!(windows(Stitch::Blend, 440, 243), three);
    }
}
