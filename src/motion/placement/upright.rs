//! Which way is up, told from how people stand.
//!
//! Two things are known of people on level ground. Wherever a foot stands still, it is at one height: the places people
//! stood on lie in a level plane, told the better the farther they are apart and the flatter they are. And who stands
//! does not fall over: the centre of mass is over the feet on average, for everybody to within some degrees. Both are
//! weighed by what they can tell, together with a guess of where up was expected. Those who lie, sit, crouch or are in
//! the air say nothing about balance, a foot that is up or on its way says nothing about the ground.
//!
//! Measured on a dancer and a boxer of motion capture (true joints, tilted by up to 25 degrees and with up to 2 cm of
//! noise): within 0.6 degrees. From 2D keypoints through the starter model: within 2 degrees.

use glam::{Mat2, Mat3, Vec2, Vec3};

use super::{ANKLES, percentile};
use crate::data::H36M_JOINTS;

/// How far up may be from where the camera has it, as a standard deviation.
pub(super) const CAMERA_TILT_DEGREES: f32 = 25.0;
/// How far a person's own up may be from everybody's, as a standard deviation.
pub(super) const OWN_TILT_DEGREES: f32 = 6.0;

/// How far the mean balance of one standing person is from up, as a standard deviation.
const BALANCE_DEGREES: f32 = 4.0;
/// Frames whose balance is this far from up count half.
const LEANING_DEGREES: f32 = 15.0;
/// Height of the centre of mass over the feet, as a share of the body's, from which a person may and surely does stand.
const STANDING_SHARE: (f32, f32) = (0.35, 0.5);
/// Where the weight is on a foot, ahead of the ankle, metres.
const WEIGHT_AHEAD_M: f32 = 0.05;
/// A foot that is higher than the other one by this much bears 1/e of its weight, metres.
const WEIGHT_SHIFT_M: f32 = 0.14;
/// The same to tell which foot is on the ground.
const GROUND_SHIFT_M: f32 = 0.05;

/// An ankle slower than this stands, metres per second.
const STILL_M_PER_S: f32 = 0.25;
/// Half the time over which that speed is taken.
const STILL_HALF_SECS: f64 = 0.1;
/// Ankles that stand closer together than this stand in one place, metres.
const PLACE_M: f32 = 0.15;
/// Moments in one place beyond which it does not count more.
const MOMENTS_PER_PLACE: f32 = 5.0;
/// By how much a heel is up in a place, all the time, metres.
const HEEL_LIFT_M: f32 = 0.02;
/// Distances from the plane under this are not called outliers, metres.
const FLAT_M: f32 = 0.005;

/// Rounds with the weight on both feet, so that a wide stance cannot be taken for a leaning one.
const ROUNDS_ON_BOTH_FEET: usize = 4;
/// Rounds of balance alone, before it is clear which feet are on the ground.
const ROUNDS_OF_BALANCE: usize = 8;
const ROUNDS: usize = 20;
/// Rounds of finding the plane's outliers.
const PLANE_ROUNDS: usize = 5;
/// Up is turned by no more than this in one round, radians.
const GREATEST_STEP: f32 = 0.3;

/// Segments of the body: joints at their ends, share of the body's mass, and where between the joints it is (rounded
/// from Winter, Biomechanics and Motor Control of Human Movement; hands with forearms, feet with shanks).
const SEGMENTS: [((usize, usize), f32, f32); 10] = [
    ((10, 8), 0.081, 0.5),
    ((8, 0), 0.497, 0.5),
    ((11, 12), 0.028, 0.44),
    ((12, 13), 0.022, 0.68),
    ((14, 15), 0.028, 0.44),
    ((15, 16), 0.022, 0.68),
    ((4, 5), 0.100, 0.43),
    ((5, 6), 0.061, 0.60),
    ((1, 2), 0.100, 0.43),
    ((2, 3), 0.061, 0.60),
];

type Pose = [Vec3; H36M_JOINTS];

/// What one person tells about up. Metres in the camera's axes: y up, z towards the camera.
#[derive(Default)]
pub(super) struct Evidence {
    /// Sampled over time.
    poses: Vec<Pose>,
    /// From ankle to head along the bones.
    body_height: f32,
    still: Vec<StillAnkle>,
    /// Number of places in which ankles stood.
    places: usize,
}

struct StillAnkle {
    place: usize,
    at: Vec3,
    other: Vec3,
}

