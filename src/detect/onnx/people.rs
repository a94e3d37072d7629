//! The people in a picture, some networks with joints.

use super::decode::{self, Found};
use super::family::People;
use super::graph::Graph;
use crate::data::VideoFrame;
use crate::data::skeleton::COCO_17;
use crate::detect::boxes::suppress;
use crate::detect::sampling::{Sampling, sample};
use crate::detect::{DetectError, DetectorInfo};

/// YOLOX, RTMDet; RTMO, YOLO-pose.
pub(in crate::detect) struct PeopleNet {
    graph: Graph,
    outputs: People,
    name: String,
}

impl PeopleNet {
    pub(super) fn new(graph: Graph, name: String, outputs: People) -> Self {
        Self { graph, outputs, name }
    }

    pub(in crate::detect) fn info(&self) -> DetectorInfo {
        DetectorInfo { name: self.name.clone(), skeleton: &COCO_17 }
    }

    /// People with at least `min_score`, best first, in pixels of the picture.
    pub(in crate::detect) fn find(&mut self, picture: &VideoFrame, min_score: f32) -> Result<Vec<Found>, DetectError> {
        let People { layout, colours, place, max_overlap } = self.outputs;
        let size = self.graph.input.size;
        let sampling = Sampling::letter_box(picture.size, size, place);
        let outputs = self
            .graph
            .run(1, |_, pixels| sample(picture, sampling, &colours, size, pixels))
            .map_err(DetectError::Failed)?;
        let mut found = suppress(decode::people(&outputs, layout, min_score, size), |one| &one.area, max_overlap);
        for Found { area, joints } in &mut found {
            area.min = sampling.edges_to_picture(area.min);
            area.max = sampling.edges_to_picture(area.max);
            for joint in joints.iter_mut().filter(|joint| !joint.is_missing()) {
                [joint.x, joint.y] = sampling.edges_to_picture([joint.x, joint.y]);
            }
        }
        found.retain(|one| one.area.is_sane_in(picture.size));
        Ok(found)
    }
}
