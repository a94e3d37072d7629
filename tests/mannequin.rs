//! The built-in body: a closed, mirrored, smoothly skinned mesh that its program made, and that bends and changes
//! shape without breaking.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

#[path = "../examples/mannequin/body.rs"]
mod body;
#[path = "../examples/mannequin/figure.rs"]
mod figure;
#[path = "../examples/mannequin/mesh.rs"]
mod mesh;
#[path = "../examples/mannequin/regress.rs"]
mod regress;
#[path = "../examples/mannequin/relax.rs"]
mod relax;
#[path = "../examples/mannequin/sdf.rs"]
mod sdf;
#[path = "../examples/mannequin/shape.rs"]
mod shape;
#[path = "../examples/mannequin/surface.rs"]
mod surface;
#[path = "../examples/mannequin/weights.rs"]
mod weights;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use glam::{DVec3, Vec3};
use motionbert::data::body::{
    BODY_JOINTS, BODY_MIRROR_PAIRS, BODY_SHAPES, Betas, BodyFrame, BodyModel, BodyPose, SparseRows,
};
use motionbert::io::body::read_body;
use motionbert::motion::skin::{ShapedBody, joint_transforms};

static MANNEQUIN: LazyLock<Arc<BodyModel>> = LazyLock::new(|| {
    let read = read_body(&path()).unwrap();
    assert!(read.notices.is_empty(), "{:?}", read.notices);
    Arc::new(read.body)
});

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/mannequin.npz")
}

const MEAN: Betas = [0.0; BODY_SHAPES];

fn beta(shape: usize, amount: f32) -> Betas {
    let mut betas = MEAN;
    betas[shape] = amount;
    betas
}

fn turned(turns: &[(usize, Vec3)]) -> BodyPose {
    let mut pose = [Vec3::ZERO; BODY_JOINTS];
    turns.iter().for_each(|(joint, turn)| pose[*joint] = *turn);
    pose
}

fn posed(pose: &BodyPose) -> Vec<Vec3> {
    let shaped = ShapedBody::new(MANNEQUIN.clone(), MEAN);
    shaped.posed(&BodyFrame { pose, betas: &MEAN, translation: Vec3::ZERO })
}

fn height(vertices: &[Vec3]) -> f32 {
    let ys = || vertices.iter().map(|v| v.y);
    ys().fold(f32::MIN, f32::max) - ys().fold(f32::MAX, f32::min)
}

fn face_normal(vertices: &[Vec3], face: [u32; 3]) -> DVec3 {
    let [a, b, c] = face.map(|v| vertices[v as usize].as_dvec3());
    (b - a).cross(c - a)
}

/// Each vertex's mirror image, found by its place.
fn twins() -> Vec<usize> {
    let bits = |v: Vec3| [v.x + 0.0, v.y, v.z].map(f32::to_bits);
    let at: HashMap<_, _> = MANNEQUIN.template.iter().enumerate().map(|(i, v)| (bits(*v), i)).collect();
    assert_eq!(at.len(), MANNEQUIN.vertex_count(), "two vertices lie at one place");
    MANNEQUIN.template.iter().map(|v| at[&bits(Vec3::new(-v.x, v.y, v.z))]).collect()
}

#[test]
fn the_file_holds_an_adult_of_seven_thousand_vertices() {
    let bytes = std::fs::metadata(path()).unwrap().len();
    assert!(bytes < 700_000, "{bytes} bytes");
    let body = &MANNEQUIN;
    assert!((6_500..=7_500).contains(&body.vertex_count()), "{}", body.vertex_count());
    assert_eq!(body.shape_names, shape::NAMES);
    assert!(body.skin.per_vertex <= 4 && body.pose_directions.is_none());
    assert!((height(&body.template) - 1.70).abs() < 0.01, "{}", height(&body.template));
    let soles = body.template.iter().map(|v| v.y).fold(f32::MAX, f32::min);
    assert!((f64::from(soles) + body::ORIGIN).abs() < 0.003, "{soles}");
}

