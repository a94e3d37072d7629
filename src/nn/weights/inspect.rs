//! What there is to say about a checkpoint.

use std::collections::BTreeMap;

use super::{Checkpoint, LoadReport};
use crate::nn::tensors::pose3d_tensors;
use crate::nn::{DstformerConfig, Task};

/// A checkpoint in words and numbers, for `motionbert info` and the model chooser.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CheckpointSummary {
    pub name: String,
    pub format: &'static str,
    pub task: Option<Task>,
    pub config: Option<DstformerConfig>,
    pub root_relative: bool,
    /// Why it cannot be used, if so.
    pub problem: Option<String>,
    /// How the tensors fit the model of that task.
    pub report: Option<LoadReport>,
    /// Vertices of the body model that the checkpoint carries.
    pub body_vertices: Option<usize>,
    /// Classes of an action classifier.
    pub classes: Option<usize>,
    pub parameters: usize,
    /// Shapes by name.
    pub tensors: BTreeMap<String, Vec<usize>>,
    pub metadata: BTreeMap<String, String>,
}

impl Checkpoint {
    /// Sums up the checkpoint; what cannot be told becomes `problem`, never an error.
    pub fn summary(&self) -> CheckpointSummary {
        let task = self.task();
        let config = self.config(None);
        let report = match (&task, &config) {
            (Ok(Task::Pose3d), Ok(config)) => Some(self.compare(&pose3d_tensors(config))),
            (Ok(Task::Mesh), Ok(config)) => Some(self.compare_mesh(config)),
            (Ok(Task::ActionClass | Task::ActionEmbed), Ok(config)) => Some(self.compare_action(config)),
            _ => None,
        };
        let misfit = report.as_ref().filter(|report| !report.fits()).map(ToString::to_string);
        let problem = task.as_ref().err().or(config.as_ref().err()).map(ToString::to_string).or(misfit);
        CheckpointSummary {
            name: self.name.clone(),
            format: self.format,
            task: task.ok(),
            config: config.ok(),
            root_relative: self.is_root_relative(),
            problem,
            report,
            body_vertices: self.body_vertices(),
            classes: self.classes(),
            parameters: self.parameters(),
            tensors: self.tensors.iter().map(|(name, tensor)| (name.clone(), tensor.shape.clone())).collect(),
            metadata: self.metadata.clone(),
        }
    }
}

impl std::fmt::Display for CheckpointSummary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} ({})", self.name, self.format)?;
        if let Some(task) = self.task {
            writeln!(f, "  task        {task}{}", if self.root_relative { ", relative to the root" } else { "" })?;
        }
        if let Some(config) = &self.config {
            writeln!(
                f,
                "  size        {} channels, {} levels, {} heads, MLP ratio {}, representation {}, {} joints, {} frames at most",
                config.dim_feat,
                config.depth,
                config.num_heads,
                config.mlp_ratio,
                config.dim_rep,
                config.num_joints,
                config.maxlen
            )?;
        }
        match (self.task, self.body_vertices) {
            (_, Some(vertices)) => writeln!(f, "  body        {vertices} vertices")?,
            (Some(Task::Mesh), None) => writeln!(f, "  body        none; it needs SMPL's .pkl or .npz")?,
            _ => {}
        }
        if let Some(classes) = self.classes {
            writeln!(f, "  classes     {classes}")?;
        }
        writeln!(f, "  parameters  {:.2} M in {} tensors", self.parameters as f64 / 1e6, self.tensors.len())?;
        if let Some(report) = self.report.as_ref().filter(|report| report.fits() && !report.unused.is_empty()) {
            writeln!(f, "  tensors     {report}")?;
        }
        if let Some(problem) = &self.problem {
            writeln!(f, "  problem     {problem}")?;
        }
        for (key, value) in &self.metadata {
            writeln!(f, "  {key:<11} {value}")?;
        }
        Ok(())
    }
}
