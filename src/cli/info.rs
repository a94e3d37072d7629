//! `motionbert info`: what a file is and what is in it.

mod body;
mod keypoints;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::args::ReadArgs;
use super::exit::{Advice, Outcome};
use crate::io;
use crate::nn::{Checkpoint, CheckpointSummary};
use crate::support::CancelToken;
use body::BodyInfo;
use keypoints::KeypointInfo;

const EXAMPLES: &str = "\
Examples:
  motionbert info best_epoch.bin --tensors
  motionbert info alphapose-results.json
  motionbert info openpose_json/ --json";

/// Say what a checkpoint, keypoint file or body file is and what is in it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InfoArgs {
    /// Checkpoint, keypoint file or folder, saved 3D poses, or body model
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// List every tensor of a checkpoint
    #[arg(long)]
    tensors: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Any file that we know.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Info {
    Checkpoint(CheckpointSummary),
    Keypoints(KeypointInfo),
    Body(BodyInfo),
}

pub(super) fn run(args: &InfoArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let info = look(args, cancel)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&info)?);
        return Ok(Outcome::Done);
    }
    match &info {
        Info::Checkpoint(summary) => {
            print!("{summary}");
            if args.tensors {
                for (name, shape) in &summary.tensors {
                    println!("    {name} {shape:?}");
                }
            }
        }
        Info::Keypoints(info) => print!("{info}"),
        Info::Body(info) => println!("{info}"),
    }
    Ok(Outcome::Done)
}

fn look(args: &InfoArgs, cancel: &CancelToken) -> anyhow::Result<Info> {
    let path = &args.file;
    if path.is_file() {
        if let Some(body) = body::recognise(path) {
            return Ok(Info::Body(body));
        }
        cancel.check()?;
    }
    let is_keypoints =
        io::keypoints::guess(path).with_context(|| format!("{} could not be opened", path.display()))?.is_some();
    if is_keypoints || path.is_dir() {
        return Ok(Info::Keypoints(keypoints::read(path, &args.read.options(), cancel)?));
    }
    match Checkpoint::read(path) {
        Ok(checkpoint) => Ok(Info::Checkpoint(checkpoint.summary())),
        Err(error) => Err(unknown(path, &error)),
    }
}

fn unknown(path: &Path, as_checkpoint: &crate::nn::WeightsError) -> anyhow::Error {
    let as_keypoints = match io::keypoints::read(path, &io::keypoints::ReadContext::default()) {
        Err(error) => error.to_string(),
        Ok(_) => String::new(),
    };
    Advice::new(
        format!("{} is not a file that we know", path.display()),
        format!("As a checkpoint: {as_checkpoint}. As keypoints: {as_keypoints}."),
    )
    .into()
}
