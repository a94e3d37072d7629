//! `motionbert infer`: 3D joints of a keypoint file, as files.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::actions::{ActionArgs, ActionInput, ActionSource};
use super::args::{LiftArgs, ModelArgs, PersonArg, ReadArgs};
use super::bodies::{self, BodyArgs, BodySource, Joints, ModelInput, PersonBody, Scene};
use super::detector::DetectorArgs;
use super::exit::{Advice, Outcome};
use super::filters::{self, FilterArgs};
use super::motion_files::{self, FormatArg, MotionFileArgs, Timeline};
use super::report::{ProgressArg, Reporter};
use super::{lift, model, take};
use crate::data::{BodyTrack, FrameRange, H36M_JOINTS, KeypointTrack, PersonId, PosePrediction, Space};
use crate::infer::{InferOptions, Lifter, Remembering, predict_clip};
use crate::io::export::{
    ACTIONS_FILE, ExportFormat, PersonSummary, PoseExport, RepetitionsSummary, Summary, SummaryNotice, alphapose,
};
use crate::io::npy::{self, Npy};
use crate::motion::clean::Repairs;
use crate::motion::cycles;
use crate::nn::PoseModel;
use crate::runtime::detect::Ahead;
use crate::session::Source;
use crate::session::document::DEFAULT_FPS;
use crate::support::{CancelToken, Level, Notice, Notices};

const KEYPOINTS_FILE: &str = "keypoints.json";
/// Of one frame of model input.
const FRAME_VALUES: usize = H36M_JOINTS * 3;

const EXAMPLES: &str = "\
Results: DIR/X3D.npy (float32 [frames, 17, 3], H36M joints) for one person, DIR/person_ID/X3D.npy for several, and \
DIR/summary.json, which also tells what was repeated (steps, squats) and how often. Coordinates are x right, y down, z away from the camera; in units of half the person's square, or \
in pixels with --pixel.

With --mesh, beside it: mesh.npz (theta [T, 82]: 24 axis-angles and 10 betas in camera axes; joints [T, 17, 3] mm; trans \
[T, 3] mm to be added to joints and vertices; faces; vertices [T, V, 3] mm with --vertices) and smpl.npz, the same motion \
upright on the floor in the layout of AMASS.

With --action, actions.json beside it: for everybody, and for pairs of people near each other, the windows with their \
logits and likeliest classes, and the labelled segments. start and end are frames, the end not included.

With --format bvh, a skeleton with rotations for everybody (DIR/motion.bvh, or DIR/person_ID/motion.bvh), and with glb \
one file with everybody's skinned and animated body (DIR/motion.glb), for Blender, Maya, Unity and others.

Examples:
  motionbert infer alphapose-results.json --out results
  motionbert infer openpose_json/ --person 2 --format npy,csv --out results
  motionbert infer alphapose-results.json --model best_epoch.bin --stitch reference --out results
  motionbert infer dance.mp4 --detector rtmpose.zip --person-detector yolox.zip --out results
  motionbert infer keypoints.json --pixel --image-size 1920x1080 --fps 25 --out results
  motionbert infer keypoints.json --repair-swaps --outliers --fill-gaps 10 --smooth butterworth --cutoff 6 --out results
  motionbert infer keypoints.json --mesh ik --out results
  motionbert infer keypoints.json --format glb,bvh --export-fps 60 --root-at-origin --out results
  motionbert infer keypoints.json --mesh mesh_best_epoch.bin --vertices --out results
  motionbert infer keypoints.json --action action_ntu60.bin --fps 30 --out results
  motionbert infer keypoints.json --action my_moves.bin --action-names my_moves.txt --action-window 2 --out results
  motionbert infer clip.npy --normalised --out results";

/// Lift the 2D keypoints of a file, or the people in a video, to 3D
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InferArgs {
    /// Keypoint file, or folder with one file per frame; with --detector a video
    input: PathBuf,
    /// Folder for the results; made if it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Person by id, several separated by commas, or 'all' with the short tracks that are left out otherwise
    #[arg(long, value_name = "ID|all", value_delimiter = ',')]
    person: Vec<PersonArg>,
    /// The input is an .npy clip [frames, 17, 3] of (x, y, confidence) in [-1, 1] and goes to the model as it is; of two
    /// people [2, frames, 17, 3]
    #[arg(long, conflicts_with_all = [
        "pixel", "image_size", "skeleton", "person", "detector", "min_confidence", "repair_swaps", "outliers", "fill_gaps",
    ])]
    normalised: bool,
    /// File formats of the results: npy, csv, json for joints, bvh, glb for bodies (fitted to the joints if --mesh does
    /// not say otherwise), keypoints for the 2D keypoints as AlphaPose writes them (keypoints.json)
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "npy")]
    format: Vec<FormatArg>,
    /// How to show progress
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub progress: ProgressArg,
    /// Exit with code 3 if there were warnings
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    bodies: BodyArgs,
    /// Write the vertices of every frame to mesh.npz; 80 KB a frame for SMPL
    #[arg(long, requires = "mesh")]
    vertices: bool,
    #[command(flatten)]
    action: ActionArgs,
    #[command(flatten)]
    motion: MotionFileArgs,
    #[command(flatten)]
    lift: LiftArgs,
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    detector: DetectorArgs,
    #[command(flatten)]
    filters: FilterArgs,
}

