//! The whole fit on a body of pegs.

pub(crate) mod figure;

use std::f32::consts::PI;

use glam::{EulerRot, Quat, Vec3};

use super::*;
use crate::data::body::{BODY_MIRROR_PAIRS, BodyFrame};
use crate::data::skeleton::H36M_17;
use crate::data::{FrameIndex, FrameRange, PersonId};
use crate::motion::skin::joint_transforms;
use crate::support::progress::NoProgress;
use crate::support::rng::SplitMix64;

type Frame = [Vec3; H36M_JOINTS];

fn world(frames: &[Frame]) -> WorldTrack {
    WorldTrack {
        person: PersonId(3),
        range: FrameRange::of_len(5, frames.len()),
        joints_in_world: frames.iter().flatten().copied().collect(),
    }
}

fn fitted(frames: &[Frame], betas: Option<Betas>) -> BodyTrack {
    let body = figure::body();
    let landmarks = Landmarks::of(&body).unwrap();
    let options = FitOptions { betas };
    fit(&body, &landmarks, &world(frames), 30.0, &options, &CancelToken::new(), &NoProgress).unwrap()
}

/// The 17 joints of a pose.
fn joints(frame: &BodyFrame) -> Frame {
    let body = figure::body();
    let rest = body.rest_joints(frame.betas);
    let transforms = joint_transforms(&rest, frame.pose, frame.translation);
    Landmarks::of(&body).unwrap().joints(frame.betas, &transforms, &rest)
}

fn joints_of(track: &BodyTrack) -> Vec<Frame> {
    (track.range.start..track.range.end).map(|frame| joints(&track.frame(FrameIndex(frame)).unwrap())).collect()
}

/// A person who moves: every joint swings within what joints can do.
fn motion(frames: usize) -> Vec<BodyPose> {
    let mut random = SplitMix64(11);
    let mut swing = |least: f32, most: f32| {
        let (phase, speed) = (random.next_f64() as f32 * 2.0 * PI, 0.05 + 0.1 * random.next_f64() as f32);
        move |frame: usize| least + (most - least) * (0.5 + 0.5 * (phase + speed * frame as f32).sin())
    };
    let mut joint = |ranges: [[f32; 2]; 3]| {
        let angles = ranges.map(|[least, most]| swing(least, most));
        move |frame: usize| {
            let [x, y, z] = [0, 1, 2].map(|axis| angles[axis](frame));
            Quat::from_euler(EulerRot::YXZ, y, x, z).to_scaled_axis()
        }
    };
    let root = joint([[-0.3, 0.3], [-1.0, 1.0], [-0.2, 0.2]]);
    let spine = joint([[-0.1, 0.25], [-0.2, 0.2], [-0.1, 0.1]]);
    let neck = joint([[-0.2, 0.2], [-0.3, 0.3], [-0.1, 0.1]]);
    let hips = [joint([[-1.4, 0.3], [-0.3, 0.3], [0.0, 0.4]]), joint([[-1.4, 0.3], [-0.3, 0.3], [-0.4, 0.0]])];
    let bend = |most: f32| [[0.0, most], [0.0, 0.0], [0.0, 0.0]];
    let knees = [joint(bend(1.8)), joint(bend(1.8))];
    let shoulders = [joint([[-0.4, 0.4], [-0.8, 0.3], [-1.3, 0.6]]), joint([[-0.4, 0.4], [-0.3, 0.8], [-0.6, 1.3]])];
    let elbows = [joint(bend(2.0)), joint(bend(2.0))];
    let hinge = limbs::limbs()[0].hinge.as_vec3();
    (0..frames)
        .map(|frame| {
            let mut pose = [Vec3::ZERO; BODY_JOINTS];
            pose[0] = root(frame);
            limbs::tree::SPINE.iter().for_each(|joint| pose[*joint] = spine(frame));
            (pose[12], pose[15]) = (neck(frame), neck(frame));
            for side in 0..2 {
                let sign = [1.0, -1.0][side];
                pose[1 + side] = hips[side](frame);
                pose[4 + side] = knees[side](frame);
                pose[16 + side] = shoulders[side](frame);
                pose[18 + side] = hinge * sign * elbows[side](frame).x;
            }
            pose
        })
        .collect()
}

fn frames_of(poses: &[BodyPose], betas: &Betas) -> Vec<Frame> {
    let place = |frame: usize| Vec3::new(0.01 * frame as f32, 0.0, -0.5);
    poses
        .iter()
        .enumerate()
        .map(|(frame, pose)| joints(&BodyFrame { pose, betas, translation: place(frame) }))
        .collect()
}

fn mean_distance_mm(a: &[Frame], b: &[Frame]) -> f32 {
    let distances = a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| a.distance(*b));
    1000.0 * distances.sum::<f32>() / (a.len() * H36M_JOINTS) as f32
}

fn angle(a: Vec3, b: Vec3) -> f32 {
    Quat::from_scaled_axis(a).angle_between(Quat::from_scaled_axis(b)).to_degrees()
}

