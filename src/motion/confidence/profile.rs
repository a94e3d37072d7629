//! Confidence of one person over time, summed up front so that any stretch of it costs the same.

use crate::data::{FrameRange, Keypoint, KeypointTrack};

/// Running sums over a track: the mean of any stretch and the number of seen frames in it cost two look-ups.
#[derive(Clone, Debug)]
pub struct ConfidenceProfile {
    range: FrameRange,
    /// [frames + 1], sum of the mean confidence of all frames before.
    sums: Box<[f64]>,
    /// [frames + 1], seen frames before.
    seen: Box<[u32]>,
    gaps: Box<[FrameRange]>,
}

/// A stretch of a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Mean over the seen frames, 0 if there is none.
    pub confidence: f32,
    /// Share of the frames that were seen, 0 to 1.
    pub seen: f32,
}

impl ConfidenceProfile {
    /// Mean over all joints, taken relative to `full`, the value that counts as certain, and kept within 0 to 1.
    pub fn new(track: &KeypointTrack, full: f32) -> Self {
        Self::from_rows(track, full, |row| row.iter().map(|joint| joint.confidence).sum::<f32>() / row.len() as f32)
    }

    /// As [`ConfidenceProfile::new`], over these joints only.
    pub fn of_joints(track: &KeypointTrack, full: f32, joints: &[usize]) -> Self {
        Self::from_rows(track, full, |row| {
            joints.iter().map(|joint| row[*joint].confidence).sum::<f32>() / joints.len() as f32
        })
    }

    fn from_rows(track: &KeypointTrack, full: f32, mean_of: impl Fn(&[Keypoint]) -> f32) -> Self {
        let frames = track.range.len();
        let (mut sums, mut seen) = (Vec::with_capacity(frames + 1), Vec::with_capacity(frames + 1));
        let (mut sum, mut count) = (0.0_f64, 0_u32);
        let mut gaps: Vec<FrameRange> = Vec::new();
        for offset in 0..frames {
            sums.push(sum);
            seen.push(count);
            if track.seen[offset] {
                let mean = mean_of(track.row(offset));
                sum += if mean.is_finite() { f64::from((mean / full).clamp(0.0, 1.0)) } else { 0.0 };
                count += 1;
            } else {
                let frame = track.range.start + offset;
                match gaps.last_mut() {
                    Some(gap) if gap.end == frame => gap.end += 1,
                    _ => gaps.push(FrameRange::of_len(frame, 1)),
                }
            }
        }
        sums.push(sum);
        seen.push(count);
        Self { range: track.range, sums: sums.into(), seen: seen.into(), gaps: gaps.into() }
    }

    pub fn range(&self) -> FrameRange {
        self.range
    }

    /// All runs of frames in which the person was not seen, ascending.
    pub fn gaps(&self) -> &[FrameRange] {
        &self.gaps
    }

    /// Runs of frames in which the person was not seen, ascending, inside the range.
    pub fn gaps_within(&self, shown: FrameRange) -> &[FrameRange] {
        let from = self.gaps.partition_point(|gap| gap.end <= shown.start);
        let to = self.gaps.partition_point(|gap| gap.start < shown.end);
        &self.gaps[from..to.max(from)]
    }

    /// None if `frames` does not touch the track.
    pub fn stretch(&self, frames: FrameRange) -> Option<Stretch> {
        let frames = frames.intersect(self.range);
        if frames.is_empty() {
            return None;
        }
        let (from, to) = (frames.start - self.range.start, frames.end - self.range.start);
        let seen = self.seen[to] - self.seen[from];
        let sum = self.sums[to] - self.sums[from];
        Some(Stretch {
            confidence: if seen == 0 { 0.0 } else { (sum / f64::from(seen)) as f32 },
            seen: seen as f32 / frames.len() as f32,
        })
    }
}

/// What counts as certain in these tracks: 1, or the greatest confidence where a detector's scale goes beyond. Looks
/// at a sample of long tracks.
pub fn full_confidence(tracks: &[KeypointTrack]) -> f32 {
    const ROWS: usize = 3000;
    let rows_per_track = (ROWS / tracks.len().max(1)).max(1);
    let rows = tracks.iter().flat_map(|track| {
        let step = track.range.len().div_ceil(rows_per_track).max(1);
        (0..track.range.len()).step_by(step).map(|offset| track.row(offset))
    });
    rows.flatten().map(|joint| joint.confidence).filter(|confidence| confidence.is_finite()).fold(1.0, f32::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::{FrameIndex, PersonId, SkeletonId};

    fn track(start: usize, confidences: &[Option<f32>]) -> KeypointTrack {
        let skeleton = SkeletonId::H36m17.skeleton();
        let joint = |c: &Option<f32>| c.map_or(Keypoint::MISSING, |c| Keypoint::new(1.0, 1.0, c));
        KeypointTrack {
            person: PersonId(1),
            skeleton,
            range: FrameRange::of_len(start, confidences.len()),
            keypoints: confidences.iter().flat_map(|c| vec![joint(c); skeleton.len()]).collect(),
            seen: confidences.iter().map(Option::is_some).collect(),
            is_spurious: false,
        }
    }

    #[test]
    fn gaps_are_runs() {
        let profile = ConfidenceProfile::new(&track(10, &[Some(1.0), None, None, Some(0.5), None]), 1.0);
        let gaps = [FrameRange::new(11, 13), FrameRange::new(14, 15)];
        assert_eq!(profile.gaps_within(FrameRange::new(0, 100)), gaps);
        assert_eq!(profile.gaps_within(FrameRange::new(13, 15)), [gaps[1]]);
        assert_eq!(profile.gaps_within(FrameRange::new(12, 13)), [gaps[0]]);
        assert!(profile.gaps_within(FrameRange::new(13, 14)).is_empty());
        assert_eq!(profile.stretch(FrameRange::new(0, 10)), None);
        let stretch = profile.stretch(FrameRange::new(0, 14));
        assert_eq!(stretch, Some(Stretch { confidence: 0.75, seen: 0.5 }));
    }

    #[test]
    fn a_scale_beyond_one_is_brought_back() {
        let track = track(0, &[Some(4.0), Some(f32::NAN), Some(2.0)]);
        let full = full_confidence(std::slice::from_ref(&track));
        assert_eq!(full, 4.0);
        let profile = ConfidenceProfile::new(&track, full);
        assert_eq!(profile.stretch(FrameRange::new(2, 3)).map(|s| s.confidence), Some(0.5));
    }

    proptest! {
        #[test]
        fn any_stretch_is_the_mean_of_its_frames(
            confidences in proptest::collection::vec(proptest::option::of(0.0f32..1.0), 1..200),
            from in 0usize..220, len in 1usize..220,
        ) {
            let track = track(5, &confidences);
            let profile = ConfidenceProfile::new(&track, 1.0);
            let frames = FrameRange::of_len(from, len);
            let inside: Vec<usize> = (from..from + len).filter(|f| track.range.contains(FrameIndex(*f))).collect();
            let seen: Vec<f32> = inside.iter().filter_map(|f| confidences[f - 5]).collect();
            match profile.stretch(frames) {
                None => prop_assert!(inside.is_empty()),
                Some(stretch) => {
                    let mean = seen.iter().sum::<f32>() / seen.len().max(1) as f32;
                    prop_assert!((stretch.confidence - mean).abs() < 1e-4);
                    prop_assert!((stretch.seen - seen.len() as f32 / inside.len() as f32).abs() < 1e-6);
                }
            }
        }
    }
}
