//! From a checkpoint to the weights of one model: task, configuration, and whether everything fits.

use std::collections::BTreeSet;

use super::{Checkpoint, WeightTensor, WeightsError};
use crate::nn::tensors::{TensorSpec, action_tensors, backbone_tensors, mesh_tensors, pose3d_tensors, with_prefix};
use crate::nn::{DstformerConfig, Task};

/// Heads of all published models; shapes do not tell.
const PUBLISHED_HEADS: usize = 8;
/// Most names that a message lists.
const NAMES_SHOWN: usize = 5;

/// What did not fit when a model was made from a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct LoadReport {
    /// In the file, not used by the model.
    pub unused: Vec<String>,
    /// Wanted by the model, not in the file.
    pub missing: Vec<String>,
    /// (name, shape wanted, shape found)
    pub misshaped: Vec<(String, Vec<usize>, Vec<usize>)>,
}

/// The weights of one model, all present and in shape.
#[derive(Clone, Debug)]
pub struct ModelWeights<'a> {
    checkpoint: &'a Checkpoint,
    /// What stands before every name in the checkpoint.
    prefix: &'static str,
    /// Nothing is missing or mis-shaped; there may be unused tensors.
    pub report: LoadReport,
}

impl<'a> ModelWeights<'a> {
    /// A tensor of the model by its name within the model.
    ///
    /// # Errors
    /// [`WeightsError::Model`] for a name that the model was not checked for.
    pub fn get(&self, name: &str) -> Result<&'a WeightTensor, WeightsError> {
        let name = format!("{}{name}", self.prefix);
        self.checkpoint.tensors.get(&name).ok_or_else(|| missing(&name))
    }

    /// The weights of a part of the model, whose names begin with `prefix`.
    #[must_use]
    pub fn part(&self, prefix: &'static str) -> Self {
        Self { prefix, ..self.clone() }
    }
}

fn missing(name: &str) -> WeightsError {
    WeightsError::Model(format!("the checkpoint has no tensor {name}"))
}

fn list<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    let shown: Vec<String> = items.iter().take(NAMES_SHOWN).map(text).collect();
    let more = items.len().saturating_sub(NAMES_SHOWN);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

impl LoadReport {
    /// Whether every wanted tensor is there in its shape.
    pub fn fits(&self) -> bool {
        self.missing.is_empty() && self.misshaped.is_empty()
    }
}

impl std::fmt::Display for LoadReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if !self.missing.is_empty() {
            parts.push(format!("{} missing ({})", self.missing.len(), list(&self.missing, Clone::clone)));
        }
        if !self.misshaped.is_empty() {
            let shapes = list(&self.misshaped, |(name, wanted, found)| format!("{name} is {found:?}, not {wanted:?}"));
            parts.push(format!("{} of another shape ({shapes})", self.misshaped.len()));
        }
        if !self.unused.is_empty() {
            parts.push(format!("{} unused ({})", self.unused.len(), list(&self.unused, Clone::clone)));
        }
        if parts.is_empty() { f.write_str("every tensor fits") } else { f.write_str(&parts.join("; ")) }
    }
}

impl Checkpoint {
    /// What the model was trained for, told by its head.
    ///
    /// # Errors
    /// [`WeightsError::Model`] if the tensors are not those of a MotionBERT model.
    pub fn task(&self) -> Result<Task, WeightsError> {
        let has = |name: &str| self.tensors.contains_key(name);
        if !has(&format!("{}joints_embed.weight", self.backbone_prefix())) {
            let names: Vec<&String> = self.tensors.keys().collect();
            return Err(WeightsError::Model(if names.is_empty() {
                "the checkpoint holds no tensors".to_owned()
            } else {
                format!("this is no MotionBERT model; its tensors are {}", list(&names, |name| (*name).clone()))
            }));
        }
        if has("head.head_pose.weight") || has("head.head_shape.weight") {
            Ok(Task::Mesh)
        } else if has("head.fc2.weight") || has("head.bn.weight") {
            Ok(Task::ActionClass)
        } else if has("head.fc1.weight") {
            Ok(Task::ActionEmbed)
        } else if has("head.weight") {
            Ok(Task::Pose3d)
        } else {
            Err(WeightsError::Model(
                "the checkpoint has a MotionBERT backbone, but the head of no known task".to_owned(),
            ))
        }
    }

