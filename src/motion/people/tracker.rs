//! Follows people by place and pose where a file has no usable ids.

use glam::Vec2;
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use crate::data::{Keypoint, Recording};
use crate::support::{CancelToken, Cancelled};

/// A person unseen for longer than this is a new person.
const MAX_OCCLUSION_SECS: f64 = 1.2;
/// Distance at which two places of one joint are a doubtful match, as a share of the body's size.
const JOINT_TOLERANCE: f32 = 0.1;
/// How much that distance grows per second without sight.
const TOLERANCE_GROWTH_PER_SEC: f32 = 2.0;
/// Pairs that overlap less than this are never one person.
const MIN_AFFINITY: f32 = 0.15;
/// Share of the newest step in the estimate of a person's velocity.
const VELOCITY_UPDATE: f32 = 0.3;

/// Groups `detections` (places in `recording.detections`, in time order, each with a visible joint) into people.
///
/// Frame by frame, every known person's box and joints are moved on at constant velocity and compared with each
/// detection; the assignment with the largest sum of overlaps wins (Hungarian method). People come in order of first
/// sight, their detections in time order and at most one per frame.
///
/// # Errors
/// [`Cancelled`] when asked to stop.
pub(super) fn track(
    recording: &Recording,
    detections: &[usize],
    fps: f64,
    cancel: &CancelToken,
) -> Result<Vec<Vec<usize>>, Cancelled> {
    let max_gap_frames = (MAX_OCCLUSION_SECS * fps).ceil().max(2.0) as usize;
    let mut people: Vec<Vec<usize>> = Vec::new();
    let mut active: Vec<Follow> = Vec::new();
    let frame_of = |index: &usize| recording.detections[*index].frame;
    for same_frame in detections.chunk_by(|a, b| frame_of(a) == frame_of(b)) {
        cancel.check()?;
        let frame = frame_of(&same_frame[0]).0;
        active.retain(|follow| frame - follow.frame <= max_gap_frames);
        let seen: Vec<Sight> =
            same_frame.iter().map(|index| Sight::new(&recording.detections[*index].keypoints)).collect();
        let mut follow_of_sight = assign(&active, &seen, frame, fps);
        for ((index, sight), follow) in same_frame.iter().zip(seen).zip(&mut follow_of_sight) {
            match *follow {
                Some(place) => {
                    let follow = &mut active[place];
                    follow.see(sight, frame);
                    people[follow.person].push(*index);
                }
                None => {
                    active.push(Follow { person: people.len(), frame, velocity: None, sight });
                    people.push(vec![*index]);
                }
            }
        }
    }
    Ok(people)
}

/// One detection as the tracker compares it.
struct Sight<'a> {
    keypoints: &'a [Keypoint],
    /// Box of the visible joints, pixels.
    low: Vec2,
    high: Vec2,
}

impl<'a> Sight<'a> {
    fn new(keypoints: &'a [Keypoint]) -> Self {
        let visible = || keypoints.iter().filter(|keypoint| !keypoint.is_missing()).map(place);
        Self {
            keypoints,
            low: visible().fold(Vec2::INFINITY, Vec2::min),
            high: visible().fold(Vec2::NEG_INFINITY, Vec2::max),
        }
    }

    fn diagonal(&self) -> f32 {
        (self.high - self.low).length()
    }

    /// Joints seen in both: (here, there).
    fn common<'b>(&'b self, other: &'b Self) -> impl Iterator<Item = (Vec2, Vec2)> + 'b {
        self.keypoints
            .iter()
            .zip(other.keypoints)
            .filter(|(a, b)| !a.is_missing() && !b.is_missing())
            .map(|(a, b)| (place(a), place(b)))
    }
}

fn place(keypoint: &Keypoint) -> Vec2 {
    Vec2::new(keypoint.x, keypoint.y)
}

/// A person being followed.
struct Follow<'a> {
    person: usize,
    /// Frame of the last sight.
    frame: usize,
    sight: Sight<'a>,
    /// Pixels per frame; none before the second sight.
    velocity: Option<Vec2>,
}

