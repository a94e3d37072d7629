//! A child process whose pipes never block the caller for long: small threads carry the bytes, so that waiting can
//! look at the cancel token, and what the process says on its error output is read all the time.
//!
//! On Unix a process has a group of its own, which ends with it: a wrapper script leaves none of its children behind.
//! The threads end with the pipes. They are not joined: elsewhere, or from a group of its own, a grandchild may hold a
//! pipe open, and nobody should wait for that.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};
use parking_lot::Mutex;

use crate::support::{CancelToken, Cancelled};

/// How often a waiting caller looks at the cancel token.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long the last words of an ended process may take to arrive.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// Longer lines of the error output are split.
const LINE_BYTES: u64 = 4096;
/// Lines of the error output that are kept; of more, the first and the last.
const FIRST_LINES: usize = 4;
const LAST_LINES: usize = 8;

#[derive(Debug, thiserror::Error)]
pub(super) enum PipeError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// What the process said on its error output, without the middle of a long story.
#[derive(Debug, Default)]
struct Words {
    first: Vec<String>,
    last: VecDeque<String>,
}

impl Words {
    fn add(&mut self, line: String) {
        if self.first.len() < FIRST_LINES {
            self.first.push(line);
            return;
        }
        if self.last.len() == LAST_LINES {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}

/// A running process; killed and reaped when dropped, with those that it started.
pub(super) struct Process {
    child: std::process::Child,
    /// Its number may belong to another by now.
    is_reaped: bool,
    words: Arc<Mutex<Words>>,
    /// Closed when the error output has ended.
    words_end: Option<Receiver<()>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_reaped {
            return;
        }
        // A wrapper script's children are in its group, also when it has ended before them.
        #[cfg(unix)]
        rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::KILL,
        )
        .ok();
        // Killing fails only when it has ended by itself, and waiting only when it was reaped already.
        if self.child.kill().is_ok() {
            self.child.wait().ok();
        }
    }
}

impl Process {
    /// `keep` sees every line of the error output and says whether it is worth keeping.
    pub(super) fn start(mut command: Command, keep: impl FnMut(&str) -> bool + Send + 'static) -> io::Result<Self> {
        #[cfg(windows)]
        {
            const NO_CONSOLE_WINDOW: u32 = 0x0800_0000;
            std::os::windows::process::CommandExt::creation_flags(&mut command, NO_CONSOLE_WINDOW);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.stderr(Stdio::piped()).spawn()?;
        let mut process = Self { child, is_reaped: false, words: Arc::default(), words_end: None };
        if let Some(pipe) = process.child.stderr.take() {
            let words = Arc::clone(&process.words);
            let (ended, words_end) = bounded(0);
            process.words_end = Some(words_end);
            carry("child-words", move || {
                listen(pipe, &words, keep);
                drop(ended);
            })?;
        }
        Ok(process)
    }

    /// Waits for the process to end by itself, and for its last words.
    fn wait(&mut self, cancel: &CancelToken) -> Result<ExitStatus, PipeError> {
        let mut pause = Duration::from_millis(1);
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                self.is_reaped = true;
                break status;
            }
            cancel.check()?;
            std::thread::sleep(pause);
            pause = (pause * 2).min(LOOK_EVERY);
        };
        self.wait_for_words();
        Ok(status)
    }

    /// Waits for the end of the error output, but not for long.
    fn wait_for_words(&mut self) {
        if let Some(ended) = self.words_end.take() {
            // Either way it has ended or taken long enough.
            ended.recv_timeout(LAST_WORDS).ok();
        }
    }

    /// What a process said that has ended or is about to.
    pub(super) fn last_words(&mut self) -> Vec<String> {
        self.wait_for_words();
        self.words()
    }

    pub(super) fn take_input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    pub(super) fn take_output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    #[cfg(test)]
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    fn words(&self) -> Vec<String> {
        let words = self.words.lock();
        words.first.iter().chain(&words.last).cloned().collect()
    }
}

/// Runs a thread that carries bytes from or to a pipe until that ends.
pub(super) fn carry(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
    Ok(())
}

fn listen(pipe: impl Read, words: &Mutex<Words>, mut keep: impl FnMut(&str) -> bool) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        line.clear();
        match pipe.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {
                let line = String::from_utf8_lossy(&line);
                let line = line.trim_end();
                if !line.is_empty() && keep(line) {
                    words.lock().add(line.to_owned());
                }
            }
        }
    }
}

/// A process that is read from, in chunks of equal size.
pub(super) struct Reading {
    process: Process,
    chunks: Receiver<io::Result<Arc<[u8]>>>,
}

