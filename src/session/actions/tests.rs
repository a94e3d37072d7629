use std::sync::Arc;

use glam::Vec3;

use super::*;
use crate::data::{
    H36M_JOINTS, Keypoint, KeypointTrack, MoveExample, MoveOrigin, MoveSet, Normalisation, PosePrediction, Space,
};
use crate::infer::{LiftError, Lifter};
use crate::session::tests::clip_with;
use crate::session::{ModelChoice, MovesChange, Settings};
use crate::support::CancelToken;
use crate::support::rng::SplitMix64;

const FRAMES: usize = 240;
const MOVE: usize = 40;

/// Somebody who stands, and lifts an arm from each of `starts` on; x right, y down.
fn poses(person: u32, starts: &[usize], is_left: bool) -> PosePrediction {
    let mut stance = [Vec3::ZERO; H36M_JOINTS];
    for (joint, at) in [
        (1, [-0.2, 0.0]),
        (2, [-0.2, 0.8]),
        (3, [-0.2, 1.5]),
        (4, [0.2, 0.0]),
        (5, [0.2, 0.8]),
        (6, [0.2, 1.5]),
        (7, [0.0, -0.4]),
        (8, [0.0, -0.9]),
        (9, [0.0, -1.1]),
        (10, [0.0, -1.4]),
        (11, [0.4, -0.9]),
        (12, [0.5, -0.4]),
        (13, [0.5, 0.0]),
        (14, [-0.4, -0.9]),
        (15, [-0.5, -0.4]),
        (16, [-0.5, 0.0]),
    ] {
        stance[joint] = Vec3::new(at[0], at[1], 0.0);
    }
    // Nobody stands quite still.
    let mut rng = SplitMix64(starts.iter().sum::<usize>() as u64);
    let (elbow, wrist) = if is_left { (12, 13) } else { (15, 16) };
    let joints = (0..FRAMES).flat_map(|frame| {
        let start = starts.iter().find(|start| (**start..**start + MOVE).contains(&frame));
        let up = start.map_or(0.0, |start| (std::f32::consts::PI * (frame - start) as f32 / MOVE as f32).sin());
        let mut pose = stance;
        pose[elbow] += Vec3::new(0.0, -0.8, 0.0) * up;
        pose[wrist] += Vec3::new(0.0, -1.9, 0.0) * up;
        pose.map(|joint| joint + 0.02 * Vec3::from_array([0; 3].map(|_| rng.next_f64() as f32 - 0.5)))
    });
    PosePrediction {
        person: PersonId(person),
        range: FrameRange::new(0, FRAMES),
        space: Space::ClipBox,
        normalisation: Normalisation::IDENTITY,
        joints: joints.collect(),
    }
}

/// Gives back what it is asked for as an example: an arm that is lifted once.
struct ArmLifter;

impl Lifter for ArmLifter {
    fn max_frames(&self) -> usize {
        243
    }

    fn is_root_relative(&self) -> bool {
        true
    }

    fn lift(&self, clips: &[f32], batch: usize, frames: usize, _: &CancelToken) -> Result<Vec<f32>, LiftError> {
        // The flipped copy has its mirrored answer, as a network would give.
        let plain = poses(1, &[0], true);
        let answer = |copy: usize| {
            let mut values: Vec<f32> = plain.joints[..frames * H36M_JOINTS].iter().flat_map(Vec3::to_array).collect();
            if copy >= batch.div_ceil(2) && batch > 1 {
                crate::motion::flip::mirror(&mut values);
            }
            values
        };
        assert_eq!(clips.len(), batch * frames * H36M_JOINTS * 3);
        Ok((0..batch).flat_map(answer).collect())
    }
}

/// A session with clips 1 and 2 of one person each.
fn session() -> Session {
    let mut session = Session::new(Settings::default());
    for (id, starts, is_left) in [(1, &[40, 150][..], true), (2, &[100][..], false)] {
        let mut source = clip_with(SourceId(id), FRAMES, &[1]);
        let joint = |i: usize| Keypoint::new((i % 17 * 10) as f32, (i % 5 * 40) as f32, 1.0);
        let track = KeypointTrack { keypoints: (0..FRAMES * 17).map(joint).collect(), ..source.tracks[0].clone() };
        source.tracks = Arc::new([track]);
        session.add_source(&Arc::new(source), false);
        session.results.insert_imported(SourceId(id), poses(1, starts, is_left));
    }
    session.activate(SourceId(1));
    session
}

