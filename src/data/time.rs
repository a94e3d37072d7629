//! Newtypes for frames, joints and people.

use serde::{Deserialize, Serialize};

/// A frame on the timeline of one recording: 0 is the first frame of the file, whatever number the file gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FrameIndex(pub usize);

/// A joint of some [`super::Skeleton`], by its place in that skeleton.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JointIndex(pub usize);

/// A person of one recording: the file's own tracking id, or one given by our tracker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub u32);

impl std::fmt::Display for PersonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Frames `start..end` of a recording's timeline (`end` is not included).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FrameRange {
    pub start: usize,
    pub end: usize,
}

impl FrameRange {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    pub fn of_len(start: usize, len: usize) -> Self {
        Self { start, end: start + len }
    }

    pub fn len(self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(self) -> bool {
        self.end == self.start
    }

    pub fn contains(self, frame: FrameIndex) -> bool {
        (self.start..self.end).contains(&frame.0)
    }

    /// The place of `frame` counted from `start`, if inside.
    pub fn offset_of(self, frame: FrameIndex) -> Option<usize> {
        self.contains(frame).then(|| frame.0 - self.start)
    }

    pub fn intersect(self, other: Self) -> Self {
        let start = self.start.max(other.start);
        Self { start, end: self.end.min(other.end).max(start) }
    }

    /// The smallest range that holds both; an empty range adds nothing.
    pub fn union(self, other: Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other,
            (_, true) => self,
            _ => Self { start: self.start.min(other.start), end: self.end.max(other.end) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_meet_and_join() {
        let a = FrameRange::new(2, 6);
        let b = FrameRange::new(4, 9);
        assert_eq!(a.intersect(b), FrameRange::new(4, 6));
        assert_eq!(a.union(b), FrameRange::new(2, 9));
        assert!(a.intersect(FrameRange::new(8, 9)).is_empty());
        assert_eq!(a.union(FrameRange::default()), a);
        assert_eq!(a.offset_of(FrameIndex(5)), Some(3));
        assert_eq!(a.offset_of(FrameIndex(6)), None);
    }
}
