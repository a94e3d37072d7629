//! Actions for `--action` of `infer`: the model, the names of its classes, and `actions.json`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::args::ModelArgs;
use super::exit::Advice;
use super::report::Reporter;
use crate::data::{ActionScores, FrameRange, KeypointTrack, PersonId, ScoreKind, Segment};
use crate::infer::action::{ActionOptions, score_clip, score_people};
use crate::io::action_names::action_names;
use crate::io::export::{ACTIONS_FILE, ActionsExport, SummaryNotice};
use crate::motion::segments::{SegmentOptions, segment};
use crate::nn::{ActionModel, Checkpoint};
use crate::support::{CancelToken, Notice, Notices};

/// What people do.
#[derive(Clone, Debug, Args)]
pub(super) struct ActionArgs {
    /// Tell what people do, with this checkpoint of an action classifier (.bin, .pt, .pth, .safetensors): actions.json
    #[arg(long, value_name = "FILE")]
    action: Option<PathBuf>,
    /// Names of the model's classes in its order, one a line or a JSON list; without it those of NTU RGB+D for 60 and
    /// 120 classes
    #[arg(long, value_name = "FILE", requires = "action")]
    action_names: Option<PathBuf>,
    /// Length of the windows that are looked at, in seconds
    #[arg(long, value_name = "SECS", requires = "action", default_value_t = ActionOptions::default().window_secs,
        value_parser = window_secs)]
    action_window: f64,
    /// From one window to the next, in seconds
    #[arg(long, value_name = "SECS", requires = "action", default_value_t = ActionOptions::default().hop_secs,
        value_parser = window_secs)]
    action_hop: f64,
    /// Do not look at people who are near each other as pairs
    #[arg(long, requires = "action")]
    no_action_pairs: bool,
    /// Probability from which on a stretch is labelled, 0 to 1
    #[arg(long, value_name = "P", requires = "action", default_value_t = SegmentOptions::default().threshold,
        value_parser = probability)]
    action_threshold: f32,
    /// Classes listed for every window
    #[arg(long, value_name = "K", requires = "action", default_value_t = 5)]
    action_top: usize,
}

/// Between a tenth of a second and a minute.
fn window_secs(text: &str) -> Result<f64, String> {
    let secs = text.parse().ok().filter(|secs: &f64| (0.1..=60.0).contains(secs));
    secs.ok_or_else(|| "a number of seconds from 0.1 to 60 is needed, for example 3".to_owned())
}

fn probability(text: &str) -> Result<f32, String> {
    let share = text.parse().ok().filter(|share: &f32| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "a number from 0 to 1 is needed, for example 0.3".to_owned())
}

/// Who is scored.
pub(super) enum ActionInput<'a> {
    Tracks {
        tracks: Vec<&'a KeypointTrack>,
        /// They were asked for by name, so that none is left out for being many.
        are_chosen: bool,
    },
    /// Model input. // [persons, T, 17, 3]
    Clip { values: Vec<f32>, people: Vec<PersonId> },
}

/// A loaded classifier with what it is asked for.
pub(super) struct ActionSource<'a> {
    args: &'a ActionArgs,
    model: ActionModel,
    names: Vec<String>,
}

impl<'a> ActionSource<'a> {
    /// Loads what `--action` names; none without it.
    pub fn load(
        args: &'a ActionArgs,
        device: &ModelArgs,
        notices: &Notices,
        reporter: &Reporter,
    ) -> anyhow::Result<Option<Self>> {
        let Some(path) = &args.action else { return Ok(None) };
        reporter.task("loading the action model");
        let failed = "the action model could not be loaded";
        let checkpoint = Checkpoint::read(path).context(failed)?;
        let choice = device.device.device.unwrap_or_default();
        let (model, report, told) = ActionModel::load(&checkpoint, choice, None).context(failed)?;
        told.into_iter().for_each(|notice| notices.add(notice));
        if !report.unused.is_empty() {
            notices.add(Notice::info(format!("The action model {}", checkpoint.name)).why(report.to_string()));
        }
        let Some(classes) = model.classes() else {
            return Err(Advice::usage(
                format!("{} tells how alike moves are, but has no classes", path.display()),
                "Give an action classifier, for example the published one for NTU60 (`motionbert models list`).",
            )
            .into());
        };
        let names = action_names(classes, args.action_names.as_deref()).context("the classes have no names")?;
        let names = names.unwrap_or_else(|| {
            let notice = Notice::info(format!("The {classes} classes are numbered"))
                .why("names are known for 60 and 120 classes, those of NTU RGB+D")
                .hint("Give --action-names FILE.");
            notices.add(notice);
            (0..classes).map(|class| format!("class {class}")).collect()
        });
        Ok(Some(Self { args, model, names }))
    }

