//! `X3D.npy`: float32 [frames, 17, 3].

use std::io::{self, Write};

use super::PoseExport;
use crate::data::H36M_JOINTS;
use crate::io::npy;

pub(super) fn write(out: &mut dyn Write, export: &PoseExport<'_>) -> io::Result<()> {
    let joints = &export.prediction.joints;
    let shape = [joints.len() / H36M_JOINTS, H36M_JOINTS, 3];
    npy::write_f32(out, &shape, joints.iter().flat_map(glam::Vec3::to_array))
}
