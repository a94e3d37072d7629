//! Skin weights: how strongly each joint pulls each vertex.
//!
//! Every joint but the root has gates, planes across the body that let a share of the parent's weight pass on to it;
//! the share grows smoothly over the depth of the plane. What comes out is evened over the mesh and cut to four joints.

use glam::DVec3;
use motionbert::data::body::{BODY_JOINTS, BODY_MIRROR_PAIRS, BODY_PARENTS};

use crate::mesh::Mesh;

/// Weights are whole multiples of one over this, so that rows sum up to exactly 1.
const STEPS: i32 = 2048;
const PER_VERTEX: usize = 4;
/// Rounds of evening over neighbours.
const ROUNDS: usize = 6;

pub type Row = [f64; BODY_JOINTS];

/// A plane across the body with a soft edge.
struct Plane {
    at: DVec3,
    /// Towards what hangs on the joint.
    into: DVec3,
    /// From no to all of the weight.
    depth: f64,
}

/// Lets through what any of its planes lets through.
type Gate = &'static [Plane];

const fn plane(at: [f64; 3], into: [f64; 3], depth: f64) -> Plane {
    Plane { at: DVec3::from_array(at), into: DVec3::from_array(into), depth }
}

/// Gates of the joints in the middle and on the left; a weight has to pass all gates of its joint.
fn gates(joint: usize) -> &'static [Gate] {
    match joint {
        // Thigh: from the fold of the groin in front, rising outwards, to below the buttock behind. Between the
        // legs both thighs pull along.
        1 => {
            const {
                &[
                    &[plane([0.090, 0.880, 0.0], [0.42, -0.85, 0.30], 0.170)],
                    &[plane([0.012, 0.79, 0.0], [0.8, -0.6, 0.0], 0.100)],
                ]
            }
        }
        3 => const { &[&[plane([0.0, 1.050, 0.0], [0.0, 1.0, 0.0], 0.150)]] },
        4 => const { &[&[plane([0.100, 0.478, 0.0], [0.0, -1.0, 0.0], 0.090)]] },
        6 => const { &[&[plane([0.0, 1.165, 0.0], [0.0, 1.0, 0.0], 0.130)]] },
        7 => const { &[&[plane([0.098, 0.085, -0.034], [0.0, -0.94, 0.34], 0.066)]] },
        9 => const { &[&[plane([0.0, 1.235, 0.0], [0.0, 1.0, 0.0], 0.120)]] },
        10 => const { &[&[plane([0.110, 0.024, 0.088], [0.0, 0.0, 1.0], 0.050)]] },
        12 => const { &[&[plane([0.0, 1.452, -0.028], [0.0, 0.94, -0.10], 0.080)]] },
        13 => {
            const {
                &[
                    &[plane([0.078, 1.37, 0.0], [1.0, 0.15, 0.0], 0.110)],
                    &[plane([0.150, 1.290, 0.0], [0.50, 0.86, 0.0], 0.130)],
                ]
            }
        }
        15 => const { &[&[plane([0.0, 1.508, -0.002], [0.0, 0.86, 0.51], 0.060)]] },
        16 => const { &[&[plane([0.176, 1.374, -0.024], [0.90, 0.44, 0.0], 0.130)]] },
        18 => const { &[&[plane([0.432, 1.380, -0.034], [1.0, 0.0, 0.0], 0.080)]] },
        20 => const { &[&[plane([0.668, 1.382, -0.030], [1.0, 0.0, 0.0], 0.095)]] },
        22 => const { &[&[plane([0.770, 1.377, -0.026], [1.0, 0.0, 0.0], 0.060)]] },
        _ => &[],
    }
}

impl Plane {
    /// Share that passes at `p`, 0 to 1, smooth to the second derivative.
    fn share(&self, p: DVec3) -> f64 {
        let t = ((p - self.at).dot(self.into.normalize()) / self.depth + 0.5).clamp(0.0, 1.0);
        t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
    }
}

