//! Bodies for `--mesh` of `infer` and `render`: which model, the bodies of everybody, and their files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use super::args::ModelArgs;
use super::exit::Advice;
use super::report::Reporter;
use crate::data::body::{BodyModel, BodyTrack};
use crate::data::{KeypointTrack, PosePrediction, WorldTrack};
use crate::infer::{BodyPrediction, InferOptions, predict_body, predict_body_clip};
use crate::io::body::{mannequin, read_body};
use crate::io::export::{AMASS_FILE, AmassExport, MESH_FILE, MeshExport};
use crate::motion::body_placing::{in_camera_axes, place_body, stand_body, standing_height_m};
use crate::motion::ik::{self, FitOptions};
use crate::motion::skin::Landmarks;
use crate::motion::{PlacedPerson, Placement, WorldOptions};
use crate::nn::{Checkpoint, MeshModel};
use crate::support::{CancelToken, Notice, Notices};

/// Which bodies people get.
#[derive(Clone, Debug, Args)]
pub(super) struct BodyArgs {
    /// Give people bodies: a mesh checkpoint (.bin, .pt, .pth, .safetensors), or 'ik' to fit a body to the 3D joints
    #[arg(long, value_name = "FILE|ik")]
    mesh: Option<MeshChoice>,
    /// Body model, SMPL's .pkl or .npz; without it the one in the mesh checkpoint, or for 'ik' the built-in mannequin
    #[arg(long, value_name = "FILE", requires = "mesh")]
    body: Option<PathBuf>,
}

impl BodyArgs {
    /// Whether files of bodies are asked for.
    pub fn are_given(&self) -> bool {
        self.mesh.is_some()
    }
}

#[derive(Clone, Debug)]
enum MeshChoice {
    Fit,
    Checkpoint(PathBuf),
}

impl std::str::FromStr for MeshChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "ik" { Self::Fit } else { Self::Checkpoint(PathBuf::from(text)) })
    }
}

/// Where bodies come from.
pub(super) enum BodySource {
    Mesh(Box<MeshModel>),
    Fit(Arc<BodyModel>),
}

impl BodySource {
    /// Loads what the arguments name. Where they name nothing, the mannequin is fitted if bodies `are_needed`; none if
    /// they are not.
    pub fn load(
        args: &BodyArgs,
        are_needed: bool,
        model: &ModelArgs,
        notices: &Notices,
        reporter: &Reporter,
    ) -> anyhow::Result<Option<Self>> {
        let fit = MeshChoice::Fit;
        let Some(choice) = args.mesh.as_ref().or(are_needed.then_some(&fit)) else { return Ok(None) };
        reporter.task("loading the body");
        let mut body = None;
        if let Some(path) = &args.body {
            let read = read_body(path).context("the body could not be loaded")?;
            read.notices.into_iter().for_each(|notice| notices.add(notice));
            body = Some(Arc::new(read.body));
        }
        let path = match (choice, body) {
            (MeshChoice::Fit, Some(body)) => return Ok(Some(Self::Fit(body))),
            (MeshChoice::Fit, None) => return Ok(Some(Self::Fit(mannequin()?))),
            (MeshChoice::Checkpoint(path), given) => {
                body = given;
                path
            }
        };
        let failed = "the mesh model could not be loaded";
        let checkpoint = Checkpoint::read(path).context(failed)?;
        if body.is_none() && checkpoint.hidden_channels() > 0 && checkpoint.body_vertices().is_none() {
            return Err(Advice::usage(
                format!("{} brings no body model along", path.display()),
                "Give the body that it was made for, for example --body SMPL_NEUTRAL.pkl.",
            )
            .into());
        }
        let choice = model.device.device.unwrap_or_default();
        let (model, report, told) = MeshModel::load(&checkpoint, choice, None, body).context(failed)?;
        told.into_iter().for_each(|notice| notices.add(notice));
        if !report.unused.is_empty() {
            notices.add(Notice::info(format!("The mesh model {}", checkpoint.name)).why(report.to_string()));
        }
        Ok(Some(Self::Mesh(Box::new(model))))
    }

    /// What it is called in the summary.
    pub fn name(&self) -> &str {
        match self {
            Self::Mesh(model) => model.name(),
            Self::Fit(_) => "ik",
        }
    }

    pub fn body(&self) -> &Arc<BodyModel> {
        match self {
            Self::Mesh(model) => model.body(),
            Self::Fit(body) => body,
        }
    }
}

/// What a person's 3D joints were predicted from.
pub(super) enum ModelInput<'a> {
    Track(KeypointTrack),
    /// Model input already. // [T, 17, 3]
    Clip(&'a [f32]),
}