/// The lifted people with what the summary says about the input.
struct Lifted<'a> {
    people: Vec<LiftedPerson<'a>>,
    /// As they apply to this input.
    options: InferOptions,
    input_format: String,
    skeleton: String,
    frames: usize,
    fps: f64,
    image_size: Option<[u32; 2]>,
}

struct LiftedPerson<'a> {
    prediction: PosePrediction,
    input: ModelInput<'a>,
    /// Frames in which the detector saw the person.
    seen_frames: usize,
    repairs: Repairs,
}

impl Lifted<'_> {
    fn joints(&self) -> Vec<Joints<'_>> {
        self.people.iter().map(|person| Joints { prediction: &person.prediction, input: &person.input }).collect()
    }

    /// Everybody as action models see them; `are_chosen` if they were asked for by name.
    fn action_input(&self, are_chosen: bool) -> ActionInput<'_> {
        let (mut tracks, mut clip) = (Vec::new(), Vec::new());
        for person in &self.people {
            match &person.input {
                ModelInput::Track(track) => tracks.push(track),
                ModelInput::Clip(values) => clip.extend_from_slice(values),
            }
        }
        match clip.is_empty() {
            true => ActionInput::Tracks { tracks, are_chosen },
            false => {
                ActionInput::Clip { values: clip, people: self.people.iter().map(|p| p.prediction.person).collect() }
            }
        }
    }
}

