use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::loader::{LoadedModel, ModelLoader};
use super::*;
use crate::data::PersonId;
use crate::infer::{InferOptions, LiftError, Lifter};
use crate::io::keypoints::ReadOptions;
use crate::nn::{DeviceChoice, DstformerConfig};
use crate::session::{Generation, LiftKey, ModelChoice, Source, SourceId};
use crate::support::{CancelToken, Notice};

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy)]
enum Behaviour {
    /// Output is the input.
    Echo,
    Panic,
    /// Works until cancelled.
    Endless,
}

struct FakeLifter(Behaviour);

impl Lifter for FakeLifter {
    fn max_frames(&self) -> usize {
        27
    }

    fn is_root_relative(&self) -> bool {
        false
    }

    fn lift(&self, clips: &[f32], _: usize, _: usize, cancel: &CancelToken) -> Result<Vec<f32>, LiftError> {
        match self.0 {
            Behaviour::Echo => Ok(clips.to_vec()),
            Behaviour::Panic => panic!("the network exploded"),
            Behaviour::Endless => loop {
                cancel.check()?;
                std::thread::sleep(Duration::from_millis(1));
            },
        }
    }
}

struct FakeLoader {
    behaviour: Vec<Behaviour>,
    loads: Arc<AtomicUsize>,
}

impl ModelLoader for FakeLoader {
    fn load(&mut self, choice: &ModelChoice, _: DeviceChoice) -> Result<LoadedModel, Notice> {
        if matches!(choice, ModelChoice::File(path) if path.ends_with("broken")) {
            return Err(Notice::error("Could not load the model broken"));
        }
        let load = self.loads.fetch_add(1, Ordering::Relaxed);
        let behaviour = self.behaviour[load.min(self.behaviour.len() - 1)];
        let info = ModelInfo {
            name: "fake".into(),
            choice: choice.clone(),
            config: DstformerConfig::TINY,
            parameters: 0,
            is_root_relative: false,
            device: "nowhere".into(),
        };
        Ok(LoadedModel { lifter: Box::new(FakeLifter(behaviour)), info, notices: vec![] })
    }
}

fn runtime(behaviour: &[Behaviour]) -> (Runtime, Arc<AtomicUsize>) {
    let loads = Arc::new(AtomicUsize::new(0));
    let loader = FakeLoader { behaviour: behaviour.to_vec(), loads: loads.clone() };
    (Runtime::with_loader(Arc::new(|| {}), Box::new(loader)).unwrap(), loads)
}

fn demo() -> Arc<Source> {
    Arc::new(open::load_demo(SourceId(1), &CancelToken::new()).unwrap())
}

fn request(source: &Arc<Source>, generation: u64) -> InferRequest {
    InferRequest {
        source: source.clone(),
        people: source.tracks.iter().map(|track| track.person).collect(),
        generation: Generation(generation),
        lift: LiftKey {
            model: ModelChoice::Starter,
            device: DeviceChoice::Cpu,
            options: InferOptions::default(),
            cleaning: Default::default(),
        },
    }
}

/// All events up to the end of `job`, the end included.
fn until_end(runtime: &Runtime, job: JobId) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let event = runtime.wait_event(PATIENCE).expect("the job ended without saying so");
        let is_end = match &event {
            Event::Done { job: id, .. }
            | Event::Cancelled { job: id }
            | Event::Failed { job: id, .. }
            | Event::WorkerFailed { job: id, .. } => *id == job,
            _ => false,
        };
        events.push(event);
        if is_end {
            return events;
        }
    }
}

