//! The workers' end of the event channel.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{SendTimeoutError, Sender};

use super::Wake;
use super::message::Event;
use crate::support::{CancelToken, Cancelled};

/// How often a blocked sender looks at its cancel token.
const PATIENCE: Duration = Duration::from_millis(50);

#[derive(Clone)]
pub struct Outbox {
    sender: Sender<Event>,
    wake: Wake,
    is_closed: Arc<AtomicBool>,
}

impl Outbox {
    pub fn new(sender: Sender<Event>, wake: Wake) -> Self {
        Self { sender, wake, is_closed: Arc::default() }
    }

    /// Tells the consumer that something is there which is not an event.
    pub fn wake(&self) {
        (self.wake)();
    }

    /// No more events are wanted: senders give up.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    pub fn send(&self, event: Event, cancel: &CancelToken) -> Result<(), Cancelled> {
        self.send_while(event, || !cancel.is_cancelled())
    }

    /// For the end of a job: waits whatever its token says.
    pub fn send_last(&self, event: Event) {
        if self.send_while(event, || true).is_err() {
            log::debug!("the last event of a job found nobody listening");
        }
    }

    /// For progress: better lost than late.
    pub fn try_send(&self, event: Event) {
        if self.sender.try_send(event).is_ok() {
            (self.wake)();
        }
    }

    fn send_while(&self, mut event: Event, go_on: impl Fn() -> bool) -> Result<(), Cancelled> {
        loop {
            if self.is_closed() || !go_on() {
                return Err(Cancelled);
            }
            match self.sender.send_timeout(event, PATIENCE) {
                Ok(()) => {
                    (self.wake)();
                    return Ok(());
                }
                Err(SendTimeoutError::Timeout(back)) => event = back,
                Err(SendTimeoutError::Disconnected(_)) => return Err(Cancelled),
            }
        }
    }
}
