//! Measures on labelled motion capture how well movements are told apart and found again, and how well repetitions
//! are counted. Takes are seen by virtual cameras, with the errors of a detector of 2D joints, and lifted by the starter
//! model.
//!
//! `cargo run --release --example measure_actions -- FOLDER` with the folder that holds `manifest.json`. Numbers are
//! drawn from fixed seeds, so every run on one machine prints the same. The figures that count are those on held-out
//! people: the starter was trained on the takes of the others.

mod baselines;
mod camera;
mod moves;
mod ranking;
mod repetitions;
mod takes;

use std::error::Error;
use std::path::Path;

use motionbert::nn::{BackboneModel, Checkpoint, DeviceChoice, PoseModel};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give the folder of the converted motion capture")?;
    let takes = takes::read(Path::new(&folder))?;
    let checkpoint = Checkpoint::starter()?;
    let models = moves::Models {
        pose: PoseModel::load(&checkpoint, DeviceChoice::Cpu, None)?.0,
        backbone: BackboneModel::load(&checkpoint, DeviceChoice::Cpu, None)?.0,
    };
    repetitions::measure(&models.pose, &takes)?;
    let (held_out, seen): (Vec<_>, Vec<_>) = takes.into_iter().partition(|take| take.is_held_out);
    moves::measure(&models, &held_out, "held-out people")?;
    moves::measure(&models, &seen, "people whom the starter was trained on")
}
