//! The table of formats. Recognition takes the first row that matches, so the stricter ones come first.

use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext, alphapose, openpose};

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
];

pub(super) fn recognise(clues: &Clues) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.matches)(clues))
}

/// Why a file was not recognised: what it seems to be and what can be opened.
pub(super) fn explain(clues: &Clues) -> String {
    let bytes = clues.file.text_bytes();
    let seen = if bytes.iter().all(u8::is_ascii_whitespace) {
        "the file is empty".to_owned()
    } else if let Some(outline) = &clues.json {
        format!("JSON, but not keypoints that we know: {}", outline.describe())
    } else if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        format!("this is {kind}, not a file of keypoints")
    } else if std::str::from_utf8(&bytes[..bytes.len().min(4096)]).is_err_and(|error| error.error_len().is_some()) {
        "binary data of an unknown kind".to_owned()
    } else {
        let line = clues.file.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let start: String = String::from_utf8_lossy(line).trim().chars().take(60).collect();
        format!("text of an unknown kind, starting with '{start}'")
    };
    format!("{seen}. Can be opened: {}", known().join(", "))
}

/// Names of all formats.
pub(super) fn known() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).collect()
}

/// Beginnings of files that people drop by mistake.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\xff\xfe", "text in UTF-16 (save it as UTF-8)"),
    (b"\xfe\xff", "text in UTF-16 (save it as UTF-8)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89HDF", "an HDF5 file (export CSV instead)"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"RIFF", "a video or sound"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x00\x00\x00", "a video"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x93NUMPY", "a numpy array of an unknown shape"),
];
