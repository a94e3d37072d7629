use glam::Vec3Swizzles;

use super::*;
use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, Keypoint, Normalisation};

const IMAGE: [u32; 2] = [1280, 720];
const FOCAL: f32 = FOCAL_PER_IMAGE_SIDE * 1280.0;
const CAMERA_HEIGHT: f32 = 1.4;
const FPS: f64 = 30.0;

/// A body 1.70 m tall standing upright, its weight ahead of its ankles, metres, y up. The right arm swings.
fn body(frame: usize) -> [Vec3; H36M_JOINTS] {
    let swing = 0.3 * (frame as f32 * 0.1).sin();
    [
        [0.0, 0.95, 0.0],
        [-0.13, 0.95, 0.0],
        [-0.13, 0.50, 0.0],
        [-0.13, 0.08, -0.05],
        [0.13, 0.95, 0.0],
        [0.13, 0.50, 0.0],
        [0.13, 0.08, -0.05],
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

struct Camera {
    focal: f32,
    height: f32,
    /// Radians down.
    pitch: f32,
}

const LEVEL: Camera = Camera { focal: FOCAL, height: CAMERA_HEIGHT, pitch: 0.0 };

/// What a perfect model says of a body whose feet are at these world places, the camera over the origin: pixels, depth
/// from the first root.
fn filmed(camera: &Camera, person: u32, frames: usize, place: impl Fn(usize) -> Vec3) -> PosePrediction {
    let (sin, cos) = camera.pitch.sin_cos();
    let in_camera = |at: Vec3| {
        let from_eye = at - Vec3::Y * camera.height;
        Vec3::new(from_eye.x, from_eye.y * cos + -from_eye.z * sin, -from_eye.y * sin - from_eye.z * cos)
    };
    let first_depth = in_camera(body(0)[0] + place(0)).z;
    let joints = (0..frames).flat_map(|frame| {
        body(frame).map(|joint| {
            let at = in_camera(joint + place(frame));
            let ray = at.truncate() / at.z * camera.focal;
            Vec3::new(640.0 + ray.x, 360.0 - ray.y, (at.z - first_depth) * camera.focal / first_depth)
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

/// Seen by a level camera at (x, z) metres.
fn seen(person: u32, frames: usize, place: impl Fn(usize) -> Vec2) -> PosePrediction {
    filmed(&LEVEL, person, frames, |frame| Vec3::new(place(frame).x, 0.0, place(frame).y))
}

/// There and back between these distances, for 20 seconds: in steps, half of the time standing still.
fn pacing(camera: &Camera, near: f32, far: f32) -> PosePrediction {
    filmed(camera, 1, 600, |frame| {
        let time = (frame / 20 * 20) as f32 + ((frame % 20) as f32 * 2.0 - 20.0).max(0.0);
        let share = 0.5 - 0.5 * (time * 0.02).cos();
        Vec3::new((time * 0.013).sin(), 0.0, -near - (far - near) * share)
    })
}

/// Somebody who stands in front of a level camera for some seconds.
pub(super) fn standing() -> PosePrediction {
    filmed(&LEVEL, 1, 90, |_| Vec3::new(0.0, 0.0, -4.0))
}

/// Heights of the lower ankle, sorted.
fn ankle_heights(joints_in_world: &[Vec3]) -> Vec<f32> {
    let mut heights: Vec<f32> =
        joints_in_world.chunks_exact(H36M_JOINTS).map(|joints| joints[3].y.min(joints[6].y)).collect();
    heights.sort_by(f32::total_cmp);
    heights
}

fn drift(placement: &Placement, prediction: &PosePrediction) -> Drift {
    let person = alone(prediction);
    placement.drift(&person, &RootShift::of(&person), &placement.people[0]).unwrap()
}

/// The greatest distance in pixels between where the placement's camera sees the joints and where they were seen, but
/// for the drift.
fn greatest_miss(placement: &Placement, prediction: &PosePrediction) -> f32 {
    let track = placement.world_track(&alone(prediction));
    let drift = drift(placement, prediction);
    let misses =
        track.joints_in_world.iter().zip(prediction.joints.iter()).enumerate().map(|(index, (joint, seen))| {
            let shift = drift.at(prediction.range.start + index / H36M_JOINTS);
            let pixel = placement.pixel_of(*joint + Vec3::Y * shift).unwrap();
            pixel.distance(seen.truncate())
        });
    misses.fold(0.0, f32::max)
}

fn alone(prediction: &PosePrediction) -> PlacedPerson<'_> {
    PlacedPerson { prediction, keypoints: None, height_m: None }
}

#[test]
fn a_perfect_prediction_gives_the_body_back() {
    let walk = |frame: usize| Vec2::new(-1.0 + 0.02 * frame as f32, -6.0 + 0.01 * frame as f32);
    let prediction = seen(1, 100, walk);
    let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default());
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
        assert!((frame[0].z - frame[3].z - 0.05).abs() < 0.02);
    }
}

#[test]
fn the_camera_sees_the_picture() {
    let prediction = seen(1, 20, |frame| Vec2::new(2.0, -5.0 - 0.05 * frame as f32));
    let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default());
    assert!((placement.aspect - 1280.0 / 720.0).abs() < 1e-5);
    let miss = greatest_miss(&placement, &prediction);
    assert!(miss < 0.1, "{miss} px");
}

#[test]
fn the_floor_is_level_under_a_camera_that_looks_down() {
    for degrees in [-10.0_f32, 10.0, 20.0, 30.0] {
        let camera = Camera { focal: FOCAL, height: 2.5, pitch: degrees.to_radians() };
        let prediction = pacing(&camera, 4.0, 8.0);
        let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default());
        let pitch = placement.camera_pitch.to_degrees();
        assert!((pitch - degrees).abs() < 1.0, "{pitch} is not {degrees}");
        let heights = ankle_heights(&placement.world_track(&alone(&prediction)).joints_in_world);
        assert!((heights[300] - ANKLE_HEIGHT_M).abs() < 0.03, "{degrees}: {}", heights[300]);
        assert!(heights[590] - heights[10] < 0.03, "{degrees}: {} to {}", heights[10], heights[590]);
        assert!((placement.camera_position_in_world.y - 2.5).abs() < 0.1, "{placement:?}");
        let miss = greatest_miss(&placement, &prediction);
        assert!(miss < 1.0, "{degrees}: {miss} px");
        let by = drift(&placement, &prediction);
        let drift = (0..700).map(|frame| by.at(frame).abs()).fold(0.0, f32::max);
        assert!(drift < 0.02, "{degrees}: drifts {drift}");
    }
}

#[test]
fn the_floor_is_level_at_another_focal_length() {
    for (focal, degrees) in [(1050.0, 0.0_f32), (2200.0, 0.0), (1050.0, 20.0), (2200.0, 10.0)] {
        let camera = Camera { focal, height: 1.6, pitch: degrees.to_radians() };
        let prediction = pacing(&camera, 4.0, 6.5);
        let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default());
        let heights = ankle_heights(&placement.world_track(&alone(&prediction)).joints_in_world);
        assert!((heights[300] - ANKLE_HEIGHT_M).abs() < 0.03, "{focal}, {degrees}: {}", heights[300]);
        assert!(heights[590] - heights[10] < 0.06, "{focal}, {degrees}: {} to {}", heights[10], heights[590]);
        let miss = greatest_miss(&placement, &prediction);
        assert!(miss < 1.0, "{focal}, {degrees}: {miss} px");
    }
}

#[test]
fn a_jump_stays_a_jump() {
    // Half a metre high, 0.64 s long, every 2 s.
    let height = |frame: usize| {
        let secs = (frame % 60) as f32 / 30.0;
        (4.9 * secs * (0.639 - secs)).max(0.0)
    };
    let top = (0..60).map(height).fold(0.0, f32::max);
    assert!(top > 0.49);
    for far in [5.0, 8.0] {
        let prediction =
            filmed(&LEVEL, 1, 600, |frame| Vec3::new(0.0, height(frame), -5.0 - (far - 5.0) * frame as f32 / 600.0));
        let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default());
        assert!(placement.camera_pitch.abs() < 0.01, "{placement:?}");
        let heights = ankle_heights(&placement.world_track(&alone(&prediction)).joints_in_world);
        let jumped = heights[595] - heights[5];
        assert!((jumped - top).abs() < 0.03, "to {far} m: {jumped}");
        assert!((heights[200] - ANKLE_HEIGHT_M).abs() < 0.02, "to {far} m: {}", heights[200]);
    }
}

