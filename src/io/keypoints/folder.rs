//! Folders: one file per frame, or a folder that holds one keypoint file.

use std::path::{Path, PathBuf};

use super::source::{Clues, RawFile, file_name};
use super::{KeypointError, Loaded, ReadContext, formats};

pub(super) fn read(folder: &Path, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let _ = (folder, context, file_name(folder));
    Err(KeypointError::Unrecognised("folders".to_owned()))
}

pub(super) fn guess(folder: &Path) -> Result<Option<&'static str>, KeypointError> {
    let _ = (folder, PathBuf::new(), |f: &RawFile| formats::recognise(&Clues::of(f)).is_some());
    Ok(None)
}
