//! Places on the timeline that are worth going to: marks, gaps, where the detector was least sure, and where repeated
//! movements begin.

use std::collections::HashSet;

use super::Session;
use crate::data::{FrameIndex, FrameRange, KeypointTrack, PersonId, Repetitions};
use crate::motion::confidence::{ConfidenceProfile, dips, full_confidence};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Back,
    Forward,
}

/// Seconds within which low confidence counts as one dip.
const DIP_SECS: f64 = 0.5;

impl Session {
    /// The next marker, in point, out point or end of the clip; none at the end.
    pub fn mark_beside(&self, direction: Direction) -> Option<FrameIndex> {
        let active = self.active()?;
        let ends = |range: FrameRange| [range.start, range.end.saturating_sub(1)];
        let trim = active.trim.map(ends).into_iter().flatten();
        let marks = active.markers.iter().map(|marker| marker.frame.0).chain(trim).chain(ends(self.clock.range()));
        beside(marks, self.frame().0, direction)
    }

    /// The first frame of the next gap: a stretch in which one of [`Session::watched_tracks`] was not seen.
    pub fn gap_beside(&self, direction: Direction) -> Option<FrameIndex> {
        let starts: Vec<usize> = self
            .watched_tracks()
            .flat_map(|track| {
                let seen = |offset: usize| track.seen[offset];
                let is_start = move |offset: &usize| !seen(*offset) && (*offset == 0 || seen(offset - 1));
                let starts = (0..track.range.len()).filter(is_start);
                starts.map(|offset| track.range.start + offset)
            })
            .collect();
        beside(starts.into_iter(), self.frame().0, direction)
    }

    /// The frame of lowest confidence of [`Session::watched_tracks`]; from there the next lowest, apart from it, and
    /// after the last the lowest again.
    pub fn worst_confidence(&self) -> Option<FrameIndex> {
        let active = self.active()?;
        let full = full_confidence(&active.source.tracks);
        let apart = (DIP_SECS * active.fps).ceil() as usize;
        let mut worst: Vec<(FrameIndex, f32)> =
            self.watched_tracks().flat_map(|track| dips(&ConfidenceProfile::new(track, full), apart)).collect();
        worst.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut met = HashSet::new();
        worst.retain(|(frame, _)| met.insert(*frame));
        let here = worst.iter().position(|(frame, _)| *frame == self.frame());
        let next = here.map_or(0, |place| (place + 1) % worst.len());
        worst.get(next).map(|(frame, _)| *frame)
    }

    /// Where the next repetition of [`Session::watched_repetitions`] begins, or the last of a bout ends.
    pub fn repetition_beside(&self, direction: Direction) -> Option<FrameIndex> {
        let boundaries = self.watched_repetitions().flat_map(|bout| bout.boundaries.iter().copied());
        beside(boundaries, self.frame().0, direction)
    }

    /// The repetition of [`Session::watched_repetitions`] that the playhead is in.
    pub fn repetition_here(&self) -> Option<FrameRange> {
        self.watched_repetitions().find_map(|bout| {
            let (place, _) = bout.phase(self.frame().0)?;
            Some(FrameRange::new(*bout.boundaries.get(place)?, *bout.boundaries.get(place + 1)?))
        })
    }

    /// What the selected person, or everyone shown, does again and again.
    pub fn watched_repetitions(&self) -> impl Iterator<Item = &Repetitions> {
        let motion = self.active_motion();
        self.watched_people().filter_map(move |id| motion?.person(id)).flat_map(|person| person.repetitions.iter())
    }

    /// The selected person's keypoints, or those of everyone shown.
    pub fn watched_tracks(&self) -> impl Iterator<Item = &KeypointTrack> {
        let active = self.active();
        self.watched_people().filter_map(move |id| active?.source.track(id))
    }

    fn watched_people(&self) -> impl Iterator<Item = PersonId> {
        let selected = self.selection.person();
        let people = self.active().into_iter().flat_map(|active| active.people.iter());
        people.filter(move |person| selected.map_or(person.is_visible, |id| id == person.id)).map(|person| person.id)
    }
}

