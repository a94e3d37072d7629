//! All steps from the figure to the arrays of the file.

use glam::DVec3;

use crate::mesh::Mesh;
use crate::{figure, regress, relax, sdf, shape, surface, weights};

/// Spacing of the grid that finds the surface.
const GRID: f64 = 0.010;
const GRID_FROM: DVec3 = DVec3::new(0.0, -0.03, -0.20);
const GRID_TO: DVec3 = DVec3::new(0.90, 1.73, 0.22);
const ROUNDS: usize = 6;

/// How far the origin lies above the floor: 0.22 above the pelvis, where SMPL has its own, so that translations mean
/// the same. A whole number of [`STEP`]s.
pub const ORIGIN: f64 = 1.171_875;

/// Vertices lie at whole multiples of this: a power of two, so that they are exact in single precision.
const STEP: f64 = 1.0 / 1_048_576.0;

/// Everything that the file holds.
pub struct Body {
    pub mesh: Mesh,
    /// [V]
    pub skin: Vec<weights::Row>,
    /// [10][V]
    pub shapes: Vec<Vec<DVec3>>,
    /// [24][V]
    pub tree: Vec<Vec<f64>>,
    /// [17][V]
    pub h36m: Vec<Vec<f64>>,
}

/// The mesh standing on the floor, and for each vertex its mirror image. `coarse` makes edges longer; 1 for the body.
pub fn standing(coarse: f64) -> (Mesh, Vec<usize>) {
    let parts = figure::parts();
    let mut half = surface::half(|p| sdf::distance(&parts, p), GRID_FROM, GRID_TO, GRID * coarse);
    let size = |p| figure::edge_length(p) * coarse;
    relax::Relax { project: |p| sdf::project(&parts, p), size }.run(&mut half, ROUNDS);
    half.points.iter_mut().for_each(|p| *p = (*p / STEP).round() * STEP);
    half.mirrored()
}

/// What belongs to a standing mesh; moves it to the origin.
pub fn finish(mut mesh: Mesh, twin: &[usize]) -> Body {
    let skin = weights::skin(&mesh, twin);
    let shapes = shape::directions(&mesh, twin, &skin);
    let tree = regress::tree(&mesh, twin, &skin);
    let h36m = regress::h36m(&mesh, twin, &skin);
    mesh.points.iter_mut().for_each(|p| p.y -= ORIGIN);
    Body { mesh, skin, shapes, tree, h36m }
}
