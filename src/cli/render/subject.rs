//! From lifted poses to what a clip is made of.

use std::sync::Arc;

use anyhow::Context;

use crate::cli::bodies::{self, BodySource, Joints, ModelInput, PersonBody, Scene};
use crate::cli::report::Reporter;
use crate::data::{FrameRange, KeypointTrack, PosePrediction, WorldTrack};
use crate::infer::InferOptions;
use crate::motion::clean::Repairs;
use crate::motion::skin::Landmarks;
use crate::motion::{PlacedPerson, Placement, WorldOptions};
use crate::nn::DeviceChoice;
use crate::runtime::clip::ClipSubject;
use crate::scene::Bounds;
use crate::session::scene_settings::Appearance;
use crate::session::{
    Bodies, BodiesKey, BodyChoice, Motion, MotionKey, PersonMotion, Results, SceneSettings, Source, SourceState,
    WornBody,
};
use crate::support::{CancelToken, Notices};

/// The people to draw.
pub struct Take<'a> {
    pub source: Source,
    /// After cleaning; none for files of 3D poses.
    pub tracks: &'a [&'a KeypointTrack],
    pub predictions: Vec<PosePrediction>,
}

/// Puts everybody into the world, with bodies if there is a source of them.
pub fn make(
    take: Take<'_>,
    body_source: Option<&BodySource>,
    options: &InferOptions,
    notices: &Notices,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<ClipSubject> {
    let (world, placement, bodies) = match body_source {
        Some(body_source) => {
            let (bodies, placement) = predict_bodies(body_source, &take, options, notices, reporter, cancel)?;
            (bodies.iter().map(|body| body.skeleton.clone()).collect(), placement, bodies)
        }
        None => {
            let (world, placement) = place(&take);
            (world, placement, Vec::new())
        }
    };
    let Take { source, tracks, predictions } = take;
    let frames = FrameRange::new(0, source.frame_count);
    let bounds = Bounds::of_tracks(&world, frames);
    let people = predictions.into_iter().zip(world).map(|(prediction, world)| PersonMotion {
        person: prediction.person,
        prediction,
        world,
        before: None,
        quality: None,
        symmetry: Vec::new(),
        repetitions: Vec::new(),
    });
    let people: Vec<PersonMotion> = people.collect();
    let mut clip = SourceState::new(Arc::new(source));
    let mut chosen = clip.people.to_vec();
    for person in &mut chosen {
        person.is_visible = people.iter().any(|shown| shown.person == person.id);
    }
    clip.people = chosen.into();
    let motion = Motion {
        source: clip.source.id,
        key: MotionKey::of(&clip, &Results::default()),
        tracks: tracks.iter().map(|track| (*track).clone()).collect(),
        repairs: Repairs::default(),
        people,
        placement,
        bounds,
    };
    let bodies = match body_source {
        Some(body_source) => Some(Arc::new(worn(body_source, bodies, &clip, &motion, options)?)),
        None => None,
    };
    let appearance = if bodies.is_some() { Appearance::Body } else { Appearance::Skeleton };
    let settings = SceneSettings { appearance, ..SceneSettings::default() };
    Ok(ClipSubject { clip, motion: Arc::new(motion), bodies, settings, is_dark: true, selected: None })
}

fn place(take: &Take<'_>) -> (Vec<WorldTrack>, Placement) {
    let people: Vec<PlacedPerson<'_>> = take
        .predictions
        .iter()
        .map(|prediction| PlacedPerson {
            prediction,
            keypoints: take.tracks.iter().find(|track| track.person == prediction.person).copied(),
            height_m: None,
        })
        .collect();
    let placement = Placement::fit(&people, take.source.image_size, take.source.fps(), &WorldOptions::default());
    (people.iter().map(|person| placement.world_track(person)).collect(), placement)
}

fn predict_bodies(
    body_source: &BodySource,
    take: &Take<'_>,
    options: &InferOptions,
    notices: &Notices,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<(Vec<PersonBody>, Placement)> {
    let input = |prediction: &PosePrediction| {
        let track = take.tracks.iter().find(|track| track.person == prediction.person);
        track.map_or(ModelInput::Clip(&[]), |track| ModelInput::Track((*track).clone()))
    };
    let inputs: Vec<ModelInput<'_>> = take.predictions.iter().map(input).collect();
    let people: Vec<Joints<'_>> =
        take.predictions.iter().zip(&inputs).map(|(prediction, input)| Joints { prediction, input }).collect();
    let scene = Scene { image_size: take.source.image_size, fps: take.source.fps() };
    bodies::predict(body_source, &people, scene, options, notices, reporter, cancel)
}

/// Bodies as the session has them. Whoever has no place in the world is left out and drawn as a skeleton.
fn worn(
    body_source: &BodySource,
    bodies: Vec<PersonBody>,
    clip: &SourceState,
    motion: &Motion,
    options: &InferOptions,
) -> anyhow::Result<Bodies> {
    let model = Arc::clone(body_source.body());
    let landmarks = Landmarks::of(&model).context("the body has no place for the 17 joints")?;
    let choice = BodyChoice::Mannequin;
    let person = |body: PersonBody| {
        let person = body.skeleton.person;
        Some(crate::session::PersonBody { person, track: body.world?, misses_m: Arc::new([]) })
    };
    Ok(Bodies {
        source: clip.source.id,
        key: BodiesKey::of(clip, motion, &choice, options),
        body: Arc::new(WornBody { choice, model, landmarks, mesh: None, device: DeviceChoice::default() }),
        people: bodies.into_iter().filter_map(person).collect(),
        estimates: None,
        notices: Vec::new(),
    })
}
