//! The model that a subcommand runs.

use anyhow::Context;

use super::args::ModelArgs;
use super::report::Reporter;
use crate::nn::{BackboneModel, Checkpoint, DeviceChoice, LoadReport, NetworkError, PoseModel};
use crate::support::{Notice, Notices};

/// Loads the chosen checkpoint onto the chosen device; what was odd about it goes to `notices`.
pub(super) fn load(args: &ModelArgs, notices: &Notices, reporter: &Reporter) -> anyhow::Result<PoseModel> {
    load_with(args, notices, reporter, PoseModel::load)
}

/// Loads the backbone of the chosen checkpoint, whatever its task.
pub(super) fn load_backbone(args: &ModelArgs, notices: &Notices, reporter: &Reporter) -> anyhow::Result<BackboneModel> {
    load_with(args, notices, reporter, BackboneModel::load)
}

fn load_with<M>(
    args: &ModelArgs,
    notices: &Notices,
    reporter: &Reporter,
    load: impl FnOnce(&Checkpoint, DeviceChoice, Option<usize>) -> Result<(M, LoadReport, Vec<Notice>), NetworkError>,
) -> anyhow::Result<M> {
    reporter.task("loading the model");
    let checkpoint = match &args.model {
        Some(path) => Checkpoint::read(path),
        None => Checkpoint::starter(),
    }
    .context("the model could not be loaded")?;
    let choice = args.device.device.unwrap_or_default();
    let (model, report, fallbacks) = load(&checkpoint, choice, args.heads).context("the model could not be loaded")?;
    for notice in fallbacks {
        notices.add(notice);
    }
    if !report.unused.is_empty() {
        notices.add(Notice::info(format!("The model {}", checkpoint.name)).why(report.to_string()));
    }
    Ok(model)
}
