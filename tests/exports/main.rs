//! Motion files hold the motion: read back with readers of their own, they move as the body does.

#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

mod bvh_file;
#[path = "../support/dancer.rs"]
mod dancer;
mod for_others;
mod glb_file;

use std::path::Path;
use std::sync::Arc;

use bvh_file::BvhFile;
use glam::{DVec3, Vec3};
use glb_file::GlbFile;
use motionbert::data::body::{BODY_JOINTS, BodyModel, BodyTrack};
use motionbert::data::{FrameIndex, FrameRange};
use motionbert::io::export::bvh::{self, BvhOptions, BvhUnit, UpAxis};
use motionbert::io::export::glb::{self, GlbPerson};
use motionbert::io::export::{BodyMotion, RIG_NAMES, WriteError};
use motionbert::motion::skin::{ShapedBody, joint_transforms};
use motionbert::support::CancelToken;

const FPS: f64 = 30.0;
/// Nine joints in a row, each off by half of the last of six decimals, make less than this.
const ROUNDING_METRES: f64 = 1e-5;

fn true_joints(body: &BodyModel, track: &BodyTrack, offset: usize) -> [Vec3; BODY_JOINTS] {
    let frame = track.frame(FrameIndex(track.range.start + offset)).unwrap();
    joint_transforms(&body.rest_joints(frame.betas), frame.pose, frame.translation)
        .map(|joint| Vec3::from(joint.translation))
}

fn written(write: impl FnOnce(&Path) -> Result<(), WriteError>) -> Result<Vec<u8>, WriteError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    write(&path).inspect_err(|_| assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0))?;
    Ok(std::fs::read(path).unwrap())
}

fn bvh_of(body: &BodyModel, track: &BodyTrack, options: BvhOptions) -> BvhFile {
    let bytes = written(|path| bvh::write(path, &BodyMotion { body, track }, FPS, options, &CancelToken::new()));
    BvhFile::parse(&String::from_utf8(bytes.unwrap()).unwrap())
}

fn glb_bytes(people: &[(&BodyModel, &BodyTrack)]) -> Vec<u8> {
    let people: Vec<GlbPerson> = people
        .iter()
        .map(|(body, track)| GlbPerson {
            motion: BodyMotion { body, track },
            name: format!("Person {}", track.person),
            colour: [0.8, 0.4, 0.2],
        })
        .collect();
    written(|path| glb::write(path, &people, FPS, &CancelToken::new())).unwrap()
}

#[test]
fn bvh_moves_as_the_body_at_every_frame() {
    for body in [dancer::sticks(), dancer::mannequin()] {
        let track = dancer::dance(2, FrameRange::of_len(7, 240));
        let file = bvh_of(&body, &track, BvhOptions { up: UpAxis::Y, unit: BvhUnit::Metres });
        assert!((file.frame_secs - 1.0 / FPS).abs() < 1e-8);
        assert_eq!(file.frames.len(), 240);
        let mut worst = 0.0f64;
        for offset in 0..240 {
            let pose = file.pose(offset);
            for (name, joint) in RIG_NAMES.iter().zip(true_joints(&body, &track, offset)) {
                worst = worst.max(pose[name].translation.distance(joint.as_dvec3()));
            }
        }
        println!("BVH of {}: {:.4} mm at most", body.name, worst * 1000.0);
        assert!(worst < ROUNDING_METRES, "{worst} m");
    }
}

#[test]
fn bvh_turns_the_axes_and_scales_the_lengths() {
    let (body, track) = (dancer::sticks(), dancer::dance(1, FrameRange::of_len(0, 40)));
    for (unit, scale) in [(BvhUnit::Centimetres, 100.0), (BvhUnit::Millimetres, 1000.0)] {
        let file = bvh_of(&body, &track, BvhOptions { up: UpAxis::Z, unit });
        for offset in 0..40 {
            let pose = file.pose(offset);
            for (name, joint) in RIG_NAMES.iter().zip(true_joints(&body, &track, offset)) {
                let wanted = DVec3::new(joint.x.into(), (-joint.z).into(), joint.y.into()) * scale;
                assert!(pose[name].translation.distance(wanted) < ROUNDING_METRES * scale);
            }
        }
    }
}

