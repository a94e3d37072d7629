//! `motionbert convert`: a PyTorch checkpoint as safetensors.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::exit::{Advice, Outcome};
use crate::nn::Checkpoint;
use crate::support::CancelToken;

const EXAMPLES: &str = "\
Tensors keep their names (without `module.`) and become float32; scalars around them become metadata. Optimiser state \
is left out. Nothing in the file is executed.

Example:
  motionbert convert best_epoch.bin motionbert-lite.safetensors";

/// Convert a PyTorch checkpoint to safetensors
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ConvertArgs {
    /// Checkpoint: .bin, .pt, .pth or .safetensors
    input: PathBuf,
    /// File to write, ending in .safetensors
    output: PathBuf,
}

pub(super) fn run(args: &ConvertArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    if args.output.extension().is_none_or(|extension| extension != "safetensors") {
        return Err(Advice::usage(
            format!("{} does not end in .safetensors", args.output.display()),
            "That is the one format that is written.",
        )
        .into());
    }
    let checkpoint = Checkpoint::read(&args.input).context("the checkpoint could not be read")?;
    cancel.check()?;
    checkpoint.write_safetensors(&args.output).context("the checkpoint could not be written")?;
    println!("{}", args.output.display());
    print!("{}", checkpoint.summary());
    Ok(Outcome::Done)
}
