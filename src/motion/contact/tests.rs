use glam::{Quat, Vec3};

use super::*;
use crate::data::body::BODY_JOINTS;
use crate::data::{FrameRange, PersonId};
use crate::motion::ik::tests::figure;

const FPS: f64 = 30.0;

/// Walks forward on the spot of a treadmill that runs too slowly: feet stand in turns and slide by `slide` m/s.
fn walk(frames: usize, slide: f32, sink: f32) -> BodyTrack {
    let body = figure::body();
    let rest = body.rest_joints(&[0.0; 10]);
    let mut poses = vec![[Vec3::ZERO; BODY_JOINTS]; frames];
    for (frame, pose) in poses.iter_mut().enumerate() {
        let phase = frame as f32 * 0.15;
        for side in 0..2 {
            // One leg lifts while the other stands slightly bent.
            let lift = (phase + side as f32 * std::f32::consts::PI).sin().max(0.0);
            let (hip, knee) = (0.25 + 0.6 * lift, 0.5 + 0.9 * lift);
            pose[1 + side] = Vec3::X * -hip;
            pose[4 + side] = Vec3::X * knee;
            // The foot stays level and turns a little about the ankle.
            let yaw = Quat::from_rotation_y(0.08 * (0.2 * frame as f32).sin());
            pose[7 + side] = (Quat::from_rotation_x(hip - knee) * yaw).to_scaled_axis();
        }
    }
    let mut track = BodyTrack {
        person: PersonId(0),
        range: FrameRange::of_len(0, frames),
        poses: poses.into(),
        betas: vec![[0.0; 10]; frames].into(),
        translations: vec![Vec3::ZERO; frames].into(),
    };
    let soles = lowest(&track);
    let least = soles.iter().copied().fold(f32::INFINITY, f32::min);
    assert!(rest[7].y > 0.0);
    track.translations =
        (0..frames).map(|frame| Vec3::new(slide * frame as f32 / FPS as f32, sink - least, 0.0)).collect();
    track
}

fn parts(track: &BodyTrack) -> Vec<[[Part; 2]; 2]> {
    let body = figure::body();
    let stood = Stood {
        soles: Soles::of(&body),
        body: &body,
        poses: track.poses.to_vec(),
        betas: &track.betas,
        translations: track.translations.to_vec(),
    };
    stood.parts(&CancelToken::new()).unwrap()
}

fn lowest(track: &BodyTrack) -> Vec<f32> {
    parts(track)
        .iter()
        .map(|feet| feet.iter().flatten().map(|part| part.lowest).fold(f32::INFINITY, f32::min))
        .collect()
}

fn stood(track: &BodyTrack, foot_lock: f32) -> BodyTrack {
    stand(&figure::body(), track, FPS, &FloorOptions { foot_lock }, &CancelToken::new()).unwrap()
}

/// The furthest that a heel or toes go in the middle of a contact, metres, and how many contacts there are.
fn slide(before: &BodyTrack, after: &BodyTrack) -> (f32, usize) {
    let (before, after) = (parts(before), parts(after));
    let (mut most, mut count) = (0.0_f32, 0);
    for foot in 0..2 {
        for part in 0..2 {
            let of = |frames: &[[[Part; 2]; 2]]| frames.iter().map(|feet| feet[foot][part]).collect::<Vec<_>>();
            let places = of(&after);
            for contact in Stand::over_time(&of(&before), FPS) {
                let first = places[contact.frames.start].middle;
                most = contact.frames.clone().map(|frame| places[frame].middle.distance(first)).fold(most, f32::max);
                count += 1;
            }
        }
    }
    (most, count)
}

#[test]
fn standing_feet_stay_within_millimetres() {
    let walk = walk(150, 0.12, 0.0);
    let (before, contacts) = slide(&walk, &walk);
    let (after, _) = slide(&walk, &stood(&walk, 1.0));
    assert!(contacts >= 8, "{contacts} contacts");
    assert!(before > 0.05 && after < 0.004, "{before} m before, {after} m after");
    let (half, _) = slide(&walk, &stood(&walk, 0.5));
    assert!((0.35..0.65).contains(&(half / before)), "{half} of {before}");
}

