//! Makes the mannequin, the body that is built in: `cargo run --release --example mannequin -- models/mannequin.npz`.
//!
//! A signed-distance figure (`sdf`, `figure`) becomes a surface (`surface`) of even triangles (`relax`), gets skin
//! weights (`weights`), shape directions (`shape`) and joint regressors (`regress`), and is written in SMPL's layout
//! (`npz`). The left half is made and mirrored, so both sides are exactly alike. The same bytes come out on every
//! machine: nothing depends on hash order, threads or a maths library.
//!
//! `--pictures FOLDER` draws it from all sides and in poses, `--poses FILE.npy` adds those of a [P, 24, 3] array of
//! local axis-angles.

#![allow(clippy::print_stdout, reason = "tells what it made")]

mod figure;
mod mesh;
mod npz;
mod picture;
mod poses;
mod regress;
mod relax;
mod sdf;
mod shape;
mod surface;
mod weights;

use std::path::PathBuf;

use anyhow::bail;
use glam::DVec3;

use mesh::Mesh;

/// Spacing of the grid that finds the surface.
const GRID: f64 = 0.008;
const GRID_FROM: DVec3 = DVec3::new(0.0, -0.03, -0.20);
const GRID_TO: DVec3 = DVec3::new(0.90, 1.73, 0.22);

/// SMPL's origin lies this far above the pelvis; ours too, so that translations mean the same.
const ORIGIN_ABOVE_PELVIS: f64 = 0.22;

/// Everything that the file holds.
pub struct Body {
    pub mesh: Mesh,
    pub skin: Vec<weights::Row>,
    /// [10][V]
    pub shapes: Vec<Vec<DVec3>>,
    /// [24][V]
    pub tree: Vec<Vec<f64>>,
    /// [17][V]
    pub h36m: Vec<Vec<f64>>,
}

fn build() -> Body {
    let parts = figure::parts();
    let mut half = surface::half(|p| sdf::distance(&parts, p), GRID_FROM, GRID_TO, GRID);
    relax::Relax { project: |p| sdf::project(&parts, p), size: figure::edge_length }.run(&mut half, 6);
    let (mut mesh, twin) = half.mirrored();
    let skin = weights::skin(&mesh, &twin);
    let shapes = shape::directions(&mesh, &twin, &skin);
    let tree = regress::tree(&mesh, &twin, &skin);
    let h36m = regress::h36m(&mesh, &twin, &skin);
    let origin = figure::JOINTS[0].y + ORIGIN_ABOVE_PELVIS;
    mesh.points.iter_mut().for_each(|p| p.y -= origin);
    Body { mesh, skin, shapes, tree, h36m }
}

fn main() -> anyhow::Result<()> {
    let (mut target, mut pictures, mut poses) = (None, None, None);
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--pictures") => pictures = arguments.next().map(PathBuf::from),
            Some("--poses") => poses = arguments.next().map(PathBuf::from),
            _ => target = Some(PathBuf::from(argument)),
        }
    }
    if target.is_none() && pictures.is_none() {
        bail!("say where to write the body (FILE.npz), or --pictures FOLDER");
    }
    let body = build();
    println!("{} vertices, {} triangles", body.mesh.points.len(), body.mesh.triangles.len());
    if let Some(path) = target {
        npz::write(&body, &path)?;
        println!("wrote {}", path.display());
    }
    if let Some(folder) = pictures {
        std::fs::create_dir_all(&folder)?;
        poses::draw(&body, poses.as_deref(), &folder)?;
        println!("drew it into {}", folder.display());
    }
    Ok(())
}
