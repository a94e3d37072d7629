//! The person's own moves on disk: kept beside the settings, taken from and given to others as files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui;

use super::app::StudioApp;
use super::jobs::JobKind;
use super::opening::short_name;
use super::settings_file::set_aside;
use super::text;
use crate::data::MoveSet;
use crate::io::moves;
use crate::runtime::job::JobError;
use crate::runtime::{Event, JobHandle, JobId};
use crate::support::{CancelToken, Level, Notice};

/// Changes that follow each other closely are written once.
const QUIET: Duration = Duration::from_secs(1);

/// Where moves are kept and what is there. Without a path nothing is written.
#[derive(Default)]
pub struct MovesFile {
    path: Option<PathBuf>,
    saved: Arc<MoveSet>,
    changed_at: Option<Instant>,
    writing: Option<JobHandle>,
}

impl MovesFile {
    /// Reads the moves beside the settings. A file that makes no sense is set aside, not overwritten, and a notice
    /// says so.
    pub fn load(settings_path: Option<&Path>) -> (Self, Option<Notice>) {
        let path = settings_path.map(|path| path.with_file_name(format!("my.{}", moves::EXTENSION)));
        let Some(known) = path.as_deref().filter(|path| path.exists()) else {
            return (Self { path, ..Self::default() }, None);
        };
        match moves::read(known) {
            Ok(moves) => (Self { path, saved: Arc::new(moves), ..Self::default() }, None),
            Err(error) => {
                let notice = set_aside(known, text::moves::NOT_OPENED, &error.to_string());
                (Self { path, ..Self::default() }, Some(notice))
            }
        }
    }

    pub fn moves(&self) -> &Arc<MoveSet> {
        &self.saved
    }
}

impl StudioApp {
    /// Writes the moves once they have been the same for a while.
    pub(super) fn keep_moves_file(&mut self, ctx: &egui::Context) {
        let moves = &self.session.document().moves;
        let file = &mut self.moves_file;
        if Arc::ptr_eq(moves, &file.saved) {
            file.changed_at = None;
            return;
        }
        let since = file.changed_at.get_or_insert_with(Instant::now).elapsed();
        if since < QUIET {
            return ctx.request_repaint_after(QUIET - since);
        }
        // Remembered even when writing fails, so that the failure is not told again every second.
        file.saved = moves.clone();
        let (moves, Some(path)) = (moves.clone(), file.path.clone()) else { return };
        let started = self.runtime.run("moves", move |_| {
            moves::write(&path, &moves, &CancelToken::new()).map_err(|error| JobError::Failed(not_kept(&error)))?;
            log::info!("{} moves kept in {}", moves.classes.len(), path.display());
            Ok(())
        });
        match started {
            Ok(handle) => self.moves_file.writing = Some(handle),
            Err(error) => self.tell(not_kept(&error)),
        }
    }

    /// Writes the moves now if they differ from what is there.
    pub(super) fn flush_moves_file(&mut self) -> Result<(), Notice> {
        let moves = &self.session.document().moves;
        let Some(path) = self.moves_file.path.as_deref().filter(|_| !Arc::ptr_eq(moves, &self.moves_file.saved)) else {
            return Ok(());
        };
        moves::write(path, moves, &CancelToken::new()).map_err(|error| not_kept(&error))
    }

    /// If it was the writing of the moves that failed.
    pub(super) fn moves_file_failed(&mut self, job: JobId) -> Option<bool> {
        self.moves_file.writing.take_if(|handle| handle.id == job).map(|_| true)
    }

    /// Reads a file of moves, to be added to those that are there.
    pub(super) fn import_moves(&mut self, path: PathBuf) {
        let name = short_name(&path);
        let label = text::opening::opening(&name);
        let started = self.runtime.run("import", move |context| {
            let moves = moves::read(&path).map_err(|error| {
                let headline = text::opening::could_not_open(&short_name(&path));
                JobError::Failed(Notice::from_error(headline, &error))
            })?;
            context.send(Event::MovesRead { job: context.id, moves: Arc::new(moves) })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.jobs.add(handle, JobKind::Save, label),
            Err(error) => self.tell(Notice::from_error(text::opening::could_not_open(&name), &error)),
        }
    }

    pub(super) fn moves_read(&mut self, job: JobId, moves: &MoveSet) {
        if self.is_running(job) {
            let count = moves.classes.len();
            self.session.apply(&self.session.with_moves(moves.clone()));
            self.session.history.end_gesture();
            self.tell(Notice::info(text::moves::imported(count)).hint(text::moves::SAVED_HINT));
        }
    }

    /// Writes the moves to a file for others.
    pub(super) fn export_moves(&mut self, path: PathBuf) {
        let moves = self.session.document().moves.clone();
        let headline = text::moves::not_exported(&short_name(&path));
        let told = headline.clone();
        let started = self.runtime.run("export", move |context| {
            moves::write(&path, &moves, &context.cancel)
                .map_err(|error| JobError::Failed(Notice::from_error(headline, &error)))?;
            context.send(Event::Exported { job: context.id, files: vec![path] })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.jobs.add(handle, JobKind::Save, text::moves::EXPORTING.to_owned()),
            Err(error) => self.tell(Notice::from_error(told, &error)),
        }
    }
}

fn not_kept(error: &(dyn std::error::Error + 'static)) -> Notice {
    let notice = Notice::from_error(text::moves::NOT_KEPT, error).hint(text::moves::NOT_KEPT_HINT);
    Notice { level: Level::Warning, ..notice }
}
