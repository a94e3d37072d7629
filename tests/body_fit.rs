//! How well a body follows 17 joints, measured on motion capture. Run by hand:
//!
//! `MOTIONBERT_MOCAP=folder cargo test --release --test body_fit -- --ignored --nocapture`
//!
//! The folder holds `manifest.json` and shards as the clips' `pos`, `root`, `rot`, `trans` and `ok`. Of the test split
//! the first frames of every clip are taken (`MOTIONBERT_MOCAP_FRAMES`, all without it).

#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use glam::{Quat, Vec3};
use motionbert::data::body::{BODY_JOINTS, BodyModel, BodyPose, BodyTrack};
use motionbert::data::{FrameRange, H36M_JOINTS, PersonId, WorldTrack};
use motionbert::io::body::read_body;
use motionbert::motion::ik::{FitOptions, fit};
use motionbert::motion::skin::{Landmarks, joint_transforms};
use motionbert::support::cancel::CancelToken;
use motionbert::support::progress::NoProgress;

type Frame = [Vec3; H36M_JOINTS];

const KINDS: [(&str, [usize; 2]); 4] = [("hip", [1, 2]), ("knee", [4, 5]), ("shoulder", [16, 17]), ("elbow", [18, 19])];
/// Way of the bone below each joint of `KINDS` in the rest pose, left side.
const BONES: [Vec3; 4] = [Vec3::NEG_Y, Vec3::NEG_Y, Vec3::X, Vec3::X];
/// A joint flips that turns this much in a frame in which the truth turns less than half as much, degrees.
const FLIP_DEGREES: f32 = 40.0;

/// Rotations of this source were made from places of joints: its upper arms and thighs have no twist.
const NO_TWIST: &str = "reactidle";

struct Clip {
    origin: String,
    poses: Vec<BodyPose>,
    /// Place of the pelvis.
    pelvis: Vec<Vec3>,
    joints: Vec<Frame>,
}

#[derive(Default)]
struct Figures {
    frames: usize,
    time: Duration,
    joints_mm: Vec<f32>,
    /// Of the whole rotation, and of where the bone below it points.
    degrees: [[Vec<f32>; 2]; KINDS.len()],
    flips: usize,
}

fn floats(shard: &mut zip::ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Vec<f32> {
    let mut bytes = Vec::new();
    shard.by_name(&format!("{name}.npy")).unwrap().read_to_end(&mut bytes).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]])) + 10;
    let text = String::from_utf8_lossy(&bytes[..header]).into_owned();
    let values = &bytes[header..];
    if text.contains("<f2") {
        values.as_chunks::<2>().0.iter().map(|two| half::f16::from_le_bytes(*two).to_f32()).collect()
    } else if text.contains("<f4") {
        values.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
    } else {
        values.iter().map(|value| f32::from(*value)).collect()
    }
}

fn points(values: &[f32]) -> Vec<Vec3> {
    values.as_chunks::<3>().0.iter().map(|xyz| Vec3::from_array(*xyz)).collect()
}

fn clips(folder: &Path, split: &str, most_frames: usize) -> Vec<Clip> {
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap();
    let mut shards = BTreeMap::new();
    let wanted = manifest["clips"].as_array().unwrap().iter();
    let wanted = wanted.filter(|clip| clip["split"] == split && clip.get("dup_of").is_none());
    wanted
        .map(|clip| {
            let (id, shard) = (clip["id"].as_str().unwrap(), clip["shard"].as_str().unwrap());
            let shard = shards.entry(shard.to_owned()).or_insert_with(|| {
                zip::ZipArchive::new(Cursor::new(std::fs::read(folder.join(shard)).unwrap())).unwrap()
            });
            let mut read = |key: &str| floats(shard, &format!("{id}/{key}"));
            let is_ok: Vec<bool> = read("ok").iter().map(|ok| *ok == 3.0).collect();
            // The first run of sound frames.
            let start = is_ok.iter().position(|ok| *ok).unwrap_or(0);
            let run = is_ok[start..].iter().take_while(|ok| **ok).count().min(most_frames);
            let root = points(&read("root"));
            let joints = points(&read("pos"));
            let frame = |frame: usize| -> Frame {
                std::array::from_fn(|joint| joints[frame * H36M_JOINTS + joint] + root[frame])
            };
            let rotations = points(&read("rot"));
            Clip {
                origin: clip["origin"].as_str().unwrap().to_owned(),
                poses: rotations.as_chunks::<BODY_JOINTS>().0[start..start + run].to_vec(),
                pelvis: points(&read("trans"))[start..start + run].to_vec(),
                joints: (start..start + run).map(frame).collect(),
            }
        })
        .collect()
}

/// The body's 17 joints.
fn regressed(body: &BodyModel, landmarks: &Landmarks, track: &BodyTrack) -> Vec<Frame> {
    let rest = body.rest_joints(&track.betas[0]);
    let frames = track.poses.iter().zip(track.translations.iter());
    frames
        .map(|(pose, translation)| {
            landmarks.joints(&track.betas[0], &joint_transforms(&rest, pose, *translation), &rest)
        })
        .collect()
}

