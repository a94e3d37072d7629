//! One person at a time, window by window.

use std::sync::Arc;

use glam::Vec3;
use serde::{Deserialize, Serialize};

use crate::data::{
    FrameRange, H36M_JOINTS, KeypointTrack, Normalisation, NormalisationMode, PersonId, PosePrediction, Space,
};
use crate::motion::window::windows;
use crate::motion::{NormaliseError, Stitch, Stitcher, flip, normalise, remap};
use crate::support::{CancelToken, Cancelled, ProgressSink};

use super::lifter::{LiftError, Lifter};

/// Frames that go through the network in one pass at most, mirrored copies included: enough to keep all cores busy,
/// little enough that results appear early.
pub(super) const MAX_FRAMES_PER_PASS: usize = 512;

/// Values of one frame of a clip.
pub(super) const FRAME_VALUES: usize = H36M_JOINTS * 3;

/// What a person may choose about inference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct InferOptions {
    pub mode: NormalisationMode,
    pub stitch: Stitch,
    /// Average with the mirrored prediction of the mirrored clip: more accurate at twice the time.
    pub flip: bool,
    /// Frames per window; the model's maximum is an upper limit.
    pub clip_len: usize,
    /// Whether the model gives joints relative to the root; none asks the model, but published checkpoints do not say
    /// it (their configuration `rootrel` did).
    pub root_relative: Option<bool>,
}

impl Default for InferOptions {
    fn default() -> Self {
        Self { mode: NormalisationMode::Crop, stitch: Stitch::Blend, flip: true, clip_len: 243, root_relative: None }
    }
}

impl InferOptions {
    /// Times that every frame goes through the network.
    pub(super) fn copies(&self) -> usize {
        if self.flip { 2 } else { 1 }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum InferError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("person {person} cannot be lifted: {source}")]
    Normalise { person: PersonId, source: NormaliseError },
    #[error(transparent)]
    Lift(LiftError),
    /// A clip that is not [frames, 17, 3].
    #[error("a clip needs {FRAME_VALUES} values a frame (17 joints of x, y, confidence); this one has {values} in all")]
    ClipShape { values: usize },
    #[error("the model gives embeddings, which have no classes by themselves; an action classifier is needed here")]
    NoClasses,
}

impl From<LiftError> for InferError {
    fn from(error: LiftError) -> Self {
        match error {
            LiftError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            failed @ LiftError::Failed(_) => Self::Lift(failed),
        }
    }
}

/// Predicts the 3D joints of one person over the whole range of the track.
///
/// The result is in the clip box, or in pixels where `options.mode` is [`NormalisationMode::Pixel`]. `image_size` is
/// needed by that mode only. While it runs, `on_update` gets each range of frames that is new or has changed;
/// `progress` counts frames.
///
/// # Errors
/// [`InferError`]; a track with nothing to see is one, since the network would make something up.
pub fn predict_track(
    lifter: &dyn Lifter,
    track: &KeypointTrack,
    image_size: Option<[u32; 2]>,
    options: &InferOptions,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
    on_update: &mut dyn FnMut(PosePrediction),
) -> Result<PosePrediction, InferError> {
    let (clip, normalisation) = clip_of(track, image_size, options)?;
    let source = ClipSource { person: track.person, start: track.range.start, normalisation };
    lift_windows(lifter, &clip, options, &source, cancel, progress, on_update)
}

/// Lifts the windows of a track that stay as they are when it grows, for a lifter that remembers them
/// ([`Remembering`](super::Remembering)), and gives back how the track is normalised by now.
///
/// Nothing is lifted where that differs from `before`: every frame may still change it, and with it all windows. `stop`
/// ends it after the pass that is under way, `cancel` at once.
///
/// # Errors
/// [`InferError`].
pub fn lift_ahead(
    lifter: &dyn Lifter,
    track: &KeypointTrack,
    image_size: Option<[u32; 2]>,
    options: &InferOptions,
    before: Option<Normalisation>,
    stop: &CancelToken,
    cancel: &CancelToken,
) -> Result<Normalisation, InferError> {
    let (clip, normalisation) = clip_of(track, image_size, options)?;
    if before == Some(normalisation) {
        let windows = windows(options.stitch, clip.len() / FRAME_VALUES, options.clip_len.min(lifter.max_frames()));
        let staying = &windows[..windows.len().saturating_sub(1)];
        // A pass that is not full yet gets more windows.
        let is_full = |pass: &&[FrameRange]| pass.len() == windows_per_pass(pass[0].len(), options.copies());
        for pass in passes(staying, options.copies()).filter(is_full) {
            stop.check()?;
            lift_pass(lifter, &clip, pass, options.flip, cancel)?;
        }
    }
    Ok(normalisation)
}

/// The track as model input. // [T, 17, 3]
pub(super) fn clip_of(
    track: &KeypointTrack,
    image_size: Option<[u32; 2]>,
    options: &InferOptions,
) -> Result<(Vec<f32>, Normalisation), InferError> {
    let model_track = remap::track_to_h36m(track);
    let normalisation = normalise::fit(options.mode, &model_track.keypoints, image_size)
        .map_err(|source| InferError::Normalise { person: track.person, source })?;
    Ok((normalise::to_clip(&model_track, &normalisation), normalisation))
}

