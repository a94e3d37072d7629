//! The ten shape directions: how far each vertex moves per unit, one unit being about one standard deviation among
//! adults.

use glam::DVec3;

use crate::figure::JOINTS;
use crate::mesh::Mesh;
use crate::weights::Row;

pub const NAMES: [&str; 10] = [
    "height",
    "weight",
    "leg length",
    "arm length",
    "shoulder width",
    "hip width",
    "muscle",
    "belly",
    "head size",
    "hand and foot size",
];

/// A soft swelling: where it is strongest, over what radius it halves, metres per unit at its middle.
struct Swelling {
    at: DVec3,
    radius: f64,
    out: f64,
}

const fn swelling(x: f64, y: f64, z: f64, radius: f64, out: f64) -> Swelling {
    Swelling { at: DVec3::new(x, y, z), radius, out }
}

const MUSCLE: [Swelling; 13] = [
    swelling(0.195, 1.400, -0.022, 0.055, 0.0055), // deltoid
    swelling(0.300, 1.390, 0.020, 0.060, 0.0040),  // biceps
    swelling(0.300, 1.380, -0.075, 0.060, 0.0035), // triceps
    swelling(0.510, 1.388, -0.030, 0.060, 0.0035), // forearm
    swelling(0.075, 1.280, 0.100, 0.070, 0.0065),  // chest
    swelling(0.110, 1.240, -0.090, 0.090, 0.0060), // back
    swelling(0.060, 1.440, -0.040, 0.050, 0.0045), // trapezius and neck
    swelling(0.000, 1.490, -0.060, 0.040, 0.0030),
    swelling(0.080, 0.890, -0.115, 0.070, 0.0045), // buttock
    swelling(0.110, 0.690, 0.080, 0.110, 0.0055),  // thigh, front
    swelling(0.100, 0.700, -0.070, 0.100, 0.0045), // thigh, back
    swelling(0.105, 0.360, -0.070, 0.070, 0.0055), // calf
    swelling(0.000, 1.060, -0.080, 0.080, 0.0030), // along the spine
];

const BELLY: [Swelling; 2] = [swelling(0.0, 1.025, 0.105, 0.095, 0.0110), swelling(0.125, 1.030, 0.010, 0.070, 0.0050)];

/// Displacements are whole multiples of this, metres: they pack well and are exact in single precision.
const STEP: f64 = 1.0 / 131_072.0;

/// Metres per unit of weight on the skin of each joint of the middle and the left.
const FAT: [(usize, f64); 14] = [
    (0, 0.0085),
    (1, 0.0065),
    (3, 0.0090),
    (4, 0.0040),
    (6, 0.0085),
    (7, 0.0007),
    (9, 0.0065),
    (12, 0.0040),
    (13, 0.0055),
    (15, 0.0014),
    (16, 0.0050),
    (18, 0.0030),
    (20, 0.0006),
    (22, 0.0004),
];

/// Displacement of every vertex per unit. // [10][V]
pub fn directions(whole: &Mesh, twin: &[usize], skin: &[Row]) -> Vec<Vec<DVec3>> {
    let out = even_normals(whole);
    let of_left = |i: usize| -> [DVec3; 10] {
        let (p, n, row) = (whole.points[i], out[i], &skin[i]);
        let on = |joints: &[usize]| -> f64 { joints.iter().map(|&j| row[j]).sum() };
        let swollen = |swellings: &[Swelling]| -> DVec3 {
            let by = |s: &Swelling| {
                let fall = 1.0 + 0.414 * p.distance_squared(s.at) / (s.radius * s.radius);
                s.out / (fall * fall)
            };
            n * swellings.iter().map(by).sum::<f64>()
        };
        let leg = on(&[1, 4, 7, 10]);
        let arm = on(&[16, 18, 20, 22]);
        let fat: f64 = FAT.iter().map(|&(j, thickness)| row[j] * thickness).sum();
        let padded = n * fat;
        // Thighs have little room between them.
        let padded =
            if padded.x < 0.0 { DVec3::new(padded.x * (1.0 - 0.65 * leg), padded.y, padded.z) } else { padded };
        let foot = DVec3::new(JOINTS[7].x, 0.0, JOINTS[7].z);
        [
            (p - JOINTS[0]) * 0.040,
            padded + swollen(&BELLY) * 0.5,
            DVec3::NEG_Y * 0.026 * ramp(p.y, JOINTS[1].y, JOINTS[7].y),
            DVec3::X * 0.018 * ramp(p.x, JOINTS[16].x, JOINTS[20].x) * arm,
            DVec3::X
                * 0.011
                * (arm
                    + on(&[13]) * ramp(p.x, 0.02, 0.17)
                    + on(&[6, 9]) * ramp(p.x, 0.02, 0.17) * ramp(p.y, 1.12, 1.36)),
            // Thighs grow together rather than through each other.
            DVec3::X
                * 0.008
                * (leg * ramp(p.x, 0.0, 0.06) + on(&[0, 3]) * ramp(p.x, 0.0, 0.12) * ramp(p.y, 1.14, 0.96)),
            swollen(&MUSCLE),
            swollen(&BELLY),
            (p - JOINTS[15]) * 0.035 * on(&[15]),
            (p - JOINTS[20]) * 0.050 * on(&[20, 22]) + (p - foot) * 0.045 * on(&[7, 10]),
        ]
    };
    let mut directions = vec![vec![DVec3::ZERO; whole.points.len()]; NAMES.len()];
    for i in (0..whole.points.len()).filter(|&i| whole.points[i].x >= 0.0) {
        let middle = whole.points[i].x == 0.0;
        for (direction, moved) in directions.iter_mut().zip(of_left(i)) {
            let moved = (moved / STEP).round() * STEP;
            direction[i] = if middle { DVec3::new(0.0, moved.y, moved.z) } else { moved };
            if !middle {
                direction[twin[i]] = DVec3::new(-moved.x, moved.y, moved.z);
            }
        }
    }
    directions
}

/// 0 at `from`, 1 at `to`, straight in between with soft ends.
fn ramp(at: f64, from: f64, to: f64) -> f64 {
    const SOFT: f64 = 0.08;
    let t = ((at - from) / (to - from)).clamp(-SOFT, 1.0 + SOFT);
    let bend = |t: f64| if t.abs() < SOFT { (t + SOFT) * (t + SOFT) / (4.0 * SOFT) } else { t.max(0.0) };
    bend(t) - bend(t - 1.0)
}

/// Normals evened over neighbours, so that swellings do not fold where the surface bends sharply.
fn even_normals(whole: &Mesh) -> Vec<DVec3> {
    let neighbours = whole.neighbours();
    let mut normals = whole.normals();
    for _ in 0..4 {
        normals = (0..normals.len())
            .map(|i| (normals[i] + neighbours[i].iter().map(|&n| normals[n]).sum::<DVec3>()).normalize_or_zero())
            .collect();
    }
    normals
}
