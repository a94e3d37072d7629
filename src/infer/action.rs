//! What people do, window by window: each person alone, and pairs of people who are near each other.
//!
//! A window is resampled to the length that the published models were trained with, as they were trained on whole
//! recordings of a few seconds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::{ActionScores, FrameRange, Keypoint, KeypointTrack, PersonId, ScoreKind};
use crate::motion::action_clip::{ACTION_PERSONS, SecondPerson, action_clip};
use crate::nn::ActionModel;
use crate::support::{CancelToken, Notice, ProgressSink};

use super::lifter::LiftError;
use super::predict::{InferError, MAX_FRAMES_PER_PASS, check_clip};

/// Frames of one clip of a published classifier.
const CLASS_CLIP_LEN: usize = 243;
/// Frames of one clip of a published one-shot embedding.
const EMBED_CLIP_LEN: usize = 100;
/// Shorter than this there is no movement to tell an action by.
const MIN_WINDOW_SECS: f64 = 0.25;
const MIN_WINDOW_FRAMES: usize = 2;
/// Share of a person's joints that has to be seen in a window.
const MIN_SEEN: f32 = 0.5;

/// What a person may choose about the windows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionOptions {
    /// Length of a window; the recordings that the published models learnt from last about so long.
    pub window_secs: f64,
    /// From one window to the next.
    pub hop_secs: f64,
    /// Two people are a pair in a window where the middles of their boxes are, in the median over the frames in which
    /// both are seen, at most this far apart, in longer sides of the larger box. 0 is no pairs.
    pub pairs_within: f32,
    /// Pairs at most; those that are near each other for longest.
    pub max_pairs: usize,
    /// People at most; those who are seen for longest.
    pub max_people: usize,
}

impl Default for ActionOptions {
    fn default() -> Self {
        Self { window_secs: 3.0, hop_secs: 1.0, pairs_within: 1.2, max_pairs: 10, max_people: 16 }
    }
}

/// Scores of everybody, and what was left out and why.
#[derive(Clone, Debug, Default)]
pub struct ScoredPeople {
    /// Of each person, in the order of the tracks, then of each pair.
    pub scores: Vec<ActionScores>,
    pub skipped: Vec<Notice>,
}

/// Frames of the clips that a published model of this kind takes.
pub fn action_clip_len(model: &ActionModel) -> usize {
    let published = if model.classes().is_some() { CLASS_CLIP_LEN } else { EMBED_CLIP_LEN };
    published.min(model.config().maxlen)
}

/// Who is scored together, and when.
struct Cast<'t> {
    people: Vec<&'t KeypointTrack>,
    windows: Vec<FrameRange>,
}

