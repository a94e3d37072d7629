//! Keeps people apart: from the detections of a file to one track per person, or from picture to picture.

mod assign;
mod follower;
mod sight;

use std::collections::{BTreeMap, BTreeSet};

use crate::data::{FrameRange, Keypoint, KeypointTrack, PersonId, Recording};
use crate::support::{CancelToken, Cancelled, Notice, Notices};

pub use follower::{FollowOptions, Follower};

/// A person seen for less than this is probably a false detection.
const MIN_SEEN_SECS: f64 = 0.2;
const MIN_SEEN_FRAMES: usize = 5;

/// One track per person, sorted by person.
///
/// Detections are told apart by the file's tracking ids. Where several of one frame have the same id, the one with the
/// best score keeps it, with a warning. Those without an id go through a tracker (box and pose overlap, survives a
/// second of occlusion), which numbers people with ids that the file does not use. Short-lived tracks are marked, never
/// dropped; detections without any visible joint say nothing and are left out. `fps` is the frame rate that the person
/// or the file gave.
///
/// # Errors
/// [`Cancelled`] when asked to stop.
pub fn split(
    recording: &Recording,
    fps: f64,
    notices: &Notices,
    cancel: &CancelToken,
) -> Result<Vec<KeypointTrack>, Cancelled> {
    let mut by_id: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut without_id = Vec::new();
    for (index, detection) in recording.detections.iter().enumerate() {
        if detection.keypoints.iter().all(Keypoint::is_missing) {
            continue;
        }
        match detection.id {
            Some(id) => by_id.entry(id).or_default().push(index),
            None => without_id.push(index),
        }
    }
    let file_ids: BTreeSet<u32> = by_id.keys().copied().collect();
    let new_ids = (1..=u32::MAX).filter(|id| !file_ids.contains(id));
    let mut all_duplicates = Vec::new();
    let mut people: BTreeMap<PersonId, Vec<usize>> = BTreeMap::new();
    for (id, detections) in by_id {
        cancel.check()?;
        let (best, duplicates) = best_of_each_frame(recording, &detections);
        people.insert(PersonId(id), best);
        without_id.extend(&duplicates);
        all_duplicates.extend(duplicates);
    }
    if let Some(first) = all_duplicates.iter().min() {
        let frame = recording.detections[*first].frame.0 as i64 + recording.first_frame_number;
        let headline = format!("{} detections have the same id as another in their frame", all_duplicates.len());
        let why =
            format!("the first is in frame {frame}; the better score keeps the id, the others were tracked by place");
        notices.add(Notice::warning(headline).why(why));
    }
    without_id.sort_unstable();
    let tracks = track(recording, &without_id, fps, cancel)?;
    people.extend(new_ids.map(PersonId).zip(tracks));

    let mut tracks: Vec<_> =
        people.into_iter().map(|(person, detections)| build_track(recording, person, &detections)).collect();
    mark_spurious(&mut tracks, fps);
    Ok(tracks)
}

/// Groups `detections` (places in `recording.detections`, in time order, each with a visible joint) into people, in
/// order of first sight.
fn track(
    recording: &Recording,
    detections: &[usize],
    fps: f64,
    cancel: &CancelToken,
) -> Result<Vec<Vec<usize>>, Cancelled> {
    let mut follower = Follower::new(FollowOptions::new(fps));
    let mut people: Vec<Vec<usize>> = Vec::new();
    let frame_of = |index: &usize| recording.detections[*index].frame;
    for same_frame in detections.chunk_by(|a, b| frame_of(a) == frame_of(b)) {
        cancel.check()?;
        let seen = same_frame.iter().map(|index| &recording.detections[*index]);
        let seen = seen.map(|detection| (&*detection.keypoints, detection.score));
        let ids = follower.see(frame_of(&same_frame[0]).0 as f64 / fps, seen);
        for (index, id) in same_frame.iter().zip(ids) {
            let Some(PersonId(id)) = id else { continue };
            let place = id as usize - 1;
            if place == people.len() {
                people.push(Vec::new());
            }
            people[place].push(*index);
        }
    }
    Ok(people)
}

/// The detection with the best score of every frame, and the others. `detections` are in time order.
fn best_of_each_frame(recording: &Recording, detections: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut best = Vec::with_capacity(detections.len());
    let mut others = Vec::new();
    let frame_of = |index: &usize| recording.detections[*index].frame;
    let score_of = |index: &usize| recording.detections[*index].score;
    for same_frame in detections.chunk_by(|a, b| frame_of(a) == frame_of(b)) {
        let winner = same_frame.iter().copied().reduce(|a, b| if score_of(&b) > score_of(&a) { b } else { a });
        best.extend(winner);
        others.extend(same_frame.iter().copied().filter(|index| Some(*index) != winner));
    }
    (best, others)
}

/// Lays out the detections of one person (in time order, one per frame) on a timeline.
fn build_track(recording: &Recording, person: PersonId, detections: &[usize]) -> KeypointTrack {
    let joints = recording.skeleton.len();
    let frame_of = |index: &usize| recording.detections[*index].frame.0;
    let range = match (detections.first(), detections.last()) {
        (Some(first), Some(last)) => FrameRange::new(frame_of(first), frame_of(last) + 1),
        _ => FrameRange::default(),
    };
    let mut keypoints = vec![Keypoint::MISSING; range.len() * joints];
    let mut seen = vec![false; range.len()];
    for index in detections {
        let offset = frame_of(index) - range.start;
        seen[offset] = true;
        keypoints[offset * joints..(offset + 1) * joints]
            .copy_from_slice(&recording.detections[*index].keypoints[..joints]);
    }
    KeypointTrack {
        person,
        skeleton: recording.skeleton,
        range,
        keypoints: keypoints.into(),
        seen: seen.into(),
        is_spurious: false,
    }
}

/// Marks tracks that were seen only briefly, against the longest one: where all are short, none is.
fn mark_spurious(tracks: &mut [KeypointTrack], fps: f64) {
    let longest = tracks.iter().map(KeypointTrack::seen_count).max().unwrap_or(0);
    let min_seen = MIN_SEEN_FRAMES.max((MIN_SEEN_SECS * fps).ceil() as usize).min(longest / 4);
    for track in tracks {
        track.is_spurious = track.seen_count() < min_seen;
    }
}

#[cfg(test)]
mod tests;