#[test]
fn who_keeps_the_distance_leaves_the_camera_level() {
    let prediction = filmed(&LEVEL, 1, 300, |frame| {
        let sway = (frame as f32 * 0.1).sin();
        Vec3::new(sway, 0.03 * sway, -5.0 + 0.1 * sway)
    });
    let pitch = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default()).camera_pitch;
    assert!(pitch.abs() < 0.01, "{pitch}");
}

#[test]
fn steps_that_no_pitch_levels_leave_the_camera_level() {
    let prediction = filmed(&LEVEL, 1, 600, |frame| {
        let height = if (frame / 40) % 2 == 0 { 0.0 } else { 0.4 };
        Vec3::new(0.0, height, -4.0 - 3.0 * (frame as f32 * 0.01).sin().abs())
    });
    let pitch = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default()).camera_pitch;
    assert!(pitch.abs() < 0.01, "{pitch}");
}

#[test]
fn the_drift_has_a_limit() {
    // On the floor, then for good on something 1 m high.
    let prediction = filmed(&LEVEL, 1, 600, |frame| Vec3::new(0.0, if frame < 300 { 0.0 } else { 1.0 }, -5.0));
    let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default());
    let track = placement.world_track(&alone(&prediction));
    let height = |offset: usize| track.joints_in_world[offset * H36M_JOINTS + 3].y;
    assert!((height(200) - ANKLE_HEIGHT_M).abs() < 0.02, "{}", height(200));
    assert!((height(500) - ANKLE_HEIGHT_M - 0.7).abs() < 0.02, "{}", height(500));
}

