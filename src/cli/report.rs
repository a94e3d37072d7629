//! What a running command tells on standard error: progress and notices, for people or as JSON lines.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use parking_lot::Mutex;
use serde_json::json;

use crate::support::{Level, Notice, Notices, ProgressSink};

/// Progress lines per second at most.
const LINE_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressArg {
    /// A bar on a terminal, nothing in a pipe
    Auto,
    Bar,
    /// One JSON object per line on standard error
    Json,
    None,
}

/// Tells a person or a program how far the work is.
pub(super) struct Reporter {
    mode: Mode,
    started: Instant,
    /// What is being worked on, for instance "person 3".
    task: Mutex<Task>,
}

enum Mode {
    Bar(ProgressBar),
    Json,
    Quiet,
}

struct Task {
    name: String,
    started: Instant,
    last_line: Option<Instant>,
    /// What progress is counted in, as the bar shows it.
    unit: &'static str,
}

impl Task {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), started: Instant::now(), last_line: None, unit: "" }
    }
}

impl Reporter {
    pub fn new(progress: ProgressArg) -> Self {
        let mode = match progress {
            ProgressArg::Json => Mode::Json,
            ProgressArg::None => Mode::Quiet,
            ProgressArg::Auto if !std::io::stderr().is_terminal() => Mode::Quiet,
            ProgressArg::Auto | ProgressArg::Bar => Mode::Bar(bar()),
        };
        Self { mode, started: Instant::now(), task: Mutex::new(Task::new("")) }
    }

    /// Since the reporter was made.
    pub fn elapsed_secs(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Starts another piece of work, whose progress counts from zero.
    pub fn task(&self, name: &str) {
        *self.task.lock() = Task::new(name);
        match &self.mode {
            Mode::Bar(bar) => {
                bar.reset();
                bar.set_length(0);
                bar.set_message(name.to_owned());
            }
            Mode::Json => line(&json!({ "event": "task", "task": name, "elapsed_secs": self.elapsed_secs() })),
            Mode::Quiet => {}
        }
    }

    /// Tells a notice; information is for people at a terminal and for programs, not for pipes.
    pub fn notice(&self, notice: &Notice, count: usize) {
        let word = match notice.level {
            Level::Info => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        let times = if count > 1 { format!(" ({count} times)") } else { String::new() };
        match &self.mode {
            Mode::Bar(bar) => bar.suspend(|| eprintln!("{word}: {notice}{times}")),
            Mode::Json => line(&json!({
                "event": "notice",
                "level": notice.level,
                "headline": notice.headline,
                "why": notice.why,
                "hint": notice.hint,
                "count": count,
            })),
            Mode::Quiet if notice.level == Level::Info => {}
            Mode::Quiet => eprintln!("{word}: {notice}{times}"),
        }
    }

    /// Tells all notices of a piece of work and returns them.
    pub fn notices(&self, notices: &Notices) -> Vec<(Notice, usize)> {
        let list = notices.take();
        for (notice, count) in &list {
            self.notice(notice, *count);
        }
        list
    }

    /// The last line of a run: what came out of it.
    pub fn finish(&self, text: &str) {
        match &self.mode {
            Mode::Bar(bar) => {
                bar.finish_and_clear();
                eprintln!("{text}");
            }
            Mode::Json => line(&json!({ "event": "done", "text": text, "elapsed_secs": self.elapsed_secs() })),
            Mode::Quiet => {}
        }
    }
}

impl ProgressSink for Reporter {
    fn progress(&self, what: &'static str, done: u64, total: u64) {
        let mut task = self.task.lock();
        match &self.mode {
            Mode::Bar(bar) => {
                if task.unit != what {
                    task.unit = what;
                    bar.set_style(style(what));
                    bar.set_prefix(what);
                }
                bar.set_length(total);
                bar.set_position(done);
            }
            Mode::Json => {
                let is_due = task.last_line.is_none_or(|last| last.elapsed() >= LINE_INTERVAL);
                if is_due || done == total {
                    task.last_line = Some(Instant::now());
                    let spent = task.started.elapsed().as_secs_f64();
                    let remaining = (done > 0 && total >= done).then(|| spent / done as f64 * (total - done) as f64);
                    line(&json!({
                        "event": "progress",
                        "task": task.name,
                        "unit": what,
                        "done": done,
                        "total": total,
                        "elapsed_secs": self.elapsed_secs(),
                        "remaining_secs": remaining,
                    }));
                }
            }
            Mode::Quiet => {}
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let Mode::Bar(bar) = &self.mode {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style("frames"))
}

fn style(unit: &str) -> ProgressStyle {
    let is_bytes = unit.starts_with("bytes");
    let template = if is_bytes {
        "{msg:<24} {bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left"
    } else {
        "{msg:<24} {bar:30} {pos}/{len} {prefix}  {elapsed} {eta} left"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn line(value: &serde_json::Value) {
    eprintln!("{value}");
}
