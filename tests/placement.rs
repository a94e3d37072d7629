//! People of the demo clip stand on the floor, and the recording camera's view shows the picture.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use glam::{Mat3, Vec2, Vec3};
use motionbert::data::{
    FrameRange, H36M_JOINTS, KeypointTrack, Normalisation, NormalisationMode, PersonId, PosePrediction, Space,
    WorldTrack,
};
use motionbert::infer::{InferOptions, predict_track};
use motionbert::io::keypoints::{self, Loaded, ReadContext};
use motionbert::motion::placement::{ANKLE_HEIGHT_M, FOCAL_PER_IMAGE_SIDE};
use motionbert::motion::quality::Quality;
use motionbert::motion::{PlacedPerson, Placement, WorldOptions, people};
use motionbert::nn::{Checkpoint, DeviceChoice, PoseModel};
use motionbert::scene::{Bounds, OrbitCamera, ViewPreset};
use motionbert::support::rng::SplitMix64;
use motionbert::support::{CancelToken, NoProgress, Notices};

const FPS: f64 = 30.0;
const IMAGE: Option<[u32; 2]> = Some([1280, 720]);
const SIZE: Vec2 = Vec2::new(1280.0, 720.0);

fn demo() -> (Vec<KeypointTrack>, Vec<PosePrediction>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo-alphapose.json");
    let Loaded::Keypoints(recording) = keypoints::read(&path, &ReadContext::default()).unwrap() else {
        panic!("these are keypoints");
    };
    let cancel = CancelToken::new();
    let tracks = people::split(&recording, FPS, &Notices::new(), &cancel).unwrap();
    let model = PoseModel::load(&Checkpoint::starter().unwrap(), DeviceChoice::Cpu, None).unwrap().0;
    let options = InferOptions::default();
    let predictions = tracks
        .iter()
        .map(|track| predict_track(&model, track, IMAGE, &options, &cancel, &NoProgress, &mut |_| {}).unwrap())
        .collect();
    (tracks, predictions)
}

/// The true joints of both people of the demo, metres in the camera's axes (y up, z towards the camera). Little-endian
/// 16-bit integers of 0.2 mm `[2, 360, 17, 3]`, x right, y down, z forward.
fn truth() -> [Vec<Vec3>; 2] {
    let numbers: Vec<f32> = include_bytes!("fixtures/motion/demo-truth.i16")
        .chunks_exact(2)
        .map(|bytes| f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) * 2e-4)
        .collect();
    let joints: Vec<Vec3> = numbers.chunks_exact(3).map(|at| Vec3::new(at[0], -at[1], -at[2])).collect();
    let (first, second) = joints.split_at(joints.len() / 2);
    [first.to_vec(), second.to_vec()]
}

/// Up in the axes of a camera that looks down and is rolled (its right side up), degrees.
fn up(pitch: f32, roll: f32) -> Vec3 {
    let ((sin, cos), (sin_roll, cos_roll)) = (pitch.to_radians().sin_cos(), roll.to_radians().sin_cos());
    Vec3::new(sin_roll * cos, cos_roll * cos, sin)
}

/// True up of the demo: the camera looked down by 8.7 degrees and was not rolled. That is the plane through all places
/// where ankles stand still (8.70 and -0.01; 8.72 and 0.01 from the dancer alone).
fn true_up() -> Vec3 {
    up(8.7, 0.0)
}

fn fitted_up(placement: &Placement) -> Vec3 {
    up(placement.camera_pitch.to_degrees(), placement.camera_roll.to_degrees())
}

/// What a perfect model says of joints in the camera's axes.
fn seen(person: u32, joints: &[Vec3]) -> PosePrediction {
    let focal = FOCAL_PER_IMAGE_SIDE * SIZE.x;
    let first_depth = -joints[0].z;
    let in_picture = |at: &Vec3| {
        let place = SIZE / 2.0 + focal * Vec2::new(at.x, -at.y) / -at.z;
        place.extend((-at.z - first_depth) * focal / first_depth)
    };
    PosePrediction {
        person: PersonId(person),
        range: FrameRange::of_len(0, joints.len() / H36M_JOINTS),
        space: Space::ImagePixels,
        normalisation: Normalisation { mode: NormalisationMode::Pixel, centre: [640.0, 360.0], half_extent: 360.0 },
        joints: joints.iter().map(in_picture).collect(),
    }
}

