//! Models that others have published: which there are, which are here, and how they get here.
//!
//! `models/manifest.toml` lists them; `download` fetches one from its host. Files lie in one folder of the user's, under
//! the names that the manifest gives, so that one that was fetched in another way can be dropped in by hand. Beside each
//! lies `NAME.sha256`, written when the file is there for the first time and checked ever after.
//!
//! Imports support. Runs on the caller's thread; `download` says which thread carries the bytes.

mod download;

#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::support::{CancelToken, Cancelled, ProgressSink, files};

pub use download::DownloadError;

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelTask {
    Pose3d,
    Mesh,
    Action,
    /// An encoder that is trained further.
    Pretrain,
    /// Finds joints in pictures.
    Detector,
    /// Finds where people are in pictures.
    PersonDetector,
}

/// One model that can be had.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Short and unique: what is typed.
    pub id: String,
    pub name: String,
    pub task: ModelTask,
    /// Name of the file here.
    pub file: String,
    pub url: String,
    /// Megabytes, as the publisher says, for orientation.
    pub size_mb: Option<u32>,
    pub licence: String,
    /// Published results.
    pub figures: Option<String>,
    pub note: Option<String>,
    /// In hexadecimal, if it is known beforehand.
    pub sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    model: Vec<ModelEntry>,
}

#[derive(Debug, thiserror::Error)]
pub enum ZooError {
    #[error("the list of models cannot be read: {source} ({path})", path = path.display())]
    ReadList { path: PathBuf, source: io::Error },
    #[error("the list of models makes no sense: {why}")]
    List { why: String },
    #[error("there is no folder for models on this system. Name one with --folder")]
    NoFolder,
    #[error("there is no model '{id}'. There are: {there}")]
    Unknown { id: String, there: String },
    #[error("{name} is not here. Fetch it first ({path})", path = path.display())]
    NotHere { name: String, path: PathBuf },
    #[error(
        "is not the file that it was: its sha256 is {found} and was {expected}. Delete it and fetch it again ({path})",
        path = path.display()
    )]
    Changed { path: PathBuf, expected: String, found: String },
    #[error("cannot be read: {source} ({path})", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot be written: {source}. Is the disk full? ({path})", path = path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Download(#[from] DownloadError),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// How much of a model is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelState {
    Missing,
    /// A download that was broken off goes on from here.
    Partial {
        bytes: u64,
    },
    Here {
        path: PathBuf,
        bytes: u64,
    },
}

/// The list of models and the folder that holds them.
#[derive(Clone, Debug)]
pub struct Zoo {
    pub folder: PathBuf,
    pub models: Vec<ModelEntry>,
}

static BUILT_IN: &str = include_str!("../../../models/manifest.toml");

