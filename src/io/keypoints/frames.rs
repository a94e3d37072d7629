//! From what a file calls its frames to a timeline.

use std::collections::HashMap;

use crate::support::{Notice, Notices};

use super::{KeypointError, MAX_FRAMES};

/// Where numbers are absurd, longer gaps than this count as one frame.
const LONGEST_GAP: i64 = MAX_FRAMES as i64 / 10;

/// What a file calls a frame.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum FrameLabel {
    Number(i64),
    /// Usually the name of an image.
    Name(String),
}

impl FrameLabel {
    /// The whole name as a number, or the last group of digits in its stem ("cam01.0081.json" is 81).
    fn number(&self) -> Option<i64> {
        let name = match self {
            Self::Number(number) => return Some(*number),
            Self::Name(name) => name.trim(),
        };
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let stem = match file.rsplit_once('.') {
            Some((stem, extension)) if extension.contains(|c: char| c.is_ascii_alphabetic()) => stem,
            _ => file,
        };
        stem.parse().ok().or_else(|| {
            let end = stem.rfind(|c: char| c.is_ascii_digit())? + 1;
            let start = stem[..end]
                .rfind(|c: char| !c.is_ascii_digit())
                .map_or(0, |at| at + stem[at..].chars().next().map_or(1, char::len_utf8));
            stem[start..end].parse().ok()
        })
    }
}

/// The distinct frames of a file in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct FrameLabels {
    labels: Vec<FrameLabel>,
    places: HashMap<FrameLabel, usize>,
}

/// The frames of a file as timeline frames.
#[derive(Debug, PartialEq)]
pub(super) struct Timeline {
    pub first_number: i64,
    pub frame_count: usize,
    /// Timeline frame of each label.
    pub frames: Vec<usize>,
}

