//! The motion representation of one person: frame by frame, and pooled so that stretches of time can be compared.

use crate::data::{FrameIndex, H36M_JOINTS, KeypointTrack, MotionFeatures};
use crate::motion::features::{self, Pooling};
use crate::motion::window::{Stitch, windows};
use crate::nn::BackboneModel;
use crate::support::{CancelToken, Notice, ProgressSink};

use super::lifter::LiftError;
use super::predict::{FRAME_VALUES, InferError, InferOptions, check_clip, clip_of, passes};

/// A network that can say what a motion is like. Implemented by the models and, in tests, by simple functions.
pub trait Backbone: Send + Sync {
    /// Most frames of one clip.
    fn max_frames(&self) -> usize;

    /// Values for each joint in each frame.
    fn dim_rep(&self) -> usize;

    /// The motion representation [batch, frames, 17, dim_rep] of `clips` [batch, frames, 17, 3] (x, y, confidence).
    ///
    /// # Errors
    /// [`LiftError`] when the network fails or is asked to stop.
    fn represent(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, LiftError>;

    /// What a person should hear of the passes since the last call, such as a GPU that was given up.
    fn take_notices(&self) -> Vec<Notice> {
        Vec::new()
    }
}

impl Backbone for BackboneModel {
    fn max_frames(&self) -> usize {
        self.config().maxlen
    }

    fn dim_rep(&self) -> usize {
        self.config().dim_rep
    }

    fn represent(
        &self,
        clips: &[f32],
        batch: usize,
        frames: usize,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, LiftError> {
        Ok(Self::represent(self, clips, batch, frames, cancel)?)
    }

    fn take_notices(&self) -> Vec<Notice> {
        self.notices().take().into_iter().map(|(notice, _)| notice).collect()
    }
}

/// The track as the clip that [`represent_clip`] takes, normalised as a whole. // [T, 17, 3]
///
/// # Errors
/// [`InferError::Normalise`] for a track with nothing to see.
pub fn clip_of_track(
    track: &KeypointTrack,
    image_size: Option<[u32; 2]>,
    options: &InferOptions,
) -> Result<Vec<f32>, InferError> {
    Ok(clip_of(track, image_size, options)?.0)
}

/// Runs the backbone over a clip [frames, 17, 3] in windows side by side, as published, and hands over what comes out:
/// [some frames, 17, dim_rep] at a time, in order, so that a long take is never whole in memory.
///
/// `progress` counts frames. `on_frames` may fail, which ends the run.
///
/// # Errors
/// [`InferError`], or what `on_frames` said.
pub fn represent_clip<E: From<InferError>>(
    backbone: &dyn Backbone,
    clip: &[f32],
    clip_len: usize,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
    on_frames: &mut dyn FnMut(&[f32]) -> Result<(), E>,
) -> Result<(), E> {
    check_clip(clip)?;
    let frames = clip.len() / FRAME_VALUES;
    let windows = windows(Stitch::Reference, frames, clip_len.min(backbone.max_frames()));
    for pass in passes(&windows, 1) {
        cancel.check().map_err(InferError::from)?;
        let (start, end) = (pass[0].start, pass[pass.len() - 1].end);
        let input = &clip[start * FRAME_VALUES..end * FRAME_VALUES];
        on_frames(&backbone.represent(input, pass.len(), pass[0].len(), cancel).map_err(InferError::from)?)?;
        progress.progress("frames", end as u64, frames as u64);
    }
    Ok(())
}

/// The features of a person's motion by the backbone's representation, the mean over the joints. Comparable within one
/// clip and model only, since nothing is known of the representation but how it is spread there.
///
/// # Errors
/// As [`represent_clip`], and for a track with nothing to see.
pub fn representation_features(
    backbone: &dyn Backbone,
    track: &KeypointTrack,
    fps: f64,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<MotionFeatures, InferError> {
    let options = InferOptions::default();
    let (clip, _) = clip_of(track, None, &options)?;
    let dim = backbone.dim_rep();
    let mut pooling = Pooling::new(track.person, track.range.start, dim, fps);
    let mut frame_index = track.range.start;
    represent_clip(backbone, &clip, options.clip_len, cancel, progress, &mut |representation| {
        for frame in representation.chunks_exact(H36M_JOINTS * dim) {
            pooling.add(&over_joints(frame, dim), features::share_seen(track, FrameIndex(frame_index)));
            frame_index += 1;
        }
        Ok::<(), InferError>(())
    })?;
    Ok(features::standardised(&pooling.finish()))
}

/// The mean over the joints of one frame's representation. `[17, dim_rep]` to `[dim_rep]`
pub fn over_joints(frame: &[f32], dim_rep: usize) -> Vec<f32> {
    let mut mean = vec![0.0; dim_rep];
    for joint in frame.chunks_exact(dim_rep.max(1)) {
        for (mean, value) in mean.iter_mut().zip(joint) {
            *mean += value / H36M_JOINTS as f32;
        }
    }
    mean
}

#[cfg(test)]
mod tests;
