//! Where a person was not seen.

use crate::data::{FrameRange, KeypointTrack};

/// The runs of unseen frames inside the track's range, in timeline frames and in time order.
pub fn gap_ranges(track: &KeypointTrack) -> Vec<FrameRange> {
    let mut offset = track.range.start;
    track
        .seen
        .chunk_by(|a, b| a == b)
        .filter_map(|run| {
            let range = FrameRange::of_len(offset, run.len());
            offset = range.end;
            (!run[0]).then_some(range)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::skeleton::H36M_17;
    use crate::data::{Keypoint, PersonId};

    #[test]
    fn gaps_are_in_timeline_frames() {
        let seen = [true, false, false, true, false, true];
        let track = KeypointTrack {
            person: PersonId(1),
            skeleton: &H36M_17,
            range: FrameRange::of_len(10, seen.len()),
            keypoints: vec![Keypoint::MISSING; seen.len() * H36M_17.len()].into(),
            seen: seen.to_vec().into(),
            is_spurious: false,
        };
        assert_eq!(gap_ranges(&track), [FrameRange::new(11, 13), FrameRange::new(14, 15)]);
    }
}
