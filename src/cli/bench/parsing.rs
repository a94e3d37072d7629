//! Reading a keypoint file of usual size.

use std::fmt::Write;
use std::time::Instant;

use anyhow::Context;
use serde::Serialize;

use super::median;
use crate::io::keypoints::{ReadContext, read_bytes};
use crate::support::CancelToken;
use crate::support::rng::SplitMix64;

const FRAMES: usize = 10_000;
/// Halpe, as AlphaPose writes it for in-the-wild inference.
const JOINTS: usize = 26;
const ROUNDS: usize = 3;

#[derive(Serialize)]
pub(super) struct Parsing {
    pub format: &'static str,
    pub frames: usize,
    pub median_ms: f64,
    pub frames_per_s: f64,
    pub mb_per_s: f64,
}

pub(super) fn measure(cancel: &CancelToken) -> anyhow::Result<Parsing> {
    let text = alphapose_json();
    let context = ReadContext { cancel: cancel.clone(), ..ReadContext::default() };
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        read_bytes("bench.json", text.as_bytes(), &context).context("the generated keypoints could not be read")?;
        times.push(started.elapsed().as_secs_f64());
    }
    let seconds = median(&mut times);
    Ok(Parsing {
        format: "AlphaPose JSON",
        frames: FRAMES,
        median_ms: seconds * 1e3,
        frames_per_s: FRAMES as f64 / seconds,
        mb_per_s: text.len() as f64 / 1e6 / seconds,
    })
}

/// A person per frame, with as many digits as the detector writes.
fn alphapose_json() -> String {
    let mut rng = SplitMix64(1);
    let mut text = "[".to_owned();
    for frame in 0..FRAMES {
        let comma = if frame == 0 { "" } else { "," };
        let joints: Vec<String> = (0..JOINTS)
            .map(|_| {
                let [x, y, confidence] = [rng.next_f64() * 1280.0, rng.next_f64() * 720.0, rng.next_f64()];
                format!("{x:.12}, {y:.12}, {confidence:.16}")
            })
            .collect();
        // Writing to a string cannot fail.
        let _: std::fmt::Result = write!(
            text,
            "{comma}{{\"image_id\": \"{frame}.jpg\", \"category_id\": 1, \"keypoints\": [{}], \"score\": 2.9, \
             \"box\": [100.0, 100.0, 200.0, 400.0], \"idx\": 1}}",
            joints.join(", ")
        );
    }
    text.push(']');
    text
}