fn beside(frames: impl Iterator<Item = usize>, here: usize, direction: Direction) -> Option<FrameIndex> {
    match direction {
        Direction::Back => frames.filter(|frame| *frame < here).max(),
        Direction::Forward => frames.filter(|frame| *frame > here).min(),
    }
    .map(FrameIndex)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::skeleton::COCO_17;
    use crate::data::{Keypoint, PersonId, Recording, SkeletonChoice};
    use crate::io::keypoints::ReadOptions;
    use crate::session::{Edit, Marker, Settings, Source, SourceId};

    /// A person over 100 frames with a gap in 20..25 and confidence as `confidence` says.
    fn session(confidence: fn(usize) -> f32) -> (Session, SourceId) {
        let mut session = Session::new(Settings::default());
        let id = session.new_source_id();
        let recording = Recording {
            name: "clip".to_owned(),
            format: "test",
            skeleton: &COCO_17,
            skeleton_choice: SkeletonChoice { reason: String::new(), alternatives: vec![] },
            fps: Some(30.0),
            image_size: None,
            first_frame_number: 0,
            frame_count: 100,
            detections: vec![],
            is_normalised: false,
        };
        let seen = |frame: &usize| !(20..25).contains(frame);
        let track = KeypointTrack {
            person: PersonId(1),
            skeleton: &COCO_17,
            range: FrameRange::new(0, 100),
            keypoints: (0..100).flat_map(|frame| vec![Keypoint::new(1.0, 2.0, confidence(frame)); 17]).collect(),
            seen: (0..100).map(|frame| seen(&frame)).collect(),
            is_spurious: false,
        };
        let source = Source::from_recording(id, None, recording, vec![track], ReadOptions::default());
        session.add_source(&Arc::new(source), false);
        (session, id)
    }

    fn walk(session: &mut Session, next: impl Fn(&Session) -> Option<FrameIndex>) -> Vec<usize> {
        let mut frames = Vec::new();
        while let Some(frame) = next(session).filter(|frame| frames.len() < 9 && frames.first() != Some(&frame.0)) {
            session.clock.seek(frame);
            frames.push(frame.0);
        }
        frames
    }

    #[test]
    fn marks_are_markers_in_and_out_and_the_ends() {
        let (mut session, source) = session(|_| 0.9);
        session.apply(&Edit::SetTrim { source, trim: Some(FrameRange::new(10, 60)) });
        for frame in [40, 80] {
            let marker = Marker { frame: FrameIndex(frame), name: String::new() };
            session.apply(&Edit::AddMarker { source, marker });
        }
        assert_eq!(walk(&mut session, |s| s.mark_beside(Direction::Forward)), [10, 40, 59, 80, 99]);
        assert_eq!(walk(&mut session, |s| s.mark_beside(Direction::Back)), [80, 59, 40, 10, 0]);
    }

    #[test]
    fn gaps_and_dips_are_those_of_the_watched() {
        let dipped = |frame| {
            if frame == 50 {
                0.2
            } else if frame == 90 {
                0.4
            } else {
                0.9
            }
        };
        let (mut session, _) = session(dipped);
        assert_eq!(session.gap_beside(Direction::Forward), Some(FrameIndex(20)));
        assert_eq!(session.gap_beside(Direction::Back), None);
        assert_eq!(walk(&mut session, Session::worst_confidence), [50, 90]);
        session.selection.select_person(Some(PersonId(7)));
        assert_eq!((session.gap_beside(Direction::Forward), session.worst_confidence()), (None, None));
    }

    #[test]
    fn playback_keeps_to_in_and_out_through_undo() {
        let (mut session, source) = session(|_| 0.9);
        let trim = FrameRange::new(10, 60);
        session.apply(&Edit::SetTrim { source, trim: Some(trim) });
        assert_eq!(session.clock.play_range(), trim);
        session.activate(source);
        assert_eq!(session.clock.play_range(), trim);
        session.undo();
        assert_eq!(session.clock.play_range(), session.clock.range());
    }
}
