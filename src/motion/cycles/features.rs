//! The pose over time as rows of numbers that do not depend on the view, the place or the person's size.

use glam::Vec3;

use crate::data::H36M_JOINTS;

/// Wrists, elbows, knees and ankles.
const LIMBS: [usize; 8] = [2, 3, 5, 6, 12, 13, 15, 16];
pub const WIDTH: usize = 3 * LIMBS.len();
/// Limbs against the root along the person's right, up and forward, in lengths of trunk and leg.
pub type Row = [f32; WIDTH];

const ROOT: usize = 0;
const NECK: usize = 8;
const RIGHT_LEG: [usize; 3] = [1, 2, 3];
/// (right, left)
const HIPS: (usize, usize) = (1, 4);
const SHOULDERS: (usize, usize) = (14, 11);
/// The heading is averaged over this long, so that neither its noise nor the sway of a step turns the limbs.
const HEADING_SECS: f64 = 1.0;
const SMOOTHING_SECS: f64 = 0.15;
/// What a period's rows are averaged over, as a share of the period.
const BAND_SMOOTHING: f32 = 0.15;

/// One row for every `step` frames. Frames with broken joints repeat the one before.
pub fn of(frames: &[[Vec3; H36M_JOINTS]], step: usize, fps: f64) -> Vec<Row> {
    let is_whole = |joints: &&[Vec3; H36M_JOINTS]| joints.iter().all(|joint| joint.is_finite());
    let Some(mut last) = frames.iter().find(is_whole) else { return Vec::new() };
    let frames: Vec<&[Vec3; H36M_JOINTS]> = frames
        .iter()
        .map(|joints| {
            last = Some(joints).filter(is_whole).unwrap_or(last);
            last
        })
        .collect();
    let span = |joints: &[Vec3; H36M_JOINTS]| {
        let [hip, knee, ankle] = RIGHT_LEG.map(|joint| joints[joint]);
        joints[ROOT].distance(joints[NECK]) + hip.distance(knee) + knee.distance(ankle)
    };
    let size = frames.iter().map(|joints| f64::from(span(joints))).sum::<f64>() / frames.len() as f64;
    let scale = 1.0 / size.max(f64::from(f32::EPSILON)) as f32;
    let across: Vec<[f32; 3]> = frames.iter().map(|joints| across(joints).to_array()).collect();
    let smooth = frames_in(HEADING_SECS, fps);
    let across = moving_mean(&moving_mean(&across, smooth), smooth);
    let mut right = Vec3::X;
    let rows: Vec<Row> = frames
        .iter()
        .zip(&across)
        .map(|(joints, across)| {
            right = Vec3::from(*across).try_normalize().unwrap_or(right);
            row(joints, right, scale)
        })
        .collect();
    let mut rows = moving_mean(&rows, frames_in(SMOOTHING_SECS, fps).max(step));
    let mut place = 0;
    rows.retain(|_| {
        place += 1;
        (place - 1) % step == 0
    });
    rows
}

fn frames_in(secs: f64, fps: f64) -> usize {
    (secs * fps).round().max(1.0) as usize
}

/// The level direction to the person's right, longer the more certain it is.
fn across(joints: &[Vec3; H36M_JOINTS]) -> Vec3 {
    let line = |(right, left): (usize, usize)| joints[right] - joints[left];
    (line(HIPS) + line(SHOULDERS)) * Vec3::new(1.0, 0.0, 1.0)
}

fn row(joints: &[Vec3; H36M_JOINTS], right: Vec3, scale: f32) -> Row {
    let forward = Vec3::Y.cross(right);
    let mut row = [0.0; WIDTH];
    for (values, limb) in row.as_chunks_mut::<3>().0.iter_mut().zip(LIMBS) {
        let at = (joints[limb] - joints[ROOT]) * scale;
        *values = [at.dot(right), at.y, at.dot(forward)];
    }
    row
}

/// Mean over `width` rows around each; near the ends over the first and the last `width`.
fn moving_mean<const N: usize>(rows: &[[f32; N]], width: usize) -> Vec<[f32; N]> {
    let mut window = Window::new(rows, width);
    (0..rows.len()).map(|place| window.mean_at(place)).collect()
}

/// What changes within a period of `period` rows: smoothed, without the mean of one period around.
pub fn band(rows: &[Row], period: usize) -> Vec<Row> {
    let mut near = Window::new(rows, (period as f32 * BAND_SMOOTHING).round().max(1.0) as usize);
    let mut around = Window::new(rows, period);
    let difference = |place| {
        let (mut near, around) = (near.mean_at(place), around.mean_at(place));
        near.iter_mut().zip(&around).for_each(|(near, around)| *near -= around);
        near
    };
    (0..rows.len()).map(difference).collect()
}

/// A sum that slides over rows.
struct Window<'a, const N: usize> {
    rows: &'a [[f32; N]],
    width: usize,
    start: usize,
    sum: [f32; N],
}

impl<'a, const N: usize> Window<'a, N> {
    fn new(rows: &'a [[f32; N]], width: usize) -> Self {
        let width = width.min(rows.len());
        let mut sum = [0.0; N];
        rows[..width].iter().for_each(|row| add(&mut sum, row, 1.0));
        Self { rows, width, start: 0, sum }
    }

    /// Places go up.
    fn mean_at(&mut self, place: usize) -> [f32; N] {
        let start = place.saturating_sub(self.width / 2).min(self.rows.len() - self.width);
        while self.start < start {
            add(&mut self.sum, &self.rows[self.start + self.width], 1.0);
            add(&mut self.sum, &self.rows[self.start], -1.0);
            self.start += 1;
        }
        self.sum.map(|sum| sum / self.width as f32)
    }
}

fn add<const N: usize>(sum: &mut [f32; N], row: &[f32; N], weight: f32) {
    sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
}

pub fn squared_distance(a: &Row, b: &Row) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

pub fn squared_length(row: &Row) -> f32 {
    row.iter().map(|value| value * value).sum()
}
