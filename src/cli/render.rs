//! `motionbert render`: a frame as a picture, or many as a video, GIF or pictures, without a window.

pub(super) mod subject;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::args::{LiftArgs, ModelArgs, PersonArg, ReadArgs, frame_rate, size};
use super::bodies::{BodyArgs, BodySource};
use super::detector::DetectorArgs;
use super::exit::{Advice, Outcome};
use super::filters::{self, FilterArgs};
use super::report::{ProgressArg, Reporter};
use super::{lift, model, take};
use crate::data::{FrameRange, FrameRate, KeypointTrack, WorldTrack};
use crate::infer::{Lifter, Remembering};
use crate::io::frames::clip::ClipTarget;
use crate::io::frames::{self, Ffmpeg, FrameOptions};
use crate::runtime::clip::{self, ClipCamera, ClipLayout, ClipOrder, ClipSubject};
use crate::runtime::detect::Ahead;
use crate::scene::{Bounds, OrbitCamera, ViewPreset};
use crate::session::Source;
use crate::session::document::DEFAULT_FPS;
use crate::support::{CancelToken, Notices};

/// Samples per pixel: one picture is worth the time.
const SAMPLES_OF_PICTURE: u32 = 4;
const SAMPLES_OF_CLIP: u32 = 1;
const USUAL_SIZE: [u32; 2] = [1280, 720];
/// Two pictures of 960 x 540.
const SIDE_BY_SIDE_SIZE: [u32; 2] = [1920, 540];

const EXAMPLES: &str = "\
The input is a keypoint file, which is lifted to 3D first, or a saved X3D.npy, which is drawn as it is, or with \
--detector a video, which people are drawn over. With --mesh \
people are drawn as bodies; a mesh checkpoint needs keypoints for that.

Examples:
  motionbert render alphapose-results.json --out pose.png
  motionbert render alphapose-results.json --mesh ik --out body.png
  motionbert render results/X3D.npy --frame 120 --view side --size 1920x1080 --out pose.png
  motionbert render alphapose-results.json --turntable --out dance.mp4
  motionbert render alphapose-results.json --video dance.mp4 --layout side-by-side --out both.mp4
  motionbert render dance.mp4 --detector rtmpose.zip --person-detector yolox.zip --out over.mp4
  motionbert render alphapose-results.json --frames 30..90 --size 480x270 --export-fps 15 --out dance.gif
  motionbert render alphapose-results.json --out frames/%05d.png";

/// Draw a frame as a PNG picture, or frames as a video (MP4), GIF or numbered pictures
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RenderArgs {
    /// Keypoint file, folder of them, saved 3D poses, or with --detector a video
    input: PathBuf,
    /// What to write: pose.png, clip.mp4, clip.gif, or frames/%05d.png for a folder of numbered pictures
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Frame of a picture, from 0; the middle one without it
    #[arg(long, value_name = "N", conflicts_with = "frames")]
    frame: Option<usize>,
    /// Frames of a clip, from 0, first and last included; all without it
    #[arg(long, value_name = "A..B")]
    frames: Option<FramesArg>,
    /// Frames per second of the clip, if not those of the input
    #[arg(long, value_name = "F", value_parser = frame_rate)]
    export_fps: Option<f64>,
    /// Size in pixels, up to 3840x2160; without it 1280x720, over a video as large as that, side by side 1920x540
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<[u32; 2]>,
    /// Samples per pixel: 4 are smoother, 1 is about three times as fast; without it 4 for a picture, 1 for a clip
    #[arg(long, value_name = "1|4", value_parser = samples)]
    samples: Option<u32>,
    /// What is shown; without it 'overlay' where there is a video, '3d' where not
    #[arg(long, value_name = "LAYOUT")]
    layout: Option<LayoutArg>,
    /// Video that the keypoints were found in, for 'overlay' and 'side-by-side'; of a video as the input it is that
    #[arg(long, value_name = "FILE")]
    video: Option<PathBuf>,
    /// Where to look from
    #[arg(long, value_name = "VIEW", default_value = "orbit")]
    view: ViewArg,
    /// Go round people once, from the first to the last frame
    #[arg(long)]
    turntable: bool,
    /// Look at people wherever they go
    #[arg(long)]
    follow: bool,
    /// Person by id, several separated by commas, or 'all' with the short tracks that are left out otherwise
    #[arg(long, value_name = "ID|all", value_delimiter = ',')]
    person: Vec<PersonArg>,
    /// How to show progress
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub progress: ProgressArg,
    #[command(flatten)]
    bodies: BodyArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    lift: LiftArgs,
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    detector: DetectorArgs,
    #[command(flatten)]
    filters: FilterArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ViewArg {
    Front,
    Side,
    Top,
    /// From the right and a little above
    Orbit,
    /// From where the recording camera stood
    Camera,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LayoutArg {
    /// People in 3D
    #[value(name = "3d")]
    View,
    /// People in 3D over the video, or over the keypoints without one
    Overlay,
    /// The video with its keypoints on the left, 3D on the right
    SideBySide,
}

/// First and last frame.
#[derive(Clone, Copy, Debug)]
struct FramesArg {
    first: usize,
    last: usize,
}

impl FromStr for FramesArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once("..").and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
        match numbers {
            Some((first, last)) if first <= last => Ok(Self { first, last }),
            _ => Err("give the first and the last frame, for example 30..90".to_owned()),
        }
    }
}

