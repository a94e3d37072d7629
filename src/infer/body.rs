//! Body pose and shape of one person, window by window.

use std::ops::Range;
use std::sync::Arc;

use glam::Vec3;
use rayon::prelude::*;

use crate::data::body::{BODY_SHAPES, Betas, BodyFrame, BodyModel, BodyPose, BodyTrack};
use crate::data::{FrameRange, KeypointTrack, PersonId};
use crate::motion::body_stitch::blend_pose;
use crate::motion::skin::ShapedBody;
use crate::motion::window::windows;
use crate::motion::{BodyStitcher, flip};
use crate::nn::MeshModel;
use crate::support::{CancelToken, ProgressSink};

use super::lifter::LiftError;
use super::predict::{FRAME_VALUES, InferError, InferOptions, check_clip, clip_of, pass_input, passes};

/// What a mesh model says of one person. All tracks are in camera axes (x right, y down, z away), metres, with the body
/// where its rest pose is: translations are 0.
#[derive(Clone, Debug)]
pub struct BodyPrediction {
    /// The pose to show. Averaged with the mirrored pass it is halfway between both rotations of every joint (their
    /// mean in SO(3)) and the mean of both shapes.
    pub track: BodyTrack,
    /// What that is the mean of: the plain pass and, where asked for, the mirrored one, mirrored back. The published
    /// system averages not parameters but the vertices and joints of these.
    pub passes: Vec<BodyTrack>,
}

impl BodyPrediction {
    /// Vertices (millimetres) of frames counted from the start, averaged over the passes as published; the frames are
    /// posed on all threads.
    pub fn vertices_mm(&self, body: &Arc<BodyModel>, frames: Range<usize>) -> Vec<Vec<Vec3>> {
        let share = 1000.0 / self.passes.len() as f32;
        let posed = frames.into_par_iter().map(|frame| {
            let mut sums = vec![Vec3::ZERO; body.vertex_count()];
            for pass in &self.passes {
                let (pose, betas) = (&pass.poses[frame], &pass.betas[frame]);
                let shaped = ShapedBody::new(body.clone(), *betas);
                let vertices = shaped.posed(&BodyFrame { pose, betas, translation: Vec3::ZERO });
                sums.iter_mut().zip(vertices).for_each(|(sum, vertex)| *sum += vertex * share);
            }
            sums
        });
        posed.collect()
    }
}

/// Predicts pose and shape of one person over the whole range of the track.
///
/// Windows are as for 3D poses; those that overlap are cross-faded, and the person has one shape then. `image_size` is
/// needed by pixel mode only. `progress` counts frames; `cancel` is looked at before every pass.
///
/// # Errors
/// [`InferError`]; a track with nothing to see is one.
pub fn predict_body(
    model: &MeshModel,
    track: &KeypointTrack,
    image_size: Option<[u32; 2]>,
    options: &InferOptions,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<BodyPrediction, InferError> {
    let (clip, _) = clip_of(track, image_size, options)?;
    predict(model, &clip, track.person, track.range.start, options, cancel, progress)
}

/// Predicts from a clip that is model input already: [frames, 17, 3] in [-1, 1], passed to the model as it is.
///
/// # Errors
/// As [`predict_body`], and for a clip of another shape.
pub fn predict_body_clip(
    model: &MeshModel,
    clip: &[f32],
    options: &InferOptions,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<BodyPrediction, InferError> {
    check_clip(clip)?;
    predict(model, clip, PersonId::default(), 0, options, cancel, progress)
}

fn predict(
    model: &MeshModel,
    clip: &[f32], // [T, 17, 3]
    person: PersonId,
    start: usize,
    options: &InferOptions,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<BodyPrediction, InferError> {
    let (frames, copies) = (clip.len() / FRAME_VALUES, options.copies());
    let windows = windows(options.stitch, frames, options.clip_len.min(model.config().maxlen));
    let mut stitchers = vec![BodyStitcher::new(options.stitch); copies];
    for pass in passes(&windows, copies) {
        cancel.check()?;
        let len = pass[0].len();
        let input = pass_input(clip, pass, options.flip);
        let estimates = model.estimate(&input, copies * pass.len(), len, cancel).map_err(LiftError::from)?;
        let clips = estimates.poses.chunks_exact(len).zip(&estimates.betas);
        for (index, (poses, betas)) in clips.enumerate() {
            let (copy, window) = (index / pass.len(), pass[index % pass.len()]);
            match copy {
                0 => stitchers[0].add(window, poses, betas),
                _ => stitchers[copy].add(window, &poses.iter().map(flip::mirrored_pose).collect::<Vec<_>>(), betas),
            }
        }
        progress.progress("frames", stitchers[0].frames() as u64, frames as u64);
    }
    let range = FrameRange::of_len(start, frames);
    let track = |(poses, betas): (Vec<BodyPose>, Vec<Betas>)| BodyTrack {
        person,
        range,
        poses: poses.into(),
        betas: betas.into(),
        translations: vec![Vec3::ZERO; frames].into(),
    };
    let passes: Vec<BodyTrack> = stitchers.into_iter().map(|stitcher| track(stitcher.finish())).collect();
    let track = match &passes[..] {
        [plain, mirrored] => halfway(plain, mirrored),
        _ => passes[0].clone(),
    };
    Ok(BodyPrediction { track, passes })
}

fn halfway(a: &BodyTrack, b: &BodyTrack) -> BodyTrack {
    let shape =
        |a: &Betas, b: &Betas| -> Betas { std::array::from_fn::<_, BODY_SHAPES, _>(|i| f32::midpoint(a[i], b[i])) };
    let poses: Arc<[BodyPose]> = a.poses.iter().zip(b.poses.iter()).map(|(a, b)| blend_pose(a, b, 0.5)).collect();
    BodyTrack { poses, betas: a.betas.iter().zip(b.betas.iter()).map(|(a, b)| shape(a, b)).collect(), ..a.clone() }
}
