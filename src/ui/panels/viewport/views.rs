//! The 3D views, one per clip, so that each keeps its camera.

use std::collections::HashMap;

use eframe::egui_wgpu::RenderState;

use super::ViewportState;
use crate::session::{Session, SourceId};
use crate::ui::action::Action;

#[derive(Default)]
pub struct Viewports {
    /// How views start.
    fresh: ViewportState,
    views: HashMap<SourceId, ViewportState>,
    /// How many stood side by side in the frame before.
    count: usize,
}

impl Viewports {
    /// Tells what the window is drawn with. Until then views say that there is no 3D.
    pub fn attach(&mut self, gpu: &RenderState) {
        self.fresh.attach(gpu);
    }

    pub fn of(&mut self, clip: SourceId) -> &mut ViewportState {
        self.views.entry(clip).or_insert_with(|| self.fresh.another())
    }

    /// Brings everybody into the picture again when the views have become wider or narrower.
    pub fn frame_anew(&mut self, shown: &[SourceId]) {
        if self.count != shown.len() && self.count > 0 {
            shown.iter().for_each(|clip| self.of(*clip).ask(Action::FrameAll));
        }
        self.count = shown.len();
    }

    /// Longer side of the largest video behind people, pixels of the screen.
    pub fn video_px(&self) -> f32 {
        self.views.values().map(|view| view.video_px).fold(0.0, f32::max)
    }

    /// Turns the other views as the one of `clip`.
    pub fn link(&mut self, clip: SourceId) {
        let Some(rig) = self.views.get(&clip).map(|view| view.rig.clone()) else { return };
        for (_, view) in self.views.iter_mut().filter(|(other, _)| **other != clip) {
            view.rig = rig.clone();
        }
    }

    /// Forgets the views of clips that were closed.
    pub fn tidy(&mut self, session: &Session) {
        self.views.retain(|clip, _| session.document().source(*clip).is_some());
    }
}
