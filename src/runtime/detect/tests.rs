//! Pictures with painted people, a detector that knows the paint, and sources and detectors that misbehave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::*;
use crate::data::skeleton::COCO_17;
use crate::data::{Detection, FrameIndex, FrameRate, FrameTimes, Keypoint, Pace, PersonId, VideoFrame};
use crate::detect::{DetectError, Detector, DetectorInfo, DetectorSpec, LoadError, OnnxSpec};
use crate::io::detection_cache::{CacheKey, DetectionCache};
use crate::io::frames::{Ffmpeg, FrameError, FrameSource, SourceInfo};
use crate::io::keypoints::ReadOptions;
use crate::runtime::{Event, Runtime};
use crate::session::SourceId;
use crate::support::{CancelToken, Cancelled, NoProgress, Notices};

const SIZE: [u32; 2] = [64, 48];
/// Shades of red of the two people.
const PEOPLE: [u8; 2] = [200, 100];

/// Where a person is painted: the two pass each other.
fn corner(person: usize, frame: usize) -> [u32; 2] {
    let step = frame as u32 % 40;
    [if person == 0 { 4 + step } else { 50 - step }, if person == 0 { 4 } else { 28 }]
}

fn painted(frame: usize) -> Arc<[u8]> {
    let mut pixels = vec![0; (SIZE[0] * SIZE[1] * 3) as usize];
    for (person, shade) in PEOPLE.iter().enumerate() {
        let [left, top] = corner(person, frame);
        for (x, y) in (top..top + 16).flat_map(|y| (left..left + 8).map(move |x| (x, y))) {
            pixels[((y * SIZE[0] + x) * 3) as usize] = *shade;
        }
    }
    pixels.into()
}

/// Painted pictures; what happens at some of them is said.
struct Paintings {
    info: SourceInfo,
    next: usize,
    /// At this picture reading waits until cancelled.
    blocks_at: Option<usize>,
    fails_at: Option<usize>,
    panics_at: Option<usize>,
    /// Time that each picture takes.
    pace: Duration,
    read: Arc<AtomicUsize>,
}

impl Paintings {
    fn new(count: usize) -> Self {
        let rate = FrameRate::new(30, 1).unwrap();
        let info = SourceInfo {
            name: "painted.mp4".into(),
            format: "paint".into(),
            size: SIZE,
            frame_size: SIZE,
            times: Some(FrameTimes::constant(rate, count)),
            pace: Pace::Constant(rate),
        };
        Self {
            info,
            next: 0,
            blocks_at: None,
            fails_at: None,
            panics_at: None,
            pace: Duration::ZERO,
            read: Arc::default(),
        }
    }
}

impl FrameSource for Paintings {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        let index = self.next;
        self.next += 1;
        std::thread::sleep(self.pace);
        while self.blocks_at == Some(index) {
            cancel.check()?;
            std::thread::sleep(Duration::from_millis(1));
        }
        if self.fails_at == Some(index) {
            return Err(FrameError::Decode { path: "painted.mp4".into(), why: "the paint is wet".into() });
        }
        assert!(self.panics_at != Some(index), "the painter fell");
        let times = self.info.times.as_ref().unwrap();
        let Some(time_secs) = times.time_of(FrameIndex(index)) else { return Ok(None) };
        self.read.store(index + 1, Ordering::Relaxed);
        Ok(Some(VideoFrame { pixels: painted(index), size: SIZE, time_secs, index: FrameIndex(index) }))
    }

    fn seek(&mut self, frame: FrameIndex) {
        self.next = frame.0;
    }
}

type Mishap = Box<dyn FnMut(usize) -> Option<Result<Vec<Detection>, DetectError>> + Send>;

/// Knows the paint. `mishap` may say something else of a picture.
struct PaintDetector {
    info: DetectorInfo,
    mishap: Mishap,
    calls: Vec<usize>,
    resets: usize,
}

impl PaintDetector {
    fn new() -> Self {
        Self::with(|_| None)
    }

    fn with(mishap: impl FnMut(usize) -> Option<Result<Vec<Detection>, DetectError>> + Send + 'static) -> Self {
        let info = DetectorInfo { name: "Paint".into(), skeleton: &COCO_17 };
        Self { info, mishap: Box::new(mishap), calls: Vec::new(), resets: 0 }
    }
}