fn samples(text: &str) -> Result<u32, String> {
    match text {
        "1" => Ok(1),
        "4" => Ok(4),
        _ => Err("give 1 or 4".to_owned()),
    }
}

pub(super) fn run(args: &RenderArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let reporter = Reporter::new(args.progress);
    let notices = Notices::new();
    let smoothing = args.filters.smoothing()?;
    let target = ClipTarget::from_path(&args.out).ok_or_else(|| {
        let what = format!("{} does not say what to write", args.out.display());
        Advice::usage(what, "End it in .png, .mp4 or .gif, or give frames/%05d.png for numbered pictures.")
    })?;
    let is_picture = matches!(target, ClipTarget::Picture(_));
    let model = model::load(&args.model, &notices, &reporter)?;
    let lifter = Remembering::new(&model as &dyn Lifter);
    let (options, cleaning) = (args.lift.options(), args.filters.cleaning());
    let ahead = Ahead { lifter: &lifter, options, cleaning, people: take::ids(&args.person) };
    let read = args.read.options();
    let mut source = take::open(&args.input, &read, &args.detector, Some(&ahead), &notices, &reporter, cancel)?;
    // Keypoints were found in the pixels of the video, unless their file says otherwise.
    let video_size = args.video_size(cancel)?;
    source.image_size = source.image_size.or(video_size);
    let range = args.range(is_picture, &source)?;
    let tracks = take::chosen(&source, &args.person, &notices)?;
    let cleaned = filters::clean(&tracks, &cleaning, &notices);
    let tracks: Vec<&KeypointTrack> = cleaned.iter().map(|cleaned| &cleaned.track).collect();
    if !is_picture {
        take::fps(&source, &notices);
    }
    reporter.notices(&notices);
    let body_source = BodySource::load(&args.bodies, false, &args.model, &notices, &reporter)?;
    if tracks.is_empty() && matches!(body_source, Some(BodySource::Mesh(_))) {
        return Err(Advice::usage(
            format!("{} has no keypoints, from which a mesh checkpoint predicts bodies", source.name),
            "Give --mesh ik, which fits a body to the 3D poses.",
        )
        .into());
    }
    let mut predictions = if tracks.is_empty() {
        source.imported.clone()
    } else {
        lift::lift(&lifter, &source, &tracks, &options, &notices, &reporter, cancel)?
    };
    filters::smooth(predictions.iter_mut(), &smoothing, source.fps(), &notices);
    reporter.notices(&notices);
    cancel.check()?;

    let name = source.name.clone();
    let take = subject::Take { source, tracks: &tracks, predictions };
    let subject = subject::make(take, body_source.as_ref(), &options, &notices, &reporter, cancel)?;
    reporter.notices(&notices);
    let layout = args.layout();
    let size = match args.size {
        Some(size) => size,
        None => usual_size(layout, video_size.or(subject.clip.source.image_size)),
    };
    let fps = args.export_fps.unwrap_or(subject.clip.fps);
    let rate = FrameRate::nearest(fps).with_context(|| format!("{fps} frames per second cannot be kept in a file"))?;
    let order = ClipOrder {
        target,
        size,
        rate,
        range,
        samples: args.samples.unwrap_or(if is_picture { SAMPLES_OF_PICTURE } else { SAMPLES_OF_CLIP }),
        layout,
        camera: args.camera(&subject, range, size)?,
        video: args.video().map(Path::to_owned),
    };
    reporter.task("drawing");
    clip::write(&order, &subject, &Ffmpeg::default(), &notices, cancel, &reporter)
        .with_context(|| if is_picture { "the picture could not be drawn" } else { "the clip could not be made" })?;
    reporter.notices(&notices);
    let (out, count) = (order.target.path().display(), order.frame_count(subject.clip.fps));
    reporter.finish(&match range.len() {
        1 => format!("frame {} of {name}: {out}", range.start),
        _ => format!("{count} frames of {name}: {out}"),
    });
    Ok(Outcome::Done)
}

