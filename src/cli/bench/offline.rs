//! From a video file to 3D: every stage alone, and all of them at once.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use image::{DynamicImage, RgbImage};
use serde::Serialize;

use super::detector::{Costly, Network};
use crate::cli::lift;
use crate::cli::report::{ProgressArg, Reporter};
use crate::data::{Detection, FrameRate, Keypoint, KeypointTrack, VideoFrame};
use crate::detect::{DetectError, Detector, DetectorInfo, DetectorSpec};
use crate::infer::{InferOptions, Lifter, Remembering};
use crate::io::frames::clip::ClipTarget;
use crate::io::frames::painted::{Pacing, PaintedMotion, PaintedSource};
use crate::io::frames::{self, Ffmpeg, FrameError, FrameOptions, FrameSource};
use crate::io::keypoints::ReadOptions;
use crate::motion::Cleaning;
use crate::nn::PoseModel;
use crate::runtime::detect::{Ahead, DetectRequest, Ending, Listener, search};
use crate::runtime::live::painted_dancer;
use crate::session::{Source, SourceId};
use crate::support::{CancelToken, Cancelled, NoProgress, Notices};

const SIZE: [u32; 2] = [640, 480];
const ROUNDS: usize = 3;
/// Pictures that are kept to be searched again and again: 28 MB.
const KEPT: usize = 30;

/// One painted person in a video, in milliseconds for all of it; medians of rounds in turns.
#[derive(Serialize)]
pub(super) struct Offline {
    pub frames: usize,
    pub width_px: u32,
    pub height_px: u32,
    pub rounds: usize,
    pub detector: String,
    pub decode_ms: f64,
    /// Of pictures in memory.
    pub detect_ms: f64,
    /// Of keypoints in memory.
    pub lift_ms: f64,
    /// Decoded, searched and lifted at once, as `infer` does.
    pub whole_ms: f64,
    pub whole_over_slowest: f64,
}

pub(super) fn measure(
    model: &PoseModel,
    network: &Network,
    seconds: f64,
    cancel: &CancelToken,
) -> anyhow::Result<Offline> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("dance.mp4");
    let motion = painted_dancer().map_err(|notice| anyhow::anyhow!(notice.to_string()))?;
    let frames = ((seconds * FrameRate::DEFAULT.fps()) as usize).max(KEPT);
    let kept = write(&path, &motion, frames, cancel)?;
    let mut detector = network.with(Box::new(Truth::new(motion)), cancel)?;
    // Once to warm up, and for the keypoints.
    let source = whole(&path, &mut detector, model, cancel)?;
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(timed_ms(|| decode(&path, frames, cancel))?);
        times[1].push(timed_ms(|| detect(&mut detector, &kept, frames, cancel))?);
        times[2].push(timed_ms(|| lift_people(model, &source, cancel))?);
        times[3].push(timed_ms(|| whole(&path, &mut detector, model, cancel).map(drop))?);
    }
    let [decode_ms, detect_ms, lift_ms, whole_ms] = times.map(|mut times| super::median(&mut times));
    Ok(Offline {
        frames,
        width_px: SIZE[0],
        height_px: SIZE[1],
        rounds: ROUNDS,
        detector: network.name.clone(),
        decode_ms,
        detect_ms,
        lift_ms,
        whole_ms,
        whole_over_slowest: whole_ms / decode_ms.max(detect_ms).max(lift_ms),
    })
}

fn timed_ms(stage: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let started = Instant::now();
    stage()?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}

/// Paints the video, and gives its first pictures.
fn write(path: &Path, motion: &PaintedMotion, frames: usize, cancel: &CancelToken) -> anyhow::Result<Vec<VideoFrame>> {
    let rate = FrameRate::DEFAULT;
    let target = ClipTarget::Video(path.to_owned());
    let mut sink = target.create(SIZE, rate, &Ffmpeg::default(), &Notices::new(), cancel)?;
    let mut painter = PaintedSource::new(motion.clone(), SIZE, rate, Pacing::Unpaced);
    let mut kept = Vec::with_capacity(KEPT);
    for _ in 0..frames {
        let picture = painter.next_frame(cancel)?.context("the painter stopped")?;
        let pixels =
            RgbImage::from_raw(SIZE[0], SIZE[1], picture.pixels.to_vec()).context("the picture is too small")?;
        sink.write(DynamicImage::from(pixels).into_rgba8(), cancel)?;
        if kept.len() < KEPT {
            kept.push(picture);
        }
    }
    sink.finish(cancel)?;
    Ok(kept)
}

fn open(path: &Path, cancel: &CancelToken) -> Result<Box<dyn FrameSource>, FrameError> {
    frames::open(path, &FrameOptions::new(FrameRate::DEFAULT), &Notices::new(), cancel)
}

fn decode(path: &Path, frames: usize, cancel: &CancelToken) -> anyhow::Result<()> {
    let mut video = open(path, cancel)?;
    let mut count = 0;
    while video.next_frame(cancel)?.is_some() {
        count += 1;
    }
    anyhow::ensure!(count == frames, "{count} of {frames} frames came out of the video");
    Ok(())
}

fn detect(detector: &mut Costly, kept: &[VideoFrame], frames: usize, cancel: &CancelToken) -> anyhow::Result<()> {
    detector.reset();
    for index in 0..frames {
        detector.detect(&kept[index % kept.len()], cancel)?;
    }
    Ok(())
}

