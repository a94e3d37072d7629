use super::*;
use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, Keypoint, Normalisation};

const IMAGE: [u32; 2] = [1280, 720];
const FOCAL: f32 = FOCAL_PER_IMAGE_SIDE * 1280.0;
const CAMERA_HEIGHT: f32 = 1.4;

/// A body 1.70 m tall standing upright, metres from the middle of its feet, y up. The right arm swings.
fn body(frame: usize) -> [Vec3; H36M_JOINTS] {
    let swing = 0.3 * (frame as f32 * 0.1).sin();
    [
        [0.0, 0.95, 0.0],
        [-0.13, 0.95, 0.0],
        [-0.13, 0.50, 0.02],
        [-0.13, 0.08, 0.0],
        [0.13, 0.95, 0.0],
        [0.13, 0.50, 0.02],
        [0.13, 0.08, 0.0],
        [0.0, 1.20, 0.0],
        [0.0, 1.45, 0.0],
        [0.0, 1.55, 0.1],
        [0.0, 1.70, 0.0],
        [0.18, 1.42, 0.0],
        [0.25, 1.15, 0.0],
        [0.25, 0.90, 0.1],
        [-0.18, 1.42, 0.0],
        [-0.25, 1.15, swing],
        [-0.25, 0.95, 2.0 * swing],
    ]
    .map(Vec3::from)
}

/// What a perfect model says of a body at (x, z) metres in front of a level camera: pixels, depth from the first root.
fn seen(person: u32, frames: usize, place: impl Fn(usize) -> Vec2) -> PosePrediction {
    let scale = -place(0).y / FOCAL;
    let joints = (0..frames).flat_map(|frame| {
        let at = place(frame);
        body(frame).map(|joint| {
            let in_camera = joint + Vec3::new(at.x, -CAMERA_HEIGHT, at.y);
            let ray = in_camera.truncate() / -in_camera.z * FOCAL;
            Vec3::new(640.0 + ray.x, 360.0 - ray.y, (-in_camera.z + place(0).y) / scale)
        })
    });
    PosePrediction {
        person: PersonId(person),
        range: FrameRange::of_len(7, frames),
        space: Space::ImagePixels,
        normalisation: Normalisation { mode: NormalisationMode::Pixel, centre: [640.0, 360.0], half_extent: 360.0 },
        joints: joints.collect(),
    }
}

fn alone(prediction: &PosePrediction) -> PlacedPerson<'_> {
    PlacedPerson { prediction, keypoints: None }
}

#[test]
fn a_perfect_prediction_gives_the_body_back() {
    let walk = |frame: usize| Vec2::new(-1.0 + 0.02 * frame as f32, -6.0 + 0.01 * frame as f32);
    let prediction = seen(1, 100, walk);
    let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE));
    assert!((placement.camera_position_in_world.y - CAMERA_HEIGHT).abs() < 0.06, "{placement:?}");
    let track = placement.world_track(&alone(&prediction));
    assert_eq!(track.range, prediction.range);
    for (offset, frame) in track.joints_in_world.chunks_exact(H36M_JOINTS).enumerate() {
        let truth = body(offset);
        for joint in 0..H36M_JOINTS {
            let (got, want) = (frame[joint] - frame[0], truth[joint] - truth[0]);
            assert!(got.distance(want) < 0.06, "frame {offset}, {}: {got} is not {want}", H36M_17.joints[joint]);
        }
        assert!((frame[3].y - ANKLE_HEIGHT_M).abs() < 0.03, "feet on the floor: {}", frame[3]);
        assert!((frame[0].x - walk(offset).x).abs() < 0.06);
        assert!((frame[0].z - frame[3].z).abs() < 0.02);
    }
}

#[test]
fn the_camera_sees_the_picture() {
    let prediction = seen(1, 20, |frame| Vec2::new(2.0, -5.0 - 0.05 * frame as f32));
    let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE));
    assert!((placement.aspect - 1280.0 / 720.0).abs() < 1e-5);
    let half_height = (placement.vertical_fov / 2.0).tan();
    let track = placement.world_track(&alone(&prediction));
    for (joint, pixel) in track.joints_in_world.iter().zip(prediction.joints.iter()) {
        let from_camera = *joint - placement.camera_position_in_world;
        let on_screen = from_camera.truncate() / -from_camera.z / half_height;
        assert!((on_screen.x * 360.0 + 640.0 - pixel.x).abs() < 0.1);
        assert!((360.0 - on_screen.y * 360.0 - pixel.y).abs() < 0.1);
    }
}