fn assert_finite(track: &BodyTrack) {
    let poses = track.poses.iter().flatten().chain(track.translations.iter());
    assert!(poses.chain([&Vec3::ZERO]).all(|value| value.is_finite()));
    assert!(track.betas.iter().flatten().all(|beta| beta.is_finite()));
    assert_eq!([track.poses.len(), track.betas.len(), track.translations.len()], [track.range.len(); 3]);
}

const SHAPE: Betas = [1.0, -0.8, 0.5, 1.2, -0.5, 0.6, -1.0, 0.0, 0.0, 0.0];

#[test]
fn what_a_body_did_is_found_again() {
    let poses = motion(240);
    let given = frames_of(&poses, &SHAPE);
    let track = fitted(&given, Some(SHAPE));
    assert_finite(&track);
    let error = mean_distance_mm(&joints_of(&track), &given);
    assert!(error < 3.0, "{error} mm");
    for (joint, most) in
        [(0, 4.0), (1, 10.0), (2, 10.0), (4, 5.0), (5, 5.0), (16, 15.0), (17, 15.0), (18, 12.0), (19, 12.0)]
    {
        let mut errors: Vec<f32> =
            poses.iter().zip(track.poses.iter()).map(|(a, b)| angle(a[joint], b[joint])).collect();
        errors.sort_by(f32::total_cmp);
        println!("joint {joint}: median {:.1}, p95 {:.1} degrees", errors[120], errors[228]);
        assert!(errors[120] < most, "joint {joint}: {} degrees", errors[120]);
    }
}

#[test]
fn nothing_usable_gives_a_body_that_stands() {
    for frames in [0, 1, 3] {
        for joint in [Vec3::NAN, Vec3::INFINITY] {
            let track = fitted(&vec![[joint; H36M_JOINTS]; frames], None);
            assert_finite(&track);
            assert!(track.poses.iter().flatten().all(|turn| turn.length() < 1e-5));
            let found = joints_of(&track);
            assert!(found.iter().all(|joints| joints[0].x.abs() < 1e-5 && (0.0..0.3).contains(&joints[3].y)));
        }
    }
    let track = fitted(&vec![[Vec3::new(1.0, 1.0, -2.0); H36M_JOINTS]; 4], None);
    assert_finite(&track);
    assert!(track.poses.iter().flatten().all(|turn| turn.length() < 1e-3));
}

#[test]
fn a_lost_frame_lies_between_its_neighbours() {
    let given = frames_of(&motion(60), &SHAPE);
    let mut lossy = given.clone();
    lossy[20..26].fill([Vec3::NAN; H36M_JOINTS]);
    lossy[40] = [given[40][0]; H36M_JOINTS];
    let found = joints_of(&fitted(&lossy, Some(SHAPE)));
    let gap: f32 =
        (20..26).map(|frame| mean_distance_mm(&found[frame..=frame], &given[frame..=frame])).sum::<f32>() / 6.0;
    assert!(gap < 60.0, "{gap} mm");
    assert!(mean_distance_mm(&found[40..41], &given[40..41]) < 20.0);
    assert!(mean_distance_mm(&found[30..32], &given[30..32]) < 4.0);
}

#[test]
fn limbs_that_are_never_seen_hang_as_at_rest() {
    let mut given = frames_of(&motion(30), &SHAPE);
    for joints in &mut given {
        [2, 3, 5, 6, 12, 13, 15, 16].iter().for_each(|joint| joints[*joint] = Vec3::NAN);
    }
    let track = fitted(&given, None);
    assert_finite(&track);
    assert!(
        track.poses.iter().all(|pose| [1, 2, 4, 5, 16, 17, 18, 19].iter().all(|joint| pose[*joint].length() < 0.2))
    );
}

#[test]
fn one_wild_joint_does_not_bend_the_body() {
    let given = frames_of(&motion(60), &SHAPE);
    let mut wild = given.clone();
    wild[30][12] += Vec3::new(0.8, 0.5, -0.4);
    wild[31][0] += Vec3::new(0.0, 0.7, 0.0);
    let found = joints_of(&fitted(&wild, Some(SHAPE)));
    for frame in [30, 31] {
        let error = mean_distance_mm(&found[frame..=frame], &given[frame..=frame]);
        assert!(error < 10.0, "frame {frame}: {error} mm");
    }
}

/// Joints given with a few millimetres of noise.
fn shaken(frames: &[Frame], metres: f32) -> Vec<Frame> {
    let mut random = SplitMix64(23);
    let mut shake = || Vec3::from_array([0.0; 3].map(|_: f32| metres * (2.0 * random.next_f64() as f32 - 1.0)));
    frames.iter().map(|joints| joints.map(|joint| joint + shake())).collect()
}

