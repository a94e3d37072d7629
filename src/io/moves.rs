//! Files of named movements, which people share: JSON with the keypoints of every example.
//!
//! `{"format": "motionbert-moves", "version": 1, "classes": [{"name", "examples": [{"clip", "person", "frames":
//! [first, end], "fps", "stretch": [first, end], "keypoints": [[x, y, confidence of 17 joints], one list for each
//! frame]}]}]}`; `frames` are those of the clip that it is from, `stretch` the same in `keypoints`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::data::{FrameRange, H36M_JOINTS, MoveClass, MoveExample, MoveOrigin, MoveSet, PersonId};
use crate::support::CancelToken;

use super::atomic::{self, WriteError};

/// Ending of the files.
pub const EXTENSION: &str = "moves.json";
const FORMAT: &str = "motionbert-moves";
const VERSION: u32 = 1;

/// Longest file that is read.
const MAX_BYTES: u64 = 64 << 20;
const MAX_CLASSES: usize = 500;
const MAX_EXAMPLES: usize = 2_000;
/// A movement takes seconds; this is half an hour at 30 frames per second, of all examples together.
const MAX_FRAMES: usize = 54_000;
const MAX_NAME_CHARS: usize = 200;
/// Frames per second that are believed.
const FPS_RANGE: std::ops::RangeInclusive<f64> = 1.0..=1_000.0;
const FRAME_VALUES: usize = H36M_JOINTS * 3;
/// Coordinates and confidences are written with four decimals.
const DECIMALS: f64 = 1e4;

#[derive(Debug, thiserror::Error)]
pub enum MovesError {
    #[error("the moves cannot be read: {source} ({path})")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the moves cannot be read: {why} ({path})")]
    Content { path: PathBuf, why: String },
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    classes: Vec<FileClass>,
}

#[derive(Serialize, Deserialize)]
struct FileClass {
    name: String,
    examples: Vec<FileExample>,
}

#[derive(Serialize, Deserialize)]
struct FileExample {
    clip: String,
    person: PersonId,
    /// First frame, and the one after the last.
    frames: [usize; 2],
    fps: f64,
    /// The movement in `keypoints`; all of them where it is not said.
    stretch: Option<[usize; 2]>,
    keypoints: Vec<Vec<f64>>, // [frames, 17 * 3]
}

/// What every version says of itself.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u32>,
}

/// Reads a file of moves.
///
/// # Errors
/// [`MovesError`] when it cannot be read, is something else, is of a newer version, or says what cannot be.
pub fn read(path: &Path) -> Result<MoveSet, MovesError> {
    let io = |source| MovesError::Io { path: path.to_owned(), source };
    let content = |why: String| MovesError::Content { path: path.to_owned(), why };
    let bytes = std::fs::metadata(path).map_err(io)?.len();
    if bytes > MAX_BYTES {
        return Err(content(format!("it has {} MB; {} MB is the limit", bytes >> 20, MAX_BYTES >> 20)));
    }
    parse(&std::fs::read(path).map_err(io)?).map_err(content)
}

/// Writes a file of moves, whole or not at all.
///
/// # Errors
/// What [`atomic::write`] says.
pub fn write(path: &Path, moves: &MoveSet, cancel: &CancelToken) -> Result<(), WriteError> {
    atomic::write(path, cancel, |out| serde_json::to_writer(out, &File::of(moves)).map_err(std::io::Error::from))
}

fn parse(text: &[u8]) -> Result<MoveSet, String> {
    let head: Head = serde_json::from_slice(text).map_err(|error| format!("it is no file of moves: {error}"))?;
    match (head.format.as_deref(), head.version) {
        (Some(FORMAT), Some(VERSION)) => {}
        (Some(FORMAT), Some(newer)) => {
            return Err(format!(
                "it is of version {newer}, and this program knows version {VERSION}; a newer program reads it"
            ));
        }
        _ => return Err(format!("it is no file of moves: \"format\" is not \"{FORMAT}\"")),
    }
    let file: File = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    file.checked()
}

impl File {
    fn of(moves: &MoveSet) -> Self {
        let example = |example: &MoveExample| FileExample {
            clip: example.origin.clip.clone(),
            person: example.origin.person,
            frames: [example.origin.range.start, example.origin.range.end],
            fps: example.fps,
            stretch: Some([example.stretch.start, example.stretch.end]),
            keypoints: example
                .clip
                .chunks_exact(FRAME_VALUES)
                .map(|frame| frame.iter().map(rounded).collect())
                .collect(),
        };
        let class = |class: &MoveClass| FileClass {
            name: class.name.clone(),
            examples: class.examples.iter().map(example).collect(),
        };
        Self { format: FORMAT.to_owned(), version: VERSION, classes: moves.classes.iter().map(class).collect() }
    }

    fn checked(self) -> Result<MoveSet, String> {
        let most = |what: &str, found: usize, most: usize| match found > most {
            true => Err(format!("it has {found} {what}; {most} is the limit")),
            false => Ok(()),
        };
        let examples = || self.classes.iter().flat_map(|class| &class.examples);
        most("classes", self.classes.len(), MAX_CLASSES)?;
        most("examples", examples().count(), MAX_EXAMPLES)?;
        most("frames", examples().map(|example| example.keypoints.len()).sum(), MAX_FRAMES)?;
        let mut moves = MoveSet::default();
        for class in self.classes {
            let name = class.name.trim();
            if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
                return Err(format!("a class needs a name of 1 to {MAX_NAME_CHARS} characters"));
            }
            for (place, example) in class.examples.into_iter().enumerate() {
                let example = example.checked().map_err(|why| format!("example {} of \"{name}\" {why}", place + 1))?;
                moves.add(name, example);
            }
        }
        Ok(moves)
    }
}

