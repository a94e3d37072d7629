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
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
}

/// The frames of the file, seen or not, told by its first record: the layout has no place for frames without people.
/// Ours; programs pass over what they do not know.
#[derive(Serialize)]
struct Span {
    first_image_id: String,
    last_image_id: String,
}

/// Writes everybody's keypoints in `frames`, frame after frame; gaps are left out, and so are frames without people,
/// but how many there are at either end is told. `first_frame_number` is the number of timeline frame 0. The layout has
/// no place for the frame rate.
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
    let image_id = |frame: usize| format!("{}.jpg", first_frame_number + frame as i64);
    let mut span = (!frames.is_empty())
        .then(|| Span { first_image_id: image_id(frames.start), last_image_id: image_id(frames.end - 1) });
    let records = (frames.start..frames.end).flat_map(|frame| {
        let in_frame = people.iter().filter_map(move |track| Some((track.person, track.frame(FrameIndex(frame))?)));
        in_frame.map(move |(person, joints)| record(image_id(frame), person, joints))
    });
    let records = records.map(|record| Record { span: span.take(), ..record });
    crate::io::atomic::write(path, cancel, |out| {
        serde_json::Serializer::new(&mut *out).collect_seq(records)?;
        out.write_all(b"\n")
    })
}

fn record(image_id: String, person: PersonId, keypoints: &[Keypoint]) -> Record<'_> {
    let visible = || keypoints.iter().filter(|joint| !joint.is_missing());
    let low = visible().fold([f32::INFINITY; 2], |low, joint| [low[0].min(joint.x), low[1].min(joint.y)]);
    let high = visible().fold([f32::NEG_INFINITY; 2], |high, joint| [high[0].max(joint.x), high[1].max(joint.y)]);
    let is_seen = visible().next().is_some();
    let count = keypoints.len().max(1) as f32;
    Record {
        image_id,
        category_id: 1,
        keypoints,
        score: keypoints.iter().map(|joint| joint.confidence).sum::<f32>() / count,
        bbox: if is_seen { [low[0], low[1], high[0] - low[0], high[1] - low[1]] } else { [0.0; 4] },
        idx: person,
        span: None,
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
    fn frames_without_people_stay_at_both_ends() {
        let joints = HALPE_26.len();
        let track = KeypointTrack {
            person: PersonId(1),
            skeleton: &HALPE_26,
            range: FrameRange::new(5, 20),
            keypoints: (0..15 * joints)
                .map(|at| Keypoint::new(100.0 + at as f32, 50.0 + (at % 7) as f32, 0.9))
                .collect(),
            seen: vec![true; 15].into(),
            is_spurious: false,
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keypoints.json");
        write(&path, [&track], FrameRange::new(0, 30), 100, &CancelToken::new()).unwrap();

        let context = ReadContext::default();
        let Loaded::Keypoints(read) = keypoints::read(&path, &context).unwrap() else { panic!() };
        assert_eq!((read.first_frame_number, read.frame_count, read.detections.len()), (100, 30, 15));
        assert_eq!((read.detections[0].frame, read.detections[14].frame), (FrameIndex(5), FrameIndex(19)));
        assert!(context.notices.take().is_empty());

        // As other programs see it: a list of the fields that they know, whatever else there is.
        let records: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(records.len(), 15);
        for (index, record) in records.iter().enumerate() {
            assert_eq!(record["image_id"], format!("{}.jpg", 105 + index));
            assert_eq!(record["keypoints"].as_array().unwrap().len(), 3 * joints);
            assert_eq!(record.as_object().unwrap().len(), if index == 0 { 8 } else { 6 });
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
