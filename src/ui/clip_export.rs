//! Exports pictures of the active clip in a job of its own, and shows before what one will look like.

use eframe::egui::{self, ColorImage, TextureHandle, TextureOptions};

use super::app::StudioApp;
use super::jobs::JobKind;
use super::theme::{Theme, size};
use crate::runtime::Event;
use crate::runtime::clip::{self, ClipCamera, ClipError, ClipOrder, ClipPreview, ClipSubject, PreviewRequest};
use crate::runtime::job::JobError;
use crate::support::{Notice, Notices};
use crate::ui::text;

/// The picture in the dialog. Nothing runs while that is closed.
#[derive(Default)]
pub struct PreviewDesk {
    worker: Option<ClipPreview>,
    asked: Option<PreviewRequest>,
    /// With the number of the frame that it was asked for.
    shown: Option<(TextureHandle, usize)>,
    problem: Option<String>,
}

impl PreviewDesk {
    /// The newest one, and the number of its frame from 1.
    pub fn picture(&self) -> Option<(&TextureHandle, usize)> {
        self.shown.as_ref().map(|(texture, frame)| (texture, *frame))
    }

    /// Why there is none.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Whether that was asked for last.
    fn is_asked(&self, wanted: &PreviewRequest) -> bool {
        self.asked.as_ref().is_some_and(|asked| {
            (&asked.order, asked.frame, asked.fit_within) == (&wanted.order, wanted.frame, wanted.fit_within)
                && asked.subject.looks_like(&wanted.subject)
        })
    }

    fn take(&mut self, ctx: &egui::Context) {
        match self.worker.as_ref().and_then(ClipPreview::take) {
            Some(Ok((picture, frame))) => {
                let size = [picture.width() as usize, picture.height() as usize];
                let image = ColorImage::from_rgba_unmultiplied(size, &picture);
                self.shown = Some((ctx.load_texture("clip-preview", image, TextureOptions::LINEAR), frame.0 + 1));
                self.problem = None;
            }
            Some(Err(problem)) => (self.shown, self.problem) = (None, Some(problem)),
            None => {}
        }
    }
}

impl StudioApp {
    /// Has the picture of the dialog that is open drawn anew where anything about it changed.
    pub(super) fn keep_clip_preview(&mut self, ctx: &egui::Context) {
        let Some(order) = self.panels.clip_export.drawn().cloned() else {
            self.clip_preview = PreviewDesk::default();
            return;
        };
        let Some((order, subject)) = self.as_seen(order, Theme::of_context(ctx).is_dark) else { return };
        let points = [size::DIALOG_WIDTH, size::THUMBNAIL];
        let fit_within = points.map(|points| (points * ctx.pixels_per_point()).round() as u32);
        let wanted = PreviewRequest { order, subject, frame: self.session.frame(), fit_within };
        let desk = &mut self.clip_preview;
        desk.take(ctx);
        if desk.is_asked(&wanted) {
            return;
        }
        desk.asked = Some(wanted.clone());
        let worker = match desk.worker.take() {
            Some(worker) => worker,
            None => match self.runtime.preview_clip() {
                Ok(worker) => worker,
                Err(error) => {
                    desk.problem = Some(error.to_string());
                    return;
                }
            },
        };
        worker.ask(wanted);
        desk.worker = Some(worker);
    }

    /// The order with the camera of the active clip's 3D view, and what that shows.
    fn as_seen(&mut self, order: ClipOrder, is_dark: bool) -> Option<(ClipOrder, ClipSubject)> {
        let (clip, motion) = (self.session.active()?.clone(), self.session.active_motion()?.clone());
        let id = clip.source.id;
        let settings = self.session.settings.scene.clone();
        let start = self.panels.viewports.of(id).camera();
        let camera = ClipCamera { start, follows: settings.follow, ..order.camera };
        let bodies = self.session.bodies(id).cloned();
        let selected = self.session.selection.person();
        Some((ClipOrder { camera, ..order }, ClipSubject { clip, motion, bodies, settings, is_dark, selected }))
    }

    /// Starts drawing what the 3D view of the active clip shows, from the same camera; [`Event::Exported`] follows.
    pub(super) fn export_clip(&mut self, order: ClipOrder, is_dark: bool) {
        let Some((order, subject)) = self.as_seen(order, is_dark) else { return };
        let tools = self.runtime.tools.clone();
        let started = self.runtime.run("export-video", move |context| {
            let notices = Notices::new();
            let written = clip::write(&order, &subject, &tools, &notices, &context.cancel, context);
            for (notice, _) in notices.take() {
                context.send(Event::Notice(notice))?;
            }
            written.map_err(|error| match error {
                ClipError::Cancelled(_) => JobError::Cancelled,
                error => JobError::Failed(Notice::from_error(text::clip_export::FAILED, &error)),
            })?;
            let files = vec![order.target.path().to_owned()];
            Ok(context.send(Event::Exported { job: context.id, files })?)
        });
        match started {
            Ok(handle) => self.jobs.add(handle, JobKind::Save, text::clip_export::EXPORTING.to_owned()),
            Err(error) => self.tell(Notice::from_error(text::clip_export::NOT_STARTED, &error)),
        }
    }
}
