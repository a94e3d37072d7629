//! A body that is quick to build, and motion that is hard to write down: turns past half a circle, knees past a right
//! angle, jumps, other shapes for other people.
#![allow(dead_code, reason = "every program that shares this uses another part")]
#![allow(clippy::unwrap_used, reason = "stops on errors")]

use std::path::Path;

use glam::{Quat, Vec3};
use motionbert::data::body::{BODY_JOINTS, BODY_PARENTS, BODY_SHAPES, BodyArrays, BodyModel, BodyTrack};
use motionbert::data::{FrameRange, PersonId};
use motionbert::io::body::read_body;

/// The joints of a grown person in T-pose, metres. // [24, 3]
#[rustfmt::skip]
const REST: [[f32; 3]; BODY_JOINTS] = [
    [0.0, -0.24, 0.02], [0.06, -0.33, 0.01], [-0.06, -0.33, 0.01], [0.0, -0.13, -0.01], [0.1, -0.71, 0.01],
    [-0.1, -0.71, 0.01], [0.0, 0.01, -0.02], [0.09, -1.13, -0.02], [-0.09, -1.13, -0.02], [0.0, 0.06, 0.0],
    [0.12, -1.19, 0.1], [-0.12, -1.19, 0.1], [0.0, 0.27, -0.03], [0.08, 0.18, -0.02], [-0.08, 0.18, -0.02],
    [0.0, 0.36, 0.02], [0.18, 0.21, -0.03], [-0.18, 0.21, -0.03], [0.44, 0.2, -0.05], [-0.44, 0.2, -0.05],
    [0.69, 0.21, -0.06], [-0.69, 0.21, -0.06], [0.78, 0.2, -0.07], [-0.78, 0.2, -0.07],
];
const TIPS: [[f32; 3]; 5] =
    [[0.12, -1.19, 0.18], [-0.12, -1.19, 0.18], [0.0, 0.6, 0.02], [0.87, 0.2, -0.07], [-0.87, 0.2, -0.07]];
const TIP_JOINTS: [usize; 5] = [10, 11, 15, 22, 23];

/// The mannequin that comes with the program.
pub fn mannequin() -> BodyModel {
    read_body(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/mannequin.npz")).unwrap().body
}

/// A stick of triangles along each bone. Shape 0 makes the body taller, shape 1 wider.
pub fn sticks() -> BodyModel {
    let mut template = Vec::new();
    let mut faces = Vec::new();
    let mut pulls: Vec<[f32; BODY_JOINTS]> = Vec::new();
    let mut stick = |from: [f32; 3], to: [f32; 3], pull: [usize; 2]| {
        let (from, to) = (Vec3::from(from), Vec3::from(to));
        let first = template.len() as u32 / 3;
        let (side, other) = (to - from).normalize().any_orthonormal_pair();
        for (end, joint) in [(from, pull[0]), (to, pull[1])] {
            for corner in [side, other, -side, -other] {
                template.extend((end + corner * 0.03).to_array());
                let mut row = [0.0; BODY_JOINTS];
                row[joint] += 0.75;
                row[pull[0]] += 0.25;
                pulls.push(row);
            }
        }
        for k in 0..4 {
            let next = (k + 1) % 4;
            faces.push([first + k, first + next, first + 4 + k]);
            faces.push([first + next, first + 4 + next, first + 4 + k]);
        }
        faces.push([first, first + 3, first + 2]);
        faces.push([first, first + 2, first + 1]);
        faces.push([first + 4, first + 5, first + 6]);
        faces.push([first + 4, first + 6, first + 7]);
    };
    for (joint, parent) in BODY_PARENTS.iter().enumerate() {
        if let Some(parent) = parent {
            stick(REST[*parent], REST[joint], [*parent, joint]);
        }
    }
    for (tip, joint) in TIPS.into_iter().zip(TIP_JOINTS) {
        stick(REST[joint], tip, [joint; 2]);
    }
    let vertices = pulls.len();
    let mut regressor = vec![0.0; BODY_JOINTS * vertices];
    // Each joint is the middle of one end of a stick: its own stick's far end; the root's is a near end.
    for joint in 0..BODY_JOINTS {
        let first = if joint == 0 { 0 } else { (joint - 1) * 8 + 4 };
        (first..first + 4).for_each(|vertex| regressor[joint * vertices + vertex] = 0.25);
    }
    let directions = template.chunks(3).flat_map(|v| {
        let tall = [0.0, 0.1 * v[1], 0.0];
        let wide = [0.1 * v[0], 0.0, 0.0];
        (0..3).flat_map(move |axis| [tall[axis], wide[axis]])
    });
    let arrays = BodyArrays {
        name: "sticks".to_owned(),
        shape_directions: directions.collect(),
        joint_regressor: regressor,
        weights: pulls.concat(),
        faces,
        parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
        template,
        ..BodyArrays::default()
    };
    arrays.check().unwrap().0
}

/// Somebody who turns round and round, squats, waves and jumps. Everybody does it differently.
pub fn dance(person: u32, range: FrameRange) -> BodyTrack {
    let own = person as f32;
    let pose = |frame: usize| {
        let secs = frame as f32 / 30.0;
        let wave = |hertz: f32, phase: f32| (std::f32::consts::TAU * hertz * secs + phase + own).sin();
        let mut pose: [Vec3; BODY_JOINTS] = std::array::from_fn(|joint| {
            let phase = joint as f32;
            Vec3::new(wave(0.5, phase), wave(0.3, 2.0 * phase), wave(0.4, 3.0 * phase)) * 0.25
        });
        let turn = Quat::from_rotation_y(4.0 * secs + own) * Quat::from_rotation_x(0.3 * wave(0.7, 0.0));
        pose[0] = turn.to_scaled_axis();
        for (hip, knee) in [(1, 4), (2, 5)] {
            let squat = 1.3 + 1.3 * wave(0.8, hip as f32);
            pose[hip].x -= 0.6 * squat;
            pose[knee] = Vec3::X * squat;
        }
        for (shoulder, side) in [(16, 1.0), (17, -1.0)] {
            let swing =
                Quat::from_rotation_z(side * 1.5 * wave(1.1, side)) * Quat::from_rotation_y(1.6 * wave(0.6, side));
            pose[shoulder] = swing.to_scaled_axis();
        }
        pose
    };
    let place = |frame: usize| {
        let secs = frame as f32 / 30.0;
        Vec3::new(1.5 * own + (1.3 * secs).sin(), 1.2 + 0.3 * (5.0 * secs).sin().abs(), (0.9 * secs).cos() - own)
    };
    let mut betas = [0.0; BODY_SHAPES];
    betas[..2].copy_from_slice(&[0.8 * own - 1.0, 0.5 - own]);
    BodyTrack {
        person: PersonId(person),
        range,
        poses: (range.start..range.end).map(pose).collect(),
        betas: vec![betas; range.len()].into(),
        translations: (range.start..range.end).map(place).collect(),
    }
}