impl Evidence {
    /// From the joints in these frames, and around them at `fps` to see what stands.
    pub fn gather(
        frames: impl Iterator<Item = usize>,
        pose_at: impl Fn(usize) -> Option<Pose>,
        body_height: f32,
        fps: f64,
    ) -> Self {
        let reach = (STILL_HALF_SECS * fps).round().max(2.0) as usize;
        let secs = (2.0 * reach as f64 / fps) as f32;
        let mut evidence = Self { body_height, ..Self::default() };
        // Sum of the positions in each place, and their number.
        let mut places: Vec<(Vec3, f32)> = Vec::new();
        for frame in frames {
            evidence.poses.extend(pose_at(frame));
            // Means of three frames, so that noise is not taken for speed.
            let mean = |middle: usize| {
                let poses = [pose_at(middle.checked_sub(1)?)?, pose_at(middle)?, pose_at(middle + 1)?];
                Some(ANKLES.map(|ankle| poses.iter().map(|pose| pose[ankle]).sum::<Vec3>() / 3.0))
            };
            let around = || Some([mean(frame.checked_sub(reach)?)?, mean(frame)?, mean(frame + reach)?]);
            let Some([before, now, after]) = around() else { continue };
            for side in 0..2 {
                let is_still = before[side].distance(after[side]) < STILL_M_PER_S * secs;
                if !is_still {
                    continue;
                }
                let middle = |side: usize| (before[side] + now[side] + after[side]) / 3.0;
                let at = middle(side);
                let distance = |place: &(Vec3, f32)| (place.0 / place.1).distance(at);
                let nearest = (0..places.len()).min_by(|a, b| distance(&places[*a]).total_cmp(&distance(&places[*b])));
                let place = nearest.filter(|place| distance(&places[*place]) < PLACE_M).unwrap_or_else(|| {
                    places.push((Vec3::ZERO, 0.0));
                    places.len() - 1
                });
                places[place] = (places[place].0 + at, places[place].1 + 1.0);
                evidence.still.push(StillAnkle { place, at, other: middle(1 - side) });
            }
        }
        evidence.places = places.len();
        evidence
    }

    /// Mean direction from the weight on the feet to the centre of mass, and the share of the time that the person
    /// stands. `shift` is by how much a foot has to be over the other one to bear 1/e of its weight.
    fn balance(&self, up: Vec3, shift: f32) -> Option<(Vec3, f32)> {
        let mut sum = Vec3::ZERO;
        let mut standing = 0.0;
        for pose in &self.poses {
            let [right, left] = ANKLES.map(|ankle| pose[ankle]);
            let on_right = share_on_first((right - left).dot(up), shift);
            let ahead = up.cross(pose[1] - pose[4]).normalize_or_zero() * WEIGHT_AHEAD_M;
            let lever = centre_of_mass(pose) - left.lerp(right, on_right) - ahead;
            let tilt = lever.angle_between(up).to_degrees() / LEANING_DEGREES;
            let weight = super::ramp(lever.dot(up) / self.body_height, STANDING_SHARE) / (1.0 + tilt * tilt);
            if weight > 0.0 {
                sum += lever * weight;
                standing += weight;
            }
        }
        let share = standing / self.poses.len() as f32;
        Some((sum.try_normalize()?, share))
    }

    /// Mean position and number of moments of each place, as far as the ankle was the one on the ground.
    fn ground(&self, up: Vec3) -> Vec<(Vec3, f32)> {
        let mut places = vec![(Vec3::ZERO, 0.0); self.places];
        for still in &self.still {
            let share = share_on_first((still.at - still.other).dot(up), GROUND_SHIFT_M);
            let place = &mut places[still.place];
            *place = (place.0 + still.at * share, place.1 + share);
        }
        places.retain(|(_, count)| *count > 0.5);
        places.into_iter().map(|(sum, count)| (sum / count, count)).collect()
    }
}

