//! `motionbert bench`: how fast this machine is at each step from file to picture.

mod actions;
mod bodies;
mod clips;
mod detector;
mod drawing;
mod filtering;
mod live;
mod machine;
mod mesh;
mod offline;
mod parsing;
mod pose_network;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::args::DeviceArgs;
use super::exit::{Advice, Outcome};
use crate::nn::bench::{ForwardBench, measure_forward};
use crate::nn::{Checkpoint, DeviceChoice, DstformerConfig, PoseModel, seeded_pose3d};
use crate::support::CancelToken;
use actions::Actions;
use bodies::Bodies;
use clips::Clips;
use detector::Network;
use drawing::Drawing;
use filtering::Filtering;
use live::LiveBench;
use mesh::Mesh;
use offline::Offline;
use parsing::Parsing;

const EXAMPLES: &str = "\
`full` and `lite` have the sizes of the published models and made-up weights, so nothing is downloaded. The share of \
the matrix-product rate compares the whole pass with the bare products of the same shapes, measured in turns.

Examples:
  motionbert bench
  motionbert bench --model full --frames 243 --threads 2
  motionbert bench --mesh
  motionbert bench --clips
  motionbert bench --live --offline
  motionbert bench --model best_epoch.bin --json";

/// Measure how fast this machine is
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct BenchArgs {
    /// Model: full, lite, starter, or a checkpoint
    #[arg(long, value_name = "full|lite|starter|FILE", default_value = "starter")]
    model: String,
    /// Frames per window; the model's maximum is the limit
    #[arg(long, value_name = "N", default_value_t = 243, value_parser = clap::value_parser!(u32).range(1..))]
    frames: u32,
    /// Timed passes, after one to warm up
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..10_000))]
    rounds: u32,
    /// Threads of the CPU; all without it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Measure bodies as well: the mesh head, fitting, skinning and drawing
    #[arg(long)]
    mesh: bool,
    /// Measure the making of clips as well, encoding left out
    #[arg(long)]
    clips: bool,
    /// Measure an hour of one person as well: lifted, labelled by examples, and searched for a movement
    #[arg(long)]
    actions: bool,
    /// Measure live as well: from a painted camera to 3D
    #[arg(long)]
    live: bool,
    /// Seconds that live is watched
    #[arg(long, value_name = "S", default_value_t = 20.0, requires = "live")]
    live_seconds: f64,
    /// Measure a video as well: decoding, detection and lifting alone and at once; needs ffmpeg
    #[arg(long)]
    offline: bool,
    /// Seconds of the painted video
    #[arg(long, value_name = "S", default_value_t = 20.0, requires = "offline")]
    offline_seconds: f64,
    /// Pose network whose time counts in --live and --offline; without it one of RTMPose-s's size with made-up
    /// weights. People are where they were painted, whatever it finds
    #[arg(long, value_name = "FILE")]
    detector: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    device: DeviceArgs,
}

#[derive(Serialize)]
struct Report {
    program: &'static str,
    machine: String,
    model: String,
    parameters: usize,
    forward: ForwardBench,
    /// From the bytes of the built-in starter to a model that is ready.
    starter_load_ms: f64,
    keypoints: Parsing,
    filters: Filtering,
    /// None where there is no graphics adapter.
    drawing: Option<Drawing>,
    /// None without `--mesh`.
    mesh: Option<Mesh>,
    /// None without `--mesh`, or where there is no graphics adapter.
    bodies: Option<Bodies>,
    /// None without `--clips`, or where there is no graphics adapter.
    clips: Option<Clips>,
    /// None without `--actions`.
    actions: Option<Actions>,
    /// None without `--live`.
    live: Option<LiveBench>,
    /// None without `--offline`, or where there is no ffmpeg.
    offline: Option<Offline>,
    notes: Vec<String>,
}

pub(super) fn run(args: &BenchArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(usize::from(threads))
            .build_global()
            .context("the number of threads could not be set")?;
    }
    let device = args.device.device.unwrap_or_default();
    let checkpoint = checkpoint(&args.model)?;
    let (model, _, fallbacks) = PoseModel::load(&checkpoint, device, None).context("the model could not be loaded")?;
    let mut notes: Vec<String> = fallbacks.iter().map(ToString::to_string).collect();
    let frames = (args.frames as usize).min(model.config().maxlen);
    if frames < args.frames as usize {
        notes.push(format!("the model takes {frames} frames at most"));
    }
    let forward = measure_forward(&model, 1, frames, args.rounds as usize, cancel)?;
    cancel.check()?;
    let starter_load_ms = load_ms(device)?;
    let keypoints = parsing::measure(cancel)?;
    let filters = filtering::measure(cancel)?;
    let drawing = drawing::measure(cancel);
    cancel.check()?;
    let drawing = drawing.map_err(|error| notes.push(format!("drawing was skipped: {error}"))).ok();
    let mesh = args.mesh.then(|| mesh::measure(frames, cancel)).transpose()?;
    let bodies = args.mesh.then(|| bodies::measure(cancel)).transpose();
    cancel.check()?;
    let bodies = bodies.map_err(|error| notes.push(format!("bodies were skipped: {error}"))).ok().flatten();
    let clips = args.clips.then(|| clips::measure(cancel)).transpose();
    cancel.check()?;
    let clips = clips.map_err(|error| notes.push(format!("clips were skipped: {error}"))).ok().flatten();
    let actions = args.actions.then(|| actions::measure(device, cancel)).transpose()?;
    let network = || Network::new(args.detector.as_ref());
    let live = || live::measure(network()?, args.live_seconds.clamp(1.0, 1e5), cancel);
    let live = args.live.then(live).transpose()?;
    let offline = || offline::measure(&model, &network()?, args.offline_seconds.clamp(1.0, 3600.0), cancel);
    let offline = args.offline.then(offline).transpose();
    cancel.check()?;
    let offline = offline.map_err(|error| notes.push(format!("the video was skipped: {error:#}"))).ok().flatten();
    let report = Report {
        program: concat!("motionbert ", env!("CARGO_PKG_VERSION")),
        machine: machine::describe(),
        model: checkpoint.name.clone(),
        parameters: checkpoint.parameters(),
        forward,
        starter_load_ms,
        keypoints,
        filters,
        drawing,
        mesh,
        bodies,
        clips,
        actions,
        live,
        offline,
        notes,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(Outcome::Done)
}