#[test]
fn a_mirrored_person_gets_the_mirrored_body() {
    let given = shaken(&frames_of(&motion(40), &SHAPE), 0.005);
    let across = Vec3::new(-1.0, 1.0, 1.0);
    let mirrored = |joints: &Frame| std::array::from_fn(|joint| joints[H36M_17.mirror(joint)] * across);
    let (as_given, in_mirror) = (fitted(&given, None), fitted(&given.iter().map(mirrored).collect::<Vec<_>>(), None));
    for (pose, seen) in as_given.poses.iter().zip(in_mirror.poses.iter()) {
        for (joint, turn) in pose.iter().enumerate() {
            let pair = BODY_MIRROR_PAIRS.iter().find(|(left, right)| [*left, *right].contains(&joint));
            let other = pair.map_or(joint, |(left, right)| left + right - joint);
            let back = seen[other] * Vec3::new(1.0, -1.0, -1.0);
            assert!(angle(*turn, back) < 0.1, "joint {joint}: {turn} and {back}");
        }
    }
    let places = as_given.translations.iter().zip(in_mirror.translations.iter());
    assert!(places.into_iter().all(|(a, b)| (*a - *b * across).length() < 1e-4));
}

#[test]
fn walking_another_way_changes_the_root_only() {
    let given = shaken(&frames_of(&motion(40), &SHAPE), 0.005);
    let (turn, way) = (Quat::from_rotation_y(2.0), Vec3::new(3.0, 0.0, -7.0));
    let moved: Vec<Frame> = given.iter().map(|joints| joints.map(|joint| turn * joint + way)).collect();
    let (here, there) = (fitted(&given, None), fitted(&moved, None));
    assert!(here.betas[0].iter().zip(there.betas[0]).all(|(a, b)| (a - b).abs() < 1e-2));
    for (a, b) in here.poses.iter().zip(there.poses.iter()) {
        let root = (turn * Quat::from_scaled_axis(a[0])).to_scaled_axis();
        assert!(angle(root, b[0]) < 0.1);
        assert!((1..BODY_JOINTS).all(|joint| angle(a[joint], b[joint]) < 0.1));
    }
    for (a, b) in joints_of(&here).iter().flatten().zip(joints_of(&there).iter().flatten()) {
        assert!((turn * *a + way).distance(*b) < 1e-4);
    }
}

#[test]
fn limbs_pass_through_straight_without_flipping() {
    let frames = 90;
    let poses: Vec<BodyPose> = (0..frames)
        .map(|frame| {
            let mut pose = [Vec3::ZERO; BODY_JOINTS];
            // Bent, straight for a moment, bent again; hips and shoulders turned out all the time.
            let bend = 0.9 * (frame as f32 / frames as f32 * 2.0 * PI).cos().max(0.0);
            for (side, sign) in [(0, 1.0), (1, -1.0)] {
                pose[1 + side] =
                    (Quat::from_rotation_x(-0.5 * bend) * Quat::from_rotation_y(0.5 * sign)).to_scaled_axis();
                pose[4 + side] = Vec3::X * bend;
                pose[16 + side] = Quat::from_rotation_z(-1.1 * sign).to_scaled_axis();
                pose[18 + side] = limbs::limbs()[side].hinge.as_vec3() * bend;
            }
            pose
        })
        .collect();
    let track = fitted(&shaken(&frames_of(&poses, &SHAPE), 0.003), Some(SHAPE));
    for frame in 1..frames {
        for joint in [1, 2, 4, 5, 16, 17, 18, 19] {
            let found = angle(track.poses[frame - 1][joint], track.poses[frame][joint]);
            let truth = angle(poses[frame - 1][joint], poses[frame][joint]);
            assert!(found < truth + 8.0, "joint {joint} turns by {found} degrees in frame {frame}, not by {truth}");
        }
    }
}

#[test]
fn the_shape_is_found_from_the_bones() {
    let track = fitted(&frames_of(&motion(60), &SHAPE), None);
    assert!(track.betas.iter().all(|betas| *betas == track.betas[0]));
    for (shape, (found, truth)) in track.betas[0].iter().zip(SHAPE).enumerate() {
        assert!((found - truth).abs() < 0.6, "shape {shape}: {found}, not {truth}");
    }
    // A giant is as large as the shapes allow, and his pose is found all the same.
    let poses = motion(30);
    let giant: Vec<Frame> = frames_of(&poses, &SHAPE).iter().map(|joints| joints.map(|joint| joint * 1.6)).collect();
    let track = fitted(&giant, None);
    assert!(track.betas[0].iter().all(|beta| beta.abs() <= 3.0));
    let mut hips: Vec<f32> = poses.iter().zip(track.poses.iter()).map(|(a, b)| angle(a[1], b[1])).collect();
    hips.sort_by(f32::total_cmp);
    assert!(hips[15] < 15.0, "{hips:?}");
}

#[test]
fn a_cancelled_fit_stops() {
    let body = figure::body();
    let cancel = CancelToken::new();
    cancel.cancel();
    let world = world(&frames_of(&motion(3), &SHAPE));
    let landmarks = Landmarks::of(&body).unwrap();
    assert!(fit(&body, &landmarks, &world, 30.0, &FitOptions::default(), &cancel, &NoProgress).is_err());
}
