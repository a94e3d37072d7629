//! The settings on disk: one JSON file, written whole or not at all.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::io::atomic;
use crate::session::Settings;
use crate::support::{CancelToken, Level, Notice};
use crate::ui::text;

/// Changes that follow each other closely are written once.
const QUIET: Duration = Duration::from_secs(1);

/// Where settings are kept and what is there. Without a path nothing is written.
pub struct SettingsFile {
    path: Option<PathBuf>,
    saved: Settings,
    changed_at: Option<Instant>,
}

impl SettingsFile {
    /// In the folder that the system has for this.
    pub fn usual_path() -> Option<PathBuf> {
        let folders = directories::ProjectDirs::from("", "", text::window::TITLE)?;
        Some(folders.config_dir().join("settings.json"))
    }

    /// Reads `path`. A file that makes no sense is set aside, not overwritten, and a notice says so.
    pub fn load(path: Option<PathBuf>) -> (Self, Option<Notice>) {
        let (saved, notice) = match path.as_deref().map(read) {
            None => (Settings::default(), None),
            Some(Ok(None)) => (Settings { show_hints: true, ..Settings::default() }, None),
            Some(Ok(Some(settings))) => (settings, None),
            Some(Err(why)) => {
                let notice = path.as_deref().map(|path| set_aside(path, text::settings::NOT_READ, &why));
                (Settings::default(), notice)
            }
        };
        (Self { path, saved, changed_at: None }, notice)
    }

    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub fn settings(&self) -> &Settings {
        &self.saved
    }

    /// Writes `settings` once they have been the same for a while. Gives the time until then.
    ///
    /// # Errors
    /// A notice when the file cannot be written; it is told once per change.
    pub fn keep(&mut self, settings: &Settings) -> Result<Option<Duration>, Notice> {
        if *settings == self.saved {
            self.changed_at = None;
            return Ok(None);
        }
        let since = self.changed_at.get_or_insert_with(Instant::now).elapsed();
        if since < QUIET {
            return Ok(Some(QUIET - since));
        }
        self.flush(settings).map(|()| None)
    }

    /// Writes `settings` now if they differ from what is there.
    ///
    /// # Errors
    /// A notice when the file cannot be written.
    pub fn flush(&mut self, settings: &Settings) -> Result<(), Notice> {
        if *settings == self.saved {
            return Ok(());
        }
        // Remembered even when writing fails, so that the failure is not told again every second.
        self.saved = settings.clone();
        self.changed_at = None;
        let Some(path) = &self.path else { return Ok(()) };
        write(path, settings).map_err(|error| Notice {
            level: Level::Warning,
            ..Notice::from_error(text::settings::NOT_SAVED, &error).hint(text::settings::NOT_SAVED_HINT)
        })
    }
}

fn read(path: &Path) -> Result<Option<Settings>, String> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| error.to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Moves a file that makes no sense out of the way.
pub fn set_aside(path: &Path, headline: &str, why: &str) -> Notice {
    let kept = path.with_extension("json.bak");
    let notice = Notice::warning(headline).why(why.to_owned());
    match std::fs::rename(path, &kept) {
        Ok(()) => notice.hint(text::settings::old_kept(&kept)),
        Err(error) => notice.hint(text::settings::not_set_aside(path, &error)),
    }
}

fn write(path: &Path, settings: &Settings) -> Result<(), atomic::WriteError> {
    atomic::write(path, &CancelToken::new(), |file| Ok(serde_json::to_writer_pretty(file, settings)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::settings::ThemeChoice;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("settings.json");
        let (mut file, notice) = SettingsFile::load(Some(path.clone()));
        assert!(notice.is_none());
        let changed = Settings { theme: ThemeChoice::Light, ..Settings::default() };
        assert!(file.keep(&changed).unwrap().is_some(), "waits for quiet");
        assert!(!path.exists());
        file.flush(&changed).unwrap();
        let (again, notice) = SettingsFile::load(Some(path));
        assert!(notice.is_none());
        assert_eq!(*again.settings(), changed);
    }

    #[test]
    fn a_broken_file_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        std::fs::write(&path, "{ \"theme\": 7").unwrap();
        let (file, notice) = SettingsFile::load(Some(path.clone()));
        assert_eq!(*file.settings(), Settings::default());
        assert!(notice.unwrap().hint.contains("settings.json.bak"));
        assert!(!path.exists());
        assert_eq!(std::fs::read_to_string(path.with_extension("json.bak")).unwrap(), "{ \"theme\": 7");
    }
}
