//! A file in memory and what recognition may look at.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::outline::Outline;
use super::{KeypointError, MAX_FILE_BYTES, formats};

/// The bytes of one file.
#[derive(Clone, Debug)]
pub(super) struct RawFile {
    /// File name without folders.
    pub name: String,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// What a format may look at to recognise its files.
#[derive(Debug)]
pub(super) struct Clues<'a> {
    pub file: &'a RawFile,
    /// The beginning of the JSON document, if it looks like one.
    pub json: Option<Outline>,
}

impl RawFile {
    /// Reads a file, unless its size or its first bytes say that it cannot hold keypoints.
    pub fn open(path: &Path) -> Result<Self, KeypointError> {
        let broken = |source| KeypointError::Io { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(broken)?;
        if !metadata.is_file() {
            return Err(KeypointError::Unrecognised("it is neither a file nor a folder".to_owned()));
        }
        let mut bytes = Vec::new();
        let mut file = std::fs::File::open(path).map_err(broken)?;
        (&mut file).take(16).read_to_end(&mut bytes).map_err(broken)?;
        if let Some(kind) = formats::foreign(&bytes) {
            return Err(KeypointError::Unrecognised(format!("this is {kind}, not a file of keypoints")));
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(KeypointError::Unrecognised(format!(
                "the file has {:.1} GiB and files above {} GiB are not opened. Split it",
                metadata.len() as f64 / (1u64 << 30) as f64,
                MAX_FILE_BYTES >> 30
            )));
        }
        file.read_to_end(&mut bytes).map_err(broken)?;
        Ok(Self { name: file_name(path), path: path.to_owned(), bytes })
    }

    /// The bytes without a UTF-8 byte order mark.
    pub fn text_bytes(&self) -> &[u8] {
        self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes)
    }

    /// # Errors
    /// [`KeypointError::Broken`] when the bytes are not UTF-8.
    pub fn text(&self, format: &'static str) -> Result<&str, KeypointError> {
        std::str::from_utf8(self.text_bytes()).map_err(|error| KeypointError::Broken {
            format,
            why: format!("not UTF-8 text from byte {} on. Save it as UTF-8", error.valid_up_to()),
        })
    }
}

impl<'a> Clues<'a> {
    pub fn of(file: &'a RawFile) -> Self {
        let text = file.text_bytes();
        let starts_json = text.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'[' | b'{'));
        Self { file, json: starts_json.then(|| Outline::of(text)) }
    }
}

/// The last part of a path for people.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