#[test]
fn the_mesh_is_one_closed_surface_facing_out() {
    let body = &MANNEQUIN;
    let mut directed: HashMap<(u32, u32), u32> = HashMap::new();
    for face in body.faces.iter() {
        for k in 0..3 {
            *directed.entry((face[k], face[(k + 1) % 3])).or_default() += 1;
        }
    }
    for (&(a, b), &count) in &directed {
        assert_eq!((count, directed.get(&(b, a))), (1, Some(&1)), "edge {a} {b}");
    }
    // A sphere in one piece has V - E + F = 2; a second piece or a handle would change it.
    let edges = directed.len() / 2;
    assert_eq!(body.vertex_count() + body.faces.len(), edges + 2);
    let volume: f64 = body
        .faces
        .iter()
        .map(|face| body.template[face[0] as usize].as_dvec3().dot(face_normal(&body.template, *face)) / 6.0)
        .sum();
    assert!((0.050..0.075).contains(&volume), "{volume} cubic metres");
    let smallest = body.faces.iter().map(|face| smallest_angle(*face)).fold(f64::MAX, f64::min);
    assert!(smallest > 20.0, "a sliver of {smallest} degrees");
}

fn smallest_angle(face: [u32; 3]) -> f64 {
    let corners = face.map(|v| MANNEQUIN.template[v as usize].as_dvec3());
    let angle = |k: usize| (corners[(k + 1) % 3] - corners[k]).angle_between(corners[(k + 2) % 3] - corners[k]);
    (0..3).map(angle).fold(f64::MAX, f64::min).to_degrees()
}

#[test]
fn left_and_right_are_exact_mirror_images() {
    let body = &MANNEQUIN;
    let twin = twins();
    let side: Vec<usize> = (0..BODY_JOINTS)
        .map(|joint| {
            BODY_MIRROR_PAIRS
                .iter()
                .find_map(|&(l, r)| match joint {
                    _ if joint == l => Some(r),
                    _ if joint == r => Some(l),
                    _ => None,
                })
                .unwrap_or(joint)
        })
        .collect();
    let row = |vertex: usize| {
        let mut dense = [0.0; BODY_JOINTS];
        body.skin.of(vertex).for_each(|(joint, weight)| dense[joint] += weight);
        dense
    };
    for (vertex, &other) in twin.iter().enumerate() {
        let (own, mirrored) = (row(vertex), row(other));
        assert!((0..BODY_JOINTS).all(|joint| own[joint] == mirrored[side[joint]]), "weights of {vertex}");
        for direction in body.shape_directions.iter() {
            let (a, b) = (direction[vertex], direction[other]);
            assert_eq!(a, Vec3::new(-b.x, b.y, b.z), "shape at {vertex}");
        }
    }
    let canonical = |face: [usize; 3]| {
        let first = (0..3).min_by_key(|k| face[*k]).unwrap();
        [face[first], face[(first + 1) % 3], face[(first + 2) % 3]]
    };
    let faces: std::collections::HashSet<_> =
        body.faces.iter().map(|face| canonical(face.map(|v| v as usize))).collect();
    for face in &faces {
        let [a, b, c] = face.map(|v| twin[v]);
        assert!(faces.contains(&canonical([a, c, b])), "{face:?}");
    }
}

#[test]
fn weights_change_little_from_one_vertex_to_the_next() {
    let body = &MANNEQUIN;
    let row = |vertex: u32| {
        let mut dense = [0.0_f32; BODY_JOINTS];
        body.skin.of(vertex as usize).for_each(|(joint, weight)| dense[joint] += weight);
        dense
    };
    let mut strongest = [0.0_f32; BODY_JOINTS];
    for face in body.faces.iter() {
        let rows = face.map(row);
        for joint in 0..BODY_JOINTS {
            let of_joint = rows.map(|row| row[joint]);
            strongest[joint] = of_joint.into_iter().fold(strongest[joint], f32::max);
            let step = of_joint.into_iter().fold(f32::MIN, f32::max) - of_joint.into_iter().fold(f32::MAX, f32::min);
            assert!(step < 0.40, "joint {joint} steps by {step} over face {face:?}");
        }
    }
    for vertex in 0..body.vertex_count() {
        let sum: f64 = body.skin.of(vertex).map(|(_, weight)| f64::from(weight)).sum();
        assert!((sum - 1.0).abs() < 1e-6 && body.skin.of(vertex).all(|(_, weight)| weight >= 0.0), "{vertex}: {sum}");
    }
    // Every joint rules somewhere, so that none of them is without effect.
    assert!(strongest.iter().all(|weight| *weight > 0.6), "{strongest:?}");
}

