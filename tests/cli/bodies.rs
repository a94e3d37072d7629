//! `infer --mesh`: bodies of a mesh checkpoint, bodies fitted to the joints, and what does not go together.

use std::path::Path;

use motionbert::io::npy::{self, Npy, Npz};
use motionbert::nn::{DeviceChoice, DstformerConfig, MeshModel, seeded_body, seeded_mesh, seeded_pose3d};
use motionbert::support::CancelToken;

use super::support::{fixture, max_abs_error};
use super::{Bench, Value, assert_code, files, json, run, stderr};

const TINY: DstformerConfig = DstformerConfig { maxlen: 20, ..DstformerConfig::TINY };

impl Bench {
    /// A mesh checkpoint that brings a body of so many vertices along, or none.
    fn mesh_checkpoint(&self, name: &str, vertices: Option<usize>) -> String {
        let body = vertices.map(|vertices| seeded_body(vertices, 1));
        seeded_mesh(&TINY, 16, 1, body.as_ref()).write_safetensors(&self.path(name)).unwrap();
        self.text(name)
    }

    /// A clip of so many frames for `--normalised`.
    fn clip(&self, frames: usize, value: impl Fn(usize) -> f32) -> (String, Vec<f32>) {
        let values: Vec<f32> = (0..frames * 51).map(value).collect();
        let mut bytes = Vec::new();
        npy::write_f32(&mut bytes, &[frames, 17, 3], values.iter().copied()).unwrap();
        (self.write("clip.npy", bytes), values)
    }
}

/// Shape and values of one array of an .npz file.
fn array(path: &Path, name: &str) -> (Vec<usize>, Vec<f32>) {
    let bytes = std::fs::read(path).unwrap();
    let bytes = Npz::open(&bytes).unwrap().bytes(name).unwrap();
    let Npy::Plain(array) = npy::parse(&bytes).unwrap() else { panic!("{name} is no plain array") };
    (array.shape.clone(), array.to_f32().unwrap())
}

fn f64s(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}

#[test]
fn a_normalised_clip_gives_exactly_what_the_mesh_head_says() {
    let bench = Bench::new();
    let checkpoint = bench.mesh_checkpoint("mesh.safetensors", Some(60));
    let (clip, values) = bench.clip(12, |at| (at as f32 * 0.37).sin());
    let out = bench.text("out");
    let arguments = ["infer", &clip, "--normalised", "--no-flip", "--mesh", &checkpoint, "--vertices", "--out", &out];
    assert_code(&run(&arguments), 0);
    assert_eq!(files(&bench.path("out")), ["X3D.npy", "mesh.npz", "smpl.npz", "summary.json"]);

    let checkpoint = seeded_mesh(&TINY, 16, 1, Some(&seeded_body(60, 1)));
    let (model, ..) = MeshModel::load(&checkpoint, DeviceChoice::Cpu, None, None).unwrap();
    let wanted = model.estimate(&values, 1, 12, &CancelToken::new()).unwrap();
    let mesh = bench.path("out/mesh.npz");
    let (shape, theta) = array(&mesh, "theta");
    assert_eq!(shape, [12, 82]);
    for (row, pose) in theta.chunks(82).zip(&wanted.poses) {
        let wanted: Vec<f32> = pose.iter().flat_map(glam::Vec3::to_array).chain(wanted.betas[0]).collect();
        assert!(max_abs_error(row, &f64s(&wanted)) < 1e-6);
    }
    let (shape, vertices) = array(&mesh, "vertices");
    assert_eq!(shape, [12, 60, 3]);
    let (shape, joints) = array(&mesh, "joints");
    assert_eq!(shape, [12, 17, 3]);
    let body = motionbert::motion::skin::ShapedBody::new(model.body().clone(), wanted.betas[0]);
    for frame in [0, 11] {
        let posed = body.posed(&motionbert::data::BodyFrame {
            pose: &wanted.poses[frame],
            betas: &wanted.betas[0],
            translation: glam::Vec3::ZERO,
        });
        let wanted: Vec<f64> = posed.iter().flat_map(|vertex| (*vertex * 1000.0).to_array()).map(f64::from).collect();
        assert!(max_abs_error(&vertices[frame * 180..(frame + 1) * 180], &wanted) < 1e-3);
        let root = model.body().h36m_regressor.as_ref().unwrap().weigh(0, &posed) * 1000.0;
        assert!(max_abs_error(&joints[frame * 51..frame * 51 + 3], &root.to_array().map(f64::from)) < 1e-3);
    }
    assert_eq!(array(&mesh, "faces").0, [116, 3]);
    assert_eq!(array(&mesh, "trans").0, [12, 3]);
    let summary = json(&bench.path("out/summary.json"));
    assert_eq!(summary["mesh"], "mesh.safetensors");
    assert!(summary["body"].as_str().unwrap().contains("mesh.safetensors"), "{summary}");
    assert_eq!(summary["people"][0]["files"], serde_json::json!(["X3D.npy", "mesh.npz", "smpl.npz"]));
}

