//! Where a detector was least sure.

use super::ConfidenceProfile;
use crate::data::{FrameIndex, FrameRange};

/// How far a dip lies below the mean at least, as a share of full confidence.
const DEPTH: f32 = 0.05;

/// Frames of lowest confidence, the lowest first, at least `apart` frames from each other and clearly below the
/// person's mean. Gaps are no dips. Goes through all frames.
pub fn dips(profile: &ConfidenceProfile, apart: usize) -> Vec<(FrameIndex, f32)> {
    let range = profile.range();
    let Some(mean) = profile.stretch(range).map(|whole| whole.confidence) else { return Vec::new() };
    let mut low: Vec<(FrameIndex, f32)> = (range.start..range.end)
        .filter_map(|frame| {
            let one = profile.stretch(FrameRange::of_len(frame, 1)).filter(|one| one.seen > 0.0)?;
            (one.confidence < mean - DEPTH).then_some((FrameIndex(frame), one.confidence))
        })
        .collect();
    low.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut taken = vec![false; range.len()];
    low.retain(|(frame, _)| {
        let offset = frame.0 - range.start;
        let around = offset.saturating_sub(apart - 1)..(offset + apart).min(taken.len());
        let is_new = !taken[offset];
        if is_new {
            taken[around].fill(true);
        }
        is_new
    });
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Keypoint, KeypointTrack, PersonId, SkeletonId};

    fn found(confidences: &[f32], apart: usize) -> Vec<usize> {
        let skeleton = SkeletonId::H36m17.skeleton();
        let track = KeypointTrack {
            person: PersonId(1),
            skeleton,
            range: FrameRange::of_len(100, confidences.len()),
            keypoints: confidences.iter().flat_map(|c| vec![Keypoint::new(1.0, 1.0, *c); skeleton.len()]).collect(),
            seen: confidences.iter().map(|c| *c > 0.0).collect(),
            is_spurious: false,
        };
        dips(&ConfidenceProfile::new(&track, 1.0), apart).into_iter().map(|(frame, _)| frame.0).collect()
    }

    #[test]
    fn the_lowest_comes_first_and_its_neighbours_are_the_same_dip() {
        let mut confidences = [0.9; 60];
        confidences[10..13].copy_from_slice(&[0.5, 0.4, 0.5]);
        confidences[40..42].copy_from_slice(&[0.2, 0.3]);
        assert_eq!(found(&confidences, 15), [140, 111]);
        assert_eq!(found(&confidences, 1), [140, 141, 111, 110, 112]);
    }

    #[test]
    fn an_even_person_and_a_gap_have_no_dips() {
        assert!(found(&[0.8; 50], 15).is_empty());
        let mut with_gap = [0.8; 50];
        with_gap[20..30].fill(0.0);
        assert!(found(&with_gap, 15).is_empty());
    }
}
