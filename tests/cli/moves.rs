//! Representations for other programs, movements found again, and labels by examples.

use motionbert::infer::represent::over_joints;
use motionbert::io::npy::Npz;
use motionbert::nn::{BackboneModel, Checkpoint, DeviceChoice};
use motionbert::support::CancelToken;
use serde_json::{Value, json};

use super::*;

/// The arrays of an archive that are wanted, with their shapes.
fn arrays(path: &Path, names: &[&str]) -> Vec<(Vec<usize>, Vec<f32>)> {
    let bytes = std::fs::read(path).unwrap();
    let mut archive = Npz::open(&bytes).unwrap();
    let mut read = |name: &&str| {
        let bytes = archive.bytes(name).unwrap();
        let Ok(Npy::Plain(array)) = npy::parse(&bytes) else { panic!("{name} is no plain array") };
        (array.shape.clone(), array.to_f32().unwrap())
    };
    names.iter().map(&mut read).collect()
}

#[test]
fn representations_are_the_networks_own_frame_by_frame_and_pooled() {
    let bench = Bench::new();
    let reference = Reference::read("pose3d_tiny_b2_t81");
    let model = bench.path("tiny.safetensors");
    let checkpoint = seeded_pose3d(&DstformerConfig::TINY, reference.seed());
    checkpoint.write_safetensors(&model).unwrap();
    let (_, input) = reference.tensor_f32("input");
    let clip = &input[..81 * 17 * 3];
    let mut bytes = Vec::new();
    npy::write_f32(&mut bytes, &[81, 17, 3], clip.iter().copied()).unwrap();
    let (input, model_file) = (bench.write("clip.npy", bytes), model.display().to_string());
    let represent = |name: &str, more: &[&str]| {
        let out = bench.text(name);
        let mut args = vec!["represent", &input, "--normalised", "--model", &model_file, "--out", &out];
        args.extend(more);
        assert_code(&run(&args), 0);
        arrays(&bench.path(name), &["person_0", "person_0_first_frame", "fps"])
    };
    let found = represent("rep.npz", &[]);
    assert_eq!(found[0].0, [81, 17, 48]);
    assert_eq!((found[1].1[0], found[2].1[0]), (0.0, 30.0));
    let (_, first_frame) = reference.tensor("representation_first_frame");
    let error = max_abs_error(&found[0].1[..17 * 48], &first_frame[..17 * 48]);
    assert!(error <= 1e-4, "{error}");
    let (backbone, ..) = BackboneModel::load(&Checkpoint::read(&model).unwrap(), DeviceChoice::Cpu, None).unwrap();
    assert_eq!(found[0].1, backbone.represent(clip, 1, 81, &CancelToken::new()).unwrap());

    let pooled = represent("pooled.npz", &["--pool"]);
    assert_eq!(pooled[0].0, [81, 48]);
    let wanted: Vec<f32> = found[0].1.chunks_exact(17 * 48).flat_map(|frame| over_joints(frame, 48)).collect();
    assert_eq!(pooled[0].1, wanted);
}

#[test]
fn everybody_is_represented_from_the_frame_in_which_they_appear() {
    let bench = Bench::new();
    let (input, out) = (bench.demo(12), bench.text("rep.npz"));
    assert_code(&run(&["represent", &input, "--out", &out]), 0);
    for (shape, values) in arrays(&bench.path("rep.npz"), &["person_1", "person_2"]) {
        assert_eq!(shape, [12, 17, 128]);
        assert!(values.iter().all(|value| value.abs() <= 1.0) && values.iter().any(|value| *value != 0.0));
    }
    let elsewhere = run(&["represent", &input, "--out", &bench.text("rep.npy")]);
    assert_code(&elsewhere, 2);
    assert!(stderr(&elsewhere).contains("does not end in .npz"));
}

/// A clip in which person 1 of the demo does frames `first` twice, with a part of what comes much later in between.
fn twice(bench: &Bench, name: &str) -> String {
    let demo: Value = json(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo-alphapose.json"));
    let frame_of =
        |person: &Value| person["image_id"].as_str().unwrap().trim_end_matches(".jpg").parse::<usize>().unwrap();
    let part = |from: usize, to: usize, at: usize| {
        let people = demo
            .as_array()
            .unwrap()
            .iter()
            .filter(move |person| person["idx"] == 1 && (from..to).contains(&frame_of(person)));
        people
            .cloned()
            .map(move |mut person| {
                person["image_id"] = json!(format!("{}.jpg", frame_of(&person) - from + at));
                person
            })
            .collect::<Vec<Value>>()
    };
    let people: Vec<Value> = [part(0, 60, 0), part(200, 260, 60), part(0, 60, 120)].into_iter().flatten().collect();
    bench.write(name, serde_json::to_vec(&people).unwrap())
}

#[test]
fn a_movement_is_found_again_named_and_labelled_elsewhere() {
    let bench = Bench::new();
    let clip = twice(&bench, "twice.json");
    let query = format!("{clip}:10-50");
    let output = run(&["find", "--query", &query, "--top", "1", "--json"]);
    assert_code(&output, 0);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    let (start, end) = (found[0]["start"].as_i64().unwrap(), found[0]["end"].as_i64().unwrap());
    assert!((start - 130).abs() <= 12 && (end - 170).abs() <= 12, "{found}");
    assert!(found[0]["similarity"].as_f64().unwrap() > 0.8 && found[0]["mirrored"] == false, "{found}");
    assert_eq!((&found[0]["clip"], &found[0]["person"]), (&clip.as_str().into(), &1.into()));

    let moves = bench.text("mine.moves.json");
    let named = run(&["find", "--query", &query, "--moves", &moves, "--as", "my move"]);
    assert_code(&named, 0);
    let file = json(&bench.path("mine.moves.json"));
    assert_eq!((&file["format"], &file["classes"][0]["name"]), (&"motionbert-moves".into(), &"my move".into()));
    assert_eq!(file["classes"][0]["examples"][0]["frames"], json!([10, 50]));

    let labelled = run(&["find", "--moves", &moves, &clip, "--min-similarity", "0.7", "--json"]);
    assert_code(&labelled, 0);
    let segments: Value = serde_json::from_slice(&labelled.stdout).unwrap();
    let covers = |frame: i64| {
        segments.as_array().unwrap().iter().any(|segment| {
            segment["label"] == "my move"
                && (segment["start"].as_i64().unwrap()..segment["end"].as_i64().unwrap()).contains(&frame)
        })
    };
    assert!(covers(30) && covers(150), "{segments}");
}

#[test]
fn searches_that_make_no_sense_are_explained() {
    let bench = Bench::new();
    let clip = bench.demo(40);
    let cases: [(&[&str], i32, &str); 7] = [
        (&["find"], 2, "--query"),
        (&["find", "--query", &clip], 2, "a clip, a start and an end"),
        (&["find", "--query", &format!("{clip}:5-35")], 2, "2 people"),
        (&["find", "--query", &format!("{clip}:5-35@9")], 2, "no person 9"),
        (&["find", "--query", &format!("{clip}:5-9@1")], 1, "too few to say what moves"),
        (&["find", "--query", &format!("{clip}:5-35@1"), "--moves", "a.moves.json"], 2, "need a name"),
        (&["find", "--moves", &clip, &clip], 1, "no file of moves"),
    ];
    for (args, code, wanted) in cases {
        let output = run(args);
        assert_code(&output, code);
        assert!(stderr(&output).contains(wanted), "{args:?}: {}", stderr(&output));
    }
}
