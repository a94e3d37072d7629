use glam::{Mat3, Vec2};

use super::*;
use crate::data::skeleton::{BODY_25, COCO_17, H36M_17, HALPE_26, MEDIAPIPE_33};
use crate::data::{Keypoint, Skeleton};
use crate::support::rng::SplitMix64;

/// Standing with hanging arms, facing the camera (+z), so that the right is at -x.
fn standing() -> [Vec3; H36M_JOINTS] {
    [
        [0.0, 0.95, 0.0],
        [-0.13, 0.95, 0.0],
        [-0.13, 0.50, 0.0],
        [-0.13, 0.08, 0.0],
        [0.13, 0.95, 0.0],
        [0.13, 0.50, 0.0],
        [0.13, 0.08, 0.0],
        [0.0, 1.20, 0.0],
        [0.0, 1.45, 0.0],
        [0.0, 1.55, 0.1],
        [0.0, 1.70, 0.0],
        [0.18, 1.45, 0.0],
        [0.18, 1.15, 0.0],
        [0.18, 0.90, 0.0],
        [-0.18, 1.45, 0.0],
        [-0.18, 1.15, 0.0],
        [-0.18, 0.90, 0.0],
    ]
    .map(Vec3::from)
}

/// Turns joints about the world point of `joints[about]`.
fn turn(joints: &mut [Vec3; H36M_JOINTS], which: &[usize], about: usize, axis: Vec3, degrees: f32) {
    let centre = joints[about];
    let turn = Mat3::from_axis_angle(axis, degrees.to_radians());
    for joint in which {
        joints[*joint] = centre + turn * (joints[*joint] - centre);
    }
}

const UPPER_BODY: [usize; 10] = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

#[track_caller]
fn check(joints: &[Vec3; H36M_JOINTS], expected: &[(Angle, f32)]) {
    for (angle, degrees) in expected {
        let got = angle.of(joints).unwrap();
        assert!((got - degrees).abs() < 0.05, "{}: {got} is not {degrees}", angle.label());
    }
}

#[test]
fn a_standing_person_has_zeros() {
    for angle in Angle::ALL {
        let got = angle.of(&standing());
        if matches!(angle, Angle::RightElevationPlane | Angle::LeftElevationPlane) {
            assert_eq!(got, None, "a hanging arm has no plane");
        } else {
            assert!(got.unwrap().abs() < 0.05, "{}: {got:?}", angle.label());
        }
    }
}

#[test]
fn a_sitting_person_has_right_angles() {
    let mut joints = standing();
    turn(&mut joints, &[2, 3], 1, Vec3::X, -90.0);
    turn(&mut joints, &[3], 2, Vec3::X, 90.0);
    // The left thigh forward and outward.
    turn(&mut joints, &[5, 6], 4, Vec3::X, -90.0);
    turn(&mut joints, &[5, 6], 4, Vec3::Y, 30.0);
    check(
        &joints,
        &[
            (Angle::RightHipFlexion, 90.0),
            (Angle::RightHipAbduction, 0.0),
            (Angle::RightKneeFlexion, 90.0),
            (Angle::LeftHipFlexion, 90.0),
            (Angle::LeftHipAbduction, 30.0),
            (Angle::LeftKneeFlexion, 0.0),
            (Angle::TrunkLean, 0.0),
        ],
    );
}

#[test]
fn a_leg_goes_back_and_out() {
    let mut joints = standing();
    turn(&mut joints, &[2, 3], 1, Vec3::X, 20.0);
    turn(&mut joints, &[5, 6], 4, Vec3::Z, 35.0);
    check(
        &joints,
        &[
            (Angle::RightHipFlexion, -20.0),
            (Angle::RightHipAbduction, 0.0),
            (Angle::LeftHipFlexion, 0.0),
            (Angle::LeftHipAbduction, 35.0),
        ],
    );
}

#[test]
fn arms_in_a_t_and_up_and_forward() {
    let mut joints = standing();
    turn(&mut joints, &[12, 13], 11, Vec3::Z, 90.0);
    turn(&mut joints, &[15, 16], 14, Vec3::Z, -90.0);
    for (elevation, plane) in [
        (Angle::LeftShoulderElevation, Angle::LeftElevationPlane),
        (Angle::RightShoulderElevation, Angle::RightElevationPlane),
    ] {
        check(&joints, &[(elevation, 90.0), (plane, 0.0)]);
    }
    let mut joints = standing();
    turn(&mut joints, &[12, 13], 11, Vec3::X, 180.0);
    turn(&mut joints, &[13], 12, Vec3::X, 60.0);
    turn(&mut joints, &[15, 16], 14, Vec3::X, -60.0);
    check(
        &joints,
        &[
            (Angle::LeftShoulderElevation, 180.0),
            (Angle::LeftElbowFlexion, 60.0),
            (Angle::RightShoulderElevation, 60.0),
            (Angle::RightElevationPlane, 90.0),
        ],
    );
    assert_eq!(Angle::LeftElevationPlane.of(&joints), None);
}