#[test]
fn people_stand_apart_in_depth() {
    let near = seen(1, 30, |_| Vec2::new(-1.0, -4.0));
    let far = seen(2, 30, |_| Vec2::new(1.0, -8.0));
    let people = [alone(&near), alone(&far)];
    let placement = Placement::fit(&people, Some(IMAGE), FPS, &WorldOptions::default());
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
    let fits = [&early, &whole]
        .map(|prediction| Placement::fit(&[alone(prediction)], Some(IMAGE), FPS, &WorldOptions::default()));
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
    let person = PlacedPerson { prediction: &prediction, keypoints: Some(&track), height_m: None };
    let world = Placement::fit(&[person], Some(IMAGE), FPS, &WorldOptions::default()).world_track(&person);
    let roots: Vec<f32> = world.joints_in_world.iter().step_by(H36M_JOINTS).map(|root| root.x).collect();
    for pair in roots.windows(2) {
        assert!((pair[1] - pair[0] - 10.0 * 1.62 / 300.0).abs() < 0.005, "an even walk, gap included: {pair:?}");
    }
    let fixed = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &WorldOptions::default())
        .world_track(&alone(&prediction));
    assert_eq!(fixed.joints_in_world[0].x, fixed.joints_in_world[39 * H36M_JOINTS].x);
}

#[test]
fn nonsense_stays_finite() {
    let nobody = Placement::fit(&[], None, FPS, &WorldOptions::default());
    assert!(nobody.camera_position_in_world.is_finite() && nobody.vertical_fov > 0.0);
    let flat = PosePrediction {
        joints: vec![Vec3::ZERO; 3 * H36M_JOINTS].into(),
        normalisation: Normalisation::IDENTITY,
        ..seen(1, 3, |_| Vec2::new(0.0, -5.0))
    };
    for image_size in [None, Some([0, 0]), Some(IMAGE)] {
        let placement = Placement::fit(&[alone(&flat)], image_size, FPS, &WorldOptions::default());
        assert!(placement.world_track(&alone(&flat)).joints_in_world.iter().all(|joint| joint.is_finite()));
        assert!(placement.camera_position_in_world.is_finite());
    }
}