#[test]
fn regressed_joints_lie_inside_where_they_belong() {
    let body = &MANNEQUIN;
    let h36m = body.h36m_regressor.as_ref().unwrap();
    for rows in [&body.joint_regressor, h36m] {
        for row in 0..rows.len() {
            let sum: f64 = rows.row(row).map(|(_, weight)| f64::from(weight)).sum();
            assert!((sum - 1.0).abs() < 1e-6, "row {row} sums up to {sum}");
            assert!(rows.row(row).all(|(_, weight)| weight >= 0.0), "row {row}");
        }
    }
    let mut shapes = vec![MEAN];
    shapes.extend((0..BODY_SHAPES).flat_map(|shape| [beta(shape, -3.0), beta(shape, 3.0)]));
    for betas in shapes {
        let vertices = body.rest_vertices(&betas);
        for (row, joint) in all(&body.joint_regressor, &vertices).into_iter().chain(all(h36m, &vertices)) {
            assert!(winding(body, &vertices, joint) > 0.99, "joint {row} at {joint} is outside with {betas:?}");
        }
    }
    for (joint, wanted) in figure::JOINTS.iter().enumerate() {
        let found = body.joint_regressor.weigh(joint, &body.template).as_dvec3() + DVec3::Y * body::ORIGIN;
        assert!(found.distance(*wanted) < 1e-5, "joint {joint} at {found}, not {wanted}");
    }
    let h36m = |row: usize| h36m.weigh(row, &body.template);
    let tree = |joint: usize| body.joint_regressor.weigh(joint, &body.template);
    assert!(h36m(1).x < -0.08 && h36m(4).x > 0.08, "right hip of H36M lies at x < 0");
    assert!((h36m(0) - (h36m(1) + h36m(4)) * 0.5).length() < 1e-4);
    for (row, joint) in [(2, 5), (3, 8), (5, 4), (6, 7), (11, 16), (12, 18), (13, 20), (14, 17), (15, 19), (16, 21)] {
        assert!(h36m(row).distance(tree(joint)) < 1e-3, "row {row}");
    }
    assert!(h36m(9).z > h36m(8).z + 0.04 && h36m(10).y > h36m(9).y + 0.08, "the nose is in front, the crown above");
}

fn all(rows: &SparseRows, vertices: &[Vec3]) -> Vec<(usize, DVec3)> {
    (0..rows.len()).map(|row| (row, rows.weigh(row, vertices).as_dvec3())).collect()
}

/// How often the surface goes around a point: 1 inside, 0 outside.
fn winding(body: &BodyModel, vertices: &[Vec3], point: DVec3) -> f64 {
    let angle = |face: &[u32; 3]| {
        let [a, b, c] = face.map(|v| vertices[v as usize].as_dvec3() - point);
        let [la, lb, lc] = [a, b, c].map(DVec3::length);
        2.0 * a.dot(b.cross(c)).atan2(la * lb * lc + a.dot(b) * lc + b.dot(c) * la + c.dot(a) * lb)
    };
    body.faces.iter().map(angle).sum::<f64>() / (4.0 * std::f64::consts::PI)
}

#[test]
fn shapes_from_minus_three_to_three_keep_every_triangle_facing_out() {
    let body = &MANNEQUIN;
    let mut random = motionbert::support::rng::SplitMix64(7);
    let mut shapes: Vec<Betas> = (0..BODY_SHAPES).flat_map(|shape| [beta(shape, -3.0), beta(shape, 3.0)]).collect();
    // People differ in several ways at once.
    shapes.extend((0..40).map(|_| std::array::from_fn(|_| (random.next_f64() * 3.0 - 1.5) as f32)));
    for betas in shapes {
        let vertices = body.rest_vertices(&betas);
        for face in body.faces.iter() {
            let (before, after) = (face_normal(&body.template, *face), face_normal(&vertices, *face));
            assert!(after.dot(before) > 0.3 * after.length() * before.length(), "{face:?} flips with {betas:?}");
            assert!(after.length() > 0.15 * before.length(), "{face:?} shrinks with {betas:?}");
        }
    }
}