fn lift_people(lifter: &dyn Lifter, source: &Source, cancel: &CancelToken) -> anyhow::Result<()> {
    let tracks: Vec<&KeypointTrack> = source.tracks.iter().collect();
    let (notices, reporter) = (Notices::new(), Reporter::new(ProgressArg::None));
    lift::lift(lifter, source, &tracks, &InferOptions::default(), &notices, &reporter, cancel)?;
    Ok(())
}

/// Everything, as `infer` does it.
fn whole(path: &Path, detector: &mut Costly, model: &PoseModel, cancel: &CancelToken) -> anyhow::Result<Source> {
    detector.reset();
    let request = DetectRequest {
        id: SourceId(0),
        path: path.to_owned(),
        video: None,
        read: ReadOptions::default(),
        // Not used: the detector is there.
        detector: DetectorSpec::onnx(path, None),
        cache: None,
    };
    let lifter = Remembering::new(model as &dyn Lifter);
    let (options, cleaning) = (InferOptions::default(), Cleaning::default());
    let ahead = Ahead { lifter: &lifter, options, cleaning, people: Vec::new() };
    let (found, ending) = ahead.beside(&request, cancel, |on_picture| {
        let listener = Listener { notices: &Notices::new(), progress: &NoProgress, cancel, on_picture };
        search(|cancel| open(path, cancel), detector, 1, listener)
    });
    let source = match (found, ending) {
        (Some(found), Ending::Complete { .. }) => found.source(request.id, path, &request.read, true, cancel)?,
        (_, Ending::Failed(error)) => return Err(error.into()),
        _ => return Err(Cancelled.into()),
    };
    lift_people(&lifter, &source, cancel)?;
    Ok(source)
}

impl Offline {
    pub fn rows(&self, row: &mut dyn FnMut(&str, String) -> std::fmt::Result) -> std::fmt::Result {
        let Self { frames, width_px, height_px, detector, .. } = self;
        row("offline", format!("{frames} frames of {width_px}x{height_px}, one person, {detector}"))?;
        let stages = [("decoding", self.decode_ms), ("detecting", self.detect_ms), ("lifting", self.lift_ms)];
        for (name, ms) in stages {
            let rate = *frames as f64 * 1e3 / ms;
            row(&format!("offline: {name} alone"), format!("{ms:.0} ms, {rate:.0} frames/s"))?;
        }
        let Self { whole_ms, whole_over_slowest, .. } = self;
        row("offline: all at once", format!("{whole_ms:.0} ms, {whole_over_slowest:.2} of the slowest alone"))
    }
}

/// Knows where people were painted.
struct Truth {
    info: DetectorInfo,
    motion: PaintedMotion,
}

impl Truth {
    fn new(motion: PaintedMotion) -> Self {
        Self { info: DetectorInfo { name: "Truth".to_owned(), skeleton: motion.skeleton() }, motion }
    }
}

impl Detector for Truth {
    fn info(&self) -> &DetectorInfo {
        &self.info
    }

    fn detect(&mut self, picture: &VideoFrame, _: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        let people = self.motion.people_at(picture.time_secs, picture.size).into_iter();
        let detection = |joints: Vec<Keypoint>| Detection {
            frame: picture.index,
            id: None,
            score: 1.0,
            bbox: None,
            keypoints: joints.into(),
        };
        Ok(people.map(detection).collect())
    }

    fn reset(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Checkpoint, DeviceChoice};

    /// The stages find and lift what was painted; how long they take is not looked at.
    #[test]
    fn every_stage_does_its_work() {
        let (folder, cancel) = (tempfile::tempdir().unwrap(), CancelToken::new());
        let path = folder.path().join("dance.mp4");
        let motion = painted_dancer().unwrap();
        let kept = write(&path, &motion, 40, &cancel).unwrap();
        assert_eq!(kept.len(), KEPT);
        let Ok(()) = decode(&path, 40, &cancel) else {
            assert!(std::process::Command::new("ffmpeg").arg("-version").output().is_err());
            return;
        };
        let network = Network::new(None).unwrap();
        let mut detector = network.with(Box::new(Truth::new(motion)), &cancel).unwrap();
        let (model, _, _) = PoseModel::load(&Checkpoint::starter().unwrap(), DeviceChoice::Cpu, None).unwrap();
        let source = whole(&path, &mut detector, &model, &cancel).unwrap();
        assert_eq!((source.frame_count, source.tracks.len(), source.tracks[0].seen_count()), (40, 1, 40));
        let offline = Offline {
            frames: 300,
            width_px: 640,
            height_px: 480,
            rounds: 3,
            detector: network.name.clone(),
            decode_ms: 100.0,
            detect_ms: 3000.0,
            lift_ms: 50.0,
            whole_ms: 3150.0,
            whole_over_slowest: 1.05,
        };
        let mut rows = Vec::new();
        let mut row = |name: &str, value: String| {
            rows.push(format!("{name} {value}"));
            Ok(())
        };
        offline.rows(&mut row).unwrap();
        assert_eq!(rows.last().unwrap(), "offline: all at once 3150 ms, 1.05 of the slowest alone");
        assert_eq!(rows[2], "offline: detecting alone 3000 ms, 100 frames/s");
    }
}