/// Weights at a place of the left half.
fn passed(p: DVec3) -> Row {
    let mut mass = [0.0; BODY_JOINTS];
    mass[0] = 1.0;
    let mut own = mass;
    for (joint, parent) in BODY_PARENTS.iter().enumerate() {
        let Some(parent) = *parent else { continue };
        if gates(joint).is_empty() {
            continue; // of the right side
        }
        let kept_back = |gate: &Gate| gate.iter().map(|plane| 1.0 - plane.share(p)).product::<f64>();
        let share: f64 = gates(joint).iter().map(|gate| 1.0 - kept_back(gate)).product();
        // Where children meet, the first in order takes first.
        let taken = (mass[parent] * share).min(own[parent]);
        mass[joint] = taken;
        own[joint] += taken;
        own[parent] -= taken;
    }
    own
}

/// Weights of every vertex of the whole body, exact mirror images of each other on both sides.
pub fn skin(whole: &Mesh, twin: &[usize]) -> Vec<Row> {
    let mirrored = |row: &Row| {
        let mut other = *row;
        BODY_MIRROR_PAIRS.iter().for_each(|&(left, right)| other.swap(left, right));
        other
    };
    let mut rows: Vec<Row> = whole
        .points
        .iter()
        .map(|p| {
            let row = passed(DVec3::new(p.x.abs(), p.y, p.z));
            if p.x < 0.0 { mirrored(&row) } else { row }
        })
        .collect();
    let neighbours = whole.neighbours();
    for _ in 0..ROUNDS {
        rows = (0..rows.len())
            .map(|i| {
                let around = &neighbours[i];
                std::array::from_fn(|j| {
                    let mean = around.iter().map(|&n| rows[n][j]).sum::<f64>() / around.len() as f64;
                    0.5 * (rows[i][j] + mean)
                })
            })
            .collect();
    }
    // The left side decides; sums over neighbours differ in their last bits between the sides.
    for i in 0..rows.len() {
        let x = whole.points[i].x;
        if x > 0.0 {
            rows[i] = whole_steps(&rows[i]);
            rows[twin[i]] = mirrored(&rows[i]);
        } else if x == 0.0 {
            let other = mirrored(&rows[i]);
            rows[i] = whole_steps(&std::array::from_fn(|j| 0.5 * (rows[i][j] + other[j])));
            rows[i] = even(rows[i], &mirrored(&rows[i]));
        }
    }
    rows
}

/// Makes a row its own mirror image: left and right get the same, what is left over goes to the strongest joint of
/// the middle.
fn even(row: Row, other: &Row) -> Row {
    let mut even: Row = std::array::from_fn(|j| row[j].min(other[j]));
    let middle = (0..BODY_JOINTS).filter(|j| !BODY_MIRROR_PAIRS.iter().any(|pair| pair.0 == *j || pair.1 == *j));
    if let Some(strongest) = middle.max_by(|a, b| even[*a].total_cmp(&even[*b])) {
        even[strongest] += 1.0 - even.iter().sum::<f64>();
    }
    even
}

/// The four strongest joints, in whole steps that sum up to 1; the strongest takes what rounding leaves.
fn whole_steps(row: &Row) -> Row {
    let mut order: Vec<usize> = (0..BODY_JOINTS).collect();
    order.sort_by(|&a, &b| row[b].total_cmp(&row[a]).then(a.cmp(&b)));
    let strongest = &order[..PER_VERTEX];
    let sum: f64 = strongest.iter().map(|&j| row[j]).sum();
    let mut steps = [0_i32; BODY_JOINTS];
    for &j in &strongest[1..] {
        steps[j] = (row[j] / sum * f64::from(STEPS)).round() as i32;
    }
    steps[strongest[0]] = STEPS - steps.iter().sum::<i32>();
    steps.map(|count| f64::from(count) / f64::from(STEPS))
}
