//! How fast a model runs here, and how near that is to plain matrix products of the same shapes.
//!
//! Both are measured in turns in one run on the same threads, so that a busy machine slows both. Nothing is printed;
//! the command line does that. Runs on the caller's thread and rayon pool for as long as the measurement takes.

mod memory;
mod products;

pub use memory::{peak_mb, resident_mb, restart_peak};

use std::time::Instant;

use serde::Serialize;

use super::{ModelError, PoseModel};
use crate::support::CancelToken;
use products::PlainProducts;

/// What one pass took; times and rates are medians over the rounds unless named otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForwardBench {
    pub device: String,
    pub threads: usize,
    /// Windows in one pass.
    pub batch: usize,
    pub frames_per_window: usize,
    pub rounds: usize,
    /// One window.
    pub median_ms: f64,
    /// One window, nearest rank.
    pub p95_ms: f64,
    pub windows_per_s: f64,
    pub frames_per_s: f64,
    /// Of the model's matrix products only; everything else counts as no work.
    pub gflop_per_s: f64,
    /// On the CPU: the products alone, by the gemm crate in whichever way is fastest for each shape.
    pub matmul_gflop_per_s: Option<f64>,
    /// Time of the products alone as a share of the time of the whole pass.
    pub share_of_matmul_rate: Option<f64>,
    /// Resident memory at its highest during the first pass, less what was there before it. Linux only.
    pub peak_memory_mb: Option<f64>,
}

/// Times `rounds` passes over a batch of windows. The model should be fresh: its first pass tells the memory it needs.
///
/// # Errors
/// [`ModelError`] of a pass.
pub fn measure_forward(
    model: &PoseModel,
    batch: usize,
    frames: usize,
    rounds: usize,
    cancel: &CancelToken,
) -> Result<ForwardBench, ModelError> {
    let config = model.config();
    let clips: Vec<f32> = (0..batch * frames * config.num_joints * 3).map(|i| (i as f32 * 0.37).sin()).collect();
    let before = memory::restart_peak();
    model.forward(&clips, batch, frames, cancel)?; // also the warm-up
    let peak_memory_mb = before.and_then(|before| Some((memory::peak_mb()? - before).max(0.0)));

    let mut products = PlainProducts::of(config, batch, frames);
    let flop = products.flop();
    let is_cpu = model.device_label() == "cpu";
    if is_cpu {
        products.choose_fastest();
    }
    let (mut pass_seconds, mut product_seconds, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        model.forward(&clips, batch, frames, cancel)?;
        let pass = start.elapsed().as_secs_f64();
        pass_seconds.push(pass);
        if is_cpu {
            let product = products.seconds();
            product_seconds.push(product);
            shares.push(product / pass);
        }
    }
    let median_seconds = quantile(&mut pass_seconds, 0.5);
    Ok(ForwardBench {
        device: model.device_label().to_owned(),
        threads: rayon::current_num_threads(),
        batch,
        frames_per_window: frames,
        rounds: pass_seconds.len(),
        median_ms: median_seconds * 1e3 / batch as f64,
        p95_ms: quantile(&mut pass_seconds, 0.95) * 1e3 / batch as f64,
        windows_per_s: batch as f64 / median_seconds,
        frames_per_s: (batch * frames) as f64 / median_seconds,
        gflop_per_s: flop / median_seconds * 1e-9,
        matmul_gflop_per_s: is_cpu.then(|| flop / quantile(&mut product_seconds, 0.5) * 1e-9),
        share_of_matmul_rate: is_cpu.then(|| quantile(&mut shares, 0.5)),
        peak_memory_mb,
    })
}

/// Nearest rank; `values` is not empty.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * share).ceil() as usize;
    values[rank.clamp(1, values.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{DeviceChoice, DstformerConfig, seeded_pose3d};

    #[test]
    fn quantiles_are_nearest_ranks() {
        let mut values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut values, 0.5), 10.0);
        assert_eq!(quantile(&mut values, 0.95), 19.0);
        assert_eq!(quantile(&mut [7.0], 0.95), 7.0);
    }

    #[test]
    fn figures_agree_with_each_other_and_keys_name_units() {
        let config = DstformerConfig { maxlen: 9, ..DstformerConfig::TINY };
        let (model, ..) = PoseModel::load(&seeded_pose3d(&config, 1), DeviceChoice::Cpu, None).unwrap();
        let bench = measure_forward(&model, 2, 9, 3, &CancelToken::new()).unwrap();
        assert_eq!((bench.rounds, bench.batch, bench.device.as_str()), (3, 2, "cpu"));
        assert!(bench.median_ms > 0.0 && bench.p95_ms >= bench.median_ms);
        assert!((bench.frames_per_s / bench.windows_per_s - 9.0).abs() < 1e-9);
        assert!((bench.windows_per_s * bench.median_ms / 1e3 - 1.0).abs() < 1e-9);
        assert!(bench.share_of_matmul_rate.unwrap() > 0.0);
        let json = serde_json::to_value(&bench).unwrap();
        for key in ["median_ms", "p95_ms", "frames_per_s", "gflop_per_s", "share_of_matmul_rate", "peak_memory_mb"] {
            assert!(json.get(key).is_some(), "{key}");
        }
    }
}
