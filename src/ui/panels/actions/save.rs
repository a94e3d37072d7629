//! Asks where to save moves or labels.

use std::path::{Path, PathBuf};

use eframe::egui::{self, Id, Modal, RichText};

use crate::io::moves;
use crate::session::Session;
use crate::ui::command::UiCommand;
use crate::ui::opening::typed_path;
use crate::ui::panels::save_dialog::{Asked, foot_ui, place_ui};
use crate::ui::text;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::muted;

/// What is saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActionFile {
    #[default]
    Moves,
    Labels,
}

impl ActionFile {
    pub fn extension(self) -> &'static str {
        match self {
            Self::Moves => moves::EXTENSION,
            Self::Labels => "csv",
        }
    }
}

/// The dialog and what was typed into it.
#[derive(Default)]
pub struct SaveActions {
    file: ActionFile,
    text: String,
    is_open: bool,
    wants_focus: bool,
}

impl SaveActions {
    /// Proposes a place beside the clip, or at home.
    pub fn open(&mut self, file: ActionFile, session: &Session) {
        let clip = session.active().and_then(|clip| clip.source.path.clone());
        let folder = clip.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folder = folder.or_else(|| Some(directories::UserDirs::new()?.home_dir().to_owned())).unwrap_or_default();
        let stem = clip.as_deref().and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
        let name = match (file, stem) {
            (ActionFile::Labels, Some(stem)) => format!("{stem}-labels"),
            (ActionFile::Labels, None) => "labels".to_owned(),
            (ActionFile::Moves, _) => "my".to_owned(),
        };
        let path = folder.join(format!("{name}.{}", file.extension()));
        *self = Self { file, text: path.display().to_string(), is_open: true, wants_focus: true };
    }

    /// What was chosen in the system's dialog.
    pub fn choose(&mut self, path: &Path) {
        self.text = path.display().to_string();
    }

    pub fn ui(&mut self, ctx: &egui::Context, commands: &mut Vec<UiCommand>) {
        if !self.is_open {
            return;
        }
        let mut is_confirmed = false;
        let (title, hint) = match self.file {
            ActionFile::Moves => (text::moves::EXPORT_TITLE, text::moves::EXPORT_HINT),
            ActionFile::Labels => (text::moves::LABELS_FILE_TITLE, text::moves::LABELS_FILE_HINT),
        };
        let modal =
            Modal::new(Id::unique("save-actions")).frame(Theme::of_context(ctx).dialog_frame()).show(ctx, |ui| {
                ui.set_width(size::DIALOG_WIDTH.min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING));
                ui.label(RichText::new(title).text_style(dialog_text()));
                ui.label(muted(hint));
                ui.add_space(size::GAP);
                is_confirmed = place_ui(ui, &mut self.text, self.file.extension(), &mut self.wants_focus);
                let told = text::moves::REPLACES.to_owned();
                match foot_ui(ui, told, true, text::moves::SAVE, typed_path(&self.text).is_some()) {
                    Some(Asked::Write) => is_confirmed = true,
                    Some(Asked::ChoosePlace) => commands.push(UiCommand::ChooseActionFile(self.file)),
                    None => {}
                }
            });
        let path = self.path().filter(|_| is_confirmed);
        if modal.should_close() || path.is_some() {
            self.is_open = false;
        }
        if let Some(path) = path {
            commands.push(UiCommand::SaveActionFile { file: self.file, path });
        }
    }

    /// What was typed, with an extension.
    fn path(&self) -> Option<PathBuf> {
        let path = typed_path(&self.text)?;
        if path.extension().is_some() {
            return Some(path);
        }
        let mut name = path.into_os_string();
        name.push(format!(".{}", self.file.extension()));
        Some(name.into())
    }
}
