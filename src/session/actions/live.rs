//! What people before a camera do now: the last seconds compared with the examples of the person's own moves.

use std::sync::Arc;

use super::{Examples, LabelOptions};
use crate::data::{FrameRange, H36M_JOINTS, PersonId, PosePrediction};
use crate::motion::features::of_poses;
use crate::motion::moves::similarities;
use crate::session::{Motion, Session};
use crate::support::CancelToken;

/// How far back the last seconds go: as long as the longest move that is usual.
const LOOK_BACK_SECS: f64 = 3.0;

/// What somebody does now.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveLabel {
    pub person: PersonId,
    pub name: String,
    /// Cosine, up to 1.
    pub similarity: f32,
}

/// What to compare.
#[derive(Clone, Debug)]
pub struct LiveLabelsInput {
    motion: Arc<Motion>,
    examples: Arc<Examples>,
    options: LabelOptions,
}

impl LiveLabelsInput {
    /// Everybody whose last moment is like an example, as much as the threshold asks for. Costs the same however long
    /// the camera runs.
    pub fn derive(&self, cancel: &CancelToken) -> Arc<[LiveLabel]> {
        let labels = self.motion.people.iter().filter_map(|person| self.label(&person.prediction, cancel));
        labels.collect()
    }

    fn label(&self, poses: &PosePrediction, cancel: &CancelToken) -> Option<LiveLabel> {
        let fps = self.motion.key.fps;
        let count = poses.range.len().min((LOOK_BACK_SECS * fps) as usize);
        let last = PosePrediction {
            range: FrameRange::of_len(poses.range.end - count, count),
            joints: poses.joints[poses.joints.len() - count * H36M_JOINTS..].into(),
            ..poses.clone()
        };
        let (samples, names) = (self.examples.samples(), &self.examples.key.moves);
        let sides = if self.options.is_mirrored { &[false, true][..] } else { &[false] };
        let best = sides.iter().filter_map(|is_mirrored| {
            let features = of_poses(&last, None, fps, *is_mirrored);
            let scores = similarities(&features, &samples, names.classes.len(), cancel).ok()?;
            let now = scores.window(scores.windows.len().checked_sub(1)?);
            let (class, similarity) = now.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
            Some((class, similarity))
        });
        let (class, similarity) = best.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let name = names.names().nth(class).filter(|_| similarity >= self.options.moves_cut.threshold)?;
        Some(LiveLabel { person: poses.person, name: name.to_owned(), similarity })
    }
}

impl Session {
    /// What is compared while a camera runs and there are moves.
    pub fn live_labels_input(&self) -> Option<LiveLabelsInput> {
        let motion = self.motion(self.live()?).filter(|_| self.is_following_live())?.clone();
        let examples = self.examples().filter(|_| !self.document().moves.classes.is_empty())?.clone();
        Some(LiveLabelsInput { motion, examples, options: self.document().actions.clone() })
    }

    /// What people before the camera do now, as far as it is like one's own moves.
    pub fn live_labels(&self) -> &[LiveLabel] {
        if self.is_following_live() { &self.actions.live } else { &[] }
    }

    pub fn set_live_labels(&mut self, labels: Arc<[LiveLabel]>) {
        self.actions.live = labels;
    }
}
