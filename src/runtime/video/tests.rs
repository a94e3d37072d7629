//! Frames come from fakes: each picture says its number in its first pixel and its size in the second.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use parking_lot::Mutex;

use super::*;
use crate::data::{FrameTimes, Pace};
use crate::io::frames::SourceInfo;

const PATIENCE: Duration = Duration::from_secs(20);
const LARGE: [u32; 2] = [640, 640];

/// What a fake does, and what was asked of it.
#[derive(Default)]
struct Script {
    frames: usize,
    /// Takes this long for a frame.
    frame_ms: u64,
    /// These cannot be decoded.
    broken: Vec<usize>,
    /// Nothing can be read from here on.
    ends_at: Option<usize>,
    panics_at: Option<usize>,
    /// Of the full frames.
    decoded: Mutex<Vec<usize>>,
    seeks: AtomicUsize,
    /// Fakes that live.
    alive: AtomicUsize,
    opens: AtomicUsize,
    cannot_open: AtomicBool,
    /// One of so many frames is a key frame; 0 for a video without.
    key_every: usize,
}

struct FakeSource {
    script: Arc<Script>,
    info: SourceInfo,
    next: usize,
    is_preview: bool,
    skims: bool,
}

impl FakeSource {
    fn open(script: &Arc<Script>, options: &FrameOptions) -> Result<Box<dyn FrameSource>, FrameError> {
        if script.cannot_open.load(Ordering::Relaxed) {
            return Err(FrameError::NoFfmpeg { tool: "ffprobe" });
        }
        let is_preview = options.fit_within == Some([PREVIEW_SIDE; 2]);
        script.alive.fetch_add(1, Ordering::Relaxed);
        script.opens.fetch_add(1, Ordering::Relaxed);
        let info = SourceInfo {
            name: "fake".to_owned(),
            format: "fake".to_owned(),
            size: [16, 16],
            frame_size: [16, 16],
            times: Some(FrameTimes::constant(FrameRate::DEFAULT, script.frames)),
            pace: Pace::Constant(FrameRate::DEFAULT),
        };
        Ok(Box::new(Self { script: script.clone(), info, next: 0, is_preview, skims: false }))
    }
}

impl Drop for FakeSource {
    fn drop(&mut self) {
        self.script.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

impl FrameSource for FakeSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        let until = Instant::now() + Duration::from_millis(self.script.frame_ms);
        while Instant::now() < until {
            cancel.check()?;
            std::thread::sleep(Duration::from_millis(1));
        }
        while self.script.broken.contains(&self.next) {
            self.next += 1;
        }
        let index = if self.skims { self.next.next_multiple_of(self.script.key_every) } else { self.next };
        if index >= self.script.ends_at.unwrap_or(self.script.frames) {
            return Ok(None);
        }
        assert!(self.script.panics_at != Some(index) || self.is_preview, "the decoder exploded");
        self.next = index + 1;
        if !self.is_preview {
            self.script.decoded.lock().push(index);
        }
        let pixels = vec![index as u8; 16 * 16 * 3].into();
        Ok(Some(VideoFrame { pixels, size: [16, 16], time_secs: 0.0, index: FrameIndex(index) }))
    }

    fn seek(&mut self, frame: FrameIndex) {
        if frame.0 != self.next && !self.is_preview {
            self.script.seeks.fetch_add(1, Ordering::Relaxed);
        }
        self.next = frame.0;
    }

    fn skim(&mut self, is_wanted: bool) -> bool {
        (self.skims, self.next) = (is_wanted && self.script.key_every > 0, 0);
        self.skims
    }
}

fn play(script: Script) -> (VideoPlayer, Arc<Script>, Receiver<Event>, Arc<AtomicUsize>) {
    let script = Arc::new(script);
    let (sender, events) = crossbeam_channel::bounded(16);
    let wakes = Arc::new(AtomicUsize::new(0));
    let woken = wakes.clone();
    let outbox = Outbox::new(
        sender,
        Arc::new(move || {
            woken.fetch_add(1, Ordering::Relaxed);
        }),
    );
    let source = script.clone();
    let open = Box::new(move |options: &FrameOptions, _: &Notices, _: &CancelToken| FakeSource::open(&source, options));
    let player = VideoPlayer::with_source("fake.mp4", open, Ffmpeg::default(), outbox).unwrap();
    (player, script, events, wakes)
}

