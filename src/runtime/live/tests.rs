use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::data::{Detection, FrameIndex, FrameRate, H36M_JOINTS, Keypoint};
use crate::detect::{DetectError, DetectorInfo, MarkerDetector};
use crate::infer::{LiftError, Lifter};
use crate::io::frames::SourceInfo;
use crate::io::frames::painted::{Pacing, PaintedMotion, PaintedSource};
use crate::nn::DstformerConfig;
use crate::runtime::loader::LoadedModel;
use crate::runtime::{ModelInfo, Runtime, open};

const SIZE: [u32; 2] = [320, 240];
const PATIENCE: Duration = Duration::from_secs(30);

fn motion() -> PaintedMotion {
    let demo = open::load_demo(SourceId(1), &CancelToken::new()).unwrap();
    PaintedMotion::new(&demo.tracks[..1], demo.image_size.unwrap(), demo.fps()).unwrap()
}

fn painted(motion: &PaintedMotion) -> PaintedSource {
    PaintedSource::new(motion.clone(), SIZE, FrameRate::new(30, 1).unwrap(), Pacing::Camera)
}

fn camera() -> OpenCamera {
    let motion = motion();
    Box::new(move |_| Ok(Box::new(painted(&motion))))
}

#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    /// Milliseconds a picture.
    Slow(u64),
    /// Panics in the fifth picture that it sees.
    Panics,
    NotANumber,
    /// Ten thousand people.
    Crowd,
    Fails,
}

struct FakeDetector {
    markers: MarkerDetector,
    trouble: Trouble,
    seen: usize,
}

impl Detector for FakeDetector {
    fn info(&self) -> &DetectorInfo {
        self.markers.info()
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        self.seen += 1;
        let mut found = self.markers.detect(picture, cancel)?;
        match self.trouble {
            Trouble::None => {}
            Trouble::Slow(ms) => std::thread::sleep(Duration::from_millis(ms)),
            Trouble::Panics => assert!(self.seen != 5, "a detector fell over"),
            Trouble::NotANumber => {
                let nonsense = Keypoint::new(f32::NAN, f32::INFINITY, f32::NAN);
                found.iter_mut().for_each(|detection| detection.keypoints[3] = nonsense);
            }
            Trouble::Crowd => {
                let other = Detection { score: 0.1, ..found[0].clone() };
                found.extend(std::iter::repeat_n(other, 10_000));
            }
            Trouble::Fails => return Err(DetectError::Failed("no joints today".to_owned())),
        }
        Ok(found)
    }

    fn reset(&mut self) {}
}

fn detector(trouble: Trouble) -> OpenDetector {
    let opened = AtomicUsize::new(0);
    Box::new(move |_| {
        // Only the first one panics.
        let is_first = opened.fetch_add(1, Ordering::Relaxed) == 0;
        let trouble = if trouble == Trouble::Panics && !is_first { Trouble::None } else { trouble };
        let markers = MarkerDetector::new(motion().skeleton().id);
        Ok(Box::new(FakeDetector { markers, trouble, seen: 0 }))
    })
}

/// Output is the input; takes a set time for every frame of the window.
struct FakeLifter {
    us_per_frame: u64,
    panics: bool,
}

impl Lifter for FakeLifter {
    fn max_frames(&self) -> usize {
        243
    }

    fn is_root_relative(&self) -> bool {
        false
    }

    fn lift(&self, clips: &[f32], batch: usize, frames: usize, _: &CancelToken) -> Result<Vec<f32>, LiftError> {
        assert!(!self.panics, "the network exploded");
        assert_eq!(clips.len(), batch * frames * H36M_JOINTS * 3);
        assert!(clips.iter().all(|value| value.is_finite()));
        std::thread::sleep(Duration::from_micros(self.us_per_frame * frames as u64));
        Ok(clips.to_vec())
    }
}

struct FakeLoader {
    us_per_frame: u64,
    panics: bool,
}

impl ModelLoader for FakeLoader {
    fn load(&mut self, choice: &ModelChoice, _: DeviceChoice) -> Result<LoadedModel, Notice> {
        let info = ModelInfo {
            name: "fake".into(),
            choice: choice.clone(),
            config: DstformerConfig::TINY,
            parameters: 0,
            is_root_relative: false,
            device: "nowhere".into(),
        };
        let lifter = Box::new(FakeLifter { us_per_frame: self.us_per_frame, panics: self.panics });
        Ok(LoadedModel { lifter, info, notices: Vec::new() })
    }
}