#[test]
fn an_image_size_says_nothing_about_model_units() {
    let pixels = seen(1, 20, |_| Vec2::new(0.4, -5.0));
    let joints = pixels.joints.iter().map(|joint| (*joint - Vec3::new(640.0, 360.0, 0.0)) / 360.0).collect();
    let saved = PosePrediction { space: Space::ClipBox, normalisation: Normalisation::IDENTITY, joints, ..pixels };
    let world = |image_size| {
        Placement::fit(&[alone(&saved)], image_size, FPS, &WorldOptions::default())
            .world_track(&alone(&saved))
            .joints_in_world
    };
    assert_eq!(world(Some(IMAGE)), world(None));
    let height = world(None)[10].y - world(None)[3].y;
    assert!((1.2..2.0).contains(&height), "{height}");
}

#[test]
fn what_is_turned_by_hand_turns_the_world_and_not_the_picture() {
    let prediction = pacing(&LEVEL, 4.0, 6.0);
    let with = |tilt_degrees, yaw_degrees| {
        let options = WorldOptions { tilt_degrees, yaw_degrees, ..WorldOptions::default() };
        let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &options);
        let miss = greatest_miss(&placement, &prediction);
        assert!(miss < 0.1, "{tilt_degrees}, {yaw_degrees}: {miss} px");
        let joints = placement.world_track(&alone(&prediction)).joints_in_world;
        (placement, joints)
    };
    let (level, straight) = with(0.0, 0.0);
    let trunk = |joints: &[Vec3]| (joints[8] - joints[0]).normalize();
    let (tilted, joints) = with(10.0, 0.0);
    let forward = 10.0_f32.to_radians();
    assert!((tilted.camera_pitch - level.camera_pitch - forward).abs() < 1e-3, "looks down");
    assert!((trunk(&joints).z - -forward.sin()).abs() < 0.02, "away from the camera: {}", trunk(&joints));
    let (turned, joints) = with(0.0, 90.0);
    assert!((turned.camera_yaw - 90.0_f32.to_radians()).abs() < 1e-3);
    let [before, after] = [&straight, &joints].map(|joints| joints[12] - joints[15]);
    assert!(after.distance(Vec3::new(before.z, before.y, -before.x)) < 1e-3, "{before} to {after}");
    assert!((turned.camera_position_in_world.y - level.camera_position_in_world.y).abs() < 1e-4);
}

#[test]
fn the_root_moves_as_was_chosen() {
    // Walks on, and climbs 1 m half way.
    let prediction = filmed(&LEVEL, 1, 600, |frame| {
        Vec3::new(-1.0 + 0.003 * frame as f32, if frame < 300 { 0.0 } else { 1.0 }, -5.0)
    });
    let roots = |root| {
        let options = WorldOptions { root, upright: Upright::Camera, ..WorldOptions::default() };
        let placement = Placement::fit(&[alone(&prediction)], Some(IMAGE), FPS, &options);
        let joints = placement.world_track(&alone(&prediction)).joints_in_world;
        [0, 200, 500].map(|frame| joints[frame * H36M_JOINTS])
    };
    let predicted = roots(RootTrajectory::AsPredicted);
    assert!((predicted[2].y - predicted[1].y - 1.0).abs() < 0.02, "{predicted:?}");
    assert!((predicted[2].x - predicted[1].x - 0.9).abs() < 0.02, "{predicted:?}");
    let on_floor = roots(RootTrajectory::OnFloor);
    assert!((on_floor[2].y - on_floor[1].y - 0.7).abs() < 0.02, "{on_floor:?}");
    assert_eq!(on_floor.map(|root| root.x), predicted.map(|root| root.x));
    let in_place = roots(RootTrajectory::InPlace);
    for root in in_place {
        assert!((root.xz() - in_place[0].xz()).length() < 1e-5, "{in_place:?}");
    }
    assert!((in_place[0].x - (predicted[0].x + 0.9)).abs() < 0.02, "in the middle: {in_place:?} {predicted:?}");
}

