//! What the model in use makes of the examples of the person's own moves.

use std::sync::Arc;

use crate::data::{FrameRange, MotionFeatures, MoveExample, MoveSet};
use crate::infer::{InferError, Lifter, example_features};
use crate::motion::moves::MoveSample;
use crate::nn::DeviceChoice;
use crate::session::{ModelChoice, Session};
use crate::support::{CancelToken, Cancelled, Level, Notice};

/// All that [`Examples`] depend on; equal keys give equal features.
#[derive(Clone, Debug)]
pub struct ExamplesKey {
    pub moves: Arc<MoveSet>,
    pub model: ModelChoice,
    pub device: DeviceChoice,
}

impl PartialEq for ExamplesKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.moves, &other.moves) && self.model == other.model && self.device == other.device
    }
}

/// What [`Examples`] are derived from.
#[derive(Clone, Debug)]
pub struct ExamplesInput {
    pub key: ExamplesKey,
    /// The last ones; what the same model made of an example holds.
    pub known: Option<Arc<Examples>>,
}

/// The features of all examples.
#[derive(Clone, Debug)]
pub struct Examples {
    pub key: ExamplesKey,
    features: Vec<ExampleFeatures>,
    /// What a person should know of those that are of no use.
    pub notices: Vec<Notice>,
}

#[derive(Clone, Debug)]
struct ExampleFeatures {
    class: usize,
    /// Tells the example. [frames, 17, 3]
    clip: Arc<[f32]>,
    stretch: FrameRange,
    features: Arc<MotionFeatures>,
}

impl Examples {
    pub(super) fn samples(&self) -> Vec<MoveSample<'_>> {
        let examples = self.features.iter();
        examples
            .map(|example| MoveSample { class: example.class, features: &example.features, range: example.stretch })
            .collect()
    }
}

impl ExamplesInput {
    /// Whether examples have to be lifted that the model has not lifted yet.
    pub fn needs_lifter(&self) -> bool {
        let mut examples = self.key.moves.classes.iter().flat_map(|class| &class.examples);
        examples.any(|example| self.known_features(example).is_none())
    }

    fn known_features(&self, example: &MoveExample) -> Option<&Arc<MotionFeatures>> {
        let known = self.known.as_ref()?;
        let is_same_model = known.key.model == self.key.model && known.key.device == self.key.device;
        let same = known.features.iter().find(|other| Arc::ptr_eq(&other.clip, &example.clip));
        same.filter(|_| is_same_model).map(|known| &known.features)
    }

    /// Lifts every new example; `lifter` is of need only where [`Self::needs_lifter`].
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop.
    pub fn derive(&self, lifter: Option<&dyn Lifter>, cancel: &CancelToken) -> Result<Examples, Cancelled> {
        let (mut features, mut notices) = (Vec::new(), Vec::new());
        for (class, known) in self.key.moves.classes.iter().enumerate() {
            for example in &known.examples {
                cancel.check()?;
                let lifted = match (self.known_features(example), lifter) {
                    (Some(features), _) => Ok(features.clone()),
                    (None, Some(lifter)) => example_features(lifter, example, cancel).map(Arc::new),
                    (None, None) => continue,
                };
                match lifted {
                    Ok(lifted) => {
                        let (clip, stretch) = (example.clip.clone(), example.stretch);
                        features.push(ExampleFeatures { class, clip, stretch, features: lifted });
                    }
                    Err(InferError::Cancelled(cancelled)) => return Err(cancelled),
                    Err(error) => {
                        let headline = format!("An example of \"{}\" is of no use", known.name);
                        notices.push(Notice { level: Level::Warning, ..Notice::from_error(headline, &error) });
                    }
                }
            }
        }
        Ok(Examples { key: self.key.clone(), features, notices })
    }
}

impl Session {
    /// The features of the examples, as far as they are known; moves may be newer.
    pub(super) fn examples(&self) -> Option<&Arc<Examples>> {
        self.actions.examples.as_ref()
    }

    pub fn set_examples(&mut self, examples: Arc<Examples>) {
        self.actions.examples = Some(examples);
    }

    /// What the features of the examples should be derived for, if they are out of date.
    pub fn outdated_examples_key(&self) -> Option<ExamplesKey> {
        let document = self.document();
        if document.moves.classes.is_empty() {
            return None;
        }
        let (model, device) = (document.lifting.model.clone(), document.lifting.device);
        let key = ExamplesKey { moves: document.moves.clone(), model, device };
        self.examples().is_none_or(|examples| examples.key != key).then_some(key)
    }

    /// What to derive the features of the examples from, if they are out of date.
    pub fn outdated_examples(&self) -> Option<ExamplesInput> {
        Some(ExamplesInput { key: self.outdated_examples_key()?, known: self.examples().cloned() })
    }
}