impl FrameLabels {
    /// The place of a label, and whether it is new.
    pub fn place(&mut self, label: FrameLabel) -> (usize, bool) {
        // The people of one frame usually follow one another.
        if self.labels.last() == Some(&label) {
            return (self.labels.len() - 1, false);
        }
        if let Some(place) = self.places.get(&label) {
            return (*place, false);
        }
        let place = self.labels.len();
        if place > MAX_FRAMES {
            // Refused when the file ends; until then memory stays bounded.
            return (place - 1, false);
        }
        self.labels.push(label.clone());
        self.places.insert(label, place);
        (place, true)
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Frame numbers when all labels have one, else the order of appearance.
    pub fn timeline(&self, notices: &Notices) -> Result<Timeline, KeypointError> {
        let count = self.labels.len();
        if count > MAX_FRAMES {
            return Err(KeypointError::Unrecognised(format!(
                "it has more frames than the {MAX_FRAMES} that can be opened. Split it"
            )));
        }
        let numbers = self.numbers(notices).unwrap_or_else(|| (0..count as i64).collect());
        let mut distinct = numbers.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let (Some(&first), Some(&last)) = (distinct.first(), distinct.last()) else {
            return Ok(Timeline { first_number: 0, frame_count: 0, frames: Vec::new() });
        };
        if first < 0 {
            notices.add(
                Notice::warning(format!("Frame numbers start at {first}"))
                    .why("the timeline starts at the first frame of the file, whatever its number"),
            );
        }
        let places = shorten(&distinct, i64::MAX).unwrap_or_else(|| {
            notices.add(
                Notice::warning(format!("Frame numbers run from {first} to {last}: gaps were shortened"))
                    .why(format!("a timeline has at most {MAX_FRAMES} frames"))
                    .hint("Check the image names if the time between frames matters."),
            );
            shorten(&distinct, LONGEST_GAP).unwrap_or_else(|| (0..distinct.len()).collect())
        });
        let frames = numbers.iter().map(|number| places[distinct.partition_point(|known| known < number)]).collect();
        let frame_count = places.last().map_or(0, |last| last + 1);
        Ok(Timeline { first_number: first, frame_count, frames })
    }

    fn numbers(&self, notices: &Notices) -> Option<Vec<i64>> {
        let count = self.labels.len();
        let numbers: Vec<i64> = self.labels.iter().filter_map(FrameLabel::number).collect();
        let in_order = |why: String| {
            notices.add(
                Notice::warning("Frames are taken in the order of the file")
                    .why(why)
                    .hint("Frames without people that the file leaves out cannot be told."),
            );
        };
        if numbers.len() < count && count == 1 {
            return None;
        }
        if numbers.len() < count {
            let nameless = self.labels.iter().find(|label| label.number().is_none());
            in_order(match nameless {
                Some(FrameLabel::Name(name)) => {
                    format!("image names without a frame number: {}, such as '{name}'", count - numbers.len())
                }
                _ => "images have no frame number".to_owned(),
            });
            return None;
        }
        let mut distinct = numbers.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let shared = count - distinct.len();
        // The digits are no frame numbers when many images have the same ("a_720p.jpg", "b_720p.jpg").
        if shared * 10 > count {
            in_order(format!("images that share their number with another: {shared} of {count}"));
            return None;
        }
        if shared > 0 {
            notices.add(
                Notice::warning(format!("Images with the frame number of another: {shared}"))
                    .why("their people are shown in the same frame"),
            );
        }
        Some(numbers)
    }
}

/// Timeline frames of sorted numbers, a longer gap counting as one frame; none if the timeline gets too long.
fn shorten(sorted: &[i64], longest_gap: i64) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(sorted.len());
    let mut at = 0usize;
    let mut previous = *sorted.first()?;
    for number in sorted {
        let gap = number.saturating_sub(previous);
        at = at.checked_add(if gap > longest_gap { 1 } else { usize::try_from(gap).ok()? })?;
        if at >= MAX_FRAMES {
            return None;
        }
        places.push(at);
        previous = *number;
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline_of(names: &[&str]) -> (Timeline, usize) {
        let mut labels = FrameLabels::default();
        for name in names {
            labels.place(FrameLabel::Name((*name).to_owned()));
        }
        let notices = Notices::new();
        (labels.timeline(&notices).unwrap(), notices.take().len())
    }

    #[test]
    fn numbers_come_from_names() {
        for (name, number) in [
            ("12.jpg", 12),
            ("frame_000012.png", 12),
            ("cam01.0081.json", 81),
            ("clip_000000000007_keypoints.json", 7),
            ("cam01.0081", 81),
            ("7", 7),
            ("-5.jpg", -5),
            ("a/b2/take-3.jpeg", 3),
            ("é9é.png", 9),
        ] {
            assert_eq!(FrameLabel::Name(name.to_owned()).number(), Some(number), "{name}");
        }
        assert_eq!(FrameLabel::Name("intro.jpg".to_owned()).number(), None);
        assert_eq!(FrameLabel::Name("99999999999999999999.jpg".to_owned()).number(), None);
    }

    #[test]
    fn gaps_stay() {
        let (timeline, warnings) = timeline_of(&["7.jpg", "5.jpg", "9.jpg", "5.jpg"]);
        assert_eq!(timeline, Timeline { first_number: 5, frame_count: 5, frames: vec![2, 0, 4] });
        assert_eq!(warnings, 0);
    }

    #[test]
    fn without_numbers_the_order_counts() {
        let (timeline, warnings) = timeline_of(&["b.jpg", "a.jpg", "c.jpg"]);
        assert_eq!(timeline.frames, [0, 1, 2]);
        assert_eq!(warnings, 1);
        let (timeline, warnings) = timeline_of(&["b_720p.jpg", "a_720p.jpg"]);
        assert_eq!((timeline.frames.len(), timeline.frame_count, warnings), (2, 2, 1));
    }

    #[test]
    fn absurd_gaps_are_shortened_and_others_stay() {
        let (timeline, warnings) = timeline_of(&["0.jpg", "3.jpg", "1000000000000.jpg"]);
        assert_eq!(timeline.frames, [0, 3, 4]);
        assert_eq!(warnings, 1);
        let (timeline, _) = timeline_of(&["-9223372036854775808", "9223372036854775807"]);
        assert_eq!(timeline.frames, [0, 1]);
        let stamps: Vec<String> = (0..100).map(|i| format!("{}.jpg", 1_700_000_000_000_i64 + i * 33_333)).collect();
        let (timeline, _) = timeline_of(&stamps.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(timeline.frame_count, 100);
    }

    #[test]
    fn too_many_frames_are_refused() {
        let mut labels = FrameLabels::default();
        for number in 0..MAX_FRAMES as i64 + 10 {
            labels.place(FrameLabel::Number(number));
        }
        assert_eq!(labels.len(), MAX_FRAMES + 1);
        assert!(labels.timeline(&Notices::new()).is_err());
    }
}