impl RenderArgs {
    /// What is shown under the people.
    fn video(&self) -> Option<&Path> {
        self.video.as_deref().or_else(|| self.detector.detector.is_some().then_some(&*self.input))
    }

    fn layout(&self) -> ClipLayout {
        match self.layout {
            Some(LayoutArg::View) => ClipLayout::View,
            Some(LayoutArg::Overlay) => ClipLayout::Overlay,
            Some(LayoutArg::SideBySide) => ClipLayout::SideBySide,
            None if self.video().is_some() => ClipLayout::Overlay,
            None => ClipLayout::View,
        }
    }

    fn range(&self, is_picture: bool, source: &Source) -> Result<FrameRange, Advice> {
        let last = source.frame_count.saturating_sub(1);
        let there_is_no = |frame: usize| {
            let what = format!("there is no frame {frame} in {}", source.name);
            Advice::usage(what, format!("Its frames are 0 to {last}."))
        };
        match (self.frame, self.frames) {
            (Some(frame), _) if frame > last => Err(there_is_no(frame)),
            (_, Some(frames)) if frames.last > last => Err(there_is_no(frames.last)),
            (_, Some(frames)) if is_picture && frames.first != frames.last => Err(Advice::usage(
                "a picture shows one frame, not several",
                "Give frames/%05d.png for numbered pictures, or --frame for one.",
            )),
            (_, Some(frames)) => Ok(FrameRange::new(frames.first, frames.last + 1)),
            (Some(frame), None) => Ok(FrameRange::of_len(frame, 1)),
            (None, None) if is_picture => Ok(FrameRange::of_len(source.frame_count / 2, 1)),
            (None, None) => Ok(FrameRange::new(0, source.frame_count)),
        }
    }

    fn video_size(&self, cancel: &CancelToken) -> anyhow::Result<Option<[u32; 2]>> {
        let Some(video) = self.video() else { return Ok(None) };
        // What is to be told of the video is told when it is read.
        let options = FrameOptions::new(FrameRate::nearest(DEFAULT_FPS).context("no usual rate")?);
        let source = frames::open(video, &options, &Notices::new(), cancel).context("the video could not be opened")?;
        Ok(Some(source.info().size))
    }

    fn camera(&self, subject: &ClipSubject, range: FrameRange, size: [u32; 2]) -> anyhow::Result<ClipCamera> {
        let preset = match self.view {
            ViewArg::Front => Some(ViewPreset::Front),
            ViewArg::Side => Some(ViewPreset::Side),
            ViewArg::Top => Some(ViewPreset::Top),
            ViewArg::Orbit => Some(ViewPreset::ThreeQuarter),
            ViewArg::Camera => None,
        };
        let everywhere = subject.motion.bounds;
        let world: Vec<WorldTrack> = subject.motion.people.iter().map(|person| person.world.clone()).collect();
        // What is followed stays in the picture whose size it has in the first frame.
        let seen = if self.follow { FrameRange::of_len(range.start, 1) } else { range };
        let Some(bounds) = Bounds::of_tracks(&world, seen).or(everywhere) else {
            anyhow::bail!("nobody in {} can be drawn", subject.clip.source.name)
        };
        let pane = if self.layout() == ClipLayout::SideBySide { size[0].div_ceil(2) } else { size[0] };
        let aspect = pane as f32 / size[1].max(1) as f32;
        Ok(ClipCamera {
            start: preset.map(|preset| OrbitCamera::preset(preset, bounds, aspect)),
            follows: self.follow,
            turns: self.turntable,
        })
    }
}

/// Over a picture as large as that; `recorded` is its width and height.
fn usual_size(layout: ClipLayout, recorded: Option<[u32; 2]>) -> [u32; 2] {
    let recorded = match layout {
        ClipLayout::View => return USUAL_SIZE,
        ClipLayout::SideBySide => return SIDE_BY_SIDE_SIZE,
        ClipLayout::Overlay => recorded.unwrap_or(USUAL_SIZE),
    };
    let [longest, shortest] = clip::LARGEST.map(f64::from);
    let [longer, shorter] = [recorded[0].max(recorded[1]), recorded[0].min(recorded[1])].map(f64::from);
    let shrink = (longer / longest).max(shorter / shortest).max(1.0);
    recorded.map(|side| ((f64::from(side) / shrink) as u32).max(clip::SMALLEST))
}
