//! The joints of people whose boxes are known.

use super::decode;
use super::family::SimCc;
use super::graph::Graph;
use crate::data::{Keypoint, VideoFrame};
use crate::detect::boxes::PersonBox;
use crate::detect::sampling::{Colours, Sampling, sample};
use crate::detect::{DetectError, DetectorInfo};
use crate::support::CancelToken;

/// How much of the surroundings RTMPose was trained to see: times the size of the box.
const PADDING: f32 = 1.25;

/// RTMPose.
pub(in crate::detect) struct PoseNet {
    graph: Graph,
    outputs: SimCc,
    name: String,
}

impl PoseNet {
    pub(super) fn new(graph: Graph, name: String, outputs: SimCc) -> Self {
        Self { graph, outputs, name }
    }

    pub(in crate::detect) fn info(&self) -> DetectorInfo {
        DetectorInfo { name: self.name.clone(), skeleton: self.outputs.skeleton }
    }

    /// The joints of the person in each box, in pixels of the picture.
    pub(in crate::detect) fn joints(
        &mut self,
        picture: &VideoFrame,
        areas: &[PersonBox],
        cancel: &CancelToken,
    ) -> Result<Vec<Box<[Keypoint]>>, DetectError> {
        let size = self.graph.input.size;
        let colours = Colours::standard_crop();
        let mut people = Vec::with_capacity(areas.len());
        for areas in areas.chunks(self.graph.batch()) {
            cancel.check()?;
            let crops: Vec<Sampling> = areas.iter().map(|area| Sampling::around(area, PADDING, size)).collect();
            let fill = |index: usize, pixels: &mut [f32]| sample(picture, crops[index], &colours, size, pixels);
            let outputs = self.graph.run(crops.len(), fill).map_err(DetectError::Failed)?;
            let [x, y] = [self.outputs.x, self.outputs.y].map(|index| &outputs[index]);
            people.extend(crops.iter().enumerate().map(|(index, crop)| {
                let mut joints = decode::simcc(x, y, index, &self.outputs, size);
                for joint in joints.iter_mut().filter(|joint| !joint.is_missing()) {
                    [joint.x, joint.y] = crop.to_picture([joint.x, joint.y]);
                }
                joints
            }));
        }
        Ok(people)
    }
}
