//! How a subcommand ends: exit codes, errors with advice, Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::CancelToken;
use crate::support::notice::chain;

pub(super) const DONE: u8 = 0;
pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
/// Done, with warnings, under `--strict`.
pub(super) const WARNED: u8 = 3;
/// As a shell reports a program ended by SIGINT.
pub(super) const CANCELLED: u8 = 130;

/// Files appear whole or not at all, so the program may end here whatever it is doing.
const CANCEL_LIMIT: Duration = Duration::from_millis(800);

/// How a subcommand that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Warned,
}

/// An error that comes with advice.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(super) struct Advice {
    pub what: String,
    pub hint: String,
    /// The arguments were wrong, not the work.
    pub is_usage: bool,
}

impl Advice {
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into(), is_usage: false }
    }

    pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { is_usage: true, ..Self::new(what, hint) }
    }
}

/// Runs a subcommand with a token that Ctrl-C cancels. With `is_json` its end is told as a JSON line.
pub(super) fn run(is_json: bool, command: impl FnOnce(&CancelToken) -> anyhow::Result<Outcome>) -> u8 {
    let cancel = CancelToken::new();
    if let Err(error) = cancel_on_ctrl_c(cancel.clone()) {
        log::warn!("Ctrl-C will end the program at once: {error}");
    }
    match command(&cancel) {
        Ok(Outcome::Done) => DONE,
        Ok(Outcome::Warned) => WARNED,
        Err(_) if cancel.is_cancelled() => {
            if is_json {
                eprintln!("{}", json!({ "event": "cancelled" }));
            } else {
                eprintln!("cancelled");
            }
            CANCELLED
        }
        Err(error) => {
            let advice = error.chain().find_map(|cause| cause.downcast_ref::<Advice>());
            let hint = advice.map(|advice| advice.hint.as_str());
            let why = chain(error.as_ref());
            match hint {
                _ if is_json => eprintln!("{}", json!({ "event": "error", "text": why, "hint": hint })),
                Some(hint) => eprintln!("error: {why}\nhint: {hint}"),
                None => eprintln!("error: {why}"),
            }
            if advice.is_some_and(|advice| advice.is_usage) { USAGE } else { FAILED }
        }
    }
}

/// The first Ctrl-C asks the work to stop and gives it a moment, the second ends the program.
fn cancel_on_ctrl_c(cancel: CancelToken) -> Result<(), ctrlc::Error> {
    let asked = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(CANCELLED));
        }
        cancel.cancel();
        let limit = std::thread::Builder::new().name("cancel-limit".to_owned()).spawn(|| {
            std::thread::sleep(CANCEL_LIMIT);
            std::process::exit(i32::from(CANCELLED));
        });
        if limit.is_err() {
            std::process::exit(i32::from(CANCELLED));
        }
    })
}
