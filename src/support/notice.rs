//! Messages for a person: what happened, why, and what to do about it.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// One message: a headline, why it happened, what to do, and what only those want to read who ask for more. All but the
/// first may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notice {
    pub level: Level,
    pub headline: String,
    pub why: String,
    pub hint: String,
    #[serde(default)]
    pub details: String,
}

impl Notice {
    pub fn new(level: Level, headline: impl Into<String>) -> Self {
        let [why, hint, details] = [const { String::new() }; 3];
        Self { level, headline: headline.into(), why, hint, details }
    }

    pub fn info(headline: impl Into<String>) -> Self {
        Self::new(Level::Info, headline)
    }

    pub fn warning(headline: impl Into<String>) -> Self {
        Self::new(Level::Warning, headline)
    }

    pub fn error(headline: impl Into<String>) -> Self {
        Self::new(Level::Error, headline)
    }

    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    #[must_use]
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// Says in the headline that it was said `count` times.
    #[must_use]
    pub fn counted(mut self, count: usize) -> Self {
        if count > 1 {
            self.headline = format!("{} ({count} times)", self.headline);
        }
        self
    }

    /// An error notice whose `why` is the error and its causes, joined by ": ".
    pub fn from_error(headline: impl Into<String>, error: &(dyn std::error::Error + 'static)) -> Self {
        Self::error(headline).why(chain(error))
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.headline)?;
        if !self.why.is_empty() {
            write!(f, ": {}", self.why)?;
        }
        if !self.hint.is_empty() {
            write!(f, ". {}", self.hint)?;
        }
        if !self.details.is_empty() {
            write!(f, ". {}", self.details)?;
        }
        Ok(())
    }
}

/// The error and its causes, outermost first; a cause that was said already is left out.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

/// Collects notices of one piece of work; partial failures go here while the rest goes on.
///
/// Clones share the list. The same notice said again is kept once and counted.
#[derive(Clone, Debug, Default)]
pub struct Notices(Arc<Mutex<Vec<(Notice, usize)>>>);

impl Notices {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&self, notice: Notice) {
        let mut list = self.0.lock();
        match list.iter_mut().find(|(known, _)| *known == notice) {
            Some((_, count)) => *count += 1,
            None => list.push((notice, 1)),
        }
    }

    pub fn warn(&self, headline: impl Into<String>) {
        self.add(Notice::warning(headline));
    }

    /// All notices in the order of their first appearance, with how often each was said.
    pub fn take(&self) -> Vec<(Notice, usize)> {
        std::mem::take(&mut *self.0.lock())
    }

    pub fn to_vec(&self) -> Vec<(Notice, usize)> {
        self.0.lock().clone()
    }

    pub fn is_empty(&self) -> bool {
        self.0.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_notices_are_counted() {
        let notices = Notices::new();
        notices.warn("frame without people");
        notices.clone().warn("frame without people");
        notices.warn("another");
        let list = notices.take();
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].1, 2);
        assert!(notices.is_empty());
    }

    #[test]
    fn display_joins_the_parts() {
        let notice = Notice::error("Could not open a.json").why("the file is empty").hint("Pick another file.");
        assert_eq!(notice.to_string(), "Could not open a.json: the file is empty. Pick another file.");
    }
}