fn turn(pose: &BodyPose, joint: usize) -> Quat {
    Quat::from_scaled_axis(pose[joint])
}

impl Figures {
    fn add(&mut self, given: &[Frame], truth: &[BodyPose], found: &BodyTrack, joints: &[Frame], time: Duration) {
        self.frames += given.len();
        self.time += time;
        let pairs = given.iter().flatten().zip(joints.iter().flatten());
        self.joints_mm.extend(pairs.map(|(a, b)| 1000.0 * a.distance(*b)));
        for (frame, (truth_pose, pose)) in truth.iter().zip(found.poses.iter()).enumerate() {
            let mut is_flip = false;
            for ((kind, (_, sides)), bone) in KINDS.iter().enumerate().zip(BONES) {
                for (side, joint) in sides.iter().enumerate() {
                    let bone = if side == 1 { bone * Vec3::new(-1.0, 1.0, 1.0) } else { bone };
                    let (a, b) = (turn(truth_pose, *joint), turn(pose, *joint));
                    self.degrees[kind][0].push(a.angle_between(b).to_degrees());
                    self.degrees[kind][1].push((a * bone).angle_between(b * bone).to_degrees());
                    if frame > 0 {
                        let before = |poses: &[BodyPose]| turn(&poses[frame - 1], *joint);
                        let [truth, found] = [a.angle_between(before(truth)), b.angle_between(before(&found.poses))];
                        is_flip |= found.to_degrees() > FLIP_DEGREES && truth.to_degrees() < 0.5 * FLIP_DEGREES;
                    }
                }
            }
            self.flips += usize::from(is_flip);
        }
    }

    fn row(&mut self, name: &str) -> String {
        let mean = self.joints_mm.iter().sum::<f32>() / self.joints_mm.len() as f32;
        let p95 = quantile(&mut self.joints_mm, 0.95);
        let kinds = self
            .degrees
            .iter_mut()
            .map(|[whole, bone]| format!(" {:.1} ({:.1}) |", quantile(whole, 0.5), quantile(bone, 0.5)));
        let kinds: String = kinds.collect();
        let flips = 1000.0 * self.flips as f32 / self.frames as f32;
        let ms = 1000.0 * self.time.as_secs_f64() / self.frames as f64;
        format!("| {name} | {} | {mean:.1} | {p95:.1} |{kinds} {flips:.2} | {ms:.2} |", self.frames)
    }
}

fn quantile(values: &mut [f32], share: f32) -> f32 {
    let place = ((values.len() - 1) as f32 * share) as usize;
    *values.select_nth_unstable_by(place, f32::total_cmp).1
}

#[test]
#[ignore = "needs motion capture in MOTIONBERT_MOCAP"]
fn figures_on_motion_capture() {
    let Some(folder) = std::env::var_os("MOTIONBERT_MOCAP") else { return };
    let variable = |name: &str| std::env::var(name).ok();
    let most_frames = variable("MOTIONBERT_MOCAP_FRAMES").map_or(usize::MAX, |frames| frames.parse().unwrap());
    let split = variable("MOTIONBERT_MOCAP_SPLIT").unwrap_or_else(|| "test".to_owned());
    let body = read_body(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/mannequin.npz")).unwrap().body;
    let landmarks = Landmarks::of(&body).unwrap();
    let mut figures: BTreeMap<(&str, String), Figures> = BTreeMap::new();
    for clip in clips(Path::new(&folder), &split, most_frames) {
        let range = FrameRange::of_len(0, clip.poses.len());
        let own = BodyTrack {
            person: PersonId(0),
            range,
            poses: clip.poses.clone().into(),
            betas: vec![[0.0; 10]; range.len()].into(),
            translations: clip.pelvis.iter().map(|pelvis| *pelvis - body.rest_joints(&[0.0; 10])[0]).collect(),
        };
        let inputs = [("own joints", regressed(&body, &landmarks, &own)), ("captured joints", clip.joints.clone())];
        for (input, joints) in inputs {
            let joints_in_world = joints.iter().flatten().copied().collect();
            let world = WorldTrack { person: PersonId(0), range, joints_in_world };
            let start = Instant::now();
            let options = FitOptions::default();
            let track = fit(&body, &landmarks, &world, 30.0, &options, &CancelToken::new(), &NoProgress).unwrap();
            let time = start.elapsed();
            let found = regressed(&body, &landmarks, &track);
            let with_twist = (clip.origin != NO_TWIST).then(|| format!("all but {NO_TWIST}"));
            for group in ["all".to_owned(), clip.origin.clone()].into_iter().chain(with_twist) {
                let figures = figures.entry((input, group)).or_default();
                figures.add(&joints, &clip.poses, &track, &found, time);
            }
        }
    }
    println!(
        "| input | frames | mm mean | p95 | hip: rotation (bone) | knee | shoulder | elbow | flips per 1000 | ms |"
    );
    for ((input, group), figures) in &mut figures {
        println!("{}", figures.row(&format!("{input}, {group}")));
    }
}
