//! `infer --format bvh,glb`: skeletons and bodies for animation programs.

use motionbert::io::npy::{self, Npy, Npz};

use super::bvh_file::BvhFile;
use super::{Bench, Value, assert_code, files, json, run, stderr};

fn bvh(bench: &Bench, name: &str) -> BvhFile {
    BvhFile::parse(&std::fs::read_to_string(bench.path(name)).unwrap())
}

#[test]
fn everybody_gets_a_skeleton_and_all_share_a_scene() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(10), bench.text("out"));
    assert_code(&run(&["infer", &input, "--format", "glb,bvh,GLB", "--out", &out]), 0);
    let expected = ["motion.glb", "person_1/motion.bvh", "person_2/motion.bvh", "summary.json"];
    assert_eq!(files(&bench.path("out")), expected);
    let summary = json(&bench.path("out/summary.json"));
    assert_eq!(summary["people"][1]["files"], serde_json::json!(["person_2/motion.bvh", "motion.glb"]));
    assert_eq!((&summary["mesh"], &summary["body"]), (&"ik".into(), &"Mannequin".into()));

    let skeleton = bvh(&bench, "out/person_1/motion.bvh");
    assert_eq!((skeleton.frames.len(), skeleton.names().next()), (10, Some("Hips")));
    let pose = skeleton.pose(5);
    let thigh_cm = pose["LeftUpLeg"].translation.distance(pose["LeftLeg"].translation);
    assert!((25.0..55.0).contains(&thigh_cm), "{thigh_cm}");
    assert!(pose["Head"].translation.y > pose["LeftFoot"].translation.y + 50.0);

    let glb = std::fs::read(bench.path("out/motion.glb")).unwrap();
    let json_bytes = u32::from_le_bytes(glb[12..16].try_into().unwrap()) as usize;
    let document: Value = serde_json::from_slice(&glb[20..20 + json_bytes]).unwrap();
    let names: Vec<&Value> = document["skins"].as_array().unwrap().iter().map(|skin| &skin["name"]).collect();
    assert_eq!(names, ["Person 1", "Person 2"]);
}

#[test]
fn frames_rate_axes_units_and_place_are_as_asked_for() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(12), bench.text("out"));
    let arguments = ["infer", &input, "--person", "1", "--mesh", "ik", "--format", "bvh", "--out", &out];
    let options = "--export-fps 60 --export-frames 2..8 --up z --units m --root-at-origin";
    let output = run(&arguments.into_iter().chain(options.split(' ')).collect::<Vec<_>>());
    assert_code(&output, 0);
    assert_eq!(files(&bench.path("out")), ["mesh.npz", "motion.bvh", "smpl.npz", "summary.json"]);
    let skeleton = bvh(&bench, "out/motion.bvh");
    assert!((skeleton.frame_secs - 1.0 / 60.0).abs() < 1e-8);
    assert_eq!(skeleton.frames.len(), 11);
    assert!(skeleton.frames[0][..2].iter().all(|place| place.abs() < 1e-5), "{:?}", &skeleton.frames[0][..3]);

    // The other file of the same motion has z up too, and a pelvis that moves alike.
    let bytes = std::fs::read(bench.path("out/smpl.npz")).unwrap();
    let bytes = Npz::open(&bytes).unwrap().bytes("trans").unwrap();
    let Npy::Plain(trans) = npy::parse(&bytes).unwrap() else { panic!("trans is no plain array") };
    let trans = trans.to_f32().unwrap();
    for (step, frame) in (2..8).enumerate() {
        for axis in 0..3 {
            let wanted = f64::from(trans[frame * 3 + axis] - trans[2 * 3 + axis]);
            let found = skeleton.frames[2 * step][axis] - skeleton.frames[0][axis];
            assert!((found - wanted).abs() < 1e-5, "frame {frame}, axis {axis}: {found}, not {wanted}");
        }
    }
}

#[test]
fn what_does_not_fit_the_formats_is_said() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(4), bench.text("out"));
    let cases: [(&[&str], &str); 6] = [
        (&["--format", "fbx"], "known are npy, csv, json, bvh, glb"),
        (&["--export-fps", "60"], "--export-fps is for BVH and GLB, and neither is written"),
        (&["--format", "glb", "--up", "z"], "--up is for BVH, which is not written"),
        (&["--format", "bvh", "--export-frames", "9..3"], "for example 100..250"),
        (&["--format", "bvh", "--export-frames", "40.."], "nobody is there in the frames of --export-frames"),
        (&["--format", "bvh", "--export-fps", "0"], "frames per second"),
    ];
    for (arguments, text) in cases {
        let output = run(&[&["infer", &input, "--out", &out], arguments].concat());
        assert_code(&output, 2);
        assert!(stderr(&output).contains(text), "{arguments:?}: {}", stderr(&output));
    }
    assert!(!bench.path("out/summary.json").exists());
}
