use proptest::prelude::*;

use super::*;
use crate::data::FrameIndex;
use crate::data::skeleton::COCO_17;

const FPS: f64 = 30.0;

/// Who walks: where the feet are and how the body is held.
#[derive(Clone, Copy)]
struct Walker {
    x: f32,
    /// Half the distance between left and right: slim from the side, wide from the front.
    width: f32,
    /// How high the arms are, pixels.
    arms: f32,
    score: f32,
}

const PLAIN: Walker = Walker { x: 100.0, width: 12.0, arms: 0.0, score: 0.9 };

impl Walker {
    fn at(x: f32) -> Self {
        Self { x, ..PLAIN }
    }

    /// A figure 100 px tall.
    fn detection(self, frame: usize) -> Detection {
        let keypoints = (0..COCO_17.len()).map(|joint| {
            let side = if joint % 2 == 0 { 1.0 } else { -1.0 };
            let raised = if (7..11).contains(&joint) { self.arms } else { 0.0 };
            Keypoint::new(self.x + side * self.width, 400.0 + 6.0 * joint as f32 - raised, 0.9)
        });
        Detection { frame: FrameIndex(frame), id: None, score: self.score, bbox: None, keypoints: keypoints.collect() }
    }
}

fn follower(max_people: usize) -> Follower {
    Follower::new(FollowOptions { max_people, ..FollowOptions::new(FPS) })
}

/// The ids of the people in one picture, in their order.
fn see(follower: &mut Follower, frame: usize, people: &[Walker]) -> Vec<Option<u32>> {
    let mut detections: Vec<_> = people.iter().map(|walker| walker.detection(frame)).collect();
    follower.follow(frame as f64 / FPS, &mut detections);
    detections.iter().map(|detection| detection.id).collect()
}

#[test]
fn people_who_cross_keep_their_ids_even_when_one_hides_the_other() {
    let mut follower = follower(usize::MAX);
    for frame in 0..100 {
        let right = Walker { arms: 40.0, ..Walker::at(100.0 + 4.0 * frame as f32) };
        let left = Walker { width: 20.0, ..Walker::at(500.0 - 4.0 * frame as f32) };
        // In the middle the one in front hides the other; the order says nothing.
        let ids = match frame {
            44..=56 => see(&mut follower, frame, &[right]),
            _ if frame % 2 == 0 => see(&mut follower, frame, &[right, left]),
            _ => see(&mut follower, frame, &[left, right]).into_iter().rev().collect(),
        };
        let expected: &[Option<u32>] = if (44..=56).contains(&frame) { &[Some(1)] } else { &[Some(1), Some(2)] };
        assert_eq!(ids, expected, "frame {frame}");
    }
}

#[test]
fn poses_tell_people_apart_where_places_do_not() {
    let mut follower = follower(usize::MAX);
    let (up, down) = (Walker { arms: 60.0, ..PLAIN }, Walker { width: 25.0, ..PLAIN });
    assert_eq!(see(&mut follower, 0, &[up, down]), [Some(1), Some(2)]);
    assert_eq!(see(&mut follower, 1, &[down, up]), [Some(2), Some(1)]);
}

#[test]
fn an_occlusion_of_one_second_keeps_the_id_and_one_of_two_does_not() {
    for (hidden, expected) in [(30, 1), (60, 2)] {
        // Walks on behind the wall, or stops there.
        for speed_behind in [3.0, 0.0] {
            let mut follower = follower(usize::MAX);
            let mut x = 100.0;
            for frame in 0..40 {
                x += 3.0;
                assert_eq!(see(&mut follower, frame, &[Walker::at(x)]), [Some(1)]);
            }
            for frame in 40..40 + hidden {
                x += speed_behind;
                assert_eq!(see(&mut follower, frame, &[]), []);
            }
            assert_eq!(see(&mut follower, 40 + hidden, &[Walker::at(x)]), [Some(expected)], "{hidden} {speed_behind}");
        }
    }
}

#[test]
fn somebody_who_appears_at_another_place_is_new() {
    let mut follower = follower(usize::MAX);
    for frame in 0..20 {
        see(&mut follower, frame, &[PLAIN]);
    }
    assert_eq!(see(&mut follower, 20, &[Walker::at(900.0)]), [Some(2)]);
    assert_eq!(see(&mut follower, 21, &[Walker::at(900.0), PLAIN]), [Some(2), Some(1)], "and the other is remembered");
}

