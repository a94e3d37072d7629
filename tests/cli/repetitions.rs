//! What `infer` tells of movements that are repeated.

use super::squatting::squats;
use super::{Bench, assert_code, json, run};

#[test]
fn the_summary_counts_squats() {
    let bench = Bench::new();
    let (input, out) = (bench.write("clip.npy", squats(6, 40, 30)), bench.text("out"));
    assert_code(&run(&["infer", &input, "--normalised", "--fps", "20", "--out", &out]), 0);
    let summary = json(&bench.path("out/summary.json"));
    let [found] = &summary["people"][0]["repetitions"].as_array().unwrap()[..] else { panic!("{summary}") };
    assert_eq!(found["count"], 6);
    let boundaries: Vec<u64> = found["boundaries"].as_array().unwrap().iter().map(|at| at.as_u64().unwrap()).collect();
    assert_eq!(boundaries.len(), 7);
    assert!(boundaries.windows(2).all(|ends| (36..=44).contains(&(ends[1] - ends[0]))), "{boundaries:?}");
    assert_eq!(found["start_secs"], boundaries[0] as f64 / 20.0);
    assert_eq!(found["end_secs"], boundaries[6] as f64 / 20.0);
    assert!((found["mean_period_secs"].as_f64().unwrap() - 2.0).abs() < 0.1, "{found}");

    let (input, out) = (bench.write("once.npy", squats(1, 40, 30)), bench.text("once"));
    assert_code(&run(&["infer", &input, "--normalised", "--fps", "20", "--out", &out]), 0);
    assert_eq!(json(&bench.path("once/summary.json"))["people"][0]["repetitions"], serde_json::json!([]));
}
