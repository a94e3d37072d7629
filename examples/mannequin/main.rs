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

mod body;
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
    let (mesh, twin) = body::standing(1.0);
    let body = body::finish(mesh, &twin);
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
