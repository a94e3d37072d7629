//! `motionbert render`: one frame as a picture, without a window.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::args::{LiftArgs, ModelArgs, PersonArg, ReadArgs, size};
use super::bodies::{self, BodyArgs, BodySource, Joints, ModelInput, PersonBody, Scene};
use super::exit::{Advice, Outcome};
use super::filters::{self, FilterArgs};
use super::report::{ProgressArg, Reporter};
use super::{lift, model, take};
use crate::data::body::BodyModel;
use crate::data::{FrameIndex, FrameRange, KeypointTrack, PosePrediction, WorldTrack};
use crate::io::atomic;
use crate::motion::skin::{joint_transforms, pose_features, skinning_transforms};
use crate::motion::{PlacedPerson, Placement, WorldOptions};
use crate::render::render_image;
use crate::scene::{BodyShape, Bounds, OrbitCamera, PersonStyle, RenderScene, SceneStyle, ViewPreset, build_scene};
use crate::session::Source;
use crate::support::{CancelToken, Notices};

/// Samples per pixel: pictures are worth the time.
const SAMPLES: u32 = 4;

const EXAMPLES: &str = "\
The input is a keypoint file, which is lifted to 3D first, or a saved X3D.npy, which is drawn as it is. With --mesh \
people are drawn as bodies; a mesh checkpoint needs keypoints for that.

Examples:
  motionbert render alphapose-results.json --out pose.png
  motionbert render alphapose-results.json --mesh ik --out body.png
  motionbert render results/X3D.npy --frame 120 --view side --size 1920x1080 --out pose.png";

/// Draw a frame as a PNG picture
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RenderArgs {
    /// Keypoint file, folder of them, or saved 3D poses
    input: PathBuf,
    /// Picture to write
    #[arg(long, value_name = "PNG")]
    out: PathBuf,
    /// Frame of the timeline, from 0; the middle one without it
    #[arg(long, value_name = "N")]
    frame: Option<usize>,
    /// Size of the picture in pixels
    #[arg(long, value_name = "WxH", value_parser = size, default_value = "1280x720")]
    size: [u32; 2],
    /// Where to look from
    #[arg(long, value_name = "VIEW", default_value = "orbit")]
    view: ViewArg,
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

pub(super) fn run(args: &RenderArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let reporter = Reporter::new(args.progress);
    let notices = Notices::new();
    let smoothing = args.filters.smoothing()?;
    let source = take::open(&args.input, &args.read.options(), &notices, &reporter, cancel)?;
    let frame = match args.frame {
        Some(frame) if frame >= source.frame_count => {
            return Err(Advice::usage(
                format!("there is no frame {frame} in {}", source.name),
                format!("Its frames are 0 to {}.", source.frame_count.saturating_sub(1)),
            )
            .into());
        }
        Some(frame) => frame,
        None => source.frame_count / 2,
    };
    let tracks = take::chosen(&source, &args.person, &notices)?;
    let cleaned = filters::clean(&tracks, &args.filters.cleaning(), &notices);
    let tracks: Vec<&KeypointTrack> = cleaned.iter().map(|cleaned| &cleaned.track).collect();
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
        let model = model::load(&args.model, &notices, &reporter)?;
        lift::lift(&model, &source, &tracks, &args.lift.options(), &notices, &reporter, cancel)?
    };
    filters::smooth(predictions.iter_mut(), &smoothing, source.fps(), &notices);
    reporter.notices(&notices);
    cancel.check()?;

    let (world, placement, bodies) = match &body_source {
        Some(body_source) => {
            let (bodies, placement) =
                predict_bodies(body_source, &source, &predictions, &tracks, args, &notices, &reporter, cancel)?;
            reporter.notices(&notices);
            (bodies.iter().map(|body| body.skeleton.clone()).collect(), placement, bodies)
        }
        None => {
            let (world, placement) = place(&source, &predictions, &tracks);
            (world, placement, Vec::new())
        }
    };
    let bounds = Bounds::of_tracks(&world, FrameRange::new(0, source.frame_count));
    let Some(bounds) = bounds else { anyhow::bail!("nobody in {} can be drawn", source.name) };
    let here = Bounds::of_tracks(&world, FrameRange::of_len(frame, 1)).unwrap_or(bounds);
    let aspect = args.size[0] as f32 / args.size[1] as f32;
    let preset = match args.view {
        ViewArg::Front => ViewPreset::Front,
        ViewArg::Side => ViewPreset::Side,
        ViewArg::Top => ViewPreset::Top,
        ViewArg::Orbit => ViewPreset::ThreeQuarter,
        ViewArg::Camera => ViewPreset::Camera {
            eye: placement.camera_position_in_world,
            yaw: placement.camera_yaw,
            pitch: placement.camera_pitch,
            roll: placement.camera_roll,
            vertical_fov: placement.vertical_fov,
        },
    };
    let camera = OrbitCamera::preset(preset, here, aspect);
    let has_no_body =
        |track: &WorldTrack| !bodies.iter().any(|body| body.world.is_some() && body.skeleton.person == track.person);
    let people: Vec<(&WorldTrack, PersonStyle)> =
        world.iter().filter(|track| has_no_body(track)).map(|track| (track, PersonStyle::dark())).collect();
    let style = SceneStyle::dark();
    let mut scene = build_scene(&people, FrameIndex(frame), &style, Some(bounds));
    if let Some(body_source) = &body_source {
        add_bodies(body_source.body(), &bodies, FrameIndex(frame), &style, &mut scene);
    }
    reporter.task("drawing");
    let picture = render_image(&scene, &camera, args.size, SAMPLES).context("the picture could not be drawn")?;
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).context("the picture could not be encoded")?;
    atomic::write(&args.out, cancel, |out| out.write_all(png.get_ref()))?;
    reporter.finish(&format!("frame {frame} of {}: {}", source.name, args.out.display()));
    Ok(Outcome::Done)
}

