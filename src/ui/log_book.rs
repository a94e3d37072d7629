//! The last messages, for the log panel; also what the `log` crate's macros write into.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;

use crate::support::{Level, Notice};

/// Older messages fall out.
pub const CAPACITY: usize = 1024;

#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    /// Seconds since the program started.
    pub at_secs: f64,
    pub level: Level,
    pub text: String,
}

/// A ring of messages; clones share it. Any thread may write.
#[derive(Clone)]
pub struct LogBook {
    start: Instant,
    ring: Arc<Mutex<VecDeque<LogEntry>>>,
}

impl Default for LogBook {
    fn default() -> Self {
        Self { start: Instant::now(), ring: Arc::default() }
    }
}

impl LogBook {
    pub fn write(&self, level: Level, text: impl Into<String>) {
        let mut ring = self.ring.lock();
        if ring.len() == CAPACITY {
            ring.pop_front();
        }
        ring.push_back(LogEntry { at_secs: self.start.elapsed().as_secs_f64(), level, text: text.into() });
    }

    pub fn notice(&self, notice: &Notice) {
        self.write(notice.level, notice.to_string());
    }

    pub fn clear(&self) {
        self.ring.lock().clear();
    }

    /// The messages of at least `level`, oldest first.
    pub fn entries(&self, level: Level) -> Vec<LogEntry> {
        self.ring.lock().iter().filter(|entry| entry.level >= level).cloned().collect()
    }

    /// As lines of text, for the clipboard.
    pub fn to_text(&self, level: Level) -> String {
        self.entries(level)
            .iter()
            .map(|entry| format!("{:9.3} {:?} {}\n", entry.at_secs, entry.level, entry.text))
            .collect()
    }

    /// From now on this book gets what `log`'s macros say, and the terminal too, as `RUST_LOG` asks.
    pub fn install(&self) {
        let terminal = env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("error")).build();
        let logger = Box::new(WindowLogger { book: self.clone(), terminal });
        if log::set_boxed_logger(logger).is_ok() {
            log::set_max_level(log::LevelFilter::Debug);
        }
    }
}

struct WindowLogger {
    book: LogBook,
    terminal: env_logger::Logger,
}

/// Our own words from information up; other crates' only when something is wrong.
fn is_for_the_book(metadata: &log::Metadata<'_>) -> bool {
    let ours = metadata.target().starts_with(env!("CARGO_CRATE_NAME"));
    metadata.level() <= if ours { log::Level::Info } else { log::Level::Warn }
}

impl log::Log for WindowLogger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        is_for_the_book(metadata) || self.terminal.enabled(metadata)
    }

    fn log(&self, record: &log::Record<'_>) {
        if is_for_the_book(record.metadata()) {
            let level = match record.level() {
                log::Level::Error => Level::Error,
                log::Level::Warn => Level::Warning,
                _ => Level::Info,
            };
            self.book.write(level, record.args().to_string());
        }
        self.terminal.log(record);
    }

    fn flush(&self) {
        self.terminal.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_messages_fall_out_and_levels_filter() {
        let book = LogBook::default();
        book.write(Level::Error, "first");
        for i in 0..CAPACITY {
            book.write(if i % 2 == 0 { Level::Info } else { Level::Warning }, format!("message {i}"));
        }
        assert_eq!(book.entries(Level::Info).len(), CAPACITY);
        assert_eq!(book.entries(Level::Warning).len(), CAPACITY / 2);
        assert!(book.entries(Level::Error).is_empty());
        assert!(book.to_text(Level::Info).contains("message 1023"));
    }
}