fn wish(frame: usize, heading: Heading) -> Wish {
    Wish { frame: FrameIndex(frame), heading, fit_within: LARGE }
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Waits until the frame itself is there, as the window does.
fn wait_sharp(player: &VideoPlayer, frame: usize, heading: Heading) -> VideoFrame {
    let mut found = None;
    wait_for("a frame", || {
        found = player.show(wish(frame, heading), None).filter(|shown| shown.is_sharp);
        found.is_some()
    });
    found.unwrap().picture
}

#[test]
fn the_wished_frame_comes_and_then_those_around_it() {
    let (player, script, _events, wakes) = play(Script { frames: 3000, ..Script::default() });
    let picture = wait_sharp(&player, 100, Heading::Resting);
    assert_eq!((picture.index, picture.pixels[0]), (FrameIndex(100), 100));
    wait_for("the frames around", || script.decoded.lock().contains(&99));
    let decoded = script.decoded.lock().clone();
    assert_eq!(decoded[0], 100, "what is wished for comes first");
    assert!(wakes.load(Ordering::Relaxed) >= 1);
    // Stepping about finds all of it there at once.
    for frame in [99, 100, 101, 102, 90, 80] {
        assert!(player.show(wish(frame, Heading::Resting), None).is_some_and(|shown| shown.is_sharp), "{frame}");
    }
}

#[test]
fn playing_reads_on_without_seeking() {
    let (player, script, _events, _wakes) = play(Script { frames: 400, ..Script::default() });
    for frame in 0..400 {
        assert_eq!(wait_sharp(&player, frame, Heading::Playing).index, FrameIndex(frame));
    }
    assert_eq!(script.seeks.load(Ordering::Relaxed), 0);
    assert_eq!(*script.decoded.lock(), (0..400).collect::<Vec<_>>(), "each once");
}

#[test]
fn of_many_wishes_the_newest_is_done() {
    let (player, script, _events, _wakes) = play(Script { frames: 10_000, frame_ms: 40, ..Script::default() });
    wait_sharp(&player, 0, Heading::Resting);
    for frame in (1000..9000).step_by(10) {
        player.show(wish(frame, Heading::Resting), None);
    }
    wait_sharp(&player, 9000, Heading::Resting);
    let passed = script.decoded.lock().iter().filter(|frame| (1000..9000).contains(*frame)).count();
    assert!(passed <= 2, "{passed} frames were decoded that nobody waits for");
}

#[test]
fn a_small_picture_stands_in_until_the_frame_is_there() {
    let (player, _script, _events, _wakes) = play(Script { frames: 200, frame_ms: 5, ..Script::default() });
    wait_sharp(&player, 0, Heading::Playing);
    wait_for("the small pictures", || player.preview_count() == 200);
    let ([frames, previews], far) = (player.bytes(), wish(190, Heading::Resting));
    assert!(frames > 0 && previews > 0);
    // The other thread is far away from here, unless it was that fast.
    let shown = player.show(Wish { fit_within: [1280; 2], ..far }, None).unwrap();
    assert_eq!(shown.picture.index, FrameIndex(190));
    assert!(shown.is_sharp || shown.picture.pixels[0].abs_diff(190) <= 2);
    assert_eq!(wait_sharp(&player, 190, Heading::Resting).index, FrameIndex(190));
}

#[test]
fn key_frames_of_the_whole_video_stand_in_first() {
    let script = Script { frames: 3000, frame_ms: 10, key_every: 100, ..Script::default() };
    let (player, _script, _events, wakes) = play(script);
    wait_sharp(&player, 0, Heading::Playing);
    wait_for("the key frames", || player.preview_count() >= 30);
    let before = wakes.load(Ordering::Relaxed);
    let shown = player.show(wish(2870, Heading::Resting), Some(FrameIndex(0))).unwrap();
    assert_eq!((shown.picture.index, shown.is_sharp), (FrameIndex(2900), false), "it says which frame it is");
    assert!(player.show(wish(2870, Heading::Resting), Some(FrameIndex(2900))).is_none(), "nothing better yet");
    assert_eq!(wait_sharp(&player, 2870, Heading::Resting).index, FrameIndex(2870));
    assert!(wakes.load(Ordering::Relaxed) > before);
    // All the others follow.
    let count = player.preview_count();
    wait_for("more small pictures", || player.preview_count() > count + 10);
}

#[test]
fn what_is_shown_never_goes_back() {
    let (player, _script, _events, _wakes) = play(Script { frames: 12_000, frame_ms: 0, ..Script::default() });
    wait_sharp(&player, 0, Heading::Resting);
    // One of three is kept.
    wait_for("the small pictures", || player.preview_count() == 4000);
    let far = || player.show(wish(11_000, Heading::Resting), None);
    wait_for("anything", || far().is_some());
    let asked = |known: Option<usize>| player.show(wish(5000, Heading::Resting), known.map(FrameIndex));
    if let Some(shown) = asked(Some(4999)).filter(|shown| !shown.is_sharp) {
        panic!("{:?} is before 4999", shown.picture);
    }
}

#[test]
fn frames_that_cannot_be_decoded_are_bridged() {
    let broken = vec![10, 11, 12];
    let (player, script, _events, _wakes) = play(Script { frames: 50, broken, ..Script::default() });
    for frame in 0..50 {
        let shown = match frame {
            10..=12 => 9,
            frame => frame,
        };
        assert_eq!(usize::from(wait_sharp(&player, frame, Heading::Playing).pixels[0]), shown);
    }
    assert_eq!(script.seeks.load(Ordering::Relaxed), 0, "holes are not looked for twice");
}

#[test]
fn a_video_that_ends_early_stays_at_its_last_frame() {
    let (player, _script, events, _wakes) = play(Script { frames: 50, ends_at: Some(30), ..Script::default() });
    assert_eq!(wait_sharp(&player, 29, Heading::Playing).index, FrameIndex(29));
    assert_eq!(wait_sharp(&player, 45, Heading::Playing).index, FrameIndex(29));
    assert!(!player.has_failed() && events.is_empty());
}

#[test]
fn closing_ends_the_threads_at_once() {
    let (player, script, _events, _wakes) = play(Script { frames: 10_000, frame_ms: 10_000, ..Script::default() });
    player.show(wish(3, Heading::Playing), None);
    wait_for("the decoder", || script.alive.load(Ordering::Relaxed) == 1);
    let start = Instant::now();
    drop(player);
    wait_for("the end", || script.alive.load(Ordering::Relaxed) == 0);
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
}

#[test]
fn a_panic_and_a_missing_program_are_told_once() {
    let (player, script, events, _wakes) = play(Script { frames: 50, panics_at: Some(5), ..Script::default() });
    wait_sharp(&player, 0, Heading::Playing);
    wait_for("the panic", || player.has_failed());
    let Ok(Event::Notice(notice)) = events.recv_timeout(PATIENCE) else { panic!("no notice") };
    assert_eq!(notice.headline, "fake.mp4 cannot be shown");
    assert!(notice.why.contains("the decoder exploded"));
    // What was decoded before is still there.
    assert!(player.show(wish(4, Heading::Resting), None).is_some());
    assert_eq!(script.decoded.lock().len(), 5);

    let missing = Script { frames: 50, cannot_open: AtomicBool::new(true), ..Script::default() };
    let (player, _script, events, _wakes) = play(missing);
    assert!(player.show(wish(0, Heading::Resting), None).is_none());
    wait_for("the failure", || player.has_failed());
    let Ok(Event::Notice(notice)) = events.recv_timeout(PATIENCE) else { panic!("no notice") };
    assert!(notice.why.contains("ffprobe"), "{}", notice.why);
    player.show(wish(1, Heading::Resting), None);
    assert!(events.recv_timeout(Duration::from_millis(100)).is_err(), "told twice");
}

#[test]
fn another_size_opens_the_video_anew() {
    let (player, script, _events, _wakes) = play(Script { frames: 20, ..Script::default() });
    wait_sharp(&player, 3, Heading::Resting);
    let larger = Wish { fit_within: [1280; 2], ..wish(3, Heading::Resting) };
    wait_for("the small pictures", || player.preview_count() == 20);
    player.show(larger, None);
    wait_for("the decoder", || script.opens.load(Ordering::Relaxed) == 3);
    wait_for("the frame", || player.show(larger, None).is_some_and(|shown| shown.is_sharp));
    assert_eq!(script.alive.load(Ordering::Relaxed), 1, "the decoder of the other size is gone");
}
