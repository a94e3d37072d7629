//! One network that finds people and their joints at once.

use super::onnx::{Found, PeopleNet};
use super::{DetectError, Detector, DetectorInfo, OnnxSpec, sampling};
use crate::data::{Detection, VideoFrame};
use crate::support::CancelToken;

/// RTMO or YOLO-pose. Every picture stands for itself.
pub(super) struct OneStage {
    network: PeopleNet,
    info: DetectorInfo,
    max_people: usize,
    min_score: f32,
}

impl OneStage {
    pub(super) fn new(network: PeopleNet, spec: &OnnxSpec) -> Self {
        let info = network.info();
        Self { network, info, max_people: spec.max_people, min_score: spec.min_score }
    }
}

impl Detector for OneStage {
    fn info(&self) -> &DetectorInfo {
        &self.info
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        sampling::check(picture)?;
        cancel.check()?;
        let found = self.network.find(picture, self.min_score)?;
        let detections = found.into_iter().take(self.max_people).map(|Found { area, joints }| Detection {
            frame: picture.index,
            id: None,
            score: area.score.min(1.0),
            bbox: Some(area.to_xywh()),
            keypoints: joints,
        });
        Ok(detections.collect())
    }

    fn reset(&mut self) {}
}
