//! How well repetitions are counted: of clean joints, and of joints lifted from what several cameras see.
//!
//! What is true comes from the clean joints in another way than the finder's: for walking and running the ankles pass
//! each other along the heading of the hips, twice per cycle; for jumping jacks and their like the higher wrist rises
//! through the middle of its range. A movement that is cut off by the ends of the clip counts as far as it goes, and
//! only whole repetitions count.

use std::error::Error;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use glam::Vec3;
use motionbert::data::{FrameRange, H36M_JOINTS, PersonId, Repetitions, WorldTrack};
use motionbert::infer::{InferOptions, predict_track};
use motionbert::motion::cycles;
use motionbert::nn::PoseModel;
use motionbert::support::CancelToken;
use motionbert::support::progress::NoProgress;

use crate::camera;
use crate::takes::Take;

const CAMERAS: u64 = 4;
/// Of a longer take, the middle.
const MAX_FRAMES: usize = 1000;
/// Ankles that are no further apart along the heading do not take a step.
const MIN_STEP_M: f32 = 0.12;
const LONGEST_STEP_SECS: f64 = 1.3;
/// What the heading of the hips is averaged over.
const HEADING_FRAMES: usize = 15;

const ANKLES: (usize, usize) = (3, 6);
const HIPS: (usize, usize) = (1, 4);
const WRISTS: [usize; 2] = [13, 16];

struct Group {
    name: &'static str,
    labels: &'static [&'static str],
    is_held_out: bool,
    count: fn(&Take) -> usize,
    /// Takes with fewer or more true repetitions are left out.
    counts: RangeInclusive<usize>,
}

impl Group {
    const fn new(
        name: &'static str,
        labels: &'static [&'static str],
        count: fn(&Take) -> usize,
        counts: RangeInclusive<usize>,
    ) -> Self {
        Self { name, labels, is_held_out: false, count, counts }
    }

    const fn held_out(self) -> Self {
        Self { is_held_out: true, ..self }
    }
}

const GAIT: &[&str] = &["walk", "run"];
const ARMS: &[&str] = &["jumping_jack"];
/// A single one is no repetition.
const GROUPS: [Group; 6] = [
    Group::new("walking and running, held out", GAIT, cycles_of_gait, 2..=usize::MAX).held_out(),
    Group::new("scooping up and lifting, held out", ARMS, rises, 2..=usize::MAX).held_out(),
    Group::new("jumping jacks, others", ARMS, rises, 2..=usize::MAX),
    Group::new("walking of 8 cycles and more, others", GAIT, cycles_of_gait, 8..=usize::MAX),
    Group::new("standing, held out", &["idle"], |_| 0, 0..=0).held_out(),
    Group::new("walking and running of 2 to 7 cycles, others", GAIT, cycles_of_gait, 2..=7),
];

#[derive(Default)]
struct Errors(Vec<i64>);

impl Errors {
    fn add(&mut self, found: &[Repetitions], truth: usize) {
        let found: usize = found.iter().map(Repetitions::count).sum();
        self.0.push(found as i64 - truth as i64);
    }

    fn told(&self) -> String {
        let share = |is: fn(i64) -> bool| {
            100.0 * self.0.iter().filter(|error| is(**error)).count() as f64 / self.0.len().max(1) as f64
        };
        let mean = self.0.iter().map(|error| error.abs()).sum::<i64>() as f64 / self.0.len().max(1) as f64;
        let (exact, near) = (share(|error| error == 0), share(|error| error.abs() <= 1));
        format!("mean absolute error {mean:.2}, exact {exact:.0} %, within one {near:.0} %")
    }
}

