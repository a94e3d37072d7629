//! Arguments that several subcommands share.

use clap::{Args, ValueEnum};

use crate::data::{NormalisationMode, PersonId, SkeletonId};
use crate::infer::InferOptions;
use crate::io::keypoints::ReadOptions;
use crate::motion::Stitch;
use crate::nn::DeviceChoice;

/// How to read keypoints where the file leaves something open.
#[derive(Clone, Debug, Args)]
pub(super) struct ReadArgs {
    /// Joint set of the file, instead of recognising it (COCO_17, HALPE_26, BODY_25, BODY_25B, H36M_17, ...)
    #[arg(long, value_name = "NAME")]
    pub skeleton: Option<SkeletonId>,
    /// Width and height of the video in pixels
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub image_size: Option<[u32; 2]>,
    /// Frames per second of the video, if the file does not say it
    #[arg(long, value_name = "F", value_parser = frame_rate)]
    pub fps: Option<f64>,
}

impl ReadArgs {
    pub fn options(&self) -> ReadOptions {
        ReadOptions { skeleton: self.skeleton, image_size: self.image_size, fps: self.fps }
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct DeviceArgs {
    /// Where the network runs: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "D")]
    pub device: Option<DeviceChoice>,
}

/// Which model, and where it runs.
#[derive(Clone, Debug, Args)]
pub(super) struct ModelArgs {
    /// Checkpoint of a 3D pose model: PyTorch (.bin, .pt, .pth) or .safetensors; the built-in starter without it
    #[arg(long, value_name = "FILE")]
    pub model: Option<std::path::PathBuf>,
    /// Attention heads, if the checkpoint has another number than it says or than the published 8
    #[arg(long, value_name = "N")]
    pub heads: Option<usize>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// How the network is applied.
#[derive(Clone, Debug, Args)]
pub(super) struct LiftArgs {
    /// Keep the place in the image: normalise by the image and give the result in pixels
    #[arg(long)]
    pub pixel: bool,
    /// Frames per window; the model's own maximum is the limit
    #[arg(long, value_name = "N", default_value_t = 243, value_parser = clap::value_parser!(u32).range(1..))]
    pub clip_len: u32,
    /// How windows are joined: overlapping and cross-faded, or side by side as the published script does
    #[arg(long, value_name = "MODE", default_value = "blend")]
    pub stitch: StitchArg,
    /// Do not average with the mirrored clip: twice as fast, a little less accurate
    #[arg(long)]
    pub no_flip: bool,
    /// Whether the model gives joints relative to the root (`rootrel` in the published configurations); checkpoints
    /// other than ours do not say it, and count as not
    #[arg(long, value_name = "true|false")]
    pub root_relative: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StitchArg {
    Blend,
    Reference,
}

impl StitchArg {
    pub fn name(self) -> &'static str {
        match self {
            Self::Blend => "blend",
            Self::Reference => "reference",
        }
    }
}

impl LiftArgs {
    pub fn options(&self) -> InferOptions {
        InferOptions {
            mode: if self.pixel { NormalisationMode::Pixel } else { NormalisationMode::Crop },
            stitch: match self.stitch {
                StitchArg::Blend => Stitch::Blend,
                StitchArg::Reference => Stitch::Reference,
            },
            flip: !self.no_flip,
            clip_len: self.clip_len as usize,
            root_relative: self.root_relative,
        }
    }
}

/// `--person`: everybody, even short false detections, or an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PersonArg {
    All,
    Id(PersonId),
}

impl std::str::FromStr for PersonArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("all") {
            return Ok(Self::All);
        }
        text.parse()
            .map(|id| Self::Id(PersonId(id)))
            .map_err(|_| "an id (a whole number) or 'all' is needed".to_owned())
    }
}

/// `1280x720`
pub(super) fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = text.split_once(['x', 'X', '*']).and_then(|(width, height)| {
        let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| (1..=65_535).contains(side));
        Some([side(width)?, side(height)?])
    });
    sides.ok_or_else(|| "a width and a height are needed, for example 1280x720".to_owned())
}

pub(super) fn frame_rate(text: &str) -> Result<f64, String> {
    let fps = text.parse().ok().filter(|fps: &f64| (0.01..=10_000.0).contains(fps));
    fps.ok_or_else(|| "a number of frames per second is needed, for example 29.97".to_owned())
}