impl FileExample {
    fn checked(self) -> Result<MoveExample, String> {
        if !FPS_RANGE.contains(&self.fps) {
            return Err(format!("has {} frames per second", self.fps));
        }
        let [first, last] = self.stretch.unwrap_or([0, self.keypoints.len()]);
        if first > last || last > self.keypoints.len() {
            return Err(format!("has {} frames, and its movement from {first} to {last}", self.keypoints.len()));
        }
        if last - first < MoveExample::min_frames(self.fps) {
            return Err(format!("has {} frames, which are too few to say what moves", last - first));
        }
        if let Some(frame) = self.keypoints.iter().find(|frame| frame.len() != FRAME_VALUES) {
            return Err(format!("has a frame of {} values; {FRAME_VALUES} are needed", frame.len()));
        }
        if self.keypoints.iter().flatten().any(|value| !(-1.0..=1.0).contains(value)) {
            return Err("has values outside -1 to 1".to_owned());
        }
        if self.clip.chars().count() > MAX_NAME_CHARS {
            return Err(format!("is from a clip with a name of more than {MAX_NAME_CHARS} characters"));
        }
        let [start, end] = self.frames;
        Ok(MoveExample {
            origin: MoveOrigin { clip: self.clip, person: self.person, range: FrameRange::new(start, end) },
            fps: self.fps,
            stretch: FrameRange::new(first, last),
            clip: self.keypoints.into_iter().flatten().map(|value| value as f32).collect(),
        })
    }
}

fn rounded(value: &f32) -> f64 {
    (f64::from(*value) * DECIMALS).round() / DECIMALS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves() -> MoveSet {
        let example = |person: u32| MoveExample {
            origin: MoveOrigin {
                clip: "gym.json".to_owned(),
                person: PersonId(person),
                range: FrameRange::new(30, 50),
            },
            fps: 29.97,
            stretch: FrameRange::new(1, 20),
            clip: (0..20 * FRAME_VALUES).map(|i| (i as f32 / 64.0).fract() - 0.5).collect(),
        };
        let mut moves = MoveSet::default();
        moves.add("my squat", example(1));
        moves.add("my squat", example(2));
        moves.add("Sprung \u{201e}hoch\u{201c}", example(3));
        moves
    }

    fn close(a: &MoveSet, b: &MoveSet) -> bool {
        let clips = |moves: &MoveSet| -> Vec<f32> {
            moves.classes.iter().flat_map(|class| &class.examples).flat_map(|e| e.clip.to_vec()).collect()
        };
        clips(a).len() == clips(b).len() && clips(a).iter().zip(clips(b)).all(|(a, b)| (a - b).abs() <= 0.51e-4)
    }

    #[test]
    fn a_set_reads_back_and_written_again_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let (path, again) = (folder.path().join("a.moves.json"), folder.path().join("b.moves.json"));
        let cancel = CancelToken::new();
        write(&path, &moves(), &cancel).unwrap();
        let found = read(&path).unwrap();
        assert!(close(&found, &moves()));
        assert_eq!(found.names().collect::<Vec<_>>(), moves().names().collect::<Vec<_>>());
        assert_eq!(found.classes[0].examples[1].origin, moves().classes[0].examples[1].origin);
        let second = &found.classes[0].examples[1];
        assert_eq!((second.fps, second.stretch), (29.97, FrameRange::new(1, 20)));
        write(&again, &found, &cancel).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&again).unwrap());
    }

    #[test]
    fn every_fault_is_named() {
        let good = serde_json::to_value(File::of(&moves())).unwrap();
        assert!(parse(good.to_string().as_bytes()).is_ok());
        let frame: Vec<f64> = vec![0.5; FRAME_VALUES];
        let cases = [
            ("/format", "other".into(), "format"),
            ("/version", 2.into(), "version 2"),
            ("/classes/1/name", "  ".into(), "name"),
            ("/classes/1/name", "x".repeat(201).into(), "name"),
            ("/classes/0/examples/0/fps", 0.into(), "example 1 of \"my squat\" has 0 frames per second"),
            ("/classes/0/examples/0/stretch", serde_json::json!([3, 8]), "5 frames, which are too few"),
            ("/classes/0/examples/0/stretch", serde_json::json!([4, 21]), "movement from 4 to 21"),
            ("/classes/0/examples/0/stretch", serde_json::json!([9, 4]), "movement from 9 to 4"),
            ("/classes/0/examples/0/keypoints", serde_json::json!([]), "has 0 frames"),
            ("/classes/0/examples/0/keypoints/1", serde_json::json!([0.5]), "a frame of 1 values"),
            ("/classes/0/examples/0/keypoints/1/7", 1.5.into(), "outside -1 to 1"),
            ("/classes/0/examples/0/keypoints/1/7", serde_json::Value::Null, "null"),
            ("/classes/0/examples/0/clip", "x".repeat(201).into(), "clip"),
            ("/classes/0/examples/0/keypoints", vec![frame; MAX_FRAMES].into(), "frames; 54000 is the limit"),
        ];
        for (place, value, wanted) in cases {
            let mut bad = good.clone();
            *bad.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
            let why = parse(bad.to_string().as_bytes()).unwrap_err();
            assert!(why.contains(wanted), "{place}: {why}");
        }
        for text in ["", "[1, 2", "[]", "{}", "null", "{\"format\": \"motionbert-moves\", \"version\": 1}"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_or_too_long_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none.moves.json");
        assert!(read(&path).unwrap_err().to_string().contains("none.moves.json"));
        std::fs::File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("64 MB is the limit"));
    }
}