fn place(source: &Source, predictions: &[PosePrediction], tracks: &[&KeypointTrack]) -> (Vec<WorldTrack>, Placement) {
    let people: Vec<PlacedPerson<'_>> = predictions
        .iter()
        .map(|prediction| PlacedPerson {
            prediction,
            keypoints: tracks.iter().find(|track| track.person == prediction.person).copied(),
            height_m: None,
        })
        .collect();
    let placement = Placement::fit(&people, source.image_size, source.fps(), &WorldOptions::default());
    (people.iter().map(|person| placement.world_track(person)).collect(), placement)
}

fn predict_bodies(
    body_source: &BodySource,
    source: &Source,
    predictions: &[PosePrediction],
    tracks: &[&KeypointTrack],
    args: &RenderArgs,
    notices: &Notices,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<(Vec<PersonBody>, Placement)> {
    let input = |prediction: &PosePrediction| {
        let track = tracks.iter().find(|track| track.person == prediction.person);
        track.map_or(ModelInput::Clip(&[]), |track| ModelInput::Track((*track).clone()))
    };
    let inputs: Vec<ModelInput<'_>> = predictions.iter().map(input).collect();
    let people: Vec<Joints<'_>> =
        predictions.iter().zip(&inputs).map(|(prediction, input)| Joints { prediction, input }).collect();
    let scene = Scene { image_size: source.image_size, fps: source.fps() };
    bodies::predict(body_source, &people, scene, &args.lift.options(), notices, reporter, cancel)
}

fn add_bodies(
    model: &Arc<BodyModel>,
    bodies: &[PersonBody],
    frame: FrameIndex,
    style: &SceneStyle,
    scene: &mut RenderScene,
) {
    for posed in bodies.iter().filter_map(|body| body.world.as_ref()?.frame(frame)) {
        let rest = model.rest_joints(posed.betas);
        let transforms = skinning_transforms(&joint_transforms(&rest, posed.pose, posed.translation), &rest);
        let shape = BodyShape::new(Arc::clone(model), *posed.betas, transforms, PersonStyle::dark().clay());
        let pose_features = model.pose_directions.is_some().then(|| Box::new(pose_features(posed.pose)));
        scene.add_body(BodyShape { pose_features, ..shape }, style.shadow_strength);
    }
}