#[test]
fn each_shape_does_what_its_name_says() {
    let body = &MANNEQUIN;
    let size = |shape: usize, amount: f32| {
        let betas = beta(shape, amount);
        (body.rest_vertices(&betas), body.rest_joints(&betas))
    };
    let (rest, joints) = size(0, 0.0);
    let width = |vertices: &[Vec3], y: f32| {
        let slice = vertices.iter().filter(|v| (v.y - y).abs() < 0.03 && v.x.abs() < 0.3);
        slice.map(|v| v.x).fold(0.0, f32::max)
    };
    let waist = joints[3].y;
    let (tall, _) = size(0, 1.0);
    assert!((0.05..0.09).contains(&(height(&tall) - height(&rest))), "height");
    let (heavy, same) = size(1, 2.0);
    assert!(width(&heavy, waist) > width(&rest, waist) + 0.01, "weight");
    assert!((0..BODY_JOINTS).all(|j| same[j].distance(joints[j]) < 0.012), "weight moves no joint far");
    let (_, long) = size(2, 1.0);
    let leg = |joints: &[Vec3; BODY_JOINTS]| joints[1].distance(joints[4]) + joints[4].distance(joints[7]);
    assert!((0.02..0.03).contains(&(leg(&long) - leg(&joints))), "leg length");
    assert!(long[15].distance(joints[15]) < 1e-4, "leg length leaves the head where it is");
    let (_, reach) = size(3, 1.0);
    let arm = |joints: &[Vec3; BODY_JOINTS]| joints[16].distance(joints[18]) + joints[18].distance(joints[20]);
    assert!((0.013..0.022).contains(&(arm(&reach) - arm(&joints))), "arm length");
    let (_, broad) = size(4, 1.0);
    assert!((0.008..0.013).contains(&(broad[16].x - joints[16].x)), "shoulder width");
    assert!((arm(&broad) - arm(&joints)).abs() < 2e-3, "shoulder width keeps the arm");
    let (_, hips) = size(5, 1.0);
    assert!((0.005..0.011).contains(&(hips[1].x - joints[1].x)), "hip width");
    assert!((leg(&hips) - leg(&joints)).abs() < 2e-3, "hip width keeps the leg");
    let (muscle, _) = size(6, 2.0);
    let calf = joints[4].y - 0.12;
    assert!(width(&muscle, calf) > width(&rest, calf) + 0.002, "muscle");
    let depth = |vertices: &[Vec3]| {
        vertices.iter().filter(|v| (v.y - waist).abs() < 0.05 && v.x.abs() < 0.1).map(|v| v.z).fold(0.0, f32::max)
    };
    let (belly, _) = size(7, 2.0);
    assert!(depth(&belly) > depth(&rest) + 0.015, "belly");
    let (head, _) = size(8, 2.0);
    assert!((0.005..0.02).contains(&(height(&head) - height(&rest))), "head size");
    let (hands, _) = size(9, 2.0);
    let span = |vertices: &[Vec3]| vertices.iter().map(|v| v.x).fold(0.0, f32::max);
    assert!((0.01..0.03).contains(&(span(&hands) - span(&rest))), "hand size");
}