fn person_at([left, top]: [u32; 2]) -> Detection {
    let joint = |joint: usize| {
        let (x, y) = (left as f32 + 2.0 + (joint % 4) as f32, top as f32 + joint as f32 * 0.9);
        Keypoint::new(x, y, 0.9)
    };
    let keypoints = (0..COCO_17.len()).map(joint).collect();
    Detection { frame: FrameIndex(0), id: Some(77), score: 0.8, bbox: None, keypoints }
}

impl Detector for PaintDetector {
    fn info(&self) -> &DetectorInfo {
        &self.info
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        cancel.check()?;
        self.calls.push(picture.index.0);
        if let Some(other) = (self.mishap)(picture.index.0) {
            return other;
        }
        let found = PEOPLE.iter().filter_map(|shade| {
            let at = picture.pixels.chunks_exact(3).position(|pixel| pixel[0] == *shade)? as u32;
            Some(person_at([at % SIZE[0], at / SIZE[0]]))
        });
        Ok(found.collect())
    }

    fn reset(&mut self) {
        self.resets += 1;
    }
}

struct Run {
    found: Option<Found>,
    ending: Ending,
    notices: Notices,
}

fn run(source: Paintings, detector: &mut PaintDetector, cancel: &CancelToken) -> Run {
    let notices = Notices::new();
    let listener = Listener { notices: &notices, progress: &NoProgress, cancel, on_picture: &mut |_| {} };
    let (found, ending) = search(move |_| Ok(Box::new(source)), detector, usize::MAX, listener);
    Run { found, ending, notices }
}

fn finished(source: Paintings, detector: &mut PaintDetector) -> Run {
    run(source, detector, &CancelToken::new())
}

fn failed(message: &str) -> Option<Result<Vec<Detection>, DetectError>> {
    Some(Err(DetectError::Failed(message.to_owned())))
}

#[test]
fn everybody_is_found_in_every_picture_in_order() {
    let mut detector = PaintDetector::new();
    let run = finished(Paintings::new(40), &mut detector);
    assert!(matches!(run.ending, Ending::Complete { unsearched: 0 }), "{:?}", run.ending);
    assert_eq!(detector.calls, (0..40).collect::<Vec<_>>());
    let found = run.found.unwrap();
    let options = ReadOptions::default();
    let source = found.source(SourceId(3), "a/painted.mp4".as_ref(), &options, true, &CancelToken::new()).unwrap();
    assert_eq!((source.name.as_str(), source.frame_count, source.file_fps), ("painted.mp4", 40, Some(30.0)));
    assert_eq!((source.image_size, source.tracks.len()), (Some(SIZE), 2));
    for (person, track) in source.tracks.iter().enumerate() {
        assert_eq!((track.person, track.seen_count()), (PersonId(person as u32 + 1), 40));
        for frame in 0..40 {
            assert_eq!(track.frame(FrameIndex(frame)).unwrap(), &*person_at(corner(person, frame)).keypoints);
        }
    }
}

#[test]
fn keypoints_of_reduced_pictures_are_in_pixels_of_the_video() {
    let mut source = Paintings::new(1);
    source.info.size = [SIZE[0] * 4, SIZE[1] * 2];
    let found = finished(source, &mut PaintDetector::new()).found.unwrap();
    let first = person_at(corner(0, 0)).keypoints[5];
    let scaled = found.detections().detections[0].keypoints[5];
    assert_eq!((scaled.x, scaled.y), ((first.x + 0.5) * 4.0 - 0.5, (first.y + 0.5) * 2.0 - 0.5));
}

