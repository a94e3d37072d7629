//! MediaPipe's 33 landmarks as people write them to CSV: a row per frame, with columns such as `x0,y0,z0,v0`,
//! `x_1`, `0_x`, `NOSE_x` or `left_shoulder_visibility`.

use crate::data::{Keypoint, SkeletonId};

use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::names::{canonical_name, words};
use super::source::{Clues, RawFile};
use super::table::{self, PartColumns};
use super::{KeypointError, Loaded, ReadContext, broken};

pub(super) const NAME: &str = "MediaPipe CSV";

const LANDMARKS: usize = 33;
/// Fewest landmarks that make such a file; some people leave out the face or the hands.
const MIN_LANDMARKS: usize = 17;
/// Landmark coordinates of the image go a little beyond 0..1; pixels go far beyond.
const MAX_IMAGE_SHARE: f32 = 8.0;
/// Words before a landmark's number that say nothing.
const FILLERS: &[&str] = &["landmark", "landmarks", "pose", "point", "keypoint", "kp", "lm", "joint", "body", "mp"];
const FRAME_NAMES: &[&str] = &["frame", "frameidx", "frameindex", "framenumber", "frameid", "frameno", "framenum"];
const PERSON_NAMES: &[&str] = &["person", "personid", "poseid", "id", "trackid", "track"];

pub(super) fn matches(clues: &Clues) -> bool {
    table::first_row(clues.file.text_bytes()).is_some_and(|row| Columns::of(&row).is_some())
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let text = file.text(NAME)?;
    let mut reader = table::rows(text);
    let mut records = reader.records();
    let Some(Ok(header)) = records.next() else { return Err(broken(NAME, &"it has no header")) };
    let columns = Columns::of(&header).ok_or_else(|| broken(NAME, &"its header does not name the landmarks"))?;
    let joints = JointSet::Named(SkeletonId::MediaPipe33, "the columns name the landmarks of MediaPipe".to_owned());
    let mut people = Vec::new();
    let mut bad_rows = 0;
    for (number, row) in records.enumerate() {
        if number % 1024 == 0 {
            context.cancel.check()?;
        }
        let Ok(row) = row else {
            bad_rows += 1;
            continue;
        };
        let keypoints: Vec<Keypoint> =
            columns.landmarks.iter().map(|part| part.map_or(Keypoint::MISSING, |part| part.keypoint(&row))).collect();
        let label = match columns.frame.and_then(|column| row.get(column)) {
            Some(label) => match label.parse::<f64>() {
                Ok(frame) if frame.abs() < 1e15 => FrameLabel::Number(frame as i64),
                _ => FrameLabel::Name(label.to_owned()),
            },
            None => FrameLabel::Number(number as i64),
        };
        let id = columns.person.and_then(|column| table::number(&row, column)).map(f64::from);
        people.push((label, DraftPerson { id, keypoints, ..DraftPerson::default() }));
    }
    let units = units(&people).map_err(|why| broken(NAME, &why))?;
    let mut draft = Draft::new(NAME, joints, units, context);
    for (label, person) in people {
        if person.keypoints.iter().all(Keypoint::is_missing) {
            draft.add_frame(label)?;
        } else {
            draft.add(label, person)?;
        }
    }
    table::report_bad_rows(bad_rows, context);
    draft.finish(&file.name, context)
}

/// Shares of the image or pixels; world landmarks, which are metres around the hips, are refused.
fn units(people: &[(FrameLabel, DraftPerson)]) -> Result<Units, &'static str> {
    let (mut seen, mut negative, mut large) = (0usize, 0usize, 0usize);
    for joint in people.iter().flat_map(|(_, person)| &person.keypoints).filter(|joint| !joint.is_missing()) {
        seen += 1;
        negative += usize::from(joint.x < 0.0 || joint.y < 0.0);
        large += usize::from(joint.x.abs() > MAX_IMAGE_SHARE || joint.y.abs() > MAX_IMAGE_SHARE);
    }
    if large * 2 > seen {
        Ok(Units::Pixels)
    } else if negative * 2 > seen {
        Err("most coordinates are negative: these are world landmarks in metres. Write the image landmarks instead")
    } else {
        Ok(Units::ImageShare)
    }
}

struct Columns {
    frame: Option<usize>,
    person: Option<usize>,
    /// `[33]`
    landmarks: Vec<Option<PartColumns>>,
}

