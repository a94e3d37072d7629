//! What a person may choose about actions.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::motion::segments::SegmentOptions;

/// Which labels lanes show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelsOf {
    /// The person's own, by their examples.
    #[default]
    Moves,
    /// Those that an action model was trained for.
    Model,
}

/// An action model and where the names of its classes are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActionModelChoice {
    pub file: PathBuf,
    /// A file with a name a line; none for those of NTU RGB+D that fit the number of classes.
    #[serde(default)]
    pub names: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LabelOptions {
    pub shown: LabelsOf,
    pub model: Option<ActionModelChoice>,
    /// How long a window of the action model is.
    pub window_secs: f64,
    pub model_cut: SegmentOptions,
    /// What is like an example of a move.
    pub moves_cut: SegmentOptions,
    /// Moves are found done with the other side of the body too.
    pub is_mirrored: bool,
}

/// Window lengths that are offered, seconds.
pub const WINDOW_RANGE_SECS: (f64, f64) = (0.5, 10.0);

impl Default for LabelOptions {
    fn default() -> Self {
        Self {
            shown: LabelsOf::default(),
            model: None,
            window_secs: 3.0,
            model_cut: SegmentOptions::default(),
            moves_cut: SegmentOptions { threshold: 0.85, ..SegmentOptions::default() },
            is_mirrored: true,
        }
    }
}

impl LabelOptions {
    /// Which labels lanes show: the only ones that there are, or else the chosen ones.
    pub fn shown(&self, has_moves: bool) -> LabelsOf {
        match (&self.model, has_moves) {
            (None, _) => LabelsOf::Moves,
            (Some(_), false) => LabelsOf::Model,
            (Some(_), true) => self.shown,
        }
    }

    /// How the shown labels are cut.
    pub fn cut(&self, of: LabelsOf) -> &SegmentOptions {
        match of {
            LabelsOf::Moves => &self.moves_cut,
            LabelsOf::Model => &self.model_cut,
        }
    }

    pub fn cut_mut(&mut self, of: LabelsOf) -> &mut SegmentOptions {
        match of {
            LabelsOf::Moves => &mut self.moves_cut,
            LabelsOf::Model => &mut self.model_cut,
        }
    }
}
