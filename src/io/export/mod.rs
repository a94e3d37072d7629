//! Writing predictions: `X3D.npy` as the published script does, CSV tables, JSON, and the summary of a run; and body
//! motion for animation programs: BVH and GLB.
//!
//! Imports data and support only. Runs on the thread that asked for it; a file is there whole or not at all.

mod actions;
pub mod alphapose;
mod body_arrays;
pub mod bvh;
pub mod columns;
mod csv;
pub mod glb;
mod json;
mod npy;
mod rig;
mod summary;

use std::path::Path;

use crate::data::{H36M_JOINTS, PosePrediction, SkeletonId};
use crate::support::CancelToken;

pub use super::atomic::WriteError;
pub use actions::{ACTIONS_FILE, ActionsExport};
pub use body_arrays::{AMASS_FILE, AmassExport, MESH_FILE, MeshExport};
pub use rig::{BodyMotion, RIG_NAMES};
pub use summary::{PersonSummary, RepetitionsSummary, Summary, SummaryNotice};

/// File formats for 3D joints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExportFormat {
    /// float32 [frames, 17, 3], nothing else: the published script's result.
    Npy,
    /// A row per frame, three columns per joint.
    Csv,
    /// Frames with names, space, units and the way back to pixels.
    Json,
}

/// File formats for body motion, as animation programs read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MotionFormat {
    /// A skeleton with its rotations; one file a person.
    Bvh,
    /// Skinned bodies with skeletons and animation; one file for everybody.
    Glb,
}

impl MotionFormat {
    pub const ALL: [Self; 2] = [Self::Bvh, Self::Glb];

    pub fn extension(self) -> &'static str {
        match self {
            Self::Bvh => "bvh",
            Self::Glb => "glb",
        }
    }
}

/// What a file says about one person.
#[derive(Clone, Copy, Debug)]
pub struct PoseExport<'a> {
    pub prediction: &'a PosePrediction,
    /// For the time of each frame.
    pub fps: f64,
    /// Name of the source file.
    pub source: &'a str,
}

impl ExportFormat {
    pub const ALL: [Self; 3] = [Self::Npy, Self::Csv, Self::Json];

    pub fn extension(self) -> &'static str {
        match self {
            Self::Npy => "npy",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The name that the published script gives to its result, with our extension.
    pub fn file_name(self) -> String {
        format!("X3D.{}", self.extension())
    }

    /// Writes one person's joints to `path`, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written, or the token was cancelled.
    pub fn write(self, path: &Path, export: &PoseExport<'_>, cancel: &CancelToken) -> Result<(), WriteError> {
        super::atomic::write(path, cancel, |out| match self {
            Self::Npy => npy::write(out, export),
            Self::Csv => csv::write(out, export),
            Self::Json => json::write(out, export),
        })
    }
}

impl std::fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.extension())
    }
}

impl std::str::FromStr for ExportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| format.extension() == wanted)
            .ok_or_else(|| format!("unknown format '{text}'; known are npy, csv, json"))
    }
}

impl PoseExport<'_> {
    /// (timeline frame, seconds, the 17 joints) of every frame.
    fn frames(&self) -> impl Iterator<Item = (usize, f64, &[glam::Vec3])> {
        let start = self.prediction.range.start;
        self.prediction.joints.chunks_exact(H36M_JOINTS).enumerate().map(move |(offset, joints)| {
            let frame = start + offset;
            (frame, frame as f64 / self.fps, joints)
        })
    }
}

/// Joint names for columns and keys: "right_hip".
fn joint_names() -> Vec<String> {
    SkeletonId::H36m17.skeleton().joints.iter().map(|name| name.replace(' ', "_")).collect()
}

#[cfg(test)]
mod tests;
