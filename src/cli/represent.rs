//! `motionbert represent`: what the network makes of a motion, for other programs.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::args::{ModelArgs, PersonArg, ReadArgs};
use super::detector::DetectorArgs;
use super::exit::{Advice, Outcome};
use super::infer::read_clip;
use super::report::{ProgressArg, Reporter};
use super::{model, take};
use crate::data::{H36M_JOINTS, KeypointTrack, NormalisationMode, PersonId};
use crate::infer::represent::{Backbone, clip_of_track, over_joints, represent_clip};
use crate::infer::{InferError, InferOptions};
use crate::io::atomic;
use crate::io::npz::NpzWriter;
use crate::nn::BackboneModel;
use crate::session::document::DEFAULT_FPS;
use crate::support::{CancelToken, Notice, Notices};

const FRAME_VALUES: usize = H36M_JOINTS * 3;

const EXAMPLES: &str = "\
The result is an archive of numpy.load: person_ID, float32 [frames, 17, dim_rep], for everybody, from the first frame in \
which the person was seen (person_ID_first_frame); fps; and the model's name. With --pool the mean over the joints, \
[frames, dim_rep]. It is what get_representation of the published code gives, in windows side by side. Any checkpoint \
will do: 3D pose, action, mesh or the pretrained backbone.

Examples:
  motionbert represent alphapose-results.json --out rep.npz
  motionbert represent openpose_json/ --person 2 --pool --model latest_epoch.bin --out rep.npz
  motionbert represent clip.npy --normalised --out rep.npz";

/// Write the network's motion representation of everybody
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RepresentArgs {
    /// Keypoint file, or folder with one file per frame; with --detector a video
    input: PathBuf,
    /// File to write, ending in .npz
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The mean over the joints: [frames, dim_rep]
    #[arg(long)]
    pool: bool,
    /// Person by id, several separated by commas, or 'all' with the short tracks that are left out otherwise
    #[arg(long, value_name = "ID|all", value_delimiter = ',')]
    person: Vec<PersonArg>,
    /// The input is an .npy clip [frames, 17, 3] of (x, y, confidence) in [-1, 1] and goes to the model as it is
    #[arg(long, conflicts_with_all = ["pixel", "image_size", "skeleton", "person", "detector"])]
    normalised: bool,
    /// Normalise by the image instead of the person's square
    #[arg(long)]
    pixel: bool,
    /// Frames per window; the model's own maximum is the limit
    #[arg(long, value_name = "N", default_value_t = 243, value_parser = clap::value_parser!(u32).range(1..))]
    clip_len: u32,
    /// How to show progress
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub progress: ProgressArg,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    detector: DetectorArgs,
}

/// Somebody's clip on its way into the network.
struct PersonClip {
    person: PersonId,
    first_frame: usize,
    clip: Vec<f32>, // [T, 17, 3]
}

pub(super) fn run(args: &RepresentArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    if args.out.extension().is_none_or(|extension| extension != "npz") {
        let what = format!("{} does not end in .npz", args.out.display());
        return Err(Advice::usage(what, "That is the one format that is written.").into());
    }
    let reporter = Reporter::new(args.progress);
    let notices = Notices::new();
    let (people, fps) = if args.normalised {
        let people = read_clip(&args.input)?;
        let people = people.into_iter().map(|(person, clip)| PersonClip { person, first_frame: 0, clip });
        (people.collect(), args.read.fps.unwrap_or(DEFAULT_FPS))
    } else {
        let source = take::open(&args.input, &args.read.options(), &args.detector, None, &notices, &reporter, cancel)?;
        let options = source.infer_options(&InferOptions {
            mode: if args.pixel { NormalisationMode::Pixel } else { NormalisationMode::Crop },
            ..InferOptions::default()
        });
        let tracks = take::chosen(&source, &args.person, &notices)?;
        (person_clips(&tracks, source.image_size, &options, &notices)?, take::fps(&source, &notices))
    };
    let model = model::load_backbone(&args.model, &notices, &reporter)?;
    reporter.notices(&notices);
    write(args, &args.out, &model, &people, fps, &reporter, cancel)?;
    for notice in model.take_notices() {
        reporter.notice(&notice, 1);
    }
    reporter.finish(&format!("{} in {:.1} s", args.out.display(), reporter.elapsed_secs()));
    Ok(Outcome::Done)
}

/// The clips of those of whom there is enough to see.
fn person_clips(
    tracks: &[&KeypointTrack],
    image_size: Option<[u32; 2]>,
    options: &InferOptions,
    notices: &Notices,
) -> anyhow::Result<Vec<PersonClip>> {
    let mut people = Vec::new();
    for track in tracks {
        match clip_of_track(track, image_size, options) {
            Ok(clip) => people.push(PersonClip { person: track.person, first_frame: track.range.start, clip }),
            Err(InferError::Normalise { person, source }) => {
                notices.add(Notice::warning(format!("Person {person} was left out")).why(source.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if people.is_empty() {
        return Err(Advice::new("there is nobody to represent", "`motionbert info` says what the file holds.").into());
    }
    Ok(people)
}

fn write(
    args: &RepresentArgs,
    path: &Path,
    model: &BackboneModel,
    people: &[PersonClip],
    fps: f64,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<()> {
    let dim = model.dim_rep();
    let clip_len = args.clip_len as usize;
    atomic::write(path, cancel, |out| {
        let mut archive = NpzWriter::new(out);
        archive.text("model", model.name())?;
        archive.number("fps", fps)?;
        for PersonClip { person, first_frame, clip } in people {
            reporter.task(&format!("person {person}"));
            let frames = clip.len() / FRAME_VALUES;
            let shape = if args.pool { vec![frames, dim] } else { vec![frames, H36M_JOINTS, dim] };
            archive.number(&format!("person_{person}_first_frame"), *first_frame as f64)?;
            archive.f32_parts(&format!("person_{person}"), &shape, |add| {
                let add_frames = &mut |values: &[f32]| -> anyhow::Result<()> {
                    if !args.pool {
                        return Ok(add(values)?);
                    }
                    values.chunks_exact(H36M_JOINTS * dim).try_for_each(|frame| Ok(add(&over_joints(frame, dim))?))
                };
                represent_clip(model, clip, clip_len, cancel, reporter, add_frames).map_err(std::io::Error::other)
            })?;
        }
        archive.finish()
    })
    .context("the representation could not be written")
}
