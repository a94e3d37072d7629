//! Where a clip is seen from, picture by picture.

use std::f32::consts::TAU;

use super::{ClipError, ClipLayout, ClipOrder};
use crate::data::{FrameIndex, PersonId};
use crate::scene::{CameraRig, OrbitCamera};
use crate::session::shot::Shot;

/// How the view is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipCamera {
    /// In the first picture; none stands where the recording camera stood.
    pub start: Option<OrbitCamera>,
    /// Looks at the selected person, or at everybody, wherever they go.
    pub follows: bool,
    /// Goes round once from the first to the last picture.
    pub turns: bool,
}

pub(super) struct CameraPath<'a> {
    shot: Shot<'a>,
    selected: Option<PersonId>,
    rig: CameraRig,
    follows: bool,
    turn_per_picture: f32,
    secs_per_picture: f32,
}

impl<'a> CameraPath<'a> {
    pub(super) fn new(
        order: &ClipOrder,
        shot: Shot<'a>,
        selected: Option<PersonId>,
        [width, height]: [u32; 2],
    ) -> Result<Self, ClipError> {
        let recording = || shot.recording_camera(width as f32 / height as f32).ok_or(ClipError::Nobody);
        let start = order.camera.start.filter(|_| order.layout != ClipLayout::Overlay);
        let is_free = start.is_some();
        let mut start = match start {
            Some(start) => start,
            None => recording()?,
        };
        let follows = order.camera.follows && is_free;
        if let Some(middle) = shot.middle(order.frame(0, shot.clip.fps), selected).filter(|_| follows) {
            start.target = middle;
        }
        let count = order.frame_count(shot.clip.fps);
        Ok(Self {
            shot,
            selected,
            rig: CameraRig::new(start),
            follows,
            turn_per_picture: if order.camera.turns && is_free { TAU / count as f32 } else { 0.0 },
            secs_per_picture: order.rate.time_of(1) as f32,
        })
    }

    /// Of picture `number`, which shows `frame`; to be asked for in their order.
    pub(super) fn at(&mut self, number: usize, frame: FrameIndex) -> OrbitCamera {
        if self.follows
            && let Some(middle) = self.shot.middle(frame, self.selected)
        {
            self.rig.follow(middle);
            self.rig.advance(self.secs_per_picture);
        }
        let shown = *self.rig.shown();
        OrbitCamera { yaw: shown.yaw + self.turn_per_picture * number as f32, ..shown }
    }
}
