//! What people do: the action models of MotionBERT, ready for use.
//!
//! Source: "Learning Human Motion Representations: A Unified Perspective" (arXiv 2210.06551), section 3.3, with the
//! tensor names of the published checkpoints. One model gives a score for every class, the other an embedding in which
//! clips of one action lie near each other (one-shot recognition). Imports data and support only; runs on the thread
//! that asks for scores.

mod head;

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::device::DeviceChoice;
use super::dstformer::NetworkError;
use super::hidden::mean_row;
use super::network::Network;
use super::{Checkpoint, DstformerConfig, LoadReport, ModelError};
use crate::support::{CancelToken, Notice, Notices};
use head::ActionHead;

/// A loaded action model. Shared between threads; one pass at a time is fastest, since a pass uses all cores.
pub struct ActionModel {
    name: String,
    backbone: Network,
    head: ActionHead,
    /// Pooled representation of nobody, by number of frames: every clip of one person has it as its second.
    nobody: Mutex<BTreeMap<usize, Arc<[f32]>>>,
}

impl ActionModel {
    /// Puts a checkpoint on a device. The report names tensors that the model does not use; notices say when another
    /// device than the chosen one is used.
    ///
    /// # Errors
    /// [`NetworkError`] for a checkpoint that is no action model or does not fit the device.
    pub fn load(
        checkpoint: &Checkpoint,
        choice: DeviceChoice,
        num_heads: Option<usize>,
    ) -> Result<(Self, LoadReport, Vec<Notice>), NetworkError> {
        let weights = checkpoint.action_weights(&checkpoint.config(num_heads)?)?;
        let (backbone, _, notices) = Network::load(checkpoint, choice, num_heads)?;
        let head = ActionHead::new(&weights.part("head."), checkpoint.classes())?;
        Ok((Self { name: checkpoint.name.clone(), backbone, head, nobody: Mutex::default() }, weights.report, notices))
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn config(&self) -> &DstformerConfig {
        self.backbone.config()
    }

    /// The device it runs on, for people.
    pub fn device_label(&self) -> &str {
        self.backbone.device_label()
    }

    /// What happened while it ran: a GPU that failed and was given up.
    pub fn notices(&self) -> &Notices {
        self.backbone.notices()
    }

    /// Number of classes; none for a model that gives embeddings.
    pub fn classes(&self) -> Option<usize> {
        match self.head {
            ActionHead::Class { classes, .. } => Some(classes),
            ActionHead::Embed { .. } => None,
        }
    }

    /// Values that [`ActionModel::score`] gives for every clip: the number of classes, or the length of an embedding.
    pub fn outputs(&self) -> usize {
        self.head.outputs()
    }

    /// Scores of `clips` [n, persons, frames, 17, 3] (x, y, confidence) in the clip box: logits [n, classes], or
    /// embeddings of length 1 [n, 2048].
    ///
    /// The published models were trained with two persons in every clip; where there is one, the other is all zeros,
    /// which costs nothing after the first time.
    ///
    /// # Errors
    /// [`ModelError`] when asked to stop, for another shape, and for weights that lead to no numbers. A GPU that fails
    /// is replaced by the CPU.
    pub fn score(
        &self,
        clips: &[f32],
        n: usize,
        persons: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        let DstformerConfig { maxlen, num_joints, .. } = *self.config();
        let person_len = frames * num_joints * 3;
        if n == 0 || persons == 0 || !(1..=maxlen).contains(&frames) || clips.len() != n * persons * person_len {
            let found = vec![n, persons, frames, clips.len() / (n * persons * frames).max(1)];
            return Err(NetworkError::Shape { maxlen, num_joints, found }.into());
        }
        let is_nobody = |person: &[f32]| person.iter().all(|value| *value == 0.0);
        let somebody: Vec<&[f32]> = clips.chunks_exact(person_len).filter(|person| !is_nobody(person)).collect();
        let mut pooled = self.pooled(&somebody, frames, cancel)?.into_iter();
        let mut means = Vec::with_capacity(n * self.head.inputs()); // [n, 17 * dim_rep]
        for clip in clips.chunks_exact(persons * person_len) {
            let mut rows = Vec::with_capacity(persons * self.head.inputs());
            for person in clip.chunks_exact(person_len) {
                match is_nobody(person) {
                    true => rows.extend_from_slice(&self.nobody(frames, cancel)?),
                    false => rows.extend(pooled.next().unwrap_or_default()),
                }
            }
            means.extend(mean_row(&rows, self.head.inputs()));
        }
        cancel.check()?;
        let scores = self.head.forward(&means);
        if scores.iter().all(|score| score.is_finite()) { Ok(scores) } else { Err(NetworkError::NotFinite.into()) }
    }

    /// The motion representation [batch, frames, 17, dim_rep] of `clips` [batch, frames, 17, 3].
    ///
    /// # Errors
    /// As [`ActionModel::score`].
    pub fn represent(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, ModelError> {
        self.backbone.represent(clips, batch, frames, cancel)
    }

    /// Representations of people, each the mean over its frames. // [people][17 * dim_rep]
    fn pooled(&self, people: &[&[f32]], frames: usize, cancel: &CancelToken) -> Result<Vec<Vec<f32>>, ModelError> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let representation = self.represent(&people.concat(), people.len(), frames, cancel)?;
        let features = self.head.inputs();
        Ok(representation.chunks_exact(frames * features).map(|rows| mean_row(rows, features)).collect())
    }

    /// The pooled representation of a person who is not there.
    fn nobody(&self, frames: usize, cancel: &CancelToken) -> Result<Arc<[f32]>, ModelError> {
        if let Some(row) = self.nobody.lock().get(&frames) {
            return Ok(row.clone());
        }
        let zeros = vec![0.0; frames * self.config().num_joints * 3];
        let row: Arc<[f32]> = self.pooled(&[&zeros], frames, cancel)?.concat().into();
        self.nobody.lock().insert(frames, row.clone());
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{WeightsError, seeded_action, seeded_pose3d};

    const HIDDEN: usize = 24;

    fn tiny(classes: Option<usize>) -> ActionModel {
        let config = DstformerConfig { maxlen: 9, ..DstformerConfig::TINY };
        let checkpoint = seeded_action(&config, HIDDEN, classes, 1);
        let (model, report, notices) = ActionModel::load(&checkpoint, DeviceChoice::Cpu, None).unwrap();
        assert!(report.unused.is_empty() && notices.is_empty());
        model
    }

    fn person(frames: usize, turn: f32) -> Vec<f32> {
        (0..frames * 51).map(|i| (i as f32 * turn).sin()).collect()
    }

    #[test]
    fn nobody_is_computed_once_and_bit_for_bit_what_the_network_gives() {
        let model = tiny(Some(5));
        let cancel = CancelToken::new();
        for frames in [9, 4] {
            let zeros = vec![0.0; frames * 51];
            let clips = [person(frames, 0.7), zeros.clone(), person(frames, 1.3), zeros].concat();
            let found = model.score(&clips, 2, 2, frames, &cancel).unwrap();
            // Everybody through the network, nobody kept.
            let rows = model.pooled(&clips.chunks_exact(frames * 51).collect::<Vec<_>>(), frames, &cancel).unwrap();
            let means = rows.chunks(2).flat_map(|clip| mean_row(&clip.concat(), model.head.inputs()));
            let wanted = model.head.forward(&means.collect::<Vec<_>>());
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&found), bits(&wanted));
            assert_eq!(bits(&found), bits(&model.score(&clips, 2, 2, frames, &cancel).unwrap()), "from what was kept");
        }
        assert_eq!(model.nobody.lock().keys().copied().collect::<Vec<_>>(), [4, 9]);
    }

