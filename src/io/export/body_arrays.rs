//! Bodies as NumPy archives: `mesh.npz` with what the mesh model gives, `smpl.npz` in the layout of AMASS.

use std::f32::consts::FRAC_PI_2;
use std::ops::Range;
use std::path::Path;

use glam::{Quat, Vec3};

use super::WriteError;
use crate::data::body::{BODY_SHAPES, BodyModel, BodyTrack};
use crate::data::skeleton::H36M_JOINTS;
use crate::io::atomic;
use crate::io::npz::NpzWriter;
use crate::support::{CancelToken, ProgressSink};

/// What the files of one body are called.
pub const MESH_FILE: &str = "mesh.npz";
pub const AMASS_FILE: &str = "smpl.npz";

/// Frames that are posed at a time: enough to keep all cores busy.
const FRAMES_PER_CHUNK: usize = 32;

/// Joints of SMPL that AMASS has: the root and the body without the hands.
const AMASS_BODY_JOINTS: usize = 22;
/// Values of a pose in AMASS: the root, 21 joints and 30 finger joints.
const AMASS_POSE_VALUES: usize = 156;
const AMASS_SHAPES: usize = 16;

/// One person's body as the mesh model gives it.
pub struct MeshExport<'a> {
    pub body: &'a BodyModel,
    /// Poses and shapes in camera axes; its translations become `trans`.
    pub track: &'a BodyTrack,
    /// Whether every frame's vertices are written.
    pub with_vertices: bool,
    /// Vertices of frames counted from the start of the track, without its translations. // `[frames]``[V]`
    pub vertices_mm: &'a dyn Fn(Range<usize>) -> Vec<Vec<Vec3>>,
}

impl MeshExport<'_> {
    /// Writes `theta` [T, 82] (24 axis-angles, 10 betas), `joints` [T, 17, 3] mm, `trans` [T, 3] mm to be added to joints
    /// and vertices, `faces` [F, 3] and on demand `vertices` [T, V, 3] mm, a few frames at a time. A body without a
    /// regressor of the 17 joints has no `joints`.
    ///
    /// # Errors
    /// When the file cannot be written, or the token was cancelled.
    pub fn write(&self, path: &Path, cancel: &CancelToken, progress: &dyn ProgressSink) -> Result<(), WriteError> {
        let frames = self.track.poses.len();
        let chunks = (0..frames).step_by(FRAMES_PER_CHUNK).flat_map(|start| {
            let end = frames.min(start + FRAMES_PER_CHUNK);
            // Writing fails once the token is cancelled; what nobody waits for need not be posed.
            let posed = if cancel.is_cancelled() { Vec::new() } else { (self.vertices_mm)(start..end) };
            progress.progress("frames", end as u64, frames as u64);
            posed
        });
        let regressor = self.body.h36m_regressor.as_ref();
        let joints_of = |vertices: &[Vec3]| -> Vec<Vec3> {
            regressor.map_or_else(Vec::new, |rows| (0..rows.len()).map(|row| rows.weigh(row, vertices)).collect())
        };
        atomic::write(path, cancel, |out| {
            let mut joints = Vec::new();
            let mut archive = NpzWriter::new(out);
            if self.with_vertices {
                let vertices = chunks.flat_map(|vertices| {
                    joints.extend(joints_of(&vertices));
                    vertices
                });
                let shape = [frames, self.body.vertex_count(), 3];
                archive.f32("vertices", &shape, vertices.flat_map(|vertex| vertex.to_array()))?;
            } else if regressor.is_some() {
                joints.extend(chunks.flat_map(|vertices| joints_of(&vertices)));
            }
            if regressor.is_some() {
                archive.f32("joints", &[frames, H36M_JOINTS, 3], joints.iter().flat_map(Vec3::to_array))?;
            }
            let rows = self.track.poses.iter().zip(self.track.betas.iter());
            let theta = rows.flat_map(|(pose, betas)| pose.iter().flat_map(Vec3::to_array).chain(*betas));
            archive.f32("theta", &[frames, 82], theta)?;
            let trans = self.track.translations.iter().flat_map(|metres| (*metres * 1000.0).to_array());
            archive.f32("trans", &[frames, 3], trans)?;
            archive.u32("faces", &[self.body.faces.len(), 3], self.body.faces.iter().flatten().copied())?;
            archive.finish()
        })
    }
}

/// One person's body motion for programs that read AMASS.
#[derive(Clone, Copy, Debug)]
pub struct AmassExport<'a> {
    pub body: &'a BodyModel,
    /// In the drawn world: metres, x right seen from the camera, y up, z towards the camera.
    pub track: &'a BodyTrack,
    pub fps: f64,
}

impl AmassExport<'_> {
    /// Writes `poses` [T, 156], `betas` `[16]`, `trans` [T, 3] metres, `mocap_framerate` and `gender`, z up. Fingers stay
    /// straight. The person has one shape, the mean over the clip; that of a body that is not SMPL's (its shapes have
    /// names of their own) is left out.
    ///
    /// # Errors
    /// When the file cannot be written, or the token was cancelled.
    pub fn write(&self, path: &Path, cancel: &CancelToken) -> Result<(), WriteError> {
        let track = self.track;
        let frames = track.poses.len();
        // y up to z up.
        let upright = Quat::from_rotation_x(FRAC_PI_2);
        let poses = track.poses.iter().flat_map(|pose| {
            let root = upright * Quat::from_scaled_axis(pose[0]);
            let root = if root.w < 0.0 { -root } else { root }.to_scaled_axis();
            let body = std::iter::once(root).chain(pose[1..AMASS_BODY_JOINTS].iter().copied());
            let values = body.flat_map(|rotation| rotation.to_array());
            values.chain(std::iter::repeat_n(0.0, AMASS_POSE_VALUES - 3 * AMASS_BODY_JOINTS))
        });
        // The root turns about the pelvis of the rest pose, which stays where it is.
        let trans = track.betas.iter().zip(track.translations.iter()).flat_map(|(betas, translation)| {
            let pelvis = self.body.rest_joints(betas)[0];
            (upright * (pelvis + *translation) - pelvis).to_array()
        });
        let betas: [f32; AMASS_SHAPES] = std::array::from_fn(|shape| match shape < BODY_SHAPES && self.is_smpl() {
            true => track.betas.iter().map(|betas| betas[shape]).sum::<f32>() / frames.max(1) as f32,
            false => 0.0,
        });
        atomic::write(path, cancel, |out| {
            let mut archive = NpzWriter::new(out);
            archive.f32("poses", &[frames, AMASS_POSE_VALUES], poses)?;
            archive.f32("betas", &[AMASS_SHAPES], betas.into_iter())?;
            archive.f32("trans", &[frames, 3], trans)?;
            archive.number("mocap_framerate", self.fps)?;
            archive.text("gender", "neutral")?;
            archive.finish()
        })
    }

    fn is_smpl(&self) -> bool {
        self.body.shape_names.is_empty()
    }
}