#[test]
fn a_trunk_leans_twists_and_nods() {
    let mut joints = standing();
    turn(&mut joints, &UPPER_BODY, 0, Vec3::X, 30.0);
    check(
        &joints,
        &[
            (Angle::TrunkLean, 30.0),
            (Angle::TrunkLeanForward, 30.0),
            (Angle::TrunkLeanRight, 0.0),
            (Angle::RightHipFlexion, 30.0),
            (Angle::NeckFlexion, 0.0),
        ],
    );
    let mut joints = standing();
    turn(&mut joints, &UPPER_BODY, 0, Vec3::Z, 20.0);
    check(&joints, &[(Angle::TrunkLean, 20.0), (Angle::TrunkLeanForward, 0.0), (Angle::TrunkLeanRight, 20.0)]);
    let mut joints = standing();
    turn(&mut joints, &[9, 10], 8, Vec3::X, 40.0);
    turn(&mut joints, &[11, 12, 13, 14, 15, 16], 8, Vec3::Y, 25.0);
    check(&joints, &[(Angle::TrunkTwist, 25.0), (Angle::PelvisTurn, 0.0)]);
    let mut joints = standing();
    turn(&mut joints, &[9, 10], 8, Vec3::X, 40.0);
    check(&joints, &[(Angle::NeckFlexion, 40.0), (Angle::NeckSideBend, 0.0)]);
    let mut joints = standing();
    turn(&mut joints, &[9, 10], 8, Vec3::Z, 15.0);
    check(&joints, &[(Angle::NeckFlexion, 0.0), (Angle::NeckSideBend, 15.0)]);
}

#[test]
fn facing_elsewhere_changes_only_the_turn() {
    let mut joints = standing();
    turn(&mut joints, &UPPER_BODY, 0, Vec3::new(0.8, 0.0, 0.6), 25.0);
    turn(&mut joints, &[2, 3], 1, Vec3::X, -50.0);
    let before = Angle::ALL.map(|angle| angle.of(&joints));
    let turned = joints.map(|joint| Mat3::from_rotation_y(70.0_f32.to_radians()) * joint);
    for (angle, before) in Angle::ALL.into_iter().zip(before) {
        let after = angle.of(&turned);
        let expected = if angle == Angle::PelvisTurn { Some(70.0) } else { before };
        assert_eq!(after.is_some(), expected.is_some());
        let apart = after.unwrap_or(0.0) - expected.unwrap_or(0.0);
        assert!(apart.abs() < 0.01, "{}: {apart}", angle.label());
    }
}

/// Whatever the pose: seen in a mirror every angle is the other side's, and turns and leans to a side change sign.
#[test]
fn a_mirrored_person_has_mirrored_angles() {
    let mut rng = SplitMix64(7);
    let mut number = move || rng.next_f64() as f32 * 0.7 - 0.35;
    let mut compared = 0;
    for _ in 0..200 {
        let joints = standing().map(|at| at + Vec3::new(number(), number(), number()));
        let mut mirrored = joints.map(|at| at * Vec3::new(-1.0, 1.0, 1.0));
        for (left, right) in H36M_17.mirror_pairs {
            mirrored.swap(*left, *right);
        }
        for angle in Angle::ALL {
            let sign = match angle {
                Angle::TrunkLeanRight | Angle::TrunkTwist | Angle::NeckSideBend | Angle::PelvisTurn => -1.0,
                _ => 1.0,
            };
            let (here, there) = (angle.of(&joints), angle.mirror().unwrap_or(angle).of(&mirrored));
            assert_eq!(here.is_some(), there.is_some(), "{}", angle.label());
            if let (Some(here), Some(there)) = (here, there) {
                // Half a turn is the same to either side.
                let apart = (here - sign * there).abs();
                assert!(apart.min(360.0 - apart) < 0.05, "{}: {here} and {there}", angle.label());
                compared += 1;
            }
        }
    }
    assert!(compared > 200 * 15);
}

#[test]
fn every_angle_knows_its_side_partner_and_joint() {
    let labels: std::collections::BTreeSet<_> = Angle::ALL.iter().map(|angle| angle.label()).collect();
    assert_eq!(labels.len(), Angle::ALL.len());
    for angle in Angle::ALL {
        assert!(!angle.definition().is_empty());
        assert_eq!(angle.mirror().is_none(), angle.side() == Side::Middle);
        assert_eq!(H36M_17.side(angle.joint()), angle.side(), "{}", angle.label());
        if let Some(mirror) = angle.mirror() {
            assert_eq!(mirror.mirror(), Some(angle));
            assert_ne!(mirror.side(), angle.side());
        }
    }
}