#[test]
fn bvh_angles_never_jump() {
    let track = dancer::dance(3, FrameRange::of_len(0, 600));
    let file = bvh_of(&dancer::sticks(), &track, BvhOptions::default());
    // A dozen turns of the hips about y.
    let turn = file.frames.last().unwrap()[5] - file.frames[0][5];
    assert!((turn.abs() - 4.0_f64.to_degrees() * 599.0 / FPS).abs() < 40.0, "{turn}");
    // A knee bends past the right angle, where angles that are taken alone would turn back.
    let knee_x = file.frames.iter().map(|frame| frame[10]).fold(f64::MIN, f64::max);
    assert!(knee_x > 140.0, "{knee_x}");
    let triples = |frame: &[f64]| frame[3..].as_chunks::<3>().0.to_vec();
    for pair in file.frames.windows(2) {
        for (before, after) in triples(&pair[0]).iter().zip(&triples(&pair[1])) {
            let is_near_lock = [before, after].iter().any(|angles| angles[1].to_radians().cos().abs() < 0.3);
            let step = before.iter().zip(after).map(|(before, after)| (after - before).abs()).fold(0.0, f64::max);
            assert!(is_near_lock || step < 90.0, "{before:?} to {after:?}");
        }
    }
}

#[test]
fn bvh_has_a_rest_pose_that_stands_and_tips() {
    let body = dancer::mannequin();
    let mut track = dancer::dance(1, FrameRange::of_len(0, 1));
    track.poses = vec![[Vec3::ZERO; BODY_JOINTS]].into();
    let file = bvh_of(&body, &track, BvhOptions { up: UpAxis::Y, unit: BvhUnit::Metres });
    assert!(file.frames[0][3..].iter().all(|angle| *angle == 0.0));
    let pose = file.pose(0);
    let at = |name: &str| pose[name].translation;
    assert!(at("LeftHand").x > at("LeftForeArm").x && at("LeftForeArm").x > at("LeftArm").x);
    assert!(at("Head").y > at("Hips").y && at("Hips").y > at("LeftFoot").y);
    let mut tips: Vec<&str> = file.tips.iter().map(|(name, _)| name.as_str()).collect();
    tips.sort_unstable();
    assert_eq!(tips, ["Head", "LeftHandMiddle1", "LeftToeBase", "RightHandMiddle1", "RightToeBase"]);
    for (name, tip) in &file.tips {
        assert!((0.02..0.4).contains(&tip.length()), "{name}: {tip}");
    }
    let vertices = body.rest_vertices(&track.betas[0]);
    let top = vertices.iter().map(|vertex| vertex.y).fold(f32::MIN, f32::max) + track.translations[0].y;
    let head_tip = file.tips.iter().find(|(name, _)| name == "Head").unwrap().1;
    assert!((at("Head").y + head_tip.y - f64::from(top)).abs() < 1e-4);
}

#[test]
fn glb_moves_joints_and_skin_as_the_body_at_every_frame() {
    let bodies = [dancer::sticks(), dancer::mannequin().without_pose_directions()];
    let tracks = [dancer::dance(0, FrameRange::of_len(0, 90)), dancer::dance(4, FrameRange::of_len(30, 60))];
    let people = [(&bodies[0], &tracks[0]), (&bodies[1], &tracks[1])];
    let file = GlbFile::parse(&glb_bytes(&people));
    let (mut worst_joint, mut worst_vertex) = (0.0f32, 0.0f32);
    for (skin, (body, track)) in people.into_iter().enumerate() {
        let shaped = ShapedBody::new(Arc::new(body.clone()), track.betas[0]);
        for offset in 0..track.range.len() {
            let pose = file.pose(Some(offset));
            let joints = file.joints(skin, &pose);
            for (name, joint) in RIG_NAMES.iter().zip(true_joints(body, track, offset)) {
                worst_joint = worst_joint.max(joints[*name].distance(joint));
            }
            if offset % 20 == 0 {
                let frame = track.frame(FrameIndex(track.range.start + offset)).unwrap();
                let vertices = file.skinned(skin, &pose).into_iter().zip(shaped.posed(&frame));
                worst_vertex = vertices.map(|(found, wanted)| found.distance(wanted)).fold(worst_vertex, f32::max);
            }
        }
    }
    println!("GLB: joints {:.4} mm, vertices {:.4} mm at most", worst_joint * 1000.0, worst_vertex * 1000.0);
    assert!(f64::from(worst_joint) < ROUNDING_METRES, "{worst_joint} m");
    assert!(f64::from(worst_vertex) < ROUNDING_METRES, "{worst_vertex} m");
}