    #[test]
    fn people_are_averaged_and_their_order_does_not_matter() {
        let model = tiny(None);
        assert_eq!((model.classes(), model.outputs()), (None, HIDDEN));
        let cancel = CancelToken::new();
        let (a, b) = (person(5, 0.7), person(5, 1.3));
        let both = model.score(&[a.clone(), b.clone()].concat(), 1, 2, 5, &cancel).unwrap();
        let swapped = model.score(&[b, a.clone()].concat(), 1, 2, 5, &cancel).unwrap();
        assert!(both.iter().zip(&swapped).all(|(a, b)| (a - b).abs() < 1e-6));
        let length: f32 = both.iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < 1e-6, "{length}");
        let twice = model.score(&[a.clone(), a.clone()].concat(), 1, 2, 5, &cancel).unwrap();
        let alone = model.score(&a, 1, 1, 5, &cancel).unwrap();
        assert!(twice.iter().zip(&alone).all(|(a, b)| (a - b).abs() < 1e-6));
        assert!(both.iter().zip(&alone).any(|(a, b)| (a - b).abs() > 1e-3));
    }

    #[test]
    fn stopping_bad_shapes_and_other_models_are_told_apart() {
        let model = tiny(Some(5));
        let cancel = CancelToken::new();
        for (values, n, persons, frames) in [(51, 0, 1, 1), (51, 1, 0, 1), (0, 1, 1, 0), (510, 1, 1, 10), (51, 1, 2, 1)]
        {
            let error = model.score(&vec![0.5; values], n, persons, frames, &cancel).unwrap_err();
            assert!(matches!(error, ModelError::Network(NetworkError::Shape { .. })), "{error}");
        }
        cancel.cancel();
        assert!(matches!(model.score(&[0.5; 51], 1, 1, 1, &cancel), Err(ModelError::Cancelled(_))));

        let mut checkpoint = seeded_pose3d(&DstformerConfig::TINY, 1);
        let load = |checkpoint: &Checkpoint| ActionModel::load(checkpoint, DeviceChoice::Cpu, None).err().unwrap();
        let wrong = load(&checkpoint);
        assert!(matches!(wrong, NetworkError::Weights(WeightsError::WrongTask { .. })), "{wrong}");
        checkpoint = seeded_action(&DstformerConfig::TINY, HIDDEN, Some(5), 1);
        checkpoint.tensors.remove("head.fc2.weight");
        let damaged = load(&checkpoint).to_string();
        assert!(damaged.contains("head.fc2.weight"), "{damaged}");
    }
}
