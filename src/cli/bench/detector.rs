//! The detector of `bench`: a network for what it costs, and the truth for what it says.

use std::path::PathBuf;

use anyhow::Context;

use super::pose_network;
use crate::data::{Detection, VideoFrame};
use crate::detect::{self, DetectError, Detector, DetectorInfo, DetectorSpec, LoadError};
use crate::support::CancelToken;

/// A network that people would find others with, not the painted ones.
pub(super) struct Network {
    spec: DetectorSpec,
    /// For people.
    pub name: String,
    /// Holds the made-up network.
    _folder: Option<tempfile::TempDir>,
}

impl Network {
    /// The network in `file`, or one of RTMPose-s's cost.
    pub fn new(file: Option<&PathBuf>) -> anyhow::Result<Self> {
        if let Some(file) = file {
            let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
            return Ok(Self { spec: DetectorSpec::onnx(file, None), name, _folder: None });
        }
        let folder = tempfile::tempdir().context("there is no room for a network")?;
        let path = folder.path().join("rtmpose-s.onnx");
        std::fs::write(&path, pose_network::rtmpose_s()).context("the network could not be written")?;
        let name = "RTMPose-s (made-up weights)".to_owned();
        Ok(Self { spec: DetectorSpec::onnx(path, None), name, _folder: Some(folder) })
    }

    /// A detector that finds what `truth` does, and takes the network's time for it.
    ///
    /// # Errors
    /// The file holds no network that is known.
    pub fn with(&self, truth: Box<dyn Detector>, cancel: &CancelToken) -> Result<Costly, LoadError> {
        Ok(Costly { truth, network: detect::load(&self.spec, cancel)? })
    }
}

/// Runs a network on every picture and answers with the truth.
pub(super) struct Costly {
    truth: Box<dyn Detector>,
    network: Box<dyn Detector>,
}

impl Detector for Costly {
    fn info(&self) -> &DetectorInfo {
        self.truth.info()
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        self.network.detect(picture, cancel)?;
        self.truth.detect(picture, cancel)
    }

    fn reset(&mut self) {
        self.truth.reset();
        self.network.reset();
    }
}