impl Columns {
    /// What the header names; none if that is not MediaPipe's landmarks.
    fn of(header: &csv::StringRecord) -> Option<Self> {
        let joined: Vec<String> = header.iter().map(|cell| words(cell).concat()).collect();
        let named = |names: &[&str]| joined.iter().position(|cell| names.contains(&cell.as_str()));
        let cells: Vec<(Landmark, Channel, usize)> = header
            .iter()
            .enumerate()
            .filter_map(|(column, cell)| {
                let (landmark, channel) = landmark_of(cell)?;
                Some((landmark, channel, column))
            })
            .collect();
        let numbers = || cells.iter().filter_map(|(landmark, ..)| landmark.number());
        // Numbers start at 0, or at 1 where nothing is called 0.
        let first = numbers().min().unwrap_or(0).min(1);
        let count = numbers().max().map_or(0, |last| (last + 1).saturating_sub(first));
        // More than the body: holistic files go on with face and hands.
        if count != 0 && count != LANDMARKS && count < 400 {
            return None;
        }
        let mut found = vec![[None; 3]; LANDMARKS];
        for (landmark, channel, column) in cells {
            let place = match landmark {
                Landmark::Number(number) => number.checked_sub(first),
                Landmark::Place(place) => Some(place),
            };
            if let Some(channels) = place.and_then(|place| found.get_mut(place)) {
                channels[channel as usize].get_or_insert(column);
            }
        }
        let landmarks: Vec<Option<PartColumns>> =
            found.into_iter().map(|[x, y, confidence]| Some(PartColumns { x: x?, y: y?, confidence })).collect();
        (landmarks.iter().flatten().count() >= MIN_LANDMARKS).then_some(Self {
            frame: named(FRAME_NAMES),
            person: named(PERSON_NAMES),
            landmarks,
        })
    }
}

#[derive(Clone, Copy)]
enum Channel {
    X,
    Y,
    Visibility,
}

#[derive(Clone, Copy)]
enum Landmark {
    Number(usize),
    /// By name.
    Place(usize),
}

impl Landmark {
    fn number(self) -> Option<usize> {
        match self {
            Self::Number(number) => Some(number),
            Self::Place(_) => None,
        }
    }
}

/// `x_0`, `0_x`, `landmark_0_x`, `NOSE_x`, `x_nose` and the like; depths are of no use here.
fn landmark_of(cell: &str) -> Option<(Landmark, Channel)> {
    let mut words = words(cell);
    let channel_of = |word: &str| match word {
        "x" => Some(Channel::X),
        "y" => Some(Channel::Y),
        "v" | "vis" | "visibility" => Some(Channel::Visibility),
        _ => None,
    };
    let channel = if let Some(channel) = channel_of(words.last()?) {
        words.pop();
        channel
    } else {
        let channel = channel_of(words.first()?)?;
        words.remove(0);
        channel
    };
    words.retain(|word| !FILLERS.contains(&word.as_str()));
    let landmark = match words.as_slice() {
        [number] if number.bytes().all(|byte| byte.is_ascii_digit()) => Landmark::Number(number.parse().ok()?),
        _ => {
            let name = canonical_name(&words.join(" "))?;
            let joints = SkeletonId::MediaPipe33.skeleton().joints;
            Landmark::Place(joints.iter().position(|joint| canonical_name(joint).as_ref() == Some(&name))?)
        }
    };
    Some((landmark, channel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_kinds_are_understood() {
        let joints = SkeletonId::MediaPipe33.skeleton().joints;
        let numbered = |first: usize, name: fn(usize, &str) -> String| {
            (first..first + LANDMARKS)
                .flat_map(|at| ["x", "y", "z", "v"].map(|channel| name(at, channel)))
                .collect::<csv::StringRecord>()
        };
        let headers = [
            numbered(0, |at, channel| format!("{channel}{at}")),
            numbered(1, |at, channel| format!("{channel}_{at}")),
            numbered(0, |at, channel| format!("landmark_{at:02}_{channel}")),
            joints
                .iter()
                .flat_map(|joint| {
                    ["X", "Y", "Z", "V"].map(|c| format!("{}_{c}", joint.to_uppercase().replace(' ', "_")))
                })
                .collect(),
        ];
        for header in headers {
            let columns = Columns::of(&header).unwrap();
            for (place, part) in columns.landmarks.iter().enumerate() {
                let part = part.unwrap();
                assert_eq!((part.x, part.y, part.confidence), (place * 4, place * 4 + 1, Some(place * 4 + 3)));
            }
        }
        let short: csv::StringRecord = (0..17).flat_map(|at| [format!("x{at}"), format!("y{at}")]).collect();
        assert!(Columns::of(&short).is_none());
    }
}