#[allow(clippy::print_stdout, reason = "it reports to a terminal")]
pub fn measure(model: &PoseModel, takes: &[Take]) -> Result<(), Box<dyn Error>> {
    for group in GROUPS {
        let (mut clean, mut lifted) = (Errors::default(), Errors::default());
        let (mut count, mut secs, mut repetitions, mut took) = (0, 0.0, 0, Duration::ZERO);
        let is_wanted =
            |take: &&Take| group.labels.contains(&take.label.as_str()) && take.is_held_out == group.is_held_out;
        for take in takes.iter().filter(is_wanted).map(|take| take.middle(MAX_FRAMES)) {
            let truth = (group.count)(&take);
            if !group.counts.contains(&truth) {
                continue;
            }
            (count, secs, repetitions) = (count + 1, secs + take.frames() as f64 / take.fps, repetitions + truth);
            let track = world_track(&take);
            let started = Instant::now();
            let found = cycles::of_track(&track, take.fps);
            took += started.elapsed();
            clean.add(&found, truth);
            for camera in 0..CAMERAS {
                let film = camera::film(&take, &mut camera::numbers(&take, camera));
                let (options, cancel) = (InferOptions::default(), CancelToken::new());
                let pose = predict_track(model, &film, None, &options, &cancel, &NoProgress, &mut |_| {})?;
                lifted.add(&cycles::of_prediction(&pose, take.fps), truth);
            }
        }
        println!("{}: {count} takes, {:.1} min, {repetitions} repetitions", group.name, secs / 60.0);
        println!("  clean joints: {}, in {:.1} ms a minute", clean.told(), 60e3 * took.as_secs_f64() / secs);
        println!("  lifted, {CAMERAS} cameras: {}", lifted.told());
    }
    Ok(())
}

fn world_track(take: &Take) -> WorldTrack {
    let range = FrameRange::of_len(0, take.frames());
    WorldTrack { person: PersonId(1), range, joints_in_world: take.joints_in_world.as_slice().into() }
}

fn frames_of(take: &Take) -> &[[Vec3; H36M_JOINTS]] {
    take.joints_in_world.as_chunks().0
}

/// Whole cycles of two steps.
fn cycles_of_gait(take: &Take) -> usize {
    let passes = sign_changes(&ankles_apart(frames_of(take)), MIN_STEP_M);
    let longest = (LONGEST_STEP_SECS * take.fps) as usize;
    let mut cycles = 0;
    for walk in passes.chunk_by(|a, b| b - a <= longest).filter(|walk| walk.len() > 1) {
        let (first, last) = (walk[0], walk[walk.len() - 1]);
        // What the clip shows of the step before the first and of the one after the last.
        let share = |frames: usize, step: usize| (frames as f64 / step as f64).min(0.98);
        let begun = share(first, walk[1] - first);
        let ended = share(take.frames() - 1 - last, last - walk[walk.len() - 2]);
        cycles += ((walk.len() - 1) as f64 + begun + ended) as usize / 2;
    }
    cycles
}

/// How far the right ankle is ahead of the left, metres.
fn ankles_apart(frames: &[[Vec3; H36M_JOINTS]]) -> Vec<f32> {
    let facing: Vec<Vec3> = frames
        .iter()
        .map(|joints| {
            let across = joints[HIPS.0] - joints[HIPS.1];
            Vec3::Y.cross(across).normalize_or_zero()
        })
        .collect();
    let around = |frame: usize| {
        let end = (frame + HEADING_FRAMES / 2 + 1).min(frames.len());
        facing[frame.saturating_sub(HEADING_FRAMES / 2)..end].iter().sum::<Vec3>().normalize_or_zero()
    };
    let apart =
        |(frame, joints): (usize, &[Vec3; H36M_JOINTS])| (joints[ANKLES.0] - joints[ANKLES.1]).dot(around(frame));
    frames.iter().enumerate().map(apart).collect()
}

/// Frames from which on values have another sign than before, once they have passed `bar`.
fn sign_changes(values: &[f32], bar: f32) -> Vec<usize> {
    let (mut changes, mut side) = (Vec::new(), 0.0_f32);
    for (frame, value) in values.iter().enumerate().filter(|(_, value)| value.abs() > bar) {
        if side * value < 0.0 {
            let before = values[..frame].iter().rposition(|other| other * value <= 0.0);
            changes.push(before.map_or(frame, |before| before + 1));
        }
        side = *value;
    }
    changes
}

/// How often the higher wrist goes from the lower to the upper part of its range.
fn rises(take: &Take) -> usize {
    let height =
        |joints: &[Vec3; H36M_JOINTS]| WRISTS.map(|wrist| joints[wrist].y).into_iter().fold(f32::MIN, f32::max);
    let heights: Vec<f32> = frames_of(take).iter().map(height).collect();
    let (low, high) = heights.iter().fold((f32::MAX, f32::MIN), |(low, high), at| (low.min(*at), high.max(*at)));
    let around_middle: Vec<f32> = heights.iter().map(|at| (at - low) / (high - low) - 0.5).collect();
    let passes = sign_changes(&around_middle, 0.1);
    passes.into_iter().filter(|frame| around_middle[*frame] > 0.0).count()
}