impl<'a> Follow<'a> {
    fn see(&mut self, sight: Sight<'a>, frame: usize) {
        let mut sum = Vec2::ZERO;
        let mut count = 0.0;
        for (before, now) in self.sight.common(&sight) {
            sum += now - before;
            count += 1.0;
        }
        if count > 0.0 {
            let step = sum / count / (frame - self.frame) as f32;
            self.velocity = Some(self.velocity.map_or(step, |velocity| velocity.lerp(step, VELOCITY_UPDATE)));
        }
        self.sight = sight;
        self.frame = frame;
    }

    /// How well `sight` in `frame` continues this person, 0 to 1: mean of box overlap and joint overlap.
    fn affinity(&self, sight: &Sight, frame: usize, fps: f64) -> f32 {
        let gap = (frame - self.frame) as f32;
        let shift = self.velocity.unwrap_or(Vec2::ZERO) * gap;
        let size = self.sight.diagonal().max(sight.diagonal()).max(f32::EPSILON);
        let slack = 1.0 + TOLERANCE_GROWTH_PER_SEC * (gap - 1.0) / fps as f32;
        let centre_step = (sight.low + sight.high - self.sight.low - self.sight.high) / 2.0 - shift;
        if centre_step.length() > size * slack {
            return 0.0;
        }
        let tolerance = JOINT_TOLERANCE * size * slack;
        let mut closeness = 0.0;
        let mut count = 0.0f32;
        for (before, now) in self.sight.common(sight) {
            closeness += (-(now - before - shift).length_squared() / (2.0 * tolerance * tolerance)).exp();
            count += 1.0;
        }
        let overlap = box_overlap(self.sight.low + shift, self.sight.high + shift, sight.low, sight.high);
        let affinity = 0.5 * (overlap + closeness / count.max(1.0));
        if affinity < MIN_AFFINITY { 0.0 } else { affinity }
    }
}

/// Intersection over union of two boxes.
fn box_overlap(a_low: Vec2, a_high: Vec2, b_low: Vec2, b_high: Vec2) -> f32 {
    let area = |low: Vec2, high: Vec2| (high - low).max(Vec2::ZERO).element_product();
    let shared = area(a_low.max(b_low), a_high.min(b_high));
    let either = area(a_low, a_high) + area(b_low, b_high) - shared;
    if either > 0.0 { shared / either } else { 0.0 }
}

/// For every sight the place in `active` of the person it continues.
fn assign(active: &[Follow], seen: &[Sight], frame: usize, fps: f64) -> Vec<Option<usize>> {
    let affinities: Vec<Vec<f32>> =
        seen.iter().map(|sight| active.iter().map(|follow| follow.affinity(sight, frame, fps)).collect()).collect();
    let mut rivals = vec![0; active.len()];
    for row in &affinities {
        for (count, affinity) in rivals.iter_mut().zip(row) {
            *count += usize::from(*affinity > 0.0);
        }
    }
    // Pairs that have nobody but each other need no search; that keeps crowds fast.
    let mut assigned = vec![None; seen.len()];
    let mut contested = Vec::new();
    for (sight, row) in affinities.iter().enumerate() {
        let mut candidates = row.iter().enumerate().filter(|(_, affinity)| **affinity > 0.0).map(|(place, _)| place);
        match (candidates.next(), candidates.next()) {
            (None, _) => {}
            (Some(only), None) if rivals[only] == 1 => assigned[sight] = Some(only),
            _ => contested.push(sight),
        }
    }
    let open: Vec<usize> =
        (0..active.len()).filter(|place| contested.iter().any(|sight| affinities[*sight][*place] > 0.0)).collect();
    if contested.is_empty() {
        return assigned;
    }
    let weight = |sight: usize, place: usize| (affinities[sight][place] * 1e6) as i64;
    // The method wants at least as many columns as rows.
    if contested.len() <= open.len() {
        let weights =
            Matrix::from_fn(contested.len(), open.len(), |(row, column)| weight(contested[row], open[column]));
        for (row, column) in kuhn_munkres(&weights).1.into_iter().enumerate() {
            let (sight, place) = (contested[row], open[column]);
            assigned[sight] = (affinities[sight][place] > 0.0).then_some(place);
        }
    } else {
        let weights =
            Matrix::from_fn(open.len(), contested.len(), |(row, column)| weight(contested[column], open[row]));
        for (row, column) in kuhn_munkres(&weights).1.into_iter().enumerate() {
            let (sight, place) = (contested[column], open[row]);
            if affinities[sight][place] > 0.0 {
                assigned[sight] = Some(place);
            }
        }
    }
    assigned
}
