//! Detectors that are networks in ONNX files.
//!
//! - `file`: the network's bytes out of an .onnx or .zip file.
//! - `graph`: the network as rten runs it.
//! - `family`: which of the known networks it is, by the shapes of what goes in and comes out.
//! - `decode`: from its numbers to boxes and joints, in its own pixels.
//! - `pose`, `people`: networks for joints in a box, and for boxes (with joints) in a picture.

mod decode;
mod family;
mod file;
mod graph;
mod people;
mod pose;

use std::path::Path;
use std::sync::Arc;

use rten::ThreadPool;

pub(super) use decode::Found;
pub(super) use people::PeopleNet;
pub(super) use pose::PoseNet;

use self::family::{Family, Output};
use self::graph::Graph;
use super::one_stage::OneStage;
use super::top_down::TopDown;
use super::{Detector, LoadError, OnnxSpec};
use crate::support::CancelToken;

/// The detector that the files make: what a pose network needs depends on which it is.
pub(super) fn load(spec: &OnnxSpec, cancel: &CancelToken) -> Result<Box<dyn Detector>, LoadError> {
    let threads = spec.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let pool = Arc::new(ThreadPool::with_num_threads(threads.max(1)));
    let (family, graph) = open(&spec.pose, &pool, cancel)?;
    match family.output {
        Output::SimCc(outputs) => {
            let pose = PoseNet::new(graph, family.name, outputs);
            let person = spec.person.as_ref().map(|path| open_person(path, &pool, cancel)).transpose()?;
            Ok(Box::new(TopDown::new(pose, person, spec)))
        }
        Output::People(outputs) if outputs.has_joints() => {
            if spec.person.is_some() {
                log::info!("{} finds people itself: the person detector is not used", family.name);
            }
            Ok(Box::new(OneStage::new(PeopleNet::new(graph, family.name, outputs), spec)))
        }
        Output::People(_) => Err(LoadError::NotAPose { path: spec.pose.clone(), name: family.name }),
    }
}

fn open_person(path: &Path, pool: &Arc<ThreadPool>, cancel: &CancelToken) -> Result<PeopleNet, LoadError> {
    let (family, graph) = open(path, pool, cancel)?;
    match family.output {
        Output::People(outputs) => Ok(PeopleNet::new(graph, family.name, outputs)),
        Output::SimCc(_) => Err(LoadError::NotAPerson { path: path.to_owned(), name: family.name }),
    }
}

fn open(path: &Path, pool: &Arc<ThreadPool>, cancel: &CancelToken) -> Result<(Family, Graph), LoadError> {
    let bytes = file::read(path)?;
    cancel.check()?;
    let mut graph = Graph::open(path, bytes, pool)?;
    cancel.check()?;
    let outputs = graph.try_out(path)?;
    let shapes: Vec<&[usize]> = outputs.iter().map(|output| output.shape.as_slice()).collect();
    let family = Family::of(&graph.input, &shapes)
        .ok_or_else(|| LoadError::Unknown { path: path.to_owned(), seen: graph.describe(Some(&outputs)) })?;
    log::info!("{} is {}", path.display(), family.name);
    Ok((family, graph))
}
