//! When a heel or toes stand, and where they are pulled while they do.

use std::ops::Range;

use glam::{Quat, Vec3};

use super::Wish;
use super::sole::Part;

/// A part comes to stand below the first height and leaves above the second, metres.
const LOW_M: [f32; 2] = [0.03, 0.045];
/// It comes to stand below the first speed and leaves above the second, metres per second.
const SLOW_M_PER_S: [f32; 2] = [0.35, 0.6];
/// Speeds are taken over this time.
const SPEED_OVER_SECS: f64 = 0.13;
/// Shorter contacts are none.
const SHORTEST_SECS: f64 = 0.1;
/// Time in which a part comes to and leaves the place where it stands.
const BLEND_SECS: f64 = 0.15;

/// A part standing: in which frames, and where its middle then belongs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stand {
    pub frames: Range<usize>,
    pub place: Vec3,
}

/// How far a part is from where it belongs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pull {
    pub way: Vec3,
    /// 0 to 1.
    pub weight: f32,
}

impl Stand {
    /// Contacts with the floor, by height and speed with hysteresis.
    pub fn over_time(parts: &[Part], fps: f64) -> Vec<Self> {
        let reach = ((SPEED_OVER_SECS * 0.5 * fps).round() as usize).max(1);
        let speed = |frame: usize| {
            let (from, to) = (frame.saturating_sub(reach), (frame + reach).min(parts.len() - 1));
            let secs = (to - from).max(1) as f64 / fps;
            parts[from].middle.distance(parts[to].middle) / secs as f32
        };
        let shortest = (SHORTEST_SECS * fps).round() as usize;
        let mut stands = Vec::new();
        let mut since: Option<usize> = None;
        for frame in 0..=parts.len() {
            let bound = usize::from(since.is_some());
            let stands_now =
                parts.get(frame).is_some_and(|part| part.lowest < LOW_M[bound] && speed(frame) < SLOW_M_PER_S[bound]);
            match since {
                None if stands_now => since = Some(frame),
                Some(start) if !stands_now => {
                    since = None;
                    if frame - start >= shortest.max(1) {
                        stands.push(Self { frames: start..frame, place: place(&parts[start..frame]) });
                    }
                }
                _ => {}
            }
        }
        stands
    }
}

/// Mean place of a part, as high as if its lowest corner were on the floor.
fn place(parts: &[Part]) -> Vec3 {
    let on_floor = |part: &Part| part.middle - Vec3::Y * part.lowest;
    parts.iter().map(on_floor).sum::<Vec3>() / parts.len() as f32
}

/// What pulls a part in every frame. Before and after a contact the pull of its first and last frame fades.
pub(super) fn pulls(parts: &[Part], stands: &[Stand], fps: f64) -> Vec<Pull> {
    let blend = (BLEND_SECS * fps).round().max(1.0) as usize;
    let mut pulls = vec![Pull::default(); parts.len()];
    let mut sums = vec![(Vec3::ZERO, 0.0_f32); parts.len()];
    for stand in stands {
        let (first, last) = (stand.frames.start, stand.frames.end - 1);
        for frame in first.saturating_sub(blend)..=(last + blend).min(parts.len() - 1) {
            let away = first.saturating_sub(frame).max(frame.saturating_sub(last));
            let weight = fade(1.0 - away as f32 / (blend + 1) as f32);
            let way = stand.place - parts[frame.clamp(first, last)].middle;
            let share = firmness(weight);
            sums[frame].0 += way * share;
            sums[frame].1 += share;
            pulls[frame].weight = pulls[frame].weight.max(weight);
        }
    }
    for (pull, (way, share)) in pulls.iter_mut().zip(sums).filter(|(_, (_, share))| *share > 0.0) {
        pull.way = way / share;
    }
    pulls
}

/// What both parts of a foot ask for together.
pub(super) fn wish(heel: Pull, toes: Pull, foot: &[Part; 2], lock: f32) -> Wish {
    let [heel_at, toes_at] = foot.map(|part| part.middle);
    // Where both stand the foot points from one place to the other.
    let now = toes_at - heel_at;
    let wanted = now + toes.way - heel.way;
    let turn = match (now.try_normalize(), wanted.try_normalize()) {
        (Some(now), Some(wanted)) => {
            Quat::IDENTITY.slerp(Quat::from_rotation_arc(now, wanted), heel.weight.min(toes.weight) * lock)
        }
        _ => Quat::IDENTITY,
    };
    let ankle = foot[0].ankle;
    let left = |pull: Pull, at: Vec3| at + pull.way - (ankle + turn * (at - ankle));
    let shares = [firmness(heel.weight), firmness(toes.weight)];
    let sum = left(heel, heel_at) * shares[0] + left(toes, toes_at) * shares[1];
    let weight = heel.weight.max(toes.weight);
    Wish { turn, way: sum / (1.0 + shares[0] + shares[1]) * lock, weight }
}

/// A weight as a share beside others: where one part stands, what is only on its way there hardly counts.
fn firmness(weight: f32) -> f32 {
    weight / (1.0 - weight + 1e-3)
}

fn fade(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
