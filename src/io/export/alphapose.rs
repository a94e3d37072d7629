//! 2D keypoints in the layout of AlphaPose's result files, which most programs for poses read.

use std::path::Path;

use serde::{Serialize, Serializer};

use super::WriteError;
use crate::data::{FrameIndex, FrameRange, Keypoint, KeypointTrack, PersonId};
use crate::support::CancelToken;

/// A person in a frame.
#[derive(Serialize)]
struct Record<'a> {
    image_id: String,
    category_id: u32,
    #[serde(serialize_with = "flat")]
    keypoints: &'a [Keypoint],
    /// The mean of the joints'.
    score: f32,
    /// x, y, width, height around the visible joints.
    #[serde(rename = "box")]
    bbox: [f32; 4],
    idx: PersonId,
}

/// Writes everybody's keypoints in `frames`, frame after frame; gaps are left out. `first_frame_number` is the number
/// of timeline frame 0. The layout has no place for the frame rate.
///
/// # Errors
/// When the file cannot be written, or the token was cancelled.
pub fn write<'a>(
    path: &Path,
    people: impl IntoIterator<Item = &'a KeypointTrack>,
    frames: FrameRange,
    first_frame_number: i64,
    cancel: &CancelToken,
) -> Result<(), WriteError> {
    let people: Vec<&KeypointTrack> = people.into_iter().collect();
    let records = (frames.start..frames.end).flat_map(|frame| {
        let in_frame = people.iter().filter_map(move |track| Some((track.person, track.frame(FrameIndex(frame))?)));
        in_frame.map(move |(person, joints)| record(first_frame_number + frame as i64, person, joints))
    });
    crate::io::atomic::write(path, cancel, |out| {
        serde_json::Serializer::new(&mut *out).collect_seq(records)?;
        out.write_all(b"\n")
    })
}

fn record(number: i64, person: PersonId, keypoints: &[Keypoint]) -> Record<'_> {
    let visible = || keypoints.iter().filter(|joint| !joint.is_missing());
    let low = visible().fold([f32::INFINITY; 2], |low, joint| [low[0].min(joint.x), low[1].min(joint.y)]);
    let high = visible().fold([f32::NEG_INFINITY; 2], |high, joint| [high[0].max(joint.x), high[1].max(joint.y)]);
    let is_seen = visible().next().is_some();
    let count = keypoints.len().max(1) as f32;
    Record {
        image_id: format!("{number}.jpg"),
        category_id: 1,
        keypoints,
        score: keypoints.iter().map(|joint| joint.confidence).sum::<f32>() / count,
        bbox: if is_seen { [low[0], low[1], high[0] - low[0], high[1] - low[1]] } else { [0.0; 4] },
        idx: person,
    }
}

fn flat<S: Serializer>(keypoints: &&[Keypoint], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(keypoints.iter().flat_map(|joint| [joint.x, joint.y, joint.confidence]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::skeleton::HALPE_26;
    use crate::io::keypoints::{self, Loaded, ReadContext};

    #[test]
    fn what_is_written_is_read_again() {
        let track = |person: u32, range: FrameRange, hidden: usize| {
            let joint = |at: usize| {
                let (frame, joint) = (at / HALPE_26.len(), at % HALPE_26.len());
                let is_seen = frame != hidden && joint != 3;
                let (x, y) = (100.25 * person as f32 + joint as f32, 50.125 + frame as f32 + (joint * joint) as f32);
                if is_seen { Keypoint::new(x, y, 0.5 + 0.01 * joint as f32) } else { Keypoint::MISSING }
            };
            KeypointTrack {
                person: PersonId(person),
                skeleton: &HALPE_26,
                range,
                keypoints: (0..range.len() * HALPE_26.len()).map(joint).collect(),
                seen: (0..range.len()).map(|frame| frame != hidden).collect(),
                is_spurious: false,
            }
        };
        let people = [track(4, FrameRange::new(0, 30), 7), track(9, FrameRange::new(5, 20), 0)];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keypoints.json");
        write(&path, &people, FrameRange::new(0, 30), 100, &CancelToken::new()).unwrap();

        let Loaded::Keypoints(read) = keypoints::read(&path, &ReadContext::default()).unwrap() else { panic!() };
        assert_eq!((read.skeleton.name, read.first_frame_number, read.frame_count), (HALPE_26.name, 100, 30));
        assert_eq!(read.detections.len(), 29 + 14);
        write(&path, &people, FrameRange::new(10, 12), 100, &CancelToken::new()).unwrap();
        let Loaded::Keypoints(cut) = keypoints::read(&path, &ReadContext::default()).unwrap() else { panic!() };
        assert_eq!((cut.first_frame_number, cut.frame_count, cut.detections.len()), (110, 2, 4));
        for detection in &read.detections {
            let track = people.iter().find(|track| Some(track.person.0) == detection.id).unwrap();
            assert_eq!(track.frame(detection.frame).unwrap(), &*detection.keypoints);
            let [x, y, width, height] = detection.bbox.unwrap();
            let seen = detection.keypoints.iter().filter(|joint| !joint.is_missing());
            assert!(
                seen.clone().all(|joint| (x..=x + width).contains(&joint.x) && (y..=y + height).contains(&joint.y))
            );
        }
    }

    #[test]
    fn nobody_is_an_empty_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keypoints.json");
        write(&path, [], FrameRange::new(0, 9), 0, &CancelToken::new()).unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "[]\n");
    }
}
