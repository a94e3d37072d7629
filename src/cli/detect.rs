//! `motionbert detect`: the 2D keypoints of a video, as a file.

use std::path::PathBuf;

use clap::Args;

use super::args::frame_rate;
use super::detector::DetectorArgs;
use super::exit::{Advice, Outcome};
use super::report::{ProgressArg, Reporter};
use crate::data::FrameRange;
use crate::io::export::alphapose;
use crate::io::keypoints::ReadOptions;
use crate::support::{CancelToken, Level, Notices};

const EXAMPLES: &str = "\
Needs the program ffmpeg for videos; pictures and animated GIFs work without it. A video is searched once: the same \
detector finds the same at once the next time.

Examples:
  motionbert detect dance.mp4 --detector rtmpose-m.zip --person-detector yolox-m.zip --out keypoints.json
  motionbert detect dance.mp4 --detector yolo11n-pose.onnx --max-people 1 --out keypoints.json
  motionbert infer keypoints.json --out results";

/// Find the people in a video and write their 2D keypoints
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DetectArgs {
    /// Video, animated GIF, picture or folder of pictures
    input: PathBuf,
    /// File to write, in the layout of AlphaPose's results
    #[arg(long, value_name = "JSON")]
    out: PathBuf,
    /// Frames per second of a folder of pictures
    #[arg(long, value_name = "F", value_parser = frame_rate)]
    fps: Option<f64>,
    /// How to show progress
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub progress: ProgressArg,
    /// Exit with code 3 if there were warnings
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    detector: DetectorArgs,
}

pub(super) fn run(args: &DetectArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let reporter = Reporter::new(args.progress);
    let notices = Notices::new();
    let Some(pose) = &args.detector.detector else {
        let hint = "Give --detector with a pose network, for example an RTMPose .zip from OpenMMLab.";
        return Err(Advice::usage("which detector to use is not said", hint).into());
    };
    let read = ReadOptions { fps: args.fps, ..ReadOptions::default() };
    let searched = args.detector.search(&args.input, pose, &read, None, &notices, &reporter, cancel);
    // Told also when it failed: they may say why.
    let told = reporter.notices(&notices);
    let source = searched?;
    let frames = FrameRange::new(0, source.frame_count);
    alphapose::write(&args.out, &*source.tracks, frames, source.first_frame_number, cancel)?;
    let count = source.tracks.len();
    let people = if count == 1 { "1 person".to_owned() } else { format!("{count} people") };
    let secs = reporter.elapsed_secs();
    reporter.finish(&format!("{people}, {} frames in {secs:.1} s: {}", source.frame_count, args.out.display()));
    let has_warning = told.iter().any(|(notice, _)| notice.level > Level::Info);
    Ok(if args.strict && has_warning { Outcome::Warned } else { Outcome::Done })
}