    /// `backbone.` where the backbone is a part of a larger model, otherwise nothing.
    pub fn backbone_prefix(&self) -> &'static str {
        if self.tensors.contains_key("backbone.joints_embed.weight") { "backbone." } else { "" }
    }

    /// Whether the model gives poses relative to their root (safetensors metadata `rootrel`).
    pub fn is_root_relative(&self) -> bool {
        self.metadata.get("rootrel").is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
    }

    /// The backbone's size, read off tensor shapes; the number of heads is `num_heads` if given, else the metadata's
    /// `num_heads`, else 8 as in all published models.
    ///
    /// # Errors
    /// [`WeightsError::Model`] naming the tensor or number that makes no sense.
    pub fn config(&self, num_heads: Option<usize>) -> Result<DstformerConfig, WeightsError> {
        let prefix = self.backbone_prefix();
        let shape = |name: &str, rank: usize| {
            let name = format!("{prefix}{name}");
            let shape = &self.tensors.get(&name).ok_or_else(|| missing(&name))?.shape;
            if shape.len() == rank && shape.iter().all(|len| *len > 0) {
                Ok(shape.as_slice())
            } else {
                Err(WeightsError::Model(format!("{name} has the shape {shape:?}; {rank} axes are needed")))
            }
        };
        let embed = shape("joints_embed.weight", 2)?;
        let (dim_feat, channels) = (embed[0], embed[1]);
        if channels != 3 {
            return Err(WeightsError::Model(format!(
                "{prefix}joints_embed.weight takes {channels} values per joint; models of (x, y, confidence) are supported"
            )));
        }
        let hidden = shape("blocks_st.0.mlp_s.fc1.weight", 2)?[0];
        if hidden % dim_feat != 0 {
            return Err(WeightsError::Model(format!(
                "{prefix}blocks_st.0.mlp_s.fc1.weight has {hidden} rows, no multiple of the {dim_feat} channels"
            )));
        }
        let has_level =
            |level: &usize| self.tensors.contains_key(&format!("{prefix}blocks_st.{level}.mlp_s.fc1.weight"));
        let num_heads = match (num_heads, self.metadata.get("num_heads")) {
            (Some(heads), _) => heads,
            (None, Some(text)) => text.parse().map_err(|_| {
                WeightsError::Model(format!("the metadata say num_heads = {text:?}, which is no number"))
            })?,
            (None, None) => PUBLISHED_HEADS,
        };
        if num_heads == 0 || dim_feat % num_heads != 0 {
            return Err(WeightsError::Model(format!(
                "{dim_feat} channels cannot be split over {num_heads} attention heads"
            )));
        }
        Ok(DstformerConfig {
            dim_feat,
            dim_rep: shape("pre_logits.fc.weight", 2)?[0],
            depth: (0..).take_while(has_level).count(),
            num_heads,
            mlp_ratio: hidden / dim_feat,
            maxlen: shape("temp_embed", 4)?[1],
            num_joints: shape("pos_embed", 3)?[1],
        })
    }

    /// The weights of a 3D pose model of this size. Unused tensors are reported, nothing else may be amiss.
    ///
    /// # Errors
    /// [`WeightsError::Model`] for a model of another task, and for missing or mis-shaped tensors, named.
    pub fn pose3d_weights(&self, config: &DstformerConfig) -> Result<ModelWeights<'_>, WeightsError> {
        self.weights_for(Task::Pose3d, "", &pose3d_tensors(config))
    }

    /// The weights of a mesh model with a backbone of this size, backbone and head under their full names.
    ///
    /// # Errors
    /// As [`Checkpoint::pose3d_weights`].
    pub fn mesh_weights(&self, config: &DstformerConfig) -> Result<ModelWeights<'_>, WeightsError> {
        self.expect_task(Task::Mesh)?;
        self.weights_if_fitting(Task::Mesh, "", self.compare_mesh(config))
    }

    /// The weights of an action model, classifier or one-shot embedding, with a backbone of this size, backbone and head
    /// under their full names.
    ///
    /// # Errors
    /// As [`Checkpoint::pose3d_weights`].
    pub fn action_weights(&self, config: &DstformerConfig) -> Result<ModelWeights<'_>, WeightsError> {
        match self.task()? {
            task @ (Task::ActionClass | Task::ActionEmbed) => {
                self.weights_if_fitting(task, "", self.compare_action(config))
            }
            found => Err(WeightsError::WrongTask { found, wanted: Task::ActionClass }),
        }
    }

    /// Compares the tensors with those of a mesh model with a backbone of this size. What such checkpoints usually
    /// carry besides is not told as unused: the body model, and the pose head of a pretrained backbone.
    pub fn compare_mesh(&self, config: &DstformerConfig) -> LoadReport {
        self.compare_with_head(&mesh_tensors(config, self.hidden_channels()))
    }

    /// Compares the tensors with those of an action model with a backbone of this size; a pretrained backbone's pose
    /// head is not told as unused.
    pub fn compare_action(&self, config: &DstformerConfig) -> LoadReport {
        self.compare_with_head(&action_tensors(config, self.hidden_channels(), self.classes()))
    }

    fn compare_with_head(&self, specs: &[TensorSpec]) -> LoadReport {
        let mut report = self.compare(specs);
        let is_usual = |name: &String| {
            name.starts_with("backbone.head.")
                || name.starts_with("head.smpl.")
                || name.ends_with("num_batches_tracked")
        };
        report.unused.retain(|name| !is_usual(name));
        report
    }

    /// Width of the first hidden layer of a mesh or action head; 0 where there is no such head.
    pub fn hidden_channels(&self) -> usize {
        self.tensors.get("head.fc1.weight").and_then(|weight| weight.shape.first()).copied().unwrap_or(0)
    }

    /// Number of classes of an action classifier; none for models of other tasks. 0 where its last layer is missing.
    pub fn classes(&self) -> Option<usize> {
        let last_layer = || self.tensors.get("head.fc2.weight").and_then(|weight| weight.shape.first());
        (self.task().ok()? == Task::ActionClass).then(|| last_layer().copied().unwrap_or(0))
    }

    /// The weights of the backbone of a model of any task; those of a 3D pose model have the pose head with them.
    ///
    /// # Errors
    /// As [`Checkpoint::pose3d_weights`].
    pub fn network_weights(&self, config: &DstformerConfig) -> Result<ModelWeights<'_>, WeightsError> {
        match self.task()? {
            Task::Pose3d => self.pose3d_weights(config),
            task => {
                let prefix = self.backbone_prefix();
                self.weights_for(task, prefix, &with_prefix(prefix, backbone_tensors(config)))
            }
        }
    }

    /// # Errors
    /// [`WeightsError::Model`] for a model of another task.
    pub fn expect_task(&self, wanted: Task) -> Result<(), WeightsError> {
        let task = self.task()?;
        if task == wanted {
            return Ok(());
        }
        Err(WeightsError::WrongTask { found: task, wanted })
    }

    fn weights_for(
        &self,
        wanted: Task,
        prefix: &'static str,
        specs: &[TensorSpec],
    ) -> Result<ModelWeights<'_>, WeightsError> {
        self.expect_task(wanted)?;
        self.weights_if_fitting(wanted, prefix, self.compare(specs))
    }

    fn weights_if_fitting(
        &self,
        wanted: Task,
        prefix: &'static str,
        report: LoadReport,
    ) -> Result<ModelWeights<'_>, WeightsError> {
        if report.fits() {
            Ok(ModelWeights { checkpoint: self, prefix, report })
        } else {
            Err(WeightsError::Model(format!("the tensors do not make a {wanted} model: {report}")))
        }
    }

    /// Compares the tensors with the wanted ones.
    pub fn compare(&self, specs: &[TensorSpec]) -> LoadReport {
        let mut report = LoadReport::default();
        let wanted: BTreeSet<&str> = specs.iter().map(|(name, _)| name.as_str()).collect();
        report.unused = self.tensors.keys().filter(|name| !wanted.contains(name.as_str())).cloned().collect();
        for (name, shape) in specs {
            match self.tensors.get(name) {
                None => report.missing.push(name.clone()),
                Some(tensor) if tensor.shape != *shape => {
                    report.misshaped.push((name.clone(), shape.clone(), tensor.shape.clone()));
                }
                Some(_) => {}
            }
        }
        report
    }
}
