//! People of the demo clip stand on the floor, and the recording camera's view shows the picture.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use glam::Vec2;
use motionbert::data::{H36M_JOINTS, KeypointTrack, PosePrediction, WorldTrack};
use motionbert::infer::{InferOptions, predict_track};
use motionbert::io::keypoints::{self, Loaded, ReadContext};
use motionbert::motion::placement::{ANKLE_HEIGHT_M, BODY_HEIGHT_M};
use motionbert::motion::{PlacedPerson, Placement, WorldOptions, people};
use motionbert::nn::{Checkpoint, DeviceChoice, PoseModel};
use motionbert::scene::{Bounds, OrbitCamera, ViewPreset};
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

#[test]
fn the_people_of_the_demo_stand_on_the_floor_and_in_the_picture() {
    let (tracks, predictions) = demo();
    assert_eq!(predictions.len(), 2);
    let people: Vec<PlacedPerson> = predictions
        .iter()
        .zip(&tracks)
        .map(|(prediction, track)| PlacedPerson { prediction, keypoints: Some(track), height_m: BODY_HEIGHT_M })
        .collect();
    let placement = Placement::fit(&people, IMAGE, FPS, &WorldOptions::default());
    let pitch = placement.camera_pitch.to_degrees();
    assert!((2.0..9.0).contains(&pitch), "the camera looked down by 8.6 degrees at a shorter focal length: {pitch}");
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

    // People are moved up or down against the picture to meet their floor, but not sideways.
    let preset = ViewPreset::Camera {
        eye: placement.camera_position_in_world,
        pitch: placement.camera_pitch,
        vertical_fov: placement.vertical_fov,
    };
    let bounds = Bounds::of_points(world.iter().flat_map(|track| track.joints_in_world.iter().copied())).unwrap();
    let camera = OrbitCamera::preset(preset, bounds, placement.aspect).matrices(placement.aspect);
    for (track, prediction) in world.iter().zip(&predictions) {
        for (joint, pixel) in track.joints_in_world.iter().zip(prediction.to_pixels().joints.iter()) {
            let miss = camera.project(*joint, SIZE).unwrap().x - pixel.x;
            assert!(miss.abs() < 1.0, "person {}: {miss} px beside the picture", track.person);
        }
    }
}
