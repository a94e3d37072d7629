//! `motionbert models`: which models others have published, and fetching them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::exit::{Advice, Outcome};
use super::report::{ProgressArg, Reporter};
use crate::io::zoo::{ModelEntry, ModelState, ModelTask, Zoo, ZooError};
use crate::support::CancelToken;

const EXAMPLES: &str = "\
Nothing is fetched without being asked for. A download that broke off goes on where it was; a proxy is taken from \
HTTPS_PROXY. A file that was fetched in another way may be put into the folder under the name that 'list --json' tells.

Examples:
  motionbert models list
  motionbert models get pose3d-lite-position
  motionbert infer people.json --model \"$(motionbert models path pose3d-lite-position)\" --out results
  motionbert models verify";

/// List and fetch published models
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
    /// Folder that holds the models, instead of the usual one
    #[arg(long, value_name = "FOLDER", global = true)]
    folder: Option<PathBuf>,
    /// Another list of models, in the format of models/manifest.toml
    #[arg(long, value_name = "FILE", global = true)]
    list: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// Say which models there are and which are here
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Fetch models and check them
    Get {
        /// Names as 'list' tells them
        #[arg(required = true)]
        ids: Vec<String>,
        /// How to show progress
        #[arg(long, value_name = "KIND", default_value = "auto")]
        progress: ProgressArg,
    },
    /// Check that models are what they were when they came
    Verify {
        /// Names as 'list' tells them; without any, all that are here
        ids: Vec<String>,
        /// How to show progress
        #[arg(long, value_name = "KIND", default_value = "auto")]
        progress: ProgressArg,
    },
    /// Print where a model is
    Path { id: String },
}

impl ModelsArgs {
    pub fn progress(&self) -> ProgressArg {
        match &self.command {
            ModelsCommand::Get { progress, .. } | ModelsCommand::Verify { progress, .. } => *progress,
            _ => ProgressArg::None,
        }
    }
}

pub(super) fn run(args: &ModelsArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let zoo = Zoo::new(args.folder.clone(), args.list.as_deref())?;
    match &args.command {
        ModelsCommand::List { json } => list(&zoo, *json),
        ModelsCommand::Get { ids, progress } => get(&zoo, ids, *progress, cancel),
        ModelsCommand::Verify { ids, progress } => verify(&zoo, ids, *progress, cancel),
        ModelsCommand::Path { id } => {
            let model = find(&zoo, id)?;
            match zoo.state(model) {
                ModelState::Here { path, .. } => println!("{}", path.display()),
                _ => {
                    let error = ZooError::NotHere { name: model.name.clone(), path: zoo.path(model) };
                    return Err(Advice::new(error.to_string(), format!("motionbert models get {id}")).into());
                }
            }
            Ok(Outcome::Done)
        }
    }
}

fn find<'a>(zoo: &'a Zoo, id: &str) -> anyhow::Result<&'a ModelEntry> {
    Ok(zoo.find(id).map_err(|error| Advice::usage(error.to_string(), "motionbert models list"))?)
}

fn task_name(task: ModelTask) -> &'static str {
    match task {
        ModelTask::Pose3d => "pose3d",
        ModelTask::Mesh => "mesh",
        ModelTask::Action => "action",
        ModelTask::Pretrain => "pretrain",
        ModelTask::Detector => "detector",
        ModelTask::PersonDetector => "person-detector",
    }
}

fn list(zoo: &Zoo, as_json: bool) -> anyhow::Result<Outcome> {
    if as_json {
        let models: Vec<_> = zoo.models.iter().map(|model| describe(zoo, model)).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "folder": zoo.folder, "models": models }))?);
        return Ok(Outcome::Done);
    }
    let width = zoo.models.iter().map(|model| model.id.len()).max().unwrap_or_default();
    for model in &zoo.models {
        let state = match zoo.state(model) {
            ModelState::Here { .. } => "here".to_owned(),
            ModelState::Partial { bytes } => format!("{:.0} MB of it here", megabytes(bytes)),
            ModelState::Missing => model.size_mb.map_or_else(|| "-".to_owned(), |size| format!("{size} MB")),
        };
        let figures = model.figures.as_ref().map(|figures| format!(": {figures}")).unwrap_or_default();
        println!("{:width$}  {:15}  {state:16}  {}{figures}", model.id, task_name(model.task), model.name);
    }
    println!(
        "\nThey are kept in {}. All are under Apache-2.0 unless 'list --json' says otherwise.",
        zoo.folder.display()
    );
    Ok(Outcome::Done)
}

fn describe(zoo: &Zoo, model: &ModelEntry) -> serde_json::Value {
    let (state, bytes) = match zoo.state(model) {
        ModelState::Here { bytes, .. } => ("here", Some(bytes)),
        ModelState::Partial { bytes } => ("partial", Some(bytes)),
        ModelState::Missing => ("missing", None),
    };
    json!({
        "id": model.id,
        "name": model.name,
        "task": task_name(model.task),
        "file": model.file,
        "url": model.url,
        "size_mb": model.size_mb,
        "licence": model.licence,
        "figures": model.figures,
        "note": model.note,
        "state": state,
        "bytes": bytes,
        "path": zoo.path(model),
        "sha256": zoo.expected(model),
    })
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn get(zoo: &Zoo, ids: &[String], progress: ProgressArg, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    // All names first: a typing error in the last should not be found after an hour.
    let models: Vec<&ModelEntry> = ids.iter().map(|id| find(zoo, id)).collect::<anyhow::Result<_>>()?;
    let reporter = Reporter::new(progress);
    for model in models {
        reporter.task(&model.id);
        let path = zoo.get(model, cancel, &reporter)?;
        println!("{}", path.display());
    }
    reporter.finish("all here and checked");
    Ok(Outcome::Done)
}

fn verify(zoo: &Zoo, ids: &[String], progress: ProgressArg, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let is_here = |model: &&ModelEntry| matches!(zoo.state(model), ModelState::Here { .. });
    let models: Vec<&ModelEntry> = match ids {
        [] => zoo.models.iter().filter(is_here).collect(),
        ids => ids.iter().map(|id| find(zoo, id)).collect::<anyhow::Result<_>>()?,
    };
    let reporter = Reporter::new(progress);
    let mut faults = Vec::new();
    for model in &models {
        reporter.task(&model.id);
        match zoo.verify(model, cancel, &reporter) {
            Ok(sha256) => println!("{sha256}  {}", zoo.path(model).display()),
            Err(ZooError::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) => faults.push(format!("{} {error}", model.id)),
        }
    }
    match faults.as_slice() {
        [] => {
            reporter.finish(&format!("{} checked", models.len()));
            Ok(Outcome::Done)
        }
        faults => Err(anyhow::anyhow!("{}", faults.join("\n"))),
    }
}
