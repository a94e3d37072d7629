//! The command line: one module per subcommand, none of which opens a window.
//!
//! Imports every layer but `ui`; the only module that knows clap. Runs on the main thread. Results go to files and
//! standard output, everything about the run to standard error. Exit codes are in `exit`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is this module's user interface")]

mod actions;
mod args;
mod bench;
mod bodies;
mod convert;
mod detect;
mod detector;
mod exit;
mod filters;
mod find;
mod infer;
mod info;
mod lift;
mod live;
mod model;
mod models;
mod motion_files;
mod render;
mod report;
mod represent;
mod take;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::detect::DetectorSpec;
use crate::io::keypoints::ReadOptions;
use crate::nn::DeviceChoice;
use crate::session::{LiveSettings, ModelChoice};

use args::{DeviceArgs, ReadArgs};
use report::ProgressArg;

const EXAMPLES: &str = "\
Examples:
  motionbert                                   open the window with a demo clip
  motionbert alphapose-results.json            open the window with a file
  motionbert infer alphapose-results.json --out results
  motionbert infer dance.mp4 --detector rtmpose.zip --person-detector yolox.zip --out results
  motionbert render results/X3D.npy --out pose.png --view side
  motionbert info best_epoch.bin
  motionbert bench --model full
  motionbert models list

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with warnings under --strict, 130 cancelled.";

/// MotionBERT Studio: 2D keypoints in, 3D human motion out.
///
/// Without a subcommand the window opens.
#[derive(Debug, Parser)]
#[command(name = "motionbert", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    window: WindowArgs,
}

#[derive(Debug, Args)]
struct WindowArgs {
    /// Keypoint files, folders of them, or saved 3D poses; none opens the demo clip
    files: Vec<PathBuf>,
    /// Checkpoint to start with, instead of the one used last
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    #[command(flatten)]
    device: DeviceArgs,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    Infer(infer::InferArgs),
    Detect(detect::DetectArgs),
    Represent(represent::RepresentArgs),
    Find(find::FindArgs),
    Render(render::RenderArgs),
    Info(info::InfoArgs),
    Convert(convert::ConvertArgs),
    Live(live::LiveArgs),
    Bench(bench::BenchArgs),
    Models(models::ModelsArgs),
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    Window(Box<WindowRequest>),
    Command(CommandRequest),
}

/// What to open the window with.
#[derive(Clone, Debug, Default)]
pub struct WindowRequest {
    pub files: Vec<PathBuf>,
    pub read: ReadOptions,
    pub model: Option<ModelChoice>,
    pub device: Option<DeviceChoice>,
    /// Start the camera at once.
    pub live: Option<LiveSettings>,
    /// Finds people in the camera's pictures, instead of the one used last.
    pub detector: Option<DetectorSpec>,
}

/// A subcommand with its arguments, to be given to [`run`].
#[derive(Debug)]
pub struct CommandRequest(Box<Command>);

/// Reads the program's arguments. Help, version and wrong usage are answered here, by ending the program.
pub fn parse() -> Request {
    let cli = Cli::parse();
    match cli.command {
        Some(Command::Live(args)) if !args.headless => Request::Window(Box::new(WindowRequest {
            model: args.model.model.clone().map(ModelChoice::File),
            device: args.model.device.device,
            live: Some(args.settings()),
            detector: args.detector_spec(),
            ..WindowRequest::default()
        })),
        Some(command) => Request::Command(CommandRequest(Box::new(command))),
        None => Request::Window(Box::new(WindowRequest {
            files: cli.window.files,
            read: cli.window.read.options(),
            model: cli.window.model.map(ModelChoice::File),
            device: cli.window.device.device,
            live: None,
            detector: None,
        })),
    }
}

/// Runs a subcommand to its end and returns the program's exit code.
pub fn run(request: &CommandRequest) -> u8 {
    let progress = match &*request.0 {
        Command::Infer(args) => args.progress,
        Command::Detect(args) => args.progress,
        Command::Represent(args) => args.progress,
        Command::Find(args) => args.progress,
        Command::Render(args) => args.progress,
        Command::Models(args) => args.progress(),
        _ => ProgressArg::None,
    };
    exit::run(progress == ProgressArg::Json, |cancel| match &*request.0 {
        Command::Infer(args) => infer::run(args, cancel),
        Command::Detect(args) => detect::run(args, cancel),
        Command::Represent(args) => represent::run(args, cancel),
        Command::Find(args) => find::run(args, cancel),
        Command::Render(args) => render::run(args, cancel),
        Command::Info(args) => info::run(args, cancel),
        Command::Convert(args) => convert::run(args, cancel),
        Command::Live(args) => live::run(args, cancel),
        Command::Bench(args) => bench::run(args, cancel),
        Command::Models(args) => models::run(args, cancel),
    })
}

/// Tells why the window did not open and returns the exit code for it.
pub fn fail(error: &(dyn std::error::Error + 'static)) -> u8 {
    eprintln!("error: {}", crate::support::notice::chain(error));
    exit::FAILED
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