#[test]
fn decoding_runs_ahead_as_far_as_the_queue_goes() {
    let source = Paintings::new(100);
    let read = source.read.clone();
    let mut ahead = 0;
    let mut detector = PaintDetector::with(move |frame| {
        if frame == 0 {
            let start = Instant::now();
            while read.load(Ordering::Relaxed) < 9 && start.elapsed() < Duration::from_secs(5) {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        ahead = ahead.max(read.load(Ordering::Relaxed) - frame);
        // The one that is searched, those in the queue, and one that waits for room.
        assert!(ahead <= 10, "{ahead} pictures ahead");
        assert!(ahead >= 9, "decoding waits for the detector");
        None
    });
    let run = finished(source, &mut detector);
    assert!(matches!(run.ending, Ending::Complete { unsearched: 0 }), "{:?}", run.notices.to_vec());
}

#[test]
fn the_search_takes_as_long_as_its_slowest_part() {
    let source = Paintings { pace: Duration::from_millis(4), ..Paintings::new(80) };
    let detecting = Arc::new(parking_lot::Mutex::new(Duration::ZERO));
    let sum = detecting.clone();
    let mut detector = PaintDetector::with(move |_| {
        let start = Instant::now();
        std::thread::sleep(Duration::from_millis(6));
        *sum.lock() += start.elapsed();
        None
    });
    let start = Instant::now();
    finished(source, &mut detector);
    let (total, slowest) = (start.elapsed(), *detecting.lock());
    assert!(total < slowest.mul_f64(1.15), "{total:?} where detecting alone took {slowest:?}");
}

#[test]
fn a_failing_or_panicking_picture_is_counted_and_the_rest_goes_on() {
    let mut detector = PaintDetector::with(|frame| match frame {
        3 | 4 => failed("no idea"),
        7 => panic!("the network exploded"),
        9 => Some(Ok(vec![Detection { keypoints: [Keypoint::MISSING; 3].into(), ..person_at([0, 0]) }])),
        _ => None,
    });
    let run = finished(Paintings::new(20), &mut detector);
    assert!(matches!(run.ending, Ending::Complete { unsearched: 4 }), "{:?}", run.ending);
    assert_eq!(run.found.unwrap().detections().detections.len(), 2 * 16);
    let told = run.notices.to_vec();
    assert_eq!(told.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 1, 1]);
    assert!(told[1].0.why.contains("the network exploded"), "{:?}", told[1]);
    assert!(told[2].0.why.contains("3 joints where it should give 17"), "{:?}", told[2]);
    assert_eq!(detector.resets, 1);
}

#[test]
fn a_detector_that_never_works_is_given_up() {
    let mut detector = PaintDetector::with(|frame| if frame < 10 { None } else { failed("out of paint") });
    let run = finished(Paintings::new(1000), &mut detector);
    let Ending::Failed(error) = run.ending else { panic!("{:?}", run.ending) };
    assert!(error.to_string().contains("out of paint"), "{error}");
    assert_eq!(detector.calls.len(), 40);
    assert_eq!(run.found.unwrap().detections().detections.len(), 20, "what was found stays");
}

#[test]
fn a_source_that_fails_or_panics_leaves_what_was_found() {
    for (source, expected) in [
        (Paintings { fails_at: Some(12), ..Paintings::new(50) }, "the paint is wet"),
        (Paintings { panics_at: Some(12), ..Paintings::new(50) }, "the painter fell"),
    ] {
        let run = finished(source, &mut PaintDetector::new());
        let Ending::Failed(error) = run.ending else { panic!("{:?}", run.ending) };
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(run.found.unwrap().detections().detections.len(), 24);
    }
}

#[test]
fn a_source_that_does_not_open_is_an_error() {
    let notices = Notices::new();
    let cancel = CancelToken::new();
    let listener = Listener { notices: &notices, progress: &NoProgress, cancel: &cancel, on_picture: &mut |_| {} };
    let open = |_: &CancelToken| Err(FrameError::NoVideo { path: "song.mp3".into() });
    let (found, ending) = search(open, &mut PaintDetector::new(), 1, listener);
    assert!(found.is_none());
    let Ending::Failed(error) = ending else { panic!("{ending:?}") };
    assert!(error.to_string().contains("song.mp3"), "{error}");
}

#[test]
fn broken_joints_are_not_seen_and_ghosts_are_limited() {
    let mut detector = PaintDetector::with(|_| {
        let broken = Keypoint::new(f32::NAN, 3.0, 0.9);
        let far = Keypoint::new(1e9, 3.0, 0.9);
        let mut person = person_at([4, 4]);
        (person.keypoints[0], person.keypoints[1], person.score) = (broken, far, f32::NAN);
        Some(Ok(vec![person; 10_000]))
    });
    let run = finished(Paintings::new(2), &mut detector);
    assert!(matches!(run.ending, Ending::Complete { unsearched: 0 }));
    let found = run.found.unwrap();
    assert_eq!(found.detections().detections.len(), 200);
    let first = &found.detections().detections[0];
    assert_eq!(first.keypoints[..2], [Keypoint::MISSING; 2]);
    assert_eq!(first.score, 0.0);
}

/// Cancelled from another thread while everybody waits: reading, and, with a full queue, detecting.
#[test]
fn cancel_is_quick_and_keeps_what_was_found() {
    for blocks in ["source", "detector"] {
        let mut source = Paintings::new(1000);
        let cancel = CancelToken::new();
        let token = cancel.clone();
        let mut detector = match blocks {
            "source" => {
                source.blocks_at = Some(20);
                PaintDetector::new()
            }
            _ => PaintDetector::with(move |frame| {
                if frame < 20 {
                    return None;
                }
                while !token.is_cancelled() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Some(Err(Cancelled.into()))
            }),
        };
        let (run, waited) = std::thread::scope(|scope| {
            let canceller = scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                cancel.cancel();
                Instant::now()
            });
            let run = run(source, &mut detector, &cancel);
            (run, canceller.join().unwrap().elapsed())
        });
        assert!(matches!(run.ending, Ending::Cancelled), "{blocks}: {:?}", run.ending);
        assert!(waited < Duration::from_millis(200), "{blocks}: {waited:?}");
        assert_eq!(run.found.unwrap().detections().detections.len(), 40, "{blocks}");
    }
}

