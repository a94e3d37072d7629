//! A DSTformer on the fastest forward pass that its device has.

use std::sync::OnceLock;

use candle_core::Tensor;

use super::device::{self, DeviceChoice};
use super::dstformer::{Dstformer, NetworkError};
use super::fused::FusedDstformer;
use super::{Checkpoint, DstformerConfig, LoadReport, ModelError};
use crate::support::{CancelToken, Notice, Notices};

/// A loaded network: a 3D pose model, or the backbone of a model of another task.
pub(super) struct Network {
    device_label: String,
    place: Place,
    notices: Notices,
}

enum Place {
    Cpu(Box<FusedDstformer>),
    Gpu(Box<GpuNetwork>),
}

struct GpuNetwork {
    network: Dstformer,
    /// Takes over for good once the GPU has failed.
    substitute: OnceLock<FusedDstformer>,
    checkpoint: Checkpoint,
}

impl Place {
    fn gpu(network: Dstformer, checkpoint: &Checkpoint) -> Self {
        Self::Gpu(Box::new(GpuNetwork { network, substitute: OnceLock::new(), checkpoint: checkpoint.clone() }))
    }
}

impl Network {
    /// Puts a checkpoint's network on a device. A notice says when another device than the chosen one is used.
    pub fn load(
        checkpoint: &Checkpoint,
        choice: DeviceChoice,
        num_heads: Option<usize>,
    ) -> Result<(Self, LoadReport, Vec<Notice>), NetworkError> {
        let config = checkpoint.config(num_heads)?;
        let opened = device::open(choice);
        let (place, report) = if opened.device.is_cpu() {
            let (network, report) = FusedDstformer::load(checkpoint, &config)?;
            (Place::Cpu(Box::new(network)), report)
        } else {
            let (network, report) = Dstformer::load(checkpoint, &config, &opened.device)?;
            (Place::gpu(network, checkpoint), report)
        };
        let network = Self { device_label: opened.label, place, notices: Notices::new() };
        Ok((network, report, opened.fallback.into_iter().collect()))
    }

    pub fn config(&self) -> &DstformerConfig {
        match &self.place {
            Place::Cpu(network) => network.config(),
            Place::Gpu(gpu) => gpu.network.config(),
        }
    }

    /// The device it runs on, for people.
    pub fn device_label(&self) -> &str {
        match &self.place {
            Place::Gpu(gpu) if gpu.substitute.get().is_some() => "cpu",
            _ => &self.device_label,
        }
    }

    /// What happened while it ran: a GPU that failed and was given up.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// `clips` is [batch, frames, 17, 3] (x, y, confidence); so is the result (x, y, z), in the clip box.
    pub fn forward(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        self.run(FusedDstformer::forward, Dstformer::forward, clips, batch, frames, cancel)
    }

    /// The motion representation [batch, frames, 17, dim_rep] of `clips` [batch, frames, 17, 3].
    pub fn represent(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        self.run(FusedDstformer::represent, Dstformer::represent, clips, batch, frames, cancel)
    }

    fn run(
        &self,
        on_cpu: impl Fn(&FusedDstformer, &[f32], usize, usize, &CancelToken) -> Result<Vec<f32>, ModelError>,
        on_gpu: impl Fn(&Dstformer, &Tensor) -> Result<Tensor, NetworkError>,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        cancel.check()?;
        match &self.place {
            Place::Cpu(network) => on_cpu(network, clips, batch, frames, cancel),
            Place::Gpu(gpu) => {
                let GpuNetwork { network, substitute, checkpoint } = &**gpu;
                if let Some(substitute) = substitute.get() {
                    return on_cpu(substitute, clips, batch, frames, cancel);
                }
                let run = || {
                    let shape = (batch, frames, self.config().num_joints, 3);
                    let clips = Tensor::from_slice(clips, shape, network.device())?;
                    Ok(on_gpu(network, &clips)?.flatten_all()?.to_vec1()?)
                };
                match run() {
                    Err(NetworkError::Device(error)) => self.notices.add(given_up(&self.device_label, &error)),
                    result => return Ok(result?),
                }
                let (loaded, _) = FusedDstformer::load(checkpoint, self.config()).map_err(NetworkError::from)?;
                on_cpu(substitute.get_or_init(|| loaded), clips, batch, frames, cancel)
            }
        }
    }
}

fn given_up(device: &str, error: &candle_core::Error) -> Notice {
    Notice::warning(format!("{device} failed, going on with the CPU"))
        .why(error.to_string())
        .hint("Take fewer windows at once or close other programs that use the GPU, then choose the device again.")
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::nn::seeded_pose3d;

    #[test]
    fn a_gpu_that_fails_is_given_up_once_and_the_cpu_goes_on() {
        let checkpoint = seeded_pose3d(&DstformerConfig { maxlen: 4, ..DstformerConfig::TINY }, 1);
        let config = checkpoint.config(None).unwrap();
        let (network, _) = Dstformer::load(&checkpoint, &config, &Device::Cpu).unwrap();
        let model = Network {
            device_label: "cuda:0".to_owned(),
            place: Place::gpu(network, &checkpoint),
            notices: Notices::new(),
        };
        let clips = vec![0.25; 2 * 17 * 3];
        let cancel = CancelToken::new();
        let wanted = model.forward(&clips, 1, 2, &cancel).unwrap();
        assert_eq!(model.device_label(), "cuda:0");
        let calls = std::cell::Cell::new(0);
        let fail = |_: &Dstformer, _: &Tensor| {
            calls.set(calls.get() + 1);
            Err(NetworkError::Device(candle_core::Error::Msg("out of memory".to_owned())))
        };
        for _ in 0..2 {
            let found = model.run(FusedDstformer::forward, fail, &clips, 1, 2, &cancel).unwrap();
            assert!(found.iter().zip(&wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-5));
        }
        assert_eq!((calls.get(), model.device_label()), (1, "cpu"));
        let notices = model.notices().take();
        assert_eq!(notices.len(), 1);
        assert!(notices[0].0.headline.contains("cuda:0") && notices[0].0.why.contains("out of memory"));
    }
}
