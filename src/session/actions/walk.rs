//! From one segment to the next, and from one hit to the next.

use super::{Hit, Stretch};
use crate::data::{FrameIndex, PersonId, Segment};
use crate::session::{Direction, Session};

impl Session {
    /// The next segment of the selected person, or of everyone shown, that begins after or before the shown frame.
    pub fn segment_beside(&self, direction: Direction) -> Option<(PersonId, Segment)> {
        let labels = self.labels(self.active_id()?)?;
        let here = self.frame().0;
        let selected = self.selection.person();
        let is_watched = |id: PersonId| match selected {
            Some(selected) => id == selected,
            None => self.person(id).is_some_and(|person| person.is_visible),
        };
        let people = labels.people.iter().filter(|person| is_watched(person.person));
        let beside = people.filter_map(|person| {
            let segments = &person.segments;
            let place = match direction {
                Direction::Forward => segments.partition_point(|segment| segment.range.start <= here),
                Direction::Back => segments.partition_point(|segment| segment.range.start < here).checked_sub(1)?,
            };
            Some((person.person, *segments.get(place)?))
        });
        match direction {
            Direction::Forward => beside.min_by_key(|(_, segment)| segment.range.start),
            Direction::Back => beside.max_by_key(|(_, segment)| segment.range.start),
        }
    }

    /// The next hit in the order of the list, around its ends.
    pub fn hit_beside(&self, direction: Direction) -> Option<usize> {
        let count = self.found()?.hits.len();
        let here = self.actions.current.filter(|current| *current < count);
        match (here, direction) {
            _ if count == 0 => None,
            (None, Direction::Forward) => Some(0),
            (None, Direction::Back) => Some(count - 1),
            (Some(here), Direction::Forward) => Some((here + 1) % count),
            (Some(here), Direction::Back) => Some((here + count - 1) % count),
        }
    }

    /// Shows a hit: its clip, its first frame, its person; none if its clip is gone.
    pub fn go_to_hit(&mut self, place: usize) -> Option<Hit> {
        let hit = *self.found()?.hits.get(place)?;
        self.document().source(hit.at.source)?;
        self.actions.current = Some(place);
        self.go_to(hit.at);
        Some(hit)
    }

    /// Shows the first frame of a stretch, in its clip.
    pub fn go_to(&mut self, stretch: Stretch) {
        if self.active_id() != Some(stretch.source) {
            self.activate(stretch.source);
        }
        self.selection.selected = Some(crate::session::Pick::body(stretch.person));
        self.clock.pause();
        self.clock.seek(FrameIndex(stretch.range.start));
    }
}