#[test]
fn the_demo_opens_with_two_people() {
    let (runtime, _) = runtime(&[Behaviour::Echo]);
    let request = OpenRequest { id: SourceId(7), target: OpenTarget::Demo, options: ReadOptions::default() };
    let job = runtime.open(request).unwrap();
    let events = until_end(&runtime, job.id);
    let Some(Event::Opened { source, .. }) = events.iter().find(|e| matches!(e, Event::Opened { .. })) else {
        panic!("no source in {events:?}")
    };
    assert_eq!(source.id, SourceId(7));
    assert_eq!(source.tracks.len(), 2);
    assert_eq!(source.frame_count, 360);
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let (runtime, _) = runtime(&[Behaviour::Echo]);
    let target = OpenTarget::File("no/such/file.json".into());
    let job = runtime.open(OpenRequest { id: SourceId(1), target, options: ReadOptions::default() }).unwrap();
    let Some(Event::Failed { notice, .. }) = until_end(&runtime, job.id).pop() else { panic!("did not fail") };
    assert!(notice.headline.contains("file.json"), "{notice}");
    assert!(!notice.why.is_empty());
}

#[test]
fn every_frame_of_every_person_arrives() {
    let (runtime, loads) = runtime(&[Behaviour::Echo]);
    let source = demo();
    for generation in 1..3 {
        let job = runtime.infer(request(&source, generation));
        let events = until_end(&runtime, job.id);
        assert!(matches!(events.last(), Some(Event::Done { .. })), "{:?}", events.last());
        for track in source.tracks.iter() {
            let mut seen = vec![false; source.frame_count];
            for event in &events {
                if let Event::Prediction { update, generation: of, .. } = event {
                    assert_eq!(of.0, generation);
                    if update.person == track.person {
                        seen[update.range.start..update.range.end].fill(true);
                    }
                }
            }
            assert!(seen[track.range.start..track.range.end].iter().all(|seen| *seen));
        }
    }
    assert_eq!(loads.load(Ordering::Relaxed), 1, "the model is kept between runs");
}

#[test]
fn a_newer_request_replaces_a_running_one() {
    let (runtime, _) = runtime(&[Behaviour::Endless, Behaviour::Echo]);
    let source = demo();
    let first = runtime.infer(request(&source, 1));
    let mut second = request(&source, 2);
    second.lift.model = ModelChoice::File("other".into());
    while runtime.queue_len() == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let second = runtime.infer(second);
    let events = until_end(&runtime, second.id);
    assert!(events.iter().any(|event| matches!(event, Event::Cancelled { job } if *job == first.id)));
    assert!(matches!(events.last(), Some(Event::Done { .. })));
}

#[test]
fn a_request_that_never_began_ends_too() {
    let (runtime, _) = runtime(&[Behaviour::Endless]);
    let source = demo();
    let jobs: Vec<JobHandle> = (1..5).map(|generation| runtime.infer(request(&source, generation))).collect();
    let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
    drop(jobs);
    let mut ended = Vec::new();
    while ended.len() < ids.len() {
        if let Event::Cancelled { job } = runtime.wait_event(PATIENCE).expect("a job ended without saying so") {
            ended.push(job);
        }
    }
    ended.sort();
    assert_eq!(ended, ids);
}

#[test]
fn cancel_is_quick() {
    let (runtime, _) = runtime(&[Behaviour::Endless]);
    let job = runtime.infer(request(&demo(), 1));
    while runtime.queue_len() == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let start = Instant::now();
    job.cancel();
    assert!(matches!(until_end(&runtime, job.id).last(), Some(Event::Cancelled { .. })));
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
}

#[test]
fn a_panic_becomes_an_event_and_the_worker_lives_on() {
    let (runtime, loads) = runtime(&[Behaviour::Panic, Behaviour::Echo]);
    let source = demo();
    let job = runtime.infer(request(&source, 1));
    let Some(Event::WorkerFailed { message, worker, .. }) = until_end(&runtime, job.id).pop() else {
        panic!("no report of the panic")
    };
    assert_eq!((worker, message.as_str()), ("infer", "the network exploded"));
    let job = runtime.infer(request(&source, 2));
    assert!(matches!(until_end(&runtime, job.id).last(), Some(Event::Done { .. })));
    assert_eq!(loads.load(Ordering::Relaxed), 2, "the model that panicked is not used again");
}