fn request(camera: OpenCamera, trouble: Trouble, us_per_frame: u64) -> LiveRequest {
    let mut request = LiveRequest::new(SourceId(7), "Live".to_owned(), camera, detector(trouble));
    request.loader = Box::new(FakeLoader { us_per_frame, panics: false });
    request
}

fn runtime() -> Runtime {
    Runtime::new(Arc::new(|| {})).unwrap()
}

/// Takes updates until `is_enough`, checking each of them.
fn watch(live: &Live, mut is_enough: impl FnMut(&LiveUpdate, LiveStats) -> bool) -> LiveUpdate {
    let started = Instant::now();
    loop {
        assert!(started.elapsed() < PATIENCE, "nothing of the kind came: {:?}", live.stats());
        let Some(update) = live.take_update() else {
            std::thread::sleep(Duration::from_millis(2));
            continue;
        };
        live.presented(update.captured_at.elapsed());
        check(&update);
        if is_enough(&update, live.stats()) {
            return update;
        }
    }
}

/// What holds of every update.
fn check(update: &LiveUpdate) {
    let source = &update.source;
    assert!(source.frame_count <= (SHOWN_SECS * 30.0) as usize);
    for person in &update.motion.people {
        assert_eq!(person.prediction.range, person.world.range);
        assert!(person.world.range.end <= source.frame_count);
        assert_eq!(person.world.joints_in_world.len(), person.world.range.len() * H36M_JOINTS);
        assert!(person.world.joints_in_world.iter().all(|joint| joint.is_finite()));
    }
}

/// Ends it and returns all that was told.
fn end(runtime: &Runtime, live: &Live) -> Vec<Event> {
    live.stop();
    until_end(runtime, live)
}

fn until_end(runtime: &Runtime, live: &Live) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let event = runtime.wait_event(PATIENCE).expect("live ended without saying so");
        let is_end = match &event {
            Event::Done { job, .. }
            | Event::Cancelled { job }
            | Event::Failed { job, .. }
            | Event::WorkerFailed { job, .. } => *job == live.job(),
            _ => false,
        };
        events.push(event);
        if is_end {
            return events;
        }
    }
}

fn notices(events: &[Event]) -> Vec<&Notice> {
    let notices = events.iter().filter_map(|event| match event {
        Event::Notice(notice) | Event::Failed { notice, .. } => Some(notice),
        _ => None,
    });
    notices.collect()
}

#[test]
fn three_dimensions_flow_and_stop_at_once() {
    let runtime = runtime();
    let live = runtime.live(request(camera(), Trouble::None, 50)).unwrap();
    let update = watch(&live, |_, stats| stats.detected > 60);
    let person = &update.motion.people[0];
    assert_eq!(person.world.range.end, update.source.frame_count, "the newest frame is the last one");
    assert!(person.world.range.len() > 30);
    let picture = update.picture.unwrap();
    assert_eq!(picture.size, SIZE);
    // The output is the input, so in pixels it is what was detected, but for the filter's lag.
    let last = FrameIndex(update.source.frame_count - 1);
    let track = update.source.track(person.person).unwrap();
    let seen = crate::motion::remap::frame_to_h36m(track.skeleton, track.frame(last).unwrap());
    let lifted = person.prediction.frame(last).unwrap();
    for (lifted, seen) in lifted.iter().zip(seen).filter(|(_, seen)| !seen.is_missing()) {
        let miss = (lifted.x - seen.x).hypot(lifted.y - seen.y);
        assert!(miss < 8.0, "{miss}");
    }
    let stats = live.stats();
    assert!(stats.latency_ms.is_some() && stats.people == 1, "{stats:?}");
    let started = Instant::now();
    let events = end(&runtime, &live);
    assert!(started.elapsed() < Duration::from_millis(200), "{:?}", started.elapsed());
    assert!(matches!(events.last(), Some(Event::Cancelled { .. })), "{events:?}");
    assert!(notices(&events).is_empty(), "{events:?}");
}

