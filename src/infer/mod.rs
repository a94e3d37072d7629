//! From a person's keypoints to a 3D prediction: normalise, cut, run the network, stitch.
//!
//! Imports `motion` and `nn` (and the layers below). Called from the infer thread, or from the command line's main
//! thread; spawns no threads of its own.

pub mod action;
pub mod body;
pub mod lifter;
pub mod predict;

pub use action::{ActionOptions, ScoredPeople, score_people};
pub use body::{BodyPrediction, predict_body, predict_body_clip};
pub use lifter::{LiftError, Lifter};
pub use predict::{InferError, InferOptions, predict_clip, predict_track};