#[test]
fn a_body_is_fitted_to_everybodys_joints() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(12), bench.text("out"));
    let output = run(&["infer", &input, "--mesh", "ik", "--fps", "30", "--out", &out]);
    assert_code(&output, 0);
    for person in ["out/person_1", "out/person_2"] {
        let mesh = bench.path(person).join("mesh.npz");
        let bytes = std::fs::read(&mesh).unwrap();
        assert!(!Npz::open(&bytes).unwrap().has("vertices"), "only on demand");
        let theta = array(&mesh, "theta").1;
        // Upright people in camera axes: y of the body, up, points up in the picture, where y points down.
        let root = glam::Quat::from_scaled_axis(glam::Vec3::from_slice(&theta[..3]));
        assert!((root * glam::Vec3::Y).y < -0.7, "{}", root * glam::Vec3::Y);
        let (joints, trans) = (array(&mesh, "joints").1, array(&mesh, "trans").1);
        let (head, ankle) = (joints[10 * 3 + 1], joints[3 * 3 + 1]);
        assert!((1000.0..2000.0).contains(&(ankle - head)), "{person}: head {head} mm, ankle {ankle} mm");
        assert!(trans.iter().all(|value| value.is_finite()));

        let smpl = bench.path(person).join("smpl.npz");
        let (shape, poses) = array(&smpl, "poses");
        assert_eq!(shape, [12, 156]);
        let root = glam::Quat::from_scaled_axis(glam::Vec3::from_slice(&poses[..3]));
        assert!((root * glam::Vec3::Y).z > 0.8, "z is up: {}", root * glam::Vec3::Y);
        assert!(poses[66..156].iter().all(|value| *value == 0.0), "fingers");
        assert_eq!(array(&smpl, "betas"), (vec![16], vec![0.0; 16]));
        let trans = array(&smpl, "trans").1;
        // The pelvis of the rest pose lies 0.22 m under the origin.
        assert!((0.5..1.4).contains(&(trans[2] - 0.22)), "{person}: the pelvis is {} m high", trans[2] - 0.22);
        assert_eq!(array(&smpl, "mocap_framerate"), (vec![], vec![30.0]));
        // Body joints are the same in both files; only the root is turned.
        assert!(max_abs_error(&poses[3..66], &f64s(&theta[3..66])) < 1e-6);
    }
    let summary = json(&bench.path("out/summary.json"));
    assert_eq!((summary["mesh"].as_str(), summary["body"].as_str()), (Some("ik"), Some("Mannequin")));
    assert_eq!(summary["people"][1]["files"][1], "person_2/mesh.npz");
    assert_eq!(summary["warnings"], Value::Array(Vec::new()));
}

#[test]
fn a_users_body_file_is_posed() {
    let bench = Bench::new();
    let body = fixture("body/smpl_py2_chumpy_v200.pkl").display().to_string();
    let (input, out) = (bench.demo(6), bench.text("out"));
    let checkpoint = bench.mesh_checkpoint("bare.safetensors", None);
    let arguments =
        ["infer", &input, "--person", "1", "--mesh", &checkpoint, "--body", &body, "--vertices", "--out", &out];
    let output = run(&[&arguments[..], &["--progress", "json"]].concat());
    assert_code(&output, 0);
    assert!(stderr(&output).contains("own 24") && stderr(&output).contains("right for SMPL only"));
    assert_eq!(array(&bench.path("out/mesh.npz"), "vertices").0, [6, 200, 3]);
    let betas = array(&bench.path("out/smpl.npz"), "betas").1;
    let theta = array(&bench.path("out/mesh.npz"), "theta").1;
    assert!(max_abs_error(&betas[..10], &f64s(&theta[72..82])) < 1e-5, "one shape for the clip");
}

#[test]
fn one_frame_and_broken_values_give_numbers() {
    let bench = Bench::new();
    let checkpoint = bench.mesh_checkpoint("mesh.safetensors", Some(60));
    for mesh in ["ik", &checkpoint] {
        let (clip, _) = bench.clip(1, |at| if at % 5 == 0 { f32::NAN } else { (at as f32).sin() });
        let out = bench.text("out");
        assert_code(&run(&["infer", &clip, "--normalised", "--mesh", mesh, "--out", &out]), 0);
        for (file, name) in
            [("mesh.npz", "theta"), ("mesh.npz", "joints"), ("mesh.npz", "trans"), ("smpl.npz", "trans")]
        {
            let (shape, values) = array(&bench.path("out").join(file), name);
            assert_eq!(shape[0], 1);
            assert!(values.iter().all(|value| value.is_finite()), "{mesh} {name}: {values:?}");
        }
        // Nobody at all.
        let (clip, _) = bench.clip(3, |_| 0.0);
        assert_code(&run(&["infer", &clip, "--normalised", "--mesh", mesh, "--out", &out]), 0);
        assert!(array(&bench.path("out/smpl.npz"), "poses").1.iter().all(|value| value.is_finite()));
    }
}