#[test]
fn gravity_is_found_in_tilted_copies_of_the_truth() {
    let truth = truth();
    let mut rng = SplitMix64(11);
    // Sum of four uniform numbers: nearly normal, standard deviation 1.
    let mut normal = move || ((0..4).map(|_| rng.next_f64()).sum::<f64>() - 2.0) as f32 * 3.0_f32.sqrt();
    for noise in [0.0, 0.01, 0.02] {
        for pitch in [-25.0_f32, -10.0, 0.0, 10.0, 25.0] {
            for roll in [-10.0_f32, 0.0, 10.0] {
                let tilt = Mat3::from_rotation_z(roll.to_radians()) * Mat3::from_rotation_x(pitch.to_radians());
                let mut tilted = |joints: &Vec<Vec3>| -> Vec<Vec3> {
                    joints.iter().map(|at| tilt * *at + noise * Vec3::new(normal(), normal(), normal())).collect()
                };
                let predictions = [seen(1, &tilted(&truth[0])), seen(2, &tilted(&truth[1]))];
                let people = predictions.each_ref().map(placed);
                let placement = Placement::fit(&people, IMAGE, FPS, &WorldOptions::default());
                let off = fitted_up(&placement).angle_between(tilt * true_up()).to_degrees();
                assert!(off < 1.0, "{off} degrees off, tilted by {pitch} and {roll}, {noise} m of noise");
            }
        }
    }
}

#[test]
fn the_truth_is_good_for_angles_and_distances() {
    let truth = truth();
    let predictions = [seen(1, &truth[0]), seen(2, &truth[1])];
    let people = predictions.each_ref().map(placed);
    let placement = Placement::fit(&people, IMAGE, FPS, &WorldOptions::default());
    for person in &people {
        let verdict = Quality::of(&placement.world_track(person), person.prediction.range, FPS).unwrap().verdict();
        assert!(verdict.ends_with("good for angles and distances."), "{verdict}");
    }
}

fn placed(prediction: &PosePrediction) -> PlacedPerson<'_> {
    PlacedPerson { prediction, keypoints: None, height_m: None }
}

#[test]
fn the_people_of_the_demo_stand_on_the_floor_and_in_the_picture() {
    let (tracks, predictions) = demo();
    assert_eq!(predictions.len(), 2);
    let people: Vec<PlacedPerson> = predictions
        .iter()
        .zip(&tracks)
        .map(|(prediction, track)| PlacedPerson { prediction, keypoints: Some(track), height_m: None })
        .collect();
    let placement = Placement::fit(&people, IMAGE, FPS, &WorldOptions::default());
    let off = fitted_up(&placement).angle_between(true_up()).to_degrees();
    assert!(off < 3.0, "up is off by {off} degrees");
    let world: Vec<WorldTrack> = people.iter().map(|person| placement.world_track(person)).collect();
    for track in &world {
        let mut off_floor: Vec<f32> = track
            .joints_in_world
            .chunks_exact(H36M_JOINTS)
            .map(|joints| (joints[3].y.min(joints[6].y) - ANKLE_HEIGHT_M).abs())
            .collect();
        off_floor.sort_by(f32::total_cmp);
        let [median, most] = [0.5, 0.95].map(|share| off_floor[(share * off_floor.len() as f64) as usize]);
        assert!(median < 0.025, "person {}: half the frames are off by more than {median} m", track.person);
        assert!(most < 0.08, "person {}: one in twenty frames is off by more than {most} m", track.person);
    }

    // The camera sees people where they were: a common floor gives their sizes. What drifts is moved up or down to meet
    // the floor, but not sideways.
    let preset = ViewPreset::Camera {
        eye: placement.camera_position_in_world,
        yaw: placement.camera_yaw,
        pitch: placement.camera_pitch,
        roll: placement.camera_roll,
        vertical_fov: placement.vertical_fov,
    };
    let bounds = Bounds::of_points(world.iter().flat_map(|track| track.joints_in_world.iter().copied())).unwrap();
    let camera = OrbitCamera::preset(preset, bounds, placement.aspect).matrices(placement.aspect);
    for (track, prediction) in world.iter().zip(&predictions) {
        let pixels = prediction.to_pixels();
        let misses = track.joints_in_world.iter().zip(pixels.joints.iter());
        let misses = misses.map(|(joint, pixel)| (camera.project(*joint, SIZE).unwrap() - pixel.truncate()).abs());
        let (aside, mut above): (Vec<f32>, Vec<f32>) = misses.map(|miss| (miss.x, miss.y)).unzip();
        let most = aside.into_iter().fold(0.0, f32::max);
        assert!(most < 1.0, "person {}: {most} px beside the picture", track.person);
        above.sort_by(f32::total_cmp);
        let (median, most) = (above[above.len() / 2], above[above.len() - 1]);
        assert!(median < 10.0 && most < 20.0, "person {}: {median} and up to {most} px over the picture", track.person);
    }
}
