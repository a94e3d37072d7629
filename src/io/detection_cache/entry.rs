//! One entry as a file: an .npz archive, whose checksums tell damage.

use std::io;

use super::Detections;
use crate::data::{Detection, FrameIndex, FrameTimes, Keypoint, SkeletonId};
use crate::io::npy::{Npy, NpyError, Npz, parse};
use crate::io::npz::NpzWriter;

/// Counts up when entries are written in another way.
pub(super) const VERSION: u8 = 1;

#[derive(Debug, thiserror::Error)]
pub(super) enum EntryError {
    #[error(transparent)]
    Npy(#[from] NpyError),
    #[error("{0} makes no sense")]
    Nonsense(&'static str),
}

pub(super) fn write(out: &mut Vec<u8>, found: &Detections) -> io::Result<()> {
    let Detections { skeleton, detector, image_size, fps, times, detections } = found;
    let mut archive = NpzWriter::new(out);
    archive.text("skeleton", skeleton.name)?;
    archive.text("detector", detector)?;
    archive.u32("image_size", &[2], image_size.iter().copied())?;
    archive.number("fps", fps.unwrap_or(f64::NAN))?;
    archive.number("duration_secs", times.duration_secs())?;
    archive.f64("starts_secs", &[times.len()], times.starts_secs().iter().copied())?;
    let count = detections.len();
    archive.u32("frame", &[count], detections.iter().map(|detection| detection.frame.0 as u32))?;
    archive.f32("score", &[count], detections.iter().map(|detection| detection.score))?;
    let bbox = |detection: &Detection| detection.bbox.unwrap_or([f32::NAN; 4]);
    archive.f32("bbox", &[count, 4], detections.iter().flat_map(bbox))?;
    let joints = detections.iter().flat_map(|detection| detection.keypoints.iter());
    let values = joints.flat_map(|joint| [joint.x, joint.y, joint.confidence]);
    archive.f32("keypoints", &[count, skeleton.len(), 3], values)?;
    archive.finish()
}

pub(super) fn read(bytes: &[u8]) -> Result<Detections, EntryError> {
    let mut archive = Npz::open(bytes)?;
    let text = numbers_or_text(&mut archive, "skeleton")?.1;
    let skeleton = SkeletonId::ALL.into_iter().map(SkeletonId::skeleton).find(|skeleton| skeleton.name == text);
    let skeleton = skeleton.ok_or(EntryError::Nonsense("the joint set"))?;
    let detector = numbers_or_text(&mut archive, "detector")?.1;
    let mut numbers = |name: &'static str, count: Option<usize>| {
        let values = numbers_or_text(&mut archive, name)?.0;
        let fits = count.is_none_or(|count| values.len() == count);
        if fits { Ok(values) } else { Err(EntryError::Nonsense(name)) }
    };
    let image_size = numbers("image_size", Some(2))?;
    let fps = numbers("fps", Some(1))?[0];
    let duration_secs = numbers("duration_secs", Some(1))?[0];
    let starts_secs = numbers("starts_secs", None)?;
    let frames: Vec<usize> = numbers("frame", None)?.into_iter().map(|frame| frame as usize).collect();
    if !frames.is_sorted() || frames.last().is_some_and(|last| *last >= starts_secs.len()) {
        return Err(EntryError::Nonsense("the order of frames"));
    }
    let scores = numbers("score", Some(frames.len()))?;
    let boxes = numbers("bbox", Some(frames.len() * 4))?;
    let keypoints = numbers("keypoints", Some(frames.len() * skeleton.len() * 3))?;
    let detections = frames.into_iter().zip(scores).enumerate().map(|(place, (frame, score))| {
        let bbox = [0, 1, 2, 3].map(|side| boxes[4 * place + side] as f32);
        let of_one = keypoints.chunks_exact(3).skip(place * skeleton.len()).take(skeleton.len());
        let keypoint = |values: &[f64]| Keypoint::new(values[0] as f32, values[1] as f32, values[2] as f32);
        Detection {
            frame: FrameIndex(frame),
            id: None,
            score: score as f32,
            bbox: bbox.iter().all(|side| side.is_finite()).then_some(bbox),
            keypoints: of_one.map(keypoint).collect(),
        }
    });
    let detections = detections.collect();
    let last_secs = duration_secs - starts_secs.last().copied().unwrap_or(0.0);
    Ok(Detections {
        skeleton,
        detector,
        image_size: [image_size[0] as u32, image_size[1] as u32],
        fps: Some(fps).filter(|fps| fps.is_finite()),
        times: FrameTimes::new(starts_secs, last_secs),
        detections,
    })
}

/// The values of an array, or its text.
fn numbers_or_text(archive: &mut Npz<'_>, name: &'static str) -> Result<(Vec<f64>, String), EntryError> {
    let bytes = archive.bytes(name)?;
    let Npy::Plain(array) = parse(&bytes)? else { return Err(EntryError::Nonsense(name)) };
    let text = array.to_strings().ok().and_then(|texts| texts.into_iter().next()).unwrap_or_default();
    Ok((array.to_f64().unwrap_or_default(), text))
}
