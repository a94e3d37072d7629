//! A child process that is asked and answers, line by line.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};

use super::child::{LOOK_EVERY, Process, carry};
use crate::support::{CancelToken, Cancelled};

/// A longer answer is none.
const MAX_LINE_BYTES: u64 = 4 << 20;
/// Answers that are read ahead; a process that says more is slowed.
const LINES_AHEAD: usize = 4;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TalkError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("it took longer than {} s", .0.as_secs_f32())]
    Late(Duration),
    #[error("it ended")]
    Ended,
    #[error("it wrote a line that is longer than {} MiB", MAX_LINE_BYTES >> 20)]
    LongLine,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What is written at once: a line and the bytes that it tells of.
struct Message {
    line: String,
    bytes: Arc<[u8]>,
}

/// The process is killed and reaped when this is dropped.
pub(crate) struct Conversation {
    process: Process,
    messages: Sender<Message>,
    lines: Receiver<Result<String, TalkError>>,
}

impl Conversation {
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process::start(command, |_| true)?;
        let (messages, from_caller) = bounded::<Message>(1);
        if let Some(mut pipe) = process.take_input() {
            carry("child-writer", move || {
                for Message { line, bytes } in from_caller {
                    let written = pipe.write_all(line.as_bytes()).and_then(|()| pipe.write_all(&bytes));
                    if written.and_then(|()| pipe.flush()).is_err() {
                        return;
                    }
                }
            })?;
        }
        let (to_caller, lines) = bounded(LINES_AHEAD);
        if let Some(pipe) = process.take_output() {
            carry("child-reader", move || {
                let mut pipe = BufReader::new(pipe);
                while let Some(line) = read_line(&mut pipe).transpose() {
                    let is_last = line.is_err();
                    if to_caller.send(line).is_err() || is_last {
                        return;
                    }
                }
            })?;
        }
        Ok(Self { process, messages, lines })
    }

    /// Writes `line`, which ends in a line feed, and `bytes` after it. Returns when they are on their way, and waits
    /// while earlier ones are not read.
    pub(crate) fn say(
        &self,
        line: String,
        bytes: Arc<[u8]>,
        limit: Duration,
        cancel: &CancelToken,
    ) -> Result<(), TalkError> {
        let mut message = Message { line, bytes };
        let started = Instant::now();
        loop {
            cancel.check()?;
            match self.messages.send_timeout(message, LOOK_EVERY) {
                Ok(()) => return Ok(()),
                Err(SendTimeoutError::Disconnected(_)) => return Err(TalkError::Ended),
                Err(SendTimeoutError::Timeout(_)) if started.elapsed() > limit => return Err(TalkError::Late(limit)),
                Err(SendTimeoutError::Timeout(back)) => message = back,
            }
        }
    }

    /// The next line that the process writes, without its end.
    pub(crate) fn next_line(&self, limit: Duration, cancel: &CancelToken) -> Result<String, TalkError> {
        let started = Instant::now();
        loop {
            cancel.check()?;
            match self.lines.recv_timeout(LOOK_EVERY) {
                Ok(line) => return line,
                Err(RecvTimeoutError::Disconnected) => return Err(TalkError::Ended),
                Err(RecvTimeoutError::Timeout) if started.elapsed() > limit => return Err(TalkError::Late(limit)),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// What the process said on its error output, when it has ended by itself or nearly so.
    pub(crate) fn last_words(&mut self) -> Vec<String> {
        self.process.last_words()
    }

    #[cfg(test)]
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }
}

fn read_line(pipe: &mut impl BufRead) -> Result<Option<String>, TalkError> {
    let mut line = Vec::new();
    pipe.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned())),
        // The last line of a process that ended may lack its end.
        Some(_) if (line.len() as u64) < MAX_LINE_BYTES => Ok(Some(String::from_utf8_lossy(&line).into_owned())),
        Some(_) => Err(TalkError::LongLine),
    }
}