/// Whether values are a clip [frames, 17, 3].
pub(super) fn check_clip(clip: &[f32]) -> Result<(), InferError> {
    match clip.is_empty() || !clip.len().is_multiple_of(FRAME_VALUES) {
        true => Err(InferError::ClipShape { values: clip.len() }),
        false => Ok(()),
    }
}

/// Predicts from a clip that is model input already: [frames, 17, 3] in [-1, 1], passed to the model as it is.
///
/// # Errors
/// As [`predict_track`], and for a clip of another shape.
pub fn predict_clip(
    lifter: &dyn Lifter,
    clip: &[f32],
    options: &InferOptions,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
    on_update: &mut dyn FnMut(PosePrediction),
) -> Result<PosePrediction, InferError> {
    check_clip(clip)?;
    let source = ClipSource { person: PersonId::default(), start: 0, normalisation: Normalisation::IDENTITY };
    lift_windows(lifter, clip, options, &source, cancel, progress, on_update)
}

/// Whose clip it is, where on the timeline it starts and how it was normalised.
struct ClipSource {
    person: PersonId,
    start: usize,
    normalisation: Normalisation,
}

impl ClipSource {
    /// `joints` of the clip's frames `range`, in the space that the result is given in.
    fn prediction(&self, range: FrameRange, joints: &[Vec3]) -> PosePrediction {
        let clip_box = PosePrediction {
            person: self.person,
            range: FrameRange::of_len(self.start + range.start, range.len()),
            space: Space::ClipBox,
            normalisation: self.normalisation,
            joints: Arc::from(joints),
        };
        if self.normalisation.mode == NormalisationMode::Pixel { clip_box.to_pixels() } else { clip_box }
    }
}

fn lift_windows(
    lifter: &dyn Lifter,
    clip: &[f32], // [frames, 17, 3]
    options: &InferOptions,
    source: &ClipSource,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
    on_update: &mut dyn FnMut(PosePrediction),
) -> Result<PosePrediction, InferError> {
    let frames = clip.len() / FRAME_VALUES;
    let windows = windows(options.stitch, frames, options.clip_len.min(lifter.max_frames()));
    let mut stitcher = Stitcher::new(options.stitch, options.root_relative.unwrap_or(lifter.is_root_relative()));
    for pass in passes(&windows, options.copies()) {
        cancel.check()?;
        let lifted = lift_pass(lifter, clip, pass, options.flip, cancel)?;
        for (window, joints) in pass.iter().zip(lifted.chunks_exact(pass[0].len() * H36M_JOINTS)) {
            let changed = stitcher.add(*window, joints);
            let joints = &stitcher.joints()[changed.start * H36M_JOINTS..changed.end * H36M_JOINTS];
            on_update(source.prediction(changed, joints));
        }
        progress.progress("frames", stitcher.frames() as u64, frames as u64);
    }
    Ok(source.prediction(FrameRange::new(0, frames), stitcher.joints()))
}

/// Windows that go through the network together: of one length, and few enough; `copies` of each.
pub(super) fn passes(windows: &[FrameRange], copies: usize) -> impl Iterator<Item = &[FrameRange]> {
    let same_len = windows.chunk_by(|a, b| a.len() == b.len());
    same_len.flat_map(move |windows| windows.chunks(windows_per_pass(windows[0].len(), copies)))
}

fn windows_per_pass(window_frames: usize, copies: usize) -> usize {
    (MAX_FRAMES_PER_PASS / (copies * window_frames)).max(1)
}

/// The clips of the windows, then, where asked for, the mirrored ones. // [copies * windows, T, 17, 3]
pub(super) fn pass_input(clip: &[f32], windows: &[FrameRange], with_flip: bool) -> Vec<f32> {
    let of_window = |window: &FrameRange| &clip[window.start * FRAME_VALUES..window.end * FRAME_VALUES];
    let mut input: Vec<f32> = windows.iter().flat_map(of_window).copied().collect();
    if with_flip {
        let values = input.len();
        input.extend_from_within(..);
        flip::mirror(&mut input[values..]);
    }
    input
}

/// Lifts windows of equal length in one pass, averaged with the mirrored ones where asked. // [windows, frames, 17]
fn lift_pass(
    lifter: &dyn Lifter,
    clip: &[f32],
    windows: &[FrameRange],
    with_flip: bool,
    cancel: &CancelToken,
) -> Result<Vec<Vec3>, InferError> {
    let input = pass_input(clip, windows, with_flip);
    let values = windows.len() * windows[0].len() * FRAME_VALUES;
    let batch = input.len() / (windows[0].len() * FRAME_VALUES);
    let mut output = lifter.lift(&input, batch, windows[0].len(), cancel)?;
    if with_flip {
        let (plain, mirrored) = output.split_at_mut(values);
        flip::mirror(mirrored);
        for (value, other) in plain.iter_mut().zip(mirrored) {
            *value = f32::midpoint(*value, *other);
        }
    }
    Ok(output[..values].as_chunks::<3>().0.iter().map(|joint| Vec3::from(*joint)).collect())
}

#[cfg(test)]
mod tests;