#[test]
fn a_model_that_fails_to_load_keeps_the_old_one() {
    let (runtime, loads) = runtime(&[Behaviour::Echo]);
    let source = demo();
    let job = runtime.infer(request(&source, 1));
    until_end(&runtime, job.id);
    let mut broken = request(&source, 2);
    broken.lift.model = ModelChoice::File("broken".into());
    let job = runtime.infer(broken);
    assert!(matches!(until_end(&runtime, job.id).last(), Some(Event::Failed { .. })));
    let job = runtime.infer(request(&source, 3));
    assert!(matches!(until_end(&runtime, job.id).last(), Some(Event::Done { .. })));
    assert_eq!(loads.load(Ordering::Relaxed), 1);
}

#[test]
fn a_slow_consumer_slows_the_worker_and_loses_nothing() {
    let (runtime, _) = runtime(&[Behaviour::Echo]);
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let count = EVENTS * 3;
    let job = runtime
        .run("counter", move |context| {
            for frame in 0..count {
                context.send(Event::Notice(Notice::info(frame.to_string())))?;
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
        .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert!(sent.load(Ordering::Relaxed) <= EVENTS, "the channel is bounded");
    let events = until_end(&runtime, job.id);
    let told: Vec<String> = events
        .iter()
        .filter_map(|event| match event {
            Event::Notice(notice) => Some(notice.headline.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(told, (0..count).map(|frame| frame.to_string()).collect::<Vec<_>>());
}

#[test]
fn cancel_reaches_a_worker_that_waits_for_the_consumer() {
    let (runtime, _) = runtime(&[Behaviour::Echo]);
    let ended = Arc::new(AtomicBool::new(false));
    let flag = ended.clone();
    let job = runtime
        .run("talker", move |context| {
            let outcome = loop {
                if let Err(cancelled) = context.send(Event::Notice(Notice::info("again"))) {
                    break cancelled;
                }
            };
            flag.store(true, Ordering::Relaxed);
            Err(outcome.into())
        })
        .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    job.cancel();
    while !ended.load(Ordering::Relaxed) {
        assert!(start.elapsed() < Duration::from_millis(200));
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn closing_ends_a_run_that_nobody_waits_for() {
    let (runtime, _) = runtime(&[Behaviour::Endless]);
    let job = runtime.infer(request(&demo(), 1));
    std::thread::sleep(Duration::from_millis(20));
    let start = Instant::now();
    drop(runtime);
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    drop(job);
}

#[test]
fn people_that_are_not_there_are_skipped() {
    let (runtime, _) = runtime(&[Behaviour::Echo]);
    let mut request = request(&demo(), 1);
    request.people = vec![PersonId(99)];
    let job = runtime.infer(request);
    assert!(matches!(until_end(&runtime, job.id).last(), Some(Event::Done { .. })));
}

#[test]
fn a_person_who_cannot_be_lifted_does_not_stop_the_others() {
    let (runtime, _) = runtime(&[Behaviour::Echo]);
    let mut source = open::load_demo(SourceId(1), &CancelToken::new()).unwrap();
    let mut tracks = source.tracks.to_vec();
    let frames = tracks[0].keypoints.len();
    tracks[0].keypoints = vec![crate::data::Keypoint::MISSING; frames].into();
    source.tracks = tracks.into();
    let job = runtime.infer(request(&Arc::new(source), 1));
    let events = until_end(&runtime, job.id);
    assert!(matches!(events.last(), Some(Event::Done { .. })), "{:?}", events.last());
    assert!(events.iter().any(|event| matches!(event, Event::Notice(notice) if notice.headline.contains("left out"))));
    let lifted = events.iter().any(|event| matches!(event, Event::Prediction { update, .. } if update.person.0 == 2));
    assert!(lifted);
}