fn settle(session: &mut Session) {
    let cancel = CancelToken::new();
    for id in [1, 2].map(SourceId) {
        if let Some(input) = session.outdated_features(id) {
            session.set_features(Arc::new(input.derive(&cancel).unwrap()));
        }
    }
    if let Some(input) = session.outdated_examples() {
        let lifter: Option<&dyn Lifter> = input.needs_lifter().then_some(&ArmLifter as &dyn Lifter);
        session.set_examples(Arc::new(input.derive(lifter, &cancel).unwrap()));
    }
    session.drop_labels();
    for id in [1, 2].map(SourceId) {
        if let Some(input) = session.outdated_labels(id) {
            session.set_labels(Arc::new(input.derive(&cancel).unwrap()));
        }
    }
    if let Some(input) = session.outdated_search() {
        session.set_found(Arc::new(input.derive(&cancel).unwrap()));
    }
}

fn stretch(source: u32, start: usize) -> Stretch {
    Stretch { source: SourceId(source), person: PersonId(1), range: FrameRange::of_len(start, MOVE) }
}

fn example() -> MoveExample {
    let origin = MoveOrigin { clip: "gym".to_owned(), person: PersonId(1), range: FrameRange::new(0, MOVE) };
    let joint = |i: usize| [(i % 17) as f32 / 17.0 - 0.5, (i % 5) as f32 / 5.0 - 0.5, 1.0];
    let stretch = FrameRange::new(0, MOVE);
    MoveExample { origin, fps: 30.0, stretch, clip: (0..MOVE * H36M_JOINTS).flat_map(joint).collect() }
}

fn with_move(session: &mut Session, name: &str) {
    let mut moves = MoveSet::default();
    moves.add(name, example());
    let edit = session.with_moves(moves);
    session.apply(&edit);
}

#[test]
fn too_short_a_move_says_why_nothing_is_found() {
    let mut session = session();
    session.find_move(Stretch { range: FrameRange::new(40, 44), ..stretch(1, 40) });
    settle(&mut session);
    let found = session.found().unwrap();
    assert!(found.hits.is_empty() && found.obstacle.as_ref().unwrap().contains("too few"), "{found:?}");
}

#[test]
fn moves_are_renamed_merged_removed_and_all_of_that_is_undone() {
    let mut session = session();
    with_move(&mut session, "Arm up");
    let mut other = MoveSet::default();
    other.add("Wave", MoveExample { fps: 25.0, ..example() });
    let edit = session.with_moves(other);
    session.apply(&edit);
    let names = |session: &Session| session.document().moves.names().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(names(&session), ["Arm up", "Wave"]);
    assert_eq!(session.history.undo_label(), Some("Import moves"));
    let edit = session.renamed_move(1, "Arm up");
    session.apply(&edit);
    assert_eq!(names(&session), ["Arm up"]);
    assert_eq!(session.document().moves.classes[0].examples.len(), 2, "two of one name are one");
    let edit = session.removed_example(0, 0);
    session.apply(&edit);
    let edit = session.removed_example(0, 0);
    session.apply(&edit);
    assert!(names(&session).is_empty(), "a move goes with its last example");
    for expected in [1, 1, 2, 1, 0] {
        assert!(session.undo());
        assert_eq!(names(&session).len(), expected);
    }
}

#[test]
fn a_label_goes_when_its_move_does() {
    let mut session = session();
    with_move(&mut session, "Arm up");
    settle(&mut session);
    assert!(session.labels(SourceId(2)).is_some());
    let edit = session.removed_move(0);
    session.apply(&edit);
    settle(&mut session);
    assert!(session.labels(SourceId(1)).is_none() && session.labels(SourceId(2)).is_none());
}

#[test]
fn a_marked_stretch_is_saved_from_its_keypoints_or_refused_with_a_reason() {
    let mut session = session();
    session.mark(Some(Stretch { range: FrameRange::new(100, 9_999), ..stretch(1, 0) }));
    assert_eq!(session.marked().unwrap().range, FrameRange::new(100, FRAMES), "cut to the clip");
    let edit = session.saved_move(stretch(1, 40), "Arm up").unwrap().unwrap();
    assert!(matches!(&edit, Edit::SetMoves { change: MovesChange::AddExample, moves } if moves.classes.len() == 1));
    let short = Stretch { range: FrameRange::new(40, 44), ..stretch(1, 0) };
    assert!(session.saved_move(short, "Arm up").unwrap_err().to_string().contains("too few"));
    assert!(session.saved_move(stretch(7, 40), "Arm up").unwrap().is_none(), "no such clip");
}

#[test]
fn examples_are_lifted_again_only_for_another_model() {
    let mut session = session();
    with_move(&mut session, "Arm up");
    settle(&mut session);
    let edit = session.renamed_move(0, "Up");
    session.apply(&edit);
    assert!(!session.outdated_examples().unwrap().needs_lifter());
    settle(&mut session);
    assert_eq!(session.labels(SourceId(1)).unwrap().name(0), "Up");
    let mut lifting = session.document().lifting.clone();
    lifting.model = ModelChoice::File("other.bin".into());
    session.apply(&Edit::SetLifting(lifting));
    assert!(session.outdated_examples().unwrap().needs_lifter());
}