/// Scores the actions of everybody over time. Nothing depends on the size of the image; memory does not grow with the
/// number of windows but by their scores. `progress` counts windows.
///
/// # Errors
/// [`InferError`] when asked to stop, when the network fails, and for a model that gives embeddings. People of whom too
/// little is seen are no error but in `skipped`.
pub fn score_people(
    model: &ActionModel,
    tracks: &[&KeypointTrack],
    fps: f64,
    options: &ActionOptions,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<ScoredPeople, InferError> {
    let classes = model.classes().ok_or(InferError::NoClasses)?;
    let mut skipped = Vec::new();
    let tracks = most_seen(tracks, options.max_people, &mut skipped);
    let mut casts = Vec::new();
    for track in &tracks {
        casts.extend(alone(track, fps, options, &mut skipped));
    }
    casts.extend(pairs(&tracks, fps, options, &mut skipped, cancel)?);
    let total: usize = casts.iter().map(|cast| cast.windows.len()).sum();
    let mut done = 0;
    let mut scores = Vec::with_capacity(casts.len());
    for Cast { people, windows } in casts {
        let mut values = Vec::with_capacity(windows.len() * classes);
        let frames = action_clip_len(model);
        for pass in windows.chunks((MAX_FRAMES_PER_PASS / (people.len() * frames)).max(1)) {
            cancel.check()?;
            let clip = |window: &FrameRange| action_clip(&people, *window, frames, SecondPerson::Zeros);
            let clips: Vec<f32> = pass.iter().flat_map(clip).collect(); // [windows, 2, T, 17, 3]
            values.extend(model.score(&clips, pass.len(), ACTION_PERSONS, frames, cancel).map_err(LiftError::from)?);
            done += pass.len();
            progress.progress("windows", done as u64, total as u64);
        }
        scores.push(ActionScores {
            people: people.iter().map(|track| track.person).collect(),
            kind: ScoreKind::Logit,
            windows: windows.into(),
            classes,
            values: values.into(),
        });
    }
    Ok(ScoredPeople { scores, skipped })
}

/// Scores one clip of one or two people that is model input already: [persons, frames, 17, 3] in [-1, 1]; it goes to the
/// model as it is, a single person with nobody beside. Gives logits or an embedding.
///
/// # Errors
/// [`InferError`] for other shapes, more frames than the model takes, and when the network fails.
pub fn score_clip(
    model: &ActionModel,
    clip: &[f32],
    persons: usize,
    cancel: &CancelToken,
) -> Result<Arc<[f32]>, InferError> {
    check_clip(clip)?;
    let frames = clip.len() / (persons.max(1) * super::predict::FRAME_VALUES);
    let mut people = clip.to_vec();
    people.resize(clip.len() * ACTION_PERSONS.max(persons) / persons.max(1), 0.0);
    let scores = model.score(&people, 1, ACTION_PERSONS.max(persons), frames, cancel).map_err(LiftError::from)?;
    Ok(scores.into())
}

/// The people who are seen for longest, in their order.
fn most_seen<'t>(tracks: &[&'t KeypointTrack], count: usize, skipped: &mut Vec<Notice>) -> Vec<&'t KeypointTrack> {
    if tracks.len() <= count {
        return tracks.to_vec();
    }
    let mut by_length: Vec<usize> = (0..tracks.len()).collect();
    by_length.sort_by_key(|place| std::cmp::Reverse(tracks[*place].seen_count()));
    by_length.truncate(count);
    by_length.sort_unstable();
    skipped.push(
        Notice::warning(format!("Actions of {count} of {} people are told", tracks.len()))
            .why("those who are seen for longest; everybody would take very long")
            .hint("Choose the people you want."),
    );
    by_length.into_iter().map(|place| tracks[place]).collect()
}

/// Windows of `options` over a range, in order; the last ends with it. None in a range that is too short.
fn windows(range: FrameRange, fps: f64, options: &ActionOptions) -> Vec<FrameRange> {
    let frames = |secs: f64| (secs * fps).round() as usize;
    if range.len() < MIN_WINDOW_FRAMES.max(frames(MIN_WINDOW_SECS)) {
        return Vec::new();
    }
    let len = frames(options.window_secs).max(MIN_WINDOW_FRAMES).min(range.len());
    let last = range.end - len;
    let starts = (range.start..last).step_by(frames(options.hop_secs).max(1));
    starts.chain([last]).map(|start| FrameRange::of_len(start, len)).collect()
}

/// Share of a person's joints that is seen in frames of the timeline.
fn seen_share(track: &KeypointTrack, range: FrameRange) -> f32 {
    let inside = track.range.intersect(range);
    let joints = track.skeleton.len();
    let offset = inside.start.saturating_sub(track.range.start);
    let keypoints = track.keypoints.get(offset * joints..(offset + inside.len()) * joints).unwrap_or_default();
    let seen = keypoints.iter().filter(|keypoint| !keypoint.is_missing()).count();
    seen as f32 / (range.len() * joints).max(1) as f32
}