#[test]
fn what_does_not_go_together_is_said() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(4), bench.text("out"));
    let pickle = fixture("body/smpl_py2_chumpy_v200.pkl").display().to_string();
    let with_body = bench.mesh_checkpoint("mesh.safetensors", Some(60));
    let bare = bench.mesh_checkpoint("bare.safetensors", None);
    seeded_pose3d(&TINY, 1).write_safetensors(&bench.path("pose.safetensors")).unwrap();
    let pose = bench.text("pose.safetensors");
    let page = bench.write("body.pkl", "<html>please log in</html>");
    let cases: [(&[&str], i32, &str); 7] = [
        (&["--mesh", &with_body, "--body", &pickle], 1, "has 200 vertices, but the mesh model was made for one of 60"),
        (&["--mesh", &bare], 2, "hint: Give the body that it was made for, for example --body"),
        (&["--mesh", &pose], 1, "for 3D pose; one for mesh recovery"),
        (&["--mesh", "ik", "--body", &page], 1, "web page"),
        (&["--mesh", "ik", "--body", &bench.text("missing.pkl")], 1, "could not be read"),
        (&["--body", &pickle], 2, "--mesh"),
        (&["--mesh", &bench.text("missing.bin")], 1, "mesh model could not be loaded"),
    ];
    for (arguments, code, text) in cases {
        let output = run(&[&["infer", &input, "--out", &out], arguments].concat());
        assert_code(&output, code);
        assert!(stderr(&output).contains(text), "{arguments:?}: {}", stderr(&output));
    }
    assert!(!bench.path("out").exists());
    let output = run(&["infer", &input, "--out", &out, "--model", &with_body]);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("for mesh recovery; one for 3D pose"), "{}", stderr(&output));
}

#[test]
fn bodies_and_mesh_checkpoints_are_described() {
    let bench = Bench::new();
    let describe = |path: &str| {
        let output = run(&["info", path, "--json"]);
        assert_code(&output, 0);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let checkpoint = describe(&bench.mesh_checkpoint("mesh.safetensors", Some(60)));
    assert_eq!((&checkpoint["task"], &checkpoint["body_vertices"]), (&"mesh".into(), &60.into()));
    assert_eq!(checkpoint["problem"], Value::Null);
    let text = run(&["info", &bench.mesh_checkpoint("bare.safetensors", None)]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("none; it needs SMPL's .pkl or .npz"));

    let body = describe(&fixture("body/smpl_v40.npz").display().to_string());
    let figures = serde_json::json!({ "vertices": 40, "faces": 16, "shapes": 10, "has_pose_blend_shapes": true });
    assert_eq!((&body["kind"], &body["body"]), (&"body".into(), &figures));
    assert!(body["notes"][0].as_str().unwrap().contains("own 24"));
    let text = run(&["info", &fixture("body/smpl_py2_chumpy_v200.pkl").display().to_string()]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("200 vertices, 396 faces, 10 shapes, with pose"));
}

#[test]
fn a_frame_is_drawn_with_bodies() {
    let bench = Bench::new();
    let (input, picture) = (bench.demo(6), bench.path("body.png"));
    let out = picture.display().to_string();
    let output = run(&["render", &input, "--mesh", "ik", "--out", &out, "--frame", "3", "--size", "320x200"]);
    if stderr(&output).contains("no graphics adapter") {
        assert_code(&output, 1);
        eprintln!("SKIPPED: there is no graphics adapter here, so no picture was looked at");
        return;
    }
    assert_code(&output, 0);
    // Bones are blue and orange, and all of the background is dark: clay is neither.
    let picture = image::open(picture).unwrap().to_rgb8();
    let is_bright = |pixel: &&image::Rgb<u8>| pixel[1] > 120;
    let is_clay = |pixel: &image::Rgb<u8>| pixel[2].abs_diff(pixel[0]) < 50;
    let bright = picture.pixels().filter(is_bright).count();
    assert!(bright > 300 && picture.pixels().filter(is_bright).all(is_clay), "{bright} pixels");

    // Saved joints can be given bodies, but not by a model that reads keypoints.
    let results = bench.text("results");
    assert_code(&run(&["infer", &input, "--person", "1", "--out", &results]), 0);
    let joints = bench.path("results/X3D.npy").display().to_string();
    assert_code(&run(&["render", &joints, "--mesh", "ik", "--out", &out, "--size", "64x40"]), 0);
    let checkpoint = bench.mesh_checkpoint("mesh.safetensors", Some(60));
    let output = run(&["render", &joints, "--mesh", &checkpoint, "--out", &out]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("hint: Give --mesh ik"), "{}", stderr(&output));
}
