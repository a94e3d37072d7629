//! In and out point and markers of a source: what an edit of one of them leaves.

use super::{Marker, SourceState};
use crate::data::{FrameIndex, FrameRange};

impl SourceState {
    /// The whole clip.
    pub fn frames(&self) -> FrameRange {
        FrameRange::new(0, self.source.frame_count)
    }

    /// What is played: from in to out point.
    pub fn played(&self) -> FrameRange {
        self.trim.unwrap_or(self.frames())
    }

    /// The first played frame, unless it is the clip's.
    pub fn in_point(&self) -> Option<FrameIndex> {
        self.trim.filter(|trim| trim.start > 0).map(|trim| FrameIndex(trim.start))
    }

    /// The last played frame, unless it is the clip's.
    pub fn out_point(&self) -> Option<FrameIndex> {
        self.trim.filter(|trim| trim.end < self.source.frame_count).map(|trim| FrameIndex(trim.end - 1))
    }

    /// The frames to play from `frame` on; an out point before it is given up.
    pub fn played_from(&self, frame: FrameIndex) -> FrameRange {
        let end = self.played().end;
        FrameRange::new(frame.0, if frame.0 < end { end } else { self.source.frame_count })
    }

    /// The frames to play up to and with `frame`; an in point after it is given up.
    pub fn played_to(&self, frame: FrameIndex) -> FrameRange {
        let start = self.played().start;
        FrameRange::new(if frame.0 >= start { start } else { 0 }, frame.0 + 1)
    }

    pub fn marker_at(&self, frame: FrameIndex) -> Option<&Marker> {
        let place = self.markers.binary_search_by_key(&frame, |marker| marker.frame).ok()?;
        self.markers.get(place)
    }

    /// A marker with the next free number for a name.
    pub fn new_marker(&self, frame: FrameIndex) -> Marker {
        let numbers = self.markers.iter().filter_map(|marker| marker.name.strip_prefix("Marker ")?.parse::<u32>().ok());
        Marker { frame, name: format!("Marker {}", numbers.max().unwrap_or(0).saturating_add(1)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::session::{Edit, Session, Settings};

    fn session() -> Session {
        let mut session = Session::new(Settings::default());
        crate::session::tests::source(&mut session, 1, 50);
        session
    }

    #[test]
    fn markers_are_numbered_on() {
        let mut session = session();
        let source = session.active_id().unwrap();
        for (frame, name) in [(3, "Marker 1"), (9, "Marker 2"), (5, "Marker 3")] {
            let marker = session.active().unwrap().new_marker(FrameIndex(frame));
            assert_eq!(marker.name, name);
            session.apply(&Edit::AddMarker { source, marker });
        }
        let active = session.active().unwrap();
        assert_eq!(active.marker_at(FrameIndex(5)).map(|marker| marker.name.as_str()), Some("Marker 3"));
        assert!(active.marker_at(FrameIndex(4)).is_none());
    }

    proptest! {
        #[test]
        fn the_new_point_holds_and_the_frame_is_played(moves in proptest::collection::vec((any::<bool>(), 0usize..50), 1..20)) {
            let mut session = session();
            let source = session.active_id().unwrap();
            for (is_in, frame) in moves {
                let active = session.active().unwrap();
                let at = FrameIndex(frame);
                let played = if is_in { active.played_from(at) } else { active.played_to(at) };
                session.apply(&Edit::SetTrim { source, trim: Some(played) });
                let active = session.active().unwrap();
                prop_assert_eq!(active.played(), played);
                prop_assert!(played.contains(at));
                prop_assert_eq!(if is_in { played.start } else { played.end - 1 }, frame);
                prop_assert_eq!(active.in_point().map_or(0, |at| at.0), played.start);
                prop_assert_eq!(active.out_point().map_or(49, |at| at.0), played.end - 1);
            }
        }
    }
}
