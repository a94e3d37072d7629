//! Result files, which are there whole or not at all, even when the run is cancelled while they are written.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::support::files::write_with;
use crate::support::{CancelToken, Cancelled};

#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("cannot create the folder: {source} ({path})")]
    Folder { path: PathBuf, source: io::Error },
    #[error("cannot write the file: {source} ({path})")]
    Io { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Fails every write once the token is cancelled, so that a long file stops early.
struct Cancellable<'a, W> {
    inner: W,
    cancel: &'a CancelToken,
}

impl<W: Write> Write for Cancellable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.cancel.check().map_err(io::Error::other)?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes `path` through a temporary file in the same folder; missing folders are made.
///
/// Until the end the old file, if any, stays as it was. The temporary file goes when anything fails.
///
/// # Errors
/// [`WriteError::Cancelled`] when the token was cancelled before the rename, else what the system said.
pub fn write(
    path: &Path,
    cancel: &CancelToken,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| WriteError::Folder { path: folder.to_owned(), source })?;
    }
    let written = write_with(path, |file| {
        let mut writer = BufWriter::with_capacity(1 << 16, Cancellable { inner: file, cancel });
        fill(&mut writer)?;
        writer.flush()?;
        cancel.check().map_err(io::Error::other)
    });
    match written {
        Err(_) if cancel.is_cancelled() => Err(Cancelled.into()),
        Err(source) => Err(WriteError::Io { path: path.to_owned(), source }),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/a.txt");
        let cancel = CancelToken::new();
        write(&path, &cancel, |out| out.write_all(b"old")).unwrap();
        let failed = write(&path, &cancel, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().contains("disk full"));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(path.parent().unwrap()), ["a.txt"]);
    }

    #[test]
    fn a_cancelled_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cancel = CancelToken::new();
        let stopped = write(&folder.path().join("b.txt"), &cancel, |out| {
            out.write_all(b"all of it")?;
            cancel.cancel();
            Ok(())
        });
        assert!(matches!(stopped, Err(WriteError::Cancelled(_))));
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_folder_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(folder.path(), &CancelToken::new(), |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
    }
}
