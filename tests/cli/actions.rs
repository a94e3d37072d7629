//! `infer --action`.

use motionbert::nn::{DstformerConfig, seeded_action, seeded_pose3d};

use super::*;

/// Seeded weights of small models: a pose model beside, so that a run is quick.
fn models(bench: &Bench, classes: Option<usize>) -> [String; 2] {
    let config = DstformerConfig { depth: 1, ..DstformerConfig::TINY };
    let (pose, action) = (bench.path("pose.safetensors"), bench.path("action.safetensors"));
    seeded_pose3d(&config, 1).write_safetensors(&pose).unwrap();
    seeded_action(&config, 32, classes, 1).write_safetensors(&action).unwrap();
    [pose, action].map(|path| path.display().to_string())
}

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as f32).collect()
}

fn npy(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    npy::write_f32(&mut bytes, shape, values.iter().copied()).unwrap();
    bytes
}

#[test]
fn everybody_s_actions_are_written_with_names() {
    let bench = Bench::new();
    let [pose, action] = models(&bench, Some(60));
    let (input, out) = (bench.demo(60), bench.text("out"));
    let args =
        ["infer", &input, "--model", &pose, "--no-flip", "--action", &action, "--action-window", "1", "--fps", "30"];
    let output = run(&[&args[..], &["--action-threshold", "0", "--action-top", "2", "--out", &out]].concat());
    assert_code(&output, 0);
    let actions = json(&bench.path("out/actions.json"));
    assert_eq!(actions["classes"].as_array().unwrap().len(), 60);
    assert_eq!(actions["classes"][22], "hand waving");
    let people = actions["people"].as_array().unwrap();
    assert_eq!([&people[0]["people"], &people[1]["people"]], [&serde_json::json!([1]), &serde_json::json!([2])]);
    for scored in people {
        let windows = scored["windows"].as_array().unwrap();
        assert_eq!(windows.iter().map(|window| window["start"].as_u64()).collect::<Vec<_>>(), [Some(0), Some(30)]);
        for window in windows {
            let logits = floats(&window["logits"]);
            assert_eq!((logits.len(), window["top"].as_array().unwrap().len()), (60, 2));
            let best = (0..60).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
            assert_eq!(window["top"][0]["class"], best);
            assert_eq!(window["top"][0]["label"], actions["classes"][best]);
            let sum: f64 = logits.iter().map(|logit| f64::from(*logit).exp()).sum();
            let probability = window["top"][0]["probability"].as_f64().unwrap();
            assert!((probability - f64::from(logits[best]).exp() / sum).abs() < 1e-6);
        }
        let segments = scored["segments"].as_array().unwrap();
        assert!(!segments.is_empty());
        assert_eq!((&segments[0]["start"], &segments[0]["start_secs"]), (&0.into(), &0.0.into()));
        assert_eq!(segments[0]["label"], actions["classes"][segments[0]["class"].as_u64().unwrap() as usize]);
    }
    let summary = json(&bench.path("out/summary.json"));
    assert_eq!(summary["people"][1]["files"].as_array().unwrap().last(), Some(&"actions.json".into()));
}

#[test]
fn a_normalised_clip_of_one_or_two_people_is_scored_as_it_is() {
    let bench = Bench::new();
    let case = Reference::read("action_class_lite_n2_m2_t27");
    let action = bench.path("lite.safetensors");
    seeded_action(&case.config(), 2048, Some(60), case.seed()).write_safetensors(&action).unwrap();
    let [pose, _] = models(&bench, Some(3));
    let action = action.display().to_string();
    let (shape, clips) = case.tensor_f32("input");
    let clip = &clips[..clips.len() / 2];
    let truth = &case.tensor("output").1[..60];
    let infer = |name: &str, shape: &[usize], values: &[f32]| {
        let input = bench.write(&format!("{name}.npy"), npy(shape, values));
        let args = ["infer", &input, "--normalised", "--model", &pose, "--action", &action, "--out", &bench.text(name)];
        assert_code(&run(&args), 0);
        json(&bench.path(name).join("actions.json"))
    };
    let actions = infer("two", &shape[1..], clip);
    assert_eq!(
        (actions["pairs"][0]["people"].clone(), actions["people"].as_array().unwrap().len()),
        ([1, 2].into(), 0)
    );
    let window = &actions["pairs"][0]["windows"][0];
    assert_eq!((&window["start"], &window["end"]), (&0.into(), &27.into()));
    assert!(max_abs_error(&floats(&window["logits"]), truth) < 1e-4);
    assert!(bench.path("two/person_2/X3D.npy").exists());

    let one = infer("one", &[27, 17, 3], &clip[..27 * 51]);
    let beside_nobody = [&clip[..27 * 51], &[0.0; 27 * 51]].concat();
    let padded = infer("padded", &[2, 27, 17, 3], &beside_nobody);
    let logits = |actions: &Value, who: &str| floats(&actions[who][0]["windows"][0]["logits"]);
    assert_eq!(logits(&one, "people"), logits(&padded, "pairs"));
    assert!(max_abs_error(&logits(&one, "people"), truth) > 1e-3, "the second person matters");
}

