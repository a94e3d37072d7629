//! Poses placed in the shown world.

use std::sync::Arc;

use glam::Vec3;

use super::skeleton::H36M_JOINTS;
use super::{FrameIndex, FrameRange, PersonId};

/// One person's 3D joints in the world that is drawn: metres, right-handed, x right seen from the camera,
/// y up with the floor at 0, z towards the camera. H36M-17 order.
#[derive(Clone, Debug)]
pub struct WorldTrack {
    pub person: PersonId,
    pub range: FrameRange,
    /// [frames, 17]
    pub joints_in_world: Arc<[Vec3]>,
}

impl WorldTrack {
    /// The 17 joints of one timeline frame, if inside the range.
    pub fn frame(&self, frame: FrameIndex) -> Option<&[Vec3]> {
        let offset = self.range.offset_of(frame)?;
        self.joints_in_world.get(offset * H36M_JOINTS..(offset + 1) * H36M_JOINTS)
    }
}
