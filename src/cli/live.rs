//! `motionbert live`: a camera, lifted to 3D as it happens, with or without the window.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::args::{ModelArgs, frame_rate, size};
use super::exit::{Advice, Outcome};
use crate::detect::DetectorSpec;
use crate::io::frames::camera::{CameraId, CameraOptions};
use crate::nn::bench::resident_mb;
use crate::runtime::live::{
    LiveDials, LiveRequest, LiveStats, MAX_LOOK_AHEAD, OpenCamera, OpenDetector, TestPattern, camera, detector,
    test_pattern,
};
use crate::runtime::{Event, Live, Runtime};
use crate::session::{LiveCamera, LiveSettings, ModelChoice, SourceId};
use crate::support::{CancelToken, Notice};

/// How often figures are told.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How often the cancel token is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// For the threads to end.
const FAREWELL: Duration = Duration::from_secs(1);

const EXAMPLES: &str = "\
Examples:
  motionbert live --test-pattern
  motionbert live --test-pattern --headless --seconds 10 --json
  motionbert live --camera 0 --detector rtmpose-s.onnx --person-detector yolox-tiny.onnx";

/// Lift the people before a camera to 3D as it happens
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LiveArgs {
    /// The camera with this number
    #[arg(long, value_name = "N", conflicts_with = "test_pattern")]
    pub camera: Option<u32>,
    /// A painted dancer, found without a detector
    #[arg(long)]
    pub test_pattern: bool,
    /// Left and right swapped, as in a mirror
    #[arg(long)]
    pub mirror: bool,
    /// Pose network that finds people's joints: .onnx, or a .zip of OpenMMLab's (RTMPose, RTMO, YOLO-pose)
    #[arg(long, value_name = "FILE")]
    pub detector: Option<PathBuf>,
    /// Network that finds the people for RTMPose (YOLOX, RTMDet); without it one person who fills the picture is
    /// looked for
    #[arg(long, value_name = "FILE", requires = "detector")]
    pub person_detector: Option<PathBuf>,
    /// Width and height of the pictures; of a camera the nearest that it offers
    #[arg(long, value_name = "WxH", value_parser = size, default_value = "640x480")]
    pub size: [u32; 2],
    /// Pictures a second; of a camera the nearest that it offers
    #[arg(long, value_name = "F", value_parser = frame_rate, default_value = "30")]
    pub fps: f64,
    /// Open no window: print how it keeps up, once a second
    #[arg(long)]
    pub headless: bool,
    /// Stop after so many seconds
    #[arg(long, value_name = "S", requires = "headless", value_parser = seconds)]
    pub seconds: Option<f64>,
    /// Print JSON, one object a line
    #[arg(long, requires = "headless")]
    pub json: bool,
    /// Frames of the model's window; as many as the machine keeps up with without it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=243))]
    pub window: Option<u32>,
    /// Frames after the shown one that the model looks at
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=MAX_LOOK_AHEAD as i64))]
    pub look_ahead: u32,
    #[command(flatten)]
    pub model: ModelArgs,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| (0.1..=1e6).contains(seconds));
    seconds.ok_or_else(|| "a number of seconds is needed, for example 10".to_owned())
}

/// One line of figures.
#[derive(Serialize)]
pub(super) struct Line {
    pub elapsed_secs: f64,
    pub memory_mb: Option<f64>,
    #[serde(flatten)]
    pub stats: LiveStats,
}

impl LiveArgs {
    /// For the window.
    pub fn settings(&self) -> LiveSettings {
        let camera = self.camera_options().camera.filter(|_| !self.test_pattern);
        LiveSettings {
            camera: camera.map_or(LiveCamera::TestPattern, LiveCamera::Camera),
            size: self.size,
            fps: self.camera_options().fps,
            mirror: self.mirror,
            window_frames: self.window.map(|frames| frames as usize),
            look_ahead: self.look_ahead as usize,
            ..LiveSettings::default()
        }
    }

    fn camera_options(&self) -> CameraOptions {
        CameraOptions {
            camera: Some(CameraId::numbered(self.camera.unwrap_or(0))),
            size: self.size,
            fps: self.fps.round().max(1.0) as u32,
            mirror: self.mirror,
        }
    }

