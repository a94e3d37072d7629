//! Finds the people in the active clip's video.

use std::sync::Arc;

use super::app::StudioApp;
use crate::runtime::JobId;
use crate::session::Source;

impl StudioApp {
    /// More people or frames of a video were found, also by a job that was cancelled since. The square around the whole
    /// motion may have changed, so that all of it is lifted anew.
    pub(super) fn take_detected(&mut self, job: JobId, source: &Arc<Source>) {
        let id = source.id;
        log::debug!("{job:?} found {} people in {}", source.tracks.len(), source.name);
        if self.session.document().source(id).is_none() {
            return;
        }
        self.session.update_source(source);
        self.forget_inference(id);
        if self.session.active_id() == Some(id) {
            self.infer_now(id);
        } else {
            self.infer_later(id);
        }
    }
}