/// Area of the cut through the vertices near `at`, square metres.
fn section(vertices: &[Vec3], at: DVec3, normal: DVec3, near: f64) -> f64 {
    let normal = normal.normalize();
    let mut area = DVec3::ZERO;
    for face in MANNEQUIN.faces.iter() {
        let corners = face.map(|v| vertices[v as usize].as_dvec3() - at);
        if corners.iter().any(|corner| corner.length() > near) {
            continue;
        }
        let sides = corners.map(|corner| corner.dot(normal));
        let cut = |i: usize, j: usize| corners[i].lerp(corners[j], sides[i] / (sides[i] - sides[j]));
        let mut ends = [None; 2];
        for (i, j) in [(0, 1), (1, 2), (2, 0)] {
            if (sides[i] < 0.0) != (sides[j] < 0.0) {
                ends[usize::from(sides[i] < 0.0)] = Some(cut(i, j));
            }
        }
        if let [Some(a), Some(b)] = ends {
            area += a.cross(b) * 0.5;
        }
    }
    area.dot(normal).abs()
}

#[test]
fn elbows_and_knees_stay_thick_at_120_degrees() {
    let bend = 120.0_f32.to_radians();
    let rest = posed(&turned(&[]));
    // (joint, the joint below it, its parent, turn)
    for (joint, below, turn) in [(18, 20, Vec3::NEG_Y), (18, 20, Vec3::Z), (4, 7, Vec3::X)] {
        let pose = turned(&[(joint, turn * bend)]);
        let joints = MANNEQUIN.rest_joints(&MEAN);
        let moved = joint_transforms(&joints, &pose, Vec3::ZERO).map(|t| Vec3::from(t.translation).as_dvec3());
        let parent = if joint == 18 { 16 } else { 1 };
        let upper = (moved[joint] - moved[parent]).normalize();
        let lower = (moved[below] - moved[joint]).normalize();
        let at_rest = section(&rest, joints[joint].as_dvec3(), (joints[below] - joints[joint]).as_dvec3(), 0.14);
        let bent = section(&posed(&pose), moved[joint], upper + lower, 0.14);
        assert!(bent > 0.75 * at_rest, "joint {joint}: {bent} of {at_rest}");
    }
}

#[test]
fn wrists_and_shoulders_do_not_wring() {
    let rest = posed(&turned(&[]));
    let joints = MANNEQUIN.rest_joints(&MEAN).map(Vec3::as_dvec3);
    // Linear blending cannot keep more than cos² 37.5° = 63 % of the area.
    let twist = 75.0_f32.to_radians();
    for (joint, from, to) in
        [(20, joints[18].x + 0.06, joints[20].x + 0.03), (18, joints[16].x + 0.09, joints[18].x + 0.1)]
    {
        let turned = posed(&turned(&[(joint, Vec3::X * twist)]));
        for step in 0..=12 {
            let x = from + (to - from) * f64::from(step) / 12.0;
            let at = DVec3::new(x, joints[joint].y, joints[joint].z);
            let [before, after] = [&rest, &turned].map(|vertices| section(vertices, at, DVec3::X, 0.12));
            assert!(after > 0.60 * before, "{after} of {before} at {x} for joint {joint}");
        }
    }
}

#[test]
fn the_file_is_what_the_program_makes() {
    let (mesh, twin) = body::standing(1.0);
    let made = body::finish(mesh, &twin);
    let body = &MANNEQUIN;
    assert_eq!(made.mesh.points.len(), body.vertex_count());
    assert!(made.mesh.points.iter().zip(body.template.iter()).all(|(made, kept)| made.as_vec3() == *kept), "vertices");
    let faces = made.mesh.triangles.iter().map(|face| face.map(|v| v as u32));
    assert!(faces.eq(body.faces.iter().copied()), "triangles");
    for (made, kept) in made.shapes.iter().zip(body.shape_directions.iter()) {
        assert!(made.iter().zip(kept.iter()).all(|(made, kept)| made.as_vec3() == *kept), "shapes");
    }
    for (vertex, row) in made.skin.iter().enumerate() {
        assert!(body.skin.of(vertex).all(|(joint, weight)| weight == 0.0 || row[joint] as f32 == weight), "weights");
    }
    let dense = |rows: &[Vec<f64>]| rows.concat().into_iter().map(|value| value as f32).collect::<Vec<f32>>();
    assert!(dense(&made.tree) == body.joint_regressor.to_dense(), "joint regressor");
    assert!(dense(&made.h36m) == body.h36m_regressor.as_ref().unwrap().to_dense(), "H36M regressor");
}
