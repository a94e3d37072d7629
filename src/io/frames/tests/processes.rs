//! The child processes: missing, hanging, talkative, left behind.

#![cfg(unix)]

use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::Cancelled;

use super::super::child::{PipeError, Reading, ask};
use super::super::clip::{ClipSink, VideoWriter};
use super::super::{Ffmpeg, VideoFile};
use super::*;

const HANGS: &str = "exec sleep 1000";
/// The promise of [`FrameSource::next_frame`].
const LIMIT: Duration = Duration::from_millis(200);

/// Runs `work`, which blocks until the token is cancelled, and says how long it went on after that.
fn time_to_cancel<T>(work: impl FnOnce(&CancelToken) -> T) -> (T, Duration) {
    let cancel = CancelToken::new();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(150));
            cancel.cancel();
            Instant::now()
        });
        let result = work(&cancel);
        (result, waiting.join().unwrap().elapsed())
    })
}

#[test]
fn without_ffmpeg_it_is_told_how_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    std::fs::write(&path, b"anything at all").unwrap();
    let tools = Ffmpeg { ffmpeg: folder.path().join("ffmpeg"), ffprobe: folder.path().join("ffprobe") };
    let options = FrameOptions { tools: tools.clone(), ..options() };
    let error = open(&path, &options, &Notices::new(), &CancelToken::new()).err().unwrap();
    assert!(matches!(error, FrameError::NoFfmpeg { tool: "ffprobe" }), "{error:?}");
    assert!(error.to_string().contains("Install ffmpeg"), "{error}");
    let error = VideoWriter::create(&path, SIZE, rate(30, 1), &tools, &CancelToken::new());
    assert!(matches!(error.err().unwrap(), FrameError::NoFfmpeg { tool: "ffmpeg" }));
}

#[test]
fn cancelling_ends_every_wait() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    make_video(&path, 2, SIZE, rate(30, 1), LOSSLESS);
    let hanging = script(folder.path(), "hanging", HANGS);
    let notices = Notices::new();

    let tools = Ffmpeg { ffprobe: hanging.clone(), ..Ffmpeg::default() };
    let no_probe = FrameOptions { tools, ..options() };
    let (result, took) = time_to_cancel(|cancel| VideoFile::open(&path, &no_probe, &notices, cancel));
    assert!(matches!(result, Err(FrameError::Cancelled(_))));
    assert!(took < LIMIT, "opening went on for {took:?}");

    let tools = Ffmpeg { ffmpeg: hanging, ..Ffmpeg::default() };
    let no_frames = FrameOptions { tools, ..options() };
    let mut source = open(&path, &no_frames, &notices, &CancelToken::new()).unwrap();
    let (result, took) = time_to_cancel(|cancel| source.next_frame(cancel));
    assert!(matches!(result, Err(FrameError::Cancelled(_))));
    assert!(took < LIMIT, "reading went on for {took:?}");
}

#[test]
fn cancelling_ends_a_write_that_nobody_takes() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case \"$*\" in *-encoders*) echo ' V....D libx264 x';; *) exec sleep 1000;; esac";
    let tools = Ffmpeg { ffmpeg: script(folder.path(), "hanging", text), ..Ffmpeg::default() };
    let path = folder.path().join("a.mp4");
    let size = [640, 480];
    let mut writer = VideoWriter::create(&path, size, rate(30, 1), &tools, &CancelToken::new()).unwrap();
    let (result, took) = time_to_cancel(|cancel| {
        loop {
            if let Err(error) = writer.write(image::RgbaImage::new(640, 480), cancel) {
                return error;
            }
        }
    });
    assert!(matches!(result, FrameError::Cancelled(_)), "{result:?}");
    assert!(took < LIMIT, "writing went on for {took:?}");
    drop(writer);
    assert_eq!(names_in(folder.path()), ["hanging"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_dropped_reader_leaves_no_process_behind() {
    let mut sleep = Command::new("sleep");
    sleep.arg("1000");
    let reading = Reading::start(sleep, 16, |_| true).unwrap();
    let process = PathBuf::from(format!("/proc/{}", reading.process_id()));
    assert!(process.exists());
    drop(reading);
    // A zombie would still be there.
    assert!(!process.exists());

    // One that ended by itself is reaped too.
    let mut reading = Reading::start(Command::new("true"), 16, |_| true).unwrap();
    let process = PathBuf::from(format!("/proc/{}", reading.process_id()));
    assert!(reading.next_chunk(&CancelToken::new()).unwrap().is_none());
    drop(reading);
    assert!(!process.exists());
}

#[test]
fn a_grandchild_that_holds_the_pipes_is_not_waited_for() {
    let mut wrapper = Command::new("sh");
    wrapper.args(["-c", "sleep 5; true"]);
    let mut reading = Reading::start(wrapper, 16, |_| true).unwrap();
    let (result, took) = time_to_cancel(|cancel| {
        let result = reading.next_chunk(cancel);
        drop(reading);
        result
    });
    assert!(matches!(result, Err(PipeError::Cancelled(Cancelled))));
    assert!(took < LIMIT, "{took:?}");
}

/// A wrapper that waits for its child, and one that has ended before it.
#[cfg(target_os = "linux")]
#[test]
fn children_of_a_wrapper_end_with_it() {
    let folder = tempfile::tempdir().unwrap();
    for (index, after) in ["wait", "exit 0"].into_iter().enumerate() {
        let told = folder.path().join(index.to_string());
        let mut wrapper = Command::new("sh");
        wrapper.args(["-c", &format!("sleep 1000 & echo $! > \"$0\"; {after}")]).arg(&told);
        let reading = Reading::start(wrapper, 16, |_| true).unwrap();
        let wait_for = |what: &dyn Fn() -> bool| {
            let started = Instant::now();
            while !what() && started.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(5));
            }
            what()
        };
        let said = || std::fs::read_to_string(&told).unwrap_or_default();
        assert!(wait_for(&|| said().ends_with('\n')));
        let stat = PathBuf::from(format!("/proc/{}/stat", said().trim()));
        // A zombie has ended; whether anybody reaps it is not ours.
        let is_over = || std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
        assert!(!is_over());
        drop(reading);
        assert!(wait_for(&is_over), "{after}");
    }
}