#[test]
fn a_slow_detector_sees_the_newest_pictures_and_drops_are_counted() {
    let runtime = runtime();
    let live = runtime.live(request(camera(), Trouble::Slow(100), 50)).unwrap();
    watch(&live, |update, stats| {
        assert!(update.captured_at.elapsed() < Duration::from_secs(2), "pictures queue up");
        stats.detected >= 15
    });
    let stats = live.stats();
    assert!(stats.dropped >= stats.detected, "{stats:?}");
    assert!(stats.captured >= stats.dropped + stats.detected);
    // Frames that the detector never saw are gaps.
    let kept = live.keep(SourceId(9)).unwrap();
    let track = &kept.tracks[0];
    assert!(track.seen_count() * 2 < track.range.len(), "{} of {}", track.seen_count(), track.range.len());
    for (offset, _) in track.seen.iter().enumerate().filter(|(_, seen)| !**seen) {
        assert!(track.row(offset).iter().all(Keypoint::is_missing));
    }
    end(&runtime, &live);
}

#[test]
fn the_window_shrinks_under_load() {
    let runtime = runtime();
    // 27 frames take 32 ms: as long as a picture.
    let live = runtime.live(request(camera(), Trouble::None, 1200)).unwrap();
    watch(&live, |_, stats| stats.detected > 40);
    assert_eq!(live.stats().window_frames, AUTO_FRAMES.0);
    live.set_dials(LiveDials { window_frames: Some(54), ..live.dials() });
    watch(&live, |_, stats| stats.window_frames == 54);
    end(&runtime, &live);
}

#[test]
fn what_is_kept_is_what_was_detected() {
    let runtime = runtime();
    let truth = painted(&motion());
    let live = runtime.live(request(camera(), Trouble::None, 50)).unwrap();
    watch(&live, |_, stats| stats.detected > 45);
    let kept = live.keep(SourceId(9)).unwrap();
    assert_eq!((kept.id, kept.image_size), (SourceId(9), Some(SIZE)));
    let track = &kept.tracks[0];
    assert!(track.seen_count() >= 40);
    // Frame 0 of the clip is some frame of the camera; the truth follows from there.
    let miss = |first: usize, offset: usize| {
        let truth = &truth.truth(FrameIndex(first + offset))[0];
        let seen = track.row(offset).iter().zip(truth).filter(|(seen, _)| !seen.is_missing());
        seen.map(|(seen, truth)| (seen.x - truth.x).hypot(seen.y - truth.y)).fold(0.0, f32::max)
    };
    let seen: Vec<usize> = (0..track.range.len()).filter(|offset| track.seen[*offset]).collect();
    let worst = |first: usize| seen.iter().map(|offset| miss(first, *offset)).fold(0.0, f32::max);
    let best = (0..5).map(worst).fold(f32::INFINITY, f32::min);
    // Disks hide parts of each other; their size is 2 to 3 pixels.
    assert!(best < 4.0, "{best}");
    watch(&live, |_, stats| stats.detected > 60);
    end(&runtime, &live);
}

#[test]
fn a_look_ahead_shows_an_older_frame_with_its_picture() {
    let runtime = runtime();
    let mut request = request(camera(), Trouble::None, 50);
    request.dials.look_ahead = 6;
    let live = runtime.live(request).unwrap();
    let update = watch(&live, |_, stats| stats.detected > 40);
    assert!(update.captured_at.elapsed() > Duration::from_millis(190));
    let number = update.source.first_frame_number as usize + update.source.frame_count - 1;
    let picture = update.picture.unwrap();
    assert!(picture.index.0.abs_diff(number) <= 3, "{} is not {number}", picture.index.0);
    end(&runtime, &live);
}

#[test]
fn people_wear_bodies_frame_by_frame() {
    let runtime = runtime();
    let mut request = request(camera(), Trouble::None, 50);
    let (body, _) = crate::runtime::load_body(&crate::session::BodyChoice::Mannequin, DeviceChoice::Cpu).unwrap();
    request.dials.body = Some(Arc::new(body));
    let live = runtime.live(request).unwrap();
    let update = watch(&live, |_, stats| stats.detected > 40);
    let bodies = update.bodies.unwrap();
    let (worn, person) = (&bodies.people[0], &update.motion.people[0]);
    assert_eq!(worn.track.range, person.world.range);
    assert!(worn.track.poses.iter().flatten().all(|turn| turn.is_finite()));
    end(&runtime, &live);
}

/// Gives some pictures, then is gone.
struct Flaky {
    source: PaintedSource,
    left: usize,
}

impl FrameSource for Flaky {
    fn info(&self) -> &SourceInfo {
        self.source.info()
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.source.next_frame(cancel)
    }