#[test]
fn at_most_so_many_people_get_a_track() {
    let found = finished(Paintings::new(30), &mut PaintDetector::new()).found.unwrap();
    let all = found.detections().clone();
    let one = Found::again("x".into(), all.clone(), 1).recording();
    assert_eq!(one.detections.len(), 30);
    assert!(one.detections.iter().all(|detection| detection.id == Some(1)));
    // Following again what was kept gives the same people.
    let again = Found::again(found.recording().name, all, usize::MAX);
    assert_eq!(again.recording().detections, found.recording().detections);
}

#[test]
fn what_was_found_is_kept_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = DetectionCache::new(folder.path(), 1 << 20);
    let found = finished(Paintings::new(30), &mut PaintDetector::new()).found.unwrap();
    let key = CacheKey::new(&["video", "detector"]);
    cache.put(&key, found.detections()).unwrap();
    let again = Found::again("painted.mp4".into(), cache.get(&key).unwrap(), usize::MAX);
    assert_eq!(again.recording().detections, found.recording().detections);
    assert_eq!(again.detections().times, found.detections().times);
}

/// Detectors for [`detect_people`] that read no files.
struct PaintDetectors {
    made: AtomicUsize,
}

impl DetectorLoader for PaintDetectors {
    fn fingerprint(&self, spec: &DetectorSpec, _: &CancelToken) -> Result<String, LoadError> {
        Ok(format!("{spec:?}"))
    }

    fn load(&self, spec: &DetectorSpec, _: &CancelToken) -> Result<Box<dyn Detector>, LoadError> {
        self.made.fetch_add(1, Ordering::Relaxed);
        if *spec == spec_of("broken") {
            return Err(LoadError::NotAModel { path: "broken".into(), why: "it is a song".into() });
        }
        let fails_at = (*spec == spec_of("weak")).then_some(3);
        Ok(Box::new(PaintDetector::with(move |frame| (Some(frame) == fails_at).then(|| failed("weak")).flatten())))
    }
}

fn spec_of(pose: &str) -> DetectorSpec {
    DetectorSpec::onnx(pose, None)
}

/// A folder of painted pictures and an empty cache.
struct Studio {
    folder: tempfile::TempDir,
    detectors: PaintDetectors,
}

impl Studio {
    fn new(pictures: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("pictures")).unwrap();
        for frame in 0..pictures {
            let path = folder.path().join(format!("pictures/{frame:03}.png"));
            image::save_buffer(path, &painted(frame), SIZE[0], SIZE[1], image::ColorType::Rgb8).unwrap();
        }
        Self { folder, detectors: PaintDetectors { made: AtomicUsize::new(0) } }
    }

    fn request(&self, detector: &str) -> DetectRequest {
        DetectRequest {
            id: SourceId(1),
            path: self.folder.path().join("pictures"),
            video: None,
            read: ReadOptions::default(),
            detector: spec_of(detector),
            cache: Some(DetectionCache::new(self.folder.path().join("cache"), 1 << 20)),
        }
    }

    fn run(&self, request: &DetectRequest) -> (Result<(Option<Found>, Ending), LoadError>, Notices) {
        let (notices, cancel) = (Notices::new(), CancelToken::new());
        let listener = Listener { notices: &notices, progress: &NoProgress, cancel: &cancel, on_picture: &mut |_| {} };
        (detect_people(request, &self.detectors, &Ffmpeg::default(), listener), notices)
    }

    /// How many people-in-pictures are found, and how many detectors were made for that.
    fn count(&self, request: &DetectRequest) -> (usize, usize) {
        let before = self.detectors.made.load(Ordering::Relaxed);
        let (found, ending) = self.run(request).0.unwrap();
        assert!(matches!(ending, Ending::Complete { .. }), "{ending:?}");
        (found.unwrap().recording().detections.len(), self.detectors.made.load(Ordering::Relaxed) - before)
    }
}