impl Zoo {
    /// The built-in list and the folder that the system has for such files.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn usual() -> Result<Self, ZooError> {
        Self::new(None, None)
    }

    /// With another folder, or another list in the same format: a laboratory's own mirror.
    ///
    /// # Errors
    /// The list cannot be read or makes no sense; there is no folder.
    pub fn new(folder: Option<PathBuf>, list: Option<&Path>) -> Result<Self, ZooError> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).map_err(|source| ZooError::ReadList { path: path.to_owned(), source })
        };
        let models = match list {
            Some(path) => parse(&read(path)?)?,
            None => parse(BUILT_IN)?,
        };
        let folder = folder.or_else(usual_folder).ok_or(ZooError::NoFolder)?;
        Ok(Self { folder, models })
    }

    /// # Errors
    /// There is no model of that name; the names that there are.
    pub fn find(&self, id: &str) -> Result<&ModelEntry, ZooError> {
        self.models.iter().find(|model| model.id == id).ok_or_else(|| {
            let there: Vec<&str> = self.models.iter().map(|model| model.id.as_str()).collect();
            ZooError::Unknown { id: id.to_owned(), there: there.join(", ") }
        })
    }

    /// Where the model's file is or would be.
    pub fn path(&self, model: &ModelEntry) -> PathBuf {
        self.folder.join(&model.file)
    }

    pub fn state(&self, model: &ModelEntry) -> ModelState {
        let path = self.path(model);
        let size = |path: &Path| std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
        if let Some(bytes) = size(&path) {
            return ModelState::Here { path, bytes };
        }
        match size(&download::partial(&path)) {
            Some(bytes) if bytes > 0 => ModelState::Partial { bytes },
            _ => ModelState::Missing,
        }
    }

    /// Fetches a model, going on where an earlier try was broken off, checks it and gives its path. One that is here
    /// already is checked and left as it is. `progress` counts bytes.
    ///
    /// # Errors
    /// The host cannot be reached, has no such file or breaks off; the file cannot be written, or is another than the
    /// one expected. What was fetched is kept for the next try, unless it is wrong.
    pub fn get(
        &self,
        model: &ModelEntry,
        cancel: &CancelToken,
        progress: &dyn ProgressSink,
    ) -> Result<PathBuf, ZooError> {
        let path = self.path(model);
        if !matches!(self.state(model), ModelState::Here { .. }) {
            std::fs::create_dir_all(&self.folder)
                .map_err(|source| ZooError::Write { path: self.folder.clone(), source })?;
            download::fetch(&model.url, &path, cancel, progress)?;
            let partial = download::partial(&path);
            let checked = self.check(model, &partial, cancel, progress);
            if let Err(ZooError::Changed { .. }) = &checked {
                // It would never become right by fetching the rest of it.
                download::forget(&path);
            }
            let found = checked?;
            std::fs::rename(&partial, &path).map_err(|source| ZooError::Write { path: path.clone(), source })?;
            download::forget(&path);
            self.record(model, &found)?;
            return Ok(path);
        }
        self.verify(model, cancel, progress)?;
        Ok(path)
    }

    /// Whether the file is the one that it was, or that the list says. The first time, it is written down what it is.
    /// Gives its sha256.
    ///
    /// # Errors
    /// It is not here, cannot be read, or has changed.
    pub fn verify(
        &self,
        model: &ModelEntry,
        cancel: &CancelToken,
        progress: &dyn ProgressSink,
    ) -> Result<String, ZooError> {
        let path = self.path(model);
        if !path.is_file() {
            return Err(ZooError::NotHere { name: model.name.clone(), path });
        }
        let found = self.check(model, &path, cancel, progress)?;
        self.record(model, &found)?;
        Ok(found)
    }

    /// What the list or the first use says that the file's sha256 is.
    pub fn expected(&self, model: &ModelEntry) -> Option<String> {
        let recorded = || std::fs::read_to_string(self.record_path(model)).ok();
        let recorded = || recorded()?.split_whitespace().next().map(str::to_ascii_lowercase);
        model.sha256.as_deref().map(str::to_ascii_lowercase).or_else(recorded)
    }

    fn check(
        &self,
        model: &ModelEntry,
        file: &Path,
        cancel: &CancelToken,
        progress: &dyn ProgressSink,
    ) -> Result<String, ZooError> {
        let found = sha256(file, cancel, progress)?;
        match self.expected(model) {
            Some(expected) if expected != found => Err(ZooError::Changed { path: self.path(model), expected, found }),
            _ => Ok(found),
        }
    }

    fn record(&self, model: &ModelEntry, sha256: &str) -> Result<(), ZooError> {
        let path = self.record_path(model);
        if path.exists() {
            return Ok(());
        }
        // As `sha256sum --check` reads it.
        files::write_whole(&path, format!("{sha256}  {}\n", model.file).as_bytes())
            .map_err(|source| ZooError::Write { path, source })
    }

    fn record_path(&self, model: &ModelEntry) -> PathBuf {
        self.folder.join(format!("{}.sha256", model.file))
    }
}

/// In the system's folder for data of this program.
fn usual_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "MotionBERT Studio")?;
    Some(folders.data_local_dir().join("models"))
}

fn parse(text: &str) -> Result<Vec<ModelEntry>, ZooError> {
    let list = |why: String| ZooError::List { why };
    let Manifest { model: models } = toml::from_str(text).map_err(|error| list(error.to_string().trim().to_owned()))?;
    for (place, model) in models.iter().enumerate() {
        // A name with a folder in it could reach any file of the user's.
        let is_plain = Path::new(&model.file).file_name() == Some(model.file.as_ref()) && !model.file.starts_with('.');
        if !is_plain || model.file.contains(['/', '\\']) {
            return Err(list(format!("'{}' is no file name", model.file)));
        }
        if models[..place].iter().any(|other| other.id == model.id || other.file == model.file) {
            return Err(list(format!("'{}' is there twice", model.id)));
        }
    }
    Ok(models)
}

fn sha256(path: &Path, cancel: &CancelToken, progress: &dyn ProgressSink) -> Result<String, ZooError> {
    let read = |source| ZooError::Read { path: path.to_owned(), source };
    let mut file = std::fs::File::open(path).map_err(read)?;
    let total = file.metadata().map_err(read)?.len();
    let (mut hasher, mut done) = (Sha256::new(), 0);
    let mut block = vec![0; 1 << 20];
    loop {
        cancel.check()?;
        let got = file.read(&mut block).map_err(read)?;
        if got == 0 {
            let bytes = hasher.finalize();
            return Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hasher.update(&block[..got]);
        done += got as u64;
        progress.progress("bytes checked", done, total);
    }
}