impl Reading {
    /// Reads one chunk ahead of the caller and no more: a slow caller slows the process.
    pub(super) fn start(
        mut command: Command,
        chunk_bytes: usize,
        keep: impl FnMut(&str) -> bool + Send + 'static,
    ) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Process::start(command, keep)?;
        let (to_caller, chunks) = bounded(1);
        if let Some(mut pipe) = process.child.stdout.take() {
            carry("child-reader", move || {
                loop {
                    let chunk = read_chunk(&mut pipe, chunk_bytes);
                    let is_last = !matches!(&chunk, Ok(bytes) if bytes.len() == chunk_bytes);
                    if matches!(&chunk, Ok(bytes) if bytes.is_empty()) || to_caller.send(chunk).is_err() || is_last {
                        return;
                    }
                }
            })?;
        }
        Ok(Self { process, chunks })
    }

    /// The next chunk; a shorter one is the last; None after that.
    pub(super) fn next_chunk(&mut self, cancel: &CancelToken) -> Result<Option<Arc<[u8]>>, PipeError> {
        loop {
            cancel.check()?;
            match self.chunks.recv_timeout(LOOK_EVERY) {
                Ok(chunk) => return Ok(Some(chunk?)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    pub(super) fn wait(&mut self, cancel: &CancelToken) -> Result<ExitStatus, PipeError> {
        self.process.wait(cancel)
    }

    /// What the process has said so far that was worth keeping.
    pub(super) fn words(&self) -> Vec<String> {
        self.process.words()
    }

    #[cfg(test)]
    pub(super) fn process_id(&self) -> u32 {
        self.process.id()
    }
}

fn read_chunk(pipe: &mut impl Read, bytes: usize) -> io::Result<Arc<[u8]>> {
    let mut chunk: Arc<[u8]> = std::iter::repeat_n(0, bytes).collect();
    let room = Arc::make_mut(&mut chunk);
    let mut filled = 0;
    while filled < bytes {
        match pipe.read(&mut room[filled..]) {
            Ok(0) => return Ok(Arc::from(&room[..filled])),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(chunk)
}

/// All that a short-lived process wrote, and how it ended.
pub(super) struct Answer {
    pub(super) output: Vec<u8>,
    pub(super) status: ExitStatus,
    pub(super) words: Vec<String>,
}

/// Runs a process to its end.
///
/// # Errors
/// Cancelled; or more than `max_bytes` of output, as [`io::ErrorKind::FileTooLarge`]; or what the system says.
pub(super) fn ask(command: Command, max_bytes: usize, cancel: &CancelToken) -> Result<Answer, PipeError> {
    let mut reading = Reading::start(command, 1 << 16, |_| true)?;
    let mut output = Vec::new();
    while let Some(chunk) = reading.next_chunk(cancel)? {
        output.extend_from_slice(&chunk);
        if output.len() > max_bytes {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
        }
    }
    let status = reading.wait(cancel)?;
    Ok(Answer { output, status, words: reading.words() })
}

/// A process that is written to.
pub(super) struct Writing {
    process: Process,
    chunks: Option<Sender<Vec<u8>>>,
}

/// The process did not take what it was given: see its words.
#[derive(Debug)]
pub(super) struct Refused;

impl Writing {
    pub(super) fn start(mut command: Command, keep: impl FnMut(&str) -> bool + Send + 'static) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut process = Process::start(command, keep)?;
        let (chunks, from_caller) = bounded::<Vec<u8>>(1);
        if let Some(mut pipe) = process.child.stdin.take() {
            carry("child-writer", move || {
                for chunk in from_caller {
                    if pipe.write_all(&chunk).is_err() {
                        return;
                    }
                }
            })?;
        }
        Ok(Self { process, chunks: Some(chunks) })
    }

    /// Hands over `chunk`, waiting while the process is behind.
    pub(super) fn write(&mut self, mut chunk: Vec<u8>, cancel: &CancelToken) -> Result<Result<(), Refused>, Cancelled> {
        let Some(chunks) = &self.chunks else { return Ok(Err(Refused)) };
        loop {
            cancel.check()?;
            match chunks.send_timeout(chunk, LOOK_EVERY) {
                Ok(()) => return Ok(Ok(())),
                Err(SendTimeoutError::Timeout(back)) => chunk = back,
                Err(SendTimeoutError::Disconnected(_)) => return Ok(Err(Refused)),
            }
        }
    }

    /// Closes the pipe and waits for the process to end.
    pub(super) fn finish(&mut self, cancel: &CancelToken) -> Result<ExitStatus, PipeError> {
        self.chunks = None;
        let started = Instant::now();
        let status = self.process.wait(cancel)?;
        log::debug!("the encoder ended {:.0?} after the last frame", started.elapsed());
        Ok(status)
    }

    pub(super) fn words(&self) -> Vec<String> {
        self.process.words()
    }
}