#[test]
fn people_stand_apart_in_depth() {
    let near = seen(1, 30, |_| Vec2::new(-1.0, -4.0));
    let far = seen(2, 30, |_| Vec2::new(1.0, -8.0));
    let people = [alone(&near), alone(&far)];
    let placement = Placement::fit(&people, Some(IMAGE));
    let [near, far] = people.map(|person| placement.world_track(&person).joints_in_world[0]);
    assert!((near.z - far.z - 4.0).abs() < 0.25, "{near} {far}");
    assert!((near.y - far.y).abs() < 0.03);
}

/// While results fill in, what is shown already must not jump.
#[test]
fn a_fit_settles_early() {
    let whole = seen(1, 600, |frame| Vec2::new((frame as f32 * 0.02).sin(), -5.0));
    let early =
        PosePrediction { range: FrameRange::of_len(7, 150), joints: whole.joints[..150 * 17].into(), ..whole.clone() };
    let fits = [&early, &whole].map(|prediction| Placement::fit(&[alone(prediction)], Some(IMAGE)));
    let [before, after] = fits.map(|fit| fit.world_track(&alone(&early)).joints_in_world);
    for (before, after) in before.iter().zip(after.iter()) {
        assert!(before.distance(*after) < 0.05, "{before} {after}");
    }
}

#[test]
fn a_root_relative_person_follows_the_keypoints() {
    let frames = 40;
    let still = Normalisation { mode: NormalisationMode::Crop, centre: [300.0, 400.0], half_extent: 200.0 };
    let joints = (0..frames).flat_map(|frame| {
        body(frame).map(|joint| Vec3::new(joint.x, 0.95 - joint.y, -joint.z) * (300.0 / 1.62) / still.half_extent)
    });
    let prediction = PosePrediction {
        person: PersonId(1),
        range: FrameRange::of_len(0, frames),
        space: Space::ClipBox,
        normalisation: still,
        joints: joints.collect(),
    };
    let mut seen = vec![true; frames];
    seen[10..20].fill(false);
    let keypoints = (0..frames)
        .flat_map(|frame| {
            let root = Keypoint::new(200.0 + 10.0 * frame as f32, 400.0, 1.0);
            [if seen[frame] { root } else { Keypoint::MISSING }; H36M_JOINTS]
        })
        .collect();
    let track = KeypointTrack {
        person: PersonId(1),
        skeleton: &H36M_17,
        range: prediction.range,
        keypoints,
        seen: seen.into(),
        is_spurious: false,
    };
    let person = PlacedPerson { prediction: &prediction, keypoints: Some(&track) };
    let world = Placement::fit(&[person], Some(IMAGE)).world_track(&person);
    let roots: Vec<f32> = world.joints_in_world.iter().step_by(H36M_JOINTS).map(|root| root.x).collect();
    for pair in roots.windows(2) {
        assert!((pair[1] - pair[0] - 10.0 * 1.62 / 300.0).abs() < 0.005, "an even walk, gap included: {pair:?}");
    }
    let fixed = Placement::fit(&[alone(&prediction)], Some(IMAGE)).world_track(&alone(&prediction));
    assert_eq!(fixed.joints_in_world[0].x, fixed.joints_in_world[39 * H36M_JOINTS].x);
}

#[test]
fn nonsense_stays_finite() {
    let nobody = Placement::fit(&[], None);
    assert!(nobody.camera_position_in_world.is_finite() && nobody.vertical_fov > 0.0);
    let flat = PosePrediction {
        joints: vec![Vec3::ZERO; 3 * H36M_JOINTS].into(),
        normalisation: Normalisation::IDENTITY,
        ..seen(1, 3, |_| Vec2::new(0.0, -5.0))
    };
    for image_size in [None, Some([0, 0]), Some(IMAGE)] {
        let placement = Placement::fit(&[alone(&flat)], image_size);
        assert!(placement.world_track(&alone(&flat)).joints_in_world.iter().all(|joint| joint.is_finite()));
        assert!(placement.camera_position_in_world.is_finite());
    }
}

#[test]
fn an_image_size_says_nothing_about_model_units() {
    let pixels = seen(1, 20, |_| Vec2::new(0.4, -5.0));
    let joints = pixels.joints.iter().map(|joint| (*joint - Vec3::new(640.0, 360.0, 0.0)) / 360.0).collect();
    let saved = PosePrediction { space: Space::ClipBox, normalisation: Normalisation::IDENTITY, joints, ..pixels };
    let world = |image_size| Placement::fit(&[alone(&saved)], image_size).world_track(&alone(&saved)).joints_in_world;
    assert_eq!(world(Some(IMAGE)), world(None));
    let height = world(None)[10].y - world(None)[3].y;
    assert!((1.2..2.0).contains(&height), "{height}");
}
