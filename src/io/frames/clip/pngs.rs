//! PNG files: a folder of numbered ones, for editing programs, or a single one.

use std::io;
use std::path::{Path, PathBuf};

use image::{ImageError, ImageFormat, RgbaImage};
use tempfile::{NamedTempFile, TempDir};

use crate::support::CancelToken;
use crate::support::files::{temporary_beside, temporary_folder_beside};

use super::super::FrameError;
use super::ClipSink;

/// How the files of a sequence are named: `before`, the number from 0 on with at least `digits` digits, `after`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    pub before: String,
    pub digits: usize,
    pub after: String,
}

impl Default for Numbered {
    fn default() -> Self {
        Self { before: "frame_".to_owned(), digits: 6, after: ".png".to_owned() }
    }
}

impl Numbered {
    /// From a name with a place for the number, as `%05d.png`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (before, rest) = name.split_once('%')?;
        let (digits, after) = rest.split_once('d')?;
        let is_number = digits.chars().all(|digit| digit.is_ascii_digit());
        let digits = if digits.is_empty() { 1 } else { digits.parse().ok().filter(|digits| *digits <= 12)? };
        is_number.then(|| Self { before: before.to_owned(), digits, after: after.to_owned() })
    }

    pub fn name(&self, number: usize) -> String {
        format!("{}{number:0digits$}{}", self.before, self.after, digits = self.digits)
    }
}

/// Writes numbered files into a new folder, with transparency.
pub struct PngSequence {
    path: PathBuf,
    temporary: TempDir,
    names: Numbered,
    taken: usize,
}

impl PngSequence {
    /// # Errors
    /// The folder is there already and not empty, or cannot be made.
    pub fn create(path: &Path, names: Numbered) -> Result<Self, FrameError> {
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
        Ok(Self { path: path.to_owned(), temporary, names, taken: 0 })
    }
}

impl ClipSink for PngSequence {
    fn write(&mut self, picture: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let file = self.temporary.path().join(self.names.name(self.taken));
        self.taken += 1;
        picture.save_with_format(&file, ImageFormat::Png).map_err(png_error(&self.path))
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

/// Writes a single picture, with transparency.
pub struct PngFile {
    path: PathBuf,
    temporary: NamedTempFile,
}

impl PngFile {
    /// # Errors
    /// The folder cannot be written to.
    pub fn create(path: &Path) -> Result<Self, FrameError> {
        let temporary = temporary_beside(path).map_err(FrameError::write(path))?;
        Ok(Self { path: path.to_owned(), temporary })
    }
}

impl ClipSink for PngFile {
    fn write(&mut self, picture: RgbaImage, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let mut file = io::BufWriter::new(self.temporary.as_file());
        picture.write_to(&mut file, ImageFormat::Png).map_err(png_error(&self.path))?;
        io::Write::flush(&mut file).map_err(FrameError::write(&self.path))
    }

    fn finish(self: Box<Self>, cancel: &CancelToken) -> Result<(), FrameError> {
        cancel.check()?;
        let failed = FrameError::write(&self.path);
        self.temporary.as_file().sync_all().map_err(&failed)?;
        self.temporary.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

fn png_error(path: &Path) -> impl Fn(ImageError) -> FrameError + '_ {
    move |error| match error {
        ImageError::IoError(source) => FrameError::Write { path: path.to_owned(), source },
        error => FrameError::encode(path, error.to_string()),
    }
}