pub(super) fn run(args: &InferArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let reporter = Reporter::new(args.progress);
    let notices = Notices::new();
    let mut told = Vec::new();
    let options = args.lift.options();
    let (formats, motion_formats) = motion_files::split(&args.format);
    args.motion.check(&motion_formats)?;
    let needs_bodies = !motion_formats.is_empty();
    let (cleaning, smoothing) = (args.filters.cleaning(), args.filters.smoothing()?);
    let has_keypoints = args.format.contains(&FormatArg::Keypoints);
    if args.normalised && has_keypoints {
        let what = "a normalised clip has no keypoints in pixels to be written";
        return Err(Advice::usage(what, "Leave out keypoints in --format.").into());
    }
    let body_source = BodySource::load(&args.bodies, needs_bodies, &args.model, &notices, &reporter)?;
    let action_source = ActionSource::load(&args.action, &args.model, &notices, &reporter)?;
    let model = model::load(&args.model, &notices, &reporter)?;
    let clip;
    let mut lifted = if args.normalised {
        clip = read_clip(&args.input)?;
        if let (Some(source), Some((_, values))) = (&action_source, clip.first()) {
            source.check_clip_len(values.len() / FRAME_VALUES)?;
        }
        lift_clip(args, &model, &clip, &options, &reporter, cancel)?
    } else {
        let lifter = Remembering::new(&model as &dyn Lifter);
        let ahead = Ahead { lifter: &lifter, options, cleaning, people: take::ids(&args.person) };
        let read = args.read.options();
        let source = take::open(&args.input, &read, &args.detector, Some(&ahead), &notices, &reporter, cancel)?;
        if source.tracks.is_empty() && !source.imported.is_empty() {
            return Err(Advice::new(
                format!("{} holds 3D poses already", source.name),
                "Look at them with `motionbert render`, or in the window. If they are 2D after all, give --normalised.",
            )
            .into());
        }
        let tracks = take::chosen(&source, &args.person, &notices)?;
        told.extend(reporter.notices(&notices));
        let lifted = lift_source(&ahead, &source, &tracks, &notices, &reporter, cancel)?;
        if has_keypoints {
            let frames = FrameRange::new(0, source.frame_count);
            let path = args.out.join(KEYPOINTS_FILE);
            alphapose::write(&path, tracks.iter().copied(), frames, source.first_frame_number, cancel)?;
        }
        lifted
    };
    filters::smooth(lifted.people.iter_mut().map(|person| &mut person.prediction), &smoothing, lifted.fps, &notices);
    told.extend(reporter.notices(&notices));
    cancel.check()?;
    let bodies = match &body_source {
        Some(source) => {
            let scene = Scene { image_size: lifted.image_size, fps: lifted.fps };
            let (bodies, _) =
                bodies::predict(source, &lifted.joints(), scene, &lifted.options, &notices, &reporter, cancel)?;
            told.extend(reporter.notices(&notices));
            Some((source, bodies))
        }
        None => None,
    };

    let name = file_name(&args.input);
    if let Some(source) = &action_source {
        let input = lifted.action_input(!args.person.is_empty());
        source.write(&input, lifted.fps, &name, &args.out, &notices, &reporter, cancel)?;
        told.extend(reporter.notices(&notices));
    }
    reporter.task("writing");
    let mut people = write(&args.out, &name, &formats, &lifted, cancel)?;
    if action_source.is_some() {
        people.iter_mut().for_each(|person| person.files.push(ACTIONS_FILE.to_owned()));
    }
    if has_keypoints {
        people.iter_mut().for_each(|person| person.files.push(KEYPOINTS_FILE.to_owned()));
    }
    if let Some((source, bodies)) = &bodies {
        if args.bodies.are_given() {
            write_bodies(args, source, bodies, &mut people, lifted.fps, &reporter, cancel)?;
        }
        let tracks: Vec<&BodyTrack> = bodies.iter().map(PersonBody::motion).collect();
        let timeline = Timeline { frames: lifted.frames, fps: lifted.fps };
        let (out, motion) = (&args.out, &args.motion);
        for file in motion_files::write(motion, &motion_formats, out, source.body(), &tracks, timeline, cancel)? {
            let name = file.path.strip_prefix(out).unwrap_or(&file.path).display().to_string();
            let in_it = people.iter_mut().filter(|person| file.people.contains(&person.id));
            in_it.for_each(|person| person.files.push(name.clone()));
        }
    }
    let warnings: Vec<(Notice, usize)> = told.into_iter().filter(|(notice, _)| notice.level > Level::Info).collect();
    let outcome = if args.strict && !warnings.is_empty() { Outcome::Warned } else { Outcome::Done };
    let summary = Summary {
        program: concat!("motionbert ", env!("CARGO_PKG_VERSION")).to_owned(),
        input: args.input.display().to_string(),
        input_format: lifted.input_format,
        skeleton: lifted.skeleton,
        frames: lifted.frames,
        fps: lifted.fps,
        image_size_px: lifted.image_size,
        space: lifted.people.first().map_or(Space::ClipBox, |person| person.prediction.space),
        model: model.name().to_owned(),
        device: model.device_label().to_owned(),
        clip_len: options.clip_len.min(model.config().maxlen),
        stitch: args.lift.stitch.name().to_owned(),
        flip_averaging: options.flip,
        cleaning: (!cleaning.is_off()).then(|| serde_json::to_value(cleaning)).transpose()?,
        smoothing: (!smoothing.is_off()).then(|| serde_json::to_value(smoothing)).transpose()?,
        mesh: body_source.as_ref().map(|source| source.name().to_owned()),
        body: body_source.as_ref().map(|source| source.body().name.clone()),
        seconds: reporter.elapsed_secs(),
        people,
        warnings: warnings.into_iter().map(SummaryNotice::from).collect(),
    };
    summary.write(&args.out.join("summary.json"), cancel)?;
    reporter.finish(&format!(
        "{}, {} frames in {:.1} s: {}",
        match summary.people.len() {
            1 => "1 person".to_owned(),
            several => format!("{several} people"),
        },
        summary.frames,
        summary.seconds,
        args.out.display()
    ));
    Ok(outcome)
}

fn lift_source(
    ahead: &Ahead<'_>,
    source: &Source,
    tracks: &[&KeypointTrack],
    notices: &Notices,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<Lifted<'static>> {
    let cleaned = filters::clean(tracks, &ahead.cleaning, notices);
    let clean_tracks: Vec<&KeypointTrack> = cleaned.iter().map(|cleaned| &cleaned.track).collect();
    let predictions = lift::lift(ahead.lifter, source, &clean_tracks, &ahead.options, notices, reporter, cancel)?;
    let person = |prediction: PosePrediction| {
        let place = tracks.iter().position(|track| track.person == prediction.person)?;
        Some(LiftedPerson {
            prediction,
            input: ModelInput::Track(cleaned[place].track.clone()),
            seen_frames: tracks[place].seen_count(),
            repairs: cleaned[place].repairs,
        })
    };
    Ok(Lifted {
        options: source.infer_options(&ahead.options),
        people: predictions.into_iter().filter_map(person).collect(),
        input_format: source.format.to_owned(),
        skeleton: source.skeleton.as_ref().map_or_else(String::new, |(skeleton, _)| skeleton.name.to_owned()),
        frames: source.frame_count,
        fps: take::fps(source, notices),
        image_size: source.image_size,
    })
}

