//! What a model makes of the examples of named movements.

use crate::data::{MotionFeatures, MoveExample};
use crate::motion::features;
use crate::support::{CancelToken, NoProgress};

use super::{InferError, InferOptions, Lifter, predict_clip};

/// The features of an example, by the model in use.
///
/// # Errors
/// As [`predict_clip`].
pub fn example_features(
    lifter: &dyn Lifter,
    example: &MoveExample,
    cancel: &CancelToken,
) -> Result<MotionFeatures, InferError> {
    let options = InferOptions::default();
    let poses = predict_clip(lifter, &example.clip, &options, cancel, &NoProgress, &mut |_| {})?;
    Ok(features::of_poses(&poses, None, example.fps, false))
}