#[test]
fn people_on_one_floor_have_sizes_that_follow_from_each_other() {
    // The second one is 10 % smaller.
    let first = seen(1, 60, |_| Vec2::new(-1.0, -5.0));
    let small = |prediction: PosePrediction, camera_height: f32| {
        let share = 0.9;
        let horizon = |y: f32| 360.0 + (y - 360.0) * share + (1.0 - share) * camera_height * FOCAL / 5.0;
        let foot = prediction.joints[0].x;
        let joints =
            prediction.joints.iter().map(|at| Vec3::new(foot + (at.x - foot) * share, horizon(at.y), at.z * share));
        PosePrediction { joints: joints.collect(), ..prediction.clone() }
    };
    let second = small(seen(2, 60, |_| Vec2::new(1.0, -5.0)), CAMERA_HEIGHT);
    let heights = |said: [Option<f32>; 2]| {
        let people = [(&first, said[0]), (&second, said[1])]
            .map(|(prediction, height_m)| PlacedPerson { height_m, ..alone(prediction) });
        let placement = Placement::fit(&people, Some(IMAGE), FPS, &WorldOptions::default());
        people.map(|person| {
            let joints = placement.world_track(&person).joints_in_world;
            assert!((joints[3].y - ANKLE_HEIGHT_M).abs() < 0.02);
            joints[10].y
        })
    };
    let [tall, small] = heights([None; 2]);
    assert!((tall / small - 1.0 / 0.9).abs() < 0.03, "{tall} {small}");
    assert!(((tall + small) / 2.0 - BODY_HEIGHT_M).abs() < 0.03, "{tall} {small}");
    let [tall, small] = heights([Some(2.0), None]);
    assert!((tall - 2.0).abs() < 0.03 && (small - 1.8).abs() < 0.04, "the other one follows: {tall} {small}");
    let [tall, small] = heights([Some(1.9), Some(1.2)]);
    assert!((tall - 1.9).abs() < 0.03 && (small - 1.2).abs() < 0.03, "as said: {tall} {small}");
}

#[test]
fn up_is_of_the_camera_of_the_clip_or_of_each_person() {
    let looks_down = pacing(&Camera { focal: FOCAL, height: 2.5, pitch: 0.3 }, 4.0, 8.0);
    let lean = |upright| {
        let options = WorldOptions { upright, ..WorldOptions::default() };
        let placement = Placement::fit(&[alone(&looks_down)], Some(IMAGE), FPS, &options);
        let joints = placement.world_track(&alone(&looks_down)).joints_in_world;
        let trunk = joints[8] - joints[0];
        (placement.camera_pitch, trunk.z.atan2(trunk.y))
    };
    let (pitch, leans) = lean(Upright::Camera);
    assert!(pitch == 0.0 && (leans - 0.3).abs() < 0.02, "{pitch} {leans}");
    for upright in [Upright::Clip, Upright::Person] {
        let (pitch, leans) = lean(upright);
        assert!((pitch - 0.3).abs() < 0.02 && leans.abs() < 0.02, "{upright:?}: {pitch} {leans}");
    }
}

#[test]
fn who_lies_says_nothing_about_up() {
    // On the back, the head to the right.
    let standing = filmed(&LEVEL, 1, 300, |_| Vec3::new(0.0, 0.0, -5.0));
    let joints = standing.joints.iter().map(|at| Vec3::new(640.0 - (at.y - 500.0), 500.0 + (at.x - 640.0), at.z));
    let lying = PosePrediction { joints: joints.collect(), ..standing.clone() };
    let placement = Placement::fit(&[alone(&lying)], Some(IMAGE), FPS, &WorldOptions::default());
    assert!(placement.camera_pitch.abs() < 0.02 && placement.camera_roll.abs() < 0.02, "{placement:?}");
    let joints = placement.world_track(&alone(&lying)).joints_in_world;
    assert!((joints[10].x - joints[0].x).abs() > 0.6);
}
