//! A place for one value where a newer one replaces an older one.

use parking_lot::{Condvar, Mutex};

/// Hand-over of the newest value from any thread to one waiting thread.
pub struct LatestSlot<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    value: Option<T>,
    is_closed: bool,
}

impl<T> Default for LatestSlot<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { value: None, is_closed: false }), changed: Condvar::new() }
    }
}

impl<T> LatestSlot<T> {
    /// Puts in what `make` makes of the value that was never taken.
    pub fn put(&self, make: impl FnOnce(Option<T>) -> T) {
        let mut state = self.state.lock();
        let old = state.value.take();
        state.value = Some(make(old));
        drop(state);
        self.changed.notify_one();
    }

    /// Waits for a value; none once closed.
    pub fn take(&self) -> Option<T> {
        let mut state = self.state.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(value) = state.value.take() {
                return Some(value);
            }
            self.changed.wait(&mut state);
        }
    }

    /// The value, if there is one; also after closing.
    pub fn try_take(&self) -> Option<T> {
        self.state.lock().value.take()
    }

    pub fn is_empty(&self) -> bool {
        self.state.lock().value.is_none()
    }

    pub fn close(&self) {
        self.state.lock().is_closed = true;
        self.changed.notify_all();
    }
}
