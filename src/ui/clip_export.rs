//! Exports pictures of the active clip in a job of its own.

use super::app::StudioApp;
use super::jobs::JobKind;
use crate::io::frames::Ffmpeg;
use crate::runtime::Event;
use crate::runtime::clip::{self, ClipCamera, ClipError, ClipOrder, ClipSubject};
use crate::runtime::job::JobError;
use crate::support::{Notice, Notices};
use crate::ui::text;

impl StudioApp {
    /// Starts drawing what the 3D view of the active clip shows, from the same camera; [`Event::Exported`] follows.
    pub(super) fn export_clip(&mut self, mut order: ClipOrder, is_dark: bool) {
        let (Some(clip), Some(motion)) = (self.session.active().cloned(), self.session.active_motion().cloned()) else {
            return;
        };
        let id = clip.source.id;
        let settings = self.session.settings.scene.clone();
        order.camera =
            ClipCamera { start: self.panels.viewports.of(id).camera(), follows: settings.follow, ..order.camera };
        let subject = ClipSubject {
            clip,
            motion,
            bodies: self.session.bodies(id).cloned(),
            settings,
            is_dark,
            selected: self.session.selection.person(),
        };
        let started = self.runtime.run("export-video", move |context| {
            let notices = Notices::new();
            let written = clip::write(&order, &subject, &Ffmpeg::default(), &notices, &context.cancel, context);
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
