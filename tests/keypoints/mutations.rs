//! Damaged files of every format never panic, and what opens holds what every recording holds.

use motionbert::data::Skeleton;
use motionbert::data::skeleton::{BODY_25, COCO_17, COCO_18, MEDIAPIPE_33, POSETRACK_17};
use motionbert::io::keypoints::{Loaded, ReadContext, read_bytes};
use proptest::prelude::*;

use crate::support::*;

/// Small valid files, one of each layout.
fn seeds() -> Vec<String> {
    let numbers = |skeleton: &Skeleton| format!("{:?}", triples(skeleton, 0, 0));
    let rows =
        |skeleton: &Skeleton| format!("{:?}", pose(skeleton, 0, 0).iter().map(|p| [p.0, p.1]).collect::<Vec<_>>());
    let (x, y): (Vec<f32>, Vec<f32>) = pose(&COCO_17, 0, 0).into_iter().unzip();
    let txt: Vec<String> = pose(&COCO_17, 0, 0).iter().map(|(x, y)| format!("{} {}", x / WIDTH, y / HEIGHT)).collect();
    vec![
        list(&[
            alphapose("\"1.jpg\"", &triples(&COCO_17, 0, 0), "\"idx\":[1.0]"),
            alphapose("3", &triples(&COCO_17, 1, 0), "\"idx\":2"),
        ]),
        format!(r#"{{"1.jpg":{{"bodies":[{{"joints":{}}}]}},"2.jpg":{{"people":[]}}}}"#, numbers(&COCO_18)),
        format!(r#"[{{"image_id":7,"category_id":1,"keypoints":{},"score":0.5}}]"#, numbers(&COCO_17)),
        format!(r#"{{"version":1.3,"people":[{{"person_id":[-1],"pose_keypoints_2d":{}}}]}}"#, numbers(&BODY_25)),
        format!(
            r#"{{"meta_info":{{"keypoint_id2name":{{"0":"nose"}}}},"instance_info":[{{"frame_id":1,"instances":[{{"keypoints":{},"keypoint_scores":[1,1],"bbox":[[1,2,3,4]]}}]}}]}}"#,
            rows(&COCO_17)
        ),
        format!(
            r#"{{"images":[{{"id":1,"file_name":"000001.jpg","vid_id":"1"}}],"annotations":[{{"image_id":1,"track_id":0,"keypoints":{}}}],"categories":[{{"keypoints":["nose"]}}]}}"#,
            numbers(&POSETRACK_17)
        ),
        format!(
            r#"[[],[{{"confidence":0.9,"track_id":1,"box":{{"x1":1,"y1":2,"x2":3,"y2":4}},"keypoints":{{"x":{x:?},"y":{y:?},"visible":[1,1]}}}}]]"#
        ),
        format!(
            r#"[{{"frame":3,"landmarks":{:?}}},null]"#,
            pose(&MEDIAPIPE_33, 0, 0).iter().map(|p| [p.0, p.1, 0.0]).collect::<Vec<_>>()
        ),
        format!("0 0.5 0.5 0.2 0.4 {} 0.9 1\n", txt.join(" ")),
    ]
}

/// One way to damage a file, at a place given as a share of its length.
#[derive(Clone, Debug)]
enum Damage {
    Cut(f64),
    Flip(f64, u8),
    Remove(f64, usize),
    Insert(f64, &'static str),
    Repeat(f64, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    const WORDS: [&str; 16] = [
        "NaN",
        "-Infinity",
        "null",
        "1e999",
        "-1",
        "99999999999999999999",
        "[",
        "]",
        "{",
        "}",
        "\"",
        ",",
        "[[[[",
        "{\"x\":",
        "\u{feff}",
        "\\",
    ];
    prop_oneof![
        (0.0..1.0).prop_map(Damage::Cut),
        (0.0..1.0, any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (0.0..1.0, 1..40usize).prop_map(|(at, len)| Damage::Remove(at, len)),
        (0.0..1.0, 0..WORDS.len()).prop_map(|(at, word)| Damage::Insert(at, WORDS[word])),
        (0.0..1.0, 1..400usize).prop_map(|(at, len)| Damage::Repeat(at, len)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let place = |share: &f64| (share * bytes.len() as f64) as usize;
    let until = |from: usize, len: usize| (from + len).min(bytes.len());
    match damage {
        Damage::Cut(at) => bytes.truncate(place(at)),
        Damage::Flip(at, byte) => {
            let at = place(at);
            if let Some(old) = bytes.get_mut(at) {
                *old = *byte;
            }
        }
        Damage::Remove(at, len) => drop(bytes.drain(place(at)..until(place(at), *len))),
        Damage::Insert(at, word) => {
            let at = place(at);
            bytes.splice(at..at, word.bytes());
        }
        Damage::Repeat(at, len) => {
            let (from, to) = (place(at), until(place(at), *len));
            let part = bytes[from..to].to_vec();
            bytes.splice(to..to, part);
        }
    }
}

fn must_not_panic(bytes: &[u8]) {
    if let Ok(Loaded::Keypoints(recording)) = read_bytes("damaged", bytes, &ReadContext::default()) {
        check(&recording);
    }
}

#[test]
fn the_seeds_are_valid() {
    for seed in seeds() {
        keypoints(read_bytes("seed", seed.as_bytes(), &ReadContext::default()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damaged_files(seed in 0..9usize, damages in prop::collection::vec(damage(), 1..5)) {
        let mut bytes = seeds().swap_remove(seed).into_bytes();
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        must_not_panic(&bytes);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        must_not_panic(&bytes);
    }
}