#[test]
fn the_best_scored_get_the_places_and_keep_them() {
    let mut follower = follower(2);
    let (poor, good, better) =
        (Walker { score: 0.3, ..PLAIN }, Walker { score: 0.8, ..Walker::at(400.0) }, Walker::at(700.0));
    assert_eq!(see(&mut follower, 0, &[poor, good, better]), [None, Some(1), Some(2)]);
    // A newcomer with a better score does not push anybody out, and neither does hiding for a moment.
    let star = Walker { score: 1.0, ..Walker::at(1000.0) };
    for frame in 1..30 {
        assert_eq!(see(&mut follower, frame, &[star, poor, good]), [None, None, Some(1)], "frame {frame}");
    }
    assert_eq!(see(&mut follower, 30, &[better, star, poor, good]), [Some(2), None, None, Some(1)]);
    // Who stays away makes room, for one.
    for frame in 31..80 {
        let ids = see(&mut follower, frame, &[poor, star, good]);
        assert_eq!(ids[2], Some(1));
        assert_eq!(ids[0], None);
        assert!(ids[1].is_none_or(|id| id == 3) && (ids[1].is_some() == (frame > 66)), "frame {frame}: {ids:?}");
    }
}

#[test]
fn people_without_a_place_are_not_taken_for_those_who_hide() {
    let mut follower = follower(1);
    let bystander = Walker { score: 0.5, ..Walker::at(140.0) };
    see(&mut follower, 0, &[PLAIN, bystander]);
    for frame in 1..20 {
        assert_eq!(see(&mut follower, frame, &[bystander]), [None], "frame {frame}");
    }
    assert_eq!(see(&mut follower, 20, &[bystander, PLAIN]), [None, Some(1)]);
}

#[test]
fn a_locked_person_is_the_only_one() {
    let mut follower = follower(usize::MAX);
    let (a, b) = (Walker::at(100.0), Walker::at(500.0));
    see(&mut follower, 0, &[a, b]);
    follower.lock(PersonId(7));
    assert_eq!(follower.locked(), None, "there is no such person");
    follower.lock(PersonId(2));
    assert_eq!(see(&mut follower, 1, &[b, a]), [Some(2), None]);
    assert_eq!(see(&mut follower, 2, &[a]), [None]);
    assert_eq!(follower.locked(), Some(PersonId(2)), "hidden for a moment");
    follower.unlock();
    assert_eq!(see(&mut follower, 3, &[a, b]), [Some(1), Some(2)], "nobody lost their id");
    follower.lock(PersonId(2));
    for frame in 4..60 {
        see(&mut follower, frame, &[a]);
    }
    assert_eq!(follower.locked(), None, "gone for good");
    assert_eq!(see(&mut follower, 60, &[a]), [Some(1)]);
}

#[test]
fn nothing_visible_is_nobody() {
    let mut follower = follower(usize::MAX);
    let blind = Detection { keypoints: [Keypoint::MISSING; 17].into(), ..PLAIN.detection(0) };
    let broken = Detection { keypoints: [Keypoint::new(f32::NAN, 1.0, 0.9); 17].into(), ..PLAIN.detection(0) };
    let mut detections = [blind, broken, PLAIN.detection(0)];
    follower.follow(0.0, &mut detections);
    assert_eq!(detections.map(|detection| detection.id), [None, None, Some(1)]);
}

proptest! {
    /// Whatever is seen whenever: no id twice in a picture, and never more people than allowed.
    #[test]
    fn ids_are_unique_in_a_picture(
        pictures in prop::collection::vec((0f64..0.3, prop::collection::vec((0f32..400.0, 0f32..60.0, 0f32..1.0), 0..8)), 1..40),
        max_people in 1usize..6,
    ) {
        let mut follower = follower(max_people);
        let mut time_secs = 0.0;
        for (step_secs, people) in pictures {
            time_secs += step_secs;
            let mut detections: Vec<_> = people
                .iter()
                .map(|(x, arms, score)| Walker { arms: *arms, score: *score, ..Walker::at(*x) }.detection(0))
                .collect();
            follower.follow(time_secs, &mut detections);
            let mut ids: Vec<_> = detections.iter().filter_map(|detection| detection.id).collect();
            prop_assert!(ids.len() <= max_people);
            prop_assert!(ids.len() == max_people.min(detections.len()) || follower.known.len() > detections.len());
            ids.sort_unstable();
            let count = ids.len();
            ids.dedup();
            prop_assert_eq!(ids.len(), count);
        }
    }
}
