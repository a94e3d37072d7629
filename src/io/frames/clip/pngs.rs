//! A folder of numbered PNG files, for editing programs.

use std::io;
use std::path::{Path, PathBuf};

use image::{ImageError, RgbaImage};
use tempfile::TempDir;

use crate::support::CancelToken;
use crate::support::files::temporary_folder_beside;

use super::super::FrameError;
use super::ClipSink;

/// Writes `frame_000000.png` and on into a new folder, with transparency.
pub struct PngSequence {
    path: PathBuf,
    temporary: TempDir,
    taken: usize,
}

impl PngSequence {
    /// # Errors
    /// The folder is there already and not empty, or cannot be made.
    pub fn create(path: &Path) -> Result<Self, FrameError> {
        let failed = FrameError::write(path);
        match std::fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    let why = "the folder is not empty, and nothing in it is to be lost. Choose another name";
                    return Err(FrameError::encode(path, why));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let temporary = temporary_folder_beside(path).map_err(&failed)?;
        Ok(Self { path: path.to_owned(), temporary, taken: 0 })
    }
}

impl ClipSink for PngSequence {
    fn write(&mut self, picture: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let file = self.temporary.path().join(format!("frame_{:06}.png", self.taken));
        self.taken += 1;
        picture.save(&file).map_err(|error| match error {
            ImageError::IoError(source) => FrameError::Write { path: self.path.clone(), source },
            error => FrameError::encode(&self.path, error.to_string()),
        })
    }

    fn finish(self: Box<Self>, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let failed = FrameError::write(&self.path);
        match std::fs::remove_dir(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        std::fs::rename(self.temporary.path(), &self.path).map_err(&failed)
    }
}