/// One person's windows, without those in which they are mostly missing.
fn alone<'t>(
    track: &'t KeypointTrack,
    fps: f64,
    options: &ActionOptions,
    skipped: &mut Vec<Notice>,
) -> Option<Cast<'t>> {
    let person = track.person;
    let all = windows(track.range, fps, options);
    if all.is_empty() {
        let frames = track.range.len();
        let length = if frames == 1 { "one frame".to_owned() } else { format!("{frames} frames") };
        skipped.push(
            Notice::warning(format!("No actions are told of person {person}"))
                .why(format!("{length} are too short; {MIN_WINDOW_SECS} s are needed")),
        );
        return None;
    }
    let kept: Vec<FrameRange> = all.iter().copied().filter(|window| seen_share(track, *window) >= MIN_SEEN).collect();
    if kept.len() < all.len() {
        let headline = match kept.len() {
            0 => format!("No actions are told of person {person}"),
            _ => format!("Actions of person {person} are told in {} of {} windows", kept.len(), all.len()),
        };
        skipped.push(Notice::warning(headline).why("in the others less than half of the joints is seen"));
    }
    (!kept.is_empty()).then(|| Cast { people: vec![track], windows: kept })
}

/// Pairs of people with the windows in which they are near each other.
fn pairs<'t>(
    tracks: &[&'t KeypointTrack],
    fps: f64,
    options: &ActionOptions,
    skipped: &mut Vec<Notice>,
    cancel: &CancelToken,
) -> Result<Vec<Cast<'t>>, InferError> {
    if options.pairs_within <= 0.0 || options.max_pairs == 0 {
        return Ok(Vec::new());
    }
    let boxes: Vec<Vec<Option<Outline>>> = tracks.iter().map(|track| outlines(track)).collect();
    let mut casts = Vec::new();
    for (place, first) in tracks.iter().enumerate() {
        for (other, second) in tracks.iter().enumerate().skip(place + 1) {
            cancel.check()?;
            let mut near = windows(first.range.intersect(second.range), fps, options);
            near.retain(|window| {
                let of = |track: &KeypointTrack, boxes: &[Option<Outline>], frame: usize| {
                    boxes.get(frame.checked_sub(track.range.start)?).copied().flatten()
                };
                let gaps = (window.start..window.end)
                    .filter_map(|frame| Some(of(first, &boxes[place], frame)?.gap(&of(second, &boxes[other], frame)?)));
                let is_near = median(gaps.collect()).is_some_and(|gap| gap <= options.pairs_within);
                is_near && [first, second].into_iter().all(|track| seen_share(track, *window) >= MIN_SEEN)
            });
            if !near.is_empty() {
                casts.push(Cast { people: vec![first, second], windows: near });
            }
        }
    }
    // Stable: of those that are near each other for equally long, the first stay.
    casts.sort_by_key(|cast| std::cmp::Reverse(cast.windows.len()));
    if casts.len() > options.max_pairs {
        skipped.push(
            Notice::warning(format!("Actions of {} of {} pairs are told", options.max_pairs, casts.len()))
                .why("those who are near each other for longest; all of them would take very long")
                .hint("Choose the people you want."),
        );
        casts.truncate(options.max_pairs);
    }
    casts.sort_by_key(|cast| cast.people.iter().map(|track| track.person).collect::<Vec<PersonId>>());
    Ok(casts)
}

/// Where a person is in the image.
#[derive(Clone, Copy)]
struct Outline {
    middle: [f32; 2],
    side: f32,
}

impl Outline {
    fn of(row: &[Keypoint]) -> Option<Self> {
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for keypoint in row.iter().filter(|keypoint| !keypoint.is_missing()) {
            for (axis, value) in [keypoint.x, keypoint.y].into_iter().enumerate() {
                low[axis] = low[axis].min(value);
                high[axis] = high[axis].max(value);
            }
        }
        let side = (high[0] - low[0]).max(high[1] - low[1]);
        (side > 0.0).then(|| Self { middle: [0, 1].map(|axis| f32::midpoint(low[axis], high[axis])), side })
    }

    /// Distance of the middles, in sides of the larger box.
    fn gap(&self, other: &Self) -> f32 {
        let [x, y] = [0, 1].map(|axis| self.middle[axis] - other.middle[axis]);
        x.hypot(y) / self.side.max(other.side)
    }
}

/// `[frames]`
fn outlines(track: &KeypointTrack) -> Vec<Option<Outline>> {
    (0..track.range.len()).map(|offset| Outline::of(track.row(offset))).collect()
}

fn median(mut values: Vec<f32>) -> Option<f32> {
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

#[cfg(test)]
mod tests;
