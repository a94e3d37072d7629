//! Frames with everything that is needed to understand the numbers.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::{PoseExport, joint_names};
use crate::data::{Normalisation, PersonId, SkeletonId, Space};

#[derive(Serialize)]
struct Document<'a> {
    source: &'a str,
    person: PersonId,
    fps: f64,
    first_frame: usize,
    frame_count: usize,
    space: Space,
    units: &'static str,
    axes: &'static str,
    /// Clip box to pixels: `xyz * half_extent`, then `xy + centre`.
    normalisation: Normalisation,
    joint_names: Vec<String>,
    bones: &'static [(usize, usize)],
    frames: Frames<'a>,
}

#[derive(Serialize)]
struct Frame<'a> {
    frame: usize,
    time_secs: f64,
    joints: &'a [glam::Vec3],
}

/// Written one by one, so that a long take is never in memory twice.
struct Frames<'a>(&'a PoseExport<'a>);

impl Serialize for Frames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.frames().map(|(frame, time_secs, joints)| Frame { frame, time_secs, joints }))
    }
}

pub(super) fn write(out: &mut dyn Write, export: &PoseExport<'_>) -> io::Result<()> {
    let prediction = export.prediction;
    let document = Document {
        source: export.source,
        person: prediction.person,
        fps: export.fps,
        first_frame: prediction.range.start,
        frame_count: export.frames().count(),
        space: prediction.space,
        units: match prediction.space {
            Space::ClipBox => "half the side of the clip's square",
            Space::ImagePixels => "pixels",
        },
        axes: "x right, y down, z away from the camera",
        normalisation: prediction.normalisation,
        joint_names: joint_names(),
        bones: SkeletonId::H36m17.skeleton().bones,
        frames: Frames(export),
    };
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n")
}
