//! Motion files of `infer`: which formats, and how BVH and GLB are to be written.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::exit::Advice;
use crate::data::{BodyModel, BodyTrack, FrameRange};
use crate::io::export::bvh::{BvhOptions, BvhUnit, UpAxis};
use crate::io::export::{ExportFormat, MotionFormat};
use crate::motion::body_cut::BodyCut;
use crate::runtime::export::{MotionFiles, Performer, Written};
use crate::scene::PersonStyle;
use crate::support::CancelToken;

/// A format of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatArg {
    Joints(ExportFormat),
    Motion(MotionFormat),
    /// The 2D keypoints, as AlphaPose writes them.
    Keypoints,
}

impl std::str::FromStr for FormatArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_ascii_lowercase();
        let motion = MotionFormat::ALL.into_iter().find(|format| format.extension() == wanted);
        match motion {
            Some(format) => Ok(Self::Motion(format)),
            None if wanted == "keypoints" => Ok(Self::Keypoints),
            None => wanted.parse().map(Self::Joints).map_err(|error: String| format!("{error}, bvh, glb, keypoints")),
        }
    }
}

/// Formats of joints and of bodies, each once.
pub(super) fn split(formats: &[FormatArg]) -> (Vec<ExportFormat>, Vec<MotionFormat>) {
    let joints: BTreeSet<ExportFormat> = formats
        .iter()
        .filter_map(|format| match format {
            FormatArg::Joints(format) => Some(*format),
            FormatArg::Motion(_) | FormatArg::Keypoints => None,
        })
        .collect();
    let motion: BTreeSet<MotionFormat> = formats
        .iter()
        .filter_map(|format| match format {
            FormatArg::Motion(format) => Some(*format),
            FormatArg::Joints(_) | FormatArg::Keypoints => None,
        })
        .collect();
    (joints.into_iter().collect(), motion.into_iter().collect())
}

/// How bodies are written for animation programs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "BVH and GLB")]
pub(super) struct MotionFileArgs {
    /// Frame rate of BVH and GLB, with poses between frames interpolated; as the input without it
    #[arg(long, value_name = "FPS", value_parser = super::args::frame_rate)]
    export_fps: Option<f64>,
    /// Frames of the timeline that go into BVH and GLB, from 0, the last one left out: 100..250, 100.. or ..250
    #[arg(long, value_name = "A..B", value_parser = frames)]
    export_frames: Option<[Option<usize>; 2]>,
    /// Axis that points up in BVH; in GLB it is y, as glTF has it
    #[arg(long, value_name = "AXIS")]
    up: Option<UpArg>,
    /// Unit of lengths in BVH; in GLB it is metres, as glTF has it
    #[arg(long, value_name = "UNIT")]
    units: Option<UnitArg>,
    /// Move everybody in BVH and GLB alike, so that the first person starts at the origin of the floor
    #[arg(long)]
    root_at_origin: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UpArg {
    /// What most programs expect [default]
    Y,
    Z,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UnitArg {
    M,
    /// What most programs expect [default]
    Cm,
    Mm,
}

impl MotionFileArgs {
    /// # Errors
    /// When something was said of a format that is not written.
    pub fn check(&self, formats: &[MotionFormat]) -> anyhow::Result<()> {
        let of_bvh = [("--up", self.up.is_some()), ("--units", self.units.is_some())];
        let of_any = [
            ("--export-fps", self.export_fps.is_some()),
            ("--export-frames", self.export_frames.is_some()),
            ("--root-at-origin", self.root_at_origin),
        ];
        let given =
            |options: &[(&'static str, bool)]| options.iter().find(|(_, is_given)| *is_given).map(|(name, _)| *name);
        let hint = "The formats are listed with --format, for example --format npy,bvh.";
        if let Some(name) = given(&of_any).filter(|_| formats.is_empty()) {
            return Err(Advice::usage(format!("{name} is for BVH and GLB, and neither is written"), hint).into());
        }
        if let Some(name) = given(&of_bvh).filter(|_| !formats.contains(&MotionFormat::Bvh)) {
            return Err(Advice::usage(format!("{name} is for BVH, which is not written"), hint).into());
        }
        Ok(())
    }

    fn files(&self, frames: usize, fps: f64) -> MotionFiles {
        let [start, end] = self.export_frames.unwrap_or_default();
        MotionFiles {
            cut: BodyCut {
                range: FrameRange::new(start.unwrap_or(0), end.unwrap_or(frames).min(frames)),
                fps,
                out_fps: self.export_fps.unwrap_or(fps),
                is_root_at_origin: self.root_at_origin,
            },
            bvh: BvhOptions {
                up: match self.up {
                    None | Some(UpArg::Y) => UpAxis::Y,
                    Some(UpArg::Z) => UpAxis::Z,
                },
                unit: match self.units {
                    Some(UnitArg::M) => BvhUnit::Metres,
                    None | Some(UnitArg::Cm) => BvhUnit::Centimetres,
                    Some(UnitArg::Mm) => BvhUnit::Millimetres,
                },
            },
        }
    }
}

/// The recording that people are in.
#[derive(Clone, Copy)]
pub(super) struct Timeline {
    pub frames: usize,
    pub fps: f64,
}

/// Writes the bodies of everybody, in the world, in every format: `motion.glb`, and `motion.bvh` or
/// `person_ID/motion.bvh`.
///
/// # Errors
/// When nobody is there in the frames that were asked for, a file cannot be written, or the token was cancelled.
pub(super) fn write(
    args: &MotionFileArgs,
    formats: &[MotionFormat],
    out: &Path,
    body: &Arc<BodyModel>,
    tracks: &[&BodyTrack],
    timeline: Timeline,
    cancel: &CancelToken,
) -> anyhow::Result<Vec<Written>> {
    let performer = |track: &&BodyTrack| Performer {
        person: track.person,
        name: format!("Person {}", track.person),
        colour: PersonStyle::dark().clay(),
        body: Arc::clone(body),
        track: (*track).clone(),
    };
    let performers: Vec<Performer> = tracks.iter().map(performer).collect();
    let files = args.files(timeline.frames, timeline.fps);
    let mut written = Vec::new();
    for format in formats {
        let path = |person| {
            let name = format!("motion.{}", format.extension());
            match person {
                Some(person) if performers.len() > 1 => out.join(format!("person_{person}")).join(name),
                _ => out.join(name),
            }
        };
        written.extend(files.write(*format, &performers, &path, cancel)?);
    }
    if written.is_empty() && !formats.is_empty() {
        return Err(Advice::usage(
            "nobody is there in the frames of --export-frames",
            format!("The timeline has the frames 0 to {}.", timeline.frames.saturating_sub(1)),
        )
        .into());
    }
    Ok(written)
}

/// `100..250`, `100..`, `..250`
fn frames(text: &str) -> Result<[Option<usize>; 2], String> {
    let ends = text.split_once("..").and_then(|(start, end)| {
        let number = |text: &str| if text.trim().is_empty() { Some(None) } else { text.trim().parse().ok().map(Some) };
        let ends = [number(start)?, number(end)?];
        (ends[0].unwrap_or(0) < ends[1].unwrap_or(usize::MAX)).then_some(ends)
    });
    ends.ok_or_else(|| "two frames are needed, the later one second, for example 100..250".to_owned())
}