/// One person to give a body.
pub(super) struct Joints<'a> {
    pub prediction: &'a PosePrediction,
    pub input: &'a ModelInput<'a>,
}

/// The recording that people are in.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    pub image_size: Option<[u32; 2]>,
    pub fps: f64,
}

/// One person's body.
pub(super) struct PersonBody {
    /// In camera axes.
    prediction: BodyPrediction,
    /// As the prediction's, along the root of the 3D joints.
    placed: BodyTrack,
    /// In the world; none if the joints do not tell where it stands.
    pub world: Option<BodyTrack>,
    /// The person's joints in the world.
    pub skeleton: WorldTrack,
}

impl PersonBody {
    /// In the world; in camera axes where it is not known where the body stands.
    pub fn motion(&self) -> &BodyTrack {
        self.world.as_ref().unwrap_or(&self.prediction.track)
    }
}

/// Bodies of everybody, in the same order, and where they and the recording camera are in the world.
pub(super) fn predict(
    source: &BodySource,
    people: &[Joints<'_>],
    scene: Scene,
    options: &InferOptions,
    notices: &Notices,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<(Vec<PersonBody>, Placement)> {
    let body = source.body();
    let landmarks = Landmarks::of(body).context("the body has no place for the 17 joints")?;
    let mut predicted = Vec::new();
    if let BodySource::Mesh(model) = source {
        for person in people {
            let id = person.prediction.person;
            reporter.task(&format!("body of person {id}"));
            let prediction = match person.input {
                ModelInput::Track(track) => predict_body(model, track, scene.image_size, options, cancel, reporter),
                ModelInput::Clip(clip) => predict_body_clip(model, clip, options, cancel, reporter),
            };
            model.notices().take().into_iter().for_each(|(notice, _)| notices.add(notice));
            predicted.push(prediction.with_context(|| format!("person {id} could not be given a body"))?);
        }
    }
    // A person is as tall as the mesh model says.
    let height_m = |person: usize| standing_height_m(body, predicted.get(person)?.track.betas.first()?);
    let placed: Vec<PlacedPerson<'_>> = people
        .iter()
        .enumerate()
        .map(|(index, person)| PlacedPerson {
            prediction: person.prediction,
            keypoints: match person.input {
                ModelInput::Track(track) => Some(track),
                ModelInput::Clip(_) => None,
            },
            height_m: height_m(index),
        })
        .collect();
    let placement = Placement::fit(&placed, scene.image_size, scene.fps, &WorldOptions::default());
    let mut predicted = predicted.into_iter();
    let mut bodies = Vec::with_capacity(people.len());
    for person in &placed {
        let id = person.prediction.person;
        let skeleton = placement.world_track(person);
        let (prediction, world) = match predicted.next() {
            Some(prediction) => {
                let world = stand_body(&prediction.track, body, &skeleton, &placement);
                (prediction, world)
            }
            None => {
                reporter.task(&format!("body of person {id}"));
                let fit = FitOptions::default();
                let world = ik::fit(body, &landmarks, &skeleton, scene.fps, &fit, cancel, reporter)?;
                let track = in_camera_axes(&world, body, &placement);
                (BodyPrediction { passes: vec![track.clone()], track }, Some(world))
            }
        };
        let placed = place_body(&prediction.track, body, person.prediction);
        if placed.is_none() || world.is_none() {
            notices.add(
                Notice::warning(format!("The body of person {id} stays on the spot"))
                    .why("the 3D joints do not tell where it is: too few frames, or all joints in one place"),
            );
        }
        bodies.push(PersonBody {
            placed: placed.unwrap_or_else(|| prediction.track.clone()),
            world,
            skeleton,
            prediction,
        });
    }
    Ok((bodies, placement))
}

/// Writes one person's files into `folder` and gives their names.
pub(super) fn write(
    folder: &Path,
    person: &PersonBody,
    body: &Arc<BodyModel>,
    with_vertices: bool,
    fps: f64,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<[&'static str; 2]> {
    reporter.task(&format!("mesh of person {}", person.placed.person));
    let vertices_mm = |frames| person.prediction.vertices_mm(body, frames);
    let mesh = MeshExport { body, track: &person.placed, with_vertices, vertices_mm: &vertices_mm };
    mesh.write(&folder.join(MESH_FILE), cancel, reporter)?;
    AmassExport { body, track: person.motion(), fps }.write(&folder.join(AMASS_FILE), cancel)?;
    Ok([MESH_FILE, AMASS_FILE])
}