/// The upward direction in the camera's axes: the one that `people` tell, if it is expected at `expected` to within
/// `uncertainty` radians (a standard deviation). Length 1.
pub(super) fn fit_up(people: &[&Evidence], expected: Vec3, uncertainty: f32) -> Vec3 {
    let mut up = expected;
    for round in 0..ROUNDS {
        let tangents = up.any_orthonormal_pair();
        let mut turn = Turn::default();
        turn.towards(expected, up, tangents, uncertainty.powi(-2));
        let shift = if round < ROUNDS_ON_BOTH_FEET { f32::INFINITY } else { WEIGHT_SHIFT_M };
        for person in people {
            if let Some((direction, standing)) = person.balance(up, shift) {
                turn.towards(direction, up, tangents, standing / BALANCE_DEGREES.to_radians().powi(2));
            }
            if round >= ROUNDS_OF_BALANCE {
                turn.flatten(&person.ground(up), up, tangents);
            }
        }
        let step = turn.solve();
        up = (up + tangents.0 * step.x + tangents.1 * step.y).normalize();
    }
    up
}

/// The rotation to the world's axes: `up` becomes y, and the camera is not turned sideways.
pub(super) fn world_from_camera(up: Vec3) -> Mat3 {
    let outward = Vec3::Z.reject_from_normalized(up).normalize_or(Vec3::NEG_Y);
    Mat3::from_cols(up.cross(outward), up, outward).transpose()
}

/// Normal equations of a small turn of up along two tangents.
#[derive(Default)]
struct Turn {
    information: Mat2,
    pull: Vec2,
}

impl Turn {
    /// Up is at `direction`, with this information (1 over radians squared).
    fn towards(&mut self, direction: Vec3, up: Vec3, tangents: (Vec3, Vec3), information: f32) {
        let slope = Vec2::new(direction.dot(tangents.0), direction.dot(tangents.1)) / direction.dot(up).max(0.1);
        self.information += Mat2::from_diagonal(Vec2::splat(information));
        self.pull += information * slope;
    }

    /// These places (with the number of moments in each) are at one height.
    fn flatten(&mut self, places: &[(Vec3, f32)], up: Vec3, tangents: (Vec3, Vec3)) {
        if places.len() < 3 {
            return;
        }
        let moments = |count: f32| count.min(MOMENTS_PER_PLACE) / MOMENTS_PER_PLACE;
        let mut weights: Vec<f32> = places.iter().map(|(_, count)| moments(*count)).collect();
        let mean = |weights: &[f32]| {
            let sum = places.iter().zip(weights).map(|((at, _), weight)| *at * *weight).sum::<Vec3>();
            sum / weights.iter().sum::<f32>()
        };
        let mut middle = mean(&weights);
        for _ in 0..PLANE_ROUNDS {
            let off = |at: Vec3| (at - middle).dot(up);
            let typical = percentile(places.iter().map(|(at, _)| off(*at).abs()).collect(), 0.5).unwrap_or(0.0);
            let scale = 2.0 * typical.max(FLAT_M);
            weights = places.iter().map(|(at, n)| moments(*n) / (1.0 + (off(*at) / scale).powi(2))).collect();
            middle = mean(&weights);
        }
        let total: f32 = weights.iter().sum();
        let effective = total * total / weights.iter().map(|weight| weight * weight).sum::<f32>();
        let squares = places.iter().zip(&weights).map(|((at, _), weight)| weight * (*at - middle).dot(up).powi(2));
        // A heel is up in one place or another; what a model gets wrong, it gets wrong alike in all places, and more
        // of them do not help.
        let variance = HEEL_LIFT_M.powi(2) + effective * squares.sum::<f32>() / total;
        let greatest = weights.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        for ((at, _), weight) in places.iter().zip(&weights) {
            let from_middle = *at - middle;
            let slope = Vec2::new(from_middle.dot(tangents.0), from_middle.dot(tangents.1));
            let information = weight / greatest / variance;
            self.information += Mat2::from_cols(slope * slope.x, slope * slope.y) * information;
            self.pull -= slope * (from_middle.dot(up) * information);
        }
    }

    fn solve(&self) -> Vec2 {
        let step = self.information.inverse() * self.pull;
        if step.is_finite() { step.clamp_length_max(GREATEST_STEP) } else { Vec2::ZERO }
    }
}

/// The share of the weight on a foot that is `over` the other one, metres.
fn share_on_first(over: f32, shift: f32) -> f32 {
    1.0 / (1.0 + (over / shift).exp())
}

fn centre_of_mass(pose: &Pose) -> Vec3 {
    let weighted = SEGMENTS.iter().map(|((from, to), mass, place)| pose[*from].lerp(pose[*to], *place) * *mass);
    weighted.sum::<Vec3>() / SEGMENTS.iter().map(|(_, mass, _)| mass).sum::<f32>()
}