    pub fn detector_spec(&self) -> Option<DetectorSpec> {
        Some(DetectorSpec::onnx(self.detector.clone()?, self.person_detector.clone()))
    }

    fn pictures(&self) -> anyhow::Result<(OpenCamera, OpenDetector)> {
        let own = self.detector_spec().map(detector);
        if self.test_pattern {
            let pattern = TestPattern { size: self.size, fps: self.fps };
            let found = test_pattern(pattern).map_err(|notice| Advice::new(notice.headline, notice.hint));
            let (camera, markers) = found?;
            return Ok((camera, own.unwrap_or(markers)));
        }
        let Some(own) = own else {
            let hint = "Give --detector FILE, or try it out with --test-pattern.";
            return Err(Advice::usage("a camera needs a detector that finds people in its pictures", hint).into());
        };
        Ok((camera(self.camera_options()), own))
    }
}

pub(super) fn run(args: &LiveArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let (camera, detector) = args.pictures()?;
    let mut request = LiveRequest::new(SourceId(1), "Live".to_owned(), camera, detector);
    request.dials = LiveDials {
        model: args.model.model.clone().map_or(ModelChoice::Starter, ModelChoice::File),
        device: args.model.device.device.unwrap_or_default(),
        window_frames: args.window.map(|frames| frames as usize),
        look_ahead: args.look_ahead as usize,
        ..LiveDials::default()
    };
    let tell = |line: &Line| {
        if args.json {
            println!("{}", serde_json::json!({ "event": "stats", "figures": line }));
        } else {
            println!("{line}");
        }
    };
    let notice = |notice: &Notice| eprintln!("{notice}");
    watch(request, args.seconds, cancel, &mut |line| tell(&line), &notice)?;
    Ok(Outcome::Done)
}

/// Watches until the time is over, the camera's end or a cancel; tells figures once a second and at the end.
///
/// # Errors
/// It could not be started or failed.
pub(super) fn watch(
    request: LiveRequest,
    seconds: Option<f64>,
    cancel: &CancelToken,
    tell: &mut dyn FnMut(Line),
    notice: &dyn Fn(&Notice),
) -> anyhow::Result<()> {
    let (ring, woken) = crossbeam_channel::bounded(1);
    // Full means that waking is under way already.
    let runtime = Runtime::new(Arc::new(move || {
        ring.try_send(()).ok();
    }))?;
    let live = runtime.live(request)?;
    let started = Instant::now();
    let mut told = started;
    let limit = seconds.map(Duration::from_secs_f64);
    let line = |live: &Live| Line {
        elapsed_secs: started.elapsed().as_secs_f64(),
        memory_mb: resident_mb(),
        stats: live.stats(),
    };
    loop {
        // Nothing woke it up within the time: just look around.
        woken.recv_timeout(LOOK_EVERY).ok();
        if let Some(update) = live.take_update() {
            live.presented(update.captured_at.elapsed());
        }
        while let Some(event) = runtime.try_event() {
            match event {
                Event::Notice(told) => notice(&told),
                Event::Failed { notice, .. } => return Err(Advice::new(notice.headline, notice.why).into()),
                Event::Done { .. } | Event::Cancelled { .. } => {
                    tell(line(&live));
                    return Ok(());
                }
                _ => {}
            }
        }
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            tell(line(&live));
        }
        if cancel.is_cancelled() || limit.is_some_and(|limit| started.elapsed() >= limit) {
            let last = line(&live);
            live.stop();
            runtime.wait_event(FAREWELL);
            tell(last);
            return Ok(cancel.check()?);
        }
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let LiveStats { camera_fps, lifted_fps, detector_ms, lifter_ms, dropped, window_frames, .. } = self.stats;
        write!(f, "{:6.1} s  camera {camera_fps:.1}/s  3D {lifted_fps:.1}/s  ", self.elapsed_secs)?;
        write!(f, "detector {detector_ms:.1} ms  model {lifter_ms:.1} ms ({window_frames} frames)  ")?;
        if let (Some(usual), Some(p95)) = (self.stats.latency_ms, self.stats.latency_p95_ms) {
            write!(f, "latency {usual:.0} ms, p95 {p95:.0} ms  ")?;
        }
        write!(f, "dropped {dropped}")?;
        if self.stats.is_lost {
            write!(f, "  (looking for the camera)")?;
        }
        Ok(())
    }
}