#[test]
fn what_has_no_length_has_no_angle() {
    let nowhere = [Vec3::ONE; H36M_JOINTS];
    let lost = [Vec3::NAN; H36M_JOINTS];
    for angle in Angle::ALL {
        assert_eq!(angle.of(&nowhere), None, "{}", angle.label());
        assert_eq!(angle.of(&lost), None, "{}", angle.label());
        assert_eq!(angle.of(&standing()[..16]), None);
    }
    let mut on_the_side = standing();
    turn(&mut on_the_side, &(1..H36M_JOINTS).collect::<Vec<_>>(), 0, Vec3::Z, 90.0);
    assert_eq!(Angle::PelvisTurn.of(&on_the_side), None);
    check(&on_the_side, &[(Angle::TrunkLean, 90.0), (Angle::LeftHipFlexion, 0.0)]);
}

fn foot(skeleton: &Skeleton, toe: &str, toes: Vec2) -> Vec<Keypoint> {
    let mut keypoints = vec![Keypoint::MISSING; skeleton.len()];
    let mut put = |name: &str, at: Vec2| {
        keypoints[skeleton.joint_named(name).unwrap()] = Keypoint::new(at.x, at.y, 0.9);
    };
    put("right knee", Vec2::new(100.0, 100.0));
    put("right ankle", Vec2::new(100.0, 200.0));
    put("right heel", Vec2::new(90.0, 220.0));
    put(toe, toes);
    keypoints
}

#[test]
fn the_ankle_is_read_from_toes_that_are_seen() {
    for (skeleton, toe) in
        [(&HALPE_26, "right big toe"), (&BODY_25, "right big toe"), (&MEDIAPIPE_33, "right foot index")]
    {
        // 20 degrees up, to either side of the picture.
        let up = Vec2::from_angle(-20.0_f32.to_radians()) * 50.0;
        for toes in [Vec2::new(90.0, 220.0) + up, Vec2::new(90.0, 220.0) + up * Vec2::new(-1.0, 1.0)] {
            let keypoints = foot(skeleton, toe, toes);
            let degrees = ankle_in_picture(skeleton, &keypoints, Side::Right).unwrap();
            assert!((degrees - 20.0).abs() < 0.01, "{degrees}");
            assert_eq!(ankle_in_picture(skeleton, &keypoints, Side::Left), None);
            assert_eq!(ankle_in_picture(skeleton, &keypoints, Side::Middle), None);
        }
        let mut unsure = foot(skeleton, toe, Vec2::new(140.0, 220.0));
        unsure[skeleton.joint_named(toe).unwrap()].confidence = 0.1;
        assert_eq!(ankle_in_picture(skeleton, &unsure, Side::Right), None);
    }
    assert_eq!(ankle_in_picture(&COCO_17, &[Keypoint::new(1.0, 2.0, 0.9); 17], Side::Right), None);
}

#[test]
fn symmetry_says_who_bends_more() {
    // Left knee swings 0 to 90 degrees, right one 20 to 60.
    let joints: Vec<Vec3> = (0..400)
        .flat_map(|frame| {
            let share = 0.5 - 0.5 * (frame as f32 * std::f32::consts::TAU / 100.0).cos();
            let mut joints = standing();
            turn(&mut joints, &[6], 5, Vec3::X, 90.0 * share);
            turn(&mut joints, &[3], 2, Vec3::X, 20.0 + 40.0 * share);
            joints
        })
        .collect();
    let symmetry = Symmetry::of(Angle::RightKneeFlexion, &joints).unwrap();
    assert_eq!(symmetry, Symmetry::of(Angle::LeftKneeFlexion, &joints).unwrap());
    assert!((symmetry.mean_difference() - 5.0).abs() < 0.1, "{symmetry:?}");
    assert!((symmetry.range_ratio().unwrap() - 90.0 / 40.0).abs() < 0.05, "{symmetry:?}");
    let sentence = symmetry.sentence();
    assert_eq!(sentence, "Knee flexion: left 5° more on average; range of motion 90° left, 40° right.");

    let still: Vec<Vec3> = (0..50).flat_map(|_| standing()).collect();
    let symmetry = Symmetry::of(Angle::LeftHipFlexion, &still).unwrap();
    assert_eq!(symmetry.range_ratio(), None);
    assert!(symmetry.sentence().contains("left and right alike on average"), "{}", symmetry.sentence());
    assert_eq!(Symmetry::of(Angle::TrunkLean, &still), None);
    assert_eq!(Symmetry::of(Angle::LeftHipFlexion, &[]), None);
}
