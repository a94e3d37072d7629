//! What detectors found in whole videos, kept on disk, so that nothing is searched twice.
//!
//! An entry is an .npz archive named by a key: the content of the video and everything that decides what is found in
//! it. An entry that cannot be read is thrown away and counts as missing. Of too many the one goes that was not used
//! for longest.

mod content;
mod entry;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::data::{Detection, FrameTimes, Skeleton};
use crate::support::CancelToken;
use crate::support::files::write_with;

pub use content::content_hash;

/// Room for about 300 hours of one person.
pub const USUAL_MAX_BYTES: u64 = 512 << 20;

const EXTENSION: &str = "npz";

/// All that a detector found in a video.
#[derive(Clone, Debug, PartialEq)]
pub struct Detections {
    pub skeleton: &'static Skeleton,
    /// Name of the detector, for people.
    pub detector: String,
    /// Width and height of the upright picture in pixels.
    pub image_size: [u32; 2],
    /// Frames per second, the mean where they are uneven; none for a single picture.
    pub fps: Option<f64>,
    /// Of every frame of the video.
    pub times: FrameTimes,
    /// In order of frames. Ids are not kept: who is who is found out anew, which costs nothing.
    pub detections: Vec<Detection>,
}

/// Names an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheKey(String);

impl CacheKey {
    /// `parts` decide what is found: the content of the video, the detector's fingerprint, options.
    pub fn new(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update([entry::VERSION]);
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(format!("{:x}", hash.finalize()))
    }
}

/// A folder of entries, shared by all running programs: entries appear and go whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectionCache {
    folder: PathBuf,
    max_bytes: u64,
}

impl DetectionCache {
    pub fn new(folder: impl Into<PathBuf>, max_bytes: u64) -> Self {
        Self { folder: folder.into(), max_bytes }
    }

    /// In the folder that the system has for what can be made again; none where there is no such folder.
    pub fn usual() -> Option<Self> {
        let folders = directories::ProjectDirs::from("", "", "MotionBERT Studio")?;
        Some(Self::new(folders.cache_dir().join("detections"), USUAL_MAX_BYTES))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was found before, if it is here and sound.
    pub fn get(&self, key: &CacheKey) -> Option<Detections> {
        let path = self.path(key);
        let bytes = std::fs::read(&path).ok()?;
        match entry::read(&bytes) {
            Ok(found) => {
                if let Err(error) = File::options().append(true).open(&path).and_then(|file| touch(&file)) {
                    log::debug!("the use of a kept detection is not noted: {error}");
                }
                Some(found)
            }
            Err(error) => {
                log::warn!("a kept detection is damaged and goes: {error} ({})", path.display());
                if let Err(error) = std::fs::remove_file(&path) {
                    log::debug!("it stays: {error}");
                }
                None
            }
        }
    }

    /// Keeps what was found; others go if there is no room.
    ///
    /// # Errors
    /// What the file system says, or that the entry alone is too big.
    pub fn put(&self, key: &CacheKey, found: &Detections) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let path = self.path(key);
        let mut bytes = Vec::new();
        entry::write(&mut bytes, found)?;
        if bytes.len() as u64 > self.max_bytes {
            return Err(io::Error::other("it is bigger than the whole cache"));
        }
        self.make_room(bytes.len() as u64)?;
        write_with(&path, |file| file.write_all(&bytes))
    }

    /// Bytes of all entries.
    pub fn bytes(&self) -> u64 {
        self.entries().iter().map(|entry| entry.bytes).sum()
    }

    /// Removes all entries.
    ///
    /// # Errors
    /// What the file system says of the first that stays; the others go.
    pub fn clear(&self) -> io::Result<()> {
        let removed: Vec<io::Result<()>> = self.entries().iter().map(|entry| remove(&entry.path)).collect();
        removed.into_iter().collect()
    }

    fn path(&self, key: &CacheKey) -> PathBuf {
        self.folder.join(&key.0).with_extension(EXTENSION)
    }

    fn make_room(&self, needed: u64) -> io::Result<()> {
        let mut entries = self.entries();
        entries.sort_by_key(|entry| entry.last_use);
        let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
        for entry in entries {
            if total + needed <= self.max_bytes {
                break;
            }
            remove(&entry.path)?;
            total -= entry.bytes;
        }
        Ok(())
    }

    /// Files that are not ours are left alone; a folder that is not there has none.
    fn entries(&self) -> Vec<Entry> {
        let Ok(folder) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let entry = |entry: io::Result<std::fs::DirEntry>| {
            let path = entry.ok()?.path();
            let is_ours = path.extension().is_some_and(|extension| extension == EXTENSION)
                && path.file_stem().is_some_and(|stem| stem.len() == 64);
            let metadata = std::fs::metadata(&path).ok().filter(|metadata| is_ours && metadata.is_file())?;
            let last_use = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            Some(Entry { path, bytes: metadata.len(), last_use })
        };
        folder.filter_map(entry).collect()
    }
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    last_use: SystemTime,
}

/// Another program may have been quicker.
fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn touch(file: &File) -> io::Result<()> {
    file.set_modified(SystemTime::now())
}

/// The key of what `detector` (its fingerprint) finds in the video, folder of pictures or picture at `path`. `options`
/// are whatever else matters.
///
/// # Errors
/// When it cannot be read; cancelled.
pub fn key_of(path: &Path, detector: &str, options: &str, cancel: &CancelToken) -> io::Result<CacheKey> {
    Ok(CacheKey::new(&[&content_hash(path, cancel)?, detector, options]))
}

#[cfg(test)]
mod tests;
