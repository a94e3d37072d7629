//! From keypoints to 3D, person after person.

use anyhow::Context;

use super::exit::Advice;
use super::report::Reporter;
use crate::data::{KeypointTrack, NormalisationMode, PosePrediction};
use crate::infer::{InferError, InferOptions, Lifter, predict_track};
use crate::session::Source;
use crate::support::{CancelToken, Notice, Notices};

/// Lifts every track. Someone who cannot be lifted is told and left out.
///
/// # Errors
/// When nobody can be lifted, the device fails, or the token was cancelled.
pub(super) fn lift(
    model: &dyn Lifter,
    source: &Source,
    tracks: &[&KeypointTrack],
    options: &InferOptions,
    notices: &Notices,
    reporter: &Reporter,
    cancel: &CancelToken,
) -> anyhow::Result<Vec<PosePrediction>> {
    let options = source.infer_options(options);
    if options.mode == NormalisationMode::Pixel && source.image_size.is_none() {
        // The size of the image cannot be told from where people were seen in it.
        return Err(Advice::usage(
            "--pixel needs the size of the image, which the file does not say",
            "Give the width and height of the video, for example --image-size 1920x1080.",
        )
        .into());
    }
    let mut predictions = Vec::new();
    for track in tracks {
        reporter.task(&format!("person {}", track.person));
        let result = predict_track(model, track, source.image_size, &options, cancel, reporter, &mut |_| {});
        for notice in model.take_notices() {
            notices.add(notice);
        }
        match result {
            Ok(prediction) => predictions.push(prediction),
            Err(InferError::Normalise { person, source }) => {
                notices.add(Notice::warning(format!("Person {person} was left out")).why(source.to_string()));
            }
            Err(error) => return Err(error).context("the motion could not be lifted to 3D"),
        }
    }
    if predictions.is_empty() {
        let why = notices.to_vec().into_iter().map(|(notice, _)| notice.to_string()).next_back().unwrap_or_default();
        anyhow::bail!("nobody in {} could be lifted to 3D. {why}", source.name);
    }
    Ok(predictions)
}
