//! The table of formats. Recognition takes the first row that matches, so the stricter ones come first.

use super::source::{Clues, RawFile};
use super::{
    KeypointError, Loaded, ReadContext, alphapose, arrays, deeplabcut, mediapipe, mediapipe_csv, mmpose, openpose,
    posetrack, sleap, ultralytics, videopose,
};

pub(super) struct Format {
    /// For people.
    pub name: &'static str,
    /// Looks at content only; cheap, and true only when `read` has a fair chance.
    pub matches: fn(&Clues) -> bool,
    pub read: fn(&RawFile, &ReadContext) -> Result<Loaded, KeypointError>,
}

const FORMATS: &[Format] = &[
    Format { name: openpose::NAME, matches: openpose::matches, read: openpose::read },
    Format { name: alphapose::NAME, matches: alphapose::matches, read: alphapose::read },
    Format { name: alphapose::BY_IMAGE, matches: alphapose::matches_by_image, read: alphapose::read_by_image },
    Format { name: alphapose::COCO, matches: alphapose::matches_coco, read: alphapose::read_coco },
    Format { name: mmpose::NAME, matches: mmpose::matches, read: mmpose::read },
    Format { name: posetrack::NAME, matches: posetrack::matches, read: posetrack::read },
    Format { name: ultralytics::NAME, matches: ultralytics::matches, read: ultralytics::read },
    Format { name: ultralytics::TXT, matches: ultralytics::matches_txt, read: ultralytics::read_txt },
    Format { name: mediapipe::NAME, matches: mediapipe::matches, read: mediapipe::read },
    Format { name: videopose::DETECTRON, matches: videopose::matches_detectron, read: videopose::read_detectron },
    Format { name: videopose::POSITIONS, matches: videopose::matches_positions, read: videopose::read_positions },
    Format { name: arrays::NPZ, matches: arrays::matches_npz, read: arrays::read_npz },
    Format { name: arrays::NPY, matches: arrays::matches, read: arrays::read },
    Format { name: deeplabcut::NAME, matches: deeplabcut::matches, read: deeplabcut::read },
    Format { name: sleap::NAME, matches: sleap::matches, read: sleap::read },
    Format { name: mediapipe_csv::NAME, matches: mediapipe_csv::matches, read: mediapipe_csv::read },
];

pub(super) fn recognise(clues: &Clues) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.matches)(clues))
}

/// What a file that was not recognised seems to be.
pub(super) fn seen(clues: &Clues) -> String {
    let bytes = clues.file.text_bytes();
    if bytes.iter().all(u8::is_ascii_whitespace) {
        "the file is empty".to_owned()
    } else if let Some(outline) = &clues.json {
        format!("JSON, but not keypoints that we know: {}", outline.describe())
    } else if let Some(kind) = foreign(bytes) {
        format!("this is {kind}, not a file of keypoints")
    } else if bytes.starts_with(b"PK\x03\x04") {
        "a zip archive without arrays that we know".to_owned()
    } else if std::str::from_utf8(&bytes[..bytes.len().min(4096)]).is_err_and(|error| error.error_len().is_some()) {
        "binary data of an unknown kind".to_owned()
    } else {
        let line = clues.file.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let start: String = String::from_utf8_lossy(line).trim().chars().take(60).collect();
        format!("text of an unknown kind, starting with '{start}'")
    }
}

/// What can be opened, as a sentence.
pub(super) fn openable() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    format!(
        "Can be opened: {}, or folders of OpenPose JSON or Ultralytics txt with one file per frame",
        names.join(", ")
    )
}

/// What a file is by its first bytes if it is a known kind that holds no keypoints.
pub(super) fn foreign(start: &[u8]) -> Option<&'static str> {
    if start.get(4..8) == Some(b"ftyp") {
        return Some("a video");
    }
    FOREIGN.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind)
}

/// Beginnings of files that people drop by mistake.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"\xff\xfe", "text in UTF-16 (save it as UTF-8)"),
    (b"\xfe\xff", "text in UTF-16 (save it as UTF-8)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89HDF", "an HDF5 file (export it as CSV)"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"RIFF", "a video or sound"),
    (b"\x1f\x8b", "a gzip archive (unpack it)"),
];