#[test]
fn names_come_from_a_file_and_have_to_fit() {
    let bench = Bench::new();
    let [pose, action] = models(&bench, Some(3));
    let (input, out) = (bench.demo(20), bench.text("out"));
    let args = ["infer", &input, "--model", &pose, "--no-flip", "--fps", "30", "--action", &action, "--out", &out];
    let names = bench.write("names.json", br#"["sit", "run", "wave"]"#);
    assert_code(&run(&[&args[..], &["--action-names", &names]].concat()), 0);
    assert_eq!(json(&bench.path("out/actions.json"))["classes"], serde_json::json!(["sit", "run", "wave"]));
    assert_code(&run(&args), 0);
    assert_eq!(json(&bench.path("out/actions.json"))["classes"][2], "class 2");

    std::fs::remove_dir_all(bench.path("out")).unwrap();
    let short = bench.write("short.txt", "sit\nrun\n");
    let output = run(&[&args[..], &["--action-names", &short]].concat());
    assert_code(&output, 1);
    assert!(stderr(&output).contains("2 names") && stderr(&output).contains("3 classes"), "{}", stderr(&output));
    assert!(!bench.path("out").exists());
}

#[test]
fn people_without_actions_are_told_and_other_models_are_refused() {
    let bench = Bench::new();
    let [pose, action] = models(&bench, Some(3));
    let out = bench.text("out");
    let one_frame = bench.demo(1);
    let args = |input: &str, action: &str| {
        ["infer", input, "--model", &pose, "--fps", "30", "--out", &out, "--action", action].map(str::to_owned)
    };
    let infer = |args: &[String]| run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let output = infer(&args(&one_frame, &action));
    assert_code(&output, 0);
    let actions = json(&bench.path("out/actions.json"));
    assert_eq!((actions["people"].clone(), actions["skipped"].as_array().unwrap().len()), (Vec::<u8>::new().into(), 2));
    assert!(stderr(&output).contains("person 1") && stderr(&output).contains("one frame"), "{}", stderr(&output));

    std::fs::remove_dir_all(bench.path("out")).unwrap();
    let too_long = bench.write("long.npy", npy(&[244, 17, 3], &vec![0.1; 244 * 51]));
    let output = infer(&[&args(&too_long, &action)[..], &["--normalised".to_owned()]].concat());
    assert_code(&output, 2);
    assert!(stderr(&output).contains("takes 243 at once"), "{}", stderr(&output));

    let [_, embedding] = models(&bench, None);
    let cases = [
        (embedding, 2, "no classes"),
        (pose.clone(), 1, "action classification"),
        (bench.write("web.bin", "<html>"), 1, "web page"),
    ];
    for (model, code, says) in cases {
        let output = infer(&args(&one_frame, &model));
        assert_code(&output, code);
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
    }
    for (flag, value) in [("--action-window", "0"), ("--action-threshold", "2"), ("--action-hop", "nan")] {
        assert_code(&infer(&[&args(&one_frame, &action)[..], &[flag, value].map(str::to_owned)].concat()), 2);
    }
    assert_code(&run(&["infer", &one_frame, "--out", &out, "--action-window", "2"]), 2);
    assert!(!bench.path("out").exists());
}
