//! From a person's keypoints to a 3D prediction: normalise, cut, run the network, stitch.
//!
//! Imports `motion` and `nn` (and the layers below). Called from the infer thread, or from the command line's main
//! thread; spawns no threads of its own.

pub mod action;
pub mod body;
pub mod lifter;
pub mod memory;
pub mod moves;
pub mod predict;
pub mod represent;

pub use action::{ActionOptions, ScoredPeople, score_people};
pub use body::{BodyPrediction, predict_body, predict_body_clip};
pub use lifter::{LiftError, Lifter};
pub use memory::Remembering;
pub use moves::example_features;
pub use predict::{InferError, InferOptions, lift_ahead, predict_clip, predict_track};
pub use represent::{Backbone, represent_clip};