fn checkpoint(model: &str) -> anyhow::Result<Checkpoint> {
    let named = |name: &str, config| Checkpoint { name: name.to_owned(), ..seeded_pose3d(config, 1) };
    match model {
        "full" => Ok(named("full (made-up weights)", &DstformerConfig::FULL)),
        "lite" => Ok(named("lite (made-up weights)", &DstformerConfig::LITE)),
        "starter" => Checkpoint::starter().context("the built-in model could not be loaded"),
        path => {
            let path = PathBuf::from(path);
            if !path.exists() {
                return Err(Advice::usage(
                    format!("there is no model {}", path.display()),
                    "Give full, lite, starter, or the path of a checkpoint.",
                )
                .into());
            }
            Checkpoint::read(&path).context("the model could not be loaded")
        }
    }
}

fn load_ms(device: DeviceChoice) -> anyhow::Result<f64> {
    let started = Instant::now();
    PoseModel::load(&Checkpoint::starter()?, device, None)?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}

/// The middle of the sorted values; `values` is not empty.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let forward = &self.forward;
        let mut row = |name: &str, value: String| writeln!(f, "{name:<28} {value}");
        row("machine", self.machine.clone())?;
        row("program", self.program.to_owned())?;
        row("model", format!("{}, {:.2} M parameters", self.model, self.parameters as f64 / 1e6))?;
        row("device", format!("{}, {} threads", forward.device, forward.threads))?;
        row("window", format!("{} frames, {} rounds", forward.frames_per_window, forward.rounds))?;
        row("time per window", format!("{:.1} ms median, {:.1} ms p95", forward.median_ms, forward.p95_ms))?;
        row("speed", format!("{:.0} frames/s", forward.frames_per_s))?;
        row("arithmetic", format!("{:.1} GFLOP/s", forward.gflop_per_s))?;
        if let (Some(rate), Some(share)) = (forward.matmul_gflop_per_s, forward.share_of_matmul_rate) {
            row("matrix products alone", format!("{rate:.1} GFLOP/s"))?;
            row("share of that rate", format!("{:.0} %", share * 100.0))?;
        }
        if let Some(peak) = forward.peak_memory_mb {
            row("peak memory over weights", format!("{peak:.0} MB"))?;
        }
        row("loading the starter", format!("{:.1} ms", self.starter_load_ms))?;
        row(
            "reading keypoints",
            format!("{:.0} frames/s, {:.0} MB/s", self.keypoints.frames_per_s, self.keypoints.mb_per_s),
        )?;
        let filters = &self.filters;
        row("filtered", format!("{} frames of {} people", filters.frames, filters.people))?;
        row(
            "smoothing",
            format!(
                "one-euro {:.0} ms, Butterworth {:.0} ms, Savitzky-Golay {:.0} ms",
                filters.one_euro_ms, filters.butterworth_ms, filters.savitzky_golay_ms
            ),
        )?;
        row("cleaning, all of it", format!("{:.0} ms", filters.cleaning_ms))?;
        if let Some(drawing) = &self.drawing {
            row(
                "drawing a frame",
                format!(
                    "{:.1} ms median at {}x{}, {} people, {}",
                    drawing.median_ms, drawing.width_px, drawing.height_px, drawing.people, drawing.adapter
                ),
            )?;
        }
        if let Some(mesh) = &self.mesh {
            mesh.rows(&mut row)?;
        }
        if let Some(bodies) = &self.bodies {
            bodies.rows(&mut row)?;
        }
        if let Some(clips) = &self.clips {
            clips.rows(&mut row)?;
        }
        if let Some(actions) = &self.actions {
            actions.rows(&mut row)?;
        }
        if let Some(live) = &self.live {
            live.rows(&mut row)?;
        }
        if let Some(offline) = &self.offline {
            offline.rows(&mut row)?;
        }
        for note in &self.notes {
            row("note", note.clone())?;
        }
        Ok(())
    }
}