#[test]
fn a_flood_of_messages_blocks_nothing() {
    let mut talker = Command::new("sh");
    talker.args(["-c", "i=0; while [ $i -lt 20000 ]; do echo message $i, as long as it takes to fill a pipe >&2; i=$((i+1)); done; echo done"]);
    let answer = ask(talker, 1000, &CancelToken::new()).unwrap();
    assert_eq!(answer.output, b"done\n");
    assert!(answer.words.len() < 20);
    assert!(answer.words[0].starts_with("message 0,"));
    assert!(answer.words.last().unwrap().starts_with("message 19999,"));
}

#[test]
fn an_endless_answer_is_cut() {
    let mut endless = Command::new("sh");
    endless.args(["-c", "while :; do echo yes; done"]);
    let error = ask(endless, 100_000, &CancelToken::new()).err().unwrap();
    assert!(matches!(error, PipeError::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge));
}

#[test]
fn an_ffmpeg_of_years_ago_is_asked_in_its_own_words() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let real = Ffmpeg::default();
    let text = format!(
        "n=$#
         while [ $n -gt 0 ]; do
             a=$1; shift; n=$((n-1))
             if [ \"$a\" = -fps_mode ]; then echo \"[fatal] Unrecognized option 'fps_mode'.\" >&2; exit 1; fi
             if [ \"$a\" = -vsync ]; then a=-fps_mode; fi
             set -- \"$@\" \"$a\"
         done
         exec '{}' \"$@\"",
        real.ffmpeg.display()
    );
    let tools = Ffmpeg { ffmpeg: script(folder.path(), "old", &text), ..real };
    let path = folder.path().join("a.mkv");
    make_video(&path, 5, SIZE, rate(30, 1), LOSSLESS);
    let options = FrameOptions { tools, ..options() };
    for first in [0, 3] {
        let mut source = open(&path, &options, &Notices::new(), &CancelToken::new()).unwrap();
        source.seek(FrameIndex(first));
        let numbers: Vec<_> = rest(&mut *source).iter().map(|frame| number_in(frame, SIZE)).collect();
        assert_eq!(numbers, (first..5).collect::<Vec<_>>());
    }
}

#[test]
fn a_decoder_that_fails_says_why() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    make_video(&path, 5, SIZE, rate(30, 1), LOSSLESS);
    let text = "echo '[AVHWDevice @ 0x1] [error] the graphics card is on fire' >&2; exit 3";
    let tools = Ffmpeg { ffmpeg: script(folder.path(), "failing", text), ..Ffmpeg::default() };
    let options = FrameOptions { tools, ..options() };
    for first in [0, 3] {
        let mut source = open(&path, &options, &Notices::new(), &CancelToken::new()).unwrap();
        source.seek(FrameIndex(first));
        let error = source.next_frame(&CancelToken::new()).unwrap_err();
        assert!(matches!(error, FrameError::Decode { .. }), "{error:?}");
        assert!(error.to_string().contains("the graphics card is on fire"), "{error}");
    }
}

#[test]
fn a_named_pipe_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe.mp4");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(open_error(&path).to_string().contains("not a file"));
}