#[test]
fn glb_keeps_time_turns_the_short_way_and_repeats_itself() {
    let body = dancer::sticks();
    let track = dancer::dance(1, FrameRange::of_len(15, 200));
    let bytes = glb_bytes(&[(&body, &track)]);
    assert_eq!(bytes, glb_bytes(&[(&body, &track)]));
    let file = GlbFile::parse(&bytes);
    let animation = &file.document["animations"][0];
    for sampler in animation["samplers"].as_array().unwrap() {
        let times = file.rows(&sampler["input"]);
        assert_eq!((times.len(), times[0][0], times[199][0]), (200, 0.5, (214.0 / FPS) as f32));
        let rows = file.rows(&sampler["output"]);
        for pair in rows.windows(2).filter(|pair| pair[0].len() == 4) {
            let dot: f32 = pair[0].iter().zip(&pair[1]).map(|(a, b)| a * b).sum();
            let length: f32 = pair[0].iter().map(|value| value * value).sum();
            assert!(dot > 0.0 && (length - 1.0).abs() < 1e-6);
        }
    }
}

#[test]
fn glb_stands_on_the_floor_at_rest_with_its_weights_in_order() {
    let (body, track) = (dancer::mannequin(), dancer::dance(1, FrameRange::of_len(0, 2)));
    let file = GlbFile::parse(&glb_bytes(&[(&body, &track)]));
    let at_rest = file.skinned(0, &file.pose(None));
    let lowest = at_rest.iter().map(|vertex| vertex.y).fold(f32::MAX, f32::min);
    assert!(lowest.abs() < 1e-5, "{lowest}");
    let primitive = &file.document["meshes"][0]["primitives"][0];
    let attributes = &primitive["attributes"];
    assert_eq!(file.rows(&primitive["indices"]).len(), body.faces.len() * 3);
    for weights in file.rows(&attributes["WEIGHTS_0"]) {
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6 && weights.is_sorted_by(|a, b| a >= b));
    }
    for normal in file.rows(&attributes["NORMAL"]) {
        assert!((Vec3::from_slice(&normal).length() - 1.0).abs() < 1e-5);
    }
    let names: Vec<_> =
        file.document["nodes"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect();
    assert_eq!((names[0], names[1], *names.last().unwrap()), ("Person 1", "Hips", "Person 1 body"));
}

#[test]
fn broken_motion_is_refused_and_leaves_no_file() {
    let body = dancer::sticks();
    let good = dancer::dance(6, FrameRange::of_len(0, 5));
    let broken = |change: &dyn Fn(&mut BodyTrack)| {
        let mut track = good.clone();
        change(&mut track);
        let motion = BodyMotion { body: &body, track: &track };
        let person = GlbPerson { motion, name: "P".to_owned(), colour: [0.5; 3] };
        let cancel = CancelToken::new();
        let in_bvh = written(|path| bvh::write(path, &motion, FPS, BvhOptions::default(), &cancel));
        let in_glb = written(|path| glb::write(path, std::slice::from_ref(&person), FPS, &cancel));
        // The path at the end is another.
        let words = |result: Result<Vec<u8>, WriteError>| {
            let words = result.unwrap_err().to_string();
            words.split(" (").next().unwrap().to_owned()
        };
        let words = [words(in_bvh), words(in_glb)];
        assert_eq!(words[0], words[1]);
        words[0].clone()
    };
    let not_a_number = broken(&|track| {
        let mut poses = track.poses.to_vec();
        poses[3][7].y = f32::NAN;
        track.poses = poses.into();
    });
    assert!(not_a_number.contains("frame 3 of person 6 holds a value that is not a number"), "{not_a_number}");
    assert!(broken(&|track| track.translations = [Vec3::ZERO].into()).contains("no whole frame"));
    assert!(broken(&|track| track.range = FrameRange::default()).contains("no whole frame"));
    let nobody = written(|path| glb::write(path, &[], FPS, &CancelToken::new()));
    assert!(nobody.unwrap_err().to_string().contains("nobody"));
}

#[test]
fn a_cancelled_write_leaves_nothing() {
    let (body, track) = (dancer::sticks(), dancer::dance(1, FrameRange::of_len(0, 5)));
    let cancel = CancelToken::new();
    cancel.cancel();
    let motion = BodyMotion { body: &body, track: &track };
    let stopped = written(|path| bvh::write(path, &motion, FPS, BvhOptions::default(), &cancel));
    assert!(matches!(stopped, Err(WriteError::Cancelled(_))));
    let person = GlbPerson { motion, name: "P".to_owned(), colour: [0.5; 3] };
    assert!(matches!(written(|path| glb::write(path, &[person], FPS, &cancel)), Err(WriteError::Cancelled(_))));
}