#[test]
fn nothing_is_searched_twice() {
    let studio = Studio::new(12);
    let request = studio.request("good");
    assert_eq!(studio.count(&request), (24, 1));
    assert_eq!(studio.count(&request), (24, 0), "kept");
    let alone = OnnxSpec { pose: "good".into(), max_people: 1, ..OnnxSpec::default() };
    assert_eq!(studio.count(&DetectRequest { detector: DetectorSpec::Onnx(alone), ..request.clone() }), (12, 1));
    assert_eq!(studio.count(&DetectRequest { cache: None, ..request.clone() }), (24, 1), "not asked");
    assert_eq!(studio.count(&studio.request("another")), (24, 1));
    let slower = ReadOptions { fps: Some(10.0), ..ReadOptions::default() };
    assert_eq!(studio.count(&DetectRequest { read: slower, ..request.clone() }), (24, 1), "other times");
    // The same pictures elsewhere.
    let moved = studio.folder.path().join("moved");
    std::fs::rename(&request.path, &moved).unwrap();
    assert_eq!(studio.count(&DetectRequest { path: moved.clone(), ..request.clone() }), (24, 0));
    std::fs::remove_file(moved.join("005.png")).unwrap();
    assert_eq!(studio.count(&DetectRequest { path: moved, ..request }), (22, 1), "other pictures");
}

#[test]
fn what_went_wrong_is_not_kept() {
    let studio = Studio::new(12);
    let request = studio.request("weak");
    assert_eq!(studio.count(&request), (22, 1));
    assert_eq!(studio.count(&request), (22, 1), "searched again");
    assert!(matches!(studio.run(&studio.request("broken")).0, Err(LoadError::NotAModel { .. })));
}

#[test]
fn a_cache_that_cannot_be_written_costs_only_the_cache() {
    let studio = Studio::new(3);
    let in_the_way = studio.folder.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let request = DetectRequest { cache: Some(DetectionCache::new(&in_the_way, 1 << 20)), ..studio.request("good") };
    let (found, notices) = studio.run(&request);
    assert_eq!(found.unwrap().0.unwrap().recording().detections.len(), 6);
    let told = notices.to_vec();
    assert!(told[0].0.headline.contains("not kept") && told[0].0.hint.contains("file"), "{told:?}");
}

#[test]
fn a_job_tells_what_it_found_and_then_that_it_is_done() {
    let studio = Studio::new(12);
    let mut runtime = Runtime::new(Arc::new(|| {})).unwrap();
    let request = studio.request("good");
    runtime.detectors = Arc::new(studio.detectors);
    let job = runtime.detect(request).unwrap();
    let mut people = Vec::new();
    loop {
        match runtime.wait_event(Duration::from_secs(20)).unwrap() {
            Event::Detected { source, .. } => {
                people = source.tracks.iter().map(|track| (track.person.0, track.seen_count())).collect();
            }
            Event::Done { job: done, .. } if done == job.id => break,
            Event::Progress { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(people, [(1, 12), (2, 12)]);
}

#[test]
fn a_cancelled_job_keeps_what_it_found() {
    let studio = Studio::new(300);
    let mut runtime = Runtime::new(Arc::new(|| {})).unwrap();
    let request = studio.request("good");
    runtime.detectors = Arc::new(studio.detectors);
    let job = runtime.detect(request).unwrap();
    let mut seen = None;
    loop {
        match runtime.wait_event(Duration::from_secs(20)).unwrap() {
            Event::Progress { done, .. } if done > 4 => job.cancel(),
            Event::Detected { source, .. } => seen = Some((source.frame_count, source.tracks[0].seen_count())),
            Event::Cancelled { .. } => break,
            Event::Progress { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    let (frames, seen) = seen.expect("nothing was kept");
    assert_eq!(frames, 300, "on the timeline of the whole video");
    assert!((4..300).contains(&seen), "{seen}");
}
