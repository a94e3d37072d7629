//! Asks where to save the plots, and how much of them.

use std::path::{Path, PathBuf};

use eframe::egui::{self, Align, Id, Key, Layout, Modal, RichText};

use crate::session::SourceState;
use crate::ui::command::UiCommand;
use crate::ui::opening::typed_path;
use crate::ui::text;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::{muted, primary_button, segmented, text_field};

/// A kind of file that plots are saved as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlotFile {
    #[default]
    Table,
    Picture,
}

impl PlotFile {
    pub fn extension(self) -> &'static str {
        match self {
            Self::Table => "csv",
            Self::Picture => "png",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Table => text::plots::SAVE_TABLE,
            Self::Picture => text::plots::SAVE_PICTURE,
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Table => text::plots::SAVE_TABLE_HINT,
            Self::Picture => text::plots::SAVE_PICTURE_HINT,
        }
    }
}

/// The dialog and what was typed into it.
#[derive(Default)]
pub struct SaveField {
    file: PlotFile,
    text: String,
    is_whole: bool,
    is_open: bool,
    wants_focus: bool,
}

impl SaveField {
    /// Proposes a place beside the clip.
    pub fn open(&mut self, file: PlotFile, clip: &SourceState) {
        let folder = clip.source.path.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folder = folder.or_else(|| Some(directories::UserDirs::new()?.home_dir().to_owned())).unwrap_or_default();
        let stem = clip.source.path.as_deref().and_then(Path::file_stem);
        let stem = stem.map_or_else(|| "demo".to_owned(), |stem| stem.to_string_lossy().into_owned());
        let path = folder.join(format!("{stem}-plots.{}", file.extension()));
        *self = Self { file, text: path.display().to_string(), is_whole: false, is_open: true, wants_focus: true };
    }

    /// What was chosen in the system's dialog.
    pub fn choose(&mut self, path: &Path) {
        self.text = path.display().to_string();
    }

    /// `is_trimmed` where the clip has in and out points.
    pub fn ui(&mut self, ctx: &egui::Context, is_trimmed: bool, commands: &mut Vec<UiCommand>) {
        if !self.is_open {
            return;
        }
        let mut is_confirmed = false;
        let modal = Modal::new(Id::unique("save-plots")).frame(Theme::of_context(ctx).dialog_frame()).show(ctx, |ui| {
            ui.set_width(size::DIALOG_WIDTH.min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING));
            ui.label(RichText::new(self.file.title()).text_style(dialog_text()));
            ui.label(muted(self.file.hint()));
            ui.add_space(size::GAP);
            let field = text_field(ui, text::plots::SAVE_AS, &mut self.text, text::plots::SAVE_EXAMPLE);
            if std::mem::take(&mut self.wants_focus) {
                field.request_focus();
            }
            is_confirmed = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if is_trimmed {
                ui.add_space(size::GAP);
                let choices = [
                    (false, text::plots::IN_TO_OUT, text::plots::IN_TO_OUT_HINT),
                    (true, text::plots::WHOLE_CLIP, text::plots::WHOLE_CLIP_HINT),
                ];
                self.is_whole = segmented(ui, text::plots::FRAMES, self.is_whole, &choices).unwrap_or(self.is_whole);
            }
            ui.add_space(size::PANEL_PADDING);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_enabled_ui(typed_path(&self.text).is_some(), |ui| {
                    is_confirmed |= primary_button(ui, text::plots::SAVE).clicked();
                });
                if ui.button(text::common::CANCEL).clicked() {
                    ui.close();
                }
                if ui.button(text::plots::CHOOSE_PLACE).on_hover_text(text::plots::CHOOSE_PLACE_HINT).clicked() {
                    commands.push(UiCommand::ChoosePlotFile(self.file));
                }
            });
        });
        let path = self.path().filter(|_| is_confirmed);
        if modal.should_close() || path.is_some() {
            self.is_open = false;
        }
        if let Some(path) = path {
            commands.push(UiCommand::SavePlots { file: self.file, path, is_whole: self.is_whole });
        }
    }

    /// What was typed, with an extension.
    fn path(&self) -> Option<PathBuf> {
        let mut path = typed_path(&self.text)?;
        if path.extension().is_none() {
            path.set_extension(self.file.extension());
        }
        Some(path)
    }
}