    /// Whether a clip of so many frames, passed to the model as it is, fits into it.
    ///
    /// # Errors
    /// When it is too long.
    pub fn check_clip_len(&self, frames: usize) -> anyhow::Result<()> {
        let most = self.model.config().maxlen;
        if frames <= most {
            return Ok(());
        }
        Err(Advice::usage(
            format!("a clip of {frames} frames is too long for the action model, which takes {most} at once"),
            "Cut the clip, or give keypoints instead of --normalised: their windows are cut for you.",
        )
        .into())
    }

    /// Scores everybody and writes the file into the folder `out`. Who was left out goes to `notices` too.
    pub fn write(
        &self,
        input: &ActionInput<'_>,
        fps: f64,
        source: &str,
        out: &Path,
        notices: &Notices,
        reporter: &Reporter,
        cancel: &CancelToken,
    ) -> anyhow::Result<()> {
        reporter.task("actions");
        let (scores, skipped) = self.score(input, fps, reporter, cancel).context("actions could not be told")?;
        self.model.notices().take().into_iter().for_each(|(notice, _)| notices.add(notice));
        skipped.iter().for_each(|notice| notices.add(notice.clone()));
        let options = SegmentOptions { threshold: self.args.action_threshold, ..SegmentOptions::default() };
        let segments = |scores: &ActionScores| -> Vec<Segment> {
            let all = scores.windows.iter().fold(FrameRange::default(), |all, window| all.union(*window));
            segment(scores, all, fps, &options)
        };
        let scored: Vec<_> = scores.into_iter().map(|scores| (scores.clone(), segments(&scores))).collect();
        let file = ActionsExport {
            program: concat!("motionbert ", env!("CARGO_PKG_VERSION")),
            input: source,
            model: self.model.name(),
            names: &self.names,
            fps,
            top: self.args.action_top,
            scored: &scored,
            skipped: skipped.into_iter().map(|notice| SummaryNotice::from((notice, 1))).collect(),
        };
        Ok(file.write(&out.join(ACTIONS_FILE), cancel)?)
    }

    fn score(
        &self,
        input: &ActionInput<'_>,
        fps: f64,
        reporter: &Reporter,
        cancel: &CancelToken,
    ) -> anyhow::Result<(Vec<ActionScores>, Vec<Notice>)> {
        match input {
            ActionInput::Tracks { tracks, are_chosen } => {
                let defaults = ActionOptions::default();
                let options = ActionOptions {
                    window_secs: self.args.action_window,
                    hop_secs: self.args.action_hop,
                    pairs_within: if self.args.no_action_pairs { 0.0 } else { defaults.pairs_within },
                    max_people: if *are_chosen { tracks.len() } else { defaults.max_people },
                    max_pairs: if *are_chosen { usize::MAX } else { defaults.max_pairs },
                };
                let scored = score_people(&self.model, tracks, fps, &options, cancel, reporter)?;
                Ok((scored.scores, scored.skipped))
            }
            ActionInput::Clip { values, people } => {
                let logits = score_clip(&self.model, values, people.len(), cancel)?;
                let frames = values.len() / (people.len() * 17 * 3);
                let scores = ActionScores {
                    people: people.clone(),
                    kind: ScoreKind::Logit,
                    windows: [FrameRange::new(0, frames)].into(),
                    classes: logits.len(),
                    values: logits,
                };
                Ok((vec![scores], Vec::new()))
            }
        }
    }
}
