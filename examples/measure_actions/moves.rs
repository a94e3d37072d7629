//! One-shot classes and find-this-move, against two baselines and against the network's plain representation.

use std::error::Error;

use glam::Vec2;
use motionbert::data::{FrameRange, KeypointTrack, MotionFeatures, PosePrediction};
use motionbert::infer::represent::representation_features;
use motionbert::infer::{InferOptions, predict_track};
use motionbert::motion::features;
use motionbert::motion::moves::{self, FindOptions, Place, Query};
use motionbert::nn::{BackboneModel, PoseModel};
use motionbert::support::{CancelToken, NoProgress};

use crate::baselines::{angle_histogram, cut, in_common, normalised_joints, stretches, warped_similarity};
use crate::camera::{film, numbers};
use crate::ranking::{Quality, mean_and_spread, quality};
use crate::takes::Take;

/// Pairs of cameras; the query is seen by one of a pair, what is searched by the other.
const DRAWS: u64 = 3;
/// Long takes would outweigh the others: their middle counts.
const MAX_FRAMES: usize = 300;
/// What is looked for: the middle of a take, 3 s at most.
const QUERY_FRAMES: usize = 90;
/// Takes of a label that counts.
const MIN_TAKES: usize = 3;

const METHODS: [&str; 4] =
    ["this program: angles, hands and feet in 3D", "representation, pooled", "joints with DTW", "angle histograms"];

pub struct Models {
    pub pose: PoseModel,
    pub backbone: BackboneModel,
}

/// A take as one camera saw it.
struct Filmed {
    joints: Vec<Vec2>,
    poses: PosePrediction,
    by_pose: MotionFeatures,
    by_representation: MotionFeatures,
}

/// The takes whose label enough of them have, with a number for each label, and the labels.
fn labelled(takes: &[Take]) -> (Vec<Take>, Vec<usize>, Vec<String>) {
    let mut names: Vec<String> = takes.iter().map(|take| take.label.clone()).collect();
    names.sort();
    let mut counted: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counted.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            _ => counted.push((name, 1)),
        }
    }
    let names: Vec<String> = counted
        .into_iter()
        .filter(|(name, count)| *count >= MIN_TAKES && name != "other")
        .map(|(name, _)| name)
        .collect();
    let class = |take: &Take| names.iter().position(|name| *name == take.label);
    let kept: Vec<(Take, usize)> =
        takes.iter().filter_map(|take| Some((take.middle(MAX_FRAMES), class(take)?))).collect();
    let (takes, classes) = kept.into_iter().unzip();
    (takes, classes, names)
}

#[allow(clippy::print_stdout, reason = "it reports to a terminal")]
pub fn measure(models: &Models, takes: &[Take], title: &str) -> Result<(), Box<dyn Error>> {
    let (takes, classes, names) = labelled(takes);
    println!("{title}: {} takes of {} labels ({})", takes.len(), names.len(), names.join(", "));
    let mut found: Vec<Vec<Quality>> = vec![Vec::new(); METHODS.len()];
    for draw in 0..DRAWS {
        let filmed = |camera: u64| -> Result<Vec<Filmed>, Box<dyn Error>> {
            takes
                .iter()
                .map(|take| filmed(models, &film(take, &mut numbers(take, 2 * draw + camera)), take.fps))
                .collect()
        };
        let (queries, places) = (filmed(0)?, filmed(1)?);
        for (method, found) in found.iter_mut().enumerate() {
            let mut similarity = Vec::new();
            for query in &queries {
                similarity.push(similarities(method, query, &places)?);
            }
            found.push(quality(&similarity, &classes));
        }
    }
    println!("  {:<50} one-shot accuracy   mean average precision", "");
    for (name, found) in METHODS.iter().zip(&found) {
        let figure = |of: fn(&Quality) -> f64| {
            let (mean, spread) = mean_and_spread(&found.iter().map(of).collect::<Vec<f64>>());
            format!("{:5.1} % +- {:3.1}", mean * 100.0, spread * 100.0)
        };
        let (one_shot, precision) = (figure(|found| found.one_shot), figure(|found| found.mean_average_precision));
        println!("  {name:<50} {one_shot}      {precision}");
    }
    println!("  {:<50} {:5.1} %", "chance", 100.0 / names.len() as f64);
    Ok(())
}

fn filmed(models: &Models, track: &KeypointTrack, fps: f64) -> Result<Filmed, Box<dyn Error>> {
    let (cancel, options) = (CancelToken::new(), InferOptions::default());
    let poses = predict_track(&models.pose, track, None, &options, &cancel, &NoProgress, &mut |_| {})?;
    Ok(Filmed {
        joints: normalised_joints(track),
        by_pose: features::of_poses(&poses, Some(track), fps, false),
        by_representation: representation_features(&models.backbone, track, fps, &cancel, &NoProgress)?,
        poses,
    })
}

/// How well each place holds what the query shows.
fn similarities(method: usize, query: &Filmed, places: &[Filmed]) -> Result<Vec<f32>, Box<dyn Error>> {
    let frames = query.poses.range.len();
    let len = frames.min(QUERY_FRAMES);
    let range = FrameRange::of_len((frames - len) / 2, len);
    Ok(match method {
        0 => best_matches(&query.by_pose, range, places.iter().map(|place| &place.by_pose))?,
        1 => best_matches(&query.by_representation, range, places.iter().map(|place| &place.by_representation))?,
        2 => {
            let query = cut(&query.joints, range);
            places.iter().map(|place| warped_similarity(query, &place.joints)).collect()
        }
        _ => {
            let wanted = angle_histogram(&query.poses, range);
            let best = |place: &Filmed| {
                stretches(place.poses.range.len(), len)
                    .map(|stretch| in_common(&wanted, &angle_histogram(&place.poses, stretch)))
                    .fold(0.0, f32::max)
            };
            places.iter().map(best).collect()
        }
    })
}

fn best_matches<'a>(
    query: &MotionFeatures,
    range: FrameRange,
    places: impl Iterator<Item = &'a MotionFeatures>,
) -> Result<Vec<f32>, Box<dyn Error>> {
    let query = Query { key: usize::MAX, features: query, range, mirrored: None };
    let options = FindOptions { limit: 1, min_similarity: -1.0 };
    let cancel = CancelToken::new();
    places
        .enumerate()
        .map(|(key, features)| {
            let found = moves::find(&query, &[Place { key, features }], &options, &cancel)?;
            Ok(found.first().map_or(-1.0, |found| found.similarity))
        })
        .collect()
}
