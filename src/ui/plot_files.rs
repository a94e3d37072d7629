//! Writes plots to files and to the clipboard, away from the window's thread.

use std::io;
use std::path::PathBuf;

use eframe::egui;

use super::app::StudioApp;
use super::jobs::JobKind;
use super::opening::short_name;
use super::panels::plots::export::{COMMA, table_as_text, write_table};
use super::panels::plots::{Figure, PlotFile, picture};
use super::theme::Theme;
use crate::data::FrameRange;
use crate::io::atomic::{self, WriteError};
use crate::runtime::Event;
use crate::runtime::job::JobError;
use crate::session::reading::CurveRequest;
use crate::support::{CancelToken, Cancelled, Notice};
use crate::ui::text;

/// Starts writing what the plots show; a message says where it went.
pub fn save(app: &mut StudioApp, ctx: &egui::Context, file: PlotFile, path: PathBuf, is_whole: bool) {
    let (mut figure, missing) = app.panels.plots.figure(&app.session);
    let is_dark = Theme::of_context(ctx).is_dark;
    let name = short_name(&path);
    let headline = text::plots::could_not_save(&name);
    let why = headline.clone();
    let started = app.runtime.run("plots", move |context| {
        complete(&mut figure, missing.as_ref(), &context.cancel)?;
        let range = figure.frames(is_whole);
        write(file, &figure, range, is_dark, &path, &context.cancel).map_err(|error| match error {
            WriteError::Cancelled(_) => JobError::Cancelled,
            error => JobError::Failed(Notice::from_error(why, &error)),
        })?;
        context.send(Event::Notice(Notice::info(text::plots::SAVED).why(path.display().to_string())))?;
        Ok(())
    });
    match started {
        Ok(handle) => app.jobs.add(handle, JobKind::Save, text::plots::saving(&name)),
        Err(error) => app.tell(Notice::from_error(headline, &error)),
    }
}

/// Starts copying the shown curves from in to out point; [`Event::Table`] follows.
pub fn copy(app: &mut StudioApp) {
    let (mut figure, missing) = app.panels.plots.figure(&app.session);
    let started = app.runtime.run("plots", move |context| {
        complete(&mut figure, missing.as_ref(), &context.cancel)?;
        let text = table_as_text(&figure, figure.frames(false)).into();
        Ok(context.send(Event::Table { job: context.id, text })?)
    });
    match started {
        Ok(handle) => app.jobs.add(handle, JobKind::Save, text::plots::COPYING.to_owned()),
        Err(error) => app.tell(Notice::from_error(text::plots::COPY_FAILED, &error)),
    }
}

/// Works out what the figure lacks.
fn complete(figure: &mut Figure, missing: Option<&CurveRequest>, cancel: &CancelToken) -> Result<(), Cancelled> {
    if let Some(missing) = missing {
        figure.fill(&missing.work_out(cancel)?);
    }
    Ok(())
}

fn write(
    file: PlotFile,
    figure: &Figure,
    range: FrameRange,
    is_dark: bool,
    path: &std::path::Path,
    cancel: &CancelToken,
) -> Result<(), WriteError> {
    match file {
        PlotFile::Table => atomic::write(path, cancel, |out| write_table(out, COMMA, figure, range)),
        PlotFile::Picture => {
            let image = picture(figure, range, is_dark);
            cancel.check()?;
            let [width, height] = image.size.map(|side| side as u32);
            atomic::write(path, cancel, |out| {
                use image::ImageEncoder;
                let encoder = image::codecs::png::PngEncoder::new(out);
                let bytes: Vec<u8> = image.pixels.iter().flat_map(egui::Color32::to_array).collect();
                let colour = image::ExtendedColorType::Rgba8;
                encoder.write_image(&bytes, width, height, colour).map_err(io::Error::other)
            })
        }
    }
}