    fn seek(&mut self, _: FrameIndex) {}
}

#[test]
fn a_camera_that_comes_back_goes_on() {
    let runtime = runtime();
    let motion = motion();
    let mut opened = 0;
    let camera: OpenCamera = Box::new(move |_| {
        opened += 1;
        match opened {
            // Not back at the first try.
            2 => Err(FrameError::NoFfmpeg { tool: "camera" }),
            1 => Ok(Box::new(Flaky { source: painted(&motion), left: 20 })),
            _ => Ok(Box::new(painted(&motion))),
        }
    });
    let live = runtime.live(request(camera, Trouble::None, 50)).unwrap();
    let update = watch(&live, |_, stats| stats.detected > 40);
    // Time went on while it was away.
    let track = &update.source.tracks[0];
    assert!(track.seen_count() + 15 < track.range.len(), "{} {}", track.seen_count(), track.range.len());
    assert!(!live.stats().is_lost);
    let events = end(&runtime, &live);
    let told: Vec<&str> = notices(&events).iter().map(|notice| notice.headline.as_str()).collect();
    assert_eq!(told, ["The camera was lost", "The camera is back"]);
}

#[test]
fn no_camera_is_said_and_ends() {
    let runtime = runtime();
    let camera: OpenCamera = Box::new(|_| Err(FrameError::NoFfmpeg { tool: "ffmpeg" }));
    let live = runtime.live(request(camera, Trouble::None, 50)).unwrap();
    let events = until_end(&runtime, &live);
    let Some(Event::Failed { notice, .. }) = events.last() else { panic!("{events:?}") };
    assert!(notice.headline.contains("camera") && notice.why.contains("ffmpeg"), "{notice}");
}

/// Every other picture is broken.
struct Broken(PaintedSource, usize);

impl FrameSource for Broken {
    fn info(&self) -> &SourceInfo {
        self.0.info()
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        self.1 += 1;
        let frame = self.0.next_frame(cancel)?;
        let size = if self.1.is_multiple_of(4) { [0, 0] } else { [9, 9] };
        Ok(frame.map(|frame| if self.1.is_multiple_of(2) { VideoFrame { size, ..frame } } else { frame }))
    }

    fn seek(&mut self, _: FrameIndex) {}
}

#[test]
fn broken_pictures_are_left_out() {
    let runtime = runtime();
    let motion = motion();
    let live = runtime.live(request(Box::new(move |_| Ok(Box::new(Broken(painted(&motion), 0)))), Trouble::None, 50));
    let live = live.unwrap();
    watch(&live, |_, stats| stats.detected > 10);
    let events = end(&runtime, &live);
    assert_eq!(notices(&events).len(), 1, "told once: {events:?}");
}

#[test]
fn trouble_in_the_detector_stays_there() {
    for trouble in [Trouble::Panics, Trouble::NotANumber, Trouble::Crowd] {
        let runtime = runtime();
        let live = runtime.live(request(camera(), trouble, 50)).unwrap();
        let update = watch(&live, |update, stats| stats.detected > 25 && !update.motion.people.is_empty());
        assert!(update.source.tracks.iter().all(|track| track.keypoints.iter().all(|k| k.x.is_finite())));
        let stats = live.stats();
        assert!(stats.people <= LiveDials::default().max_people, "{stats:?}");
        let events = end(&runtime, &live);
        let told = notices(&events);
        if trouble == Trouble::Panics {
            assert_eq!(stats.failed, 1);
            assert!(told.len() == 1 && told[0].why.contains("fell over"), "{told:?}");
        } else {
            assert!(told.is_empty(), "{told:?}");
        }
    }
}

#[test]
fn a_detector_or_model_that_always_fails_is_given_up() {
    let runtime = runtime();
    let live = runtime.live(request(camera(), Trouble::Fails, 50)).unwrap();
    let events = until_end(&runtime, &live);
    assert!(notices(&events).last().unwrap().headline.contains("detector"), "{events:?}");
    assert!(notices(&events).len() == 2, "the same failure is told once: {events:?}");

    let mut request = request(camera(), Trouble::None, 50);
    request.loader = Box::new(FakeLoader { us_per_frame: 0, panics: true });
    let live = runtime.live(request).unwrap();
    let events = until_end(&runtime, &live);
    assert!(notices(&events).last().unwrap().headline.contains("model"), "{events:?}");
}