/// The people of an .npy clip: one, or two who are called 1 and 2. // [T, 17, 3] each
pub(super) fn read_clip(path: &Path) -> anyhow::Result<Vec<(PersonId, Vec<f32>)>> {
    let failed = || format!("{} could not be opened", path.display());
    let bytes = std::fs::read(path).with_context(failed)?;
    let hint = "With --normalised the input is an .npy file of numbers, shape [frames, 17, 3] or, of two \
                people, [2, frames, 17, 3]: x, y, confidence.";
    let array = match npy::parse(&bytes) {
        Ok(Npy::Plain(array)) => array,
        Ok(Npy::Objects(_)) => return Err(Advice::new("it holds Python objects", hint)).with_context(failed),
        Err(error) => return Err(Advice::new(error.to_string(), hint)).with_context(failed),
    };
    let persons = match array.shape[..] {
        [frames, 17, 3] if frames > 0 => 1,
        [persons @ 1..=2, frames, 17, 3] if frames > 0 => persons,
        _ => return Err(Advice::new(format!("its shape is {:?}", array.shape), hint)).with_context(failed),
    };
    let mut values = array.to_f32().with_context(failed)?;
    // A broken joint is a missing one.
    for joint in values.chunks_exact_mut(3).filter(|joint| joint.iter().any(|value| !value.is_finite())) {
        joint.fill(0.0);
    }
    let ids = if persons == 1 { 0.. } else { 1.. };
    Ok(ids.map(PersonId).zip(values.chunks(values.len() / persons).map(<[f32]>::to_vec)).collect())
}

fn lift_clip<'a>(
    args: &InferArgs,
    model: &PoseModel,
    clip: &'a [(PersonId, Vec<f32>)],
    options: &InferOptions,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<Lifted<'a>> {
    reporter.task("clip");
    let is_seen = |frame: &&[f32]| frame.chunks_exact(3).any(|joint| joint[2] > 0.0);
    let mut people = Vec::new();
    for (person, values) in clip {
        let mut prediction = predict_clip(model, values, options, cancel, reporter, &mut |_| {})
            .context("the clip could not be lifted to 3D")?;
        prediction.person = *person;
        people.push(LiftedPerson {
            prediction,
            input: ModelInput::Clip(values),
            seen_frames: values.chunks_exact(17 * 3).filter(is_seen).count(),
            repairs: Repairs::default(),
        });
    }
    Ok(Lifted {
        options: *options,
        frames: people.first().map_or(0, |person| person.prediction.range.len()),
        people,
        input_format: "model input (npy)".to_owned(),
        skeleton: crate::data::SkeletonId::H36m17.to_string(),
        fps: args.read.fps.unwrap_or(DEFAULT_FPS),
        image_size: None,
    })
}

/// Writes everybody in every format.
fn write(
    out: &Path,
    source: &str,
    formats: &[ExportFormat],
    lifted: &Lifted<'_>,
    cancel: &CancelToken,
) -> anyhow::Result<Vec<PersonSummary>> {
    let is_single = lifted.people.len() == 1;
    let mut people = Vec::new();
    for LiftedPerson { prediction, seen_frames, repairs, .. } in &lifted.people {
        let export = PoseExport { prediction, fps: lifted.fps, source };
        let mut files = Vec::new();
        for format in formats {
            let name = file_of(prediction.person, is_single, &format.file_name());
            format.write(&out.join(&name), &export, cancel)?;
            files.push(name);
        }
        let repetitions = cycles::of_prediction(prediction, lifted.fps);
        people.push(PersonSummary {
            id: prediction.person,
            first_frame: prediction.range.start,
            frames: prediction.range.len(),
            seen_frames: *seen_frames,
            repetitions: repetitions.iter().map(|found| RepetitionsSummary::new(found, lifted.fps)).collect(),
            repairs: (!repairs.is_empty()).then(|| serde_json::to_value(repairs)).transpose()?,
            files,
        });
    }
    Ok(people)
}

/// A person's file relative to the results; a single person needs no folder.
fn file_of(person: PersonId, is_single: bool, name: &str) -> String {
    if is_single { name.to_owned() } else { format!("person_{person}/{name}") }
}

/// Writes everybody's body and adds the files to the summary.
fn write_bodies(
    args: &InferArgs,
    source: &BodySource,
    bodies: &[PersonBody],
    people: &mut [PersonSummary],
    fps: f64,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<()> {
    let is_single = people.len() == 1;
    for (body, summary) in bodies.iter().zip(people) {
        let folder = args.out.join(file_of(summary.id, is_single, ""));
        let names = bodies::write(&folder, body, source.body(), args.vertices, fps, reporter, cancel)?;
        summary.files.extend(names.map(|name| file_of(summary.id, is_single, name)));
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
