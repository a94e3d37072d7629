//! Lifts the people of a video while it is still searched.
//!
//! Nothing of it is kept but what the lifter remembers. Once the search is over everybody is lifted as ever, and
//! where the square around their whole motion is what it was while they were lifted ahead, their windows are there.

use std::collections::HashMap;

use super::found::Found;
use super::work::DetectRequest;
use crate::data::{Normalisation, PersonId};
use crate::infer::{InferError, InferOptions, Lifter, Remembering, lift_ahead};
use crate::motion::Cleaning;
use crate::runtime::job::panic_text;
use crate::runtime::latest::LatestSlot;
use crate::session::Source;
use crate::support::CancelToken;

/// Frames between two looks at what was found: so many, and in a long video a share of those that were searched, so
/// that all looks together cost a few times the last one.
const LOOK_FRAMES: usize = 30;
const LOOK_SHARE: usize = 20;

/// How people are going to be lifted.
pub struct Ahead<'a> {
    pub lifter: &'a Remembering<&'a dyn Lifter>,
    pub options: InferOptions,
    pub cleaning: Cleaning,
    /// Everybody where empty.
    pub people: Vec<PersonId>,
}

impl Ahead<'_> {
    /// Runs `search`, which shows what it found after every picture, and lifts in another thread meanwhile. What
    /// fails here is told by whoever lifts after the search.
    pub fn beside<R>(
        &self,
        request: &DetectRequest,
        cancel: &CancelToken,
        search: impl FnOnce(&mut dyn FnMut(&Found)) -> R,
    ) -> R {
        let slot = LatestSlot::<Source>::default();
        std::thread::scope(|scope| {
            let ending = Ending { slot: &slot, stop: CancelToken::new() };
            let stop = ending.stop.clone();
            let thread = std::thread::Builder::new().name("infer".to_owned());
            let thread = thread.spawn_scoped(scope, || {
                let stop = stop;
                let mut squares = HashMap::new();
                while let Some(source) = slot.take() {
                    match self.lift(&source, &mut squares, &stop, cancel) {
                        Ok(()) => {}
                        Err(InferError::Cancelled(_)) => return,
                        Err(error) => return log::warn!("people are not lifted ahead: {error}"),
                    }
                }
            });
            let mut next_look = LOOK_FRAMES;
            let result = search(&mut |found| {
                let frames = found.last_frame().map_or(0, |frame| frame.0 + 1);
                if frames < next_look {
                    return;
                }
                next_look = frames + LOOK_FRAMES.max(frames / LOOK_SHARE);
                if let Ok(source) = found.source(request.id, &request.path, &request.read, false, cancel) {
                    slot.put(|_| source);
                }
            });
            drop(ending);
            match thread.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(())) => {}
                Ok(Err(panic)) => log::warn!("people are not lifted ahead: {}", panic_text(&*panic)),
                Err(error) => log::warn!("people are not lifted ahead: there is no thread: {error}"),
            }
            result
        })
    }

    fn lift(
        &self,
        source: &Source,
        squares: &mut HashMap<PersonId, Normalisation>,
        stop: &CancelToken,
        cancel: &CancelToken,
    ) -> Result<(), InferError> {
        let options = source.infer_options(&self.options);
        let is_wanted = |person: &PersonId| self.people.is_empty() || self.people.contains(person);
        for track in source.tracks.iter().filter(|track| is_wanted(&track.person)) {
            let before = squares.get(&track.person).copied();
            let track = self.cleaning.apply(track).track;
            match lift_ahead(self.lifter, &track, source.image_size, &options, before, stop, cancel) {
                Ok(square) => drop(squares.insert(track.person, square)),
                // Not enough was seen of this one yet.
                Err(InferError::Normalise { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Ends the thread when dropped, also when the search panics.
struct Ending<'a> {
    slot: &'a LatestSlot<Source>,
    stop: CancelToken,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.slot.close();
        self.stop.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::data::skeleton::COCO_17;
    use crate::data::{
        Detection, FrameIndex, FrameRate, FrameTimes, Keypoint, NormalisationMode, Pace, PosePrediction,
    };
    use crate::detect::{DetectorInfo, DetectorSpec};
    use crate::infer::{LiftError, predict_track};
    use crate::io::frames::SourceInfo;
    use crate::io::keypoints::ReadOptions;
    use crate::motion::Stitch;
    use crate::session::SourceId;
    use crate::support::NoProgress;

    const FRAMES: usize = 1000;

    /// Says something of its own about every window, and counts them.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Lifter for Counting {
        fn max_frames(&self) -> usize {
            243
        }

        fn is_root_relative(&self) -> bool {
            false
        }

        fn lift(&self, clips: &[f32], _: usize, _: usize, cancel: &CancelToken) -> Result<Vec<f32>, LiftError> {
            cancel.check()?;
            self.0.fetch_add(1, Ordering::Relaxed);
            let mean = clips.iter().sum::<f32>() / clips.len() as f32;
            Ok(clips.iter().map(|value| value.sin() + mean).collect())
        }
    }

    impl Counting {
        fn passes(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    /// A person whose middle is at `x`, in a picture of 640 x 480.
    fn person(frame: usize, x: f32) -> Detection {
        let joint = |joint: usize| {
            let bend = ((frame % 20) as f32 * 0.3 + joint as f32).sin();
            // No two windows are alike.
            Keypoint::new(x + 20.0 * bend, 100.0 + 15.0 * joint as f32, 0.9 - 0.0003 * frame as f32)
        };
        let keypoints = (0..COCO_17.len()).map(joint).collect();
        Detection { frame: FrameIndex(frame), id: None, score: 0.9, bbox: None, keypoints }
    }

    struct Lifted {
        /// While the search ran, and after it.
        passes: [usize; 2],
        remembered: PosePrediction,
        anew: PosePrediction,
    }

    impl Lifted {
        fn assert_same(&self) {
            let (remembered, anew) = (&self.remembered, &self.anew);
            assert_eq!((remembered.range, remembered.normalisation), (anew.range, anew.normalisation));
            assert!(remembered.joints == anew.joints);
        }
    }

    /// Finds a person who is at `x` of each frame, and waits until so many passes were lifted meanwhile.
    fn lift(options: InferOptions, x: impl Fn(usize) -> f32, awaited_passes: usize) -> Lifted {
        let rate = FrameRate::new(30, 1).unwrap();
        let info = SourceInfo {
            name: "dance.mp4".into(),
            format: "test".into(),
            size: [640, 480],
            frame_size: [640, 480],
            times: Some(FrameTimes::constant(rate, FRAMES)),
            pace: Pace::Constant(rate),
        };
        let detector = DetectorInfo { name: "Test".into(), skeleton: &COCO_17 };
        let mut found = Found::new(&info, &detector, 1).unwrap();
        let request = DetectRequest {
            id: SourceId(1),
            path: "dance.mp4".into(),
            video: None,
            read: ReadOptions::default(),
            detector: DetectorSpec::onnx("test.onnx", None),
            cache: None,
        };
        let (counting, cancel) = (Counting::default(), CancelToken::new());
        let lifter = Remembering::new(&counting as &dyn Lifter);
        let ahead = Ahead { lifter: &lifter, options, cleaning: Cleaning::default(), people: Vec::new() };
        ahead.beside(&request, &cancel, |look| {
            for frame in 0..FRAMES {
                found.add(frame as f64 / 30.0, vec![person(frame, x(frame))]);
                look(&found);
                // Slower than the lifter.
                std::thread::sleep(Duration::from_millis(1));
            }
            let started = Instant::now();
            while counting.passes() < awaited_passes && started.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let meanwhile = counting.passes();
        let source = found.source(request.id, Path::new("dance.mp4"), &request.read, true, &cancel).unwrap();
        let [track] = &source.tracks[..] else { panic!("{} people", source.tracks.len()) };
        let predict = |lifter: &dyn Lifter| {
            predict_track(lifter, track, source.image_size, &options, &cancel, &NoProgress, &mut |_| {}).unwrap()
        };
        let remembered = predict(&lifter);
        let after = counting.passes() - meanwhile;
        Lifted { passes: [meanwhile, after], remembered, anew: predict(&counting) }
    }

    fn options(mode: NormalisationMode, stitch: Stitch) -> InferOptions {
        // Two windows a pass.
        InferOptions { mode, stitch, clip_len: 100, ..InferOptions::default() }
    }

    #[test]
    fn little_is_left_when_the_search_is_over() {
        // The last look is at frame 974; windows begin every 100 or 80 frames.
        for (mode, stitch, passes) in [
            (NormalisationMode::Crop, Stitch::Reference, [4, 1]),
            (NormalisationMode::Crop, Stitch::Blend, [5, 2]),
            (NormalisationMode::Pixel, Stitch::Blend, [5, 2]),
        ] {
            let x = |frame: usize| 320.0 + 5.0 * (frame % 20).abs_diff(10) as f32;
            let lifted = lift(options(mode, stitch), x, passes[0]);
            assert_eq!(lifted.passes, passes, "{mode:?}, {stitch:?}");
            lifted.assert_same();
        }
    }

    #[test]
    fn somebody_who_walks_is_lifted_after_the_search() {
        let lifted = lift(options(NormalisationMode::Crop, Stitch::Blend), |frame| 100.0 + 0.3 * frame as f32, 0);
        assert_eq!(lifted.passes, [0, 7]);
        lifted.assert_same();
    }
}
