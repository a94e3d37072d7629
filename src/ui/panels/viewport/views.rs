//! The 3D views, one per clip, so that each keeps its camera.

use std::collections::HashMap;

use eframe::egui_wgpu::RenderState;

use super::ViewportState;
use crate::session::{Session, SourceId};

#[derive(Default)]
pub struct Viewports {
    /// How views start.
    fresh: ViewportState,
    views: HashMap<SourceId, ViewportState>,
}

impl Viewports {
    /// Tells what the window is drawn with. Until then views say that there is no 3D.
    pub fn attach(&mut self, gpu: &RenderState) {
        self.fresh.attach(gpu);
    }

    pub fn of(&mut self, clip: SourceId) -> &mut ViewportState {
        self.views.entry(clip).or_insert_with(|| self.fresh.another())
    }

    /// Forgets the views of clips that were closed.
    pub fn tidy(&mut self, session: &Session) {
        self.views.retain(|clip, _| session.document().source(*clip).is_some());
    }
}