/// Stands on legs that are `spread` apart (radians from straight down) and bent, at `place`.
fn standing(frames: usize, at: impl Fn(usize) -> (f32, f32, Vec3)) -> BodyTrack {
    let mut track = walk(frames, 0.0, 0.0);
    let pose = |frame: usize| {
        let (spread, bend, _) = at(frame);
        let mut pose = [Vec3::ZERO; BODY_JOINTS];
        for (side, sign) in [(0, 1.0), (1, -1.0)] {
            let hip = Quat::from_rotation_z(spread * sign) * Quat::from_rotation_x(-0.5 * bend);
            pose[1 + side] = hip.to_scaled_axis();
            pose[4 + side] = Vec3::X * bend;
            pose[7 + side] = (hip * Quat::from_rotation_x(bend)).inverse().to_scaled_axis();
        }
        pose
    };
    track.poses = (0..frames).map(pose).collect();
    track.translations = vec![Vec3::ZERO; frames].into();
    let heights = lowest(&track);
    track.translations = heights.iter().enumerate().map(|(frame, height)| at(frame).2 - Vec3::Y * *height).collect();
    track
}

fn wave(frame: usize) -> f32 {
    (frame as f32 * 0.05).sin()
}

#[test]
fn a_body_that_glides_is_held_as_a_whole() {
    let glide = standing(150, |frame| (0.1, 0.4, Vec3::X * 0.1 * wave(frame)));
    let found = stood(&glide, 1.0);
    let reach = |track: &BodyTrack| {
        let places = track.translations.iter().map(|place| place.x);
        places.clone().fold(f32::NEG_INFINITY, f32::max) - places.fold(f32::INFINITY, f32::min)
    };
    assert!(reach(&glide) > 0.19 && reach(&found) < 0.06, "{} m", reach(&found));
    assert!(slide(&glide, &found).0 < 0.003);
}

#[test]
fn legs_that_are_too_short_lower_the_body() {
    let apart = standing(150, |frame| (0.25 + 0.2 * wave(frame), 0.02, Vec3::ZERO));
    let (before, contacts) = slide(&apart, &apart);
    let (after, _) = slide(&apart, &stood(&apart, 1.0));
    assert!(contacts >= 4 && before > 0.1 && after < 0.004, "{contacts}: {before} m before, {after} m after");
}

#[test]
fn nothing_goes_through_the_floor() {
    for lock in [0.0, 1.0] {
        let mut walk = walk(150, 0.05, -0.05);
        // Too fast for feet that stand.
        let dips = |frame: usize| Vec3::Y * if (60..63).contains(&frame) { 0.08 } else { 0.0 };
        walk.translations = walk.translations.iter().enumerate().map(|(frame, place)| *place - dips(frame)).collect();
        let found = stood(&walk, lock);
        let heights = lowest(&found);
        assert!(heights.iter().all(|height| *height > -1e-3), "{heights:?}");
        assert!(heights.iter().filter(|height| **height < 5e-3).count() > 75);
    }
}

#[test]
fn nothing_jumps() {
    let walk = walk(200, 0.2, 0.01);
    let found = stood(&walk, 1.0);
    let most_turn = |track: &BodyTrack| {
        let turns = track.poses.windows(2).flat_map(|pair| {
            let turn = |joint: usize| {
                Quat::from_scaled_axis(pair[0][joint]).angle_between(Quat::from_scaled_axis(pair[1][joint]))
            };
            (0..BODY_JOINTS).map(turn).collect::<Vec<_>>()
        });
        turns.fold(0.0, f32::max)
    };
    assert!(most_turn(&found) < most_turn(&walk) + 0.12, "{} from {}", most_turn(&found), most_turn(&walk));
    let most_step = found.translations.windows(2).map(|pair| pair[0].distance(pair[1])).fold(0.0, f32::max);
    assert!(most_step < 0.02, "{most_step} m in a frame");
}

#[test]
fn a_body_in_the_air_and_an_empty_track_stay_as_they_are() {
    let mut flying = walk(40, 0.0, 0.0);
    flying.translations = flying.translations.iter().map(|translation| *translation + Vec3::Y * 2.0).collect();
    let found = stood(&flying, 1.0);
    assert_eq!(found.translations, flying.translations);
    for (a, b) in found.poses.iter().flatten().zip(flying.poses.iter().flatten()) {
        assert!((*a - *b).length() < 1e-3, "{a} and {b}");
    }
    assert_eq!(stood(&walk(0, 0.0, 0.0), 1.0).poses.len(), 0);
    assert_eq!(stood(&walk(1, 0.0, 0.0), 1.0).poses.len(), 1);
}
